"""Preprocessing by name, one definition for training and for run time.

>>> Preprocess.parse(["clahe:2", "denoise:0.6", "resize:64", "normalise:unit"]).spec()
['clahe:2,4', 'denoise:0.6', 'resize:64', 'normalise:unit']

Pixel steps run before the network, as numpy; `resize` and `normalise` are what the network's graph does first, and
stand last. The list travels in a model's metadata, so whoever runs the model repeats what it was trained with.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.errors import DataError
from mien.expression.prepare import INPUT_SIZE
from mien.expression.steps import (
    Align,
    Brightness,
    Clahe,
    Contrast,
    Denoise,
    Equalise,
    Gamma,
    Grey,
    Step,
)

#: How grey levels 0..255 become the network's numbers: mean 0 and deviation 1 a face, 0..1, -1..1, or as they are.
NORMALISATIONS = ("face", "unit", "signed", "none")
#: Keeps a face of one grey from being divided by 0, in grey levels; the network's graph has the same.
SOFTENING = 8.0
#: The sides that `resize` takes, in pixels.
SMALLEST, LARGEST = 16, 512
#: Faces that go through the steps at once, to bound memory.
CHUNK = 512


@dataclass(frozen=True)
class Value:
    """A number that a step takes, and what it may be."""

    low: float
    high: float
    whole: bool = False


#: Pixel steps by name: how to make one, how many of its values must be given, and what each may be.
STEPS: dict[str, tuple[Callable[..., Step], int, tuple[Value, ...]]] = {
    "grey": (Grey, 0, ()),
    "align": (Align, 0, ()),
    "denoise": (Denoise, 1, (Value(0.1, 10),)),
    "equalise": (Equalise, 0, ()),
    "clahe": (Clahe, 1, (Value(1, 256), Value(1, 16, whole=True))),
    "brightness": (Brightness, 1, (Value(0.05, 20),)),
    "contrast": (Contrast, 1, (Value(0, 20),)),
    "gamma": (Gamma, 1, (Value(0.05, 20),)),
}

#: Steps that the network's graph does; they come last, in this order.
LAST = ("resize", "normalise")
#: How each step is written.
FORMS = {
    "grey": "grey", "align": "align", "denoise": "denoise:SIGMA", "equalise": "equalise",
    "clahe": "clahe:CLIP[,TILES]", "brightness": "brightness:GAIN", "contrast": "contrast:FACTOR", "gamma": "gamma:G",
    "resize": "resize:SIZE", "normalise": f"normalise:{'|'.join(NORMALISATIONS)}",
}  # fmt: skip


@dataclass(frozen=True)
class Preprocess:
    """What happens to 48 x 48 grey faces before a network sees them; the default is what mien's own networks do."""

    steps: tuple[Step, ...] = ()  #: pixel steps, in order, run before the network
    size: int = INPUT_SIZE  #: side of what the network's first layer sees, pixels
    normalise: str = "face"  #: one of `NORMALISATIONS`

    @classmethod
    def parse(cls, spec: Iterable[str] | str = (), *, size: int = INPUT_SIZE, normalise: str = "face") -> Preprocess:
        """Read steps such as `["clahe:2", "denoise:0.6", "resize:64", "normalise:unit"]`, or the same in one string
        with spaces between. `size` and `normalise` hold where the steps say nothing else.

        Raises `DataError`, in one line, for a step or value that is not known, and unless resize and normalise, once
        each and in this order, come last.
        """
        if not isinstance(spec, Iterable):
            raise DataError(f"preprocessing {spec!r}: expected a list of steps such as 'clahe:2'")
        parsed, stage = cls((), size, normalise), 0
        for text in spec.split() if isinstance(spec, str) else spec:
            if not isinstance(text, str):
                raise DataError(f"preprocessing step {text!r}: expected text such as 'clahe:2'")
            name, _, values = (part.strip() for part in text.partition(":"))
            if name not in FORMS:
                raise _refused(text, f"no such step: choose from {', '.join(FORMS.values())}")
            own = LAST.index(name) + 1 if name in LAST else 0
            if own < stage or own == stage > 0:
                raise _refused(text, "resize and then normalise come last, after every other step, and once")
            parsed, stage = parsed._and(text, name, values), own
        return parsed

    def _and(self, text: str, name: str, values: str) -> Preprocess:
        """This with one more step, whose values are checked."""
        if name == "normalise":
            if values not in NORMALISATIONS:
                raise _refused(text, f"write it as {FORMS[name]}")
            return replace(self, normalise=values)
        if name == "resize":
            (size,) = _numbers(text, name, values, 1, (Value(SMALLEST, LARGEST, whole=True),))
            return replace(self, size=int(size))
        make, needed, allowed = STEPS[name]
        return replace(self, steps=(*self.steps, make(*_numbers(text, name, values, needed, allowed))))

    def spec(self) -> list[str]:
        """The steps as text that `parse` reads back into an equal value; defaults are left out."""
        texts = [step.spec for step in self.steps]
        if self.size != INPUT_SIZE:
            texts.append(f"resize:{self.size}")
        if self.normalise != "face":
            texts.append(f"normalise:{self.normalise}")
        return texts

    def __call__(self, faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The pixel steps alone: N x 48 x 48 uint8 -> the same; what goes into the network's graph."""
        if not self.steps or not len(faces):
            return faces
        parts = [self._pixels(faces[i : i + CHUNK]) for i in range(0, len(faces), CHUNK)]
        return np.concatenate(parts) if len(parts) > 1 else parts[0]

    def _pixels(self, faces: NDArray[np.uint8]) -> NDArray[np.uint8]:
        for step in self.steps:
            faces = step(faces)
        return faces

    def without_turning(self) -> Preprocess:
        """This without `align`, for faces that are upright already."""
        return replace(self, steps=tuple(step for step in self.steps if not isinstance(step, Align)))

    def full(self, faces: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Everything: N x 48 x 48 uint8 -> N x size x size float32, what the network's first layer sees."""
        return normalised(resized(self(faces), self.size), self.normalise)


def describe(name: str) -> str:
    """What the step called `name` does, in one sentence."""
    if name == "resize":
        return f"Give the network faces of another side, {SMALLEST}-{LARGEST} pixels, bilinearly."
    if name == "normalise":
        return "Grey levels as numbers: mean 0 and deviation 1 a face (the default), 0..1, -1..1, or 0..255."
    text = STEPS[name][0].__doc__ or ""
    return " ".join(text.split("\n\n")[0].replace("`", "").split())


def resized(faces: NDArray[Any], size: int) -> NDArray[np.float32]:
    """N x H x W -> N x size x size float32 in grey levels, bilinear between pixel middles.

    What torch's `interpolate(mode="bilinear", align_corners=False)` gives, without rounding.
    """
    x: NDArray[Any] = faces.astype(np.float32)
    if x.shape[1:] != (size, size):
        x = _bilinear(x.shape[1], size) @ x @ _bilinear(x.shape[2], size).T
    return x


def _bilinear(source: int, target: int) -> NDArray[np.float32]:
    """target x source: how much each source pixel counts in each target pixel."""
    place = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    first = np.floor(place).astype(np.intp)
    rows, share = np.arange(target), place - first
    weights = np.zeros((target, source))
    np.add.at(weights, (rows, first), 1 - share)
    np.add.at(weights, (rows, np.minimum(first + 1, source - 1)), share)
    return weights.astype(np.float32)


def normalised(faces: NDArray[Any], how: str) -> NDArray[np.float32]:
    """N x H x W of 0..255 -> float32.

    `face`: each face to mean 0 and deviation 1, the deviation softened by 8 grey levels; `unit`: 0..1; `signed`: -1..1;
    `none`: as it is.
    """
    x: NDArray[Any] = np.asarray(faces, np.float32)
    if how == "face":
        x = x - x.mean((1, 2), keepdims=True)
        x /= np.sqrt(np.square(x).mean((1, 2), keepdims=True)) + np.float32(SOFTENING)
    elif how == "unit":
        x = x / np.float32(255)
    elif how == "signed":
        x = x / np.float32(127.5) - np.float32(1)
    elif how != "none":
        raise DataError(f"no normalisation {how!r}: choose one of {', '.join(NORMALISATIONS)}")
    return x


def _numbers(text: str, name: str, values: str, needed: int, allowed: tuple[Value, ...]) -> list[float | int]:
    """The numbers after the colon, checked."""
    words = [word.strip() for word in values.split(",")] if values else []
    if not needed <= len(words) <= len(allowed):
        raise _refused(text, f"write it as {FORMS[name]}")
    numbers: list[float | int] = []
    for word, value in zip(words, allowed, strict=False):
        try:
            number = float(word)
        except ValueError:
            raise _refused(text, f"{word!r} is no number; write it as {FORMS[name]}") from None
        if not (math.isfinite(number) and value.low <= number <= value.high):
            raise _refused(text, f"{word} is not between {value.low:g} and {value.high:g}")
        if value.whole and not number.is_integer():
            raise _refused(text, f"{word} is no whole number")
        numbers.append(int(number) if value.whole else number)
    return numbers


def _refused(text: str, why: str) -> DataError:
    return DataError(f"preprocessing step {text!r}: {why}")
