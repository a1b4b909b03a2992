"""The bot on Slack, by Socket Mode and the Web API: https://docs.slack.dev."""

from __future__ import annotations

import asyncio
import html
import io
import logging
import re
import time
from collections.abc import Coroutine
from typing import Any

import aiohttp

from mien.bots.calling import ODD, left, patiently
from mien.bots.conversation import Conversation
from mien.bots.delivery import Delivery, Line
from mien.bots.errors import Refused
from mien.bots.limits import Limits
from mien.bots.messages import Incoming, Part, Picture, Sticker, Text
from mien.bots.slack_socket import SocketMode
from mien.bots.slack_web import API, Web
from mien.bots.store import Store

log = logging.getLogger("mien.bots")

#: The newest message that was taken, as its `ts`, in the store.
PLACE = "slack ts"
#: Seconds before it that are read again: what came in at one moment in several places need not have come in order.
MARGIN = 60.0
#: Messages that people write; every other subtype tells of something that happened.
WRITTEN = (None, "file_share", "thread_broadcast")
#: What messages of ours are known by, and the letters of a part's key in a file's name.
EVENT, LETTERS = "mien_answer", 12
#: Kinds of conversations, and what remains where the bot may not list all of them.
EVERYWHERE, DIRECT = "im,public_channel,private_channel", "im"
#: Keys of parts that are remembered.
MOST_KEYS = 10_000


