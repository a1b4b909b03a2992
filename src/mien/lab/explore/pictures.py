"""Pictures of the page: mean faces, how they differ from the mean of all, and sheets of chosen faces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.explore.findings import Findings
from mien.lab.explore.looks import mean_face
from mien.lab.pages import face_sheet

DARKER, LIGHTER = (38, 96, 186), (224, 108, 20)  #: of a signed picture; told apart with any colour vision, see `signed`
ENOUGH = 50  #: faces of a class whose mean shows the class, not its faces
SIDE, MEAN_SIDE = 72, 96  #: of a face, and of a mean face, on the page in CSS pixels


def signed(difference: NDArray[np.float32], scale: float) -> NDArray[np.uint8]:
    """H x W differences in grey levels -> H x W x 4: blue where darker, orange where lighter, clear where equal.

    From `scale` on the colour is full. Blue and orange of Okabe & Ito's kind; clear, so that the page's light or dark
    ground stands for zero.
    """
    strength = np.clip(np.abs(difference) / scale, 0, 1)
    colour = np.where((difference > 0)[..., None], LIGHTER, DARKER)
    return to_bytes(np.concatenate([colour, 255 * strength[..., None]], -1))


def mean_faces(found: Findings) -> tuple[str, str, float] | None:
    """Sheets of the mean face of each class, and of its difference to the mean of all labelled faces when brightness is
    taken out, with the scale of the latter in grey levels; None where nothing is labelled."""
    images, classes = found.faces.images, found.faces.classes
    means = {name: mean_face(images, found.labels == i) for i, name in enumerate(classes)}
    seen = {name: mean for name, mean in means.items() if mean is not None}
    overall = mean_face(images, found.labels >= 0)
    if overall is None:
        return None
    captions = [f"{name}\n{int((found.labels == classes.index(name)).sum()):,} faces" for name in seen]
    stack = np.stack(list(seen.values()))
    faces = face_sheet(_stretched(stack), captions, columns=8, side=MEAN_SIDE)
    gaps = stack - overall
    gaps -= gaps.mean((1, 2), keepdims=True)
    # The mean of a few faces is mostly those faces: where there are larger classes, they set the scale.
    large = np.array([(found.labels == classes.index(name)).sum() >= ENOUGH for name in seen])
    scale = max(10.0, 10 * float(np.ceil(np.percentile(np.abs(gaps[large] if large.any() else gaps), 99) / 10)))
    differences = face_sheet(signed(gaps, scale), list(seen), columns=8, side=MEAN_SIDE) if len(seen) > 1 else ""
    return faces, differences, scale


def _stretched(means: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Mean faces with the contrast of all stretched alike: means of thousands are flat."""
    low, high = np.percentile(means, (0.5, 99.5))
    return to_bytes(255 * (means - low) / max(high - low, 1))


def to_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Values to the nearest whole number in 0..255."""
    whole: NDArray[np.uint8] = np.clip(values, 0, 255).round().astype(np.uint8)
    return whole


def sheet(
    found: Findings, rows: NDArray[np.int64], caption: Callable[[int], str] | None = None, columns: int = 4
) -> str:
    """The chosen faces; where each came from is shown when the pointer rests on it."""
    captions = None if caption is None else [caption(int(i)) for i in rows]
    names = [f"{found.faces.names[i]} ({found.faces.split[i]})" for i in rows]
    return face_sheet(found.faces.images[rows], captions, columns=columns, side=SIDE, names=names)


def drawn(rng: np.random.Generator, chosen: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """At most so many of the chosen faces, drawn at random, in their order."""
    rows = np.flatnonzero(chosen)
    return np.sort(rng.choice(rows, min(most, len(rows)), replace=False))
