"""The bot on Matrix, by matrix-nio."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

import aiohttp
import nio

from mien.bots.addressing import addressed
from mien.bots.conversation import Conversation
from mien.bots.delivery import Delivery, Line, wait_before
from mien.bots.downloads import fetch
from mien.bots.errors import BotError, Refused, Unreachable
from mien.bots.limits import Limits
from mien.bots.messages import Document, Incoming, Part, Picture, Sticker, Text
from mien.bots.store import Store

log = logging.getLogger("mien.bots")

#: Where the stream stands, in the store.
PLACE = "matrix sync"
#: Milliseconds that the server waits for something new.
LONG_POLL = 30_000
#: Messages of a room that come at once; what was missed beyond them is fetched page by page.
PAGE = 50
#: Pages that are fetched at most: a bot that was away for a year does not answer all of it.
PAGES = 20
FILTER = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
        "state": {"lazy_load_members": True},
        "timeline": {"limit": PAGE, "lazy_load_members": True},
    },
}
#: What a server answers that has nothing against another try.
PASSING = ("M_LIMIT_EXCEEDED", "M_UNKNOWN", None, "")
GONE = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED")


class MatrixBot:
    """Answers in every room that it is invited to. token: an access token of the bot's own account; it must stay the
    same, for the server tells by it which answers were sent before."""

    def __init__(self, homeserver: str, token: str, store: Store, limits: Limits | None = None) -> None:
        config = nio.AsyncClientConfig(max_limit_exceeded=0, max_timeouts=0, encryption_enabled=False)
        self._client = nio.AsyncClient(homeserver, config=config)
        self._client.access_token = token
        self._store = store
        self._limits = limits or Limits()
        conversation = Conversation(store, self._limits, platform="matrix")
        self._delivery = Delivery(conversation, store, self._send)
        self._line = Line(lambda place: store.set_place(PLACE, place))
        self._names: tuple[str, ...] = ()

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Answer until cancelled. ready: set once messages are taken. Raises `BotError` where the token is refused."""
        try:
            await self._introduce()
            place = self._store.place(PLACE)
            failures, fresh = 0, True
            while True:
                response = await self._sync(place, fresh)
                if response is None:
                    failures += 1
                    await asyncio.sleep(wait_before(failures))
                    continue
                failures, fresh = 0, False
                await self._take(response, place)
                place = response.next_batch
                if ready is not None:
                    ready.set()
        finally:
            await self._line.stop()
            await self._client.close()

    # Coming in

    async def _introduce(self) -> None:
        """Find out who the token belongs to."""
        attempt = 0
        while True:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                who = await self._client.whoami()
                if isinstance(who, nio.WhoamiResponse):
                    self._client.user_id, self._client.device_id = who.user_id, who.device_id or ""
                    await self._learn_names(who.user_id)
                    return
                _check_token(who)
            attempt += 1
            log.warning("%s does not answer; trying again", self._client.homeserver)
            await asyncio.sleep(wait_before(attempt))

    async def _learn_names(self, user: str) -> None:
        profile = await self._client.get_displayname(user)
        shown = getattr(profile, "displayname", None)
        self._names = (user, user[1:].partition(":")[0], *([shown] if shown else []))

    async def _sync(self, place: str | None, fresh: bool) -> nio.SyncResponse | None:
        """What is new since a place. fresh: also what was known of the rooms when the bot was last stopped."""
        try:
            response = await self._client.sync(
                0 if fresh else LONG_POLL, sync_filter=FILTER, since=place, full_state=fresh
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("the server does not answer (%s)", type(error).__name__)
            return None
        if isinstance(response, nio.SyncResponse):
            return response
        _check_token(response)
        log.warning("the server does not sync (%s)", getattr(response, "status_code", None))
        return None

    async def _take(self, response: nio.SyncResponse, place: str | None) -> None:
        for room in response.rooms.invite:
            await self._join(room)
        work = []
        if place is not None:  # what was said before the bot's first start is not for it
            for room, joined in response.rooms.join.items():
                events = joined.timeline.events
                if joined.timeline.limited and not self._just_joined(events):
                    events = [*await self._missed(room, joined.timeline.prev_batch, place), *events]
                messages = [self._read(room, event) for event in self._since_invitation(events)]
                work += [self._delivery.take(message) for message in messages if message is not None]
        self._line.add(response.next_batch, work)

    async def _join(self, room: str) -> None:
        attempt = 0
        while attempt < 5:
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                answer = await self._client.join(room)
                if isinstance(answer, nio.JoinResponse):
                    return
                if answer.status_code not in PASSING:
                    break
            attempt += 1
            await asyncio.sleep(wait_before(attempt))
        log.warning("cannot join a room that the bot was invited to")

    async def _missed(self, room: str, start: str | None, end: str) -> list[Any]:
        """The messages between two places that a sync left out, the oldest first."""
        found: list[Any] = []
        attempt = 0
        for _ in range(PAGES):
            while True:
                with suppress(aiohttp.ClientError, TimeoutError, OSError):
                    page = await self._client.room_messages(room, start or "", end, limit=PAGE)
                    if isinstance(page, nio.RoomMessagesResponse):
                        break
                    _check_token(page)
                    if page.status_code not in PASSING:
                        return found[::-1]
                attempt += 1
                await asyncio.sleep(wait_before(attempt))
            found += page.chunk
            start = page.end
            if not page.chunk or not start or start == end:
                break
        return found[::-1]

    def _just_joined(self, events: list[Any]) -> bool:
        return any(self._is_membership(event, "join") for event in events)

    def _since_invitation(self, events: list[Any]) -> list[Any]:
        """Where the bot came to a room, only what was said from its invitation on."""
        at = [i for i, event in enumerate(events) if self._is_membership(event, "invite")]
        joined = [i for i, event in enumerate(events) if self._is_membership(event, "join")]
        start = at[-1] if at else joined[-1] if joined else 0
        return events[start:]

    def _is_membership(self, event: Any, kind: str) -> bool:
        if not isinstance(event, nio.RoomMemberEvent) or event.state_key != self._client.user_id:
            return False
        return bool(event.membership == kind and event.prev_membership != kind)

    def _read(self, room: str, event: Any) -> Incoming | None:
        """Anybody can send an event of any shape: those that no client sends are left."""
        try:
            return self._incoming(room, event)
        except (AttributeError, TypeError, ValueError):
            return None

    def _incoming(self, room: str, event: Any) -> Incoming | None:
        """A message for the conversation; None for what is none, such as what bots say."""
        source: dict[str, Any] = event.source
        content = source.get("content") or {}
        if event.sender == self._client.user_id or source.get("type") != "m.room.message":
            return None
        kind, picture = content.get("msgtype"), None
        if kind == "m.image" and isinstance(content.get("url"), str):
            size = (content.get("info") or {}).get("size")
            picture = Picture(lambda most: self._fetch(content["url"], most), size if isinstance(size, int) else None)
        elif kind != "m.text":
            return None
        if (content.get("m.relates_to") or {}).get("rel_type") == "m.replace":
            return None  # an edit of what was answered already
        text = str(content.get("body") or "")
        if picture is not None and content.get("filename") in (None, text):
            text = ""  # the body is the file's name, no caption
        called, text = addressed(_without_quote(text), self._names)
        mentions = (content.get("m.mentions") or {}).get("user_ids") or []
        called = called or self._client.user_id in mentions
        known = self._client.rooms.get(room)
        private = known is not None and known.member_count <= 2
        return Incoming(f"{room} {event.event_id}", event.sender, room, text, picture, private, called)

    async def _fetch(self, address: str, most: int) -> bytes:
        """A picture from the server, at most so many bytes; in memory."""
        server, _, media = address.removeprefix("mxc://").partition("/")
        if not address.startswith("mxc://") or not server or not media or "/" in media or "?" in media or "#" in media:
            raise Refused("no address of a picture")
        session = self._client.client_session
        assert session is not None
        url = f"{self._client.homeserver}/_matrix/client/v1/media/download/{server}/{media}"
        headers = {"Authorization": f"Bearer {self._client.access_token}"}
        return await fetch(session, url, most, headers=headers)

    # Going out

    async def _send(self, message: Incoming, part: Part, key: str) -> None:
        content = await self._content(part)
        kind = "m.sticker" if isinstance(part, Sticker) else "m.room.message"
        if not message.private:
            content["m.mentions"] = {"user_ids": [message.user]}
        try:
            response = await self._client.room_send(message.room, kind, content, tx_id=key)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"the server does not answer ({type(error).__name__})") from None
        _raise_for(response)

    async def _content(self, part: Part) -> dict[str, Any]:
        if isinstance(part, Text):
            return {"msgtype": "m.notice", "body": part.body}
        name = part.name if isinstance(part, Document) else "sticker.webp"
        info: dict[str, Any] = {"mimetype": part.mime, "size": len(part.data)}
        url = await self._upload(part.data, part.mime, name)
        if isinstance(part, Document):
            return {"msgtype": "m.file", "body": name, "filename": name, "url": url, "info": info}
        return {"body": part.alt, "url": url, "info": info | {"w": part.side, "h": part.side}}

    async def _upload(self, data: bytes, mime: str, name: str) -> str:
        try:
            response, _ = await self._client.upload(lambda *_: data, mime, name, filesize=len(data))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"the server does not answer ({type(error).__name__})") from None
        _raise_for(response)
        assert isinstance(response, nio.UploadResponse)
        return str(response.content_uri)


def _without_quote(body: str) -> str:
    """The body of a reply begins with what it replies to, in lines with "> "."""
    lines = body.split("\n")
    while lines and lines[0].startswith("> "):
        lines.pop(0)
    return "\n".join(lines).strip()


def _check_token(response: Any) -> None:
    if getattr(response, "status_code", None) in GONE:
        raise BotError("the server does not know this access token; log in again and pass a new one")


def _raise_for(response: Any) -> None:
    if isinstance(response, nio.ErrorResponse):
        _check_token(response)
        if response.status_code in PASSING:
            wait = (getattr(response, "retry_after_ms", None) or 0) / 1000
            raise Unreachable(f"the server says {response.status_code or 'nothing'}", wait)
        raise Refused(str(response.status_code))
