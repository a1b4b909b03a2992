"""`check_pack`: whether a messenger takes a pack, from the bytes of its files; strict, rule by rule."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mien.errors import MienError
from mien.stickers.check_metadata import Listing, listing
from mien.stickers.facts import Facts, Unreadable, read_facts
from mien.stickers.findings import Finding
from mien.stickers.platforms import AT_LEAST, EXACT, LONGER, ONE_OF, Platform, Rule
from mien.stickers.platforms import platform as find_platform

__all__ = ["Finding", "check_pack"]

#: Files that are no stickers and no fault.
IGNORED = {"alt-text.json", ".DS_Store", "Thumbs.db"}


@dataclass(frozen=True, slots=True)
class _Seen:
    path: str
    size: int
    facts: Facts


def check_pack(folder: str | os.PathLike[str], platform: str) -> list[Finding]:
    """Everything in a pack's folder that the platform would not take; nothing for a valid pack.

    Raises `MienError` for a folder that is not there or a platform that is not known.
    """
    kind, place = find_platform(platform), Path(folder)
    if not place.is_dir():
        raise MienError(f"{place}: no such folder; pass the folder of a pack")
    listed = listing(place, kind)
    seen, findings = [], [*listed.findings]
    for path in listed.stickers:
        found = _look(place, path)
        if isinstance(found, Finding):
            findings.append(found)
            continue
        seen.append(found)
        findings += _check_sticker(found, kind)
    findings += _check_pack(seen, listed, kind)
    findings += _check_tray(place, listed, kind)
    findings += _check_strays(place, listed)
    return findings


def _look(place: Path, path: str) -> _Seen | Finding:
    try:
        data = (place / path).read_bytes()
    except OSError as error:
        return Finding("missing", path, f"cannot be read ({error.strerror})")
    try:
        return _Seen(path, len(data), read_facts(data))
    except Unreadable as error:
        return Finding("damaged", path, str(error))


def _check_sticker(seen: _Seen, kind: Platform) -> Iterator[Finding]:
    facts = seen.facts
    rule = kind.rules.get(facts.format)
    if rule is None:
        yield Finding("format", seen.path, f"is {facts.format}; {kind.title} takes {', '.join(kind.rules)}")
        return
    for name, message in _broken(seen, rule):
        yield Finding(name, seen.path, message)


def _broken(seen: _Seen, rule: Rule) -> Iterator[tuple[str, str]]:
    """(rule, what is wrong) of one file."""
    facts = seen.facts
    if wrong := _sides(facts, rule):
        yield "dimensions", wrong
    if seen.size > rule.limit:
        yield "bytes", f"{seen.size} bytes; at most {rule.limit} are allowed"
    if facts.milliseconds:
        yield from _timing(facts, rule)
    if facts.sound:
        yield "sound", "has sound; stickers are silent"
    if facts.format == "webm" and facts.codec != "vp9":
        yield "codec", f"is encoded as {facts.codec}; VP9 is demanded"
    if facts.format == "webm" and not facts.clear:
        yield "transparency", "has no alpha channel"
    for feature in facts.forbidden:
        yield "lottie", f"has {feature}, which Telegram's animated stickers may not have"


def _sides(facts: Facts, rule: Rule) -> str:
    width, height, side = facts.width, facts.height, rule.side
    if rule.fit == EXACT and (width, height) != (side, side):
        return f"{width}x{height} pixels; exactly {side}x{side} are demanded"
    if rule.fit == LONGER and max(width, height) != side:
        return f"{width}x{height} pixels; one side must be exactly {side}, the other at most that"
    if rule.fit == ONE_OF and (width != height or width not in rule.sides):
        return f"{width}x{height} pixels; squares of {', '.join(map(str, rule.sides))} are taken"
    if rule.fit == AT_LEAST and max(width, height) < side:
        return f"{width}x{height} pixels; one side should have at least {side}"
    return ""


def _timing(facts: Facts, rule: Rule) -> Iterator[tuple[str, str]]:
    times = facts.milliseconds
    if rule.seconds is not None and facts.seconds > rule.seconds + 1e-6:
        yield "duration", f"lasts {facts.seconds:.2f} s; at most {rule.seconds:g} s are allowed"
    if rule.shortest is not None and min(times) < rule.shortest:
        yield "frame-duration", f"a frame of {min(times):g} ms; each must last at least {rule.shortest} ms"
    if facts.format != "tgs" and rule.fps is not None and facts.fps is not None and facts.fps > rule.fps + 0.01:
        yield "frame-rate", f"{facts.fps:g} frames a second; at most {rule.fps:g} are allowed"
    if rule.frames is not None and len(times) > rule.frames:
        yield "frames", f"{len(times)} frames; at most {rule.frames} are allowed"
    if facts.format == "tgs" and facts.fps != rule.fps:
        yield "frame-rate", f"{facts.fps:g} frames a second; exactly {rule.fps:g} are demanded"
    if facts.loops != 0:
        yield "loop", "does not play for ever"


def _check_pack(seen: list[_Seen], listed: Listing, kind: Platform) -> Iterator[Finding]:
    count = len(listed.stickers)
    if not kind.fewest <= count <= kind.most:
        yield Finding("count", ".", f"{count} stickers; a pack has {kind.fewest} to {kind.most}")
    moving = {bool(one.facts.milliseconds) for one in seen}
    if not kind.mixed and len(moving) > 1:
        yield Finding("mixed", ".", "still and animated stickers in one pack; all must be of one kind")
    if listed.animated is not None and seen and moving == {not listed.animated}:
        word = "animated" if listed.animated else "still"
        yield Finding("mixed", kind.metadata, f"calls the pack {word}, which its stickers are not")
    for one in seen:
        told = listed.formats.get(one.path)
        if told is not None and one.facts.format not in told:
            yield Finding("metadata", one.path, f"is {one.facts.format}, but the metadata says {' or '.join(told)}")


def _check_tray(place: Path, listed: Listing, kind: Platform) -> Iterator[Finding]:
    if kind.tray is None or listed.tray is None:
        return
    found = _look(place, listed.tray)
    if isinstance(found, Finding):
        yield Finding("tray", found.file, found.message)
        return
    rule = kind.tray_rules.get(found.facts.format)
    if rule is None:
        yield Finding("tray", found.path, f"is {found.facts.format}; {', '.join(kind.tray_rules)} is demanded")
        return
    for _, message in _broken(found, rule):
        yield Finding("tray", found.path, message)


def _check_strays(place: Path, listed: Listing) -> Iterator[Finding]:
    """A picture that no metadata names would not be sent, or would be sent unchecked."""
    known = {*listed.stickers, *listed.files}
    if listed.tray:
        known.add(listed.tray)
    for path in sorted(p for p in place.rglob("*") if p.is_file()):
        name = path.relative_to(place).as_posix()
        if name not in known and path.name not in IGNORED:
            yield Finding("stray", name, "is in the folder, but not in the pack")
