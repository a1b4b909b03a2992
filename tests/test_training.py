"""Training on tiny made-up faces: it learns, stops early, survives kills and full memory, and works in teams."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from made_up_faces import write_fer2013
from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.settings import Settings  # noqa: E402
from mien.lab.expression.train import train  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402

SETTINGS = Settings(
    network="tiny_network:make", epochs=3, batch=16, learning_rate=0.05, precision="fp32", augment="none", mixup=0.0
)
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_fer2013(tmp_path_factory.mktemp("data") / "fer2013.csv", {"Training": 96, "PublicTest": 40})


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    return train(data, tmp_path_factory.mktemp("runs") / "whole", SETTINGS, Silent())


def log(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def state(folder, name="last.pt"):
    return torch.load(folder / name, weights_only=False)


def same(a, b):
    """Whether two runs ended in the same weights, averaged weights and optimiser."""
    flat = [{**s["net"], **{f"ema {k}": v for k, v in s["ema"]["shadow"].items()}} for s in (a, b)]
    moments = [[v["momentum_buffer"] for v in s["optimiser"]["state"].values()] for s in (a, b)]
    return all(torch.equal(flat[0][k], flat[1][k]) for k in flat[0]) and all(map(torch.equal, *moments))


def changed(**changes):
    return Settings(**{**SETTINGS.config(), **changes})


def test_a_run_learns_and_logs_training_beside_validation(run):
    rows = log(run)
    assert [row["epoch"] for row in rows] == [1, 2, 3]
    assert rows[-1]["objective"] < rows[0]["objective"]
    assert {"loss", "train_accuracy", "valid_loss", "accuracy", "balanced_accuracy", "learning_rate"} <= set(rows[0])
    assert max(row["accuracy"] for row in rows) > 0.9


def test_a_run_leaves_curves_and_tensorboard_files(run):
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (run / "curves.svg").read_text()[:1000]
    assert list(run.glob("tensorboard/*/events*"))


def test_the_same_seed_gives_the_same_run_and_another_another(run, data, tmp_path):
    assert same(state(run), state(train(data, tmp_path / "again", SETTINGS, Silent())))
    assert not same(state(run), state(train(data, tmp_path / "other", changed(seed=1), Silent())))


@pytest.mark.parametrize("after", [2, 7, 12])
def test_a_run_stopped_at_any_step_ends_where_an_uninterrupted_one_does(data, tmp_path, after):
    settings = changed(augment="mien", mixup=0.2, save_minutes=0.0)
    whole = train(data, tmp_path / "whole", settings, Silent())

    class Stop(Silent):
        steps = 0

        def step(self, *_):
            self.steps += 1
            if self.steps == after:
                raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        train(data, tmp_path / "stopped", settings, Stop())
    resumed = train(data, tmp_path / "stopped", settings, Silent())
    assert same(state(whole), state(resumed))
    assert [r["accuracy"] for r in log(whole)] == [r["accuracy"] for r in log(resumed)]


def started(data, out, *options, config=HERE / "tiny_run.toml"):
    """`mien lab train expression` in a process of its own, on one thread."""
    words = ["--data", data, "--out", out, "--config", config, "--network", "tiny_network:make", *options]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-m", "mien", "lab", "train", "expression", *map(str, words)]
    return subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_killed_run_goes_on_and_ends_where_an_uninterrupted_one_does(data, tmp_path):
    whole = started(data, tmp_path / "whole")
    victim = started(data, tmp_path / "killed")
    checkpoint = tmp_path / "killed" / "last.pt"
    waited = time.monotonic()
    while not checkpoint.exists() and time.monotonic() - waited < 60:
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()
    assert state(tmp_path / "killed")["epoch"] < 12, "it was over before it could be killed"
    resumed = started(data, tmp_path / "killed")
    for process in (whole, resumed):
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert same(state(tmp_path / "whole"), state(tmp_path / "killed"))


def test_an_interrupt_saves_the_step_it_was_at(data, tmp_path):
    (tmp_path / "slow.toml").write_text('augment = "classic"\nsave_minutes = 60')
    process = started(data, tmp_path / "r", "--epochs", "2000", "--batch", "2", config=tmp_path / "slow.toml")
    while not (tmp_path / "r" / "last.pt").exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    at = state(tmp_path / "r")
    assert at["step"] > 0, "the checkpoint at the end of an epoch was not the last"
    assert at["epoch"] == len(log(tmp_path / "r"))


def test_patience_ends_a_run_that_gets_no_better(data, tmp_path):
    folder = train(data, tmp_path / "r", changed(epochs=50, patience=2, learning_rate=0.0), Silent())
    assert len(log(folder)) == 3, "the first epoch is the best, then two without a better one"
    assert state(folder, "best.pt")["epoch"] == 1


def test_running_out_of_memory_halves_the_faces_at_once_and_changes_nothing_else(data, tmp_path):
    said = []

    class Listen(Silent):
        def say(self, text):
            said.append(text)

    plain = changed(network="tiny_network:make_plain")
    whole = train(data, tmp_path / "whole", plain, Silent())
    hungry = train(data, tmp_path / "hungry", changed(network="tiny_network:make_hungry"), Listen())
    assert [re.search(r"\d+", text).group() for text in said] == ["8", "4"]
    a, b = (state(f)["net"].values() for f in (whole, hungry))
    assert all(torch.allclose(x, y, atol=1e-5) for x, y in zip(a, b, strict=True))
    assert state(hungry)["micro"] == 4


def test_a_network_too_large_for_one_face_says_that_memory_ran_out(data, tmp_path):
    with pytest.raises(torch.OutOfMemoryError):
        train(data, tmp_path / "r", changed(network="tiny_network:make_starving"), Silent())


def test_a_batch_in_parts_gives_the_gradients_of_the_whole(data, tmp_path):
    plain = {"network": "tiny_network:make_plain"}
    whole = train(data, tmp_path / "whole", changed(**plain), Silent())
    parts = train(data, tmp_path / "parts", changed(**plain, micro_batch=3), Silent())
    a, b = (state(f)["net"].values() for f in (whole, parts))
    assert all(torch.allclose(x, y, atol=1e-5) for x, y in zip(a, b, strict=True))


def test_two_processes_train_the_network_that_one_would(data, tmp_path):
    """Without batch norm, dropout and augmentation, sharing a batch must change nothing but rounding."""
    words = ["--data", data, "--network", "tiny_network:make_plain", "--config", HERE / "tiny_run.toml"]
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
        "-m", "mien", "lab", "train", "expression", *map(str, words), "--augment", "none", "--mixup", "0",
    ]  # fmt: skip
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}
    command += ["--out", str(tmp_path / "two")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    alone = started(data, tmp_path / "one", "--network", "tiny_network:make_plain", "--augment", "none", "--mixup", "0")
    assert alone.wait(120) == 0
    one, two = (state(tmp_path / name) for name in ("one", "two"))
    assert one["epoch"] == two["epoch"]
    for x, y in zip(one["net"].values(), two["net"].values(), strict=True):
        assert torch.allclose(x, y, atol=1e-4)
    assert len(log(tmp_path / "two")) == one["epoch"], "only the first process writes"


@pytest.mark.parametrize(
    "changes",
    [
        {"optimiser": "adam", "learning_rate": 0.003},
        {"optimiser": "adamw", "learning_rate": 0.003, "schedule": "plateau"},
        {"loss": "focal", "balance": "loss"},
        {"loss": "cross-entropy", "balance": "sampler", "schedule": "step"},
        {"oversample": 0.5, "consistency": 1.0},
        {"balance": "none", "precision": "bf16", "schedule": "constant"},
        {"augment": "classic", "mixup": 0.4, "preprocess": ["equalise", "normalise:unit"]},
    ],
)
def test_every_way_of_training_learns(data, tmp_path, changes):
    folder = train(data, tmp_path / "r", changed(**{"epochs": 8, **changes}), Silent())
    assert max(row["accuracy"] for row in log(folder)) > 0.8


def test_data_of_one_split_is_refused_before_anything_is_written(tmp_path):
    data = write_fer2013(tmp_path / "fer2013.csv", {"Training": 20})
    with pytest.raises(DataError, match="PublicTest"):
        train(data, tmp_path / "r", SETTINGS, Silent())
    assert not (tmp_path / "r").exists()


def test_a_run_with_other_settings_is_not_mixed_into_the_folder(run, data):
    with pytest.raises(DataError, match="batch"):
        train(data, run, changed(batch=8), Silent())


def test_how_a_run_is_carried_out_may_change_on_the_way(run, data):
    before = state(run)
    assert same(before, state(train(data, run, changed(threads=1, save_minutes=9.0), Silent())))


def test_compiling_without_a_compiler_is_refused_before_anything_is_written(data, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DataError, match=r"C\+\+ compiler"):
        train(data, tmp_path / "run", changed(compile=True), Silent())
    assert not (tmp_path / "run").exists()


def test_weights_held_still_do_not_move_until_they_are_let_go(data, tmp_path):
    settings = changed(network="resnet50", epochs=1, freeze_epochs=1, batch=32, preprocess=["resize:32"])
    folder = train(data, tmp_path / "r", settings, Silent())
    from mien.lab.run import seed_everything

    seed_everything(settings.seed)
    from mien.lab.expression.classifier import FaceClassifier

    start = FaceClassifier("resnet50", 8, ("labels",), size=32).state_dict()
    end = state(folder)["net"]
    moved = {k for k in start if not np.array_equal(start[k].numpy(), end[k].numpy())}
    assert moved
    assert all(".fc." in k for k in moved), "only the last layer learns"
