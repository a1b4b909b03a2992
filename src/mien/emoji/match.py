"""The one emoji that fits a face: every recipe is scored, the best wins."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.emoji.affect import valence_arousal
from mien.emoji.labels import canonical
from mien.emoji.recipe import DRAWN, HARD_CUES
from mien.emoji.recipes import RECIPES
from mien.types import LABELS, UNSURE, Pose

UNSURE_EMOJI = "🫥"
NEUTRAL_EMOJI = "😐"

#: What each part of the score weighs. The expression leads; intensity picks within it; controls refine.
WEIGHTS = {"profile": 0.45, "intensity": 0.19, "controls": 0.30, "valence": 0.03, "arousal": 0.03}
#: A recipe must give at least this share to the face's label: a sad face never gets a grin for its controls. One that
#: answers a cue, such as a wink, may give less.
MIN_SHARE, MIN_SHARE_WITH_CUE = 0.35, 0.2

#: Controls, pairs of them or groups (`_GROUPS`) compared with a recipe: (stem, level of a resting face, level of a
#: strong one, weight). The levels are about the median of neutral and the 95th percentile of expressive faces in FER+'s
#: public test set, as a face network reads them; what it reads unsteadily (inner brows, pucker) weighs little.
CHANNELS = (
    ("mouthSmile", 0.05, 0.90, 1.5),
    ("mouthFrown", 0.05, 0.35, 0.6),
    ("jawOpen", 0.03, 0.60, 1.5),
    ("mouthFunnel", 0.03, 0.30, 0.3),
    ("mouthPucker", 0.60, 1.00, 0.4),
    ("mouthStretch", 0.10, 0.60, 0.5),
    ("parted", 0.15, 0.75, 1.2),
    ("eyeBlink", 0.30, 0.75, 0.7),
    ("smiling eyes", 0.35, 0.75, 0.7),
    ("eyeWide", 0.05, 0.35, 0.6),
    ("browDown", 0.15, 0.70, 0.8),
    ("browInnerUp", 0.20, 0.95, 0.4),
    ("browOuterUp", 0.25, 0.95, 0.4),
)

#: The strongest of these counts: networks confuse the two squints, and lips part in more than one way.
_GROUPS = {
    "smiling eyes": ("cheekSquintLeft", "cheekSquintRight", "eyeSquintLeft", "eyeSquintRight"),
    "parted": (
        "jawOpen", "mouthFunnel", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthLowerDownLeft",
        "mouthLowerDownRight",
    ),
}  # fmt: skip

# Thresholds of the cues, in control units.
_SHUT, _OPEN = 0.55, 0.35  # an eye is shut above, open below; between, nobody can tell
_WINK_LEAD = 0.35
_FRONTAL = 20.0  # degrees of yaw: beyond, the far eye reads shut and the lips pushed forward
_TONGUE = 0.55
_PUCKER, _PUCKER_LEAD = 0.97, 0.7  # neutral faces read up to .9: only the strongest pucker, jaw shut, is a kiss
_BROW_LEAD = 0.5
_LOOK_UP = 0.6
_YAWN = 0.7


class _Table(NamedTuple):
    """The recipes that may be chosen, as arrays with one row each."""

    emoji: list[str]
    root_profile: NDArray[np.float64]  # R x 8, square roots of the shares
    share: NDArray[np.float64]  # 8 x R
    channels: NDArray[np.float64]  # R x C
    affect: NDArray[np.float64]  # R x 3: intensity, valence, arousal
    cues: list[frozenset[str]]
    least: NDArray[np.float64]  # R, the share that the face's label must have


@cache
def _table() -> _Table:
    rows = [(emoji, recipe) for emoji, recipe in RECIPES.items() if DRAWN not in recipe.cues]
    share = np.array([[recipe.profile[label] for label in LABELS] for _, recipe in rows])
    return _Table(
        emoji=[emoji for emoji, _ in rows],
        root_profile=np.sqrt(share),
        share=share.T.copy(),
        channels=np.array([[level(recipe.controls, stem) for stem, *_ in CHANNELS] for _, recipe in rows]),
        affect=np.array([[recipe.intensity, recipe.valence, recipe.arousal] for _, recipe in rows]),
        cues=[recipe.cues for _, recipe in rows],
        least=np.array([MIN_SHARE_WITH_CUE if recipe.cues else MIN_SHARE for _, recipe in rows]),
    )


def _value(controls: Mapping[str, float], name: str) -> float:
    value = float(controls.get(name, 0.0))
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.0


def level(controls: Mapping[str, float], stem: str) -> float:
    """The value of a control, of a pair's stronger side, or of the strongest of a group."""
    if stem in ("jawOpen", "mouthFunnel", "mouthPucker", "browInnerUp"):
        return _value(controls, stem)
    if stem in _GROUPS:
        return max(_value(controls, name) for name in _GROUPS[stem])
    return max(_value(controls, stem + "Left"), _value(controls, stem + "Right"))


_REST, _STRONG, _CHANNEL_WEIGHT = (np.array(column) for column in list(zip(*CHANNELS, strict=True))[1:])
_CHANNEL_WEIGHT = _CHANNEL_WEIGHT / _CHANNEL_WEIGHT.sum()


def distances(channels: NDArray[np.float64], controls: Mapping[str, float]) -> NDArray[np.float64]:
    """How far the controls of a face lie from each row of `channels` (R x C, a recipe's levels), 0..1."""
    seen = np.array([level(controls, stem) for stem, *_ in CHANNELS])
    seen = np.clip((seen - _REST) / (_STRONG - _REST), 0.0, 1.0)
    return np.asarray(np.sqrt(((channels - seen) ** 2) @ _CHANNEL_WEIGHT))


