"""What cannot be read says so in one line; nothing hangs, nothing is printed, nothing else is raised."""

from __future__ import annotations

import io
import os
import socket
import struct
import subprocess
import sys
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from conftest import ENCODERS, encode, make_photo
from mien.errors import PictureError
from mien.media import read_picture


def refusal(source: object, **limits: int) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(source, **limits)
    message = str(caught.value)
    assert len(message.splitlines()) == 1 and message.isprintable()
    return message


def test_path_string_bytes_file_object_and_pil_image_read_the_same(picture_file, photo):
    path = picture_file()
    content = path.read_bytes()
    with path.open("rb") as stream, Image.open(path) as image:
        for source in (path, str(path), content, bytearray(content), memoryview(content), stream, image):
            np.testing.assert_array_equal(read_picture(source), photo)


def test_a_pipe_passed_as_file_object_is_read(photo):
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as echo:  # fmt: skip
        echo.stdin.write(encode(photo, "PNG"))
        echo.stdin.close()
        np.testing.assert_array_equal(read_picture(echo.stdout), photo)


def test_a_right_array_is_not_copied(photo):
    assert read_picture(photo) is photo


def test_grey_arrays_get_three_channels_and_views_become_contiguous(photo):
    np.testing.assert_array_equal(read_picture(photo[..., 0]), np.repeat(photo[..., :1], 3, 2))
    np.testing.assert_array_equal(read_picture(photo[..., :1]), np.repeat(photo[..., :1], 3, 2))
    flipped = read_picture(photo[..., ::-1])
    assert flipped.flags.c_contiguous
    np.testing.assert_array_equal(flipped, photo[..., ::-1])


@pytest.mark.parametrize(
    ("array", "advice"),
    [
        (np.zeros((4, 4, 3)), "multiply by 255"),
        (np.zeros((4, 4, 3), np.int64), "uint8"),
        (np.zeros((4, 4, 4), np.uint8), "alpha"),
        (np.zeros((2, 4, 4, 3), np.uint8), "one picture"),
        (np.zeros(7, np.uint8), "one picture"),
        (np.zeros((0, 4, 3), np.uint8), "at least 1x1"),
        (np.array(3, np.uint8), "one picture"),
    ],
)
def test_wrong_arrays_are_refused_with_advice(array, advice):
    assert advice in refusal(array)


@pytest.mark.parametrize("source", [None, 3, [[0]], object()])
def test_other_things_are_refused(source):
    assert "pass a path" in refusal(source)


def test_missing_files_patterns_folders_and_addresses_are_told_apart(tmp_path):
    assert "no such file" in refusal(tmp_path / "none.jpg")
    assert "no file matches" in refusal(str(tmp_path / "*.jpg"))
    assert "a folder" in refusal(tmp_path)
    for address in ("https://example.org/me.jpg", Path("https://example.org/me.jpg"), "file:///tmp/me.jpg"):
        assert "never goes online" in refusal(address)


def test_odd_names_are_shown_in_one_printable_line(tmp_path):
    for name in ("a\nb\x1b[31m.jpg", "a\0b.jpg", "x" * 5000, os.fsdecode(b"caf\xe9.jpg"), ""):
        message = refusal(name)
        assert len(message) < 400
        message.encode("utf-8")


