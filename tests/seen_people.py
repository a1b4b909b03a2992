"""What is seen of made-up people, trait by trait, for the tests of personalised avatars."""

from __future__ import annotations

from mien.appearance.geometry import MEASURES
from mien.types import TRAITS, Appearance, Colour, Trait

USUAL = {
    "glasses": "N", "facial_hair": "N", "hair_len": "2", "hair_form": "S", "hair_colour": "D", "fringe": "0",
    "headwear": "N", "brows": "2", "mst": "4", "presentation": "m", "age": "A", "earrings": "0",
}  # fmt: skip


def trait(name: str, code: str, confidence: float = 0.95) -> Trait:
    answers = [c for c in TRAITS[name] if (name, c) != ("presentation", "u")]
    if code not in answers:
        return Trait(code, 1 / len(answers), dict.fromkeys(answers, 1 / len(answers)))
    rest = (1 - confidence) / (len(answers) - 1)
    return Trait(code, confidence, {c: confidence if c == code else rest for c in answers})


def seen(confidence: float = 0.95, geometry: dict[str, float] | None = None, **codes: object) -> Appearance:
    """What is seen of a person: codes by trait, colours by name."""
    colours = {name: codes.pop(name, None) for name in ("hair", "eyes", "lips")}
    skin = codes.pop("skin", "#dca58c")
    traits = {name: trait(name, str(code), confidence) for name, code in {**USUAL, **codes}.items()}
    shape = dict.fromkeys((*MEASURES, "brow_thickness"), 0.0) | (geometry or {})
    return Appearance(**traits, skin=Colour(skin, 0.8) if skin else None, **colours, geometry=shape)  # type: ignore[arg-type]
