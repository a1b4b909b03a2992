"""Made-up faces and scenes for the tests of `mien live`."""

from __future__ import annotations

import numpy as np

from mien.types import CONTROLS, LABELS, Box, Expression, Face, Pose, Quality, Scene


def face(label: str = "happiness", track: int = 1, valence: float = 0.8, reason: str | None = None) -> Face:
    rest = (1 - 0.86) / (len(LABELS) - 1)
    probabilities = {name: 0.86 if name == label else rest for name in LABELS}
    said = Expression(probabilities, label, 0.86, valence, 0.5, 0.7, "😄", reason)
    box = Box(10.0 + 100 * track, 20, 60, 80)
    points = np.zeros((68, 2), np.float32)
    return Face(box, 0.9, points, Pose(0, 0, 0), dict.fromkeys(CONTROLS, 0.0), said, Quality(1.0), track_id=track)


def seen(*faces: Face, time: float = 0.0) -> Scene:
    return Scene(640, 360, list(faces), time=time)
