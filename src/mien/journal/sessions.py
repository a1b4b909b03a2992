"""What sessions there are, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mien.errors import NotInJournal
from mien.journal.schema import SPAN
from mien.journal.store import Connection
from mien.journal.times import moment

#: Entries up to which a session is looked at entry by entry; longer ones by the sums of ten seconds.
FINE = 500_000

_PEOPLE = "(SELECT DISTINCT person FROM $spans WHERE session = s.id) AS p"
_AT = "(SELECT {which}(at) FROM $entries WHERE session = s.id AND person = p.person) AS at"
_SESSIONS = f"""
SELECT s.id, s.name,
  (SELECT min(at) FROM (SELECT {_AT.format(which="min")} FROM {_PEOPLE}) AS firsts),
  (SELECT max(at) FROM (SELECT {_AT.format(which="max")} FROM {_PEOPLE}) AS lasts),
  (SELECT sum(entries) FROM $spans WHERE session = s.id)
FROM $sessions AS s WHERE $mine
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
    found = [_session(db, row) for row in db.execute(_SESSIONS).fetchall()]
    return sorted(found, key=lambda session: session.began, reverse=True)


def session(db: Connection | None, name: str) -> Session:
    """Raises `NotInJournal` for a name that is not there."""
    row = None if db is None else db.execute(f"{_SESSIONS} AND s.name = :name", name=name).fetchone()
    if db is None or row is None:
        raise NotInJournal(f"{name}: no session of this name; `mien journal sessions` lists them")
    return _session(db, row)


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


def _session(db: Connection, row: Any) -> Session:
    number, name, first, last, entries = row
    names = db.execute(
        "SELECT name FROM $people WHERE id IN (SELECT person FROM $spans WHERE session = :number) ORDER BY id",
        number=number,
    )
    return Session(number, name, moment(first), (last - first) / 1000, entries, tuple(n for (n,) in names))
