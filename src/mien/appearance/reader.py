"""A face of a picture -> its `Appearance`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien import models
from mien.appearance import colours
from mien.appearance.geometry import geometry
from mien.errors import ModelError
from mien.types import TRAITS, Appearance, Trait
from mien.vision.crop import LANDMARK_SIZE, crop_seen, head_crop_matrix
from mien.vision.landmarks import FaceReading

MODEL = "appearance"
BATCH = 16  #: faces the network reads at once: the memory of a crowd stays bounded
#: Side of its view of the head, pixels. The colours are measured on a smaller one (`mien.vision.crop.HEAD_SIZE`).
HEAD_INPUT = 160
#: Presentation is "u" where neither m nor f is this likely.
TELLING = 0.8
UNSURE = "u"


class AppearanceReader:
    """Our appearance network and the measurement of colours. The network is opened when the first face comes.

    model: an ONNX file from `mien lab export` instead of the shipped one. Raises `ModelError`, in one line, for a file
    that cannot be used.
    """

    def __init__(self, model: str | Path | None = None) -> None:
        self._model = model

    @cached_property
    def _session(self) -> Any:
        opened = models.session(MODEL if self._model is None else Path(self._model))
        heads = {output.name: output.shape[-1] for output in opened.get_outputs()}
        wanted = {trait: len(answers(trait)) for trait in TRAITS}
        if heads != wanted:
            raise ModelError(
                f"{self._model or MODEL}: not an appearance model: expected the outputs {', '.join(wanted)}"
            )
        return opened

    def read(self, picture: NDArray[np.uint8], faces: Sequence[FaceReading]) -> list[Appearance]:
        """The appearance of faces of an upright HxWx3 uint8 RGB picture, from what the landmark network read."""
        found = []
        for start in range(0, len(faces), BATCH):
            part = faces[start : start + BATCH]
            said = self.probabilities(*views(picture, part))
            found += [_appearance(picture, face, row) for face, row in zip(part, said, strict=True)]
        return found

    def probabilities(self, head: NDArray[np.uint8], face: NDArray[np.uint8]) -> list[dict[str, dict[str, float]]]:
        """Head views (N x 160 x 160 x 3) and face views (N x 96 x 96 x 3) -> probability by trait and code, a face
        each."""
        names = list(TRAITS)
        outputs = self._session.run(names, {"head": head, "face": face})
        return [
            {
                name: dict(zip(answers(name), row[i].astype(float).tolist(), strict=True))
                for name, row in zip(names, outputs, strict=True)
            }
            for i in range(len(head))
        ]


def answers(trait: str) -> tuple[str, ...]:
    """The codes that the network gives probabilities for: all but presentation's u, which is said when it is unsure."""
    return tuple(code for code in TRAITS[trait] if (trait, code) != ("presentation", UNSURE))


def views(picture: NDArray[np.uint8], faces: Sequence[FaceReading]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What the network sees of each face: the head with its hair, N x 160 x 160 x 3, and the face, N x 96 x 96 x 3."""
    head = [crop_seen(picture, head_crop_matrix(face.points, HEAD_INPUT), HEAD_INPUT) for face in faces]
    close = [crop_seen(picture, face.matrix, LANDMARK_SIZE) for face in faces]
    return np.stack(head), np.stack(close)


def _appearance(picture: NDArray[np.uint8], face: FaceReading, said: dict[str, dict[str, float]]) -> Appearance:
    traits = {name: named(name, row) for name, row in said.items()}
    measured = colours.measure(picture, face.points, face.matrix, said)
    shape = geometry(face.points, face.pose, face.controls, said["brows"])
    parts: dict[str, Any] = {**traits, **measured._asdict()}
    return Appearance(**parts, geometry=shape)


def named(trait: str, probabilities: dict[str, float]) -> Trait:
    """The most probable code; presentation is u where it is not told clearly enough, with the same confidence."""
    code, confidence = max(probabilities.items(), key=lambda item: item[1])
    if trait == "presentation" and confidence < TELLING:
        code = UNSURE
    return Trait(code, confidence, probabilities)
