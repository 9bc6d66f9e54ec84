"""Stands in for the reader's browser: logs in to Jupyter and runs the cells of a new notebook.

A program that knows nothing of the lab. Its standard input is a JSON object with `url`, `password`
and `cells`; it prints as JSON a list with the outputs of each cell (nbformat 4). The protocol is
Jupyter Server's REST API and the messages of jupyter_client over a WebSocket.
"""

from __future__ import annotations

import http.cookiejar
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import websocket

_SECONDS = 60
#: Messages that are an output of a cell.
_OUTPUTS = {"stream", "display_data", "execute_result", "error"}


class Session:
    """A browser's session with the server at `url`."""

    def __init__(self, url: str):
        self.url = url
        self._cookies = http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self._cookies)
        ).open

    def ask(self, path: str, method: str = "GET", body: bytes | None = None) -> bytes:
        """Send a request; return what the server answers."""
        request = urllib.request.Request(self.url + path, body, method=method)  # noqa: S310
        for cookie in self._cookies:
            if cookie.name == "_xsrf":
                request.add_header("X-XSRFToken", cookie.value or "")
        with self._open(request, timeout=_SECONDS) as answer:
            text: bytes = answer.read()
        return text

    def log_in(self, password: str) -> None:
        """Log in as the form of the server does; raises PermissionError if that is refused."""
        self.ask("/login")
        try:
            self.ask("/login", "POST", urllib.parse.urlencode({"password": password}).encode())
        except urllib.error.HTTPError as error:
            raise PermissionError(f"the login is refused: {error.code} {error.reason}") from error

    def start_kernel(self) -> str:
        """Start a kernel; return its id."""
        started = self.ask("/api/kernels", "POST", json.dumps({"name": "python3"}).encode())
        return str(json.loads(started)["id"])

    def end_kernel(self, kernel: str) -> None:
        """End the kernel, as the menu of JupyterLab does."""
        self.ask(f"/api/kernels/{kernel}", "DELETE")

    def connect(self, path: str) -> websocket.WebSocket:
        """Open a WebSocket with the session's cookies."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies)
        address = self.url.replace("http", "ws", 1) + path
        return websocket.create_connection(address, timeout=_SECONDS, cookie=cookies)


def outputs(socket: websocket.WebSocket, code: str) -> Iterator[dict[str, Any]]:
    """Run `code` in the kernel behind `socket`; yield its outputs until the kernel is idle."""
    request = uuid.uuid4().hex
    header = {"msg_id": request, "msg_type": "execute_request", "username": "", "session": request}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
    message = {"channel": "shell", "header": header | {"version": "5.3"}, "content": content}
    socket.send(json.dumps(message | {"parent_header": {}, "metadata": {}}))
    while True:
        answer = json.loads(socket.recv())
        if answer["parent_header"].get("msg_id") != request:
            continue
        kind, content = answer["msg_type"], answer["content"]
        if kind == "status" and content["execution_state"] == "idle":
            return
        if kind in _OUTPUTS:
            yield {"output_type": kind, **content}


def main() -> int:
    """Do what standard input asks for."""
    asked = json.load(sys.stdin)
    session = Session(asked["url"])
    try:
        session.log_in(asked["password"])
        kernel = session.start_kernel()
        socket = session.connect(f"/api/kernels/{kernel}/channels")
        json.dump([list(outputs(socket, code)) for code in asked["cells"]], sys.stdout)
        socket.close()
        session.end_kernel(kernel)
    except (OSError, websocket.WebSocketException) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
