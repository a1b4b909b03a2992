"""What counts as true: the protocols by which expression models are measured, and matching of class names.

- `ferplus-majority`: FER+'s majority label (Barsoum et al. 2016, https://arxiv.org/abs/1608.01041).
- `ferplus-votes`: the distribution of FER+'s votes over the eight expressions.
- `fer2013`: the challenge's own labels; contempt is not among its classes.
- `labels`: the data's own labels, whatever its classes; the model chooses among the classes that the data has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mien.emoji.labels import canonical
from mien.errors import DataError
from mien.lab.data import FaceSet, majority
from mien.types import LABELS

#: Protocols by name, each in one sentence for people.
PROTOCOLS = {
    "ferplus-majority": "A face's true expression is the one that more than half of FER+'s ten voters chose, single "
    "votes dropped; faces without such a majority, or whose majority said unknown or not a face, are left out.",
    "fer2013": "A face's true expression is the label that the FER2013 challenge gave it; contempt is not one of its "
    "seven classes, so the model may not answer it.",
    "ferplus-votes": "The truth of a face is how FER+'s voters divided over the eight expressions, single votes "
    "dropped; faces that at least half of these votes call unknown or no face are left out. An answer counts as right "
    "when it is what most voters said.",
    "labels": "A face's true class is the label that it has in the data; the model chooses among the classes that "
    "occur in the data.",
}


@dataclass(frozen=True)
class Truth:
    """What is true of the faces that a protocol judges, in the classes of the result."""

    rows: NDArray[np.int64]  #: which faces of the split are judged
    classes: NDArray[np.int64]  #: the true class of each, an index into `labels`
    target: NDArray[np.float64]  #: a distribution over `labels` for each; one-hot unless votes are the truth
    votes: NDArray[np.float64]  #: the votes' distribution where there are votes, else NaN
    labels: tuple[str, ...]  #: the model's, then those that it lacks
    allowed: NDArray[np.bool_]  #: which of `labels` may be answered
    missing: dict[str, int]  #: class that the model lacks -> faces of it that are judged


def truth_of(faces: FaceSet, protocol: str) -> NDArray[np.int64]:
    """The true class of each face under `protocol` (index into `faces.classes`), -1 where it is left out.

    Raises `DataError` for an unknown protocol, and where the data has nothing that it needs.
    """
    if protocol not in PROTOCOLS:
        raise DataError(f"no protocol {protocol!r}: choose one of {', '.join(PROTOCOLS)}")
    if protocol.startswith("ferplus"):
        if not faces.voted.any():
            raise DataError(f"the data has no votes: {protocol} needs an FER+ folder with fer2013new.csv")
        if protocol == "ferplus-majority":
            return majority(faces.votes)
        share = vote_shares(faces.votes)
        return np.where(np.isnan(share[:, 0]), -1, np.nan_to_num(share).argmax(1))
    if (faces.labels < 0).all():
        raise DataError(f"the data has no labels: the protocol {protocol} needs fer2013.csv or class folders")
    if protocol == "fer2013":
        if faces.classes != LABELS:
            raise DataError("the data has classes of its own: use --protocol labels")
        return np.where(faces.labels == LABELS.index("contempt"), -1, faces.labels)
    return faces.labels


def vote_shares(votes: NDArray[np.float32]) -> NDArray[np.float64]:
    """N x 10 FER+ votes -> N x 8 distributions over `LABELS`; NaN for faces without votes and for those left out.

    Single votes are dropped as outliers. Left out are faces for which no expression keeps a vote, or at least half of
    the kept votes are for unknown and not a face.
    """
    counted = np.nan_to_num(votes.astype(np.float64))
    kept = np.where(counted > 1, counted, 0.0)
    expressions, lost = kept[:, : len(LABELS)], kept[:, len(LABELS) :].sum(1)
    total = expressions.sum(1)
    usable = (total > 0) & (total > lost)
    return np.where(usable[:, None], expressions / np.maximum(total, 1)[:, None], np.nan)


def match_labels(data: Sequence[str], model: Sequence[str]) -> list[int | None]:
    """For each class of the data the model's class of the same name, or of the same meaning; None where it has none.

    The exact name goes first, then the name in any case, then mien's own label for it (`happy` is `happiness`).
    """
    found: list[int | None] = []
    for name in data:
        meaning = canonical(name)
        tests = (
            [label == name for label in model],
            [label.strip().casefold() == name.strip().casefold() for label in model],
            [meaning is not None and canonical(label) == meaning for label in model],
        )
        found.append(next((test.index(True) for test in tests if any(test)), None))
    return found


def make_truth(everything: FaceSet, split: str, protocol: str, model_labels: Sequence[str]) -> Truth:
    """What is true of one split of the data, in terms of the model's classes.

    A class that the model lacks gets a place behind the model's, and its faces count as wrong. Raises `DataError` when
    that would be most of them, when whole distributions are compared, and when the protocol judges no face at all.
    """
    faces = everything.only(split)
    own = truth_of(faces, protocol)
    rows = np.flatnonzero(own >= 0)
    if not len(rows):
        raise DataError(f"{protocol} judges none of the {len(faces)} faces in {split}")
    names = faces.classes
    place = match_labels(names, model_labels)
    counts = np.bincount(own[rows], minlength=len(names))
    missing = {names[i]: int(counts[i]) for i, found in enumerate(place) if found is None and counts[i]}
    labels = (*model_labels, *missing)
    _refuse_strangers(missing, len(rows), protocol, names, place, model_labels)
    table = np.array([labels.index(name) if name in missing else -1 for name in names])
    table[[i for i, found in enumerate(place) if found is not None]] = [f for f in place if f is not None]
    classes = table[own[rows]]
    votes = _in_order(vote_shares(faces.votes[rows]), table, len(labels)) if names == LABELS else None
    if votes is None:
        votes = np.full((len(rows), len(labels)), np.nan)
    target = votes if protocol == "ferplus-votes" else np.eye(len(labels))[classes]
    allowed = _allowed(everything, protocol, table, len(labels))
    return Truth(rows, classes, target, votes, labels, allowed, missing)


def _refuse_strangers(
    missing: dict[str, int],
    judged: int,
    protocol: str,
    names: Sequence[str],
    place: Sequence[int | None],
    model_labels: Sequence[str],
) -> None:
    """Raise `DataError` where model and data have too little in common to be compared."""
    lacking = list(missing)
    if protocol == "ferplus-votes":
        lacking = [name for name, found in zip(names, place, strict=True) if found is None]
    if (protocol == "ferplus-votes" and lacking) or sum(missing.values()) * 2 > judged:
        raise DataError(
            f"the model has no class {', '.join(lacking)} (it has {', '.join(model_labels)}): "
            + ("the votes are for all eight" if protocol == "ferplus-votes" else "measure it on data with its classes")
        )


def _in_order(shares: NDArray[np.float64], table: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """N x 8 shares in the data's order -> N x `classes` in the result's; what has no place there is left out."""
    result = np.zeros((len(shares), classes))
    known = table >= 0
    result[:, table[known]] = shares[:, known]
    total = result.sum(1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, result / np.where(total > 0, total, 1), np.nan)


def _allowed(everything: FaceSet, protocol: str, table: NDArray[np.int64], classes: int) -> NDArray[np.bool_]:
    """Which classes the model may answer: all, but under `fer2013` and `labels` only those that the data has."""
    allowed = np.ones(classes, bool)
    if protocol in ("fer2013", "labels"):
        occurs = np.unique(everything.labels[everything.labels >= 0])
        if protocol == "fer2013":
            occurs = np.array([i for i, name in enumerate(LABELS) if name != "contempt"])
        allowed[:] = False
        allowed[table[occurs][table[occurs] >= 0]] = True
    return allowed
