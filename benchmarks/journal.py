"""How a large journal behaves: `python benchmarks/journal.py [--rows 10000000] [--keep FILE] [--database-url URL]`.

Fills a journal with made-up entries through the code that recordings use, spread over 30 days in sessions of five
people and 33 minutes, and prints what writing, every chart and deleting take. Needs about 100 bytes of disk an entry
while it deletes. `--keep` leaves the journal in a file, or takes up the one that lies there. With `--database-url` it
is the journal of nobody (owner "") in a PostgreSQL database, which should be an empty one.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from mien.journal import Journal
from mien.journal.consents import in_force
from mien.journal.entries import Entry, write
from mien.journal.recording import SLOT
from mien.journal.times import milliseconds, moment, now

PEOPLE = ("anna", "ben", "cleo", "dan", "eve")
#: Entries of a person in a session: 33 minutes.
LENGTH = 10_000
DAYS = 30


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--keep", type=Path)
    options.add_argument("--database-url")
    given = options.parse_args()
    if given.database_url:
        from mien.journal.database_store import open_store

        store = open_store(given.database_url)
        with Journal(store=store) as journal:
            if not journal.sessions():
                fill(journal, given.rows)
                store.vacuum()  # as autovacuum does, which also tells the planner what is in the tables
            measure(journal, lambda: Journal(store=store.twin()), store.size)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = given.keep or Path(folder) / "journal.db"
        with Journal(path) as journal:
            if not journal.sessions():
                fill(journal, given.rows)
            measure(journal, lambda: Journal(path), lambda: path.stat().st_size)


def fill(journal: Journal, rows: int) -> None:
    for person in PEOPLE:
        journal.consent(person)
    journal.keep(DAYS + 5)
    generator = np.random.default_rng(7)
    count = max(1, rows // (LENGTH * len(PEOPLE)))
    begin = milliseconds(now() - timedelta(days=DAYS)) // SLOT * SLOT
    spent = 0.0
    for number in range(count):
        at = begin + number * (DAYS * 86_400_000 // count) // SLOT * SLOT
        batch = list(entries(generator, at))
        start = time.perf_counter()
        with journal._store.writing() as db:
            assert db is not None
            write(db, f"session {number:04}", moment(at), batch, in_force(db))
        spent += time.perf_counter() - start
    total = count * LENGTH * len(PEOPLE)
    print(f"{'written':<34} {total:>12,} entries, {total / spent:,.0f} a second")


def entries(generator: np.random.Generator, begin: int) -> Iterator[Entry]:
    """A session: everybody's expression wanders, and settles on one now and then."""
    for person in PEOPLE:
        wander = np.cumsum(generator.normal(0, 0.15, (LENGTH, 8)), 0) % 8
        shares = np.exp(np.abs(wander - 4))
        thousandths = np.rint(1000 * shares / shares.sum(1, keepdims=True)).astype(int).tolist()
        for place, row in enumerate(thousandths):
            yield Entry(person, person, begin + place * SLOT, tuple(row))


def measure(journal: Journal, opened: Callable[[], Journal], bytes_of: Callable[[], int]) -> None:
    listed = journal.sessions()
    size = bytes_of()
    total = sum(session.entries for session in listed)
    print(f"{'size':<34} {size / 1e6:>9.1f} MB, {size / total:.1f} bytes an entry")
    middle, other = listed[len(listed) // 2].name, listed[len(listed) // 3].name
    days = journal.days()
    day = days[len(days) // 2][0]
    timed("open", lambda: opened().close())
    timed("list of sessions", journal.sessions)
    timed("list of days", journal.days)
    timed("chart of a day", lambda: journal.day(day))
    timed("chart of a session", lambda: journal.timeline(middle))
    timed("chart of a session, 600 points", lambda: journal.timeline(middle, points=600))
    timed("summary and moments of a session", lambda: journal.summary(middle))
    timed("comparison of two sessions", lambda: journal.compare([middle, other]))
    with tempfile.TemporaryDirectory() as folder:
        timed("export of a session, CSV", lambda: journal.export(Path(folder) / "a.csv", session=middle), 3)
    timed("delete a session", lambda: journal.delete(session=middle), 1)
    timed("delete everything", lambda: journal.delete(everything=True), 1)
    print(f"{'size afterwards':<34} {bytes_of() / 1e6:>9.1f} MB")


def timed(what: str, do: Callable[[], Any], times: int = 9) -> None:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        do()
        spent.append(1000 * (time.perf_counter() - start))
    print(f"{what:<34} {statistics.median(spent):>9.1f} ms")


if __name__ == "__main__":
    main()
