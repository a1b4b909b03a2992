"""Hair: every style is drawn, fits the canvas, differs from its neighbours, and answers to every field of the spec."""

from __future__ import annotations

import io
import itertools
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from mien.avatar import AvatarSpec, rasterise
from mien.avatar.head import mean_head
from mien.avatar.palette import person_tones
from mien.avatar.parts import FRINGES, HAIR, hair_style
from mien.avatar.parts.hair_comb import Comb, outline, strands
from mien.avatar.parts.hair_traits import HAIR_TRAITS, fitting_styles, unlisted
from mien.types import Pose

STYLES = list(HAIR)
WITH_HAIR = [name for name in STYLES if name not in ("bald", "shaved")]
BASE = AvatarSpec().edited({"hair.colour": "brown"})


def pixels(spec: AvatarSpec, size: int = 64, pose: Pose | None = None) -> np.ndarray:
    picture = rasterise(spec.svg(size=size, pose=pose), size)
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGBA")).astype(int)


def worn(style: str, **fields: object) -> AvatarSpec:
    return BASE.edited({"hair.style": style, **{f"hair.{name}": value for name, value in fields.items()}})


def layers(style: str, spec: AvatarSpec) -> list[str]:
    part, tones = HAIR[style], person_tones(spec.skin.colour, spec.hair.colour)
    return [draw(mean_head(), tones, spec, "p0000000f") for draw in (part.behind, part.on, part.front, part.shadow)]


def test_there_is_a_style_for_every_length_and_form_of_the_codebook() -> None:
    assert len(HAIR) >= 28
    lengths = "".join(traits.length for traits in HAIR_TRAITS.values())
    assert set("01234U") <= set(lengths)
    for length in "234U":
        for form in "SWKB":
            found = [n for n, t in HAIR_TRAITS.items() if length in t.length and form in t.form]
            assert found or (length, form) in {("3", "B")}, (length, form)


@pytest.mark.parametrize("style", STYLES)
def test_a_style_is_small_and_well_formed(style: str) -> None:
    spec = worn(style)
    svg = spec.svg()
    root = ET.fromstring(svg)
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    for reference in {part.split(")")[0] for part in svg.split("url(#")[1:]} | {
        node.get("href", "").lstrip("#") for node in root.iter() if node.get("href")
    }:
        assert reference in ids, reference
    assert sum(map(len, layers(style, spec))) < 4700
    assert svg == worn(style).svg()


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("shape", [{}, {"hair.volume": 1, "hair.length": 1}, {"hair.volume": -1, "hair.length": -1}])
def test_a_style_stays_inside_the_canvas(style: str, shape: dict[str, object]) -> None:
    for head in ({}, {"shape.width": 1, "shape.length": 1}, {"shape.width": -1, "shape.length": -1}):
        alpha = pixels(worn(style).edited({**shape, **head}), 128)[..., 3]
        edge = np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])
        assert edge.max() < 160, (style, shape, head)


def test_every_two_styles_differ_at_32_pixels() -> None:
    # One head, no frame: only hair may tell them apart, in colour and in grey.
    pictures = {style: pixels(worn(style), 32) for style in STYLES}
    for (a, first), (b, second) in itertools.combinations(pictures.items(), 2):
        assert np.abs(first - second).mean() > 2.0, (a, b)


@pytest.mark.parametrize("style", STYLES)
def test_a_turned_head_takes_its_hair_along(style: str) -> None:
    ahead, left, right = (pixels(worn(style), pose=Pose(yaw, 0, 0)) for yaw in (0, -30, 30))
    for turned in (left, right):
        assert np.abs(turned - ahead).mean() > 0.5
        assert abs(int((turned[..., 3] > 128).sum()) - int((ahead[..., 3] > 128).sum())) < 0.12 * 64 * 64


#: Close to the skull: volume has nothing to fill.
CLOSE = ("cornrows", "buzz", "horseshoe")


@pytest.mark.parametrize(
    ("style", "field", "value"),
    [
        (style, field, value)
        for style in WITH_HAIR
        for field, value in (("volume", 1), ("colour", "ginger"), ("highlights", "pink"))
        if not (style in CLOSE and field == "volume")
    ],
)
def test_fullness_and_colours_are_seen(style: str, field: str, value: object) -> None:
    assert np.abs(pixels(worn(style), 96) - pixels(worn(style, **{field: value}), 96)).mean() > 0.1


@pytest.mark.parametrize("style", ["short", "bob", "long-straight", "undercut", "side-swept", "side-braid"])
def test_a_parting_on_the_other_side_mirrors_the_style(style: str) -> None:
    left, right = pixels(worn(style, parting="left")), pixels(worn(style, parting="right"))
    shape = left[..., 3] > 128
    assert (shape != (right[..., 3] > 128)).mean() > 0.005
    assert (shape[:, ::-1] != (right[..., 3] > 128)).mean() < 0.03


def test_a_receding_hairline_bares_the_forehead() -> None:
    def hair_pixels(hairline: float) -> int:
        picture = pixels(worn("short", hairline=hairline, colour="black"), 128)
        return int((picture[20:56, 30:98, :3].sum(axis=2) < 250).sum())

    assert hair_pixels(-1) > hair_pixels(0) > hair_pixels(1)


def test_longer_hair_hangs_lower() -> None:
    head, ends = mean_head(), []
    for length in (-1, 0, 1):
        ends.append(Comb(head, worn("long-straight", length=length)).place(40, 120)[1])
    assert ends == sorted(ends) and ends[2] - ends[0] > 15


