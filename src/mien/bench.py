"""How long each stage of a look takes, on frames with 1, 4 and 16 faces.

The frames are one photo of a face, pasted as often as wanted on a plain ground: what a stage costs depends on how many
faces there are and how large the frame is, hardly on who they are.
"""

from __future__ import annotations

import io
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien.errors import MienError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mien.pipeline import Reader

#: Width and height of the frames, and how many faces stand on each.
SIZES = ((640, 480), (1280, 720))
FACE_COUNTS = (1, 4, 16)

#: The stages in their order. `look` is detect + landmarks + expression as a user calls it, from decoded frame to Scene.
STAGES = ("decode", "detect", "landmarks", "expression", "look", "overlay")

#: Runs that are not counted: the first ones fill caches and arenas.
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one stage over all runs."""

    median: float
    p95: float

    def to_dict(self) -> dict[str, float]:
        return {"median": round(self.median, 3), "p95": round(self.p95, 3)}


@dataclass(frozen=True, slots=True)
class Result:
    """One kind of frame."""

    width: int
    height: int
    faces: int  #: faces on the frame
    found: int  #: faces that the detector found
    stages: dict[str, Timing]  #: ms, by the names in `STAGES`
    peer: Timing | None = None  #: ms of MediaPipe's FaceLandmarker on the same frame
    peer_found: int | None = None

    @property
    def fps(self) -> float:
        """Frames a second that one process looks at, by the median."""
        return 1000 / self.stages["look"].median

    @property
    def peer_ratio(self) -> float | None:
        """How many times as long the peer takes as our whole look; None where it did not find the faces."""
        if self.peer is None or self.peer_found != self.faces:
            return None
        return self.peer.median / self.stages["look"].median

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: what `mien bench --json` prints for each kind of frame."""
        return {
            "width": self.width,
            "height": self.height,
            "faces": self.faces,
            "found": self.found,
            "ms": {name: timing.to_dict() for name, timing in self.stages.items()},
            "fps": round(self.fps, 1),
            "peer_ms": None if self.peer is None else self.peer.to_dict(),
            "peer_found": self.peer_found,
            "peer_ratio": None if self.peer_ratio is None else round(self.peer_ratio, 2),
        }


def run(
    *,
    photo: str | Path | bytes,
    repeat: int = 50,
    peer: Path | None = None,
    sizes: Sequence[tuple[int, int]] = SIZES,
    face_counts: Sequence[int] = FACE_COUNTS,
) -> Iterator[Result]:
    """Time every stage on every kind of frame.

    Args:
        photo: a photo with one face: a path, or the bytes of the file.
        repeat: counted runs of each stage.
        peer: MediaPipe's `face_landmarker.task`, to time it on the same frames (needs `mien[teachers]`).
        sizes: (width, height) of the frames in pixels.
        face_counts: how many faces to put on a frame.

    Yields:
        One `Result` for each size and count, as soon as it is measured.

    Raises:
        MienError: no face is found in `photo`.
    """
    from mien.pipeline import Reader

    reader = Reader()
    tile = face_tile(reader, photo)
    for width, height in sizes:
        for count in face_counts:
            frame = paste(tile, width, height, count)
            result = measure(reader, frame, faces=count, repeat=repeat)
            yield result if peer is None else _beside_peer(result, frame, peer, repeat)


def face_tile(reader: Reader, photo: str | Path | bytes) -> NDArray[np.uint8]:
    """The largest face in the photo with as much again around it: side x side x 3, uint8.

    Raises:
        MienError: there is no face in the photo.
    """
    from PIL import Image

    from mien.media import read_picture

    picture = read_picture(photo)
    detections = reader.detect(picture)
    if not detections:
        raise MienError(
            f"{photo if not isinstance(photo, bytes) else 'the sample photo'}: no face found to measure with"
        )
    x, y, width, height = reader.look(picture).faces[0].box
    side = 2 * max(width, height)
    left, top = x + width / 2 - side / 2, y + height / 2 - side / 2
    cut = Image.fromarray(picture).crop((round(left), round(top), round(left + side), round(top + side)))
    return _array(cut)


def paste(tile: NDArray[np.uint8], width: int, height: int, count: int) -> NDArray[np.uint8]:
    """A frame with `count` copies of a square tile in a grid, height x width x 3, uint8."""
    from PIL import Image

    columns = ceil(sqrt(count))
    rows = ceil(count / columns)
    side = min(width // columns, height // rows)
    small = Image.fromarray(tile).resize((side, side), Image.Resampling.LANCZOS)
    frame = Image.new("RGB", (width, height), (118, 122, 128))
    for index in range(count):
        row, column = divmod(index, columns)
        frame.paste(small, ((2 * column + 1) * width // (2 * columns) - side // 2, row * height // rows))
    return _array(frame)


def measure(reader: Reader, frame: NDArray[np.uint8], *, faces: int, repeat: int) -> Result:
    """Time the stages of one frame.

    Args:
        reader: the loaded models.
        frame: H x W x 3, uint8, RGB.
        faces: how many faces stand on it, for the record.
        repeat: counted runs of each stage.
    """
    from PIL import Image

    from mien.avatar import EmojiPainter
    from mien.media import annotate, read_picture

    stream = io.BytesIO()
    Image.fromarray(frame).save(stream, "JPEG", quality=90)
    paint = EmojiPainter()
    detections = reader.detect(frame)
    readings = reader.landmarks(frame, detections)
    scene = reader.look(frame)
    calls: dict[str, Callable[[], object]] = {
        "decode": lambda: read_picture(stream.getvalue()),
        "detect": lambda: reader.detect(frame),
        "landmarks": lambda: reader.landmarks(frame, detections),
        "expression": lambda: reader.expressions(frame, readings),
        "look": lambda: reader.look(frame),
        "overlay": lambda: annotate(frame, scene, paint),
    }
    height, width = frame.shape[:2]
    stages = {name: timed(calls[name], repeat) for name in STAGES}
    return Result(width, height, faces, len(scene.faces), stages)


def timed(call: Callable[[], object], repeat: int) -> Timing:
    """Milliseconds of `repeat` calls, after a few that are not counted."""
    for _ in range(WARM_UP):
        call()
    spent = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        spent.append(1000 * (time.perf_counter() - start))
    spent.sort()
    return Timing(statistics.median(spent), spent[min(len(spent) - 1, ceil(0.95 * len(spent)) - 1)])


def _beside_peer(result: Result, frame: NDArray[np.uint8], task: Path, repeat: int) -> Result:
    """The same result with MediaPipe's FaceLandmarker timed on the same frame."""
    os.environ.setdefault("GLOG_minloglevel", "2")  # its C++ parts talk on stderr otherwise
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    if not task.is_file():
        raise MienError(f"{task}: no such file; --peer wants MediaPipe's face_landmarker.task")
    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(task)), num_faces=result.faces, output_face_blendshapes=True
    )
    picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame)
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        timing = timed(lambda: landmarker.detect(picture), repeat)
        found = len(landmarker.detect(picture).face_landmarks)
    return Result(result.width, result.height, result.faces, result.found, result.stages, timing, found)


def _array(picture: Any) -> NDArray[np.uint8]:
    import numpy as np

    return np.asarray(picture, dtype=np.uint8).copy()
