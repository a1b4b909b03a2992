"""Drawings as flat lists of shapes, their silhouettes and edges."""

from __future__ import annotations

import io
import math

import numpy as np
import pathops
import pytest
from PIL import Image

from mien.avatar.presets import random_person
from mien.avatar.raster import rasterise
from mien.avatar.spec import AvatarSpec
from mien.emoji import RECIPES
from mien.stickers.outline import EDGE, HAIR, MARGIN, edged, path_data, silhouette, window
from mien.stickers.path_data import append_path, commands
from mien.stickers.tracks import align, contours, resampled
from mien.stickers.vector import Gradient, NotFlat, Shape, parse_transform, shapes


def drawn(data: str) -> pathops.Path:
    path = pathops.Path()
    append_path(path, data)
    return path


def alpha(svg: str, side: int = 96) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rasterise(svg, side))).convert("RGBA"))[..., 3]


def wrapped(body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128">{body}</svg>'


@pytest.mark.parametrize(
    "data",
    [
        "M10 10h50v40H10Z", "M10 10C20 60 60 60 70 10S110 0 100 90z", "m10 60q20-50 40 0t40 0V100H10z",
        "M20 64A40 20 30 1 1 90 64Z", "M20 64a30 30 0 0160 0a4 4 0 01-8 0Z", "M20 20L90 30L60 100L20 20ZM30 30h5v5z",
        "M64 20.5.5 90l60-10Z", "M20 64A5 5 0 0 1 100 64Z",
    ],
)  # fmt: skip
def test_path_data_is_drawn_as_svg_draws_it(data: str) -> None:
    ours, svg = wrapped(f'<path d="{path_data(drawn(data))}"/>'), wrapped(f'<path d="{data}"/>')
    assert np.abs(alpha(ours).astype(int) - alpha(svg)).max() <= 24


def test_flags_of_arcs_need_no_blanks_after_them() -> None:
    assert list(commands("a2 2 0 0110 5")) == [("a", [2.0, 2.0, 0.0, 0.0, 1.0, 10.0, 5.0])]


def test_transforms_are_applied_from_left_to_right() -> None:
    a, b, c, d, e, f = parse_transform("translate(10 5) rotate(90) scale(2)")
    assert (round(a, 6), round(b, 6), round(c, 6), round(d, 6), e, f) == (0, 2, -2, 0, 10, 5)
    turned = parse_transform("rotate(180 64 64)")
    assert math.isclose(turned[4], 128) and math.isclose(turned[5], 128)


def test_groups_uses_and_clips_are_resolved() -> None:
    found = shapes(wrapped(
        '<clipPath id="c"><path d="M0 0h64v128H0Z"/></clipPath><g fill="#abc" opacity=".5" clip-path="url(#c)">'
        '<path id="p" d="M40 40h60v20H40Z"/><use href="#p" transform="translate(0 50)" fill="#fff"/></g>'
    ))  # fmt: skip
    assert [(s.paint, s.opacity) for s in found] == [("#aabbcc", 0.5), ("#ffffff", 0.5)]
    assert [tuple(map(round, s.path.bounds)) for s in found] == [(40, 40, 64, 60), (40, 90, 64, 110)]


def test_gradients_are_placed_in_the_canvas() -> None:
    (shape,) = shapes(wrapped(
        '<linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop stop-color="#000"/><stop offset="1" '
        'stop-color="#fff" stop-opacity=".5"/></linearGradient><path d="M20 30h40v60h-40Z" fill="url(#g)"/>'
    ))  # fmt: skip
    assert isinstance(shape.paint, Gradient) and not shape.paint.radial
    assert (shape.paint.start, shape.paint.end) == ((20, 30), (20, 90))
    assert [s.opacity for s in shape.paint.stops] == [1.0, 0.5]


@pytest.mark.parametrize("emoji", ["😂", "🤯", "🥶", "🎅", "🤠", "😈", "🤦", "🫠"])
def test_a_silhouette_covers_what_the_drawing_covers(emoji: str) -> None:
    for seed in (1, 3):
        svg = random_person(seed).svg(emoji)
        area = wrapped(f'<path fill-rule="evenodd" d="{path_data(silhouette(shapes(svg)))}"/>')
        assert (np.abs(alpha(area).astype(int) - alpha(svg)) > 120).mean() < 0.02


def test_every_expression_but_those_with_a_mask_is_flat() -> None:
    masked = []
    for emoji in RECIPES:
        try:
            assert shapes(AvatarSpec().svg(emoji))
        except NotFlat:
            masked.append(emoji)
    assert masked == ["🫥"]


def test_an_edge_is_white_closed_by_a_dark_hair_and_whole() -> None:
    svg = edged([AvatarSpec().svg("😊")])[0]
    pixels = np.asarray(Image.open(io.BytesIO(rasterise(svg, 512))).convert("RGBA")).astype(int)
    row = pixels[256]
    start = int(np.argmax(row[:, 3] > 20))
    assert row[start, :3].max() < 90, "the hair line"
    assert (row[start + 5, :3] > 245).all(), "the white edge"
    assert pixels[[0, -1], :, 3].max() == 0 and pixels[:, [0, -1], 3].max() == 0, "with a margin all round"


def test_all_frames_share_one_window() -> None:
    areas = [silhouette(shapes(AvatarSpec().svg(e))) for e in ("😊", "🤗")]
    both, one = window(areas), window(areas[:1])
    assert both.side >= one.side
    for area in areas:
        left, top, right, bottom = area.bounds
        room = EDGE + HAIR + MARGIN - 0.01
        assert both.x <= left - room and both.y <= top - room
        assert both.x + both.side >= right + room and both.y + both.side >= bottom + room


def test_a_drawing_whose_shape_cannot_be_told_stays_without_an_edge() -> None:
    assert 'stroke="#fff"' not in edged([AvatarSpec().svg("🫥")])[0]


def square(x: float, colour: str = "#ff0000") -> Shape:
    return Shape(drawn(f"M{x} 0h10v10h-10Z"), colour, 1.0)


def test_shapes_that_come_and_go_have_tracks_of_their_own() -> None:
    red, blue, green = square(0), square(20, "#0000ff"), square(40, "#00ff00")
    tracks = align([[red, green], [red, blue, green], [red, green]])
    assert [[shape is not None for shape in track.shapes] for track in tracks] == [
        [True, True, True], [False, True, False], [True, True, True]
    ]  # fmt: skip
    assert tracks[1].first is blue, "and keep their place in the order of drawing"


def test_a_change_of_colour_is_the_same_shape() -> None:
    (track,) = align([[square(0)], [square(5, "#00ff00")]])
    assert [shape.paint for shape in track.shapes if shape] == ["#ff0000", "#00ff00"]


def test_resampling_keeps_the_shape_and_its_start() -> None:
    (circle,) = contours(drawn("M74 64A10 10 0 1 1 54 64A10 10 0 1 1 74 64Z"))
    even = resampled(circle, 40)
    assert len(even.points) == 40 and all(abs(math.dist(p, (64, 64)) - 10) < 0.1 for p in even.points)
    assert math.dist(even.points[0], (74, 64)) < 0.6
