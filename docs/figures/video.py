"""Draw the figures of docs/how-to-video.md from the astronaut's photo, after drawings or networks changed.

    python docs/figures/video.py

Nothing in them is made up: faces are read by `mien.look`, and drawn by what `mien video` and `mien live` draw with.
"""

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME

from mien.clips.annotated import Annotator
from mien.clips.cast import Cast
from mien.clips.drawers import Drawers
from mien.clips.puppets import Puppeteer, anchor_of, laid
from mien.live.blocks import blocks
from mien.live.gauges import Gauges
from mien.live.screen import AVATAR, screen
from mien.live.session import KEYS
from mien.pipeline import look
from mien.types import Scene

HERE = Path(__file__).parent
PHOTO = HERE / "astronaut.jpg"
SIZE, CUT = (480, 360), (24, 0, 424, 300)  # of a frame; the part of the photo in it
SECONDS, RATE = 6.0, 10
GAP = 20


def main() -> None:
    picture = np.asarray(Image.open(PHOTO).convert("RGB").crop(CUT).resize(SIZE, Image.Resampling.LANCZOS))
    still = look(picture)
    scene = replace(still, faces=[replace(still.faces[0], track_id=1)])
    moments = [replace(scene, time=i / RATE) for i in range(round(0.62 * SECONDS * RATE))]
    draw_frames(picture, moments)
    draw_terminal(moments)


def draw_frames(picture: np.ndarray, moments: list[Scene]) -> None:
    annotator, cast = Annotator(duration=SECONDS), Cast()
    for moment in moments:
        annotated = annotator.draw(picture, moment)
        cast.meet(moment)
    replaced, alone = np.array(picture), checkered()
    with Drawers(1) as drawers:
        puppet = Puppeteer(cast, drawers).move(moments[-1].faces[0], 0.0)
        anchor = anchor_of(puppet.spec)
        laid(replaced, puppet.drawing.result(), puppet.spot, anchor)
        middle = puppet.spot._replace(x=SIZE[0] / 2, y=SIZE[1] * (0.03 + 0.94 * anchor.middle), side=SIZE[1] * 0.94)
        laid(alone, puppet.drawing.result(), middle, anchor)
    figure = Image.new("RGBA", (3 * SIZE[0] + 2 * GAP, SIZE[1]), (0, 0, 0, 0))
    for place, panel in enumerate((annotated, replaced, alone)):
        figure.paste(Image.fromarray(panel), (place * (SIZE[0] + GAP), 0), rounded())
    figure.save(HERE / "video.webp", quality=86, method=6)


def checkered() -> np.ndarray:
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]] // 16
    return np.where(((x + y) % 2)[..., None], np.uint8(232), np.uint8(246)).repeat(3, axis=2)


def rounded() -> Image.Image:
    mask = Image.new("L", (SIZE[0] * 4, SIZE[1] * 4))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), 64, fill=255)
    return mask.resize(SIZE, Image.Resampling.LANCZOS)


def draw_terminal(moments: list[Scene]) -> None:
    gauges, cast = Gauges(), Cast()
    for moment in moments * 5:
        gauges.see(replace(moment, time=gauges.now + 0.1))
        cast.meet(moment)
    with Drawers(1) as drawers:
        svg = cast.spec(1).svg(moments[0].faces[0].controls, size=36)
        avatar = blocks(drawers.draw("avatar", svg, 144).result(), AVATAR)
    console = Console(file=io.StringIO(), record=True, width=88, height=22, force_terminal=True)
    console.print(screen(gauges.people, gauges.now, 88, 22, avatars={1: avatar}, keys=KEYS))
    svg = console.export_svg(title="mien live", theme=SVG_EXPORT_THEME)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)  # it would be fetched from the web
    (HERE / "live.svg").write_text(re.sub(r"terminal-\d+", "live", svg), encoding="utf-8")


if __name__ == "__main__":
    main()
