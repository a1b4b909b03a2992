"""Several workers of one studio on PostgreSQL, as processes: they share jobs, die, are exchanged, and lose nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="needs mien[studio]")
pytest.importorskip("sqlalchemy", reason="needs mien[studio]")

import httpx2 as httpx

from mien.database import open_engine, upgrade
from mien.studio.users import add_user
from postgres_server import Postgres
from studio_client import as_problem, photo

if os.name == "nt":
    pytest.skip("Windows has no several workers", allow_module_level=True)

#: `mien studio --workers 2` with a shorter lease, so that the test need not wait for the usual one.
STUDIO = """
import sys
from pathlib import Path
from mien.studio.settings import Limits, Settings
from mien.studio.supervisor import serve_many
limits = Limits(lease=2.0, rate=1000.0, burst=1000)
how = Settings(folder=Path(sys.argv[1]), port=int(sys.argv[2]), database=sys.argv[3], users=True, limits=limits)
serve_many(how, 2)
"""


class Many:
    """A studio of two workers, and a client with a user's token."""

    def __init__(self, folder: Path, postgres: Postgres, port: int) -> None:
        self.postgres, self.folder, url = postgres, folder, postgres.new()
        engine = open_engine(url)
        upgrade(engine)
        self.token = add_user(engine, "anna", "admin")
        engine.dispose()
        self.errors = (folder / "errors.txt").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-c", STUDIO, str(folder / "studio"), str(port), url],
            stdout=subprocess.PIPE, stderr=self.errors, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        address = self.process.stdout.readline().strip()
        assert address, (folder / "errors.txt").read_text()
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.client = httpx.Client(base_url=address, headers=self.headers, timeout=30)

    def workers(self) -> list[int]:
        """Ids of the processes that serve."""
        told = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        )
        return [int(line.split()[0]) for line in told.stdout.splitlines() if "mien.studio.worker" in line]

    def stickers(self, count: int) -> str:
        answer = self.client.post("/api/stickers", json={"platform": "slack", "count": count})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["href"])

    def ended(self, href: str, seconds: float = 60) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while True:
            answer = self.client.get(href)
            if answer.status_code == 200 and answer.json()["state"] in ("done", "failed"):
                job: dict[str, Any] = answer.json()
                return job
            assert time.monotonic() < end, answer.text
            time.sleep(0.1)


def children(number: int) -> str:
    """Id and command of every process that this one started."""
    asked = ["ps", "-o", "pid=,args=", "--ppid", str(number)]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Many]:
    from conftest import need_program
    from synapse_server import free_port

    need_program("ps", "apt-get install procps")
    studio = Many(tmp_path_factory.mktemp("workers"), postgres, free_port())
    try:
        yield studio
    finally:
        studio.client.close()
        studio.process.terminate()
        try:
            studio.process.wait(20)
        finally:
            studio.process.kill()
            studio.errors.close()
    written = (studio.folder / "errors.txt").read_text()
    assert "Traceback" not in written and "open-sesame" not in written
    assert list((studio.folder / "studio" / "tmp").iterdir()) == []


def test_a_job_goes_on_where_a_worker_is_killed_and_both_know_of_it(many: Many) -> None:
    both = many.workers()
    assert len(both) == 2
    hrefs = [many.stickers(16), many.stickers(1)]
    while many.client.get(hrefs[0]).json()["state"] != "running":
        time.sleep(0.05)
    runner = next(number for number in both if "job_process" in children(number))
    os.kill(runner, signal.SIGKILL)
    codes = [asked(many) for _ in range(5)]
    assert [many.ended(href)["state"] for href in hrefs] == ["done", "done"]
    assert set(codes) <= {200}
    job = many.client.get(hrefs[0]).json()
    names = [row["name"] for row in job["files"]]
    assert job["result"]["stickers"] == 16 and len(set(names)) == len(names) > 16  # once each, and the pack
    end = time.monotonic() + 20
    while len(many.workers()) < 2:  # another was started in its place
        assert time.monotonic() < end
        time.sleep(0.1)
    for href in hrefs:
        many.client.delete(href)


