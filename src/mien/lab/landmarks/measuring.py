"""Measures of a landmark network on faces that were held back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from mien.errors import DataError
from mien.lab.landmarks.augment import JAW_OPEN, SPREAD, TONGUE_OUT, occlude, tongue
from mien.lab.landmarks.data import Faces, learn_convention, load
from mien.lab.landmarks.sample import Places, make_face, make_place, read_candidates
from mien.lab.landmarks.sources import find_sources
from mien.types import CONTROLS

#: Crops (N x 96 x 96 x 3 uint8) -> points (crop sides), controls, pose (degrees), face (N x 2).
Reader = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], ...]]

NEGATIVES = 1000  #: places without a face that a measure looks at
PAINTED = 1000  #: faces that get painted tongues and patches
#: Controls that change the look of an emoji's face most.
VISIBLE = (
    "jawOpen", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight", "mouthPucker",
    "mouthFunnel", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft", "mouthLowerDownRight",
    "mouthPressLeft", "mouthPressRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeWideLeft", "eyeWideRight",
    "eyeSquintLeft", "eyeSquintRight", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft",
    "browOuterUpRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip


def reader_of(net: nn.Module) -> Reader:
    """A network as a plain function."""
    from mien.lab.landmarks.net import LandmarkNet, Readable

    readable = Readable(net).eval() if isinstance(net, LandmarkNet) else net.eval()

    def read(crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        with torch.inference_mode():
            return tuple(part.float().numpy() for part in readable(torch.from_numpy(crops)))

    return read


def open_reader(model: Path | str) -> Reader:
    """A model as a function: a run folder, an ONNX file, or "shipped" for the one that comes with mien. Raises
    `MienError`."""
    if Path(model).is_dir():
        from mien.lab.landmarks.exporting import load_net

        return reader_of(load_net(model))
    from mien.models import session
    from mien.vision.landmarks import MODEL

    opened = session(MODEL) if str(model) == "shipped" else session(Path(model))

    def read(crops: NDArray[np.uint8]) -> tuple[NDArray[np.float32], ...]:
        return tuple(opened.run(["points", "controls", "pose", "face"], {"crops": crops}))

    return read


def evaluate(
    model: Path | str,
    data: Path | str | Sequence[Path | str],
    points: Path | str,
    split: str = "validation",
    *,
    candidates: Path | str | None = None,
) -> dict[str, Any]:
    """Measure a model (see `open_reader`) on the folders in `data` that have a teacher file in `points`.

    `split`: "validation" (people and pictures held back) or "training". The answer holds `measure`'s values for all
    faces and, under `sets`, for each folder; `hard_auc` and `hard_recall` on a detector's false boxes, given its
    `candidates`. Raises `DataError`.
    """
    if split not in ("validation", "training"):
        raise DataError(f"no split {split!r}: choose validation or training")
    folders = [data] if isinstance(data, str | Path) else list(data)
    sources = [source for folder in folders for source in find_sources(folder, points)]
    faces = load(sources, learn_convention(sources))
    held = split == "validation"
    hard: list[tuple[int, NDArray[np.float32]]] = []
    if candidates is not None:
        hard, boxes = read_candidates(Path(candidates), faces, "scenes")
        faces.add_boxes(boxes, 1.0)
        hard = [(index, box) for index, box in hard if faces.held_picture[index] == held]
    rows = np.flatnonzero(np.array(faces.held) == held)
    if not len(rows):
        raise DataError(f"no faces in the {split} split")
    read = open_reader(model)
    out = measure(read, faces, rows, Places.of(faces, held))
    origin = np.array([faces.names[faces.picture[row]].split("/")[0] for row in rows])
    out |= measure_painted(read, faces, rows)
    out["sets"] = {name: measure(read, faces, rows[origin == name]) for name in sorted(set(origin))}
    if hard:
        scenes = rows[origin == "scenes"]
        said = _roc(
            _read_rows(read, faces, scenes)[0][3][:, 0],
            _read_boxes(read, faces, [(index, box[:4]) for index, box in hard]),
        )
        out |= {"n_hard": len(hard), "hard_auc": said["face_auc"], "hard_recall": said["face_recall"]}
    return out


def measure(
    net: nn.Module | Reader, faces: Faces, rows: NDArray[np.int64], places: Places | None = None
) -> dict[str, Any]:
    """Errors over the given rows of `faces`, cut as their boxes say.

    `nme`: mean distance of the 68 points over the distance of the outer eye corners, on faces with human-made points
    (`nme_teacher`: the median face of the others, against the teacher's points in the human convention);
    `controls_mae` over 51 (tongueOut has no teacher), `visible_mae` over `VISIBLE`, and over these the mean
    `corr`elation with the teacher and the mean `slope` (1: as strong as the teacher says; below: weaker); `yaw`,
    `pitch`, `roll` and their mean `pose_mae` in degrees; `face_auc` (area under the ROC curve) and `face_recall` at
    one false face in 100 places, with `places`.
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
        seen = [CONTROLS.index(name) for name in VISIBLE]
        out["visible_mae"] = round(float(off[:, seen].mean()), 5)
        out |= _agreement(controls[known][:, seen], wanted[1][known][:, seen])
        turned = np.abs((pose - wanted[2] + 180) % 360 - 180)[known].mean(0)
        out |= {name: round(float(v), 3) for name, v in zip(("yaw", "pitch", "roll"), turned, strict=True)}
        out["pose_mae"] = round(float(turned.mean()), 3)
    if places is not None and places.pictures:
        out |= _roc(face[:, 0], _read_places(read, faces, places))
    return out


def _agreement(said: NDArray[np.float32], wanted: NDArray[np.float32]) -> dict[str, float]:
    a, b = wanted - wanted.mean(0), said - said.mean(0)
    moves = (spread := a.std(0)) > 0.02  # what the teacher hardly ever moves says nothing
    both = (a * b).mean(0)[moves]
    if not len(both):
        return {}
    corr, slope = both / (spread[moves] * b.std(0)[moves] + 1e-6), both / spread[moves] ** 2
    return {"corr": round(float(corr.mean()), 4), "slope": round(float(slope.mean()), 4)}


def measure_painted(read: Reader, faces: Faces, rows: NDArray[np.int64]) -> dict[str, float]:
    """What a network makes of painted tongues and patches, on labelled faces of the given rows.

    `tongue_found`: share of painted tongues (on mouths that are a little open) with tongueOut over .5;
    `tongue_false`: the same on untouched faces; `covered_found`: share of faces covered by half or more whose visible
    share is said to be under .76 (where `mien.vision.quality` calls a face covered), `covered_false`: the same on
    untouched ones.
    """
    rng = np.random.default_rng(0)
    plain, painted, covered = [], [], []
    for row in rng.permutation(rows)[:PAINTED]:
        crop, target = make_face(faces, int(row), None)
        if np.isnan(target.points).any():
            continue
        plain.append(crop)
        if target.controls[JAW_OPEN] > 0.03:
            painted.append(tongue(crop, target, rng)[0])
        patched, stay = occlude(crop, SPREAD @ target.points, rng, np.ascontiguousarray(crop[::-1]))
        if stay.mean() <= 0.5:
            covered.append(patched)
    out = {}
    for name, crops in (("false", plain), ("found", painted)):
        if crops:
            out[f"tongue_{name}"] = round(float((_read_all(read, crops)[1][:, TONGUE_OUT] > 0.5).mean()), 4)
    for name, crops in (("false", plain), ("found", covered)):
        if crops:
            out[f"covered_{name}"] = round(float((_read_all(read, crops)[3][:, 1] < 0.76).mean()), 4)
    return out


def _read_all(read: Reader, crops: list[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
    said = [read(np.stack(crops[start : start + 64])) for start in range(0, len(crops), 64)]
    return [np.concatenate(part) for part in zip(*said, strict=True)]


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
    return _read_boxes(read, faces, [places.draw(sizes, rng) for _ in range(NEGATIVES)])


def _read_boxes(read: Reader, faces: Faces, drawn: list[tuple[int, NDArray[np.float32]]]) -> NDArray[np.float32]:
    scores = []
    for start in range(0, len(drawn), 64):
        crops = np.stack([make_place(faces, place, None) for place in drawn[start : start + 64]])
        scores.append(read(crops)[3][:, 0])
    return np.concatenate(scores)


def _roc(some: NDArray[np.float32], none: NDArray[np.float32]) -> dict[str, float]:
    order = np.concatenate([some, none]).argsort(kind="stable").argsort() + 1.0
    area = (order[: len(some)].sum() - len(some) * (len(some) + 1) / 2) / (len(some) * len(none))
    threshold = float(np.quantile(none, 0.99))
    return {"face_auc": round(float(area), 5), "face_recall": round(float((some > threshold).mean()), 4)}
