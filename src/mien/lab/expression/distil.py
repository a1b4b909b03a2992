"""Knowledge distillation (Hinton et al. 2015, https://arxiv.org/abs/1503.02531): one network learns from the answers of
several, which say more about a face than its label does, and is afterwards as fast as one."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from mien import models
from mien.errors import DataError
from mien.expression.preprocess import Preprocess
from mien.lab.data import FaceSet
from mien.lab.expression.calibrate import LEAST_PRIOR, Source
from mien.lab.expression.losses import Objective
from mien.lab.expression.member import Member, open_member
from mien.lab.expression.onnx_file import OnnxNet
from mien.lab.expression.protocols import match_labels
from mien.lab.expression.settings import Settings
from mien.lab.expression.train import train
from mien.lab.expression.watch import Watcher
from mien.lab.run import write_atomically

#: What the teachers see: the augmented faces that the student sees, in every epoch, as Beyer et al. 2022
#: (https://arxiv.org/abs/2106.05237) advise; or the clean faces and their mirror images, once.
VIEWS = ("same", "clean")
#: What the teachers teach: every head that they have in common with the student, or one of them.
TAUGHT = ("both", "votes", "labels")
_AT_ONCE = 256  #: faces that a teacher sees at once
_CACHE = "teachers.npy"


@dataclass(frozen=True)
class Distillation:
    """How the teachers' answers are mixed into the loss: (1 - weight) x own + weight x temperature^2 x KL.

    A head that is not taught learns from the data alone.
    """

    temperature: float = 2.0  #: both sides' logits are divided by it
    weight: float = 0.7  #: 0 is the data alone, 1 the teachers alone
    view: str = "same"
    teach: str = "both"

    def __post_init__(self) -> None:
        if not 0.1 <= self.temperature <= 100:
            raise DataError(f"temperature = {self.temperature:g}: expected 0.1 to 100")
        if not 0 <= self.weight <= 1:
            raise DataError(f"weight = {self.weight:g}: expected 0 (the data alone) to 1 (the teachers alone)")
        if self.view not in VIEWS:
            raise DataError(f"view = {self.view!r}: choose one of {', '.join(VIEWS)}")
        if self.teach not in TAUGHT:
            raise DataError(f"teach = {self.teach!r}: choose one of {', '.join(TAUGHT)}")


def distil(
    teachers: Sequence[Path | str],
    data: Source,
    out: Path | str,
    settings: Settings | None = None,
    *,
    how: Distillation | None = None,
    watcher: Watcher | None = None,
) -> Path:
    """Train a network on `data` and on what `teachers` answer; returns the run's folder, a run like any other.

    teachers: runs (folders or checkpoints), exported ONNX files, or "shipped", with the classes of the data in any
    order; several teach the mean of their probabilities. settings: of the student. Run it again to go on after any
    stop; the teachers must then be the same files. Raises `DataError`; then nothing is written.
    """
    settings, how = settings or Settings(network="mobile"), how or Distillation()
    if not teachers:
        raise DataError("distillation needs a teacher: a run, an ONNX file, or shipped")
    members = [open_member(teacher) for teacher in teachers]
    steps = tuple(step.spec for step in Preprocess.parse(settings.preprocess).steps)
    for member in members:
        if how.view == "same" and member.steps != steps:
            raise DataError(
                f"{member.name} is given faces after {' '.join(member.steps) or 'no pixel steps'}, the student after "
                f"{' '.join(steps) or 'none'}: let the teachers see the clean faces (--view clean)"
            )
    files = [{"name": m.name, "sha256": models.digest(m.file)} for m in members]
    told = {"teachers": files, "temperature": how.temperature, "weight": how.weight, "view": how.view}
    if how.teach != "both":
        told["teach"] = how.teach
    folder = Path(out)
    fresh = not folder.exists()

    def teach(objective: Objective, faces: FaceSet, device: torch.device, say: Callable[[str], None]) -> Objective:
        return taught(objective, faces, members, how, device, cache=folder / _CACHE, say=say)

    try:
        return train(data, out, replace(settings, extra={**settings.extra, "distil": told}), watcher, teach)
    except DataError:
        if fresh and not (folder / "last.pt").exists():
            shutil.rmtree(folder, ignore_errors=True)
        raise


def taught(
    objective: Objective,
    faces: FaceSet,
    members: Sequence[Member],
    how: Distillation,
    device: torch.device,
    *,
    cache: Path | None = None,
    say: Callable[[str], None] = print,
) -> Objective:
    """The objective with the teachers' lessons in it, for the training faces `faces` (before any pixel step).

    cache: where the answers on clean faces are kept for the next start of the run. Raises `DataError` for teachers that
    do not know the classes of the data.
    """
    asked = tuple(_Teacher(m, tuple(objective.targets), faces.classes, device) for m in members)
    heads = _taught_heads(tuple(objective.targets), members, how)
    o = objective
    own = {head: weight * (1 - how.weight * (head in heads)) for head, weight in o.weights.items()}
    shares = {head: how.weight * o.weights[head] for head in heads}
    result = Distilled(o.targets, own, o.balance, o.focal_gamma, o.drawn, how=how, shares=shares, teachers=asked)
    if how.view == "same":
        return result
    return replace(result, answers=_clean_answers(result, faces.images, cache, say))


def _taught_heads(student: tuple[str, ...], members: Sequence[Member], how: Distillation) -> tuple[str, ...]:
    """The student's first head, which every teacher can teach, and those that all have; or the one asked for."""
    common = tuple(h for h in student if h == student[0] or all(h in m.heads for m in members))
    if how.teach == "both":
        return common
    if how.teach not in common:
        raise DataError(f"teach = {how.teach}: the student or a teacher has no such answers, only {', '.join(common)}")
    return (how.teach,)


