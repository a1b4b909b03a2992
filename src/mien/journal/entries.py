"""Entries into the tables, and out of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from mien.journal.consents import Consent
from mien.journal.schema import FILL_SPANS, SPAN
from mien.journal.times import milliseconds
from mien.types import LABELS

_INSERT = f"INSERT OR IGNORE INTO entries VALUES (?, ?, ?, {', '.join('?' * len(LABELS))})"


class Entry(NamedTuple):
    """What one person's face showed in a fifth of a second."""

    person: str
    consent: str  #: under which it is written: the person's own, or that of a group
    at: int  #: milliseconds since 1970, UTC
    thousandths: tuple[int, ...]  #: of the 8 `LABELS`; all 0 where no expression could be told


def write(
    db: Any, session: str, began: datetime, entries: Sequence[Entry], consents: dict[str, Consent]
) -> list[Entry]:
    """Write entries within a transaction, those only whose consent holds; returns them.

    An entry of the same person, session and time is written once, however many programs record it.
    """
    allowed = [entry for entry in entries if entry.consent in consents]
    if not allowed:
        return []
    number = _session(db, session, began)
    by_person: dict[tuple[str, str], list[Entry]] = {}
    for entry in allowed:
        by_person.setdefault((entry.person, entry.consent), []).append(entry)
    for (name, consent), theirs in by_person.items():
        person = _person(db, name, consent)
        db.executemany(_INSERT, [(number, person, entry.at, *entry.thousandths) for entry in theirs])
        first, last = min(e.at for e in theirs) // SPAN * SPAN, (max(e.at for e in theirs) // SPAN + 1) * SPAN
        fill_spans(db, number, person, first, last)
    return allowed


def fill_spans(db: Any, session: int, person: int, first: int, last: int) -> None:
    """Sum the entries of one person from `first` up to `last` (milliseconds, multiples of `SPAN`) anew."""
    db.execute(
        f"{FILL_SPANS} WHERE session = ? AND person = ? AND at >= ? AND at < ? GROUP BY session, person, at / {SPAN}",
        (session, person, first, last),
    )


def _session(db: Any, name: str, began: datetime) -> int:
    db.execute("INSERT OR IGNORE INTO sessions (name, began) VALUES (?, ?)", (name, milliseconds(began)))
    return int(db.execute("SELECT id FROM sessions WHERE name = ?", (name,)).fetchone()[0])


def _person(db: Any, name: str, consent: str) -> int:
    db.execute("INSERT OR IGNORE INTO people (name, consent) VALUES (?, ?)", (name, consent))
    return int(db.execute("SELECT id FROM people WHERE name = ?", (name,)).fetchone()[0])
