"""Animated stickers: frames, the search for what fits, WEBM, and Lottie against our own raster."""

from __future__ import annotations

import gzip
import io
import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rlottie_python import LottieAnimation

from mien.avatar.animate import BEATS, moment
from mien.avatar.expression import look
from mien.avatar.presets import random_person
from mien.avatar.raster import rasterise
from mien.avatar.spec import AvatarSpec
from mien.errors import MienError
from mien.stickers.colours import one_palette, seen_or_not
from mien.stickers.encode import Film, encode_film, encode_still
from mien.stickers.facts import read_facts
from mien.stickers.motion import frames, same_fit
from mien.stickers.outline import edged
from mien.stickers.platforms import PLATFORMS, Rule
from mien.stickers.sticker import Job, make_sticker
from mien.stickers.tgs import compressed, lottie, tgs_or_reason
from mien.stickers.webm import FPS
from sticker_packs import disc, film

PERSON = random_person(12)
SIMPLE = AvatarSpec().edited({"hair.style": "bald"})
TGS = PLATFORMS["telegram"].rules["tgs"]


def noisy(side: int, count: int) -> Film:
    random = np.random.default_rng(1)
    pixels = (random.integers(0, 256, (count, side, side, 4)) | 0).astype(np.uint8)
    pixels[..., 3] = 255
    return Film([Image.fromarray(p) for p in pixels], [40] * count)


@pytest.mark.parametrize(
    ("platform", "format_name"),
    [
        ("whatsapp", "animated webp"),
        ("telegram-emoji", "webm"),
        ("discord", "apng"),
        ("slack", "gif"),
        ("telegram", "tgs"),
    ],
)  # fmt: skip
def test_every_way_to_move_obeys_its_platform(platform: str, format_name: str) -> None:
    rule = PLATFORMS[platform].rules[format_name]
    made = make_sticker(Job(platform, (format_name,), False, "😉", "test", spec=SIMPLE.to_json()))
    facts = read_facts(made.data)
    assert (facts.format, facts.width, facts.height) == (format_name, rule.side, rule.side)
    assert len(made.data) <= rule.limit and facts.loops == 0 and facts.clear and not facts.sound
    assert len(facts.milliseconds) > 8 and 1.5 < facts.seconds <= (rule.seconds or 3)
    assert rule.shortest is None or min(facts.milliseconds) >= rule.shortest
    assert rule.fps is None or (facts.fps or 0) <= rule.fps


def test_the_first_frame_is_the_expression_itself() -> None:
    drawn = frames(PERSON, "😂", 128)
    assert max(drawn, key=lambda f: f.milliseconds).svg in (drawn[0].svg, drawn[8].svg)
    assert "tears of joy" in drawn[0].svg and any("tears of joy" not in f.svg for f in drawn)
    assert sum(f.milliseconds for f in drawn) == sum(
        ms for ms, _, _ in __import__("mien.avatar.animate").avatar.animate.BEATS
    )


def test_the_head_does_not_jump_as_tears_come() -> None:
    drawn = [np.asarray(Image.open(io.BytesIO(rasterise(f.svg, 64))))[..., 3] for f in frames(PERSON, "😂", 64)]
    tops = [int(np.argmax(alpha.max(axis=1) > 128)) for alpha in drawn]
    assert max(tops) - min(tops) <= 3


