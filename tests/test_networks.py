"""The networks by name: their shapes, what they cost, weights from files, networks of one's own, and their drawings."""

import json
import re
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from torch import nn  # noqa: E402

from mien.cli import main  # noqa: E402
from mien.lab.diagram import draw_network, network_svg, rasterise_text  # noqa: E402
from mien.lab.expression.classifier import FaceClassifier  # noqa: E402
from mien.lab.expression.macs import cost, trace  # noqa: E402
from mien.lab.expression.networks import NETWORKS, build  # noqa: E402
from mien.lab.expression.networks.resnet import ResNet50  # noqa: E402
from mien.lab.expression.networks.stages import stages  # noqa: E402
from mien.lab.expression.networks.weights import load_weights, read_state_dict  # noqa: E402

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


def test_parameters_are_those_that_the_sources_state():
    def count(net):
        return sum(p.numel() for p in net.parameters())

    assert count(build("tutorial", 7)) == 2_345_607  # Keras' model.summary()
    assert count(ResNet50(1000)) == 25_557_032 - 2 * 64 * 49  # torchvision's, less two of three colours in the stem
    by_hand = sum(9 * i * o + o for i, o in [(1, 64), (64, 64), (64, 128), (128, 128), (128, 256)] + [(256, 256)] * 5)
    by_hand += (4096 + 1) * 1024 + (1024 + 1) * 1024 + (1024 + 1) * 8
    assert count(build("vgg13", 8)) == by_hand
    assert count(build("mobile", 16)) <= 400_000


def test_an_unknown_network_is_refused_with_those_that_there_are():
    for refuse in (lambda: build("vgg", 7), lambda: FaceClassifier("vgg", 7)):
        with pytest.raises(DataError, match="tutorial, vgg13, resnet50, mien, mobile"):
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


def torchvision_state(classes=1000, channels=3):
    """A state dict under the names that torchvision's and timm's resnet50 have, written down from their layout."""
    generator = torch.Generator().manual_seed(1)
    state = {}

    def conv(name, outputs, inputs, side):
        state[f"{name}.weight"] = torch.rand(outputs, inputs, side, side, generator=generator)

    def norm(name, channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            state[f"{name}.{part}"] = torch.rand(channels, generator=generator)
        state[f"{name}.num_batches_tracked"] = torch.tensor(7)

    conv("conv1", 64, channels, 7)
    norm("bn1", 64)
    inputs = 64
    for layer, (width, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], 1):
        for block in range(blocks):
            at = f"layer{layer}.{block}"
            for number, (outputs, reads, side) in enumerate(
                [(width, inputs, 1), (width, width, 3), (4 * width, width, 1)], 1
            ):
                conv(f"{at}.conv{number}", outputs, reads, side)
                norm(f"{at}.bn{number}", outputs)
            if block == 0:
                conv(f"{at}.downsample.0", 4 * width, inputs, 1)
                norm(f"{at}.downsample.1", 4 * width)
            inputs = 4 * width
    state["fc.weight"], state["fc.bias"] = torch.rand(classes, 2048, generator=generator), torch.rand(classes)
    return state


def test_torchvision_weights_arrive_and_the_stem_turns_grey(tmp_path):
    state = torchvision_state()
    assert len(state) == 320  # as torchvision's
    torch.save(state, tmp_path / "resnet50.pth")
    model = FaceClassifier("resnet50", 7, weights=tmp_path / "resnet50.pth")
    own = model.net.state_dict()
    for name, value in state.items():
        if name == "conv1.weight":
            assert torch.equal(own[name], value.sum(1, keepdim=True))
        elif not name.startswith("fc.") and "num_batches" not in name:
            assert torch.equal(own[name], value), name
    assert own["fc.weight"].shape == (7, 2048)
    assert str(model.loaded) == "265 tensors loaded"
    grey = torch.rand(1, 1, 64, 64)
    colour = nn.functional.conv2d(grey.expand(1, 3, 64, 64), state["conv1.weight"], stride=2, padding=3)
    assert torch.allclose(model.net.conv1(grey), colour, atol=1e-3)


def test_timm_weights_arrive_from_safetensors_and_from_a_training_checkpoint(tmp_path):
    safetensors = pytest.importorskip("safetensors.torch")
    state = {k: v for k, v in torchvision_state(classes=11, channels=1).items() if "num_batches" not in k}
    safetensors.save_file(state, tmp_path / "model.safetensors")
    torch.save({"epoch": 3, "state_dict": {f"module.{k}": v for k, v in state.items()}}, tmp_path / "last.pth.tar")
    for file in ("model.safetensors", "last.pth.tar"):
        net = build("resnet50", 7, tmp_path / file)
        assert torch.equal(net.conv1.weight, state["conv1.weight"])
        assert torch.equal(net.layer4[2].bn3.running_var, state["layer4.2.bn3.running_var"])
        assert net.fc.out_features == 7


