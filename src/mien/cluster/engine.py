"""`RayEngine`: the inputs of a batch, looked at by a pool of actors on the machines of a Ray cluster.

The driver lists the inputs and keeps the rows; actors read, look and send rows back. Ray Data places the work, starts
it again where a machine is lost, and holds the actors back while the driver is behind, so that memory stays bounded.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from mien.batch.errors import BatchError
from mien.batch.feeding import CHUNK, Copy, Feeder, Passed
from mien.batch.items import Item, Packed
from mien.batch.settings import Settings
from mien.batch.sources import members
from mien.batch.tasks import Outcome, Task

#: Inputs, or archives of them, whose names are in the cluster's memory at once; between two lots the pool is made anew.
LOT = 200_000
#: Seconds in which a cluster must answer.
PATIENCE = 10
#: Inputs of a block, the unit that Ray places on a machine and, should that be lost, does again.
BLOCK = 64


class RayEngine:
    """Looks on a Ray cluster. address: "auto" for the one that this machine belongs to, "ray://host:port", or
    "host:port"; by default one is started on this machine for the time of the batch. workers: actors, one processor
    each; by default as many as the cluster has processors.

    Raises `BatchError` where there is no such cluster.
    """

    def __init__(self, address: str | None = None, workers: int | None = None) -> None:
        self._address, self._workers = address, workers

    def results(
        self, feeder: Feeder, settings: Settings, spool: str, stop: threading.Event
    ) -> Iterator[Outcome | Copy | Passed]:
        """What became of every input, in their order: of two with one content the first one has the rows."""
        ray = ray_without_reports()
        ours = not ray.is_initialized()
        if ours:
            self._connect(ray)
        try:
            lot: list[Task] = []
            for fed in feeder.unread():
                if not isinstance(fed, list):
                    yield fed
                    continue
                lot += fed
                if len(lot) >= LOT:
                    yield from self._look(lot, settings, stop)
                    lot = []
            yield from self._look(lot, settings, stop)
        finally:
            if ours:
                ray.shutdown()

    def _connect(self, ray: Any) -> None:
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
        host, _, port = (self._address or "").removeprefix("ray://").rpartition(":")
        try:
            if host and port.isdigit():
                socket.create_connection((host, int(port)), PATIENCE).close()  # Ray itself would try for minutes
            if self._address is None:
                # Bound to this machine alone, without a dashboard.
                quiet |= {"include_dashboard": False, "_node_ip_address": "127.0.0.1", "num_cpus": self._workers}
            with _stderr_closed():
                ray.init(address=self._address, **quiet)
        except Exception as error:  # Ray raises many types, bare Exception among them
            text = " ".join(str(error).split())[:160]
            raise BatchError(f"{self._address or 'ray'}: no Ray cluster can be reached there ({text})") from None

    def _look(self, lot: list[Task], settings: Settings, stop: threading.Event) -> Iterator[Outcome]:
        if not lot or stop.is_set():
            return
        import ray
        from ray.data import ActorPoolStrategy, DataContext, from_blocks

        context = DataContext.get_current()
        context.enable_progress_bars = context.print_on_execution_start = False
        context.execution_options.preserve_order = True
        there: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
        actors = self._workers or max(1, int(there.get("CPU", 1)))
        size = max(1, min(BLOCK, -(-len(lot) // (4 * actors))))
        model = None if settings.model is None else Path(settings.model).read_bytes()
        looked = from_blocks(list(_blocks(lot, size))).map_batches(
            Actor, batch_size=None, batch_format="pyarrow", num_cpus=1, fn_constructor_args=(settings, model),
            compute=ActorPoolStrategy(min_size=1, max_size=actors, initial_size=actors),
        )  # fmt: skip
        for table in looked.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0):
            yield from _values("outcome", table)
            if stop.is_set():
                return


class Actor:
    """A worker of the pool: the models, loaded once. model: the bytes of an expression model of one's own."""

    def __init__(self, settings: Settings, model: bytes | None) -> None:
        import tempfile

        from mien.batch.looking import Looker

        if model is not None:  # the driver's path need not exist on this machine
            self._folder = tempfile.TemporaryDirectory()
            path = Path(self._folder.name, "model.onnx")
            path.write_bytes(model)
            settings = replace(settings, model=str(path))
        self._looker = Looker(settings, None)

    def __call__(self, batch: Any) -> Iterator[Any]:
        """A table of tasks -> tables of their outcomes, packed. Of an archive as many as it has members."""
        tasks: list[Task] = _values("task", batch)
        for archives, some in groupby(tasks, lambda task: isinstance(task.place, Packed)):
            if not archives:
                yield _packed("outcome", self._looker.look(list(some)))
                continue
            for task in some:
                yield from self._unpacked(task)

    def _unpacked(self, task: Task) -> Iterator[Any]:
        inside = members(Item(task.source, task.stamp, 0, task.place))
        found = (item for item in inside if not item.container)
        damaged = False
        while some := list(islice(found, CHUNK)):
            damaged |= any(item.source == task.source for item in some)
            good = [Task(item.source, item.stamp, place=item.place) for item in some if item.place is not None]
            bad = [Outcome(item.source, item.stamp, bad=item.problem) for item in some if item.place is None]
            yield _packed("outcome", self._looker.look(good) + bad)
        if task.stamp and not damaged:
            yield _packed("outcome", [Outcome(task.source, task.stamp, container=True)])


def _blocks(lot: list[Task], size: int) -> Iterator[Any]:
    """Tables of at most `size` tasks, in their order; an archive is work enough for one by itself."""
    block: list[Task] = []
    for task in lot:
        alone = isinstance(task.place, Packed)
        if block and (alone or len(block) == size):
            yield _packed("task", block)
            block = []
        block.append(task)
        if alone:
            yield _packed("task", block)
            block = []
    if block:
        yield _packed("task", block)


def _packed(column: str, values: Sequence[Task | Outcome]) -> Any:
    """A table of one column of anything."""
    import pyarrow as pa

    return pa.table({column: pa.array([zlib.compress(pickle.dumps(value), 1) for value in values], pa.large_binary())})


def _values(column: str, table: Any) -> list[Any]:
    return [pickle.loads(zlib.decompress(packed)) for packed in table.column(column).to_pylist()]


@contextmanager
def _stderr_closed() -> Iterator[None]:
    """Ray's core writes to the process's stderr, whatever Python's loggers say; what matters comes as an exception."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def ray_without_reports() -> Any:
    """The package, told to report nothing to anybody before it loads: in this process and in those it starts."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    import ray
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray
