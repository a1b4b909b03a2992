"""What no face muscle makes: tears, sweat, hearts, hands, glasses. Importing this package fills `OVERLAYS`."""

from __future__ import annotations

from mien.avatar.overlays import marks, eyes, mouths, tints, signs, hands  # isort: skip  # painting order
from mien.avatar.overlays.registry import OVERLAYS, Overlay
from mien.avatar.overlays.tints import YELLOW

__all__ = ["OVERLAYS", "YELLOW", "Overlay"]

_FILLED = (marks, eyes, mouths, tints, signs, hands)