class _Teacher:
    """One teacher, whose answers come in the order of the student's classes, as common as in its own training."""

    def __init__(self, member: Member, heads: Sequence[str], classes: Sequence[str], device: torch.device) -> None:
        place = match_labels(classes, member.labels)
        if None in place or len(classes) != len(member.labels):
            raise DataError(
                f"{member.name} has the classes {', '.join(member.labels)}, the data has {', '.join(classes)}: a "
                "teacher must know the very classes that the student learns"
            )
        self.order = [p for p in place if p is not None]
        self.preprocess = Preprocess.parse(member.steps)
        self.rows = {head: member.heads.index(head) if head in member.heads else 0 for head in heads}
        prior = [np.log(np.maximum(member.priors[h], LEAST_PRIOR)) * (1 - member.included[h]) for h in member.heads]
        self.prior = torch.tensor(np.array(prior), dtype=torch.float32, device=device)[:, None]
        self.device = device
        self.net = None if member.net is None else member.net.to(device).requires_grad_(False)
        self.file = OnnxNet(member.file, torch.get_num_threads()) if self.net is None else None

    @torch.no_grad()
    def logits(self, faces: Tensor) -> Tensor:
        """n x 48 x 48 of 0..255, after the pixel steps -> H x n x C, with the natural prior."""
        if self.net is not None:
            bf16 = self.device.type == "cpu" and bool(torch.cpu.get_capabilities().get("avx512_bf16"))
            with torch.autocast(self.device.type, torch.bfloat16) if bf16 else nullcontext():
                found = torch.stack([head.float() for head in self.net.eval()(faces)])
        else:
            assert self.file is not None
            pixels = faces.round().clamp(0, 255).to("cpu", torch.uint8).numpy()
            found = torch.from_numpy(self.file.logits(pixels, _AT_ONCE)).to(self.device)
        return (found + self.prior)[:, :, self.order]


@dataclass(frozen=True)
class Distilled(Objective):
    """The usual objective and, beside it, the teachers' mean answer for some heads."""

    how: Distillation = Distillation()
    shares: Mapping[str, float] = field(default_factory=dict)  #: of the teachers' part in the loss, by taught head
    teachers: tuple[_Teacher, ...] = ()
    answers: Tensor | None = None  #: S x N x C, the teachers' probabilities on the clean faces

    def goals(self, rows: NDArray[np.int64]) -> list[Tensor]:
        """As without teachers, then for each taught head probabilities (n x C; 0 until seen) and weights (n x 1)."""
        own = super().goals(rows)
        for i in range(len(self.shares)):
            soft = torch.zeros_like(own[0]) if self.answers is None else self.answers[i, torch.from_numpy(rows)]
            own += [soft, torch.ones(len(rows), 1)]
        return own

    def on_view(self, faces: Tensor, goals: list[Tensor]) -> list[Tensor]:
        if self.answers is None:
            first = 2 * len(self.targets)
            for i, soft in enumerate(self.ask(faces)):
                goals[first + 2 * i] = soft
        return goals

    def ask(self, faces: Tensor) -> Tensor:
        """The mean of the teachers' probabilities at the temperature: n x 48 x 48 -> S x n x C."""
        starts = range(0, len(faces), _AT_ONCE)
        return torch.cat([self.mean([t.logits(faces[i : i + _AT_ONCE]) for t in self.teachers]) for i in starts], 1)

    def mean(self, logits: Sequence[Tensor]) -> Tensor:
        """H x n x C logits of each teacher -> S x n x C."""
        soft = [
            torch.stack([(own[teacher.rows[head]] / self.how.temperature).softmax(1) for head in self.shares])
            for teacher, own in zip(self.teachers, logits, strict=True)
        ]
        return torch.stack(soft).mean(0)

    def loss(self, logits: Sequence[Tensor], goals: Sequence[Tensor], sizes: Sequence[float]) -> Tensor:
        """The mix of the two; the teachers' part is KL(teachers, student) at the temperature, times its square."""
        count, t = len(self.targets), self.how.temperature
        total = super().loss(logits, goals[: 2 * count], sizes[:count])
        order = list(self.targets)
        for i, (head, share) in enumerate(self.shares.items()):
            soft, weight = goals[2 * (count + i)], goals[2 * (count + i) + 1][:, 0]
            scores = logits[order.index(head)].float()
            if self.balance != "none":  # then the logits hold no prior, and the teachers' answers do
                scores = scores + self.targets[head].log_prior.to(scores.device)
            far = F.kl_div((scores / t).log_softmax(1), soft, reduction="none").sum(1)
            total = total + share * t**2 * (far * weight).sum() / sizes[count + i]
        return total


def _clean_answers(
    asked: Distilled, images: NDArray[np.uint8], cache: Path | None, say: Callable[[str], None]
) -> Tensor:
    """What the teachers say of the faces, mean over each and its mirror image, S x N x C; kept beside the run."""
    if cache is not None and cache.is_file():
        return torch.from_numpy(np.load(cache))
    say(f"asking {len(asked.teachers)} teachers about {len(images):,} faces")
    parts = []
    for start in range(0, len(images), _AT_ONCE):
        chunk = np.asarray(images[start : start + _AT_ONCE])
        views = []
        for view in (chunk, np.ascontiguousarray(chunk[:, :, ::-1])):
            seen = [t.logits(torch.from_numpy(t.preprocess(view)).float().to(t.device)) for t in asked.teachers]
            views.append(asked.mean(seen))
        parts.append(torch.stack(views).mean(0).cpu())
    answers = torch.cat(parts, 1)
    if cache is not None:
        stream = io.BytesIO()
        np.save(stream, answers.numpy())
        write_atomically(cache, stream.getvalue())
    return answers
