"""Distillation: the student learns what its teachers answer, resumes exactly, and its run says who taught it."""

import json
import sys

import numpy as np
import pytest

from made_up_faces import HAPPY, made_up_faces
from mien import DataError
from mien.cli import main

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
pytest.importorskip("onnx", reason="the lab's export needs onnx: pip install 'mien[lab]'")
torch.set_num_threads(1)
pytestmark = pytest.mark.usefixtures("no_curves")

from mien.lab.data import FaceSet  # noqa: E402
from mien.lab.expression.distil import Distillation, Distilled, distil, taught  # noqa: E402
from mien.lab.expression.export import export, load_run  # noqa: E402
from mien.lab.expression.losses import Objective, make_target  # noqa: E402
from mien.lab.expression.member import open_member  # noqa: E402
from mien.lab.expression.settings import Settings  # noqa: E402
from mien.lab.expression.train import train  # noqa: E402
from mien.lab.expression.validate import predict  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402

SETTINGS = Settings(
    network="tiny_network:make_small", epochs=4, batch=16, learning_rate=0.05, precision="fp32", augment="none",
    mixup=0.0,
)  # fmt: skip
CPU = torch.device("cpu")


def changed(**changes):
    return Settings(**{**SETTINGS.config(), **changes})


def face_set(count=120, classes=("frown", "grin"), noise=0.0, seed=3):
    """Faces in memory; `noise`: the share of the training labels that are drawn by lot."""
    rng = np.random.default_rng(seed)
    images, codes = made_up_faces(rng, count)
    labels = np.where(codes == HAPPY, classes.index("grin"), classes.index("frown"))
    split = np.where(np.arange(count) % 3 == 2, "PublicTest", "Training")
    lot = (rng.random(count) < noise) & (split == "Training")
    labels[lot] = rng.integers(0, 2, lot.sum())
    return FaceSet(images, np.full((count, 10), np.nan, np.float32), labels, split, [""] * count, classes)


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return train(face_set(), tmp_path_factory.mktemp("runs") / "teacher", changed(epochs=6), Silent())


