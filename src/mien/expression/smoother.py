"""One face through time: what it shows, told steadily.

A `FaceSmoother` is fed what single frames say of one person and answers what the person shows now: a label that does
not flicker, probabilities, and controls, head pose, landmarks and box without jitter. It knows seconds, not frames.
How it works, and what that is worth: docs/temporal.md.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.expression.one_euro import OneEuro
from mien.expression.states import FLOOR, StateFilter
from mien.types import CONTROLS, Box, Pose

Row = NDArray[np.float64]

#: Seconds; see `StateFilter`. Chosen on generated sequences, docs/temporal.md.
LASTS, MEMORY = 2.0, 0.06
#: Seconds: how quickly the probabilities follow; and how quickly they fade when the face cannot be read.
FOLLOW, FADE = 0.25, 0.5
#: A face of at most the first quality says nothing, from the second on it counts in full.
QUALITY = (0.2, 0.6)
#: Seconds that a label outlives the last readable frame.
HOLD = 0.5
#: An unsure face must be this much surer than `unsure_below` before its label is said again.
SURER = 0.05
#: Seconds without a face after which nothing of before counts.
GAP = 1.0

#: One-Euro filters: cutoff at rest (hertz), and how it rises with speed.
CONTROL_CUTOFF, CONTROL_BETA = 1.5, 1.5
BLINK_CUTOFF, BLINK_BETA = 4.0, 3.0
POSE_CUTOFF, POSE_BETA = 1.0, 0.05
POINT_CUTOFF, POINT_BETA = 1.5, 12.0

_LIDS = np.array(["Blink" in name or "eyeLook" in name or "eyeWide" in name for name in CONTROLS])


class Observed(NamedTuple):
    """What one frame says of a face."""

    probabilities: Row  #: C, calibrated, of this frame alone
    controls: Row  #: 52, in the order of `CONTROLS`, 0..1
    pose: Pose  #: degrees
    points: NDArray[np.floating]  #: 68x2, pixels
    box: Box  #: pixels
    quality: float  #: 0..1


class Smoothed(NamedTuple):
    """What a face shows now. The same shapes and units as `Observed`."""

    probabilities: Row
    label: int | None  #: place of the label; None: unsure
    readable: bool  #: whether a frame of the last `HOLD` seconds could be read
    controls: Row
    pose: Pose
    points: NDArray[np.float32]
    box: Box


class FaceSmoother:
    """One person's face over time; make one for each track.

    labels: how many labels there are; unsure_below: the confidence under which the answer is "unsure" (0..1).
    """

    def __init__(self, labels: int, unsure_below: float = 0.0) -> None:
        self._labels, self._unsure_below = labels, unsure_below
        self._time: float | None = None

    def _start(self) -> None:
        self._states = StateFilter(self._labels, lasts=LASTS, memory=MEMORY)
        self._evidence: Row = np.zeros(self._labels)
        self._sure, self._read_at = True, -math.inf
        self._controls = OneEuro(
            np.where(_LIDS, BLINK_CUTOFF, CONTROL_CUTOFF), np.where(_LIDS, BLINK_BETA, CONTROL_BETA)
        )
        self._pose = OneEuro(POSE_CUTOFF, POSE_BETA)
        self._points, self._box = OneEuro(POINT_CUTOFF, POINT_BETA), OneEuro(POINT_CUTOFF, POINT_BETA)
        self._angles = np.zeros(3)

    def update(self, seconds: float, seen: Observed) -> Smoothed:
        """What the face shows at `seconds`, which must rise from call to call; after a gap of more than `GAP` seconds
        the face starts anew."""
        first = self._time is None or seconds - self._time > GAP
        if first:
            self._start()
        step = 0.0 if first or self._time is None else max(0.0, seconds - self._time)
        self._time = seconds
        weight = float(np.clip((seen.quality - QUALITY[0]) / (QUALITY[1] - QUALITY[0]), 0, 1))
        if weight > 0:
            self._read_at = seconds
        probabilities, label = self._expression(seconds, step, first, seen.probabilities, weight)
        size = max(1.0, math.sqrt(max(0.0, seen.box.width * seen.box.height)))
        return Smoothed(
            probabilities,
            label,
            seconds - self._read_at <= HOLD,
            np.clip(self._controls.update(seconds, seen.controls), 0, 1),
            self._steady_pose(seconds, seen.pose, first),
            self._points.update(seconds, seen.points, size).astype(np.float32),
            Box(*self._box.update(seconds, seen.box, size).tolist()),
        )

    def _expression(
        self, seconds: float, step: float, first: bool, given: Row, weight: float
    ) -> tuple[Row, int | None]:
        given = np.asarray(given, float)
        evidence = np.log(np.maximum(given, FLOOR))
        if first:
            self._states.start(given, weight)
            self._evidence = weight * evidence
        else:
            self._states.update(step, given, weight)
            self._evidence += -math.expm1(-step / FOLLOW) * weight * (evidence - self._evidence)
            self._evidence *= math.exp(-step * (1 - weight) / FADE)
        shown = np.exp(self._evidence - self._evidence.max())
        shown /= shown.sum()
        label = int(self._states.belief.argmax())
        top = int(shown.argmax())
        if top != label:  # on the way from one to the other they are as likely
            shown[label] = shown[top] = (shown[label] + shown[top]) / 2
        limit = self._unsure_below + (0.0 if self._sure else SURER)
        self._sure = bool(shown[label] >= limit) and seconds - self._read_at <= HOLD
        return shown, label if self._sure else None

    def _steady_pose(self, seconds: float, pose: Pose, first: bool) -> Pose:
        """Roll may pass from 180 to -180 degrees: filtered unrolled, told between -180 and 180."""
        given = np.array(pose, float)
        self._angles = given if first else self._angles + (given - self._angles + 180) % 360 - 180
        yaw, pitch, roll = ((self._pose.update(seconds, self._angles) + 180) % 360 - 180).tolist()
        return Pose(yaw, pitch, roll)
