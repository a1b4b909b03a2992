"""Faces of one person -> their `AvatarSpec`, reading what is seen of them where nobody has yet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from mien.appearance import AppearanceReader
from mien.appearance.geometry import geometry
from mien.avatar.personalise.details import read_details
from mien.avatar.personalise.merge import merged, middle
from mien.avatar.personalise.shape import exaggerated
from mien.avatar.personalise.specs import Presentation, nested, spec_of
from mien.avatar.spec import AvatarSpec
from mien.types import Appearance, Face
from mien.vision.crop import map_points
from mien.vision.landmarks import FaceReading

#: Degrees of yaw at which a face tells about a third of what it tells from the front, and the height of its box in
#: pixels from which on more of them tell nothing new.
TURNED, LARGE = 30.0, 100.0
EVEN = {"1": 0.25, "2": 0.5, "3": 0.25}  #: brows of which nothing is known


@lru_cache(maxsize=1)
def _reader() -> AppearanceReader:
    return AppearanceReader()


def appearance_of(face: Face) -> Appearance | None:
    """The appearance that a face has, or what its cut of the head shows. None where it has neither (a face that was
    unpickled, or made from landmarks alone). Raises `ModelError` when the network is missing."""
    if face.appearance is not None or face.head is None:
        return face.appearance
    cut = face.head
    points = map_points(face.landmarks, cut.matrix).astype(np.float32)
    reading = FaceReading(points, face.controls, face.pose, 1.0, 1.0, cut.crop, np.zeros((0, 0, 3), np.uint8))
    return _reader().read(cut.pixels, [reading])[0]


def personalised(faces: Sequence[Face], presentation: Presentation | None = None) -> AvatarSpec:
    """The avatar of the person on one or several faces; see `mien.personalise`.

    Faces without pixels and without an appearance give the shape of the face alone.
    """
    look = seen_on(faces)
    if look is None:
        return _shaped(faces, presentation)
    best, *others = sorted(faces, key=trust_in, reverse=True)
    details = read_details(best, look)
    for face in others:
        if None in details:
            details = details.filled(read_details(face, look))
    return spec_of(look, details, presentation=presentation, covered=best.quality.reason == "covered")


def seen_on(faces: Sequence[Face]) -> Appearance | None:
    """One appearance of the person on several faces, the better ones counting more; None where nothing is known."""
    known = [(look, trust_in(face)) for face in faces if (look := appearance_of(face))]
    return merged([look for look, _ in known], [trust for _, trust in known]) if known else None


def trust_in(face: Face) -> float:
    """How much a face tells of how a person looks, 0..1: its quality, how far it is turned, its size."""
    turned = math.exp(-((face.pose.yaw / TURNED) ** 2))
    return face.quality.score * turned * min(1.0, face.box.height / LARGE)


def _shaped(faces: Sequence[Face], presentation: Presentation | None) -> AvatarSpec:
    weights = [trust_in(face) + 1e-6 for face in faces]
    shapes = [geometry(face.landmarks, face.pose, face.controls, EVEN) for face in faces]
    shape = {name: middle([s[name] for s in shapes], weights) for name in shapes[0]}
    return AvatarSpec.from_dict(nested({"presentation": presentation or "n", **exaggerated(shape)}))