def cues(controls: Mapping[str, float] | None, pose: Pose | None = None) -> frozenset[str]:
    """What the controls plainly show, of `mien.emoji.recipe.HARD_CUES` and `SOFT_CUES`.

    A head known to be turned by more than 20 degrees shows neither wink, kiss nor raised brow.
    """
    if controls is None:
        return frozenset()
    left, right = _value(controls, "eyeBlinkLeft"), _value(controls, "eyeBlinkRight")
    brows = [_value(controls, f"browOuterUp{side}") - _value(controls, f"browDown{side}") for side in ("Left", "Right")]
    smile, jaw, pucker = level(controls, "mouthSmile"), _value(controls, "jawOpen"), _value(controls, "mouthPucker")
    closed = min(left, right) > _SHUT
    frontal = pose is None or abs(pose.yaw) <= _FRONTAL
    found = {
        "wink": frontal and max(left, right) > _SHUT and min(left, right) < _OPEN and abs(left - right) > _WINK_LEAD,
        "tongue": _value(controls, "tongueOut") > _TONGUE,
        "kiss": frontal and pucker > _PUCKER and pucker - max(smile, jaw) > _PUCKER_LEAD,
        "closed": closed,
        "brow": frontal and abs(brows[0] - brows[1]) > _BROW_LEAD,
        "rolled": min(_value(controls, "eyeLookUpLeft"), _value(controls, "eyeLookUpRight")) > _LOOK_UP and not closed,
        "yawn": closed and jaw > _YAWN and smile < 0.3,
    }
    return frozenset(name for name, seen in found.items() if seen)


def _allowed(table: _Table, seen: frozenset[str]) -> NDArray[np.bool_]:
    """Recipes whose cues were all seen, and which answer every hard cue that was."""
    hard = seen & frozenset(HARD_CUES)
    return np.array([need <= seen and hard == need & frozenset(HARD_CUES) for need in table.cues])


_allowed_for = cache(lambda seen: _allowed(_table(), seen))


def _distribution(probabilities: Mapping[str, float], label: str) -> NDArray[np.float64] | None:
    """Probabilities over `LABELS`, aliases resolved; the label alone when none of them is known; else None."""
    known = np.zeros(len(LABELS))
    for name, p in probabilities.items():
        if (own := canonical(name)) is not None and math.isfinite(p) and p > 0:
            known[LABELS.index(own)] += p
    if known.sum() <= 0:
        if (own := canonical(label)) is None:
            return None
        known[LABELS.index(own)] = 1.0
    return np.asarray(known / known.sum())


def _by_name(label: str) -> str:
    """For a label that is not ours: the emoji whose CLDR name has a word that starts with it ("smirk"), or neutral."""
    words = label.casefold().replace("_", " ").replace("-", " ").split()
    stems = [word for word in words if len(word) >= 3 and word != "face"]
    for emoji, recipe in RECIPES.items():
        if emoji != UNSURE_EMOJI and any(part.startswith(stem) for stem in stems for part in recipe.name.split()):
            return emoji
    return NEUTRAL_EMOJI


def match(
    probabilities: Mapping[str, float],
    *,
    label: str,
    controls: Mapping[str, float] | None = None,
    intensity: float = 0.5,
    valence: float = 0.0,
    arousal: float = 0.0,
    pose: Pose | None = None,
) -> str:
    """The emoji that fits a face best.

    probabilities: label -> 0..1, over mien's labels, FER2013's class names, or a user's own classes. label: the
    answer for the face; "unsure" gives 🫥. controls: the 52 controls, 0..1, or None where they were not read.
    intensity: 0..1. valence, arousal: -1..1; both 0 means not given, and they are projected from the probabilities.
    pose: the head's, where known; it keeps a turned head from passing for a wink.

    Each recipe scores the weighted sum (`WEIGHTS`) of: the Bhattacharyya coefficient between its profile and the
    probabilities; closeness in intensity, valence and arousal; closeness in the controls (`CHANNELS`; left out for all
    when not read). Only recipes compete that give the label at least `MIN_SHARE` and whose cues (a wink, a tongue)
    agree with what the controls show. The same input gives the same emoji; an unknown label never raises.
    """
    if label == UNSURE:
        return UNSURE_EMOJI
    p = _distribution(probabilities, label)
    if p is None or (canonical(label) is None and label in probabilities):
        return _by_name(label)
    table = _table()
    index = LABELS.index(canonical(label) or LABELS[int(p.argmax())])
    if valence == 0 and arousal == 0:
        valence, arousal = valence_arousal(dict(zip(LABELS, p.tolist(), strict=True)))

    score = WEIGHTS["profile"] * (table.root_profile @ np.sqrt(p))
    gap = np.abs(table.affect - (intensity, valence, arousal))
    score -= gap @ (WEIGHTS["intensity"], WEIGHTS["valence"] / 2, WEIGHTS["arousal"] / 2)
    if controls is not None:
        score -= WEIGHTS["controls"] * distances(table.channels, controls)
    return table.emoji[_best(table, score, index, cues(controls, pose))]


def _best(table: _Table, score: NDArray[np.float64], label: int, seen: frozenset[str]) -> int:
    """The best row among those that the label and the cues allow; a cue that no such row answers is let go."""
    fits = table.share[label] >= table.least
    allowed = fits & _allowed_for(seen)
    if not allowed.any():
        allowed = fits & _allowed_for(seen - frozenset(HARD_CUES))
    return int(np.where(allowed, score, -np.inf).argmax())
