"""Faces of a split that make its figures look better than they are: also in Training, or twice in the split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import FaceSet


def repeats(faces: FaceSet, split: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks over all faces: those of `split` that are also in Training, and those that repeat an earlier one in it."""
    leaking, repeated = np.zeros(len(faces), bool), np.zeros(len(faces), bool)
    rows = np.flatnonzero(faces.split == split)
    learnt = (
        {faces.images[i].tobytes() for i in np.flatnonzero(faces.split == "Training")} if split != "Training" else set()
    )
    seen: set[bytes] = set()
    for i in rows:
        pixels = faces.images[i].tobytes()
        leaking[i], repeated[i] = pixels in learnt, pixels in seen
        seen.add(pixels)
    return leaking, repeated
