"""The bot on Discord, by the Gateway and the REST API: https://discord.com/developers/docs."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections.abc import Coroutine
from typing import Any

import aiohttp

from mien.bots.calling import ODD, is_at, left, patiently
from mien.bots.conversation import Conversation
from mien.bots.delivery import Delivery, Line, key_of, until_reachable
from mien.bots.discord_commands import APPLICATION_COMMAND, COMMANDS, QUIET, said
from mien.bots.discord_gateway import Gateway, Session
from mien.bots.discord_rest import ACKNOWLEDGED, API, MOST, Rest
from mien.bots.downloads import fetch
from mien.bots.errors import BotError, Refused, Unreachable
from mien.bots.limits import Limits
from mien.bots.messages import Document, Incoming, Part, Picture, Sticker, Text
from mien.bots.store import Store

log = logging.getLogger("mien.bots")

#: Where the stream stands, in the store.
PLACE = "discord gateway"
#: Seconds after which that is noted even if nobody meant the bot.
NOTE_EVERY = 30.0
#: Where Discord keeps what people attach.
HOSTS = ("cdn.discordapp.com", "media.discordapp.net")
#: Kinds of messages that people write: plain ones and replies. And of channels that have messages.
WRITTEN, CHANNELS = (0, 19), (0, 2, 5, 13)
#: Where the time in Discord's ids begins: milliseconds of Unix time, from bit 22 on.
EPOCH = 1_420_070_400_000
#: Pages of 100 messages that are read of a channel at most: a bot that was away for a year does not answer all of it.
PAGES = 10


class DiscordBot:
    """Answers in direct messages and in the servers that it was added to."""

    def __init__(self, token: str, store: Store, limits: Limits | None = None, *, api: str = API) -> None:
        self._api, self._token, self._store = api, token, store
        self._limits = limits or Limits()
        self._delivery = Delivery(Conversation(store, self._limits, platform="discord"), store, self._send)
        self._line = Line(lambda place: store.set_place(PLACE, place))
        self._id, self._application = "", ""
        self._session: Session | None = None
        self._newest, self._missed_since = 0, 0  #: ids of messages: the last one taken, the last one before this start
        self._guilds: set[str] = set()  #: that the bot was in when it came back, and whose messages it missed
        self._noted = 0.0
        self._thinking: set[str] = set()  #: interactions that were not answered yet

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Answer until cancelled. ready: set once messages are taken. Raises `BotError` where the token is refused."""
        async with aiohttp.ClientSession() as http:
            self._http, self._rest, self._ready = http, Rest(http, self._token, self._api), ready
            self._id = str((await self._patiently("GET", "users/@me"))["id"])
            self._application = str((await self._patiently("GET", "applications/@me"))["id"])
            await self._patiently("PUT", f"applications/{self._application}/commands", COMMANDS)
            gateway = Gateway(http, self._token, self._find_gateway, self._take, self._restored())
            try:
                await gateway.run()
            finally:
                self._note()
                await self._line.stop()

    async def _patiently(self, method: str, path: str, body: Any = None) -> Any:
        return await patiently(f"{path} on Discord", lambda: self._rest.call(method, path, body))

    async def _find_gateway(self) -> str:
        try:
            found = await self._rest.call("GET", "gateway/bot")
        except Refused as error:
            raise BotError(f"Discord refuses its Gateway: {error}") from None
        limit = found.get("session_start_limit") or {}
        if limit.get("remaining") == 0:
            raise Unreachable("Discord wants no new session for now", limit.get("reset_after", 60_000) / 1000)
        return str(found["url"]).rstrip("/")

    # Where the stream stands

    def _restored(self) -> Session | None:
        try:
            place = json.loads(self._store.place(PLACE) or "{}")
            self._newest = int(place["message"])
            return Session(place["session"], place["seq"], place["url"])
        except (ValueError, KeyError, TypeError):
            return None

    def _note(self, *work: Coroutine[Any, Any, None]) -> None:
        """Start work; once it is done, and all before it, the stream stands here."""
        if self._session is not None:
            self._noted = asyncio.get_running_loop().time()
            session = {"session": self._session.id, "seq": self._session.seq, "url": self._session.url}
            self._line.add(json.dumps(session | {"message": str(self._newest)}), work)

    # Coming in

    def _take(self, kind: str, data: dict[str, Any], session: Session) -> None:
        self._session = session
        try:
            work = self._work(kind, data)
        except ODD as error:
            left(error)
            return
        if work or kind == "READY" or asyncio.get_running_loop().time() > self._noted + NOTE_EVERY:
            self._note(*work)
        if kind in ("READY", "RESUMED") and self._ready is not None:
            self._ready.set()

    def _work(self, kind: str, data: dict[str, Any]) -> list[Coroutine[Any, Any, None]]:
        """What an event asks for."""
        if kind == "READY":
            return self._start_anew(data)
        if kind == "MESSAGE_CREATE":
            self._newest = max(self._newest, int(data["id"]))
            message = self._incoming(data, private="guild_id" not in data)
            return [self._delivery.take(message)] if message else []
        if kind == "INTERACTION_CREATE" and data.get("type") == APPLICATION_COMMAND:
            return [self._interact(self._asked(data), data["id"], data["data"]["name"])]
        if kind == "GUILD_CREATE" and data.get("id") in self._guilds:
            self._guilds.discard(data["id"])
            return self._missed_in(data)
        return []

    def _start_anew(self, ready: dict[str, Any]) -> list[Coroutine[Any, Any, None]]:
        """A new session brings nothing of what came in before it: that is looked up, in direct messages of those whom
        the bot knows, and in the servers as they become available."""
        self._missed_since = self._newest
        if not self._newest:  # what was said before the bot's first start is not for it
            self._newest = int(time.time() * 1000 - EPOCH) << 22
            return []
        self._guilds = {guild["id"] for guild in ready.get("guilds") or []}
        return [self._missed_from(user) for user in self._store.users()]

    def _missed_in(self, guild: dict[str, Any]) -> list[Coroutine[Any, Any, None]]:
        places = [place for place in guild.get("channels") or [] if place.get("type") in CHANNELS]
        return [
            self._missed(place["id"], private=False)
            for place in [*places, *(guild.get("threads") or [])]
            if int(place.get("last_message_id") or 0) > self._missed_since
        ]

    async def _missed_from(self, user: str) -> None:
        try:
            channel = await until_reachable(
                lambda: self._rest.call("POST", "users/@me/channels", {"recipient_id": user})
            )
        except Refused:
            return
        await self._missed(str(channel["id"]), private=True)

    async def _missed(self, channel: str, *, private: bool) -> None:
        """Answer what was written in a channel while the bot was away."""
        since = self._missed_since
        for _ in range(PAGES):
            path = f"channels/{channel}/messages?after={since}&limit=100"
            try:
                page = await until_reachable(lambda path=path: self._rest.call("GET", path))  # type: ignore[misc]
            except Refused:  # the bot may not read there
                return
            found = sorted(page, key=lambda one: int(one["id"]))
            messages = [message for one in found if (message := self._read(one, private=private))]
            await asyncio.gather(*(self._delivery.take(message) for message in messages))
            if len(page) < 100:
                return
            since = int(found[-1]["id"])

    def _read(self, data: dict[str, Any], *, private: bool) -> Incoming | None:
        try:
            return self._incoming(data, private=private)
        except ODD as error:
            left(error)
            return None

    def _incoming(self, data: dict[str, Any], *, private: bool) -> Incoming | None:
        """A message for the conversation; None for what is none, such as what bots say."""
        author = data.get("author") or {}
        if author.get("bot") or data.get("webhook_id") or data.get("type") not in WRITTEN:
            return None
        text, picture = str(data.get("content") or ""), self._picture(data)
        if not text and picture is None:
            return None
        replied = ((data.get("referenced_message") or {}).get("author") or {}).get("id")
        called = replied == self._id or any(one.get("id") == self._id for one in data.get("mentions") or [])
        text = re.sub(rf"<@!?{self._id}>[:,]?", "", text).strip()
        channel = str(data["channel_id"])
        name = f"discord {channel} {data['id']}"
        return Incoming(name, str(author["id"]), f"channels/{channel}", text, picture, private, called)

    def _picture(self, data: dict[str, Any]) -> Picture | None:
        for one in data.get("attachments") or []:
            if str(one.get("content_type") or "").startswith("image/"):
                return Picture(lambda most, url=str(one["url"]): self._fetch(url, most), one.get("size"))  # type: ignore[misc]
        return None

    async def _fetch(self, url: str, most: int) -> bytes:
        if not is_at(url, HOSTS, self._api):
            raise Refused("not where Discord keeps pictures")
        return await fetch(self._http, url, most)

    def _asked(self, data: dict[str, Any]) -> Incoming:
        """A slash command as a message."""
        private, room = "guild_id" not in data, f"webhooks/{self._application}/{data['token']}"
        user = data["user"] if private else data["member"]["user"]
        return Incoming(f"discord interaction {data['id']}", str(user["id"]), room, said(data), private=private)

    async def _interact(self, message: Incoming, id: str, name: str) -> None:
        """Answer a slash command: at once that the bot is thinking, for that must be within three seconds, then what it
        thought."""
        if self._store.progress(message.id) is None:
            return
        room = message.room
        quiet = {"data": {"flags": 64}} if not message.private and name in QUIET else {}
        path = f"interactions/{id}/{room.rpartition('/')[2]}/callback"
        try:
            await until_reachable(lambda: self._rest.call("POST", path, {"type": 5} | quiet))
        except Refused as error:
            if error.code != ACKNOWLEDGED:  # else it was answered so before the bot was restarted
                log.warning("a slash command came too late: %s", error)
                self._store.done(message.id)
                return
        self._thinking.add(room)
        await self._delivery.take(message)
        if room in self._thinking:  # somebody who asks too often gets no answer
            self._thinking.discard(room)
            await self._quietly("DELETE", f"{room}/messages/@original")

    async def _quietly(self, method: str, path: str) -> None:
        try:
            await self._rest.call(method, path)
        except (Refused, Unreachable) as error:
            log.warning("%s", error)

    # Going out

    async def _send(self, message: Incoming, part: Part, key: str) -> None:
        body: dict[str, Any] = {"allowed_mentions": {"parse": []}}
        file = None
        if isinstance(part, Text):
            body["content"] = part.body
        else:
            file = (part.name if isinstance(part, Document) else "sticker.webp", part.data, part.mime)
            if len(part.data) > MOST:
                raise Refused("more bytes than Discord takes")
            body["attachments"] = [{"description": part.alt[:1024]} if isinstance(part, Sticker) else {}]
        if message.room.startswith("webhooks/"):
            self._thinking.discard(message.room)
            if key == key_of(message.id, 0):  # the same however often it is done
                await self._rest.call("PATCH", f"{message.room}/messages/@original", body, file)
            else:
                await self._rest.call("POST", message.room, body, file)
            return
        body |= {"nonce": key[:25], "enforce_nonce": True}
        if not message.private:
            body["message_reference"] = {"message_id": message.id.split()[-1], "fail_if_not_exists": False}
        await self._rest.call("POST", f"{message.room}/messages", body, file)
