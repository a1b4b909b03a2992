"""Drawings of people: valid, moved by every control without tearing, the same where they must be."""

from __future__ import annotations

import io
import itertools
import time
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mien.avatar import MONK, OVERLAYS, AvatarSpec, rasterise
from mien.avatar.head import build_head
from mien.avatar.palette import ramp
from mien.avatar.parts import BACKGROUNDS, CLOTHING, EARRINGS, EXTRAS, FACIAL_HAIR, GLASSES, HAIR, HEADWEAR
from mien.avatar.shapes import Pull
from mien.emoji import RECIPES
from mien.errors import SpecError
from mien.types import CONTROLS, LABELS, Expression, Pose

BARE = AvatarSpec().edited({"hair.style": "bald"})
#: With the mouth shut there is nothing for `mouthClose` to close.
INVISIBLE_ALONE = {"mouthClose"}
PARTS = [
    *(("hair.style", name) for name in HAIR), *(("facial_hair.style", name) for name in FACIAL_HAIR),
    *(("glasses.style", name) for name in GLASSES), *(("headwear.style", name) for name in HEADWEAR),
    *(("earrings.style", name) for name in EARRINGS), *(("clothing.style", name) for name in CLOTHING),
    *(("background.style", name) for name in BACKGROUNDS), *(("extras.worn", (name,)) for name in EXTRAS),
]  # fmt: skip


def pixels(svg: str, size: int = 64) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(rasterise(svg, size))).convert("RGBA")).astype(int)


def distance(a: str, b: str) -> float:
    return float(np.abs(pixels(a) - pixels(b)).mean())


def valid(svg: str) -> None:
    """Well-formed, no broken number, and every reference resolves."""
    ids = [node.get("id") for node in ET.fromstring(svg).iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert {part.split(")")[0] for part in svg.split("url(#")[1:]} <= set(ids)
    assert "nan" not in svg and "inf" not in svg


@pytest.mark.parametrize("control", CONTROLS)
def test_each_control_is_seen_half_and_full(control: str) -> None:
    rest = {"jawOpen": 1.0} if control in INVISIBLE_ALONE else {}
    pictures = [BARE.svg(rest | {control: value}) for value in (0.0, 0.5, 1.0)]
    for svg in pictures:
        valid(svg)
    assert distance(pictures[0], pictures[2]) > 0.02
    assert distance(pictures[0], pictures[1]) > 0.003


def test_left_and_right_controls_move_their_own_side() -> None:
    rest = pixels(BARE.svg({}))
    for stem in ("eyeBlink", "browDown", "mouthDimple", "eyeWide", "noseSneer", "cheekSquint", "eyeSquint"):
        left = np.abs(pixels(BARE.svg({stem + "Left": 1.0})) - rest).sum(axis=(0, 2))
        right = np.abs(pixels(BARE.svg({stem + "Right": 1.0})) - rest).sum(axis=(0, 2))
        # The face's left is on the right of the picture.
        assert left[32:].sum() > 4 * left[:32].sum(), stem
        assert right[:32].sum() > 4 * right[32:].sum(), stem


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(CONTROLS), st.floats(-1, 2) | st.just(float("nan"))),
    st.floats(-90, 90), st.floats(-90, 90),
)  # fmt: skip
def test_any_controls_and_pose_stay_inside_the_canvas(controls: dict[str, float], yaw: float, pitch: float) -> None:
    svg = BARE.svg(controls, pose=Pose(yaw, pitch, 0))
    valid(svg)
    alpha = pixels(svg)[..., 3]
    assert alpha[32, 32] == 255
    assert max(alpha[:, 0].max(), alpha[:, -1].max(), alpha[0].max(), alpha[-1].max()) < 128


@pytest.mark.parametrize("emoji", ["😂", "😆", "😱", "😠", "😘", "😮", "😏"])
def test_the_drawing_moves_without_jumps(emoji: str) -> None:
    target = RECIPES[emoji].controls
    frames = [pixels(BARE.svg({name: value * i / 40 for name, value in target.items()})) for i in range(41)]
    steps = [float(np.abs(a - b).mean()) for a, b in itertools.pairwise(frames)]
    assert max(steps) < 1.6
    assert max(steps) < 6 * np.mean(steps)


