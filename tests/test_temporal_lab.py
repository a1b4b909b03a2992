"""Clips made of still faces, and what is counted on them."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lab_faces import make_faces, write_ferplus
from mien.cli import app
from mien.errors import DataError
from mien.lab.data import load_faces
from mien.lab.temporal.measuring import UNSURE, Read, figures, lags_of, switches
from mien.lab.temporal.resting import FRAMES
from mien.lab.temporal.sequences import RATE, Clip, changing_clip, changing_clips, part_of, steady_clip, wandering
from mien.types import LABELS


def read_of(probable: list[int], truth: list[int], changes: list[float]) -> Read:
    rows = np.full((len(probable), len(LABELS)), 0.02)
    rows[np.arange(len(probable)), probable] = 0.86
    return Read(Clip(np.zeros((0, 48, 48), np.uint8), np.array(truth), changes), rows)


def test_a_steady_clip_moves_but_stays_the_same_face() -> None:
    face, other = make_faces(2)
    clip = steady_clip(face, 3, 1.0, np.random.default_rng(0))
    assert clip.frames.shape == (RATE, 48, 48)
    assert set(clip.truth) == {3}
    assert (np.abs(np.diff(clip.frames.astype(int), axis=0)).mean((1, 2)) > 0).all()
    for frame in clip.frames[::10]:
        own, strange = (np.corrcoef(frame.ravel(), picture.ravel())[0, 1] for picture in (face, other))
        assert own > 0.5 > strange + 0.3


def test_the_same_seed_makes_the_same_clip() -> None:
    face = make_faces(1)[0]
    one, two = (steady_clip(face, 0, 0.5, np.random.default_rng(7)) for _ in range(2))
    assert (one.frames == two.frames).all()


def test_changes_are_where_the_truth_changes() -> None:
    faces = list(make_faces(2))
    for seed in range(4):
        clip = changing_clip([faces[0], faces[1], faces[0]], [0, 1, 0], np.random.default_rng(seed), lasting=(0.5, 0.8))
        places = np.flatnonzero(clip.truth[1:] != clip.truth[:-1]) + 1
        assert places / RATE == pytest.approx(clip.changes, abs=1 / RATE)
        assert len(clip.frames) == len(clip.truth)


def test_wandering_has_the_asked_spread_and_memory() -> None:
    values = wandering(60_000, (2.0, 0.5), np.random.default_rng(0))
    assert values.std() == pytest.approx(np.hypot(2.0, 0.5), rel=0.15)
    steps = np.diff(values).std()
    assert 0.3 < steps / np.hypot(np.sqrt(2) * 0.5 * np.sqrt(1 - np.exp(-1 / (RATE * 0.02))), 0.5) < 1.5


def test_switches_and_lags_are_counted_right() -> None:
    assert switches(np.array([0, 0, 1, UNSURE, 1, 1])) == 3
    truth = [0] * 120 + [1] * 120
    read = read_of(truth, truth, [2.0])
    assert lags_of(read, np.array(truth), RATE) == [0.0]
    late = np.array([0] * 132 + [1] * 108)
    assert lags_of(read, late, RATE) == pytest.approx([0.2])
    assert lags_of(read, np.zeros(240, int), RATE) == pytest.approx([2.0])  # never told: the whole time


def test_changes_that_frames_do_not_show_are_left_out() -> None:
    truth = [0] * 120 + [1] * 120
    doubtful = [0] * 120 + [1, 2] * 60
    assert lags_of(read_of(doubtful, truth, [2.0]), np.array(truth), RATE) == []
    assert lags_of(read_of([0] * 240, truth, [2.0]), np.array(truth), RATE) == []


def test_the_smoother_switches_less_in_the_figures() -> None:
    flicker = ([0] * 5 + [3]) * 40
    read = read_of(flicker, [0] * len(flicker), [])
    moving = read_of([0] * 120 + [1] * 120, [0] * 120 + [1] * 120, [2.0])
    alone, smooth = (figures([read], [moving], 60, way, 0.4) for way in ("each frame", "smoothed"))
    assert alone["switches"] > 1000 > 1 > smooth["switches"]
    assert smooth["accuracy_steady"] == 1 > alone["accuracy_steady"]
    assert 0 <= smooth["lag_ms"][1] <= 150


def ferplus(folder: Path, labels: list[int]) -> Path:
    votes = [[10 if place == label else 0 for place in range(10)] for label in labels]
    return write_ferplus(folder, make_faces(len(labels)), votes, ["PublicTest"] * len(labels))


def test_the_command_measures_clips(tmp_path: Path) -> None:
    data = ferplus(tmp_path / "fer", [0, 0, 1, 1, 3, 3])
    words = ["lab", "measure", "temporal", "--data", str(data), "--steady", "1", "--changing", "1", "--json"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    result = json.loads(ran.stdout.splitlines()[-1])
    assert result["steady_clips"] == result["changing_clips"] == 1
    assert [(row["rate"], row["told"]) for row in result["rows"]] == [
        (rate, told) for rate in (10, 30, 60) for told in ("each frame", "smoothed")
    ]


def test_the_command_measures_resting_faces(tmp_path: Path) -> None:
    data = ferplus(tmp_path / "fer", [0] * (FRAMES + 5) + [1, 3, 4])
    words = ["lab", "measure", "resting", "--data", str(data), "--part", "all", "--people", "2", "--json"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    rows = json.loads(ran.stdout.splitlines()[-1])["rows"]
    assert [row["shift"] for row in rows] == [0, 2, 4]
    assert all(0 <= row[name] <= 1 for row in rows for name in row if name != "shift")


def test_data_that_cannot_be_measured_is_refused(tmp_path: Path) -> None:
    faces = load_faces(ferplus(tmp_path / "fer", [0, 0]))
    with pytest.raises(DataError, match="one expression only"):
        next(changing_clips(faces, 1, 0))
    with pytest.raises(DataError, match="choose even, odd or all"):
        part_of(faces, "third")
    few = CliRunner().invoke(app, ["lab", "measure", "resting", "--data", str(tmp_path / "fer")])
    assert isinstance(few.exception, DataError)
