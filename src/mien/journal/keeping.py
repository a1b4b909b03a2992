"""How long entries are kept, and how they are deleted for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from mien.errors import JournalError, NotInJournal
from mien.journal.schema import SPAN
from mien.journal.store import Connection, Store
from mien.journal.times import milliseconds

#: Days after which entries are deleted, unless something else is asked for; the longest that can be.
DAYS, MOST_DAYS = 30, 3650


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted."""

    sessions: int
    people: int
    entries: int


def days_kept(db: Connection) -> int:
    row = db.execute("SELECT value FROM $settings WHERE $mine AND name = 'days'").fetchone()
    return int(row[0]) if row else DAYS


def keep_days(db: Connection, days: int) -> None:
    """Raises `JournalError` for other than 1 to `MOST_DAYS` days."""
    if not 1 <= days <= MOST_DAYS:
        raise JournalError(f"{days} days: entries are kept for 1 to {MOST_DAYS} days; choose a number between")
    db.execute(
        "INSERT INTO $settings ($owner name, value) VALUES ($whose 'days', :days)"
        " ON CONFLICT ($owner name) DO UPDATE SET value = excluded.value",
        days=str(days),
    )


def expire(store: Store, now: datetime) -> int:
    """Delete what is older than it may be; returns the number of entries. Quick when there is nothing to do."""
    with store.reading() as db:
        if db is None:
            return 0
        limit = milliseconds(now - timedelta(days=days_kept(db))) // SPAN
        oldest = db.execute("SELECT min(start) FROM $spans WHERE $mine").fetchone()[0]
    if oldest is None or oldest >= limit:
        return 0
    gone = 0
    with store.writing() as db:
        if db is None:
            return 0
        old = "FROM $spans WHERE $mine AND start < :limit"
        for session, person in db.execute(f"SELECT DISTINCT session, person {old}", limit=limit).fetchall():
            gone += db.execute(
                "DELETE FROM $entries WHERE session = :session AND person = :person AND at < :end",
                session=session, person=person, end=limit * SPAN,
            ).rowcount  # fmt: skip
        db.execute(f"DELETE {old}", limit=limit)
        _tidy(db)
    store.settle()
    return gone


def delete_session(store: Store, name: str) -> Deleted:
    """Raises `JournalError` where there is no session of this name."""
    with store.writing() as db:
        query = "SELECT id FROM $sessions WHERE $mine AND name = :name"
        row = None if db is None else db.execute(query, name=name).fetchone()
        if db is None or row is None:
            raise NotInJournal(f"{name}: no session of this name; `mien journal sessions` lists them")
        spans, number = "FROM $spans WHERE session = :number", row[0]
        people = db.execute(f"SELECT count(DISTINCT person) {spans}", number=number).fetchone()[0]
        entries = db.execute("DELETE FROM $entries WHERE session = :number", number=number).rowcount
        db.execute(f"DELETE {spans}", number=number)
        _tidy(db)
    store.scrub()
    return Deleted(1, people, entries)


def delete_person(store: Store, name: str, *, consent: bool = True) -> Deleted:
    """Delete what was recorded of a person, or of a group by its name, and (`consent`) that they agreed.

    Raises `JournalError` for a name that the journal does not know.
    """
    with store.writing() as db:
        numbers, agreed = ([], False) if db is None else _of_name(db, name)
        if db is None or not (numbers or agreed):
            raise NotInJournal(f"{name}: nobody of this name; `mien journal show` lists who is there")
        sessions, entries = set(), 0
        for number in numbers:
            spans = "FROM $spans WHERE $mine AND person = :person"
            for (session,) in db.execute(f"SELECT DISTINCT session {spans}", person=number).fetchall():
                sessions.add(session)
                entries += db.execute(
                    "DELETE FROM $entries WHERE session = :session AND person = :person", session=session, person=number
                ).rowcount
            db.execute(f"DELETE {spans}", person=number)
        if consent:
            db.execute("DELETE FROM $consents WHERE $mine AND person = :name", name=name)
        _tidy(db)
    store.scrub()
    return Deleted(len(sessions), len(numbers), entries)


def delete_all(store: Store) -> Deleted:
    """Empty the journal: entries, sessions, people, and every consent, so that it is off again."""
    with store.writing() as db:
        if db is None:
            return Deleted(0, 0, 0)
        counts = [("count(*)", "sessions"), ("count(*)", "people"), ("coalesce(sum(entries), 0)", "spans")]
        gone = [db.execute(f"SELECT {what} FROM ${table} WHERE $mine").fetchone()[0] for what, table in counts]
        store.clear(db)
    store.scrub()
    return Deleted(*gone)


def _of_name(db: Connection, name: str) -> tuple[list[int], bool]:
    """The numbers of a person, or of the members of a group; and whether there is a consent of this name."""
    rows = db.execute("SELECT id FROM $people WHERE $mine AND (name = :name OR consent = :name)", name=name)
    numbers = [row[0] for row in rows]
    consent = db.execute("SELECT 1 FROM $consents WHERE $mine AND person = :name", name=name).fetchone()
    return numbers, consent is not None


def _tidy(db: Connection) -> None:
    """Forget the names of sessions and people of whom nothing is left."""
    db.execute("DELETE FROM $sessions WHERE $mine AND id NOT IN (SELECT DISTINCT session FROM $spans WHERE $mine)")
    db.execute("DELETE FROM $people WHERE $mine AND id NOT IN (SELECT DISTINCT person FROM $spans WHERE $mine)")
