"""Faces with what is known of each, as one value: a `FaceSet`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.types import LABELS

SIZE = 48  #: side of a face in pixels
SPLITS = ("Training", "PublicTest", "PrivateTest")  #: to learn from, to choose by, and to report (FER2013's names)


@dataclass
class FaceSet:
    """Faces with what is known of each: N faces, in the order of every field.

    Votes count for `LABELS`; faces with votes therefore have these as their `classes`.
    """

    images: NDArray[np.uint8]  #: N x 48 x 48, grey; may be memory-mapped
    votes: NDArray[np.float32]  #: N x 10: FER+ votes in the order of `LABELS`, then unknown, not a face; NaN = no votes
    labels: NDArray[np.int64]  #: N: index into `classes`; -1 = none. For FER2013 the challenge's own label
    split: NDArray[np.str_]  #: N, each one of `SPLITS`
    names: list[str]  #: N: where a face came from, such as `train/happy/7.png` or `fer2013.csv:12`
    classes: tuple[str, ...] = LABELS
    groups: dict[str, NDArray[np.str_]] = field(default_factory=dict)  #: column -> N values, such as age; "" = unknown

    def __len__(self) -> int:
        return len(self.images)

    @property
    def voted(self) -> NDArray[np.bool_]:
        """N: which faces have votes."""
        return ~np.isnan(self.votes[:, 0])

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> FaceSet:
        """The chosen faces, by a mask or by indices."""
        rows = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return replace(
            self, images=self.images[rows], votes=self.votes[rows], labels=self.labels[rows], split=self.split[rows],
            names=[self.names[i] for i in rows], groups={k: v[rows] for k, v in self.groups.items()},
        )  # fmt: skip

    def only(self, split: str) -> FaceSet:
        """One split. Raises `DataError` when it is empty."""
        chosen = self.split == split
        if not chosen.any():
            raise DataError(f"no faces in split {split!r}: the data has {', '.join(sorted(set(self.split))) or 'none'}")
        return self.where(chosen)


def majority(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """FER+ majority label (index into `LABELS`), or -1 where there is none (or no votes).

    The protocol of Barsoum et al. 2016: votes of one are dropped as outliers; the winner needs more than half of the
    remaining votes, and must not be "unknown" or "not a face".
    """
    votes = np.nan_to_num(votes, nan=0.0)
    kept = np.where(votes > 1, votes, 0)
    winner = kept.argmax(1)
    strict = kept.max(1) * 2 > kept.sum(1)
    return np.where(strict & (winner < len(LABELS)), winner, -1).astype(np.int64)


def combine(sets: Sequence[FaceSet]) -> FaceSet:
    """Join sets; a picture (by its pixels) that stands in several counts once and gets the labels of all.

    Sets with other classes are joined over the union of the classes. Raises `DataError` where that cannot be, because
    one of them has votes, which count for mien's labels only.
    """
    if len(sets) == 1:
        return sets[0]
    first, *others = _over_the_same_classes(sets)
    place = {image.tobytes(): i for i, image in enumerate(first.images)}
    votes, labels = first.votes.copy(), first.labels.copy()
    extra: list[FaceSet] = []
    for other in others:
        new = np.ones(len(other), bool)
        for j, image in enumerate(other.images):
            i = place.get(image.tobytes())
            if i is None:
                continue
            new[j] = False
            if np.isnan(votes[i, 0]):
                votes[i] = other.votes[j]
            if labels[i] < 0:
                labels[i] = other.labels[j]
        extra.append(other.where(new))
    return _concatenated([replace(first, votes=votes, labels=labels), *extra])


def _over_the_same_classes(sets: Sequence[FaceSet]) -> list[FaceSet]:
    """The sets with their labels counted over the union of the classes."""
    classes = tuple(dict.fromkeys(name for s in sets for name in s.classes))
    if classes == sets[0].classes and all(s.classes == classes for s in sets):
        return list(sets)
    if any(s.voted.any() for s in sets):
        own = ", ".join(name for name in classes if name not in LABELS)
        raise DataError(f"data with votes cannot be joined with the classes {own}: map these to expressions (--map)")
    joined = []
    for s in sets:
        table = np.array([*(classes.index(name) for name in s.classes), -1])  # -1 stays -1
        joined.append(replace(s, labels=table[s.labels], classes=classes))
    return joined


def _concatenated(parts: Sequence[FaceSet]) -> FaceSet:
    columns = sorted({c for p in parts for c in p.groups})
    return FaceSet(
        np.concatenate([p.images for p in parts]),
        np.concatenate([p.votes for p in parts]),
        np.concatenate([p.labels for p in parts]),
        np.concatenate([p.split for p in parts]),
        [name for p in parts for name in p.names],
        parts[0].classes,
        {c: np.concatenate([p.groups.get(c, np.full(len(p), "")) for p in parts]) for c in columns},
    )
