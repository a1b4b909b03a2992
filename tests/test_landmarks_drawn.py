"""Teaching the landmark network that drawings are no faces."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")

from mien.lab.landmarks.drawn import FACE_ROW, drawing, features, fit_row  # noqa: E402
from mien.lab.landmarks.net import LandmarkNet  # noqa: E402


def test_drawings_are_crops_that_vary_and_repeat_with_the_seed() -> None:
    rng = np.random.default_rng(3)
    first, second = drawing(rng), drawing(rng)
    assert first.shape == (96, 96, 3)
    assert first.dtype == np.uint8
    assert (first != second).any()
    assert (drawing(np.random.default_rng(3)) == first).all()


def test_only_the_face_row_learns() -> None:
    torch.manual_seed(0)
    net = LandmarkNet().eval()
    crops = np.random.default_rng(0).integers(0, 256, (24, 96, 96, 3), dtype=np.uint8)
    crops[12:] //= 4
    truth = torch.cat([torch.ones(12), torch.zeros(12)])
    before = net(torch.from_numpy(crops)).detach()
    seen = features(net, crops)
    fit_row(net, seen, truth, anchor=1e-4)
    after = net(torch.from_numpy(crops)).detach()
    others = [i for i in range(after.shape[1]) if i != after.shape[1] + FACE_ROW]
    assert torch.equal(after[:, others], before[:, others])
    assert after[:12, FACE_ROW].min() > after[12:, FACE_ROW].max()
