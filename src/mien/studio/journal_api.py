"""`/api/journal`: the consented log of expressions. Nothing is kept until somebody agrees.

For one person it is the journal of the command line, `mien.journal.default_path()`, or where the studio has a folder of
its own one in there. In a studio with users, or with `--database-url`, everybody's journal is in the database.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse

from mien.errors import MienError
from mien.journal.consents import TEXTS
from mien.journal.database_store import DatabaseStore, expire_all
from mien.studio import answers
from mien.studio.house import House
from mien.studio.journal_schemas import (
    ComparisonOut,
    ConsentAsked,
    ConsentOut,
    DeletedOut,
    ExpiryAsked,
    SessionDetailOut,
    SharesOut,
    StateOut,
)
from mien.studio.problems import Problem
from mien.studio.settings import data_folder
from mien.studio.users import Me

if TYPE_CHECKING:
    from mien.journal import Journal

T = TypeVar("T")

_log = logging.getLogger("mien.studio")

#: Journals that are kept open, the last ones asked for.
OPEN = 32
#: Seconds between two looks for entries that have expired in the database; the first is soon after the start.
SWEEP, SOON = 600.0, 20.0

Name = Annotated[str, Query(min_length=1, max_length=200, description="the session's name")]
Person = Annotated[str | None, Query(max_length=200, description="of this person only")]

#: Format of an export -> media type. Parquet is for `mien journal export`.
EXPORTS = {
    "csv": "text/csv; charset=utf-8", "json": "application/json", "jsonl": "application/x-ndjson",
}  # fmt: skip
_SHARES = {
    "begin": "2026-05-01T18:15:00+00:00", "step": 1.0, "length": 96.2, "times": [0.0, 1.0], "entries": [45, 44],
    "shares": {"neutral": [0.71, 0.6], "happiness": [0.22, 0.34], "unsure": [0.07, 0.06]},
}  # fmt: skip
_SESSION = {
    "name": "Friday night", "began": "2026-05-01T18:15:00+00:00", "seconds": 96.0, "entries": 4290,
    "people": ["guests 1", "guests 2"],
}  # fmt: skip
_SUMMARY = _SESSION | {
    "audience": 2, "shares": {"neutral": 0.66, "happiness": 0.28, "unsure": 0.06},
    "moments": [{"name": "first_smile", "at": 14.2, "seconds": 2.6, "value": 0.91, "person": "guests 1"}],
}  # fmt: skip
_CONSENT = {
    "person": "me", "everyone": False, "wording": 1, "given": "2026-05-01T18:00:00+00:00", "withdrawn": None,
    "holds": True,
}  # fmt: skip
_STATE = {
    "on": True, "encrypted": False, "days_kept": 30, "wording": 1, "text": "The journal writes down ...",
    "home": "file", "consents": [_CONSENT], "sessions": [_SESSION], "days": [{"day": "2026-05-01", "entries": 4290}],
}  # fmt: skip
_EXPORT = answers.binary("One row an entry", EXPORTS["csv"], EXPORTS["jsonl"])
_EXPORT["content"][EXPORTS["json"]] = {"schema": {"type": "array", "items": {"type": "object"}}}
_DELETED = {"sessions": 1, "people": 2, "entries": 4290}


def open_journal(house: House, owner: str) -> Journal:
    """The journal that a studio keeps for a user. Raises `JournalError`."""
    from mien.journal import Journal

    folder = house.settings.folder
    if owner or house.settings.database is not None:
        return Journal(store=DatabaseStore(house.engine, owner))
    return Journal(None if folder == data_folder() else folder / "journal.db")


class Room:
    """The journals of one studio, each opened when it is first asked for."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = threading.Lock()
        self._journals: OrderedDict[str, Journal] = OrderedDict()

    def journal(self, owner: str) -> Journal:
        """A user's own."""
        with self._lock:
            known = self._journals.get(owner)
        opened = known or open_journal(self._house, owner)  # a database that does not answer holds up nobody else
        with self._lock:
            self._journals.setdefault(owner, opened)
            self._journals.move_to_end(owner)
            while len(self._journals) > OPEN:
                self._journals.popitem(last=False)
            return self._journals[owner]

    async def ask(self, owner: str, task: Callable[[Journal], T]) -> T:
        """Ask something of a journal in a worker."""
        return await self._house.run(lambda: task(self.journal(owner)))

    async def change(self, owner: str, task: Callable[[Journal], T]) -> T:
        """Delete or agree, in a thread of its own: a large journal is written anew, and must not be left half-way."""
        return await asyncio.shield(asyncio.to_thread(lambda: task(self.journal(owner))))

    @asynccontextmanager
    async def sweeping(self, _: object) -> AsyncIterator[None]:
        """Delete what expires in the database while the studio runs, also of users who never come back."""
        task = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _sweep(self) -> None:
        await asyncio.sleep(SOON)
        while True:
            try:
                await self._house.ask(expire_all, self._house.engine)
            except MienError as error:
                _log.warning("what has expired in journals is deleted later: %s", error)
            await asyncio.sleep(SWEEP)


def router(house: House) -> APIRouter:
    room = Room(house)
    routes = APIRouter(prefix="/api/journal", tags=["journal"], lifespan=room.sweeping)
    _add_consent(routes, room)
    _add_looking(routes, room)
    _add_deleting(routes, room)
    return routes


