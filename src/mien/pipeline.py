"""`look`, `recognise` and `personalise`: the flow through the house, in one place.

photo -> detector -> crop -> landmarks + controls + pose -> expression -> emoji -> Scene
                                                         -> appearance -> AvatarSpec
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mien import emoji, models
from mien.appearance import AppearanceReader
from mien.errors import PictureError
from mien.expression.prepare import INPUT_SIZE
from mien.expression.prior import Prior
from mien.expression.recogniser import Recogniser, prepare
from mien.expression.smoother import READABLE
from mien.media import read_picture
from mien.types import UNSURE, Expression, Face, Quality, Scene
from mien.vision.crop import LANDMARK_SIZE, crop_affine, crop_batch, expression_crop_matrix, landmark_crop_matrix
from mien.vision.detector import Detection, Detector
from mien.vision.head import cut_head
from mien.vision.landmarks import FaceReading, LandmarkReader
from mien.vision.quality import assess

if TYPE_CHECKING:
    from mien.avatar.personalise import Presentation
    from mien.avatar.spec import AvatarSpec

Picture = str | Path | bytes | BinaryIO | Image.Image | NDArray[np.uint8]

#: Why an expression is unsure, in plain words.
REASONS = {
    "blur": "too blurred", "dark": "too dark", "bright": "washed out", "small": "too small", "turned": "turned away",
    "covered": "partly covered", None: "hard to read",
}  # fmt: skip
FLAT = "no expression stands out"
#: Detector scores: of a box worth a second opinion, of one that hints at small faces, of one that is surely a face.
POSSIBLE, HINT, CLEAR = 0.2, 0.15, 0.7
FACE = 0.55  #: detector and landmark network together must believe this much in a face
PLAIN, LARGE = 0.7, 60  #: of a face from 60 pixels on the landmark network must be this sure: drawings fool the other
SAME = 0.3  #: landmarks closer than this share of the box lie on one face
FRAME = 1280  #: a picture with a longer side, pixels, is always looked at closely
SMALL = 0.06  #: a face smaller than this share of the long side is looked at closely
FILLING = 0.6  #: a face higher than this share of the picture is best seen by the quick look


class Reader:
    """The loaded models and the steps between them. Safe to share between threads."""

    def __init__(self, model: str | Path | None = None, prior: Prior = None) -> None:
        self.detector = Detector()
        self.landmark_reader = LandmarkReader()
        self.recogniser = Recogniser(model, prior)
        self.appearance_reader = AppearanceReader()

    def look(self, picture: NDArray[np.uint8], *, source: str | None = None, appearance: bool = False) -> Scene:
        """Read every face of an upright HxWx3 uint8 RGB picture; apparent traits and colours too, if asked for."""
        return self.look_all([picture], sources=[source], appearance=appearance)[0]

    def look_all(
        self, pictures: Sequence[NDArray[np.uint8]], *, sources: Sequence[str | None] | None = None,
        appearance: bool = False,
    ) -> list[Scene]:  # fmt: skip
        """The same for several pictures at once: the landmark and the expression network see the faces of all of them
        together, which is quicker and changes no digit of what they say."""
        found = [self.detect(picture) for picture in pictures]
        matrices = [[landmark_crop_matrix(d.box, d.points) for d in detections] for detections in found]
        cut = [crop_batch(p, m, LANDMARK_SIZE) for p, m in zip(pictures, matrices, strict=True)]
        readings = iter(self.landmark_reader.read_crops(np.concatenate(cut), [m for each in matrices for m in each]))
        seen = [confirmed(detections, [next(readings) for _ in detections]) for detections in found]
        crops = [
            crop_affine(picture, expression_crop_matrix(r.points, r.matrix), INPUT_SIZE)
            for picture, faces in zip(pictures, seen, strict=True)
            for _, r in faces
        ]
        rows = iter(self.recogniser.probabilities(prepare(crops), upright=True))
        return [
            self._scene(picture, faces, [next(rows) for _ in faces], source, appearance)
            for picture, faces, source in zip(pictures, seen, sources or [None] * len(pictures), strict=True)
        ]

    def _scene(
        self, picture: NDArray[np.uint8], seen: Sequence[tuple[Detection, FaceReading]],
        rows: Sequence[NDArray[np.float32]], source: str | None, appearance: bool,
    ) -> Scene:  # fmt: skip
        height, width = picture.shape[:2]
        qualities = [assess(r.crop, d.box, r.pose, r.face_score, (width, height), r.visible) for d, r in seen]
        expressions = [self.expression(p, r, q) for p, (_, r), q in zip(rows, seen, qualities, strict=True)]
        looks = self.appearance_reader.read(picture, [r for _, r in seen]) if appearance else [None] * len(seen)
        faces = [
            Face(
                d.box, d.score, r.points, r.pose, r.controls, expression, quality, look_of,
                head=cut_head(picture, r.points, r.matrix),
            )
            for (d, r), expression, quality, look_of in zip(seen, expressions, qualities, looks, strict=True)
        ]  # fmt: skip
        faces.sort(key=lambda face: -face.box.width * face.box.height)
        return Scene(width, height, faces, source=source)

    def detect(self, picture: NDArray[np.uint8]) -> list[Detection]:
        """Boxes that may be faces, doubtful ones included.

        One quick look is enough for a frame in which every face is large and clear. A closer look follows where there
        is nobody, or where small or doubtful faces hint at more. A face may be boxed twice; `confirmed` sorts that out.
        """
        found = self.detector.detect(picture, thorough=False, threshold=HINT)
        if max(picture.shape[:2]) <= FRAME and any(d.score >= CLEAR for d in found):
            tiny = SMALL * max(picture.shape[:2])
            if all(d.score >= CLEAR or max(d.box.width, d.box.height) > tiny for d in found):
                return [d for d in found if d.score >= POSSIBLE]
        filling = [d for d in found if d.score >= CLEAR and d.box.height > FILLING * picture.shape[0]]
        return filling + self.detector.detect(picture, threshold=POSSIBLE)

    def landmarks(self, picture: NDArray[np.uint8], detections: Sequence[Detection]) -> list[FaceReading]:
        """Landmarks, controls, pose and a second opinion on whether it is a face, for each detection."""
        return self.landmark_reader.read(picture, detections)

    def expressions(
        self,
        picture: NDArray[np.uint8],
        readings: Sequence[FaceReading],
        qualities: Sequence[Quality] | None = None,
    ) -> list[Expression]:
        """What each face shows."""
        rows = self.probabilities(picture, readings)
        return [self.expression(p, r, q) for p, r, q in zip_longest(rows, readings, qualities or ())]

    def probabilities(self, picture: NDArray[np.uint8], readings: Sequence[FaceReading]) -> NDArray[np.float32]:
        """N x C calibrated probabilities: upright crops in FER2013's framing, one run of the network for all."""
        crops = [crop_affine(picture, expression_crop_matrix(r.points, r.matrix), INPUT_SIZE) for r in readings]
        return self.recogniser.probabilities(prepare(crops), upright=True)

    def recognise(self, crops: Sequence[NDArray[np.uint8]]) -> list[Expression]:
        """Expressions of face crops, without looking for the face."""
        return [self.expression(p) for p in self.recogniser.probabilities(prepare(crops))]

    def expression(
        self,
        row: NDArray[np.floating[Any]],
        reading: FaceReading | None = None,
        quality: Quality | None = None,
        unsure: bool | None = None,
    ) -> Expression:
        """Name what probabilities (one for each of the recogniser's labels) say, or say why not. The reading's
        controls and pose, where there is one, help to choose the emoji; the quality tells what cannot be read.
        unsure: whether to say so, where that is known from more than this frame."""
        probabilities = {label: float(p) for label, p in zip(self.recogniser.labels, row, strict=True)}
        label, confidence = max(probabilities.items(), key=lambda item: item[1])
        poor = quality is not None and quality.score < READABLE
        reason = None
        if (poor or confidence < self.recogniser.calibration.unsure_below) if unsure is None else unsure:
            label, reason = UNSURE, REASONS.get(quality.reason, quality.reason) if quality and poor else FLAT
        valence, arousal = emoji.valence_arousal(probabilities)
        controls, pose = (reading.controls, reading.pose) if reading else (None, None)
        intensity = emoji.intensity(probabilities, controls)
        fitting = self.recogniser.emoji.get(label) or emoji.match(
            probabilities, label=label, controls=controls, pose=pose,
            intensity=intensity, valence=valence, arousal=arousal,
        )  # fmt: skip
        return Expression(probabilities, label, confidence, valence, arousal, intensity, fitting, reason)


