"""What the decoder learns from: vectors of specs with controls, and the engine's own drawings of them.

Random people wear the controls of real faces, emoji, or a few muscles at random; real people's specs wear their own.
Drawings are made once and kept, `SHARD` in a file, so that a killed run goes on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.avatar.expression import LABEL_EMOJI, Look, look
from mien.avatar.neural.slots import current_layout
from mien.avatar.presets import random_person
from mien.avatar.raster import rasterise
from mien.avatar.spec import AvatarSpec
from mien.emoji import RECIPES
from mien.types import CONTROLS, LABELS

SIZE = 64  #: side of a drawing, pixels
SHARD = 500
NO_LABEL = -1
#: Drawings whose number is a multiple of this are for measuring only.
HELD_EVERY = 20


@dataclass
class Drawings:
    """Vectors and their pictures, one row each."""

    vectors: NDArray[np.float32]  #: N x V
    pictures: NDArray[np.uint8]  #: N x 64 x 64 x 4: colours times alpha, alpha
    labels: NDArray[np.int64]  #: N: index of the expression of `LABELS` that is worn; -1 none of them

    def __len__(self) -> int:
        return len(self.vectors)


def draw(spec: AvatarSpec, controls: dict[str, float]) -> NDArray[np.uint8]:
    """The engine's drawing, 64 x 64 x 4: colours times alpha, alpha."""
    from PIL import Image

    png = rasterise(spec.svg(controls, size=SIZE), SIZE)
    picture = np.asarray(Image.open(BytesIO(png)).convert("RGBA")).astype(np.uint16)
    alpha = picture[..., 3:]
    return np.concatenate([(picture[..., :3] * alpha + 127) // 255, alpha], -1).astype(np.uint8)


def effective(worn: Look, strength: float = 1.0) -> dict[str, float]:
    """Controls of a look within 0..1, its exaggeration taken in."""
    return {name: min(1.0, value * worn.gain * strength) for name, value in worn.controls.items()}


def random_drawing(seed: int, real: NDArray[np.float32]) -> tuple[AvatarSpec, dict[str, float], int]:
    """A person who does not exist, what they wear, and which expression that is. real: N x 52 controls of faces."""
    r = random.Random(seed)
    spec = random_person(r.randrange(2**31)).edited(_more(r))
    chance = r.random()
    if chance < 0.4:
        label = r.randrange(len(LABELS))
        return spec, effective(look(LABEL_EMOJI[LABELS[label]]), r.uniform(0.7, 1.1)), label
    if chance < 0.7 and len(real):
        row = real[r.randrange(len(real))]
        return spec, dict(zip(CONTROLS, row.tolist(), strict=True)), NO_LABEL
    if chance < 0.9:
        return spec, effective(look(RECIPES[r.choice(list(RECIPES))]), r.uniform(0.4, 1.1)), NO_LABEL
    return spec, {name: r.random() for name in r.sample(CONTROLS, r.randint(1, 4))}, NO_LABEL


def _more(r: random.Random) -> dict[str, Any]:
    """What `random_person` leaves out and photos show."""

    def colour() -> str:
        return f"#{r.randrange(256):02x}{r.randrange(256):02x}{r.randrange(256):02x}"

    fields: dict[str, Any] = {"glasses.colour": r.choice(("#2b2a30", "#77726d", "#3d3937", colour()))}
    if r.random() < 0.15:
        fields["marks.lipstick"] = r.choice(("#b3243c", "#8c2f3d", "#c06a6a", "#a3476b"))
    if r.random() < 0.12:
        fields["brows.colour"] = r.choice(("#2b211d", "#3f2a1e", "#6b4a31"))
    if r.random() < 0.15:
        fields["facial_hair.colour"] = r.choice(("#9a9793", "#6f6c6a", "#ecebe7", "#7a3b22"))
    if r.random() < 0.25:
        fields["hair.colour"] = r.choice(("#ecebe7", "#cf6b33", "#d3ab6b", "#e8d9b8", "#6b4a31", "#4e3526", colour()))
    if r.random() < 0.3:
        fields["hair.length"] = round(r.uniform(-1, 1), 2)
    if r.random() < 0.5:
        fields["brows.angle"] = round(max(-1.0, min(1.0, r.gauss(0, 0.4))), 2)
    if r.random() < 0.2:
        fields["marks.wrinkles"] = round(r.random(), 2)
    return fields


def prepare_drawings(
    count: int, folder: Path | str, real: NDArray[np.float32], vectors: NDArray[np.float32]
) -> Drawings:
    """`count` random drawings and then one of each of the `vectors` (N x V); kept in `folder`.

    real: N x 52 controls of faces that random people wear.
    """
    from rich.console import Console
    from rich.progress import track

    total = count + len(vectors)
    parts = []
    starts = range(0, total, SHARD)
    for start in track(starts, description="drawing", console=Console(stderr=True)):
        file = Path(folder) / f"drawings-{count}-{start}.npz"
        if not file.exists():
            _draw_shard(file, range(start, min(start + SHARD, total)), count, real, vectors)
        with np.load(file) as kept:
            parts.append((kept["vectors"], kept["pictures"], kept["labels"]))
    return Drawings(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _draw_shard(
    file: Path, numbers: Sequence[int], count: int, real: NDArray[np.float32], vectors: NDArray[np.float32]
) -> None:
    layout = current_layout()
    rows = []
    for number in numbers:
        if number < count:
            spec, controls, label = random_drawing(number, real)
        else:
            (spec, controls), label = layout.decode(vectors[number - count]), NO_LABEL
        rows.append((layout.encode(spec, controls), draw(spec, controls), label))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    part = file.with_name(f".{file.stem}.part.npz")
    part.parent.mkdir(parents=True, exist_ok=True)
    np.savez(part, vectors=columns[0], pictures=columns[1], labels=columns[2].astype(np.int64))
    part.replace(file)
