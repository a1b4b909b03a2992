"""What `mien live` draws: the terminal's screen, the window, and the picture of the virtual camera."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from live_scenes import face, seen
from mien.avatar.presets import random_person
from mien.clips.cast import BUST
from mien.clips.drawers import Drawers
from mien.live.blocks import blocks
from mien.live.board import HEIGHT, PANEL, Board, backdrop, on_camera
from mien.live.gauges import GONE, LATELY, Gauges
from mien.live.screen import AVATAR, bar, screen, sparkline
from mien.types import LABELS, Box, Scene


def gauges(people: int, seconds: float = 3.0) -> Gauges:
    told = Gauges()
    for i in range(round(seconds * 10) + 1):
        told.see(seen(*(face(LABELS[1 + p % 7], p + 1, (-1) ** p * 0.7) for p in range(people)), time=i / 10))
    return told


def lines_of(told: Gauges, width: int, height: int, **more: object) -> list[str]:
    """The screen as text, line by line."""
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True, color_system=None)
    console.print(screen(told.people, told.now, width, height, **more))  # type: ignore[arg-type]
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
@pytest.mark.parametrize("people", [0, 1, 2, 3, 12])
def test_the_screen_fits_the_terminal(width: int, people: int) -> None:
    told, height = gauges(people), 24
    avatars = {p.number: blocks(np.full((64, 64, 4), 200, np.uint8), AVATAR) for p in told.people}
    lines = lines_of(told, width, height, avatars=avatars, status="30 fps", keys="q quit  space pause")
    assert len(lines) <= height
    assert max(map(cell_len, lines)) <= width
    text = "\n".join(lines)
    if people == 0:
        assert "Nobody" in text
    elif width >= 40:
        for person in told.people:
            assert person.face.expression.label in text


def test_one_person_gets_a_bar_for_every_expression_and_a_sparkline() -> None:
    text = "\n".join(lines_of(gauges(1), 80, 24))
    for label in LABELS:
        assert label in text
    assert "86%" in text
    assert "valence" in text
    assert "█" in text


def test_the_avatar_is_drawn_where_there_is_room() -> None:
    told = gauges(1)
    avatars = {1: blocks(np.full((64, 64, 4), 200, np.uint8), AVATAR)}
    rows = {
        width: sum("▀" * AVATAR in line for line in lines_of(told, width, 24, avatars=avatars)) for width in (40, 80)
    }
    assert rows == {40: 0, 80: AVATAR // 2}


def test_an_unsure_face_says_why() -> None:
    told = Gauges()
    told.see(seen(replace(face(), expression=replace(face().expression, label="unsure", reason="too dark"))))
    assert "too dark" in "\n".join(lines_of(told, 80, 24))


def test_bars_and_sparklines_have_their_length() -> None:
    for share in (-1.0, 0.0, 0.004, 0.5, 0.999, 1.0, 7.0):
        assert bar(share, 20, "yellow").cell_len == 20
    assert bar(0.5, 20, "yellow").plain == "█" * 10 + " " * 10
    told = gauges(2, seconds=60)
    up, down = (sparkline(person, told.now, 30).plain for person in told.people)
    assert len(up) == len(down) == 30
    assert set(up) == {"▇"}
    assert set(down) == {"▂"}


def test_gauges_follow_the_face_and_forget_who_is_gone() -> None:
    told = gauges(1, seconds=100)
    (person,) = told.people
    assert person.bars["happiness"] == pytest.approx(0.86, abs=1e-3)
    assert len(person.valence) <= 10 * LATELY + 2  # constant memory
    told.see(seen(face("sadness", 1), time=100.1))
    assert 0.3 < person.bars["happiness"] < 0.7  # on its way
    assert told.shares["happiness"] == pytest.approx(100, abs=0.2)
    told.see(seen(time=100.1 + GONE + 0.1))
    assert told.people == []


def test_half_blocks_show_the_drawing_and_leave_the_ground_clear() -> None:
    drawing = np.zeros((40, 40, 4), np.uint8)
    drawing[:, 20:] = (200, 40, 40, 255)
    text = blocks(drawing, 20)
    rows = text.plain.split("\n")
    assert len(rows) == 10
    assert {row[:9] for row in rows} == {" " * 9}
    assert {row[11:] for row in rows} == {"▀" * 9}
    assert any("#c82828" in str(span.style) for span in text.spans)


def test_the_camera_picture_has_the_avatar_in_its_middle() -> None:
    with Drawers(1) as drawers:
        drawing = drawers.draw("a", random_person(2).edited(BUST).svg("happiness", size=300), 300).result()
    ground = backdrop(640, 360, (40, 90, 160))
    picture = on_camera(ground, drawing)
    changed = np.abs(picture.astype(int) - ground).max(axis=2) > 20
    assert changed.mean() > 0.1
    assert np.nonzero(changed)[1].mean() == pytest.approx(320, abs=12)
    assert not changed[:3].any()
    assert changed[-3:].any()  # shoulders reach the lower edge
    assert np.array_equal(on_camera(ground, None), ground)


def test_the_window_shows_video_emoji_and_bars() -> None:
    told = gauges(1)
    picture = np.full((180, 320, 3), 120, np.uint8)
    scene = Scene(320, 180, [replace(face(), box=Box(100, 40, 80, 90))], time=0.0)
    shown = Board().draw(picture, scene, told.people[0], np.full((64, 64, 4), 255, np.uint8), "30 fps")
    empty = Board().draw(picture, Scene(320, 180, [], time=0.0), None, None, "30 fps")
    assert shown.shape == empty.shape
    assert shown.shape[0] == HEIGHT
    panel = np.abs(shown[:, -PANEL:].astype(int) - empty[:, -PANEL:]).max(axis=2) > 30
    assert panel[20:240].mean() > 0.3  # the avatar
    assert panel[250:310].mean() > 0.02  # the emoji
    assert panel[340:520].mean() > 0.02  # the bars