def test_what_is_missing_and_unexpected_is_said_in_one_line(tmp_path):
    state = torchvision_state()
    for name in [k for k in state if k.startswith("layer4.2.bn3.")]:
        del state[name]
    state["aux.weight"] = torch.zeros(3)
    torch.save({"model": state}, tmp_path / "w.pt")
    said = str(load_weights(ResNet50(7), tmp_path / "w.pt"))
    assert said.startswith("261 tensors loaded; 4 missing (layer4.2.bn3.weight, layer4.2.bn3.bias, ")
    assert said.endswith("; 1 unexpected (aux.weight)")


def test_the_lab_s_own_checkpoint_starts_another_training(tmp_path):
    first = FaceClassifier("mobile", 7, ("votes", "labels"))
    torch.save({"kind": "expression", "ema": {"steps": 4, "shadow": first.state_dict()}}, tmp_path / "best.pt")
    second = FaceClassifier("mobile", 3, weights=tmp_path / "best.pt")
    assert torch.equal(second.net.body[0].first[0].weight, first.net.body[0].first[0].weight)
    assert second.net.head.out_features == 3


class Trap:
    def __reduce__(self):
        return (open, ("trapped", "w"))


@pytest.mark.parametrize("problem", ["missing", "empty", "code", "other network", "no tensors"])
def test_weights_that_do_not_fit_are_refused_in_one_line(problem, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "w.pt"
    if problem == "empty":
        file.write_bytes(b"")
    elif problem == "code":
        torch.save({"state_dict": Trap()}, file)
    elif problem == "other network":
        torch.save(build("mobile", 7).state_dict(), file)
    elif problem == "no tensors":
        torch.save({"epoch": 1}, file)
    with pytest.raises(DataError, match=r"w\.pt") as caught:
        build("resnet50", 7, file)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "trapped").exists()


def test_prefixes_of_wrappers_are_taken_off(tmp_path):
    torch.save({"module._orig_mod.a.weight": torch.ones(2), "module._orig_mod.b": torch.ones(1)}, tmp_path / "w.pt")
    assert list(read_state_dict(tmp_path / "w.pt")) == ["a.weight", "b"]


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


def test_multiplications_are_those_counted_by_hand():
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),  # 8 * 8 * 4 * 9
        nn.Conv2d(4, 6, (3, 1), stride=2, groups=2),  # 3 * 4 * 6 * 3 * 2
        nn.BatchNorm2d(6), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(12, 5),
    )  # fmt: skip
    assert [layer.macs for layer in trace(net, 8)] == [2304, 432, 0, 0, 0, 60]
    spent = cost(net, 8)
    assert spent.macs == 2796
    assert spent.parameters == 40 + 42 + 12 + 65
    assert spent.fp32_bytes == 4 * (159 + 12) + 8  # and running statistics, with their counter of batches
    assert spent.int8_bytes == (36 + 36 + 60) + 9 * (4 + 6 + 5)
    tutorial = (
        46**2 * 32 * 9 + 44**2 * 64 * 32 * 9 + 20**2 * 128 * 64 * 9 + 8**2 * 128 * 128 * 9 + 2048 * 1024 + 1024 * 7
    )
    assert cost(build("tutorial", 7), 48).macs == tutorial


def test_counting_leaves_a_network_as_it_was():
    net = build("mobile", 7).train()
    net.dropout.eval()
    before = {k: v.clone() for k, v in net.state_dict().items()}
    cost(net, 48)
    assert net.training and not net.dropout.training
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    assert not any(module._forward_hooks for module in net.modules())


def test_the_estimate_of_eight_bits_fits_the_shipped_model():
    from mien import models

    shipped = next(m.path for m in models.manifest() if m.name == "expression")
    estimate = cost(build("mien", 16), 48).int8_bytes
    assert 0.85 * shipped.stat().st_size < estimate < shipped.stat().st_size


def test_a_network_is_read_in_stages():
    found = stages(build("resnet50", 8), 64)
    assert [stage.shape for stage in found[:5]] == [
        (64, 32, 32),
        (256, 16, 16),
        (512, 8, 8),
        (1024, 4, 4),
        (2048, 2, 2),
    ]
    assert [stage.groups[0].count for stage in found] == [1, 3, 4, 6, 3, 1]
    assert found[2].groups[0].lines == ("conv 1×1 · 128", "conv 3×3 · 128", "conv 1×1 · 512")
    assert [stage.shortcut for stage in found] == [False, True, True, True, True, False]
    assert found[0].notes == ["max pool 3×3"]
    mien = stages(build("mien", 8), 48)
    assert mien[1].groups[0].lines == ("conv 3×3 · 48", "conv 3×3 · 48", "squeeze-excite")
    assert mien[-2].notes == ["average of the map", "dropout 20 %"]
    tutorial = stages(build("tutorial", 7), 48)
    assert [stage.kind for stage in tutorial] == ["maps"] * 4 + ["dense", "output"]
    assert tutorial[3].notes == ["max pool 2×2", "dropout 25 %", "flatten to 2048"]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_stages_hold_all_that_a_network_costs(name):
    net, size = build(name, 8), NETWORKS[name].size
    found, spent = stages(net, size), cost(net, size)
    assert sum(stage.parameters for stage in found) == spent.parameters
    assert sum(stage.macs for stage in found) == spent.macs


