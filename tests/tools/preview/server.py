"""What the preview's server adds to that of MkDocs: verdicts, and what shows them on a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.tools.preview.verdicts import Verdict

#: Where all of it is; no page of the guide is there.
PREFIX = "/preview/"
_FILES = {"verdict.js": "text/javascript", "verdict.css": "text/css"}
_ADDED = f"""\
<link rel="stylesheet" href="{PREFIX}verdict.css"><script src="{PREFIX}verdict.js" defer></script>
""".encode()
_END = b"</head>"
#: A program of a web server (PEP 3333).
App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def with_verdicts(app: App, verdict_at: Callable[[str], Verdict | None]) -> App:
    """Return `app` with the verdicts of its pages, as `verdict_at` finds them by path."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == f"{PREFIX}verdict":
            path = parse_qs(environ["QUERY_STRING"]).get("page", [""])[0]
            return _json(verdict_at(path), start)
        if path.startswith(PREFIX) and path.removeprefix(PREFIX) in _FILES:
            return _file(path.removeprefix(PREFIX), start)
        return _with_script(app, environ, start)

    return answer


def _json(verdict: Verdict | None, start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [json.dumps(verdict and verdict.json()).encode()]


def _file(name: str, start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", _FILES[name]), ("Cache-Control", "no-store")])
    return [Path(__file__).with_name(name).read_bytes()]


def _with_script(app: App, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Return what `app` answers; in a page, with what shows its verdict."""
    status, headers = "", {}

    def started(with_status: str, with_headers: list[tuple[str, str]]) -> None:
        nonlocal status, headers
        status, headers = with_status, dict(with_headers)

    body = app(environ, started)
    if headers.get("Content-Type") == "text/html":
        body = [b"".join(body).replace(_END, _ADDED + _END, 1)]
        headers["Content-Length"] = str(len(body[0]))
    start(status, list(headers.items()))
    return body
