"""How many faces of which class, in which split and group; and how two sets of labels for the same faces differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import SPLITS, FaceSet, majority


@dataclass(frozen=True)
class Labelling:
    """One way to label the faces of a set: by the votes' majority, or as the data says."""

    key: str  #: "majority" or "label"
    title: str  #: what a person reads: "FER+ majority" or "given label"
    of: NDArray[np.int64]  #: N: index into the set's classes; -1 = none


def labellings(faces: FaceSet) -> list[Labelling]:
    """The ways to label these faces, the most trustworthy first; empty when nothing is labelled."""
    voted = bool(faces.voted.any())
    ways = []
    if voted:
        ways.append(Labelling("majority", "majority of the votes", majority(faces.votes)))
    if (faces.labels >= 0).any():
        ways.append(Labelling("label", "given label", faces.labels))
    return ways


def reference(faces: FaceSet) -> NDArray[np.int64]:
    """N: the class to go by: the votes' majority where a face has votes, else its label; -1 = none."""
    return np.where(faces.voted, majority(faces.votes), faces.labels)


def present_splits(faces: FaceSet) -> list[str]:
    """The splits that have faces: `SPLITS` in their order, then any others by name."""
    found = set(faces.split.tolist())
    return [s for s in SPLITS if s in found] + sorted(found - set(SPLITS))


def class_counts(faces: FaceSet, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """S x C: faces by split (see `present_splits`) and class; faces without a class (-1) are not counted."""
    rows = []
    for split in present_splits(faces):
        mine = labels[(faces.split == split) & (labels >= 0)]
        rows.append(np.bincount(mine, minlength=len(faces.classes)))
    return np.array(rows, np.int64).reshape(-1, len(faces.classes))


def imbalance(counts: NDArray[np.int64]) -> float:
    """The largest class over the smallest of those that occur; 1 = balanced, and for fewer than two classes."""
    occurring = counts[counts > 0]
    return float(occurring.max() / occurring.min()) if len(occurring) > 1 else 1.0


def cross_table(first: NDArray[np.int64], second: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """(C + 1) x (C + 1): faces by their two labels; the last row and column count faces without one (-1)."""
    rows, columns = (np.where(x < 0, classes, x) for x in (first, second))
    return np.bincount(rows * (classes + 1) + columns, minlength=(classes + 1) ** 2).reshape(classes + 1, -1)


def group_counts(faces: FaceSet, labels: NDArray[np.int64], column: str) -> tuple[list[str], NDArray[np.int64]]:
    """The values of a group column, the most common first ("" = unknown last), and V x C faces by value and class."""
    values = faces.groups[column]
    found, counts = np.unique(values, return_counts=True)
    sizes = dict(zip(found.tolist(), counts.tolist(), strict=True))
    names = sorted(sizes, key=lambda name: (name == "", -sizes[name], name))
    table = [np.bincount(labels[(values == name) & (labels >= 0)], minlength=len(faces.classes)) for name in names]
    return names, np.array(table, np.int64).reshape(-1, len(faces.classes))
