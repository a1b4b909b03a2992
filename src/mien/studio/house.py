"""`House`: what the routers share: settings, threads to work in, a place for uploads, jobs, the active model."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mien.studio.bodies import Bodies
from mien.studio.jobs import Jobs
from mien.studio.metrics import Metrics
from mien.studio.picks import Picks
from mien.studio.private import TemporaryFolder, private_folder
from mien.studio.settings import Settings
from mien.studio.tokens import Tokens, read_salt
from mien.studio.workers import Workers

if TYPE_CHECKING:
    from mien.pipeline import Reader
    from mien.types import Scene

T = TypeVar("T")

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
        self.model: Path | None = settings.model  #: the active expression model; None: the shipped one
        self.live = 0  #: live connections
        self.uploads: set[str] = set()  #: paths that read large bodies themselves, with limits of their own
        self.started = time.time()
        self.ready = threading.Event()  #: the models are loaded
        self.closing = asyncio.Event()
        self._closed, self._wanted, self._imported = threading.Event(), threading.Event(), threading.Event()
        self._warming: threading.Thread | None = None
        self._temporary: TemporaryFolder | None = None
        self.jobs = Jobs(self)
        self.picks = Picks(self)

    @cached_property
    def tokens(self) -> Tokens:
        """Who may come in. Raises `StudioError`."""
        token = self.settings.token
        return Tokens(token, b"" if token is None else read_salt(self.folder()))

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

    def prepare(self) -> None:
        """Make the folders and open what is kept. Raises `StudioError`."""
        assert self.temporary.path.is_dir()
        assert self.tokens is not None
        self.jobs.prepare()

    def open(self) -> None:
        """Go on with the jobs, and load the models in the background, so that the page need not wait for them."""
        self.prepare()
        self.jobs.open()
        self._warming = threading.Thread(target=self._warm, name="mien studio warm")
        self._warming.start()

    async def close(self) -> None:
        self._closed.set()
        self._wanted.set()
        self.closing.set()
        self.workers.close()
        self.moving.close()
        await self.jobs.close()
        self.picks.close()
        if self._warming is not None:  # no import may be under way when the interpreter ends
            await asyncio.to_thread(self._warming.join)
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

    def reader(self) -> Reader:
        """The networks, the active model among them. Loads them when first asked: call it in a worker."""
        self.wait_for_rooms()
        from mien.pipeline import reader

        return reader(self.model)

    def look(self, encoded: bytes, *, appearance: bool = False, name: str = "picture") -> Scene:
        """Every face of an encoded picture within the limits. Call it in a worker. Raises `PictureError`."""
        from mien.studio.pictures import decoded

        return self.reader().look(decoded(encoded, name, self.limits.pixels), appearance=appearance)


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
