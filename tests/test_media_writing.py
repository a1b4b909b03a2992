"""A picture is written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import make_photo
from mien.errors import PictureError
from mien.media import read_picture, write_picture


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


ENDINGS = ("jpg", "JPEG", "png", "webp", "tif", "tiff", "bmp", "gif", "avif")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_every_ending_round_trips(tmp_path, ending, mode):
    photo = make_photo()
    path = tmp_path / f"out.{ending}"
    write_picture(Image.fromarray(photo).convert(mode), path)
    read = read_picture(path)
    assert read.shape == photo.shape
    if mode in ("RGB", "RGBA"):
        assert np.abs(read.astype(int) - photo).mean() < 6
    assert names_in(tmp_path) == [path.name]


def test_transparency_is_laid_on_white_where_the_format_has_none(tmp_path):
    for ending in ("jpg", "bmp", "png"):
        write_picture(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), tmp_path / f"a.{ending}")
        assert read_picture(tmp_path / f"a.{ending}").min() == 255


def test_an_older_file_is_replaced_and_new_ones_get_the_usual_rights(tmp_path):
    path = tmp_path / "a.png"
    path.write_text("old")
    write_picture(Image.new("RGB", (3, 2)), str(path))
    assert read_picture(path).shape == (2, 3, 3)
    (tmp_path / "plain").write_text("")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def refusal(path: object, size: tuple[int, int] = (4, 4)) -> str:
    with pytest.raises(PictureError) as caught:
        write_picture(Image.new("RGB", size), path)
    message = str(caught.value)
    assert message.isprintable()
    return message


def test_what_cannot_be_written_says_why(tmp_path):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "file").write_text("")
    assert "use one of .jpg" in refusal(tmp_path / "a.xyz")
    assert "no file ending" in refusal(tmp_path / "a")
    assert "does not exist" in refusal(tmp_path / "none" / "a.png")
    assert "a folder of this name" in refusal(tmp_path / "folder.png")
    assert "not a folder" in refusal(tmp_path / "file" / "a.png")
    assert "not a possible file name" in refusal("a\0b.png")
    assert "cannot be written as WEBP" in refusal(tmp_path / "wide.webp", (20000, 1))
    assert names_in(tmp_path) == ["file", "folder.png"]


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="POSIX permissions")
def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        assert "no permission" in refusal(tmp_path / "a.png")
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of the operating system")
def test_a_full_disk_leaves_the_old_file_and_nothing_half_written(tmp_path):
    """A limit on file size makes write() fail midway, as a full disk does."""
    path = tmp_path / "a.bmp"
    path.write_text("old")
    code = (
        "import resource, signal, sys\n"
        "from PIL import Image\n"
        "from mien.errors import PictureError\n"
        "from mien.media import write_picture\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "try: write_picture(Image.new('RGB', (300, 300)), sys.argv[1])\n"
        "except PictureError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=60)
    assert "the disk is full" in done.stdout
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["a.bmp"]
