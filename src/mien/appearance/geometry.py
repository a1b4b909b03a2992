"""The shape of a face as departures from the mean of many faces, so that a drawing can exaggerate them:
`mean + k * (face - mean)` (Brennan 1985, https://doi.org/10.2307/1578048).

Lengths between the 68 points are taken over the size of the inner face. Head pose and expression change them too; what
they change on average was learnt by ridge regression on many faces and is taken off. `shape.json` holds means, slopes
and spreads; `mien.lab.appearance.shape` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.types import Pose
from mien.vision.crop import five_points, map_points, roll_of, similarity

Floats = NDArray[np.float64]

#: The measures that come from landmarks; brow_thickness joins them from the network.
MEASURES = (
    "width", "length", "jaw", "chin", "eye_spacing", "eye_size", "eye_tilt", "nose_width", "nose_length", "mouth_width",
    "lip_fullness", "brow_height", "brow_angle",
)  # fmt: skip
#: Controls that move the points, left and right averaged.
MOVERS = (
    ("jawOpen",), ("mouthSmileLeft", "mouthSmileRight"), ("mouthPucker",), ("mouthFunnel",),
    ("mouthStretchLeft", "mouthStretchRight"), ("mouthUpperUpLeft", "mouthUpperUpRight"),
    ("mouthFrownLeft", "mouthFrownRight"), ("mouthRollLower", "mouthRollUpper"), ("browInnerUp",),
    ("browDownLeft", "browDownRight"), ("browOuterUpLeft", "browOuterUpRight"), ("eyeBlinkLeft", "eyeBlinkRight"),
    ("eyeSquintLeft", "eyeSquintRight"), ("eyeWideLeft", "eyeWideRight"),
)  # fmt: skip
LIMIT = 3.0  #: standard deviations; further out is a misread face
FILE = Path(__file__).with_name("shape.json")


class Shape(NamedTuple):
    """What is known of many faces; M measures, F factors."""

    mean: Floats  #: M
    slope: Floats  #: F x M: what pose and expression add
    centre: Floats  #: F: mean factors
    spread: Floats  #: M: standard deviation once that is taken off
    brows: tuple[float, float]  #: mean and spread of the expected `brows` code


@lru_cache(maxsize=1)
def known_shape() -> Shape:
    """The means that ship with mien."""
    data = json.loads(FILE.read_text())
    mean, slope, centre, spread = (np.array(data[name], float) for name in ("mean", "slope", "centre", "spread"))
    return Shape(mean, slope, centre, spread, (data["brows"][0], data["brows"][1]))


def geometry(
    points: NDArray[np.float32],
    pose: Pose,
    controls: Mapping[str, float],
    brows: Mapping[str, float],
    shape: Shape | None = None,
) -> dict[str, float]:
    """Departures of one face from the mean in standard deviations, -3..3.

    `points`: 68 x 2; `pose`, `controls`: as read with them; `brows`: the network's probabilities of 1, 2, 3.
    """
    known = shape or known_shape()
    left = measures(points) - known.mean - (factors(pose, controls) - known.centre) @ known.slope
    values = np.clip(left / known.spread, -LIMIT, LIMIT)
    thick = (sum(int(code) * p for code, p in brows.items()) - known.brows[0]) / known.brows[1]
    said = dict(zip(MEASURES, values.tolist(), strict=True))
    return said | {"brow_thickness": float(np.clip(thick, -LIMIT, LIMIT))}


def factors(pose: Pose, controls: Mapping[str, float]) -> Floats:
    """What moves the points without changing the face: pose in units of 30 degrees, and the `MOVERS`."""
    yaw, pitch = pose.yaw / 30, pose.pitch / 30
    moved = [sum(controls[name] for name in names) / len(names) for names in MOVERS]
    return np.array([abs(yaw), yaw**2, pitch, pitch**2, *moved])


def measures(points: NDArray[Any]) -> Floats:
    """The `MEASURES` of 68 points (68 x 2, any unit), unitless."""
    upright = map_points(points, similarity((0.0, 0.0), 1.0, roll_of(five_points(points)), 1))
    inner = upright[27:48]  # nose and eyes: they hardly move with expression
    unit = float(np.sqrt(((inner - inner.mean(0)) ** 2).sum(1).mean()))

    def apart(a: int, b: int) -> float:
        return float(np.linalg.norm(upright[a] - upright[b])) / unit

    def slope(a: int, b: int) -> float:
        """How much higher b lies than a, over how far it lies outward."""
        return float((upright[a, 1] - upright[b, 1]) / max(abs(upright[b, 0] - upright[a, 0]), 1e-6))

    eye_height = sum(apart(a, b) for a, b in ((37, 41), (38, 40), (43, 47), (44, 46))) / 4
    eye_width = (apart(36, 39) + apart(42, 45)) / 2
    lips = sum(apart(a, b) for a, b in ((51, 62), (57, 66), (50, 61), (52, 63), (58, 67), (56, 65))) / 6
    brow = np.concatenate([upright[18:21], upright[23:26]])[:, 1].mean()
    return np.array([
        apart(1, 15),
        apart(27, 8),
        apart(4, 12) / apart(1, 15),
        apart(6, 10) / apart(4, 12),
        apart(39, 42) / apart(36, 45),
        np.sqrt(eye_width * eye_height),
        (slope(39, 36) + slope(42, 45)) / 2,
        apart(31, 35),
        apart(27, 33),
        apart(48, 54),
        lips / apart(48, 54),
        (upright[36:48, 1].mean() - brow) / unit,
        (slope(21, 18) + slope(22, 25)) / 2,
    ])  # fmt: skip
