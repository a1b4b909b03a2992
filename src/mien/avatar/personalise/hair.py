"""The style of hair that fits what is seen of it, and how it lies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mien.avatar.parts import HAIR
from mien.avatar.parts.hair_traits import HAIR_TRAITS
from mien.avatar.personalise import rules
from mien.avatar.personalise.forehead import Forehead
from mien.types import Appearance

#: What a style is worth where a code is not among those it stands for, by trait.
OTHERWISE = {"hair_len": 0.005, "hair_form": 0.15, "fringe": 0.3}
#: Codes that tell nothing about the style: covered hair, form that is not visible.
UNKNOWN = {"hair_len": "C", "hair_form": "-", "fringe": ""}
#: How feminine or masculine a style may be taken by presentation; n takes both alike.
MASCULINE = {"m": 0.92, "f": 0.08, "n": 0.5}


def hair_style(look: Appearance, presentation: str, forehead: Forehead | None = None) -> str:
    """The style whose traits fit the probabilities of length, form and fringe best, for a presentation m, f or n; a
    variant of it where the hair was measured to stand high or lie flat."""
    share = MASCULINE[presentation]

    def score(name: str) -> float:
        traits = HAIR_TRAITS[name]
        worn = share * traits.masculine + (1 - share) * (1 - traits.masculine)
        codes = {"hair_len": traits.length, "hair_form": traits.form, "fringe": traits.fringe}
        fit = traits.weight * worn
        for trait, accepted in codes.items():
            fit *= _fit(trait, getattr(look, trait).probabilities, accepted)
        return fit

    little = sum(look.hair_len.probabilities.get(code, 0.0) for code in "01")
    return _measured(max(HAIR_TRAITS, key=score), forehead, little, older=look.age.probabilities.get("O", 0.0) > 0.4)


def _measured(style: str, forehead: Forehead | None, little: float, *, older: bool) -> str:
    """The style, or the variant of it that the forehead asks for. little: probability of little or no hair."""
    if forehead is None:
        return style
    temples = (forehead.corners or 0.0) >= rules.BARE[1] or (forehead.hair is None and little >= rules.BARE_LIKELY)
    bare = (forehead.height or 0.0) >= rules.BARE[0] and temples
    if bare and HAIR_TRAITS[style].length[0] in "12" and HAIR_TRAITS[style].masculine > 0.5:
        return rules.BARE_STYLES["hair" if forehead.hair is not None else "older" if older else "other"]
    if forehead.hair is None or abs(forehead.lean or 0.0) > rules.PARTED_ASIDE:
        return style
    return next((name for name, least, most in rules.VARIANTS.get(style, ()) if least <= forehead.hair <= most), style)


def _fit(trait: str, said: Mapping[str, float], accepted: str) -> float:
    """How well the codes of a style agree with what is seen: 1 for its most typical code, .6 for another."""
    if trait == "hair_form" and "-" in accepted:  # a bald head has none
        return 1.0
    values = {
        code: 1.0 if code in UNKNOWN[trait] or code == accepted[0] else 0.6 if code in accepted else OTHERWISE[trait]
        for code in said
    }
    return sum(p * values[code] for code, p in said.items())


def hair_lie(style: str, forehead: Forehead | None) -> dict[str, Any]:
    """Hairline, parting and volume as fields of the spec; those that could not be traced are left out."""
    if forehead is None:
        return {}
    fields: dict[str, Any] = {}
    if forehead.height is not None and HAIR_TRAITS[style].fringe[0] == "0":
        fields["hair.hairline"] = _signed(forehead.height, rules.HAIRLINE)
    if forehead.hair is not None and HAIR_TRAITS[style].length[0] != "U":  # a bun is no fullness
        usual, extreme = rules.VOLUME
        usual += (HAIR[style].reach.top - HAIR["short"].reach.top) / rules.RISE
        fields["hair.volume"] = max(_signed(forehead.hair, (usual, extreme)), rules.FLATTEST)
    if forehead.lean is not None and abs(forehead.lean) > rules.PARTED_ASIDE:
        fields["hair.parting"] = "left" if forehead.lean > 0 else "right"
    elif forehead.peak is not None and forehead.peak > rules.PARTED_MIDDLE:
        fields["hair.parting"] = "middle"
    return fields


def _signed(value: float, usual: tuple[float, float]) -> float:
    middle, extreme = usual
    return round(min(max((value - middle) / extreme, -1.0), 1.0), 2)
