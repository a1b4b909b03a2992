"""The values that flow through mien: a `Scene` with its `Face`s. No logic beyond plain conversion.

Units everywhere: pixels of the upright image, degrees for angles, 0..1 for scores, probabilities and controls.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: The eight expressions of FER+ (Barsoum et al. 2016, https://arxiv.org/abs/1608.01041), in its order.
LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")

#: The answer when a face, or what it shows, cannot be told.
UNSURE = "unsure"

#: The 52 blendshape names of Apple's ARKit (ARFaceAnchor.BlendShapeLocation): mien's control space.
CONTROLS = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight",
    "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight",
    "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip

#: The traits of an `Appearance`, and the codes that each can have.
TRAITS: dict[str, tuple[str, ...]] = {
    "glasses": ("N", "G", "S"),
    "facial_hair": ("N", "T", "M", "G", "B"),
    "hair_len": ("0", "1", "2", "3", "4", "C", "U"),
    "hair_form": ("S", "W", "K", "B", "-"),
    "hair_colour": ("K", "D", "L", "Y", "R", "G", "W", "X", "-"),
    "fringe": ("0", "1"),
    "headwear": ("N", "C", "H", "T", "O"),
    "brows": ("1", "2", "3"),
    "mst": ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
    "presentation": ("m", "f", "u"),
    "age": ("C", "Y", "A", "O"),
    "earrings": ("1", "0", "-"),
}


@dataclass(frozen=True, slots=True)
class Expression:
    """What one face shows."""

    probabilities: dict[str, float]  #: label -> probability; sums to 1
    label: str  #: the most probable label, or "unsure"
    confidence: float  #: calibrated probability that `label` (or the best label, when unsure) is right
    valence: float  #: -1 unpleasant .. 1 pleasant (Russell's circumplex)
    arousal: float  #: -1 calm .. 1 excited
    intensity: float  #: 0 hardly there .. 1 as strong as it gets
    emoji: str  #: the emoji that fits
    reason: str | None = None  #: why the label is "unsure", in plain words

    def to_dict(self) -> dict[str, Any]:
        return {
            "label": self.label,
            "confidence": round(self.confidence, 4),
            "emoji": self.emoji,
            "probabilities": {k: round(v, 4) for k, v in self.probabilities.items()},
            "valence": round(self.valence, 3),
            "arousal": round(self.arousal, 3),
            "intensity": round(self.intensity, 3),
            "reason": self.reason,
        }


class Pose(NamedTuple):
    """Head rotation in degrees: yaw > 0 turned to their left, pitch > 0 looking up, roll > 0 clockwise as seen."""

    yaw: float
    pitch: float
    roll: float

    def to_dict(self) -> dict[str, float]:
        return {k: round(v, 1) for k, v in self._asdict().items()}


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be read: `score` 0..1 and, when low, the reason (blur, dark, small, turned, covered)."""

    score: float
    reason: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {"score": round(self.score, 3), "reason": self.reason}


class Box(NamedTuple):
    """A rectangle in pixels of the upright image; may reach over the picture's edge."""

    x: float
    y: float
    width: float
    height: float

    def to_dict(self) -> dict[str, float]:
        return {k: round(v, 1) for k, v in self._asdict().items()}


class Trait(NamedTuple):
    """One apparent trait: a guess at what a labeller would write down."""

    code: str  #: the most probable code, see `Appearance`
    confidence: float  #: calibrated probability of the code
    probabilities: dict[str, float]  #: code -> probability; sums to 1

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "confidence": round(self.confidence, 4),
            "probabilities": {k: round(v, 4) for k, v in self.probabilities.items()},
        }


class Colour(NamedTuple):
    """A colour measured on the face, as it would look in even, neutral light."""

    hex: str  #: "#rrggbb", sRGB
    confidence: float  #: 0..1: how many pixels showed it, how even they were, how sure the light is

    def to_dict(self) -> dict[str, Any]:
        return {"hex": self.hex, "confidence": round(self.confidence, 3)}


