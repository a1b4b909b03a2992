"""A filter over labels that knows how long an expression lasts: a hidden Markov model in continuous time.

The hidden state is the label that a face shows. It changes at random moments, on average every `lasts` seconds, to any
label: a Markov chain with the generator Q = (J / C - I) / lasts, C labels, J the C x C matrix of ones. Its transitions
over t seconds, expm(Q t), are exp(-t / lasts) I + (1 - exp(-t / lasts)) J / C, so no matrix exponential is computed and
the rate of frames does not matter. The forward filter is Rabiner's ("A tutorial on hidden Markov models", Proc. IEEE
77, 1989, equations 19-20).

What frames say of a face is not independent: they show the same wrinkle. So what `step` seconds of frames say counts as
1 - exp(-step / memory) independent frames.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]

#: No probability counts as less than this: a single frame may not rule a label out.
FLOOR = 0.003


class StateFilter:
    """Which label a face shows, given all frames up to now.

    lasts: seconds, how long a state lasts on average. memory: seconds, over which frames say the same thing again.
    """

    def __init__(self, labels: int, *, lasts: float, memory: float) -> None:
        self.lasts, self.memory = lasts, memory
        self.belief: Row = np.full(labels, 1 / labels)  #: C, sums to 1

    def start(self, probabilities: Row, weight: float = 1.0) -> int:
        """The first frame of a face: all that is known. Returns the place of the label it shows."""
        return self._settle(np.maximum(probabilities, FLOOR) ** weight)

    def update(self, step: float, probabilities: Row, weight: float = 1.0) -> int:
        """The place of the label that the face shows, `step` seconds after the last frame.

        probabilities: C, what this frame alone says; weight: 0 (tells nothing) .. 1.
        """
        stayed = math.exp(-step / self.lasts)
        count = weight * -math.expm1(-step / self.memory)
        belief = stayed * self.belief + (1 - stayed) / len(self.belief)
        return self._settle(belief * np.maximum(probabilities, FLOOR) ** count)

    def _settle(self, belief: Row) -> int:
        self.belief = belief / belief.sum()
        return int(self.belief.argmax())
