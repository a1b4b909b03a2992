"""The axes of a chart: where values stand, round ticks, and how numbers are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Size of a chart in its own units; fonts are meant for about one CSS pixel a unit.
WIDTH, HEIGHT = 420.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 24.0, 42.0  #: margins of the plot in them

Format = Callable[[float], str]


def percent(value: float) -> str:
    """0.8666 -> 86.7 %, and 0.5 -> 50 %."""
    return f"{100 * value:.1f}".removesuffix(".0") + " %"


def tenths(value: float) -> str:
    """0.8666 -> 86.7 %, and 0.5 -> 50.0 %: for columns, where every value has its decimal."""
    return f"{100 * value:.1f} %"


def plain(value: float) -> str:
    """A number as short as it can be: 1,140, 0.25, 3."""
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"


@dataclass(frozen=True)
class Axes:
    """The plot's axes: the values at its edges."""

    x: tuple[float, float]
    y: tuple[float, float]

    @classmethod
    def around(
        cls,
        xs: Sequence[NDArray[Any]],
        ys: Sequence[NDArray[Any]],
        x_range: tuple[float, float] | None,
        y_range: tuple[float, float] | None,
    ) -> Axes:
        """Axes that hold every finite value, or the given ranges."""
        return cls(x_range or _span(xs, tight=True), y_range or _span(ys, tight=False))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a value in units of the chart."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def draw(self, x_label: str, y_label: str, x_form: Format, y_form: Format) -> str:
        """Grid lines, ticks and names."""
        bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
        parts = []
        for tick in ticks(*self.y):
            _, y = self.at(self.x[0], tick)
            parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text x="{LEFT - 7}" y="{y + 3.7:.1f}" text-anchor="end">{escape(y_form(tick))}</text>')
        for tick in ticks(*self.x):
            x, _ = self.at(tick, self.y[0])
            parts.append(f'<text x="{x:.1f}" y="{bottom + 16:g}" text-anchor="middle">{escape(x_form(tick))}</text>')
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
        if x_label:
            middle = (LEFT + right) / 2
            parts.append(f'<text x="{middle:g}" y="{HEIGHT - 8:g}" text-anchor="middle">{escape(x_label)}</text>')
        if y_label:
            parts.append(f'<text x="{LEFT}" y="{TOP - 13:g}" text-anchor="start">{escape(y_label)}</text>')
        return "".join(parts)


def _span(values: Sequence[NDArray[Any]], tight: bool) -> tuple[float, float]:
    joined = np.concatenate([np.asarray(v, float) for v in values]) if values else np.zeros(0)
    joined = joined[np.isfinite(joined)]
    low, high = (float(joined.min()), float(joined.max())) if len(joined) else (0.0, 1.0)
    if high <= low:
        high = low + 1.0
    return (low, high) if tight else (min(0.0, low) if low < 0.3 * high else low - 0.05 * (high - low), high * 1.04)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values between `low` and `high`, `about` so many, in steps of 1, 2, 2.5 or 5 times a power of ten."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]
