"""`make_pack`: a person, a spec or a folder of pictures into a pack that a messenger takes."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from mien.avatar.spec import AvatarSpec
from mien.emoji import catalogue
from mien.errors import MienError
from mien.stickers.pack import Pack
from mien.stickers.placing import check_place, write_pack
from mien.stickers.planning import Plan, plan_person, plan_pictures
from mien.stickers.platforms import Platform
from mien.stickers.platforms import platform as find_platform
from mien.stickers.sticker import Made, make_sticker, make_tray
from mien.stickers.workers import Workers

Source: TypeAlias = str | os.PathLike[str] | AvatarSpec
#: Called with (stickers done, stickers in all) as they come; raising from it ends the work and leaves nothing.
Progress: TypeAlias = Callable[[int, int], None]

NAME = "My mien"


def make_pack(
    source: Source,
    platform: str,
    out: str | os.PathLike[str],
    *,
    animated: bool = False,
    language: str = "en",
    name: str = NAME,
    count: int = 24,
    format: str | None = None,
    edge: bool | None = None,
    archive: bool = False,
    progress: Progress | None = None,
    processes: int | None = None,
) -> Pack:
    """A complete, valid pack in the folder `out`, which appears whole or not at all.

    source: a photo, a person's JSON (`mien avatar --save-spec`), an `AvatarSpec`, or a folder of pictures.
    platform: a key of `PLATFORMS`. language: of names and alternative texts (`mien emoji languages`). count: how many
    expressions, the most used first; of a folder all pictures are taken. format: one of the platform's, such as "tgs"
    or "webm" for Telegram; by default the best. edge: a white die-cut edge; by default as is the platform's habit.
    archive: also write `out`.zip. processes: by default as many as there are processors.

    Raises `MienError` (no face, unknown platform or language, a count that the platform does not take, a folder in the
    way), and whatever `progress` raises.
    """
    kind, place = find_platform(platform), Path(out)
    language = catalogue.language(language)
    if not name.strip():
        raise MienError("a pack needs a name: pass one")
    check_place(place)
    formats = formats_for(kind, animated, format)
    with Workers(processes) as workers:
        plan = _plan(source, kind, formats, language, count, kind.edge if edge is None else edge)
        total = len(plan.jobs)
        if progress:
            progress(0, total)
        made: list[Made] = workers.map(
            make_sticker, plan.jobs, lambda done: progress(done, total) if progress else None
        )
        tray = make_tray(plan.tray) if plan.tray else None
    return write_pack(place, kind, name.strip(), language, animated, plan, made, tray, archive=archive)


def formats_for(kind: Platform, animated: bool, asked: str | None) -> tuple[str, ...]:
    """The formats to choose among. Raises `MienError` for one that the platform does not take."""
    moving = tuple(f for f, rule in kind.rules.items() if rule.moves)
    wanted = moving if animated else tuple(f for f in kind.rules if f not in moving or kind.key == "slack")
    if asked is None:
        return kind.moving if animated else (kind.still,)
    if asked not in wanted:
        what = "animated" if animated else "still"
        raise MienError(f"{kind.title} takes no {what} {asked!r}; choose from {', '.join(wanted)}")
    return (asked,)


def _plan(source: Source, kind: Platform, formats: tuple[str, ...], language: str, count: int, edge: bool) -> Plan:
    if not isinstance(source, AvatarSpec) and Path(source).is_dir():
        return plan_pictures(Path(source), kind, formats, language)
    _check_count(count, kind)
    return plan_person(_person(source), kind, formats, language, count, edge)


def _check_count(count: int, kind: Platform) -> None:
    if not kind.fewest <= count <= kind.most:
        raise MienError(f"{kind.title} takes packs of {kind.fewest} to {kind.most} stickers, not {count}; use --count")


def _person(source: Source) -> AvatarSpec:
    if isinstance(source, AvatarSpec):
        return source
    path = Path(source)
    if path.suffix.lower() == ".json":
        return _saved(path)
    from mien.avatar.personalise import personalised
    from mien.pipeline import look

    faces = look(path).faces
    if not faces:
        raise MienError(f"{path}: no face found; pass a photo that shows one")
    return personalised(faces[:1])


def _saved(path: Path) -> AvatarSpec:
    try:
        return AvatarSpec.from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MienError(f"{path}: cannot be read ({error.strerror}); pass a file that --save-spec wrote") from None
    except (ValueError, MienError) as error:
        raise MienError(f"{path}: {error}; pass a file that --save-spec wrote") from None
