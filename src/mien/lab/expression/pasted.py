"""Crop geometry, measured: the same faces as given crops, and pasted into a picture and found by our own detector.

A network is trained on crops with one framing; at run time the crops come from a detector and landmarks. If the two
framings differ, accuracy falls, and nothing else would tell.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track

from mien.lab.data import load_faces
from mien.lab.expression.evaluate import truth_of
from mien.lab.expression.measure import measure
from mien.types import Box, Scene

CANVAS = (480, 360)  #: width and height of the picture that a face is pasted into, pixels


def paste(face: NDArray[np.uint8], rng: np.random.Generator) -> tuple[NDArray[np.uint8], Box]:
    """A 48 x 48 grey face, enlarged to 100-180 px, at a random place of a plain picture; and where it is.

    The ground is the face's own mean grey with faint noise, and the paste's edge is feathered: a FER crop ends inside
    the forehead, and a hard frame round it would be no picture that a camera takes.
    """
    width, height = CANVAS
    side = int(rng.integers(100, 181))
    x, y = int(rng.integers(0, width - side + 1)), int(rng.integers(0, height - side + 1))
    ground = rng.normal(face.mean(), 6, (height, width)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(ground)
    ramp = np.minimum(np.arange(side), np.arange(side)[::-1]) / (0.06 * side)
    mask = (np.minimum(ramp[:, None], ramp[None, :]).clip(0, 1) * 255).astype(np.uint8)
    large = Image.fromarray(face).resize((side, side), Image.Resampling.BICUBIC)
    picture.paste(large, (x, y), Image.fromarray(mask))
    return np.asarray(picture.convert("RGB")), Box(x, y, side, side)


def evaluate_pasted(
    data: Path | str, split: str = "PublicTest", limit: int | None = None, seed: int = 0, model: Path | None = None
) -> dict[str, Any]:
    """Accuracy (FER+ majority) of given crops and of pasted ones through the whole pipeline.

    `found`: share of the pasted faces that our detector finds. `accuracy_pasted` counts a face not found as wrong;
    `accuracy_found` and `accuracy_given_found` compare the two framings on the faces that are found.
    """
    from mien.pipeline import Reader

    reader = Reader(model)
    faces = load_faces(data).only(split)
    truth = truth_of(faces, "ferplus-majority")
    faces, truth = faces.where(truth >= 0), truth[truth >= 0]
    if limit:
        keep = np.random.default_rng(seed).permutation(len(truth)) < limit
        faces, truth = faces.where(keep), truth[keep]
    given = reader.recogniser.probabilities(faces.images)
    rng = np.random.default_rng(seed)
    pasted = np.zeros_like(given)
    found = np.zeros(len(truth), bool)
    for i, image in enumerate(track(faces.images, "pasting")):
        picture, box = paste(image, rng)
        if (row := _read(reader.look(picture), box, reader.recogniser.labels)) is not None:
            pasted[i], found[i] = row, True
    right = (pasted.argmax(1) == truth) & found
    return {
        "split": split, "n": len(truth), "found": round(float(found.mean()), 4),
        "accuracy_given": round(measure(given, truth)["accuracy"], 4),
        "accuracy_pasted": round(float(right.mean()), 4),
        "accuracy_given_found": round(measure(given[found], truth[found])["accuracy"], 4),
        "accuracy_found": round(measure(pasted[found], truth[found])["accuracy"], 4),
    }  # fmt: skip


def _read(scene: Scene, box: Box, labels: tuple[str, ...]) -> NDArray[np.float64] | None:
    """Probabilities of the face whose centre lies in the middle of `box`; None where there is none."""
    cx, cy = box.x + box.width / 2, box.y + box.height / 2
    for face in scene.faces:
        fx, fy = face.box.x + face.box.width / 2, face.box.y + face.box.height / 2
        if abs(fx - cx) < box.width / 4 and abs(fy - cy) < box.height / 4:
            return np.array([face.expression.probabilities[label] for label in labels])
    return None