@dataclass(frozen=True, slots=True)
class Appearance:
    """The apparent, visible traits of one face. Guesses that dress an avatar, never facts about a person, and never
    written to the journal."""

    glasses: Trait  #: N none, G eyeglasses, S sunglasses
    facial_hair: Trait  #: N none, T stubble, M moustache, G goatee or chin beard, B full beard
    hair_len: Trait  #: 0 bald, 1 very short or receding, 2 short, 3 ear to chin, 4 long, C covered, U tied back
    hair_form: Trait  #: S straight, W wavy, K curly or coily, B braids or locs, - none or not visible
    hair_colour: Trait  #: K black, D, L dark, light brown, Y blond, R red, G grey, W white, X dyed, - not visible
    fringe: Trait  #: 1 hair falls over the forehead, 0 not
    headwear: Trait  #: N none, C cap or hat, H hijab or scarf, T turban, O other
    brows: Trait  #: 1 thin, 2 medium, 3 thick
    mst: Trait  #: tone on the Monk scale, 1 light .. 10 dark
    presentation: Trait  #: m, f, or u where it cannot be told
    age: Trait  #: C child, Y young adult, A adult, O older
    earrings: Trait  #: 1 some, 0 none, - ears not visible
    skin: Colour | None  #: None where it cannot be measured: a grey photo, nothing of it in view
    hair: Colour | None
    eyes: Colour | None  #: of the irises
    lips: Colour | None
    #: The face's own shape: departures from the mean of many faces in standard deviations (-3..3), expression and
    #: head pose taken out as far as they can be: width, length, jaw, chin, eye_spacing, eye_size, eye_tilt, nose_width,
    #: nose_length, mouth_width, lip_fullness, brow_height, brow_angle, brow_thickness.
    geometry: dict[str, float]

    def codes(self) -> dict[str, str]:
        """The plain code of every trait."""
        return {name: getattr(self, name).code for name in TRAITS}

    def to_dict(self) -> dict[str, Any]:
        colours = {name: getattr(self, name) for name in ("skin", "hair", "eyes", "lips")}
        return {
            "traits": {name: getattr(self, name).to_dict() for name in TRAITS},
            "colours": {name: c.to_dict() if c else None for name, c in colours.items()},
            "geometry": {name: round(value, 3) for name, value in self.geometry.items()},
        }


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class HeadCut:
    """The head's pixels as the picture showed them, so that `mien.personalise` can read a face's appearance later.

    A copy of at most 256 pixels a side for an upright head, so that a face does not keep its whole photo in memory.
    It lives as long as its `Face` does and is written nowhere: `to_dict` leaves it out, and pickled it is None.
    """

    pixels: NDArray[np.uint8]  #: HxWx3, RGB; ends where the picture ends
    matrix: NDArray[np.float64]  #: 2x3: pixels of the picture -> of the cut
    crop: NDArray[np.float64]  #: 2x3: pixels of the cut -> the landmark network's crop

    def __deepcopy__(self, memo: object) -> HeadCut:
        return self

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return type(None), ()


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in a scene."""

    box: Box
    score: float  #: 0..1, how surely this is a face
    landmarks: NDArray[np.float32]  #: 68x2, iBUG order, pixels of the upright image
    pose: Pose
    controls: dict[str, float]  #: the 52 `CONTROLS`, 0..1
    expression: Expression
    quality: Quality
    appearance: Appearance | None = None  #: when asked for
    track_id: int | None = None  #: the same for one person through a clip
    head: HeadCut | None = field(default=None, repr=False)  #: what appearance is read from when asked for later

    def to_dict(self) -> dict[str, Any]:
        return {
            "box": self.box.to_dict(),
            "score": round(self.score, 4),
            "expression": self.expression.to_dict(),
            "quality": self.quality.to_dict(),
            "pose": self.pose.to_dict(),
            "landmarks": [[round(float(x), 1), round(float(y), 1)] for x, y in self.landmarks],
            "controls": {k: round(v, 3) for k, v in self.controls.items()},
            "appearance": None if self.appearance is None else self.appearance.to_dict(),
            "track_id": self.track_id,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One picture, or one frame of a clip, and the faces in it, largest first."""

    width: int
    height: int
    faces: list[Face] = field(default_factory=list)
    time: float | None = None  #: seconds from the start of the clip; None for a photo
    source: str | None = None  #: the path it came from, where there is one

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict: what `mien photo --json` prints, one line a picture."""
        return {
            "source": self.source,
            "width": self.width,
            "height": self.height,
            "time": self.time,
            "faces": [face.to_dict() for face in self.faces],
        }