def log(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def weights(folder):
    return torch.load(folder / "last.pt", weights_only=True)["net"]


def objective(faces, balance="softmax"):
    training = faces.only("Training")
    return Objective({"labels": make_target(training, "labels")}, {"labels": 1.0}, balance), training


@pytest.mark.parametrize("view", ["same", "clean"])
def test_a_student_learns_what_the_labels_do_not_say(teacher, tmp_path, view):
    """Its labels are drawn by lot; only the teacher knows."""
    faces = face_set(noise=1.0)
    run = distil(
        [teacher], faces, tmp_path / "s", changed(epochs=6), how=Distillation(2.0, 1.0, view), watcher=Silent()
    )
    alone = train(faces, tmp_path / "alone", changed(epochs=6), Silent())
    assert max(row["accuracy"] for row in log(run)) > 0.9
    assert max(row["accuracy"] for row in log(alone)) < 0.8


def test_the_teachers_part_is_the_divergence_at_the_temperature(teacher):
    faces = face_set()
    plain, training = objective(faces)
    both = taught(plain, training, [open_member(teacher)], Distillation(3.0, 0.25, "clean"), CPU)
    rows = np.arange(10)
    goals = both.goals(rows)
    logits = torch.randn(10, 2, generator=torch.Generator().manual_seed(0))
    net, state = load_run(teacher)
    prior = np.log(state["priors"]["labels"])
    q = torch.tensor(predict(net, training.images[:10])[0] + prior).div(3).softmax(1)
    p = (logits + plain.targets["labels"].log_prior).div(3).softmax(1)
    far = (q * (q / p).log()).sum(1).mean()
    own = plain.loss([logits], goals[:2], plain.sizes(goals[:2]))
    found = both.loss([logits], goals, both.sizes(goals))
    assert float(found) == pytest.approx(float(0.75 * own + 0.25 * 9 * far), rel=2e-2)  # the teacher may answer in bf16


def test_a_head_that_is_not_taught_learns_from_the_data_alone(teacher):
    faces = face_set()
    training = faces.only("Training")
    target = make_target(training, "labels")
    plain = Objective({"votes": target, "labels": target}, {"votes": 1.0, "labels": 0.7}, "softmax")
    member = open_member(teacher)
    both, votes = (
        taught(plain, training, [member], Distillation(2.0, 1.0, "clean", t), CPU) for t in ("both", "votes")
    )
    assert list(both.shares) == ["votes", "labels"] and list(votes.shares) == ["votes"]
    goals, logits = votes.goals(np.arange(9)), [torch.randn(9, 2), torch.randn(9, 2)]
    other = [logits[0], logits[1] + torch.randn(9, 2)]
    sizes = plain.sizes(goals[:4])
    alone = float(plain.loss(logits, goals[:4], sizes) - plain.loss(other, goals[:4], sizes))
    found = float(votes.loss(logits, goals, votes.sizes(goals)) - votes.loss(other, goals, votes.sizes(goals)))
    assert found == pytest.approx(alone, abs=1e-5) and abs(alone) > 1e-3
    with pytest.raises(DataError, match="has no such answers"):
        taught(objective(faces)[0], training, [member], Distillation(teach="votes"), CPU)


def test_a_student_that_answers_as_its_teachers_do_has_nothing_to_learn_from_them(teacher):
    plain, training = objective(face_set(), balance="none")
    both = taught(plain, training, [open_member(teacher)], Distillation(2.0, 1.0, "clean"), CPU)
    goals = both.goals(np.arange(20))
    perfect = goals[2].log() * 2
    assert float(both.loss([perfect], goals, both.sizes(goals))) == pytest.approx(0, abs=1e-5)
    assert float(both.loss([-perfect], goals, both.sizes(goals))) > 0.1


def test_teachers_on_the_same_view_see_what_the_student_sees(teacher):
    plain, training = objective(face_set())
    both = taught(plain, training, [open_member(teacher)], Distillation(view="same"), CPU)
    images = torch.from_numpy(training.images[:8]).float()
    goals = both.goals(np.arange(8))
    seen, turned = both.on_view(images, list(goals))[2], both.on_view(images.flip(1), list(goals))[2]
    assert torch.equal(seen, both.ask(images)[0])
    assert torch.allclose(seen.sum(1), torch.ones(8), atol=1e-5)
    assert (seen - turned).abs().max() > 0.1, "upside down it is another face"


def test_several_teachers_teach_their_mean(teacher, tmp_path):
    other = train(face_set(seed=8), tmp_path / "other", changed(epochs=2, seed=1), Silent())
    plain, training = objective(face_set())
    faces = torch.from_numpy(training.images[:8]).float()
    a, b, both = (
        taught(plain, training, [open_member(t) for t in names], Distillation(), CPU).ask(faces)
        for names in ([teacher], [other], [teacher, other])
    )
    assert torch.allclose(both, (a + b) / 2, atol=1e-6)
    assert not torch.allclose(a, b, atol=1e-2)


def test_a_file_teaches_as_the_run_it_was_exported_from(teacher, tmp_path):
    faces = face_set()
    file = export(teacher, tmp_path / "t.onnx", faces, card=False)
    plain, training = objective(faces)
    shown = torch.from_numpy(training.images[:16]).float()
    a, b = (taught(plain, training, [open_member(t)], Distillation(), CPU).ask(shown) for t in (teacher, file))
    assert torch.allclose(a, b, atol=0.02)


def test_a_teachers_classes_may_stand_in_another_order(teacher):
    turned = face_set(classes=("grin", "frown"))
    plain, training = objective(turned)
    answers = taught(plain, training, [open_member(teacher)], Distillation(), CPU).ask(
        torch.from_numpy(training.images).float()
    )[0]
    assert (answers.argmax(1).numpy() == training.labels).mean() > 0.9


@pytest.mark.parametrize("view", ["same", "clean"])
def test_a_stopped_distillation_ends_where_an_uninterrupted_one_does(teacher, tmp_path, view):
    faces, how = face_set(), Distillation(view=view)
    settings = changed(augment="classic", mixup=0.2, save_minutes=0.0)

    class Stop(Silent):
        steps = 0

        def step(self, *_):
            self.steps += 1
            if self.steps == 7:
                raise RuntimeError("power cut")

    whole = distil([teacher], faces, tmp_path / "whole", settings, how=how, watcher=Silent())
    with pytest.raises(RuntimeError, match="power cut"):
        distil([teacher], faces, tmp_path / "stopped", settings, how=how, watcher=Stop())
    resumed = distil([teacher], faces, tmp_path / "stopped", settings, how=how, watcher=Silent())
    a, b = weights(whole), weights(resumed)
    assert all(torch.equal(a[key], b[key]) for key in a)


def test_a_run_says_who_taught_it_and_how_and_goes_on_with_no_one_else(teacher, tmp_path):
    faces = face_set()
    run = distil([teacher], faces, tmp_path / "s", changed(epochs=1), watcher=Silent())
    told = json.loads((run / "config.json").read_text())["extra"]["distil"]
    assert told["teachers"][0]["name"] == "teacher"
    assert (told["temperature"], told["weight"], told["view"]) == (2.0, 0.7, "same")
    with pytest.raises(DataError, match="extra"):
        distil([teacher], faces, tmp_path / "s", changed(epochs=1), how=Distillation(5.0), watcher=Silent())
    text = export(run, tmp_path / "s.onnx", faces).with_suffix(".md").read_text(encoding="utf-8")
    assert "learnt from the answers of `teacher`" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["TEACHER", "--view", "mirror"], "mirror"),
        (["TEACHER", "--temperature", "0"], "temperature"),
        (["TEACHER", "--weight", "2"], "weight"),
        (["nowhere"], "nowhere"),
        (["TEACHER"], "must know the very classes"),
        (["TEACHER", "--config", "CONFIG"], "view clean"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line_and_nothing_is_written(
    teacher, tmp_path, monkeypatch, capsys, words, says
):
    from made_up_faces import write_fer2013

    data = write_fer2013(tmp_path / "fer2013.csv", {"Training": 20, "PublicTest": 10})
    config = tmp_path / "equalised.toml"
    config.write_text('network = "mobile"\npreprocess = ["equalise"]\n')
    before = sorted(tmp_path.iterdir())
    own = {"TEACHER": teacher, "CONFIG": config}
    said = [str(own.get(word, word)) for word in words]
    call = ["mien", "lab", "distil", *said, "--data", str(data), "--out", str(tmp_path / "s"), "--epochs", "1"]
    monkeypatch.setattr(sys, "argv", call)
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    err = capsys.readouterr().err
    assert says in err
    assert len(err.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_distilled_objective_without_teachers_changes_nothing():
    plain, training = objective(face_set())
    same = Distilled(plain.targets, plain.weights, plain.balance, how=Distillation(weight=0.0))
    goals = same.goals(np.arange(len(training))[:9])
    logits = [torch.randn(9, 2, generator=torch.Generator().manual_seed(1))]
    assert float(same.loss(logits, goals, same.sizes(goals))) == float(plain.loss(logits, goals, plain.sizes(goals)))
