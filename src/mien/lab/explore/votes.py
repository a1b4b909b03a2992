"""How far people disagree about what a face shows, from their votes.

Votes are N x V counts: V choices, here the eight labels of `mien.types.LABELS`, then unknown and not a face.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.data import majority
from mien.types import LABELS

CHOICES = (*LABELS, "unknown", "not a face")  #: what a person could vote for, in the order of `FaceSet.votes`


def entropy(votes: NDArray[Any]) -> NDArray[np.float64]:
    """N: Shannon entropy of each face's votes in bits: 0 = all agree, log2(V) = spread over all choices.

    NaN where a face has no votes.
    """
    counts = np.nan_to_num(votes.astype(np.float64))
    total = counts.sum(1, keepdims=True)
    share = counts / np.maximum(total, 1)
    bits = np.log2(share, out=np.zeros_like(share), where=share > 0)
    return np.where(total[:, 0] > 0, np.abs((share * bits).sum(1)), np.nan)


def top_share(votes: NDArray[Any]) -> NDArray[np.float64]:
    """N: the share of the votes that go to the most chosen, 0..1; NaN where a face has no votes."""
    counts = np.nan_to_num(votes.astype(np.float64))
    total = counts.sum(1)
    return np.where(total > 0, counts.max(1) / np.maximum(total, 1), np.nan)


def pair_shares(votes: NDArray[Any]) -> NDArray[np.float64]:
    """V x V, symmetric: of all pairs of people who voted on the same face, the share that chose row and column.

    The diagonal is agreement; everything sums to 1 (to 0 where no face has two votes). Each face weighs the same.
    """
    counts = np.nan_to_num(votes.astype(np.float64))
    total = counts.sum(1)
    counts, total = counts[total > 1], total[total > 1]
    if not len(counts):
        return np.zeros((votes.shape[1], votes.shape[1]))
    weight = 1 / (total * (total - 1) * len(counts))
    pairs: NDArray[np.float64] = (counts * weight[:, None]).T @ counts
    pairs[np.diag_indices_from(pairs)] -= (counts * weight[:, None]).sum(0)  # nobody is a pair with himself
    return pairs


def kappa(votes: NDArray[Any]) -> float:
    """Fleiss' kappa (Fleiss 1971), for any number of votes a face: 1 = all agree, 0 = no more than by chance.

    NaN where nobody disagrees about anything, so that chance alone explains the agreement.
    """
    pairs = pair_shares(votes)
    seen, chance = float(np.trace(pairs)), float((pairs.sum(1) ** 2).sum())
    return (seen - chance) / (1 - chance) if chance < 1 - 1e-12 else float("nan")


def confused(votes: NDArray[Any], most: int = 8) -> list[dict[str, Any]]:
    """The pairs of choices that people differ by most often: `a`, `b`, and their `share` of all disagreement, 0..1."""
    pairs = pair_shares(votes)
    row, column = np.triu_indices(len(pairs), 1)
    share = 2 * pairs[row, column]
    differing = share.sum()
    best = [i for i in np.argsort(-share, kind="stable")[:most] if share[i] > 0]
    return [{"a": CHOICES[row[i]], "b": CHOICES[column[i]], "share": float(share[i] / differing)} for i in best]


def votes_by_majority(votes: NDArray[Any]) -> NDArray[np.int64]:
    """C x V: the votes on the faces of each majority class (see `mien.lab.data.majority`), added up."""
    counts = np.nan_to_num(votes.astype(np.float64))
    winner = majority(votes)
    return np.array([counts[winner == c].sum(0) for c in range(len(LABELS))]).round().astype(np.int64)


def without_majority(votes: NDArray[Any]) -> dict[str, int]:
    """How many voted faces have no majority label (see `mien.lab.data.majority`), by the reason."""
    counts = votes[~np.isnan(votes[:, 0])]
    kept = np.where(counts > 1, counts, 0)
    none = majority(counts) < 0
    strict = kept.max(1, initial=0) * 2 > kept.sum(1)
    winner = kept.argmax(1)
    return {
        "no winner": int((none & ~strict).sum()),
        "unknown": int((none & strict & (winner == CHOICES.index("unknown"))).sum()),
        "not a face": int((none & strict & (winner == CHOICES.index("not a face"))).sum()),
    }
