"""A small server on loopback that speaks Discord's Gateway and REST API, version 10, in the shapes of
https://discord.com/developers/docs.

It checks what it is sent as Discord does: the handshake, heartbeats, limits of a message and of attachments, nonces,
and the three seconds of an interaction. It keeps the events of a session until they are asked for again, and hides what
people write from a bot that may not read it.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import Any

from aiohttp import web

from chat_server import as_json, fields
from discord_gateway_server import GatewayServer
from discord_shapes import (
    ADA,
    APPLICATION,
    BOT,
    CHANNEL,
    DIRECT,
    EPOCH,
    GUILD,
    ME,
    MESSAGE_CONTENT,
    TOKEN,
    Invalid,
    checked,
    kind_of,
    person,
)


class Discord(GatewayServer):
    def __init__(self) -> None:
        super().__init__()
        self.refusals: list[tuple[int, dict[str, Any], dict[str, str]]] = []  #: answered to what the bot sends next
        self.commands: list[dict[str, Any]] = []
        self.interactions: dict[str, dict[str, Any]] = {}  #: by token
        self.repeated = 0  #: messages that came again with the same nonce
        self.lose = 0  #: so many of the next messages are taken, but the bot does not hear of it
        self._nonces: dict[str, dict[str, Any]] = {}
        self._counter = itertools.count(1)

    def routes(self) -> list[web.RouteDef]:
        v10 = "/api/v10"
        return [
            web.get("/gateway/", self._gateway),
            web.get("/attachments/{file}", self._attachment),
            web.get(v10 + "/users/@me", self._json(lambda _: ME)),
            web.get(v10 + "/applications/@me", self._json(lambda _: {"id": APPLICATION, "name": "Mien", "bot": ME})),
            web.get(v10 + "/gateway/bot", self._json(lambda _: {
                "url": f"ws://127.0.0.1:{self.port}/gateway", "shards": 1, "session_start_limit":
                {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 1}})),
            web.put(v10 + "/applications/{application}/commands", self._register),
            web.post(v10 + "/users/@me/channels", self._open),
            web.get(v10 + "/channels/{channel}/messages", self._read),
            web.post(v10 + "/channels/{channel}/messages", self._create),
            web.post(v10 + "/interactions/{id}/{token}/callback", self._callback),
            web.patch(v10 + "/webhooks/{application}/{token}/messages/@original", self._edit),
            web.delete(v10 + "/webhooks/{application}/{token}/messages/@original", self._edit),
        ]  # fmt: skip

    # People

    def snowflake(self) -> str:
        return str((int(time.time() * 1000 - EPOCH) << 22) + next(self._counter))

    def message(self, text: str = "", photo: bytes | None = None, *, direct: bool = True, mention: bool = False,
                author: dict[str, Any] | None = None, **more: Any) -> None:  # fmt: skip
        """Somebody writes to the bot, or into a channel of the server."""
        id, attachments = self.snowflake(), []
        if photo is not None:
            self.files[f"{id}.jpg"] = photo
            attachments = [{
                "id": id, "filename": "photo.jpg", "size": len(photo), "content_type": "image/jpeg",
                "url": f"{self.url}/attachments/{id}.jpg", "proxy_url": f"{self.url}/attachments/{id}.jpg",
                "width": 600, "height": 800,
            }]  # fmt: skip
        text = f"<@{BOT}> {text}" if mention else text
        told = {
            "id": id, "channel_id": DIRECT if direct else CHANNEL, "author": author or person(ADA), "type": 0,
            "content": text, "attachments": attachments, "mentions": [ME] if mention else [], "embeds": [],
            "timestamp": "2025-01-01T00:00:00.000000+00:00", "edited_timestamp": None, "tts": False, "pinned": False,
            "mention_everyone": False, "mention_roles": [], **more,
        }  # fmt: skip
        self.history[told["channel_id"]].append(told)
        if not direct:
            told = {**told, "guild_id": GUILD, "member": {"roles": []}}
        self.event("MESSAGE_CREATE", self._shown(told))

    def _shown(self, told: dict[str, Any]) -> dict[str, Any]:
        """As the bot sees it: without content where it may not read it."""
        hidden = told["channel_id"] != DIRECT and told["author"]["id"] != BOT and not told["mentions"]
        return {**told, "content": "", "attachments": []} if hidden and not self._intents & MESSAGE_CONTENT else told

    def command(self, name: str, *, direct: bool = True, **options: str) -> str:
        """Somebody uses a slash command; gives its token."""
        id = self.snowflake()
        token = f"interaction-token-{id}"
        self.interactions[token] = {"id": id, "at": time.monotonic(), "state": "new"}
        who = {"user": person(ADA)} if direct else {"member": {"user": person(ADA)}, "guild_id": GUILD}
        given = [{"type": 3, "name": option, "value": value} for option, value in options.items()]
        self.event("INTERACTION_CREATE", {
            "id": id, "application_id": APPLICATION, "type": 2, "token": token, "version": 1, **who,
            "channel_id": DIRECT if direct else CHANNEL,
            "data": {"id": "1", "name": name, "type": 1, **({"options": given} if given else {})},
        })  # fmt: skip
        return token

    # The REST API

    def _json(self, give: Any) -> Any:
        async def answer(request: web.Request) -> web.Response:
            return self._unauthorised(request) or as_json(give(request))

        return answer

    def _unauthorised(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") == f"Bot {TOKEN}":
            return None
        return as_json({"message": "401: Unauthorized", "code": 0}, 401)

    async def _attachment(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            self.problems.append("the token was sent where pictures are kept")
        return web.Response(body=self.files[request.match_info["file"]], content_type="image/jpeg")

    async def _register(self, request: web.Request) -> web.Response:
        self.commands = list((await fields(request)).values())
        for command in self.commands:
            assert (
                1 <= len(command["name"]) <= 32
                and command["name"].islower()
                and 1 <= len(command["description"]) <= 100
            )
            for option in command.get("options", []):
                assert len(option["description"]) <= 100 and len(option.get("choices", [])) <= 25
        return self._unauthorised(request) or as_json(self.commands)

    async def _open(self, request: web.Request) -> web.Response:
        asked = await fields(request)
        return self._unauthorised(request) or as_json(
            {"id": DIRECT, "type": 1, "recipients": [person(asked["recipient_id"])]}
        )

    async def _read(self, request: web.Request) -> web.Response:
        after, limit = int(request.query["after"]), int(request.query.get("limit", 50))
        assert limit <= 100
        later = [self._shown(one) for one in self.history[request.match_info["channel"]] if int(one["id"]) > after]
        return self._unauthorised(request) or as_json(later[:limit][::-1])

    async def _create(self, request: web.Request) -> web.Response:
        asked = await self._message(request)
        if isinstance(asked, web.Response):
            return asked
        channel, nonce = request.match_info["channel"], asked.get("nonce")
        if nonce is not None and len(str(nonce)) > 25:
            return as_json({"code": 50035, "message": "Invalid Form Body"}, 400)
        if asked.get("enforce_nonce") and nonce in self._nonces:
            with self.news:
                self.repeated += 1
                self.news.notify_all()
            return as_json(self._nonces[nonce])
        told = {"id": self.snowflake(), "channel_id": channel, "author": ME, "type": 0, "mentions": [],
                "content": asked.get("content", ""), "attachments": []}  # fmt: skip
        self._nonces[nonce] = told
        self.history[channel].append(told)
        self.note(kind=kind_of(asked), channel=channel, **asked)
        if self.lose:
            self.lose -= 1
            assert request.transport is not None
            request.transport.abort()
        return as_json(told, headers={"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "4"})

    async def _message(self, request: web.Request) -> dict[str, Any] | web.Response:
        """What a message holds, checked as Discord does; or why it is refused."""
        whole = await fields(request)
        if refused := self._unauthorised(request):
            return refused
        if self.refusals:
            status, body, headers = self.refusals.pop(0)
            return as_json(body, status, headers)
        try:
            return checked(whole)
        except Invalid as error:
            return as_json({"code": error.args[1], "message": error.args[2]}, error.args[0])

    # Interactions

    async def _callback(self, request: web.Request) -> web.Response:
        token, asked = request.match_info["token"], await fields(request)
        known = self.interactions[token]
        if known["state"] != "new":
            return as_json({"message": "Interaction has already been acknowledged.", "code": 40060}, 400)
        if time.monotonic() > known["at"] + 3:
            return as_json({"message": "Unknown interaction", "code": 10062}, 404)
        assert asked["type"] == 5
        known |= {"state": "thinking", "quiet": asked.get("data", {}).get("flags") == 64}
        return web.Response(status=204)

    async def _edit(self, request: web.Request) -> web.Response:
        token = request.match_info["token"]
        known = self.interactions[token]
        if request.method == "DELETE":
            known["state"] = "deleted"
            return web.Response(status=204)
        asked = await self._message(request)
        if isinstance(asked, web.Response):
            return asked
        if known["state"] == "new" or time.monotonic() > known["at"] + 900:
            return as_json({"message": "Unknown Webhook", "code": 10015}, 404)
        known["state"] = "answered"
        self.note(kind=kind_of(asked), channel=token, quiet=known["quiet"], **asked)
        await asyncio.sleep(0)
        return as_json({"id": self.snowflake()})
