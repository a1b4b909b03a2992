"""Pictures for the tests, all made when they run: nothing binary lies in the repository."""

from __future__ import annotations

import io
import os
import shutil
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

#: Fixtures that several test files share.
pytest_plugins = ["studio_browser", "postgres_server", "watched_astronaut"]


def make_photo(width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """A smooth picture whose four corners differ, so that every wrong turn shows."""
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    photo = np.stack([60 + 150 * x, 40 + 180 * y, 200 - 120 * (x + y) / 2], axis=-1)
    photo[: height // 4, : width // 4] = (250, 20, 30)
    return photo.clip(0, 255).astype(np.uint8)


def encode(image: Image.Image | NDArray[np.uint8], format_name: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    image.save(stream, format_name, **options)
    return stream.getvalue()


def make_heic(photo: NDArray[np.uint8], quarter_turns: int = 0) -> bytes:
    """A HEIC file: one HEVC key frame (PyAV's x265) in the boxes of ISO 23008-12; no reader of ours writes them."""
    av = pytest.importorskip("av")
    height, width = photo.shape[:2]
    clip = io.BytesIO()
    with av.open(clip, "w", format="mp4") as container:
        stream = container.add_stream("libx265", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"x265-params": "log-level=none:keyint=1:crf=8", "tag": "hvc1"}
        container.mux(stream.encode(av.VideoFrame.from_ndarray(photo, format="rgb24")))
        container.mux(stream.encode())
    content = clip.getvalue()
    start = content.index(b"hvcC") - 4
    hvcc = content[start : start + int.from_bytes(content[start : start + 4], "big")]
    with av.open(io.BytesIO(content)) as container:
        sample = bytes(next(packet for packet in container.demux() if packet.size))

    def box(kind: bytes, *parts: bytes) -> bytes:
        body = b"".join(parts)
        return struct.pack(">I4s", 8 + len(body), kind) + body

    ftyp = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    properties = [hvcc, box(b"ispe", bytes(4), struct.pack(">II", width, height)), box(b"irot", bytes([quarter_turns]))]
    associations = bytes([len(properties), 0x81, 0x02, 0x83])

    def meta(offset: int) -> bytes:
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", bytes(8), b"pict", bytes(13)),
            box(b"pitm", bytes(4), b"\0\1"),
            box(b"iinf", bytes(4), b"\0\1", box(b"infe", b"\2\0\0\0", b"\0\1\0\0", b"hvc1", b"\0")),
            box(b"iprp", box(b"ipco", *properties), box(b"ipma", bytes(4), b"\0\0\0\1\0\1", associations)),
            box(b"iloc", bytes(4), b"\x44\0", b"\0\1", b"\0\1\0\0\0\1", struct.pack(">II", offset, len(sample))),
        )

    offset = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(offset) + box(b"mdat", sample)


#: format name -> a small file of that format
ENCODERS: dict[str, Callable[[NDArray[np.uint8]], bytes]] = {
    "JPEG": lambda photo: encode(photo, "JPEG", quality=95, subsampling=0),
    "progressive JPEG": lambda photo: encode(photo, "JPEG", quality=95, subsampling=0, progressive=True),
    "PNG": lambda photo: encode(photo, "PNG"),
    "WebP": lambda photo: encode(photo, "WEBP", quality=95),
    "lossless WebP": lambda photo: encode(photo, "WEBP", lossless=True),
    "GIF": lambda photo: encode(photo, "GIF"),
    "BMP": lambda photo: encode(photo, "BMP"),
    "TIFF": lambda photo: encode(photo, "TIFF"),
    "LZW TIFF": lambda photo: encode(photo, "TIFF", compression="tiff_lzw"),
    "JPEG TIFF": lambda photo: encode(photo, "TIFF", compression="jpeg", quality=95),
    "AVIF": lambda photo: encode(photo, "AVIF", quality=95, subsampling="4:4:4"),
    "PPM": lambda photo: encode(photo, "PPM"),
    "HEIC": make_heic,
}


def need_program(program: str, install: str) -> str:
    """The path of an external program. Without it the test is skipped and says how to install it; with MIEN_NEED_ALL in
    the environment, as in `.ci/run`, it fails."""
    if path := shutil.which(program):
        return path
    reason = f"needs the program {program}: {install}"
    if os.environ.get("MIEN_NEED_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(autouse=True, scope="session")
def _cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Data sets that tests load are cached away from the user's cache; journal, picks and studio are not the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIEN_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("MIEN_JOURNAL", str(tmp_path_factory.mktemp("journal") / "journal.db"))
        patch.setenv("MIEN_PICKS", str(tmp_path_factory.mktemp("picks") / "picks.db"))
        patch.setenv("MIEN_STUDIO", str(tmp_path_factory.mktemp("studio")))
        yield


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    return make_photo()


@pytest.fixture
def picture_file(tmp_path: Path) -> Callable[..., Path]:
    """Write bytes (a small PNG by default) to a named file and give its path."""

    def write(name: str = "photo.png", content: bytes | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(make_photo(), "PNG") if content is None else content)
        return path

    return write


#: What the fixtures `cli` and `run` give: a function of a command line's words.
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def no_curves() -> Iterator[None]:
    """Let training runs draw no curves: that takes longer than a tiny training, and is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mien.lab.expression.train.draw_run", lambda folder: None)
        yield


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; gives exit code, stdout and stderr."""

    from mien.cli import main

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mien", *map(str, arguments)])
        try:
            main()
            code = 0
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def run(cli: Run) -> Run:
    """`cli` under another name; where a module's own `run` is a training run, its tests take `cli`."""
    return cli
