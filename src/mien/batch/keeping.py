"""`Keeper`: from results to the disk: rows into parts, parts into the manifest, bad inputs into their list."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.batch.errors import BatchError
from mien.batch.feeding import Copy, Feeder, Passed
from mien.batch.index import Index
from mien.batch.manifest import Manifest, cannot_write
from mien.batch.parts import Part
from mien.batch.rows import Tally
from mien.batch.tasks import Outcome

if TYPE_CHECKING:
    from mien.batch.running import Summary

#: Seconds after which a part is closed though it is not full: what a crash costs at most.
SECONDS = 60.0
#: Bytes of rows after which it is.
BYTES = 256 << 20
BAD = "bad.jsonl"
#: Bad contents that are remembered for their copies, which come soon after them or are read by themselves.
REMEMBERED = 10_000


class Keeper:
    """Takes in what a folder holds from its manifest, then results; `finish` at the end, whatever has happened."""

    def __init__(self, manifest: Manifest, index: Index, summary: Summary, schema: Any, part_size: int) -> None:
        self.folder, self.summary = manifest.folder, summary
        self._manifest, self._index, self._schema, self._size = manifest, index, schema, part_size
        self._waiting: dict[str, list[Copy]] = {}
        self._refused: dict[str, str] = {}  #: the last contents that could not be read, and why
        self._part: Part | None = None
        self._inputs: list[dict[str, Any]] = []
        self._tally: Tally = Counter()
        self._drawn = False
        self._failed = False
        for entry in manifest.entries():
            manifest.check(entry)
            index.add(entry["inputs"])
            self._count(entry)
        summary.bad = index.count_bad()
        manifest.clean()
        self._closed_at = time.monotonic()

    def take(self, result: Outcome | Copy | Passed, feeder: Feeder) -> None:
        """Raises `BatchError` where the disk is full or a worker cannot go on."""
        if isinstance(result, Passed):
            self.summary.passed += result.count
        elif isinstance(result, Copy):
            if feeder.in_hand(result.sha256):
                self._waiting.setdefault(result.sha256, []).append(result)
            else:
                self._copy(result)
        else:
            self._outcome(result, feeder)
        full = len(self._inputs) >= self._size or (self._part is not None and self._part.written >= BYTES)
        if self._inputs and (full or time.monotonic() - self._closed_at > SECONDS):
            self._commit()

    def finish(self) -> None:
        """Keep what is done, and write the list of bad inputs anew."""
        if self._failed:
            return
        if self._inputs:
            self._commit()
        self._write_bad()

    def _outcome(self, outcome: Outcome, feeder: Feeder) -> None:
        if outcome.fatal:
            self._failed = True
            raise BatchError(f"{outcome.source}: {outcome.fatal}; run the same command again, what is done is kept")
        if outcome.sha256 and not outcome.bad and self._index.source_of(outcome.sha256) is not None:
            self._copy(Copy(outcome.source, outcome.stamp, outcome.sha256))  # of engines whose workers read
            return
        if outcome.container:
            entry = {"source": outcome.source, "stamp": outcome.stamp, "archive": True}
            self.summary.bad -= self._index.reason_of(outcome.source) is not None
            self._inputs.append(entry)
            self._index.add([entry])
            return
        copies = self._waiting.pop(outcome.sha256, [])
        if outcome.bad:
            self._refused[outcome.sha256] = outcome.bad
            if len(self._refused) > REMEMBERED:
                del self._refused[next(iter(self._refused))]
            feeder.done(outcome.sha256)
            for source in (outcome.source, *(copy.source for copy in copies)):
                self._enter({"source": source, "bad": outcome.bad})
            return
        try:
            self._write(outcome)
        except BaseException:
            self._failed = True
            raise
        self._tally += outcome.tally
        said = {"source": outcome.source, "stamp": outcome.stamp, "sha256": outcome.sha256, "rows": outcome.count}
        self._enter(said | ({"trouble": outcome.trouble} if outcome.trouble else {}))
        feeder.done(outcome.sha256)
        for copy in copies:
            self._copy(copy)

    def _copy(self, copy: Copy) -> None:
        if self._index.content_of(copy.source) == copy.sha256:  # the same input: named twice, or only touched
            if self._index.reason_of(copy.source) is None:
                self.summary.passed += 1
            else:  # it was away, or damaged, for a time
                self._enter({"source": copy.source, "stamp": copy.stamp, "sha256": copy.sha256})
            return
        original = self._index.source_of(copy.sha256)
        if original is None:  # it was bad: so is this
            self._enter({"source": copy.source, "bad": self._refused.get(copy.sha256, "cannot be read")})
            return
        self._enter({"source": copy.source, "stamp": copy.stamp, "sha256": copy.sha256, "copy_of": original})

    def _enter(self, entry: dict[str, Any]) -> None:
        self.summary.done += 1
        known = self._index.reason_of(entry["source"])
        if "bad" in entry and known == entry["bad"]:  # tried again, and no better
            return
        self.summary.bad += ("bad" in entry) - (known is not None)
        self._inputs.append(entry)
        self._index.add([entry])

    def _write(self, outcome: Outcome) -> None:
        try:
            for name, content in outcome.files:
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                part = path.with_name(f".{path.name}.tmp")
                part.write_bytes(content)
                part.replace(path)
                self._drawn = True
        except OSError as error:
            raise cannot_write(self.folder, error) from None
        if self._part is None:
            self._part = Part(self._manifest, self._schema)
        self._part.add(outcome.rows, outcome.count, outcome.spool)

    def _commit(self) -> None:
        """The rows first, then the line that makes them count."""
        self._failed = True  # until it has worked
        if self._drawn and hasattr(os, "sync"):
            os.sync()  # hundreds of small files at once
        said = {"part": None, "rows": 0} if self._part is None else self._part.finish()
        entry = {**said, "tally": dict(sorted(self._tally.items())), "inputs": self._inputs}
        self._manifest.append(entry)
        self._count(entry)
        self._part, self._inputs, self._tally, self._drawn = None, [], Counter(), False
        self._failed = False
        self._closed_at = time.monotonic()

    def _count(self, entry: dict[str, Any]) -> None:
        summary = self.summary
        summary.parts += entry["part"] is not None
        summary.rows += entry["rows"]
        summary.tally.update(entry["tally"])
        summary.inputs += sum("rows" in line for line in entry["inputs"])
        summary.copies += sum("copy_of" in line for line in entry["inputs"])

    def _write_bad(self) -> None:
        """bad.jsonl: the inputs that could not be read when last tried; gone when there are none."""
        self.summary.bad = self._index.count_bad()
        path: Path = self.folder / BAD
        part = self.folder / f".{BAD}.tmp"
        try:
            if not self.summary.bad:
                path.unlink(missing_ok=True)
                return
            with part.open("w", encoding="utf-8") as file:
                for source, reason in self._index.bad():
                    file.write(json.dumps({"source": source, "reason": reason}, ensure_ascii=False) + "\n")
            part.replace(path)
        except OSError as error:
            raise cannot_write(self.folder, error) from None
