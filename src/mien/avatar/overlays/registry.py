"""What an overlay is: what no face muscle makes, drawn for whoever wears it.

An overlay is a function of a `Wearer`: the plain yellow face or a person. It takes positions, sizes and colours from
there, so that one drawing fits every face.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from mien.avatar.overlays.wearer import Wearer

#: back: behind the figure; skin: under the features, clipped to the face; face: over them, under hair and glasses;
#: front: over all.
Layer: TypeAlias = Literal["back", "skin", "face", "front"]

Draw: TypeAlias = Callable[[Wearer], str]

#: The whole figure as SVG in, the same put on stage out: cut, doubled, melted.
Stage: TypeAlias = Callable[[Wearer, str], str]


class Room(NamedTuple):
    """What a drawing needs beyond the figure, in units of the plain face; the figure gets smaller for it."""

    top: float = 0.0  #: above hair and hat
    side: float = 0.0  #: beyond the temples
    bottom: float = 0.0  #: below the chin
    chin: float = 0.0  #: further below the chin of people, who have less of it below the mouth than the disc
    around: float = 0.0  #: beyond head, ears and hair at both sides


NO_ROOM = Room()


def _nothing(wearer: Wearer) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A drawing on, before or around a face."""

    name: str  #: lower case, words joined by underscores
    draw: Draw = _nothing
    layer: Layer = "face"
    hides: tuple[str, ...] = ()  #: of "eyes", "mouth", "brows", "nose", "glasses", "facial_hair", "hair", "headwear"
    room: Room = NO_ROOM
    skin: tuple[str, str, str, str] | None = None  #: colours the face: light, middle, dark, edge of the plain one
    tint: float = 1.0  #: how far a person's skin goes towards `skin`, 0..1
    wears: Mapping[str, object] = field(default_factory=dict)  #: fields of the spec: what a person puts on for it
    stage: Stage | None = None


class Overlays(dict[str, Overlay]):
    """Overlays by name; the order is the painting order within a layer."""

    def add(self, overlay: Overlay) -> Overlay:
        if overlay.name in self:
            raise ValueError(f"an overlay named {overlay.name!r} is already there")
        self[overlay.name] = overlay
        return overlay


OVERLAYS = Overlays()
