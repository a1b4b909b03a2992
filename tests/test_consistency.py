"""What is learnt of a face's next frame: that it shows the same."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.consistency import NOISE, apart, next_frame  # noqa: E402
from mien.lab.expression.losses import Objective, Target  # noqa: E402


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_every_face_moves_by_one_pixel_and_half_are_noisy():
    faces = torch.rand(200, 48, 48, generator=generator(1)) * 200 + 20
    after = next_frame(faces, generator())
    inside = faces[:, 1:-1, 1:-1]
    steps = [(y, x) for y in range(3) for x in range(3)]
    far = torch.stack([(after[:, y : y + 46, x : x + 46] - inside).square().mean((1, 2)).sqrt() for y, x in steps])
    nearest = far.argmin(0)
    assert set(nearest.tolist()) == {i for i in range(9) if i != 4}, "all neighbours, and never the same place"
    noise = far.min(0).values
    assert 70 < int((noise == 0).sum()) < 130
    assert noise[noise > 0].mean() == pytest.approx(NOISE, rel=0.1)
    assert torch.equal(after, next_frame(faces, generator()))


@pytest.fixture
def objective():
    prior = torch.tensor([0.7, 0.2, 0.1])
    target = Target(torch.eye(3), torch.ones(3), prior)
    return Objective({"votes": target, "labels": target}, {"votes": 1.0, "labels": 0.5}, "softmax")


def logits(seed, n=6):
    return [torch.randn(n, 3, generator=generator(seed + i)) for i in range(2)]


def test_the_same_answers_are_not_apart_and_others_are(objective):
    one, other = logits(1), logits(5)
    assert float(apart(objective, one, one)) == 0
    assert float(apart(objective, one, other)) > 0
    assert float(apart(objective, one, other)) == pytest.approx(float(apart(objective, other, one)))
    shifted = [z + 3.0 for z in one]
    assert float(apart(objective, one, shifted)) == pytest.approx(0, abs=1e-5)


def test_parts_of_a_batch_are_apart_as_much_as_the_whole(objective):
    one, other = logits(1), logits(5)
    parts = [apart(objective, [z[s] for z in one], [z[s] for z in other]) for s in (slice(0, 2), slice(2, 6))]
    assert float(sum(parts)) == pytest.approx(float(apart(objective, one, other)), rel=1e-5)


def test_answers_are_compared_with_most_of_the_prior_in_them(objective):
    """Without it a network could keep rare classes apart at no cost, and common ones only dearly."""
    one, other = ([torch.tensor([[0.0, 0.0, z]])] * 2 for z in (0.0, 0.5))
    with_prior = float(apart(objective, one, other))
    bare = Objective(objective.targets, objective.weights, "none")
    assert 0 < with_prior < float(apart(bare, one, other))


def test_learning_from_next_frames_brings_the_answers_together(objective):
    """One step down the gradient of `apart` alone."""
    one, other = logits(2), [z.clone().requires_grad_() for z in logits(9)]
    before = apart(objective, one, other)
    before.backward()
    after = apart(objective, one, [z.detach() - 0.5 * z.grad for z in other])
    assert float(after) < float(before.detach())
    assert np.isfinite(float(after))
