"""Valence, arousal and intensity of an expression, projected from what was read."""

from __future__ import annotations

from collections.abc import Mapping

from mien.emoji.labels import canonical
from mien.types import LABELS

#: label -> (valence, arousal), -1..1. The pleasure and arousal ratings that people gave to the words neutral, happy,
#: surprised, sad, angry, disgusted and fearful in Russell and Mehrabian, "Evidence for a three-factor theory of
#: emotions", Journal of Research in Personality 11 (1977) 273-294; neutral is the origin by definition. Contempt is our
#: own placement, between anger and disgust but calmer.
CIRCUMPLEX = {
    "neutral": (0.0, 0.0),
    "happiness": (0.81, 0.51),
    "surprise": (0.40, 0.67),
    "sadness": (-0.63, -0.27),
    "anger": (-0.51, 0.59),
    "disgust": (-0.60, 0.35),
    "fear": (-0.64, 0.60),
    "contempt": (-0.50, 0.20),
}

#: label -> how much each control adds to its strength; the action units are EMFACS's (Friesen and Ekman 1983),
#: scaled so that the strongest tenth of FER+'s public test faces, read by a face network, comes near 1.
STRENGTH: dict[str, dict[str, float]] = {
    "happiness": {"mouthSmile": 0.5, "jawOpen": 0.8, "eyeSquint": 0.15, "mouthUpperUp": 0.1, "mouthLowerDown": 0.1},
    "surprise": {"jawOpen": 0.7, "browInnerUp": 0.25, "browOuterUp": 0.2, "eyeWide": 0.4},
    "sadness": {"browInnerUp": 0.5, "mouthFrown": 0.8, "mouthShrugLower": 0.4, "jawOpen": 0.5, "eyeBlink": 0.2},
    "anger": {
        "browDown": 0.8,
        "eyeSquint": 0.2,
        "noseSneer": 0.4,
        "jawOpen": 0.5,
        "mouthPress": 0.3,
        "mouthUpperUp": 0.3,
    },
    "disgust": {"noseSneer": 0.8, "mouthUpperUp": 0.6, "browDown": 0.5, "eyeSquint": 0.3, "mouthFrown": 0.3},
    "fear": {"eyeWide": 0.6, "browInnerUp": 0.4, "jawOpen": 0.6, "mouthStretch": 0.6},
    "contempt": {"mouthDimple": 0.6, "mouthSmile": 0.6, "eyeSquint": 0.2, "mouthPress": 0.3},
}

#: Strength assumed where no controls were read: sure of the label is not the same as strong.
_STRENGTH_UNKNOWN = 0.5
#: Share of the intensity that the expression's mere presence gives; the rest comes from its strength.
_PRESENCE = 0.3


def _known(probabilities: Mapping[str, float]) -> dict[str, float]:
    """The share of each of mien's labels in all probabilities, aliases resolved.

    They sum to less than 1 where other classes have a share: these say nothing about affect.
    """
    known, total = dict.fromkeys(LABELS, 0.0), 0.0
    for name, p in probabilities.items():
        if p > 0:
            total += float(p)
            if (label := canonical(name)) is not None:
                known[label] += float(p)
    return {label: p / total if total else 0.0 for label, p in known.items()}


def valence_arousal(probabilities: Mapping[str, float]) -> tuple[float, float]:
    """Valence and arousal, each -1..1, as the mean of the labels' circumplex coordinates, weighted by probability.

    A projection of the eight labels onto published word ratings (`CIRCUMPLEX`), not a reading of its own: it knows
    nothing that the probabilities do not say. Classes it does not know count as (0, 0), as neutral does.
    """
    known = _known(probabilities)
    valence = sum(p * CIRCUMPLEX[label][0] for label, p in known.items())
    arousal = sum(p * CIRCUMPLEX[label][1] for label, p in known.items())
    return valence, arousal


def _level(controls: Mapping[str, float], stem: str) -> float:
    """A control's value 0..1, the mean of both sides where it has two."""
    if stem in controls:
        value = controls[stem]
    else:
        value = (controls.get(stem + "Left", 0.0) + controls.get(stem + "Right", 0.0)) / 2
    return min(1.0, max(0.0, float(value)))


def _strength(label: str, controls: Mapping[str, float]) -> float:
    return min(1.0, sum(weight * _level(controls, stem) for stem, weight in STRENGTH[label].items()))


def intensity(probabilities: Mapping[str, float], controls: Mapping[str, float] | None = None) -> float:
    """How strong the expression is, 0 (neutral, or none that mien knows) .. 1.

    Presence (the probability of the labels other than neutral) times a mix of 30 % presence and 70 % strength. Strength
    weighs the controls that EMFACS names for each label by that label's probability; without controls it is taken as
    0.5. It rises with every control that belongs to the expression, and falls as neutral gets likelier.
    """
    known = _known(probabilities)
    presence = sum(p for label, p in known.items() if label != "neutral")
    if presence <= 0:
        return 0.0
    strength = _STRENGTH_UNKNOWN
    if controls is not None:
        strength = sum(known[label] * _strength(label, controls) for label in STRENGTH) / presence
    return presence * (_PRESENCE + (1 - _PRESENCE) * min(1.0, strength))
