"""A filter over labels that knows how long an expression lasts: a hidden Markov model in continuous time.

The hidden state is the label that a face shows. It changes at random moments, on average every `lasts` seconds, to any
label: a Markov chain with the generator Q = (J / C - I) / lasts, C labels, J the C x C matrix of ones. Its transitions
over t seconds, expm(Q t), are exp(-t / lasts) I + (1 - exp(-t / lasts)) J / C, so no matrix exponential is computed and
the rate of frames does not matter. The forward filter is Rabiner's ("A tutorial on hidden Markov models", Proc. IEEE
77, 1989, equations 19-20).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Row = NDArray[np.float64]

#: No probability counts as less than this: a single frame may not rule a label out.
FLOOR = 1e-3


class StateFilter:
    """Which label a face shows, given all frames up to now.

    lasts: seconds, how long a state lasts on average. memory: seconds, over which frames say the same thing again:
    `step` seconds of frames count as 1 - exp(-step / memory) independent ones, so 10 and 60 frames a second agree.
    """

    def __init__(self, labels: int, *, lasts: float, memory: float) -> None:
        self.lasts, self.memory = lasts, memory
        self.belief: Row = np.full(labels, 1 / labels)

    def update(self, step: float, probabilities: Row, weight: float = 1.0) -> Row:
        """Belief in each label (C, sums to 1), `step` seconds after the last frame.

        probabilities: C, what this frame alone says; weight: 0 (tells nothing) .. 1.
        """
        stayed = math.exp(-step / self.lasts)
        belief = stayed * self.belief + (1 - stayed) / len(self.belief)
        count = weight * -math.expm1(-step / self.memory)
        belief *= np.maximum(probabilities, FLOOR) ** count
        self.belief = belief / belief.sum()
        return self.belief

    def start(self, probabilities: Row, weight: float = 1.0) -> Row:
        """The first frame of a face: all that is known."""
        belief = np.maximum(probabilities, FLOOR) ** weight
        self.belief = belief / belief.sum()
        return self.belief
