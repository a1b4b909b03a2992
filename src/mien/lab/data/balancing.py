"""`balance`: a data set whose Training faces are spread evenly over the classes, with augmented copies of rare ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.lab.data.dataset import About, write_dataset
from mien.lab.data.faceset import FaceSet
from mien.lab.data.fixing import check_apart
from mien.lab.data.loading import Sources, as_paths, load
from mien.lab.data.reading import Progress

_BATCH = 256  #: faces augmented at once


@dataclass(frozen=True)
class Balanced:
    """A balanced data set: how many Training faces each class had and has."""

    out: Path
    before: dict[str, int]
    after: dict[str, int]


def balance(
    data: Sources, out: Path | str, to: int | str = "max", *, seed: int = 0,
    class_map: Mapping[str, str] | None = None, progress: Progress | None = None,
) -> Balanced:  # fmt: skip
    """Write `data` as a data set of mien's own in which every class has `to` Training faces: max, median or a number.

    A class with fewer gets augmented copies of its own (`mien.lab.expression.augment`), each named after its original,
    as `train/disgust/7.png#2`, with its votes, label and groups; a class with more keeps as many, drawn by the seed.
    Classes without a face, faces without a class, and the other splits stay as they are. The same data, seed and
    version of torch give the same bytes. Classes are those of `FaceSet.truth`. Raises `DataError` for a `to` that is
    none of these, and for Training faces without classes.
    """
    out = Path(out)
    check_apart(out, as_paths(data))
    faces, about = load(data, class_map=class_map, progress=progress)
    truth = np.where(faces.split == "Training", faces.truth(), -1)
    before = np.bincount(truth[truth >= 0], minlength=len(faces.classes))
    if not before.any():
        raise DataError(f"{', '.join(map(str, as_paths(data)))}: no Training face has a class to balance by")
    target = _target(to, before)
    rng = np.random.default_rng(seed)
    kept = np.ones(len(faces), bool)
    originals: list[NDArray[np.int64]] = []
    for index, count in enumerate(before):
        rows = rng.permutation(np.flatnonzero(truth == index))
        if count > target:
            kept[rows[target:]] = False
        elif count:
            originals.append(np.resize(rows, target - count))  # over and over, each as often as the others
    source = np.concatenate([*originals, np.empty(0, np.int64)])
    grown = _with_copies(faces, kept, source, _augmented(faces.images, source, seed, progress))
    note = f"balanced to {target:,} Training faces a class with seed {seed}: {len(source):,} augmented copies"
    write_dataset(grown, About(about.sources, about.sizes, [*about.notes, note]), out)
    names = [(i, name) for i, name in enumerate(faces.classes) if before[i]]
    return Balanced(out, {name: int(before[i]) for i, name in names}, {name: target for _, name in names})


def _target(to: int | str, counts: NDArray[np.int64]) -> int:
    """Faces a class should have."""
    present = counts[counts > 0]
    if to == "max":
        return int(present.max())
    if to == "median":
        return int(np.median(present))
    try:
        target = int(to)
    except ValueError:
        target = 0
    if target < 1:
        raise DataError(f"--to {to}: expected max, median or a number of faces")
    return target


def _augmented(
    images: NDArray[np.uint8], source: NDArray[np.int64], seed: int, progress: Progress | None
) -> NDArray[np.uint8]:
    """An augmented copy of each of the `source` faces."""
    import torch

    from mien.lab.expression.augment import augment

    generator = torch.Generator().manual_seed(seed)
    copies = np.empty((len(source), *images.shape[1:]), np.uint8)
    for start in range(0, len(source), _BATCH):
        rows = source[start : start + _BATCH]
        made = augment(torch.from_numpy(images[rows]), generator)
        copies[start : start + len(rows)] = made.round().clamp(0, 255).to(torch.uint8).numpy()
        if progress is not None:
            progress("Augmenting", start, len(source))
    return copies


def _with_copies(
    faces: FaceSet, kept: NDArray[np.bool_], source: NDArray[np.int64], copies: NDArray[np.uint8]
) -> FaceSet:
    left, added = faces.where(kept), faces.where(source)
    number = np.zeros(len(faces), np.int64)
    names = []
    for i in source:
        number[i] += 1
        names.append(f"{faces.names[i]}#{number[i]}")
    return replace(
        left,
        images=np.concatenate([left.images, copies]),
        votes=np.concatenate([left.votes, added.votes]),
        labels=np.concatenate([left.labels, added.labels]),
        split=np.concatenate([left.split, added.split]),
        names=[*left.names, *names],
        groups={column: np.concatenate([left.groups[column], added.groups[column]]) for column in left.groups},
    )
