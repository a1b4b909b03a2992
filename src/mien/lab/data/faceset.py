"""Faces with what is known of each, as one value: a `FaceSet`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.types import LABELS

SIZE = 48  #: side of a face in pixels
SPLITS = ("Training", "PublicTest", "PrivateTest")  #: to learn from, to choose by, and to report (FER2013's names)
SPLIT_TYPE = np.dtype("<U11")  #: text that holds the longest of `SPLITS`


@dataclass
class FaceSet:
    """Faces with what is known of each: N faces, in the order of every field.

    Votes count for `LABELS`; faces with votes therefore have these as their `classes`.
    """

    images: NDArray[np.uint8]  #: N x 48 x 48, grey; may be memory-mapped
    votes: NDArray[np.float32]  #: N x 10: FER+ votes in the order of `LABELS`, then unknown, not a face; NaN = no votes
    labels: NDArray[np.int64]  #: N: index into `classes`; -1 = none. For FER2013 the challenge's own label
    split: NDArray[np.str_]  #: N, each one of `SPLITS` ("" only while data is being read: its source names none)
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

    def truth(self) -> NDArray[np.int64]:
        """N: the class of each face: the FER+ majority where there is one, else its label, else -1."""
        voted = majority(self.votes)
        return np.where(voted >= 0, voted, self.labels)

    def only(self, split: str) -> FaceSet:
        """One split, or with "all" every face. Raises `DataError` when it is empty."""
        if split == "all":
            return self
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


def combine(sets: Sequence[FaceSet], differing: list[tuple[str, str]] | None = None) -> FaceSet:
    """Join sets; a picture (by its pixels) that stands in several counts once and gets the labels of all.

    What an earlier set says of a picture goes before what a later one says. A picture that stands in one set twice
    keeps both places: the first is joined with the first of the other set, the second with the second. The names of
    pictures whose labels differ between two sets are added to `differing`.

    Sets with other classes are joined over the union of the classes. Raises `DataError` where that cannot be, because
    one of them has votes, which count for mien's labels only.
    """
    if len(sets) == 1:
        return sets[0]
    first, *others = _over_the_same_classes(sets)
    parts = [_writable(first)]
    places: dict[bytes, list[tuple[FaceSet, int]]] = {}
    _add_places(places, parts[0])
    for other in others:
        new = np.ones(len(other), bool)
        seen: Counter[bytes] = Counter()
        for j, pixels in enumerate(digests(other.images)):
            if known := places.get(pixels):
                new[j] = False
                at, i = known[min(seen[pixels], len(known) - 1)]
                seen[pixels] += 1
                if _merge(at, i, other, j) and differing is not None:
                    differing.append((at.names[i], other.names[j]))
        parts.append(_writable(other.where(new)))
        _add_places(places, parts[-1])
    return _concatenated(parts)


def digests(images: NDArray[np.uint8]) -> list[bytes]:
    """16 bytes for each picture; two are the same only for the same pixels."""
    return [blake2b(image.tobytes(), digest_size=16).digest() for image in images]


def _add_places(places: dict[bytes, list[tuple[FaceSet, int]]], faces: FaceSet) -> None:
    for i, pixels in enumerate(digests(faces.images)):
        places.setdefault(pixels, []).append((faces, i))


def _writable(faces: FaceSet) -> FaceSet:
    """A copy into which `_merge` may write text of any length."""
    return replace(
        faces, votes=faces.votes.copy(), labels=faces.labels.copy(), split=faces.split.astype(SPLIT_TYPE),
        groups={column: values.astype(object) for column, values in faces.groups.items()},
    )  # fmt: skip


def _merge(faces: FaceSet, i: int, other: FaceSet, j: int) -> bool:
    """Give face i what only face j, the same picture, says. True where both have a label and these differ."""
    if np.isnan(faces.votes[i, 0]):
        faces.votes[i] = other.votes[j]
    differs = faces.labels[i] >= 0 and other.labels[j] >= 0 and faces.labels[i] != other.labels[j]
    if faces.labels[i] < 0:
        faces.labels[i] = other.labels[j]
    if not faces.split[i]:
        faces.split[i] = other.split[j]
    for column, values in other.groups.items():
        own = faces.groups.setdefault(column, np.full(len(faces), "", object))
        own[i] = own[i] or values[j]
    return bool(differs)


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
        {c: np.concatenate([p.groups.get(c, np.full(len(p), "")) for p in parts]).astype(str) for c in columns},
    )
