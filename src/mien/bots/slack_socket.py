"""Slack's Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from mien.bots.calling import connected, keep_connected, messages
from mien.bots.errors import BotError

log = logging.getLogger("mien.bots")

#: Seconds between pings; a connection that does not answer one is dead.
PING = 20.0


class SocketMode:
    """Envelopes, each acknowledged at once, for Slack waits three seconds and then sends it again.

    find: gives the address of a new connection; greeted: called when one begins; take: gets an envelope.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        find: Callable[[], Awaitable[str]],
        greeted: Callable[[], None],
        take: Callable[[dict[str, Any]], None],
    ) -> None:
        self._http, self._find, self._greeted, self._take = http, find, greeted, take

    async def run(self) -> None:
        """Listen until cancelled. Raises `BotError` where Slack refuses the bot."""
        await keep_connected(self._connect)

    async def _connect(self) -> bool:
        """One connection; Slack ends it every few hours, after a warning."""
        begun = False
        async with connected(self._http, "Slack", await self._find(), heartbeat=PING) as socket:
            async for envelope in messages(socket):
                kind = envelope.get("type")
                if kind == "hello":
                    begun = True
                    self._greeted()
                elif kind == "disconnect":
                    if envelope.get("reason") == "link_disabled":
                        raise BotError("Socket Mode is switched off; switch it on in the app's settings at Slack")
                    if envelope.get("reason") != "warning":
                        break
                elif "envelope_id" in envelope:
                    self._take(envelope)
                    await socket.send_json({"envelope_id": envelope["envelope_id"]})
        return begun
