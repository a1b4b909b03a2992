"""The lab of several workers: one of them keeps it, and the others hand on what it is asked.

Which one is written in `lab/holder.json`, with a port of this machine that it serves besides the shared one. What is
handed on is the request as it came, so the keeper checks again who asks. A lab on another host is not reached.
"""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import h11
from starlette.types import Receive, Scope, Send

from mien.studio.lab_store import read_json, write_json
from mien.studio.private import FolderLock
from mien.studio.problems import Problem

#: Says that a request has been handed on already: it is not once more.
HANDED = b"mien-handed-on"
HOLDER = "holder.json"
#: Headers of one connection alone (RFC 9110, 7.6.1).
_OWN = {b"connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"te", b"proxy-connection"}
_PIECE = 65536


def announce(folder: Path, port: int) -> None:
    """Write down that this process keeps the lab."""
    write_json(folder / HOLDER, {"host": socket.gethostname(), "port": port})


async def hand_on(folder: Path, scope: Scope, receive: Receive, send: Send) -> None:
    """Ask the worker that keeps the lab. Raises `Problem` where there is none just now."""
    holder = read_json(folder / HOLDER)
    if holder is None or any(name == HANDED for name, _ in scope["headers"]):
        raise _moving()
    if holder["host"] != socket.gethostname():
        raise Problem("closing", f"the lab is kept by another host, {holder['host']}; ask that one")
    lock = FolderLock(folder)
    free = lock.held
    lock.release()
    if free:  # the one that kept it is gone, and whoever listens at its port now is told no token
        raise _moving()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(holder["port"]))
    except OSError:
        raise _moving() from None
    talk = h11.Connection(h11.CLIENT)
    asking = asyncio.create_task(_ask(talk, writer, scope, receive))
    telling = asyncio.create_task(_tell(talk, reader, send))
    try:
        await asyncio.wait((asking, telling), return_when=asyncio.FIRST_COMPLETED)
        if asking.done() and not telling.done():
            if asking.exception() is not None:  # such as a body that is too large, which is told from here
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)
                await asking
            return  # whoever asked has gone
        await telling
    finally:
        for task in (asking, telling):
            task.cancel()
        await asyncio.gather(asking, telling, return_exceptions=True)
        writer.close()


def _moving() -> Problem:
    return Problem("closing", "the lab moves to another worker; try again in a moment", headers={"Retry-After": "2"})


async def _ask(talk: h11.Connection, writer: asyncio.StreamWriter, scope: Scope, receive: Receive) -> None:
    """Send the request, and then wait until whoever asked has gone."""
    headers = [(name, value) for name, value in scope["headers"] if name not in _OWN]
    if any(name == b"transfer-encoding" for name, _ in scope["headers"]):
        headers.append((b"transfer-encoding", b"chunked"))
    query = scope["query_string"]
    target = scope.get("raw_path") or scope["path"].encode()
    request = h11.Request(
        method=scope["method"], target=target + (b"?" + query if query else b""),
        headers=[*headers, (HANDED, b"1"), (b"connection", b"close")],
    )  # fmt: skip
    writer.write(talk.send(request) or b"")
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        if body := message.get("body", b""):
            writer.write(talk.send(h11.Data(data=body)) or b"")
            await writer.drain()
        more = message.get("more_body", False)
    writer.write(talk.send(h11.EndOfMessage()) or b"")
    while (await receive())["type"] != "http.disconnect":
        pass


async def _tell(talk: h11.Connection, reader: asyncio.StreamReader, send: Send) -> None:
    """Hand the answer back, piece by piece."""
    while True:
        event = talk.next_event()
        if event is h11.NEED_DATA:
            talk.receive_data(await reader.read(_PIECE))
        elif isinstance(event, h11.Response):
            headers = [(name, value) for name, value in event.headers if name not in _OWN]
            await send({"type": "http.response.start", "status": event.status_code, "headers": headers})
        elif isinstance(event, h11.Data):
            await send({"type": "http.response.body", "body": bytes(event.data), "more_body": True})
        elif isinstance(event, h11.EndOfMessage):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        elif isinstance(event, h11.ConnectionClosed):
            raise _moving()
