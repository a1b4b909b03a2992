"""What sessions there are, and who is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mien.errors import NotInJournal
from mien.journal.schema import SPAN
from mien.journal.times import moment

#: Entries up to which a session is looked at entry by entry; longer ones by the sums of ten seconds.
FINE = 500_000

_SESSIONS = """
SELECT s.id, s.name,
  (SELECT min(first) FROM (SELECT (SELECT min(at) FROM entries WHERE session = s.id AND person = p.person) AS first
    FROM (SELECT DISTINCT person FROM spans WHERE session = s.id) AS p)),
  (SELECT max(last) FROM (SELECT (SELECT max(at) FROM entries WHERE session = s.id AND person = p.person) AS last
    FROM (SELECT DISTINCT person FROM spans WHERE session = s.id) AS p)),
  (SELECT sum(entries) FROM spans WHERE session = s.id)
FROM sessions AS s
"""


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


def sessions(db: Any) -> list[Session]:
    """All sessions, the latest first."""
    found = [_session(db, row) for row in db.execute(_SESSIONS).fetchall()]
    return sorted(found, key=lambda session: session.began, reverse=True)


def session(db: Any, name: str) -> Session:
    """Raises `NotInJournal` for a name that is not there."""
    row = None if db is None else db.execute(f"{_SESSIONS} WHERE s.name = ?", (name,)).fetchone()
    if row is None:
        raise NotInJournal(f"{name}: no session of this name; `mien journal sessions` lists them")
    return _session(db, row)


def person(db: Any, name: str | None) -> int | None:
    """The number of a person; None for everybody. Raises `NotInJournal` for somebody who was never recorded."""
    if name is None:
        return None
    row = None if db is None else db.execute("SELECT id FROM people WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise NotInJournal(f"{name}: nothing is recorded of anybody of this name; `mien journal sessions` lists who is")
    return int(row[0])


def days(db: Any) -> list[tuple[date, int]]:
    """The local days that have entries, and how many, the latest first."""
    rows = db.execute(
        "SELECT date(start * ?, 'unixepoch', 'localtime') AS day, sum(entries) FROM spans GROUP BY day"
        " ORDER BY day DESC",
        (SPAN // 1000,),
    )
    return [(date.fromisoformat(day), entries) for day, entries in rows]


def audience(db: Any, session: Session) -> int:
    """How many were in view at once: the most that were so for a second in all, or whenever there was less."""
    if session.entries <= FINE:
        rows, share = "SELECT count(*) AS there FROM entries WHERE session = ? GROUP BY at", 1
    else:  # by the sums of ten seconds: those who were there for most of them
        rows, share = "SELECT count(*) AS there FROM spans WHERE session = ? AND entries >= 25 GROUP BY start", 50
    counts = db.execute(
        f"SELECT there, {share} * count(*) FROM ({rows}) GROUP BY there ORDER BY there DESC", (session.number,)
    ).fetchall()
    enough, so_far = min(5, sum(times for _, times in counts)), 0
    for there, times in counts:
        so_far += times
        if so_far >= enough:
            return int(there)
    return 0


def _session(db: Any, row: Any) -> Session:
    number, name, first, last, entries = row
    names = db.execute(
        "SELECT name FROM people WHERE id IN (SELECT person FROM spans WHERE session = ?) ORDER BY id", (number,)
    )
    return Session(number, name, moment(first), (last - first) / 1000, entries, tuple(n for (n,) in names))
