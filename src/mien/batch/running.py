"""`run`: sources in, rows out; the whole batch in one readable place."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mien.batch.errors import BatchError
from mien.batch.feeding import Copy, Feeder, Passed
from mien.batch.index import Index
from mien.batch.items import Packed
from mien.batch.keeping import Keeper
from mien.batch.local import LocalEngine
from mien.batch.manifest import SPOOL, Manifest, cannot_write, held
from mien.batch.parts import parquet
from mien.batch.remote import is_url
from mien.batch.rows import Tally, schema
from mien.batch.settings import FORMATS, Settings
from mien.batch.sources import check, items
from mien.batch.tasks import Outcome
from mien.expression.prior import Prior
from mien.expression.recogniser import Recogniser
from mien.media.sources import shown


class Engine(Protocol):
    """Who does the looking."""

    def results(
        self, feeder: Feeder, settings: Settings, spool: str, stop: threading.Event
    ) -> Iterator[Outcome | Copy | Passed]:
        """What became of every input that the feeder gives."""


@dataclass(slots=True)
class Summary:
    """What a batch's folder holds after a run, and what the run did."""

    out: str
    rows: int = 0
    parts: int = 0
    inputs: int = 0  #: in the folder's rows: pictures and clips
    copies: int = 0  #: inputs with the content of another: without rows
    bad: int = 0  #: inputs that could not be read; see bad.jsonl
    tally: Tally = field(default_factory=Counter)
    done: int = 0  #: inputs that this run did, copies and bad ones included
    passed: int = 0  #: inputs that were done already: by earlier runs, or because the sources name them twice
    seconds: float = 0.0  #: of this run
    stopped: bool = False  #: before the end, by Ctrl-C
    total: int | None = None  #: inputs of the sources, done ones included; None while they are being counted

    @property
    def rate(self) -> float:
        """Inputs a second of this run."""
        return self.done / self.seconds if self.seconds else 0.0

    def to_dict(self) -> dict[str, object]:
        """JSON-ready; what `mien batch --json` prints."""
        seen = {name: self.tally[name] for name in ("pictures", "clips", "frames", "faces", "nobody")}
        labels = {k.removeprefix("label."): v for k, v in sorted(self.tally.items()) if k.startswith("label.")}
        return {
            "out": self.out, "rows": self.rows, "parts": self.parts, **seen, "labels": labels, "copies": self.copies,
            "bad": self.bad, "done": self.done, "passed": self.passed, "seconds": round(self.seconds, 2),
            "rate": round(self.rate, 2), "stopped": self.stopped,
        }  # fmt: skip


#: Called with the summary so far, a few times a second.
Told = Callable[[Summary], None]


def run(
    sources: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], out: str | os.PathLike[str], *,
    format: str = "jsonl", workers: int | None = None, model: str | os.PathLike[str] | None = None, prior: Prior = None,
    appearance: bool = False, lean: bool = False, every: float | None = None, avatars: bool = False,
    report: bool = False, part_size: int = 5000, told: Told | None = None, engine: Engine | None = None,
) -> Summary:  # fmt: skip
    """Look at every picture and clip of the sources and write a row a face into the folder `out`.

    Run again with the same arguments, it goes on where it was stopped, killed or out of disk: what is done is passed
    over, and no row is lost or doubled. Ctrl-C and SIGTERM (in the main thread) end it in good order.

    sources: one or several: folders, files, patterns, `@list.txt`, zip and tar archives, URLs that fsspec knows.
    format: "jsonl" or "parquet". workers: processes, by default one a processor. model, prior, appearance: as for
    `mien.look`. lean: rows without landmarks and controls. every: seconds between the frames of a clip that are read;
    by default all are. avatars: also write spec and drawing of every face. report: also write `report.html`.
    part_size: inputs a file of rows. told: called with the summary so far. engine: who does the looking, by default
    processes of this machine.

    Raises `BatchError` where it cannot start or go on, `ModelError`, `DataError`. Inputs that cannot be read raise
    nothing: they are listed in `bad.jsonl`, and tried again by the next run.
    """
    if isinstance(sources, (str, os.PathLike)):
        sources = [sources]
    names, folder = [os.fspath(source) for source in sources], Path(out)
    if format not in FORMATS:
        raise BatchError(f"format {format}: not one of {', '.join(FORMATS)}")
    if part_size < 1 or (workers is not None and workers < 1) or (every is not None and every <= 0):
        raise BatchError("workers, part_size and every must be greater than 0")
    if format == "parquet":
        parquet(shown(folder))
    check(names)
    settings = Settings(format, None if model is None else os.fspath(model), prior, appearance, lean, every, avatars)
    labels = Recogniser(settings.model, prior).labels  # a model that cannot be is told before anything is written
    columns = schema(settings, labels) if format == "parquet" else None
    with held(folder), _stoppable() as stop:
        manifest, index = Manifest(folder, settings.to_dict()), Index()
        try:
            keeper = Keeper(manifest, index, Summary(shown(folder)), columns, part_size)
            _work(names, keeper, index, settings, engine or LocalEngine(workers), stop, told)
            summary = keeper.summary
            summary.stopped = stop.is_set()
            if not (summary.inputs or summary.copies or summary.bad or summary.stopped):
                raise BatchError(f"{', '.join(map(shown, names[:3]))}: no pictures or clips there")
        finally:
            index.close()
        if report:
            from mien.batch.report import write_report

            write_report(folder, summary)
    return summary


def _work(
    names: Sequence[str], keeper: Keeper, index: Index, settings: Settings, engine: Engine, stop: threading.Event,
    told: Told | None,
) -> None:  # fmt: skip
    spool = keeper.folder / SPOOL
    try:
        spool.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_write(keeper.folder, error) from None
    feeder = Feeder(items(names), index, stop, spool)
    if told is not None:
        threading.Thread(target=_count, args=(names, keeper.summary, stop), daemon=True).start()
    began, shown_at = time.monotonic(), 0.0
    results = engine.results(feeder, settings, str(spool), stop)
    try:
        for result in results:
            keeper.take(result, feeder)
            keeper.summary.seconds = time.monotonic() - began
            if told is not None and time.monotonic() - shown_at > 0.1:
                shown_at = time.monotonic()
                told(keeper.summary)
    finally:
        results.close()  # type: ignore[attr-defined]
        keeper.finish()
        with suppress(OSError):
            for left in spool.iterdir():
                left.unlink()
            spool.rmdir()
    keeper.summary.seconds = time.monotonic() - began


def _count(names: Sequence[str], summary: Summary, stop: threading.Event) -> None:
    """How many inputs there are, for the time left, where it takes no download and no unpacking to know."""
    total = 0
    if not any(map(is_url, names)):
        with suppress(BatchError):
            for item in items(names):
                total += not item.container
                if stop.is_set() or isinstance(item.place, Packed):
                    return
            summary.total = total


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set; the second one ends the process as it always did, which harms nothing."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def handle(number: int, frame: object) -> None:
        stop.set()
        for each, handler in before.items():
            signal.signal(each, handler)

    try:
        for number in before:
            signal.signal(number, handle)
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
