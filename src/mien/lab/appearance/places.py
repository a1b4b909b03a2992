"""Where our own detector and landmark network see the face of each picture; no other teacher is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.pipeline import Reader, confirmed
from mien.types import CONTROLS
from mien.vision.crop import LANDMARK_SIZE, Matrix, crop_affine

ALIKE = 0.95  #: correlation of two small grey faces from which they are taken for one photo
THUMB = 24  #: their side, pixels


class Place(NamedTuple):
    """One face as the landmark network read it."""

    points: NDArray[np.float32]  #: 68 x 2, pixels
    matrix: Matrix  #: 2 x 3, picture -> landmark crop
    controls: NDArray[np.float32]  #: 52
    pose: NDArray[np.float32]  #: yaw, pitch, roll, degrees


def find_places(pictures: Mapping[str, NDArray[np.uint8]], cache: Path | None) -> dict[str, Place]:
    """The largest face of each picture (name -> HxWx3 uint8); pictures without one are left out.

    `cache` (.npz) holds what was found before; a picture that it does not know is looked at.
    """
    known, places = _read(cache) if cache and cache.exists() else (set[str](), dict[str, Place]())
    missing = [name for name in pictures if name not in known]
    if missing:
        from rich.console import Console
        from rich.progress import track

        reader = Reader()
        for name in track(missing, description="finding faces", console=Console(stderr=True)):
            detections = reader.detect(pictures[name])
            found = confirmed(detections, reader.landmarks(pictures[name], detections))
            if found:
                _, face = max(found, key=lambda pair: pair[0].box.width * pair[0].box.height)
                controls = np.array([face.controls[c] for c in CONTROLS], np.float32)
                places[name] = Place(face.points, face.matrix, controls, np.array(face.pose, np.float32))
        if cache:
            _write(cache, known | set(missing), places)
    return {name: places[name] for name in pictures if name in places}


def _read(cache: Path) -> tuple[set[str], dict[str, Place]]:
    with np.load(cache) as file:
        parts = [file[key] for key in Place._fields]
        places = {str(n): Place(*row) for n, *row in zip(file["names"], *parts, strict=True)}
        return {str(n) for n in file["seen"]}, places


def _write(cache: Path, seen: set[str], places: Mapping[str, Place]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    part = cache.with_name(f".{cache.stem}.part.npz")
    columns: dict[str, Any] = {key: np.array([getattr(p, key) for p in places.values()]) for key in Place._fields}
    np.savez(part, seen=np.array(sorted(seen)), names=np.array(list(places)), **columns)
    part.replace(cache)


def likeness_groups(pictures: Mapping[str, NDArray[np.uint8]], places: Mapping[str, Place]) -> dict[str, str]:
    """For each placed picture the first of the pictures that show the same photo, cropped or toned otherwise.

    Web scrapes hold many photos twice: in training and held back they would be measured on what was learnt by heart.
    """
    names = list(places)
    thumbs = np.stack([_thumb(pictures[n], places[n]) for n in names]) if names else np.zeros((0, THUMB**2))
    first = {name: name for name in names}
    for i, name in enumerate(names):
        alike = np.flatnonzero(thumbs[:i] @ thumbs[i] > ALIKE)
        if len(alike):
            first[name] = first[names[alike[0]]]
    return first


def _thumb(picture: NDArray[np.uint8], place: Place) -> NDArray[np.float32]:
    """The face as a unit vector of grey values without mean."""
    crop = Image.fromarray(crop_affine(picture, place.matrix, LANDMARK_SIZE)).convert("L")
    values = np.asarray(crop.resize((THUMB, THUMB), Image.Resampling.BOX), np.float32).ravel()
    values = values - values.mean()
    return np.asarray(values / (np.linalg.norm(values) + 1e-6), np.float32)
