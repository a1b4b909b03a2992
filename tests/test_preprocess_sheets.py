"""`mien lab preprocess`: the list of steps, and sheets of what they and the augmentations make of a face."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from mien.cli import app
from mien.errors import DataError, MienError
from mien.expression.preprocess import FORMS, describe

PHOTO = Path(__file__).parents[1] / "docs" / "figures" / "astronaut.jpg"


def command(*words):
    return CliRunner().invoke(app, ["lab", "preprocess", *map(str, words)])


def test_every_step_is_listed_with_what_it_does():
    lines = command().output.splitlines()
    assert [line.split("\t")[0] for line in lines] == list(FORMS.values())
    told = json.loads(command("--json").output)["steps"]
    assert [step["name"] for step in told] == list(FORMS)
    assert all(step["about"] == describe(step["name"]) and len(step["about"]) > 20 for step in told)


@pytest.fixture
def figures():
    torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
    torch.set_num_threads(1)
    from mien.lab.expression import figures

    return figures


def test_a_sheet_has_a_column_for_each_step_and_shows_what_it_does(figures):
    sheet = figures.steps_sheet(PHOTO, ["", "brightness:0.5"])
    assert sheet.width < figures.steps_sheet(PHOTO, ["", "equalise", "gamma:2"]).width
    pixels = np.asarray(sheet.getchannel("L"), float)
    left, top, side, gap = figures._LABEL, figures._LINE, figures._CELL, figures._GAP
    plain, darker = (pixels[top : top + side, x : x + side] for x in (left, left + side + gap))
    assert np.abs(plain * 0.5 - darker).max() <= 0.51
    assert sheet.getpixel((0, sheet.height - 1))[1] == 0  # the ground is transparent


def test_the_conditions_are_one_face(figures):
    shown = figures.conditions(PHOTO)
    taken, dark, side_lit, noisy, tilted = shown.faces.astype(float)
    assert dark.mean() < 0.4 * taken.mean()
    assert side_lit[:, -8:].mean() < 0.3 * taken[:, -8:].mean()
    assert np.corrcoef(taken.ravel(), noisy.ravel())[0, 1] > 0.9
    from mien.expression.alignment import tilts

    assert tilts(shown.faces[[4]])[0] == pytest.approx(20, abs=6)
    assert tilted.shape == (48, 48)


def test_a_small_picture_is_taken_for_a_face(figures, tmp_path):
    face = figures.conditions(PHOTO).faces[0]
    Image.fromarray(face).save(tmp_path / "face.png")
    assert np.array_equal(figures.conditions(tmp_path / "face.png").faces[0], face)


def test_the_sheet_of_augmentations_shows_each_alone(figures):
    assert all(sum([s.moves, s.lights, s.degrades, bool(s.erase)]) == 1 for _, s in figures._alone(figures.Augment()))
    assert figures.augmentation_sheet(PHOTO).tobytes() == figures.augmentation_sheet(PHOTO).tobytes()


@pytest.mark.parametrize("ending", ["png", "webp", "jpg"])
def test_a_sheet_is_written(ending, figures, tmp_path):
    out = tmp_path / f"sheet.{ending}"
    done = command("--sheet", PHOTO, "--out", out, "--steps", "clahe:2 denoise:0.6")
    assert done.exit_code == 0, done.output
    assert Image.open(out).size == figures.steps_sheet(PHOTO, ["", "clahe:2 denoise:0.6"]).size
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--sheet", PHOTO], "both"),
        (["--sheet", PHOTO, "--out", "sheet.txt"], "png"),
        (["--sheet", PHOTO, "--out", "no/such/folder/sheet.png"], "cannot be written"),
        (["--sheet", PHOTO, "--out", "sheet.png", "--steps", "sharpen"], "no such step"),
        (["--sheet", PHOTO, "--out", "sheet.png", "--augmentation", "--steps", "equalise"], "leave out"),
        (["--sheet", "night.png", "--out", "sheet.png"], "no face found"),
        (["--sheet", "missing.png", "--out", "sheet.png"], "missing.png"),
    ],
)
def test_a_sheet_that_cannot_be_made_is_refused_in_one_line(words, why, figures, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (300, 200), "navy").save("night.png")
    done = command(*words)
    assert isinstance(done.exception, MienError)
    assert why in str(done.exception)
    assert "\n" not in str(done.exception)
    assert [p.name for p in tmp_path.iterdir()] == ["night.png"]


def test_an_unknown_ending_is_refused_before_anything_is_written(figures, tmp_path):
    with pytest.raises(DataError, match=r"\.png"):
        figures.write_sheet(Image.new("LA", (4, 4)), tmp_path / "sheet.gif")
    assert not list(tmp_path.iterdir())
