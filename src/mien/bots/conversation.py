"""What the bot answers to a message; no network, no messenger."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from mien.bots import drawing, wording
from mien.bots.errors import Refused, TooLarge, Unreachable
from mien.bots.limits import Limits
from mien.bots.messages import Incoming, Part, Picture, Sticker, Text
from mien.bots.store import Store
from mien.errors import MienError
from mien.rates import Buckets

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec
    from mien.types import Face

#: Photos that are read at once, and packs that are made at once: the machine has other things to do.
PHOTOS, PACKS = 2, 1
#: Letters of an error that are passed on; some list every style of hair.
LONGEST = 700
#: People whose emoji are remembered without having been agreed to.
MOST_PENDING = 1000


class Conversation:
    """Answers messages. One for a bot; not safe to share between event loops.

    platform: whose packs /pack gives, a key of `mien.stickers.PLATFORMS`.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits | None = None,
        *,
        platform: str = "matrix",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._limits, self._platform, self._clock = store, limits or Limits(), platform, clock
        self._messages = Buckets(self._limits.messages / 60, self._limits.burst, clock)
        self._packs = Buckets(self._limits.packs / 3600, self._limits.packs, clock)
        self._pending: dict[str, tuple[float, AvatarSpec]] = {}  # user -> (until when, not agreed to yet)
        self._reading, self._packing = asyncio.Semaphore(PHOTOS), asyncio.Semaphore(PACKS)
        self._commands: dict[str, Callable[[Incoming, str], Awaitable[list[Part]]]] = {
            "help": self._help, "start": self._help, "privacy": self._privacy, "agree": self._agree,
            "forget": self._forget, "expression": self._expression, "set": self._set, "pack": self._pack,
        }  # fmt: skip

    async def answer(self, message: Incoming) -> list[Part]:
        """All that `parts` gives."""
        return [part async for part in self.parts(message)]

    async def parts(self, message: Incoming) -> AsyncGenerator[Part, None]:
        """The messages to send back, each as soon as it is made; none where the bot is not meant. Raises `Unreachable`,
        before the first one, where a picture cannot be fetched now."""
        if not (message.private or message.addressed):
            return
        name, arguments = _command(message.text)
        if wait := self._messages.take(message.user):
            if name == "forget":  # that is always possible
                await self._forget(message, arguments)
            if self._messages.tell(message.user):
                yield Text(wording.SLOW_DOWN.format(wait=wait))
            return
        try:
            if message.picture is not None:
                async for part in self._photo(message, message.picture):
                    yield part
            else:
                for part in await self._command(name, message, arguments):
                    yield part
        except Unreachable:
            self._messages.put_back(message.user)  # it will be asked again
            raise
        except MienError as error:
            yield Text(str(error)[:LONGEST])

    async def _command(self, name: str, message: Incoming, arguments: str) -> list[Part]:
        return await self._commands[name](message, arguments) if name in self._commands else [Text(wording.UNKNOWN)]

    async def _photo(self, message: Incoming, picture: Picture) -> AsyncGenerator[Part, None]:
        faces = await self._faces(picture)
        if isinstance(faces, str):
            yield Text(faces)
            return
        # The emoji goes out while the sticker is drawn.
        drawn = asyncio.create_task(self._drawn(faces[0]))
        try:
            yield Text(_told(faces, self._limits.faces))
            spec, worn = await drawn
        finally:
            drawn.cancel()
        yield worn
        if len(faces) > 1:
            yield Text(wording.SEVERAL)
        elif message.private:  # in a group the photo may well be of somebody else
            self._remember(message.user, spec)
            yield Text(wording.ASK)

    async def _faces(self, picture: Picture) -> tuple[Face, ...] | str:
        """At least one face; or why there is none."""
        if picture.size is not None and picture.size > self._limits.bytes:
            return wording.too_large(self._limits)
        async with self._reading:
            try:
                data = await picture.fetch(self._limits.bytes)
            except TooLarge:
                return wording.too_large(self._limits)
            except Refused:
                return wording.NO_FETCH
            return await asyncio.to_thread(drawing.read_photo, data, self._limits.pixels) or wording.NO_FACE

    async def _drawn(self, face: Face) -> tuple[AvatarSpec, Sticker]:
        async with self._reading:
            return await asyncio.to_thread(drawing.worn_by, face)

    async def _help(self, message: Incoming, arguments: str) -> list[Part]:
        return [Text(wording.HELP)]

    async def _privacy(self, message: Incoming, arguments: str) -> list[Part]:
        return [Text(wording.privacy(self._limits))]

    async def _agree(self, message: Incoming, arguments: str) -> list[Part]:
        pending = self._pending_of(message.user)
        if pending is not None:
            self._store.keep(message.user, pending.to_json(indent=None))
            del self._pending[message.user]
        elif self._store.spec(message.user) is None:
            return [Text(wording.NO_SPEC)]
        return [Text(wording.AGREED)]

    async def _forget(self, message: Incoming, arguments: str) -> list[Part]:
        remembered = self._pending.pop(message.user, None) is not None
        kept = self._store.forget(message.user)
        return [Text(wording.FORGOTTEN if kept or remembered else wording.NOTHING)]

    async def _expression(self, message: Incoming, arguments: str) -> list[Part]:
        spec = self._spec(message.user)
        if spec is None:
            return [Text(wording.NO_SPEC)]
        worn = drawing.wearable(arguments or "happy")
        return [await asyncio.to_thread(drawing.sticker, spec, worn)]

    async def _set(self, message: Incoming, arguments: str) -> list[Part]:
        spec = self._spec(message.user)
        if spec is None:
            return [Text(wording.NO_SPEC)]
        spec = drawing.changed(spec, arguments)
        if self._pending_of(message.user) is not None:
            self._remember(message.user, spec)
        else:
            self._store.keep(message.user, spec.to_json(indent=None))
        return [await asyncio.to_thread(drawing.sticker, spec, "happiness")]

    async def _pack(self, message: Incoming, arguments: str) -> list[Part]:
        spec = self._spec(message.user)
        if spec is None:
            return [Text(wording.NO_SPEC)]
        if wait := self._packs.take(message.user):
            return [Text(wording.PACKS.format(wait=-(-wait // 60)))]
        async with self._packing:
            return [await asyncio.to_thread(drawing.pack, spec, arguments.lower() or self._platform)]

    # Whose emoji

    def _spec(self, user: str) -> AvatarSpec | None:
        """The emoji of the last photo, else the one that is kept."""
        from mien.avatar.spec import AvatarSpec

        kept = self._store.spec(user)
        return self._pending_of(user) or (AvatarSpec.from_json(kept) if kept else None)

    def _pending_of(self, user: str) -> AvatarSpec | None:
        self._drop_old()
        return self._pending[user][1] if user in self._pending else None

    def _remember(self, user: str, spec: AvatarSpec) -> None:
        self._drop_old()
        self._pending.pop(user, None)
        self._pending[user] = self._clock() + 60 * self._limits.minutes, spec
        if len(self._pending) > MOST_PENDING:
            del self._pending[next(iter(self._pending))]

    def _drop_old(self) -> None:
        now = self._clock()
        for user in [user for user, (until, _) in self._pending.items() if until <= now]:
            del self._pending[user]


def _command(text: str) -> tuple[str, str]:
    """("pack", "whatsapp") of "/pack whatsapp", "!pack whatsapp" and "/pack@mien_bot whatsapp"; "" for no command."""
    words = text.strip().split(maxsplit=1)
    if not words or words[0][0] not in "/!":
        return "", ""
    return words[0][1:].partition("@")[0].lower(), words[1].strip() if len(words) > 1 else ""


def _told(faces: Sequence[Face], most: int) -> str:
    """ "😄 happiness"; of several faces only the emoji."""
    from mien.types import UNSURE

    if len(faces) > 1:
        more = len(faces) - most
        return " ".join(face.expression.emoji for face in faces[:most]) + (f" and {more} more" if more > 0 else "")
    shown = faces[0].expression
    if shown.label == UNSURE:
        return f"{shown.emoji} I cannot tell the expression: {shown.reason}"
    return f"{shown.emoji} {shown.label}"
