"""`mien lab measure robustness`: disturbances do what their names say, and the figures follow from them."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from made_up_faces import write_fer2013
from mien.cli import app
from mien.lab.expression.disturb import CONDITIONS, NEXT_FRAME, covered, light, moved
from mien.lab.expression.robustness import measure_robustness


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_fer2013(tmp_path_factory.mktemp("fer") / "fer2013.csv", {"Training": 4, "PublicTest": 12})


@pytest.fixture(scope="module")
def dot():
    """A face with one bright dot right of the middle."""
    face = np.full((48, 48), 60, np.uint8)
    face[22:26, 34:38] = 250
    return face


def place_of_dot(face):
    y, x = np.nonzero(face > 150)
    return x.mean() - 23.5, y.mean() - 23.5


def test_a_box_shifted_right_shows_the_face_further_left(dot):
    x, y = place_of_dot(moved(across=0.15)(dot))
    assert x == pytest.approx(12 - 7.2, abs=0.7)
    assert y == pytest.approx(0, abs=0.7)


def test_a_larger_box_shows_a_smaller_face(dot):
    assert place_of_dot(moved(scale=1.4)(dot))[0] == pytest.approx(12 / 1.4, abs=0.7)


def test_a_turned_box_turns_the_face(dot):
    x, y = place_of_dot(moved(degrees=30)(dot))
    assert np.hypot(x, y) == pytest.approx(12, abs=0.7)
    assert abs(y) == pytest.approx(6, abs=0.7)


def test_light_and_patches_change_what_they_say():
    face = np.full((48, 48), 100, np.uint8)
    assert light(gain=2)(face)[0, 0] == 200
    assert light(gamma=2)(face)[0, 0] == round(255 * (100 / 255) ** 2)
    assert (covered(0.5, 1.0)(face) != face).mean() == 0.5


@pytest.mark.parametrize("name", ["glasses", "mask", "left quarter", "right quarter"])
def test_patches_cover_about_a_quarter_of_the_face(name):
    face = np.full((48, 48), 100, np.uint8)
    assert 0.18 <= (CONDITIONS["covered"][name](face) != face).mean() <= 0.3


def test_every_condition_is_measured_and_loss_is_against_the_clean_figure(data):
    result = measure_robustness("shipped", data, protocol="fer2013")
    assert result["n"] == 12
    for family, conditions in CONDITIONS.items():
        found = result["families"][family]
        assert set(found) == set(conditions)
        assert result["loss"][family]["worst"] == pytest.approx(100 * (result["clean"] - min(found.values())), abs=0.02)
    assert set(result["stability"]) == {*NEXT_FRAME, "mean"}
    assert all(0 <= share <= 1 for share in result["stability"].values())


def test_the_command_prints_json_and_a_table(data):
    command = ["lab", "measure", "robustness", "--data", str(data), "--protocol", "fer2013", "--limit", "5"]
    run = CliRunner().invoke(app, [*command, "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["n"] == 5
    assert "points lost" in CliRunner().invoke(app, command).stdout
