"""Packs, from a person or from pictures to a folder that a messenger takes."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from mien.avatar.presets import random_person
from mien.avatar.spec import AvatarSpec
from mien.cli import app
from mien.errors import MienError
from mien.stickers import PLATFORMS, Pack, check_pack, make_pack
from mien.stickers.choice import ALSO, FIRST, expressions, order
from mien.stickers.naming import ALT_LENGTH, alt_text, code, cut, slug
from sticker_packs import disc, film

PERSON = random_person(7)


def pack(out: Path, platform: str = "slack", *, count: int = 3, **how: object) -> Pack:
    return make_pack(PERSON, platform, out, count=count, processes=1, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_still_pack_is_valid_and_complete(tmp_path: Path, platform: str) -> None:
    made = pack(tmp_path / "pack", platform, count=3 if platform == "whatsapp" else 2)
    assert check_pack(made.folder, platform) == []
    assert [s.emoji[0] for s in made.stickers] == list(FIRST[: len(made.stickers)])
    for sticker in made.stickers:
        assert (made.folder / sticker.file).stat().st_size == sticker.size
        assert 0 < len(sticker.alt) <= ALT_LENGTH and sticker.name
    assert (made.tray is None) == (PLATFORMS[platform].tray is None)
    if made.tray:
        assert Image.open(made.folder / made.tray).size == (PLATFORMS[platform].tray_rules["png"].side,) * 2


def test_names_and_alternative_texts_are_in_the_language(tmp_path: Path) -> None:
    made = pack(tmp_path / "pack", "whatsapp", language="de_DE.UTF-8", name="Ich & Du")
    assert made.language == "de" and made.stickers[0].name == "Gesicht mit Freudentränen"
    told = json.loads((made.folder / "contents.json").read_text())["sticker_packs"][0]
    assert told["name"] == "Ich & Du" and told["identifier"] == "ich-du"
    assert told["stickers"][0]["accessibility_text"].endswith(": Gesicht mit Freudentränen")
    assert told["stickers"][0]["emojis"] == ["😂", "😆"]
    everything = json.loads((made.folder / "alt-text.json").read_text())["stickers"]
    assert [one["alt"] for one in everything] == [s.alt for s in made.stickers]


@pytest.mark.parametrize("language", ["en", "fr", "ar", "hi", "ja"])
def test_every_expression_has_a_short_alternative_text(language: str) -> None:
    texts = [alt_text(PERSON, emoji, language) for emoji in order()]
    assert all(0 < len(text) <= ALT_LENGTH for text in texts)
    assert len(set(texts)) == len(texts)


def test_in_english_the_alternative_text_describes_the_person() -> None:
    spec = AvatarSpec().edited({"hair.style": "afro", "presentation": "f"})
    assert "afro" in alt_text(spec, "😂", "en") and alt_text(spec, "😂", "en").startswith("woman")


def test_the_order_has_every_expression_once_and_short_codes_are_unique() -> None:
    assert len(order()) == len(set(order())) == 118
    assert len(FIRST) == 24
    codes = [code(emoji) for emoji in order()]
    assert len(set(codes)) == len(codes) and all(c == slug(c) and 2 <= len(c) <= 28 for c in codes)
    assert set(ALSO) <= set(order())
    with pytest.raises(MienError, match="1 to 118"):
        expressions(119)


def test_long_texts_are_cut_between_words() -> None:
    assert cut("one two three", 9) == "one two…" and cut("short", 9) == "short"


def test_the_same_person_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = pack(tmp_path / "a", archive=True), pack(tmp_path / "b", archive=True)
    assert one.archive and two.archive and one.archive.read_bytes() == two.archive.read_bytes()
    with zipfile.ZipFile(one.archive) as archive:
        assert sorted(archive.namelist()) == sorted(p.name for p in one.folder.iterdir())


def test_several_processes_make_the_same_pack(tmp_path: Path) -> None:
    alone = pack(tmp_path / "a")
    shared = make_pack(PERSON, "slack", tmp_path / "b", count=3, processes=2)
    assert [(alone.folder / s.file).read_bytes() for s in alone.stickers] == [
        (shared.folder / s.file).read_bytes() for s in shared.stickers
    ]


def test_an_error_in_a_helper_reaches_the_caller(tmp_path: Path) -> None:
    folder = pictures(tmp_path)
    with pytest.raises(MienError, match="still picture"):
        make_pack(folder, "slack", tmp_path / "out", animated=True, processes=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pictures"]


@pytest.mark.parametrize("processes", [1, 2])
def test_progress_is_told_and_can_end_the_work(tmp_path: Path, processes: int) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        make_pack(PERSON, "slack", tmp_path / "out", count=4, progress=progress, processes=processes)
    assert told == [(0, 4), (1, 4), (2, 4)]
    assert list(tmp_path.iterdir()) == []


def test_a_pack_of_ours_is_replaced_and_other_folders_are_left_alone(tmp_path: Path) -> None:
    pack(tmp_path / "out", count=3)
    assert len(pack(tmp_path / "out", count=2).stickers) == 2
    assert len(list((tmp_path / "out").glob("*.png"))) == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/diary.txt").write_text("dear diary")
    with pytest.raises(MienError, match="has other files"):
        pack(tmp_path / "mine")
    with pytest.raises(MienError, match="does not exist"):
        pack(tmp_path / "no/where")
    (tmp_path / "file").write_text("")
    with pytest.raises(MienError, match="is a file"):
        pack(tmp_path / "file")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "mine", "out"]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"platform": "icq"}, "choose from whatsapp"),
        ({"platform": "whatsapp", "count": 31}, "3 to 30"),
        ({"platform": "whatsapp", "count": 2}, "3 to 30"),
        ({"language": "tlh"}, "no language"),
        ({"name": " "}, "needs a name"),
        ({"format": "tgs"}, "Slack takes no still 'tgs'"),
        ({"platform": "telegram", "animated": True, "format": "gif"}, "choose from webm, tgs"),
    ],
)
def test_what_cannot_be_made_is_told_in_one_line(tmp_path: Path, how: dict[str, object], told: str) -> None:
    with pytest.raises(MienError, match=told):
        pack(tmp_path / "out", **{"platform": "slack", **how})  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    disc(300, height=200).save(folder / "2 crying.png")
    disc(64, "#30a0d0").save(folder / "10-😎 boss.png")
    Image.new("RGB", (90, 60), "#336699").save(folder / "3.jpg")
    return folder


def test_a_folder_of_pictures_becomes_a_pack(tmp_path: Path) -> None:
    made = make_pack(pictures(tmp_path), "whatsapp", tmp_path / "out", processes=1)
    assert check_pack(made.folder, "whatsapp") == []
    assert [s.emoji[0] for s in made.stickers] == ["😢", "🙂", "😎"], "in natural order; the names tell the emoji"
    first, second, _ = (Image.open(made.folder / s.file).convert("RGBA") for s in made.stickers)
    assert first.getpixel((0, 0))[3] == 0 and first.getpixel((256, 256))[3] == 255, "transparency is kept"
    assert second.getpixel((256, 20))[3] == 0 and second.getpixel((5, 256))[3] == 255, "padded, not distorted"


def test_telegrams_stickers_of_pictures_keep_their_shape(tmp_path: Path) -> None:
    made = make_pack(pictures(tmp_path), "telegram", tmp_path / "out", processes=1)
    assert [(s.width, s.height) for s in made.stickers][1] == (512, 341)
    assert check_pack(made.folder, "telegram") == []


def test_animated_pictures_become_animated_stickers(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    moving = film(200, (120, 80, 300))
    moving.frames[0].save(
        folder / "wave.gif", save_all=True, append_images=moving.frames[1:], duration=[120, 80, 300], disposal=2
    )
    made = make_pack(folder, "discord", tmp_path / "out", animated=True, processes=1)
    with Image.open(made.folder / made.stickers[0].file) as picture:
        assert (picture.n_frames, picture.size) == (3, (320, 320))  # type: ignore[attr-defined]


def test_an_empty_picture_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    with pytest.raises(MienError):
        make_pack(folder, "slack", tmp_path / "out", processes=1)
    Image.new("RGBA", (50, 50)).save(folder / "clear.png")
    with pytest.raises(MienError, match="nothing on it"):
        make_pack(folder, "slack", tmp_path / "out", processes=1)


def test_a_sticker_has_a_white_edge_where_that_is_the_habit(tmp_path: Path) -> None:
    edged, plain = (pack(tmp_path / n, "telegram", count=2, edge=e) for n, e in (("a", None), ("b", False)))

    def rim(made: Pack) -> np.ndarray:
        """Colours just inside the sticker's outline, row by row from the left."""
        pixels = np.asarray(Image.open(made.folder / made.stickers[1].file).convert("RGBA"))
        rows = [row[np.argmax(row[:, 3] > 250) + 3][:3] for row in pixels[200:300:10]]
        return np.array(rows)

    assert (rim(edged) > 245).all() and not (rim(plain) > 245).all()


