"""What sessions there are, and who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mien.errors import NotInJournal
from mien.journal.schema import SPAN
from mien.journal.store import Connection
from mien.journal.times import moment

#: Entries up to which a session is looked at entry by entry; longer ones by the sums of ten seconds.
FINE = 500_000

#: Of each person in each session: how many entries, the first and the last.
_PARTS = """
SELECT part.session, part.person, part.entries,
  (SELECT min(e.at) FROM $entries AS e WHERE e.session = part.session AND e.person = part.person),
  (SELECT max(e.at) FROM $entries AS e WHERE e.session = part.session AND e.person = part.person)
FROM (SELECT session, person, sum(entries) AS entries FROM $spans WHERE {which} GROUP BY session, person) AS part
ORDER BY part.session, part.person
"""
#: Seconds of local time in which no day begins: no clock is off by another fraction of an hour.
_QUARTER = 900


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is listed."""

    number: int
    name: str
    began: datetime  #: of its first entry, UTC
    seconds: float  #: from the first entry to the last
    entries: int
    people: tuple[str, ...]  #: names, in the order in which they were first recorded

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name, "began": self.began.isoformat(), "seconds": round(self.seconds, 3),
            "entries": self.entries, "people": list(self.people),
        }  # fmt: skip


def sessions(db: Connection) -> list[Session]:
    """All sessions, the latest first."""
    parts: dict[int, list[Any]] = {}
    for part in db.execute(_PARTS.format(which="$mine")):
        parts.setdefault(part[0], []).append(part)
    people = names(db)
    rows = db.execute("SELECT id, name FROM $sessions WHERE $mine").fetchall()
    found = [_session(number, name, parts[number], people) for number, name in rows if number in parts]
    return sorted(found, key=lambda session: session.began, reverse=True)


def session(db: Connection | None, name: str) -> Session:
    """Raises `NotInJournal` for a name that is not there."""
    if db is not None:
        row = db.execute("SELECT id FROM $sessions WHERE $mine AND name = :name", name=name).fetchone()
        parts = [] if row is None else db.execute(_PARTS.format(which="session = :id"), id=row[0]).fetchall()
        if parts:
            return _session(row[0], name, parts, names(db))
    raise NotInJournal(f"{name}: no session of this name; `mien journal sessions` lists them")


def names(db: Connection) -> dict[int, str]:
    """Number -> name of everybody who was recorded."""
    return dict(db.execute("SELECT id, name FROM $people WHERE $mine").fetchall())


def person(db: Connection | None, name: str | None) -> int | None:
    """The number of a person; None for everybody. Raises `NotInJournal` for somebody who was never recorded."""
    if name is None:
        return None
    query = "SELECT id FROM $people WHERE $mine AND name = :name"
    row = None if db is None else db.execute(query, name=name).fetchone()
    if row is None:
        raise NotInJournal(f"{name}: nothing is recorded of anybody of this name; `mien journal sessions` lists who is")
    return int(row[0])


def days(db: Connection) -> list[tuple[date, int]]:
    """The local days that have entries, and how many, the latest first."""
    rows = db.execute(
        "SELECT start / :quarter AS quarter, sum(entries) FROM $spans WHERE $mine GROUP BY quarter",
        quarter=1000 * _QUARTER // SPAN,
    )
    counts: dict[date, int] = {}
    for quarter, entries in rows:
        day = datetime.fromtimestamp(quarter * _QUARTER).date()
        counts[day] = counts.get(day, 0) + entries
    return sorted(counts.items(), reverse=True)


def audience(db: Connection, session: Session) -> int:
    """How many were in view at once: the most that were so for a second in all, or whenever there was less."""
    if session.entries <= FINE:
        rows, share = "SELECT count(*) AS there FROM $entries WHERE session = :session GROUP BY at", 1
    else:  # by the sums of ten seconds: those who were there for most of them
        rows = "SELECT count(*) AS there FROM $spans WHERE session = :session AND entries >= 25 GROUP BY start"
        share = 50
    counts = db.execute(
        f"SELECT there, {share} * count(*) FROM ({rows}) AS counts GROUP BY there ORDER BY there DESC",
        session=session.number,
    ).fetchall()
    enough, so_far = min(5, sum(times for _, times in counts)), 0
    for there, times in counts:
        so_far += times
        if so_far >= enough:
            return int(there)
    return 0


def _session(number: int, name: str, parts: Sequence[Any], people: dict[int, str]) -> Session:
    _, persons, entries, firsts, lasts = zip(*parts, strict=True)
    first, last = min(firsts), max(lasts)
    return Session(
        number, name, moment(first), (last - first) / 1000, sum(entries), tuple(people[person] for person in persons)
    )
