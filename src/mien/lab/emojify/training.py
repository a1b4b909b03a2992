"""Training of the encoder: a run folder, seeded, resumable after a kill. `decoding` teaches the decoder before."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from mien.avatar.neural.slots import current_layout
from mien.errors import DataError
from mien.lab.emojify import losses
from mien.lab.emojify.batches import Batch, Drawer, make_batch
from mien.lab.emojify.decoder import Decoder, Judge
from mien.lab.emojify.decoding import fit_decoder, held_drawings, load_decoder
from mien.lab.emojify.drawings import Drawings, prepare_drawings
from mien.lab.emojify.judging import as_pictures, prepare_judge
from mien.lab.emojify.net import Emission, Encoder
from mien.lab.emojify.people import People, prepare_people
from mien.lab.emojify.scoring import score
from mien.lab.emojify.settings import DECODER, Recipe
from mien.lab.emojify.start import begin_from
from mien.lab.run import Ema, Run, StopRequest, cosine, epoch_seed, restored, saved, seed_everything, weight_groups

MODEL = "emojify"


def train(
    data: Path | str,
    out: Path | str,
    recipe: Recipe | None = None,
    *,
    prepared: Path | str | None = None,
    decoder: Path | str | None = None,
    start: Path | str | None = "shipped",
) -> dict[str, Any]:
    """Train on the folders portraits, utkface and ytfaces of `data` into the run folder `out`; returns the last
    measures.

    prepared: where faces and drawings are kept (default: in the run), so that several runs share them. decoder: a run
    whose decoder to take over, instead of teaching one. start: an exported appearance or landmark network whose trunk
    to begin from ("shipped": mien's appearance network), None for chance weights. A killed run goes on when called
    again with the same settings. Raises `DataError`.
    """
    recipe = recipe or Recipe()
    config = {"model": MODEL, **asdict(recipe), "start": str(start or ""), "decoder": str(decoder or "")}
    run = Run(out, config)
    torch.set_num_threads(recipe.threads)
    folder = Path(prepared) if prepared else run.folder / "prepared"
    people = prepare_people(data, folder, limit=recipe.faces)
    drawings = prepare_drawings(recipe.drawings, folder, people.controls[~people.held], people.target)
    kept = held_drawings(len(drawings), people.held)
    judge = prepare_judge(folder, drawings, kept, recipe)
    if decoder is None:
        fit_decoder(drawings, kept, judge, Run(run.folder / DECODER, config), recipe)
    taught = load_decoder(Path(decoder or run.folder) / DECODER)
    return fit(people, drawings, run, recipe, taught, judge, start=start)


def teach_decoder(
    data: Path | str,
    out: Path | str,
    recipe: Recipe | None = None,
    *,
    prepared: Path | str,
    begin: Path | str | None = None,
) -> dict[str, Any]:
    """Teach a decoder alone, for longer than `train` does, into the run folder `out`; returns the last measures.

    prepared: see `train`. begin: a run of `train` whose decoder is to be taught on. Raises `DataError`.
    """
    recipe = recipe or Recipe()
    config = {"model": DECODER, **asdict(recipe), "begin": str(begin or "")}
    torch.set_num_threads(recipe.threads)
    people = prepare_people(data, prepared, limit=recipe.faces)
    drawings = prepare_drawings(recipe.drawings, prepared, people.controls[~people.held], people.target)
    kept = held_drawings(len(drawings), people.held)
    judge = prepare_judge(prepared, drawings, kept, recipe)
    first = load_decoder(Path(begin) / DECODER) if begin else None
    return fit_decoder(drawings, kept, judge, Run(Path(out) / DECODER, config), recipe, first)


def fit(
    people: People,
    drawings: Drawings,
    run: Run,
    recipe: Recipe,
    decoder: Decoder,
    judge: Judge,
    *,
    start: Path | str | None = None,
) -> dict[str, Any]:
    """Train on prepared faces with a decoder that is taught; the last drawings are the faces'. See `train`."""
    seed_everything(recipe.seed)
    trainer = Trainer(people, drawings, recipe, decoder, judge, start)
    first = trainer.restore(run.resume())
    measures: dict[str, Any] = run.history()[-1] if run.history() else {}
    with StopRequest() as stop:
        for epoch in range(first, recipe.epochs):
            began = time.monotonic()
            parts = trainer.epoch(epoch)
            averaged = Encoder(recipe)
            averaged.load_state_dict(trainer.ema.shadow)
            measures = score(averaged.eval(), people)
            run.save({**trainer.state(), "epoch": epoch})
            run.log(epoch=epoch, seconds=round(time.monotonic() - began, 1), **parts, **measures)
            stop.obey()
    return measures


class Trainer:
    """Encoder, the still decoder and judge that teach it, optimiser and averages of a run."""

    def __init__(
        self,
        people: People,
        drawings: Drawings,
        recipe: Recipe,
        decoder: Decoder,
        judge: Judge,
        start: Path | str | None,
    ) -> None:
        self.people, self.recipe = people, recipe
        self.pictures = drawings.pictures[len(drawings) - len(people) :]
        self.drawer = Drawer(people, recipe)
        if len(self.drawer.faces) + len(self.drawer.of_person) == 0:
            raise DataError("no faces outside the held-out part: give more pictures")
        self.net = Encoder(recipe)
        if start:
            begin_from(self.net.trunk, start)
        self.decoder, self.judge = decoder.eval().requires_grad_(False), judge
        self.emission, self.loss = Emission(), losses.VectorLoss(current_layout())
        self.sharpness = nn.Parameter(torch.tensor(0.0))  # logarithm
        self.net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's own stubs lack it
        self.ema = Ema(self.net, recipe.ema)
        self.optimiser = torch.optim.AdamW(self._groups(), lr=recipe.lr)

    def _groups(self) -> list[dict[str, Any]]:
        trunk = self.net.trunk
        if self.recipe.frozen:
            trunk.stem.requires_grad_(False)
            trunk.layers[: self.recipe.frozen].requires_grad_(False)
        moving = {id(p) for p in trunk.parameters()}
        groups = weight_groups(self.net, self.recipe.weight_decay)
        split = []
        for group in groups:
            for inside, share in ((True, self.recipe.trunk_lr), (False, 1.0)):
                own = [p for p in group["params"] if (id(p) in moving) == inside and p.requires_grad]
                split.append({**group, "params": own, "share": share})
        return [*split, {"params": [self.sharpness], "weight_decay": 0.0, "share": 1.0}]

    def epoch(self, epoch: int) -> dict[str, float]:
        """One epoch; returns the mean of every loss."""
        from rich.console import Console
        from rich.progress import track

        recipe, seed = self.recipe, epoch_seed(self.recipe.seed, epoch)
        seed_everything(seed)
        rng = np.random.default_rng(seed)
        self.net.train()
        sums: dict[str, float] = {}
        title, console = f"epoch {epoch + 1}/{recipe.epochs}", Console(stderr=True)
        for step in track(range(recipe.steps), description=title, console=console):
            place = epoch * recipe.steps + step
            for group in self.optimiser.param_groups:
                factor = cosine(place, recipe.epochs * recipe.steps, recipe.warmup)
                group["lr"] = recipe.lr * group["share"] * factor
            parts = self.losses(make_batch(self.people, self.drawer.draw(rng), rng))
            total = torch.stack([getattr(recipe, name) * value for name, value in parts.items()]).sum()
            self.optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(total)
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
            self.optimiser.step()
            self.ema.update(self.net)
            for name, value in parts.items():
                sums[name] = sums.get(name, 0.0) + value.item() / recipe.steps
        return {f"loss_{name}": round(value, 4) for name, value in sums.items()}

    def losses(self, batch: Batch) -> dict[str, Tensor]:
        """Every loss of a batch, by its name in the recipe."""
        head, points = torch.from_numpy(batch.head), torch.from_numpy(batch.points)
        target = torch.from_numpy(batch.target)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bf16):
            raw, traits, _ = self.net(head, points)
        raw, traits = raw.float(), traits.float()
        vector = self.emission(raw)
        pairs = min(self.recipe.people, len(self.drawer.of_person))
        parts = {
            "attributes": losses.attribute_loss(traits, torch.from_numpy(batch.labels), torch.from_numpy(batch.weight)),
            "choices": self.loss.choices(raw, target),
            "values": self.loss.values(vector, target),
            "controls": self.loss.moved(vector, target),
            "identity": self.loss.identity(vector, pairs, self.sharpness.exp().clamp(max=100.0)),
        }
        return parts | self._drawn(vector, batch)

    def _drawn(self, vector: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Losses on the pictures of some faces of a batch, those that were not mirrored."""
        rows = np.flatnonzero(batch.plain)[-self.recipe.drawn :]
        if not len(rows):
            return {"picture": vector.sum() * 0, "expression": vector.sum() * 0}
        drawn = as_pictures(self.pictures[batch.rows[rows]])
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bf16):
            said = self.decoder(vector[torch.from_numpy(rows)])
            judged, wanted = self.judge(said), self.judge(drawn).detach()
        return {
            "picture": losses.picture_loss(said, drawn),
            "expression": losses.expression_loss(judged.float(), wanted.float()),
        }

    def state(self) -> dict[str, Any]:
        return {
            **saved(self.net, self.ema, self.optimiser),
            "sharpness": self.sharpness.detach(),
            "decoder": self.decoder.state_dict(),
        }

    def restore(self, state: dict[str, Any] | None) -> int:
        """Take up a saved state; returns the epoch to go on with."""
        if state is None:
            return 0
        self.sharpness.data.copy_(state["sharpness"])
        return restored(state, self.net, self.ema, self.optimiser)
