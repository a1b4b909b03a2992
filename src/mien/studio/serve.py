"""Runs a studio: takes the port, says where it is, opens the browser, and ends in good order."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from mien.studio.app import make_app
from mien.studio.house import House
from mien.studio.settings import Settings, StudioError

#: Seconds that requests have to end when the studio is closed; those of one worker of several, when it is exchanged.
GRACE, DRAIN = 5, 30
#: Seconds that connections on which nothing comes are kept open when a worker drains: their next request is answered,
#: and told to come on another one.
LINGER = 2.0
#: Connections at once; more are answered with 503 before anything of them is read.
CONNECTIONS = 200
#: Seconds in which the head of a request must come: a connection that says nothing keeps others out.
HEAD = 10.0
#: Where a studio is looked for first, so that bookmarks go on working.
USUAL = 8765
#: Stands for any port that is free.
ANY = -1


def listening(host: str, port: int) -> socket.socket:
    """A bound socket. port 0: the usual one, or any that is free; `ANY`: any. Raises `StudioError` when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for wanted in (USUAL, 0) if port == 0 else (max(0, port),):
        # asyncio switches Nagle's algorithm off only where the protocol is named; with it every answer is 40 ms late.
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host, wanted))
            bound.listen(128)  # at once: on Linux two sockets with SO_REUSEADDR may be bound to one port
            return bound
        except OverflowError:
            bound.close()
            raise StudioError(f"--port {port}: a port is a number from 0 to 65535") from None
        except OSError as error:
            bound.close()
            reason = error.strerror or str(error)
    if reason == "Address already in use":
        raise StudioError(f"--port {port}: already in use; choose another, or leave it out for a free one")
    raise StudioError(f"{host}:{port}: cannot listen there ({reason}); choose another --host or --port")


def address_of(settings: Settings, bound: socket.socket) -> str:
    """What to open in the browser of this machine."""
    port = bound.getsockname()[1]
    host = "localhost" if settings.host in ("0.0.0.0", "::") else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def serve(settings: Settings, *, open_browser: bool = False, say: Callable[[str], None] = print) -> None:
    """Run a studio until Ctrl-C or SIGTERM. say: told the address once it can be opened. Raises `StudioError`."""
    bound = listening(settings.host, settings.port)
    try:
        address = address_of(settings, bound)
        app = make_app(settings)
        house: House = app.state.house
        house.prepare()  # what it raises is for people
        server = Server(config_of(app, settings), lambda: _opened(address, house, open_browser, say))
        asyncio.run(server.serve(sockets=[bound]))
    finally:
        bound.close()


def config_of(app: FastAPI, settings: Settings, *, accept: int = 128) -> uvicorn.Config:
    """accept: connections that are taken at once."""
    return uvicorn.Config(
        app, http=_Prompt, log_level="warning", access_log=False, server_header=False, lifespan="on",
        timeout_graceful_shutdown=GRACE if settings.worker is None else DRAIN, backlog=accept,
        timeout_keep_alive=30, ws="websockets-sansio",
        proxy_headers=bool(settings.behind_proxy), forwarded_allow_ips=list(settings.proxies),
        ws_max_size=settings.limits.frame_bytes, ws_per_message_deflate=False, ws_ping_interval=20,
        limit_concurrency=CONNECTIONS,
    )  # fmt: skip


def _opened(address: str, house: House, open_browser: bool, say: Callable[[str], None]) -> None:
    say(address)
    warn_if_closed(house)
    if open_browser:
        code = f"?code={house.tokens.code()}" if house.settings.token else ""  # not the token: `ps` shows it to all
        threading.Thread(target=webbrowser.open, args=(address + code,), daemon=True).start()


def warn_if_closed(house: House) -> None:
    """Say so where nobody can come in."""
    if house.directory.locked and not len(house.directory):
        print("mien: nobody can come in yet; add somebody: mien studio users add NAME --role admin", file=sys.stderr)


class _Prompt(H11Protocol):
    """Closes a connection on which a request does not come, or not to the end of its head, within `HEAD` seconds."""

    _awaited: object = ()  #: the request after which one is waited for

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._await_head()

    def _await_head(self) -> None:
        before = self.cycle
        if self._awaited is before:
            return
        self._awaited = before

        def late() -> None:
            if self.cycle is before and self in self.connections:  # those that became WebSockets are no more among them
                self.transport.close()

        self.loop.call_later(HEAD, late)


class Server(uvicorn.Server):
    """Tells when it has started, and its house when it is asked to stop. One of several workers ends without losing a
    request: it takes no new connections, and tells those that are open to be closed with their next answer."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._told = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._told()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        house = getattr(getattr(app, "state", None), "house", None)
        if house is not None:  # live connections and streams of events end now, not when the time is up
            house.closing.set()
            if house.settings.worker is not None:
                await self._linger(sockets or [])
        await super().shutdown(sockets)

    async def _linger(self, sockets: list[socket.socket]) -> None:
        for server in self.servers:
            server.close()
        for one in sockets:
            one.close()
        end = time.monotonic() + LINGER
        while self.server_state.connections and time.monotonic() < end:
            await asyncio.sleep(0.05)
