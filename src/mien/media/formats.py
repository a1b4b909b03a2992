"""Which picture formats are read, told from the first bytes of a file and never from its name."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFile

#: How many first bytes `recognise` wants to see.
HEAD = 64

#: File name endings that `find_pictures` looks for in folders.
EXTENSIONS = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff"}
    | {".avif", ".heic", ".heif", ".hif", ".ppm", ".pgm", ".pbm", ".pnm"}
)

#: The formats as shown to a user.
READABLE = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIC, PNM"


@dataclass(frozen=True, slots=True)
class Format:
    """A picture format and the class that decodes it, imported only when such a picture comes."""

    name: str
    module: str
    decoder: str

    def load(self) -> type[ImageFile.ImageFile]:
        """The Pillow class for this format; raises `ImportError` where an extra is missing."""
        decoder: type[ImageFile.ImageFile] = getattr(import_module(self.module), self.decoder)
        return decoder


# One class per format, called directly: `Image.open` would import every plugin for a file it does not know (one of
# them runs Ghostscript), and it checks sizes against process-wide state. JpegImageFile also takes the first picture
# of the multi-picture JPEGs that phones write.
JPEG = Format("JPEG", "PIL.JpegImagePlugin", "JpegImageFile")
PNG = Format("PNG", "PIL.PngImagePlugin", "PngImageFile")
WEBP = Format("WebP", "PIL.WebPImagePlugin", "WebPImageFile")
GIF = Format("GIF", "PIL.GifImagePlugin", "GifImageFile")
BMP = Format("BMP", "PIL.BmpImagePlugin", "BmpImageFile")
TIFF = Format("TIFF", "PIL.TiffImagePlugin", "TiffImageFile")
AVIF = Format("AVIF", "PIL.AvifImagePlugin", "AvifImageFile")
HEIC = Format("HEIC", "pi_heif.as_plugin", "HeifImageFile")
PNM = Format("PNM", "PIL.PpmImagePlugin", "PpmImageFile")

_MAGIC = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"BM", BMP),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
)
_HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"))

# What people hand in by mistake, and what it is called.
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"<svg", "an SVG drawing"),
    (b"<?xml", "an XML document"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x1a\x45\xdf\xa3", "a video clip"),
    (b"8BPS", "a Photoshop file"),
    (b"%!PS", "a PostScript file"),
    (b"version https://git-lfs", "a Git LFS pointer, not the picture itself"),
)


def recognise(head: bytes) -> Format | None:
    """The format of a file that begins with `head` (`HEAD` bytes are enough); None when it is none of ours."""
    for magic, known in _MAGIC:
        if head.startswith(magic):
            return known
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace():
        return PNM
    if head[4:8] == b"ftyp":
        return _recognise_heif(head)
    return None


def _recognise_heif(head: bytes) -> Format | None:
    """AVIF and HEIC share one container; its brands (ISO 23008-12, annex B) tell them apart."""
    end = max(16, min(int.from_bytes(head[:4], "big"), len(head)))
    brands = [head[8:12], *(head[i : i + 4] for i in range(16, end, 4))]
    if b"avif" in brands or b"avis" in brands:
        return AVIF
    return HEIC if _HEIF_BRANDS.intersection(brands) else None


def describe(head: bytes) -> str:
    """What a file that is no picture of ours seems to be, for the error message."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, name in _OTHERS:
        if start.startswith(magic.lower()):
            return name
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"AVI "):
        return "a video clip"
    if not head.strip(b"\x00"):
        return "nothing but zero bytes"
    if all(byte >= 32 or byte in b"\t\r\n\f" for byte in head):
        return "text"
    return "a format that mien does not know"


def webp_size(head: bytes) -> tuple[int, int] | None:
    """Width and height from a WebP header (RFC 9649), before a decoder allocates the canvas; None when not told."""
    chunk = head[12:16]
    if chunk == b"VP8X" and len(head) >= 30:
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if chunk == b"VP8 " and len(head) >= 30:
        return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    if chunk == b"VP8L" and len(head) >= 25:
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
