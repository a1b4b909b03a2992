"""What is told of each person live: the expression now, bars that one can follow, and how pleasant it was lately."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mien.types import LABELS

if TYPE_CHECKING:
    from mien.types import Face, Scene

#: Seconds that a person's valence is remembered for the sparkline, and that somebody who left is still listed.
LATELY, GONE = 20.0, 1.5
#: Time constant in seconds of the bars.
SETTLE = 0.12


@dataclass(slots=True)
class Gauge:
    """One person."""

    number: int  #: the `track_id`
    face: Face
    bars: dict[str, float]  #: label -> 0..1, settled
    seen: float  #: seconds
    valence: deque[tuple[float, float]] = field(default_factory=deque)  #: (seconds, -1..1)

    def spark(self, cells: int, now: float) -> list[float | None]:
        """Mean valence in each of so many equal parts of the last `LATELY` seconds, oldest first; None: not in view."""
        sums, counts = [0.0] * cells, [0] * cells
        for time, value in self.valence:
            at = math.floor((time - now + LATELY) / LATELY * cells)
            if 0 <= at < cells or time == now:
                sums[min(at, cells - 1)] += value
                counts[min(at, cells - 1)] += 1
        return [s / c if c else None for s, c in zip(sums, counts, strict=True)]


class Gauges:
    """The persons in view. Call `see` with every scene; constant memory."""

    def __init__(self) -> None:
        self._known: dict[int, Gauge] = {}
        self.now = 0.0
        self.shares: dict[str, float] = {}  #: label -> seconds that anybody showed it

    def see(self, scene: Scene) -> None:
        step, self.now = max(0.0, (scene.time or 0.0) - self.now), scene.time or 0.0
        for place, face in enumerate(scene.faces):
            number = face.track_id if face.track_id is not None else -1 - place
            said = face.expression
            self.shares[said.label] = self.shares.get(said.label, 0.0) + min(step, 1.0)
            gauge = self._known.get(number)
            if gauge is None:
                gauge = self._known[number] = Gauge(number, face, dict(said.probabilities), self.now)
            share = 1 - math.exp(-(self.now - gauge.seen) / SETTLE)
            for label, p in said.probabilities.items():
                gauge.bars[label] = gauge.bars.get(label, 0.0) + share * (p - gauge.bars.get(label, 0.0))
            gauge.face, gauge.seen = face, self.now
            gauge.valence.append((self.now, said.valence))
            while self.now - gauge.valence[0][0] > LATELY:
                gauge.valence.popleft()
        self._known = {n: g for n, g in self._known.items() if self.now - g.seen <= GONE}

    @property
    def people(self) -> list[Gauge]:
        """In the order in which they came."""
        return [self._known[number] for number in sorted(self._known)]


def labels_of(gauge: Gauge) -> list[str]:
    """In which order the bars stand: always the same, so that the eye finds them; mien's own labels without neutral
    last."""
    known = [label for label in LABELS if label in gauge.bars]
    return known + [label for label in gauge.bars if label not in known]
