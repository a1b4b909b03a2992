"""The slots of an avatar, and an `AvatarSpec` with controls as one vector, which the network emits and decodes.

A slot is a part of a face that attention looks for: its fields of the spec, its share of the 52 controls, and its
apparent traits. The vector holds the slots one after another. A choice is one number a name (1 for the chosen one, or
probabilities), a signed field or a share is itself, a colour is its OKLab place in units of about its spread over
people, a colour that may be left out has a flag before it (0 left out, 1 given), a control is itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from mien.appearance.oklab import hexed, lab_of
from mien.avatar.parts import EARRINGS, FACIAL_HAIR, FRINGES, GLASSES, HAIR, HEADWEAR
from mien.avatar.spec import AvatarSpec
from mien.avatar.spec.groups import BROW_SHAPES, EYE_SHAPES, NOSE_KINDS
from mien.types import CONTROLS

Vector: TypeAlias = NDArray[np.float32]
Kind = Literal["choice", "signed", "share", "colour", "optional", "control"]

#: Middle and spread of colours in OKLab: what is one unit of the vector.
MIDDLE, SPREAD = np.array([0.55, 0.02, 0.04]), np.array([0.25, 0.06, 0.06])
NONE = "none"  #: the name of a thing that is not worn


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a slot, and where it lies in the vector."""

    slot: str
    path: str  #: dotted path of the spec, or the control's name
    kind: Kind
    names: tuple[str, ...] = ()  #: of a choice
    start: int = 0

    @property
    def size(self) -> int:
        return {"choice": len(self.names), "colour": 3, "optional": 4}.get(self.kind, 1)

    @property
    def place(self) -> slice:
        """Where it lies in the vector."""
        return slice(self.start, self.start + self.size)


def _choices() -> dict[str, tuple[str, ...]]:
    """The names that each choice has today."""
    registries: dict[str, Iterable[str]] = {
        "hair.style": HAIR, "hair.fringe": FRINGES, "hair.parting": ("left", "middle", "right"),
        "brows.shape": BROW_SHAPES, "eyes.shape": EYE_SHAPES, "nose.kind": NOSE_KINDS,
        "facial_hair.style": FACIAL_HAIR, "glasses.style": GLASSES, "headwear.style": HEADWEAR,
        "earrings.style": EARRINGS, "presentation": ("m", "f", "n"),
    }  # fmt: skip
    return {path: tuple(names) for path, names in registries.items()}


#: Slot -> its fields as (path, kind). Choices take their names from the registries.
_FIELDS: dict[str, tuple[tuple[str, Kind], ...]] = {
    "hair": (
        ("hair.style", "choice"), ("hair.fringe", "choice"), ("hair.parting", "choice"), ("hair.colour", "colour"),
        ("hair.length", "signed"), ("hair.volume", "signed"), ("hair.hairline", "signed"),
    ),
    "brows": (
        ("brows.shape", "choice"), ("brows.thickness", "signed"), ("brows.angle", "signed"),
        ("brows.colour", "optional"),
    ),
    "eyes": (
        ("eyes.shape", "choice"), ("eyes.size", "signed"), ("eyes.spacing", "signed"), ("eyes.tilt", "signed"),
        ("eyes.lashes", "share"), ("eyes.lid", "share"), ("eyes.colour", "colour"),
    ),
    "nose": (("nose.kind", "choice"), ("nose.width", "signed"), ("nose.length", "signed")),
    "mouth": (("mouth.width", "signed"), ("mouth.fullness", "signed"), ("marks.lipstick", "optional")),
    "beard": (("facial_hair.style", "choice"), ("facial_hair.colour", "optional"), ("facial_hair.density", "share")),
    "glasses": (("glasses.style", "choice"), ("glasses.colour", "colour")),
    "skin": (
        ("skin.colour", "colour"), ("marks.wrinkles", "share"), ("marks.freckles", "share"), ("marks.blush", "share"),
    ),
    "shape": (
        ("presentation", "choice"), ("shape.width", "signed"), ("shape.length", "signed"), ("shape.jaw", "signed"),
        ("shape.chin", "signed"), ("shape.cheeks", "signed"),
    ),
    "headwear": (("headwear.style", "choice"), ("headwear.colour", "optional")),
    "earrings": (("earrings.style", "choice"), ("earrings.colour", "colour")),
}  # fmt: skip
SLOTS = tuple(_FIELDS)
#: Slot -> the traits of `mien.types.TRAITS` that it answers for.
SLOT_TRAITS: dict[str, tuple[str, ...]] = {
    "hair": ("hair_len", "hair_form", "hair_colour", "fringe"), "brows": ("brows",), "beard": ("facial_hair",),
    "glasses": ("glasses",), "skin": ("mst",), "shape": ("presentation", "age"), "headwear": ("headwear",),
    "earrings": ("earrings",),
}  # fmt: skip
#: A colour counts only where the thing is worn: path of the colour -> path of the choice.
WORN = {
    "facial_hair.colour": "facial_hair.style", "facial_hair.density": "facial_hair.style",
    "glasses.colour": "glasses.style", "headwear.colour": "headwear.style", "earrings.colour": "earrings.style",
}  # fmt: skip


