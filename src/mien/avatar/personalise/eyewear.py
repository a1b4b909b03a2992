"""The frame of glasses, traced: the rim is a dark line between each eye and its cheek."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.appearance.oklab import hexed, linear, oklab
from mien.appearance.regions import View

Floats = NDArray[np.float64]

#: Columns across an eye, and rows below its middle, in shares of the distance between the eyes.
COLUMNS, ROWS = np.linspace(-0.26, 0.26, 13), (0.12, 0.55)
MIDDLE = slice(3, 10)
APART = 0.06  #: how far above and below a line its surroundings are looked at
TURNED = 18.0  #: degrees of yaw from which bends are not measured
HEAVY = 0.4  #: how much darker than its surroundings a thick black rim is, in cube roots of linear light


class Frame(NamedTuple):
    colour: str  #: "#rrggbb" in even light
    weight: float  #: 0 hardly to be seen .. 1 thick and dark
    drop: float  #: of the lower rim below the eye, in shares of the distance between the eyes
    bend: float  #: how much higher the rim is at the lens's sides, likewise: 0 straight, about .08 round


def read_frame(close: View, gain: Floats, yaw: float = 0.0) -> Frame | None:
    """The frame in a close view, were there one. gain: takes the photo's light off (linear RGB). yaw: of the head, in
    degrees; a turned frame looks bent."""
    p = close.points
    span = float(np.linalg.norm(p[42:48].mean(0) - p[36:42].mean(0)))
    light = np.cbrt(linear(close.pixels).sum(2))
    rims = [rim for eye in (p[36:42], p[42:48]) if (rim := _rim(light, eye.mean(0), span))]
    if not rims:
        return None
    rows, columns = np.concatenate([r[0] for r in rims]), np.concatenate([r[1] for r in rims])
    strength, drop, bend = np.mean([r[2:] for r in rims], axis=0)
    line = linear(close.pixels[rows, columns])
    darkest = line.sum(1).argsort()[: max(len(line) // 3, 1)]  # where the line covers its pixels
    seen = np.median(line[darkest], 0)
    weight = float(np.clip(strength / HEAVY, 0, 1))
    return Frame(hexed(oklab(seen * gain)), weight, float(drop), float(bend) if abs(yaw) < TURNED else 0.0)


def _rim(
    light: Floats, eye: NDArray[np.float32], span: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], float, float, float] | None:
    """Rows and columns of the rim under one eye, its strength, drop and bend; None where the view ends before."""
    apart = max(2, int(APART * span))
    rows = np.arange(int(eye[1] + ROWS[0] * span), int(eye[1] + ROWS[1] * span))
    columns = (eye[0] + COLUMNS * span).astype(np.int64)
    if len(rows) < 4 or rows[-1] + apart >= len(light) or columns[0] < 0 or columns[-1] >= light.shape[1]:
        return None
    grid = columns[:, None]
    dark = (light[rows - apart, grid] + light[rows + apart, grid]) / 2 - light[rows, grid]
    profile = np.median(dark[MIDDLE], 0)
    row = int(profile.argmax())
    first = max(row - int(0.14 * span), 0)
    own = first + dark[:, first : row + int(0.06 * span) + 1].argmax(1)
    ends = np.sort(own[[0, 1, -2, -1]])[1:3].mean()
    bend = (float(np.median(own[4:9])) - float(ends)) / span
    return rows[own[MIDDLE]], columns[MIDDLE], float(profile[row]), row / span + ROWS[0], bend
