"""The journal as a file of one's own: CSV, JSON or Parquet, one row an entry."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from mien.errors import JournalError
from mien.journal.store import Store
from mien.journal.times import moment
from mien.media.clip_writing import whole
from mien.media.sources import shown
from mien.media.writing import cannot_write
from mien.types import LABELS, UNSURE

#: Columns: UTC in ISO 8601, names, the most probable expression or "unsure", and the eight probabilities.
COLUMNS = ("time", "session", "person", "expression", *LABELS)
#: Endings that can be written.
ENDINGS = (".csv", ".json", ".jsonl", ".parquet")
#: Rows that are in memory at once.
CHUNK = 50_000

Rows = list[tuple[Any, ...]]


def chunks(store: Store, session: str | None = None, person: str | None = None) -> Iterator[Rows]:
    """The entries of one session or person, or all of them, as rows of `COLUMNS`: sessions as they came, then people,
    then times.

    Each query goes on after the last entry of the one before: whoever reads an export slowly then holds on to nothing
    in the file, which deleting has to overwrite.
    """
    waiting: Rows = []
    for rows in _pages(store, session, person):
        waiting += rows
        if len(waiting) >= CHUNK:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _pages(store: Store, session: str | None, person: str | None) -> Iterator[Rows]:
    only = "" if session is None else " AND name = :session"
    with store.reading() as db:
        query = f"SELECT id, name FROM $sessions WHERE $mine{only} ORDER BY id"
        wanted = [] if db is None else db.execute(query, session=session).fetchall()
    query = (
        f"SELECT e.person, e.at, p.name, {', '.join(f'e.{label}' for label in LABELS)} FROM $entries AS e"
        " CROSS JOIN $people AS p WHERE e.session = :number AND (e.person, e.at) > (:last, :at) AND p.id = e.person"
        " AND e.session IN (SELECT id FROM $sessions WHERE $mine AND name = :session)"  # a number may be given again
        f"{'' if person is None else ' AND p.name = :person'} ORDER BY e.person, e.at LIMIT :most"
    )
    for number, name in wanted:
        last, at, rows = 0, 0, None
        while rows is None or len(rows) == CHUNK:
            with store.reading() as db:
                found = {"number": number, "session": name, "person": person, "last": last, "at": at, "most": CHUNK}
                rows = [] if db is None else db.execute(query, **found).fetchall()
            if rows:
                last, at = rows[-1][0], rows[-1][1]
                yield [_row((row[1], name, *row[2:])) for row in rows]


def _row(row: tuple[Any, ...]) -> tuple[Any, ...]:
    at, session, person, *thousandths = row
    highest = max(thousandths)
    label = LABELS[thousandths.index(highest)] if highest else UNSURE
    return (moment(at).isoformat(timespec="milliseconds"), session, person, label, *(t / 1000 for t in thousandths))


def check_ending(path: str | os.PathLike[str]) -> str:
    """Raises `JournalError` for an ending that cannot be written, or Parquet without pyarrow."""
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise JournalError(f"{shown(path)}: cannot export as {ending!r}; use one of {' '.join(ENDINGS)}")
    if ending == ".parquet":
        _pyarrow(shown(path))
    return ending


def export(store: Store, path: str | os.PathLike[str], session: str | None = None, person: str | None = None) -> int:
    """Write entries into a file that appears whole or not at all; returns how many.

    Raises `JournalError` and, where the file cannot be written, `PictureError`.
    """
    ending = check_ending(path)
    rows = chunks(store, session, person)
    with whole(path) as part:
        if ending == ".parquet":
            return _parquet(part, rows)
        count = 0

        def counted() -> Iterator[Rows]:
            nonlocal count
            for chunk in rows:
                count += len(chunk)
                yield chunk

        try:
            with part.open("w", encoding="utf-8", newline="") as stream:
                stream.writelines(pieces(counted(), ending, lambda: None))
        except OSError as error:
            raise cannot_write(Path(path), shown(path), error) from error
        return count


def pieces(chunks: Iterator[Rows], ending: str, done: Callable[[], None]) -> Iterator[str]:
    """A ".csv", ".json" (an array) or ".jsonl" (an object a line) file, piece by piece. done: called at the end."""
    try:
        if ending == ".csv":
            yield _lines([COLUMNS])
        elif ending == ".json":
            yield "["
        first = True
        for rows in chunks:
            if ending == ".csv":
                yield _lines((row[0], _plain(row[1]), _plain(row[2]), *row[3:]) for row in rows)
                continue
            objects = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows]
            before, between, after = ("\n" if first else ",\n", ",\n", "") if ending == ".json" else ("", "\n", "\n")
            yield before + between.join(objects) + after
            first = False
        if ending == ".json":
            yield "\n]\n"
    finally:
        done()


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _plain(name: str) -> str:
    """A name that no spreadsheet takes for a formula (OWASP, "CSV injection")."""
    return f"'{name}" if name[:1] in "=+-@" else name


def _parquet(part: Path, chunks: Iterator[Rows]) -> int:
    arrow, parquet = _pyarrow(part.name)
    texts = [(name, arrow.dictionary(arrow.int32(), arrow.string())) for name in COLUMNS[1:4]]
    shape = arrow.schema(
        [("time", arrow.timestamp("ms", tz="UTC")), *texts, *((label, arrow.float32()) for label in LABELS)]
    )
    count = 0
    with parquet.ParquetWriter(str(part), shape) as writer:
        for rows in chunks:
            columns = list(zip(*rows, strict=True))
            times = arrow.array([_stamp(text) for text in columns[0]], shape.field("time").type)
            named = [arrow.array(column).dictionary_encode() for column in columns[1:4]]
            numbers = [arrow.array(column, arrow.float32()) for column in columns[4:]]
            writer.write_table(arrow.Table.from_arrays([times, *named, *numbers], schema=shape))
            count += len(rows)
    return count


def _stamp(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def _pyarrow(name: str) -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise JournalError(f"{name}: Parquet needs pyarrow: pip install pyarrow, or export as .csv") from None
    return pyarrow, parquet
