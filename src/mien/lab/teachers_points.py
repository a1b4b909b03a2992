"""Labels from a teacher: 68 points, ARKit controls and head pose of MediaPipe's FaceLandmarker (extra `teachers`).

The teacher only labels training pictures; nothing of it is shipped. One `.npz` a folder holds what it saw, see
`label_points`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError
from mien.types import CONTROLS, Pose

#: Mesh vertices of MediaPipe's 478 that stand for the 68 points of iBUG (300-W), in its order.
MESH_TO_68 = (
    127, 234, 93, 132, 58, 172, 150, 176, 152, 400, 379, 397, 288, 361, 323, 454, 356,  # jaw, image-left to right
    70, 63, 105, 66, 107, 336, 296, 334, 293, 300,  # brows
    168, 197, 5, 4, 98, 97, 2, 326, 327,  # nose
    33, 160, 158, 133, 153, 144, 362, 385, 387, 263, 373, 380,  # eyes
    61, 39, 37, 0, 267, 269, 291, 405, 314, 17, 84, 181, 78, 82, 13, 312, 308, 317, 14, 87,  # lips, outer then inner
)  # fmt: skip
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
#: Borders (share of the side) tried in turn until the teacher finds the face: its detector misses faces that fill the
#: frame.
BORDERS = (0.35, 0.7, 0.1, 1.2)
SIDE = 320  #: the shorter side that small pictures are enlarged to


class Task(NamedTuple):
    """One face to label: a picture, and where in it (x, y, width, height; None: the face nearest the middle)."""

    image: str
    box: tuple[float, float, float, float] | None


def label_points(
    folder: Path | str,
    teacher: Path | str,
    out: Path | str,
    boxes: Mapping[str, Sequence[tuple[float, float, float, float]]] | None = None,
) -> int:
    """Label every picture of `folder` with the teacher file (`face_landmarker.task`) and write `out`; returns faces
    found.

    Without `boxes`, one face a picture: the one nearest the middle. With `boxes` (picture name -> x, y, width, height
    in pixels) each box is cut out with its surroundings and labelled; pictures without one are skipped.

    `out` holds, one row a face: `image` (names), `box` (N x 4, NaN without boxes), `found` (bool), `points` (N x 68 x
    2, pixels of the picture, float32), `controls` (N x 52 in the order of `CONTROLS`; tongueOut is 0, the teacher has
    none) and `pose` (N x 3: yaw, pitch, roll in degrees, signs as in `Pose`). Raises `DataError`.
    """
    folder, out = Path(folder), Path(out)
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder")
    names = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
    if boxes is None:
        tasks = [Task(name, None) for name in names]
    else:
        tasks = [Task(name, (b[0], b[1], b[2], b[3])) for name in names for b in boxes.get(name, ())]
    if not tasks:
        raise DataError(f"{folder}: no pictures to label")
    rows = []
    with _landmarker(Path(teacher)) as landmarker:
        for task, pixels in _progress(tasks, folder):
            rows.append(_label(landmarker, pixels, task.box))
    found = np.array([row is not None for row in rows])
    empty = (np.full((68, 2), np.nan), np.full(len(CONTROLS), np.nan), Pose(np.nan, np.nan, np.nan))
    filled = [row or empty for row in rows]
    data = io.BytesIO()
    np.savez_compressed(
        data,
        image=np.array([task.image for task in tasks]),
        box=np.array([task.box or (np.nan,) * 4 for task in tasks], np.float32),
        found=found,
        points=np.array([row[0] for row in filled], np.float32),
        controls=np.array([row[1] for row in filled], np.float32),
        pose=np.array([row[2] for row in filled], np.float32),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    part.write_bytes(data.getvalue())
    part.replace(out)
    return int(found.sum())


def pose_from_matrix(matrix: NDArray[np.floating[Any]]) -> Pose:
    """Pose of a face model's rotation (at least 3x3; x right, y up, z to the viewer), read as Rz(roll) Ry(yaw)
    Rx(pitch).

    With the in-plane rotation outermost, turning the picture changes the roll and nothing else.
    """
    r = np.asarray(matrix, float)[:3, :3]
    r = r / np.linalg.norm(r, axis=0)
    yaw = math.atan2(-r[2, 0], math.hypot(r[0, 0], r[1, 0]))
    pitch = -math.atan2(r[2, 1], r[2, 2])
    roll = -math.atan2(r[1, 0], r[0, 0])
    return Pose(*(math.degrees(angle) for angle in (yaw, pitch, roll)))


def _landmarker(teacher: Path) -> Any:
    if not teacher.is_file():
        raise DataError(f"{teacher}: no such file; the teacher is MediaPipe's face_landmarker.task")
    try:
        from mediapipe.tasks.python import BaseOptions, vision
    except ImportError:
        raise DataError("labelling needs MediaPipe: pip install 'mien[teachers]'") from None
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=teacher.read_bytes()),
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
        num_faces=3,
        min_face_detection_confidence=0.3,
        min_face_presence_confidence=0.3,
    )
    return vision.FaceLandmarker.create_from_options(options)


def _progress(tasks: Sequence[Task], folder: Path) -> Iterator[tuple[Task, NDArray[np.uint8] | None]]:
    """Yield every task with its picture (None when unreadable), with a progress bar; a picture is decoded once."""
    from rich.console import Console
    from rich.progress import track

    last, pixels = "", None
    for task in track(tasks, description=f"labelling {folder.name}", console=Console(stderr=True)):
        if task.image != last:
            last, pixels = task.image, _read(folder / task.image)
        yield task, pixels


def _read(path: Path) -> NDArray[np.uint8] | None:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError):
        return None


def _label(
    landmarker: Any, pixels: NDArray[np.uint8] | None, box: tuple[float, float, float, float] | None
) -> tuple[NDArray[np.float32], NDArray[np.float32], Pose] | None:
    if pixels is None:
        return None
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = 0, 0, width, height
    if box is not None:  # the box with as much again around it
        x, y, w, h = box
        half = 1.1 * max(w, h)
        x0, y0 = max(0, round(x + w / 2 - half)), max(0, round(y + h / 2 - half))
        x1, y1 = min(width, round(x + w / 2 + half)), min(height, round(y + h / 2 + half))
        if min(x1 - x0, y1 - y0) < 8:
            return None
    for border in BORDERS:
        seen = _look(landmarker, pixels[y0:y1, x0:x1], border if box is None else border - 0.1)
        seen = [(points + np.array([x0, y0]), controls, pose) for points, controls, pose in seen]
        target = ((x0 + x1) / 2, (y0 + y1) / 2) if box is None else (box[0] + box[2] / 2, box[1] + box[3] / 2)
        reach = 0.4 * max(width, height) if box is None else 0.4 * max(box[2], box[3])
        near = [(math.dist(points.mean(0), target), i) for i, (points, _, _) in enumerate(seen)]
        if near and min(near)[0] < reach:
            return seen[min(near)[1]]
    return None


def _look(landmarker: Any, pixels: NDArray[np.uint8], border: float) -> list[tuple[Any, Any, Pose]]:
    """Every face the teacher sees in `pixels` enlarged and bordered: points in pixels of `pixels`, controls, pose."""
    import mediapipe

    height, width = pixels.shape[:2]
    scale = max(1.0, SIDE / min(height, width))
    size = round(width * scale), round(height * scale)
    large = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
    pad = max(0, round(border * min(size)))
    framed = np.ascontiguousarray(np.pad(large, ((pad, pad), (pad, pad), (0, 0)), mode="edge"))
    result = landmarker.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=framed))
    faces = []
    for mesh, shapes, matrix in zip(
        result.face_landmarks, result.face_blendshapes, result.facial_transformation_matrixes, strict=True
    ):
        points = np.array([(mesh[i].x, mesh[i].y) for i in MESH_TO_68]) * framed.shape[1::-1]
        points = (points - pad) * (width / size[0], height / size[1])
        known = {shape.category_name: shape.score for shape in shapes}
        controls = np.array([known.get(name, 0.0) for name in CONTROLS], np.float32)
        faces.append((points.astype(np.float32), controls, pose_from_matrix(matrix)))
    return faces
