"""Whole scenes: what the detector finds in them, and what `look` keeps after the second look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from mien import models
from mien.lab.detector.data import Labelled, load_all
from mien.lab.detector.measure import candidates, find, summarise
from mien.pipeline import Reader
from mien.vision.detector import Detector


def detector_of(model: Path | None) -> Detector:
    """The detector in an ONNX file; None: the shipped one."""
    return Detector(None if model is None else models.session(model))


def held_out_scenes(data: Path | str) -> list[Labelled]:
    """The pictures of `data/scenes` that no training saw."""
    return load_all(Path(data), Path(data), split="validation", folders=("scenes",))


def measure_scenes(data: Path | str, model: Path | None = None) -> dict[str, Any]:
    """Recall by face height and false boxes a picture, on held-out scenes: of the detector alone, and of `look`.

    Counted as `mien.lab.detector.measure.match` does. `look`: the faces that the whole pipeline reports.
    """
    pictures = held_out_scenes(data)
    detector = detector_of(model)
    reader = Reader()
    reader.detector = detector
    seen = []
    for picture in track(pictures, "looking"):
        faces = reader.look(picture.pixels).faces
        faces.sort(key=lambda face: -face.score)
        rows = [[*f.box, f.score, *[0.0] * 10] for f in faces]
        seen.append(np.array(rows, np.float32).reshape(-1, 15))
    return {
        "split": "validation",
        "detector": summarise(pictures, find(detector, pictures)),
        "look": summarise(pictures, seen, thresholds=(0.0,), rates=()),
    }


def write_candidates(data: Path | str, out: Path, model: Path | None = None) -> tuple[int, int]:
    """Write the detector's boxes on the training scenes, right and wrong, for training the second look."""
    pictures = load_all(Path(data), Path(data), split="train", folders=("scenes",))
    return candidates(detector_of(model), pictures, out, lowest=0.2, progress=lambda items: track(list(items), "boxes"))
