"""`mien batch --engine ray`: the same rows as without a cluster, on two real nodes, of which one is killed."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from batch_faces import Inline, album, manifest, portrait
from mien import batch
from mien.batch.manifest import NAME
from mien.cluster import RayEngine
from mien.cluster.engine import ray_without_reports

_RUN = """
import sys
from mien import batch
from mien.cluster import RayEngine
batch.run([sys.argv[1]], sys.argv[2], part_size=4, engine=RayEngine(sys.argv[3]))
"""


@pytest.fixture
def cluster():
    """Two nodes with a processor each, on this machine. One test uses it: it takes seconds to start."""
    ray_without_reports()
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 80 << 20}
    for attempts_left in (2, 1, 0):
        try:
            cluster = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
            cluster.second = cluster.add_node(**node)
            break
        except Exception:  # Ray gives its agents 15 seconds to start, which a machine full of tests may exceed
            if not attempts_left:
                raise
    yield cluster
    cluster.shutdown()


@pytest.fixture
def pictures(tmp_path) -> Path:
    folder = album(tmp_path / "many", 48)
    (folder / "7 again.jpg").write_bytes(portrait(7))
    (folder / "8.jpg").write_bytes(portrait(8)[:300])
    with tarfile.open(folder / "shard.tgz", "w:gz") as archive:  # one new picture, one that is a copy
        for number in (49, 1):
            member = tarfile.TarInfo(f"{number}.jpg")
            member.size = len(portrait(number))
            archive.addfile(member, io.BytesIO(portrait(number)))
    return folder


def lines(out: Path) -> list[bytes]:
    return sorted(line for part in out.glob("part-*") for line in part.read_bytes().splitlines())


def copies(out: Path) -> list[tuple[str, str]]:
    return sorted((i["source"], i["copy_of"]) for e in manifest(out) for i in e["inputs"] if "copy_of" in i)


def test_a_driver_and_a_node_are_killed_and_the_rows_are_the_local_ones(cluster, pictures, tmp_path):
    out, local = tmp_path / "out", tmp_path / "local"
    driver = subprocess.Popen([sys.executable, "-c", _RUN, pictures, out, cluster.address], stderr=subprocess.PIPE)
    while not ((out / NAME).exists() and (out / NAME).read_bytes().count(b"\n") > 1):
        assert driver.poll() is None, driver.stderr.read().decode()
        time.sleep(0.01)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    kept = sum(entry["rows"] for entry in manifest(out))
    assert 0 < kept < 40

    killed_at = []

    def told(now):
        if now.done and not killed_at:
            killed_at.append(now.done)
            cluster.remove_node(cluster.second, allow_graceful=False)

    summary = batch.run([pictures], out, engine=RayEngine(cluster.address), told=told)
    batch.run([pictures], local, engine=Inline())
    assert lines(out) == lines(local) and copies(out) == copies(local)
    assert (out / "bad.jsonl").read_text() == (local / "bad.jsonl").read_text()
    assert summary.passed >= kept and killed_at[0] < summary.done
    assert [i["source"] for e in manifest(out) for i in e["inputs"] if "archive" in i] == [f"{pictures}/shard.tgz"]
    assert not cluster.second.any_processes_alive()


def test_nothing_is_reported_and_a_cluster_that_is_not_there_is_told(run, pictures, tmp_path):
    ray_without_reports()
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"  # what the processes that Ray starts go by
    if find_spec("ray._common.usage"):  # where Ray 2.60 has it
        from ray._common.usage import usage_lib

        assert not usage_lib.usage_stats_enabled()
    code, _, told = run("batch", pictures, "--out", tmp_path / "out", "--engine", "ray", "--address", "127.0.0.1:9")
    assert code == 2 and "no Ray cluster can be reached there" in told


def test_the_cluster_files_in_the_guide_are_what_the_launcher_takes():
    """By Ray's own schema; nothing is launched."""
    import json

    import jsonschema
    import ray
    import yaml

    from doc_pages import blocks

    schema = json.loads((Path(ray.__file__).parent / "autoscaler" / "ray-schema.json").read_text())
    files = [yaml.safe_load(block.body) for block in blocks("yaml") if block.page.name == "scale.md"]
    assert [file["provider"]["type"] for file in files] == ["aws", "local"]
    for file in files:
        jsonschema.validate(file, schema)
