"""Faces of a split that make its figures look better than they are: also in Training, or twice in the split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import FaceSet, duplicates
from mien.lab.data.reading import Progress


def chosen(faces: FaceSet, split: str) -> NDArray[np.bool_]:
    """Which faces are in `split`; every face is in "all"."""
    inside: NDArray[np.bool_] = (faces.split == split) | (split == "all")
    return inside


def repeats(
    faces: FaceSet, split: str, near: bool = True, progress: Progress | None = None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks over all faces: those of `split` of which Training has a copy, and those that copy an earlier one in it.

    near: copies are also pictures that show one photo (see `mien.lab.data.duplicates`), mirrored ones included; else
    only those with the same pixels. Blank pictures have no near copies.
    """
    training, inside = faces.split == "Training", chosen(faces, split)
    own = np.flatnonzero(inside)
    rows = np.concatenate([own, np.flatnonzero(training & ~inside)])  # the split comes first
    photo = _photos(faces.images[rows], len(own), near, progress)
    leaking, repeated = np.zeros(len(faces), bool), inside.copy()
    leaking[rows] = ~training[rows] & np.isin(photo, photo[training[rows]])
    repeated[own[np.unique(photo[: len(own)], return_index=True)[1]]] = False
    return leaking, repeated


def _photos(images: NDArray[np.uint8], count: int, near: bool, progress: Progress | None) -> NDArray[np.int64]:
    """N: one number for all pictures of one photo, as far as the first `count` pictures are concerned."""
    photo = np.arange(len(images))
    for group in duplicates.exact(images):
        photo[group] = group[0]
    if not near:
        return photo
    unique = np.unique(photo)
    unique = unique[~duplicates.blank(images[unique])]
    if len(unique) < 2:
        return photo
    mine = int((unique < count).sum())
    found = duplicates.near(images[unique], of_first=mine, progress=progress, what="Looking for copies")
    return _joined(len(images), unique[found.pairs])[photo]


def _joined(count: int, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """`count` numbers, the same for all that pairs connect: each step takes over the least number of a neighbour."""
    number = np.arange(count)
    while True:
        least = number[pairs].min(1)
        before = number.copy()
        for end in (0, 1):
            np.minimum.at(number, pairs[:, end], least)
        if (number == before).all():
            return number
