"""What can be chosen about an avatar, read off `AvatarSpec` itself: new parts appear by themselves."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from mien.avatar import parts
from mien.avatar.sheet import every_expression
from mien.avatar.spec import COLOURS, AvatarSpec
from mien.types import CONTROLS, LABELS

#: Paths whose values are names in a registry.
REGISTRIES: dict[str, Mapping[str, Any]] = {
    "hair.style": parts.HAIR, "hair.fringe": parts.FRINGES, "facial_hair.style": parts.FACIAL_HAIR,
    "glasses.style": parts.GLASSES, "headwear.style": parts.HEADWEAR, "earrings.style": parts.EARRINGS,
    "extras.worn": parts.EXTRAS, "clothing.style": parts.CLOTHING, "background.style": parts.BACKGROUNDS,
}  # fmt: skip

#: Colours that are offered first, by what they are the colour of.
SKINS = tuple(f"monk-{i}" for i in range(1, 11))
HAIRS = (
    "black", "off-black", "dark-brown", "brown", "light-brown", "auburn", "red", "ginger", "dark-blond", "blond",
    "platinum", "grey", "silver", "white", "blue", "teal", "green", "pink", "purple",
)  # fmt: skip
EYES = ("off-black", "dark-brown", "brown", "hazel", "amber", "green", "teal", "blue", "grey")


@lru_cache(maxsize=1)
def choices() -> dict[str, Any]:
    """What `GET /api/avatar/choices` answers; see `mien.studio.schemas.Choices`."""
    return {
        "choices": [_choice(path, field) for path, field in _fields(AvatarSpec)],
        "expressions": every_expression(),
        "labels": list(LABELS),
        "controls": list(CONTROLS),
        "colours": dict(COLOURS),
    }


def _fields(model: type[BaseModel], prefix: str = "") -> list[tuple[str, FieldInfo]]:
    found = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found += _fields(kind, f"{prefix}{name}.")
        elif name != "version":
            found.append((prefix + name, field))
    return found


def _choice(path: str, field: FieldInfo) -> dict[str, Any]:
    group, _, name = path.rpartition(".")
    kind, names = _kind(path, field)
    low, high = _range(field)
    default = field.default
    return {
        "path": path, "group": group or "person", "kind": kind, "label": _label(group, name),
        "help": field.description or "", "default": list(default) if isinstance(default, tuple) else default,
        "choices": names, "optional": type(None) in typing.get_args(field.annotation),
        "minimum": low, "maximum": high,
    }  # fmt: skip


def _kind(path: str, field: FieldInfo) -> tuple[str, list[str] | None]:
    annotation = field.annotation
    if typing.get_origin(annotation) is tuple:
        inner = typing.get_args(annotation)[0]
        return "several", sorted(REGISTRIES[path] if path in REGISTRIES else typing.get_args(inner))
    if path in REGISTRIES:
        return "style", list(REGISTRIES[path])
    if typing.get_origin(annotation) is Literal:
        return "style", list(typing.get_args(annotation))
    if annotation is bool:
        return "switch", None
    if annotation is float:
        return "number", None
    return "colour", list(_presets(path))


def _presets(path: str) -> tuple[str, ...]:
    if path == "skin.colour":
        return (*SKINS, "yellow")
    if path == "eyes.colour":
        return EYES
    return (
        HAIRS if path.startswith(("hair.", "brows.", "facial_hair.")) else tuple(c for c in COLOURS if c not in SKINS)
    )


def _range(field: FieldInfo) -> tuple[float | None, float | None]:
    low = next((m.ge for m in field.metadata if isinstance(m, Ge)), None)
    high = next((m.le for m in field.metadata if isinstance(m, Le)), None)
    return _number(low), _number(high)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _label(group: str, name: str) -> str:
    """ "hair", "style" -> "Hair style"; "marks", "freckles" -> "Freckles"."""
    alone = group in ("", "marks") or (group, name) in (("extras", "worn"),)
    words = "extras" if name == "worn" else name if alone else f"{group} {name}"
    return words.replace("_", " ").capitalize()
