"""Draw `temporal.svg`: one made clip of two faces, each frame alone and smoothed.

    python docs/figures/temporal.py --data FER

The clip: a neutral face that the network can hardly tell from a sad one, and a happy one, of PublicTest's odd faces.
Only what was read of them is drawn.
"""

from __future__ import annotations

import argparse
from itertools import groupby
from pathlib import Path

import numpy as np

from mien.expression.recogniser import Recogniser
from mien.lab.data import load_faces
from mien.lab.temporal.measuring import UNSURE, each_frame, smoothed, switches
from mien.lab.temporal.sequences import RATE, Clip, changing_clip, part_of
from mien.types import LABELS

HERE = Path(__file__).parent
AT = 30  # frames a second
DOUBTFUL = 10  # so many still faces are filmed, to draw the one that stays most doubtful
WIDTH, LEFT, RIGHT = 900, 104, 16
COLOURS = {"neutral": "n", "happiness": "h", "sadness": "s"}  # the rest: "o"
STYLE = """
  text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #57534e; }
  .title { font-weight: 600; fill: #292524; }
  .frame { fill: none; stroke: #d6d3d1; }
  .change { stroke: #a8a29e; stroke-dasharray: 3 4; }
  path { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .n { stroke: #64748b; fill: #64748b; } .h { stroke: #d97706; fill: #d97706; } .s { stroke: #2563eb; fill: #2563eb; }
  .o { stroke: #a21caf; fill: #a21caf; } .u { stroke: #d6d3d1; fill: #d6d3d1; }
  path.n, path.h, path.s, path.o { fill: none; } rect.n, rect.h, rect.s, rect.o, rect.u { stroke: none; }
  text.n, text.h, text.s { stroke: none; font-weight: 600; }
  @media (prefers-color-scheme: dark) {
    text { fill: #a8a29e; } .title { fill: #f5f5f4; } .frame { stroke: #57534e; } .change { stroke: #78716c; }
    .n { stroke: #94a3b8; fill: #94a3b8; } .h { stroke: #fbbf24; fill: #fbbf24; } .s { stroke: #60a5fa; fill: #60a5fa; }
    .o { stroke: #e879f9; fill: #e879f9; } .u { stroke: #57534e; fill: #57534e; }
  }
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    faces = part_of(load_faces(parser.parse_args().data).only("PublicTest"), "odd")
    recogniser = Recogniser()
    rows = recogniser.probabilities(faces.images)
    neutral, happiness, sadness = (LABELS.index(name) for name in COLOURS)
    between = np.abs(rows[:, neutral] - rows[:, sadness]) + 9 * (faces.truth() != neutral) + 1 - rows[:, neutral]
    clear = int((rows[:, happiness] * (faces.truth() == happiness)).argmax())

    def filmed(doubtful: int) -> tuple[Clip, np.ndarray]:
        order, labels = [doubtful, clear, doubtful], [neutral, happiness, neutral]
        images = [faces.images[i] for i in order]
        clip = changing_clip(images, labels, np.random.default_rng(4), lasting=(2.4, 3.2))
        return clip, recogniser.probabilities(clip.frames)

    def leaning(clip: Clip, read: np.ndarray) -> float:
        """How much surer of one than of the other the network is on average, once the still face is filmed."""
        doubted = read[clip.truth == neutral]
        return abs(float((doubted[:, neutral] - doubted[:, sadness]).mean()))

    clip, read = min((filmed(int(i)) for i in between.argsort()[:DOUBTFUL]), key=lambda made: leaning(*made))
    read = read[:: RATE // AT]
    limit = recogniser.calibration.unsure_below
    (HERE / "temporal.svg").write_text(drawn(clip.truth[:: RATE // AT], clip.changes, read, limit), encoding="utf-8")


def drawn(truth: np.ndarray, changes: list[float], read: np.ndarray, limit: float) -> str:
    told = {"each frame alone": each_frame(read, AT, limit), "smoothed": smoothed(read, AT, limit)}
    seconds = len(truth) / AT
    across = (WIDTH - LEFT - RIGHT) / seconds
    parts, y = [], 34
    for name, t in told.items():
        count = switches(t.probabilities.argmax(1))
        parts.append(f'<text class="title" x="{LEFT}" y="{y - 9}">{name}: {count} switches of the label</text>')
        parts.append(f'<rect class="frame" x="{LEFT}" y="{y}" width="{WIDTH - LEFT - RIGHT}" height="120"/>')
        parts += [f'<text x="{LEFT - 8}" y="{y + 5 + 120 * (1 - p)}" text-anchor="end">{p:.0%}</text>' for p in (0, 1)]
        for label, css in COLOURS.items():
            ys = y + 120 * (1 - t.probabilities[:, LABELS.index(label)])
            points = "L".join(f"{LEFT + across * i / AT:.1f} {v:.1f}" for i, v in enumerate(ys))
            parts.append(f'<path class="{css}" d="M{points}"/>')
        y += 166
    for i, (label, css) in enumerate(COLOURS.items()):
        x = WIDTH - RIGHT - 95 * (len(COLOURS) - 1 - i)
        parts.append(f'<text class="{css}" x="{x}" y="25" text-anchor="end">{label}</text>')
    y -= 8
    strips = {"true": truth, "each frame": told["each frame alone"].said, "smoothed": told["smoothed"].said}
    for name, said in strips.items():
        parts.append(f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{name}</text>')
        start = 0
        for label, run in groupby(said.tolist()):
            count = len(list(run))
            css = "u" if label == UNSURE else COLOURS.get(LABELS[label], "o")
            x, width = LEFT + across * start / AT, across * count / AT
            parts.append(f'<rect class="{css}" x="{x:.2f}" y="{y}" width="{width:.2f}" height="18"/>')
            start += count
        y += 26
    for second in range(int(seconds) + 1):
        parts.append(f'<text x="{LEFT + across * second:.1f}" y="{y + 10}" text-anchor="middle">{second} s</text>')
    for change in changes:
        x = f"{LEFT + across * change:.1f}"
        parts.append(f'<line class="change" x1="{x}" x2="{x}" y1="34" y2="{y - 8}"/>')
    said = "Probabilities of a face over time, frame by frame and smoothed, and the labels told"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 20}" width="{WIDTH}" height="{y + 20}" '
        f'role="img" aria-label="{said}">\n<style>{STYLE}</style>\n' + "\n".join(parts) + "\n</svg>\n"
    )


if __name__ == "__main__":
    main()
