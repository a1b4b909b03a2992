"""`mien avatar`: what it draws, what it refuses, and that nothing half-done is left behind."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from mien.avatar import AvatarSpec
from mien.cli import app
from mien.errors import MienError

runner = CliRunner()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A person in a file."""
    path = tmp_path / "me.json"
    path.write_text(AvatarSpec().edited({"hair.style": "short", "skin.colour": "monk-7"}).to_json())
    return path


def run(*arguments: object) -> str:
    """Standard output of a run that must succeed."""
    done = runner.invoke(app, ["avatar", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*arguments: object) -> str:
    """The one line that a refused run says."""
    with pytest.raises(MienError) as caught:
        runner.invoke(app, ["avatar", *map(str, arguments)], catch_exceptions=False)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("ending", [".png", ".webp", ".jpg", ".gif"])
def test_a_saved_person_is_drawn_in_the_format_of_the_ending(saved: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"me{ending}"
    run("--spec", saved, "--out", out, "--size", 64, "--expression", "😂")
    with Image.open(out) as picture:
        assert picture.size == (64, 64)
        assert picture.format == {".png": "PNG", ".webp": "WEBP", ".jpg": "JPEG", ".gif": "GIF"}[ending]


def test_svg_is_the_specs_own_drawing(saved: Path, tmp_path: Path) -> None:
    run("--spec", saved, "--out", tmp_path / "me.svg", "--expression", "anger")
    spec = AvatarSpec.from_json(saved.read_text())
    assert (tmp_path / "me.svg").read_text() == spec.svg("anger") + "\n"


def test_svg_goes_to_stdout(saved: Path) -> None:
    assert run("--spec", saved, "--out", "-").startswith("<svg ")


def test_changes_reach_the_drawing_the_file_and_the_json(saved: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    printed = run(
        "--spec", saved, "--set", "hair.style=afro", "--set", "glasses.style=round", "--background", "circle:#ff8800",
        "--presentation", "f", "--save-spec", other, "--json",
    )  # fmt: skip
    spec = AvatarSpec.from_json(other.read_text())
    assert spec.to_dict() == json.loads(printed)
    assert (spec.hair.style, spec.glasses.style, spec.presentation) == ("afro", "round", "f")
    assert (spec.background.style, spec.background.colour) == ("circle", "#ff8800")


def test_a_colour_alone_is_a_ground(saved: Path) -> None:
    spec = json.loads(run("--spec", saved, "--background", "monk-3", "--json"))
    assert spec["background"]["style"] != "none"


def test_the_same_seed_draws_the_same_stranger(tmp_path: Path) -> None:
    first, again, other = (run("--random", "--seed", seed, "--json") for seed in (3, 3, 4))
    assert first == again != other


def test_the_plain_face_is_drawn_for_nobody_and_with_high_contrast(tmp_path: Path) -> None:
    plain = run("--plain", "--expression", "🙂", "--out", "-")
    assert plain == AvatarSpec(plain=True).svg("🙂") + "\n"
    bold = run("--plain", "--expression", "🙂", "--high-contrast", "--out", "-")
    assert bold == AvatarSpec(plain=True).svg("🙂", high_contrast=True) + "\n" != plain


def test_names_on_the_sheet_are_whole_words() -> None:
    from mien.avatar.sheet import _name

    assert [_name(e) for e in "😀🤦"] == ["grinning", "person facepalming"]


def test_all_draws_one_sheet(saved: Path, tmp_path: Path) -> None:
    run("--spec", saved, "--all", "--out", tmp_path / "all.png", "--size", 16)
    with Image.open(tmp_path / "all.png") as sheet:
        assert sheet.width > 5 * 16
        assert sheet.height > 5 * 16
    run("--spec", saved, "--all", "--out", tmp_path / "all.svg")
    assert (tmp_path / "all.svg").read_text().count("<svg ") > 60


@pytest.mark.parametrize("name", ["me.webp", "me.gif", "me.apng"])
def test_a_reaction_loops_for_two_to_three_seconds(saved: Path, tmp_path: Path, name: str) -> None:
    run("--spec", saved, "--animate", "--out", tmp_path / name, "--size", 48, "--expression", "surprise")
    with Image.open(tmp_path / name) as clip:
        assert clip.n_frames > 10
        assert clip.info.get("loop", 0) == 0
        shown = 0
        for frame in range(clip.n_frames):
            clip.seek(frame)
            clip.load()
            shown += clip.info["duration"]
    assert 1500 <= shown <= 3000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--out", "x.png"), "pass a photo"),
        (("--random",), "--out"),
        (("--random", "--spec", "me.json", "--json"), "--random"),
        (("--random", "--out", "me.doc"), ".svg"),
        (("--random", "--out", "me"), "ending"),
        (("--random", "--all", "--animate", "--out", "me.png"), "choose one"),
        (("--random", "--animate", "--out", "me.jpg"), ".webp"),
        (("--random", "--compare", "--out", "me.html"), "photo"),
        (("--random", "--plain", "--json"), "--plain"),
        (("--random", "--json", "--out", "-"), "both print"),
        (("--plain", "--all", "--high-contrast", "--out", "me.png"), "--high-contrast"),
        (("--random", "--set", "hair.style", "--json"), "PATH=VALUE"),
        (("--random", "--set", "hair.style=hedgehog", "--json"), "afro"),
        (("--random", "--expression", "peckish", "--out", "me.png"), "happiness"),
        (("--random", "--background", "mauvish", "--json"), "mauvish"),
        (("--spec", "missing.json", "--json"), "missing.json"),
        (("missing.jpg", "--json"), "missing.jpg"),
        (("a.jpg", "b.jpg", "--face", "2", "--json"), "--face"),
        (("--random", "--out", "no/such/folder/me.png"), "does not exist"),
        (("--random", "--out", "me.svg", "--save-spec", "no/such/me.json"), "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert words in refused(*arguments)
    assert not list(tmp_path.iterdir())


def test_a_spec_that_is_none_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "me.json"
    path.write_text('{"hair": {"colour": 3}}')
    assert str(path) in refused("--spec", path, "--json")
    path.write_text("[1]")
    assert "an object of fields" in refused("--spec", path, "--json")
    path.write_bytes(b"\xff\xfe\x00")
    assert str(path) in refused("--spec", path, "--json")


def test_a_photo_without_a_face_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    photo = tmp_path / "wall.png"
    Image.new("RGB", (200, 150), "#88aacc").save(photo)
    assert "no face" in refused(photo, "--out", tmp_path / "me.png")
    assert [path.name for path in tmp_path.iterdir()] == ["wall.png"]


def test_a_photo_is_not_written_over(tmp_path: Path) -> None:
    photo = tmp_path / "wall.png"
    Image.new("RGB", (200, 150), "#88aacc").save(photo)
    before = photo.read_bytes()
    assert "another name" in refused(photo, "--out", photo)
    assert "another name" in refused(photo, "--save-spec", photo)
    assert photo.read_bytes() == before


def test_a_saved_person_may_be_changed_in_place(saved: Path) -> None:
    run("--spec", saved, "--set", "shape.jaw=0.5", "--save-spec", saved)
    assert AvatarSpec.from_json(saved.read_text()).shape.jaw == 0.5


def test_errors_end_with_exit_code_2(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mien", "avatar", "--random", "--out", str(tmp_path / "me.xyz")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("mien: ")
    assert done.stderr.count("\n") == 1


def test_help_shows_an_example() -> None:
    done = runner.invoke(app, ["avatar", "--help"])
    assert done.exit_code == 0
    assert "mien avatar me.jpg" in " ".join(done.output.split())


def test_pictures_drawn_in_several_processes_are_the_same() -> None:
    from mien.avatar.many import rasterise_all

    svgs = [AvatarSpec().svg(one) for one in ("happiness", "anger", "😂", None, "sadness")]
    assert rasterise_all(svgs, 32, processes=3) == rasterise_all(svgs, 32, processes=1)
    assert Image.open(io.BytesIO(rasterise_all(svgs[:1], 32)[0])).size == (32, 32)
