"""Charts as inline SVG and HTML for `mien.lab.pages`: colours are CSS variables, so that they follow light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.lab.axes import HEIGHT, WIDTH, Axes, Format, percent, plain, tenths

__all__ = ["Series", "bars", "heatmap", "histogram", "line", "percent", "plain", "tenths"]

COLOURS = 8  #: how many colours a chart has before they repeat


@dataclass(frozen=True)
class Series:
    """One line, or one set of bars: its name, a value for each place, and for lines where these are (`x`).

    `low` and `high` draw an interval around each value. NaN leaves a gap.
    """

    name: str
    values: Sequence[float] | NDArray[Any]
    x: Sequence[float] | NDArray[Any] | None = None
    low: Sequence[float] | NDArray[Any] | None = None
    high: Sequence[float] | NDArray[Any] | None = None
    points: bool = False  #: of `line`: single dots, not joined


def bars(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    title: str = "",
    form: Format = plain,
    maximum: float | None = None,
) -> str:
    """Horizontal bars, a row a label; with several series a group of bars a row. `maximum`: the value of a full bar."""
    ends = [v for s in series for v in (*s.values, *(() if s.high is None else s.high)) if not math.isnan(v)]
    full = maximum if maximum is not None else max(ends, default=0.0)
    thick = 14 if len(series) == 1 else 9
    rows = []
    for place, label in enumerate(labels):
        parts, values = [], []
        for number, s in enumerate(series):
            value = float(s.values[place])
            text = "–" if math.isnan(value) else form(value)
            values.append(f"<span>{escape(text)}</span>")
            top = number * (thick + 3)
            parts.append(_bar(value, full, top, thick, number, f"{label} {s.name}: {text}"))
            if s.low is not None and s.high is not None:
                parts.append(_whisker(float(s.low[place]), float(s.high[place]), full, top + thick / 2))
        tall = len(series) * (thick + 3) - 3
        rows.append(
            f'<span>{escape(label)}</span><svg style="--height:{tall}px" height="{tall}" role="presentation">'
            f'{"".join(parts)}</svg><div class="values">{"".join(values)}</div>'
        )
    return _figure(title, _legend(series) + f'<div class="bars">{"".join(rows)}</div>')


def _bar(value: float, full: float, top: float, thick: float, number: int, said: str) -> str:
    share = 0.0 if math.isnan(value) or full <= 0 else min(1.0, max(0.0, value / full))
    return (
        f'<rect width="100%" height="{thick}" y="{top:g}" rx="2" fill="var(--panel)"/>'
        f'<rect width="{100 * share:.2f}%" height="{thick}" y="{top:g}" rx="2" fill="{_colour(number)}">'
        f"<title>{escape(said)}</title></rect>"
    )


def _whisker(low: float, high: float, full: float, y: float) -> str:
    if math.isnan(low + high) or full <= 0:
        return ""
    a, b = (f"{100 * min(1.0, max(0.0, v / full)):.2f}%" for v in (low, high))
    return f'<line x1="{a}" x2="{b}" y1="{y:g}" y2="{y:g}" stroke="var(--ink)" stroke-width="1.5" opacity=".7"/>'


def line(
    series: Sequence[Series],
    *,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    x_form: Format = plain,
    y_form: Format = plain,
    marks: bool = False,
    diagonal: bool = False,
) -> str:
    """Lines over a shared pair of axes. `marks`: a dot at each value; `diagonal`: a guide where y equals x."""
    xs = [np.arange(len(s.values), dtype=float) if s.x is None else np.asarray(s.x, float) for s in series]
    ys = [np.asarray(s.values, float) for s in series]
    axes = Axes.around(xs, ys, x_range, y_range)
    parts = [axes.draw(x_label, y_label, x_form, y_form)]
    if diagonal:
        low, high = max(axes.x[0], axes.y[0]), min(axes.x[1], axes.y[1])
        (x1, y1), (x2, y2) = axes.at(low, low), axes.at(high, high)
        parts.append(f'<line class="guide" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>')
    for number, (s, x, y) in enumerate(zip(series, xs, ys, strict=True)):
        if s.low is not None and s.high is not None:
            edge = [axes.at(*p) for p in (*zip(x, s.low, strict=True), *reversed(list(zip(x, s.high, strict=True))))]
            points = " ".join(f"{a:.1f},{b:.1f}" for a, b in edge if not math.isnan(b))
            parts.append(f'<polygon points="{points}" fill="{_colour(number)}" opacity=".16"/>')
        if not s.points:
            parts.append(f'<path d="{_path(axes, x, y)}" fill="none" stroke="{_colour(number)}" stroke-width="2"/>')
        if marks or s.points:
            parts += [_dot(axes, a, b, number, f"{s.name} {x_form(a)}: {y_form(b)}") for a, b in zip(x, y, strict=True)]
    return _figure(title, _legend(series) + _svg(parts, title))


def _path(axes: Axes, x: NDArray[Any], y: NDArray[Any]) -> str:
    pen, words = "M", []
    for a, b in zip(x, y, strict=True):
        if math.isnan(b):
            pen = "M"
            continue
        px, py = axes.at(a, b)
        words.append(f"{pen}{px:.1f} {py:.1f}")
        pen = "L"
    return "".join(words)


def _dot(axes: Axes, x: float, y: float, number: int, said: str) -> str:
    if math.isnan(y):
        return ""
    px, py = axes.at(x, y)
    return (
        f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.2" fill="{_colour(number)}"><title>{escape(said)}</title></circle>'
    )


def histogram(
    edges: Sequence[float] | NDArray[Any],
    series: Sequence[Series],
    *,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    x_form: Format = plain,
    y_form: Format = plain,
) -> str:
    """Counts (or shares) in bins between `edges`, one value fewer than edges; several series lie over each other."""
    e = np.asarray(edges, float)
    ys = [np.nan_to_num(np.asarray(s.values, float)) for s in series]
    if any(len(y) != len(e) - 1 for y in ys):
        raise ValueError(f"{len(e)} edges make {len(e) - 1} bins")
    axes = Axes.around([e], [np.append(y, 0.0) for y in ys], (float(e[0]), float(e[-1])), None)
    parts = [axes.draw(x_label, y_label, x_form, y_form)]
    for number, (s, y) in enumerate(zip(series, ys, strict=True)):
        alone = len(series) == 1
        for i, value in enumerate(y):
            (x1, y1), (x2, y0) = axes.at(e[i], value), axes.at(e[i + 1], 0.0)
            said = f"{s.name} {x_form(e[i])} to {x_form(e[i + 1])}: {y_form(value)}".strip()
            parts.append(
                f'<rect x="{x1 + 0.5:.1f}" y="{y1:.1f}" width="{max(0.4, x2 - x1 - alone):.1f}" height="{y0 - y1:.1f}" '
                f'fill="{_colour(number)}" opacity="{1 if alone else 0.22}"><title>{escape(said)}</title></rect>'
            )
        if not alone:
            path = _path(axes, np.repeat(e, 2)[1:-1], np.repeat(y, 2))
            parts.append(f'<path d="{path}" fill="none" stroke="{_colour(number)}" stroke-width="1.6"/>')
    return _figure(title, _legend(series) + _svg(parts, title))


def heatmap(
    matrix: NDArray[Any],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    title: str = "",
    row_title: str = "true",
    column_title: str = "predicted",
) -> str:
    """A matrix of counts, each cell with its count and its share of the row, and shaded by that share."""
    counts = np.asarray(matrix)
    sums = counts.sum(1)
    head = "".join(f'<th scope="col"><span>{escape(name)}</span></th>' for name in columns)
    body = []
    for i, name in enumerate(rows):
        cells = []
        for j, other in enumerate(columns):
            share = float(counts[i, j] / sums[i]) if sums[i] else 0.0
            said = f"{row_title} {name}, {column_title} {other}: {counts[i, j]:,} ({percent(share)})"
            css = "none" if not counts[i, j] else "hot" if share > 0.7 else ""
            inner = f"{counts[i, j]:,}<small>{100 * share:.0f}&thinsp;%</small>" if counts[i, j] else "·"
            cells.append(
                f'<td class="{css}" style="--share:{0.05 + 0.95 * share:.3f}" title="{escape(said)}">{inner}</td>'
            )
        body.append(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')
    corner = f"<th>{escape(row_title)} ↓ {escape(column_title)} →</th>"
    return _figure(
        title,
        f'<div class="scroll"><table class="heat"><thead><tr>{corner}{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>",
    )


def _colour(number: int) -> str:
    return f"var(--s{number % COLOURS + 1})"


def _legend(series: Sequence[Series]) -> str:
    if len(series) < 2:
        return ""
    items = (f'<li><i style="background:{_colour(i)}"></i>{escape(s.name)}</li>' for i, s in enumerate(series))
    return f'<ul class="legend">{"".join(items)}</ul>'


def _svg(parts: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(title or "chart")}">'
        f"{''.join(parts)}</svg>"
    )


def _figure(title: str, body: str) -> str:
    said = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    return f'<figure class="chart">{said}{body}</figure>'
