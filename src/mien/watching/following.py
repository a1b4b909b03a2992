"""Faces from frame to frame: landmarks carry each box on, the detector looks again now and then, the tracker tells who.

The detector is the slowest part, and between two of its looks hardly anybody comes or goes. It is asked every
`INTERVAL` seconds, and at once when landmarks no longer lie on a face, two faces touch, or somebody was just lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.pipeline import FACE, LARGE, PLAIN, POSSIBLE, SAME, Reader, belief
from mien.types import Box
from mien.vision.carry import Upright, box_of, residual, upright
from mien.vision.crop import five_points
from mien.vision.detector import Detection
from mien.vision.landmarks import FaceReading
from mien.vision.tracker import Sighting, Track, Tracker, alike

Picture = NDArray[np.uint8]

NEVER = -1e9
INTERVAL = 0.3  #: seconds between the detector's regular looks
AGAIN = 0.1  #: seconds until its next look for somebody who was just lost ...
SEARCH = 0.6  #: ... for this long
KEEP = 0.35  #: landmarks that believe less than this in a face have lost it
FOUND = 0.4  #: boxes that overlap more than this (IoU) are of one face
TOUCH = 0.02  #: faces whose boxes overlap more than this may be taken for each other
UNSUPPORTED = 0.2  #: the detector's score of a face that landmarks see and it does not
CERTAIN = 0.85  #: a new face that is believed less than this must be seen by two looks of the detector to count
LEARNING = 0.3  #: share of a new look by which a person's own box is corrected


class Followed(NamedTuple):
    """A face of one frame, and whose it is."""

    number: int  #: of the track, from 1
    box: Box  #: pixels of the picture
    score: float  #: 0..1, how surely it is a face
    reading: FaceReading


class Candidate(NamedTuple):
    """What may be a face: where from, and what the landmark network says of it."""

    reading: FaceReading
    face: Upright  #: the reading's points
    box: Box  #: where they say that the face is
    detected: Detection | None = None  #: None where only landmarks carried it here
    owner: Track | None = None  #: whose landmarks carried it here

    @property
    def score(self) -> float:
        found = self.detected
        return belief(found if found else Detection(_NOWHERE, UNSUPPORTED, _NO_POINTS), self.reading)


_NOWHERE, _NO_POINTS = Box(0, 0, 0, 0), np.zeros((5, 2), np.float32)


class Follower:
    """Follows every face through the frames of one source. Not safe to share between threads."""

    def __init__(self, reader: Reader, interval: float = INTERVAL) -> None:
        self._reader, self._interval = reader, interval
        self._tracker = Tracker()
        self._size = (0, 0)
        self._looked = NEVER
        self._maybe: list[Box] | None = None  # new faces that the last look was not certain of; None before the first
        self.looks = 0  #: how often the detector was asked

    def _detect(self, picture: Picture, time: float) -> list[Detection]:
        """The detector's quick look."""
        self.looks += 1
        self._looked = time
        return self._reader.detector.detect(picture, thorough=False, threshold=POSSIBLE)

    def follow(self, picture: Picture, time: float) -> list[Followed]:
        """The faces of an upright HxWx3 picture at `time` seconds; call it once a frame, in order."""
        size = (picture.shape[1], picture.shape[0])
        if size != self._size:  # at first, and where a stream changes its format: places mean nothing any more
            self._tracker.tracks.clear()
            self._size, self._looked, self._maybe = size, NEVER, None
        self._tracker.predict(time, size)
        carried = self._carry(picture)
        due = time - self._looked >= self._interval - 1e-6
        if not (due or self._lost(carried) or self._wary(time)):
            return [self._keep(candidate, time) for candidate in carried]
        return self._match(self._candidates(picture, carried, self._detect(picture, time)), time)

    def _carry(self, picture: Picture) -> list[Candidate]:
        """Read every tracked face where it should be by now."""
        tracks = self._tracker.seen
        detections = []
        for track in tracks:
            there = track.expected()
            middle = (there.x + there.width / 2, there.y + there.height / 2)
            was = (track.box.x + track.box.width / 2, track.box.y + track.box.height / 2)
            moved = np.array(middle) - was
            detections.append(Detection(there, track.score, (five_points(track.points) + moved).astype(np.float32)))
        readings = self._reader.landmarks(picture, detections)
        return [_candidate(reading, owner=track) for reading, track in zip(readings, tracks, strict=True)]

    def _lost(self, carried: Sequence[Candidate]) -> bool:
        """Whether landmarks lie beside their face, or on each other's."""
        for candidate in carried:
            assert candidate.owner is not None
            if candidate.reading.face_score < KEEP or alike(candidate.box, candidate.owner.expected()) < FOUND:
                return True
        return any(_same(a, b) for a, b in combinations(carried, 2))

    def _wary(self, time: float) -> bool:
        """Whether the detector had better look: somebody was just lost, or two faces may be mixed up."""
        tracks = self._tracker.tracks
        searching = bool(self._maybe) or any(t.lost and time - t.time <= SEARCH for t in tracks)
        return (searching and time - self._looked >= AGAIN - 1e-6) or any(
            alike(a.expected(), b.expected()) > TOUCH for a, b in combinations(self._tracker.seen, 2)
        )

    def _keep(self, candidate: Candidate, time: float) -> Followed:
        """The same person as in the last frame."""
        track = candidate.owner
        assert track is not None
        reading, face, box = candidate[:3]
        score = min(track.score, 0.5 + reading.face_score / 2)
        self._tracker.renew(track, Sighting(box, score, reading.points, face), time)
        return Followed(track.number, box, score, reading)

    def _candidates(
        self, picture: Picture, carried: Sequence[Candidate], found: Sequence[Detection]
    ) -> list[Candidate]:
        """Every face once, best first: those that landmarks carried here, confirmed or not, and new ones."""
        kept = [c for c in carried if c.reading.face_score >= KEEP]
        confirmed: dict[int, Detection] = {}
        fresh = []
        for detection in found:
            overlaps = [alike(c.box, detection.box) for c in kept]
            best = int(np.argmax(overlaps)) if overlaps else -1
            if best >= 0 and overlaps[best] >= FOUND:
                confirmed.setdefault(best, detection)
            else:
                fresh.append(detection)
        known = [c._replace(detected=confirmed.get(i)) for i, c in enumerate(kept)]
        new = zip(self._reader.landmarks(picture, fresh), fresh, strict=True)
        candidates = sorted([*known, *(_candidate(r, detected=d) for r, d in new)], key=lambda c: -c.score)
        single: list[Candidate] = []
        for candidate in candidates:
            if not any(_same(candidate, other) for other in single):
                single.append(candidate)
        return single

    def _match(self, candidates: Sequence[Candidate], time: float) -> list[Followed]:
        """Give every candidate to its track; start tracks for new faces that both networks believe in."""
        sightings, starting, new = [], [], []
        for c in candidates:
            box = c.detected.box if c.detected and c.owner is None else c.box
            plain = c.reading.face_score >= PLAIN or box.height < LARGE
            sightings.append(Sighting(box, c.score, c.reading.points, c.face, c.owner.number if c.owner else 0))
            new.append(c.detected is not None and c.owner is None and c.score >= FACE and plain)
            known = self._maybe is None or any(alike(box, before) >= FOUND for before in self._maybe)
            starting.append(new[-1] and (c.score >= CERTAIN or known))
        numbers = self._tracker.update(sightings, time, starting=starting)
        self._maybe = [s.box for s, fresh, number in zip(sightings, new, numbers, strict=True) if fresh and not number]
        tracks = {track.number: track for track in self._tracker.tracks}
        followed = []
        for number, c, sighting in zip(numbers, candidates, sightings, strict=True):
            if number:
                if c.detected:
                    _learn(tracks[number], c)
                followed.append(Followed(number, sighting.box, sighting.score, c.reading))
        return followed


def _candidate(reading: FaceReading, detected: Detection | None = None, owner: Track | None = None) -> Candidate:
    face = upright(reading.points)
    return Candidate(reading, face, box_of(face, owner.residual) if owner else box_of(face), detected, owner)


def _learn(track: Track, candidate: Candidate) -> None:
    """Take in how the detector frames this person."""
    assert candidate.detected is not None
    new = residual(candidate.face, candidate.detected.box)
    share = LEARNING if track.residual.any() else 1.0
    track.residual = track.residual + share * (new - track.residual)


def _same(a: Candidate, b: Candidate) -> bool:
    """Whether the landmarks of two candidates lie on one face."""
    apart = max(abs(a.face.middle[0] - b.face.middle[0]), abs(a.face.middle[1] - b.face.middle[1]))
    return bool(apart < SAME * min(a.box.width, a.box.height, b.box.width, b.box.height))
