"""An `Appearance` -> an `AvatarSpec`, by the tables in `mien.avatar.personalise.rules`."""

from __future__ import annotations

from typing import Any, Literal

from mien.avatar.parts.facial_hair import FACIAL_HAIR_TRAITS
from mien.avatar.parts.glasses import GLASSES_TRAITS
from mien.avatar.personalise import rules
from mien.avatar.personalise.colours import (
    beard_colour,
    brow_colour,
    eye_colour,
    frame_colour,
    hair_colour,
    lipstick,
    skin_colour,
)
from mien.avatar.personalise.details import Details
from mien.avatar.personalise.hair import hair_lie, hair_style
from mien.avatar.personalise.shape import exaggerated, nearest
from mien.avatar.spec import MONK, AvatarSpec
from mien.types import Appearance, Trait

Presentation = Literal["m", "f", "n"]
CHILD, OLDER = "C", "O"
FULL = "B"
CHIN = ("G", "B")  #: facial hair that grows where `Details.beard` is measured


def spec_of(
    look: Appearance,
    details: Details | None = None,
    *,
    presentation: Presentation | None = None,
    covered: bool = False,
) -> AvatarSpec:
    """The avatar of one appearance. details: what pixels told beyond it. presentation: the user's choice, which wins
    over what the photo suggests. covered: something hides the lower face."""
    more = details or Details()
    chosen = presentation or suggested_presentation(look)
    child = max(0.0, (look.age.probabilities.get(CHILD, 0.0) - 0.3) / 0.7)  # what is hardly likely changes nothing
    fields: dict[str, Any] = {"presentation": chosen, **rules.SUGGESTED[chosen]}
    fields |= exaggerated(look.geometry, child=child, covered=covered)
    fields |= _features(fields, look, chosen)
    fields |= _colours(look, more, covered=covered)
    fields["hair.style"] = hair_style(look, chosen, more.forehead)
    fields |= _beard(look, more, fields["hair.colour"], hidden=covered or child > 0.5)
    fields |= _worn(look, more, fields, chosen)
    if fields["headwear.style"] == "none":
        fields |= hair_lie(fields["hair.style"], more.forehead)
    fields["marks.wrinkles"] = _wrinkles(look.age)
    if chosen != "m" and look.skin:
        fields["marks.lipstick"] = lipstick(look.lips, look.skin.hex)
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


def _colours(look: Appearance, more: Details, *, covered: bool) -> dict[str, Any]:
    """covered: the lower face, whose cover was measured as if it were skin."""
    tones = look.mst.probabilities
    skin = skin_colour(look.skin.hex, tones, 1.0 if covered else None) if look.skin else MONK[int(look.mst.code) - 1]
    hair = hair_colour(look.hair, look.hair_colour.probabilities, skin, look.age.probabilities)
    seen = look.skin.hex if look.skin else skin
    return {
        "skin.colour": skin,
        "hair.colour": hair,
        "eyes.colour": eye_colour(more.irises, seen, look.hair_colour.probabilities.get("K", 0.0)),
        "brows.colour": brow_colour(more.brows, hair, look.hair_colour.code),
    }


def _beard(look: Appearance, more: Details, hair: str, *, hidden: bool) -> dict[str, Any]:
    code = "N" if hidden else _sure(look, "facial_hair", "N")
    style, colour = FACIAL_HAIR_TRAITS[code], None
    if code in CHIN:
        colour = beard_colour(more.beard, hair, look.age.probabilities.get(OLDER, 0.0))
    if code == FULL:
        style = next(name for longest, name in rules.BEARDS if (more.beard_length or 0.0) <= longest)
    return {"facial_hair.style": style, "facial_hair.colour": colour}


def _worn(look: Appearance, more: Details, fields: dict[str, Any], presentation: str) -> dict[str, Any]:
    """Glasses, headwear, earrings: only what is sure enough."""
    glasses, hat = _sure(look, "glasses", "N"), _sure(look, "headwear", "N")
    worn: dict[str, Any] = {
        "glasses.style": GLASSES_TRAITS[glasses],
        "headwear.style": rules.HEADWEAR[hat][presentation],
    }
    if glasses == "G":
        worn |= _eyeglasses(more)
    if hat != "N":
        worn["headwear.colour"] = more.headwear or rules.USUAL_HAT
    if _sure(look, "earrings", "0") == "1":
        worn["earrings.style"] = rules.EARRINGS[presentation]
    return worn


def _eyeglasses(more: Details) -> dict[str, Any]:
    """A frame as heavy, as deep and as round as the one in the photo."""
    frame = more.frame
    if frame is None:
        return {"glasses.style": rules.USUAL_GLASSES}
    shapes = next(shapes for heaviest, shapes in rules.GLASSES if frame.weight <= heaviest)
    style = next(name for deepest, name in shapes if frame.drop <= deepest)
    if frame.bend >= rules.ROUND_BEND and frame.weight > rules.FAINT:
        style = rules.ROUND_STYLE
    colour = next((c for thick, c in rules.THIN_FRAMES if frame.weight < thick), frame_colour(frame.colour))
    return {"glasses.style": style, "glasses.colour": colour}


def _sure(look: Appearance, trait: str, none: str) -> str:
    """The likeliest thing worn, if something is worn at all with the probability that `rules.SURE` asks for."""
    said: Trait = getattr(look, trait)
    worn = {code: p for code, p in said.probabilities.items() if code not in (none, "-")}
    return max(worn, key=worn.__getitem__) if sum(worn.values()) > rules.SURE[trait] else none


def _wrinkles(age: Trait) -> float:
    surely = max(0.0, age.probabilities.get(OLDER, 0.0) - rules.OLDER_SURE) / (1 - rules.OLDER_SURE)
    lines = sum(rules.WRINKLES[group] * p for group, p in (age.probabilities | {OLDER: surely}).items())
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
