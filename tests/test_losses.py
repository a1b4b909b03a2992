"""What faces teach, and how answers are judged."""

import numpy as np
import pytest

from mien.lab.data import FaceSet
from mien.types import LABELS

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.losses import (  # noqa: E402
    Objective,
    class_weights,
    drawn_prior,
    heads_of,
    make_target,
    sampling_weights,
    soft_loss,
)

HAPPY, SAD, CONTEMPT = (LABELS.index(name) for name in ("happiness", "sadness", "contempt"))


def faces(votes, labels):
    n = len(labels)
    votes = np.array(votes, np.float32) if votes else np.full((n, 10), np.nan, np.float32)
    return FaceSet(
        np.zeros((n, 48, 48), np.uint8), votes, np.array(labels), np.array(["Training"] * n), [str(i) for i in range(n)]
    )


def ballot(**counts):
    order = (*LABELS, "unknown", "no_face")
    return [counts.get(name, 0) for name in order]


def test_votes_become_a_distribution_without_single_votes():
    target = make_target(faces([ballot(happiness=6, sadness=3, contempt=1)], [-1]), "votes")
    assert target.share[0, HAPPY] == pytest.approx(6 / 9)
    assert target.share[0, SAD] == pytest.approx(3 / 9)
    assert target.share[0, CONTEMPT] == 0
    assert target.weight[0] == 1


def test_faces_that_most_called_no_face_teach_neither_head():
    data = faces([ballot(no_face=6, happiness=4), ballot(happiness=10)], [HAPPY, HAPPY])
    for head in ("votes", "labels"):
        weight = make_target(data, head).weight
        assert weight[0] == 0
        assert weight[1] == 1


def test_cross_entropy_teaches_the_majority_and_drops_what_has_none():
    data = faces([ballot(happiness=6, sadness=4), ballot(happiness=5, sadness=5)], [-1, -1])
    target = make_target(data, "votes", "cross-entropy")
    assert target.share[0].tolist() == np.eye(8)[HAPPY].tolist()
    assert target.weight.tolist() == [1, 0]


def test_heads_are_what_the_data_can_teach():
    votes = [ballot(happiness=9)]
    assert heads_of(faces(votes, [HAPPY])) == ("votes", "labels")
    assert heads_of(faces(votes, [HAPPY]), "labels") == ("labels",)
    assert heads_of(faces(None, [HAPPY])) == ("labels",)
    assert heads_of(faces(votes, [-1])) == ("votes",)
    assert heads_of(faces(None, [-1])) == ()


def test_balanced_softmax_is_least_where_the_evidence_less_the_prior_is_true():
    target = make_target(
        faces([ballot(happiness=5, sadness=5), ballot(happiness=10)], [-1, -1]), "votes", smoothing=0.1
    )
    objective = Objective({"votes": target}, {"votes": 1.0}, "softmax")
    goals = objective.goals(np.array([0]))
    best = (target.share[:1] / target.prior).log()
    at = {d: float(objective.loss([best + d * torch.eye(8)[HAPPY]], goals, [1.0])) for d in (0.0, 0.3, -0.3)}
    assert at[0.0] < min(at[0.3], at[-0.3])


def test_parts_of_a_batch_add_up_to_the_whole():
    votes = [ballot(happiness=5, sadness=3), ballot(anger=9), ballot(neutral=4, fear=4), ballot(surprise=8)]
    data = faces(votes, [HAPPY, 4, 0, -1])
    targets = {head: make_target(data, head) for head in heads_of(data)}
    for balance in ("softmax", "loss", "none"):
        objective = Objective(targets, {"votes": 1.0, "labels": 0.3}, balance, focal_gamma=1.0)
        goals = objective.goals(np.arange(4))
        sizes = objective.sizes(goals)
        logits = [torch.randn(4, 8, generator=torch.Generator().manual_seed(i)) for i in (1, 2)]
        whole = objective.loss(logits, goals, sizes)
        halves = [
            objective.loss([x[s] for x in logits], [g[s] for g in goals], sizes) for s in (slice(0, 1), slice(1, 4))
        ]
        assert float(whole) == pytest.approx(float(sum(halves)), abs=1e-6)


def test_focal_loss_is_the_published_formula():
    logits = torch.tensor([[2.0, 0.5, -1.0]])
    p = torch.softmax(logits, 1)[0, 0]
    expected = -((1 - p) ** 2) * p.log()
    assert float(soft_loss(logits, torch.tensor([[1.0, 0, 0]]), torch.ones(1), focal_gamma=2)) == pytest.approx(
        float(expected)
    )


def test_rare_classes_weigh_more_and_the_mean_weight_is_one():
    prior = torch.tensor([0.9, 0.09, 0.01])
    weight = class_weights(prior, 1000)
    assert weight[0] < weight[1] < weight[2]
    assert float((weight * prior).sum()) == pytest.approx(1)


@pytest.mark.parametrize(("power", "ratio"), [(0, 9), (0.5, 3), (1, 1)])
def test_the_sampler_draws_classes_by_a_power_of_how_common_they_are(power, ratio):
    labels = [HAPPY] * 90 + [SAD] * 10
    target = make_target(faces(None, labels), "labels")
    weight = sampling_weights({"labels": target}, power)
    assert weight[:90].sum() / weight[90:].sum() == pytest.approx(ratio)
    prior = drawn_prior(target, weight)
    assert float(prior[HAPPY] / prior[SAD]) == pytest.approx(ratio)
    assert float(prior.sum()) == pytest.approx(1)


def test_balanced_softmax_takes_the_prior_of_the_faces_that_are_drawn():
    target = make_target(faces(None, [HAPPY] * 9 + [SAD]), "labels", smoothing=0.1)
    prior = drawn_prior(target, sampling_weights({"labels": target}, 1.0))
    objective = Objective({"labels": target}, {"labels": 1.0}, "softmax", drawn={"labels": prior})
    goals = objective.goals(np.array([0]))
    best = (target.share[:1] / prior).log()
    at = {d: float(objective.loss([best + d * torch.eye(8)[HAPPY]], goals, [1.0])) for d in (0.0, 0.3, -0.3)}
    assert at[0.0] < min(at[0.3], at[-0.3])
