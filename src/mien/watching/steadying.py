"""What single frames say of each person, told steadily: a `FaceSmoother` a track, an emoji that does not flicker, and,
if asked for, without the person's resting face."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.expression.resting import RestingFace
from mien.expression.smoother import FaceSmoother, Observed, weight_of
from mien.pipeline import Reader
from mien.types import CONTROLS, Box, Expression, Quality
from mien.vision.landmarks import FaceReading

PATIENCE = 0.25  #: seconds
LONGEST = 0.5  #: seconds that a single frame may stand for
FORGET = 3.0  #: seconds after which nothing is kept of a person who is gone

Calibrate = float | Literal["auto"] | None


class Steady(NamedTuple):
    """A face as it is told."""

    box: Box
    reading: FaceReading  #: points, controls and pose smoothed
    expression: Expression


@dataclass
class _Person:
    smoother: FaceSmoother
    emoji: SteadyEmoji
    resting: RestingFace | None
    seen: float


class SteadyEmoji:
    """An emoji stays until its label changes, or for `PATIENCE` seconds another has fitted better."""

    def __init__(self) -> None:
        self._label = self._shown = ""
        self._fitted = 0.0  # when the shown one last fitted best

    def update(self, seconds: float, label: str, fitting: str) -> str:
        """The emoji to show at `seconds` for a face whose label is `label` and that `fitting` fits best."""
        if label != self._label or fitting == self._shown or seconds - self._fitted >= PATIENCE:
            self._label, self._shown, self._fitted = label, fitting, seconds
        return self._shown


class Steadier:
    """Steadies every person of one source. Not safe to share between threads.

    calibrate: seconds for which each person shows their resting face at first, or "auto" to learn it as they are
    watched (see `mien.expression.resting`); None: not at all. It is forgotten with the person.
    """

    def __init__(self, reader: Reader, calibrate: Calibrate = None) -> None:
        if calibrate is not None and calibrate != "auto" and not calibrate > 0:
            raise ValueError(f'calibrate={calibrate!r}: pass seconds above 0, or "auto"')
        self._reader, self._calibrate = reader, calibrate
        self._people: dict[int, _Person] = {}
        self._anew = False

    def recalibrate(self, seconds: float) -> None:
        """Forget everybody's resting face; the next so many seconds show it. From any thread."""
        self._calibrate, self._anew = seconds, True

    def steady(
        self, number: int, time: float, box: Box, row: NDArray[np.float32], reading: FaceReading, quality: Quality
    ) -> Steady:
        """A face of the frame at `time` seconds; call it in the order of the frames.

        number: of the track; row: probabilities of this frame alone; reading, quality: of this frame.
        """
        if self._anew:
            self._anew = False
            for one in self._people.values():
                one.resting = self._resting()
        person = self._people.get(number)
        if person is None:
            person = self._people[number] = self._meet(time)
        step, person.seen = time - person.seen, time
        probabilities, controls = row.astype(float), np.array([reading.controls[name] for name in CONTROLS])
        if person.resting:
            person.resting.learn(min(step, LONGEST), probabilities, controls, weight_of(quality.score))
            probabilities, controls = person.resting.apply(probabilities, controls)
        seen = Observed(probabilities, controls, reading.pose, reading.points, box, quality.score)
        now = person.smoother.update(time, seen)
        smooth = replace(
            reading, points=now.points, pose=now.pose, controls=dict(zip(CONTROLS, now.controls.tolist(), strict=True))
        )
        said = self._reader.expression(now.probabilities, smooth, quality, unsure=not now.sure)
        fitting = person.emoji.update(time, said.label, said.emoji)
        return Steady(now.box, smooth, said if fitting == said.emoji else replace(said, emoji=fitting))

    def _meet(self, time: float) -> _Person:
        recogniser = self._reader.recogniser
        smoother = FaceSmoother(len(recogniser.labels), recogniser.calibration.unsure_below)
        return _Person(smoother, SteadyEmoji(), self._resting(), time)

    def _resting(self) -> RestingFace | None:
        if self._calibrate is None:
            return None
        return RestingFace(self._reader.recogniser.labels, None if self._calibrate == "auto" else self._calibrate)

    def forget(self, time: float) -> None:
        """Let go of people who have not been seen since `FORGET` seconds before `time`."""
        self._people = {number: p for number, p in self._people.items() if time - p.seen <= FORGET}
