"""How quick the studio is: its first paint, a photo, a live connection, and many clients at once.

    python benchmarks/studio.py                           # all but the load, with the sample photo
    python benchmarks/studio.py --clip talk.mp4           # live frames from a clip of a person
    python benchmarks/studio.py --clients 8 --seconds 300 # the load too

Each figure is measured against a `mien studio` of its own, over HTTP on this machine. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import statistics
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2 as httpx
import websockets
from PIL import Image

from mien.doctor import sample_photo
from mien.media.clips import open_clip


@contextmanager
def studio() -> Iterator[tuple[str, float, subprocess.Popen[str]]]:
    """A running studio: its address, when it was started (time.perf_counter), and its process."""
    with TemporaryDirectory() as folder:
        start = time.perf_counter()
        command = [sys.executable, "-m", "mien", "studio", "--no-open"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "MIEN_STUDIO": folder}
        )
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            yield address, start, process
        finally:
            process.terminate()
            process.wait(timeout=30)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def milliseconds(values: list[float]) -> dict[str, float]:
    return {
        "n": len(values), "p50_ms": round(1000 * statistics.median(values), 1),
        "p95_ms": round(1000 * percentile(values, 0.95), 1), "max_ms": round(1000 * max(values), 1),
    }  # fmt: skip


def megapixel() -> bytes:
    """The sample photo as a JPEG of 1000 x 1000 pixels."""
    with Image.open(io.BytesIO(sample_photo())) as photo:
        big = photo.convert("RGB").resize((1000, 1000), Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    big.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def frames_of(clip: Path | None, size: tuple[int, int] = (640, 480), most: int = 300) -> list[bytes]:
    """JPEGs as a browser would send them: of a clip, cut to 4:3; without one, of the sample photo that moves."""
    pictures: list[Image.Image] = []
    if clip is None:
        with Image.open(io.BytesIO(sample_photo())) as photo:
            face = photo.convert("RGB").resize((360, 360), Image.Resampling.LANCZOS)
        for i in range(60):
            ground = Image.new("RGB", size, (90, 100, 110))
            ground.paste(face, (100 + 2 * (i if i < 30 else 60 - i), 60))
            pictures.append(ground)
    else:
        with open_clip(clip) as source:
            for frame in source:
                picture = Image.fromarray(frame.picture)
                width = min(picture.width, round(picture.height * size[0] / size[1]))
                height = min(picture.height, round(width * size[1] / size[0]))
                left, top = (picture.width - width) // 2, (picture.height - height) // 2
                pictures.append(picture.crop((left, top, left + width, top + height)).resize(size))
                if len(pictures) >= most:
                    break
    encoded = []
    for picture in pictures:
        stream = io.BytesIO()
        picture.save(stream, "JPEG", quality=80)
        encoded.append(stream.getvalue())
    return encoded


def first_paint(repeat: int = 5) -> dict[str, float]:
    """Seconds from the start of the process until the page and what it loads at once have come."""
    printed, painted = [], []
    for _ in range(repeat):
        with studio() as (address, start, _process), httpx.Client(base_url=address) as client:
            printed.append(time.perf_counter() - start)
            page = client.get("/").raise_for_status().text
            for path in sorted({part.split('"')[0] for part in page.split('"/static/')[1:]}):
                client.get(f"/static/{path}")
            painted.append(time.perf_counter() - start)
    return {
        "n": repeat, "address_s": round(statistics.median(printed), 3), "page_s": round(statistics.median(painted), 3),
        "slowest_s": round(max(painted), 3),
    }  # fmt: skip


def wait_until_ready(client: httpx.Client) -> None:
    while not client.get("/api/health").json()["ready"]:
        time.sleep(0.05)


def photos(address: str, count: int = 60) -> dict[str, float]:
    """A photo of one megapixel, one after the other."""
    photo, taken = megapixel(), []
    with httpx.Client(base_url=address, timeout=60) as client:
        wait_until_ready(client)
        for _ in range(count):
            start = time.perf_counter()
            client.post("/api/look", content=photo, headers={"Content-Type": "image/jpeg"}).raise_for_status()
            taken.append(time.perf_counter() - start)
    return milliseconds(taken)


async def live(address: str, frames: list[bytes], seconds: float, ahead: int = 1) -> dict[str, Any]:
    """Frames as fast as answers come, `ahead` of them on their way. Times are from sending to the whole answer."""
    sent: dict[int, float] = {}
    taken, faces, drawn = [], Counter[int](), 0
    url = address.replace("http", "ws") + "api/live"
    async with websockets.connect(url, max_size=None, compression=None) as socket:
        await socket.send(json.dumps({"avatars": {"*": None}}))

        async def send(number: int) -> None:
            sent[number] = time.perf_counter()
            await socket.send(struct.pack(">I", number) + frames[number % len(frames)])

        for number in range(ahead):
            await send(number)
        number, start = ahead, time.perf_counter()
        while time.perf_counter() - start < seconds:
            answer = json.loads(await socket.recv())
            taken.append(time.perf_counter() - sent[answer["seq"]])
            faces[len(answer["scene"]["faces"])] += 1
            drawn += len(answer["avatars"])
            await send(number)
            number += 1
        lasted = time.perf_counter() - start
    steady = taken[5:]
    return {
        **milliseconds(steady), "updates_per_second": round(len(taken) / lasted, 1), "avatars": drawn,
        "faces": dict(sorted(faces.items())),
    }  # fmt: skip


async def load(address: str, clients: int, seconds: float, process: int) -> dict[str, Any]:
    """Clients that each post a photo of one megapixel, again and again."""
    photo, taken, statuses = megapixel(), [], Counter[str]()
    memory = []
    end = time.perf_counter() + seconds

    async def one(client: httpx.AsyncClient) -> None:
        while time.perf_counter() < end:
            start = time.perf_counter()
            try:
                answer = await client.post("/api/look", content=photo, headers={"Content-Type": "image/jpeg"})
                statuses[str(answer.status_code)] += 1
                if answer.status_code == 200:
                    taken.append(time.perf_counter() - start)
                elif answer.status_code == 429:
                    await asyncio.sleep(float(answer.headers["Retry-After"]))
            except httpx.HTTPError as error:
                statuses[type(error).__name__] += 1

    async def watch() -> None:
        while time.perf_counter() < end:
            memory.append(resident(process))
            await asyncio.sleep(seconds / 20)

    worked = processor_seconds(process)
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await asyncio.gather(watch(), *(one(client) for _ in range(clients)))
    worked = processor_seconds(process) - worked
    third = max(1, len(memory) // 3)
    return {
        **milliseconds(taken), "per_second": round(len(taken) / seconds, 1), "statuses": dict(statuses),
        "processor_ms_a_photo": round(1000 * worked / max(1, len(taken)), 1),
        "memory_mb": {"start": memory[0], "first_third": max(memory[:third]), "last_third": max(memory[-third:])},
    }  # fmt: skip


def resident(process: int) -> float:
    """Memory of a process in RAM, in MB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text()
    return round(next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1000, 1)


def processor_seconds(process: int) -> float:
    """Processor time of a process so far, all its threads (Linux): what a photo costs, however busy the machine is."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", type=Path, help="a clip with one person, for the live frames")
    parser.add_argument("--clients", type=int, default=0, help="how many post photos at once; 0: no load")
    parser.add_argument("--seconds", type=float, default=60, help="how long the load lasts")
    asked = parser.parse_args()
    told: dict[str, Any] = {"first_paint": first_paint()}
    with studio() as (address, _, process):
        told["photo_1mp"] = photos(address)
        told["live_640x480"] = asyncio.run(live(address, frames_of(asked.clip), 10))
        if asked.clients:
            told["load"] = asyncio.run(load(address, asked.clients, asked.seconds, process.pid))
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
