"""An `Appearance` -> an `AvatarSpec`, by the tables in `mien.avatar.personalise.rules`."""

from __future__ import annotations

from typing import Any, Literal

from mien.avatar.parts.facial_hair import FACIAL_HAIR_TRAITS
from mien.avatar.parts.glasses import GLASSES_TRAITS
from mien.avatar.parts.headwear import HEADWEAR_TRAITS
from mien.avatar.personalise import rules
from mien.avatar.personalise.colours import eye_colour, hair_colour, skin_colour
from mien.avatar.personalise.hair import hair_style
from mien.avatar.personalise.shape import exaggerated, nearest
from mien.avatar.spec import MONK, AvatarSpec
from mien.types import Appearance, Trait

Presentation = Literal["m", "f", "n"]
CHILD = "C"


def spec_of(look: Appearance, *, presentation: Presentation | None = None, covered: bool = False) -> AvatarSpec:
    """The avatar of one appearance. presentation: the user's choice, which wins over what the photo suggests.
    covered: something hides the lower face."""
    chosen = presentation or suggested_presentation(look)
    child = look.age.probabilities.get(CHILD, 0.0)
    fields: dict[str, Any] = {"presentation": chosen, **rules.SUGGESTED[chosen]}
    fields |= exaggerated(look.geometry, child=child, covered=covered)
    fields |= _features(fields, look, chosen)
    fields |= _colours(look)
    fields["hair.style"] = hair_style(look, chosen)
    fields |= _worn(look, fields, chosen, child=child, covered=covered)
    fields["marks.wrinkles"] = _wrinkles(look.age)
    return AvatarSpec.from_dict(nested(fields))


def suggested_presentation(look: Appearance) -> Presentation:
    """m or f where the photo tells, n where it does not."""
    return {"m": "m", "f": "f"}.get(look.presentation.code, "n")  # type: ignore[return-value]


def _features(fields: dict[str, Any], look: Appearance, presentation: str) -> dict[str, Any]:
    """The kinds of features that the measured shape asks for."""
    brows = {"1": "thin", "2": "medium", "3": "thick"}[look.brows.code]
    return {
        "nose.kind": nearest(rules.NOSES, fields["nose.width"], fields["nose.length"]),
        "eyes.shape": nearest(rules.EYES, fields["eyes.size"], fields["eyes.tilt"]),
        "brows.shape": rules.BROWS[presentation][brows],
    }


def _colours(look: Appearance) -> dict[str, Any]:
    skin = skin_colour(look.skin.hex) if look.skin else MONK[int(look.mst.code) - 1]
    return {
        "skin.colour": skin,
        "hair.colour": hair_colour(look.hair, look.hair_colour.probabilities, skin),
        "eyes.colour": eye_colour(look.eyes),
    }


def _worn(
    look: Appearance, fields: dict[str, Any], presentation: str, *, child: float, covered: bool
) -> dict[str, Any]:
    """Glasses, beards, headwear, earrings: only what is sure enough."""
    glasses = _sure(look, "glasses", "N")
    worn = {"glasses.style": GLASSES_TRAITS[glasses], "headwear.style": HEADWEAR_TRAITS[_sure(look, "headwear", "N")]}
    if glasses == "G":
        wide = fields["shape.width"] - fields["shape.length"]
        worn["glasses.style"] = nearest(rules.GLASSES, wide, fields["shape.jaw"])
    beard = "N" if covered or child > 0.5 else _sure(look, "facial_hair", "N")
    worn["facial_hair.style"] = FACIAL_HAIR_TRAITS[beard]
    if _sure(look, "earrings", "0") == "1":
        worn["earrings.style"] = rules.EARRINGS[presentation]
    return worn


def _sure(look: Appearance, trait: str, none: str) -> str:
    """The likeliest thing worn, if something is worn at all with the probability that `rules.SURE` asks for."""
    said: Trait = getattr(look, trait)
    worn = {code: p for code, p in said.probabilities.items() if code not in (none, "-")}
    return max(worn, key=worn.__getitem__) if sum(worn.values()) > rules.SURE[trait] else none


def _wrinkles(age: Trait) -> float:
    lines = sum(rules.WRINKLES[group] * p for group, p in age.probabilities.items())
    return round(lines, 2) if lines >= rules.FAINTEST else 0.0


def nested(fields: dict[str, Any]) -> dict[str, Any]:
    """Dotted paths as a dict of groups."""
    data: dict[str, Any] = {}
    for path, value in fields.items():
        group, _, name = path.partition(".")
        if name:
            data.setdefault(group, {})[name] = value
        else:
            data[group] = value
    return data
