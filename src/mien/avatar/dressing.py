"""What overlays do to a person as a whole: what is put on for them, the room they need, the colour of the skin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien.avatar.framing import NO_REACH
from mien.avatar.overlays import Overlay
from mien.avatar.parts import HEADWEAR, Reach

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec

_UNIT = 0.8  # of the mean person's face; the plain face's is 1


def dressed(spec: AvatarSpec, overlays: Sequence[Overlay]) -> tuple[AvatarSpec, AvatarSpec | None]:
    """The spec with what the overlays put on.

    A hat takes the place of a cap or a beanie. What covers all hair (hijab, turban) is never taken off: then the
    second value is a spec whose headwear is drawn on top of it, else None.
    """
    wears = {path: value for overlay in overlays for path, value in overlay.wears.items()}
    if not wears:
        return spec, None
    if "headwear.style" not in wears or HEADWEAR[spec.headwear.style].hair is not None:
        return spec.edited(wears), None
    hat = {path: value for path, value in wears.items() if path.startswith("headwear.")}
    rest = {path: value for path, value in wears.items() if path not in hat}
    return spec.edited(rest) if rest else spec, spec.edited(hat)


def room(overlays: Sequence[Overlay], hat: AvatarSpec | None) -> tuple[Reach, float]:
    """How far overlays go beyond the peak, the temples and the chin, and how far beyond everything at both sides.
    hat: worn on top of other headwear."""
    rooms = [overlay.room for overlay in overlays if not overlay.wears]  # what is put on brings its own reach
    top, side, _, _, around = (max((room[i] for room in rooms), default=0.0) for i in range(5))
    low = max((room.bottom + room.chin for room in rooms), default=0.0)
    above = HEADWEAR[hat.headwear.style].reach if hat else NO_REACH
    return Reach(max(_UNIT * top, above.top), max(_UNIT * side, above.side), _UNIT * low), _UNIT * around


def tint(overlays: Sequence[Overlay]) -> tuple[str, float] | None:
    """The colour that anger, cold or a costume gives the skin, and how far the skin goes towards it."""
    return next(((overlay.skin[1], overlay.tint) for overlay in overlays if overlay.skin), None)
