"""Learn what `mien.appearance.geometry` knows of many faces, and measure whether it tells people apart.

For maintainers:  python -m mien.lab.appearance.shape DATA RUN
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.appearance.geometry import FILE, MEASURES, Shape, factors, measures
from mien.errors import DataError
from mien.lab.appearance.data import Faces, load
from mien.lab.appearance.places import Place, find_places
from mien.lab.run import write_atomically
from mien.media import read_picture
from mien.types import CONTROLS, TRAITS, Pose

TURNED = 30.0  #: degrees of yaw or pitch from which a face is left out
RIDGE = 3.0
BROWS = list(TRAITS).index("brows")


def learn_shape(faces: Faces) -> Shape:
    """Means, slopes and spreads over the faces that are not held back and look into the camera. Raises `DataError`."""
    chosen = [i for i, place in enumerate(faces.places) if not faces.held[i] and _frontal(place)]
    if len(chosen) < 50:
        raise DataError(f"{len(chosen)} faces look into the camera: 50 are needed")
    sizes, moved = _measured([faces.places[i] for i in chosen])
    mean, centre = np.median(sizes, 0), moved.mean(0)
    y, x = sizes - sizes.mean(0), moved - centre
    slope = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y)
    left = sizes - mean - x @ slope
    # Few are far out; misread ones must not widen the scale.
    spread = (np.quantile(left, 0.84, 0) - np.quantile(left, 0.16, 0)) / 2
    brows = faces.targets()[chosen, BROWS]
    thick = brows[brows >= 0] + 1.0
    return Shape(mean, slope, centre, spread, (float(thick.mean()), float(0.6 * thick.std())))


def tells_apart(folder: Path, shape: Shape, cache: Path | None = None) -> dict[str, float]:
    """Intraclass correlation of each measure over the people of a folder with `faces.csv` (image, person): the share of
    its variance that is between people, not between frames of one person."""
    import csv

    with (folder / "faces.csv").open(newline="") as file:
        people = {row["image"]: row["person"] for row in csv.DictReader(file)}
    pictures = {f"{folder.name}/{name}": read_picture(folder / name) for name in people if (folder / name).exists()}
    places = find_places(pictures, cache)
    sizes, moved = _measured(list(places.values()))
    values = np.clip((sizes - shape.mean - (moved - shape.centre) @ shape.slope) / shape.spread, -3, 3)
    who = np.array([people[name.split("/")[1]] for name in places])
    groups = [values[who == person] for person in sorted(set(who)) if (who == person).sum() > 1]
    within = np.mean([group.var(0, ddof=1) for group in groups], 0)
    between = np.var([group.mean(0) for group in groups], 0, ddof=1) - within / np.mean([len(g) for g in groups])
    share = np.maximum(between, 0) / (np.maximum(between, 0) + within)
    return {name: round(float(v), 3) for name, v in zip(MEASURES, share, strict=True)}


def write_shape(shape: Shape, path: Path = FILE) -> None:
    """Write what was learnt where `mien.appearance.geometry` reads it."""

    def plain(values: NDArray[Any]) -> Any:
        return np.round(values, 5).tolist()

    data = {"measures": list(MEASURES), "mean": plain(shape.mean), "spread": plain(shape.spread)}
    data |= {"centre": plain(shape.centre), "slope": plain(shape.slope), "brows": [round(v, 4) for v in shape.brows]}
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in data.items())
    write_atomically(path, f"{{\n{lines}\n}}\n".encode())


def _frontal(place: Place) -> bool:
    return bool(np.abs(place.pose[:2]).max() < TURNED)


def _measured(places: Sequence[Place]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measures and factors of faces, a row each."""
    sizes = np.stack([measures(place.points) for place in places])
    controls = [dict(zip(CONTROLS, place.controls.tolist(), strict=True)) for place in places]
    poses = [Pose(*(float(v) for v in place.pose)) for place in places]
    return sizes, np.stack([factors(pose, said) for pose, said in zip(poses, controls, strict=True)])


if __name__ == "__main__":
    data, run = Path(sys.argv[1]), Path(sys.argv[2])
    learnt = learn_shape(load(data, run / "places.npz"))
    write_shape(learnt)
    if (data / "ytfaces").is_dir():
        print(tells_apart(data / "ytfaces", learnt, run / "places-ytfaces.npz"))
