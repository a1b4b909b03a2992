"""Discord's Gateway on loopback, for the tests: it checks the handshake and the heartbeats, and keeps the events of a
session until they are asked for again."""

from __future__ import annotations

import json
import time
from typing import Any

from aiohttp import web

from chat_server import ChatServer
from discord_shapes import APPLICATION, CHANNEL, DIRECT, GUILD, ME, TOKEN


class GatewayServer(ChatServer):
    def __init__(self, heartbeat: float = 0.5) -> None:
        super().__init__()
        self.heartbeat = heartbeat
        self.session: dict[str, Any] | None = None  #: id, events
        self.identified, self.resumed, self.beats = 0, 0, 0
        self.history: dict[str, list[dict[str, Any]]] = {DIRECT: [], CHANNEL: []}
        self._intents = 0

    def event(self, kind: str, data: dict[str, Any]) -> None:
        async def happen() -> None:
            if self.session is not None:
                event = {"op": 0, "t": kind, "s": len(self.session["events"]) + 1, "d": data}
                self.session["events"].append(event)
                for socket in self.sockets:
                    await socket.send_json(event)

        self.do(happen())

    def tell(self, **payload: Any) -> None:
        """Something of the Gateway's own, such as op=7."""

        async def all_of_them() -> None:
            for socket in list(self.sockets):
                await socket.send_json(payload)

        self.do(all_of_them())

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if request.query.get("v") != "10" or request.query.get("encoding") != "json":
            self.problems.append(f"gateway opened with {request.query_string}")
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": int(self.heartbeat * 1000)}})
        beat = time.monotonic()
        try:
            async for message in socket:
                if len(message.data) > 4096:
                    await socket.close(code=4002)
                asked = json.loads(message.data)
                if asked["op"] == 1:
                    beat, self.beats = time.monotonic(), self.beats + 1
                    await socket.send_json({"op": 11})
                elif asked["d"]["token"] != TOKEN:
                    await socket.close(code=4004)
                elif asked["op"] == 2:
                    await self._identify(socket, asked["d"])
                elif asked["op"] == 6:
                    await self._resume(socket, asked["d"])
                if time.monotonic() > beat + 4 * self.heartbeat + 5:
                    self.problems.append("no heartbeat")
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
            if socket.close_code in (1000, 1001):
                self.session = None
        return socket

    async def _identify(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        if self.sockets:
            self.problems.append("identified while connected")
        self.identified, self._intents = self.identified + 1, asked["intents"]
        if asked["intents"] & (1 << 1 | 1 << 8 | 1 << 15):  # not switched on in the developer portal
            await socket.close(code=4014)
            return
        assert set(asked["properties"]) == {"os", "browser", "device"}
        self.session = {"id": f"session-{self.identified}", "events": []}
        await self._dispatch(socket, "READY", {
            "v": 10, "user": ME, "guilds": [{"id": GUILD, "unavailable": True}], "private_channels": [],
            "session_id": self.session["id"], "resume_gateway_url": f"ws://127.0.0.1:{self.port}/gateway",
            "application": {"id": APPLICATION, "flags": 0},
        })  # fmt: skip
        last = self.history[CHANNEL][-1]["id"] if self.history[CHANNEL] else None
        channel = {"id": CHANNEL, "type": 0, "name": "general", "last_message_id": last}
        await self._dispatch(socket, "GUILD_CREATE", {"id": GUILD, "channels": [channel], "threads": []})
        self.sockets.append(socket)

    async def _dispatch(self, socket: web.WebSocketResponse, kind: str, data: dict[str, Any]) -> None:
        assert self.session is not None
        event = {"op": 0, "t": kind, "s": len(self.session["events"]) + 1, "d": data}
        self.session["events"].append(event)
        await socket.send_json(event)

    async def _resume(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        if self.session is None or asked["session_id"] != self.session["id"]:
            await socket.send_json({"op": 9, "d": False})
            return
        if asked["seq"] > len(self.session["events"]):
            await socket.close(code=4007)
            return
        self.resumed += 1
        for event in self.session["events"][asked["seq"] :]:
            await socket.send_json(event)
        await self._dispatch(socket, "RESUMED", {})
        self.sockets.append(socket)
