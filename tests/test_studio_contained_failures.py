"""Work that fails, or is too much at a time, takes nothing from the rest of the studio and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")

from mien.studio import job_runner as jobs_module
from mien.studio.house import House
from mien.studio.job_store import Job
from mien.studio.lab_store import Item
from mien.studio.lab_tasks import Lab
from mien.studio.private import PREFIX, TemporaryFolder, sweep
from studio_client import as_problem, house_in, house_of, studio, until


@pytest.fixture
def house(tmp_path: Path) -> House:
    return house_in(tmp_path)


def process_that(code: str) -> Any:
    """Takes the place of `job_launch.started`."""

    async def started(*_: Any) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        own = os.name != "nt"
        return await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=pipe, start_new_session=own)

    return started


def test_a_job_that_cannot_start_does_not_stop_those_behind_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "started", process_that("pass"))

    async def main() -> list[str]:
        jobs = house.jobs
        jobs.prepare()
        three = [await jobs.add(Job("clip", {}, str(number))) for number in range(3)]
        shutil.rmtree(jobs.folder(three[1]))
        jobs.open()
        try:
            while await jobs.count():
                await asyncio.sleep(0.01)
        finally:
            await jobs.close()
        return [job.state for job in await jobs.all("")]

    assert asyncio.run(main()) == ["failed"] * 3


def test_a_task_of_the_lab_that_cannot_start_is_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> Any:
        raise OSError("no process can be started")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", nothing)

    async def main() -> Item:
        lab = Lab(house)
        lab.open()
        item = lab.add(Item("data", "one", {"path": "/nowhere", "typed": True}), "check")
        try:
            await until(lambda: item.task is None)
        finally:
            await lab.close()
        return item

    item = asyncio.run(main())
    assert item.problem is not None and item.problem["status"] == 500 and not item.running


def test_bytes_in_memory_have_a_limit_for_all_requests_together(tmp_path: Path) -> None:
    with studio(tmp_path, limits={"body_bytes": 100_000}) as client:
        bodies = house_of(client).bodies
        with bodies.held() as hold:
            hold(60_000)
            answer = client.post("/api/look", content=bytes(60_000), headers={"Content-Type": "image/jpeg"})
            as_problem(answer, "busy", 429)
            assert int(answer.headers["Retry-After"]) > 0
            assert bodies.bytes == 60_000
            files = [("picture", (f"{n}.jpg", bytes(30_000))) for n in range(2)]
            as_problem(client.post("/api/personalise", files=files), "busy", 429)
        assert bodies.bytes == 0
        answer = client.post("/api/look", content=bytes(60_000), headers={"Content-Type": "image/jpeg"})
        as_problem(answer, "not-a-picture", 415)
        assert bodies.bytes == 0


def test_the_same_key_at_the_same_time_makes_one_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "started", process_that("import time; time.sleep(60)"))
    monkeypatch.setattr("mien.studio.sticker_api._check", lambda _: time.sleep(0.1))
    monkeypatch.setattr("mien.studio.clip_api._check", lambda _: time.sleep(0.1))
    with studio(tmp_path, limits={"jobs": 2}) as client:

        def stickers(_: int) -> Any:
            return client.post("/api/stickers", json={"platform": "slack"}, headers={"Idempotency-Key": "one"})

        def clips(_: int) -> Any:
            return client.post("/api/clips", files={"clip": b"moving"}, headers={"Idempotency-Key": "two"})

        jobs = house_of(client).jobs
        for asked in (stickers, clips):
            with ThreadPoolExecutor(4) as threads:
                told = list(threads.map(asked, range(4)))
            assert sorted(answer.status_code for answer in told) == [200, 200, 200, 202]
            assert len({answer.json()["id"] for answer in told}) == 1
        assert len(list((house_of(client).settings.folder / "jobs").iterdir())) == jobs.store.open() == 2
        assert [stickers(0).status_code, clips(0).status_code] == [200, 200]  # though no other would be taken
        as_problem(client.post("/api/stickers", json={"platform": "slack"}), "busy", 429)


def test_a_job_that_cannot_be_saved_leaves_no_folder(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.jobs.prepare()
    monkeypatch.setattr(house.jobs.store, "add", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(house.jobs.add(Job("clip", {}, "a")))
    assert not list((house.settings.folder / "jobs").iterdir()) and not house.jobs.store.open()


def test_moving_drawings_do_not_keep_looks_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, at_once = threading.Event(), []

    def reaction(*_: Any) -> bytes:
        at_once.append(1)
        gate.wait(10)
        at_once.pop()
        return b"moving"

    monkeypatch.setattr("mien.avatar.output.reaction", reaction)
    with studio(tmp_path) as client, ThreadPoolExecutor(4) as threads:
        asked = {"format": "apng", "size": 512}
        too_large = client.post("/api/avatar", json={**asked, "size": 513})
        assert "512" in as_problem(too_large, "invalid", 422)
        answers = [threads.submit(client.post, "/api/avatar", json=asked) for _ in range(4)]
        try:
            end = time.monotonic() + 5
            while not any(answer.done() for answer in answers):
                assert time.monotonic() < end, "a fourth one waits"
                time.sleep(0.01)
            assert len(at_once) == 1
            assert client.post("/api/avatar", json={"format": "svg"}).status_code == 200
            look = client.post("/api/look", content=b"no picture", headers={"Content-Type": "image/jpeg"})
            as_problem(look, "not-a-picture", 415)
        finally:
            gate.set()
        assert sorted(answer.result().status_code for answer in answers) == [200, 200, 200, 429]


def test_an_upload_that_fails_its_check_is_deleted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def failed(*_: Any) -> dict[str, Any]:
        return {"problem": {"type": "/problems/invalid", "title": "A value is wrong", "detail": "no faces"}}

    monkeypatch.setattr(Lab, "_process", failed)

    async def main(folder: Path) -> list[Path]:
        lab = Lab(house)
        lab.open()
        sent = Item("data", "sent", {"file": "upload.zip", "typed": False})
        typed = Item("data", "typed", {"path": str(folder / "own.zip"), "typed": True})
        lab.store.save(sent)
        files = [lab.store.folder(sent) / "upload.zip", folder / "own.zip"]
        for file in files:
            file.write_bytes(b"faces")
        for item in (sent, typed):
            lab.add(item, "check")
        try:
            await until(lambda: sent.task is None and typed.task is None)
        finally:
            await lab.close()
        assert sent.problem is not None
        return files

    sent, typed = asyncio.run(main(house.settings.folder.parent))
    assert not sent.exists() and typed.exists()


def test_what_a_crashed_studio_left_goes_even_where_it_had_our_number(tmp_path: Path) -> None:
    """As in containers, where each process has the number 1."""
    ours = TemporaryFolder(tmp_path)
    crashed = tmp_path / f"{PREFIX}{os.getpid()}-abc"
    crashed.mkdir()
    (crashed / "photo").write_bytes(b"face")
    assert sweep(tmp_path) == [crashed]
    assert ours.path.is_dir() and not crashed.exists()
    ours.remove()
    assert list(tmp_path.iterdir()) == []
