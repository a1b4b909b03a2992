"""`Lab`: the data sets and trainings of a studio, and the processes that work on them.

Each task has a process of its own: the studio keeps its speed, and never imports torch. A training and a task on data
may run side by side; more wait. A task that was under way when the studio ended is taken up when it is opened again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mien
from mien.studio.lab_elsewhere import HOLDER, announce
from mien.studio.lab_launch import ask_to_stop, ended, started, task_of
from mien.studio.lab_store import Item, Kind, LabStore, read_json
from mien.studio.private import FolderLock
from mien.studio.problems import Problem
from mien.studio.settings import StudioError

if TYPE_CHECKING:
    from mien.studio.house import House

_log = logging.getLogger("mien.studio")

#: Packages of the lab without which nothing of it works.
NEEDED = ("torch", "onnx", "matplotlib", "tensorboard")
#: What brings them.
REMEDY = "pip install 'mien[lab]'"
#: Seconds between two looks whether the lab is free.
OFTEN = 1.0
#: Data sets and trainings that are kept at most, of each.
MOST = 100


def missing() -> list[str]:
    """The packages of the lab that are not installed."""
    return [name for name in NEEDED if find_spec(name) is None]


class Lab:
    """Use from the studio's event loop; `open` it there first."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._items: dict[str, Item] = {}
        self._work: dict[str, asyncio.Task[None]] = {}
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._changed: dict[str, asyncio.Event] = {}
        self._lanes: dict[bool, asyncio.Lock] = {}
        self._lock: FolderLock | None = None
        self._closing = False
        self._waiting: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Take up what an earlier studio left. Raises `StudioError`."""
        folder = self._house.folder("lab")
        self._lock = FolderLock(folder)
        if not self._lock.held and self._house.settings.worker is not None:
            self._lock.release()
            self._house.lab_here = False
            self._waiting = asyncio.create_task(self._wait_for(folder))
            return
        if not self._lock.held:
            _log.warning("another studio keeps its lab in %s: what this one makes goes when it ends", folder)
            folder = self._house.lab_folder = self._house.temporary.path / "lab"
        self._take_up(folder)

    async def _wait_for(self, folder: Path) -> None:
        """Keep the lab when the worker that does ends."""
        while True:
            await asyncio.sleep(OFTEN)
            self._lock = FolderLock(folder)
            if self._lock.held:
                self._take_up(folder)
                self._house.lab_here = True
                return
            self._lock.release()

    def _take_up(self, folder: Path) -> None:
        assert self._lock is not None
        (folder / HOLDER).unlink(missing_ok=True)  # of one that is gone: its port may be somebody else's by now
        self.store = LabStore(folder, self._house.settings.folder / "users" if self._lock.held else None)
        self._lanes = {True: asyncio.Lock(), False: asyncio.Lock()}
        self._items = {item.id: item for item in self.store.all()}
        for item in self._items.values():
            if item.task is not None:
                self._begin(item)
        self._house.forgetting.append(self._forget)
        if self._house.inner_port is not None:
            announce(folder, self._house.inner_port)

    async def _forget(self, owner: str) -> None:
        for item in [item for item in self._items.values() if item.owner == owner]:
            await self.delete(item)

    async def close(self) -> None:
        """Stop what runs where it can go on later; it is taken up when a studio is next opened."""
        self._closing = True
        if self._waiting is not None:
            self._waiting.cancel()
        for number, work in self._work.items():
            if number not in self._running:  # it waits for its turn
                work.cancel()
        await asyncio.gather(*(ended(process) for process in list(self._running.values())))
        await asyncio.gather(*self._work.values(), return_exceptions=True)
        if self._lock is not None:
            self._lock.release()

    def all(self, kind: Kind, owner: str) -> list[Item]:
        """Newest first."""
        mine = (item for item in self._items.values() if (item.kind, item.owner) == (kind, owner))
        return sorted(mine, key=lambda item: -item.made)

    def get(self, kind: Kind, number: str, owner: str) -> Item:
        """Raises `Problem` "not-found", also for somebody else's."""
        item = self._items.get(number)
        if item is None or (item.kind, item.owner) != (kind, owner):
            raise Problem("not-found", f"no such {'data set' if kind == 'data' else 'training'}; it was deleted")
        return item

    def __contains__(self, item: Item) -> bool:
        return self._items.get(item.id) is item

    def admit(self, kind: Kind, owner: str) -> None:
        """Raises `Problem` where the lab cannot work, or holds too much already."""
        if gone := missing():
            raise Problem("missing-extra", f"{gone[0]} is not installed: {REMEDY}, and start the studio again")
        if len(self.all(kind, owner)) >= MOST:
            raise Problem("conflict", f"{MOST} are kept already; delete some first")

    def add(self, item: Item, task: str) -> Item:
        """Keep a new item, and begin its first task."""
        self._items[item.id] = item
        self.begin(item, task)
        return item

    def begin(self, item: Item, task: str) -> None:
        """Begin a task. Raises `Problem` "conflict" while another is under way."""
        if item.task is not None:
            raise Problem("conflict", f"{item.name}: something is under way; wait for it, or stop it")
        item.task, item.problem = task, None
        self.store.save(item)
        self._begin(item)

    def _begin(self, item: Item) -> None:
        self._stop_measuring()  # what the user waits for comes first
        item.progress, item.doing, item.live, item.stopping = None, "", {}, False
        self._work[item.id] = asyncio.create_task(self._run(item))
        self._tell(item)

    async def stop(self, item: Item) -> None:
        """Stop what is under way, or waits. A training can go on from there."""
        if item.task is None:
            raise Problem("conflict", f"{item.name}: nothing is under way")
        process = self._running.get(item.id)
        if process is None:  # it waits for its turn
            self._work.pop(item.id).cancel()
            item.task = None
            self.store.save(item)
        else:
            item.stopping = True
            ask_to_stop(process)
        self._tell(item)

    async def delete(self, item: Item) -> None:
        """Stop it if need be, and delete all its files."""
        self._items.pop(item.id, None)
        if (work := self._work.pop(item.id, None)) is not None:
            process = self._running.get(item.id)
            if process is not None:
                with suppress(ProcessLookupError):
                    process.kill()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        if item.id == self.store.active(item.owner):
            self.activate(item.owner, None)
        self.store.delete(item)
        self._tell(item)

    async def changed(self, item: Item, seconds: float) -> bool:
        """Wait until there is something new about an item, or so many seconds; whether there is."""
        event = self._changed.setdefault(item.id, asyncio.Event())
        try:
            return await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return False

    def _tell(self, item: Item) -> None:
        if (event := self._changed.pop(item.id, None)) is not None:
            event.set()

    def activate(self, owner: str, run: Item | None) -> None:
        """Let a user read faces with a training's network, or again with the one that the studio was started with."""
        self.store.activate(owner, run)

    def active(self, owner: str) -> str | None:
        """The training whose network a user reads faces with."""
        run = self._items.get(self.store.active(owner) or "")
        return run.id if run is not None and self._house.model_of(owner) == self.store.model(run) else None

    def networks(self) -> list[dict[str, Any]]:
        """What is known of the networks on this machine so far."""
        kept = read_json(self.store.root / "networks.json") or {}
        return list(kept.get("networks", [])) if kept.get("version") == mien.__version__ else []

    def measure_networks(self) -> None:
        """Begin to measure them, unless that has been done or is under way, or something else is."""
        if (
            any(item.task is not None for item in self._items.values())
            or "networks" in self._work
            or ((rows := self.networks()) and all(row["milliseconds"] for row in rows))
        ):
            return
        if not self.networks():
            (self.store.root / "networks.json").unlink(missing_ok=True)  # of another version
        self._work["networks"] = asyncio.create_task(self._measure())

    def _stop_measuring(self) -> None:
        if (process := self._running.get("networks")) is not None:
            with suppress(ProcessLookupError):
                process.kill()
        if (work := self._work.get("networks")) is not None:
            work.cancel()

    async def _measure(self) -> None:
        item = Item("data", "networks", {}, id="networks")
        try:
            async with self._lanes[False]:
                task = {"task": "networks", "folder": str(self.store.root), "version": mien.__version__}
                await self._process(item, task)
        finally:
            self._work.pop("networks", None)

    def _data_of(self, run: Item) -> Item:
        return self.get("data", run.params["data"], run.owner)

    async def _run(self, item: Item) -> None:
        async with self._lanes[item.task == "train"]:
            item.running = True
            self._tell(item)
            try:
                last = await self._process(item, task_of(item, self.store, self._data_of))
            except Problem as problem:
                last = {
                    "problem": {"type": f"/problems/{problem.name}", "title": "Not found", "detail": problem.detail}
                }
            except Exception:  # it must not look as if it were under way for ever
                _log.exception("%s of %s failed", item.task, item.id)
                last = {}
            item.running = item.stopping = False
        if item not in self or (self._closing and (not last or last.get("stopped"))):  # it is taken up again
            return
        self._end(item, last)

    async def _process(self, item: Item, task: dict[str, Any]) -> dict[str, Any]:
        """The last word of a process; what it tells on the way goes into the item."""
        process = await started(task)
        self._running[item.id] = process
        last: dict[str, Any] = {}
        try:
            assert process.stdout is not None
            async for line in process.stdout:
                with suppress(ValueError):
                    said = json.loads(line)
                    if "step" in said:
                        item.live = said["step"]
                    elif "progress" in said:
                        item.progress, item.doing = said["progress"], said["doing"]
                    elif "epoch" not in said:
                        last = said
                    self._tell(item)
            await process.wait()
        finally:  # also when the studio is closed
            self._running.pop(item.id, None)
            await ended(process)
        return last

    def _end(self, item: Item, last: dict[str, Any]) -> None:
        if "result" in last:
            item.result.update(last["result"])
        elif not last.get("stopped"):
            item.problem = last.get("problem") or {
                "type": "/problems/failed", "title": "Something went wrong", "status": 500,
                "detail": "the process ended before its work was done; the studio's log says more",
            }  # fmt: skip
            if item.task == "check" and not item.params.get("typed"):  # photos of people, of no more use
                with suppress(OSError):
                    (self.store.folder(item) / item.params["file"]).unlink(missing_ok=True)
        item.task, item.progress, item.doing, item.live = None, None, "", {}
        self._work.pop(item.id, None)
        try:
            self.store.save(item)
        except (OSError, StudioError):  # such as a full disk
            _log.exception("%s cannot be saved", item.id)
        self._tell(item)
