"""Jobs: clips that are drawn while requests go on; progress, files, cancelling, restarts."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from fastapi.testclient import TestClient
from PIL import Image

from clip_files import make_clip
from mien.database import open_engine, sqlite_url
from mien.studio.job_store import Job, JobStore
from studio_client import as_problem, house_of, photo, studio


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second of the sample photo."""
    with Image.open(io.BytesIO(photo())) as face:
        small = np.asarray(face.convert("RGB"))
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    make_clip(path, [small] * 8, rate=16)
    return path


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with studio(tmp_path_factory.mktemp("studio"), limits={"jobs": 3}) as client:
        yield client


def send(client: TestClient, clip: Path, *, key: str | None = None, **fields: str) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    with clip.open("rb") as file:
        return client.post("/api/clips", files={"clip": ("holiday.mp4", file)}, data=fields, headers=headers)


def ended(client: TestClient, href: str, seconds: float = 30) -> dict[str, Any]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job: dict[str, Any] = client.get(href).json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{href} did not end: {job}")


def test_a_clip_becomes_a_drawn_clip_its_timeline_and_rows(client: TestClient, clip: Path) -> None:
    answer = send(client, clip, rows="csv", format="gif")
    assert answer.status_code == 202
    assert answer.headers["location"] == answer.json()["href"]
    job = ended(client, answer.json()["href"])
    assert job["state"] == "done", job
    files = {row["name"]: row for row in job["files"]}
    assert set(files) == {"clip.gif", "rows.csv", "timeline.json"}
    drawn = client.get(files["clip.gif"]["href"])
    assert drawn.headers["content-type"] == "image/gif"
    assert len(drawn.content) == files["clip.gif"]["bytes"]
    with Image.open(io.BytesIO(drawn.content)) as picture:
        assert getattr(picture, "n_frames", 1) > 1
    told = client.get(files["timeline.json"]["href"]).json()
    (person,) = told["people"]
    assert person["spans"][0]["label"] == "happiness"
    assert person["shares"]["happiness"] > 0.9
    assert told["duration"] == pytest.approx(7 / 16, abs=0.02)
    assert job["result"] == {
        "frames": 8,
        "seconds": told["duration"],
        "people": 1,
        "trouble": [],
        "reaction_start": None,
    }
    assert "attachment" in client.get(files["rows.csv"]["href"] + "?download").headers["content-disposition"]
    folder = house_of(client).settings.folder / "jobs" / job["id"]
    end = time.monotonic() + 5
    while len(list(folder.iterdir())) > 1 and time.monotonic() < end:
        time.sleep(0.02)
    assert [path.name for path in folder.iterdir()] == ["out"]  # what was sent in is gone
    part = client.get(files["clip.gif"]["href"], headers={"Range": "bytes=0-5"})
    assert (part.status_code, part.content[:3]) == (206, b"GIF")
    for name in ("job.json", "..%2f..%2fjobs.sqlite3", "clip", "timeline.json%00"):
        assert client.get(f"{job['href']}/files/{name}").status_code == 404


def test_events_tell_how_far_it_is_and_end_with_the_job(client: TestClient, clip: Path) -> None:
    href = send(client, clip, draw="none").json()["href"]
    names, last = [], {}
    with client.stream("GET", f"{href}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                names.append(line.removeprefix("event: "))
            elif line.startswith("data: "):
                last = json.loads(line.removeprefix("data: "))
    assert names[-1] == "done"
    assert set(names[:-1]) <= {"progress"}
    assert [row["name"] for row in last["files"]] == ["timeline.json"]
    assert last == client.get(href).json()


def test_the_same_key_gives_the_same_job(client: TestClient, clip: Path) -> None:
    first, again = send(client, clip, key="k1", draw="none"), send(client, clip, key="k1", draw="none")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]
    as_problem(send(client, clip, key="k1", draw="label"), "key-used", 422)
    as_problem(send(client, clip, key=" "), "invalid", 422)
    other = send(client, clip, key="k2", draw="none").json()
    assert other["id"] != first.json()["id"]
    for job in (first.json(), other):
        client.delete(job["href"])


