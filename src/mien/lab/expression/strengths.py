"""How strongly faces are augmented: a value with named fields, and presets by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

from mien.errors import DataError

#: How much a range of zoom may be, in factors.
SMALLEST, LARGEST = 0.25, 4.0


@dataclass(frozen=True)
class Augment:
    """What is done to each training face at random; the defaults are mien's own ("mien").

    Ranges are drawn evenly from -x to x, factors evenly in their logarithm. `Augment.parse` reads a preset's name or a
    table; `mien.lab.expression.augment.augment` carries it out, in the order of the fields.
    """

    flip: float = 0.5  #: probability of mirroring left and right
    rotation: float = 16.0  #: degrees to either side
    wild: float = 0.1  #: share of the faces that are turned up to twice as far
    shift: float = 0.08  #: share of the side, across and down
    zoom: tuple[float, float] = (0.85, 1.18)  #: the face's size, from and to; one number z stands for 1 - z to 1 + z
    stretch: float = 0.08  #: log of the width over the height
    still: float = 0.0  #: share of the faces that are only mirrored and shifted by whole pixels: none of it blurs them
    gamma: float = 0.45  #: log of the exponent of the grey levels (0.45: 0.64-1.57)
    gain: float = 0.3  #: log of the factor of brightness (0.3: 0.74-1.35); what gets too bright is cut off
    side_light: float = 0.25  #: how much brighter one side may be than the middle
    blur: float = 0.14  #: probability of a Gaussian blur
    blur_sigma: tuple[float, float] = (0.5, 1.6)  #: pixels, from and to
    low_resolution: float = 0.08  #: probability of being seen at half the resolution
    jpeg: float = 0.0  #: probability of having been a JPEG file
    jpeg_quality: tuple[float, float] = (20, 75)  #: of such a file, from and to
    noise: float = 10.0  #: largest deviation of Gaussian noise, grey levels
    noise_probability: float = 0.2
    erase: float = 0.25  #: probability of losing a patch to one grey (random erasing)
    erase_area: tuple[float, float] = (0.04, 0.16)  #: share of the face, from and to

    #: The names that `parse` knows: nothing; what the tutorials' ImageDataGenerator does; ours.
    PRESETS: ClassVar[tuple[str, ...]] = ("none", "classic", "mien")

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = _value(name, getattr(self, name))
            ends = value if isinstance(value, tuple) else (value,)
            if not all(math.isfinite(v) and least <= v <= most for v in ends) or list(ends) != sorted(ends):
                raise _refused(name, getattr(self, name))
            object.__setattr__(self, name, value)
        if self.blur + self.low_resolution > 1:
            raise DataError("augment: blur and low_resolution together are more than 1")

    @classmethod
    def none(cls) -> Augment:
        """Faces as they are."""
        return cls(
            flip=0, rotation=0, wild=0, shift=0, zoom=(1, 1), stretch=0, still=0, gamma=0, gain=0, side_light=0, blur=0,
            low_resolution=0, jpeg=0, noise=0, erase=0,
        )  # fmt: skip

    @classmethod
    def classic(cls) -> Augment:
        """The FER2013 tutorials': flip, 10 degrees, a tenth of shift and zoom."""
        return replace(cls.none(), flip=0.5, rotation=10, shift=0.1, zoom=(0.9, 1.1))

    @classmethod
    def preset(cls, name: str) -> Augment:
        """One of `PRESETS`. Raises `DataError` for another name."""
        if name not in cls.PRESETS:
            raise DataError(f"augment: no preset {name!r}: choose one of {', '.join(cls.PRESETS)}")
        if name == "mien":
            return cls()
        return cls.none() if name == "none" else cls.classic()

    @classmethod
    def parse(cls, given: str | Mapping[str, Any] | Augment) -> Augment:
        """A preset's name, or a table of fields over the preset that its key "preset" names (default "mien").

        Raises `DataError`, in one line, for an unknown name or field and for a value out of range.
        """
        if isinstance(given, Augment):
            return given
        if isinstance(given, str):
            return cls.preset(given)
        if not isinstance(given, Mapping):
            raise DataError(f"augment: expected a preset ({', '.join(cls.PRESETS)}) or a table, not {given!r}")
        table = dict(given)
        base = cls.preset(table.pop("preset", "mien"))
        known = [f.name for f in fields(cls)]
        if unknown := [key for key in table if key not in known]:
            raise DataError(f"augment: no field {unknown[0]!r}: there are preset, {', '.join(known)}")
        return replace(base, **table)

    @property
    def moves(self) -> bool:
        """Whether anything is flipped, turned, scaled or shifted."""
        return bool(self.flip or self.rotation or self.shift or self.stretch or self.zoom != (1, 1))

    @property
    def lights(self) -> bool:
        """Whether the light changes."""
        return bool(self.gamma or self.gain or self.side_light)

    @property
    def degrades(self) -> bool:
        """Whether anything is blurred or noisy."""
        return bool(self.blur or self.low_resolution or self.jpeg or (self.noise and self.noise_probability))


#: The least and the most of each field.
LIMITS: dict[str, tuple[float, float]] = {
    "flip": (0, 1), "rotation": (0, 180), "wild": (0, 1), "shift": (0, 0.5), "zoom": (SMALLEST, LARGEST),
    "stretch": (0, 1), "still": (0, 1), "gamma": (0, 2), "gain": (0, 2), "side_light": (0, 1), "blur": (0, 1),
    "blur_sigma": (0.1, 5), "low_resolution": (0, 1), "jpeg": (0, 1), "jpeg_quality": (1, 95), "noise": (0, 128),
    "noise_probability": (0, 1), "erase": (0, 1), "erase_area": (0, 0.9),
}  # fmt: skip


#: Fields that hold a range.
RANGES = ("zoom", "blur_sigma", "jpeg_quality", "erase_area")


def _value(name: str, value: Any) -> Any:
    """A field's value as a number, or for a range as a pair; a list or a single number will do for a pair."""
    ends = tuple(value) if isinstance(value, list | tuple) else (value,)
    if not ends or len(ends) > 2 or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in ends):
        raise _refused(name, value)
    if name not in RANGES:
        if len(ends) > 1:
            raise _refused(name, value)
        return ends[0]
    if len(ends) == 2:
        return ends
    return (1 - ends[0], 1 + ends[0]) if name == "zoom" else (ends[0], ends[0])


def _refused(name: str, value: Any) -> DataError:
    least, most = LIMITS[name]
    wanted = f"a number from {least:g} to {most:g}"
    if name in RANGES:
        wanted = f"[from, to] within {least:g} to {most:g}" + (", or one number" if name == "zoom" else "")
    return DataError(f"augment: {name} = {value!r}: expected {wanted}")
