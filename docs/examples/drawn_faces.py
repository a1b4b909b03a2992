"""Draw a small data set of faces to try the lab on, without a picture of anybody.

    python docs/examples/drawn_faces.py drawn

It makes class folders (`drawn/train/happiness/*.png` ...) of grey 48 x 48 faces, drawn by mien's own avatar engine. As
in real data, the classes are uneven, some labels are wrong, some faces stand in two splits and some pictures are bad.
"""

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from mien.avatar import face_svg, rasterise
from mien.emoji import RECIPES
from mien.expression.prepare import to_input
from mien.types import Pose

#: The emoji that a class is drawn after, and how many faces it gets.
CLASSES = {
    "neutral": ("😐", "😶", 150), "happiness": ("😀", "😊", 130), "surprise": ("😮", "😲", 70),
    "sadness": ("🙁", "😞", 45), "anger": ("😠", "😡", 12),
}  # fmt: skip
SPLITS = {"train": 0.7, "validation": 0.15, "test": 0.15}
WRONG, LEAKED, BAD = 0.02, 8, 0.03  # share of wrong labels, faces in two splits, share of dark or blurred pictures


def draw(rng: np.random.Generator, label: str) -> Image.Image:
    """One face of a class: stronger or weaker, turned, nearer or farther, on a ground of its own, in its own light."""
    recipe = RECIPES[str(rng.choice(CLASSES[label][:2]))]
    strength = rng.uniform(0.5, 1.2)
    controls = {
        name: float(np.clip(strength * value + rng.normal(0, 0.08), 0, 1)) for name, value in recipe.controls.items()
    }
    pose = Pose(float(rng.uniform(-25, 25)), float(rng.uniform(-18, 18)), float(rng.normal(0, 7)))
    side = int(rng.integers(92, 124))
    face = Image.open(io.BytesIO(rasterise(face_svg(controls, pose=pose), side)))
    ground = Image.fromarray(blobs(rng, 104)).convert("RGBA")
    x, y = (int(v) for v in rng.integers(-4, 5, 2) + (104 - side) // 2)
    ground.paste(face := haired(rng, face), (x, y), face)
    lit = np.asarray(ground.convert("L"), np.float32) * rng.uniform(0.5, 1.1) + rng.normal(0, 15)
    lit += np.linspace(-1, 1, 104)[:, None] * rng.normal(0, 12) + np.linspace(-1, 1, 104) * rng.normal(0, 20)
    if rng.random() < BAD:
        lit *= 0.25
    picture = Image.fromarray(np.clip(lit + rng.normal(0, 4, lit.shape), 0, 255).astype(np.uint8))
    if rng.random() < BAD:
        picture = picture.filter(ImageFilter.GaussianBlur(5))
    return Image.fromarray(to_input(np.asarray(picture)))


def blobs(rng: np.random.Generator, side: int) -> np.ndarray:
    """A soft random ground, side x side, grey."""
    coarse = Image.fromarray(rng.integers(20, 235, (7, 7), dtype=np.uint8))
    return np.asarray(coarse.resize((side, side), Image.Resampling.BICUBIC))


def haired(rng: np.random.Generator, face: Image.Image) -> Image.Image:
    """The face under a cap of hair, drawn anew for everybody, so that no two faces are nearly the same."""
    side, pen = face.width, ImageDraw.Draw(face)
    tone, reach = int(rng.integers(10, 170)), rng.uniform(0.1, 0.26)
    for _ in range(70):
        angle = rng.uniform(np.pi * 1.05, np.pi * 1.95)
        x, y = side * (0.5 + 0.44 * np.cos(angle)), side * (0.5 + 0.44 * np.sin(angle))
        end = (x + side * rng.normal(0, 0.09), y + side * rng.uniform(0.3, 1) * reach)
        shade = int(np.clip(tone + rng.normal(0, 30), 0, 255))
        pen.line(((x, y), end), (shade, shade, shade, 255), max(2, side // 16))
    return face


def main(folder: Path) -> None:
    rng = np.random.default_rng(7)
    leaks = 0
    for label, (*_, count) in CLASSES.items():
        for number in range(count):
            face = draw(rng, label)
            said = str(rng.choice([name for name in CLASSES if name != label])) if rng.random() < WRONG else label
            splits = [str(rng.choice(list(SPLITS), p=list(SPLITS.values())))]
            if leaks < LEAKED and number % 40 == 0:
                splits, leaks = ["train", "test"], leaks + 1
            for split in splits:
                place = folder / split / said
                place.mkdir(parents=True, exist_ok=True)
                face.save(place / f"{label}-{number}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
