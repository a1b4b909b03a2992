"""The search for settings: it proposes, prunes, survives kills, and says what mattered."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from made_up_faces import write_fer2013
from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
optuna = pytest.importorskip("optuna", reason="the lab's search needs optuna: pip install 'mien[lab]'")
torch.set_num_threads(1)
pytestmark = pytest.mark.usefixtures("no_curves")

from mien.lab.expression.settings import Settings, read_settings  # noqa: E402
from mien.lab.expression.strengths import Augment  # noqa: E402
from mien.lab.tune import default_space, read_space, tune  # noqa: E402
from mien.lab.tune.lock import locked  # noqa: E402
from mien.lab.tune.report import importances  # noqa: E402
from mien.lab.tune.space import Choice, Number, applied, scaled, starting_point  # noqa: E402
from mien.lab.tune.watch import Quiet, Terminal  # noqa: E402

HERE = Path(__file__).parent
BASE = Settings(
    network="tiny_network:make_small", epochs=3, batch=16, learning_rate=0.02, precision="fp32", augment="none",
    mixup=0.0, threads=1,
)  # fmt: skip
#: A rate of 1e-6 learns nothing: it must come out as what matters.
SPACE = {"learning_rate": Choice((0.000001, 0.02)), "label_smoothing": Number(0.0, 0.1), "batch": Choice((16, 32))}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return write_fer2013(tmp_path_factory.mktemp("data") / "fer2013.csv", {"Training": 64, "PublicTest": 40})


@pytest.fixture(scope="module")
def found(data, tmp_path_factory):
    return tune(data, tmp_path_factory.mktemp("search") / "s", 10, BASE, SPACE, pruner="none")


def told(found):
    """What a search found, without what the clock and the folder say."""
    return [(t["trial"], t["state"], t["params"], t["curve"]) for t in found["trials"]]


def test_the_first_trial_is_the_starting_point(found):
    first = found["trials"][0]
    assert first["params"]["batch"] == BASE.batch
    assert first["params"]["learning_rate"] == BASE.learning_rate
    assert found["first"] == first["value"]


def test_the_best_settings_are_ready_to_train_with(found):
    settings = read_settings(found["best_toml"])
    assert settings.config() == applied(BASE, SPACE, found["best"]["params"]).config()
    assert settings.learning_rate == 0.02
    assert found["best"]["value"] == max(t["value"] for t in found["trials"])
    assert (Path(found["best"]["run"]) / "best.pt").is_file()


def test_what_matters_is_said_to_matter(found):
    """Only the learning rate decides whether a mouth is told from another."""
    shares = found["importances"]
    assert sum(shares.values()) == pytest.approx(1, abs=1e-3)
    assert max(shares, key=shares.get) == "learning_rate"


def test_the_page_is_self_contained_and_names_every_setting(found):
    text = Path(found["report"]).read_text(encoding="utf-8")
    assert all(name in text for name in SPACE)
    assert "src=" not in text.replace('src="data:', "")
    assert "href=" not in text.replace('href="#', "")


def test_the_same_search_finds_the_same(data, found, tmp_path):
    again = tune(data, tmp_path / "s", 3, BASE, SPACE, pruner="none")
    assert told(again) == told(found)[:3]


def test_more_trials_go_on_where_the_search_ended(data, found, tmp_path):
    tune(data, tmp_path / "s", 2, BASE, SPACE, pruner="none")
    more = tune(data, tmp_path / "s", 4, BASE, SPACE, pruner="none")
    assert told(more) == told(found)[:4]


def test_a_search_interrupted_within_a_trial_goes_on_from_its_checkpoint(data, found, tmp_path):
    began = []

    class Stop(Quiet):
        def step(self, trial, epoch, step, steps):
            if (trial, epoch, step) == (1, 3, 1):
                raise ValueError("power cut")

    class Listen(Quiet):
        def begin(self, trial, chosen, done):
            began.append((trial, done))

    with pytest.raises(ValueError, match="power cut"):
        tune(data, tmp_path / "s", 3, BASE, SPACE, pruner="none", watcher=Stop())
    resumed = tune(data, tmp_path / "s", 3, BASE, SPACE, pruner="none", watcher=Listen())
    assert began[0] == (1, 2), "the second trial had two epochs behind it"
    assert told(resumed) == told(found)[:3]


def test_a_search_killed_at_any_moment_goes_on_and_ends_as_it_would_have(data, found, tmp_path):
    (tmp_path / "base.toml").write_text(
        'network = "tiny_network:make_small"\nbatch = 16\nlearning_rate = 0.02\nprecision = "fp32"\naugment = "none"\n'
        "mixup = 0.0\nepochs = 3\nthreads = 1\n"
    )
    (tmp_path / "space.toml").write_text(
        "learning_rate = [0.000001, 0.02]\nlabel_smoothing = { low = 0.0, high = 0.1 }\nbatch = [16, 32]\n"
    )
    words = ["--data", data, "--out", tmp_path / "s", "--trials", "500", "--pruner", "none"]
    words += ["--config", tmp_path / "base.toml", "--space", tmp_path / "space.toml"]
    command = [sys.executable, "-m", "mien", "lab", "tune", *map(str, words)]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}
    victim = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    waited = time.monotonic()
    while not (tmp_path / "s" / "trials" / "0001" / "last.pt").exists() and time.monotonic() - waited < 120:
        if victim.poll() is not None:
            break
        time.sleep(0.01)
    victim.send_signal(signal.SIGKILL)
    _, err = victim.communicate()
    assert victim.returncode == -signal.SIGKILL, err
    resumed = tune(data, tmp_path / "s", 4, BASE, SPACE, pruner="none")
    assert told(resumed)[:4] == told(found)[:4]


def test_a_poor_trial_is_ended_early_and_does_not_come_out_best(data, tmp_path):
    space = {"learning_rate": Choice((1e-7, 0.02))}
    pruned = tune(data, tmp_path / "s", 10, Settings(**{**BASE.config(), "epochs": 5, "threads": 1}), space)
    early = [t for t in pruned["trials"] if t["state"] == "pruned"]
    assert early
    assert all(len(t["curve"]) < 5 and t["params"]["learning_rate"] == 1e-7 for t in early)
    assert pruned["best"]["params"]["learning_rate"] == 0.02
    assert pruned["counts"]["pruned"] == len(early)


def test_a_search_for_less_loss_finds_the_least(data, tmp_path):
    settings = Settings(**{**BASE.config(), "choose_by": "loss", "threads": 1})
    found = tune(data, tmp_path / "s", 4, settings, SPACE, pruner="none")
    assert found["less_is_better"]
    assert found["best"]["value"] == min(t["value"] for t in found["trials"]) > 0


def test_trials_that_run_out_of_memory_are_left_behind(data, tmp_path):
    starving = Settings(**{**BASE.config(), "network": "tiny_network:make_starving", "threads": 1})
    with pytest.raises(DataError, match="out of memory"):
        tune(data, tmp_path / "s", 5, starving, SPACE)


def test_only_one_search_works_in_a_folder(tmp_path):
    with locked(tmp_path / "s"), pytest.raises(DataError, match="another search"), locked(tmp_path / "s"):
        pass
    with locked(tmp_path / "s"):
        pass


def test_a_folder_with_another_search_is_refused(data, found):
    with pytest.raises(DataError, match=r"space\.batch"):
        tune(data, found["folder"], 13, BASE, {**SPACE, "batch": Choice((16, 64))})


def test_a_relative_rate_is_the_optimisers_own(data):
    space = default_space()
    sgd = applied(BASE, space, {"optimiser": "sgd", "learning_rate": 0.5})
    adamw = applied(BASE, space, {"optimiser": "adamw", "learning_rate": 0.5})
    assert (sgd.learning_rate, adamw.learning_rate) == (0.05, 0.0005)
    assert starting_point(BASE, space)["learning_rate"] == pytest.approx(0.2)
    assert "batch" not in starting_point(BASE, space), "16 is none of the choices"


def test_augmentation_is_searched_as_a_whole_or_field_by_field():
    assert scaled(Augment(), 1.0) == Augment()
    calm = scaled(Augment(), 0.0)
    assert (calm.rotation, calm.erase, calm.zoom) == (0, 0, (1, 1))
    wild = scaled(Augment(blur=0.8, low_resolution=0.2), 10)
    assert wild.blur + wild.low_resolution <= 1
    assert wild.side_light <= 1
    one = applied(BASE, {"augment.rotation": Number(0, 30)}, {"augment.rotation": 7.0})
    assert Augment.parse(one.augment) == Augment.parse({"preset": "none", "rotation": 7.0})


@pytest.mark.parametrize(("choose_by", "value", "shown"), [("accuracy", 0.873, "87.3 %"), ("loss", -1.5, "1.500")])
def test_a_terminal_shows_the_trial_at_work_and_a_line_for_each_that_ended(choose_by, value, shown):
    from rich.console import Console

    screen = io.StringIO()
    with Terminal(3, 5, choose_by, Console(file=screen, force_terminal=True, width=120)) as terminal:
        terminal.begin(0, {"batch": 16}, 0)
        terminal.step(0, 1, 1, 4)
        terminal.end(0, "complete", value, value)
        terminal.begin(1, {"batch": 32}, 2)
        terminal.step(1, 3, 1, 4)
        terminal.progress.refresh()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())
    assert re.search(rf"trial   1  complete +{shown}  batch 16", text)
    assert "trial   2  goes on after epoch 2" in text
    assert "trial 2 of 3" in text
    assert "epoch 3/5" in text
    assert f"best {shown}" in text


def test_importances_need_trials_that_differ():
    study = optuna.create_study(direction="maximize")
    for _ in range(12):
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        study.tell(trial, 0.5)
    assert importances(study) == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("learning_rat = [1, 2]", "learning_rat"),
        ("epochs = [1, 2]", "epochs"),
        ("batch = [16]", "two choices"),
        ("mixup = { low = 0.4, high = 0.1 }", "low must be less"),
        ("mixup = { low = 0.0, high = 0.4, log = true }", "above 0"),
        ("mixup = { low = 0.0, high = 0.4, step = 1 }", "step"),
        ("mixup = { low = 0.0, high = 99.0 }", "mixup"),
        ('optimiser = ["sgd", "lion"]', "lion"),
        ('mixup = { low = "a", high = "b" }', "numbers"),
        ("[augment]\nrotation = { low = 0, high = 400 }", "rotation"),
        ("[augment]\nspin = [1, 2]", "augment.spin"),
        ("mixup = [0.1, 0.2", "not TOML"),
        ("", "no setting"),
    ],
)
def test_a_space_that_cannot_be_is_refused_in_one_line(data, tmp_path, cli, text, says):
    (tmp_path / "space.toml").write_text(text)
    words = ["--data", data, "--out", tmp_path / "s", "--space", tmp_path / "space.toml", "--trials", "1"]
    code, _, err = cli("lab", "tune", *words, "--network", "mobile")
    assert code == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "s").exists()


def test_a_space_is_read_from_toml(tmp_path):
    (tmp_path / "space.toml").write_text(
        "learning_rate = { low = 0.2, high = 3.0, log = true, relative = true }\nbatch = { low = 16, high = 64 }\n"
        "[augment]\nrotation = { low = 0, high = 30 }\nstrength = [0.5, 1.0]\n"
    )
    assert read_space(tmp_path / "space.toml") == {
        "learning_rate": Number(0.2, 3.0, log=True, relative=True),
        "batch": Number(16, 64, whole=True),
        "augment.rotation": Number(0, 30),
        "augment.strength": Choice((0.5, 1.0)),
    }


def test_the_command_prints_what_it_found(data, tmp_path, cli):
    (tmp_path / "space.toml").write_text("learning_rate = [0.000001, 0.02]\n")
    words = ["--data", data, "--out", tmp_path / "s", "--space", tmp_path / "space.toml", "--trials", "2"]
    words += ["--network", "tiny_network:make_small", "--epochs", "2", "--threads", "1"]
    code, out, err = cli("lab", "tune", *words, "--json")
    assert code == 0
    assert len(json.loads(out)["trials"]) == 2
    assert len(err.strip().splitlines()) == 2, "a line a trial, nothing of Optuna's own"
    code, out, err = cli("lab", "tune", *words)
    assert (code, err) == (0, ""), "there was nothing left to do"
    assert "learning_rate\t" in out
    assert tomllib.loads((tmp_path / "s" / "best.toml").read_text())["epochs"] == 2
