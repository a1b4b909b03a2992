"""Runs side by side: figures at the best epoch, what the networks cost, and where the runs differ."""

import json
from functools import partial

import pytest

from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
pytest.importorskip("matplotlib", reason="the lab needs matplotlib: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.compare import compare  # noqa: E402


def make_run(folder, accuracies, checkpoint=True, **config):
    folder.mkdir(parents=True)
    config = {"kind": "expression", "network": "mobile", "faces": 100, **config}
    (folder / "config.json").write_text(json.dumps(config))
    rows = [
        {
            "epoch": epoch, "accuracy": accuracy, "balanced_accuracy": accuracy - 0.1,
            "train_accuracy": 0.1 * epoch + 0.5, "loss": 1.0, "valid_loss": 1.5, "seconds": seconds,
        }
        for epoch, (accuracy, seconds) in enumerate(zip(accuracies, (9.0, 2.0, 4.0), strict=False), 1)
    ]  # fmt: skip
    (folder / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    if checkpoint:
        state = {
            "network": config["network"],
            "classes": list("abcdefg"),
            "heads": ["votes"],
            "size": 48,
            "normalise": "face",
        }
        torch.save(state, folder / "best.pt")
    return folder


@pytest.fixture
def runs(tmp_path):
    return [
        make_run(tmp_path / "short", [0.3, 0.4, 0.35], learning_rate=0.1),
        make_run(tmp_path / "keras", [0.55, 0.5], network="tutorial", learning_rate=0.01),
    ]


def test_runs_are_compared_at_their_best_epochs_best_first(runs):
    first, second = compare(runs).runs
    assert (first.run, first.network, first.epochs, first.best_epoch) == ("keras", "tutorial", 2, 1)
    assert (second.run, second.network, second.epochs, second.best_epoch) == ("short", "mobile", 3, 2)
    assert second.accuracy == 0.4
    assert second.balanced_accuracy == pytest.approx(0.3)
    assert second.train_accuracy == pytest.approx(0.7)
    assert second.gap == pytest.approx(0.3)
    assert second.seconds == 4.0  # the median, not the slow first epoch
    assert (first.parameters, second.parameters) == (2_345_607, 352_519)
    assert first.macs > second.macs > 30_000_000


def test_the_settings_in_which_runs_differ_are_told(runs, tmp_path):
    found = compare(runs)
    assert found.differing == {"network": ["tutorial", "mobile"], "learning_rate": [0.01, 0.1]}
    assert not found.other_data
    other = make_run(tmp_path / "other", [0.2], faces=7, patience=3)
    found = compare([*runs, other])
    assert found.differing["faces"] == [100, 100, 7]
    assert found.differing["patience"] == [None, None, 3]
    assert found.other_data


def test_what_a_run_does_not_tell_is_none(tmp_path):
    run = make_run(tmp_path / "old", [0.3], checkpoint=False)
    (run / "log.jsonl").write_text('{"epoch": 1, "accuracy": 0.3}\n')
    only = compare([run]).runs[0]
    assert only.accuracy == 0.3
    assert (only.parameters, only.macs, only.train_accuracy, only.gap, only.seconds) == (None,) * 5
    (run / "best.pt").write_bytes(b"torn")
    assert compare([run]).runs[0].parameters is None


def test_only_expression_runs_with_a_finished_epoch_are_compared(tmp_path):
    with pytest.raises(DataError, match="no finished epoch"):
        compare([make_run(tmp_path / "empty", [])])
    with pytest.raises(DataError, match="landmarks run"):
        compare([make_run(tmp_path / "points", [0.1], kind="landmarks")])
    with pytest.raises(DataError, match="no run's folder"):
        compare([tmp_path])
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be made a folder"):
        compare([make_run(tmp_path / "fine", [0.1], checkpoint=False)], tmp_path / "file")
    with pytest.raises(DataError, match="no runs"):
        compare([])


def test_curves_are_drawn_where_they_are_asked_for(runs, tmp_path):
    assert compare(runs).pictures == []
    pictures = compare(runs, tmp_path / "out").pictures
    assert [p.name for p in pictures] == ["compare.png", "compare.svg"]
    assert all(p.stat().st_size > 5000 for p in pictures)


@pytest.fixture
def mien(cli):
    return partial(cli, "lab", "compare")


def test_the_command_prints_a_row_for_every_run(mien, runs, tmp_path):
    code, out, err = mien(*runs, "--out", tmp_path / "out")
    assert code == 0
    assert out.splitlines()[1] == "keras\ttutorial\t2.35 M\t77 M\t2\t1\t60.0 %\t55.0 %\t45.0 %\t+5.0\t6"
    assert "compare.svg" in err
    code, out, _ = mien(*runs, "--json")
    assert code == 0
    assert [r["run"] for r in json.loads(out)["runs"]] == ["keras", "short"]


def test_the_command_warns_of_other_data_and_refuses_what_is_no_run(mien, runs, tmp_path):
    code, _, err = mien(*runs, make_run(tmp_path / "other", [0.2], faces=7))
    assert code == 0
    assert "different data" in err
    code, out, err = mien(tmp_path / "nowhere")
    assert (code, out) == (2, "")
    assert err.count("\n") == 1 and "nowhere: no run's folder" in err