def test_the_command_makes_a_pack_and_checks_it(tmp_path: Path) -> None:
    spec, out, run = tmp_path / "me.json", tmp_path / "out", CliRunner().invoke
    spec.write_text(PERSON.to_json())
    made = run(app, ["stickers", str(spec), "--for", "slack", "--out", str(out), "--count", "2", "--json", "--zip"])
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert len(told["stickers"]) == 2 and Path(told["archive"]).is_file()
    checked = run(app, ["stickers", "check", str(out), "--for", "slack"])
    assert (checked.exit_code, checked.stdout) == (0, f"{out}: valid for slack\n")
    faulty = run(app, ["stickers", "check", str(out), "--for", "discord", "--json"])
    assert faulty.exit_code == 1 and json.loads(faulty.stdout)["valid"] is False


def test_options_may_come_first(tmp_path: Path) -> None:
    spec = tmp_path / "me.json"
    spec.write_text(PERSON.to_json())
    arguments = ["stickers", "--for", "slack", "--count", "1", "--out", str(tmp_path / "out"), str(spec)]
    made = CliRunner().invoke(app, arguments)
    assert made.exit_code == 0 and "01-tears-of-joy.png" in made.stdout


def test_a_spec_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "me.json").write_text('{"hair": "none such"}')
    with pytest.raises(MienError, match="save-spec"):
        make_pack(tmp_path / "me.json", "slack", tmp_path / "out", processes=1)
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "#888").save(picture, "PNG")
    (tmp_path / "wall.png").write_bytes(picture.getvalue())
    with pytest.raises(MienError, match="no face"):
        make_pack(tmp_path / "wall.png", "slack", tmp_path / "out", processes=1)
