"""A small server on loopback that speaks Slack's Socket Mode and Web API, in the shapes of https://docs.slack.dev.

It checks what it is sent as Slack does, sends an envelope again that was not acknowledged in time, and keeps the
history of a direct message and of a channel.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import time
from typing import Any

from aiohttp import web
from PIL import Image

from chat_server import ChatServer, as_json, fields

BOT_TOKEN = "xoxb-1111111111111-2222222222222-recordedShapeOfAToken12"
APP_TOKEN = "xapp-1-A0000000001-3333333333333-recorded0shape0of0a0token"
BOT, ADA, EVE, TEAM = "U00000BOT", "U00000ADA", "U00000EVE", "T00000001"
DIRECT, CHANNEL, ELSEWHERE = "D00000001", "C00000001", "C00000002"
#: Seconds after which an envelope that was not acknowledged comes again.
PATIENCE = 3.0


class Slack(ChatServer):
    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[dict[str, Any]]] = {DIRECT: [], CHANNEL: []}
        self.errors: list[tuple[int, dict[str, Any], dict[str, str]]] = []  #: answered to what the bot sends next
        self.lose = 0  #: so many of the next messages are taken, but the bot does not hear of it
        self.connections, self.looked = 0, 0
        self.deaf = False  #: events happen, but nobody is told
        self._unacknowledged: dict[str, tuple[float, dict[str, Any]]] = {}
        self._uploads: dict[str, dict[str, Any]] = {}
        self._counter = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/link/", self._link),
            web.get("/files-pri/{file}", self._download),
            web.post("/upload/v1/{file}", self._upload),
            web.post("/commands/{hook}", self._hook),
            web.post("/api/{method}", self._method),
        ]

    # People

    def message(self, text: str = "", photo: bytes | None = None, *, direct: bool = True, mention: bool = False,
                user: str = ADA, kinds: tuple[str, ...] = (), **more: Any) -> str:  # fmt: skip
        """Somebody writes to the bot, or into a channel; gives the message's `ts`."""
        ts = f"{time.time():.2f}{next(self._counter):04d}"
        channel = DIRECT if direct else CHANNEL
        files: dict[str, Any] = {}
        if photo is not None:
            name = f"F{next(self._counter)}"
            self.files[name] = photo
            files = {"subtype": "file_share", "files": [{
                "id": name, "name": "photo.jpg", "title": "photo.jpg", "mimetype": "image/jpeg", "filetype": "jpg",
                "mode": "hosted", "is_external": False, "size": len(photo), "user": user,
                "url_private": f"{self.url}/files-pri/{name}", "url_private_download": f"{self.url}/files-pri/{name}",
            }]}  # fmt: skip
        text = f"<@{BOT}> {text}" if mention else text
        told = {"type": "message", "user": user, "text": text, "ts": ts, "team": TEAM, **files, **more}
        self.history[channel].append(told)
        event = told | {"channel": channel, "event_ts": ts, "channel_type": "im" if direct else "channel"}
        for kind in kinds or (("message", "app_mention") if mention else ("message",)):
            self.envelope("events_api", {
                "type": "event_callback", "team_id": TEAM, "api_app_id": "A0000000001", "event": event | {"type": kind},
                "event_id": f"Ev{next(self._counter)}", "event_time": int(time.time()),
            }, retry_attempt=0, retry_reason="")  # fmt: skip
        return ts

    def command(self, text: str, channel: str = DIRECT) -> None:
        trigger = f"{next(self._counter)}.{int(time.time())}.abc"
        self.envelope("slash_commands", {
            "token": "x", "team_id": TEAM, "channel_id": channel, "user_id": ADA, "user_name": "ada",
            "command": "/mien", "text": text, "api_app_id": "A0000000001", "trigger_id": trigger,
            "response_url": f"{self.url}/commands/{trigger}",
        }, accepts_response_payload=True)  # fmt: skip

    # Socket Mode

    def envelope(self, kind: str, payload: dict[str, Any], **more: Any) -> None:
        if self.deaf:
            return
        name = f"envelope-{next(self._counter)}"
        told = {"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": False, **more}
        self._unacknowledged[name] = time.monotonic(), told
        self.tell(told)

    def tell(self, told: dict[str, Any]) -> None:
        async def all_of_them() -> None:
            for socket in list(self.sockets)[-1:]:
                await socket.send_json(told)

        self.do(all_of_them())

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert request.query["ticket"]
        self.connections += 1
        about = {"host": "applink", "build_number": 1, "approximate_connection_time": 18060}
        await socket.send_json({
            "type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0000000001"}, "debug_info": about,
        })  # fmt: skip
        self.sockets.append(socket)
        for name, (_, told) in list(self._unacknowledged.items()):
            self._unacknowledged[name] = time.monotonic(), told
            again = {"retry_attempt": told.get("retry_attempt", 0) + 1, "retry_reason": "timeout"}
            await socket.send_json(told | (again if told["type"] == "events_api" else {}))
        try:
            async for message in socket:
                name = json.loads(message.data)["envelope_id"]
                sent, _ = self._unacknowledged.pop(name, (0.0, {}))
                if sent and time.monotonic() > sent + PATIENCE:
                    self.problems.append("acknowledged too late")
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
        return socket

    # Files

    async def _download(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
            return web.Response(text="<html>log in</html>", content_type="text/html")
        return web.Response(body=self.files[request.match_info["file"]], content_type="image/jpeg")

    async def _upload(self, request: web.Request) -> web.Response:
        upload = self._uploads[request.match_info["file"]]
        upload["data"] = await request.read()
        return web.Response(
            text=f"OK - {len(upload['data'])}", status=200 if len(upload["data"]) == upload["length"] else 400
        )

    async def _hook(self, request: web.Request) -> web.Response:
        asked = await fields(request)
        self.note(kind="quiet", channel=asked["response_type"], text=asked["text"])
        return web.Response(text="ok")

    # The Web API

    async def _method(self, request: web.Request) -> web.Response:
        method, asked = request.match_info["method"], await fields(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
            return as_json({"ok": False, "error": "invalid_auth"})
        if method in ("chat.postMessage", "files.completeUploadExternal") and self.errors:
            status, body, headers = self.errors.pop(0)
            return as_json(body, status, headers)
        result = getattr(self, "_" + method.replace(".", "_"))(asked)
        if "error" not in result and self.lose and method in ("chat.postMessage", "files.completeUploadExternal"):
            self.lose -= 1
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        return as_json({"ok": "error" not in result, **result})

    def _auth_test(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": "https://test.slack.com/", "team": "Test", "user": "mien", "team_id": TEAM, "user_id": BOT,
                "bot_id": "B00000001"}  # fmt: skip

    def _apps_connections_open(self, _: dict[str, Any]) -> dict[str, Any]:
        return {"url": f"ws://127.0.0.1:{self.port}/link/?ticket=abc&app_id=A0000000001"}

    def _users_conversations(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["types"] != "im":
            return {"error": "missing_scope", "needed": "channels:read", "provided": "im:read"}
        if "cursor" not in asked:
            return {"channels": [], "response_metadata": {"next_cursor": "bmV4dA=="}}
        return {"channels": [{"id": DIRECT, "is_im": True, "user": ADA}], "response_metadata": {"next_cursor": ""}}

    def _conversations_history(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["include_all_metadata"] == "true"
        self.looked += 1
        later = [one for one in self.history[asked["channel"]] if float(one["ts"]) > float(asked["oldest"])]
        return {"messages": later[::-1], "has_more": False, "response_metadata": {"next_cursor": ""}}

    def _conversations_open(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"channel": {"id": DIRECT}} if asked["users"] == ADA else {"error": "user_not_found"}

    def _chat_postMessage(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["channel"] not in self.history:
            return {"error": "channel_not_found"}
        assert 0 < len(asked["text"]) <= 4000
        metadata = json.loads(asked["metadata"])
        assert set(metadata) == {"event_type", "event_payload"}
        self._say(asked["channel"], "text", text=asked["text"], metadata=metadata, thread=asked.get("thread_ts"))
        return {"channel": asked["channel"]}

    def _files_getUploadURLExternal(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = f"F{next(self._counter)}"
        if len(asked.get("alt_txt", "")) > 1000:
            return {"error": "alt_txt_too_large"}
        self._uploads[name] = {"length": int(asked["length"]), "name": asked["filename"], "alt": asked.get("alt_txt")}
        return {"upload_url": f"{self.url}/upload/v1/{name}", "file_id": name}

    def _files_completeUploadExternal(self, asked: dict[str, Any]) -> dict[str, Any]:
        (file,) = json.loads(asked["files"])
        upload = self._uploads[file["id"]]
        if asked["channel_id"] not in self.history:
            return {"error": "channel_not_found"}
        kind = "document"
        if upload["name"].endswith(".png"):
            kind = "sticker"
            with Image.open(io.BytesIO(upload["data"])) as picture:
                assert picture.format == "PNG" and picture.size == (512, 512) and upload["alt"]
        files = [{"id": file["id"], "name": upload["name"], "title": file["title"]}]
        self._say(asked["channel_id"], kind, files=files, alt=upload["alt"], thread=asked.get("thread_ts"))
        return {"files": files}

    def _say(self, channel: str, kind: str, **said: Any) -> None:
        ts = f"{time.time():.2f}{next(self._counter):04d}"
        kept = {name: said[name] for name in ("text", "metadata", "files") if name in said}
        self.history[channel].append({"type": "message", "user": BOT, "bot_id": "B00000001", "ts": ts, **kept})
        self.note(kind=kind, channel=channel, **said)
