"""The style of hair that fits what is seen of it."""

from __future__ import annotations

from collections.abc import Mapping

from mien.avatar.parts.hair_traits import HAIR_TRAITS
from mien.types import Appearance

#: What a style is worth where a code is not among those it stands for, by trait.
OTHERWISE = {"hair_len": 0.02, "hair_form": 0.15, "fringe": 0.3}
#: Codes that tell nothing about the style: covered hair, form that is not visible.
UNKNOWN = {"hair_len": "C", "hair_form": "-", "fringe": ""}
#: How feminine or masculine a style may be taken by presentation; n takes both alike.
MASCULINE = {"m": 0.97, "f": 0.03, "n": 0.5}


def hair_style(look: Appearance, presentation: str) -> str:
    """The style whose traits fit the probabilities of length, form and fringe best, for a presentation m, f or n."""
    share = MASCULINE[presentation]

    def score(name: str) -> float:
        traits = HAIR_TRAITS[name]
        worn = share * traits.masculine + (1 - share) * (1 - traits.masculine)
        codes = {"hair_len": traits.length, "hair_form": traits.form, "fringe": traits.fringe}
        fit = traits.weight * worn
        for trait, accepted in codes.items():
            fit *= _fit(trait, getattr(look, trait).probabilities, accepted)
        return fit

    return max(HAIR_TRAITS, key=score)


def _fit(trait: str, said: Mapping[str, float], accepted: str) -> float:
    """How well the codes of a style agree with what is seen: 1 for its most typical code, .6 for another."""
    values = {
        code: 1.0 if code in UNKNOWN[trait] or code == accepted[0] else 0.6 if code in accepted else OTHERWISE[trait]
        for code in said
    }
    return sum(p * values[code] for code, p in said.items())
