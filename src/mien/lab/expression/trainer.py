"""The training loop's state: network, averaged weights, optimiser, data, and where in the run it stands.

Everything random in a step is drawn from (seed, epoch, step), so a run may be stopped and resumed at any step.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.errors import DataError
from mien.expression.preprocess import Preprocess
from mien.lab.data import FaceSet
from mien.lab.expression.augment import Augment, augment, mixup
from mien.lab.expression.classifier import FaceClassifier
from mien.lab.expression.consistency import apart, next_frame
from mien.lab.expression.losses import Objective, Teach, drawn_prior, heads_of, make_target, sampling_weights
from mien.lab.expression.memory import MicroBatches
from mien.lab.expression.optimise import Schedule, compiled, make_optimiser
from mien.lab.expression.parallel import Team
from mien.lab.expression.settings import Settings
from mien.lab.expression.watch import Watcher
from mien.lab.run import Ema, Run, StopRequest, drawn_batches, epoch_seed, seed_everything, shuffled_batches

_PREPARED_AT_ONCE = 2048


class Trainer:
    """One run. `epoch` and `step` say how many are done; `state()` is all that a resumed run needs."""

    def __init__(
        self,
        faces: FaceSet,
        run: Run,
        settings: Settings,
        together: Team,
        watcher: Watcher,
        data: list[str],
        teach: Teach | None = None,
    ) -> None:
        seed_everything(settings.seed)
        self.settings, self.run, self.together, self.watcher, self.data = settings, run, together, watcher, data
        self.classes = faces.classes
        self.augment = Augment.parse(settings.augment)
        self.preprocess = Preprocess.parse(settings.preprocess)
        self._teach(faces, teach)
        self.images = prepared(faces.images, self.preprocess)
        self.bf16, self.autocast, self.scaler = _precision(settings.precision, together.device)
        self._build()
        self.epoch, self.step, self.best, self.best_epoch = 0, 0, float("-inf"), 0
        self.sums, self.seconds, self.learning_rate = [0.0, 0.0, 0.0], 0.0, 0.0
        if state := run.resume():
            self._load(state)

    def _teach(self, faces: FaceSet, teach: Teach | None) -> None:
        """What the training faces teach, and which of them do."""
        s = self.settings
        training = np.flatnonzero(faces.split == "Training")
        taught = faces.where(training)
        self.heads = heads_of(taught, s.labels)
        if not self.heads:
            raise DataError(f"the training faces have nothing to learn from (labels = {s.labels!r})")
        smoothing = s.label_smoothing
        targets = {head: make_target(taught, head, s.loss, smoothing) for head in self.heads}
        weights = dict(zip(self.heads, (1.0, s.second_head), strict=False))
        self.objective = Objective(targets, weights, s.balance, s.focal_gamma if s.loss == "focal" else 0.0)
        if teach is not None:
            self.objective = teach(self.objective, taught, self.together.device, self.watcher.say)
        some = np.any([(t.weight > 0).numpy() for t in targets.values()], axis=0)
        self.chosen = np.flatnonzero(some)  # rows of the targets
        self.rows = training  # row of the targets -> row of the images
        self.batch = min(s.batch, len(self.chosen))
        if self.batch < 2:
            raise DataError(f"{len(self.chosen)} usable training faces are too few")
        self._sample()
        self.steps = len(self.chosen) // self.batch

    def _sample(self) -> None:
        """How often each chosen face is drawn; `draw` is None where each comes once an epoch."""
        s, targets = self.settings, self.objective.targets
        power = 1.0 if s.balance == "sampler" else s.oversample
        self.draw = None
        if power:
            weight = sampling_weights(targets, power)
            self.draw = weight[self.chosen] / weight[self.chosen].sum()
            drawn = {head: drawn_prior(target, weight) for head, target in targets.items()}
            self.objective = replace(self.objective, drawn=drawn)

    def _build(self) -> None:
        s, device = self.settings, self.together.device
        self.net = self._classifier(weights=s.weights or None).to(device)
        if self.net.loaded is not None:
            self.watcher.say(f"{s.weights}: {self.net.loaded}")
        self.wrapped, self.frozen = self._wrap(), False
        self.ema = Ema(self.net, s.average)
        self.optimiser = make_optimiser(self.net, s)
        self.schedule = Schedule(s, self.steps)
        self.micro = MicroBatches(s.micro_batch or self.batch, self.watcher.say)

    def _classifier(self, weights: str | None = None) -> FaceClassifier:
        p, s = self.preprocess, self.settings
        named = {text.partition(":")[0] for text in s.preprocess}  # what is not asked for is the network's own
        size = p.size if "resize" in named else None
        normalise = p.normalise if "normalise" in named else None
        return FaceClassifier(s.network, len(self.classes), self.heads, size=size, normalise=normalise, weights=weights)

    def train_epoch(self, stop: StopRequest) -> float:
        """The rest of this epoch; returns the mean of the loss that was minimised."""
        s = self.settings
        self.net.train()
        self._freeze(self.epoch < s.freeze_epochs)
        saved = time.perf_counter()
        began = saved - self.seconds
        for number, rows in enumerate(self._batches()):
            if number < self.step:
                continue
            loss, right, seen = self._step(self.chosen[rows])
            self.step += 1
            self.sums = [a + b for a, b in zip(self.sums, (loss, right, seen), strict=True)]
            mean_loss, accuracy = self.sums[0] / self.step, self.sums[1] / self.sums[2]
            self.watcher.step(self.epoch + 1, self.step, self.steps, mean_loss, accuracy)
            self.seconds = time.perf_counter() - began
            due = time.perf_counter() - saved > s.save_minutes * 60
            if self.together.first and (due or stop.wanted):
                self.run.save(self.state())
                saved = time.perf_counter()
            stop.obey()
        return self.together.sum(self.sums[0])[0] / self.together.size / self.steps

    def _freeze(self, frozen: bool) -> None:
        """Hold loaded weights still, or let go of them; what wraps the network must know which gradients to expect."""
        if frozen != self.frozen:
            self.net.freeze_backbone(frozen)
            self.wrapped = self._wrap()
            self.frozen = frozen

    def _wrap(self) -> nn.Module:
        """The network as the steps run it: shared by the team, and fused where that is asked for."""
        wrapped: nn.Module = self.together.wrap(self.net)
        return compiled(wrapped) if self.settings.compile else wrapped

    def _batches(self) -> list[NDArray[np.int64]]:
        rng = np.random.default_rng(epoch_seed(self.settings.seed, self.epoch))
        if self.draw is None:
            return list(shuffled_batches(len(self.chosen), self.batch, rng))
        return list(drawn_batches(self.draw, self.steps, self.batch, rng))

    def _step(self, rows: NDArray[np.int64]) -> tuple[float, float, int]:
        """One step of the optimiser on faces `rows`: the loss, how many were right, how many there were."""
        seed = epoch_seed(self.settings.seed, self.epoch, self.step, self.together.rank)
        generator = torch.Generator().manual_seed(seed)
        # Divided by the whole team's weight; DistributedDataParallel then takes the mean over the team.
        sizes = [v / self.together.size for v in self.objective.sizes(self.objective.goals(rows))]
        mine = rows[self.together.rank :: self.together.size]
        faces = augment(torch.from_numpy(self.images[self.rows[mine]]), generator, self.augment)
        goals = self.objective.goals(mine)
        if self.settings.mixup and self.step % 2:
            faces, goals = mixup(faces, goals, self.settings.mixup, generator)
        after = next_frame(faces, generator) if self.settings.consistency else None
        device = self.together.device
        faces, after = faces.to(device), None if after is None else after.to(device)
        goals = self.objective.on_view(faces, [g.to(device) for g in goals])
        self._set_rate()
        found: list[tuple[float, float]] = []

        def restart() -> None:
            found.clear()
            torch.manual_seed(seed)  # dropout
            self.optimiser.zero_grad(set_to_none=True)

        def part(chunk: slice, last: bool) -> None:
            later = None if after is None else after[chunk]
            found.append(self._backward(faces[chunk], later, [g[chunk] for g in goals], sizes, last, len(rows)))

        self.micro.run(len(mine), part, restart)
        self._update()
        return sum(f[0] for f in found), sum(f[1] for f in found), len(mine)

    def _backward(
        self, faces: Tensor, after: Tensor | None, goals: list[Tensor], sizes: list[float], last: bool, batch: int
    ) -> tuple[float, float]:
        """Gradients of some of a batch of `batch` faces, `after` their next frames: the loss, how many are right."""
        quiet = nullcontext() if last or self.together.size == 1 else self.wrapped.no_sync()  # type: ignore[operator]
        with quiet:
            with self.autocast():
                logits = self.wrapped(faces if after is None else torch.cat([faces, after]))
            if after is None:
                loss = self.objective.loss(logits, goals, sizes)
            else:
                logits, later = zip(*(both.chunk(2) for both in logits), strict=True)
                loss = (self.objective.loss(logits, goals, sizes) + self.objective.loss(later, goals, sizes)) / 2
                share = self.together.size / batch
                loss = loss + self.settings.consistency * share * apart(self.objective, logits, later)
            self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        right = (logits[0].argmax(1) == goals[0].argmax(1)).sum()
        return float(loss.detach()), float(right)

    def _set_rate(self) -> None:
        factor = self.schedule.factor(self.epoch * self.steps + self.step)
        self.learning_rate = self.settings.learning_rate * factor
        for group in self.optimiser.param_groups:
            group["lr"] = self.learning_rate

    def _update(self) -> None:
        if self.settings.clip:
            self.scaler.unscale_(self.optimiser)
            nn.utils.clip_grad_norm_(self.net.parameters(), self.settings.clip)
        self.scaler.step(self.optimiser)
        self.scaler.update()
        self.ema.update(self.net)

    def end_epoch(self, score: float) -> bool:
        """Close the epoch with its figure (more is better); True when it is the best so far."""
        better = score > self.best
        self.epoch, self.step, self.sums, self.seconds = self.epoch + 1, 0, [0.0, 0.0, 0.0], 0.0
        if better:
            self.best, self.best_epoch = score, self.epoch
        self.schedule.seen(score)
        return better

    @property
    def finished(self) -> bool:
        """After the last epoch, or when patience is at an end."""
        waited = self.epoch - self.best_epoch
        return self.epoch >= self.settings.epochs or 0 < self.settings.patience <= waited

    def averaged_net(self) -> FaceClassifier:
        """A copy of the network with the averaged weights."""
        net = self._classifier()
        net.load_state_dict(self.ema.shadow)
        return net.to(self.together.device)

    def prior_at(self, head: str, share: float) -> NDArray[np.float32]:
        """What to add to the logits: with share 1 answers come as often as in the training data, with 0 all alike.

        Where nothing was done against imbalance the logits hold the prior already.
        """
        included = self.settings.balance == "none"
        log_prior: NDArray[np.float32] = self.objective.targets[head].log_prior.numpy()
        return log_prior * (share - included)

    def no_answers(self, head: str) -> DataError:
        return DataError(f"the split PublicTest has no {head} to choose the best epoch by")

    def state(self) -> dict[str, Any]:
        targets = self.objective.targets
        return {
            "kind": "expression", "network": self.settings.network, "classes": list(self.classes),
            "heads": list(self.heads), "preprocess": self.preprocess.spec(), "size": self.net.size,
            "normalise": self.net.normalise, "priors": {h: t.prior.tolist() for h, t in targets.items()},
            "prior_included": self.settings.balance == "none", "data": self.data,
            "net": self.net.state_dict(), "ema": self.ema.state_dict(), "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(), "schedule": self.schedule.state_dict(), "micro": self.micro.size,
            "epoch": self.epoch, "step": self.step, "sums": self.sums, "seconds": self.seconds,
            "best": self.best, "best_epoch": self.best_epoch,
        }  # fmt: skip

    def _load(self, state: dict[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        for part in ("ema", "optimiser", "scaler", "schedule"):
            getattr(self, part).load_state_dict(state[part])
        self.micro.size = state["micro"]
        for name in ("epoch", "step", "sums", "seconds", "best", "best_epoch"):
            setattr(self, name, state[name])


def prepared(images: NDArray[np.uint8], preprocess: Preprocess) -> NDArray[np.uint8]:
    """The faces after the pixel steps; as they are (and memory-mapped, if they were) when there are none."""
    if not preprocess.steps:
        return images
    out = np.empty_like(images, subok=False)
    for start in range(0, len(images), _PREPARED_AT_ONCE):
        out[start : start + _PREPARED_AT_ONCE] = preprocess(images[start : start + _PREPARED_AT_ONCE])
    return out


def _precision(name: str, device: torch.device) -> tuple[bool, Any, torch.amp.GradScaler]:
    """Whether bf16 is on, a factory of autocast contexts, and the scaler that fp16 needs."""
    if name == "auto":
        if device.type == "cuda":
            name = "bf16" if torch.cuda.is_bf16_supported() else "fp16"
        else:  # without such instructions bf16 is slower than fp32
            name = "bf16" if torch.cpu.get_capabilities().get("avx512_bf16") else "fp32"
    if name == "fp16" and device.type == "cpu":
        raise DataError("precision fp16 needs a graphics processor: choose bf16 or fp32")
    kind = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(name)

    def autocast() -> Any:
        return torch.autocast(device.type, kind) if kind else nullcontext()

    return name == "bf16", autocast, torch.amp.GradScaler(device.type, enabled=name == "fp16")
