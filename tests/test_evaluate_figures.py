"""Every figure of an evaluation against a value worked out by hand, or against torchmetrics."""

import numpy as np
import pytest

from mien.lab.expression.confidence import abstention, reliability, risk_coverage
from mien.lab.expression.intervals import bootstrap, wilson
from mien.lab.expression.measure import (
    brier,
    by_class,
    calibration_error,
    confusion,
    cross_entropy,
    divergence,
    matrix_figures,
    measure,
    top_confusions,
)

TRUTH = np.array([0, 0, 0, 1])
ANSWERS = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.2, 0.8]])


@pytest.fixture
def random_answers():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 5, 400)
    logits = rng.normal(0, 1.5, (400, 5))
    logits[np.arange(400), truth] += 1.0
    p = np.exp(logits)
    return p / p.sum(1, keepdims=True), truth


def test_main_figures_of_a_known_confusion():
    figures = measure(ANSWERS, TRUTH)
    assert figures["accuracy"] == 0.75
    assert figures["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert figures["macro_f1"] == pytest.approx((0.8 + 2 / 3) / 2)
    assert figures["n"] == 4
    assert confusion(ANSWERS.argmax(1), TRUTH, 2).tolist() == [[2, 1], [0, 1]]


def test_classes_without_faces_do_not_count_towards_means():
    wide = np.pad(ANSWERS, ((0, 0), (0, 3)))
    assert measure(wide, TRUTH) == measure(ANSWERS, TRUTH)


def test_main_figures_agree_with_torchmetrics(random_answers):
    torch = pytest.importorskip("torch")
    metrics = pytest.importorskip("torchmetrics.functional.classification")
    p, truth = random_answers
    given, target = torch.tensor(p), torch.tensor(truth)
    figures = measure(p, truth)
    assert figures["accuracy"] == pytest.approx(metrics.multiclass_accuracy(given, target, 5, average="micro").item())
    balanced = metrics.multiclass_accuracy(given, target, 5, average="macro").item()
    assert figures["balanced_accuracy"] == pytest.approx(balanced)
    assert figures["macro_f1"] == pytest.approx(metrics.multiclass_f1_score(given, target, 5, average="macro").item())
    ece = metrics.multiclass_calibration_error(given, target, 5, n_bins=15, norm="l1").item()
    assert figures["ece"] == pytest.approx(ece, abs=1e-6)
    matrix = metrics.multiclass_confusion_matrix(given, target, 5).numpy()
    assert (confusion(p.argmax(1), truth, 5) == matrix).all()


def test_divergence_agrees_with_torchmetrics(random_answers):
    torch = pytest.importorskip("torch")
    metrics = pytest.importorskip("torchmetrics.functional.regression")
    p = random_answers[0]
    target = np.random.default_rng(1).dirichlet(np.ones(5), len(p))
    theirs = metrics.kl_divergence(torch.tensor(target), torch.tensor(p)).item()
    assert divergence(p, target).mean() == pytest.approx(theirs)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    sure = np.tile([0.99, 0.01], (10, 1))
    assert calibration_error(sure, np.zeros(10, int)) == pytest.approx(0.01)
    assert calibration_error(sure, np.ones(10, int)) == pytest.approx(0.99)
    assert calibration_error(sure[:0], np.zeros(0, int)) == 0


def test_brier_score_and_log_loss_by_hand():
    one_hot = np.eye(2)[TRUTH]
    assert brier(ANSWERS, one_hot) == pytest.approx([0.02, 0.08, 0.98, 0.08])
    assert cross_entropy(ANSWERS, one_hot) == pytest.approx(-np.log([0.9, 0.8, 0.3, 0.8]))
    votes = np.array([[0.5, 0.5], [1.0, 0.0], [0.25, 0.75], [0.0, 1.0]])
    assert brier(ANSWERS, votes)[0] == pytest.approx(0.32)
    assert cross_entropy(ANSWERS, votes)[0] == pytest.approx(-0.5 * np.log(0.9) - 0.5 * np.log(0.1))
    assert divergence(ANSWERS, votes)[0] == pytest.approx(-0.5 * np.log(0.9) - 0.5 * np.log(0.1) - np.log(2))
    assert divergence(votes, votes) == pytest.approx(0)


def test_an_impossible_answer_costs_much_but_not_everything():
    assert cross_entropy(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))[0] == pytest.approx(-np.log(1e-12))


