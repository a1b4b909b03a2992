"""Photos that are in the data more than once: how many, across which splits, and whether their labels agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import FaceSet, duplicates
from mien.lab.data.reading import Progress
from mien.lab.explore.counts import Labelling, present_splits

LISTED = 1000  #: at most so many pairs are listed in the figures


@dataclass(frozen=True)
class Copies:
    """Pairs of faces that show one photo, as `mien.lab.data.duplicates` finds them; P pairs."""

    pairs: NDArray[np.int64]  #: P x 2: indices, the lower one first
    likeness: NDArray[np.float32]  #: P: correlation; 1 = the same pixels
    mirrored: NDArray[np.bool_]  #: P
    photo: NDArray[np.int64]  #: N: one number for all faces of one photo

    @property
    def exact(self) -> NDArray[np.bool_]:
        """P: which pairs have the same pixels."""
        return self.likeness >= 1


def find_copies(faces: FaceSet, progress: Progress) -> Copies:
    """Every pair of nearly the same faces, and each exact copy beside the first of its kind; blank ones aside."""
    images = faces.images
    groups = duplicates.exact(images)
    same = np.array([(group[0], other) for group in groups for other in group[1:]], np.int64).reshape(-1, 2)
    first = np.ones(len(faces), bool)
    first[same[:, 1]] = False
    shown = ~duplicates.blank(images)
    unique = np.flatnonzero(first & shown)
    near = duplicates.near(images[unique], progress=progress, what="Looking for copies")
    same = same[shown[same[:, 0]]]
    pairs = np.concatenate([same, unique[near.pairs]])
    return Copies(
        pairs,
        # Rounding must not make near copies exact.
        np.concatenate([np.ones(len(same), np.float32), np.minimum(near.likeness, np.float32(0.9999))]),
        np.concatenate([np.zeros(len(same), bool), near.mirrored]),
        _joined(pairs, len(faces)),
    )


def _joined(pairs: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """One number for all faces that pairs join, directly or by others: the lowest index among them."""
    number = np.arange(count)
    while len(pairs):
        lowest = number[pairs].min(1)
        before = number.copy()
        np.minimum.at(number, pairs[:, 0], lowest)
        np.minimum.at(number, pairs[:, 1], lowest)
        number = number[number]
        if (number == before).all():
            break
    return number


def leaks(copies: Copies, split: NDArray[np.str_]) -> dict[str, int]:
    """For each split but Training: how many of its faces show a photo that is in Training too."""
    learnt = np.isin(copies.photo, copies.photo[split == "Training"])
    return {name: int((learnt & (split == name)).sum()) for name in sorted(set(split.tolist()) - {"Training"})}


def across(copies: Copies, split: NDArray[np.str_]) -> NDArray[np.bool_]:
    """P: which pairs lie in two splits."""
    different: NDArray[np.bool_] = split[copies.pairs[:, 0]] != split[copies.pairs[:, 1]]
    return different


def disagreeing(copies: Copies, labels: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """P: which pairs have two labels, and which have two different ones."""
    a, b = labels[copies.pairs].T
    both = (a >= 0) & (b >= 0)
    return both, both & (a != b)


def copy_figures(copies: Copies, faces: FaceSet, ways: list[Labelling]) -> dict[str, Any]:
    """The copies in figures, with the pairs by name: those in two splits first, then those with different labels."""
    sizes = np.bincount(copies.photo, minlength=len(faces))
    compared = {}
    for way in ways:
        both, differ = disagreeing(copies, way.of)
        compared[way.key] = {"pairs": int(both.sum()), "differ": int(differ.sum())}
    return {
        "pairs": len(copies.pairs),
        "exact": int(copies.exact.sum()),
        "mirrored": int(copies.mirrored.sum()),
        "photos": int((sizes > 1).sum()),
        "faces": int(sizes[sizes > 1].sum()),
        "pairs_between": _between(copies, faces),
        "in_training_too": leaks(copies, faces.split),
        "labels_compared": compared,
        "listed": _listed(copies, faces, ways),
    }


def _between(copies: Copies, faces: FaceSet) -> dict[str, int]:
    splits = present_splits(faces)
    place = {name: i for i, name in enumerate(splits)}
    found: dict[str, int] = {}
    for a, b in faces.split[copies.pairs].tolist():
        first, second = sorted((a, b), key=place.__getitem__)
        key = first if first == second else f"{first} and {second}"
        found[key] = found.get(key, 0) + 1
    return found


def _listed(copies: Copies, faces: FaceSet, ways: list[Labelling]) -> list[dict[str, Any]]:
    differ = disagreeing(copies, ways[0].of)[1] if ways else np.zeros(len(copies.pairs), bool)
    order = np.lexsort((-copies.likeness, ~differ, ~across(copies, faces.split)))[:LISTED]
    rows = []
    for row in order:
        pair = copies.pairs[row].tolist()
        rows.append(
            {
                "names": [faces.names[i] for i in pair],
                "splits": [str(faces.split[i]) for i in pair],
                "labels": [class_of(faces, ways[0].of[i]) if ways else None for i in pair],
                "likeness": round(float(copies.likeness[row]), 4),
                "mirrored": bool(copies.mirrored[row]),
            }
        )
    return rows


def class_of(faces: FaceSet, label: int) -> str | None:
    """The name of a class by its index; None for -1."""
    return faces.classes[label] if label >= 0 else None
