"""The lab on the disk: a folder for each data set and training, with an `about.json` that says where it stands."""

from __future__ import annotations

import json
import shutil
import time
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mien.studio.private import private_folder

Kind = Literal["data", "runs"]

#: Folders of a data set: its faces as they were read, and the cleaned copy.
FACES, CLEAN = "faces", "clean"
#: Says which network is in use.
ACTIVE = "active.json"
#: Parts of a training's folder: the run as the lab keeps it, and what its evaluation told.
RUN, EVALUATION = "run", "evaluation.json"

_VOLATILE = ("owner", "running", "stopping", "progress", "doing", "live")


@dataclass(slots=True)
class Item:
    """A data set or a training. What is volatile lives as long as the studio; all else is on the disk."""

    kind: Kind
    name: str
    params: dict[str, Any]  #: of a data set `source` and `path`; of a training `data`, `settings` and `model`
    owner: str = ""  #: id of the user whose it is; told by where it lies
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
    """Everything under one private folder, and under that of each user. Use from one thread."""

    def __init__(self, root: Path, users: Path | None = None) -> None:
        """users: with a folder for each of them. Raises `StudioError` where nothing can be written."""
        self.root, self._users = private_folder(root), users
        for kind in ("data", "runs"):
            private_folder(root / kind)

    def root_of(self, owner: str) -> Path:
        """What of the lab is one user's."""
        return self.root if not owner or self._users is None else self._users / owner / "lab"

    def folder(self, item: Item) -> Path:
        return self.root_of(item.owner) / item.kind / item.id

    def all(self) -> list[Item]:
        """Oldest first; what was cut short before it had a description is removed."""
        owners = [path.name for path in self._users.iterdir()] if self._users and self._users.is_dir() else []
        found = []
        for owner, kind in ((owner, kind) for owner in ["", *owners] for kind in ("data", "runs")):
            place = self.root_of(owner) / kind
            for folder in place.iterdir() if place.is_dir() else ():
                try:
                    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
                    found.append(Item(**{name: about[name] for name in _KEPT}, owner=owner))
                except (OSError, ValueError, KeyError, TypeError):
                    shutil.rmtree(folder, ignore_errors=True)
        return sorted(found, key=lambda item: item.made)

    def activate(self, owner: str, run: Item | None) -> None:
        """Write down which training's network a user reads faces with; None: the shipped one."""
        write_json(private_folder(self.root_of(owner)) / ACTIVE, {"run": None if run is None else run.id})

    def active(self, owner: str) -> str | None:
        """The training whose network a user reads faces with."""
        told = (read_json(self.root_of(owner) / ACTIVE) or {}).get("run")
        return None if told is None else str(told)

    def save(self, item: Item) -> None:
        """Write an item's description, whole or not at all."""
        folder = private_folder(self.folder(item))
        for above in (folder.parent, folder.parent.parent, folder.parent.parent.parent):  # a user's first
            if self._users is not None and item.owner and above != self._users.parent:
                private_folder(above)
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


class Chosen(NamedTuple):
    """The network that a user reads faces with."""

    path: Path
    since: float  #: seconds since 1970


def active_model(root: Path) -> Chosen | None:
    """What `LabStore.activate` wrote down: all workers see it. None: nothing, or its file is gone."""
    try:
        since = (root / ACTIVE).stat().st_mtime_ns
    except OSError:
        return None
    path = _read_active(root, since)
    return Chosen(path, since / 1e9) if path is not None and path.is_file() else None


@lru_cache(maxsize=1024)
def _read_active(root: Path, changed: int) -> Path | None:
    told = read_json(root / ACTIVE) or {}
    if told.get("run") is None:
        return None
    folder = root / "runs" / str(told["run"])
    about = read_json(folder / "about.json")
    return None if about is None else folder / str(about["params"]["model"])


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
