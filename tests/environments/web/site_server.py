"""A server of a folder, as hosts of static sites are."""

from __future__ import annotations

import functools
import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

#: What is compressed already.
_PACKED = {".gz", ".png", ".zip"}


@dataclass
class SiteServer:
    """A running server: its address, with a slash at the end, and what it has sent.

    `sent` has the path and the length in bytes of every body, in order, once it is sent or being
    sent.
    """

    address: str = ""
    sent: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def serving(folder: Path, frugal: bool = False) -> Iterator[SiteServer]:
    """Serve `folder` on a free port of this machine.

    A `frugal` server compresses what it sends, and has browsers keep it for a while.
    """
    running = SiteServer()

    class Serving(_Serving):
        sent = running.sent

    Serving.frugal = frugal

    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Serving, directory=str(folder))
    )
    running.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Serving(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sent: ClassVar[list[tuple[str, int]]]
    frugal: ClassVar[bool]

    def handle(self) -> None:
        """Answer until the browser goes, which it may do at any time."""
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Answer with the file at the path, or with the site's own page for errors."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file()
        path = path if found else Path(self.directory) / "404.html"
        packing = self.frugal and path.suffix not in _PACKED
        body = compressed(path) if packing else path.read_bytes()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        if self.frugal:
            self.send_header("Cache-Control", "max-age=600")
        if packing:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        # Before a browser has it all: whoever waits for the browser then looks here.
        self.sent.append((self.path, len(body)))
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@functools.cache
def compressed(path: Path) -> bytes:
    """Return what is in the file at `path`, compressed with gzip at its best."""
    return gzip.compress(path.read_bytes(), 9)
