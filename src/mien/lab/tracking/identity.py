"""IDF1: how long everybody keeps their number.

Ristani et al. 2016, "Performance measures and a data set for multi-target, multi-camera tracking",
https://arxiv.org/abs/1609.01775: true and reported trajectories are paired one to one, once for the whole clip, so that
as many frames as possible agree; IDF1 is the F1 score of the frames under that pairing. Switches as in CLEAR MOT
(Bernardin and Stiefelhagen 2008): how often a person's number differs from the one they had when last seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mien.types import Box
from mien.vision.assignment import assign
from mien.vision.tracker import alike

OVERLAP = 0.5  #: boxes that overlap (IoU) at least this much are of one face


class Observed(NamedTuple):
    """One person in one frame."""

    number: int
    box: Box
    counts: bool = True  #: False where they are hidden: neither seeing nor missing them there is a mistake


class Identity(NamedTuple):
    """How well reported numbers agree with the truth."""

    idf1: float  #: 0..1
    switches: int
    found: float  #: 0..1, share of the true boxes that some reported box covers
    false: int  #: reported boxes that lie on nobody
    tracks: int  #: numbers given out
    people: int


def measure(truth: Sequence[Sequence[Observed]], seen: Sequence[Sequence[Observed]]) -> Identity:
    """Compare the people of each frame with what was reported for it.

    Boxes pair up within a frame by the greatest total overlap, those of at least `OVERLAP`; a person who is hidden may
    be reported or not.
    """
    together: Counter[tuple[int, int]] = Counter()
    true_length: Counter[int] = Counter()
    seen_length: Counter[int] = Counter()
    last: dict[int, int] = {}
    switches = hits = false = 0
    for people, reported in zip(truth, seen, strict=True):
        true_length.update(p.number for p in people if p.counts)
        seen_length.update(r.number for r in reported)
        pairs = _pairs(people, reported)
        for person, report in pairs:
            together[person.number, report.number] += 1
            if not person.counts:
                true_length[person.number] += 1  # seen although hidden: as good as a frame in view
                continue
            hits += 1
            switches += last.setdefault(person.number, report.number) != report.number
            last[person.number] = report.number
        false += len(reported) - len(pairs)
    agreeing = _best_pairing(together)
    total = sum(true_length.values()) + sum(seen_length.values())
    counted = sum(p.counts for people in truth for p in people)
    return Identity(
        idf1=2 * agreeing / total if total else 1.0,
        switches=switches,
        found=hits / counted if counted else 1.0,
        false=false,
        tracks=len(seen_length),
        people=len(true_length),
    )


def _pairs(people: Sequence[Observed], reported: Sequence[Observed]) -> list[tuple[Observed, Observed]]:
    """Who in a frame was reported by which box; people in view come before hidden ones."""
    pairs: list[tuple[Observed, Observed]] = []
    free = list(reported)
    for in_view in (True, False):
        rows = [p for p in people if p.counts is in_view]
        overlap = np.array([[alike(p.box, r.box) for r in free] for p in rows]).reshape(len(rows), len(free))
        pairs += [(rows[i], free[j]) for i, j in assign(np.where(overlap >= OVERLAP, 1 - overlap, 1e9))]
        free = [r for r in free if all(r is not taken for _, taken in pairs)]
    return pairs


def _best_pairing(together: Counter[tuple[int, int]]) -> int:
    """Frames that agree under the best pairing of true and reported numbers."""
    people, reports = sorted({a for a, _ in together}), sorted({b for _, b in together})
    if not together:
        return 0
    table = np.array([[together[a, b] for b in reports] for a in people], float)
    return int(sum(table[i, j] for i, j in assign(table.max() - table)))