def slot_of_control(name: str) -> str:
    """The slot that a control moves."""
    return "brows" if name.startswith("brow") else "eyes" if name.startswith("eye") else "mouth"


class Layout:
    """The fields in their order. Parts that are drawn since a network was trained are not in its layout, which travels
    in its file; `choices` are the names it knew."""

    def __init__(self, choices: Mapping[str, Sequence[str]] | None = None) -> None:
        self.choices = {path: tuple(names) for path, names in (choices or _choices()).items()}
        fields: list[Field] = []
        start = 0
        for slot, own in _FIELDS.items():
            pairs = [*own, *((name, "control") for name in CONTROLS if slot_of_control(name) == slot)]
            for path, kind in pairs:
                names = self.choices[path] if kind == "choice" else ()
                fields.append(Field(slot, path, kind, names, start))  # type: ignore[arg-type]
                start += fields[-1].size
        self.fields, self.size = tuple(fields), start
        self.by_path = {field.path: field for field in fields}

    def of_slot(self, slot: str) -> list[Field]:
        """The fields of a slot; they lie together."""
        return [field for field in self.fields if field.slot == slot]

    def span(self, slot: str) -> slice:
        """Where a slot lies in the vector."""
        fields = self.of_slot(slot)
        return slice(fields[0].start, fields[-1].place.stop)

    def controls_index(self) -> NDArray[np.int64]:
        """Places of the 52 controls in the vector, in the order of `CONTROLS`."""
        return np.array([self.by_path[name].start for name in CONTROLS])

    def encode(self, spec: AvatarSpec, controls: Mapping[str, float] | None = None) -> Vector:
        """The vector of a spec that wears these controls (name -> 0..1; missing ones are 0)."""
        worn = controls or {}
        out = np.zeros(self.size, np.float32)
        for field in self.fields:
            if field.kind == "control":
                out[field.start] = min(max(worn.get(field.path, 0.0), 0.0), 1.0)
            else:
                out[field.place] = _encoded(field, value_of(spec, field.path))
        return out

    def decode(self, vector: NDArray[np.floating[Any]]) -> tuple[AvatarSpec, dict[str, float]]:
        """The spec and the controls of a vector, the likeliest name of every choice."""
        data: dict[str, Any] = {}
        controls = {}
        for field in self.fields:
            values = np.asarray(vector[field.place], float)
            if field.kind == "control":
                controls[field.path] = float(np.clip(values[0], 0, 1))
                continue
            group, _, name = field.path.rpartition(".")
            (data.setdefault(group, {}) if group else data)[name] = _decoded(field, values)
        return AvatarSpec.from_dict(data), controls


def value_of(spec: AvatarSpec, path: str) -> Any:
    """The value at a dotted path."""
    value: Any = spec
    for step in path.split("."):
        value = getattr(value, step)
    return value


def _encoded(field: Field, value: Any) -> NDArray[np.float64]:
    if field.kind == "choice":
        # A name that the layout does not know yet is drawn as the first one: nothing worn, or the plainest.
        known = value if value in field.names else NONE if NONE in field.names else field.names[0]
        return np.array([float(name == known) for name in field.names])
    if field.kind == "colour":
        return np.asarray((lab_of(value) - MIDDLE) / SPREAD)
    if field.kind == "optional":
        return np.zeros(4) if value is None else np.array([1.0, *((lab_of(value) - MIDDLE) / SPREAD)])
    return np.array([float(value)])


def _decoded(field: Field, values: NDArray[np.float64]) -> Any:
    if field.kind == "choice":
        return field.names[int(values.argmax())]
    if field.kind == "colour":
        return hexed(values * SPREAD + MIDDLE)
    if field.kind == "optional":
        return hexed(values[1:] * SPREAD + MIDDLE) if values[0] > 0.5 else None
    return round(float(np.clip(values[0], -1 if field.kind == "signed" else 0, 1)), 3)


@lru_cache(maxsize=1)
def current_layout() -> Layout:
    """The layout of the parts that can be drawn now."""
    return Layout()
