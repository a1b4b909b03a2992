"""The pages of several workers become one that Prometheus reads; of those that are gone nothing is told."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from mien.studio.metrics import Metrics, labelled
from mien.studio.metrics_pages import GONE, Pages, joined


def page(worker: int, requests: int) -> str:
    metrics = Metrics()
    for _ in range(requests):
        metrics.count("GET", "/api/look", 200, 0.02)
    return labelled(metrics.text({"mien_uptime_seconds": ("Seconds since the start.", 5 * worker)}), worker)


def test_pages_are_joined_metric_by_metric() -> None:
    whole = joined([page(1, 3), page(2, 4)])
    lines = whole.splitlines()
    assert sorted(lines) == sorted({*page(1, 3).splitlines(), *page(2, 4).splitlines()}), "nothing lost or doubled"
    families = [line.split()[2] for line in lines if line.startswith("# HELP")]
    assert len(families) == len(set(families))
    of = [next((f for f in families if line.startswith(f) or f" {f} " in line), "") for line in lines]
    assert [f for place, f in enumerate(of) if not place or of[place - 1] != f] == families, "a metric in one piece"
    assert 'route="/api/look",status="200"} 3' in whole and 'route="/api/look",status="200"} 4' in whole


def test_the_pages_of_others_are_told_while_they_are_fresh(tmp_path: Path) -> None:
    one, two = Pages(tmp_path, 1), Pages(tmp_path, 2)
    one.leave("one\n")
    two.leave("two\n")
    (tmp_path / "elsewhere.1.prom").write_text("another machine\n")
    (tmp_path / f"{platform.node()}.3.part").write_text("half a page")
    assert (one.others(), two.others()) == (["two\n"], ["one\n"])
    long_ago = time.time() - GONE - 1
    os.utime(tmp_path / f"{platform.node()}.2.prom", (long_ago, long_ago))
    assert one.others() == []
    two.leave("two again\n")
    assert one.others() == ["two again\n"]
    two.remove()
    two.remove()
    assert one.others() == []
