"""The annotated photo: what is drawn, where, and that it can be read on anything."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from mien.media import annotate, palette
from mien.media.cards import Words, forms_for
from mien.media.drawing import Canvas, Rect, drawable, text_width, wrapped
from mien.media.layout import arrange, core
from mien.types import LABELS, UNSURE, Box, Expression, Face, Pose, Quality, Scene

YELLOW = (255, 204, 77)


def disc(expression: Expression, size: int) -> Image.Image:
    image = Image.new("RGBA", (size, size))
    ImageDraw.Draw(image).ellipse((0, 0, size - 1, size - 1), fill=(*YELLOW, 255))
    return image


def expression(label: str = "happiness", confidence: float = 0.8, reason: str | None = None) -> Expression:
    return Expression({label: 1.0}, label, confidence, 0, 0, 0, "🙂", reason)


def face(box: tuple[float, float, float, float], shown: Expression | None = None) -> Face:
    landmarks = np.zeros((68, 2), np.float32)
    return Face(Box(*box), 0.9, landmarks, Pose(0, 0, 0), {}, shown or expression(), Quality(1.0))


def draw(picture: np.ndarray, *faces: Face, paint=disc) -> np.ndarray:
    scene = Scene(picture.shape[1], picture.shape[0], list(faces))
    return np.asarray(annotate(picture, scene, paint))


def ground(kind: str, width: int = 640, height: int = 480) -> np.ndarray:
    if kind == "busy":
        return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return np.full((height, width, 3), {"light": 255, "grey": 120, "dark": 0}[kind], np.uint8)


def near(pixels: np.ndarray, colour: tuple[int, int, int], tolerance: int = 12) -> np.ndarray:
    return (np.abs(pixels.astype(int) - colour) <= tolerance).all(axis=-1)


def test_the_photo_keeps_its_size_and_is_not_changed_itself():
    picture = ground("grey")
    before = picture.copy()
    drawn = draw(picture, face((200, 150, 120, 150)))
    assert drawn.shape == picture.shape and (drawn != picture).any()
    np.testing.assert_array_equal(picture, before)


def test_no_faces_no_marks():
    picture = ground("busy")
    np.testing.assert_array_equal(draw(picture), picture)


def test_the_box_has_the_expressions_colour_and_leaves_the_face_clear():
    picture = ground("grey")
    for label in LABELS:
        drawn = draw(picture, face((200, 200, 120, 150), expression(label)))
        hue = near(drawn, palette.colour(label))
        for row, column in ((275, 200), (275, 319), (349, 260)):  # the card's shadow falls on the upper side
            assert hue[row - 3 : row + 4, column - 3 : column + 4].any()
        np.testing.assert_array_equal(drawn[210:340, 210:310], picture[210:340, 210:310])


def test_the_emoji_is_painted_for_each_face_and_seen():
    painted = []

    def paint(shown: Expression, size: int) -> Image.Image:
        painted.append((shown.label, size))
        return disc(shown, size)

    drawn = draw(
        ground("light"), face((60, 200, 120, 150)), face((380, 200, 120, 150), expression("fear")), paint=paint
    )
    assert sorted(label for label, _ in painted) == ["fear", "happiness"]
    size = painted[0][1]
    assert near(drawn, YELLOW).sum() > 1.2 * math.pi * (size / 2) ** 2


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "LA"])
def test_emoji_of_another_size_or_mode_are_fitted(mode):
    drawn = draw(ground("dark"), face((200, 200, 120, 150)), paint=lambda *_: Image.new(mode, (200, 200)))
    assert drawn.shape == (480, 640, 3)


@pytest.mark.parametrize("kind", ["light", "grey", "dark", "busy"])
@pytest.mark.parametrize("label", [*LABELS, UNSURE])
def test_boxes_and_cards_stand_out_on_any_ground(kind, label):
    picture = ground(kind)
    drawn = draw(picture, face((200, 200, 120, 150), expression(label)))
    luma = drawn @ np.array([0.2126, 0.7152, 0.0722])
    frame = luma[200:350, 196:208]  # across the left edge: light and dark lines side by side
    assert np.median(frame.max(axis=1) - frame.min(axis=1)) > 60
    card = luma[140:196]
    assert (card < 45).sum() > 800  # ground of the card
    assert (card > 200).sum() > 60  # writing


def test_the_bar_grows_with_the_confidence():
    def coloured(confidence: float) -> int:
        drawn = draw(ground("dark"), face((200, 200, 120, 150), expression("disgust", confidence)))
        return int(near(drawn[:190], palette.colour("disgust"), 4).sum())

    areas = [coloured(confidence) for confidence in (0.2, 0.5, 0.8)]
    assert areas[0] < areas[1] < areas[2]
    for odd in (math.nan, -1.0, 7.0):
        coloured(odd)


def test_unsure_shows_its_reason_and_a_dashed_box():
    plain = draw(ground("grey"), face((200, 200, 120, 150), expression(UNSURE, 0.4)))
    reasoned = draw(ground("grey"), face((200, 200, 120, 150), expression(UNSURE, 0.4, "the face is too dark")))
    assert (reasoned[:195] != plain[:195]).sum() > 300
    left = near(plain[230:330, 196:206], palette.PAPER, 30).any(axis=1)
    assert 0.2 < left.mean() < 0.8
    with_reason = draw(ground("grey"), face((200, 200, 120, 150), expression("fear", 0.4, "never shown")))
    np.testing.assert_array_equal(
        with_reason, draw(ground("grey"), face((200, 200, 120, 150), expression("fear", 0.4)))
    )


def crowd(count: int, side: int, width: int, height: int, seed: int = 0) -> list[Rect]:
    dice = random.Random(seed)
    columns = math.ceil(math.sqrt(count * width / height))
    step_x, step_y = width / columns, height / math.ceil(count / columns)
    faces = []
    for index in range(count):
        x = (index % columns + 0.5) * step_x - side / 2 + dice.uniform(-0.15, 0.15) * step_x
        y = (index // columns + 0.5) * step_y - side / 2 + dice.uniform(-0.15, 0.15) * step_y
        faces.append(Rect(x, y, x + side, y + 1.2 * side))
    return faces


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("count", "side"), [(2, 150), (8, 90), (20, 60), (40, 46), (40, 24)])
def test_cards_overlap_neither_each_other_nor_the_middle_of_faces(count, side, seed):
    width, height = 1200, 800
    faces = crowd(count, side, width, height, seed)
    canvas = Canvas(np.zeros((height, width, 3), np.uint8))
    words = Words("happiness", "87%", "", 0.87)
    forms = [forms_for(words, math.sqrt(rect.area), canvas, count) for rect in faces]
    placed = [rect for _, rect in arrange(faces, forms, width, height, 4)]
    for one, other in itertools.combinations(placed, 2):
        assert one.common(other).area <= 0.02 * min(one.area, other.area)
    for (owner, card), (index, rect) in itertools.product(enumerate(placed), enumerate(faces)):
        assert Rect(0, 0, width, height).grown(0.01).common(card).area == pytest.approx(card.area)
        if owner != index:
            assert card.common(core(rect)).area == 0


def test_text_goes_before_the_emoji_when_faces_are_tiny_and_many():
    canvas = Canvas(np.zeros((800, 1200, 3), np.uint8))
    words = Words("happiness", "87%", "", 0.87)
    names = {side: [form.name for form in forms_for(words, side, canvas, 40)] for side in (12, 30, 200)}
    assert names[12] == ["emoji"]
    assert "full" in names[200] and "full" not in names[30]
    assert all(forms[-1] == "emoji" for forms in names.values())


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (200, 3), (16, 16), (100, 100), (3000, 2000)])
def test_any_size_of_picture(size):
    width, height = size
    picture = np.full((height, width, 3), 90, np.uint8)
    drawn = draw(picture, face((0.3 * width, 0.3 * height, 0.4 * width, 0.5 * height)))
    assert drawn.shape == picture.shape


def test_lines_and_text_grow_with_the_picture():
    def marked(scale: int) -> float:
        drawn = draw(ground("grey", 320 * scale, 240 * scale), face((100 * scale, 110 * scale, 80 * scale, 90 * scale)))
        return float((drawn != 120).any(axis=-1).mean())

    assert marked(4) == pytest.approx(marked(2), rel=0.25)


def test_boxes_follow_a_scene_read_at_another_size():
    picture = ground("grey")
    scene = Scene(320, 240, [face((100, 100, 60, 75))])
    np.testing.assert_array_equal(np.asarray(annotate(picture, scene, disc)), draw(picture, face((200, 200, 120, 150))))


def test_faces_cut_by_the_edge_show_their_box_along_it():
    drawn = draw(ground("grey"), face((-60, 200, 120, 150), expression("anger")))
    assert near(drawn[230:320, :4], palette.colour("anger"), 30).any(axis=1).all()


def test_faces_outside_the_picture_and_impossible_boxes_draw_nothing():
    picture = ground("busy")
    outside = [(-200, 0, 100, 100), (700, 20, 50, 50), (math.nan, 0, 10, 10), (0, 0, math.inf, 9), (5, 5, 0, 0)]
    np.testing.assert_array_equal(draw(picture, *(face(box) for box in outside)), picture)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(*[st.floats(-300, 600)] * 4), max_size=6),
    st.text(max_size=40),
    st.floats(),
    st.one_of(st.none(), st.text(max_size=200)),
)
def test_any_boxes_labels_and_numbers_can_be_drawn(boxes, label, confidence, reason):
    faces = [
        face(box, expression(shown, confidence, reason)) for box, shown in zip(boxes, itertools.cycle((label, UNSURE)))
    ]
    assert draw(ground("grey", 300, 200), *faces).shape == (200, 300, 3)


def test_writing_is_brought_to_what_the_font_can_draw():
    assert drawable("fière  d’être") == "fiere d'etre"
    assert drawable("радость") == drawable("😀") == ""
    assert wrapped("the face is too blurred to tell", 12, 90, 2)[0] == "the face is too"
    lines = wrapped("word " * 40, 12, 90, 2)
    assert len(lines) == 2 and lines[1].endswith("...")
    assert all(text_width(line, 12) <= 90 for line in lines)


# Machado, Oliveira & Fernandes 2009, severity 1, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}


def linear(colour: tuple[int, int, int]) -> np.ndarray:
    values = np.array(colour) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart_with_any_colour_vision(vision):
    color = pytest.importorskip("skimage.color")
    seen = {}
    for label, colour in palette.COLOURS.items():
        light = np.clip(np.asarray(VISION[vision]) @ linear(colour), 0, 1)
        seen[label] = color.xyz2lab(light[None, None] @ color.colorconv.xyz_from_rgb.T)[0, 0]
    for one, other in itertools.combinations(seen, 2):
        assert color.deltaE_ciede2000(seen[one], seen[other]) > 10, (one, other)


def test_every_label_has_a_colour_seen_on_the_card():
    weights = np.array([0.2126, 0.7152, 0.0722])
    assert set(palette.COLOURS) == {*LABELS, UNSURE}
    for colour in (*palette.COLOURS.values(), *palette.SPARE):
        assert (linear(colour) @ weights + 0.05) / (linear(palette.INK) @ weights + 0.05) > 3  # WCAG 2.2, 1.4.11


def test_labels_of_other_models_keep_one_colour():
    assert palette.colour("bored") == palette.colour("bored") in palette.SPARE
    assert len({palette.colour(label) for label in ("bored", "calm", "tired", "proud", "shy")}) > 1
