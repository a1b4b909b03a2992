"""The hairline, traced: from the brows upwards there is skin until hair begins, and hair until the wall behind it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.appearance.oklab import linear, oklab
from mien.appearance.regions import View

#: Columns across the forehead, as shares of the way from its middle to the jaw's outline.
COLUMNS = np.linspace(-0.76, 0.76, 9)
MIDDLE = slice(3, 6)
#: Distances in OKLab, lightness counting less than colour: light changes it along a forehead.
SKIN_WEIGHTS, HAIR_WEIGHTS = np.array([0.8, 2.2, 2.2]), np.array([1.0, 2.0, 2.0])
OTHER, BEHIND = 0.13, 0.12  #: from skin to what is not skin, from hair to what is not hair
RUN = 3  #: pixels in a row that must be other
LEAST = 3  #: columns of the five in the middle that must agree


class Forehead(NamedTuple):
    """Heights over the brows in lengths of the nose (root to base); None where the picture does not show it."""

    height: float | None  #: of the hairline in the middle; a fringe makes it low
    corners: float | None  #: of the hairline at the temples
    lean: float | None  #: how much higher the hairline is on the face's left side than on its right
    peak: float | None  #: how much higher it is in the middle than half-way to the temples: a middle parting
    hair: float | None  #: height of the hair above the hairline


def read_forehead(head: View, skin: NDArray[np.float64]) -> Forehead:
    """Trace the hairline in a view of the head. skin: its colour in OKLab as the picture shows it."""
    lab = oklab(linear(head.pixels))
    long = float(np.linalg.norm(head.points[33] - head.points[27]))
    brow = head.points[17:27]
    starts = [_trace(lab, head, x, skin, long) for x in _columns(head)]
    ends = [None if start is None else _hair_end(lab, head, *start) for start in starts]
    up = float(brow[:, 1].mean())
    heights = [np.nan if start is None else (up - start[1]) / long for start in starts]
    hair = [end for end in ends[2:7] if end is not None]
    left, right = heights[5:8], heights[1:4]  # of the picture's right and left: the face's own left and right
    return Forehead(
        height=_middle(heights[MIDDLE], 2),
        corners=_middle([heights[1], heights[7]], 2),
        lean=_difference(left, right),
        peak=_difference(heights[MIDDLE], [heights[2], heights[6]]),
        hair=float(np.median(hair)) / long if len(hair) >= LEAST and np.ptp(hair) < 0.7 * long else None,
    )


def _columns(head: View) -> NDArray[np.int64]:
    wide = float(np.linalg.norm(head.points[16] - head.points[0]))
    x = np.rint(head.points[27, 0] + 0.5 * wide * COLUMNS).astype(int)
    return np.asarray(np.clip(x, 1, head.pixels.shape[1] - 2))


def _trace(
    lab: NDArray[np.float64], head: View, x: int, skin: NDArray[np.float64], long: float
) -> tuple[int, int] | None:
    """(column, row) where skin ends above the brows; None where the picture ends first."""
    brow = head.points[17:27]
    first = int(np.interp(x, brow[:, 0], brow[:, 1]) - 0.12 * long)
    rows = np.arange(first, 0, -1)
    if len(rows) <= RUN:
        return None
    other = np.linalg.norm((lab[rows, x - 1 : x + 2].mean(1) - skin) * SKIN_WEIGHTS, axis=1) > OTHER
    at = _first_run(other)
    return None if at is None or not head.seen[rows[min(at + RUN, len(rows) - 1)], x] else (x, int(rows[at]))


def _hair_end(lab: NDArray[np.float64], head: View, x: int, start: int) -> float | None:
    """How many pixels of hair lie above the hairline; None where they reach the picture's edge or blend in."""
    rows = np.arange(start, 0, -1)
    if len(rows) < 10:
        return None
    colours = lab[rows, x - 1 : x + 2].mean(1)
    hair = np.median(colours[1:6], 0)
    other = np.linalg.norm((colours - hair) * HAIR_WEIGHTS, axis=1) > BEHIND
    other[:3] = False
    at = _first_run(other)
    return None if at is None or not head.seen[rows[at], x] else float(at)


def _first_run(other: NDArray[np.bool_]) -> int | None:
    """The first index from which `RUN` in a row hold."""
    runs = np.lib.stride_tricks.sliding_window_view(other, RUN).all(1) if len(other) >= RUN else np.zeros(0, bool)
    return int(runs.argmax()) if runs.any() else None


def _middle(values: list[float], least: int) -> float | None:
    known = [v for v in values if not np.isnan(v)]
    return float(np.median(known)) if len(known) >= least else None


def _difference(a: list[float], b: list[float]) -> float | None:
    first, second = _middle(a, 2), _middle(b, 2)
    return None if first is None or second is None else first - second
