"""`mien batch`: what goes in, what comes out, and what is said of it."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import mien
from batch_faces import Inline, album, manifest, portrait, rows
from mien import batch
from mien.batch.manifest import held
from mien.batch.worker import Worker
from mien.pipeline import reader


def grey(path: Path) -> None:
    """A picture without anybody."""
    Image.new("RGB", (64, 48), "grey").save(path)


def clip(path: Path, frames: int = 4) -> None:
    picture = np.asarray(Image.open(io.BytesIO(portrait())).resize((160, 160)))
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width = stream.height = 160
        stream.pix_fmt = "yuv420p"
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture)))
        container.mux(stream.encode())


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> Path:
    """Pictures and clips, loose and packed, good and bad."""
    folder = tmp_path_factory.mktemp("sources")
    loose = album(folder / "loose", 2)
    (loose / "deep").mkdir()
    clip(loose / "deep" / "talk.mp4")
    grey(loose / "nobody.png")
    (loose / "again.jpg").write_bytes(portrait(0))
    (loose / "notes.txt").write_text("no picture")
    (loose / ".hidden.jpg").write_bytes(portrait(9))
    (loose / "broken.jpg").write_bytes(portrait(1)[:500])
    with zipfile.ZipFile(folder / "album.zip", "w") as archive:
        archive.writestr("a/2.jpg", portrait(2))
        archive.writestr("a/2.json", "{}")
    for name, mode, numbers in (("shard.tar", "w", (3, 4)), ("shard.tgz", "w:gz", (5,))):
        with tarfile.open(folder / name, mode) as archive:
            for number in numbers:
                member = tarfile.TarInfo(f"{number:04d}.jpg")
                member.size = len(portrait(number))
                archive.addfile(member, io.BytesIO(portrait(number)))
    (folder / "listed.jpg").write_bytes(portrait(6))
    (folder / "list.txt").write_bytes(  # as Notepad writes it
        f"\ufeff{folder}/listed.jpg\r\n# mine\r\n\r\n{folder}/gone.jpg\r\n".encode()
    )
    return folder


@pytest.fixture(scope="module")
def done(sources, tmp_path_factory):
    """One run of the command over all of them, with a worker process."""
    out = tmp_path_factory.mktemp("done") / "out"
    given = [str(sources / "loose"), f"{sources}/*.zip", f"{sources}/shard.tar", f"{sources}/shard.tgz"]
    return out, batch.run([*given, f"@{sources}/list.txt"], out, workers=1)


def test_everything_named_is_looked_at_once(sources, done):
    out, summary = done
    said = {row["source"].removeprefix(f"{sources}/") for row in rows(out)}
    assert said == {
        "loose/0.jpg", "loose/1.jpg", "loose/nobody.png", "loose/deep/talk.mp4", "album.zip/a/2.jpg",
        "shard.tar/0003.jpg", "shard.tar/0004.jpg", "shard.tgz/0005.jpg", "listed.jpg",
    }  # fmt: skip
    assert (summary.tally["pictures"], summary.tally["clips"], summary.tally["frames"]) == (8, 1, 4)
    assert (summary.copies, summary.bad, summary.inputs) == (1, 2, 9)


def test_rows_say_what_look_and_watch_say(sources, done):
    out, _ = done
    for row in rows(out):
        if row["time"] is not None or row["face"] is None or ".jpg" not in row["source"]:
            continue
        (number,) = [n for n in range(7) if hashlib.sha256(portrait(n)).hexdigest() == row["sha256"]]
        scene = mien.look(portrait(number)).to_dict()
        face = scene["faces"][row["face"]]
        assert {**face, "appearance": None} == {name: row.get(name) for name in face}
        assert (row["width"], row["height"], row["face_count"]) == (170, 170, len(scene["faces"]))
    seen = [row for row in rows(out) if row["source"].endswith("talk.mp4")]
    told = list(mien.watch(sources / "loose" / "deep" / "talk.mp4"))
    assert [(row["time"], row["frame"], row["track_id"]) for row in seen] == [
        (scene.time, frame, scene.faces[0].track_id) for frame, scene in enumerate(told)
    ]


def test_who_was_looked_at_and_found_alone_has_a_row(done):
    (row,) = [row for row in rows(done[0]) if row["source"].endswith("nobody.png")]
    assert row["face_count"] == 0 and row["face"] is None and row["expression"] is None


def test_copies_and_bad_inputs_are_told(sources, done):
    out, _ = done
    (copy,) = [line for entry in manifest(out) for line in entry["inputs"] if "copy_of" in line]
    assert {copy["source"], copy["copy_of"]} == {f"{sources}/loose/0.jpg", f"{sources}/loose/again.jpg"}
    bad = {said["source"]: said["reason"] for said in map(json.loads, (out / "bad.jsonl").read_text().splitlines())}
    assert bad[f"{sources}/gone.jpg"] == "no such file"
    assert "cut short" in bad[f"{sources}/loose/broken.jpg"] and "bytes:" not in bad[f"{sources}/loose/broken.jpg"]


def test_the_manifest_vouches_for_the_parts(done):
    out, summary = done
    for entry in manifest(out):
        content = (out / entry["part"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert content.count(b"\n") == entry["rows"] == sum(line.get("rows", 0) for line in entry["inputs"])
    assert sum(entry["rows"] for entry in manifest(out)) == summary.rows
    assert sorted(path.name for path in out.iterdir()) == [".lock", "bad.jsonl", "manifest.jsonl", "part-000001.jsonl"]


def test_parquet_holds_the_same_rows(sources, tmp_path):
    import pyarrow.parquet as pq

    given = [str(sources / "loose")]
    batch.run(given, tmp_path / "lines", appearance=True, avatars=True, engine=Inline())
    batch.run(given, tmp_path / "table", appearance=True, avatars=True, engine=Inline(), format="parquet")
    table = pq.read_table(next((tmp_path / "table").glob("part-*.parquet"))).to_pylist()
    assert sorted(table, key=str) == sorted(rows(tmp_path / "lines"), key=str)
    drawn = [row["avatar"] for row in table if row["avatar"]]
    assert drawn and all((tmp_path / "table" / f"{name}.svg").read_text().startswith("<svg") for name in drawn)
    assert mien.AvatarSpec.model_validate_json((tmp_path / "table" / f"{drawn[0]}.json").read_text())


def test_what_is_done_is_passed_over_and_what_is_new_is_added(run, tmp_path):
    pictures = album(tmp_path / "pictures", 2)
    code, printed, _ = run("batch", pictures, "--out", tmp_path / "out", "--workers", 1, "--json", "--report")
    assert code == 0 and json.loads(printed)["done"] == 2
    first = rows(tmp_path / "out")
    (pictures / "0.jpg").touch()  # another time, the same content
    (pictures / "new.jpg").write_bytes(portrait(7))
    (pictures / "bad.jpg").write_bytes(b"\xff\xd8\xff")
    code, printed, told = run("batch", pictures, "--out", tmp_path / "out", "--workers", 1)
    assert code == 0 and "1 input could not be read" in told and "2 done already" in printed
    assert len(first) == 2 and [row for row in rows(tmp_path / "out") if row in first] == first
    assert len(rows(tmp_path / "out")) == 3
    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script" not in page and "://" not in page.replace("http://www.w3.org/2000/svg", "")
    (pictures / "bad.jpg").write_bytes(portrait(8))  # mended
    batch.run([pictures], tmp_path / "out", engine=Inline())
    assert not (tmp_path / "out" / "bad.jsonl").exists() and len(rows(tmp_path / "out")) == 4


def test_a_folder_of_rows_among_the_pictures_is_left_alone(tmp_path):
    pictures = album(tmp_path / "pictures", 1)
    for given in (pictures, pictures, f"{pictures}/**/*.[jp][pn]g"):
        summary = batch.run(given, pictures / "rows", avatars=True, engine=Inline())
    assert (summary.inputs, summary.done) == (1, 0) and len(list((pictures / "rows").rglob("*.png"))) == 1


def test_mistakes_are_told_in_one_line(run, tmp_path, monkeypatch):
    pictures, out = album(tmp_path / "pictures", 1), tmp_path / "out"
    batch.run([pictures], out, engine=Inline())
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "part-000001.jsonl").write_text("mine\n")
    (tmp_path / "bad.jpg").write_text("no picture")
    (tmp_path / "empty").mkdir()
    monkeypatch.setitem(sys.modules, "fsspec", None)
    for given, said in (
        ([pictures, "--out", out, "--lean"], "other settings (lean False, not True)"),
        ([pictures, "--out", tmp_path / "own"], "not empty, and no batch's folder"),
        ([tmp_path / "gone", "--out", out], "no such file or folder"),
        ([tmp_path / "*.bmp", "--out", out], "no file matches this pattern"),
        ([tmp_path / "empty", "--out", tmp_path / "o2"], "no pictures or clips there"),
        ([tmp_path / "bad.jpg", "--out", tmp_path / "o3", "--workers", 1], "1 input could not be read"),
        (["s3://bucket/photos", "--out", tmp_path / "o4"], "pip install 'mien[remote]'"),
        ([pictures, "--out", out, "--engine", "spark"], "not one of local, ray"),
        (["--out", out], "no source"),
    ):
        code, _, told = run("batch", *given)
        assert code == 2 and said in told and told.count("\n") == 1, told
    assert [path.read_text() for path in (tmp_path / "own").iterdir()] == ["mine\n"]
    with held(out), pytest.raises(batch.BatchError, match="another batch is at work"):
        batch.run([pictures], out, engine=Inline())


def test_remote_sources_are_read(sources, tmp_path):
    import fsspec

    store = fsspec.filesystem("memory")
    for number in range(2):
        store.pipe(f"/bucket/day{number}/{number}.jpg", portrait(number))
    store.pipe("/bucket/shard.tar", (sources / "shard.tar").read_bytes())
    handler = partial(SimpleHTTPRequestHandler, directory=str(sources))
    handler.func.log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    web = f"http://127.0.0.1:{server.server_port}"
    given = ["memory://bucket", f"{web}/listed.jpg", f"{web}/album.zip", f"{web}/loose/deep/talk.mp4", f"{web}/no.jpg"]
    with pytest.raises(batch.BatchError, match="nothing is there"):
        batch.run(given, tmp_path / "out", engine=Inline())
    summary = batch.run(given[:-1], tmp_path / "out", engine=Inline())
    server.shutdown()
    assert {row["source"] for row in rows(tmp_path / "out")} == {
        "memory:///bucket/day0/0.jpg", "memory:///bucket/day1/1.jpg", "memory:///bucket/shard.tar/0003.jpg",
        "memory:///bucket/shard.tar/0004.jpg", *given[1:2], f"{given[2]}/a/2.jpg", given[3],
    }  # fmt: skip
    assert not summary.bad and not (tmp_path / "out" / ".spool").exists()


def test_several_pictures_at_once_are_read_as_one_by_one():
    pictures = [np.asarray(Image.open(io.BytesIO(portrait(n))).resize((100 + 9 * n, 170))) for n in range(6)]
    pictures.append(np.zeros((40, 60, 3), np.uint8))
    together = reader().look_all(pictures, appearance=True)
    assert [s.to_dict() for s in together] == [reader().look(p, appearance=True).to_dict() for p in pictures]


def test_a_worker_that_dies_is_replaced_and_its_work_done(tmp_path):
    from mien.batch.fetching import fetch
    from mien.batch.items import File
    from mien.batch.settings import Settings
    from mien.batch.tasks import Task

    worker = Worker(Settings(), str(tmp_path))
    paths = sorted(album(tmp_path / "pictures", 2).iterdir())
    tasks = [Task(str(path), "", fetch(str(path), File(str(path)), None)) for path in paths]
    worker._process.kill()
    assert [outcome.count for outcome in worker.look(tasks)] == [1, 1]
    worker.close()
