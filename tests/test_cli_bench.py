"""`mien bench` measures what it says."""

import json
import sys
import time
from collections.abc import Callable
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from mien import bench
from mien.cli import main
from mien.cli.bench import _short
from mien.errors import MienError

Run = Callable[..., int]


def test_timing_is_in_milliseconds() -> None:
    timing = bench.timed(lambda: time.sleep(0.005), repeat=5)
    assert 5 <= timing.median < 50
    assert timing.median <= timing.p95


@pytest.mark.parametrize("count", [1, 4, 16, 5])
@pytest.mark.parametrize(("width", "height"), bench.SIZES)
def test_a_frame_holds_that_many_tiles(width: int, height: int, count: int) -> None:
    tile = np.full((100, 100, 3), 255, np.uint8)
    frame = bench.paste(tile, width, height, count)
    assert frame.shape == (height, width, 3)
    columns = ceil(count**0.5)
    side = min(width // columns, height // ceil(count / columns))
    assert (frame == 255).all(axis=2).sum() == pytest.approx(count * side * side, rel=0.02)


def test_every_stage_is_measured_and_the_faces_are_found() -> None:
    from mien.doctor import sample_photo

    (result,) = bench.run(photo=sample_photo(), repeat=3, sizes=[(640, 480)], face_counts=[4])
    assert (result.faces, result.found) == (4, 4)
    assert tuple(result.stages) == bench.STAGES
    assert all(timing.median > 0 for timing in result.stages.values())
    assert result.fps == pytest.approx(1000 / result.stages["look"].median)
    assert result.to_dict()["peer_ratio"] is None


def test_a_photo_without_a_face_is_refused(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (64, 64)).save(tmp_path / "dark.png")
    with pytest.raises(MienError, match=r"dark\.png"):
        next(bench.run(photo=tmp_path / "dark.png", repeat=1))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `mien bench` on small frames only; gives the exit code."""

    def call(*arguments: str) -> int:
        monkeypatch.setattr(bench, "SIZES", ((640, 480),))
        monkeypatch.setattr(bench, "FACE_COUNTS", (1, 2))
        monkeypatch.setattr(sys, "argv", ["mien", "bench", *arguments])
        with pytest.raises(SystemExit) as leaving:
            main()
        return int(leaving.value.code or 0)

    return call


def test_the_table_has_a_column_a_frame_and_a_row_a_stage(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--repeat", "1") == 0
    titles, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert titles == ["", "640x480 1 face", "640x480 2 faces"]
    assert [row[0] for row in rows] == [*bench.STAGES, "frames/s", "faces found"]
    assert rows[-1][1:] == ["1", "2"]
    assert all(len(row) == len(titles) for row in rows)


def test_json_is_one_object_a_frame(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--repeat", "1", "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["faces"] for row in rows] == [1, 2]
    assert set(rows[0]["ms"]) == set(bench.STAGES)


def test_a_missing_peer_file_is_one_line(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--peer", "nowhere.task") == 2
    assert capsys.readouterr().err.startswith("mien: nowhere.task")


@pytest.mark.parametrize(("value", "shown"), [(0.834, "0.83"), (9.996, "10.0"), (18.27, "18.3"), (123.6, "124")])
def test_times_are_shown_with_three_digits(value: float, shown: str) -> None:
    assert _short(value) == shown
