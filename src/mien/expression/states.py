"""A filter over labels that knows how long an expression lasts: a hidden Markov model in continuous time.

The hidden state is the label that a face shows. It changes at random moments, on average every `lasts` seconds, to any
label: a Markov chain with the generator Q = (J / C - I) / lasts, C labels, J the C x C matrix of ones. Its transitions
over t seconds, expm(Q t), are exp(-t / lasts) I + (1 - exp(-t / lasts)) J / C, so no matrix exponential is computed and
the rate of frames does not matter. The forward filter is Rabiner's ("A tutorial on hidden Markov models", Proc. IEEE
77, 1989, equations 19-20).

What frames say of a face is not independent: they show the same wrinkle. So what `step` seconds of frames say counts as
1 - exp(-step / memory) independent frames, and, because the error that frames share does not average out however long
one looks, a label that has been shown for a while gets a head start of up to `custom` nats a frame.
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
    custom: nats (0: none), what the shown label is ahead by once it has been shown for much longer than `settles`
    seconds.
    """

    def __init__(self, labels: int, *, lasts: float, memory: float, custom: float = 0.0, settles: float = 1.0) -> None:
        self.lasts, self.memory, self.custom, self.settles = lasts, memory, custom, settles
        self.belief: Row = np.full(labels, 1 / labels)
        self.label = 0
        self.shown_for = 0.0

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
        belief *= np.maximum(probabilities, FLOOR) ** count
        belief[self.label] *= math.exp(count * self.custom * -math.expm1(-self.shown_for / self.settles))
        before = self.label
        self.shown_for = self.shown_for + step if self._settle(belief) == before else 0.0
        return self.label

    def _settle(self, belief: Row) -> int:
        self.belief = belief / belief.sum()
        self.label = int(self.belief.argmax())
        return self.label