def test_a_turning_head_moves_without_jumps_and_the_way_it_turns() -> None:
    frames = [pixels(BARE.svg(pose=Pose(yaw, 0, 0))) for yaw in range(-32, 33, 2)]
    assert max(float(np.abs(a - b).mean()) for a, b in itertools.pairwise(frames)) < 2.5
    head = build_head(BARE, Pull({}), Pose(20, 10, 0))
    straight = build_head(BARE, Pull({}), None)
    assert head.warp(straight.eye(1))[0] > straight.eye(1)[0] + 2
    assert head.warp(straight.eye(1))[1] < straight.eye(1)[1] - 1
    nose = (64.0, straight.nose_y)
    assert head.warp(nose, 1.3)[0] > head.warp(nose)[0]  # what stands before the face moves more


def test_the_jaw_takes_the_chin_along_and_the_mouth_stays_on_the_face() -> None:
    shut, wide = build_head(BARE, Pull({}), None), build_head(BARE, Pull({"jawOpen": 1.0}), None)
    assert wide.chin > shut.chin + 4
    assert wide.rest_chin == shut.rest_chin


@pytest.mark.parametrize(("path", "name"), PARTS, ids=lambda value: str(value))
def test_every_part_draws_small_large_turned_and_moved(path: str, name: object) -> None:
    spec = AvatarSpec().edited({path: name})
    title = ET.fromstring(spec.svg())[0].text
    assert title and "{" not in title
    for svg in (
        spec.svg(), spec.svg(size=32), spec.svg("😂"), spec.svg(pose=Pose(25, -15, 10)), spec.svg(high_contrast=True),
        spec.edited({"shape.width": 1, "shape.length": -1, "hair.volume": 1, "hair.length": -1}).svg(),
    ):  # fmt: skip
        valid(svg)
        assert len(svg) < 40_000
    alpha = pixels(spec.svg())[..., 3]
    if path != "clothing.style" and path != "background.style":
        assert max(alpha[:, 0].max(), alpha[:, -1].max(), alpha[0].max(), alpha[-1].max()) < 200, "out of the canvas"


@pytest.mark.parametrize("overlay", sorted(OVERLAYS))
def test_every_overlay_fits_a_person(overlay: str) -> None:
    svg = AvatarSpec().svg(overlays=(overlay,))
    valid(svg)
    assert distance(svg, AvatarSpec().svg(overlays=("glossy_eyes",) if overlay != "glossy_eyes" else ())) > 0.01


@pytest.mark.parametrize("wanted", [*LABELS, "unsure", "😂", "☹", "grinning face", None])
def test_whatever_names_an_expression_can_be_worn(wanted: str | None) -> None:
    valid(BARE.svg(wanted))


