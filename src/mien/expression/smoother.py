"""One face through time: what it shows, told steadily.

A `FaceSmoother` is fed what single frames say of one person and answers what the person shows now: a label that does
not flicker, probabilities, and controls, head pose, landmarks and box without jitter. It knows seconds, not frames.
How it works, and what that is worth: docs/temporal.md.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.expression.one_euro import OneEuro
from mien.expression.states import StateFilter
from mien.types import CONTROLS, Box, Pose

Row = NDArray[np.float64]

#: A face of lower quality is shown, but its expression is called unsure; through time, once it stays so for `HOLD`.
READABLE = 0.35
#: Of the `StateFilter`, in seconds; chosen on generated clips, see docs/temporal.md.
LASTS, MEMORY = 1.0, 0.025
#: Seconds over which the probabilities follow.
FOLLOW = 0.2
JUMP = 0.5  #: share of the way to the frame that they go at once when the label changes
#: Seconds over which they fade to "anything" while the face cannot be read.
FADE = 0.5
#: A face of at most the first quality says nothing, from the second on it counts in full.
COUNTS = (0.2, 0.6)
HOLD = 0.5  #: seconds that a label outlives the last readable frame
#: An unsure face must be this much surer than `unsure_below` before its label is said again.
SURER = 0.06
HESITATE = 0.2  #: seconds for which it must be too little sure before "unsure" is said
GAP = 1.0  #: seconds without a face after which nothing of before counts


class Observed(NamedTuple):
    """What one frame says of a face."""

    probabilities: NDArray[np.floating[Any]]  #: C, calibrated, of this frame alone
    controls: NDArray[np.floating[Any]]  #: 52, in the order of `CONTROLS`, 0..1
    pose: Pose  #: degrees
    points: NDArray[np.floating[Any]]  #: 68x2, pixels
    box: Box  #: pixels
    quality: float  #: 0..1


class Smoothed(NamedTuple):
    """What a face shows now."""

    probabilities: Row  #: C, sum to 1; the most probable one is what the face shows
    sure: bool  #: False: the answer is "unsure"
    controls: Row  #: 52, 0..1
    pose: Pose
    points: NDArray[np.float32]  #: 68x2
    box: Box


class FaceSmoother:
    """One person's face over time; make one for each track.

    labels: how many labels there are; unsure_below: the confidence under which the answer is "unsure" (0..1).
    """

    def __init__(self, labels: int, unsure_below: float = 0.0) -> None:
        self._states = StateFilter(labels, lasts=LASTS, memory=MEMORY)
        self._mean: Row = np.zeros(labels)
        self._label = 0
        self._unsure_below, self._sure = unsure_below, True
        self._shape = OneEuro(_CUTOFF, _BETA)
        self._angles = np.zeros(3)
        self._time = self._read_at = self._sure_at = -math.inf

    def update(self, seconds: float, seen: Observed) -> Smoothed:
        """What the face shows at `seconds`, which should rise from call to call; after a gap of more than `GAP`
        seconds the face starts anew."""
        step = max(0.0, seconds - self._time)
        first = step > GAP
        self._time = max(seconds, self._time)
        weight = weight_of(seen.quality)
        if seen.quality >= READABLE:
            self._read_at = self._time
        label = self._follow(np.asarray(seen.probabilities, float), step, weight, first)
        shown = _topped(self._mean, label)
        if shown[label] >= self._unsure_below + (0.0 if self._sure or first else SURER):
            self._sure_at = self._time
        kept = self._sure and self._time - self._sure_at <= HESITATE
        self._sure = (kept or self._sure_at == self._time) and self._time - self._read_at <= HOLD
        return Smoothed(shown, self._sure, *self._steady_shape(seconds, seen, first))

    def _follow(self, probabilities: Row, step: float, weight: float, first: bool) -> int:
        """Take a frame in. The place of the label that the face shows."""
        anything = np.full_like(probabilities, 1 / len(probabilities))
        if first:
            self._mean = anything + weight * (probabilities - anything)
            self._label = self._states.start(probabilities, weight)
            return self._label
        self._mean += -math.expm1(-step / FOLLOW) * weight * (probabilities - self._mean)
        self._mean += -math.expm1(-step * (1 - weight) / FADE) * (anything - self._mean)
        before, self._label = self._label, self._states.update(step, probabilities, weight)
        if self._label != before:
            self._mean += JUMP * weight * (probabilities - self._mean)
        return self._label

    def _steady_shape(self, seconds: float, seen: Observed, first: bool) -> tuple[Row, Pose, NDArray[np.float32], Box]:
        # Roll may pass from 180 to -180 degrees: it is filtered unrolled, and told between -180 and 180.
        given = np.array(seen.pose, float)
        self._angles = given if first else self._angles + (given - self._angles + 180) % 360 - 180
        if first:
            self._shape.reset()
        size = max(1.0, math.sqrt(max(0.0, seen.box.width * seen.box.height)))
        values = np.concatenate([seen.controls, self._angles, np.ravel(seen.points), seen.box])
        steady = self._shape.update(seconds, values, np.where(_IN_PIXELS, size, 1.0))
        controls, angles, points, box = np.split(steady, _PARTS)
        yaw, pitch, roll = ((angles + 180) % 360 - 180).tolist()
        return controls.clip(0, 1), Pose(yaw, pitch, roll), points.reshape(-1, 2).astype(np.float32), Box(*box.tolist())


def weight_of(quality: float) -> float:
    """How much a frame of this quality (0..1) counts: 0..1."""
    low, full = COUNTS
    return min(1.0, max(0.0, (quality - low) / (full - low)))


def _topped(mean: Row, label: int) -> Row:
    """Probabilities, `label` the most probable. On the way from one label to another, the mean may still favour the old
    one: then as much of all is given to the new one as makes it a hair more likely."""
    shown: Row = mean / mean.sum()
    behind = shown.max() - shown[label]
    if behind > 0:
        given = behind / (1 + behind) + 1e-6
        shown *= 1 - given
        shown[label] += given
    return shown


#: The One-Euro filters' cutoffs at rest (hertz), and how they rise with speed: controls (0..1 a second), those of the
#: eyes quicker: a blink takes 0.1-0.3 s; pose (degrees a second); landmarks and box (sides of the box a second).
_EYES = np.array([name.startswith(("eyeBlink", "eyeLook", "eyeWide")) for name in CONTROLS])
_COUNTS = np.array([len(CONTROLS), 3, 136, 4])
_PARTS = np.cumsum(_COUNTS)[:-1]
_CUTOFF = np.concatenate([np.where(_EYES, 1.5, 1.0), np.repeat([1.0, 1.0, 1.0], _COUNTS[1:])])
_BETA = np.concatenate([np.where(_EYES, 6.0, 4.0), np.repeat([0.12, 30.0, 30.0], _COUNTS[1:])])
_IN_PIXELS = np.repeat([False, False, True, True], _COUNTS)
