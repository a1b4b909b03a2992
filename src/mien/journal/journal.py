"""`Journal`: the whole room as one class."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from mien.errors import JournalError, NoConsent, NotInJournal
from mien.journal import consents, exporting, keeping, sessions, shares
from mien.journal.consents import Consent, checked_name
from mien.journal.file_store import FileStore
from mien.journal.keeping import Deleted
from mien.journal.place import default_key, default_path
from mien.journal.recording import People, Recording
from mien.journal.sessions import Session
from mien.journal.shares import Shares
from mien.journal.summary import Summary, compare, summary
from mien.journal.times import now

if TYPE_CHECKING:
    from mien.journal.store import Store
    from mien.types import Scene


class Journal:
    """The consented log of expressions over time. A context manager; safe to share between threads.

        with Journal() as journal:
            journal.consent("me")
            for scene in mien.watch(0):
                journal.record(scene, "Friday", "me")

    No file is made, and nothing is written, until somebody has agreed. What is older than `days` is deleted when the
    journal is opened. path: by default `$MIEN_JOURNAL`, else `journal.db` in mien's data folder. key: passphrase of an
    encrypted journal, by default `$MIEN_JOURNAL_KEY`. store: another place, such as `database_store.DatabaseStore`, in
    place of a file. Every method raises `JournalError`, in one line.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, key: str | None = None, store: Store | None = None
    ) -> None:
        if store is None:
            store = FileStore(default_path() if path is None else Path(path), default_key() if key is None else key)
        self._store = store
        self.path = store.path if isinstance(store, FileStore) else None  #: where it is a file
        self._recordings: dict[tuple[str, object], Recording] = {}
        self.expire()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what `record` has not yet written, and let go of the file."""
        recordings, self._recordings = self._recordings, {}
        try:
            for recording in recordings.values():
                recording.close()
        finally:
            self._store.close()

    @property
    def where(self) -> str:
        """The journal's file, or its database, as people may see it."""
        return self._store.where

    @property
    def wording(self) -> int:
        """The number of the text that is agreed to; see `consents.TEXTS`."""
        return self._store.wording

    # Consent

    def consent(self, person: str = "me", *, everyone: bool = False) -> Consent:
        """Write down that a person has agreed to `consents.TEXTS`; makes the file if there is none. Call it only when
        they did. everyone: a group that is recorded together; every member was told and agreed."""
        name = checked_name(person)
        with self._store.writing(create=True) as db:
            assert db is not None
            consents.give(db, name, everyone, self.wording, now())
            return next(c for c in consents.listed(db) if c.person == name)

    def revoke(self, person: str = "me", *, keep: bool = False) -> Deleted:
        """Take a consent back: nothing more is recorded, and what was is deleted; `keep` leaves it until it expires."""
        name = checked_name(person)
        if name not in {c.person for c in self.consents()}:
            raise NotInJournal(f"{name}: has not agreed to the journal, so there is nothing to take back")
        if not keep:
            return keeping.delete_person(self._store, name)
        with self._store.writing() as db:
            if db is not None:
                consents.withdraw(db, name, now())
        return Deleted(0, 0, 0)

    def consents(self) -> list[Consent]:
        """Everybody who agreed, and who took it back without deleting."""
        with self._store.reading() as db:
            return [] if db is None else consents.listed(db)

    # Recording

    def recording(self, session: str, people: People = "me", *, began: datetime | None = None) -> Recording:
        """Begin to record, or go on with, a session: `with journal.recording("Friday") as r: r.add(scene)`.

        people: a person (the largest face is theirs), a group (every face is recorded), or `track_id` -> person.
        began: when the source's time was 0; by default as if its first scene is seen now.
        """
        return Recording(self._store, session, people, began)

    def record(self, scene: Scene, session: str, people: People = "me") -> None:
        """Take in one scene. Written within a second, and when the journal is closed."""
        key = (session, people if isinstance(people, str) else tuple(sorted(people.items())))
        recording = self._recordings.get(key)
        if recording is None:
            recording = self._recordings[key] = self.recording(session, people)
        recording.add(scene)

    # Looking

    def sessions(self) -> list[Session]:
        """All sessions, the latest first."""
        with self._store.reading() as db:
            return [] if db is None else sessions.sessions(db)

    def session(self, name: str) -> Session:
        with self._store.reading() as db:
            return sessions.session(db, name)

    def days(self) -> list[tuple[date, int]]:
        """The local days that have entries, and how many, the latest first."""
        with self._store.reading() as db:
            return [] if db is None else sessions.days(db)

    def day(self, day: date, person: str | None = None) -> Shares:
        """Expression shares over a local day, in points of 15 minutes."""
        with self._store.reading() as db:
            number = sessions.person(db, person)
            return shares.empty_day(day) if db is None else shares.of_day(db, day, number)

    def timeline(self, session: str, person: str | None = None, *, points: int = shares.POINTS) -> Shares:
        """Expression shares over a session, in at most so many points."""
        with self._store.reading() as db:
            found = sessions.session(db, session)
            assert db is not None
            return shares.of_session(db, found, sessions.person(db, person), points)

    def summary(self, session: str) -> Summary:
        """A session's audience, shares and moments."""
        with self._store.reading() as db:
            return summary(db, session)

    def compare(self, names: Sequence[str]) -> list[Summary]:
        """The summaries of several sessions, in this order."""
        with self._store.reading() as db:
            return compare(db, names)

    # Keeping

    @property
    def encrypted(self) -> bool:
        """Whether it is, or will be, written with a passphrase."""
        return self._store.encrypted

    @property
    def days_kept(self) -> int:
        """Days after which entries are deleted."""
        with self._store.reading() as db:
            return keeping.DAYS if db is None else keeping.days_kept(db)

    def keep(self, days: int) -> int:
        """Delete entries after so many days, 1 to 3650, from now on; returns how many that deletes at once."""
        with self._store.writing() as db:
            if db is None:
                raise NoConsent("the journal is off, so there is nothing to keep; first: mien journal consent me")
            keeping.keep_days(db, days)
        return self.expire()

    def export(self, path: str | os.PathLike[str], *, session: str | None = None, person: str | None = None) -> int:
        """Write entries into a .csv, .json, .jsonl or .parquet file; returns how many."""
        store = self._store.twin()  # a connection of its own: an export takes long, and holds up nobody
        try:
            self._check_names(store, session, person)
            return exporting.export(store, path, session, person)
        finally:
            store.close()

    def export_text(self, ending: str, *, session: str | None = None, person: str | None = None) -> Iterator[str]:
        """Entries as pieces of a ".csv", ".json" or ".jsonl" file. Names are checked at once."""
        store = self._store.twin()
        self._check_names(store, session, person)
        return exporting.pieces(exporting.chunks(store, session, person), ending, store.close)

    def expire(self) -> int:
        """Delete what is older than it may be, as opening the journal does; returns the number of entries."""
        return keeping.expire(self._store, now())

    def delete(self, *, session: str | None = None, person: str | None = None, everything: bool = False) -> Deleted:
        """Delete a session; a person or group with their consent; or everything, which turns the journal off.

        Their bytes are then in the file no more: deleted content is overwritten (`secure_delete`), the file is written
        anew (`VACUUM`), its write-ahead log emptied. What PostgreSQL may hold on to says `database_store`.
        """
        if (session is not None) + (person is not None) + everything != 1:
            raise JournalError("say what to delete: a session, a person, or everything")
        if session is not None:
            return keeping.delete_session(self._store, session)
        if person is not None:
            return keeping.delete_person(self._store, checked_name(person))
        return keeping.delete_all(self._store)

    @staticmethod
    def _check_names(store: Store, session: str | None, person: str | None) -> None:
        with store.reading() as db:
            if session is not None:
                sessions.session(db, session)
            sessions.person(db, person)
