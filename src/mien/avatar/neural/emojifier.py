"""The shipped encoder-decoder: what it says of a face, and its decoder's drawing of any spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien import models
from mien.avatar.expression import Wearable, look
from mien.avatar.neural.slots import SLOTS, Layout
from mien.avatar.spec import AvatarSpec
from mien.errors import ModelError, PictureError
from mien.types import Face
from mien.vision.crop import HEAD_SIZE, Points, crop_seen, head_crop_matrix, map_points

if TYPE_CHECKING:
    from PIL import Image

MODEL = "emojify"
PICTURE = 64  #: side of the decoder's picture, pixels
GRID = 8  #: places a side that the picture's tokens stand for; landmark tokens follow them
BATCH = 32
Floats = NDArray[np.float32]


class Emojified(NamedTuple):
    """What the network says of one face."""

    vector: Floats  #: V numbers, see `mien.avatar.neural.slots`
    spec: AvatarSpec
    controls: dict[str, float]  #: the 52 controls, 0..1
    attention: Floats  #: slots x tokens: where each slot looked; rows sum to 1
    traits: dict[str, dict[str, float]]  #: trait -> code -> probability
    picture: NDArray[np.uint8]  #: 64 x 64 x 4, sRGB and alpha: the decoder's drawing


class Views(NamedTuple):
    """What the network sees of N faces."""

    head: NDArray[np.uint8]  #: N x 128 x 128 x 3
    points: Floats  #: N x 68 x 2, shares of the view's side


class Emojifier:
    """Our encoder-decoder. The network is opened when the first face comes.

    model: an ONNX file from `mien lab export` instead of the shipped one. Raises `ModelError`, in one line, for a file
    that cannot be used.
    """

    def __init__(self, model: str | Path | None = None) -> None:
        self._model = model

    @cached_property
    def _opened(self) -> tuple[Any, dict[str, Any]]:
        opened = models.session(MODEL if self._model is None else Path(self._model))
        about = models.metadata(opened)
        if about.get("model") != MODEL:
            raise ModelError(f"{self._model or MODEL}: not an emojify model; export one with mien lab export")
        return opened, about

    @cached_property
    def layout(self) -> Layout:
        """The vector of this model: the parts that could be drawn when it was trained."""
        return Layout(self._opened[1]["choices"])

    def read(self, face: Face) -> Emojified:
        """What the network says of a face that `mien.look` found. Raises `PictureError` for one without pixels."""
        return self.read_views(views_of([face]))[0]

    def read_views(self, views: Views) -> list[Emojified]:
        """The same for views that are cut already, a face each."""
        found: list[Emojified] = []
        nothing = np.zeros((1, self.layout.size), np.float32)
        for start in range(0, len(views.head), BATCH):
            head, points = views.head[start : start + BATCH], views.points[start : start + BATCH]
            outputs = self._run(head, points, nothing.repeat(len(head), 0), known=False)
            found += [self._said(*row) for row in zip(*outputs, strict=True)]
        return found

    def draw(self, spec: AvatarSpec, controls: Mapping[str, float] | None = None) -> NDArray[np.uint8]:
        """The decoder's drawing of a spec that wears controls: 64 x 64 x 4, sRGB and alpha."""
        return np.asarray(self.draw_vectors(self.layout.encode(spec, controls)[None])[0])

    def draw_vectors(self, vectors: Floats) -> NDArray[np.uint8]:
        """The same for N x V vectors: N x 64 x 64 x 4."""
        head = np.zeros((1, HEAD_SIZE, HEAD_SIZE, 3), np.uint8)
        points = np.zeros((1, 68, 2), np.float32)
        drawn = [self._run(head, points, vector[None], known=True)[3][0] for vector in vectors]
        return np.stack([_straight(picture) for picture in drawn])

    def picture(self, spec: AvatarSpec, expression: Wearable = None, size: int = 512) -> Image.Image:
        """The decoder's drawing of a spec, enlarged to `size` pixels a side, RGBA. Raises `SpecError` for an expression
        that it does not know; overlays (tears, hearts) are not drawn."""
        from PIL import Image

        drawn = Image.fromarray(self.draw(spec, worn_controls(expression)))
        return drawn.resize((size, size), Image.Resampling.BICUBIC)

    def _run(self, head: NDArray[np.uint8], points: Floats, given: Floats, *, known: bool) -> list[NDArray[Any]]:
        feed = {"head": head, "points": points, "given": given, "known": np.full((len(head), 1), known, np.float32)}
        return list(self._opened[0].run(["vector", "traits", "attention", "picture"], feed))

    def _said(self, vector: Floats, traits: Floats, attention: Floats, picture: Floats) -> Emojified:
        spec, controls = self.layout.decode(vector)
        said, start = {}, 0
        for trait, codes in self._opened[1]["traits"].items():
            said[trait] = dict(zip(codes, traits[start : start + len(codes)].astype(float).tolist(), strict=True))
            start += len(codes)
        return Emojified(vector, spec, controls, attention, said, _straight(picture))


def worn_controls(expression: Wearable) -> dict[str, float]:
    """Controls within 0..1 of whatever an avatar is asked to wear, an emoji's exaggeration taken in."""
    worn = look(expression)
    return {name: min(1.0, value * worn.gain) for name, value in worn.controls.items()}


def views_of(faces: Sequence[Face]) -> Views:
    """What the network sees of faces that carry their heads. Raises `PictureError` for one that does not."""
    heads, points = [], []
    for face in faces:
        if face.head is None:
            raise PictureError("a face without pixels cannot be drawn by the neural decoder: pass the photo")
        marks = map_points(face.landmarks, face.head.matrix).astype(np.float32)
        matrix = head_crop_matrix(marks)
        heads.append(crop_seen(face.head.pixels, matrix, HEAD_SIZE))
        points.append(seen_points(marks, matrix))
    return Views(np.stack(heads), np.stack(points))


def seen_points(points: Points, matrix: NDArray[np.float64]) -> Floats:
    """68 x 2 points of a picture as shares of the view's side."""
    return np.asarray(map_points(points, matrix) / HEAD_SIZE, np.float32)


def slot_attention(said: Emojified, slot: str) -> tuple[Floats, Floats]:
    """Where a slot looked: 8 x 8 places of the head view, and 68 landmarks (zeros for a model without their
    tokens)."""
    weights = said.attention[SLOTS.index(slot)]
    places, marks = weights[: GRID * GRID].reshape(GRID, GRID), weights[GRID * GRID :]
    return places, marks if len(marks) else np.zeros(68, np.float32)


def _straight(picture: Floats) -> NDArray[np.uint8]:
    """Premultiplied 4 x 64 x 64, 0..1 -> sRGB and straight alpha, 64 x 64 x 4."""
    alpha = picture[3:]
    colour = np.where(alpha > 0.02, picture[:3] / np.maximum(alpha, 0.02), 0)
    whole = np.concatenate([colour, np.where(alpha > 0.02, alpha, 0)])
    return np.asarray(np.clip(whole * 255 + 0.5, 0, 255).astype(np.uint8).transpose(1, 2, 0))