def test_figures_by_class_and_the_most_frequent_mistakes():
    matrix = np.array([[6, 3, 1], [2, 8, 0], [0, 0, 0]])
    classes = by_class(matrix, "abc")
    assert list(classes) == ["a", "b"]
    assert classes["a"] == {"recall": 0.6, "precision": 0.75, "f1": pytest.approx(12 / 18), "n": 10}
    assert top_confusions(matrix, "abc") == [
        {"truth": "a", "predicted": "b", "n": 3, "share": 0.3},
        {"truth": "b", "predicted": "a", "n": 2, "share": 0.2},
        {"truth": "a", "predicted": "c", "n": 1, "share": 0.1},
    ]
    assert len(top_confusions(matrix, "abc", most=1)) == 1


def test_reliability_has_a_row_for_every_bin_with_faces():
    rows = reliability(ANSWERS, TRUTH, bins=4)
    assert [(r["low"], r["high"], r["n"]) for r in rows] == [(0.5, 0.75, 1), (0.75, 1.0, 3)]
    assert rows[0]["accuracy"] == 0
    assert rows[1]["accuracy"] == 1
    assert rows[1]["confidence"] == pytest.approx(2.5 / 3)
    gap = sum(r["n"] * abs(r["confidence"] - r["accuracy"]) for r in rows) / 4
    assert gap == pytest.approx(calibration_error(ANSWERS, TRUTH, bins=4))


def test_area_under_the_risk_coverage_curve_by_hand():
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    answers = np.stack([confidence, 1 - confidence], 1)
    figures = risk_coverage(answers, np.array([0, 1, 0, 1]))  # right, wrong, right, wrong, from the surest on
    assert figures["area"] == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert figures["best_area"] == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)
    assert figures["accuracy_at"]["0.5"] == 0.5
    assert figures["accuracy_at"]["0.7"] == pytest.approx(2 / 3)
    assert figures["curve"] == [[0.25, 1.0], [0.5, 0.5], [0.75, 0.6667], [1.0, 0.5]]


def test_the_curve_ends_at_the_accuracy_of_all_faces(random_answers):
    p, truth = random_answers
    figures = risk_coverage(p, truth)
    assert len(figures["curve"]) == 100
    assert figures["curve"][-1] == [1.0, pytest.approx(measure(p, truth)["accuracy"], abs=1e-4)]
    assert figures["best_area"] < figures["area"]


def test_abstention_counts_both_sides_of_the_threshold():
    figures = abstention(ANSWERS, TRUTH, 0.75)
    assert figures == {
        "threshold": 0.75, "answered": 0.75, "accuracy_answered": 1.0, "accuracy_unsure": 0.0, "n_unsure": 1,
    }  # fmt: skip
    assert abstention(ANSWERS, TRUTH, 0.0)["accuracy_unsure"] is None
    assert abstention(ANSWERS, TRUTH, 1.0)["accuracy_answered"] is None


def test_wilsons_interval_gives_published_values():
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_bootstrap_draws_give_the_figures_of_the_drawn_faces(random_answers):
    """The vectorised draws against `measure` on the very faces that the seeded generator draws."""
    p, truth = random_answers
    loss = cross_entropy(p, np.eye(5)[truth])
    drawn = np.random.default_rng(7).integers(0, len(p), (50, len(p)))
    slow = [measure(p[rows], truth[rows]) | {"nll": loss[rows].mean()} for rows in drawn]
    fast = bootstrap(p, truth, {"nll": loss}, draws=50, seed=7)
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "ece", "nll"):
        assert fast[name] == pytest.approx(np.percentile([row[name] for row in slow], (2.5, 97.5)))


def test_bootstrap_interval_of_a_share_is_about_the_textbook_one():
    rng = np.random.default_rng(0)
    right = rng.random(1000) < 0.8
    p = np.where(right[:, None], [[0.9, 0.1]], [[0.1, 0.9]])
    low, high = bootstrap(p, np.zeros(1000, int))["accuracy"]
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.8 * 0.2 / 1000), rel=0.1)
    assert bootstrap(p, np.zeros(1000, int)) == bootstrap(p, np.zeros(1000, int))


def test_bootstrap_leaves_out_faces_without_a_value(random_answers):
    p, truth = random_answers
    values = np.where(np.arange(len(p)) % 2, np.nan, 3.0)
    assert bootstrap(p, truth, {"kl": values}, draws=20)["kl"] == [3.0, 3.0]


def test_many_confusion_matrices_at_once():
    one, other = np.array([[3, 1], [0, 4]]), np.array([[0, 0], [0, 5]])
    both = matrix_figures(np.stack([one, other]))
    for place, matrix in enumerate((one, other)):
        for name, value in matrix_figures(matrix).items():
            assert both[name][place] == pytest.approx(value)
    assert both["balanced_accuracy"][1] == 1.0
