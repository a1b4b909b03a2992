"""How fast `mien batch` is, and how much memory it takes over many pictures.

    python benchmarks/batch.py [--pictures N] [--processes 1 2] [--engine local ray] [--memory N] [--json]

Rate: pictures a second over the whole run without its start (from the first picture done to the last), and processor
milliseconds a picture of all processes together, which a busy machine changes less. The pictures are JPEG files of
640x480 with one face, made of a public-domain portrait (NASA's Eileen Collins, from scikit-image); each has a comment
of its own, so that none is a copy of another.

`--memory N`: resident memory of every process at each tenth of N pictures (100,000 for the figure in the guide). They
come as one tar from a web server on this machine that makes it while it is read, so that no disk is filled.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

#: Runs in a process of its own, so that its memory is the batch's alone.
_RUN = """
import json, sys, time
from mien import batch
arguments = json.loads(sys.argv[1])
ticks = []
def told(now):
    ticks.append((time.monotonic(), now.done))
engine = None
if arguments["engine"] == "ray":
    from mien.cluster import RayEngine
    engine = RayEngine(workers=arguments["workers"])
summary = batch.run(arguments["sources"], arguments["out"], workers=arguments["workers"], told=told, engine=engine)
first = next(i for i, (_, done) in enumerate(ticks) if done)
(start, before), (end, after) = ticks[first], ticks[-1]
rate = (after - before) / (end - start) if end > start else None
print(json.dumps({**summary.to_dict(), "steady_rate": rate}))
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=2000, help="for the rate")
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--engine", nargs="*", choices=("local", "ray"), default=["local"])
    parser.add_argument("--memory", type=int, default=0, metavar="N", help="pictures of the measurement of memory")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    result: dict[str, Any] = {}
    photo = portrait()
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder, "pictures")
        pictures.mkdir()
        for number in range(arguments.pictures):
            (pictures / f"{number:06d}.jpg").write_bytes(commented(photo, number))
        for engine in arguments.engine:
            for processes in arguments.processes:
                name = f"{engine}, {processes} process{'es' if processes > 1 else ''}"
                result[name] = rate(str(pictures), Path(folder, name), processes, engine)
                if not arguments.json:
                    cpu = result[name]["cpu_ms"]
                    said = "" if cpu is None else f", {cpu:.1f} ms CPU each"
                    print(f"{name}: {result[name]['rate']:.1f} pictures/s{said}")
        if arguments.memory:
            with served_tar(photo, arguments.memory) as url:
                result["memory"] = []
                for tenth in memory(url, Path(folder, "memory"), max(arguments.processes or [2])):
                    result["memory"].append(tenth)
                    if not arguments.json:
                        print(f"after {tenth['done']:>7,}: {', '.join(f'{mb} MB' for mb in tenth['mb'])}", flush=True)
    if arguments.json:
        print(json.dumps(result))
    return 0


def portrait() -> bytes:
    from PIL import Image
    from skimage import data

    image = Image.fromarray(data.astronaut()).resize((640, 640)).crop((0, 0, 640, 480))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=90)
    return stream.getvalue()


def commented(photo: bytes, number: int) -> bytes:
    """The JPEG with a comment of 8 digits: another content, the same picture."""
    return photo[:2] + b"\xff\xfe\x00\x0a" + b"%08d" % number + photo[2:]


def start(source: str, out: Path, processes: int, engine: str) -> subprocess.Popen[str]:
    said = {"sources": [source], "out": str(out), "workers": processes, "engine": engine}
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "RAY_USAGE_STATS_ENABLED": "0"}
    return subprocess.Popen(
        [sys.executable, "-c", _RUN, json.dumps(said)], stdout=subprocess.PIPE, text=True, env=environment
    )


def rate(source: str, out: Path, processes: int, engine: str) -> dict[str, float | None]:
    """Pictures a second, and processor time; None where it is spent in Ray's own processes, which are not ours."""
    before = os.times()
    said = json.loads(start(source, out, processes, engine).communicate()[0].splitlines()[-1])
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return {
        "rate": said["steady_rate"] or said["rate"], "rate_with_start": said["rate"],
        "cpu_ms": None if engine == "ray" else 1000 * cpu / max(1, said["done"]),
    }  # fmt: skip


def memory(source: str, out: Path, processes: int) -> Iterator[dict[str, Any]]:
    """Resident megabytes of the main process and its workers, largest first, at each tenth. Ends the program where not
    every picture was looked at."""
    process, tenths = start(source, out, processes, "local"), 0
    while process.poll() is None:
        done = Served.sent
        if done >= (tenths + 1) * Served.total / 10:
            tenths += 1
            yield {"done": done, "mb": resident(process.pid)}
        time.sleep(0.1)
    assert process.stdout is not None
    summary = json.loads(process.stdout.read().splitlines()[-1])
    if summary["bad"] or summary["pictures"] != Served.total:
        sys.exit(f"only {summary['pictures']:,} of {Served.total:,} pictures were looked at")


def resident(pid: int) -> list[int]:
    """Of a process and its children, from Linux's /proc."""
    sizes = []
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for tasks in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            children += [child for child in (tasks / "children").read_text().split() if child not in children]
    for each in (str(pid), *children):
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{each}/status").read_text().splitlines()
            sizes.append(int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) >> 10)
    return sorted(sizes, reverse=True)


class Served(BaseHTTPRequestHandler):
    """A tar of `total` pictures, made while it is sent. fsspec reads it as a stream: it has no length."""

    photo, total, sent = b"", 0, 0

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        for number in range(self.total):
            content = commented(self.photo, number)
            header = tarfile.TarInfo(f"{number:08d}.jpg")
            header.size = len(content)
            try:
                self.wfile.write(header.tobuf() + content + bytes(-len(content) % 512))
            except OSError:  # whoever asked only wanted to know whether there is something
                return
            Served.sent = max(Served.sent, number + 1)
        self.wfile.write(bytes(1024))

    def log_message(self, *_: Any) -> None:
        pass


@contextlib.contextmanager
def served_tar(photo: bytes, total: int) -> Iterator[str]:
    Served.photo, Served.total, Served.sent = photo, total, 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/shard.tar"
    server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
