"""What is judged: random people and the plain yellow face, each wearing the eight expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mien.avatar.presets import random_person
from mien.avatar.spec import AvatarSpec
from mien.lab.roundtrip.spoiling import SIDE, looked_at, on_paper
from mien.types import LABELS

if TYPE_CHECKING:
    from PIL import Image

PLAIN = AvatarSpec(plain=True)


def people(count: int, seed: int) -> list[AvatarSpec]:
    """Random people: every skin tone, hair, glasses, beards, hats, and each presentation in turn by chance."""
    return [random_person(1000 * seed + i) for i in range(count)]


def picture(spec: AvatarSpec, label: str, size: int) -> Image.Image:
    """One drawing on white paper, RGB, size x size: what `AvatarSpec.png` gives for the label."""
    return on_paper(spec.png(size, label))


def seen(picture: Image.Image, middle: float = 0.61) -> NDArray[np.uint8]:
    """A picture as the judge gets it: the window on the features, SIDE x SIDE x 3. middle: of a person's features."""
    from PIL import Image

    return np.asarray(looked_at(picture, middle).resize((SIDE, SIDE), Image.Resampling.BILINEAR))


def rendered(specs: Sequence[AvatarSpec], size: int) -> NDArray[np.uint8]:
    """Every spec with every label: len(specs) x LABELS x SIDE x SIDE x 3."""
    from rich.console import Console
    from rich.progress import track

    jobs = track(specs, f"drawing at {size} px", console=Console(stderr=True), transient=True)
    return np.stack([
        np.stack([seen(picture(spec, label, size), 0.54 if spec.plain else 0.61) for label in LABELS]) for spec in jobs
    ])  # fmt: skip
