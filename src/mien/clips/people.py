"""What is shown of each person from frame to frame: a steady box, a confidence one can read, how they came and went."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mien.expression.one_euro import OneEuro
from mien.media.drawing import Rect

if TYPE_CHECKING:
    from mien.types import Expression, Face, Scene

#: Seconds that a shown percentage stands at least: one that changes with every frame cannot be read.
STANDS = 0.25
#: Seconds after which a person who is gone is forgotten.
FORGET = 2.5
#: Of boxes: cutoff at rest in hertz; hertz more per face width a second.
STILL, QUICK = 1.5, 6.0


@dataclass(slots=True)
class Shown:
    """A person as drawn in one frame."""

    number: int  #: the `track_id`; faces without one are counted below 0
    face: Face
    rect: Rect  #: the steadied box, pixels of the frame, cut to it
    expression: Expression  #: with a confidence that changes a few times a second
    since: float  #: seconds since they came into view


class _Person:
    def __init__(self, time: float) -> None:
        self.box = OneEuro(STILL, QUICK)
        self.came = self.seen = time
        self.told: Expression | None = None
        self.told_at = -math.inf


class People:
    """Steadies what is drawn. Call `see` with every scene, in order."""

    def __init__(self) -> None:
        self._known: dict[int, _Person] = {}

    def see(self, scene: Scene, size: tuple[int, int]) -> list[Shown]:
        """The persons of a scene, largest first; those whose box lies outside a picture of `size` left out."""
        time = scene.time or 0.0
        across, down = size[0] / max(1, scene.width), size[1] / max(1, scene.height)
        shown = []
        for place, face in enumerate(scene.faces):
            number = face.track_id if face.track_id is not None else -1 - place
            person = self._known.setdefault(number, _Person(time))
            person.seen = time
            x, y, width, height = person.box.update(time, face.box, max(1.0, face.box.width))
            rect = Rect(x * across, y * down, (x + width) * across, (y + height) * down).common(Rect(0, 0, *size))
            if rect.width >= 4 and rect.height >= 4:
                shown.append(Shown(number, face, rect, _told(person, face.expression, time), time - person.came))
        self._known = {number: p for number, p in self._known.items() if time - p.seen <= FORGET}
        return shown


def _told(person: _Person, now: Expression, time: float) -> Expression:
    """The expression with the confidence that is shown: a new label at once, a new figure a few times a second."""
    told = person.told
    if told is None or told.label != now.label or told.emoji != now.emoji or time - person.told_at >= STANDS:
        person.told, person.told_at = replace(now, confidence=_finite(now.confidence)), time
    assert person.told is not None
    return person.told


def _finite(value: float) -> float:
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0
