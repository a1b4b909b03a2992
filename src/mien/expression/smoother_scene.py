"""The scenes of a clip, told steadily: a `FaceSmoother` for each person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np

from mien.expression.smoother import GAP, FaceSmoother, Observed
from mien.types import CONTROLS, Expression, Face, Pose, Quality, Scene


class Naming(Protocol):
    """Makes an `Expression`, emoji and all, of smoothed values."""

    def __call__(
        self,
        probabilities: Mapping[str, float],
        controls: Mapping[str, float],
        pose: Pose,
        label: str | None,
        quality: Quality,
        readable: bool,
    ) -> Expression:
        """label: None when unsure; readable: whether the face could be read lately."""


class SceneSmoother:
    """Takes the scenes of one source in the order of their times, and gives each back smoothed.

    Faces are told apart by `track_id`; one without passes unchanged. Nothing is kept of a person who has not been seen
    for `GAP` seconds. labels: those of the recogniser, in its order; unsure_below: its confidence limit (0..1).
    """

    def __init__(self, name: Naming, labels: tuple[str, ...], unsure_below: float) -> None:
        self._name, self._labels, self._unsure_below = name, labels, unsure_below
        self._people: dict[int, FaceSmoother] = {}
        self._seen: dict[int, float] = {}

    def update(self, scene: Scene) -> Scene:
        """The scene with smoothed faces; `scene.time` in seconds must be there and rise."""
        seconds = scene.time or 0.0
        for track in [track for track, last in self._seen.items() if seconds - last > GAP]:
            del self._seen[track], self._people[track]
        return replace(scene, faces=[self._face(seconds, face) for face in scene.faces])

    def _face(self, seconds: float, face: Face) -> Face:
        if face.track_id is None:
            return face
        self._seen[face.track_id] = seconds
        person = self._people.get(face.track_id)
        if person is None:
            person = self._people[face.track_id] = FaceSmoother(len(self._labels), self._unsure_below)
        probabilities = np.array([face.expression.probabilities[label] for label in self._labels])
        controls = np.array([face.controls[name] for name in CONTROLS])
        steady = person.update(
            seconds, Observed(probabilities, controls, face.pose, face.landmarks, face.box, face.quality.score)
        )
        smooth = dict(zip(CONTROLS, steady.controls.tolist(), strict=True))
        expression = self._name(
            dict(zip(self._labels, steady.probabilities.tolist(), strict=True)),
            smooth,
            steady.pose,
            None if steady.label is None else self._labels[steady.label],
            face.quality,
            steady.readable,
        )
        return replace(
            face, box=steady.box, landmarks=steady.points, pose=steady.pose, controls=smooth, expression=expression
        )
