"""Made-up scenes for the detector's tests: discs that stand for faces, on grey noise."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from mien.lab.detector.data import Labelled

POINTS = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]], np.float32)


def scene(seed: int, faces: int = 2) -> Labelled:
    """Grey noise with yellow discs for faces."""
    rng = np.random.default_rng(seed)
    image = Image.fromarray(rng.integers(60, 120, (120, 160, 3)).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    boxes, points = [], []
    for i in range(faces):
        size = int(rng.integers(20, 36))
        x, y = 8 + i * 72 + int(rng.integers(0, 30)), int(rng.integers(0, 80))
        draw.ellipse((x, y, x + size, y + size), fill=(250, 220, 40))
        boxes.append((x, y, size, size))
        points.append(POINTS * size + (x, y))
    return Labelled(
        f"s_{seed}.png", "scenes", np.asarray(image), np.array(boxes, np.float32).reshape(-1, 4),
        np.full(faces, 0.9, np.float32), np.array(points, np.float32).reshape(-1, 5, 2),
    )  # fmt: skip


def write_scenes(data: Path, count: int) -> None:
    folder = data / "scenes"
    folder.mkdir(parents=True)
    with (folder / "boxes.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "width", "height", "x", "y", "w", "h", "score"])
        for i in range(count):
            picture = scene(i, faces=2 if i % 4 else 0)
            Image.fromarray(picture.pixels).save(folder / picture.name)
            for box, score in zip(picture.boxes, picture.scores, strict=True):
                writer.writerow([picture.name, 160, 120, *box, score])
            if not len(picture.boxes):
                writer.writerow([picture.name, 160, 120, "", "", "", "", ""])
