"""What is drawn over clips: strips that fill up, cards that stay, avatars that cover faces and tilt with them."""

from dataclasses import replace

import numpy as np
import pytest

from mien.clips.annotated import Annotator
from mien.clips.cast import Cast
from mien.clips.drawers import Drawers
from mien.clips.people import STANDS, People
from mien.clips.puppets import Puppeteer, acted, anchor_of, laid, spot_of
from mien.clips.sprites import Sprite
from mien.clips.timeline import Timeline
from mien.media.drawing import Canvas, Rect
from mien.media.palette import colour
from mien.pipeline import look
from mien.types import Box, Face, Scene
from moving_faces import moving

SIZE = (320, 240)


@pytest.fixture(scope="module")
def face() -> Face:
    """The astronaut's."""
    return replace(look(moving()[0]).faces[0], track_id=1)


def seen(*faces: Face, time: float = 0.0) -> Scene:
    return Scene(*SIZE, list(faces), time=time)


def showing(face: Face, label: str, confidence: float = 0.9) -> Face:
    return replace(face, expression=replace(face.expression, label=label, confidence=confidence))


def coloured(picture: np.ndarray, label: str) -> np.ndarray:
    """Which pixels have a label's colour."""
    return np.abs(picture.astype(int) - colour(label)).max(axis=2) < 8


def filled(face: Face, duration: float | None, seconds: float) -> np.ndarray:
    """The lower part of a picture after a strip saw happiness, then surprise from the half on."""
    timeline, people = Timeline(SIZE, duration), People()
    for i in range(round(seconds * 10) + 1):
        label = "happiness" if i < seconds * 5 else "surprise"
        scene = seen(showing(face, label), time=i / 10)
        timeline.see(people.see(scene, SIZE), i / 10)
    picture = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    timeline.draw(picture)
    return picture[200:]


def test_the_strip_fills_as_time_goes_on(face: Face) -> None:
    half, whole = filled(face, 10.0, 5.0), filled(face, 10.0, 10.0)
    for label in ("happiness", "surprise"):
        long, short = coloured(whole, label).sum(), coloured(half, label).sum()
        assert short == pytest.approx(long / 2, rel=0.2)
        assert short > 100
    left, right = (np.nonzero(coloured(whole, label))[1].mean() for label in ("happiness", "surprise"))
    assert left < right


def test_the_strip_runs_along_where_the_length_is_not_known(face: Face) -> None:
    strip = filled(face, None, 50.0)  # the last 30 seconds: 5 of happiness, 25 of surprise
    share = coloured(strip, "happiness").sum() / coloured(strip, "surprise").sum()
    assert share == pytest.approx(5 / 25, abs=0.08)


def test_a_picture_too_small_for_a_strip_has_none() -> None:
    picture = np.full((60, 80, 3), 90, np.uint8)
    Timeline((80, 60), 5.0).draw(picture)
    assert (picture == 90).all()


def test_frames_are_not_drawn_upon_in_place(face: Face) -> None:
    picture = moving()[0]
    before = picture.copy()
    drawn = Annotator(duration=3.0).draw(picture, Scene(240, 180, [face], time=0.0))
    assert np.array_equal(picture, before)
    assert (drawn != before).any()


def test_a_trembling_face_does_not_make_its_card_jump(face: Face) -> None:
    random, annotator = np.random.default_rng(0), Annotator(duration=3.0, timeline=False)
    picture = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    middles = []
    for i in range(40):
        x, y, width, height = np.array([120, 110, 80, 100]) + random.normal(0, 1.2, 4)
        shaken = replace(showing(face, "happiness", 0.9), box=Box(x, y, width, height))
        drawn = annotator.draw(picture, seen(shaken, time=i / 30))
        if i >= 10:
            rows, columns = np.nonzero((drawn[:100] < 60).all(axis=2))  # the dark of the card, above the box
            middles.append((rows.mean(), columns.mean()))
    assert np.ptp(middles, axis=0).max() < 4


def test_the_figure_on_a_card_stands_long_enough_to_be_read(face: Face) -> None:
    people = People()
    shown = [
        people.see(seen(showing(face, "happiness", 0.5 + i / 100), time=i / 30), SIZE)[0].expression.confidence
        for i in range(31)
    ]
    assert len(set(shown)) <= 1 / STANDS + 1
    changed = people.see(seen(showing(face, "sadness", 0.4), time=31 / 30), SIZE)[0].expression
    assert (changed.label, changed.confidence) == ("sadness", 0.4)


