"""The picture that the window shows: the video, and beside it the emoji, the avatar and the bars of one person."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from mien.avatar.painter import EmojiPainter
from mien.clips.annotated import Annotator
from mien.clips.puppets import Anchor, Spot, laid
from mien.live.gauges import Gauge, labels_of
from mien.media.drawing import Canvas, Rect, drawable, text_width
from mien.media.palette import MUTED, PAPER, Colour, colour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mien.clips.drawers import Pixels
    from mien.types import Scene

GROUND: Colour = (28, 31, 39)
TRACK: Colour = (58, 62, 74)
#: Height of the window's picture in pixels, and width of the panel beside the video.
HEIGHT, PANEL = 560, 300


class Board:
    """Composes the window's pictures."""

    def __init__(self) -> None:
        self._annotator, self._paint = Annotator(timeline=False, lone=False), EmojiPainter()

    def draw(
        self, picture: NDArray[np.uint8], scene: Scene, person: Gauge | None, avatar: Pixels | None, status: str
    ) -> NDArray[np.uint8]:
        """HxWx3, `HEIGHT` pixels high. picture: HxWx3 of the video; person: whom the panel tells of."""
        video = self._annotator.draw(picture, scene)
        scale = HEIGHT / video.shape[0]
        width = min(round(video.shape[1] * scale), 1100)
        scale = width / video.shape[1]
        size = (width, round(video.shape[0] * scale))
        board = np.empty((HEIGHT, width + PANEL, 3), np.uint8)
        board[:] = GROUND
        top = (HEIGHT - size[1]) // 2
        board[top : top + size[1], :width] = np.asarray(Image.fromarray(video).resize(size, Image.Resampling.BILINEAR))
        canvas = Canvas(board)
        self._panel(canvas, width, person, avatar)
        said = drawable(status)
        canvas.text(width + PANEL - 20 - text_width(said, 13), HEIGHT - 16, said, 13, MUTED)
        return canvas.pixels

    def _panel(self, canvas: Canvas, left: int, person: Gauge | None, avatar: Pixels | None) -> None:
        middle = left + PANEL / 2
        if person is None:
            nobody = "Nobody in view yet."
            canvas.text(middle - text_width(nobody, 16) / 2, HEIGHT / 2, nobody, 16, MUTED)
            return
        if avatar is not None:
            laid(canvas.pixels, avatar, Spot(middle, 126, 216, 0), Anchor(0.5, 0, 0))
        said = person.face.expression
        self._title(canvas, left, said.label, f"{said.confidence:.0%}", self._paint(said, 56))
        for place, label in enumerate(labels_of(person)[:9]):
            y = 344 + 21 * place
            on = label == said.label
            canvas.text(left + 24, y + 5, drawable(label)[:11], 14, PAPER if on else MUTED)
            track = Rect(left + 112, y - 4, left + PANEL - 24, y + 4)
            canvas.fill(track, 4, TRACK)
            share = person.bars[label]
            if share >= 0.01:
                long = max(8.0, track.width * min(1.0, share))
                canvas.fill(Rect(track.left, track.top, track.left + long, track.bottom), 4, colour(label))

    def _title(self, canvas: Canvas, left: int, label: str, percent: str, emoji: Image.Image) -> None:
        words = drawable(label)
        width = 56 + 12 + max(text_width(words, 24), text_width(percent, 15))
        x = left + (PANEL - width) / 2
        canvas.sticker(emoji, x, 250, 1.5)
        canvas.text(x + 68, 276, words, 24, PAPER)
        canvas.text(x + 68, 298, percent, 15, MUTED)


def backdrop(width: int, height: int, ground: Colour = (222, 231, 242)) -> NDArray[np.uint8]:
    """A calm ground for an avatar on camera: one colour, a little darker towards the edges. HxWx3."""
    x, y = np.linspace(-1, 1, width)[None], np.linspace(-1, 1, height)[:, None]
    shade = 1 - 0.08 * (x * x * 0.6 + y * y * 0.4)[..., None]
    grain = np.random.default_rng(0).uniform(0, 1, (height, width, 1))  # without it the shades stand in rings
    return np.floor(np.clip(np.array(ground) * shade + grain, 0, 255)).astype(np.uint8)


def on_camera(ground: NDArray[np.uint8], avatar: Pixels | None, dx: float = 0.0) -> NDArray[np.uint8]:
    """The frame of a virtual camera: an avatar with shoulders before its ground. dx: -1..1, where the person is in
    view, from left to right."""
    picture = ground.copy()
    if avatar is None:
        return picture
    height, width = picture.shape[:2]
    side = 0.94 * min(width, height)
    x = width / 2 + (math.tanh(dx) * 0.5) * (width - side) / 2
    laid(picture, avatar, Spot(x, height - side / 2, side, 0.0), Anchor(0.5, 0, 0))
    return picture
