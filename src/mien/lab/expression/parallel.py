"""Several processes that train one network (`torchrun`): who am I, and what do we do together."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.distributed as dist
from torch import nn


@dataclass(frozen=True)
class Team:
    """The processes of a run. `rank` 0 writes; every process takes its share of each batch."""

    rank: int = 0
    size: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def first(self) -> bool:
        return self.rank == 0

    def wrap(self, net: nn.Module) -> nn.Module:
        """The network with gradients averaged over the team (DistributedDataParallel)."""
        if self.size == 1:
            return net
        ids = [self.device.index] if self.device.type == "cuda" else None
        return nn.parallel.DistributedDataParallel(net, device_ids=ids)

    def sum(self, *values: float) -> list[float]:
        """Each number added up over the team."""
        if self.size == 1:
            return list(values)
        total = torch.tensor(values, dtype=torch.float64, device=self.device)
        dist.all_reduce(total)
        return [float(v) for v in total]

    def told(self, value: Any) -> Any:
        """What rank 0 says."""
        if self.size == 1:
            return value
        said = [value]
        dist.broadcast_object_list(said, src=0, device=self.device)
        return said[0]


@contextmanager
def team() -> Iterator[Team]:
    """The team that `torchrun` set up (environment variables RANK, WORLD_SIZE, LOCAL_RANK), or one process alone.

    NCCL on graphics processors, Gloo elsewhere.
    """
    cuda = torch.cuda.is_available()
    if "RANK" not in os.environ or "WORLD_SIZE" not in os.environ:
        yield Team(device=torch.device("cuda", torch.cuda.current_device()) if cuda else torch.device("cpu"))
        return
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    dist.init_process_group("nccl" if cuda else "gloo")
    try:
        yield Team(dist.get_rank(), dist.get_world_size(), device)
    finally:
        # What still holds the group, as a shared network does, would keep its threads into the interpreter's end, where
        # they abort the process ("terminate called without an active exception").
        gc.collect()
        dist.destroy_process_group()
