"""Runs of one recipe: the mean of their weights, taken as a run is; the spread of their figures; strangers refused."""

import json
import statistics

import pytest

from made_up_faces import write_fer2013
from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.average import average  # noqa: E402
from mien.lab.expression.evaluate import evaluate  # noqa: E402
from mien.lab.expression.export import load_run  # noqa: E402
from mien.lab.expression.seeds import spread  # noqa: E402
from mien.lab.expression.settings import Settings  # noqa: E402
from mien.lab.expression.train import train  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two seeds trained on from one run, and a stranger that sees faces otherwise."""
    folder = tmp_path_factory.mktemp("runs")
    data = write_fer2013(folder / "fer2013.csv", {"Training": 48, "PublicTest": 24})
    same = {"network": "tiny_network:make_small", "epochs": 1, "batch": 16, "precision": "fp32", "augment": "none"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mien.lab.expression.train.draw_run", lambda folder: None)
        first = train(data, folder / "first", Settings(**same), Silent())
        on = {**same, "weights": str(first / "best.pt")}
        pair = [train(data, folder / f"on{seed}", Settings(**on, seed=seed), Silent()) for seed in (1, 2)]
        other = train(data, folder / "other", Settings(**same, preprocess=["normalise:unit"]), Silent())
    return data, pair, other


def test_every_weight_is_the_weighted_mean(runs, tmp_path):
    _, (one, two), _ = runs
    average([one, two], tmp_path / "mean.pt", [3, 1])
    a, b, mean = (load_run(run)[0].state_dict() for run in (one, two, tmp_path / "mean.pt"))
    assert any((a[key] != b[key]).any() for key in a)
    for key in a:
        if a[key].is_floating_point():
            torch.testing.assert_close(mean[key], 0.75 * a[key] + 0.25 * b[key])


def test_the_average_is_evaluated_and_trained_on_like_a_run(runs, tmp_path, cli):
    data, pair, _ = runs
    out = tmp_path / "mean.pt"
    for words in (
        ("average", *pair, "--out", out),
        ("evaluate", out, "--data", data, "--protocol", "fer2013", "--json"),
    ):
        code, printed, _ = cli("lab", *words)
        assert code == 0
    assert '"accuracy"' in printed


@pytest.mark.parametrize(
    ("chosen", "weights", "said"),
    [
        ((0,), None, "two runs"),
        ((0, 2), None, "preprocess"),
        ((0, 1), [1.0, 0.0], "--weight"),
        ((0, 1), [1.0], "--weight"),
    ],
)
def test_runs_that_do_not_fit_together_are_refused_and_nothing_is_written(runs, tmp_path, chosen, weights, said):
    _, pair, other = runs
    with pytest.raises(DataError, match=said):
        average([[*pair, other][number] for number in chosen], tmp_path / "mean.pt", weights)
    assert not list(tmp_path.iterdir())


def test_the_spread_over_seeds_is_that_of_their_own_figures(runs, cli):
    data, pair, _ = runs
    code, printed, _ = cli("lab", "seeds", *pair, "--data", data, "--protocol", "fer2013", "--json")
    assert code == 0
    found = json.loads(printed)
    assert found["seeds"] == [1, 2]
    own = [evaluate(run / "last.pt", data, "fer2013", near=False) for run in pair]
    assert found["n"] == own[0]["n"]
    for name, figure in found["figures"].items():
        values = [figures[name] for figures in own]
        assert figure["values"] == values
        assert figure["mean"] == pytest.approx(statistics.fmean(values), abs=1e-4)
        assert figure["deviation"] == pytest.approx(abs(values[0] - values[1]) / 2**0.5, abs=1e-4)
    assert len({tuple(figure["values"]) for figure in found["figures"].values()}) > 1
    assert set(found["recall"]) == set(own[0]["by_class"])


@pytest.mark.parametrize(
    ("chosen", "epoch", "said"),
    [
        ((0,), "last", "two runs"),
        ((0, 0), "last", "same seed"),
        ((0, 2), "last", "differ in preprocess|differ in weights"),
        ((0, 1), "first", "last or best"),
    ],
)
def test_runs_that_are_not_seeds_of_one_recipe_have_no_spread(runs, chosen, epoch, said):
    data, pair, other = runs
    with pytest.raises(DataError, match=said):
        spread([(*pair, other)[i] for i in chosen], data, "fer2013", epoch=epoch)
