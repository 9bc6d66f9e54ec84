#!/bin/bash
# Stands in for GitHub's server for git: git's own program for HTTP, behind GitHub's question for a
# token. GITHUB_USER and GITHUB_TOKEN are the one account, GITHUB_PRIVATE the path of its repository.

needs_token() {
    [[ $QUERY_STRING == *service=git-receive-pack* || $PATH_INFO == */git-receive-pack ]] ||
        [[ $PATH_INFO =~ ^/"$GITHUB_PRIVATE"(\.git)?/ ]]
}

if needs_token; then
    if [[ $HTTP_AUTHORIZATION != "Basic $(printf %s "$GITHUB_USER:$GITHUB_TOKEN" | base64 -w 0)" ]]; then
        printf '%s\r\n' 'Status: 401 Unauthorized' 'WWW-Authenticate: Basic realm="GitHub"' \
            'Content-Type: text/plain' ''
        echo 'Invalid username or token. Password authentication is not supported for Git operations.'
        exit
    fi
    export REMOTE_USER=$GITHUB_USER
fi
exec /usr/lib/git-core/git-http-backend
