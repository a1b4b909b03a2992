"""How well a face can be read, from measured quantities: sharpness, exposure, size, head pose, what is covered.

Each quantity gives a score between the level where reading fails (0) and the level where it does no harm (1); the worst
one counts. The levels were chosen by degrading sharp portraits and video frames, see `docs/models/face-landmarks.md`.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.types import Box, Pose, Quality
from mien.vision.crop import LANDMARK_SCALE

LOW = 0.5  #: below this score the reason is given
#: Side in pixels of the grey crop on which sharpness is measured: the face in it is then as large as the recogniser
#: sees it.
WORK_SIZE = 64
#: (fails, does no harm) of each quantity, in its own unit, in the order in which a tie names the reason.
SMALL = (12.0, 28.0)  #: height of the box, pixels
DARK = (16.0, 56.0)  #: 90th percentile of luminance on the face, 0..255
BRIGHT = (14.0, 50.0)  #: 255 less the 25th percentile of luminance on the face
FLAT = (10.0, 34.0)  #: 5th to 95th percentile of luminance on the face
BLUR = (0.012, 0.07)  #: see `sharpness`; on a logarithmic scale
YAW = (75.0, 40.0)  #: degrees
PITCH = (60.0, 32.0)
COVERED = (0.6, 0.92)  #: visible share of the face
FACE = (0.1, 0.6)  #: the landmark network's is-a-face score


class Measured(NamedTuple):
    """What `assess` measured on the face's pixels."""

    sharpness: float  #: see `sharpness`, less for faces of few pixels
    low: float  #: 5th percentile of luminance, 0..255
    quarter: float  #: 25th
    high: float  #: 90th
    spread: float  #: 5th to 95th


def assess(
    crop: NDArray[np.uint8],
    box: Box,
    pose: Pose,
    face_score: float,
    picture_size: tuple[int, int] | None = None,
    visible: float = 1.0,
) -> Quality:
    """How well the face in `box` can be read: a score 0..1 and, below 0.5, the reason.

    `crop`: the landmark crop (square, uint8, grey or RGB); `box`, `pose`, `face_score` (0..1) and `visible` (share of
    the face that nothing covers, 0..1) as detector and landmark network give them. With `picture_size` (width,
    height) the part of the box that the picture cuts off counts as covered. Reasons: "small", "dark", "bright",
    "blur", "turned", "covered".
    """
    seen = measure(crop, box)
    inside = _inside(box, picture_size) if picture_size else 1.0
    scores = (
        (_ramp(box.height, SMALL), "small"),
        (_ramp(seen.high, DARK), "dark"),
        (_ramp(255 - seen.quarter, BRIGHT), "bright"),
        (_ramp(seen.spread, FLAT), "dark" if seen.high < 128 else "bright"),
        (_ramp(math.log(seen.sharpness + 1e-6), (math.log(BLUR[0]), math.log(BLUR[1]))), "blur"),
        (_ramp(abs(pose.yaw), YAW), "turned"),
        (_ramp(abs(pose.pitch), PITCH), "turned"),
        (_ramp(min(visible, inside), COVERED), "covered"),
        (_ramp(face_score, FACE), "covered"),
    )
    score, reason = min(scores, key=lambda pair: pair[0])
    return Quality(score, reason if score < LOW else None)


def measure(crop: NDArray[np.uint8], box: Box) -> Measured:
    """Sharpness and luminance of the face in a square crop of the picture (uint8, grey or RGB)."""
    grey = Image.fromarray(np.ascontiguousarray(crop)).convert("L")
    side = LANDMARK_SCALE * math.sqrt(max(1.0, box.width) * max(1.0, box.height))
    size = max(16, min(WORK_SIZE, crop.shape[0], round(side)))
    if grey.width != size:
        grey = grey.resize((size, size), Image.Resampling.BOX)
    edge = round(0.2 * size)  # the face without hair and background
    face = np.asarray(grey, np.float32)[edge : size - edge, edge : size - edge]
    low, quarter, high, top = _percentiles(face, (5, 25, 90, 95))
    # The same blur, in pixels, spoils more of a face that has fewer of them.
    return Measured(sharpness(face) * (size / WORK_SIZE) ** 2, low, quarter, high, top - low)


def _percentiles(values: NDArray[np.float32], shares: tuple[float, ...]) -> list[float]:
    """What `numpy.percentile` gives, in a fifth of the time: this runs for every face of every frame."""
    ordered = np.sort(values, axis=None)
    places = np.array(shares) / 100 * (len(ordered) - 1)
    below = places.astype(int)
    above = np.minimum(below + 1, len(ordered) - 1)
    return list((ordered[below] + (ordered[above] - ordered[below]) * (places - below)).tolist())


def sharpness(grey: NDArray[np.floating[Any]]) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al. 2000) over the variance of the picture itself.

    Without the division a high-contrast blurred face would count as sharper than a dim sharp one.
    """
    centre = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * centre
    # Sensor noise would pass for sharpness: a face's own contrast is at least a few levels.
    return float(laplacian.var() / (centre.var() + 25))


def _ramp(value: float, levels: tuple[float, float]) -> float:
    """0 at the first level, 1 at the second (either may be the larger), straight between."""
    fails, fine = levels
    return min(1.0, max(0.0, (value - fails) / (fine - fails)))


def _inside(box: Box, picture_size: tuple[int, int]) -> float:
    width, height = picture_size
    wide = min(box.x + box.width, width) - max(box.x, 0)
    high = min(box.y + box.height, height) - max(box.y, 0)
    return max(0.0, wide) * max(0.0, high) / max(1e-6, box.width * box.height)
