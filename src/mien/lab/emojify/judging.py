"""The judge of expressions, taught once by the engine's drawings and kept beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from mien.errors import DataError
from mien.lab.emojify.decoder import Judge
from mien.lab.emojify.drawings import Drawings
from mien.lab.emojify.settings import Recipe
from mien.lab.run import cosine, epoch_seed, seed_everything, weight_groups

RATE, JUDGED = 2e-3, 64  #: learning rate, drawings a batch
#: What the judge must not depend on: pictures are shifted by up to so many pixels, and noise lies on them.
SHIFT, NOISE = 3, 0.05


def as_pictures(pictures: NDArray[np.uint8]) -> Tensor:
    """N x 64 x 64 x 4 uint8 -> N x 4 x 64 x 64, 0..1."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255


def prepare_judge(folder: Path | str, drawings: Drawings, kept: NDArray[np.bool_], recipe: Recipe) -> Judge:
    """The judge of `folder`, taught on the drawings that wear one of the eight expressions where there is none yet.

    kept: N, drawings that must not be learnt from. Raises `DataError` where no drawing wears an expression.
    """
    from rich.console import Console
    from rich.progress import track

    file, judge = Path(folder) / "judge.pt", Judge()
    if file.is_file():
        judge.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
        return judge.eval().requires_grad_(False)
    rows = np.flatnonzero(~kept & (drawings.labels >= 0))
    if not len(rows):
        raise DataError("no drawing wears one of the eight expressions: prepare more")
    seed = epoch_seed(recipe.seed, 2)
    seed_everything(seed)
    rng = np.random.default_rng(seed)
    optimiser = torch.optim.AdamW(weight_groups(judge, recipe.weight_decay), lr=RATE)
    judge.train()
    for step in track(range(recipe.judge_steps), description="judge", console=Console(stderr=True)):
        for group in optimiser.param_groups:
            group["lr"] = RATE * cosine(step, recipe.judge_steps, min(recipe.warmup, recipe.judge_steps // 4))
        batch = rng.choice(rows, JUDGED)
        shift = [int(v) for v in rng.integers(-SHIFT, SHIFT + 1, 2)]
        pictures = torch.roll(as_pictures(drawings.pictures[batch]), shift, (2, 3))
        pictures = pictures + torch.randn_like(pictures) * NOISE * float(rng.random())
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bf16):
            said = judge(pictures)
        loss = functional.cross_entropy(said.float(), torch.from_numpy(drawings.labels[batch]), label_smoothing=0.05)
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimiser.step()
    judge.eval()
    part = file.with_name(f".{file.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    torch.save(judge.state_dict(), part)
    part.replace(file)
    return judge.requires_grad_(False)
