"""A pack onto the disk: built beside its place under another name, checked, then moved there."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

from mien.errors import MienError
from mien.stickers.checking import check_pack
from mien.stickers.metadata import describe, pack_identifier, sticker_path, tray_path
from mien.stickers.pack import Pack, Sticker
from mien.stickers.planning import Plan
from mien.stickers.platforms import Platform
from mien.stickers.sticker import Made

#: A folder with this file is a pack of ours, which a new one may take the place of.
MARK = "alt-text.json"


def check_place(place: Path) -> None:
    """Raises `MienError` where a pack cannot be put."""
    if not place.parent.is_dir():
        raise MienError(f"{place}: the folder {place.parent} does not exist; make it first")
    if place.is_dir() and any(place.iterdir()) and not (place / MARK).is_file():
        raise MienError(f"{place}: this folder has other files in it; choose a new one with --out")
    if place.exists() and not place.is_dir():
        raise MienError(f"{place}: this is a file; choose a folder with --out")


def write_pack(
    place: Path,
    kind: Platform,
    name: str,
    language: str,
    animated: bool,
    plan: Plan,
    made: list[Made],
    tray: bytes | None,
    *,
    archive: bool,
) -> Pack:
    """The pack's folder, and its zip file if asked, whole or not at all. Raises `MienError`."""
    identifier, stickers = pack_identifier(name), []
    files: dict[str, bytes] = {}
    for number, (title, one) in enumerate(zip(plan.titles, made, strict=True), 1):
        path = sticker_path(kind.key, number, title.code, one.format, identifier)
        files[path] = one.data
        stickers.append(
            Sticker(path, title.code, title.emoji, title.name, title.alt, title.keywords, one.format, len(one.data),
                    one.width, one.height, one.how)
        )  # fmt: skip
    tray_at = tray_path(kind.key, identifier)
    if tray_at and tray:
        files[tray_at] = tray
    files |= describe(kind.key, name, animated, stickers, tray_at)
    try:
        packed = _move_in(place, kind, files, archive)
    except OSError as error:
        raise MienError(f"{place}: cannot be written ({error.strerror}); choose another folder with --out") from None
    return Pack(place, kind.key, name, language, animated, tuple(stickers), tray_at, packed)


def _move_in(place: Path, kind: Platform, files: dict[str, bytes], archive: bool) -> Path | None:
    parts = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    try:
        built = parts / "pack"
        for path, data in files.items():
            (built / path).parent.mkdir(parents=True, exist_ok=True)
            (built / path).write_bytes(data)
        if findings := check_pack(built, kind.key):
            raise MienError(f"{kind.title} would not take this pack: {findings[0]}; please report it")
        packed = None
        if archive:
            packed = place.with_name(place.name + ".zip")
            _zip(files, parts / "pack.zip")
        if place.is_dir():
            place.replace(parts / "old")
        built.replace(place)
        if packed:
            (parts / "pack.zip").replace(packed)
        return packed
    finally:
        shutil.rmtree(parts, ignore_errors=True)


def _zip(files: dict[str, bytes], path: Path) -> None:
    """The same files give the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