@pytest.mark.parametrize("format_name", ["animated webp", "apng", "gif", "webm"])
def test_a_tight_limit_is_kept_by_giving_something_up(format_name: str) -> None:
    moving = noisy(24, 4)
    free = encode_film(moving, format_name, 10_000_000, "test")
    tight = encode_film(moving, format_name, len(free.data) * 2 // 3, "test")
    assert len(tight.data) <= len(free.data) * 2 // 3 and tight.how != free.how
    with pytest.raises(MienError, match="at the lowest quality"):
        encode_film(moving, format_name, 200, "test")


def test_frames_that_are_left_out_leave_their_time() -> None:
    whole = film(32, (40, 40, 40, 300, 40, 40))
    for every in (2, 3):
        thin = whole.thinned(every)
        assert len(thin.frames) < 6 and sum(thin.milliseconds) == 500
        assert 300 in thin.milliseconds or max(thin.milliseconds) > 300, "a held frame stays"


def test_more_frames_than_allowed_are_thinned_out() -> None:
    made = encode_film(noisy(8, 60), "gif", 1_000_000, "test", frames=50)
    assert len(read_facts(made.data).milliseconds) <= 50


def test_a_still_picture_is_stored_without_loss_where_it_fits() -> None:
    picture = disc(128)
    free = encode_still(picture, "webp", 100_000, "test")
    assert free.how == "without loss"
    found = np.asarray(Image.open(io.BytesIO(free.data)).convert("RGBA"))
    seen = np.asarray(picture)[..., 3] > 0
    assert (found[seen] == np.asarray(picture)[seen]).all()
    assert "quality" in encode_still(noisy(64, 1).frames[0], "webp", 6_000, "test").how
    assert "colours" in encode_still(noisy(64, 1).frames[0], "png", 5_500, "test").how


def test_few_colours_keep_soft_edges_and_clear_ground() -> None:
    picture = disc(128)
    (few,) = one_palette([picture], 32)
    found, meant = np.asarray(few.convert("RGBA")).astype(int), np.asarray(picture).astype(int)
    assert len(np.unique(np.asarray(few))) <= 32 and (found[0, 0] == 0).all()
    assert np.abs(found - meant)[meant[..., 3] == 255].max() <= 8
    assert set(np.unique(found[..., 3])) <= {0, 64, 128, 192, 255}


def test_gif_frames_are_seen_or_not() -> None:
    indexed = seen_or_not(disc(64), 16)
    alpha = np.asarray(indexed.convert("RGBA"))[..., 3]
    assert set(np.unique(alpha)) == {0, 255} and alpha[0, 0] == 0 and alpha[32, 32] == 255


def test_webm_is_vp9_with_alpha_and_half_clear_pixels_survive() -> None:
    import av

    data = encode_film(film(64, (200, 300)), "webm", 64_000, "test").data
    facts = read_facts(data)
    assert (facts.codec, facts.clear, facts.fps, facts.sound) == ("vp9", True, FPS, False)
    with av.open(io.BytesIO(data)) as container:
        video = container.streams.video[0]
        decoder = av.CodecContext.create("libvpx-vp9", "r")  # FFmpeg's own decoder leaves the alpha out
        pictures = [f for packet in container.demux(video) for f in decoder.decode(packet)]
    alpha = pictures[0].to_ndarray(format="rgba")[..., 3]
    assert alpha[0, 0] < 16 and alpha[32, 32] > 240


def shown(document: dict[str, Any], frame: int, side: int = 256) -> Image.Image:
    animation = LottieAnimation.from_data(json.dumps(document))
    picture: Image.Image = animation.render_pillow_frame(frame_num=frame, width=side, height=side)
    return picture.convert("RGBA")


def on_grey(picture: Image.Image) -> np.ndarray:
    ground = Image.new("RGBA", picture.size, "#808080")
    ground.alpha_composite(picture)
    return np.asarray(ground.convert("RGB")).astype(float)


def difference(one: Image.Image, two: Image.Image) -> tuple[float, float]:
    """(mean difference of channels, share of pixels that plainly differ)."""
    gap = np.abs(on_grey(one) - on_grey(two))
    return float(gap.mean()), float((gap.max(axis=2) > 64).mean())


@pytest.mark.parametrize(("emoji", "seed"), [("😭", 2), ("😡", 7), ("🤯", 12)])
def test_lottie_shows_what_the_raster_shows(emoji: str, seed: int) -> None:
    person = random_person(seed)
    drawn = frames_without_nod(person, emoji)
    document = lottie(person, emoji)
    raster = [Image.open(io.BytesIO(rasterise(svg, 256))).convert("RGBA") for svg in (drawn[0], drawn[1])]
    mean, plain = difference(raster[0], shown(document, 4))
    assert mean < 3.5 and plain < 0.02, "the expression"
    mean, plain = difference(raster[1], shown(document, 95))
    assert mean < 3.5 and plain < 0.02, "the face at rest"


def frames_without_nod(person: AvatarSpec, emoji: str) -> list[str]:
    """The drawings at the expression's height and at rest, framed as the Lottie is."""
    wanted = look(emoji)
    rest = next(i for i, beat in enumerate(BEATS) if beat[1:] == (0.0, 0.0))
    beats = [(1.0, 0.0), *((share, blink) for _, share, blink in BEATS), BEATS[rest][1:]]
    svgs = same_fit([moment(person, wanted, share, blink, 512, still=True) for share, blink in beats])
    framed = edged(svgs)
    return [framed[0], framed[-1]]


@pytest.mark.parametrize("emoji", ["😂", "🤣"])
def test_a_tgs_is_small_loops_within_three_seconds_and_has_nothing_forbidden(emoji: str) -> None:
    data, how = tgs_or_reason(PERSON, emoji, TGS, edge=True)
    facts = read_facts(data)
    assert how.startswith("TGS") and len(data) <= 64_000
    assert (facts.width, facts.height, facts.fps, facts.forbidden) == (512, 512, 60, ())
    assert 1.5 < facts.seconds <= 3


def test_a_lotties_last_key_frame_is_its_first() -> None:
    """So that the loop has no seam."""
    document = lottie(SIMPLE, "😂")
    checked = 0

    def walk(value: Any) -> None:
        nonlocal checked
        if isinstance(value, dict):
            if value.get("a") == 1:
                keys = value["k"]
                assert keys[0]["t"] == 0 and keys[-1]["t"] == document["op"] and keys[0]["s"] == keys[-1]["s"]
                assert all(a["t"] < b["t"] for a, b in pairwise(keys))
                checked += 1
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(document)
    assert checked > 20


def test_a_head_that_tilts_turns_the_layer() -> None:
    turn = lottie(SIMPLE, "🤣")["layers"][0]["ks"]["r"]
    assert turn["a"] == 1 and {key["s"][0] for key in turn["k"]} >= {-22, 0}
    assert lottie(SIMPLE, "😊")["layers"][0]["ks"]["r"] == {"a": 0, "k": 0}


def test_what_cannot_be_a_tgs_becomes_webm_and_says_why() -> None:
    small = Rule(900, 512, seconds=3.0, fps=60.0)
    data, why = tgs_or_reason(SIMPLE, "😂", small, edge=True)
    assert data == b"" and "900 are allowed" in why
    data, why = tgs_or_reason(PERSON, "🫥", TGS, edge=True)
    assert data == b"" and "mask" in why
    with pytest.raises(MienError, match="--format webm"):
        make_sticker(Job("telegram", ("tgs",), True, "🫥", "dotted line face", spec=PERSON.to_json()))


def test_tgs_is_gzip_and_the_same_bytes_each_time() -> None:
    document = lottie(AvatarSpec(plain=True), "🙂", edge=False)
    assert compressed(document) == compressed(document)
    assert json.loads(gzip.decompress(compressed(document))) == document
