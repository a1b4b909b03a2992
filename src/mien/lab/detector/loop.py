"""The training run of the face detector."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.progress import Progress
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mien.errors import DataError
from mien.lab.detector.augment import SIDE, Mixer, Sample
from mien.lab.detector.data import FOLDERS, load_all
from mien.lab.detector.loss import detection_loss
from mien.lab.detector.net import Net, Shape
from mien.lab.run import Ema, Run, cosine, epoch_seed, restored, saved, seed_everything, weight_groups
from mien.lab.teachers_boxes import label_boxes, yunet

Target = tuple[Tensor, Tensor, Tensor]
Batch = tuple[Tensor, list[Target]]


class Samples(Dataset[Sample]):
    """The samples of one epoch; each is drawn from its own seed, so the number of loader processes changes nothing."""

    def __init__(self, mixer: Mixer, count: int, seed: int) -> None:
        self.mixer, self.count, self.seed = mixer, count, seed

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> Sample:
        return self.mixer.sample(np.random.default_rng([self.seed, index]))


def collate(samples: Sequence[Sample]) -> Batch:
    """Samples -> Bx3xHxW uint8 (channels last in memory) and one target a sample."""
    pictures = torch.from_numpy(np.stack([np.asarray(s.pixels) for s in samples])).permute(0, 3, 1, 2)
    targets = [(torch.from_numpy(s.boxes), torch.from_numpy(s.points), torch.from_numpy(s.ignored)) for s in samples]
    return pictures, targets


def prepare(data: Path, labels: Path, teacher: Path | None) -> None:
    """Let the teacher label every folder of `data` that `labels` has no CSV for yet. Nothing without a teacher."""
    if not data.is_dir():
        raise DataError(f"{data}: no such folder")
    if teacher is None:
        return
    labels.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        if (data / name).is_dir() and not (labels / f"{name}.csv").exists():
            label_boxes(data / name, yunet(teacher), labels / f"{name}.csv")


def train(
    data: Path | str,
    out: Path | str,
    *,
    teacher: Path | str | None = None,
    epochs: int = 60,
    epoch_samples: int = 9600,
    batch: int = 24,
    rate: float = 2.5e-3,
    shape: Shape | None = None,
    start: Path | str | None = None,
    side: int = SIDE,
    pasted: tuple[float, float] = (0.4, 0.1),
    seed: int = 0,
    loaders: int = 1,
    after_epoch: Callable[[Net, dict[str, Any]], None] | None = None,
) -> Path:
    """Train the detector on `data` (folders `scenes`, `ytfaces`, `portraits`, `utkface`) into the run folder `out`.

    A folder needs a `boxes.csv`, or a YuNet file as `teacher`, whose boxes are then kept in `out/labels`. An epoch is
    `epoch_samples` crops of `side` pixels; AdamW with peak learning rate `rate`, cosine schedule, averaged weights,
    bfloat16. `pasted` is the share of crops with faces pasted in, before and after 55 % of the epochs: pasted faces
    teach what a face is, true surroundings what is none. `start` is another run's checkpoint to begin from.
    Stopped at any moment, the same call goes on from the last whole epoch. `after_epoch` gets the averaged network
    and the log row. Returns the run folder.

    Raises `DataError` for data that cannot be used and for a folder that holds a run with other settings.
    """
    data, out = Path(data), Path(out)
    if not data.is_dir():
        raise DataError(f"{data}: no such folder")
    shape = shape or Shape()
    config = {"shape": shape.to_dict(), "epochs": epochs, "epoch_samples": epoch_samples, "batch": batch,
              "rate": rate, "side": side, "pasted": list(pasted), "seed": seed,
              "start": str(start) if start else None}  # fmt: skip
    run = Run(out, config)
    prepare(data, out / "labels", Path(teacher) if teacher else None)
    mixer = Mixer.of(load_all(data, out / "labels", split="train"), side)
    seed_everything(seed)
    net = Net(shape)
    if start:
        net.load_state_dict(load_state(Path(start)))
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    trainer = Trainer(net, epochs * (epoch_samples // batch), rate)
    first = trainer.restore(run.resume())
    for epoch in range(first, epochs):
        seeded = epoch_seed(seed, epoch)
        seed_everything(seeded)
        mixer.pasted = pasted[0] if epoch < 0.55 * epochs else pasted[1]
        loader = DataLoader(
            Samples(mixer, epoch_samples, seeded), batch, collate_fn=collate, drop_last=True, num_workers=loaders,
            prefetch_factor=8 if loaders else None, worker_init_fn=one_thread,
        )  # fmt: skip
        row = trainer.epoch(loader, f"epoch {epoch + 1}/{epochs}") | {"epoch": epoch}
        run.save(trainer.state(epoch))
        run.log(**row)
        if after_epoch:
            averaged = Net(shape)
            averaged.load_state_dict(trainer.ema.shadow)
            after_epoch(averaged.eval(), row)
    return out


class Trainer:
    """Network, optimiser and averages of a run."""

    def __init__(self, net: Net, steps: int, rate: float) -> None:
        self.net, self.steps, self.rate, self.step = net, steps, rate, 0
        self.ema = Ema(net, 0.999)
        self.optimiser = torch.optim.AdamW(weight_groups(net, 0.02), lr=rate)

    def epoch(self, loader: DataLoader[Any], title: str) -> dict[str, float]:
        """One pass over the loader: mean losses and pictures a second."""
        self.net.train()
        sums: dict[str, float] = {}
        began, seen = time.perf_counter(), 0
        with Progress(transient=True) as progress:
            for pictures, targets in progress.track(loader, description=title):
                losses = self.learn(pictures, targets)
                seen += len(pictures)
                for key, value in losses.items():
                    sums[key] = sums.get(key, 0.0) + float(value.detach()) * len(pictures)
        row = {key: round(value / max(1, seen), 5) for key, value in sums.items()}
        return row | {"pictures_a_second": round(seen / (time.perf_counter() - began), 1)}

    def learn(self, pictures: Tensor, targets: list[Target]) -> dict[str, Tensor]:
        """One step."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * max(0.01, cosine(self.step, self.steps, min(300, self.steps // 10 + 1)))
        inputs = pictures.float().contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            logits, shapes = self.net(inputs)
        height, width = pictures.shape[-2:]
        losses = detection_loss(logits, shapes, targets, (height, width))
        self.optimiser.zero_grad(set_to_none=True)
        losses["total"].backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimiser.step()
        self.ema.update(self.net)
        self.step += 1
        return losses

    def state(self, epoch: int) -> dict[str, Any]:
        return {
            "epoch": epoch,
            "step": self.step,
            **saved(self.net, self.ema, self.optimiser),
            "shape": self.net.plan.to_dict(),
        }

    def restore(self, state: dict[str, Any] | None) -> int:
        """Take up a saved state; returns the epoch to go on with."""
        if state is None:
            return 0
        self.step = state["step"]
        return restored(state, self.net, self.ema, self.optimiser)


def one_thread(_: int) -> None:
    torch.set_num_threads(1)


def load_state(checkpoint: Path) -> dict[str, Tensor]:
    """The averaged weights in a run folder or checkpoint. Raises `DataError` when there is none."""
    file = checkpoint / "last.pt" if checkpoint.is_dir() else checkpoint
    if not file.is_file():
        raise DataError(f"{file}: no such checkpoint")
    state: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=False)["ema"]["shadow"]
    return state


def load_net(run: Path | str) -> Net:
    """The averaged network of a run folder, ready to use."""
    file = Path(run) / "last.pt"
    if not file.is_file():
        raise DataError(f"{run}: holds no finished epoch of a detector run")
    state = torch.load(file, map_location="cpu", weights_only=False)
    net = Net(Shape.of(state["shape"]))
    net.load_state_dict(state["ema"]["shadow"])
    return net.eval()
