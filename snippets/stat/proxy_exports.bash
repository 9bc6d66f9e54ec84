export http_proxy=[[[ value("proxy_url") ]]]
export https_proxy=$http_proxy
export no_proxy=[[[ value("no_proxy_manual") ]]]
export HTTP_PROXY=$http_proxy
export HTTPS_PROXY=$https_proxy
export NO_PROXY=$no_proxy
