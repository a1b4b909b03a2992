"""Discord's Gateway, version 10: https://discord.com/developers/docs/events/gateway."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from mien.bots.calling import PATIENCE, connected, keep_connected, messages
from mien.bots.errors import BotError, Unreachable

log = logging.getLogger("mien.bots")

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
#: GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES. MESSAGE_CONTENT, a privileged one, is not needed: what mentions the bot and
#: what is sent to it directly comes with its content anyhow, and the rest is none of its business.
INTENTS = 1 << 0 | 1 << 9 | 1 << 12
#: Close codes after which another try is of no use, and those after which a session cannot be taken up again.
HOPELESS = {
    4004: "Discord does not know this token; reset it on the Bot page of the developer portal",
    4010: "Discord refuses the shard", 4011: "the bot is in too many servers: 2500 at most",
    4012: "Discord no longer speaks version 10 of its Gateway", 4013: "Discord refuses the intents",
    4014: "Discord refuses the intents",
}  # fmt: skip
LOST = (4007, 4009)
#: What a connection is closed with: after 1000 and 1001 a session cannot be taken up again.
LEAVE = 4000


@dataclass(frozen=True, slots=True)
class Session:
    """What it takes to go on where the stream was left."""

    id: str
    seq: int  #: the last event
    url: str  #: where to go on


class Gateway:
    """The stream of events. find: gives the Gateway's address; take: gets an event's name, its data and the session as
    it stands with it; session: where to go on, if anywhere."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        token: str,
        find: Callable[[], Awaitable[str]],
        take: Callable[[str, dict[str, Any], Session], None],
        session: Session | None = None,
    ) -> None:
        self._http, self._token, self._find, self._take, self._session = http, token, find, take, session
        self._acknowledged, self._astray = True, False

    async def run(self) -> None:
        """Listen until cancelled. Raises `BotError` where Discord refuses the bot."""
        await keep_connected(self._connect)

    async def _connect(self) -> bool:
        """One connection; False where no session came about."""
        begun = False
        # Where the session's own address does not answer, the general one may.
        url = self._session.url if self._session and not self._astray else await self._find()
        self._astray = True
        async with connected(self._http, "Discord", f"{url}/?v=10&encoding=json", code=LEAVE) as socket:
            events = messages(socket)
            try:
                async with asyncio.timeout(PATIENCE):
                    hello = await anext(events)
            except (StopAsyncIteration, TimeoutError):
                raise Unreachable("Discord does not say hello") from None
            self._astray, self._acknowledged = False, True
            interval = float((hello.get("d") or {}).get("heartbeat_interval", 41_250)) / 1000
            beating = asyncio.create_task(self._beat(socket, interval))
            try:
                await socket.send_json(self._greeting())
                async for event in events:
                    begun = begun or event.get("op") == DISPATCH
                    if not await self._heed(socket, event):
                        break
            finally:
                beating.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await beating
            self._judge(socket.close_code)
        return begun

    def _greeting(self) -> dict[str, Any]:
        if self._session is not None:
            going_on = {"token": self._token, "session_id": self._session.id, "seq": self._session.seq}
            return {"op": RESUME, "d": going_on}
        about = {"os": "linux", "browser": "mien", "device": "mien"}
        return {"op": IDENTIFY, "d": {"token": self._token, "intents": INTENTS, "properties": about}}

    async def _heed(self, socket: aiohttp.ClientWebSocketResponse, event: dict[str, Any]) -> bool:
        """Take an event; False where the connection is over."""
        op, data = event.get("op"), event.get("d")
        if op == DISPATCH:
            if event["t"] == "READY" and data:
                self._session = Session(data["session_id"], event["s"], data["resume_gateway_url"].rstrip("/"))
            elif self._session is not None:
                self._session = replace(self._session, seq=event["s"])
            if self._session is not None:
                self._take(event["t"], data if isinstance(data, dict) else {}, self._session)
        elif op == HEARTBEAT:
            await self._send_beat(socket)
        elif op == ACK:
            self._acknowledged = True
        elif op == INVALID_SESSION:
            if not data:
                self._session = None
            await asyncio.sleep(random.uniform(1, 5))  # so that not all bots come back at once
            return False
        return bool(op != RECONNECT)

    async def _beat(self, socket: aiohttp.ClientWebSocketResponse, interval: float) -> None:
        """Heartbeats. A connection on which the last one was not acknowledged is dead."""
        await asyncio.sleep(interval * random.random())
        while self._acknowledged:
            self._acknowledged = False
            await self._send_beat(socket)
            await asyncio.sleep(interval)
        log.warning("Discord does not acknowledge the heartbeat")
        await socket.close(code=LEAVE)

    async def _send_beat(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.send_json({"op": HEARTBEAT, "d": self._session.seq if self._session else None})

    def _judge(self, code: int | None) -> None:
        if code in HOPELESS:
            raise BotError(HOPELESS[code])
        if code in LOST:
            self._session = None
