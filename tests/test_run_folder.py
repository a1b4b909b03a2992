"""The folder of a training run survives what kills do to files."""

import json

import numpy as np
import pytest

from mien import DataError

pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")

from mien.lab.run import Run, drawn_batches


def test_a_torn_line_does_not_spoil_the_next(tmp_path):
    run = Run(tmp_path / "r", {"a": 1})
    run.log(epoch=1, loss=2.0)
    log = run.folder / "log.jsonl"
    log.write_bytes(log.read_bytes() + b'{"epoch": 2, "lo')
    run.log(epoch=2, loss=1.5)
    assert [(row["epoch"], row["loss"]) for row in run.history()] == [(1, 2.0), (2, 1.5)]


def test_an_epoch_told_twice_counts_once(tmp_path):
    run = Run(tmp_path / "r", {})
    for loss in (2.0, 1.0):
        run.log(epoch=1, loss=loss)
    assert [row["loss"] for row in run.history()] == [1.0]


def test_the_best_checkpoint_is_never_newer_than_what_resuming_repeats(tmp_path, monkeypatch):
    run = Run(tmp_path / "r", {})
    run.save({"epoch": 1}, best=True)
    import torch

    whole = torch.save

    def killed_at_the_second(state, path):
        if path.name == ".last.pt.part":
            raise KeyboardInterrupt
        whole(state, path)

    monkeypatch.setattr(torch, "save", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run.save({"epoch": 2}, best=True)
    assert run.resume() == {"epoch": 1}, "the epoch is repeated, and saved as the best again"
    assert not [p for p in run.folder.iterdir() if p.name == "last.pt" and p.stat().st_size == 0]


def test_another_process_of_the_team_writes_nothing(tmp_path):
    Run(tmp_path / "r", {"a": 1}, write=False)
    assert not (tmp_path / "r").exists()


def test_batches_are_drawn_as_often_as_their_share_says():
    share = np.array([0.5, 0.3, 0.2 / 3, 0.2 / 3, 0.2 / 3])
    batches = list(drawn_batches(share, 4, 25, np.random.default_rng(0)))
    assert [len(b) for b in batches] == [25] * 4
    found = np.bincount(np.concatenate(batches), minlength=5)
    assert np.abs(found - share * 100).max() < 1
    again = list(drawn_batches(share, 4, 25, np.random.default_rng(0)))
    assert np.array_equal(batches, again)
    assert len(set(batches[0].tolist())) > 1, "a batch holds faces of all kinds"


def test_a_file_is_no_run_folder(tmp_path):
    (tmp_path / "f").write_text("")
    with pytest.raises(DataError, match="is a file"):
        Run(tmp_path / "f", {})


def test_the_config_is_kept_and_compared(tmp_path):
    Run(tmp_path / "r", {"a": 1})
    assert json.loads((tmp_path / "r" / "config.json").read_text()) == {"a": 1}
    with pytest.raises(DataError, match="other settings"):
        Run(tmp_path / "r", {"a": 2})
