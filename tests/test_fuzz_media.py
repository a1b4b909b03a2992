"""Whatever the bytes: an array or a PictureError, no other exception, no noise, bounded memory."""

from __future__ import annotations

import random
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import ENCODERS, make_photo
from mien.errors import PictureError
from mien.media import find_pictures, read_picture

MUTANTS = 500  # for each format
MAX_PIXELS = 4_000_000

MAGIC = (
    *(b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"P6 ", b"P3 "),
    *(b"RIFF\0\1\0\0WEBPVP8 ", b"RIFF\0\1\0\0WEBPVP8X"),
    *(b"\0\0\0\x18ftypavif\0\0\0\0", b"\0\0\0\x18ftypheic\0\0\0\0"),
)


def check(content: bytes) -> bool:
    """Read hostile bytes; whether they were a picture."""
    try:
        read = read_picture(content, max_pixels=MAX_PIXELS)
    except PictureError as error:
        assert str(error).isprintable() and len(str(error)) < 400
        return False
    assert read.dtype == np.uint8 and read.ndim == 3 and read.shape[2] == 3 and read.size <= 3 * MAX_PIXELS
    return True


def mutate(content: bytes, dice: random.Random) -> bytes:
    """Damage a file as disks, networks and attackers do."""
    body = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        at = dice.randrange(len(body)) if dice.random() < 0.5 else dice.randrange(min(len(body), 200))
        match dice.randrange(7):
            case 0:
                body[at] ^= 1 << dice.randrange(8)
            case 1:
                body[at] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                body[at : at + 4] = dice.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4), b"\0\0\xff\xff"))
            case 3:
                del body[at : at + dice.randrange(1, 64)]
            case 4:
                body[at:at] = dice.randbytes(dice.randrange(1, 64))
            case 5:
                other = dice.randrange(len(body))
                body[at : at + 32] = body[other : other + 32]
            case 6:
                del body[max(1, at) :]
        if not body:
            return b"\0"
    return bytes(body)


def mend_png(content: bytes) -> bytes:
    """Right checksums for every chunk that is still whole, so that damage gets past them to the decoder."""
    out, at = bytearray(content[:8]), 8
    while at + 12 <= len(content):
        end = at + 8 + min(int.from_bytes(content[at : at + 4], "big"), len(content))
        out += content[at:end] + zlib.crc32(content[at + 4 : end]).to_bytes(4, "big")
        at = end + 4
    return bytes(out)


def mutants(name: str, amount: int = MUTANTS) -> Iterator[bytes]:
    dice = random.Random(f"mien {name}")
    content = ENCODERS[name](make_photo(48, 32))
    damaged = (mutate(content, dice) for _ in range(amount))
    return (mend_png(mutant) for mutant in damaged) if name == "PNG" else damaged


@pytest.mark.parametrize("name", ENCODERS)
def test_damaged_files_of_every_format_read_or_are_refused(name, capfd):
    if name == "HEIC":
        pytest.importorskip("pi_heif")
    read = sum(check(content) for content in mutants(name))
    assert read < MUTANTS  # the damage does reach the decoder
    noise = capfd.readouterr()
    assert (noise.out, noise.err) == ("", "")


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(MAGIC), st.binary(max_size=400))
def test_random_bytes_behind_a_known_beginning_read_or_are_refused(magic, rest):
    check(magic + rest)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_any_text_as_a_path_reads_or_is_refused(text):
    name = f"none-{text}"  # not a file that is really there
    [path] = find_pictures([name])
    for source in (name, path):
        with pytest.raises(PictureError) as caught:
            read_picture(source)
        assert str(caught.value).isprintable()


IN_A_SMALL_PROCESS = """
import resource, sys
sys.path.insert(0, sys.argv[1])
import test_fuzz_media as fuzz
read = [fuzz.mutants(name, 300) for name in fuzz.ENCODERS if name != "HEIC"]
fuzz.check(fuzz.ENCODERS["AVIF"](fuzz.make_photo()))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
for contents in read:
    for content in contents:
        fuzz.check(content)
print(peak() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ru_maxrss in kilobytes")
def test_damaged_files_take_bounded_memory_and_print_nothing():
    done = subprocess.run(
        [sys.executable, "-c", IN_A_SMALL_PROCESS, str(Path(__file__).parent)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) < 20 * MAX_PIXELS + 100e6
