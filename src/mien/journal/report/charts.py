"""The report's chart as SVG text: shares over time as stacked areas, with moments marked.

Lengths are of the viewBox. Colours are those of `mien.media.palette`, which any colour vision tells apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from mien.journal.report.words import clock, percent
from mien.journal.shares import SHARES, Shares
from mien.media.palette import COLOURS
from mien.types import UNSURE

#: From the ground up: what stands out lies on the ground, where areas are read best.
ORDER = ("happiness", "surprise", "contempt", "disgust", "fear", "anger", "sadness", "neutral", UNSURE)
assert set(ORDER) == set(SHARES)

#: Of the chart: size, and the height that is kept for marks above and for the clock below.
WIDTH, HEIGHT, ABOVE, BELOW = 1000, 430, 34, 30
_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def hexed(label: str) -> str:
    red, green, blue = COLOURS[label]
    return f"#{red:02x}{green:02x}{blue:02x}"


def areas(shares: Shares, begin: float, length: float, marks: Sequence[tuple[int, float]]) -> str:
    """Stacked areas of the seconds `begin` to `begin + length` of a session.

    marks: (number, seconds from `begin`) of moments. Where nobody was seen there is a gap.
    """
    ground, full = HEIGHT - BELOW, HEIGHT - BELOW - ABOVE
    across = WIDTH / length
    parts = [
        f'<rect class="bed" x="0" y="{ABOVE}" width="{WIDTH}" height="{full}"/>',
        f'<clipPath id="inside"><rect x="0" y="{ABOVE}" width="{WIDTH}" height="{full}"/></clipPath>',
        '<g clip-path="url(#inside)">',
    ]
    for run in _runs(shares):
        xs = [(shares.times[place] + shares.step / 2 - begin) * across for place in run]
        xs[0], xs[-1] = xs[0] - shares.step / 2 * across, xs[-1] + shares.step / 2 * across
        if len(run) == 1:
            run, xs = [run[0], run[0]], [xs[0], xs[0] + shares.step * across]
        floor = [0.0] * len(run)
        for label in ORDER:
            top = [low + shares.shares[label][place] for low, place in zip(floor, run, strict=True)]
            if max(t - f for t, f in zip(top, floor, strict=True)) > 0.002:
                line = [f"{x:.1f},{ground - t * full:.1f}" for x, t in zip(xs, top, strict=True)]
                back = [f"{x:.1f},{ground - f * full:.1f}" for x, f in zip(xs, floor, strict=True)]
                parts.append(f'<polygon class="{label}" points="{" ".join(line + back[::-1])}"/>')
            floor = top
    parts.append("</g>")
    for share in (0.25, 0.5, 0.75):
        y = ground - share * full
        parts.append(f'<line class="grid" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
    parts += [_tick(seconds, seconds * across, ground) for seconds in _ticks(length)]
    parts += _marks(marks, across, ground)
    said = "Expression shares over the clip: " + ", ".join(
        f"{label} {percent(value)}" for label, value in shares.overall().items() if value >= 0.005
    )
    return (
        f'<svg class="areas" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(said)}">'
        f"{_hatching()}{''.join(parts)}</svg>"
    )


def _runs(shares: Shares) -> Iterator[list[int]]:
    """Places of points that follow each other without a gap."""
    run: list[int] = []
    for place, time in enumerate(shares.times):
        if run and time - shares.times[run[-1]] > 1.5 * shares.step:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _ticks(length: float) -> list[float]:
    step = next((tick for tick in _TICKS if length / tick <= 11), 7200)
    return [step * i for i in range(int(length // step) + 1)]


def _tick(seconds: float, x: float, ground: float) -> str:
    anchor = "start" if x < 20 else "end" if x > WIDTH - 20 else "middle"
    return (
        f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{ground}" y2="{ground + 6}"/>'
        f'<text x="{x:.1f}" y="{ground + 24}" text-anchor="{anchor}">{clock(seconds)}</text>'
    )


def _marks(marks: Sequence[tuple[int, float]], across: float, ground: float) -> Iterator[str]:
    """Numbers in circles above the areas, moved apart where they would overlap, each with a line to its time."""
    last = -100.0
    for number, seconds in sorted(marks, key=lambda mark: mark[1]):
        at = seconds * across
        x = min(max(at, 13.0, last + 28), WIDTH - 13.0)
        last = x
        yield f'<path class="lead" d="M{at:.1f} {ground}V{ABOVE}L{x:.1f} 27"/>'
        yield f'<circle class="mark" cx="{x:.1f}" cy="14" r="12.5"/>'
        yield f'<text class="number" x="{x:.1f}" y="19.5">{number}</text>'


def _hatching() -> str:
    """Unsure is hatched, so that it is never taken for an expression."""
    return (
        '<defs><pattern id="unsure" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="bed" width="7" height="7"/><rect class="stroke" width="2.2" height="7"/></pattern></defs>'
    )