def asked(many: Many) -> int:
    """One request on a connection of its own; a worker that was killed takes those that it holds with it."""
    try:
        return int(httpx.get(f"{many.client.base_url}api/me", headers=many.headers, timeout=30).status_code)
    except httpx.TransportError:
        return 200 if many.process.poll() is None else 0


def test_every_worker_answers_for_the_lab_that_one_keeps(many: Many) -> None:
    before, asked = counted(many, "/api/lab"), 0
    end = time.monotonic() + 60
    while asked < 12 or not counted(many, "handed on"):  # until both workers were met
        assert time.monotonic() < end, "of two workers only one answers"
        answer = httpx.get(f"{many.client.base_url}api/lab", headers=many.headers, timeout=30)  # a new connection
        assert answer.status_code == 200 and answer.json()["data"] == []
        as_problem(many.client.get("/api/lab/data/" + "0" * 32), "not-found", 404)
        wrong = httpx.post(f"{many.client.base_url}api/lab/active", headers=many.headers, json={"run": "x"}, timeout=30)
        as_problem(wrong, "not-found", 404)
        asked += 1
    while (now := counted(many, "/api/lab")) < before + asked:  # the other's page comes every two seconds
        assert time.monotonic() < end, now
        time.sleep(0.2)
    assert now == before + asked


def counted(many: Many, route: str) -> int:
    """How many requests of a route all workers have counted; whichever is asked tells it of all."""
    page = httpx.get(f"{many.client.base_url}metrics", headers=many.headers, timeout=30).text
    names = [line.split()[2] for line in page.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names)), "each metric is told once"
    mine = [line for line in page.splitlines() if line.startswith("mien_http_req") and f'route="{route}"' in line]
    return sum(int(line.split()[-1]) for line in mine)


def test_a_restart_of_the_database_holds_up_jobs_but_no_photos(many: Many) -> None:
    href = many.stickers(4)
    many.postgres.stop()
    try:
        faces = many.client.post("/api/look", files={"picture": photo()})
        assert faces.status_code == 200 and len(faces.json()["faces"]) == 1
        refused = many.client.get(href)
        assert "database" in as_problem(refused, "database", 503) and int(refused.headers["retry-after"]) > 0
        key = {"Idempotency-Key": "again"}
        asked = {"platform": "slack", "count": 1}
        as_problem(many.client.post("/api/stickers", json=asked, headers=key), "database", 503)
        stranger = httpx.get(
            f"{many.client.base_url}api/me", headers={"Authorization": "Bearer " + "x" * 43}, timeout=30
        )
        as_problem(stranger, "database", 503)
        time.sleep(1.0)
    finally:
        many.postgres.start()
    job = many.ended(href)
    assert job["state"] == "done" and job["result"]["stickers"] == 4
    again = many.client.post("/api/stickers", json=asked, headers=key)
    assert again.status_code == 202
    assert many.ended(again.json()["href"])["state"] == "done"
    assert len(many.client.get("/api/jobs").json()["jobs"]) == 2  # none lost, none doubled
    for one in (href, again.json()["href"]):
        many.client.delete(one)


def test_workers_are_exchanged_without_losing_a_request_or_a_cookie(many: Many) -> None:
    before = many.workers()
    told: list[Any] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=many.client.base_url, timeout=30) as client:
            client.get("/", params={"token": many.token})  # signs in; the cookie is good for every worker
            while not over.is_set():
                try:
                    told.append(client.post("/api/suggest", json={"text": "happy birthday"}).status_code)
                except httpx.TransportError as error:
                    told.append(repr(error))
                time.sleep(0.02)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        many.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while set(many.workers()) & set(before) or len(many.workers()) != 2:
            assert time.monotonic() < end, "they were not exchanged"
            time.sleep(0.1)
        time.sleep(0.5)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert len(told) > 20 and set(told) == {200}
    assert many.client.get("/api/health").json()["status"] == "ok"
    end = time.monotonic() + 20
    while (answer := many.client.get("/api/lab")).status_code != 200:  # another worker keeps it now
        as_problem(answer, "closing", 503)
        assert time.monotonic() < end
        time.sleep(0.2)