def confirmed(detections: Sequence[Detection], readings: Sequence[FaceReading]) -> list[tuple[Detection, FaceReading]]:
    """The faces both networks believe in, surest first; two boxes whose landmarks lie on one face are one."""
    pairs = [(d._replace(score=belief(d, r)), r) for d, r in zip(detections, readings, strict=True)]
    pairs.sort(key=lambda pair: -pair[0].score)
    kept: list[tuple[Detection, FaceReading]] = []
    for found, reading in pairs:
        centre, reach = reading.points.mean(0), SAME * min(found.box.width, found.box.height)
        apart = all(float(np.abs(r.points.mean(0) - centre).max()) > reach for _, r in kept)
        plain = reading.face_score >= PLAIN or found.box.height < LARGE
        if found.score >= FACE and plain and apart:
            kept.append((found, reading))
    return kept


def belief(detection: Detection, reading: FaceReading) -> float:
    """How surely this is a face, 0..1: detector and landmark network together, the mean of their log odds."""
    both = (min(max(s, 1e-4), 1 - 1e-4) for s in (detection.score, reading.face_score))
    log_odds = sum(math.log(s / (1 - s)) for s in both) / 2
    return 1 / (1 + math.exp(-log_odds))


def reader(model: str | Path | None = None, prior: Prior = None) -> Reader:
    """The models, loaded once and shared. `model`: an expression model of one's own instead of the shipped one; loaded
    anew when its file was written anew."""
    return _reader(model, None if model is None else models.stamp(model), prior)


