"""The drawings: valid, different where they must be, the same where they must be."""

from __future__ import annotations

import io
import itertools
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mien.avatar import OVERLAYS, EmojiPainter, emoji_picture, emoji_svg, face_svg, known_emoji, rasterise
from mien.emoji import RECIPES
from mien.errors import PictureError
from mien.types import CONTROLS, LABELS, UNSURE, Expression, Pose

# With the mouth shut there is nothing for `mouthClose` to close.
INVISIBLE_ALONE = {"mouthClose"}


def pixels(svg: str, size: int = 64) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")).astype(int)


def distance(a: str, b: str) -> float:
    return float(np.abs(pixels(a) - pixels(b)).mean())


def expression(label: str, emoji: str) -> Expression:
    return Expression({label: 1.0}, label, 1.0, 0.0, 0.0, 0.5, emoji)


@pytest.mark.parametrize("control", CONTROLS)
def test_each_control_at_its_extreme_is_drawn_and_seen(control: str) -> None:
    rest, full = face_svg({}), face_svg({control: 1.0})
    ET.fromstring(full)
    if control in INVISIBLE_ALONE:
        assert distance(face_svg({"jawOpen": 1.0}), face_svg({"jawOpen": 1.0, control: 1.0})) > 0.5
    else:
        assert distance(rest, full) > 0.03


def test_left_and_right_controls_move_their_own_side() -> None:
    rest = pixels(face_svg({}))
    for stem in ("eyeBlink", "browDown", "mouthDimple", "mouthStretch", "eyeWide", "noseSneer"):
        left = np.abs(pixels(face_svg({stem + "Left": 1.0})) - rest).sum(axis=(0, 2))
        right = np.abs(pixels(face_svg({stem + "Right": 1.0})) - rest).sum(axis=(0, 2))
        # The face's left is on the right of the picture.
        assert left[32:].sum() > 4 * left[:32].sum(), stem
        assert right[:32].sum() > 4 * right[32:].sum(), stem


def test_all_controls_full_still_draws_a_face() -> None:
    svg = face_svg(dict.fromkeys(CONTROLS, 1.0), OVERLAYS, pose=Pose(90, -90, 180))
    ET.fromstring(svg)
    assert pixels(svg)[..., 3].max() == 255


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(CONTROLS), st.floats(-1, 2) | st.just(float("nan"))))
def test_any_controls_give_valid_svg_inside_the_canvas(controls: dict[str, float]) -> None:
    svg = face_svg(controls)
    ET.fromstring(svg)
    assert "nan" not in svg and "inf" not in svg
    alpha = pixels(svg)[..., 3]
    assert alpha[32, 32] == 255
    assert max(alpha[:, 0].max(), alpha[:, -1].max(), alpha[0].max(), alpha[-1].max()) < 128


@pytest.mark.parametrize("emoji", ["😂", "😆", "😱", "😡", "😘", "😭", "🤢"])
def test_the_drawing_moves_without_jumps(emoji: str) -> None:
    target = RECIPES[emoji].controls
    frames = [pixels(face_svg({name: value * i / 40 for name, value in target.items()})) for i in range(41)]
    steps = [float(np.abs(a - b).mean()) for a, b in itertools.pairwise(frames)]
    assert max(steps) < 2.5
    assert max(steps) < 6 * np.mean(steps)


def test_the_same_input_is_the_same_text_and_ids_differ_between_faces() -> None:
    controls = {"jawOpen": 0.51, "mouthSmileLeft": 0.3}
    assert face_svg(controls, ("tear",)) == face_svg(dict(reversed(controls.items())), ["tear"])
    ids = [{node.get("id") for node in ET.fromstring(face_svg(c)).iter() if node.get("id")} for c in (controls, {})]
    assert not ids[0] & ids[1]


def test_every_reference_inside_the_svg_resolves() -> None:
    for emoji in RECIPES:
        svg = emoji_svg(emoji)
        ids = {node.get("id") for node in ET.fromstring(svg).iter()}
        references = {part.split(")")[0] for part in svg.split("url(#")[1:]}
        assert references <= ids, emoji


def test_names_it_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="jawOpenn"):
        face_svg({"jawOpenn": 1.0})
    with pytest.raises(ValueError, match="moustache"):
        face_svg({}, ("moustache",))


def test_pose_moves_the_features_the_way_the_head_turns() -> None:
    def darkest(pose: Pose) -> tuple[float, float]:
        picture = pixels(face_svg({}, pose=pose))
        dark = (picture[..., :3].sum(axis=2) < 300) & (picture[..., 3] == 255)
        rows, columns = np.nonzero(dark)
        return float(columns.mean()), float(rows.mean())

    assert darkest(Pose(20, 0, 0))[0] > darkest(Pose(0, 0, 0))[0] + 2 > darkest(Pose(-20, 0, 0))[0] + 4
    assert darkest(Pose(0, 15, 0))[1] < darkest(Pose(0, -15, 0))[1] - 2


