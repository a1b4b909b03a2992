"""Several expression models as one: the mean of their calibrated probabilities, in one ONNX file."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien import __version__
from mien.errors import DataError
from mien.expression.preprocess import Preprocess
from mien.expression.recogniser import softmax
from mien.lab.expression.calibrate import Source, calibrate, names_of, shifted, truth_of_head
from mien.lab.expression.card import draft_card
from mien.lab.expression.emoji_map import checked_emoji
from mien.lab.expression.export import INPUT, OWN_LABELS_SHARE, Bench, finish
from mien.lab.expression.joined import MEANS, Answer, join
from mien.lab.expression.losses import HEADS
from mien.lab.expression.measure import measure
from mien.lab.expression.member import Member, open_member
from mien.lab.expression.onnx_file import OnnxNet, file_to_write

#: The joined file's logits may differ by this from the mean computed outside it.
TOLERANCE = 1e-3


def ensemble(
    models: Sequence[Path | str],
    out: Path | str,
    data: Source | None = None,
    *,
    mean: str = "arithmetic",
    prior_share: float = 0.6,
    unsure_below: float = 0.4,
    emoji: Mapping[str, str] | None = None,
    card: bool = True,
) -> dict[str, Any]:
    """Write `out`, one ONNX file whose answer is the mean of the answers of `models`, and a model card beside it.

    models: two or more runs (folders or checkpoints), exported ONNX files, or "shipped", with the same classes, the
    same pixel steps and at least one kind of answer (votes or labels) in common. data: faces on whose PublicTest split
    every member, and then the whole, is calibrated; by default what the first run was trained on. mean: of the
    probabilities ("arithmetic") or of their logarithms ("geometric"). prior_share, unsure_below, emoji, card: as in
    `mien.lab.expression.export.export`.

    Returns what it gains on PublicTest, ready for JSON: `members` and `ensemble` with their figures, `gain` (accuracy
    over the best member's, 0..1), and how many faces it `mended` and `spoilt` against that member.
    Raises `DataError`; then nothing is written.
    """
    if mean not in MEANS:
        raise DataError(f"no mean {mean!r}: choose one of {', '.join(MEANS)}")
    target = file_to_write(out)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".mien-") as name:
        part = Path(name) / target.name
        members = _opened(models)
        heads = _common(members)
        files = []
        for number, member in enumerate(members):
            place = Path(name) / f"member{number}"
            place.mkdir()
            files.append(member.onnx(place))
        source = _source(members, data)
        bench = Bench.of(source, members[0].labels, Preprocess.parse(members[0].steps))
        shares = dict(zip(heads, (prior_share, OWN_LABELS_SHARE), strict=False))
        logits = [OnnxNet(file).logits(bench.images) for file in files]
        tables = {head: _calibrated(members, logits, head, bench, shares[head]) for head in heads}
        whole = _write(part, members, files, tables, bench, mean)
        priors = [np.mean([m.priors[head] for m in members], axis=0).tolist() for head in heads]
        meta = _meta(members, shares, mean) | {
            "emoji": checked_emoji(emoji or _shared_emoji(members), bench.faces.classes)
        }
        finish(part, meta, bench, priors, prior_share, unsure_below, logits=whole)
        report = {"model": str(target), "mean": mean, **_gain(whole[0], meta, members, tables[heads[0]], bench)}
        if card:
            learnt = [path for member in members for path in member.data]
            state = {"heads": heads, "data": learnt, "members": report["members"], "mean": mean}
            text = draft_card(part, bench.faces, state, names_of(source), command="mien lab ensemble")
            part.with_suffix(".md").write_text(text, encoding="utf-8")
            part.with_suffix(".md").replace(target.with_suffix(".md"))
        part.replace(target)
    return report


def _opened(models: Sequence[Path | str]) -> list[Member]:
    """The members, which must be able to answer together."""
    if len(models) < 2:
        raise DataError("an ensemble needs two models or more")
    members = [open_member(model) for model in models]
    first = members[0]
    for member in members[1:]:
        if member.labels != first.labels:
            raise DataError(
                f"{member.name} has the classes {', '.join(member.labels)}, but {first.name} has "
                f"{', '.join(first.labels)}: only models with the same classes can be joined"
            )
        if member.steps != first.steps:
            raise DataError(
                f"{member.name} is given faces after {_steps(member)}, but {first.name} after {_steps(first)}: only "
                "models with the same pixel steps can be joined, because these run before the file"
            )
    return members


def _steps(member: Member) -> str:
    return " ".join(member.steps) or "no pixel steps"


def _common(members: Sequence[Member]) -> tuple[str, ...]:
    """What all members answer: votes, labels or both."""
    heads = tuple(head for head in HEADS if all(head in m.heads for m in members))
    if not heads:
        said = ", ".join(f"{m.name} {' and '.join(m.heads)}" for m in members)
        raise DataError(f"these models have nothing in common that they were taught by: {said}")
    return heads


def _source(members: Sequence[Member], data: Source | None) -> Source:
    if data is not None:
        return data
    known = next((m.data for m in members if m.data), ())
    if not known:
        raise DataError("none of these models says what it was trained on: give the data to calibrate on (--data)")
    return list(known)


def _calibrated(
    members: Sequence[Member], logits: Sequence[NDArray[np.float32]], head: str, bench: Bench, share: float
) -> list[tuple[dict[str, Any], NDArray[np.float32]]]:
    """Each member's calibration for one head, made anew on PublicTest, and its logits there."""
    truth = truth_of_head(bench.valid, head)
    own = [answers[m.heads.index(head)] for m, answers in zip(members, logits, strict=True)]
    return [
        (calibrate(z, m.priors[head], truth, share, m.included[head]), z) for m, z in zip(members, own, strict=True)
    ]  # fmt: skip


def _write(
    part: Path,
    members: Sequence[Member],
    files: Sequence[Path],
    tables: Mapping[str, Sequence[tuple[dict[str, Any], NDArray[np.float32]]]],
    bench: Bench,
    mean: str,
) -> NDArray[np.float32]:
    """Join the members, and return the file's logits, H x N x C on PublicTest, checked against the mean of theirs.

    Raises `DataError` where they differ.
    """
    answers = [
        [
            Answer(m.output(head), [table["prior_share"] * p for p in table["log_prior"]], table["temperature"])
            for m, (table, _) in zip(members, tables[head], strict=True)
        ]
        for head in tables
    ]
    join(files, answers, part, mean)
    theirs = OnnxNet(part).logits(bench.images)
    for found, own in zip(theirs, tables.values(), strict=True):
        logs = np.stack([np.log(np.maximum(softmax(shifted(logits, table)), 1e-30)) for table, logits in own])
        wanted = logs.mean(0) if mean == "geometric" else np.log(np.exp(logs).mean(0))
        near = wanted > np.log(1e-6)  # below that float32 has few digits left
        if not np.allclose(found[near], wanted[near], atol=TOLERANCE, rtol=TOLERANCE):
            worst = float(np.abs(found[near] - wanted[near]).max())
            raise DataError(f"the joined file differs from the mean of its members by {worst:.3g}: export them again")
    return theirs


def _meta(members: Sequence[Member], shares: Mapping[str, float], mean: str) -> dict[str, Any]:
    return {
        "kind": "expression",
        "labels": list(members[0].labels),
        "heads": list(shares),
        "network": f"{mean} mean of " + ", ".join(m.network for m in members),
        "members": [m.name for m in members],
        "input": INPUT,
        "preprocess": list(members[0].steps),
        "prior_included": list(shares.values()),
        "mien": __version__,
    }


def _shared_emoji(members: Sequence[Member]) -> dict[str, str]:
    """The emoji of the classes, where the members that name any agree."""
    named = [m.emoji for m in members if m.emoji]
    return {name: text for name, text in (named[0] if named else {}).items() if all(e.get(name) == text for e in named)}


def _gain(
    logits: NDArray[np.float32],
    meta: Mapping[str, Any],
    members: Sequence[Member],
    tables: Sequence[tuple[dict[str, Any], NDArray[np.float32]]],
    bench: Bench,
) -> dict[str, Any]:
    """The figures of the members and of the whole on PublicTest, all with the same share of the prior."""
    truth = truth_of_head(bench.valid, meta["heads"][0])
    known = truth >= 0
    truth = truth[known]
    whole = softmax(shifted(logits, meta["calibration"]))[known]
    each = [softmax(shifted(logits, table))[known] for table, logits in tables]
    rows = [
        {"name": m.name, "network": m.network, **_figures(p, truth)} for m, p in zip(members, each, strict=True)
    ]  # fmt: skip
    best = int(np.argmax([row["accuracy"] for row in rows]))
    right, before = whole.argmax(1) == truth, each[best].argmax(1) == truth
    figures = _figures(whole, truth)
    return {
        "members": rows,
        "ensemble": figures,
        "best_member": rows[best]["name"],
        "gain": round(figures["accuracy"] - rows[best]["accuracy"], 4),
        "mended": int((right & ~before).sum()),
        "spoilt": int((before & ~right).sum()),
    }


def _figures(probabilities: NDArray[Any], truth: NDArray[np.int64]) -> dict[str, Any]:
    return {k: round(v, 4) if isinstance(v, float) else v for k, v in measure(probabilities, truth).items()}
