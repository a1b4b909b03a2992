"""How well `mien.watch` keeps people apart: IDF1 and switches on generated clips with known truth.

    python benchmarks/tracking.py [--rate FPS ...] [--save FOLDER] [--json]

The clips are cuts of two public-domain portraits (NASA's Eileen Collins, the US Navy's Grace Hopper; for ten faces also
mirrored and tinted) that walk, turn, cross, hide and come back, see `mien.lab.tracking`. IDF1: Ristani et al. 2016.
`--save` writes each clip with the boxes and numbers drawn in, to look at.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw

import mien
from mien.lab.tracking import SCENARIOS, Identity, Observed, Scenario, Sprite, measure, play, sprite_of
from mien.lab.tracking.moving import variants

COLOURS = ("#ff5252", "#40c4ff", "#ffd740", "#69f0ae", "#e040fb", "#ff9100", "#ffffff", "#8d6e63", "#00e5ff", "#b2ff59")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, nargs="+", default=[30.0, 10.0], help="frames a second")
    parser.add_argument("--only", help="scenarios whose name holds this")
    parser.add_argument("--save", type=Path, help="write the clips, boxes drawn in, to this folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    sprites = portraits()
    rows = []
    for rate in arguments.rate:
        for scenario in SCENARIOS:
            if not arguments.only or arguments.only in scenario.name:
                result = run(scenario, sprites, rate, arguments.save)
                rows.append({"scenario": scenario.name, "rate": rate} | result._asdict())
                if not arguments.json:
                    print(line(rows[-1]), flush=True)
    if arguments.json:
        print(json.dumps(rows))
    else:
        mean, switches = np.mean([row["idf1"] for row in rows]), sum(row["switches"] for row in rows)
        print(f"{'all':<28}{'':>7}{mean:>8.3f}{switches:>10}")
    return 0


def line(row: dict[str, Any]) -> str:
    return (
        f"{row['scenario']:<28}{row['rate']:>4.0f} fps  IDF1 {row['idf1']:.3f}  switches {row['switches']}  found "
        f"{row['found']:.3f}  false {row['false']}  tracks {row['tracks']} for {row['people']} people"
    )


def portraits() -> list[Sprite]:
    """Heads to move about."""
    import matplotlib.cbook
    import skimage.data

    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as stream:
        photos = [skimage.data.astronaut(), np.asarray(Image.open(stream).convert("RGB"))]
    return variants([sprite_of(photo, mien.look(photo).faces[0].box) for photo in photos], 10)


def run(scenario: Scenario, sprites: list[Sprite], rate: float, save: Path | None = None) -> Identity:
    """Play a clip to `mien.Watcher` and compare."""
    truth: list[list[Observed]] = []

    def frames() -> Iterator[tuple[float, np.ndarray]]:
        for t, picture, people in play(scenario, sprites, rate):
            truth.append(people)
            yield t, picture

    seen, shown = [], []
    with mien.Watcher(frames()) as watcher:
        for frame, scene in watcher:
            seen.append([Observed(face.track_id or 0, face.box) for face in scene.faces])
            if save:
                shown.append(drawn(frame.picture, seen[-1], truth[len(seen) - 1]))
    if save:
        write(save / f"{scenario.name.replace(' ', '-').replace(',', '')}-{rate:.0f}.mp4", shown, rate)
    return measure(truth, seen)


def drawn(picture: np.ndarray, seen: list[Observed], truth: list[Observed]) -> np.ndarray:
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    for one in truth:
        x, y, w, h = one.box
        draw.rectangle((x, y, x + w, y + h), outline="#222" if one.counts else "#999")
    for one in seen:
        x, y, w, h = one.box
        colour = COLOURS[one.number % len(COLOURS)]
        draw.rectangle((x, y, x + w, y + h), outline=colour, width=2)
        draw.text((x + 2, y - 16), str(one.number), fill=colour, font_size=16)
    return np.asarray(image)


def write(path: Path, pictures: list[np.ndarray], rate: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=round(rate))
        stream.height, stream.width = pictures[0].shape[:2]
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())


if __name__ == "__main__":
    sys.exit(main())
