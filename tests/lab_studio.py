"""A tiny data set for the tests of the studio's lab: light faces and dark ones, told apart in a few steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lab_faces import make_faces, write_folders, write_zip

#: Splits as folders, and faces of each class in each.
SPLITS = {"train": 20, "val": 8, "test": 8}


def tiny_folder(root: Path, *, spoilt: bool = False) -> Path:
    """Class folders of happy (light) and sad (dark) faces. spoilt: with a copy, a leak, a file that is no picture."""
    places = [f"{split}/{name}" for split, count in SPLITS.items() for name in ("happy", "sad") for _ in range(count)]
    faces = make_faces(len(places), seed=3).astype(np.int16)
    faces += np.array([35 if "happy" in place else -35 for place in places], np.int16)[:, None, None]
    folder = write_folders(root, faces.clip(0, 255).astype(np.uint8), places)
    if spoilt:
        first = next((folder / "train/happy").iterdir())
        (folder / "train/happy/copy.png").write_bytes(first.read_bytes())
        (folder / "test/happy/leak.png").write_bytes(first.read_bytes())
        (folder / "train/sad/broken.png").write_bytes(b"no picture")
    return folder


def tiny_zip(folder: Path, *, spoilt: bool = False) -> Path:
    """The same as a zip file."""
    return write_zip(folder / "tiny.zip", tiny_folder(folder / "tiny", spoilt=spoilt))
