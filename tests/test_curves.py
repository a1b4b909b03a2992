"""The curves of training runs: what is read from the log, and what is drawn."""

import json
import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from PIL import Image

from mien import DataError

pytest.importorskip("matplotlib", reason="the lab needs matplotlib: pip install 'mien[lab]'")
pytest.importorskip("torch", reason="the lab needs torch: pip install 'mien[lab]'")

from mien.lab.curves import draw_compared, draw_run, spread
from mien.lab.history import read_history, run_names


def make_run(folder, rows, **config):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"kind": "expression", "network": "mobile", **config}))
    (folder / "log.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def row(epoch, accuracy, **more):
    return {
        "epoch": epoch, "accuracy": accuracy, "balanced_accuracy": accuracy - 0.1, "train_accuracy": accuracy + 0.05,
        "loss": 2 - accuracy, "valid_loss": 2.2 - accuracy, "learning_rate": 0.1, "seconds": 3.0, **more,
    }  # fmt: skip


ROWS = [row(1, 0.3), row(2, 0.55), row(3, 0.5125)]


def words(svg):
    return ["".join(e.itertext()).strip() for e in ElementTree.parse(svg).iter() if e.tag.endswith("}text")]


def test_a_run_gets_its_curves_as_png_and_svg(tmp_path):
    run = make_run(tmp_path / "first", ROWS)
    draw_run(run)
    said = words(run / "curves.svg")
    for expected in ("mobile", "PublicTest 51.2", "training 56.2", "mean recall 41.2"):
        assert expected in said
    assert "epoch 2: 55.0" in said and "epoch 2: 1.650" in said
    assert any("best on PublicTest: epoch 2" in text for text in said)
    with Image.open(run / "curves.png") as picture:
        assert picture.width > 1000
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 50
    assert not list(run.glob(".*"))


def test_the_drawing_of_a_run_does_not_depend_on_when_it_is_drawn(tmp_path):
    run = make_run(tmp_path / "first", ROWS)
    draw_run(run)
    before = (run / "curves.svg").read_bytes()
    draw_run(run)
    assert (run / "curves.svg").read_bytes() == before


def test_drawing_leaves_matplotlib_as_it_was(tmp_path):
    import matplotlib

    before = dict(matplotlib.rcParams)
    draw_run(make_run(tmp_path / "first", ROWS))
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize(
    "rows",
    [
        [row(1, 0.4)],
        [{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.5}],
        [{"epoch": 1, "accuracy": 0.2}, {"epoch": 2, "accuracy": None}, {"epoch": 3, "accuracy": 0.4}],
        [{"epoch": 1}],
        [row(1, 0.4, valid_loss=math.nan)],
    ],
    ids=["one epoch", "only loss", "a gap", "nothing", "nan"],
)
def test_a_log_that_lacks_figures_is_drawn_without_them(rows, tmp_path):
    run = make_run(tmp_path / "r", rows)
    draw_run(run)
    with Image.open(run / "curves.png") as picture:
        picture.load()
    ElementTree.parse(run / "curves.svg")


def test_a_run_without_a_finished_epoch_gets_no_curves(tmp_path):
    run = make_run(tmp_path / "r", [])
    draw_run(run)
    (run / "log.jsonl").unlink()
    draw_run(run)
    assert sorted(p.name for p in run.iterdir()) == ["config.json"]


def test_torn_lines_are_passed_over_and_an_epoch_told_twice_counts_once(tmp_path):
    run = make_run(tmp_path / "r", [row(2, 0.4), row(1, 0.3), row(2, 0.5)])
    with (run / "log.jsonl").open("a") as file:
        file.write('{"epoch": 3, "accu')
    history = read_history(run)
    assert [r["epoch"] for r in history.rows] == [1, 2]
    assert history.values("accuracy").tolist() == [0.3, 0.5]


def test_the_best_epoch_is_the_one_that_the_run_chose_by(tmp_path):
    rows = [row(1, 0.5, balanced_accuracy=0.2), row(2, 0.4, balanced_accuracy=0.6), row(3, 0.3, valid_loss=0.1)]
    by = {"accuracy": 1, "balanced_accuracy": 2, "loss": 3}
    for chosen, epoch in by.items():
        assert read_history(make_run(tmp_path / chosen, rows, choose_by=chosen)).best()["epoch"] == epoch
    assert read_history(make_run(tmp_path / "plain", rows)).best()["epoch"] == 1
    assert read_history(make_run(tmp_path / "none", [{"epoch": 1}])).best() is None


def test_what_is_no_run_is_refused(tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{")
    for folder in (tmp_path / "nowhere", tmp_path / "broken"):
        with pytest.raises(DataError, match=f"{folder.name}: no run's folder"):
            draw_run(folder)


def test_runs_are_laid_over_each_other(tmp_path):
    runs = [make_run(tmp_path / "a", ROWS), make_run(tmp_path / "b", [row(1, 0.6), row(2, 0.4)])]
    files = draw_compared(runs, tmp_path / "out")
    assert [f.name for f in files] == ["compare.png", "compare.svg"]
    said = words(files[1])
    assert "a 55.0" in said and "b 60.0" in said  # at their best epochs
    assert "a 1.65" in said and "b 1.60" in said
    with pytest.raises(DataError, match="no finished epoch"):
        draw_compared([make_run(tmp_path / "c", [])], tmp_path / "out")


def test_runs_are_named_by_as_much_of_their_path_as_tells_them_apart(tmp_path):
    runs = [make_run(tmp_path / "x" / "first", ROWS), make_run(tmp_path / "y" / "first", ROWS)]
    histories = [read_history(run) for run in runs]
    assert run_names(histories) == ["x/first", "y/first"]
    assert run_names(histories[:1]) == ["first"]
    assert run_names([histories[0], histories[0]]) == ["first", "first"]


@pytest.mark.parametrize(
    ("places", "low", "high"),
    [([0.5], 0, 1), ([0.1, 0.5, 0.9], 0, 1), ([0.5, 0.5, 0.5], 0, 1), ([0.0, 0.01, 0.9, 0.99, 1.0], 0, 1)],
)
def test_labels_keep_their_order_and_distance_and_stay_inside(places, low, high):
    moved = spread(places, 0.15, low, high)
    assert all(b - a >= 0.15 - 1e-9 for a, b in pairwise(moved))
    assert low - 1e-9 <= moved[0] and moved[-1] <= high + 1e-9
    if all(b - a >= 0.15 for a, b in pairwise(places)):
        assert moved == pytest.approx(places)
