"""The One-Euro filter: a low-pass filter whose cutoff rises with the speed of what it follows.

Casiez, Roussel and Vogel, "1 Euro Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems", CHI 2012. A still value is smoothed strongly, a quick one is followed at once.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


class OneEuro:
    """Smooths an array of values, each by its own speed; knows the time between samples, so any rate will do.

    min_cutoff: hertz, the cutoff at rest; lower is smoother. beta: hertz per unit of speed (units of the value a
    second); higher follows quicker. derivative_cutoff: hertz, of the speed's own filter. All may be arrays that
    broadcast against the values.
    """

    def __init__(self, min_cutoff: Any = 1.0, beta: Any = 0.0, derivative_cutoff: Any = 1.0) -> None:
        self.min_cutoff, self.beta = np.asarray(min_cutoff, float), np.asarray(beta, float)
        self.derivative_cutoff = np.asarray(derivative_cutoff, float)
        self._time = 0.0
        self._value: Values | None = None
        self._speed: Values = np.zeros(())

    def update(self, seconds: float, value: Any, scale: Any = 1.0) -> Values:
        """The filtered values at `seconds`. scale: what one unit of speed is measured in, such as a face's size.

        The first sample passes unchanged, and so does the state when `seconds` does not rise.
        """
        given = np.asarray(value, float)
        if self._value is None:
            self._time, self._value, self._speed = seconds, given.copy(), np.zeros_like(given)
            return self._value.copy()
        step = seconds - self._time
        if step > 0:
            self._time = seconds
            speed = (given - self._value) / (step * scale)
            self._speed = self._speed + share(step, self.derivative_cutoff) * (speed - self._speed)
            cutoff = self.min_cutoff + self.beta * np.abs(self._speed)
            self._value = self._value + share(step, cutoff) * (given - self._value)
        return self._value.copy()

    def reset(self) -> None:
        """Forget; the next sample passes unchanged."""
        self._value = None


def share(step: float, cutoff: Any) -> Any:
    """How much of a new sample a first-order low-pass filter takes after `step` seconds, at `cutoff` hertz: 0..1."""
    turn = 2 * math.pi * step * cutoff
    return turn / (turn + 1)
