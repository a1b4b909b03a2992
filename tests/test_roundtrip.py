"""The expression round trip: its parts, on made-up emoji of a few shapes; Noto's own files are not needed."""

from __future__ import annotations

import itertools
import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from random import Random

import numpy as np
import pytest

from mien.avatar import rasterise
from mien.avatar.presets import random_person
from mien.cli import main
from mien.errors import DataError
from mien.lab.roundtrip import judge as judging
from mien.lab.roundtrip import measure_roundtrip, measuring
from mien.lab.roundtrip.grouping import GROUPS, file_name, folds
from mien.lab.roundtrip.layers import Drawing, read_drawings, taken_apart
from mien.lab.roundtrip.people import PLAIN, people, picture, seen
from mien.lab.roundtrip.spoiling import SIDE, spoilt
from mien.lab.roundtrip.variants import lab_of, tinted, variant
from mien.types import LABELS

MOUTHS = (
    "M40 84H88V88H40Z", "M30 70Q64 120 98 70Z", "M52 76H76V108H52Z", "M36 96Q64 66 92 96Q64 76 36 96Z",
    "M40 92H88V102H40Z", "M36 84L64 92L92 84L64 100Z", "M36 104L52 80H76L92 104Z", "M44 96Q80 98 90 80Q88 104 44 100Z",
)  # fmt: skip


def emoji_svg(label: int) -> str:
    eyes = "".join(f'<path d="M{x} 50H{x + 15}V66H{x}Z" fill="#422B0D"/>' for x in (36, 76))
    brows = "".join(f'<path d="M{x} 30H{x + 22}V36H{x}Z" fill="#422B0D"/>' for x in (30, 76))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128"><defs><radialGradient id="face" r=".5">'
        '<stop offset="0" stop-color="#FDE030"/><stop offset="1" stop-color="#F4A223"/></radialGradient></defs>'
        '<path d="M64 7A57 57 0 0 1 64 121A57 57 0 0 1 64 7Z" fill="url(#face)"/>'
        f'{eyes}{brows}<path d="{MOUTHS[label]}" fill="#422B0D"/></svg>'
    )


