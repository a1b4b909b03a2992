"""`fix`: a cleaned copy of a data set, with a list of what was dropped and why."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.data import duplicates
from mien.lab.data.checking import Truth, examine
from mien.lab.data.dataset import check_free, write_dataset
from mien.lab.data.duplicates import CERTAIN, Copies
from mien.lab.data.faceset import SPLITS, FaceSet
from mien.lab.data.loading import Sources, as_paths
from mien.lab.data.reading import Progress
from mien.lab.data.report import Report

#: The list of what was dropped, inside the cleaned copy.
DROPPED = "dropped.csv"
_COLUMNS = ("name", "split", "class", "reason", "because of")


@dataclass
class Fixed:
    """A cleaned copy, and what is not in it."""

    out: Path
    before: Report
    faces: int  #: in the copy
    dropped: dict[str, int] = field(default_factory=dict)  #: reason -> faces, files or rows


def fix(
    data: Sources, out: Path | str, *, class_map: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Fixed:
    """Write a cleaned copy of `data` as a data set of mien's own, `out`; the original is only read.

    Dropped are, in this order: what cannot be read; blank pictures; of one photo in several splits all copies but those
    in the last split, so that Training loses what leaks; copies in one split that contradict each other, all of them;
    further copies in one split. `dropped.csv` in `out` lists each with its reason. Raises `DataError` when `out`
    exists, lies in the data, or nothing is left.
    """
    out = Path(out)
    check_apart(out, as_paths(data))
    found = examine(data, class_map=class_map, progress=progress)
    rows = [[f.places[0], "", "", "unreadable", f.what] for f in found.report.of("unreadable")]
    kept, copies = found.faces, found.copies
    while len(kept) and (cleaning := _Cleaning(kept, copies)).rows():
        rows += cleaning.rows()
        kept = kept.where(cleaning.kept)
        # Again, since a face with very many copies is compared with the likest of them only.
        copies = duplicates.find(kept.images, progress=progress, what="Looking once more")
    if not len(kept):
        raise DataError(f"{', '.join(found.report.data)}: nothing would be left")
    dropped = dict(Counter(row[3] for row in rows))
    said = ", ".join(f"{count:,} {reason}" for reason, count in dropped.items()) or "nothing"
    about = replace(found.about, notes=[*found.about.notes, f"cleaned; dropped: {said} (see {DROPPED})"])
    write_dataset(kept, about, out, more={DROPPED: _as_csv(rows)})
    return Fixed(out, found.report, len(kept), dropped)


def check_apart(out: Path, sources: Sequence[Path]) -> None:
    """Raise `DataError` unless `out` is free, and outside every source."""
    check_free(out)
    for source in sources:
        if out.resolve().is_relative_to(source.resolve()):
            raise DataError(f"{out}: lies inside the data {source}, which is only read; choose another place")


class _Cleaning:
    """Which faces go, and why: copies are compared group by group, then pair by pair."""

    def __init__(self, faces: FaceSet, copies: Copies) -> None:
        self._faces, self._truth = faces, Truth(faces)
        self._rank = np.array([SPLITS.index(split) for split in faces.split.tolist()])
        self.kept = np.ones(len(faces), bool)
        self._why: list[tuple[int, str, int]] = []
        for i in np.flatnonzero(copies.blank):
            self._drop(int(i), "blank", -1)
        stands_for = np.arange(len(faces))  # the copy that is left of each group
        for group in copies.groups:
            stands_for[group] = self._one_of(group)
        near = copies.near
        self._apart(stands_for[near.pairs], near.likeness >= CERTAIN)

    def _drop(self, i: int, reason: str, other: int) -> None:
        if self.kept[i]:
            self.kept[i] = False
            self._why.append((i, reason, other))

    def _one_of(self, group: list[int]) -> int:
        """Drop all pictures with the same pixels but one, or all where the last split's contradict each other."""
        last = self._rank[group].max()
        inside = [i for i in group if self._rank[i] == last]
        for i in group:
            if i not in inside:
                self._drop(i, "leak", inside[0])
        odd = next((i for i in inside if self._truth.contradiction(inside[0], i)), None)
        for i in inside[1:]:
            self._drop(i, "duplicate" if odd is None else "conflict", inside[0])
        if odd is not None:
            self._drop(inside[0], "conflict", odd)
        return inside[0]

    def _apart(self, pairs: NDArray[np.int64], certain: NDArray[np.bool_]) -> None:
        """Part the pictures that are nearly the same: leaks first, then contradictions, then plain copies."""
        order = np.lexsort((pairs[:, 1], pairs[:, 0], -self._rank[pairs].max(1)))
        pairs, certain = pairs[order], certain[order]
        for i, j in self._alive(pairs):
            if self._rank[i] != self._rank[j]:
                first, last = (i, j) if self._rank[i] < self._rank[j] else (j, i)
                self._drop(first, "leak", last)
        for i, j in [pair for pair in self._alive(pairs[certain]) if self._truth.contradiction(*pair)]:
            self._drop(i, "conflict", j)
            self._drop(j, "conflict", i)
        for i, j in self._alive(pairs):
            self._drop(j, "near_duplicate", i)

    def _alive(self, pairs: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """The pairs of which nothing has been dropped when their turn comes."""
        for i, j in pairs.tolist():
            if self.kept[i] and self.kept[j]:
                yield i, j

    def rows(self) -> list[list[str]]:
        """The faces dropped, in their order, as rows of `dropped.csv`."""
        names, split = self._faces.names, self._faces.split
        return [
            [names[i], str(split[i]), self._truth.name(i), reason, names[other] if other >= 0 else ""]
            for i, reason, other in sorted(self._why)
        ]


def _as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_COLUMNS, *rows])
    return text.getvalue()
