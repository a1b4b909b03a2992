"""Weights from files: torchvision's and timm's naming, the lab's own checkpoints, and files that do not fit."""

import pytest

from mien import DataError

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from torch import nn  # noqa: E402

from mien.lab.expression.classifier import FaceClassifier  # noqa: E402
from mien.lab.expression.networks import build  # noqa: E402
from mien.lab.expression.networks.resnet import ResNet50  # noqa: E402
from mien.lab.expression.networks.weights import load_weights, read_state_dict  # noqa: E402


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
