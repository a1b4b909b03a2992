"""Teaching the decoder on the engine's own drawings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mien.errors import DataError
from mien.lab.emojify.decoder import Decoder, Judge
from mien.lab.emojify.drawings import HELD_EVERY, Drawings
from mien.lab.emojify.judging import as_pictures
from mien.lab.emojify.losses import picture_loss
from mien.lab.emojify.settings import Recipe
from mien.lab.run import Ema, Run, StopRequest, cosine, epoch_seed, restored, saved, seed_everything, weight_groups

BATCH = 128  #: drawings that are measured at once
CHECKED = 1000  #: drawings held back that are measured after every epoch


def held_drawings(count: int, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which drawings are for measuring: every `HELD_EVERY`-th of the random people, who come first, and those of people
    held back (`held`). count: of all drawings."""
    random = np.arange(count - len(held)) % HELD_EVERY == 0
    return np.concatenate([random, held])


def load_decoder(folder: Path | str) -> Decoder:
    """The averaged decoder of a run of `fit_decoder`. Raises `DataError`."""
    file = Path(folder) / "last.pt"
    if not file.is_file():
        raise DataError(f"{file}: no such checkpoint; teach a decoder first")
    decoder = Decoder()
    try:
        decoder.load_state_dict(torch.load(file, map_location="cpu", weights_only=False)["ema"]["shadow"])
    except (KeyError, RuntimeError):
        raise DataError(f"{file}: not a decoder of the parts that are drawn now; teach one anew") from None
    return decoder.eval()


def fit_decoder(
    drawings: Drawings,
    kept: NDArray[np.bool_],
    judge: Judge,
    run: Run,
    recipe: Recipe,
    begin: Decoder | None = None,
) -> dict[str, Any]:
    """Teach a decoder; returns the last measures. kept: N, drawings that must not be learnt from. begin: a decoder that
    is to be taught on. A killed run goes on."""
    seed_everything(recipe.seed)
    teacher = _Teacher(drawings, kept, judge, recipe, begin or Decoder())
    first = teacher.restore(run.resume())
    measures: dict[str, Any] = run.history()[-1] if run.history() else {}
    with StopRequest() as stop:
        for epoch in range(first, recipe.decoder_epochs):
            began = time.monotonic()
            loss = teacher.epoch(epoch)
            measures = teacher.measure()
            run.save({**teacher.state(), "epoch": epoch})
            run.log(epoch=epoch, loss=round(loss, 5), seconds=round(time.monotonic() - began, 1), **measures)
            stop.obey()
    return measures


class _Teacher:
    """Decoder, judge, optimiser and averages of a run."""

    def __init__(
        self, drawings: Drawings, kept: NDArray[np.bool_], judge: Judge, recipe: Recipe, decoder: Decoder
    ) -> None:
        self.drawings, self.judge, self.recipe = drawings, judge, recipe
        self.rows = np.flatnonzero(~kept)
        self.checked = np.random.default_rng(0).permutation(np.flatnonzero(kept))[:CHECKED]
        if not len(self.rows):
            raise DataError("no drawings to learn from: prepare more")
        self.decoder = decoder
        self.decoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's own stubs lack it
        self.ema = Ema(self.decoder, recipe.ema)
        self.optimiser = torch.optim.AdamW(weight_groups(self.decoder, 0.0), lr=recipe.decoder_lr)

    def epoch(self, epoch: int) -> float:
        """One epoch; returns its mean loss."""
        from rich.console import Console
        from rich.progress import track

        recipe, seed = self.recipe, epoch_seed(self.recipe.seed, 1, epoch)
        seed_everything(seed)
        rng, total = np.random.default_rng(seed), 0.0
        self.decoder.train()
        title, console = f"decoder, epoch {epoch + 1}/{recipe.decoder_epochs}", Console(stderr=True)
        for step in track(range(recipe.decoder_steps), description=title, console=console):
            place = epoch * recipe.decoder_steps + step
            for group in self.optimiser.param_groups:
                factor = cosine(place, recipe.decoder_epochs * recipe.decoder_steps, recipe.warmup)
                group["lr"] = factor * recipe.decoder_lr
            loss = self._loss(rng.choice(self.rows, recipe.decoder_batch))
            self.optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(self.decoder.parameters(), 1.0)
            self.optimiser.step()
            self.ema.update(self.decoder)
            total += loss.item() / recipe.decoder_steps
        return total

    def _loss(self, rows: NDArray[np.int64]) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bf16):
            said = self.decoder(torch.from_numpy(self.drawings.vectors[rows]))
        return picture_loss(said.float(), as_pictures(self.drawings.pictures[rows]))

    def measure(self) -> dict[str, float]:
        """On drawings held back: mean squared error of pictures, and how often the judge reads the right expression
        off the engine's drawing and off the decoder's."""
        averaged = Decoder()
        averaged.load_state_dict(self.ema.shadow)
        return measure_decoder(averaged.eval(), self.judge, self.drawings, self.checked)

    def state(self) -> dict[str, Any]:
        return saved(self.decoder, self.ema, self.optimiser)

    def restore(self, state: dict[str, Any] | None) -> int:
        """Take up a saved state; returns the epoch to go on with."""
        if state is None:
            return 0
        return restored(state, self.decoder, self.ema, self.optimiser)


@torch.inference_mode()
def measure_decoder(
    decoder: nn.Module, judge: nn.Module, drawings: Drawings, rows: NDArray[np.int64]
) -> dict[str, float]:
    """See `_Teacher.measure`."""
    errors, right = [], {"engine": 0, "decoder": 0}
    known = 0
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        drawn = as_pictures(drawings.pictures[part])
        said = decoder(torch.from_numpy(drawings.vectors[part]))
        errors.append(((said - drawn) ** 2).mean((1, 2, 3)).numpy())
        labels = torch.from_numpy(drawings.labels[part])
        of_eight = labels >= 0
        if of_eight.any():
            known += int(of_eight.sum())
            for name, picture in (("engine", drawn), ("decoder", said)):
                right[name] += int((judge(picture[of_eight]).argmax(1) == labels[of_eight]).sum())
    result = {"mse": round(float(np.concatenate(errors).mean()), 5)} if errors else {}
    return result | {f"expression_{name}": round(count / known, 4) for name, count in right.items() if known}
