"""Apparent traits, colours and shape: codes, crops, light, measured on drawn faces and on a public-domain photo."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import mien
from drawn_points import FACE
from mien.appearance import light as lights
from mien.appearance.colours import TONES, measure, measure_skin, step_of, true_skin
from mien.appearance.geometry import MEASURES, Shape, factors, geometry, known_shape, measures
from mien.appearance.oklab import from_oklab, hexed, lab_of, linear, oklab
from mien.appearance.reader import answers, named
from mien.appearance.regions import close_view, hair_places, head_view, skin_regions
from mien.errors import ModelError
from mien.types import CONTROLS, TRAITS, Appearance, Colour, Pose
from mien.vision.crop import HEAD_SIZE, UNSEEN, crop_seen, five_points, head_crop_matrix, map_points, similarity

PHOTO = Path(__file__).parents[1] / "docs/figures/astronaut.jpg"
REST = dict.fromkeys(CONTROLS, 0.0)
FORWARD = Pose(0.0, 0.0, 0.0)

POINTS = FACE * 120 + [90, 100]
#: The landmark crop of the drawn face.
MATRIX = similarity((150.0, 155.0), 200.0, 0.0, 96)

SKIN, HAIR, IRIS, LIP = "#c68863", "#4a2c1a", "#3b6ea5", "#b5504f"


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def drawn(skin: str = SKIN, hair: str = HAIR, ground: str = "#8a8f94") -> np.ndarray:
    """A 300x320 picture of a face with hair, whites, irises and lips of known colours."""
    image = Image.new("RGB", (300, 320), rgb(ground))
    draw = ImageDraw.Draw(image)
    draw.ellipse((80, 55, 220, 260), fill=rgb(hair))
    draw.ellipse((92, 100, 208, 228), fill=rgb(skin))
    for eye in (POINTS[36:42], POINTS[42:48]):
        draw.polygon([tuple(p) for p in eye], fill=(232, 232, 232))
        x, y = eye[[1, 2, 4, 5]].mean(0)
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=rgb(IRIS))
    draw.polygon([tuple(p) for p in POINTS[48:60]], fill=rgb(LIP))
    return np.asarray(image)


def under(picture: np.ndarray, red: float, blue: float) -> np.ndarray:
    """The picture in coloured light: gains on linear red and blue."""
    lit = np.clip(linear(picture) * [red, 1, blue], 0, 1)
    return np.round(255 * np.where(lit <= 0.0031308, 12.92 * lit, 1.055 * lit ** (1 / 2.4) - 0.055)).astype(np.uint8)


def guesses(**likely: str) -> dict[str, dict[str, float]]:
    """Probabilities of every trait: 1 for the codes that are named, otherwise for the first."""
    return {
        trait: {code: float(code == likely.get(trait, answers(trait)[0])) for code in answers(trait)}
        for trait in TRAITS
    }


def apart(a: str, b: str) -> float:
    return float(np.linalg.norm(lab_of(a) - lab_of(b)))


# --- colour space


def test_oklab_and_back_is_the_same_colour():
    colours = np.random.default_rng(0).uniform(0, 1, (50, 3))
    assert np.allclose(from_oklab(oklab(colours)), colours)
    assert hexed(lab_of(SKIN)) == SKIN


def test_white_is_light_without_hue():
    assert np.allclose(lab_of("#ffffff"), [1, 0, 0], atol=1e-3)


def test_a_colour_that_no_screen_shows_keeps_its_lightness():
    shown = lab_of(hexed(np.array([0.6, 0.4, 0.1])))
    assert shown[0] == pytest.approx(0.6, abs=0.01)
    assert np.degrees(np.arctan2(shown[2], shown[1])) == pytest.approx(np.degrees(np.arctan2(0.1, 0.4)), abs=2)


# --- crops


@pytest.mark.parametrize("roll", [0, 35, -80])
def test_the_head_crop_is_upright_and_its_size_follows_the_face(roll):
    turn = similarity((150.0, 150.0), 150.0, -roll, 450)  # three times as large, turned
    five = five_points(map_points(map_points(POINTS, turn), head_crop_matrix(map_points(POINTS, turn))))
    straight = five_points(map_points(POINTS, head_crop_matrix(POINTS)))
    assert np.allclose(five, straight, atol=0.5)
    assert abs(straight[0, 1] - straight[1, 1]) < 0.5
    assert 0.15 < (straight[1, 0] - straight[0, 0]) / HEAD_SIZE < 0.3


def test_what_the_picture_does_not_show_is_flat_grey():
    picture = np.full((20, 20, 3), 255, np.uint8)
    crop = crop_seen(picture, similarity((0.0, 10.0), 20.0, 0.0, 40), 40)
    assert (crop[:, :19] == UNSEEN).all()
    assert (crop[:, 21:] == 255).all()


# --- light


def test_a_photo_without_colour_is_told_however_it_is_toned():
    picture = drawn()
    grey = (picture @ [0.3, 0.59, 0.11])[..., None].repeat(3, 2)
    assert lights.is_grey(grey.astype(np.uint8))
    assert lights.is_grey(np.clip(grey * [1.05, 0.98, 0.82], 0, 255).astype(np.uint8))
    assert not lights.is_grey(picture)


@pytest.mark.parametrize(("red", "blue"), [(1.35, 0.7), (0.75, 1.3)])
def test_coloured_light_is_found_and_taken_out(red, blue):
    lit = under(drawn(), red, blue)
    close = close_view(lit, POINTS.astype(np.float32), MATRIX)
    light, _ = lights.estimate(lights.gather(lit, close))
    base = close_view(drawn(), POINTS.astype(np.float32), MATRIX)
    before, _ = lights.estimate(lights.gather(drawn(), base))
    assert np.sign(light - before).tolist() == np.sign(np.log([red, blue])).tolist()
    said = [measure(p, POINTS.astype(np.float32), MATRIX, guesses(mst="5")).skin for p in (drawn(), lit)]
    raw = [hexed(oklab(measure_skin(close_view(p, POINTS.astype(np.float32), MATRIX)).light)) for p in (drawn(), lit)]
    assert apart(said[0].hex, said[1].hex) < 0.5 * apart(*raw)


def test_an_underexposed_face_keeps_the_lightness_of_its_tone():
    dark = (drawn() * 0.4).astype(np.uint8)
    skin = [measure_skin(close_view(p, POINTS.astype(np.float32), MATRIX)) for p in (drawn(), dark)]
    tone = np.eye(10)[4]
    true = [true_skin(s, np.zeros(2), tone) for s in skin]
    raw = [oklab(s.light)[0] for s in skin]
    assert abs(true[0][0][0] - true[1][0][0]) < 0.3 * abs(raw[0] - raw[1])
    assert true[1][1] > true[0][1]  # the rest of the face is brightened with it


# --- colours


def test_the_drawn_colours_are_measured():
    said = measure(drawn(), POINTS.astype(np.float32), MATRIX, guesses(mst="5", hair_colour="D", hair_len="2"))
    assert apart(said.skin.hex, SKIN) < 0.08
    assert apart(said.hair.hex, HAIR) < 0.09
    assert lab_of(said.eyes.hex)[2] < lab_of(said.skin.hex)[2] - 0.05  # blue beside the skin
    assert lab_of(said.lips.hex)[1] > lab_of(said.skin.hex)[1] + 0.03  # redder than the skin
    assert all(0 < c.confidence <= 1 for c in said)


def test_the_wall_behind_is_not_taken_for_hair():
    fair = measure(drawn(hair="#d8b878", ground="#2030a0"), POINTS.astype(np.float32), MATRIX,
                   guesses(mst="3", hair_colour="Y", hair_len="4"))  # fmt: skip
    assert apart(fair.hair.hex, "#d8b878") < 0.12


def test_no_hair_no_hair_colour():
    points = POINTS.astype(np.float32)
    assert measure(drawn(), points, MATRIX, guesses(mst="4", hair_len="0")).hair is None
    assert measure(drawn(), points, MATRIX, guesses(mst="4", hair_len="C")).hair is None


def test_irises_behind_sunglasses_are_not_measured():
    assert measure(drawn(), POINTS.astype(np.float32), MATRIX, guesses(mst="4", glasses="S")).eyes is None


def test_a_grey_photo_gives_skin_and_hair_of_its_lightness_with_little_confidence():
    grey = (drawn() @ [0.3, 0.59, 0.11]).astype(np.uint8)[..., None].repeat(3, 2)
    said = measure(grey, POINTS.astype(np.float32), MATRIX, guesses(hair_len="2"))
    assert said.eyes is None
    assert said.lips is None
    assert said.skin.confidence <= 0.3
    assert said.hair.confidence <= 0.3
    assert lab_of(said.skin.hex)[0] > lab_of(said.hair.hex)[0] + 0.2
    assert lab_of(said.skin.hex)[2] > 0.01  # a skin's hue, not grey


def test_a_face_that_is_hardly_in_the_picture_has_no_colours():
    beyond = (POINTS - np.array([200, 0])).astype(np.float32)
    said = measure(drawn(), beyond, similarity((-50.0, 155.0), 200.0, 0.0, 96), guesses())
    assert said.skin is None


def test_every_tone_is_nearest_to_itself():
    for number, (lightness, red, blue) in enumerate(TONES, start=1):
        lab = oklab(np.exp([red, 0.0, blue]))
        assert step_of(lab * lightness / lab[0]) == pytest.approx(number, abs=0.06)
    assert all(a > b for a, b in pairwise(TONES[:, 0]))


def test_regions_lie_where_they_are_drawn():
    close = close_view(drawn(), POINTS.astype(np.float32), MATRIX)
    for name, mask in skin_regions(close.points).items():
        there = close.pixels[mask].astype(float)
        assert np.abs(np.median(there, 0) - rgb(SKIN)).max() < 6, name
    head = head_view(drawn(), POINTS.astype(np.float32))
    likely = hair_places(head.points) > 0.6
    assert np.abs(np.median(head.pixels[likely], 0) - rgb(HAIR)).max() < 8


# --- shape


def test_the_mean_face_departs_from_nothing():
    known = known_shape()
    plain = Shape(measures(POINTS), known.slope * 0, known.centre, known.spread, known.brows)
    said = geometry(POINTS.astype(np.float32), FORWARD, REST, {"1": 0.0, "2": 1.0, "3": 0.0}, plain)
    assert set(said) == {*MEASURES, "brow_thickness"}
    assert all(abs(said[name]) < 0.1 for name in MEASURES)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("width", lambda p: p[:17] * [1.1, 1] - [15, 0]),
        ("mouth_width", lambda p: (p[48:68] - p[48:68].mean(0)) * [1.2, 1] + p[48:68].mean(0)),
    ],
)
def test_a_wider_part_is_told_whatever_the_size_and_roll(name, change):
    wide = POINTS.copy()
    part = slice(0, 17) if name == "width" else slice(48, 68)
    wide[part] = change(POINTS)
    turned = map_points(wide, similarity((0.0, 0.0), 10.0, 25.0, 30))
    index = MEASURES.index(name)
    assert measures(wide)[index] > 1.05 * measures(POINTS)[index]
    assert np.allclose(measures(turned), measures(wide), atol=1e-6)


def test_what_a_smile_widens_is_taken_off():
    known = known_shape()
    slope = np.zeros_like(known.slope)
    smile = REST | {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}
    moved = factors(FORWARD, smile) - factors(FORWARD, REST)
    slope[moved.argmax(), MEASURES.index("mouth_width")] = 0.3
    shape = Shape(measures(POINTS), slope, factors(FORWARD, REST), known.spread, known.brows)
    even = {"1": 0.3, "2": 0.4, "3": 0.3}
    points = POINTS.astype(np.float32)
    calm, smiling = (geometry(points, FORWARD, c, even, shape)["mouth_width"] for c in (REST, smile))
    assert smiling < calm


def test_thick_brows_come_from_the_network():
    said = [geometry(POINTS.astype(np.float32), FORWARD, REST, b)["brow_thickness"]
            for b in ({"1": 0.9, "2": 0.1, "3": 0.0}, {"1": 0.0, "2": 0.1, "3": 0.9})]  # fmt: skip
    assert said[0] < 0 < said[1]


# --- the value


def test_presentation_is_unsure_where_it_is_not_clear():
    assert named("presentation", {"m": 0.55, "f": 0.45}).code == "u"
    assert named("presentation", {"m": 0.02, "f": 0.98}).code == "f"


@pytest.fixture(scope="module")
def look() -> Appearance:
    found = mien.look(PHOTO, appearance=True).faces[0].appearance
    assert found is not None
    return found


def test_the_astronaut_looks_as_she_does(look):
    codes = look.codes()
    assert set(codes) == set(TRAITS)
    assert all(codes[trait] in TRAITS[trait] for trait in TRAITS)
    assert codes["glasses"] == "N"
    assert codes["facial_hair"] == "N"
    assert codes["presentation"] in "fu"
    assert look.presentation.probabilities["f"] > look.presentation.probabilities["m"]
    assert codes["hair_colour"] in "DLR"
    assert int(codes["mst"]) <= 5
    for trait in TRAITS:
        value = getattr(look, trait)
        assert sum(value.probabilities.values()) == pytest.approx(1, abs=1e-3)
        assert value.confidence == max(value.probabilities.values())


def test_her_colours_and_shape_are_measured(look):
    for colour in (look.skin, look.hair, look.eyes, look.lips):
        assert isinstance(colour, Colour)
        assert 0 < colour.confidence <= 1
    assert 0.6 < lab_of(look.skin.hex)[0] < 0.95
    assert lab_of(look.hair.hex)[0] < lab_of(look.skin.hex)[0] - 0.15
    assert all(-3 <= value <= 3 for value in look.geometry.values())


def test_the_value_is_ready_for_json(look):
    data = json.loads(json.dumps(look.to_dict()))
    assert data["traits"]["presentation"]["code"] == look.presentation.code
    assert data["colours"]["skin"]["hex"] == look.skin.hex
    assert set(data["geometry"]) == set(look.geometry)


def test_appearance_comes_only_when_asked_for(tmp_path):
    command = [sys.executable, "-m", "mien", "photo", "--json", str(PHOTO)]
    plain = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    asked = json.loads(subprocess.run([*command, "--appearance"], capture_output=True, check=True).stdout)
    assert plain["faces"][0]["appearance"] is None
    assert asked["faces"][0]["appearance"]["traits"]["glasses"]["code"] == "N"


def test_a_model_for_another_job_is_refused(look):
    from mien.appearance import AppearanceReader
    from mien.models import manifest

    landmarks = next(m.path for m in manifest() if m.name == "face-landmarks")
    reader = AppearanceReader(landmarks)
    with pytest.raises(ModelError, match="not an appearance model"):
        reader.probabilities(np.zeros((1, 128, 128, 3), np.uint8), np.zeros((1, 96, 96, 3), np.uint8))
