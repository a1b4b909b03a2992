"""`mien suggest` and `mien picks` at the command line, and what an emoji means."""

import json
import stat
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mien import MienError
from mien.cli import app
from mien.emoji import RECIPES, meaning
from mien.emoji.meaning import RATINGS, ratings
from mien.types import LABELS

PHOTO = str(Path(__file__).parents[1] / "docs/figures/astronaut.jpg")


@pytest.fixture(autouse=True)
def own_picks(tmp_path, monkeypatch):
    monkeypatch.setenv("MIEN_PICKS", str(tmp_path / "state" / "picks.db"))
    return tmp_path / "state" / "picks.db"


def run(*args, **options):
    return CliRunner().invoke(app, [str(a) for a in args], **options)


def test_a_photo_gets_lines_of_fields(own_picks):
    done = run("suggest", PHOTO, "-k", "3")
    assert done.exit_code == 0
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert len(rows) == 3
    assert all(len(row) == 4 and 0 <= float(row[1]) <= 1 for row in rows)
    assert RECIPES[rows[0][0]].profile["happiness"] > 0.5
    assert not own_picks.exists()


def test_json_has_one_line_a_picture_and_stdin_works():
    done = run("suggest", "-", "--json", "--text", "on my way", "--lang", "fr", input=Path(PHOTO).read_bytes())
    told = json.loads(done.stdout)
    assert told["source"] == "-"
    assert set(told["suggestions"][0]) == {"emoji", "name", "score", "reason"}


def test_a_message_alone_and_several_files(tmp_path):
    assert run("suggest", "--text", "joyeux anniversaire", "--lang", "fr", "-k", "1").stdout.startswith("🎂\t")
    done = run("suggest", PHOTO, tmp_path / "missing.jpg", PHOTO, "-k", "1")
    assert done.exit_code == 2
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [PHOTO, PHOTO]
    assert "missing.jpg" in done.stderr


def test_a_clip_is_one_stretch_of_time(tmp_path):
    import numpy as np
    from PIL import Image

    from clip_files import make_clip

    frame = np.asarray(Image.open(PHOTO).convert("RGB").resize((200, 200)))
    make_clip(tmp_path / "clip.mp4", [frame] * 8)
    done = run("suggest", tmp_path / "clip.mp4", "-k", "2")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 2
    assert RECIPES[done.stdout.split("\t")[0]].profile["happiness"] > 0.5


def test_nothing_to_suggest_for_is_told(tmp_path):
    from PIL import Image

    Image.new("RGB", (80, 60)).save(tmp_path / "night.png")
    assert run("suggest", tmp_path / "night.png").exit_code == 1
    for args in (["suggest"], ["suggest", PHOTO, "--picked", "🎉", "--no-picks"], ["suggest", PHOTO, PHOTO, "--copy"]):
        assert isinstance(run(*args).exception, MienError)


def test_a_pick_teaches_is_shown_exported_and_forgotten(own_picks, tmp_path):
    for _ in range(4):
        assert run("suggest", PHOTO, "--picked", "🐙", "--text", "look").exit_code == 0
    assert run("suggest", PHOTO, "--text", "look", "-k", "1").stdout.startswith("🐙\t")
    assert not run("suggest", PHOTO, "--text", "look", "-k", "1", "--no-picks").stdout.startswith("🐙")
    assert "🐙\thappiness\tyes\tyes\t4\t0" in run("picks", "show").stdout
    assert json.loads(run("picks", "show", "--json").stdout)[0]["picked"] == 4
    out = tmp_path / "mine.json"
    assert run("picks", "export", out).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8"))["picks"][0]["emoji"] == "🐙"
    assert isinstance(run("picks", "reset").exception, MienError)
    assert own_picks.exists()
    assert run("picks", "reset", "--yes").exit_code == 0
    assert not own_picks.exists()
    assert run("picks", "show", "--json").stdout == "[]\n"


def test_copying_hands_the_first_emoji_to_the_desktops_program(tmp_path, monkeypatch):
    program, taken = tmp_path / "wl-copy", tmp_path / "taken"
    program.write_text(f"#!{sys.executable}\nimport sys\nopen({str(taken)!r}, 'wb').write(sys.stdin.buffer.read())\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run("suggest", "--text", "happy birthday", "--copy").exit_code == 0
    assert taken.read_text(encoding="utf-8") == "🎂"


def test_without_any_clipboard_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    error = run("suggest", "--text", "happy birthday", "--copy").exception
    assert isinstance(error, MienError)
    assert "no clipboard" in str(error)


@pytest.mark.parametrize("words", ["", "  ", "!?"])
def test_a_search_for_nothing_is_refused(words):
    error = run("emoji", "search", words).exception
    assert isinstance(error, MienError)
    assert "nothing to search for" in str(error)


@pytest.mark.parametrize(
    ("args", "wanted"),
    [(["crying face"], "😢"), (["Visage Qui Pleure", "--lang", "fr"], "😢"), (["party popper", "--lang", "fr"], "🎉")],
)
def test_an_emoji_is_shown_by_its_name(args, wanted):
    assert json.loads(run("emoji", "show", *args, "--json").stdout)["emoji"] == wanted


def test_show_tells_what_people_saw():
    told = json.loads(run("emoji", "show", "😢", "--json").stdout)
    assert told["source"] == "people"
    assert told["ratings"]["sadness"] == 1.0
    assert max(told["profile"], key=told["profile"].get) == "sadness"
    assert json.loads(run("emoji", "show", "🤢", "--json").stdout)["source"] == "recipe"
    assert json.loads(run("emoji", "show", "🍕", "--json").stdout)["source"] == "people"
    assert json.loads(run("emoji", "show", "🪑", "--json").stdout)["profile"] is None


def test_every_face_has_a_meaning_and_the_ratings_carry_their_licence():
    assert len(ratings()) == 150
    assert "MIT License" in RATINGS.read_text(encoding="utf-8")
    for text in {*RECIPES, *ratings()}:
        meant = meaning(text)
        assert meant is not None
        assert set(meant.profile) == set(LABELS)
        assert sum(meant.profile.values()) == pytest.approx(1)
        assert min(meant.profile.values()) >= -1e-12
        assert -1 <= meant.valence <= 1
        assert -1 <= meant.arousal <= 1
        assert (meant.source == "people") == (text in ratings())
    assert meaning("❤") == meaning("❤️")


def test_people_and_recipes_agree_on_what_is_pleasant():
    import numpy as np

    both = [(meaning(t).valence, r.valence) for t, r in RECIPES.items() if t in ratings()]
    assert np.corrcoef(np.array(both).T)[0, 1] > 0.95
