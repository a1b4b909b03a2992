"""How well tracks keep to people: clips made of moving faces whose truth is known, and the measure of identity."""

from mien.lab.tracking.identity import Identity, Observed, measure
from mien.lab.tracking.moving import Mover, Scenario, Sprite, play, sprite_of
from mien.lab.tracking.scenarios import SCENARIOS

__all__ = [
    "SCENARIOS", "Identity", "Mover", "Observed", "Scenario", "Sprite", "measure", "play", "sprite_of",
]  # fmt: skip
