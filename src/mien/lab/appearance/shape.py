"""Learn what `mien.appearance.geometry` knows of many faces, and measure whether it tells people apart.

For maintainers:  python -m mien.lab.appearance.shape DATA RUN
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.appearance.geometry import FILE, MEASURES, MOVERS, Shape, factors, measures
from mien.errors import DataError
from mien.lab.appearance.data import Faces, load
from mien.lab.appearance.places import Place, find_places
from mien.lab.likeness import measured_people
from mien.lab.run import write_atomically
from mien.media import read_picture
from mien.types import CONTROLS, TRAITS, Pose

TURNED = 30.0  #: degrees of yaw or pitch from which a face is left out
RIDGE = 30.0
POSES = 4  #: the first of the factors are the head's pose, which moves every measure
#: The controls that each measure is corrected for besides the pose, chosen one after the other by how much better two
#: videos of one person then agree (people of `ytfaces`, the measured ones left out). To correct every measure for every
#: control does harm: controls are read off the same points, so that low brows look like drawn brows.
MOVED_BY: dict[str, tuple[str, ...]] = {
    "width": ("mouthRollLower",), "length": ("mouthFunnel", "mouthFrownLeft"), "jaw": ("mouthSmileLeft",),
    "chin": ("browOuterUpLeft",), "eye_spacing": ("eyeWideLeft", "mouthFrownLeft"),
    "eye_size": ("eyeSquintLeft", "mouthSmileLeft"), "eye_tilt": ("mouthRollLower",),
    "nose_width": ("eyeSquintLeft", "jawOpen", "browInnerUp"), "nose_length": ("browOuterUpLeft",),
    "mouth_width": ("eyeSquintLeft", "jawOpen", "browDownLeft", "browInnerUp"),
    "lip_fullness": ("mouthUpperUpLeft", "jawOpen"), "brow_height": ("eyeBlinkLeft", "mouthSmileLeft"),
    "brow_angle": (),
}  # fmt: skip
BROWS = list(TRAITS).index("brows")


def learn_slopes(folder: Path, cache: Path | None = None) -> NDArray[np.float64]:
    """What pose and expression add to each measure (factors x measures), from several pictures of each person of a
    folder with `faces.csv`: what changes within a person is not who it is. Raises `DataError`."""
    who, places = _people(folder, cache)
    kept = ~np.isin(who, measured_people(who))
    sizes, moved = _measured([place for place, keep in zip(places, kept, strict=True) if keep])
    who = who[kept]
    for person in np.unique(who):
        rows = who == person
        sizes[rows] -= sizes[rows].mean(0)
        moved[rows] -= moved[rows].mean(0)
    slope = np.zeros((moved.shape[1], len(MEASURES)))
    names = [first for first, *_ in MOVERS]
    for column, measure in enumerate(MEASURES):
        used = [*range(POSES), *(POSES + names.index(control) for control in MOVED_BY[measure])]
        x, scale = moved[:, used], moved[:, used].std(0) + 1e-9
        x = x / scale
        slope[used, column] = np.linalg.solve(x.T @ x + RIDGE * np.eye(len(used)), x.T @ sizes[:, column]) / scale
    return slope


def learn_shape(faces: Faces, slope: NDArray[np.float64]) -> Shape:
    """Means and spreads, `slope` taken off, over the faces that are not held back and look into the camera.
    Raises `DataError`."""
    chosen = [i for i, place in enumerate(faces.places) if not faces.held[i] and _frontal(place)]
    if len(chosen) < 50:
        raise DataError(f"{len(chosen)} faces look into the camera: 50 are needed")
    sizes, moved = _measured([faces.places[i] for i in chosen])
    centre = moved.mean(0)
    left = sizes - (moved - centre) @ slope
    mean = np.median(left, 0)
    left -= mean
    # Few are far out; misread ones must not widen the scale.
    spread = (np.quantile(left, 0.84, 0) - np.quantile(left, 0.16, 0)) / 2
    brows = faces.targets()[chosen, BROWS]
    thick = brows[brows >= 0] + 1.0
    return Shape(mean, slope, centre, spread, (float(thick.mean()), float(0.6 * thick.std())))


def tells_apart(folder: Path, cache: Path | None, shape: Shape) -> dict[str, float]:
    """How well two pictures of one person, the first and the last of each in the order of `faces.csv` (often of two
    videos), agree on each measure: their correlation over the people that nothing was learnt from."""
    who, places = _people(folder, cache)
    sizes, moved = _measured(places)
    values = np.clip((sizes - shape.mean - (moved - shape.centre) @ shape.slope) / shape.spread, -3, 3)
    rows = [np.flatnonzero(who == person)[[0, -1]] for person in measured_people(who)]
    first, last = (values[[row[i] for row in rows]] for i in (0, 1))
    both, other = np.concatenate([first, last]), np.concatenate([last, first])
    return {name: round(float(np.corrcoef(both[:, i], other[:, i])[0, 1]), 3) for i, name in enumerate(MEASURES)}


def _people(folder: Path, cache: Path | None) -> tuple[NDArray[np.str_], list[Place]]:
    """Who is on each picture of a folder with `faces.csv` (image, person), and where their face is."""
    file = folder / "faces.csv"
    if not file.is_file():
        raise DataError(f"{file}: missing; it has a row a picture: image, person")
    with file.open(newline="") as stream:
        people = {row["image"]: row["person"] for row in csv.DictReader(stream)}
    pictures = {f"{folder.name}/{name}": read_picture(folder / name) for name in people if (folder / name).exists()}
    places = find_places(pictures, cache)
    return np.array([people[name.split("/")[1]] for name in places]), list(places.values())


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
    several = data / "ytfaces", run / "places-ytfaces.npz"
    learnt = learn_shape(load(data, run / "places.npz"), learn_slopes(*several))
    write_shape(learnt)
    print(tells_apart(*several, learnt))
