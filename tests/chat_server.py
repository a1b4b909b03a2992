"""What the servers of the tests for Discord and Slack share: aiohttp on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web


class ChatServer:
    """Started on a free port, or again on its old one. Stopping it breaks every connection."""

    def __init__(self) -> None:
        self.port = 0
        self.sent: list[dict[str, Any]] = []  #: what the bot sent and the server took
        self.problems: list[str] = []  #: what the bot should not have done
        self.news = threading.Condition()
        self.sockets: list[web.WebSocketResponse] = []
        self.files: dict[str, bytes] = {}

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        started = threading.Event()
        self._loop = asyncio.new_event_loop()

        async def serve() -> None:
            application = web.Application(client_max_size=30 * 2**20)
            application.add_routes(self.routes())
            self._runner = web.AppRunner(application, shutdown_timeout=0.1)
            await self._runner.setup()
            site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
            await site.start()
            self.port = self._runner.addresses[0][1]
            started.set()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.run_until_complete(serve())
            self._loop.run_forever()
            self._loop.run_until_complete(self._runner.cleanup())
            self._loop.close()

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        assert started.wait(10)

    def stop(self) -> None:
        self.do(self._break())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _break(self) -> None:
        for socket in self.sockets:
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()
        self.sockets.clear()

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Something in the server's own thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def note(self, **sent: Any) -> None:
        with self.news:
            self.sent.append(sent)
            self.news.notify_all()

    def wait_for(self, count: int, seconds: float = 60) -> list[dict[str, Any]]:
        """What the bot sent, once it is so many messages."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.sent) >= count, seconds), (self.sent, self.problems)
            assert not self.problems, self.problems
            return list(self.sent)

    def wait_until(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        with self.news:
            while not holds() and time.monotonic() < until:
                self.news.wait(0.05)  # not all that changes is told
            assert holds(), (self.sent, self.problems)


async def fields(request: web.Request) -> dict[str, Any]:
    """What a request holds, as JSON, form or multipart; files as (name, bytes, type)."""
    kind = request.content_type
    if kind == "application/json":
        return dict(enumerate(found)) if isinstance(found := await request.json(), list) else found
    if kind == "multipart/form-data":
        whole = await request.post()
        return {
            name: (value.filename, value.file.read(), value.content_type)
            if isinstance(value, web.FileField)
            else str(value)
            for name, value in whole.items()
        }
    return {name: str(value) for name, value in (await request.post()).items()}


def as_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(text=json.dumps(body), status=status, content_type="application/json", headers=headers)
