"""From photos to an avatar: several of one person, and what a face carries for it."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle

import numpy as np
import pytest

import mien
from mien import models
from mien.avatar import AvatarSpec
from mien.avatar.palette import lch
from mien.avatar.parts.hair_traits import HAIR_TRAITS
from mien.avatar.personalise import personalised
from mien.avatar.personalise.merge import merged, middle
from mien.doctor import sample_photo
from mien.errors import PictureError
from mien.types import TRAITS, Appearance, Trait
from seen_people import seen

needs_network = pytest.mark.skipif(
    not any(model.name == "appearance" for model in models.manifest()), reason="the appearance network is not shipped"
)


# --- several photos -----------------------------------------------------------------------------------------------


def test_several_photos_outvote_one() -> None:
    looks = [seen(glasses="N"), seen(0.5, glasses="G"), seen(glasses="N")]
    assert merged(looks).glasses.code == "N"
    assert merged(looks, [0.0, 1.0, 0.0]).glasses.code == "G"


def test_photos_that_disagree_about_a_length_meet_in_the_middle() -> None:
    def hair(**probabilities: float) -> Appearance:
        shares = {code: probabilities.get(f"l{code}", 0.01) for code in TRAITS["hair_len"]}
        total = sum(shares.values())
        code = max(shares, key=shares.__getitem__)
        said = Trait(code, shares[code] / total, {k: v / total for k, v in shares.items()})
        return dataclasses.replace(seen(), hair_len=said)

    looks = [hair(l0=0.7, l1=0.2), hair(l1=0.45, l2=0.5), hair(l2=0.5, l1=0.4)]
    assert merged(looks).hair_len.code in ("1", "2"), "the one photo that shows a shaved head does not win"
    assert sum(merged(looks).hair_len.probabilities.values()) == pytest.approx(1)


def test_geometry_and_colours_are_medians() -> None:
    looks = [seen(geometry={"jaw": z}, skin=c) for z, c in ((0.1, "#dca58c"), (0.2, "#dca58c"), (3.0, "#204060"))]
    both = merged(looks)
    assert both.geometry["jaw"] == 0.2
    assert both.skin is not None
    assert both.skin.hex == "#dca58c"


def test_presentation_of_photos_that_disagree_is_not_told() -> None:
    assert merged([seen(presentation="m"), seen(presentation="f")]).presentation.code == "u"


def test_the_weighted_median_of_two_is_their_mean() -> None:
    assert middle([1.0, 3.0], [1.0, 1.0]) == 2.0
    assert middle([1.0, 3.0], [3.0, 1.0]) == 1.5
    assert middle([1.0, 9.0, 2.0], [1.0, 1.0, 5.0]) == 2.0


# --- faces --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def face() -> mien.Face:
    return mien.look(sample_photo()).faces[0]


def test_a_face_carries_a_small_cut_of_its_head_and_never_writes_it(face: mien.Face) -> None:
    assert face.head is not None
    assert max(face.head.pixels.shape) <= 400
    assert "head" not in face.to_dict()
    json.dumps(face.to_dict())
    assert pickle.loads(pickle.dumps(face)).head is None
    assert copy.deepcopy(face).head is face.head
    assert "pixels" not in repr(face)


def test_the_cut_is_a_copy_that_lets_the_photo_go(face: mien.Face) -> None:
    assert face.head is not None
    pixels = face.head.pixels
    assert pixels.base is None or pixels.base.nbytes <= 4 * pixels.nbytes


def test_a_face_without_pixels_gives_its_shape(face: mien.Face) -> None:
    spec = mien.personalise(pickle.loads(pickle.dumps(face)))
    assert spec != AvatarSpec()
    assert spec.hair == AvatarSpec().hair


def test_what_is_known_of_a_face_is_not_read_again(face: mien.Face) -> None:
    known = dataclasses.replace(face, appearance=seen(facial_hair="M", mst="9"))
    assert personalised([known]).facial_hair.style == "chevron"


def test_nobody_and_no_face_are_refused_in_one_line() -> None:
    with pytest.raises(PictureError, match="no face"):
        mien.personalise(np.full((120, 160, 3), 140, np.uint8))
    with pytest.raises(PictureError, match="at least one"):
        mien.personalise([])


@needs_network
def test_a_photo_and_its_face_give_the_same_avatar(face: mien.Face) -> None:
    spec = mien.personalise(face)
    assert spec == mien.personalise(sample_photo()) == mien.personalise([sample_photo(), face])
    assert AvatarSpec.from_json(spec.to_json()) == spec
    assert spec.svg() == mien.personalise(face).svg()


@needs_network
def test_the_astronaut_has_brown_hair_and_fair_skin(face: mien.Face) -> None:
    spec = mien.personalise(face)
    assert HAIR_TRAITS[spec.hair.style].length[0] in "23"
    assert 0.25 < lch(spec.hair.colour).l < 0.6
    assert lch(spec.skin.colour).l > 0.75
    assert spec.facial_hair.style == spec.headwear.style == "none"
    assert spec.presentation != "m"  # neutral is right where the photo does not tell