def _add_consent(routes: APIRouter, room: Room) -> None:
    @routes.get(
        "", response_model=StateOut, responses=answers.told(answers.shown("All there is to know", _STATE), "busy")
    )
    async def state(me: Me) -> Response:
        """Whether the journal is on, who agreed, what sessions and days there are, how long entries are kept."""
        return answers.json_response(await room.ask(me.id, _state))

    @routes.post(
        "/consents",
        response_model=ConsentOut,
        responses=answers.told(answers.shown("The consent, written down", _CONSENT), "invalid"),
    )
    async def agree(asked: ConsentAsked, me: Me) -> Response:
        """Write down that somebody agrees to be recorded. Makes the journal's file if there is none."""

        def agreed(journal: Journal) -> dict[str, Any]:
            if asked.wording not in (None, journal.wording):
                raise Problem("invalid", f"wording: what is agreed to here is text {journal.wording}; show that one")
            return journal.consent(asked.person, everyone=asked.everyone).to_dict()

        return answers.json_response(await room.change(me.id, agreed))

    @routes.delete(
        "/consents",
        response_model=DeletedOut,
        responses=answers.told(answers.shown("What was deleted", _DELETED), "not-found", "invalid"),
    )
    async def revoke(
        me: Me,
        person: Annotated[str, Query(min_length=1, max_length=200)] = "me",
        keep: Annotated[bool, Query(description="leave what was recorded until it expires")] = False,
    ) -> Response:
        """Take a consent back: nothing more is recorded of them, and what was recorded is deleted."""
        return answers.json_response(
            asdict(await room.change(me.id, lambda journal: journal.revoke(person, keep=keep)))
        )

    @routes.post(
        "/expiry",
        response_model=DeletedOut,
        responses=answers.told(answers.shown("What was older, and is deleted", _DELETED), "conflict", "invalid"),
    )
    async def expiry(asked: ExpiryAsked, me: Me) -> Response:
        """After how many days entries are deleted, from now on."""
        gone = await room.change(me.id, lambda journal: journal.keep(asked.days))
        return answers.json_response({"sessions": 0, "people": 0, "entries": gone})


def _state(journal: Journal) -> dict[str, Any]:
    journal.expire()
    consents, kept = journal.consents(), journal.days_kept
    return {
        "on": any(consent.holds for consent in consents),
        "encrypted": journal.encrypted,
        "days_kept": kept,
        "wording": journal.wording,
        "text": TEXTS[journal.wording].format(days=kept),
        "home": "file" if journal.path else "database",
        "consents": [consent.to_dict() for consent in consents],
        "sessions": [session.to_dict() for session in journal.sessions()],
        "days": [{"day": day.isoformat(), "entries": entries} for day, entries in journal.days()],
    }


def _add_looking(routes: APIRouter, room: Room) -> None:
    @routes.get(
        "/session",
        response_model=SessionDetailOut,
        responses=answers.told(
            answers.shown("The session", _SUMMARY | {"timeline": _SHARES}), "not-found", "invalid", "busy"
        ),
    )
    async def session(
        me: Me, name: Name, person: Person = None, points: Annotated[int, Query(ge=2, le=600)] = 120
    ) -> Response:
        """A session: expression shares over time, and its moments."""

        def told(journal: Journal) -> dict[str, Any]:
            timeline = journal.timeline(name, person, points=points)
            return journal.summary(name).to_dict() | {"timeline": timeline.to_dict()}

        return answers.json_response(await room.ask(me.id, told))

    @routes.get(
        "/days/{day}",
        response_model=SharesOut,
        responses=answers.told(answers.shown("The day", _SHARES), "not-found", "invalid", "busy"),
    )
    async def of_day(me: Me, day: date, person: Person = None) -> Response:
        """Expression shares over a day as the studio's clock counts it, in points of 15 minutes."""
        return answers.json_response(await room.ask(me.id, lambda journal: journal.day(day, person).to_dict()))

    @routes.get(
        "/compare",
        response_model=ComparisonOut,
        responses=answers.told(
            answers.shown("The sessions, in this order", {"sessions": [_SUMMARY]}), "not-found", "invalid", "busy"
        ),
    )
    async def compare(me: Me, name: Annotated[list[str], Query(min_length=1, max_length=8)]) -> Response:
        """Several sessions beside each other: `?name=Friday&name=Sunday`."""
        found = await room.ask(me.id, lambda journal: journal.compare(name))
        return answers.json_response({"sessions": [summary.to_dict() for summary in found]})

    @routes.get(
        "/export",
        response_class=StreamingResponse,
        responses=answers.told(_EXPORT, "not-found", "invalid", "busy"),
    )
    async def export(
        me: Me,
        format: Literal["csv", "json", "jsonl"] = "csv",
        session: Annotated[str | None, Query(max_length=200)] = None,
        person: Person = None,
    ) -> Response:
        """All entries, or those of a session or person, as a file."""
        pieces = await room.ask(
            me.id, lambda journal: journal.export_text(f".{format}", session=session, person=person)
        )
        name = quote(f"mien-journal{'-' + session if session else ''}.{format}", safe="")
        headers = {"Content-Disposition": f"attachment; filename=\"mien-journal.{format}\"; filename*=UTF-8''{name}"}
        return StreamingResponse(pieces, headers=headers, media_type=EXPORTS[format])


def _add_deleting(routes: APIRouter, room: Room) -> None:
    deleted = answers.shown("What was deleted", _DELETED)

    @routes.delete("/session", response_model=DeletedOut, responses=answers.told(deleted, "not-found", "invalid"))
    async def delete_session(me: Me, name: Name) -> Response:
        """Delete a session for good: its bytes are then in the journal's file no more. PostgreSQL frees them, and uses
        them again in time."""
        return answers.json_response(asdict(await room.change(me.id, lambda journal: journal.delete(session=name))))

    @routes.delete("", response_model=DeletedOut, responses=answers.told(deleted))
    async def delete_all(me: Me) -> Response:
        """Delete everything for good, every consent too: the journal is then off."""
        return answers.json_response(asdict(await room.change(me.id, lambda journal: journal.delete(everything=True))))
