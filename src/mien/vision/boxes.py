"""Merging the detector's boxes: within one look at a picture, and over several looks at different scales.

A row is (left, top, right, bottom, five points, score), in pixels of the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SEEN = (8.0, 220.0)  #: a look is asked for faces of these sizes (pixels of the scaled picture)
WITNESSES = 3  #: looks that are asked for one face, the finest of those that can see it
FLOOR = 0.1  #: the score that a look which misses a face is taken to give it
MERGE = 0.45  #: boxes overlapping more than this (IoU) are one face


class Look(NamedTuple):
    """What was found at one scale."""

    rows: Floats  #: Nx15 (left, top, right, bottom, 5 points, score), pixels of the whole picture
    scale: float
    largest: float  #: pixels of the scaled picture up to which it must see faces


def merge(rows: Floats) -> Floats:
    """Non-maximum suppression: the best row of each group of overlapping ones, with the group's mean box and points.

    The mean is over the members that overlap the best row by more than half. Best first.
    """
    rows = rows[np.argsort(-rows[:, 14], kind="stable")]
    kept = [best for _, _, best in groups(rows)]
    return np.stack(kept) if kept else np.zeros((0, 15), np.float32)


def groups(rows: Floats) -> Iterator[tuple[int, NDArray[np.bool_], Floats]]:
    """Rows (best first) grouped greedily: the index of the best of a group, its members, and their mean row.

    A row that lies inside the best one goes with the group, but is no member.
    """
    left = np.ones(len(rows), bool)
    near = neighbours(rows)
    for i in range(len(rows)):
        if not left[i]:
            continue
        overlap, inside = near(i)
        group = left & (overlap > MERGE)
        group[i] = True
        yield i, group, mean_row(rows[i], rows[group & (overlap > 0.5)])
        left &= ~(group | (inside > 0.8))


def agree(looks: Sequence[Look], *, witnesses: int = WITNESSES) -> Floats:
    """Join what several looks, finest first, found: a row a face, best first.

    Its score is the mean over the finest looks that can see a face of its size, `witnesses` of them.

    The mean is one of log-odds; a look that missed it counts as `FLOOR`.
    """
    rows = np.concatenate([look.rows for look in looks])
    source = np.repeat(np.arange(len(looks)), [len(look.rows) for look in looks])
    order = np.argsort(-rows[:, 14], kind="stable")
    rows, source = rows[order], source[order]
    kept = []
    for i, group, best in groups(rows):
        scores = np.full(len(looks), FLOOR)
        np.maximum.at(scores, source[group], rows[group, 14])
        size = float(np.sqrt((best[2] - best[0]) * (best[3] - best[1])))
        asked = [k for k, look in enumerate(looks) if SEEN[0] <= size * look.scale <= look.largest][:witnesses]
        counted = scores[asked or [source[i]]].clip(max=0.999)
        odds = float(np.log(counted / (1 - counted)).mean())
        best[14] = 1 / (1 + np.exp(-odds))
        kept.append(best)
    if not kept:
        return rows
    found = np.stack(kept)
    return found[np.argsort(-found[:, 14], kind="stable")]


def neighbours(rows: Floats) -> Callable[[int], tuple[Floats, Floats]]:
    """The `overlaps` of row i with all rows, as a function of i; a table of them where there are not too many."""
    if len(rows) > 700:
        return lambda i: overlaps(rows[i], rows)
    overlap, inside = overlaps(rows[:, None], rows[None])
    return lambda i: (overlap[i], inside[i])


def overlaps(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Intersections of boxes (left, top, right, bottom, ...): over their union, and over the smaller of the two."""
    wide = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    high = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    meet = np.maximum(wide, 0) * np.maximum(high, 0)
    first = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    second = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    return meet / np.maximum(first + second - meet, 1e-9), meet / np.maximum(np.minimum(first, second), 1e-9)


def mean_row(best: Floats, members: Floats) -> Floats:
    """`best` with the box and points averaged over `members`, weighted by the square of their scores."""
    row = best.copy()
    if len(members):
        weight = members[:, 14:] ** 2
        row[:14] = (members[:, :14] * weight).sum(0) / weight.sum()
    return row
