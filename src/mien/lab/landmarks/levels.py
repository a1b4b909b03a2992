"""How the levels of `mien.vision.quality` were chosen: what faces measure as they are, and blurred.

python -m mien.lab.landmarks.levels DATA POINTS
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

from mien.lab.landmarks.data import Faces, load
from mien.lab.landmarks.sources import find_sources
from mien.types import Box
from mien.vision.crop import LANDMARK_SIZE, crop_affine, five_points, landmark_crop_matrix
from mien.vision.landmarks import LandmarkReader
from mien.vision.quality import assess, measure

#: Radius of the Gaussian blur in pixels of a face 48 pixels high, as the recogniser sees it.
BLURS = (0.0, 1.0, 1.5, 3.0)


def levels(data: Path | str, points: Path | str, count: int = 250) -> dict[str, dict[str, Any]]:
    """For each folder of `data` with a teacher file in `points`, on up to `count` faces held back.

    `sharpness`: medians at each of `BLURS`; `dark`: the 1st percentile of the faces' high luminance; `reasons`: how
    many faces the shipped network and `assess` call unreadable, by reason. Raises `DataError`.
    """
    faces = load(find_sources(data, points))
    held = [row for row in np.flatnonzero(np.array(faces.held)) if not np.isnan(faces.points[row]).any()]
    origin = np.array([faces.names[faces.picture[row]].split("/")[0] for row in held])
    rng = np.random.default_rng(0)
    return {
        name: _levels(faces, [held[i] for i in rng.permutation(np.flatnonzero(origin == name))[:count]])
        for name in sorted(set(origin))
    }


def _levels(faces: Faces, rows: list[int]) -> dict[str, Any]:
    reader = LandmarkReader()
    sharp: dict[float, list[float]] = {blur: [] for blur in BLURS}
    high, reasons = [], Counter[str]()
    for row in rows:
        picture, box = faces.pictures[faces.picture[row]], Box(*(float(v) for v in faces.box[row]))
        image = Image.fromarray(picture).convert("RGB")
        matrix = landmark_crop_matrix(box, five_points(faces.points[row]))
        for blur in BLURS:
            shown = image.filter(ImageFilter.GaussianBlur(blur * box.height / 48)) if blur else image
            crop = crop_affine(np.asarray(shown), matrix, LANDMARK_SIZE)
            seen = measure(crop, box)
            sharp[blur].append(seen.sharpness)
            if not blur:
                high.append(seen.high)
                face = reader.read_crops(crop[None], [matrix])[0]
                reasons[assess(crop, box, face.pose, face.face_score, None, face.visible).reason or "readable"] += 1
    return {
        "n": len(rows),
        "sharpness": {blur: round(float(np.median(values)), 3) for blur, values in sharp.items()},
        "dark": round(float(np.percentile(high, 1)), 1),
        "reasons": dict(reasons),
    }


if __name__ == "__main__":
    for folder, found in levels(sys.argv[1], sys.argv[2]).items():
        print(folder, found)
