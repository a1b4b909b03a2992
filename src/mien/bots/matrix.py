"""The bot on Matrix, by matrix-nio."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any

import aiohttp
import nio

from mien.bots import wording
from mien.bots.addressing import addressed
from mien.bots.conversation import Conversation
from mien.bots.delivery import Delivery, Line, wait_before
from mien.bots.errors import Refused
from mien.bots.limits import Limits
from mien.bots.matrix_encryption import Encryption, client_config
from mien.bots.matrix_media import PASSING, address_of, check_token, content_of, fetch_picture, raise_for
from mien.bots.messages import Incoming, Part, Picture
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


class MatrixBot:
    """Answers in every room that it is invited to. token: an access token of the bot's own account; it must stay the
    same, for the server tells by it which answers were sent before."""

    def __init__(self, homeserver: str, token: str, store: Store, limits: Limits | None = None) -> None:
        self._client = nio.AsyncClient(homeserver, config=client_config())
        self._client.access_token = token
        self._encryption = Encryption(self._client, store.path.with_name(f"{store.path.stem}-keys"))
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
            self._encryption.load()
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
                await self._encryption.keep_up(response)
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
                check_token(who)
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
        check_token(response)
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
                work += [self._answer(room, event) for event in self._since_invitation(events)]
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
                    check_token(page)
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

    async def _answer(self, room: str, event: Any) -> None:
        if isinstance(event, nio.MegolmEvent):
            event = await self._opened(room, event)
        if event is not None and (message := self._read(room, event)):
            await self._delivery.take(message)

    async def _opened(self, room: str, event: nio.MegolmEvent) -> Any:
        """What is in an encrypted event; where it cannot be read, that is told and None given."""
        if event.sender == self._client.user_id:
            return None
        if not self._encryption.on:
            told = Incoming(f"{room} encrypted", event.sender, room)  # once in a room
            await self._delivery.tell(told, wording.ENCRYPTED)
            return None
        opened = await self._encryption.opened(room, event)
        if opened is None and self._is_private(room):
            await self._delivery.tell(Incoming(f"{room} {event.event_id}", event.sender, room), wording.NO_KEY)
        return opened

    def _is_private(self, room: str) -> bool:
        known = self._client.rooms.get(room)
        return known is not None and known.member_count <= 2

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
        if kind == "m.image" and address_of(content):
            size = (content.get("info") or {}).get("size")
            size = size if isinstance(size, int) else None
            picture = Picture(lambda most: fetch_picture(self._client, content, most), size)
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
        private = self._is_private(room)
        return Incoming(f"{room} {event.event_id}", event.sender, room, text, picture, private, called)

    # Going out

    async def _send(self, message: Incoming, part: Part, key: str) -> None:
        kind, content = await content_of(self._client, part, encrypted=self._encryption.of_room(message.room))
        if not message.private:
            content["m.mentions"] = {"user_ids": [message.user]}
        if message.room not in self._client.rooms:
            raise Refused("the bot is no longer in this room")
        raise_for(await self._encryption.send(message.room, kind, content, key))


def _without_quote(body: str) -> str:
    """The body of a reply begins with what it replies to, in lines with "> "."""
    lines = body.split("\n")
    while lines and lines[0].startswith("> "):
        lines.pop(0)
    return "\n".join(lines).strip()