def test_a_job_that_runs_can_be_cancelled_and_leaves_nothing(client: TestClient, clip: Path) -> None:
    answer = send(client, clip, draw="replace", format="webm")
    href, number = answer.json()["href"], answer.json()["id"]
    folder = house_of(client).settings.folder / "jobs" / number
    while client.get(href).json()["state"] == "queued":
        time.sleep(0.02)
    assert client.delete(href).status_code == 204
    as_problem(client.get(href), "not-found", 404)
    end = time.monotonic() + 5
    while folder.exists() and time.monotonic() < end:
        time.sleep(0.02)
    assert not folder.exists()
    assert number not in [job["id"] for job in client.get("/api/jobs").json()["jobs"]]
    as_problem(client.delete(href), "not-found", 404)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"draw": "moustaches"}, "draw"),
        ({"format": "avi"}, "format"),
        ({"draw": "avatar_only", "format": "mp4"}, "transparency"),
        ({"background": "#ff0000"}, "avatar_only"),
        ({"size": "9"}, "size"),
        ({"every": "0"}, "every"),
        ({"calibrate": "soon"}, "calibrate"),
        ({"calibrate": "nan"}, "calibrate"),
        ({"rows": "xml"}, "rows"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_fields_that_make_no_sense_are_named(client: TestClient, clip: Path, fields: dict[str, str], word: str) -> None:
    assert word in as_problem(send(client, clip, **fields), "invalid", 422)


def test_a_job_that_fails_says_why_in_one_line(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "nobody.mp4"
    make_clip(path, [np.full((64, 64, 3), 127, np.uint8)] * 4)
    job = ended(client, send(client, path, draw="replace").json()["href"])
    assert job["state"] == "failed"
    assert job["problem"]["type"] == "/problems/not-a-clip"
    assert "nobody to be seen" in job["problem"]["detail"]
    assert str(house_of(client).settings.folder) not in json.dumps(job)
    assert job["files"] == []


def test_sticker_packs_are_made(client: TestClient) -> None:
    pytest.importorskip("mien.stickers.making")
    answer = client.post("/api/stickers", json={"platform": "slack", "count": 3})
    job = ended(client, answer.json()["href"], 60)
    assert job["state"] == "done", job
    assert job["result"] == {"stickers": 3, "platform": "slack"}
    names = [row["name"] for row in job["files"]]
    assert "stickers.zip" in names
    assert sum(name.endswith(".png") for name in names) == 3
    as_problem(client.post("/api/stickers", json={"platform": "pigeon"}), "invalid", 422)


def test_jobs_go_on_after_a_restart(tmp_path: Path, clip: Path) -> None:
    with studio(tmp_path) as client:
        first = send(client, clip, key="k", draw="none").json()
        while client.get(first["href"]).json()["state"] == "queued":
            time.sleep(0.02)
    with studio(tmp_path) as client:
        assert send(client, clip, key="k", draw="none").json()["id"] == first["id"]
        job = ended(client, first["href"])
        assert job["state"] == "done", job
        assert [row["name"] for row in job["files"]] == ["timeline.json"]
    with studio(tmp_path) as client:
        assert client.get(first["href"]).json() == job


def test_old_jobs_and_folders_of_nobody_go_when_a_studio_starts(tmp_path: Path) -> None:
    root = tmp_path / "studio"
    with studio(tmp_path):
        pass
    engine = open_engine(sqlite_url(root / "studio.sqlite3"))
    old, new = Job("clip", {}, "a", state="done", ended=time.time() - 90_000), Job("clip", {}, "b", state="done")
    new.ended = time.time()
    for job in (old, new):
        JobStore(engine).add(job)
        (root / "jobs" / job.id).mkdir()
    engine.dispose()
    (root / "jobs" / "stray").mkdir()
    os.utime(root / "jobs" / "stray", (0, 0))
    with studio(tmp_path) as client:
        assert [job["id"] for job in client.get("/api/jobs").json()["jobs"]] == [new.id]
        assert [path.name for path in (root / "jobs").iterdir()] == [new.id]


def test_too_many_jobs_are_told_to_come_back(tmp_path: Path, clip: Path) -> None:
    with studio(tmp_path, limits={"jobs": 1}) as client:
        first = send(client, clip).json()
        answer = send(client, clip)
        as_problem(answer, "busy", 429)
        assert int(answer.headers["Retry-After"]) > 0
        client.delete(first["href"])


def test_a_second_studio_on_the_same_folder_shares_the_jobs(tmp_path: Path, clip: Path) -> None:
    with studio(tmp_path) as one, studio(tmp_path) as other:
        first = send(one, clip, draw="none").json()
        assert [job["id"] for job in other.get("/api/jobs").json()["jobs"]] == [first["id"]]
        assert ended(other, first["href"])["state"] == "done"
        assert other.delete(first["href"]).status_code == 204
        assert one.get("/api/jobs").json()["jobs"] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_what_is_kept_is_for_its_owner_alone(client: TestClient) -> None:
    house = house_of(client)
    for folder in (house.settings.folder, house.temporary.path, house.settings.folder / "jobs"):
        assert folder.stat().st_mode & 0o077 == 0
