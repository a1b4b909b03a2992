"""Keeps apart who is who from frame to frame, by how faces move and by their shape; nothing that identifies anyone.

Each face moves with a constant velocity (Kalman 1960) until something else is seen. Sightings are given to the tracks
by the Hungarian method, in two rounds as in ByteTrack (Zhang et al. 2022, https://arxiv.org/abs/2110.06864): first the
faces that are surely there, then doubtful ones, which only continue a track and never start one. A face that is gone
is remembered for `MEMORY` seconds: its box, its speed, and the shape of its landmarks in those last frames.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.types import Box
from mien.vision.assignment import NEVER, assign
from mien.vision.carry import NO_RESIDUAL, Points, Upright

Floats = NDArray[np.float64]

MEMORY = 2.2  #: seconds for which a face that is gone keeps its number
SURE = 0.5  #: sightings believed this much are given away first
#: The motion of a head, measured by the side of its own box: acceleration (per second squared), and how exactly its
#: place and (the logarithm of) its size are seen.
SHAKE, PLACE, SIZE = 12.0, 0.04, 0.05
GROWTH = 1.5  #: acceleration of the logarithm of the size
STARTING = 2.0  #: how fast a new face may be moving, sides a second
COASTING = 0.35  #: seconds after which a face that is not seen has lost two thirds of its speed
#: How far (in sides of its box) a face may turn up from where it is expected: at once, and more with each second gone.
REACH, ROAMING = 0.8, 3.0
RESIZED = 0.55  #: logarithm of the greatest change of size
#: Landmarks of a face that is being covered crowd on what is left of it. So when it is gone, place, speed, size and
#: shape are taken from so many seconds before.
BACK = 0.3
#: Spread of the cost's parts: change of size (logarithm), change of the landmarks' shape (in the extent's unit).
SIZE_SPREAD, SHAPE_SPREAD = 0.2, 0.06
#: What it costs to give a sighting to another track than the one whose landmarks were carried there.
TAKEN = 4.0
FADING = 1.0  #: seconds after which the shape says less: faces turn and talk


class Sighting(NamedTuple):
    """A face in one frame."""

    box: Box
    score: float  #: 0..1, how surely it is a face
    points: Points  #: 68x2, iBUG order, pixels
    face: Upright  #: the same, upright
    carried: int = 0  #: number of the track whose landmarks were carried here from the frame before; 0 for none


@dataclass(slots=True, eq=False)
class Track:
    """One person, as long as they are in view."""

    number: int
    box: Box  #: where they were last seen
    time: float  #: seconds, when they were last seen
    born: float  #: seconds, when they were first seen
    motion: Motion
    shape: Floats  #: 68x2, the last frames' upright landmarks, averaged
    score: float  #: 0..1, of the last sighting
    points: Points  #: 68x2, pixels, of the last sighting
    residual: Floats = field(default_factory=NO_RESIDUAL.copy)  #: see `mien.vision.carry`
    lost: bool = False  #: not seen in the last frame
    trail: deque[Before] = field(default_factory=deque)  #: the last `BACK` seconds, oldest first

    def expected(self) -> Box:
        """Where they should be now."""
        x, y, size = self.motion.place
        width, height = self.box.width * math.exp(size), self.box.height * math.exp(size)
        return Box(x - width / 2, y - height / 2, width, height)

    @property
    def side(self) -> float:
        return side_of(self.box)

    def lose(self, time: float) -> None:
        """Nobody sees them any more: go back to how they were before they began to vanish, and on from there."""
        self.lost = True
        if self.trail:
            before = self.trail[0]
            self.box, self.shape, self.motion = before.box, before.shape, before.motion
            self.motion.predict(time - before.time, self.side, coasting=False)
            self.trail.clear()


class Before(NamedTuple):
    """A track a moment ago."""

    time: float
    box: Box
    shape: Floats
    motion: Motion


def side_of(box: Box) -> float:
    """The side of a square as large as the box, pixels."""
    return math.sqrt(max(1.0, box.width * box.height))


class Motion:
    """Kalman filters of constant velocity: x and y of the middle (one covariance for both), and the logarithm of the
    size against the last sighting's. `side`, the box's side in pixels, is the unit of all noise."""

    def __init__(self, box: Box) -> None:
        self.state = np.array([[box.x + box.width / 2, 0.0], [box.y + box.height / 2, 0.0], [0.0, 0.0]])
        side = side_of(box)
        self.spread = np.diag([(PLACE * side) ** 2, (STARTING * side) ** 2])
        self.size_spread = np.diag([SIZE**2, GROWTH**2])

    def copy(self) -> Motion:
        """As it is now. Arrays are replaced, never written to, so they can be shared."""
        twin = Motion.__new__(Motion)
        twin.state, twin.spread, twin.size_spread = self.state, self.spread, self.size_spread
        return twin

    @property
    def place(self) -> tuple[float, float, float]:
        return float(self.state[0, 0]), float(self.state[1, 0]), float(self.state[2, 0])

    def predict(self, seconds: float, side: float, coasting: bool) -> None:
        """Move on. A face that is not seen slows down: nobody knows any more where it is heading."""
        drag = math.exp(-seconds / COASTING) if coasting else 1.0
        travelled = COASTING * (1 - drag) if coasting else seconds
        step = np.array([[1.0, travelled], [0.0, drag]])
        self.state = self.state @ step.T
        # White acceleration (Bar-Shalom, Li and Kirubarajan 2001, section 6.2.2).
        noise = np.array([[seconds**3 / 3, seconds**2 / 2], [seconds**2 / 2, seconds]])
        self.spread = step @ self.spread @ step.T + noise * (SHAKE * side) ** 2 * 0.1
        self.size_spread = step @ self.size_spread @ step.T + noise * GROWTH**2 * 0.1
        if coasting:
            self.state = self.state * np.array([[1, 1], [1, 1], [1, 0]])  # and neither comes nearer nor goes away

    def keep_inside(self, size: tuple[int, int]) -> None:
        """Stop at the edges of a picture of this size."""
        self.state = self.state.copy()
        self.state[:2, 0] = self.state[:2, 0].clip(0, size)

    def correct(self, box: Box, last_side: float) -> None:
        """Take in where the face was seen. The size starts again at this sighting's."""
        side = side_of(box)
        seen = np.array([box.x + box.width / 2, box.y + box.height / 2])
        gain = self.spread[:, 0] / (self.spread[0, 0] + (PLACE * side) ** 2)
        state = self.state.copy()
        state[:2] += np.outer(seen - state[:2, 0], gain)
        self.spread = self.spread - np.outer(gain, self.spread[0])
        gain = self.size_spread[:, 0] / (self.size_spread[0, 0] + SIZE**2)
        state[2] += (math.log(side / last_side) - state[2, 0]) * gain
        state[2, 0] = 0.0
        self.state = state
        self.size_spread = self.size_spread - np.outer(gain, self.size_spread[0])