@pytest.mark.parametrize("size", [32, 96])
def test_every_two_emoji_look_different(size: int) -> None:
    pictures = [np.asarray(emoji_picture(emoji, size)).astype(int) for emoji in RECIPES]
    names = list(RECIPES)
    for i, a in enumerate(pictures):
        for j in range(i):
            assert np.abs(a - pictures[j]).mean() > 0.4, (names[i], names[j])


def test_the_picture_has_a_text_alternative() -> None:
    root = ET.fromstring(emoji_svg("😂"))
    texts = {node.tag.split("}")[1]: node.text for node in root}
    assert texts["title"] == "face with tears of joy"
    assert texts["desc"] and "tears of joy" in texts["desc"]


@pytest.mark.parametrize("size", [1, 17, 32, 128])
def test_rasterise_gives_a_png_of_the_asked_size(size: int) -> None:
    picture = Image.open(io.BytesIO(rasterise(emoji_svg("😀"), size)))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (size, size), "RGBA")


def test_rasterise_refuses_no_size() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        rasterise(emoji_svg("😀"), 0)


def test_an_emoji_without_a_drawing_gets_the_nearest() -> None:
    assert known_emoji("☹") == "☹️"
    assert known_emoji("☺︎") == "☺️"
    assert known_emoji("🤦🏾‍♀️") == "🤦"
    assert known_emoji("🚗") == known_emoji("") == "🫥"
    assert emoji_picture("🚗", 40) == emoji_picture("🫥", 40)


def test_drawing_is_fast_enough_for_live_faces() -> None:
    controls = dict.fromkeys(CONTROLS, 0.5)
    best = 1.0
    for _ in range(20):
        start = time.perf_counter()
        face_svg(controls)
        best = min(best, time.perf_counter() - start)
    assert best < 0.003


class TestPainter:
    def save(self, folder: Path, name: str, colour: str, size: tuple[int, int] = (40, 40)) -> None:
        Image.new("RGB", size, colour).save(folder / name)

    def test_draws_the_expressions_emoji_without_a_folder(self) -> None:
        picture = EmojiPainter()(expression("happiness", "😂"), 48)
        assert (picture.mode, picture.size) == ("RGBA", (48, 48))
        assert picture == emoji_picture("😂", 48)

    def test_own_pictures_replace_the_drawings(self, tmp_path: Path) -> None:
        self.save(tmp_path, "Happy.png", "red")
        self.save(tmp_path, "SADNESS.JPG", "blue")
        self.save(tmp_path, "unsure.webp", "lime")
        (tmp_path / "notes.txt").write_text("not a picture")
        painter = EmojiPainter(tmp_path)
        assert painter(expression("happiness", "😂"), 32).getpixel((16, 16)) == (255, 0, 0, 255)
        red, green, blue, _ = painter(expression("sadness", "😢"), 32).getpixel((16, 16))
        assert blue > 240 > 20 > max(red, green)
        assert painter(expression(UNSURE, "🫥"), 32).getpixel((16, 16))[1] > 240

    def test_a_label_without_a_picture_falls_back_to_the_drawing(self, tmp_path: Path) -> None:
        self.save(tmp_path, "angry.png", "red")
        painter = EmojiPainter(tmp_path)
        for label in LABELS:
            own = painter(expression(label, "😮"), 32) != emoji_picture("😮", 32)
            assert own == (label == "anger")

    def test_a_wide_picture_keeps_its_shape(self, tmp_path: Path) -> None:
        self.save(tmp_path, "fear.png", "red", (200, 50))
        picture = EmojiPainter(tmp_path)(expression("fear", "😱"), 40)
        assert picture.size == (40, 40)
        assert picture.getpixel((20, 2))[3] == 0
        assert picture.getpixel((20, 20)) == (255, 0, 0, 255)

    def test_a_users_own_class_finds_its_picture(self, tmp_path: Path) -> None:
        self.save(tmp_path, "Bored.png", "red")
        assert EmojiPainter(tmp_path)(expression("bored", "😐"), 16).getpixel((8, 8)) == (255, 0, 0, 255)

    def test_a_folder_it_cannot_use_is_one_clear_line(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        (tmp_path / "empty").mkdir()
        broken = tmp_path / "broken"
        broken.mkdir()
        (broken / "happy.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
        for folder in (tmp_path / "missing", tmp_path / "file", tmp_path / "empty", broken):
            with pytest.raises(PictureError) as caught:
                EmojiPainter(folder)
            assert str(folder) in str(caught.value) and "\n" not in str(caught.value)
