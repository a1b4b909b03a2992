"""How long entries are kept, and how they are deleted for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mien.errors import JournalError, NotInJournal
from mien.journal.schema import SPAN
from mien.journal.store import Store
from mien.journal.times import milliseconds

#: Days after which entries are deleted, unless something else is asked for; the longest that can be.
DAYS, MOST_DAYS = 30, 3650


@dataclass(frozen=True, slots=True)
class Deleted:
    """What was deleted."""

    sessions: int
    people: int
    entries: int


def days_kept(db: Any) -> int:
    row = db.execute("SELECT value FROM settings WHERE name = 'days'").fetchone()
    return int(row[0]) if row else DAYS


def keep_days(db: Any, days: int) -> None:
    """Raises `JournalError` for other than 1 to `MOST_DAYS` days."""
    if not 1 <= days <= MOST_DAYS:
        raise JournalError(f"{days} days: entries are kept for 1 to {MOST_DAYS} days; choose a number between")
    db.execute("INSERT OR REPLACE INTO settings VALUES ('days', ?)", (str(days),))


def expire(store: Store, now: datetime) -> int:
    """Delete what is older than it may be; returns the number of entries. Quick when there is nothing to do."""
    with store.reading() as db:
        if db is None:
            return 0
        limit = milliseconds(now - timedelta(days=days_kept(db))) // SPAN
        oldest = db.execute("SELECT min(start) FROM spans").fetchone()[0]
    if oldest is None or oldest >= limit:
        return 0
    with store.writing() as db:
        gone = 0
        for session, person in db.execute("SELECT DISTINCT session, person FROM spans WHERE start < ?", (limit,)):
            gone += db.execute(
                "DELETE FROM entries WHERE session = ? AND person = ? AND at < ?", (session, person, limit * SPAN)
            ).rowcount
        db.execute("DELETE FROM spans WHERE start < ?", (limit,))
        _tidy(db)
    store.settle()
    return gone


def delete_session(store: Store, name: str) -> Deleted:
    """Raises `JournalError` where there is no session of this name."""
    with store.writing() as db:
        row = None if db is None else db.execute("SELECT id FROM sessions WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise NotInJournal(f"{name}: no session of this name; `mien journal sessions` lists them")
        people = db.execute("SELECT count(DISTINCT person) FROM spans WHERE session = ?", row).fetchone()[0]
        entries = db.execute("DELETE FROM entries WHERE session = ?", row).rowcount
        db.execute("DELETE FROM spans WHERE session = ?", row)
        _tidy(db)
    store.scrub()
    return Deleted(1, people, entries)


def delete_person(store: Store, name: str, *, consent: bool = True) -> Deleted:
    """Delete what was recorded of a person, or of a group by its name, and (`consent`) that they agreed.

    Raises `JournalError` for a name that the journal does not know.
    """
    with store.writing() as db:
        rows = [] if db is None else db.execute("SELECT id FROM people WHERE name = ?1 OR consent = ?1", (name,))
        numbers = [row[0] for row in rows]
        agreed = db is not None and db.execute("SELECT 1 FROM consents WHERE person = ?", (name,)).fetchone()
        if not numbers and not agreed:
            raise NotInJournal(f"{name}: nobody of this name; `mien journal show` lists who is there")
        sessions, entries = set(), 0
        for number in numbers:
            theirs = db.execute("SELECT DISTINCT session FROM spans WHERE person = ?", (number,)).fetchall()
            for (session,) in theirs:
                sessions.add(session)
                entries += db.execute(
                    "DELETE FROM entries WHERE session = ? AND person = ?", (session, number)
                ).rowcount
            db.execute("DELETE FROM spans WHERE person = ?", (number,))
        if consent:
            db.execute("DELETE FROM consents WHERE person = ?", (name,))
        _tidy(db)
    store.scrub()
    return Deleted(len(sessions), len(numbers), entries)


def delete_all(store: Store) -> Deleted:
    """Empty the journal: entries, sessions, people, and every consent, so that it is off again."""
    with store.writing() as db:
        if db is None:
            return Deleted(0, 0, 0)
        count = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("sessions", "people")]
        entries = db.execute("SELECT coalesce(sum(entries), 0) FROM spans").fetchone()[0]
        for table in ("entries", "spans", "sessions", "people", "consents", "settings"):
            db.execute(f"DELETE FROM {table}")
    store.scrub()
    return Deleted(count[0], count[1], entries)


def _tidy(db: Any) -> None:
    """Forget the names of sessions and people of whom nothing is left."""
    db.execute("DELETE FROM sessions WHERE id NOT IN (SELECT session FROM spans)")
    db.execute("DELETE FROM people WHERE id NOT IN (SELECT person FROM spans)")
