"""Frames of glasses, traced in drawn faces."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from mien.appearance.regions import View
from mien.avatar.palette import lch
from mien.avatar.personalise.eyewear import Frame, read_frame

EYES = (55.0, 105.0)  # x of their middles; 50 pixels apart, at y = 70
SKIN = (214, 168, 148)


def view(width: int, colour: tuple[int, int, int] = (25, 22, 20), *, drop: float = 0.3, round_: bool = False) -> View:
    """A face of plain skin with a frame, its lower rim `drop` eye distances below the eyes."""
    picture = Image.new("RGB", (160, 160), SKIN)
    draw = ImageDraw.Draw(picture)
    for x in EYES:
        box = (x - 21, 52, x + 21, 70 + 50 * drop)
        if width:
            (draw.ellipse if round_ else draw.rectangle)(box, outline=colour, width=width)
    points = np.zeros((68, 2), np.float32)
    for x, eye in zip(EYES, (points[36:42], points[42:48]), strict=True):
        eye[:] = [(x - 10, 70), (x - 4, 66), (x + 4, 66), (x + 10, 70), (x + 4, 74), (x - 4, 74)]
    return View(np.asarray(picture), points, np.ones((160, 160), bool), 1.0)


def traced(seen: View) -> Frame:
    frame = read_frame(seen, np.ones(3))
    assert frame is not None
    return frame


def test_a_thick_dark_frame_is_heavier_than_a_thin_pale_one() -> None:
    thick, thin, none = traced(view(4)), traced(view(1, (176, 138, 121))), traced(view(0))
    assert thick.weight > 0.8 > 0.45 > thin.weight > none.weight
    assert lch(thick.colour).l < 0.3


@pytest.mark.parametrize("drop", [0.24, 0.32, 0.44])
def test_the_lower_rim_is_found(drop: float) -> None:
    assert traced(view(3, drop=drop)).drop == pytest.approx(drop, abs=0.05)


def test_round_lenses_bend_and_straight_ones_do_not() -> None:
    assert traced(view(3, drop=0.42, round_=True)).bend > 0.06
    assert abs(traced(view(3, drop=0.42)).bend) < 0.02


def test_the_photos_light_is_taken_off_the_frame() -> None:
    warm = read_frame(view(4, (120, 60, 30)), np.array([0.5, 1.0, 2.0]))
    assert warm is not None
    red, blue = (int(warm.colour[i : i + 2], 16) for i in (1, 5))
    assert red < 100 > blue > 30


def test_eyes_at_the_pictures_edge_have_no_frame() -> None:
    seen = view(3)
    seen.points[:, 0] -= 60
    seen.points[42:48, 0] -= 45
    assert read_frame(seen, np.ones(3)) is None