def test_a_drawing_is_sound_and_says_what_is_in_it(tmp_path):
    svg = network_svg("tutorial", 7)
    assert svg == network_svg("tutorial", 7)
    words = ["".join(element.itertext()) for element in ElementTree.fromstring(svg).iter() if "text" in element.tag]
    for expected in ("tutorial", "46×46×32", "conv 3×3 · 64", "dropout 50 %", "dense 1024", "89 %"):
        assert expected in words
    image = pytest.importorskip("PIL.Image")
    path = draw_network("tutorial", tmp_path / "t.png")
    with image.open(path) as picture:
        width, height = picture.size
        assert width > 1.5 * height > 500
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 50
    assert rasterise_text(svg, zoom=1)[:4] == b"\x89PNG"
    assert draw_network("tutorial", tmp_path / "t.svg", 7).read_text(encoding="utf-8") == svg


def test_a_network_without_convolutions_or_with_odd_parts_is_drawn_too(own):
    (own / "net_of_mine.py").write_text(
        "from torch import nn\nimport torch.nn.functional as F\n"
        "class Odd(nn.Module):\n"
        "    def __init__(self, outputs):\n"
        "        super().__init__()\n"
        "        self.a, self.b = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1, groups=8)\n"
        "        self.rest = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)\n"
        "        self.c = nn.Linear(8, outputs)\n"
        "    def forward(self, x):\n"
        "        x = self.b(F.max_pool2d(self.a(x), 4))\n"
        "        return self.c(self.rest(x.flatten(2).transpose(1, 2)).mean(1))\n"
        "def odd(outputs): return Odd(outputs)\n"
        "def flat(outputs): return nn.Sequential(nn.Flatten(), nn.Linear(2304, outputs))\n"
    )
    svg = network_svg("net_of_mine:odd")
    assert "pooled to 12×12" in svg and "depthwise 3×3 · 8" in svg and "MultiheadAttention" in svg
    assert "dense 8" in network_svg("net_of_mine:flat")


@pytest.fixture
def mien(monkeypatch, capsys):
    def run(*words):
        monkeypatch.setattr(sys, "argv", ["mien", "lab", "networks", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_the_command_lists_networks(mien):
    code, out, _ = mien("--json")
    found = json.loads(out)["networks"]
    assert code == 0
    assert [n["name"] for n in found] == ["tutorial", "vgg13", "resnet50", "mien", "mobile"]
    assert all(n["about"] and "http" in n["source"] and n["milliseconds"] is None for n in found)
    assert found[3]["macs"] == cost(build("mien", 8), 48).macs
    code, out, _ = mien("mobile", "--classes", "7")
    assert code == 0
    assert out.splitlines()[1].startswith("mobile\t0.35 M\t31 M\t48 x 48\t1.4 MB\t0.4 MB\t")


def test_the_command_times_one_face(mien):
    pytest.importorskip("onnxruntime")
    code, out, _ = mien("mobile", "--time", "--json")
    assert code == 0
    assert 0.01 < json.loads(out)["networks"][0]["milliseconds"] < 1000


def test_the_command_draws_into_a_file(mien, tmp_path):
    code, out, _ = mien("--draw", "mobile", "--out", tmp_path / "m.svg")
    assert code == 0
    assert out.strip() == f"drawn: {tmp_path / 'm.svg'}"
    for words, said in (
        (["--draw", "mobile"], "needs both"),
        (["--draw", "mobile", "--out", tmp_path / "m.jpg"], ".svg or .png"),
        (["--draw", "mobile", "--out", tmp_path / "no" / "m.svg"], "no folder"),
        (["--draw", "vgg", "--out", tmp_path / "n.svg"], "no network 'vgg'"),
        (["vgg"], "no network 'vgg'"),
    ):
        code, out, err = mien(*words)
        assert code == 2
        assert out == ""
        assert err.count("\n") == 1 and said in err
    assert [p.name for p in tmp_path.iterdir()] == ["m.svg"]


PAGE = Path(__file__).parents[1] / "docs" / "networks.md"


def test_the_page_on_networks_shows_what_the_command_prints(mien):
    code, out, _ = mien()
    assert code == 0
    page = PAGE.read_text(encoding="utf-8")
    for line in out.splitlines()[1:]:
        *figures, about = line.split("\t")
        row = r"\s+".join(map(re.escape, figures)) + r"\s+\d+\.\d\d ms\s+" + re.escape(about)
        assert re.search(row, page), line


def test_the_page_s_drawings_are_up_to_date():
    for name in NETWORKS:
        drawn = PAGE.parent / "figures" / f"network-{name}.svg"
        assert drawn.read_text(encoding="utf-8") == network_svg(name), f"mien lab networks --draw {name} --out {drawn}"


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
