"""`WS /api/live`: frames in, scenes and avatars out. The newest frame wins, so that what is seen is never old.

One frame is worked on at a time, and the next is taken when its answer has gone out: a slow reader or a slow machine
gets fewer answers, never later ones. A frame that comes meanwhile takes the place of one that waits.
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from mien.errors import MienError
from mien.studio.house import House
from mien.studio.problems import Problem, problem_of, problem_response
from mien.studio.users import Me, User

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec
    from mien.journal import Recording
    from mien.studio.live import LiveReader

#: Before each frame: its number, which the answer repeats; unsigned, big-endian.
SEQUENCE = struct.Struct(">I")
#: Seconds without a message after which a connection is closed.
SILENCE = 120.0
#: Seconds between two looks whether who looks still may.
OFTEN = 1.0
#: Persons for whom an avatar can be chosen.
PERSONS = 32
#: Close codes (RFC 6455, 7.4.1): going away, policy violation, try again later.
AWAY, POLICY, LATER = 1001, 1008, 1013


class Frame(NamedTuple):
    """One that waits to be read."""

    number: int
    encoded: bytes
    arrived: float  #: time.monotonic


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api")

    @routes.websocket("/live")
    async def live(socket: WebSocket, me: Me) -> None:
        mine = house.live_of[me.id]
        full = house.live >= house.limits.live or (me.id and mine >= max(1, house.limits.live // 2))  # others look too
        if full or house.closing.is_set():
            count = mine if me.id else house.live
            problem = Problem("busy", f"{count} live connections already; close one", headers={"Retry-After": "5"})
            await socket.send_denial_response(problem_response(problem, "/api/live"))
            return
        house.live += 1
        house.live_of[me.id] += 1
        try:
            await socket.accept()
            await Connection(house, socket, me).serve()
        finally:
            house.live -= 1
            house.live_of[me.id] -= 1
            house.live_of += Counter()  # those with none go

    return routes


class Connection:
    """One live connection."""

    def __init__(self, house: House, socket: WebSocket, me: User) -> None:
        self._house, self._socket, self._me = house, socket, me
        self._waiting: Frame | None = None
        self._come, self._sending = asyncio.Event(), asyncio.Lock()
        self._dropped = 0
        self._avatars: dict[str, AvatarSpec | None] = {}
        self._smooth = True
        # A thread of its own: photos that others send do not stand in its way.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="mien studio live")
        self._reader: LiveReader | None = None
        self._recording: Recording | None = None

    async def serve(self) -> None:
        """Until either side ends it."""
        closing = self._house.closing.wait
        tasks = [asyncio.create_task(one()) for one in (self._receive, self._answer, closing, self._watch)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            await self._close(next(iter(done)), tasks[2] in done)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.shield(self._end(tasks))  # to its end also where the server cancels the connection

    async def _end(self, tasks: list[asyncio.Task[Any]]) -> None:
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._recording is not None:
            with suppress(MienError, RuntimeError):
                await asyncio.get_running_loop().run_in_executor(self._pool, self._record, None)
        # The place is free when the thread is: else who comes and goes fills the machine with frames.
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    async def _watch(self) -> None:
        """Until who looks may not any more, also where nothing is sent."""
        while True:
            await asyncio.sleep(OFTEN)
            self._check()

    def _check(self) -> None:
        if not self._house.directory.admits(self._me):
            raise _Refused("your token has ended, or you have been removed")

    async def _close(self, ended: asyncio.Task[Any], closing: bool) -> None:
        code, reason = AWAY, "the studio is closing" if closing else "nothing was sent for too long"
        error = ended.exception()
        if isinstance(error, _Refused):
            code, reason = POLICY, str(error)
        elif error is not None and not isinstance(error, WebSocketDisconnect | RuntimeError):
            raise error
        if error is None or isinstance(error, _Refused):
            with suppress(RuntimeError, WebSocketDisconnect):
                await self._socket.close(code, reason.encode()[:120].decode("utf-8", "ignore"))

    async def _receive(self) -> None:
        while True:
            try:
                message = await asyncio.wait_for(self._socket.receive(), SILENCE)
            except TimeoutError:
                return
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", AWAY))
            if (text := message.get("text")) is not None:
                await self._take_settings(text)
            elif (content := message.get("bytes")) is not None:
                self._take_frame(content)

    def _take_frame(self, content: bytes) -> None:
        if len(content) <= SEQUENCE.size:
            raise _Refused("a frame is a number of 4 bytes, big-endian, and a JPEG")
        if self._waiting is not None:
            self._dropped += 1
            self._house.metrics.frames["dropped"] += 1
        number = SEQUENCE.unpack_from(content)[0]
        self._waiting = Frame(number, content[SEQUENCE.size :], time.monotonic())
        self._come.set()

    async def _take_settings(self, text: str) -> None:
        """Avatars, smoothing, what is recorded; a problem is told, and what was set before stays."""
        try:
            wanted = json.loads(text) if len(text) <= self._house.limits.json_bytes else None
            if not isinstance(wanted, dict) or set(wanted) - {"avatars", "smooth", "journal"}:
                raise Problem("invalid", 'a message is {"avatars": {track_id or "*": spec or null}, "smooth": true}')
            loop = asyncio.get_running_loop()
            avatars = self._avatars
            if "avatars" in wanted:
                avatars = await loop.run_in_executor(self._pool, self._persons, wanted["avatars"])
            smooth = wanted.get("smooth", self._smooth)
            if not isinstance(smooth, bool):
                raise Problem("invalid", "smooth: true or false")
            self._avatars, self._smooth = avatars, smooth
            if "journal" in wanted:
                await asyncio.get_running_loop().run_in_executor(self._pool, self._record, wanted["journal"])
        except (MienError, Problem, ValueError, RecursionError) as error:
            await self._tell(_told(error))

    def _persons(self, wanted: object) -> dict[str, AvatarSpec | None]:
        self._house.wait_for_rooms()
        return _avatars(wanted)

    async def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._come.wait()
            self._come.clear()
            frame, self._waiting = self._waiting, None
            assert frame is not None
            try:
                answer = await loop.run_in_executor(self._pool, self._read, frame)
            except (MienError, Problem) as error:
                answer = _told(error)
            self._check()
            took = time.monotonic() - frame.arrived
            await self._tell({"seq": frame.number, **answer, "dropped": self._dropped, "ms": round(1000 * took, 1)})
            self._house.metrics.live.add(took)
            self._house.metrics.frames["answered"] += 1

    def _read(self, frame: Frame) -> dict[str, Any]:
        models = self._house.reader(self._me.id)
        from mien.studio.live import LiveReader

        if self._reader is None or self._reader.models is not models:  # another one was made active
            self._reader = LiveReader(models, self._house.limits.frame_pixels)
        self._reader.smooth = self._smooth
        mirrored = self._reader.read(frame.encoded, self._avatars)
        told: dict[str, Any] = {"scene": mirrored.scene.to_dict(), "avatars": mirrored.avatars}
        if self._recording is not None:
            told["recording"] = self._recording.session
            try:
                self._recording.add(mirrored.scene)
            except MienError as error:  # such as consent that was taken back meanwhile
                self._recording = None
                told |= {"recording": None, **_told(error)}
        return told

    def _record(self, wanted: object) -> None:
        """Begin to record what is seen, {"session": name, "person": name}, or end it: null. Raises `NoConsent`."""
        from mien.studio.journal_api import open_journal

        before, self._recording = self._recording, None
        if before is not None:
            before.close()
        if wanted is None:
            return
        if not self._me.keeps:
            raise Problem("role", f"your role is {self._me.role}, which keeps nothing; ask an admin for another")
        asked: dict[str, Any] = wanted if isinstance(wanted, dict) and set(wanted) <= {"session", "person"} else {}
        session, person = asked.get("session"), asked.get("person", "me")
        if not isinstance(session, str) or not isinstance(person, str):
            raise Problem("invalid", 'journal: null, or {"session": a name, "person": "me"}')
        self._recording = open_journal(self._house, self._me.id).recording(session, person)

    async def _tell(self, value: dict[str, Any]) -> None:
        async with self._sending:
            await self._socket.send_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


class _Refused(Exception):
    """A message that ends the connection."""


def _told(error: Exception) -> dict[str, Any]:
    """What is said of a frame or message that is wrong: the problem, as over HTTP."""
    if isinstance(error, MienError):
        error = problem_of(error)
    if not isinstance(error, Problem):
        error = Problem("invalid", "a message is JSON")
    return {"problem": {"type": f"/problems/{error.name}", "status": error.status_code, "detail": error.detail}}


def _avatars(wanted: object) -> dict[str, AvatarSpec | None]:
    """The persons of a message. Raises `Problem`, `SpecError`."""
    from mien.avatar.spec import AvatarSpec

    if not isinstance(wanted, dict) or len(wanted) > PERSONS:
        raise Problem("invalid", f"avatars: an object of at most {PERSONS} specs by track_id, or by * for everybody")
    if wrong := [spec for spec in wanted.values() if spec is not None and not isinstance(spec, dict)]:
        raise Problem("invalid", f"avatars: a spec is an object, not {type(wrong[0]).__name__}")
    return {str(key): None if spec is None else AvatarSpec.from_dict(spec) for key, spec in wanted.items()}
