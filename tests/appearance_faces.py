"""Drawn faces for the tests of the appearance network's training: dark-haired and fair-haired, with labels."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from PIL import Image, ImageDraw

from mien.appearance.reader import answers
from mien.lab.appearance import Recipe
from mien.lab.appearance.data import Faces
from mien.lab.appearance.places import Place
from mien.types import TRAITS
from mien.vision.crop import similarity

TINY = Recipe(epochs=2, steps=2, batch=8, warmup=1, bf16=False)
DARK, FAIR = TRAITS["hair_colour"].index("K"), TRAITS["hair_colour"].index("Y")
#: 68 points of a drawn face in a 120 x 120 picture, jaw to lips.
ANGLES = np.linspace(np.pi, 0, 17)
OVALS = [(0.3, 0.4, 6), (0.7, 0.4, 6), (0.5, 0.75, 12), (0.5, 0.75, 8)]
POINTS = np.array(
    [(0.5 + 0.4 * np.cos(a), 0.45 + 0.5 * np.sin(a)) for a in ANGLES]
    + [(x, 0.28) for x in np.linspace(0.2, 0.8, 10)]
    + [(0.5, y) for y in (0.4, 0.46, 0.52, 0.58)]
    + [(x, 0.62) for x in np.linspace(0.42, 0.58, 5)]
    + [(cx + 0.1 * np.cos(a), cy - 0.05 * np.sin(a)) for cx, cy, n in OVALS for a in np.linspace(np.pi, -np.pi, n, 0)]
) * 70 + [25, 25]


@contextmanager
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def draw(hair, rng):
    """A 120 x 120 face with hair of a colour."""
    image = Image.new("RGB", (120, 120), tuple(int(v) for v in rng.integers(100, 160, 3)))
    pen = ImageDraw.Draw(image)
    pen.ellipse((22, 5, 98, 95), fill=hair)
    pen.ellipse((32, 28, 88, 95), fill=(214, 170, 140))
    for x in (46, 74):
        pen.ellipse((x - 7, 48, x + 7, 56), fill=(235, 235, 235))
        pen.ellipse((x - 3, 49, x + 3, 55), fill=(60, 40, 30))
    pen.ellipse((50, 73, 70, 82), fill=(190, 90, 90))
    return np.asarray(image)


def make_faces(count=48):
    """Dark-haired and fair-haired drawn faces, every fourth held back; half with a labeller's traits."""
    rng, faces = np.random.default_rng(0), Faces()
    for i in range(count):
        fair = i % 2
        faces.names.append(f"{'portraits' if i % 4 < 2 else 'utkface'}/{i}.jpg")
        faces.pictures.append(draw((225, 190, 110) if fair else (30, 25, 22), rng))
        points = (POINTS + rng.normal(0, 0.4, (68, 2))).astype(np.float32)
        pose, controls = rng.normal(0, 5, 3).astype(np.float32), rng.uniform(0, 0.2, 52).astype(np.float32)
        faces.places.append(Place(points, similarity((60.0, 58.0), 100.0, 0.0, 96), controls, pose))
        labels = {trait: i % len(answers(trait)) for trait in TRAITS}
        faces.labels.append(labels | {"hair_colour": FAIR if fair else DARK} if i % 3 else {})
        faces.weight.append(1.0)
        faces.years.append(float(i))
        faces.gender.append(fair)
        faces.race.append(i % 5)
        faces.grey.append(False)
        faces.held.append(i % 4 == 3 or i % 4 == 0)
    return faces
