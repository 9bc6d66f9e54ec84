"""A port of this machine that leads into the lab: for many, both ways, and no longer than that."""

from __future__ import annotations

import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.environments import patience
from tests.environments.lab import forward
from tests.environments.lab import start as labs
from tests.environments.lab.lab import Lab
from tests.guide.profiles import readers

pytestmark = pytest.mark.slow

_PORT, _OTHERWISE = 8880, "Nothing is there – yet.\n"
#: Sends back what it is sent, and has a word for each end of input.
_ECHO = """
import asyncio
async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write(b"the end")
    writer.close()
async def main():
    server = await asyncio.start_server(echo, "127.0.0.1", %d)
    await server.serve_forever()
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    started = labs.start(readers()["sample"])
    yield started
    started.end()


@pytest.fixture(scope="module")
def address(lab: Lab) -> tuple[str, int]:
    listener = socket.create_server(("127.0.0.1", 0))
    host, port = listener.getsockname()
    forward.start(lab, lab.laptop, listener, _PORT, _OTHERWISE)
    return host, port


def test_it_leads_there_once_something_listens(lab: Lab, address: tuple[str, int]) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen("http://{}:{}/lab".format(*address))  # noqa: S310
    assert (refused.value.code, refused.value.read().decode()) == (503, _OTHERWISE)
    lab.daemon(lab.laptop, [sys.executable, "-c", _ECHO % _PORT], ("127.0.0.1", _PORT))
    big = bytes(range(256)) * 8192
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda number: _send(address, big + bytes([number])), range(50)))
    assert answers == [big + bytes([number]) + b"the end" for number in range(50)]


def _send(address: tuple[str, int], text: bytes) -> bytes:
    """Send `text` and an end of input; return all that comes back, read at the same time."""
    with socket.create_connection(address, patience.SECONDS) as connection:
        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(connection.sendall, text)
            answer = b""
            while len(answer) < len(text):
                answer += connection.recv(65536)
            sending.result()
        connection.shutdown(socket.SHUT_WR)
        while data := connection.recv(65536):
            answer += data
    return answer


def test_who_only_connects_is_kept_and_can_leave(address: tuple[str, int]) -> None:
    """As browsers do, to be quick later."""
    waiting = [socket.create_connection(address, patience.SECONDS) for _ in range(20)]
    assert _send(address, b"meanwhile") == b"meanwhilethe end"
    waiting[0].sendall(b"later")
    assert waiting[0].recv(100) == b"later"
    for connection in waiting:
        connection.close()


def test_it_ends_with_the_lab() -> None:
    lab = labs.start(readers()["sample"])
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    forward.start(lab, lab.laptop, listener, _PORT, _OTHERWISE)
    with socket.create_connection(address, patience.SECONDS) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 503 ")
    lab.end()
    # The kernel closes what its processes had, in its own time.
    until = time.monotonic() + patience.SECONDS
    while _listens(address) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _listens(address)


def _listens(address: tuple[str, int]) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(address) == 0