@pytest.fixture(scope="module")
def noto(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("noto")
    for i, label in enumerate(LABELS):
        for emoji in GROUPS[label]:
            (folder / file_name(emoji)).write_text(emoji_svg(i))
    return folder


def drawing(label: int = 0) -> Drawing:
    return taken_apart("😐", LABELS[label], emoji_svg(label))


def test_every_label_has_emoji_of_its_own_to_learn_and_to_be_asked() -> None:
    assert set(GROUPS) == set(LABELS)
    every = [emoji for group in GROUPS.values() for emoji in group]
    assert len(every) == len(set(every))
    assert all(len(group) >= 3 for group in GROUPS.values())
    for held in folds(3):
        assert [sum(emoji in held for emoji in group) for group in GROUPS.values()] == [1] * len(LABELS)
    assert len({emoji for held in folds(2) for emoji in held}) == 2 * len(LABELS)


def test_a_face_is_taken_apart_by_place_size_and_colour() -> None:
    parts = drawing().parts
    assert [part.kind for part in parts] == ["head", "eye", "eye", "brow", "brow", "mouth"]
    assert [part.ball for part in parts] == [False, True, True, False, False, False]
    assert not parts[0].ink


@pytest.mark.parametrize("text", [None, "<svg", "no picture"])
def test_a_file_that_cannot_be_used_is_named_in_one_line(text: str | None, noto: Path, tmp_path: Path) -> None:
    for file in noto.iterdir():
        (tmp_path / file.name).write_text(file.read_text())
    broken = tmp_path / file_name("😐")
    broken.unlink() if text is None else broken.write_text(text)
    with pytest.raises(DataError, match=r"u1f610\.svg") as caught:
        read_drawings(tmp_path)
    assert "\n" not in str(caught.value)


def test_variants_are_drawings_that_differ_and_come_back_with_their_seed() -> None:
    svgs = [variant(drawing(), Random(seed)) for seed in range(12)]
    assert len(set(svgs)) == 12
    assert svgs[3] == variant(drawing(), Random(3))
    for svg in svgs:
        ids = {node.get("id") for node in ET.fromstring(svg).iter()}
        assert {part.split(")")[0] for part in svg.split("url(#")[1:]} <= ids
        pixels = spoilt(rasterise(svg, SIDE), Random(0))
        assert pixels.shape == (SIDE, SIDE, 3) and pixels.dtype == np.uint8
        assert pixels.std() > 5


def test_a_tint_stays_a_tint_of_another_skin() -> None:
    change = tinted("#8a5637", 0.8)
    assert np.allclose(lab_of(change("#fdd52e")), lab_of("#8a5637"), atol=0.01)
    assert lab_of(change("#9dcc64"))[1] < lab_of("#8a5637")[1] - 0.05  # greener


def test_a_member_learns_what_can_be_seen() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(96) % len(LABELS)
    pixels = rng.integers(0, 90, (96, SIDE, SIDE, 3), dtype=np.uint8)
    for i, label in enumerate(labels):
        pixels[i, 5 * label + 3 : 5 * label + 8, :, label % 3] = 255
    pictures = judging.Pictures(pixels, labels, np.array(["x"] * 96))
    net = judging.trained(pictures, 10, 0)
    right = judging.Judge((net,), np.zeros((8, 8), np.int64), {}).probabilities(pixels).argmax(1) == labels
    assert right.mean() > 0.6


def test_the_whole_measure_counts_every_drawing(noto: Path) -> None:
    result = measure_roundtrip(noto, count=2, pictures=3, reader=False)
    for size in measuring.SIZES:
        found = result[f"people_{size}"]
        assert found["n"] == 2 * len(LABELS)
        assert [sum(row) for row in found["confusion"]] == [2] * len(LABELS)
        assert set(result[f"plain_{size}"]) == set(LABELS)
    assert result["judge"]["unseen_emoji"]["n"] == 2 * len(LABELS)
    json.dumps(result)


def test_figures_are_shares_of_the_rows() -> None:
    said = np.tile(np.arange(len(LABELS)), (4, 1))
    said[0, 2], said[1, 2] = 6, -1
    found = measuring.figures(measuring.confusion(said))
    assert found["by_label"]["surprise"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["by_label"]["fear"] == 1 and found["n"] == 31
    assert found["confusion"][2][6] == 1


def test_people_are_the_same_for_a_seed_and_are_drawn_on_white() -> None:
    assert people(3, 1) == people(3, 1) != people(3, 2)
    assert random_person(1001) == people(2, 1)[1]
    shown = picture(PLAIN, "happiness", 32)
    assert shown.size == (32, 32) and shown.getpixel((0, 0)) == (255, 255, 255)
    assert seen(shown).shape == (SIDE, SIDE, 3)


def test_what_is_worn_is_told_apart() -> None:
    specs = [PLAIN.edited({"plain": False}), PLAIN.edited({"plain": False, "glasses.style": "round"})]
    said = np.tile(np.arange(len(LABELS)), (2, 1))
    said[1, :4] = 7
    shares = measuring.by_what_is_worn(specs, said)
    assert shares["glasses"] == 0.5 and shares["none of these"] == 1


def test_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["mien", "lab", "measure", "roundtrip", "--noto", str(tmp_path)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    said = capsys.readouterr().err.strip()
    assert "u1f610.svg" in said and "\n" not in said


@pytest.mark.parametrize("seed", [3, 4, 8])
def test_without_colour_any_two_expressions_of_a_person_differ_at_32_pixels(seed: int) -> None:
    """No expression hangs on a tint alone, whatever somebody wears."""
    spec = random_person(seed)
    grey = {label: np.asarray(picture(spec, label, 32).convert("L")).astype(int) for label in LABELS}
    for a, b in itertools.combinations(LABELS, 2):
        assert (np.abs(grey[a] - grey[b]) > 24).sum() >= 16, (a, b)
