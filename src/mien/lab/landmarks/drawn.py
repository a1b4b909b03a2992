"""Teach a finished landmark network that drawings are no faces.

Training pictures hold hardly any drawings, so a yellow emoji passes for a face. Our own drawings, recoloured, turned
and cut as a detector would, stand for them. Only the row of the head that says "is a face" learns; all else stays as it
was.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image
from rich.progress import track
from torch import Tensor

from mien.avatar import emoji_picture
from mien.emoji import RECIPES
from mien.lab.landmarks.augment import degrade
from mien.lab.landmarks.data import load
from mien.lab.landmarks.exporting import load_net
from mien.lab.landmarks.net import LandmarkNet
from mien.lab.landmarks.sample import Places, batches, read_candidates
from mien.lab.landmarks.sources import find_sources
from mien.vision.crop import LANDMARK_SIZE, crop_affine, similarity

FACE_ROW = -2  #: of the head: is a face


def drawing(rng: np.random.Generator) -> NDArray[np.uint8]:
    """A 96 x 96 x 3 crop of one of our emoji as a detector would cut it: any colour, half of them yellow as drawn."""
    side = int(rng.integers(40, 200))
    drawn = emoji_picture(str(rng.choice(list(RECIPES))), side)
    ground = Image.new("RGB", (2 * side, 2 * side), tuple(rng.integers(0, 256, 3).tolist()))
    if rng.random() < 0.5:
        ground = Image.new("RGB", ground.size, "white")
    ground.paste(drawn, (side // 2, side // 2), drawn)
    pixels = np.asarray(ground)
    if rng.random() < 0.5:  # another colour: hues turned, channels swapped, grey
        hsv = np.array(ground.convert("HSV"))
        hsv[..., 0] += rng.integers(0, 256, dtype=np.uint8)
        hsv[..., 1] = (hsv[..., 1] * rng.uniform(0, 1)).astype(np.uint8)
        pixels = np.asarray(Image.fromarray(hsv, "HSV").convert("RGB"))
    reach = side * float(rng.uniform(0.75, 1.7))
    centre = side + rng.uniform(-0.15, 0.15, 2) * side
    matrix = similarity((float(centre[0]), float(centre[1])), reach, float(rng.uniform(-25, 25)), LANDMARK_SIZE)
    crop = crop_affine(pixels, matrix, LANDMARK_SIZE)
    return degrade(crop, rng) if rng.random() < 0.5 else crop


@torch.no_grad()
def features(net: LandmarkNet, crops: NDArray[np.uint8]) -> Tensor:
    """What the head sees of N crops: N x F."""
    seen: list[Tensor] = []
    hook = net.head.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    for start in range(0, len(crops), 128):
        net(torch.from_numpy(crops[start : start + 128]))
    hook.remove()
    return torch.cat(seen)


def learn_drawings(
    run: Path | str,
    data: Path | str | Sequence[Path | str],
    points: Path | str,
    out: Path | str,
    *,
    candidates: Path | str | None = None,
    steps: int = 60,
    drawings: int = 3000,
    anchor: float = 3e-3,
    seed: int = 0,
) -> Path:
    """Write to `out` a copy of the finished `run` whose is-a-face score also rejects drawings.

    data, points, candidates: as for training. steps: training batches of 128 that keep it right about photographs.
    anchor: how firmly the row is held to what it was (squared distance). Returns `out`. Raises `DataError`.
    """
    net, rng = load_net(run).eval(), np.random.default_rng(seed)
    folders = [data] if isinstance(data, str | Path) else list(data)
    faces = load([source for folder in folders for source in find_sources(folder, points)])
    hard = read_candidates(Path(candidates), faces, "scenes")[0] if candidates is not None else []
    rows = np.flatnonzero(~np.array(faces.held))
    seen, truth = [], []
    stream = batches(faces, rows, Places.of(faces, False, hard), 128, steps, rng)
    for batch in track(stream, "photographs", total=steps):
        seen.append(features(net, batch.crops))
        truth.append(torch.from_numpy(batch.face))
    seen.append(features(net, np.stack([drawing(rng) for _ in track(range(drawings), "drawings")])))
    truth.append(torch.zeros(drawings))
    fit_row(net, torch.cat(seen), torch.cat(truth), anchor)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(run) / "config.json", folder / "config.json")
    state: dict[str, Any] = torch.load(Path(run) / "best.pt", map_location="cpu", weights_only=False)
    state["ema"]["shadow"].update({f"head.{k}": v for k, v in net.head.state_dict().items()})
    torch.save(state, folder / "best.pt")
    return folder


def fit_row(net: LandmarkNet, seen: Tensor, truth: Tensor, anchor: float) -> None:
    """Logistic regression of the is-a-face row, held to its old values."""
    before = net.head.weight[FACE_ROW].detach().clone()
    row = before.clone().requires_grad_()
    bias = net.head.bias[FACE_ROW].detach().clone().requires_grad_()
    optimiser = torch.optim.LBFGS([row, bias], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        error = F.binary_cross_entropy_with_logits(seen @ row + bias, truth) + anchor * (row - before).square().sum()
        error.backward()  # type: ignore[no-untyped-call]
        return error

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        net.head.weight[FACE_ROW] = row
        net.head.bias[FACE_ROW] = bias
