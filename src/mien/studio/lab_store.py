"""The lab on the disk: a folder for each data set and training, with an `about.json` that says where it stands."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from mien.studio.private import private_folder

Kind = Literal["data", "runs"]

#: Folders of a data set: its faces as they were read, and the cleaned copy.
FACES, CLEAN = "faces", "clean"
#: Parts of a training's folder: the run as the lab keeps it, and what its evaluation told.
RUN, EVALUATION = "run", "evaluation.json"

_VOLATILE = ("running", "stopping", "progress", "doing", "live")


@dataclass(slots=True)
class Item:
    """A data set or a training. What is volatile lives as long as the studio; all else is on the disk."""

    kind: Kind
    name: str
    params: dict[str, Any]  #: of a data set `source` and `path`; of a training `data`, `settings` and `model`
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    made: float = field(default_factory=time.time)  #: seconds since 1970
    task: str | None = None  #: what is to be done: check, clean, train, evaluate; gone on with after a restart
    result: dict[str, Any] = field(default_factory=dict)
    problem: dict[str, Any] | None = None  #: why the last task failed, as problem details
    running: bool = False
    stopping: bool = False
    progress: float | None = None  #: 0..1; None where it cannot be told
    doing: str = ""
    live: dict[str, Any] = field(default_factory=dict)  #: the last step of a training


class LabStore:
    """Everything under one private folder. Use from one thread."""

    def __init__(self, root: Path) -> None:
        """Raises `StudioError` where nothing can be written."""
        self.root = private_folder(root)
        for kind in ("data", "runs"):
            private_folder(root / kind)

    def folder(self, item: Item) -> Path:
        return self.root / item.kind / item.id

    def all(self) -> list[Item]:
        """Oldest first; what was cut short before it had a description is removed."""
        found = []
        for kind in ("data", "runs"):
            for folder in (self.root / kind).iterdir():
                try:
                    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
                    found.append(Item(**{name: about[name] for name in _KEPT}))
                except (OSError, ValueError, KeyError, TypeError):
                    shutil.rmtree(folder, ignore_errors=True)
        return sorted(found, key=lambda item: item.made)

    def save(self, item: Item) -> None:
        """Write an item's description, whole or not at all."""
        folder = private_folder(self.folder(item))
        row = {name: value for name, value in asdict(item).items() if name in _KEPT}
        write_json(folder / "about.json", row)

    def delete(self, item: Item) -> None:
        """All its files; the description first, so that half of it is never taken for the whole."""
        folder = self.folder(item)
        with suppress(OSError):
            (folder / "about.json").unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def faces(self, data: Item) -> Path:
        """The data set as it is used: the cleaned copy where there is one."""
        return self.folder(data) / (CLEAN if data.result.get("cleaned") else FACES)

    def model(self, run: Item) -> Path:
        """The exported network of a training, there once it has been evaluated."""
        return self.folder(run) / str(run.params["model"])


_KEPT = [one.name for one in fields(Item) if one.name not in _VOLATILE]


def write_json(path: Path, value: Any) -> None:
    """Whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    part.replace(path)


def read_json(path: Path) -> Any:
    """None where there is no such file, or a damaged one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
