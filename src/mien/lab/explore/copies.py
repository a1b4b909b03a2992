"""Photos that are in the data more than once: across which splits, and whether their labels agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import FaceSet, duplicates
from mien.lab.data.checking import leaking, pairs_of
from mien.lab.data.reading import Progress
from mien.lab.explore.counts import Labelling, present_splits

LISTED = 1000  #: at most so many pairs are listed in the figures


@dataclass(frozen=True)
class Pairs:
    """Faces that show one photo, as `mien.lab.data.checking.pairs_of` pairs them; P pairs."""

    rows: NDArray[np.int64]  #: P x 2: indices, the lower one first
    likeness: NDArray[np.float64]  #: P: correlation; 1 = the same pixels
    mirrored: NDArray[np.bool_]  #: P
    leaking: dict[str, int]  #: split -> its faces with a copy in a split before it
    blank: NDArray[np.bool_]  #: N: which pictures show nothing; these are in no pair

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def exact(self) -> NDArray[np.bool_]:
        """P: which pairs have the same pixels."""
        return self.likeness >= 1


def find_pairs(faces: FaceSet, progress: Progress) -> Pairs:
    """Every pair of faces that show one photo: the same pixels, nearly the same, or mirrored."""
    copies = duplicates.find(faces.images, progress=progress, what="Looking for copies")
    copies = copies._replace(groups=[group for group in copies.groups if not copies.blank[group[0]]])
    pairs = list(pairs_of(faces, copies))
    present = set(present_splits(faces))
    return Pairs(
        np.array([pair[:2] for pair in pairs], np.int64).reshape(-1, 2),
        np.array([pair.likeness for pair in pairs], np.float64),
        np.array([pair.mirrored for pair in pairs], bool),
        {split: count for split, count in leaking(faces, copies).items() if split in present},
        copies.blank,
    )


def across(pairs: Pairs, split: NDArray[np.str_]) -> NDArray[np.bool_]:
    """P: which pairs lie in two splits."""
    different: NDArray[np.bool_] = split[pairs.rows[:, 0]] != split[pairs.rows[:, 1]]
    return different


def disagreeing(pairs: Pairs, labels: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """P: which pairs have two labels, and which have two different ones; only pairs so alike that they show one moment
    (`duplicates.CERTAIN`)."""
    a, b = labels[pairs.rows].T
    both = (a >= 0) & (b >= 0) & (pairs.likeness >= duplicates.CERTAIN)
    return both, both & (a != b)


def pair_figures(pairs: Pairs, faces: FaceSet, ways: list[Labelling]) -> dict[str, Any]:
    """The pairs in figures, and by name: those in two splits first, then those with different labels."""
    compared = {}
    for way in ways:
        both, differ = disagreeing(pairs, way.of)
        compared[way.key] = {"pairs": int(both.sum()), "differ": int(differ.sum())}
    return {
        "pairs": len(pairs),
        "exact": int(pairs.exact.sum()),
        "mirrored": int(pairs.mirrored.sum()),
        "faces": len(np.unique(pairs.rows)),
        "pairs_between": _between(pairs, faces),
        "leaking": pairs.leaking,
        "labels_compared": compared,
        "listed": _listed(pairs, faces, ways),
    }


def _between(pairs: Pairs, faces: FaceSet) -> dict[str, int]:
    """Pairs within each split, then between two of them, in the splits' order."""
    splits = present_splits(faces)
    place = np.array([splits.index(name) for name in faces.split.tolist()], np.int64)[pairs.rows]
    low, high = place.min(1), place.max(1)
    found = {}
    for step in range(len(splits)):
        for i in range(len(splits) - step):
            name = splits[i] if not step else f"{splits[i]} and {splits[i + step]}"
            found[name] = int(((low == i) & (high == i + step)).sum())
    return {name: count for name, count in found.items() if count}


def _listed(pairs: Pairs, faces: FaceSet, ways: list[Labelling]) -> list[dict[str, Any]]:
    differ = disagreeing(pairs, ways[0].of)[1] if ways else np.zeros(len(pairs), bool)
    order = np.lexsort((-pairs.likeness, ~differ, ~across(pairs, faces.split)))[:LISTED]
    return [
        {
            "names": [faces.names[i] for i in pair],
            "splits": [str(faces.split[i]) for i in pair],
            "labels": [class_of(faces, ways[0].of[i]) if ways else None for i in pair],
            "likeness": round(float(pairs.likeness[row]), 4),
            "mirrored": bool(pairs.mirrored[row]),
        }
        for row, pair in zip(order, pairs.rows[order].tolist(), strict=True)
    ]


def class_of(faces: FaceSet, label: int) -> str | None:
    """The name of a class by its index; None for -1."""
    return faces.classes[label] if label >= 0 else None
