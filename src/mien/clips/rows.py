"""One row a face a frame, as lines of JSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from mien.errors import ClipError
from mien.media.clip_writing import whole
from mien.media.sources import shown
from mien.types import LABELS

if TYPE_CHECKING:
    from mien.media.frames import Frame
    from mien.types import Scene

#: Endings of files of rows.
ENDINGS = (".jsonl", ".json", ".csv")

#: Columns of the CSV that come before one of probability a label.
COLUMNS = (
    "time", "frame", "track_id", "emoji", "label", "confidence", "valence", "arousal", "intensity", "reason",
    "x", "y", "width", "height", "score", "quality", "quality_reason", "yaw", "pitch", "roll",
)  # fmt: skip


def rows_of(scene: Scene, frame: int) -> Iterator[dict[str, Any]]:
    """What the JSON rows hold: `time` in seconds and `frame`, counted from 0, then the fields of `Face.to_dict`."""
    for face in scene.faces:
        yield {"time": None if scene.time is None else round(scene.time, 4), "frame": frame, **face.to_dict()}


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the CSV: without landmarks and controls."""
    said, box, pose = row["expression"], row["box"], row["pose"]
    named = {
        **{key: row[key] for key in ("time", "frame", "track_id", "score")},
        **{key: said[key] for key in ("emoji", "label", "confidence", "valence", "arousal", "intensity", "reason")},
        **box, "quality": row["quality"]["score"], "quality_reason": row["quality"]["reason"], **pose,
    }  # fmt: skip
    return {column: named[column] for column in COLUMNS} | {f"p_{k}": v for k, v in said["probabilities"].items()}


class Rows:
    """Writes the rows of a clip. path: .jsonl or .json (a line a row) or .csv; "-" is stdout, as `kind` says."""

    def __init__(self, path: str | os.PathLike[str], kind: str | None = None) -> None:
        """kind: "json" or "csv"; by default as the ending says. Raises `ClipError` for another ending."""
        ending = Path(path).suffix.lower()
        if kind is None and ending not in ENDINGS:
            raise ClipError(f"{shown(path)}: rows cannot be written as {ending!r}; use one of {' '.join(ENDINGS)}")
        self._csv = (kind or ending[1:]) == "csv"
        self._to_stdout = os.fspath(path) == "-"
        self._whole: AbstractContextManager[Path | None] = nullcontext() if self._to_stdout else whole(path)
        self._file: IO[str] | None = None
        self._columns: list[str] | None = None

    def __enter__(self) -> Self:
        part = self._whole.__enter__()
        self._file = sys.stdout if part is None else part.open("w", encoding="utf-8", newline="")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if kind is None and self._csv and self._columns is None:
            self._titles(LABELS)
        if self._file is not None and not self._to_stdout:
            self._file.close()
        self._whole.__exit__(kind, error, trace)

    def add(self, frame: Frame, scene: Scene) -> None:
        for row in rows_of(scene, frame.index):
            if not self._csv:
                self._write(json.dumps(row, ensure_ascii=False) + "\n")
                continue
            if self._columns is None:
                self._titles(row["expression"]["probabilities"])
            assert self._columns is not None
            values = flat(row)
            self._line([values.get(column, "") for column in self._columns])

    def _titles(self, labels: Iterable[str]) -> None:
        """Written with the first row, when the labels of a model of one's own are known."""
        self._columns = [*COLUMNS, *(f"p_{label}" for label in labels)]
        self._line(self._columns)

    def _line(self, values: list[Any]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(values)
        self._write(text.getvalue())

    def _write(self, text: str) -> None:
        assert self._file is not None
        self._file.write(text)
        if self._to_stdout:
            self._file.flush()
