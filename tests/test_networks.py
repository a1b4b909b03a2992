"""The networks by name, alone and inside the classifier; networks of one's own."""

import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from mien.lab.diagram import network_svg  # noqa: E402
from mien.lab.expression.classifier import FaceClassifier  # noqa: E402
from mien.lab.expression.macs import cost  # noqa: E402
from mien.lab.expression.networks import NETWORKS, build  # noqa: E402
from mien.lab.expression.networks.residual import fused  # noqa: E402
from mien.lab.expression.networks.resnet import ResNet50  # noqa: E402

PAGE = Path(__file__).parents[1] / "docs" / "networks.md"
FACES = torch.randint(0, 256, (3, 48, 48), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_answers_in_both_heads_and_exports_to_onnx(name, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    torch.manual_seed(0)
    model = FaceClassifier(name, 7, ("votes", "labels")).eval()
    with torch.no_grad():
        answers = model(FACES)
        whole = model.net(model.prepare(FACES))
    assert [tuple(a.shape) for a in answers] == [(3, 7), (3, 7)]
    assert torch.equal(torch.cat(answers, 1), whole)
    file = tmp_path / "n.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        axes = {key: {0: "n"} for key in ("faces", "a", "b")}
        torch.onnx.export(
            model, (FACES[:2],), str(file), input_names=["faces"], output_names=["a", "b"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
    theirs = onnxruntime.InferenceSession(str(file)).run(None, {"faces": FACES.numpy()})
    for ours, other in zip(answers, theirs, strict=True):
        assert np.allclose(ours.numpy(), other, atol=1e-4)


@pytest.mark.parametrize("side", [48, 44])
def test_fused_shortcuts_answer_as_pooled_ones(side):
    """At 44 pixels the second average ends in half a square: nothing is fused."""
    torch.manual_seed(0)
    net = build("mien", 8).eval()
    quick = fused(net, side)
    pools = [sum(isinstance(m, torch.nn.AvgPool2d) for m in n.modules()) for n in (net, quick)]
    assert pools == [3, 0 if side == 48 else 3]
    shown = torch.randn(2, 1, side, side)
    with torch.no_grad():
        assert torch.allclose(net(shown), quick(shown), atol=1e-5)


def test_parameters_are_those_that_the_sources_state():
    def count(net):
        return sum(p.numel() for p in net.parameters())

    assert count(build("tutorial", 7)) == 2_345_607  # Keras' model.summary()
    assert count(ResNet50(1000)) == 25_557_032 - 2 * 64 * 49  # torchvision's, less two of three colours in the stem
    by_hand = sum(9 * i * o + o for i, o in [(1, 64), (64, 64), (64, 128), (128, 128), (128, 256)] + [(256, 256)] * 5)
    by_hand += (4096 + 1) * 1024 + (1024 + 1) * 1024 + (1024 + 1) * 8
    assert count(build("vgg13", 8)) == by_hand
    assert count(build("mobile", 16)) <= 400_000


def test_vgg13_begins_with_activations_of_one_scale_in_all_its_layers():
    def shrinkage(net):
        found = []
        for module in net.modules():
            if isinstance(module, torch.nn.ReLU):
                module.register_forward_hook(lambda m, i, output: found.append(float(output.square().mean().sqrt())))
        with torch.no_grad():
            net.eval()(FaceClassifier("vgg13", 8).prepare(FACES))
        return found[0] / found[-1]

    torch.manual_seed(0)
    net = build("vgg13", 8)
    assert 1 / 3 < shrinkage(net) < 3
    for module in net.modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.Linear):
            torch.nn.init.xavier_uniform_(module.weight)
    assert shrinkage(net) > 10  # with the initialisation of the authors' code


def test_an_unknown_network_is_refused_with_those_that_there_are():
    for refuse in (lambda: build("vgg", 7), lambda: FaceClassifier("vgg", 7)):
        with pytest.raises(DataError, match="tutorial, vgg13, resnet50, mien, mien-deep, mobile"):
            refuse()


def test_faces_are_resized_and_normalised_inside():
    flat = torch.full((1, 48, 48), 51, dtype=torch.uint8)
    assert FaceClassifier("mobile", 7).prepare(flat).abs().max() == 0
    unit = FaceClassifier("mobile", 7, size=64, normalise="unit").prepare(flat)
    assert unit.shape == (1, 1, 64, 64)
    assert torch.allclose(unit, torch.tensor(0.2))
    assert torch.allclose(FaceClassifier("mobile", 7, normalise="signed").prepare(flat), torch.tensor(-0.6))
    assert torch.equal(FaceClassifier("mobile", 7, normalise="none").prepare(flat)[0, 0], flat[0].float())
    brighter = FaceClassifier("mobile", 7).prepare(FACES.float() * 0.5 + 40)
    assert torch.allclose(brighter, FaceClassifier("mobile", 7).prepare(FACES.float()), atol=0.2)
    assert FaceClassifier("vgg13", 7).size == 64
    with pytest.raises(DataError, match="face, unit, signed, none"):
        FaceClassifier("mobile", 7, normalise="imagenet")


def test_a_frozen_backbone_stays_as_it_is_until_let_go():
    torch.manual_seed(0)
    model = FaceClassifier("mobile", 7)

    def step():
        before = {k: v.clone() for k, v in model.state_dict().items()}
        learning = [p for p in model.parameters() if p.requires_grad]
        optimiser = torch.optim.SGD(learning, lr=0.1)
        model.train()
        model(FACES)[0].square().sum().backward()
        optimiser.step()
        model.zero_grad(set_to_none=True)
        return {k for k, v in model.state_dict().items() if not torch.equal(v, before[k])}

    model.freeze_backbone(True)
    assert step() == {"net.head.weight", "net.head.bias"}
    model.freeze_backbone(False)
    changed = step()
    assert {"net.stem.0.weight", "net.stem.1.running_mean", "net.head.bias"} <= changed


OWN = """
import torch
from torch import nn

def make(outputs):
    from helper_of_mine import width
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, outputs))
    return nn.Sequential(nn.Conv2d(1, width, 3), nn.ReLU(), *head)

def wrong(outputs):
    return nn.Sequential(nn.Flatten(), nn.Linear(48 * 48, outputs + 1))

def picky(outputs):
    return nn.Linear(7, outputs)

def fails(outputs):
    raise RuntimeError("no such\\nluck")

def nothing(outputs):
    return None

value = 3
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    (tmp_path / "net_of_mine.py").write_text(OWN)
    (tmp_path / "helper_of_mine.py").write_text("width = 5\n")
    (tmp_path / "broken_of_mine.py").write_text("def f(:\n")
    (tmp_path / "needy_of_mine.py").write_text("import absent_of_mine\n")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name in ("net_of_mine", "helper_of_mine"):
        sys.modules.pop(name, None)


def test_a_network_of_ones_own_is_found_in_the_current_directory(own):
    before = list(sys.path)
    model = FaceClassifier("net_of_mine:make", 4, ("votes", "labels"))
    assert model.net[4].out_features == 8
    assert [tuple(a.shape) for a in model(FACES)] == [(3, 4), (3, 4)]
    assert model.training and model.net.training
    assert sys.path == before
    model.freeze_backbone(True)  # nothing to freeze, and no error
    assert all(p.requires_grad for p in model.parameters())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere_of_mine:make", "run this in the folder that holds nowhere_of_mine.py"),
        ("broken_of_mine:f", "SyntaxError"),
        ("needy_of_mine:f", "no module absent_of_mine: install it"),
        ("net_of_mine:absent", "has no function 'absent'"),
        ("net_of_mine:value", "has no function 'value'"),
        ("net_of_mine:fails", "RuntimeError: no such luck"),
        ("net_of_mine:nothing", "made a NoneType"),
        ("net_of_mine:wrong", "gives 2 x 8 for two faces, not 2 x 7"),
        ("net_of_mine:picky", "does not take N x 1 x 48 x 48"),
    ],
)
def test_what_is_wrong_with_ones_own_network_is_said_in_one_line(own, name, said):
    with pytest.raises(DataError) as caught:
        build(name, 7)
    assert said in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_page_s_networks_of_ones_own_work(own):
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    code = next(body for body in blocks if "def wide" in body)
    (own / "my_networks.py").write_text(code)
    try:
        assert cost(build("my_networks:small", 7), 48).parameters < 30_000
        assert 3.9 < cost(build("my_networks:wide", 7), 48).parameters / cost(build("mien", 7), 48).parameters < 4.1
        assert "conv 3×3 · 64" in network_svg("my_networks:small")
    finally:
        sys.modules.pop("my_networks", None)
