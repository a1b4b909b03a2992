"""A chart of where the values of several groups lie, one strip a group: easier to compare than histograms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape


def ranges(
    rows: Mapping[str, Mapping[str, float]],
    span: tuple[float, float],
    *,
    title: str = "",
    form: Callable[[float], str] = lambda value: f"{value:,.0f}",
) -> str:
    """Strips of `mien.lab.explore.looks.spread` figures: a line from the 5th to the 95th percentile, a bar over the
    middle half, a stroke at the median, whose value is written beside it. `span`: the values at both ends.
    """
    parts = []
    for name, row in rows.items():
        low, quarter, half, three, high = (_place(row[key], span) for key in ("p5", "p25", "median", "p75", "p95"))
        said = f"{name}: half of the faces lie between {form(row['p25'])} and {form(row['p75'])}"
        parts.append(
            f'<span>{escape(name)}</span><svg style="--height:14px" height="14" role="img" aria-label="{escape(said)}">'
            f"<title>{escape(said)}</title>"
            '<rect width="100%" height="14" rx="2" fill="var(--panel)"/>'
            f'<rect x="{low:.2f}%" width="{high - low:.2f}%" y="6" height="2" fill="var(--s1)" opacity=".55"/>'
            f'<rect x="{quarter:.2f}%" width="{three - quarter:.2f}%" y="3" height="8" rx="2" fill="var(--s1)" '
            'opacity=".5"/>'
            f'<line x1="{half:.2f}%" x2="{half:.2f}%" y1="1" y2="13" stroke="var(--ink)" stroke-width="2"/></svg>'
            f'<div class="values"><span>{escape(form(row["median"]))}</span></div>'
        )
    heading = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    return f'<figure class="chart">{heading}<div class="bars">{"".join(parts)}</div></figure>'


def _place(value: float, span: tuple[float, float]) -> float:
    """Where a value lies between the ends, in percent."""
    low, high = span
    return 100 * min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 50.0
