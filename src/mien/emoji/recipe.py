"""What one emoji looks like and means: a `Recipe` in mien's control space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mien.types import CONTROLS, LABELS, Pose

#: What must be seen on a face before a recipe may be chosen for it. `HARD` cues, once seen, must be answered by the
#: emoji; the others only open the door. `drawn` is never seen: it marks what a face cannot show.
HARD_CUES = ("wink", "tongue", "kiss")
SOFT_CUES = ("closed", "brow", "rolled", "yawn")
DRAWN = "drawn"

_TWO_SIDED = {
    "smile": "mouthSmile", "frown": "mouthFrown", "dimple": "mouthDimple", "stretch": "mouthStretch",
    "press": "mouthPress", "upper": "mouthUpperUp", "lower": "mouthLowerDown", "blink": "eyeBlink", "wide": "eyeWide",
    "squint": "eyeSquint", "cheek": "cheekSquint", "brow_down": "browDown", "brow_outer": "browOuterUp",
    "sneer": "noseSneer", "look_up": "eyeLookUp", "look_down": "eyeLookDown",
}  # fmt: skip
_ONE = {
    "brow_inner": "browInnerUp", "jaw": "jawOpen", "funnel": "mouthFunnel", "pucker": "mouthPucker",
    "shrug": "mouthShrugLower", "tongue": "tongueOut", "puff": "cheekPuff", "mouth_left": "mouthLeft",
    "mouth_right": "mouthRight", "jaw_left": "jawLeft", "roll_lower": "mouthRollLower",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """One emoji: how to draw it and when it fits."""

    name: str  #: CLDR short name
    controls: Mapping[str, float]  #: control -> 0..1; a control left out is 0
    overlays: tuple[str, ...]  #: what no face muscle makes, by name: `mien.avatar.OVERLAYS`
    profile: Mapping[str, float]  #: label -> share, over all `LABELS`; sums to 1
    valence: float  #: -1..1
    arousal: float  #: -1..1
    intensity: float  #: 0..1, how strong an expression it answers to
    cues: frozenset[str]  #: what has to be seen before it may be chosen
    tilt: float = 0.0  #: head roll in degrees, clockwise as seen
    yaw: float = 0.0  #: degrees, to the right as seen
    pitch: float = 0.0  #: degrees, up

    @property
    def turn(self) -> Pose | None:
        """How the head is held; None where it is held straight."""
        return Pose(self.yaw, self.pitch, self.tilt) if self.yaw or self.pitch or self.tilt else None


def expand(short: Mapping[str, float]) -> dict[str, float]:
    """Spells out shorthand: `smile=.5` is both mouth corners, `smile_left=.5` one, `look_left=1` both eyes' gaze.

    Left and right are the face's own, as in ARKit: its left eye is on the right of the picture.
    """
    controls: dict[str, float] = {}
    for key, value in short.items():
        stem, _, side = key.rpartition("_")
        if key in ("look_left", "look_right"):
            other = "Right" if side == "left" else "Left"
            controls |= {f"eyeLookOut{side.title()}": value, f"eyeLookIn{other}": value}
        elif key in _TWO_SIDED:
            controls |= {_TWO_SIDED[key] + "Left": value, _TWO_SIDED[key] + "Right": value}
        elif key in _ONE:
            controls[_ONE[key]] = value
        else:
            controls[_TWO_SIDED[stem] + side.title()] = value
    return {name: controls[name] for name in CONTROLS if name in controls}


def recipe(
    name: str,
    profile: str,
    affect: tuple[float, float, float],
    *,
    overlays: str = "",
    cues: str = "",
    tilt: float = 0.0,
    yaw: float = 0.0,
    pitch: float = 0.0,
    **controls: float,
) -> Recipe:
    """Builds a `Recipe` from a compact line.

    profile: shares in any unit, "happiness 9 surprise 1". affect: (valence, arousal, intensity).
    """
    words = profile.split()
    shares = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    total = sum(shares.values())
    return Recipe(
        name=name,
        controls=MappingProxyType(expand(controls)),
        overlays=tuple(overlays.split()),
        profile=MappingProxyType({label: shares.get(label, 0.0) / total for label in LABELS}),
        valence=affect[0],
        arousal=affect[1],
        intensity=affect[2],
        cues=frozenset(cues.split()),
        tilt=tilt,
        yaw=yaw,
        pitch=pitch,
    )
