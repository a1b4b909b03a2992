"""What no face muscle makes: tears, sweat, hearts, hands, hats. Importing this package fills `OVERLAYS`."""

from __future__ import annotations

# fmt: off
from mien.avatar.overlays import (  # isort: skip  # painting order
    marks, eyes, tears, mouths, breath, tints, costumes, bones, care, dressed, signs, gestures, stages,
)
# fmt: on
from mien.avatar.overlays.registry import OVERLAYS, Overlay, Room
from mien.avatar.overlays.tints import YELLOW
from mien.avatar.overlays.wearer import Wearer, person_wearer, plain_wearer

__all__ = ["OVERLAYS", "YELLOW", "Overlay", "Room", "Wearer", "person_wearer", "plain_wearer"]

_FILLED = (marks, eyes, tears, mouths, breath, tints, costumes, bones, care, dressed, signs, gestures, stages)