def test_the_file_is_named_in_the_message(picture_file):
    assert refusal(picture_file("holiday.jpg", b"hello there")).startswith(str(picture_file("holiday.jpg", b"x")))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (bytes(5000), "zero bytes"),
        (b"just some words\n" * 9, "text"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"  <svg xmlns=...", "SVG"),
        (b"<!DOCTYPE html><p>", "web page"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "video"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "LFS"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (b"Q\x01\x9f\x80 binary \xff", "not a picture"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(picture_file, content, says):
    assert says in refusal(picture_file("odd.jpg", content))
    assert says in refusal(content)


@pytest.mark.parametrize("name", ENCODERS)
@pytest.mark.parametrize("part", [0.2, 0.6, 0.9])
def test_truncated_files_are_refused(name, part):
    if name == "HEIC":
        pytest.importorskip("pi_heif")
    content = ENCODERS[name](make_photo())
    message = refusal(content[: int(len(content) * part)])
    assert "cut short" in message or "damaged" in message


def test_a_truncated_jpeg_is_said_to_be_cut_short():
    content = encode(make_photo(600, 400), "JPEG", quality=95)
    assert "cut short" in refusal(content[: len(content) // 2])
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@contextmanager
def without_rights():
    """Root may read anything: take another user's rights for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="POSIX permissions")
def test_a_file_without_permission_is_refused(picture_file):
    path = picture_file()
    path.chmod(0)
    with without_rights():
        assert "no permission" in refusal(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="POSIX pipes and devices")
def test_pipes_sockets_and_devices_are_refused_without_waiting(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.jpg")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.jpg")
        messages: list[str] = []
        sources = ["pipe.jpg", "socket.jpg", "/dev/zero", "/dev/null"]
        worker = threading.Thread(target=lambda: messages.extend(map(refusal, sources)), daemon=True)
        worker.start()
        worker.join(10)
    assert len(messages) == 4
    assert all("not a file" in message for message in messages)


def test_file_objects_that_misbehave_are_refused(picture_file):
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise RuntimeError("wire\ncut")

    class Endless:
        def read(self, size: int) -> bytes:
            return b"\xff" * size

    assert "wire cut" in refusal(Broken())
    assert "limit" in refusal(Endless(), max_bytes=3_000_000)
    assert "binary mode" in refusal(io.StringIO("text"))
    with picture_file().open("rb") as stream:
        pass
    assert "cannot be read" in refusal(stream)


def bomb_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_decompression_bombs_are_refused_from_their_header():
    webp = b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + b"\xff\x3f\0\xff\x3f\0" + bytes(40)
    bmp = bytearray(encode(make_photo(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 60000, 60000)
    gif = b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x08\1\0\0;"
    for content in (
        bomb_png(50000, 50000),
        bomb_png(2**31 - 1, 2**31 - 1),
        webp,
        bytes(bmp),
        gif,
        b"P6\n99999 99999\n255\n",
    ):
        assert "limit of 100 megapixels" in refusal(content)


def test_limits_can_be_moved(picture_file, photo):
    path = picture_file()
    assert "limit of 0.001 megapixels" in refusal(path, max_pixels=1000)
    assert "limit of 1,000" in refusal(ENCODERS["BMP"](photo), max_bytes=1000)
    assert "limit" in refusal(path, max_bytes=path.stat().st_size - 1)
    assert "limit" in refusal(Image.fromarray(photo), max_pixels=100)
    assert read_picture(path, max_pixels=96 * 64, max_bytes=path.stat().st_size).shape == photo.shape


def test_pillows_warnings_neither_show_nor_fail_a_picture(photo):
    apng = encode(photo, "PNG")
    broken_animation = apng[:33] + struct.pack(">I4sII", 8, b"acTL", 0, 0) + bytes(4) + apng[33:]
    start = broken_animation.index(b"acTL")
    crc = zlib.crc32(broken_animation[start : start + 12])
    content = broken_animation[: start + 12] + struct.pack(">I", crc) + broken_animation[start + 16 :]
    with pytest.warns(UserWarning, match="APNG"), Image.open(io.BytesIO(content)) as image:
        image.load()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(read_picture(content), photo)
        with pytest.raises(RuntimeWarning):  # the caller's own warnings are untouched
            warnings.warn("mine", RuntimeWarning, stacklevel=1)


def test_many_threads_read_at_once():
    names = [name for name in ENCODERS if name != "HEIC"]
    contents = [ENCODERS[name](make_photo()) for name in names]
    alone = [read_picture(content) for content in contents]
    with ThreadPoolExecutor(6) as pool:
        for index, read in enumerate(pool.map(read_picture, contents * 12)):
            np.testing.assert_array_equal(read, alone[index % len(names)])


def test_reading_leaves_pillows_settings_alone(photo):
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, dict(Image.OPEN))
    for name in ("JPEG", "PNG"):
        read_picture(ENCODERS[name](photo))
    assert (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, dict(Image.OPEN)) == before


def run_python(code: str, *arguments: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_importing_is_light_and_a_jpeg_loads_no_other_decoder(picture_file, photo):
    loaded = run_python(
        "import sys, mien.media; assert 'numpy' not in sys.modules and 'PIL' not in sys.modules\n"
        "mien.media.read_picture(sys.argv[1]); print(*[m for m in sys.modules if m.endswith('ImagePlugin')])",
        str(picture_file("photo.jpg", encode(photo, "JPEG"))),
    )
    assert "JpegImagePlugin" in loaded
    for other in ("Gif", "Bmp", "Ppm", "Png", "WebP", "Avif", "Eps"):
        assert f"{other}ImagePlugin" not in loaded


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_20_megapixel_photo_takes_at_most_8_bytes_a_pixel(picture_file):
    exif = Image.Exif()
    exif[0x0112] = 6
    path = picture_file("large.jpg", encode(Image.new("RGB", (5472, 3648), "teal"), "JPEG", exif=exif))
    peak = run_python(
        "import sys, resource; from mien.media import read_picture; import PIL.JpegImagePlugin\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak(); shape = read_picture(sys.argv[1]).shape\n"
        "assert shape == (5472, 3648, 3); print(peak() - before)",
        str(path),
    )
    assert int(peak) * 1024 < 8 * 5472 * 3648
