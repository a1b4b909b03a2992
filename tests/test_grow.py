"""A grown network answers as the run that it grew from, is trained on, and strangers are refused."""

import numpy as np
import pytest

from made_up_faces import write_fer2013
from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.expression.export import load_run  # noqa: E402
from mien.lab.expression.grow import grow  # noqa: E402
from mien.lab.expression.settings import Settings  # noqa: E402
from mien.lab.expression.train import train  # noqa: E402
from mien.lab.expression.validate import predict  # noqa: E402
from mien.lab.expression.watch import Silent  # noqa: E402

SAME = {"epochs": 1, "batch": 16, "precision": "fp32", "augment": "none"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    data = write_fer2013(folder / "fer2013.csv", {"Training": 32, "PublicTest": 16})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mien.lab.expression.train.draw_run", lambda folder: None)
        yield data, train(data, folder / "small", Settings(network="tiny_network:make_residual", **SAME), Silent())


def test_a_grown_network_answers_as_before_and_learns_on(run, tmp_path, cli):
    data, folder = run
    out = tmp_path / "start.pt"
    code, _, _ = cli("lab", "grow", folder, "--network", "tiny_network:make_deeper", "--out", out)
    assert code == 0
    small, large = load_run(folder)[0], load_run(out)[0]
    assert len(large.net.body) == len(small.net.body) + 2
    faces = np.random.default_rng(0).integers(0, 256, (9, 48, 48), np.uint8)
    before = predict(small, faces)
    np.testing.assert_allclose(predict(large, faces), before, atol=1e-5)
    on = Settings(network="tiny_network:make_deeper", weights=str(out), **SAME)
    further = load_run(train(data, tmp_path / "on", on, Silent()))[0]
    scales = [block.second[1].weight.abs().max() for block in further.net.body]
    assert min(scales) > 0, "the new blocks have begun to learn"
    assert np.abs(predict(further, faces) - before).max() > 1e-3


@pytest.mark.parametrize(
    ("network", "said"),
    [("mobile", "other channels"), ("tiny_network:make_shallow", "fewer blocks"), ("tutorial", "its kin"),
     ("nothing", "no network")],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_is_written(run, tmp_path, network, said):
    with pytest.raises(DataError, match=said):
        grow(run[1], network, tmp_path / "start.pt")
    assert not list(tmp_path.iterdir())
