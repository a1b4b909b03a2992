"""How many photos a second a studio of several workers reads, for many users at once, with PostgreSQL.

    python benchmarks/studio_many.py                       # a PostgreSQL of its own, two workers, 16 clients
    python benchmarks/studio_many.py --seconds 60 --roll   # workers are exchanged all the time; no request may be lost
    python benchmarks/studio_many.py --database-url postgresql://mien@db/bench --clients 32 --workers 4
    python benchmarks/studio_many.py --sqlite

Each client is a user of its own with one connection, and posts 640x480 photos with one face to `POST /api/look` one
after the other. Clients run in a process of their own, on the same machine: give both room. Prints one JSON object.
Exits with 1 where a request was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx
from PIL import Image

from mien.doctor import sample_photo

#: Requests before the clock runs: models are loaded, connections are open.
WARM = 2


def photo() -> bytes:
    """640x480, with one face, as JPEG."""
    stream = io.BytesIO()
    with Image.open(io.BytesIO(sample_photo())) as face:
        canvas = Image.new("RGB", (640, 480), (90, 110, 120))
        canvas.paste(face.convert("RGB").resize((300, 300)), (170, 90))
    canvas.save(stream, "JPEG", quality=85)
    return stream.getvalue()


async def client(address: str, token: str, picture: bytes, until: float, told: list[tuple[float, Any]]) -> None:
    """Ask until the time is up; (seconds, status or what went wrong) of each request."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "image/jpeg"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60) as session:
        for _ in range(WARM):
            await session.post("/api/look", content=picture)
        while time.monotonic() < until:
            start = time.monotonic()
            try:
                answer = await session.post("/api/look", content=picture)
                right = answer.status_code == 200 and len(answer.json()["faces"]) == 1
                told.append((time.monotonic() - start, 200 if right else answer.status_code))
            except httpx.HTTPError as error:
                told.append((time.monotonic() - start, type(error).__name__))


async def load(address: str, tokens: list[str], seconds: float) -> dict[str, Any]:
    """All clients at once."""
    told: list[tuple[float, Any]] = []
    picture, start = photo(), time.monotonic()
    async with asyncio.TaskGroup() as clients:
        for token in tokens:
            clients.create_task(client(address, token, picture, start + seconds, told))
    took = time.monotonic() - start
    good = sorted(1000 * one for one, status in told if status == 200)
    return {
        "clients": len(tokens), "seconds": round(took, 1), "requests": len(told),
        "photos_per_second": round(len(good) / took, 1),
        "p50_ms": round(statistics.median(good)) if good else None,
        "p95_ms": round(good[int(0.95 * len(good))]) if good else None,
        "errors": {str(status): count for status, count in Counter(s for _, s in told).items() if status != 200},
    }  # fmt: skip


async def rolling(process: subprocess.Popen[str], over: asyncio.Event) -> int:
    """Exchange the workers again and again; how often."""
    count = 0
    while not over.is_set():
        await asyncio.sleep(2.0)
        before = workers(process)
        process.send_signal(signal.SIGHUP)
        count += 1
        while not over.is_set() and (set(before) & set(workers(process))):
            await asyncio.sleep(0.5)
    return count


def workers(process: subprocess.Popen[str]) -> list[str]:
    """Ids of the processes that serve."""
    asked = ["ps", "-o", "pid=,args=", "--ppid", str(process.pid)]
    lines = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    return [line.split()[0] for line in lines if "mien.studio.worker" in line]


async def measured(address: str, process: subprocess.Popen[str], tokens: list[str], how: argparse.Namespace) -> Any:
    over = asyncio.Event()
    roll = asyncio.create_task(rolling(process, over)) if how.roll else None
    told = await load(address, tokens, how.seconds)
    over.set()
    if roll is not None:
        told["rolling_restarts"] = await roll
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--roll", action="store_true", help="exchange the workers while it runs")
    parser.add_argument("--sqlite", action="store_true", help="a SQLite file instead of PostgreSQL")
    parser.add_argument("--database-url", help="a PostgreSQL that runs; users are added to it, and removed again")
    how = parser.parse_args()
    from mien.database import open_engine, sqlite_url, upgrade
    from mien.studio.users import add_user, remove_user

    with TemporaryDirectory() as folder, ExitStack() as stack:
        url = how.database_url or (sqlite_url(Path(folder) / "base.sqlite3") if how.sqlite else _own(stack))
        engine = open_engine(url)
        upgrade(engine)
        names = [f"bench-{os.getpid()}-{number}" for number in range(how.clients)]
        tokens = [add_user(engine, name, "viewer") for name in names]
        command = [sys.executable, "-m", "mien", "studio", "--no-open", "--workers", str(how.workers)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "MIEN_STUDIO": folder, "MIEN_DATABASE_URL": url},
        )  # fmt: skip
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            told = asyncio.run(measured(address, process, tokens, how))
        finally:
            process.terminate()
            process.wait(timeout=60)
            for name in names:
                remove_user(engine, Path(folder), name)
            engine.dispose()
    kind = "sqlite" if how.sqlite else "postgresql"
    print(json.dumps({"workers": how.workers, "database": kind, "cores": os.cpu_count(), **told}, indent=2))
    return 1 if told["errors"] else 0


def _own(stack: ExitStack) -> str:
    """A PostgreSQL of its own, as the tests start it."""
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from postgres_server import Postgres, programs

    server = Postgres(programs())
    stack.callback(server.remove)
    server.start()
    return server.new()


if __name__ == "__main__":
    sys.exit(main())
