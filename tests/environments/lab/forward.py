"""A port of this machine that leads to one on a host of the lab.

A socket belongs to the network in which it was made. So a process on the host that is handed one of
this machine's accepts connections from here, and makes its own there. That process is this file as
a program; it ends with the lab, and the port with it.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.environments.lab.host import Host
    from tests.environments.lab.lab import Lab


_CHUNK = 65536


def start(lab: Lab, host: Host, listener: socket.socket, port: int, otherwise: str) -> None:
    """Lead whoever connects to `listener` to `port` of 127.0.0.1 on `host`, for as long as it runs.

    While nothing listens there, a browser is answered with the text `otherwise`. The socket is
    closed here.
    """
    with listener:
        number = listener.fileno()
        program = [sys.executable, "-I", __file__, str(number), str(port), otherwise]
        lab.launch(host, program, "forward", files=[number])


async def _serve(listener: socket.socket, port: int, otherwise: str) -> None:
    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await _lead(reader, writer, port, otherwise)
        writer.close()

    server = await asyncio.start_server(lead, sock=listener)
    await server.serve_forever()


async def _lead(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, otherwise: str
) -> None:
    """Make the other half of a connection once a browser has asked for something."""
    asked = await reader.read(_CHUNK)
    if not asked:
        return
    try:
        there, back = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        await _answer(reader, writer, otherwise)
        return
    back.write(asked)
    try:
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
    finally:
        back.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, text: str) -> None:
    body = text.encode()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    writer.write_eof()
    while await reader.read(_CHUNK):  # closed with something unread, it would be reset instead
        pass


if __name__ == "__main__":
    asyncio.run(_serve(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]), sys.argv[3]))