class SlackBot:
    """Answers in direct messages and, where it is mentioned, in the channels that it was invited to.

    bot_token: "xoxb-..."; app_token: "xapp-...", with the scope connections:write.
    """

    def __init__(
        self, bot_token: str, app_token: str, store: Store, limits: Limits | None = None, *, api: str = API
    ) -> None:
        self._tokens, self._api, self._store = (bot_token, app_token), api, store
        self._limits = limits or Limits()
        self._delivery = Delivery(Conversation(store, self._limits, platform="slack"), store, self._send)
        self._line = Line(lambda place: store.set_place(PLACE, place))
        self._newest = store.place(PLACE) or ""
        self._caught_up = asyncio.Event()
        self._me = ""
        self._arrived: dict[str, None] = {}  #: keys of our own messages that are there
        self._tried: dict[str, None] = {}  #: keys of parts that were sent, arrived or not
        self._hooks: dict[str, str] = {}  #: slash command -> where to answer it

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Answer until cancelled. ready: set once messages are taken. Raises `BotError` where a token is refused."""
        async with aiohttp.ClientSession() as http:
            self._web, self._ready = Web(http, *self._tokens, self._api), ready
            self._me = str((await patiently("auth.test on Slack", lambda: self._web.call("auth.test")))["user_id"])
            try:
                await SocketMode(http, self._web.open_socket, self._greeted, self._take).run()
            finally:
                await self._line.stop()

    # Coming in

    def _greeted(self) -> None:
        """A connection begins: look up what came in while there was none."""
        if not self._newest:  # what was said before the bot's first start is not for it
            self._newest = f"{time.time():.6f}"
            self._line.add(self._newest, [])
            self._caught_up.set()
        else:
            self._caught_up.clear()
            self._line.add(self._newest, [self._catch_up(f"{float(self._newest) - MARGIN:.6f}")])
        if self._ready is not None:
            self._ready.set()

    async def _catch_up(self, since: str) -> None:
        missed: list[Incoming] = []
        try:
            async for channel in self._conversations():
                missed += await self._missed(str(channel["id"]), since)
        finally:
            self._caught_up.set()
        await asyncio.gather(*(self._delivery.take(message) for message in missed))

    async def _conversations(self) -> Any:
        for kinds in (EVERYWHERE, DIRECT):
            try:
                asked = {"types": kinds, "exclude_archived": "true", "limit": "200"}
                async for page in self._web.pages("users.conversations", asked, "channels"):
                    for channel in page:
                        yield channel
                return
            except Refused as error:
                log.warning("what was missed cannot be looked up everywhere: %s", error)

    async def _missed(self, channel: str, since: str) -> list[Incoming]:
        """Messages of a conversation, the oldest first; notes which of ours are there."""
        found: list[dict[str, Any]] = []
        asked = {"channel": channel, "oldest": since, "limit": "200", "include_all_metadata": "true"}
        try:
            async for page in self._web.pages("conversations.history", asked, "messages"):
                found += page
        except Refused as error:
            log.warning("what was missed cannot be looked up: %s", error)
        for one in found:
            self._note_ours(one)
            self._newest = max(self._newest, str(one["ts"]))
        in_order = sorted(found, key=lambda one: str(one["ts"]))
        return [message for one in in_order if (message := self._read({"channel": channel} | one))]

    def _note_ours(self, told: dict[str, Any]) -> None:
        if told.get("user") != self._me:
            return
        metadata = told.get("metadata") or {}
        if metadata.get("event_type") == EVENT:
            _remember(self._arrived, str((metadata.get("event_payload") or {}).get("key"))[:LETTERS])
        for file in told.get("files") or []:
            _remember(self._arrived, str(file.get("name") or "").rpartition(".")[0].rpartition("-")[2])

    def _take(self, envelope: dict[str, Any]) -> None:
        try:
            work = self._work(str(envelope.get("type")), envelope["payload"])
        except ODD as error:
            left(error)
            return
        if work is not None:
            self._line.add(self._newest, [work])

    def _work(self, kind: str, payload: dict[str, Any]) -> Coroutine[Any, Any, None] | None:
        """What an envelope asks for."""
        if kind == "slash_commands":
            return self._command(self._asked(payload), str(payload["response_url"]))
        event = payload.get("event") or {}
        if kind == "events_api" and event.get("type") in ("message", "app_mention"):
            message = self._incoming(event)
            if message is not None:
                self._newest = max(self._newest, str(event["ts"]))
                return self._in_time(message)
        return None

    async def _in_time(self, message: Incoming) -> None:
        """Only once it is known which answers are there already."""
        await self._caught_up.wait()
        await self._delivery.take(message)

    def _read(self, event: dict[str, Any]) -> Incoming | None:
        try:
            return self._incoming(event)
        except ODD as error:
            left(error)
            return None

    def _incoming(self, event: dict[str, Any]) -> Incoming | None:
        """A message for the conversation; None for what is none, such as what bots say."""
        user, channel, ts = event.get("user"), str(event.get("channel") or ""), str(event.get("ts") or "")
        if not user or user == self._me or event.get("bot_id") or event.get("subtype") not in WRITTEN or not ts:
            return None
        text, picture = html.unescape(str(event.get("text") or "")), self._picture(event)
        if not text and picture is None:
            return None
        private = channel.startswith("D")
        called = f"<@{self._me}>" in text or event.get("parent_user_id") == self._me
        text = re.sub(rf"<@{self._me}>[:,]?", "", text).strip()
        room = f"{channel} {event.get('thread_ts') or ''}".strip()
        return Incoming(f"slack {channel} {ts}", str(user), room, text, picture, private, called)

    def _picture(self, event: dict[str, Any]) -> Picture | None:
        for file in event.get("files") or []:
            known = str(file.get("mimetype") or "").startswith("image/") or file.get("file_access") == "check_file_info"
            if known and file.get("mode") != "external":
                size = file.get("size")
                return Picture(lambda most, file=file: self._fetch(file, most), size if isinstance(size, int) else None)  # type: ignore[misc]
        return None

    async def _fetch(self, file: dict[str, Any], most: int) -> bytes:
        if file.get("file_access") == "check_file_info":  # in a channel shared with others
            file = (await self._web.call("files.info", {"file": str(file["id"])}))["file"]
        url = file.get("url_private_download") or file.get("url_private")
        if not url:
            raise Refused("Slack has no such file")
        return await self._web.download(str(url), most)

    def _asked(self, payload: dict[str, Any]) -> Incoming:
        """ "/mien pack whatsapp" as a message."""
        text, channel = str(payload.get("text") or "").strip(), str(payload["channel_id"])
        text = text if text[:1] in ("/", "!") and text else f"/{text or 'help'}"
        name = f"slack command {payload['trigger_id']}"
        return Incoming(name, str(payload["user_id"]), channel, text, private=channel.startswith("D"))

    async def _command(self, message: Incoming, hook: str) -> None:
        self._hooks[message.id] = hook
        try:
            await self._delivery.take(message)
        finally:
            del self._hooks[message.id]

    # Going out

    async def _send(self, message: Incoming, part: Part, key: str) -> None:
        if key in self._tried:  # it may have arrived although Slack did not say so
            await self._look(message)
        if key[:LETTERS] in self._arrived:
            return
        _remember(self._tried, key)
        hook = self._hooks.get(message.id)
        if isinstance(part, Text) and hook:
            await self._web.respond(hook, _escaped(part.body))
        elif isinstance(part, Text):
            channel, _, thread = message.room.partition(" ")
            metadata = {"event_type": EVENT, "event_payload": {"key": key}}
            asked = {"channel": channel, "text": _escaped(part.body), "metadata": metadata, "unfurl_links": False}
            await self._web.call("chat.postMessage", asked | ({"thread_ts": thread} if thread else {}))
        else:
            await self._share(message, part, key)

    async def _share(self, message: Incoming, part: Part, key: str) -> None:
        if isinstance(part, Sticker):  # PNG: what every client of Slack shows
            name, title, alt, data = "sticker.png", "sticker", part.alt, await asyncio.to_thread(_png, part.data)
        else:
            assert not isinstance(part, Text)
            name, title, alt, data = part.name, part.name, "", part.data
        stem, _, suffix = name.rpartition(".")
        channel, _, thread = message.room.partition(" ")
        place = {"channel_id": channel} | ({"thread_ts": thread} if thread else {})
        name = f"{stem}-{key[:LETTERS]}.{suffix}"
        try:
            await self._web.upload(data, name, title, alt, place)
        except Refused as error:
            if message.id not in self._hooks or error.code not in ("channel_not_found", "not_in_channel"):
                raise
            # A slash command from where the bot is not: the answer goes to who asked.
            direct = (await self._web.call("conversations.open", {"users": message.user}))["channel"]["id"]
            await self._web.upload(data, name, title, alt, {"channel_id": str(direct)})

    async def _look(self, message: Incoming) -> None:
        """Find out which parts of an answer are there."""
        channel, _, thread = message.room.partition(" ")
        asked = {"channel": channel, "limit": "200", "include_all_metadata": "true"}
        since = message.id.split()[-1] if message.id not in self._hooks else f"{time.time() - MARGIN:.6f}"
        method, asked = (
            ("conversations.replies", asked | {"ts": thread}) if thread
            else ("conversations.history", asked | {"oldest": since})
        )  # fmt: skip
        try:
            async for page in self._web.pages(method, asked, "messages"):
                for one in page:
                    self._note_ours(one)
        except Refused as error:
            log.warning("whether an answer arrived cannot be looked up: %s", error)


def _png(data: bytes) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        picture.save(stream, "PNG")
    return stream.getvalue()


def _escaped(text: str) -> str:
    """As Slack wants it: only these three."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _remember(keys: dict[str, None], key: str) -> None:
    keys[key] = None
    if len(keys) > MOST_KEYS:
        del keys[next(iter(keys))]
