"""`Recording`: scenes in, entries in the journal at least once a second; a crash loses no more than that."""

from __future__ import annotations

import threading
import time as clock
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from mien.errors import JournalError, NoConsent
from mien.journal.consents import Consent, checked_name, in_force, missing
from mien.journal.entries import Entry, write
from mien.journal.keeping import DAYS, days_kept
from mien.journal.store import JournalAway, Store
from mien.journal.times import milliseconds, moment, now
from mien.types import LABELS, UNSURE

if TYPE_CHECKING:
    from mien.types import Expression, Face, Scene

#: Entries of a person a second: each is the mean of what was seen meanwhile.
PER_SECOND = 5
#: Milliseconds of an entry.
SLOT = 1000 // PER_SECOND
#: Seconds between two writes to the disk.
BATCH = 0.5
#: Entries that wait while a database does not answer: an hour of three faces. Seconds that the last ones wait.
MOST, PATIENCE = 50_000, 10.0

#: Who is recorded: a person (the largest face), a group (every face), or `track_id` -> person.
People = str | Mapping[int, str]


@dataclass(slots=True)
class _Slot:
    """What was seen of a person in the slot that is still open."""

    consent: str
    number: int
    sums: list[float] = field(default_factory=lambda: [0.0] * len(LABELS))
    sure: int = 0
    seen: int = 0

    def add(self, expression: Expression) -> None:
        self.seen += 1
        if expression.label == UNSURE:
            return
        self.sure += 1
        for place, label in enumerate(LABELS):
            self.sums[place] += expression.probabilities[label]

    def entry(self, person: str) -> Entry:
        """Unsure where most of what was seen was."""
        told = 2 * self.sure >= self.seen
        mean = tuple(round(1000 * s / self.sure) if told else 0 for s in self.sums)
        return Entry(person, self.consent, self.number * SLOT, mean)


class Recording:
    """Takes scenes of one session. A context manager; `Journal.recording` makes them.

    A thread writes every half second, whether scenes come or not. Of somebody who takes their consent back while this
    runs nothing more is written. While a database does not answer entries wait in memory.
    """

    def __init__(self, store: Store, session: str, people: People, began: datetime | None = None) -> None:
        self._store = store.twin()
        self.session = checked_name(session, "session")
        self._people = people if isinstance(people, str) else {k: checked_name(v) for k, v in people.items()}
        self._consents = self._agreed()
        self._began = began
        self._check_age()
        self._open: dict[str, _Slot] = {}
        self._last: dict[str, int] = {}
        self._done: list[Entry] = []
        self._guard = threading.Lock()
        self._write_guard = threading.Lock()
        self._failure: JournalError | None = None
        self._touched = clock.monotonic()
        self.entries = 0  #: written so far
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mien journal", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, scene: Scene) -> None:
        """Take in a scene; in order. Raises `JournalError` when the last entries could not be written, or when nobody's
        consent holds any more."""
        self._raise()
        at = self._at(scene)
        with self._guard:
            self._touched = clock.monotonic()
            self._finish(before=at // SLOT)
            for person, consent, face in self._faces(scene):
                if self._last.get(person) == at // SLOT:
                    continue  # the source paused within it, and its entry is told already
                self._open.setdefault(person, _Slot(consent, at // SLOT)).add(_known(face.expression))

    def close(self) -> None:
        """Write what is left and stop. Harmless when done twice. Raises `JournalError` where it cannot be written."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._thread.join()
        with self._guard:
            self._finish()
        try:
            self._raise()
            self._flush_at_last()
        finally:
            self._store.close()

    def _flush_at_last(self) -> None:
        deadline = clock.monotonic() + PATIENCE
        while True:
            try:
                return self.flush()
            except JournalAway:
                if clock.monotonic() > deadline:
                    raise
                clock.sleep(BATCH)

    def flush(self) -> None:
        """Write what is complete now. Raises `JournalError`."""
        with self._write_guard:
            with self._guard:
                batch, self._done = self._done, []
            if not batch:
                return
            try:
                with self._store.writing() as db:
                    written = [] if db is None else write(db, self.session, moment(batch[0].at), batch, in_force(db))
            except JournalAway:  # an entry that is written twice counts once: perhaps it is there already
                with self._guard:
                    self._done[:0] = batch
                raise
            self.entries += len(written)
            if not written:
                raise NoConsent(f"{self.session}: consent was taken back, so the recording has stopped")

    def _run(self) -> None:
        while not self._closing.wait(BATCH):
            with self._guard:
                if clock.monotonic() - self._touched > BATCH / 2:  # the source pauses: nothing more comes into these
                    self._finish()
            try:
                self.flush()
            except JournalAway as error:
                if len(self._done) > MOST:
                    self._failure = error
                    return
            except JournalError as error:
                self._failure = error
                return

    def _raise(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _finish(self, before: int | None = None) -> None:
        for person, slot in list(self._open.items()):
            if before is None or slot.number < before:
                self._done.append(slot.entry(person))
                self._last[person] = slot.number
                del self._open[person]

    def _at(self, scene: Scene) -> int:
        """Milliseconds since 1970. A source's own time counts from its first frame."""
        if scene.time is None:
            return milliseconds(now())
        if self._began is None:
            self._began = now() - timedelta(seconds=scene.time)
        return milliseconds(self._began) + round(1000 * scene.time)

    def _faces(self, scene: Scene) -> Iterator[tuple[str, str, Face]]:
        """Who is to be recorded in a scene: name, consent, face."""
        if not isinstance(self._people, str):
            for face in scene.faces:
                name = self._people.get(-1 if face.track_id is None else face.track_id)
                if name is not None:
                    yield name, name, face
        elif not self._consents[self._people].everyone:
            for face in scene.faces[:1]:
                yield self._people, self._people, face
        else:
            for place, face in enumerate(scene.faces, 1):
                yield f"{self._people} {place if face.track_id is None else face.track_id}", self._people, face

    def _agreed(self) -> dict[str, Consent]:
        if isinstance(self._people, str):
            self._people = checked_name(self._people)
        named = {self._people} if isinstance(self._people, str) else set(self._people.values())
        with self._store.reading() as db:
            consents = in_force(db) if db is not None else {}
        for name in sorted(named):
            if name not in consents:
                raise missing(name)
        return consents

    def _check_age(self) -> None:
        if self._began is None:
            return
        with self._store.reading() as db:
            days = DAYS if db is None else days_kept(db)
        if milliseconds(self._began) < milliseconds(now() - timedelta(days=days)):
            raise JournalError(
                f"{self.session}: began {self._began:%Y-%m-%d}, and entries are kept for {days} days only; "
                "keep them longer with `mien journal expiry DAYS`"
            )


def _known(expression: Expression) -> Expression:
    if expression.label != UNSURE and not set(LABELS) <= set(expression.probabilities):
        raise JournalError(
            f"{expression.label}: the journal keeps the eight expressions of mien; record without a model of your own"
        )
    return expression
