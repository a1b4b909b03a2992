"""Draw `expression.svg`, the shipped expression model's confusions and its reliability diagram.

    python docs/figures/expression.py --data FER

On PublicTest, protocol ferplus-majority. Reliability: Guo et al. 2017 (https://arxiv.org/abs/1706.04599).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mien.lab.expression.evaluate import evaluate

HERE = Path(__file__).parent
WIDTH, HEIGHT, TOP = 900, 420, 66
CELL, LEFT = 38, 112  #: of the matrix
SIDE, RIGHT = 304, 540  #: of the diagram, and where it begins
LEAST = 10  #: faces of a bin that is drawn
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #57534e; }
  .title { font-weight: 600; fill: #292524; } .end { text-anchor: end; } .middle { text-anchor: middle; }
  .cell { fill: #2c68b0; } .ground { fill: #f5f5f4; } .number { text-anchor: middle; font-size: 12.5px; fill: #292524; }
  .number.on { fill: #ffffff; } .frame { fill: none; stroke: #d6d3d1; }
  .ideal { stroke: #a8a29e; stroke-dasharray: 3 4; }
  .told { fill: none; stroke: #2c68b0; stroke-width: 2; stroke-linejoin: round; } .dot { fill: #2c68b0; }
  .band { fill: #2c68b0; opacity: .16; } .limit { stroke: #c2410c; stroke-dasharray: 5 4; } .said { fill: #c2410c; }
  @media (prefers-color-scheme: dark) {
    text { fill: #a8a29e; } .title, .number { fill: #f5f5f4; } .number.on { fill: #10141a; }
    .cell, .dot, .band { fill: #6aa6e8; } .ground { fill: #292a2e; } .frame { stroke: #57534e; }
    .ideal { stroke: #78716c; }
    .told { stroke: #6aa6e8; } .limit { stroke: #fb923c; } .said { fill: #fb923c; }
  }
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", default="shipped")
    asked = parser.parse_args()
    figures = evaluate(asked.model, asked.data, near=False)
    (HERE / "expression.svg").write_text(drawn(figures), encoding="utf-8")


def drawn(figures: dict[str, Any]) -> str:
    said = "Confusion matrix over eight expressions, and how often the answers are right at each confidence"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" aria-label="{said}">',
        f"<style>{STYLE}</style>",
        *_confusion(figures["labels"], figures["confusion"]),
        *_reliability(figures["reliability"], figures["abstention"]["threshold"]),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _confusion(labels: Sequence[str], matrix: Sequence[Sequence[int]]) -> list[str]:
    """Of a hundred faces of a row, how many are called what."""
    parts = [f'<text class="title" x="{LEFT}" y="24">of 100 faces of a row, how many are called ...</text>']
    for i, (label, row) in enumerate(zip(labels, matrix, strict=True)):
        y = TOP + i * CELL
        parts.append(f'<text class="end" x="{LEFT - 10}" y="{y + CELL / 2 + 5:g}">{label}</text>')
        parts.append(f'<text class="middle" x="{LEFT + (i + 0.5) * CELL:g}" y="{TOP - 10}">{label[:3]}</text>')
        for j, count in enumerate(row):
            share = count / max(1, sum(row))
            x = LEFT + j * CELL
            box = f'x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL - 2}" rx="4"'
            parts.append(f'<rect class="ground" {box}/>')
            if count:
                parts.append(f'<rect class="cell" {box} opacity="{0.08 + 0.92 * share:.2f}"/>')
                on = " on" if share > 0.5 else ""
                parts.append(
                    f'<text class="number{on}" x="{x + CELL / 2:g}" y="{y + CELL / 2 + 4.5:g}">{_whole(share)}</text>'
                )
    return parts


def _whole(share: float) -> str:
    return "&lt;1" if share < 0.005 else f"{100 * share:.0f}"


def _reliability(bins: Sequence[dict[str, Any]], limit: float) -> list[str]:
    """Confidence against accuracy, with 95 % intervals; right is what lies on the diagonal."""

    def at(x: float, y: float) -> str:
        return f"{RIGHT + x * SIDE:.1f},{TOP + (1 - y) * SIDE:.1f}"

    low = TOP + SIDE
    parts = [
        f'<text class="title" x="{RIGHT}" y="24">is it right as often as it says?</text>',
        f'<rect class="frame" x="{RIGHT}" y="{TOP}" width="{SIDE}" height="{SIDE}"/>',
        f'<path class="ideal" d="M{at(0, 0)} {at(1, 1)}"/>',
    ]
    for tick in (0, 0.5, 1):
        parts.append(f'<text class="end" x="{RIGHT - 8}" y="{low - tick * SIDE + 5:g}">{tick:.0%}</text>')
        parts.append(f'<text class="middle" x="{RIGHT + tick * SIDE:g}" y="{low + 20}">{tick:.0%}</text>')
    parts.append(f'<text class="middle" x="{RIGHT + SIDE / 2:g}" y="{low + 40}">confidence</text>')
    parts.append(f'<text x="{RIGHT}" y="{TOP - 10}">right</text>')
    if limit:
        x = RIGHT + limit * SIDE
        parts.append(f'<path class="limit" d="M{x:.1f},{TOP} V{low}"/>')
        parts.append(f'<text class="said end" x="{x - 7:.1f}" y="{TOP + 18}">unsure below</text>')
    shown = [b for b in bins if b["n"] >= LEAST]
    upper = [at(b["confidence"], b["interval"][1]) for b in shown]
    lower = [at(b["confidence"], b["interval"][0]) for b in reversed(shown)]
    parts.append(f'<path class="band" d="M{" ".join(upper + lower)}Z"/>')
    parts.append(f'<path class="told" d="M{" ".join(at(b["confidence"], b["accuracy"]) for b in shown)}"/>')
    for b in shown:
        x, y = at(b["confidence"], b["accuracy"]).split(",")
        parts.append(f'<circle class="dot" cx="{x}" cy="{y}" r="3.5"/>')
    return parts


if __name__ == "__main__":
    main()
