"""What a pack will hold: of each sticker the job, its emoji, code, name and alternative text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mien.avatar.spec import AvatarSpec
from mien.errors import MienError, PictureError
from mien.stickers import naming
from mien.stickers.choice import expressions, meant
from mien.stickers.pictures import emoji_of, pictures_in
from mien.stickers.platforms import Platform
from mien.stickers.sticker import Job, TrayJob

#: What the pack's own picture shows.
TRAY_EMOJI = "😊"
MOST_BYTES = 50_000_000  #: of a picture that is read


@dataclass(frozen=True, slots=True)
class Title:
    """What a sticker is called."""

    code: str
    emoji: tuple[str, ...]
    name: str
    alt: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Jobs and titles, in the pack's order."""

    jobs: list[Job]
    titles: list[Title]
    tray: TrayJob | None


def plan_person(
    spec: AvatarSpec, kind: Platform, formats: tuple[str, ...], language: str, count: int, edge: bool
) -> Plan:
    """The first `count` expressions of a person."""
    text, chosen = spec.to_json(indent=None), expressions(count)
    jobs = [Job(kind.key, formats, edge, emoji, naming.name(emoji, "en"), spec=text) for emoji in chosen]
    titles = [
        Title(
            naming.code(emoji), meant(emoji, kind.emoji[1]), naming.name(emoji, language),
            naming.alt_text(spec, emoji, language), naming.keywords(emoji, language),
        )
        for emoji in chosen
    ]  # fmt: skip
    return Plan(jobs, titles, _tray(kind, edge, text, b""))


def plan_pictures(folder: Path, kind: Platform, formats: tuple[str, ...], language: str) -> Plan:
    """All pictures of a folder; their names tell the emoji. Raises `MienError` for more or fewer than the platform
    takes."""
    paths = pictures_in(folder)
    if not kind.fewest <= len(paths) <= kind.most:
        takes = f"{kind.title} takes packs of {kind.fewest} to {kind.most} stickers"
        raise MienError(f"{folder}: {len(paths)} pictures, but {takes}; add or remove some")
    contents = [_read(path) for path in paths]
    jobs, titles, used = [], [], Counter[str]()
    for path, data in zip(paths, contents, strict=True):
        emoji = emoji_of(path)
        words = path.stem.replace("_", " ").replace("-", " ").strip() or naming.name(emoji, language)
        code = (naming.slug(path.stem) or naming.code(emoji))[:28].strip("-")
        used[code] += 1
        code = code if used[code] == 1 else f"{code[:25]}-{used[code]}"
        alt = naming.cut(f"{words}: {naming.name(emoji, language)}", naming.ALT_LENGTH)
        jobs.append(Job(kind.key, formats, False, emoji, str(path), picture=data))
        titles.append(Title(code, meant(emoji, kind.emoji[1]), words, alt, naming.keywords(emoji, language)))
    return Plan(jobs, titles, _tray(kind, False, "", contents[0]))


def _tray(kind: Platform, edge: bool, spec: str, picture: bytes) -> TrayJob | None:
    if kind.tray is None:
        return None
    rule = kind.tray_rules["png"]
    return TrayJob(rule.side, rule.limit, TRAY_EMOJI, edge, spec, picture)


def _read(path: Path) -> bytes:
    """A picture's bytes, once it is known to be one. Raises `PictureError`."""
    from mien.media import read_picture

    try:
        if path.stat().st_size > MOST_BYTES:
            raise PictureError(f"{path}: more than {MOST_BYTES // 1_000_000} MB; pass a smaller picture")
        read_picture(path)  # its checks: format, size, damage
        return path.read_bytes()
    except OSError as error:
        raise PictureError(f"{path}: cannot be read ({error.strerror}); leave it out") from None