class Tracker:
    """Gives sightings the number of their track. Call `predict`, then `update`, once a frame."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._count = 0
        self._time: float | None = None

    @property
    def seen(self) -> list[Track]:
        """Tracks that were in view in the last frame."""
        return [track for track in self.tracks if not track.lost]

    def predict(self, time: float, size: tuple[int, int]) -> None:
        """Move every track on to `time` (seconds) in a picture of `size` (width, height), and forget whom nobody has
        seen for `MEMORY` seconds."""
        step = 0.0 if self._time is None else max(0.0, time - self._time)
        self._time = time
        self.tracks = [track for track in self.tracks if time - track.time <= MEMORY]
        for track in self.tracks:
            track.motion.predict(step, track.side, track.lost)
            if track.lost:  # who walked out waits at the edge
                track.motion.keep_inside(size)

    def update(
        self, sightings: Sequence[Sighting], time: float, *, starting: Sequence[bool] | None = None
    ) -> list[int]:
        """The track number of each sighting; 0 where a doubtful one fits no track and is to be dropped.

        starting: whether each may start a track of its own; by default those that are believed more than `SURE`.
        """
        numbers = [0] * len(sightings)
        free = list(self.tracks)
        for sure in (True, False):
            rows = [i for i, s in enumerate(sightings) if (s.score >= SURE) is sure]
            pool = free if sure else [track for track in free if not track.lost]
            pairs = assign(costs(pool, [sightings[i] for i in rows], time))
            for track, i in [(pool[a], rows[b]) for a, b in pairs]:
                numbers[i] = track.number
                self.renew(track, sightings[i], time)
                free.remove(track)
        for track in free:
            if not track.lost:
                track.lose(time)
        for i, sighting in enumerate(sightings):
            if not numbers[i] and (sighting.score >= SURE if starting is None else starting[i]):
                numbers[i] = self._start(sighting, time).number
        return numbers

    def renew(self, track: Track, sighting: Sighting, time: float) -> None:
        """This track was seen here."""
        if track.lost and time - track.time > COASTING:
            track.motion = Motion(sighting.box)
        else:
            track.motion.correct(sighting.box, track.side)
        share = 1 - math.exp(-max(0.02, time - track.time) / 0.15)
        track.shape = track.shape + share * (sighting.face.points - track.shape)
        track.box, track.time, track.lost = sighting.box, time, False
        track.score, track.points = sighting.score, sighting.points
        track.trail.append(Before(time, track.box, track.shape, track.motion.copy()))
        while time - track.trail[0].time > BACK:
            track.trail.popleft()

    def _start(self, sighting: Sighting, time: float) -> Track:
        self._count += 1
        shape, motion = sighting.face.points, Motion(sighting.box)
        track = Track(self._count, sighting.box, time, time, motion, shape, sighting.score, sighting.points)
        self.tracks.append(track)
        return track


def costs(tracks: Sequence[Track], sightings: Sequence[Sighting], time: float) -> Floats:
    """How badly each sighting (column) fits each track (row); `NEVER` where it cannot be the same face."""
    table = np.full((len(tracks), len(sightings)), NEVER)
    for i, track in enumerate(tracks):
        for j, sighting in enumerate(sightings):
            table[i, j] = _cost(track, sighting, time - track.time)
    return table


def _cost(track: Track, sighting: Sighting, gone: float) -> float:
    """Squared distances from what is expected, each in its own spread: place, size, shape of the landmarks."""
    box, side = sighting.box, track.side
    x, y, grown = track.motion.place
    away = math.hypot(box.x + box.width / 2 - x, box.y + box.height / 2 - y)
    size = math.log(side_of(box) / side) - grown
    if away > (REACH + ROAMING * gone) * side or abs(size) > RESIZED:
        return NEVER
    place = away**2 / (float(track.motion.spread[0, 0]) + (PLACE * side) ** 2)
    bent = float(np.sqrt(np.mean((sighting.face.points - track.shape) ** 2))) / SHAPE_SPREAD
    taken = TAKEN if sighting.carried not in (0, track.number) else 0.0
    return place + (size / SIZE_SPREAD) ** 2 + bent**2 * math.exp(-gone / FADING) + taken


def alike(a: Any, b: Any) -> float:
    """Intersection over union of two boxes (x, y, width, height), 0..1."""
    wide = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    high = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    meet = max(0.0, wide) * max(0.0, high)
    return float(meet / max(a[2] * a[3] + b[2] * b[3] - meet, 1e-9))
