"""How fast `mien.watch` reads clips, and how much memory a long stream takes.

    python benchmarks/watch.py [CLIP ...] [--live SECONDS] [--stream MINUTES] [--peer face_landmarker.task] [--json]

Speed: frames a second and processor time a frame (the same on a busy machine as on an idle one, or nearly), decode
included; beside it `mien.look` on every frame. Without clips, generated ones are read: 640x480 with one face and with
ten, 1280x720 with one, all H.264 at 30 fps, made of a public-domain portrait (NASA's Eileen Collins). `--live`: a
source that gives 30 frames a second by itself: how long from a frame to its scene. `--stream`: a clip that starts over
again and again, for so many minutes of its own time; memory at every tenth of it. `--peer`: MediaPipe's FaceLandmarker
in video mode on the same decoded frames (`pip install mediapipe`).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

import mien
from mien.lab.tracking.moving import Mover, Scenario, play, sprite_of, variants
from mien.lab.tracking.scenarios import dancing, turning
from mien.media.clips import open_clip

SECONDS = 8
GENERATED = {
    "640x480, one face": Scenario("one", SECONDS, [Mover(0, turning(320, 240, 150))]),
    "640x480, ten faces": Scenario("ten", SECONDS, [Mover(i, dancing(i)) for i in range(10)]),
    "1280x720, one face": Scenario("large", SECONDS, [Mover(0, turning(640, 360, 230))], size=(1280, 720)),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", nargs="*", type=Path, help="clips of your own instead of generated ones")
    parser.add_argument("--no-look", action="store_true", help="leave out the reading of every frame by itself")
    parser.add_argument("--live", type=float, default=0, metavar="SECONDS", help="measure the delay of a live source")
    parser.add_argument("--stream", type=float, default=0, metavar="MINUTES", help="measure memory on a long stream")
    parser.add_argument("--peer", type=Path, help="MediaPipe's face_landmarker.task")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    say: Callable[[str], None] = (lambda text: None) if arguments.json else lambda text: print(text, flush=True)
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        clips = {str(path): path for path in arguments.clips} or generate(Path(folder))
        for name, path in clips.items():
            readers = {"mien.watch": watch}
            if not arguments.no_look:
                readers["mien.look a frame"] = look
            if arguments.peer:
                readers["FaceLandmarker"] = lambda path: peer(path, arguments.peer)
            for what, read in readers.items():
                row = result[f"{name}: {what}"] = timed(lambda read=read, path=path: read(path))
                say(
                    f"{name:<22}{what:<20}{row['fps']:>7.1f} fps {row['cpu_ms']:>7.2f} ms of processor time a frame, "
                    f"{row['faces']:.1f} faces"
                )
        first = next(iter(clips.values()))
        if arguments.live:
            result["live"] = live(first, arguments.live)
            say("live, 30 fps: " + ", ".join(f"{key} {value}" for key, value in result["live"].items()))
        if arguments.stream:
            result["stream"] = stream(first, arguments.stream * 60)
            say(f"memory over {arguments.stream:g} minutes of a stream, MB: {result['stream']}")
    if arguments.json:
        print(json.dumps(result))
    return 0


def timed(read: Callable[[], list[int]]) -> dict[str, float]:
    """Frames a second by the clock, and milliseconds of processor time a frame, all threads together.

    `read` gives the number of faces of each frame.
    """
    start, cpu = time.perf_counter(), time.process_time()
    faces = read()
    count = len(faces)
    return {
        "frames": count,
        "faces": round(sum(faces) / count, 2),
        "fps": round(count / (time.perf_counter() - start), 2),
        "cpu_ms": round((time.process_time() - cpu) / count * 1000, 3),
    }


def watch(path: Path) -> list[int]:
    return [len(scene.faces) for scene in mien.watch(path)]


def look(path: Path) -> list[int]:
    """Every fifth frame: it takes long enough."""
    with open_clip(path) as clip:
        return [len(mien.look(frame.picture).faces) for frame in clip if frame.index % 5 == 0]


def peer(path: Path, task: Path) -> list[int]:
    """MediaPipe's FaceLandmarker in video mode, blendshapes too: no expression is read."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(task)),
        running_mode=vision.RunningMode.VIDEO,
        output_face_blendshapes=True,
        num_faces=10,
    )
    found = []
    with vision.FaceLandmarker.create_from_options(options) as landmarker, open_clip(path) as clip:
        for frame in clip:
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.picture)
            result = landmarker.detect_for_video(image, int(frame.time * 1000) + frame.index)
            found.append(len(result.face_landmarks))
    return found


def live(path: Path, seconds: float) -> dict[str, float]:
    """Play a clip at 30 frames a second, as a camera does, whether anybody looks or not."""
    frames = [frame.picture for frame, _ in zip(open_clip(path), range(60), strict=False)]

    def camera() -> Iterator[tuple[float, np.ndarray]]:
        start = time.monotonic()
        for i in range(round(seconds * 30)):
            time.sleep(max(0.0, start + i / 30 - time.monotonic()))
            yield i / 30, frames[i % len(frames)]

    opened, delays, first = time.monotonic(), [], 0.0
    with mien.Watcher(camera(), live=True) as watcher:
        for frame, _ in watcher:
            delays.append(time.monotonic() - frame.arrived)
            first = first or time.monotonic() - opened
        dropped = watcher.dropped
    p50, p95 = np.percentile(delays, (50, 95)) * 1000
    return {
        "first result, s": round(first, 2), "median, ms": round(float(p50), 1), "p95, ms": round(float(p95), 1),
        "scenes": len(delays), "dropped": dropped,
    }  # fmt: skip


def stream(path: Path, seconds: float) -> list[float]:
    """Memory (MB resident) at every tenth of a clip that starts over again and again."""

    def again() -> Iterator[tuple[float, np.ndarray]]:
        start = 0.0
        while start < seconds:
            last = 0.0
            with open_clip(path) as clip:
                for frame in clip:
                    last = frame.time
                    yield start + frame.time, frame.picture
            start += last + 1 / 30

    found, due = [], 0.0
    for scene in mien.watch(again()):
        assert scene.time is not None
        if scene.time >= due:
            found.append(round(resident() / 1e6, 1))
            due += seconds / 10
    return found


def resident() -> int:
    """Bytes of memory that this process holds now (Linux), or the most it has held."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def generate(folder: Path) -> dict[str, Path]:
    """Write the generated clips."""
    import skimage.data

    photo = skimage.data.astronaut()
    people = variants([sprite_of(photo, mien.look(photo).faces[0].box)], 10)
    made = {}
    for name, scenario in GENERATED.items():
        path = made[name] = folder / f"{scenario.name}.mp4"
        with av.open(str(path), "w") as container:
            stream: Any = container.add_stream("libx264", rate=Fraction(30))
            stream.width, stream.height, stream.pix_fmt = *scenario.size, "yuv420p"
            stream.options = {"preset": "veryfast", "crf": "23"}
            for _, picture, _ in play(scenario, people):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            container.mux(stream.encode())
    return made


if __name__ == "__main__":
    sys.exit(main())
