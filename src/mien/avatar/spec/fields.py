"""The kinds of values a spec holds: colours, shares, departures from the mean, and names out of a registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

#: The Monk Skin Tone scale, 1 to 10 (Ellis Monk and Google, 2022, https://skintone.google, CC BY 4.0).
MONK = (
    "#f6ede4", "#f3e7db", "#f7ead0", "#eadaba", "#d7bd96", "#a07e56", "#825c43", "#604134", "#3a312a", "#292420",
)  # fmt: skip

YELLOW = "#ffc83d"  #: the plain emoji's

#: Names that stand for a colour in any colour field.
COLOURS: dict[str, str] = {f"monk-{i}": tone for i, tone in enumerate(MONK, 1)} | {
    "yellow": YELLOW, "black": "#1c1614", "off-black": "#2b211d", "dark-brown": "#3f2a1e", "brown": "#5c3d28",
    "light-brown": "#8a6140", "auburn": "#7a3b22", "red": "#b0512a", "ginger": "#cf6b33", "dark-blond": "#a8814f",
    "blond": "#d3ab6b", "platinum": "#e8d9b8", "grey": "#9a9793", "silver": "#c3c2c0", "white": "#ecebe7",
    "blue": "#3f6fb5", "teal": "#2f8f8f", "green": "#4f8a4c", "pink": "#e58aa8", "purple": "#7d5bb0",
    "hazel": "#7c5a2e", "amber": "#a86f2c", "gold": "#d8a93f", "navy": "#2f3d63", "cream": "#f1e6d2",
}  # fmt: skip

_HEX = re.compile(r"#[0-9a-f]{6}")


def _colour(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a colour is text: #rrggbb or a name")
    text = value.strip().lower()
    text = COLOURS.get(text.replace(" ", "-").replace("_", "-"), text)
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        text = "#" + "".join(2 * digit for digit in text[1:])
    if not _HEX.fullmatch(text):
        raise ValueError(f"{value!r} is no colour; write #rrggbb or one of {', '.join(COLOURS)}")
    return text


#: "#rrggbb"; one of `COLOURS` may be given in its place.
Colour = Annotated[str, BeforeValidator(_colour)]

#: A departure from the mean face: -1 the least, 0 the mean, 1 the most that people have.
Signed = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]

#: A share: 0 none, 1 all.
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


def one_of(names: Mapping[str, Any]) -> AfterValidator:
    """Validates against the names of a registry, looked up when the value is checked: parts may come later."""

    def check(value: str) -> str:
        if value not in names:
            raise ValueError(f"{value!r} is unknown; choose from {', '.join(sorted(names))}")
        return value

    return AfterValidator(check)


class Group(BaseModel):
    """A group of fields: frozen, and nothing unknown gets in."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
