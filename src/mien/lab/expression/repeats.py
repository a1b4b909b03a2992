"""Faces of a split that make its figures look better than they are: also in Training, or twice in the split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import FaceSet


def chosen(faces: FaceSet, split: str) -> NDArray[np.bool_]:
    """Which faces are in `split`; every face is in "all"."""
    inside: NDArray[np.bool_] = (faces.split == split) | (split == "all")
    return inside


def repeats(faces: FaceSet, split: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks over all faces: those of `split` that are in Training too, and those that repeat an earlier one in it."""
    leaking, repeated = np.zeros(len(faces), bool), np.zeros(len(faces), bool)
    training = faces.split == "Training"
    learnt = {faces.images[i].tobytes() for i in np.flatnonzero(training)}
    seen: set[bytes] = set()
    for i in np.flatnonzero(chosen(faces, split)):
        pixels = faces.images[i].tobytes()
        leaking[i] = not training[i] and pixels in learnt
        repeated[i] = pixels in seen
        seen.add(pixels)
    return leaking, repeated
