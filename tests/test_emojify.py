"""The shipped encoder-decoder at run time: slots, a photo read and drawn, attention, the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import mien
from mien.avatar import AvatarSpec
from mien.avatar.neural import Emojified, Emojifier
from mien.avatar.neural.emojifier import slot_attention, views_of, worn_controls
from mien.avatar.neural.output import attention_picture, looked_at, neural_still
from mien.avatar.neural.slots import SLOT_TRAITS, SLOTS, Layout, current_layout
from mien.avatar.presets import random_person
from mien.cli import app
from mien.errors import MienError, PictureError
from mien.types import CONTROLS, TRAITS, Face

PHOTO = Path(__file__).parents[1] / "docs/figures/astronaut.jpg"
runner = CliRunner()


@pytest.fixture(scope="module")
def face() -> Face:
    return mien.look(PHOTO).faces[0]


@pytest.fixture(scope="module")
def said(face: Face) -> Emojified:
    return Emojifier().read(face)


def refused(*arguments: object) -> str:
    """The one line that a refused run says."""
    with pytest.raises(MienError) as caught:
        runner.invoke(app, ["avatar", *map(str, arguments)], catch_exceptions=False)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("seed", range(6))
def test_a_spec_and_its_controls_survive_the_vector(seed: int) -> None:
    layout = current_layout()
    spec = random_person(seed)
    vector = layout.encode(spec, {"jawOpen": 0.4, "eyeBlinkLeft": 1.0})
    again, controls = layout.decode(vector)
    assert again.similarity(spec) > 0.99
    assert (again.hair.style, again.glasses.style) == (spec.hair.style, spec.glasses.style)
    assert controls["jawOpen"] == pytest.approx(0.4)
    assert set(controls) == set(CONTROLS)
    assert np.abs(layout.encode(again, controls) - vector).max() < 0.05


def test_every_trait_and_every_control_has_one_slot() -> None:
    layout = current_layout()
    assert sorted(t for traits in SLOT_TRAITS.values() for t in traits) == sorted(TRAITS)
    assert sorted(f.path for f in layout.fields if f.kind == "control") == sorted(CONTROLS)
    ends = [(layout.span(slot).start, layout.span(slot).stop) for slot in SLOTS]
    assert [a for a, _ in ends[1:]] == [b for _, b in ends[:-1]] and ends[-1][1] == layout.size


def test_a_part_that_a_model_does_not_know_is_left_off() -> None:
    layout = Layout(current_layout().choices | {"glasses.style": ("none", "round")})
    spec = AvatarSpec().edited({"glasses.style": "square"})
    assert layout.decode(layout.encode(spec))[0].glasses.style == "none"


def test_a_photo_is_read_into_spec_controls_and_attention(said: Emojified) -> None:
    assert said.controls["mouthSmileLeft"] > 0.3
    assert said.spec.headwear.style == said.spec.glasses.style == said.spec.facial_hair.style == "none"
    assert {trait: round(sum(codes.values()), 3) for trait, codes in said.traits.items()} == dict.fromkeys(
        said.traits, 1
    )
    assert said.traits["presentation"]["f"] > 0.5
    assert np.allclose(said.attention.sum(1), 1, atol=1e-3)
    places, marks = slot_attention(said, "mouth")
    assert places.shape == (8, 8) and marks.shape == (68,)


def test_the_picture_of_a_photo_is_the_picture_of_its_vector(said: Emojified) -> None:
    again = Emojifier().draw_vectors(said.vector[None])[0]
    assert np.abs(again.astype(int) - said.picture).max() <= 2


def test_the_decoder_draws_about_what_the_engine_draws() -> None:
    spec = AvatarSpec().edited({"hair.style": "short", "hair.colour": "black", "skin.colour": "monk-4"})
    engine = np.asarray(Image.open(io.BytesIO(spec.png(64))).convert("RGBA")).astype(float) / 255
    neural = Emojifier().draw(spec).astype(float) / 255
    for picture in (engine, neural):
        picture[..., :3] *= picture[..., 3:]
    assert ((engine - neural) ** 2).mean() < 0.015
    smiling = Emojifier().draw(spec, worn_controls("happiness")).astype(float) / 255
    assert np.abs(smiling - neural)[40:54, 16:48].mean() > 2 * np.abs(smiling - neural)[:16].mean()


def test_reading_several_faces_is_reading_each(face: Face, said: Emojified) -> None:
    views = views_of([face, face])
    both = Emojifier().read_views(views)
    assert np.abs(both[1].vector - said.vector).max() < 1e-3


def test_a_face_without_pixels_is_refused(face: Face) -> None:
    from dataclasses import replace

    with pytest.raises(PictureError, match="without pixels"):
        Emojifier().read(replace(face, head=None))


def test_an_attention_picture_glows_where_the_slot_looked(face: Face) -> None:
    views = views_of([face])
    places, marks = np.zeros((8, 8), np.float32), np.zeros(68, np.float32)
    places[1, 1] = 0.5
    marks[8] = 0.5  # the chin
    tile = looked_at(views.head[0], views.points[0], places, marks).astype(int)
    warm, (x, y) = tile[..., 0] - tile[..., 2], (views.points[0, 8] * len(tile)).astype(int)
    assert warm[22:44, 22:44].mean() > 100 > 20 > abs(warm[60:80, 100:].mean())
    assert warm[y, x] < -100
    assert attention_picture(face).size[0] > 4 * len(tile)


def test_the_neural_decoder_cannot_draw_svg(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="not SVG"):
        neural_still(AvatarSpec(), tmp_path / "me.svg")


def test_the_command_line_draws_a_photo_by_the_neural_decoder(tmp_path: Path) -> None:
    out, seen, spec = (tmp_path / name for name in ("me.png", "seen.png", "me.json"))
    done = runner.invoke(
        app,
        [
            "avatar",
            str(PHOTO),
            "--out",
            str(out),
            "--decoder",
            "neural",
            "--attention",
            str(seen),
            "--save-spec",
            str(spec),
        ],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    assert Image.open(out).size == (512, 512)
    assert Image.open(seen).size[0] > 600
    assert AvatarSpec.from_dict(json.loads(spec.read_text())).plain is False


def test_edits_are_drawn_by_the_neural_decoder_too(tmp_path: Path) -> None:
    for name, edit in (("a", "skin.colour=monk-2"), ("b", "skin.colour=monk-9")):
        arguments = ["--random", "--seed", "4", "--set", edit, "--decoder", "neural", "--size", "64"]
        runner.invoke(app, ["avatar", *arguments, "--out", str(tmp_path / f"{name}.png")], catch_exceptions=False)
    fair, deep = (np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB")).mean() for name in "ab")
    assert fair > deep + 5


def test_the_command_line_says_what_the_neural_decoder_cannot_do(tmp_path: Path) -> None:
    assert "not SVG" in refused("--random", "--decoder", "neural", "--out", tmp_path / "me.svg")
    assert "no sheet" in refused("--random", "--decoder", "neural", "--all", "--out", tmp_path / "me.png")
    assert "pass a photo" in refused("--random", "--attention", tmp_path / "seen.png")
    assert list(tmp_path.iterdir()) == []
