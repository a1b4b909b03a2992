"""A person's resting face: how stern or merry they look when they show nothing, learnt and taken off.

Some faces at rest read as sad or angry, some as smiling: brows and mouths differ. For one person this is a constant
offset of the evidence. It is learnt while they rest, as the log odds of each label against neutral, bounded, and
subtracted from then on; the same for the controls. Nothing of it is stored: it is gone when the object is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.types import CONTROLS

Row = NDArray[np.float64]

NEUTRAL = "neutral"
#: Log odds against neutral that any label may have on a resting face: most of FER+'s neutral faces have less.
USUAL = -3.0
#: At most this much is subtracted, in nats: a strong expression stays one.
MOST = 3.0
#: Of controls: what most of FER+'s neutral faces show (their median, where it is over 0.05), and the most that is
#: subtracted. Where the eyes look is no part of a resting face.
USUAL_CONTROLS = {
    "browInnerUp": 0.08, "browOuterUp": 0.15, "eyeBlink": 0.07, "eyeSquint": 0.27, "mouthPucker": 0.12,
    "mouthRollLower": 0.05, "mouthShrugLower": 0.05, "mouthShrugUpper": 0.06,
}  # fmt: skip
MOST_CONTROL = 0.35

#: Asked to rest, a person does so most of the time; watched, at least for this share of it.
ASKED, WATCHED = 0.5, 0.25
#: Seconds of watching until what was learnt counts in full, and before which it does not count at all.
FULL, EARLIEST = 30.0, 8.0
AGAIN = 0.5  #: seconds after which the quantiles are computed anew
#: A frame says something of a label's odds against neutral where the two together have this probability.
TELLING = 0.2
SMALLEST = 1e-4  #: probability that counts as none

_LEVELS = 50  #: bins of a control's histogram, 0..1
_ODDS = np.linspace(-9.25, 9.25, 149)  #: edges of the log odds' bins


class RestingFace:
    """One person's resting face; make one for each track.

    labels: of the recogniser; without "neutral" among them only controls are learnt. seconds: the person rests for the
    first so many readable seconds; None: nobody asked them to, and it is learnt slowly, all the time, from their least
    expressive moments. Who smiles from beginning to end is then taken for somebody whose resting face smiles, within
    the bounds.
    """

    def __init__(self, labels: Sequence[str], seconds: float | None = None) -> None:
        self._seconds = seconds
        self._neutral = labels.index(NEUTRAL) if NEUTRAL in labels else None
        self._odds = np.zeros((len(labels), len(_ODDS) - 1))
        self._levels = np.zeros((len(CONTROLS), _LEVELS))
        self._seen = 0.0
        self._computed = 0.0
        self.offset: Row = np.zeros(len(labels))  #: C, nats: what is subtracted from each label's evidence
        self.baseline: Row = np.zeros(len(CONTROLS))  #: 52, 0..1: what is subtracted from each control

    @property
    def progress(self) -> float:
        """0..1: how much has been learnt."""
        return min(1.0, self._seen / (FULL if self._seconds is None else max(1e-6, self._seconds)))

    def learn(self, step: float, probabilities: NDArray[Any], controls: NDArray[Any], weight: float = 1.0) -> None:
        """Take in a frame that stands for `step` seconds. probabilities: C, of this frame alone; controls: 52; weight:
        0 (cannot be read) .. 1."""
        share = step * weight
        if share <= 0 or (self._seconds is not None and self._seen >= self._seconds):
            return
        self._seen += share
        if self._neutral is not None:
            p = np.maximum(np.asarray(probabilities, float), SMALLEST)
            odds = np.log(p / p[self._neutral])
            place = np.searchsorted(_ODDS[1:-1], odds)
            self._odds[np.arange(len(p)), place] += share * (p + p[self._neutral] > TELLING)
        level = np.minimum((np.asarray(controls) * _LEVELS).astype(int), _LEVELS - 1)
        self._levels[np.arange(len(level)), level] += share
        if self._seen - self._computed >= AGAIN or self.progress >= 1:
            self._compute()

    def apply(self, probabilities: NDArray[Any], controls: NDArray[Any]) -> tuple[Row, Row]:
        """Probabilities (C) and controls (52) of a frame without the resting face. Labels and controls above the usual
        at rest are lowered, none is raised but by what the others lose."""
        shown = np.asarray(probabilities, float) * np.exp(-self.offset)
        return shown / shown.sum(), np.maximum(0.0, controls - self.baseline) / (1 - self.baseline)

    def _compute(self) -> None:
        self._computed = self._seen
        share, strength = ASKED, float(self.progress >= 1)
        if self._seconds is None:
            share, strength = WATCHED, self.progress * (self._seen >= EARLIEST)
        if self._neutral is not None:
            odds = _quantile(self._odds, (_ODDS[1:] + _ODDS[:-1]) / 2, share)
            self.offset = strength * np.clip(odds - USUAL, 0, MOST)
            self.offset[self._neutral] = 0.0
        levels = _quantile(self._levels, (np.arange(_LEVELS) + 0.5) / _LEVELS, share)
        self.baseline = strength * np.where(_PART, np.clip(levels - _USUAL, 0, MOST_CONTROL), 0.0)


def _quantile(histograms: NDArray[np.float64], middles: Row, share: float) -> Row:
    """N x B histograms -> N values below which `share` of each lies; for an empty one the lowest bin's."""
    sums = histograms.cumsum(1)
    found: Row = middles[(sums >= share * sums[:, -1:]).argmax(1)]
    return found


_USUAL = np.array([USUAL_CONTROLS.get(name.removesuffix("Left").removesuffix("Right"), 0.05) for name in CONTROLS])
_PART = np.array([not name.startswith("eyeLook") for name in CONTROLS])
