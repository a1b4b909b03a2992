"""`check`: everything that is wrong with a data set, found in one pass that no bad file ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import duplicates, splits
from mien.lab.data.classes import ClassMap
from mien.lab.data.dataset import About, is_dataset, open_dataset
from mien.lab.data.duplicates import CERTAIN, Copies
from mien.lab.data.faceset import SPLITS, FaceSet, majority
from mien.lab.data.loading import Sources, as_paths, read
from mien.lab.data.reading import Progress, Reading
from mien.lab.data.report import Finding, Report


class Examined(NamedTuple):
    """A data set with all that is known of its copies."""

    faces: FaceSet
    about: About
    copies: Copies
    report: Report


class Pair(NamedTuple):
    """Two faces that show one photo, by index."""

    first: int
    second: int
    likeness: float
    mirrored: bool


def check(data: Sources, *, class_map: Mapping[str, str] | None = None, progress: Progress | None = None) -> Report:
    """Look for bad files and rows, copies, leaks between splits, contradicting labels, blank and odd-sized pictures.

    Bad files and rows are reported, all of them; `DataError` is raised only where there is no data set at all, or its
    classes cannot be told. Reads everything anew, past the cache. Near copies are told as `mien.lab.data.duplicates`
    describes.
    """
    return examine(data, class_map=class_map, progress=progress).report


def examine(data: Sources, *, class_map: Mapping[str, str] | None = None, progress: Progress | None = None) -> Examined:
    """As `check`, with the faces themselves."""
    paths = as_paths(data)
    reading = Reading(ClassMap(class_map), strict=False, progress=progress)
    differing: list[tuple[str, str]] = []
    if len(paths) == 1 and not class_map and is_dataset(paths[0]):
        faces, about = open_dataset(paths[0])
    else:
        faces, about = read(paths, reading, differing)
    copies = duplicates.find(faces.images, progress=progress)
    faces, notes = splits.complete(faces, copies=copies)
    findings = [Finding(t.kind, [t.place], t.what) for t in reading.troubles if t.kind != "ignored"]
    findings += [Finding("conflict", list(names), "two sources give other classes") for names in differing]
    findings += [Finding("blank", [faces.names[i]], "next to nothing in it") for i in np.flatnonzero(copies.blank)]
    truth = Truth(faces)
    for pair in pairs_of(faces, copies):
        findings += _of_pair(faces, truth, pair)
    report = Report(
        [str(path) for path in paths], len(faces), list(faces.classes), counts(faces), about.sizes, findings,
        leaking(faces, copies), about.notes + notes + _notes(faces, reading),
    )  # fmt: skip
    return Examined(faces, about, copies, report)


class Truth:
    """The classes of faces as far as two of them can contradict each other."""

    def __init__(self, faces: FaceSet) -> None:
        self._voted = majority(faces.votes).tolist()
        self._labels = faces.labels.tolist()
        self._classes = faces.classes

    def contradiction(self, i: int, j: int) -> tuple[str, str] | None:
        """Two different classes: by the majority of votes if both faces have one, else by their labels."""
        first, second = self._voted[i], self._voted[j]
        if min(first, second) < 0:
            first, second = self._labels[i], self._labels[j]
        if min(first, second) < 0 or first == second:
            return None
        return self._classes[first], self._classes[second]

    def name(self, i: int) -> str:
        """What a face counts as."""
        index = self._voted[i] if self._voted[i] >= 0 else self._labels[i]
        return self._classes[index] if index >= 0 else "no class"


def pairs_of(faces: FaceSet, copies: Copies) -> Iterator[Pair]:
    """The pairs that tell all: each face with the first of the same pixels in its split, the first of a split with the
    first of all; and of pictures that are nearly the same, the first of each split."""
    groups = {group[0]: group for group in copies.groups}
    for group in groups.values():
        first = {str(faces.split[i]): i for i in reversed(group)}
        for i in group[1:]:
            mate = first[str(faces.split[i])]
            yield Pair(group[0] if mate == i else mate, i, 1.0, False)
    near = copies.near
    for (one, other), likeness, mirrored in zip(near.pairs.tolist(), near.likeness, near.mirrored, strict=True):
        sides = ({str(faces.split[i]): i for i in reversed(groups.get(k, [k]))}.values() for k in (one, other))
        for i, j in product(*sides):
            yield Pair(min(i, j), max(i, j), min(float(likeness), 0.9999), bool(mirrored))


def _of_pair(faces: FaceSet, truth: Truth, pair: Pair) -> Iterator[Finding]:
    first, second, likeness, mirrored = pair
    names = [faces.names[first], faces.names[second]]
    how = "same pixels" if likeness == 1 else f"{min(likeness, 0.99):.2f} alike{', mirrored' if mirrored else ''}"
    here, there = str(faces.split[first]), str(faces.split[second])
    if here != there:
        yield Finding("leak", names, f"{here} and {there}, {how}", likeness)
    else:
        yield Finding("duplicate" if likeness == 1 else "near_duplicate", names, f"{here}, {how}", likeness)
    if likeness >= CERTAIN and (two := truth.contradiction(first, second)):
        yield Finding("conflict", names, f"{two[0]} and {two[1]}, {how}", likeness)


def leaking(faces: FaceSet, copies: Copies) -> dict[str, int]:
    """How many faces of each split but Training have a copy in a split before it (see `SPLITS`)."""
    rank = np.array([SPLITS.index(split) for split in faces.split.tolist()])
    groups = {group[0]: group for group in copies.groups}
    photos = [*groups.values(), *([*groups.get(i, [i]), *groups.get(j, [j])] for i, j in copies.near.pairs.tolist())]
    found = {i for photo in photos for i in photo if rank[i] > rank[photo].min()}
    return {split: sum(int(rank[i]) == k for i in found) for k, split in enumerate(SPLITS) if k}


def counts(faces: FaceSet, truth: NDArray[np.int64] | None = None) -> dict[str, dict[str, int]]:
    """Faces by split and class; by `FaceSet.truth` unless other classes are given."""
    truth = faces.truth() if truth is None else truth
    found = Counter(zip(faces.split.tolist(), truth.tolist(), strict=True))
    return {split: {name: found[split, i] for i, name in enumerate(faces.classes)} for split in SPLITS}


def _notes(faces: FaceSet, reading: Reading) -> list[str]:
    """What is worth knowing and no fault: files left alone, classes that a split lacks."""
    notes = [f"{trouble.place}: {trouble.what}; ignored" for trouble in reading.troubles if trouble.kind == "ignored"]
    table = counts(faces)
    present = [name for name in faces.classes if any(table[split][name] for split in SPLITS)]
    for split in SPLITS:
        absent = [name for name in present if not table[split][name]]
        if not any(table[split].values()):
            notes.append(f"{split} is empty")
        elif absent:
            notes.append(f"{split} has no {', '.join(absent)}")
    return notes