def test_a_sprite_is_what_was_painted() -> None:
    def paint(canvas: Canvas) -> None:
        canvas.fill(Rect(4, 4, 36, 20), 8, (240, 60, 30), opacity=0.6)
        canvas.text(8, 16, "mien", 12, (255, 255, 255))

    random = np.random.default_rng(0)
    ground = random.integers(0, 256, (24, 40, 3), dtype=np.uint8)
    direct = Canvas(ground)
    paint(direct)
    laid_over = ground.copy()
    Sprite.drawn(40, 24, paint).over(laid_over, 0, 0)
    assert np.abs(direct.pixels.astype(int) - laid_over).max() <= 3
    cut = ground.copy()
    Sprite.drawn(40, 24, paint).over(cut, -20, 10)
    assert np.array_equal(cut[:10], ground[:10])
    faint = ground.copy()
    Sprite.drawn(40, 24, paint).faded(0.0).over(faint, 0, 0)
    assert np.abs(faint.astype(int) - ground).max() <= 1


@pytest.mark.parametrize("degrees", [-40, 0, 25])
def test_an_avatar_lies_over_the_face_and_tilts_with_it(face: Face, degrees: float) -> None:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = np.array(SIZE) / 2
    points = (face.landmarks - face.landmarks.mean(0)) @ turn.T * 0.8 + middle
    tilted = replace(face, landmarks=points.astype(np.float32))
    with Drawers(1) as drawers:
        puppet = Puppeteer(Cast(), drawers).move(tilted, 0.0)
        assert puppet.drawing is not None
        picture = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
        laid(picture, puppet.drawing.result(), puppet.spot, anchor_of(puppet.spec))
    upright = spot_of(face, anchor_of(puppet.spec))
    assert puppet.spot.roll - upright.roll == pytest.approx(degrees, abs=0.5)
    assert puppet.spot.side == pytest.approx(0.8 * upright.side, rel=0.02)
    covered = (picture != 90).any(axis=2)
    inside = [covered[round(float(y)), round(float(x))] for x, y in points]
    assert np.mean(inside) > 0.95


def test_an_avatar_does_not_smile_in_pain(face: Face) -> None:
    smiling = {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8, "mouthFrownLeft": 0.0, "jawOpen": 0.3}
    controls = face.controls | smiling | {"browOuterUpLeft": 0.5, "browInnerUp": 0.2, "eyeBlinkLeft": 0.0}
    pained = acted(showing(replace(face, controls=controls), "sadness", 0.9))
    assert pained["mouthSmileLeft"] < 0.2 < pained["mouthFrownLeft"]
    assert pained["jawOpen"] == 0.3
    assert pained["browOuterUpLeft"] < 0.1 < 0.3 < pained["browInnerUp"], "worried brows slant"
    assert pained["eyeBlinkLeft"] == 0
    calm = replace(face, controls=controls)
    for label in ("neutral", "unsure", "a class of one's own"):
        played = acted(showing(calm, label))
        assert {k: v for k, v in played.items() if not k.startswith("eye")} == {
            k: v for k, v in controls.items() if not k.startswith("eye")
        }


def test_open_eyes_are_not_drawn_half_shut(face: Face) -> None:
    lids = {f"{name}{side}": value for name, value in (("eyeLookDown", 0.28), ("eyeSquint", 0.19), ("eyeBlink", 0.08))
            for side in ("Left", "Right")}  # fmt: skip
    played = acted(showing(replace(face, controls=face.controls | lids), "neutral"))
    assert [played[name] for name in lids] == [0] * 6
    shut = acted(showing(replace(face, controls=face.controls | {"eyeBlinkLeft": 1.0}), "neutral"))
    assert shut["eyeBlinkLeft"] == 1


def test_a_helper_that_died_is_not_missed() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0H8V8H0Z" fill="#f00"/></svg>'
    with Drawers(1) as drawers:
        first = drawers.draw("one", svg, 8).result()
        for helper in drawers._helpers:
            helper.kill()
            helper.wait()
        second = drawers.draw("two", svg, 8).result()
        assert drawers.draw("one", svg, 8).result() is first
    assert np.array_equal(first, second)
    assert first[4, 4].tolist() == [255, 0, 0, 255]
