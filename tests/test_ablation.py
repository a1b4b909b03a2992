"""The ablation of preprocessing: one short run a step, compared fairly, resumed, and told as a table."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from made_up_faces import write_fer2013
from mien import DataError
from mien.cli import app

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression import ablation as module  # noqa: E402
from mien.lab.expression.ablation import NONE, STEPS, Answers, ablate, markdown, verdict  # noqa: E402
from mien.lab.expression.settings import Settings  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402

SETTINGS = Settings(
    network="tiny_network:make_small", epochs=1, batch=16, learning_rate=0.05, precision="fp32", augment="none"
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "fer2013.csv"
    return write_fer2013(path, {"Training": 96, "PublicTest": 40, "PrivateTest": 4})


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("runs") / "ablation"
    ablate(data, out, SETTINGS, ["brightness:0.05", "clahe:2 resize:32"], seeds=2, watcher=Silent())
    return out


def test_every_step_is_a_run_and_a_row(folder):
    result = json.loads((folder / "ablation.json").read_text())
    assert [row["steps"] for row in result["rows"]] == [NONE, "brightness:0.05", "clahe:2 resize:32"]
    assert (result["n"], result["split"], result["truth"]) == (40, "PublicTest", "labels")
    assert all(len(row["accuracy_by_seed"]) == 2 for row in result["rows"])
    runs = sorted(p.name for p in folder.iterdir() if p.is_dir())
    assert runs == [
        *(f"brightness-0.05.seed{s}" for s in (0, 1)), *(f"clahe-2_resize-32.seed{s}" for s in (0, 1)),
        *(f"none.seed{s}" for s in (0, 1)),
    ]  # fmt: skip
    asked = json.loads((folder / "clahe-2_resize-32.seed1" / "config.json").read_text())
    assert (asked["preprocess"], asked["seed"]) == (["clahe:2", "resize:32"], 1)


def test_the_figures_are_those_of_the_runs(folder):
    """Each run's own log, written by the training, says the same accuracy."""
    rows = {row["steps"]: row for row in json.loads((folder / "ablation.json").read_text())["rows"]}
    for steps, name in ((NONE, "none"), ("clahe:2 resize:32", "clahe-2_resize-32")):
        for seed, accuracy in enumerate(rows[steps]["accuracy_by_seed"]):
            log = (folder / f"{name}.seed{seed}" / "log.jsonl").read_text().splitlines()
            assert accuracy == max(json.loads(line)["accuracy"] for line in log)
    gap = rows["brightness:0.05"]["accuracy"] - rows[NONE]["accuracy"]
    assert rows["brightness:0.05"]["difference"] == pytest.approx(gap, abs=1e-3)


def test_a_second_call_repeats_no_run(folder, data, monkeypatch):
    def refused(*_):
        raise AssertionError("trained again")

    before = (folder / "ablation.json").read_text()
    monkeypatch.setattr(module, "train", refused)
    ablate(data, folder, SETTINGS, ["brightness:0.05", "clahe:2  resize:32"], seeds=2)
    assert (folder / "ablation.json").read_text() == before


def test_an_interrupted_ablation_keeps_its_finished_rows(data, tmp_path, monkeypatch):
    real = module.train

    def killed_at_the_second(faces, folder, *rest):
        if "equalise" in folder.name:
            raise KeyboardInterrupt
        return real(faces, folder, *rest)

    monkeypatch.setattr(module, "train", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        ablate(data, tmp_path, SETTINGS, ["equalise"], watcher=Silent())
    assert [row["steps"] for row in json.loads((tmp_path / "ablation.json").read_text())["rows"]] == [NONE]
    monkeypatch.setattr(module, "train", real)
    assert len(ablate(data, tmp_path, SETTINGS, ["equalise"], watcher=Silent())["rows"]) == 2


def test_other_settings_or_data_are_not_mixed_into_the_folder(folder, data, tmp_path):
    from dataclasses import replace

    with pytest.raises(DataError, match="epochs"):
        ablate(data, folder, replace(SETTINGS, epochs=3))
    other = write_fer2013(tmp_path / "other.csv", {"Training": 96, "PublicTest": 40}, seed=2)
    with pytest.raises(DataError, match=r"\(data\)"):
        ablate(other, folder, SETTINGS)
    with pytest.raises(DataError, match="take preprocess out"):
        ablate(data, folder, replace(SETTINGS, preprocess=("equalise",)))


def test_an_unknown_step_is_refused_before_anything_is_trained(data, tmp_path):
    with pytest.raises(DataError, match="sharpen"):
        ablate(data, tmp_path / "new", SETTINGS, ["equalise", "sharpen:2"])
    assert not (tmp_path / "new").exists()


def test_the_steps_that_are_tried_by_default_are_known():
    from mien.expression.preprocess import Preprocess

    assert STEPS[0] == NONE
    assert all(Preprocess.parse(step) != Preprocess() for step in STEPS[1:])


def made(wrong, n=1000):
    predicted = np.zeros(n, int)
    predicted[list(wrong)] = 1
    return Answers(predicted, np.zeros(n, int), "labels")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (range(200), "hurts"), (range(20), "helps"),
        (range(100, 200), "no clear difference"), (range(97), "no clear difference"),
    ],
)  # fmt: skip
def test_a_difference_counts_when_the_faces_that_changed_agree(wrong, said):
    row = module._difference([made(wrong)], [made(range(100))])
    assert row["difference"] == pytest.approx((100 - len(wrong)) / 1000)
    assert row["low"] <= row["difference"] <= row["high"]
    assert verdict(row) == said


def test_the_table_names_the_best_step_first_after_none(folder):
    text = (folder / "ablation.md").read_text()
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    assert lines[2].startswith("| none | ")
    assert text == markdown(json.loads((folder / "ablation.json").read_text()))
    assert "1 epoch, 2 seeds, 40 PublicTest faces (labels)" in text


def test_the_command_trains_and_prints(data, tmp_path):
    config = tmp_path / "short.toml"
    config.write_text('batch = 16\nprecision = "fp32"\naugment = "none"\nthreads = 1\n')
    command = ["lab", "ablation", "--data", str(data), "--network", "tiny_network:make_small", "--epochs", "1"]
    command += ["--config", str(config), "--steps", "equalise", "--out", str(tmp_path / "out")]
    plain = CliRunner().invoke(app, command)
    assert plain.exit_code == 0, plain.output
    assert "equalise\t" in plain.output
    told = CliRunner().invoke(app, [*command, "--json"])
    assert [row["steps"] for row in json.loads(told.stdout)["rows"]] == [NONE, "equalise"]
