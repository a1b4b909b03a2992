"""Measures of a landmark network on faces that were held back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mien.lab.landmarks.data import Faces
from mien.lab.landmarks.sample import Places, make_face, make_place
from mien.types import CONTROLS

#: Crops (N x 96 x 96 x 3 uint8) -> points (crop sides), controls, pose (degrees), face (N x 2).
Reader = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], ...]]

NEGATIVES = 1000  #: places without a face that a measure looks at
#: Controls that change the look of an emoji's face most.
VISIBLE = (
    "jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight", "mouthPucker", "mouthFunnel",
    "mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight",
    "eyeBlinkLeft", "eyeBlinkRight", "eyeWideLeft", "eyeWideRight", "eyeSquintLeft", "eyeSquintRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip


def reader_of(net: nn.Module) -> Reader:
    """A network as a plain function."""
    from mien.lab.landmarks.net import LandmarkNet, Readable

    readable = Readable(net).eval() if isinstance(net, LandmarkNet) else net.eval()

    def read(crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        with torch.inference_mode():
            return tuple(part.float().numpy() for part in readable(torch.from_numpy(crops)))

    return read


def measure(net: nn.Module | Reader, faces: Faces, rows: NDArray[np.int64], places: Places | None = None) -> dict[str, Any]:
    """Errors over the given rows of `faces`, cut as their boxes say.

    `nme`: mean distance of the 68 points over the distance of the outer eye corners, on faces with human-made points
    (`nme_teacher` on the others, against the teacher's points in the human convention); `controls_mae` over 51 (tongueOut
    has no teacher), `visible_mae` over `VISIBLE`; `yaw`, `pitch`, `roll` and their mean `pose_mae` in degrees; `face_auc`
    (area under the ROC curve) and `face_recall` at one false face in 100 places, with `places`.
    """
    read = reader_of(net) if isinstance(net, nn.Module) else net
    said, wanted = _read_rows(read, faces, rows)
    points, controls, pose, face = said
    known = ~np.isnan(wanted[0][:, 0, 0])
    human = np.array([faces.human[i] for i in rows]) & known
    out: dict[str, Any] = {"n": len(rows), "n_human": int(human.sum())}
    error = np.linalg.norm(points - wanted[0], axis=2) / np.linalg.norm(
        wanted[0][:, 36] - wanted[0][:, 45], axis=1, keepdims=True
    )
    if human.any():
        out["nme"] = round(float(error[human].mean()), 5)
    if (known & ~human).any():
        out["nme_teacher"] = round(float(np.median(error[known & ~human].mean(1))), 5)
    if known.any():
        off = np.abs(controls - wanted[1])[known]
        out["controls_mae"] = round(float(off[:, : len(CONTROLS) - 1].mean()), 5)
        out["visible_mae"] = round(float(off[:, [CONTROLS.index(name) for name in VISIBLE]].mean()), 5)
        turned = np.abs((pose - wanted[2] + 180) % 360 - 180)[known].mean(0)
        out |= {name: round(float(v), 3) for name, v in zip(("yaw", "pitch", "roll"), turned, strict=True)}
        out["pose_mae"] = round(float(turned.mean()), 3)
    if places is not None and places.pictures:
        out |= _roc(face[:, 0], _read_places(read, faces, places))
    return out


def _read_rows(read: Reader, faces: Faces, rows: NDArray[np.int64]) -> tuple[list[NDArray[Any]], list[NDArray[Any]]]:
    said: list[list[NDArray[Any]]] = [[], [], [], []]
    wanted: list[list[NDArray[Any]]] = [[], [], []]
    for start in range(0, len(rows), 64):
        made = [make_face(faces, int(row), None) for row in rows[start : start + 64]]
        for part, values in zip(said, read(np.stack([crop for crop, _ in made])), strict=True):
            part.append(values)
        for _, target in made:
            for part, value in zip(wanted, (target.points, target.controls, target.pose), strict=True):
                part.append(value)
    return [np.concatenate(part) for part in said], [np.stack(part) for part in wanted]


def _read_places(read: Reader, faces: Faces, places: Places) -> NDArray[np.float32]:
    rng = np.random.default_rng(0)
    sizes = [p.shape[:2] for p in faces.pictures]
    drawn = [places.draw(sizes, rng) for _ in range(NEGATIVES)]
    scores = []
    for start in range(0, NEGATIVES, 64):
        crops = np.stack([make_place(faces, place, None) for place in drawn[start : start + 64]])
        scores.append(read(crops)[3][:, 0])
    return np.concatenate(scores)


def _roc(some: NDArray[np.float32], none: NDArray[np.float32]) -> dict[str, float]:
    order = np.concatenate([some, none]).argsort(kind="stable").argsort() + 1.0
    area = (order[: len(some)].sum() - len(some) * (len(some) + 1) / 2) / (len(some) * len(none))
    threshold = float(np.quantile(none, 0.99))
    return {"face_auc": round(float(area), 5), "face_recall": round(float((some > threshold).mean()), 4)}


