"""`House`: what the routers share: settings, threads to work in, a place for uploads, jobs, the active model."""

from __future__ import annotations

import asyncio
import logging
import shutil
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine

from mien.database import DatabaseUnreachable, open_engine, sqlite_url
from mien.studio.bodies import Bodies
from mien.studio.directory import OFTEN, Directory
from mien.studio.jobs import Jobs
from mien.studio.lab_store import active_model
from mien.studio.metrics import Metrics
from mien.studio.picks import Picks
from mien.studio.private import TemporaryFolder, private_folder
from mien.studio.settings import Settings, StudioError
from mien.studio.tokens import Tokens, read_salt
from mien.studio.users import FOLDER as USERS
from mien.studio.workers import Workers

if TYPE_CHECKING:
    from mien.pipeline import Reader
    from mien.types import Scene

T = TypeVar("T")
_log = logging.getLogger("mien.studio")

#: Threads that ask the database.
ASKING = 4
#: Moving drawings that wait for the one that is being made.
MOVING = 2


class House:
    """Shared by all routers of one app. `open` and `close` it with the app; use it from its event loop."""

    def __init__(self, settings: Settings) -> None:
        limits = settings.limits
        self.settings, self.limits = settings, limits
        self.metrics = Metrics()
        self.workers = Workers(limits.workers, limits.queue, limits.seconds)
        self.moving = Workers(1, MOVING, limits.seconds)  #: moving drawings, which take seconds: looks do not wait
        self.bodies = Bodies(limits.body_bytes)
        self.lab_folder = settings.folder / "lab"  #: of a studio without users
        self.lab_here = True  #: whether this worker keeps the lab; else it hands on what the lab is asked
        self.inner_port: int | None = None  #: of this machine, where one of several workers can be reached by itself
        self.live = 0  #: live connections
        self.live_of: Counter[str] = Counter()  #: of each user
        self.uploads: set[str] = set()  #: paths that read large bodies themselves, with limits of their own
        self.started = time.time()
        self.ready = threading.Event()  #: the models are loaded
        self.closing = asyncio.Event()
        self.forgetting: list[Callable[[str], Awaitable[None]]] = []  #: told of users who were removed
        self._closed, self._wanted, self._imported = threading.Event(), threading.Event(), threading.Event()
        self._warming: threading.Thread | None = None
        self._prepared = False
        self._temporary: TemporaryFolder | None = None
        self._asking = ThreadPoolExecutor(ASKING, thread_name_prefix="mien studio database")
        self._watching: asyncio.Task[None] | None = None
        self.jobs = Jobs(self)
        self.picks = Picks(self)

    @cached_property
    def tokens(self) -> Tokens:
        """Who may come in. Raises `StudioError`."""
        token = self.settings.token
        return Tokens(token, b"" if token is None else read_salt(self.folder()))

    @cached_property
    def engine(self) -> Engine:
        """The database. Raises `DatabaseError` for an address that is none."""
        return open_engine(self.settings.database or sqlite_url(self.folder() / "studio.sqlite3"))

    @cached_property
    def directory(self) -> Directory:
        """The users. Raises `StudioError`."""
        return Directory(self.engine, read_salt(self.folder()), locked=self.settings.users)

    @property
    def reads_paths(self) -> bool:
        """Whether the lab may be given paths: never where several users share a studio."""
        return self.settings.reads_paths and not self.directory.locked

    @property
    def temporary(self) -> TemporaryFolder:
        """Where uploads go that do not fit in memory; gone when the studio is."""
        if self._temporary is None:
            self._temporary = TemporaryFolder(self.folder("tmp"))  # on the disk that jobs are on: they move, not copied
        return self._temporary

    def folder(self, name: str = "") -> Path:
        """A private folder that stays, made if need be. Raises `StudioError`."""
        root = private_folder(self.settings.folder)
        return private_folder(root / name) if name else root

    def user_folder(self, owner: str) -> Path:
        """Where a user's picks, journal and lab are; `private_folder` makes it."""
        return self.settings.folder / USERS / owner

    def prepare(self) -> None:
        """Make the folders and open what is kept. Raises `MienError`."""
        if self._prepared:
            return
        assert self.temporary.path.is_dir()
        assert self.tokens is not None
        try:
            self.jobs.prepare()
            self.directory.load()
        except DatabaseUnreachable:
            if self.settings.worker is None:
                raise  # one of several workers waits for it
        if self.settings.token is not None and self.directory.locked:
            raise StudioError("this studio has users, each with a token: leave --token-file out")
        self._prepared = True

    def open(self) -> None:
        """Go on with the jobs, and load the models in the background, so that the page need not wait for them."""
        self.prepare()
        self.jobs.open()
        self._watching = asyncio.create_task(self._watch())
        self._warming = threading.Thread(target=self._warm, name="mien studio warm")
        self._warming.start()

    async def close(self) -> None:
        self._closed.set()
        self._wanted.set()
        self.closing.set()
        self.workers.close()
        self.moving.close()
        if self._watching is not None:
            self._watching.cancel()
        await self.jobs.close()
        self._asking.shutdown(wait=False, cancel_futures=True)
        self.engine.dispose()
        self.picks.close()
        if self._warming is not None:  # no import may be under way when the interpreter ends
            await asyncio.to_thread(self._warming.join)
        if self._temporary is not None:
            self._temporary.remove()

    async def _watch(self) -> None:
        """Look who may come in, again and again; of those who are removed nothing stays."""
        known = self.directory.ids()
        while True:
            await asyncio.sleep(OFTEN)
            try:
                await self.directory.look(self.ask)
                now = self.directory.ids()
                for owner in known - now:
                    await self._forget(owner)
                known = now
            except Exception:  # else somebody who is removed comes in for ever
                _log.exception("users cannot be read")

    async def _forget(self, owner: str) -> None:
        self.picks.forget(owner)
        for forget in self.forgetting:
            await forget(owner)
        await asyncio.to_thread(shutil.rmtree, self.user_folder(owner), ignore_errors=True)

    def discard(self) -> None:
        """Let go of what was prepared, where it was not opened."""
        self._asking.shutdown()
        self.engine.dispose()
        if self._temporary is not None:
            self._temporary.remove()

    def _warm(self) -> None:
        self._wanted.wait(0.3)  # the page comes first: both need the interpreter
        if self._closed.is_set():
            self._imported.set()
            return
        with suppress(Exception):  # whoever asks for the models next is told what is wrong with them
            _import_rooms()
        self._imported.set()
        with suppress(Exception):
            if self._closed.is_set():
                return
            from mien.doctor import sample_photo
            from mien.pipeline import personalise

            personalise(self.look(sample_photo()).faces[0]).svg("happiness")
        self.ready.set()

    def wait_for_rooms(self) -> None:
        """Until the heavy rooms are imported. Two threads that import one package at once can see half of it, so
        nothing in a thread imports them before."""
        self._wanted.set()
        self._imported.wait()

    async def ask(self, task: Callable[..., T], *arguments: Any) -> T:
        """Ask the database something, in a thread of its own kind: looks at photos do not wait for it. Raises
        `DatabaseError`."""
        return await asyncio.get_running_loop().run_in_executor(self._asking, task, *arguments)

    async def run(self, task: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Run a function in the worker pool; see `Workers.run`."""
        return await self._run(self.workers, task, *arguments, **named)

    async def run_moving(self, task: Callable[..., T], *arguments: Any) -> T:
        """Likewise in the one thread that makes moving drawings."""
        return await self._run(self.moving, task, *arguments)

    async def _run(self, workers: Workers, task: Callable[..., T], *arguments: Any, **named: Any) -> T:
        def done() -> T:
            self.wait_for_rooms()
            return task(*arguments, **named)

        return await workers.run(done)

    def model_of(self, owner: str) -> Path | None:
        """The expression model that a user chose in the lab, else that of the settings; None: the shipped one."""
        chosen = active_model(self.user_folder(owner) / "lab" if owner else self.lab_folder)
        given = self.settings.model
        if chosen is not None and (given is None or chosen.since > self.started):
            return chosen.path
        return given

    def reader(self, owner: str = "") -> Reader:
        """The networks, a user's active model among them. Loads them when first asked: call it in a worker."""
        self.wait_for_rooms()
        from mien.pipeline import reader

        return reader(self.model_of(owner))

    def look(self, encoded: bytes, owner: str = "", *, appearance: bool = False, name: str = "picture") -> Scene:
        """Every face of an encoded picture within the limits. Call it in a worker. Raises `PictureError`."""
        from mien.studio.pictures import decoded

        return self.reader(owner).look(decoded(encoded, name, self.limits.pixels), appearance=appearance)


def _import_rooms() -> None:
    import mien.avatar.output
    import mien.avatar.personalise
    import mien.avatar.sheet
    import mien.avatar.spec
    import mien.emoji.suggesting
    import mien.journal.journal
    import mien.pipeline
    import mien.studio.choices
    import mien.studio.crops
    import mien.studio.live  # noqa: F401
