"""`mien batch` loses no row and doubles none, whatever happens to the process, the worker or the disk."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from batch_faces import Inline, album, manifest, portrait, rows
from mien import batch
from mien.batch.manifest import NAME

#: A run in a process of its own.
_RUN = """
import json, sys
from mien import batch
print(batch.run([sys.argv[1]], sys.argv[2], workers=1, part_size=int(sys.argv[3])).done)
"""


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    """Pictures, two of them of one content, one that cannot be read, and one without anybody."""
    folder = album(tmp_path_factory.mktemp("many"), 60)
    (folder / "7 again.jpg").write_bytes(portrait(7))
    (folder / "8.jpg").write_bytes(portrait(8)[:300])
    return folder


@pytest.fixture(scope="module")
def undisturbed(pictures, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    batch.run([pictures], out, engine=Inline())
    return out


def same(out: Path, other: Path) -> bool:
    """Whether two folders hold the same rows, copies and bad inputs, and the first one nothing besides."""
    copies = [sorted((i["source"], i["copy_of"]) for e in manifest(o) for i in e["inputs"] if "copy_of" in i)
              for o in (out, other)]  # fmt: skip
    named = {entry["part"] for entry in manifest(out)} - {None} | {NAME, "bad.jsonl", ".lock"}
    return (
        rows(out) == rows(other)
        and copies[0] == copies[1]
        and (out / "bad.jsonl").read_text() == (other / "bad.jsonl").read_text()
        and {path.name for path in out.iterdir()} == named
    )


#: Batches in processes of their own, forked from one whose imports are done and which has no threads.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["mien.batch", "mien.batch.running", "mien.batch.local", "mien.pipeline"])


def started(pictures: Path, out: Path, part_size: int) -> Any:
    """A batch with a worker process, in a process of its own."""
    process = PROCESSES.Process(target=batch.run, args=([pictures], out), kwargs={"workers": 1, "part_size": part_size})
    process.start()
    return process


def test_killed_twenty_times_at_random_moments_it_ends_as_if_nothing_had_been(pictures, undisturbed, tmp_path):
    dice, kills, goes_on, number = random.Random(9), 0, 0, 0
    while kills < 20:
        number += 1
        out = tmp_path / str(number)  # another one, where the one before was done sooner than it was killed
        done = 0
        while kills < 20:
            # Some rounds die while they start, most in the middle of the work, some while they write.
            wanted = done + dice.choice((0, 0, 1, 1, 2))
            process = started(pictures, out, part_size=1)
            while len(manifest_so_far(out)) < wanted and process.is_alive():
                time.sleep(0.001)
            time.sleep(dice.uniform(0, 0.03))
            process.kill()
            process.join()
            assert len(manifest_so_far(out)) >= done  # every round goes on where the one before has died
            goes_on += bool(done)
            done = len(manifest_so_far(out))
            if process.exitcode != -signal.SIGKILL:
                assert process.exitcode == 0
                break
            kills += 1
        last = batch.run([pictures], out, engine=Inline())
        assert same(out, undisturbed)
        assert last.passed >= done - 1  # all but the input that cannot be read
    assert goes_on > 10


def manifest_so_far(out: Path) -> list[str]:
    """The whole lines of a manifest that may end in half a line."""
    return (out / NAME).read_text().split("\n")[1:-1] if (out / NAME).exists() else []


def test_half_a_line_of_the_manifest_and_its_part_are_dropped(pictures, undisturbed, tmp_path):
    """What power loss leaves: a part without its line, half a line, a line of zeros."""
    for left in (b'{"part":"part-0000', bytes(300), b'{"part":"part-000002.jsonl","rows":1}'):
        out = tmp_path / str(len(left))
        shutil.copytree(undisturbed, out)
        whole = (out / NAME).read_bytes()
        (out / NAME).write_bytes(whole + left)
        (out / "part-000002.jsonl").write_text('{"source": "lost"}\n')
        (out / ".part-000003.jsonl.tmp").write_text('{"sou')
        batch.run([pictures], out, engine=Inline())
        assert same(out, undisturbed)
        assert (out / NAME).read_bytes().startswith(whole)
    (out / "part-000001.jsonl").write_text("changed\n")
    with pytest.raises(batch.BatchError, match="missing or changed"):
        batch.run([pictures], out, engine=Inline())


def test_a_file_that_may_not_grow_stops_it_and_room_lets_it_go_on(pictures, undisturbed, tmp_path):
    """The kernel refuses a write in the middle (RLIMIT_FSIZE), as a full disk does: here that of the manifest."""
    out = tmp_path / "out"
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_FSIZE, (9_000, 9_000))
        try:
            batch.run([pictures], out, engine=Inline(), part_size=3)
        except batch.BatchError as error:
            (tmp_path / "said").write_text(str(error))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert (tmp_path / "said").read_text() == (
        f"{out}: the disk is full; make room and run the same command again; what is done is kept"
    )
    assert manifest(out) and len(rows(out)) < len(rows(undisturbed))
    batch.run([pictures], out, engine=Inline())
    assert same(out, undisturbed)


def test_a_full_disk_stops_it_and_room_lets_it_go_on(pictures, undisturbed, tmp_path):
    """On a file system of 64 kB, where this machine lets us mount one; else the limit above has to do."""
    script = f"""
        mount -t tmpfs -o size=64k none {tmp_path}/disk || exit 77
        {sys.executable} -c '{_RUN}' {pictures} {tmp_path}/disk/out 4 2>&1 | tail -1
        mount -o remount,size=9m {tmp_path}/disk
        {sys.executable} -c '{_RUN}' {pictures} {tmp_path}/disk/out 4 && cp -r {tmp_path}/disk/out {tmp_path}/out
    """
    (tmp_path / "disk").mkdir()
    if shutil.which("unshare") is None:
        return
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, timeout=120)
    if done.returncode in (1, 77) and not done.stdout:
        return
    assert "the disk is full; make room and run the same command again" in done.stdout, done.stdout + done.stderr
    assert int(done.stdout.split()[-1]) < 62
    assert same(tmp_path / "out", undisturbed)


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(pictures, undisturbed, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "mien", "batch", pictures, "--out", out, "--workers", "1", "--part-size", "2"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not manifest_so_far(out) and running.poll() is None:
        time.sleep(0.005)
    running.send_signal(signal.SIGINT)
    said, told = running.communicate(timeout=60)
    assert running.returncode == 130, told
    assert told.splitlines()[-1] == "mien: stopped; what is done is kept: run the same command again to go on"
    kept = len(rows(out))
    assert 0 < kept < 60 and f"{kept} rows" in said
    summary = batch.run([pictures], out, engine=Inline())
    assert same(out, undisturbed)
    assert summary.passed >= kept and json.loads(json.dumps(summary.to_dict()))["stopped"] is False
