"""`find_pictures`: from what a user typed (files, folders, patterns) to a list of files."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from mien.media.formats import EXTENSIONS

#: Stands for standard input and is handed on as it is.
STDIN = "-"


def find_pictures(paths: Iterable[str | os.PathLike[str]], *, recursive: bool = True) -> list[Path]:
    """The picture files that `paths` mean, in the order given, each once.

    A file is taken whatever its name. A folder gives the files in it (and below it, when `recursive`) with a known
    picture ending, hidden ones left out, in natural order (`2.jpg` before `10.jpg`). A pattern (`*`, `?`, `[...]`,
    `**`) is expanded the same way, for shells that do not; it is not treated as one where a file has that very name.
    `-` is handed on for the caller to read standard input.

    Whatever matches nothing (a missing file, a folder without pictures, a pattern without matches) is handed on as
    it was given: `read_picture` then says what is wrong with it, and the other files are still done.
    """
    found: dict[str, Path] = {}
    for given in paths:
        path = Path(given)
        for picture in _expand(os.fspath(given), recursive) or [path]:
            # By name only: two links to one file are two pictures to whoever gave them.
            found.setdefault(os.path.normcase(os.path.abspath(picture)), picture)  # noqa: PTH100
    return list(found.values())


def _expand(given: str, recursive: bool) -> list[Path]:
    if given == STDIN or "\0" in given:
        return []
    if _is_folder(given):
        return sorted(_pictures_below(given, recursive), key=natural)
    if glob.has_magic(given) and not os.path.lexists(given):
        return _expand_pattern(given, recursive)
    return []


def _expand_pattern(pattern: str, recursive: bool) -> list[Path]:
    # "*.dat" asks for those files by name; a bare "*" or "**" asks for the pictures among all files.
    names_an_ending = bool(re.search(r"\.[^*?\[\]/\\]+$", pattern))
    found: list[Path] = []
    matches = glob.glob(pattern, recursive=True)  # noqa: PTH207  (Path.glob takes no absolute patterns)
    for match in sorted(matches, key=natural):
        if _is_folder(match):
            found += sorted(_pictures_below(match, recursive), key=natural)
        elif names_an_ending or _is_picture_name(match):
            found.append(Path(match))
    return found


def _pictures_below(folder: str, recursive: bool) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if recursive and not name.startswith(".")]
        for name in files:
            if not name.startswith(".") and _is_picture_name(name):
                yield Path(parent, name)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  (Path.is_dir raises where it may not look)


def _is_picture_name(name: str) -> bool:
    return Path(name).suffix.lower() in EXTENSIONS


def natural(path: str | Path) -> list[list[tuple[int, int, str]]]:
    """A sort key that compares runs of digits as numbers, folder by folder."""
    return [
        [(0, int(run), run) if run.isdecimal() else (1, 0, run.casefold()) for run in re.split(r"(\d+)", part)]
        for part in Path(path).parts
    ]
