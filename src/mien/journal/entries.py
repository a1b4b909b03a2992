"""Entries into the tables, and out of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from mien.journal.consents import Consent
from mien.journal.schema import FILL_SPANS, SPAN
from mien.journal.store import Connection
from mien.journal.times import milliseconds
from mien.types import LABELS

_COLUMNS = ("session", "person", "at", *LABELS)
_NUMBER = "SELECT id FROM {table} WHERE $mine AND name = :name"


class Entry(NamedTuple):
    """What one person's face showed in a fifth of a second."""

    person: str
    consent: str  #: under which it is written: the person's own, or that of a group
    at: int  #: milliseconds since 1970, UTC
    thousandths: tuple[int, ...]  #: of the 8 `LABELS`; all 0 where no expression could be told


def write(
    db: Connection, session: str, began: datetime, entries: Sequence[Entry], consents: dict[str, Consent]
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
        db.add("entries", _COLUMNS, [(number, person, entry.at, *entry.thousandths) for entry in theirs])
        first, last = min(e.at for e in theirs) // SPAN * SPAN, (max(e.at for e in theirs) // SPAN + 1) * SPAN
        fill_spans(db, number, person, first, last)
    return allowed


def fill_spans(db: Connection, session: int, person: int, first: int, last: int) -> None:
    """Sum the entries of one person from `first` up to `last` (milliseconds, multiples of `SPAN`) anew."""
    db.execute(FILL_SPANS, session=session, person=person, first=first, last=last)


def _session(db: Connection, name: str, began: datetime) -> int:
    row = db.execute(_NUMBER.format(table="$sessions"), name=name).fetchone()
    if row is None:  # nobody else adds it meanwhile: one transaction at a time writes into a journal
        db.execute(
            "INSERT INTO $sessions ($owner name, began) VALUES ($whose :name, :began)",
            name=name, began=milliseconds(began),
        )  # fmt: skip
        row = db.execute(_NUMBER.format(table="$sessions"), name=name).fetchone()
    return int(row[0])


def _person(db: Connection, name: str, consent: str) -> int:
    row = db.execute(_NUMBER.format(table="$people"), name=name).fetchone()
    if row is None:
        db.execute(
            "INSERT INTO $people ($owner name, consent) VALUES ($whose :name, :consent)", name=name, consent=consent
        )
        row = db.execute(_NUMBER.format(table="$people"), name=name).fetchone()
    return int(row[0])