def test_expressions_readings_and_controls_can_be_worn() -> None:
    reading = Expression({"happiness": 1.0}, "happiness", 1.0, 0.8, 0.5, 0.9, "😂")
    assert "laughing" in BARE.svg(reading)
    assert "smiling" in BARE.svg({"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8})


@pytest.mark.parametrize("wanted", ["joyish", "🚗", "", {"jawOpenn": 1.0}])
def test_an_expression_it_does_not_know_is_one_clear_line(wanted: object) -> None:
    with pytest.raises(SpecError) as caught:
        BARE.svg(wanted)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    with pytest.raises(SpecError, match="no overlay"):
        BARE.svg(overlays=("confetti-gun",))


def test_emoji_go_beyond_what_a_face_does() -> None:
    rest, recipe = pixels(BARE.svg({})), RECIPES["😃"]
    as_emoji = np.abs(pixels(BARE.svg("😃")) - rest).mean()
    assert as_emoji > 1.05 * np.abs(pixels(BARE.svg(dict(recipe.controls))) - rest).mean()


@pytest.mark.parametrize("skin", [MONK[0], MONK[9]])
def test_the_eight_expressions_look_different_at_32_pixels(skin: str) -> None:
    spec = AvatarSpec().edited({"skin.colour": skin})
    pictures = {label: pixels(spec.svg(label, size=32), 32) for label in LABELS}
    for a, b in itertools.combinations(LABELS, 2):
        assert np.abs(pictures[a] - pictures[b]).mean() > 0.9, (a, b)


def test_the_same_spec_and_expression_give_the_same_text() -> None:
    spec = AvatarSpec().edited({"hair.style": "short", "marks.freckles": 0.6})
    again = AvatarSpec.from_json(spec.to_json())
    assert spec.svg("😂", size=64) == again.svg("😂", size=64)
    ids = [{node.get("id") for node in ET.fromstring(s.svg()).iter() if node.get("id")} for s in (spec, BARE)]
    assert not ids[0] & ids[1]


def test_the_alternative_text_says_who_and_how() -> None:
    spec = AvatarSpec().edited({"hair.style": "afro", "hair.colour": "black", "glasses.style": "round"})
    root = ET.fromstring(spec.svg("happiness"))
    title = next(node for node in root if node.tag.endswith("title")).text
    assert title == "person with a black afro and round glasses, laughing"
    assert ET.fromstring(spec.edited({"presentation": "f"}).svg())[0].text.startswith("woman with")  # type: ignore[union-attr]


def test_the_plain_emoji_has_no_person_in_it() -> None:
    plain = AvatarSpec(plain=True)
    assert plain.svg("😂") == plain.edited({"hair.style": "afro", "skin.colour": "monk-9"}).svg("😂")
    assert distance(plain.svg("😂"), AvatarSpec().svg("😂")) > 10


def test_small_pictures_are_simpler_and_the_png_has_the_asked_size() -> None:
    spec = AvatarSpec().edited({"marks.freckles": 1, "marks.wrinkles": 1})
    assert len(spec.svg(size=32)) < 0.75 * len(spec.svg(size=128))
    picture = Image.open(io.BytesIO(spec.png(96, "😂")))
    assert (picture.format, picture.size, picture.mode) == ("PNG", (96, 96), "RGBA")


def test_high_contrast_draws_an_edge_round_the_shapes() -> None:
    usual, high = pixels(AvatarSpec().svg(), 128), pixels(AvatarSpec().svg(high_contrast=True), 128)

    def dark(picture: np.ndarray) -> int:
        return int(((picture[..., :3].sum(axis=2) < 150) & (picture[..., 3] == 255)).sum())

    assert dark(high) > dark(usual) + 150


def test_text_is_quick_enough_for_every_frame() -> None:
    spec = AvatarSpec().edited({"glasses.style": "round", "facial_hair.style": "full"})
    spec.svg("😂")
    best = min(_cpu_seconds(lambda: spec.svg("😂")) for _ in range(30))
    assert best < 0.003


def _cpu_seconds(call) -> float:  # type: ignore[no-untyped-def]
    start = time.process_time()
    call()
    return time.process_time() - start


# --- rest, and colours of one's own ---------------------------------------------------------------------------------


def test_somebody_asked_for_nothing_smiles_a_little() -> None:
    def corners(svg: str) -> float:
        return float(np.abs(pixels(svg, 128) - pixels(BARE.svg({}), 128)).sum())

    smile = {"mouthSmileLeft": 0.2, "mouthSmileRight": 0.2}
    assert BARE.svg() == BARE.svg(None)
    assert pixels(BARE.svg(), 128).tolist() == pixels(BARE.svg(smile), 128).tolist()
    assert 0 < corners(BARE.svg()) < corners(BARE.svg({"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8}))
    assert BARE.svg("neutral") != BARE.svg()


def test_a_hat_without_a_chosen_colour_has_its_own() -> None:
    straw = BARE.edited({"headwear.style": "sun-hat"})
    blue = straw.edited({"headwear.colour": "#2f5d8c"})
    assert straw.headwear.colour is None
    assert "#e3c078" in straw.svg()
    assert "#e3c078" not in blue.svg()
    assert "#2f5d8c" in blue.svg()
    assert AvatarSpec.from_json(straw.to_json()) == straw
    assert "None" not in straw.edited({"headwear.style": "fedora"}).svg()
    assert " a fedora" in straw.edited({"headwear.style": "fedora"}).svg()


@pytest.mark.parametrize("width", [-1, 0, 1])
def test_a_receding_hairline_leaves_no_hole_in_the_head(width: float) -> None:
    spec = BARE.edited({"hair.style": "receding", "hair.hairline": 1.0, "shape.width": width})
    alpha = pixels(spec.svg(), 128)[..., 3]
    for row in alpha[alpha.max(1) > 0][8:60]:
        inside = np.flatnonzero(row > 0)
        assert row[inside[0] + 4 : inside[-1] - 3].min() > 200  # the outline itself is soft


@pytest.mark.parametrize("tone", ["monk-8", "monk-9", "monk-10"])
def test_dark_frames_stand_out_on_deep_skin(tone: str) -> None:
    spec = BARE.edited({"skin.colour": tone, "glasses.style": "square", "glasses.colour": "#2b2a30"})
    rim = ramp("#2b2a30").rim
    assert spec.svg().count(rim) > spec.edited({"skin.colour": "monk-2"}).svg().count(rim)
