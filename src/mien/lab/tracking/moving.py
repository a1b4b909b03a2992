"""Clips of moving faces, made while they play: cuts of portraits that walk, turn, cross, hide and come back.

Where everybody is, is known for every frame, so trackers can be measured on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from mien.lab.tracking.identity import Observed
from mien.types import Box

Picture = NDArray[np.uint8]

#: The cut of a head about its face's box: how much wider and higher.
AROUND = (1.7, 1.75)
HIDDEN = 0.55  #: a face of which less is in view does not count
GROUND = (118, 122, 128)


class Sprite(NamedTuple):
    """A head cut out of a portrait."""

    image: Image.Image  #: RGBA
    box: Box  #: of the face, pixels of the image


class Pose(NamedTuple):
    """Where a head is at a moment."""

    x: float  #: middle of the face, pixels
    y: float
    height: float  #: of the face, pixels
    roll: float = 0.0  #: degrees, clockwise
    turn: float = 0.0  #: degrees to the side; the cut is narrowed, which is how a turned head looks to a first order
    there: bool = True


@dataclass(frozen=True)
class Mover:
    """One person of a clip: a sprite (by its place in the list) and where it is at `t` seconds."""

    sprite: int
    path: Callable[[float], Pose]


@dataclass(frozen=True)
class Scenario:
    """A clip: people, later ones in front, and things in front of all of them."""

    name: str
    seconds: float
    people: Sequence[Mover]
    blocks: Callable[[float], Sequence[tuple[float, float, float, float]]] = lambda t: ()  #: x0, y0, x1, y1
    size: tuple[int, int] = (640, 480)


def sprite_of(portrait: Picture, box: Box) -> Sprite:
    """Cut a head out of a portrait (HxWx3 uint8 RGB) by its face's box; its edge is soft and elliptic."""
    width, height = box.width * AROUND[0], box.height * AROUND[1]
    x, y = box.x + box.width / 2 - width / 2, box.y + box.height * 0.42 - height / 2
    cut = Image.fromarray(portrait).crop((round(x), round(y), round(x + width), round(y + height)))
    mask = Image.new("L", cut.size, 0)
    edge = min(cut.size) // 14
    ImageDraw.Draw(mask).ellipse((edge, edge, cut.width - edge, cut.height - edge), fill=255)
    cut.putalpha(mask.filter(ImageFilter.GaussianBlur(edge / 2)))
    return Sprite(cut, Box(box.x - round(x), box.y - round(y), box.width, box.height))


def variants(sprites: Sequence[Sprite], count: int) -> list[Sprite]:
    """As many sprites as asked for: mirrored, and in other colours, from a few."""
    made = []
    for i in range(count):
        sprite = sprites[i % len(sprites)]
        image, box = sprite
        if (i // len(sprites)) % 2:
            image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
            box = Box(image.width - box.x - box.width, box.y, box.width, box.height)
        tint = np.array([[1, 1, 1], [1.1, 0.95, 0.85], [0.8, 0.8, 0.85], [0.62, 0.55, 0.5], [1.15, 1.1, 1.1]])[i % 5]
        pixels = np.asarray(image).astype(np.float32)
        pixels[..., :3] = (pixels[..., :3] * tint).clip(0, 255)
        made.append(Sprite(Image.fromarray(pixels.astype(np.uint8)), box))
    return made


def play(
    scenario: Scenario, sprites: Sequence[Sprite], rate: float = 30.0, noise: float = 3.0
) -> Iterator[tuple[float, Picture, list[Observed]]]:
    """(seconds, HxWx3 uint8 RGB, who is where) of each frame; noise: of the sensor, standard deviation in levels."""
    rng = np.random.default_rng(0)
    ground = _ground(scenario.size, rng)
    grain = rng.normal(0, noise, (7, scenario.size[1], scenario.size[0], 1)).astype(np.float32)
    for i in range(round(scenario.seconds * rate)):
        t = i / rate
        frame, front = ground.copy(), []
        for person in scenario.people:
            pose = person.path(t)
            if pose.there:
                front.append((person, pose, _place(frame, sprites[person.sprite], pose)))
        blocks = scenario.blocks(t)
        draw = ImageDraw.Draw(frame)
        for block in blocks:
            draw.rectangle(block, fill=(58, 84, 70))
        picture = (np.asarray(frame, np.float32) + grain[i % len(grain)]).clip(0, 255).astype(np.uint8)
        yield t, picture, _truth(scenario, front, blocks)


def _ground(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """A plain wall with soft blotches."""
    blotches = rng.normal(0, 22, (size[1] // 40, size[0] // 40, 3)) + GROUND
    small = Image.fromarray(blotches.clip(0, 255).astype(np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def _place(frame: Image.Image, sprite: Sprite, pose: Pose) -> Box:
    """Paste a head; returns the box of its face."""
    scale = pose.height / sprite.box.height
    narrow = max(0.3, math.cos(math.radians(pose.turn)))
    size = max(1, round(sprite.image.width * scale * narrow)), max(1, round(sprite.image.height * scale))
    head = sprite.image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    middle = (sprite.box.x + sprite.box.width / 2, sprite.box.y + sprite.box.height / 2)
    arm = ((middle[0] - sprite.image.width / 2) * scale * narrow, (middle[1] - sprite.image.height / 2) * scale)
    if pose.roll:
        head = head.rotate(-pose.roll, Image.Resampling.BILINEAR, expand=True)
        a = math.radians(pose.roll)
        arm = (arm[0] * math.cos(a) - arm[1] * math.sin(a), arm[0] * math.sin(a) + arm[1] * math.cos(a))
    corner = round(pose.x - arm[0] - head.width / 2), round(pose.y - arm[1] - head.height / 2)
    frame.paste(head, corner, head)
    a, wide, high = math.radians(pose.roll), sprite.box.width * scale * narrow, pose.height
    wide, high = math.hypot(wide * math.cos(a), high * math.sin(a)), math.hypot(wide * math.sin(a), high * math.cos(a))
    return Box(pose.x - wide / 2, pose.y - high / 2, wide, high)


def _truth(
    scenario: Scenario,
    front: Sequence[tuple[Mover, Pose, Box]],
    blocks: Sequence[tuple[float, float, float, float]],
) -> list[Observed]:
    """Who is where, and of whom enough is in view."""
    covers = [(b.x, b.y, b.x + b.width, b.y + b.height) for _, _, b in front]
    observed = []
    for i, (person, _, box) in enumerate(front):
        grid = np.stack(np.meshgrid(np.linspace(0.05, 0.95, 12), np.linspace(0.05, 0.95, 12)), -1).reshape(-1, 2)
        points = grid * (box.width, box.height) + (box.x, box.y)
        seen = ((points >= 0) & (points < scenario.size)).all(1)
        for x0, y0, x1, y1 in [*covers[i + 1 :], *blocks]:
            seen &= ~((points >= (x0, y0)) & (points < (x1, y1))).all(1)
        observed.append(Observed(scenario.people.index(person) + 1, box, bool(seen.mean() >= HIDDEN)))
    return observed
