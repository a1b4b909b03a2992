"""`mien batch`: what a source means, and what becomes of one that is bad for a time."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from batch_faces import Inline, album, portrait, rows
from mien import batch
from mien.batch.sources import items, members


def test_what_was_bad_and_is_mended_is_bad_no_more(tmp_path):
    """Inputs, and what holds them: an archive, a folder, a pattern, a list's line."""
    pictures, listed, out = album(tmp_path / "pictures", 1), tmp_path / "list.txt", tmp_path / "out"
    (tmp_path / "later").mkdir()
    listed.write_text(f"{tmp_path}/later/*.jpg\n{tmp_path}/gone\n")
    given = [pictures, f"@{listed}"]

    def bad() -> set[str]:
        summary = batch.run(given, out, engine=Inline())
        said = (out / "bad.jsonl").read_text().splitlines() if summary.bad else []
        assert len(said) == summary.bad
        return {Path(json.loads(line)["source"]).name for line in said}

    album_zip, shard, picture = pictures / "album.zip", pictures / "shard.tgz", pictures / "0.jpg"
    for path in (album_zip, shard):
        path.write_bytes(b"no archive")
    assert bad() == {"album.zip", "shard.tgz", "*.jpg", "gone"}
    picture.rename(tmp_path / "kept")
    picture.symlink_to("nowhere")
    assert bad() == {"album.zip", "shard.tgz", "*.jpg", "gone", "0.jpg"}
    (tmp_path / "kept").replace(picture)
    with zipfile.ZipFile(album_zip, "w") as archive:
        archive.writestr("1.jpg", portrait(1))
    with tarfile.open(shard, "w:gz") as archive:
        archive.add(picture, "2.jpg")
    album(tmp_path / "later", 3)
    album(tmp_path / "gone", 1)
    assert bad() == set() and len(rows(out)) == 3
    with zipfile.ZipFile(album_zip, "w") as archive:  # another one under a name that this process had open
        archive.writestr("1.jpg", portrait(4))
    assert bad() == set() and len(rows(out)) == 4


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_each_read(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(2):
            archive.writestr("1.jpg", portrait(number))
    contents = []
    for item in items([str(path)]):
        if item.place is not None:
            with item.place.open() as stream:
                contents.append(stream.read())
    assert contents == [portrait(0), portrait(1)]


def tarred(count):
    """The bytes of a tar of so many portraits."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for number in range(count):
            member = tarfile.TarInfo(f"{number}.jpg")
            member.size = len(portrait(number))
            archive.addfile(member, io.BytesIO(portrait(number)))
    return whole.getvalue()


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_that_ends_early_or_is_damaged_is_told(tmp_path, mode):
    """tarfile alone takes half a header, or a damaged one, for the end."""
    content = tarred(3)
    second = 512 + -(-len(portrait(0)) // 512) * 512
    for name, spoilt in (
        ("cut", content[: second + 200]),
        ("hurt", content[:second] + b"x" * 512 + content[second + 512 :]),
    ):
        path = tmp_path / (f"{name}.tgz" if mode == "w:gz" else f"{name}.tar")
        path.write_bytes(gzip.compress(spoilt) if mode == "w:gz" else spoilt)
        found = list(items([str(path)]))
        found = list(members(found[0])) if mode == "w:gz" else found
        assert [(Path(item.source).name, "damaged archive" in item.problem) for item in found] == [
            ("0.jpg", False), (path.name, True),
        ]  # fmt: skip


def test_a_folder_that_may_not_be_listed_is_told(tmp_path, monkeypatch):
    pictures = album(tmp_path / "pictures", 1)
    closed = album(pictures / "closed", 1)
    scan = os.scandir

    def refuse(path):
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(closed))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [(i.source, i.problem) for i in items([str(pictures)]) if not i.container] == [
        (str(pictures / "0.jpg"), ""), (str(closed), "the folder cannot be listed (Permission denied)"),
    ]  # fmt: skip


def test_a_shard_from_the_web_may_take_longer_than_aiohttp_waits(tmp_path, monkeypatch):
    """aiohttp's limit is five minutes for a whole answer; a large shard takes hours."""
    aiohttp = pytest.importorskip("aiohttp")
    pytest.importorskip("fsspec")
    monkeypatch.setattr("aiohttp.client.DEFAULT_TIMEOUT", aiohttp.ClientTimeout(total=0.4))
    shard = tarred(2)

    class Slow(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            half = len(shard) // 2
            self.wfile.write(shard[:half])
            time.sleep(1)
            self.wfile.write(shard[half:])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        summary = batch.run(f"http://127.0.0.1:{server.server_port}/shard.tar", tmp_path / "out", engine=Inline())
        server.shutdown()
    assert (summary.bad, summary.tally["pictures"]) == (0, 2)
