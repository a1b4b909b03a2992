"""Class folders: the name of a folder is the class of its pictures (`train/happy/1.png`, `cats/1.jpg`)."""

from __future__ import annotations

from collections import Counter

from mien.emoji.labels import canonical
from mien.lab.data.classes import ClassMap
from mien.lab.data.listing import Files
from mien.lab.data.reading import SPLIT_NAMES, Part, Reading
from mien.media.formats import EXTENSIONS


def read_class_folders(files: Files, paths: list[str], reading: Reading, *, expressions_only: bool) -> Part:
    """Read what lies in class folders among `paths`; pictures elsewhere are noted as ignored.

    Every file in a class folder should be a picture; one that is none cannot be read. With `expressions_only`, folders
    of other classes are ignored: so it is where a CSV holds the faces.
    """
    part = Part(files.place("").rstrip(": /\\"), "class folders")
    class_map = reading.class_map
    classes = find_classes([path for path in paths if _is_picture(path)], class_map)
    if expressions_only:
        classes = {folder: name for folder, name in classes.items() if _known(name, class_map)}
    inside = [path for path in paths if _folder(path) in classes]
    for folder, count in Counter(_folder(p) for p in paths if _folder(p) not in classes and _is_picture(p)).items():
        reading.note("ignored", files.place(folder or "."), f"{count} pictures lie in no class folder")
    for number, path in enumerate(inside):
        reading.step("Reading pictures", number, len(inside))
        name = classes[_folder(path)]
        if class_map.apply(name) and (found := reading.picture(files, path)) is not None:
            part.add(found[0], path, _split_of(path), name, size=found[1])
    return part


def find_classes(pictures: list[str], class_map: ClassMap) -> dict[str, str]:
    """The class of every folder that holds pictures, from their paths; folders without a class are left out.

    Folders with the name of a split (`SPLIT_NAMES`) are overlooked. Of the others on the way to a picture, the last one
    that names an expression, or that the map knows, is the class; beside such, a stranger's class is the last of all.
    Where no folder names an expression, the class is the first folder in which the paths differ.
    """
    ways = {folder: _way(folder) for folder in {_folder(path) for path in pictures}}
    ways = {folder: way for folder, way in ways.items() if way}
    known = {folder: next((p for p in reversed(way) if _known(p, class_map)), None) for folder, way in ways.items()}
    if any(known.values()):
        return {folder: known[folder] or way[-1] for folder, way in ways.items()}
    if not ways:
        return {}
    deepest = min(map(len, ways.values())) - 1
    columns = zip(*ways.values(), strict=False)
    top = min(deepest, next((i for i, names in enumerate(columns) if len(set(names)) > 1), deepest))
    classes = {folder: way[top] for folder, way in ways.items()}
    return classes if len(set(classes.values())) > 1 else {}


def _way(folder: str) -> list[str]:
    """The folders on the way, but for those that name a split."""
    return [part for part in folder.split("/") if part and part.lower() not in SPLIT_NAMES]


def _split_of(path: str) -> str:
    parts = (part.lower() for part in reversed(_folder(path).split("/")))
    return next((SPLIT_NAMES[part] for part in parts if part in SPLIT_NAMES), "")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _known(folder: str, class_map: ClassMap) -> bool:
    return canonical(folder) is not None or class_map.knows(folder)


def _is_picture(path: str) -> bool:
    """Whether the name is one of a picture."""
    return path[path.rfind(".") :].lower() in EXTENSIONS
