"""Clips of faces with a known expression at every moment, made of still faces.

A still face is enlarged and then filmed by a hand that is never quite still: it moves, grows, rolls, gets lighter and
darker, blurs now and then, carries sensor noise and is compressed, all as random processes in continuous time, so that
the same clip can be had at any rate. Expressions change from one face to another, at once or by a cross-fade.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mien.errors import DataError
from mien.lab.data import FaceSet
from mien.types import LABELS
from mien.vision.crop import crop_affine, similarity

FILM = 112  #: side of the filmed face, pixels
FACE = 48  #: side of the face that the network reads, pixels
RATE = 60  #: frames a second; slower clips take every second, sixth... frame

#: Random motion: (standard deviation of the slow part, of the quick part). Slow: heads; quick: the crop's own jitter.
#: The quick parts are such that landmarks move by 0.2-0.4 % of a face from frame to frame, as measured on real clips.
SHIFT = (0.02, 0.004)  #: shares of the face's side
ZOOM = (0.03, 0.006)  #: logarithm
ROLL = (3.0, 0.4)  #: degrees
LIGHT = (0.12, 0.01)  #: logarithm of the gain
SLOW, QUICK = 0.5, 0.02  #: seconds over which the parts forget themselves
NOISE = (0.5, 5.0)  #: grey levels, standard deviation; one value a clip
QUALITY = (45, 92)  #: of JPEG; one value a clip
BLUR = 1.6  #: pixels of the filmed face, at the worst of the blur, which comes and goes
FADES = (0.0, 0.15, 0.3)  #: seconds: an expression changes at once, or by a cross-fade


@dataclass(frozen=True, eq=False)
class Clip:
    """T frames at `RATE` frames a second."""

    frames: NDArray[np.uint8]  #: T x 48 x 48
    truth: NDArray[np.int64]  #: T, index into `LABELS`; changes in the middle of a cross-fade
    changes: list[float]  #: seconds: the middle of each change


def part_of(faces: FaceSet, part: str) -> FaceSet:
    """The "even" or the "odd" faces of a set, or "all", so that constants can be chosen on one half and measured on the
    other. Raises `DataError` for another part."""
    if part not in ("even", "odd", "all"):
        raise DataError(f"no part {part!r}: choose even, odd or all")
    return faces if part == "all" else faces.where(np.arange(len(faces)) % 2 == (part == "odd"))


def steady_clip(face: NDArray[np.uint8], label: int, seconds: float, rng: np.random.Generator) -> Clip:
    """One still face, filmed."""
    count = round(seconds * RATE)
    return Clip(_filmed([_enlarged(face)] * count, rng), np.full(count, label), [])


def changing_clip(
    faces: list[NDArray[np.uint8]], labels: list[int], rng: np.random.Generator, lasting: tuple[float, float] = (2, 4)
) -> Clip:
    """Faces that follow each other, each for `lasting` seconds; any face may come again."""
    large = [_enlarged(face) for face in faces]
    pictures: list[Image.Image] = []
    truth: list[int] = []
    changes = []
    for place, (picture, label) in enumerate(zip(large, labels, strict=True)):
        if place:
            fade = round(float(rng.choice(FADES)) * RATE)
            shares = (np.arange(fade) + 0.5) / max(1, fade)
            pictures += [Image.blend(large[place - 1], picture, share) for share in shares]
            truth += [labels[place - 1] if share < 0.5 else label for share in shares]
            changes.append((len(truth) - fade / 2) / RATE)
        count = round(rng.uniform(*lasting) * RATE)
        pictures += [picture] * count
        truth += [label] * count
    return Clip(_filmed(pictures, rng), np.array(truth), changes)


def steady_clips(faces: FaceSet, count: int, seed: int, seconds: float = 4.0) -> Iterator[Clip]:
    """Clips of `count` faces (with a majority label) as the set has them; fewer where it has fewer."""
    rng = np.random.default_rng([seed, 1])
    truth = faces.truth()
    rows = np.flatnonzero(truth >= 0)
    for i in rng.choice(rows, min(count, len(rows)), replace=False):
        yield steady_clip(faces.images[i], int(truth[i]), seconds, rng)


def changing_clips(faces: FaceSet, count: int, seed: int) -> Iterator[Clip]:
    """Clips in which an expression gives way to another and comes back: A, B, A; each label as often as any other.

    Raises `DataError` where the faces have fewer than two labels.
    """
    rng = np.random.default_rng([seed, 2])
    truth = faces.truth()
    present = [label for label in range(len(LABELS)) if (truth == label).any()]
    if len(present) < 2:
        raise DataError("faces of one expression only: changes need two")
    for _ in range(count):
        a, b = rng.choice(present, 2, replace=False).tolist()
        one, other = (int(rng.choice(np.flatnonzero(truth == label))) for label in (a, b))
        yield changing_clip([faces.images[i] for i in (one, other, one)], [a, b, a], rng)


def wandering(count: int, spread: tuple[float, float], rng: np.random.Generator) -> NDArray[np.float64]:
    """`count` values at `RATE`: two Ornstein-Uhlenbeck processes, slow and quick, added."""
    total = np.zeros(count)
    for deviation, seconds in zip(spread, (SLOW, QUICK), strict=True):
        kept = math.exp(-1 / (RATE * seconds))
        shocks = rng.normal(0, deviation, count)
        shocks[1:] *= math.sqrt(1 - kept**2)
        value = 0.0
        for i, shock in enumerate(shocks):
            value = kept * value + shock
            total[i] += value
    return total


def _enlarged(face: NDArray[np.uint8]) -> Image.Image:
    return Image.fromarray(face).resize((FILM, FILM), Image.Resampling.BICUBIC)


def _filmed(pictures: list[Image.Image], rng: np.random.Generator) -> NDArray[np.uint8]:
    count = len(pictures)
    x, y = (wandering(count, SHIFT, rng) * FILM for _ in range(2))
    side = FILM * np.exp(wandering(count, ZOOM, rng))
    roll, gain = wandering(count, ROLL, rng), np.exp(wandering(count, LIGHT, rng))
    blur = BLUR * np.clip(wandering(count, (1.0, 0.0), rng) - 1, 0, 1)
    noise, quality = rng.uniform(*NOISE), int(rng.integers(*QUALITY))
    frames = np.empty((count, FACE, FACE), np.uint8)
    for i, picture in enumerate(pictures):
        if blur[i] > 0.05:
            picture = picture.filter(ImageFilter.GaussianBlur(float(blur[i])))
        pixels = np.asarray(picture, np.float32) * gain[i] + rng.normal(0, noise, (FILM, FILM)).astype(np.float32)
        taken = _compressed(pixels.clip(0, 255).astype(np.uint8), quality)
        middle = (FILM / 2 + float(x[i]), FILM / 2 + float(y[i]))
        frames[i] = crop_affine(taken, similarity(middle, float(side[i]), float(roll[i]), FACE), FACE)
    return frames


def _compressed(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))
