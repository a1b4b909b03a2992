"""Faces and data sets in public layouts for the tests of the lab's data room, drawn when they run."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Faces = NDArray[np.uint8]

FERPLUS_FOLDERS = {"Training": "FER2013Train", "PublicTest": "FER2013Valid", "PrivateTest": "FER2013Test"}


def make_faces(count: int, seed: int = 0) -> Faces:
    """`count` pictures of 48 x 48, each with its own blobs: unlike one another, smooth as photos are."""
    rng = np.random.default_rng(seed)
    faces = np.empty((count, 48, 48), np.uint8)
    for face in faces:
        small = Image.fromarray(rng.integers(40, 215, (12, 12), dtype=np.uint8))
        face[:] = np.asarray(small.resize((48, 48), Image.Resampling.BICUBIC))
    return faces


def png(face: Faces) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(face).save(stream, "PNG")
    return stream.getvalue()


def write_fer2013(path: Path, faces: Faces, codes: Iterable[object], usages: Iterable[str] | None = None) -> Path:
    """Kaggle's CSV; without usages, without the column Usage."""
    rows = [[code, " ".join(map(str, face.ravel()))] for face, code in zip(faces, codes, strict=True)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["emotion", "pixels", *(["Usage"] if usages is not None else [])])
        writer.writerows(rows if usages is None else [[*row, u] for row, u in zip(rows, usages, strict=True)])
    return path


def write_ferplus(
    folder: Path, faces: Faces, votes: Sequence[Sequence[int]], usages: Sequence[str], *, pictures: bool = True
) -> Path:
    """FER+'s CSV with the pictures in folders beside it, or without."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "fer2013new.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["Usage", "Image name", *"12345678", "unknown", "NF"])
        for i, (face, vote, usage) in enumerate(zip(faces, votes, usages, strict=True)):
            if pictures:
                place = folder / FERPLUS_FOLDERS[usage]
                place.mkdir(exist_ok=True)
                Image.fromarray(face).save(place / f"fer{i}.png")
            rows.writerow([usage, f"fer{i}.png", *vote])
    return folder


def write_folders(root: Path, faces: Faces, places: Sequence[str]) -> Path:
    """One PNG a face: `places` are the folders, such as train/happy; names count up."""
    for i, (face, place) in enumerate(zip(faces, places, strict=True)):
        (root / place).mkdir(parents=True, exist_ok=True)
        (root / place / f"{i}.png").write_bytes(png(face))
    return root


def write_zip(path: Path, folder: Path) -> Path:
    """Everything in `folder` as a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for item in sorted(folder.rglob("*")):
            if item.is_file():
                file.write(item, item.relative_to(folder).as_posix())
    return path
