"""What networks cost, how they are drawn, and `mien lab networks`."""

import json
import re
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import pytest

torch = pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")
torch.set_num_threads(1)

from torch import nn  # noqa: E402

from mien.lab.diagram import draw_network, network_svg, rasterise_text  # noqa: E402
from mien.lab.expression.macs import cost, trace  # noqa: E402
from mien.lab.expression.networks import NETWORKS, build  # noqa: E402
from mien.lab.expression.networks.stages import stages  # noqa: E402

PAGE = Path(__file__).parents[1] / "docs" / "networks.md"


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
    estimate = cost(build("mien-deep", 16), 48).int8_bytes
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


def test_a_network_without_convolutions_or_with_odd_parts_is_drawn_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd_net_of_mine.py").write_text(
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
    svg = network_svg("odd_net_of_mine:odd")
    assert "pooled to 12×12" in svg and "depthwise 3×3 · 8" in svg and "MultiheadAttention" in svg
    assert "dense 8" in network_svg("odd_net_of_mine:flat")


@pytest.fixture
def mien(cli):
    return partial(cli, "lab", "networks")


def test_the_command_lists_networks(mien):
    code, out, _ = mien("--json")
    found = json.loads(out)["networks"]
    assert code == 0
    assert [n["name"] for n in found] == ["tutorial", "vgg13", "resnet50", "mien", "mien-deep", "mobile"]
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