@pytest.mark.parametrize("fringe", [name for name in FRINGES if name != "style"])
def test_a_fringe_covers_the_forehead_of_styles_without_one(fringe: str) -> None:
    assert np.abs(pixels(worn("long-straight")) - pixels(worn("long-straight", fringe=fringe))).mean() > 0.4
    assert (pixels(worn("bald")) == pixels(worn("bald", fringe=fringe))).all()


@pytest.mark.parametrize("style", WITH_HAIR)
def test_black_hair_stands_off_a_dark_ground(style: str) -> None:
    ground = np.array([29, 30, 34])
    for size in (32, 128):
        picture = pixels(worn(style, colour="black"), size)
        bare = pixels(worn("bald"), size)
        alpha = picture[..., 3:] / 255
        shown = picture[..., :3] * alpha + ground * (1 - alpha)
        hair = (picture[..., 3] > 200) & (np.abs(picture - bare).sum(axis=2) > 60)
        edge = hair & ~np.roll(picture[..., 3] > 200, 2, axis=0)
        contrast = np.abs(shown - ground).sum(axis=2)
        assert np.median(contrast[hair]) > 25
        if edge.any():
            assert np.median(contrast[edge]) > 25


@pytest.mark.parametrize("style", ["short", "bob", "afro", "long-wavy"])
def test_white_hair_stands_off_a_white_ground(style: str) -> None:
    for size in (32, 128):
        picture = pixels(worn(style, colour="white"), size)
        solid = picture[..., 3] > 200
        edge = solid & ~np.roll(solid, 2, axis=0)
        assert np.median(255 - picture[edge][:, :3].min(axis=1)) > 20


def test_a_cap_holds_the_hair_down() -> None:
    afro = worn("afro", volume=1)
    wide = (pixels(afro, 128)[..., 3] > 128).sum()
    assert (pixels(afro.edited({"headwear.style": "cap"}), 128)[..., 3] > 128).sum() < wide


def test_styles_are_chosen_by_their_codes() -> None:
    assert not unlisted()
    assert fitting_styles("4", "S", "0", 0.1)[0][0] == "long-straight"
    assert fitting_styles("2", "S", "0", 0.95)[0][0] == "short"
    assert fitting_styles("3", "K", "0", 0.5)[0][0] == "afro"
    assert fitting_styles("0", "-", "0", 0.9)[0][0] == "bald"
    assert HAIR_TRAITS[fitting_styles("U", "S", "0", 0.95)[0][0]].masculine > 0.5
    ranked = fitting_styles("C", "-", "-")
    assert all(score > 0 for _, score in ranked) and len(ranked) == len(HAIR)


def test_the_traits_agree_with_the_registry() -> None:
    codes = {0: "0", 1: "1", 2: "2", 3: "3", 4: "4", 5: "U"}
    for name, part in HAIR.items():
        traits = HAIR_TRAITS[name]
        assert codes[part.length] in traits.length, name
        assert part.form in traits.form, name
        assert str(int(part.fringe)) in traits.fringe, name


def test_the_short_notation_is_read() -> None:
    assert outline("1,2 3,4! 5,6!-.2 7,8~6") == ((1, 2), (3, 4, 0), (5, 6, 0, -0.2), (7, 8, 6))
    assert strands("1 2,3 4,5 6,7; .5 0,0 1,1 2,2") == ((1, 2, 3, 4, 5, 6, 7), (0.5, 0, 0, 1, 1, 2, 2))


@pytest.mark.parametrize("style", STYLES)
def test_the_shadow_of_hair_keeps_to_the_face_and_to_what_hair_covers(style: str) -> None:
    # It is drawn without a clip: where it showed beside the figure, a skin-coloured sliver would be seen.
    for parting in ("left", "right"):
        spec = worn(style, parting=parting)
        with_shadow, without = (shaded(spec, shadow) for shadow in (True, False))
        assert (np.abs(with_shadow - without)[..., 3] > 40).sum() <= 6, style  # on the ear


def shaded(spec: AvatarSpec, shadow: bool) -> np.ndarray:
    head, tones = mean_head(), person_tones(spec.skin.colour, spec.hair.colour)
    part = HAIR[spec.hair.style]
    cast = f'<path transform="translate(1 2.4)" d="{part.shadow(head, tones, spec, "p")}"/>' if shadow else ""
    drawn = "".join(draw(head, tones, spec, "p") for draw in (part.on, part.front))
    clip = f'<clipPath id="phead"><path d="{head.outline()}"/></clipPath>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">{clip}'
    picture = rasterise(
        f'{svg}<path d="{head.outline()}"/>{cast}{part.behind(head, tones, spec, "p")}{drawn}</svg>', 128
    )
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGBA")).astype(int)


@pytest.mark.parametrize("style", ["short", "afro", "box-braids", "braids", "long-wavy"])
def test_hair_that_was_drawn_before_is_the_same_text_as_hair_drawn_anew(style: str) -> None:
    spec = worn(style, parting="right", highlights="#7d5bb0")
    ways: list[dict[str, object]] = [
        {"expression": "😂"}, {"expression": "😮"}, {"pose": Pose(20, 5, 0)}, {"size": 32}, {"high_contrast": True},
    ]  # fmt: skip
    for how in ways:
        spec.svg("😐")
        kept = spec.svg(**how)  # type: ignore[arg-type]
        hair_style._DRAWN.clear()
        assert kept == spec.svg(**how)  # type: ignore[arg-type]
        assert hair_style._DRAWN
        assert "\0" not in kept
