"""Every format and every kind of pixel comes out as upright 8-bit RGB."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from conftest import ENCODERS, encode, make_heic, make_photo
from mien.errors import PictureError
from mien.media import read_picture


def grey_ramp(dtype: type, top: float) -> np.ndarray:
    return np.linspace(0, top, 256).reshape(16, 16).astype(dtype)


RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)


@pytest.mark.parametrize("name", ENCODERS)
def test_every_format_gives_back_its_pixels(name, photo):
    if name == "HEIC":
        pytest.importorskip("pi_heif")
    read = read_picture(ENCODERS[name](photo))
    assert read.shape == photo.shape
    assert read.dtype == np.uint8
    assert read.flags.writeable and read.flags.c_contiguous
    assert np.abs(read.astype(int) - photo).mean() < 8


@pytest.mark.parametrize("name", ["PNG", "lossless WebP", "BMP", "TIFF", "LZW TIFF", "PPM"])
def test_lossless_formats_are_exact(name, photo):
    np.testing.assert_array_equal(read_picture(ENCODERS[name](photo)), photo)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_orientation_is_applied_as_pillow_does(format_name, orientation, photo):
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encode(photo, format_name, exif=exif)
    with Image.open(io.BytesIO(content)) as image:
        upright = np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    assert upright.shape[0] == (96 if orientation >= 5 else 64)
    np.testing.assert_array_equal(read_picture(content), upright)


def test_heic_rotation_is_applied():
    pytest.importorskip("pi_heif")
    photo = make_photo()
    read = read_picture(make_heic(photo, quarter_turns=1))  # one turn anti-clockwise
    assert np.abs(read.astype(int) - np.rot90(photo)).mean() < 8


def test_heic_without_its_extra_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pi_heif.as_plugin", None)
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    with pytest.raises(PictureError, match=r"pip install mien\[heif\]"):
        read_picture(head + bytes(100))


def test_damaged_orientation_is_ignored(photo):
    exif = Image.Exif()
    exif[0x0112] = 77
    assert read_picture(encode(photo, "PNG", exif=exif)).shape == photo.shape


@pytest.mark.parametrize("format_name", ["PNG", "TIFF", "PPM"])
def test_16_bit_grey_is_scaled_not_clipped(format_name):
    image = Image.fromarray(grey_ramp(np.uint16, 65535))
    np.testing.assert_array_equal(read_picture(encode(image, format_name))[..., 0], RAMP)


def test_16_bit_rgb_png_is_scaled_not_clipped():
    png = encode(Image.new("RGB", (2, 1)), "PNG")
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 1, 16, 2, 0, 0, 0))
    row = b"\0" + struct.pack(">6H", 65535, 32768, 0, 256, 12800, 65280)
    read = read_picture(png[:8] + header + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b""))
    np.testing.assert_array_equal(read, [[[255, 128, 0], [1, 50, 255]]])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (grey_ramp(np.float32, 1.0), RAMP),
        (grey_ramp(np.float32, 255), RAMP),
        (grey_ramp(np.float32, 65535), RAMP),
        (grey_ramp(np.float32, 2000) - 1000, RAMP),
        (grey_ramp(np.int32, 65535), RAMP),
        (grey_ramp(np.int32, 255), RAMP),
        (grey_ramp(np.int32, 2_000_000_000), RAMP),
        (np.full((16, 16), 0.5, np.float32), np.full((16, 16), 128)),
    ],
)
def test_32_bit_tiff_is_brought_to_8_bits(values, expected):
    read = read_picture(encode(Image.fromarray(values), "TIFF"))
    assert np.abs(read[..., 0].astype(int) - expected).max() <= 1


def test_float_tiff_with_nan_and_infinity_still_reads():
    values = grey_ramp(np.float32, 1.0)
    values[0, :3] = np.nan, np.inf, -np.inf
    read = read_picture(encode(Image.fromarray(values), "TIFF"))[..., 0]
    assert list(read[0, :3]) == [0, 255, 0]
    np.testing.assert_array_equal(read[1:], RAMP[1:])


def test_white_is_zero_in_16_bit_tiff():
    ramp = grey_ramp(np.uint16, 65535)
    content = encode(Image.fromarray(ramp), "TIFF", tiffinfo={262: 0})
    with Image.open(io.BytesIO(content)) as image:
        stored_inverted = image.tag_v2[262] == 0
    assert stored_inverted
    np.testing.assert_array_equal(read_picture(content)[..., 0], 255 - RAMP)


def test_lab_tiff_becomes_rgb(photo):
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(Image.fromarray(photo), to_lab)
    assert np.abs(read_picture(encode(lab, "TIFF")).astype(int) - photo).mean() < 4


@pytest.mark.parametrize("adobe", [True, False])
def test_cmyk_jpeg_is_right_with_and_without_adobes_inversion(adobe, photo):
    cmyk = Image.fromarray(photo).convert("CMYK")
    if adobe:
        content = encode(cmyk, "JPEG", quality=95)
        assert b"Adobe" in content
    else:  # the same without the marker: ink is then stored as it is
        content = encode(Image.fromarray(255 - np.asarray(cmyk), "CMYK"), "JPEG", quality=95)
        start = content.index(b"\xff\xee")
        content = content[:start] + content[start + 2 + int.from_bytes(content[start + 2 : start + 4], "big") :]
    assert np.abs(read_picture(content).astype(int) - photo).mean() < 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "I;16", "La", "RGBa"])
def test_every_mode_of_a_pil_image_is_read(mode, photo):
    image = Image.fromarray(photo)
    via = {"I;16": "I", "La": "LA", "RGBa": "RGBA", "HSV": "RGB"}.get(mode, mode)
    image = image.convert("L").convert(via) if via in ("LA", "I") else image.convert(via)
    read = read_picture(image.convert(mode))
    assert read.shape == photo.shape
    if mode not in ("1", "I;16"):
        luma = np.asarray(Image.fromarray(photo).convert("L"), int)
        assert np.abs(np.asarray(Image.fromarray(read).convert("L"), int) - luma).mean() < 6


def test_transparency_is_laid_on_white():
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 3] = 0, 128, 255
    for format_name in ("PNG", "TIFF"):
        read = read_picture(encode(Image.fromarray(rgba), format_name))
        np.testing.assert_array_equal(read[0, :, 0], [255, 127, 0])


def test_transparent_palette_entry_is_laid_on_white():
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.putpixel((1, 0), 1)
    for options in ({"transparency": 0}, {"transparency": bytes([0, 255])}):
        np.testing.assert_array_equal(read_picture(encode(image, "PNG", **options)), [[[255] * 3, [200, 100, 50]]])


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_first_frame_of_an_animation_is_read(format_name):
    frames = [Image.new("RGB", (32, 24), shade) for shade in ("red", "blue", "green")]
    read = read_picture(encode(frames[0], format_name, save_all=True, append_images=frames[1:]))
    assert np.abs(read.astype(int) - (255, 0, 0)).max() < 12


def test_first_picture_of_a_multi_picture_jpeg_is_read(photo):
    other = Image.new("RGB", (96, 64))
    read = read_picture(encode(photo, "MPO", save_all=True, append_images=[other], quality=95))
    assert np.abs(read.astype(int) - photo).mean() < 6


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM"])
def test_a_picture_of_one_pixel_is_read(format_name):
    assert read_picture(encode(Image.new("RGB", (1, 1), "white"), format_name)).tolist() == [[[255] * 3]]


def test_pictures_wider_or_higher_than_a_strip_are_whole():
    for shape in ((3, 30000), (30000, 3)):
        photo = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
        np.testing.assert_array_equal(read_picture(encode(photo, "PNG")), photo)