@lru_cache(maxsize=4)
def _reader(model: str | Path | None, stamped: tuple[int, ...] | None, prior: Prior) -> Reader:
    return Reader(model, prior)


def look(source: Picture, *, appearance: bool = False, model: str | Path | None = None, prior: Prior = None) -> Scene:
    """Read every face in a picture.

    source: path, bytes, file object, PIL image, or HxWx3 uint8 RGB array. appearance: also read the apparent traits
    and colours that dress an avatar, some milliseconds a face. model: an ONNX file from `mien lab export` instead of
    the shipped expression model. prior: how common expressions are taken to be: "natural", "uniform" (rare ones are
    said more often), or a share of the natural between 0 and 1; by default what serves the model best.
    No face is a Scene without faces, not an error. Raises `PictureError` for a picture that cannot be read,
    `ModelError` for a model that cannot be used, `DataError` for another prior.
    """
    name = str(source) if isinstance(source, str | Path) else None
    return reader(model, prior).look(read_picture(source), source=name, appearance=appearance)


def recognise(
    crops: Sequence[NDArray[np.uint8]], *, model: str | Path | None = None, prior: Prior = None
) -> list[Expression]:
    """Read the expressions of face crops, batched; no detector.

    crops: HxW or HxWx3 uint8, any size, framed about as in FER2013 (brows to chin). model, prior: as for `look`.
    Raises `PictureError` for other crops.
    """
    for i, crop in enumerate(crops):
        good = isinstance(crop, np.ndarray) and crop.dtype == np.uint8 and crop.size
        if not good or not (crop.ndim == 2 or (crop.ndim == 3 and crop.shape[2] == 3)):
            raise PictureError(f"crop {i}: expected a HxW or HxWx3 uint8 array, got {_describe(crop)}")
    return reader(model, prior).recognise(crops)


def personalise(
    source: Face | Picture | Sequence[Face | Picture], *, presentation: Presentation | None = None
) -> AvatarSpec:
    """The avatar of a person: an editable `AvatarSpec` from what a photo shows of them.

    source: a `Face` of `look`, or a photo (the largest face in it), or a list of either, all of one person, which
    gives a better likeness. A face needs no `appearance=True`: it carries a small cut of its head to read it from.
    presentation: "m", "f" or "n" for the styles to choose among; by default what the photo suggests, n when unsure.
    Raises `PictureError` for a photo that cannot be read or has no face in it.
    """
    from mien.avatar.personalise import personalised

    sources: Sequence[Any] = source if isinstance(source, list | tuple) else [source]
    if not sources:
        raise PictureError("no photo of the person; pass at least one")
    return personalised([item if isinstance(item, Face) else _largest_face(item) for item in sources], presentation)


def _largest_face(source: Picture) -> Face:
    scene = look(source)
    if not scene.faces:
        raise PictureError(f"{scene.source or _describe(source)}: no face found; pass a photo that shows one")
    return scene.faces[0]


def _describe(value: object) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
