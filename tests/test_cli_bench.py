"""`mien bench` measures what it says."""

import json
import sys
import time
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from mien import bench
from mien.cli import main
from mien.errors import MienError


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


def test_the_table_has_a_row_a_frame(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["mien", "bench", "--repeat", "1"])
    main()
    titles, *rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[:2] for row in rows] == [[f"{w}x{h}", str(n)] for w, h in bench.SIZES for n in bench.FACE_COUNTS]
    assert all(len(row) == len(titles) for row in rows)


def test_json_is_one_object_a_frame(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bench, "SIZES", ((640, 480),))
    monkeypatch.setattr(sys, "argv", ["mien", "bench", "--repeat", "1", "--json"])
    main()
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["faces"] for row in rows] == [1, 4, 16]
    assert set(rows[0]["ms"]) == set(bench.STAGES)


def test_a_missing_peer_file_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["mien", "bench", "--peer", "nowhere.task"])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert capsys.readouterr().err.startswith("mien: nowhere.task")
