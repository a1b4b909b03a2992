"""Face boxes and five points from a teacher: YuNet (Wu et al. 2023, doi:10.1007/s11633-023-1423-y) run by OpenCV.

The labels go to a CSV that `mien.lab.detector` reads: one row a box (`image,width,height,x,y,w,h,score` and five
points `x0,y0 .. x4,y4`: the eye, then the mouth corner, on the picture's left come first), and one row without a box
for a picture in which the teacher saw nobody. Needs the extra `teachers`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien.errors import DataError

COLUMNS = ("image", "width", "height", "x", "y", "w", "h", "score", *(f"{a}{i}" for i in range(5) for a in "xy"))
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")

Teacher = Callable[[NDArray[np.uint8]], NDArray[np.float32]]


def yunet(model: Path | str, *, lowest: float = 0.3) -> Teacher:
    """Open a YuNet file: a function from an HxWx3 uint8 RGB picture to Nx15 rows (x, y, w, h, 5 points, score).

    Raises `DataError` when OpenCV is not installed or the file is missing.
    """
    try:
        import cv2
    except ImportError as error:
        raise DataError('the teacher needs OpenCV: pip install "mien[teachers]"') from error
    if not Path(model).is_file():
        raise DataError(f"{model}: no such teacher file")
    cv2.setNumThreads(1)
    net = cv2.FaceDetectorYN.create(str(model), "", (320, 320), lowest, 0.3, 5000)

    def find(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        net.setInputSize((picture.shape[1], picture.shape[0]))
        found: Any = net.detect(np.ascontiguousarray(picture[..., ::-1]))[1]
        return np.zeros((0, 15), np.float32) if found is None else np.asarray(found, np.float32)

    return find


def teacher_rows(picture: Image.Image, teacher: Teacher, *, long_side: int = 768) -> NDArray[np.float32]:
    """The teacher's Nx15 rows for one RGB picture, in its own pixels.

    A small picture is enlarged (twice at most), since YuNet misses small faces; where no sure face is found, the
    picture is tried again inside a wide border and shrunken, since YuNet also misses faces that fill the frame.
    """
    scale = min(2.0, long_side / max(picture.size))
    rows = _scaled_rows(picture, teacher, scale, border=0)
    if not len(rows) or rows[:, 14].max() < 0.7:
        border = max(picture.size) // 3
        scale = min(2.0, 320 / (max(picture.size) + 2 * border))
        again = _scaled_rows(picture, teacher, scale, border=border)
        if len(again) and (not len(rows) or again[:, 14].max() > rows[:, 14].max()):
            return again
    return rows


def _scaled_rows(picture: Image.Image, teacher: Teacher, scale: float, *, border: int) -> NDArray[np.float32]:
    if border:
        framed = Image.new("RGB", (picture.width + 2 * border, picture.height + 2 * border), (127, 127, 127))
        framed.paste(picture, (border, border))
        picture = framed
    size = (max(32, round(picture.width * scale)), max(32, round(picture.height * scale)))
    rows = teacher(np.asarray(picture.resize(size, Image.Resampling.BICUBIC))).copy()
    factor = np.array([picture.width / size[0], picture.height / size[1]], np.float32)
    rows[:, :14] *= np.tile(factor, 7)
    rows[:, :2] -= border
    rows[:, 4:14] -= border
    return rows


def label_boxes(
    folder: Path | str,
    teacher: Teacher | Path | str,
    out_csv: Path | str,
    *,
    long_side: int = 768,
    progress: Callable[[Iterable[Path]], Iterable[Path]] = lambda paths: paths,
) -> int:
    """Write the teacher's boxes for every picture directly in `folder` to `out_csv`; returns the number of boxes.

    `teacher` is a function as `yunet` returns it, or the path of a YuNet file; `progress` may wrap the list of paths
    (rich's `track`). Raises `DataError` when the folder holds no picture, or one cannot be read.
    """
    find = teacher if callable(teacher) else yunet(teacher)
    paths = sorted(p for p in Path(folder).glob("*") if p.suffix.lower() in PICTURES)
    if not paths:
        raise DataError(f"{folder}: holds no pictures ({', '.join(PICTURES)})")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    boxes = 0
    for path in progress(paths):
        try:
            picture = Image.open(path).convert("RGB")
        except OSError as error:
            raise DataError(f"{path}: cannot be read as a picture ({error})") from error
        rows = teacher_rows(picture, find, long_side=long_side)
        boxes += len(rows)
        for row in rows:
            numbers = [f"{v:.1f}" for v in row[:4]] + [f"{row[14]:.3f}"] + [f"{v:.1f}" for v in row[4:14]]
            writer.writerow([path.name, *picture.size, *numbers])
        if not len(rows):
            writer.writerow([path.name, *picture.size, *[""] * 15])
    part = Path(out_csv).with_name(f".{Path(out_csv).name}.part")
    part.write_text(text.getvalue())
    part.replace(out_csv)
    return boxes
