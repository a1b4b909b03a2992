"""A model card (Mitchell et al. 2019, https://arxiv.org/abs/1810.03993), drafted from a run: what a machine can know of
a model is filled in, what it cannot is asked for in lines that begin with "Fill in"."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mien import __version__
from mien.emoji import canonical, match
from mien.lab.axes import tenths
from mien.lab.data import SPLITS, FaceSet
from mien.lab.expression import networks
from mien.lab.expression.calibrate import truth_of_head
from mien.lab.expression.card_figures import figures_part, judge, limits_part, table_part
from mien.lab.expression.classifier import FaceClassifier
from mien.lab.expression.classifiers import Exported, latency
from mien.lab.expression.macs import cost
from mien.lab.expression.onnx_file import metadata
from mien.lab.expression.settings import Settings
from mien.lab.toml_text import toml_text


def draft_card(
    onnx: Path,
    faces: FaceSet,
    state: Mapping[str, Any],
    measured: Sequence[str] = (),
    *,
    run: Path | None = None,
    net: FaceClassifier | None = None,
    command: str = "mien lab export",
) -> str:
    """The text (Markdown) of the card of an exported model.

    faces: the data that it was calibrated on, and `measured` its paths. state: `heads`, `data` (paths of what was
    learnt from), and what else a checkpoint holds; of several models `members` and `mean`. Of paths the card gives the
    names only. run: where the settings are. net: to count its parameters. command: what drafts it.
    """
    model, meta = Exported(onnx), metadata(onnx)
    judged = judge(model, faces)
    parts = [
        f"# {onnx.stem}\n\nDrafted by `{command}` (mien {__version__}) on {datetime.date.today().isoformat()}. "
        "Lines that begin with **Fill in** ask for what a machine cannot know; the rest is from the run and was "
        "measured when the file was written.",
        _overview(onnx, meta, model, faces, net),
        "## Use\n\nIt reads what a face shows, not what a person feels. Do not use it to judge, select or watch people "
        "without their consent.\n\n- **Fill in:** what it is meant for, and for whom.\n"
        "- **Fill in:** what it must not be used for.",
        _data(faces, state, measured),
        _recipe(run, state),
        _calibration(meta),
        figures_part(onnx, judged),
        limits_part(judged, faces),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _overview(onnx: Path, meta: Mapping[str, Any], model: Exported, faces: FaceSet, net: FaceClassifier | None) -> str:
    classes = meta["labels"]
    outputs = f"`logits` N x {len(classes)}: evidence for each class, to be calibrated as its metadata says"
    if "calibration_fer2013" in meta:
        outputs += f"; `logits_fer2013` N x {len(classes)}: the same as the data's own labels read faces"
    took = latency(model, faces.only("PublicTest").images)
    rows = [
        ("task", f"which of {len(classes)} expressions a face shows"),
        ("classes", ", ".join(classes)),
        ("emoji", _emoji(meta)),
        ("input", f"`faces`: {meta['input']}"),
        ("before the network", _steps(meta)),
        ("outputs", outputs),
        *_network(meta, net),
        *_file(onnx, meta),
        ("time", f"{took['median']:.2f} ms a face (median), one at a time on one thread, on the machine that wrote it"),
        ("licence", "**Fill in**"),
    ]
    return table_part(("", ""), rows)


def _network(meta: Mapping[str, Any], net: FaceClassifier | None) -> list[tuple[str, str]]:
    if net is None:
        return [("network", str(meta["network"]))]
    known = networks.info(net.network)
    spent = cost(net.net, net.size)
    size = f"{spent.parameters / 1e6:.2f} million parameters, {spent.macs / 1e6:.0f} million multiplications a face"
    return [("network", f"`{net.network}`: {known.about} ({known.source})"), ("size", size)]


def _steps(meta: Mapping[str, Any]) -> str:
    """What happens to a face before the first layer, and where."""
    if "normalise" not in meta:
        steps = ", ".join(f"`{step}`" for step in meta["preprocess"])
        return f"{steps or 'nothing'}; each member resizes and normalises in the graph"
    how = {
        "face": "each face to mean 0 and deviation 1", "unit": "to 0..1", "signed": "to -1..1", "none": "left as it is",
    }[meta["normalise"]]  # fmt: skip
    graph = f"in the graph: {meta['resize']} x {meta['resize']}, {how} (`{meta['normalise']}`)"
    steps = ", ".join(f"`{step}`" for step in meta["preprocess"])
    return f"{steps} by `mien.expression.preprocess`; {graph}" if steps else graph


def _emoji(meta: Mapping[str, Any]) -> str:
    """The emoji of each class: given, or what `mien.emoji` would choose for a face that shows nothing else."""
    given: Mapping[str, str] = meta.get("emoji") or {}
    left = [name for name in meta["labels"] if name not in given]
    parts = [", ".join(f"{emoji} {name}" for name, emoji in given.items())] if given else []
    if known := [name for name in left if canonical(name)]:
        parts.append(f"{_matched(known)}, or what `mien.emoji` finds closer to a face")
    if others := [name for name in left if not canonical(name)]:
        parts.append(f"{_matched(others)}, by the name of the class")
    return "; ".join(parts)


def _matched(classes: Sequence[str]) -> str:
    return ", ".join(f"{match({name: 1.0}, label=name)} {name}" for name in classes)


def _file(onnx: Path, meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    size = f"{onnx.stat().st_size / 1e6:.2f} MB"
    report = meta.get("int8")
    if not report:
        return [("file", size if "members" in meta else f"float32, {size}")]
    right, before = (tenths(report[name]) for name in ("accuracy", "accuracy_float32"))
    same = tenths(report["agreement"])
    return [
        ("file", f"int8, {size}"),
        ("int8", f"the same answer as float32 for {same} of the PublicTest faces; right for {right}, before {before}"),
    ]


def _data(faces: FaceSet, state: Mapping[str, Any], measured: Sequence[str]) -> str:
    head = state["heads"][0]
    truth = truth_of_head(faces, head)
    splits = [split for split in SPLITS if (faces.split == split).any()]
    rows = [
        (name, *(f"{int(((faces.split == split) & (truth == i)).sum()):,}" for split in splits))
        for i, name in enumerate(faces.classes)
    ]
    if (truth < 0).any():
        without = faces.split[truth < 0]
        unknown = "no majority" if head == "votes" else "no label"
        rows.append((unknown, *(f"{int((without == split).sum()):,}" for split in splits)))
    rows.append(("all", *(f"{int((faces.split == split).sum()):,}" for split in splits)))
    learnt, seen = _named(state.get("data") or ()), _named(measured)
    counted = "the votes' majority" if head == "votes" else "the labels"
    told = f"Learnt from {learnt}" if learnt == seen or not seen else f"Learnt from {learnt}; measured on {seen}"
    return (
        f"## Data\n\n{told}. The faces by class ({counted}) and split{'' if learnt == seen else ' of the latter'}:\n\n"
        + table_part(("", *splits), rows)
        + "\n\nTraining is what is learnt from; the epoch and the temperature were chosen on PublicTest.\n\n"
        "- **Fill in:** who made the data, when and where, and its licence.\n"
        "- **Fill in:** whether the people in it agreed, and to what.\n"
        "- **Fill in:** who is in it: ages, skin tones, genders, posed or not; who is missing."
    )


def _named(paths: Sequence[str]) -> str:
    """The names of files and folders, without where they lie."""
    return ", ".join(dict.fromkeys(f"`{Path(path).name}`" for path in paths)) or "data that has no name"


def _recipe(run: Path | None, state: Mapping[str, Any]) -> str:
    """The settings that differ from the defaults, as a file that `--config` takes."""
    if run is None:
        return _of_many(state)
    folder = run if run.is_dir() else run.parent
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        return ""
    usual = asdict(Settings()) | {"preprocess": []}
    changed = {k: v for k, v in config.items() if k in usual and v != usual[k] and k != "extra"}
    changed = {"network": config.get("network", state["network"]), **changed}
    if changed.get("weights"):
        changed["weights"] = Path(changed["weights"]).name
    taught = _teachers(config.get("extra") or {})
    return (
        "## Recipe\n\n```text\nmien lab train expression --data DATA --config recipe.toml --out RUN\n```\n\n"
        f"with this recipe.toml; everything else is mien {__version__}'s default:\n\n"
        f"```toml\n{toml_text(changed).strip()}\n```\n\n"
        f"Epoch {state['epoch']} of {config.get('epochs', '?')} was the best by {config.get('choose_by', 'accuracy')} "
        f"on PublicTest. One run, seed {config.get('seed', 0)}.{taught}"
    )


def _teachers(extra: Mapping[str, Any]) -> str:
    distilled = extra.get("distil")
    if not distilled:
        return ""
    names = ", ".join(f"`{teacher['name']}`" for teacher in distilled["teachers"])
    return (
        f" It learnt from the answers of {names} as well as from the data (`mien lab distil`: temperature "
        f"{distilled['temperature']:g}, {100 * distilled['weight']:.0f} % of the loss, view {distilled['view']})."
    )


def _of_many(state: Mapping[str, Any]) -> str:
    members = state.get("members") or ()
    rows = [(m["name"], str(m["network"]), tenths(m["accuracy"])) for m in members]
    table = table_part(("member", "network", "accuracy on PublicTest"), rows)
    return f"## Recipe\n\nThe {state.get('mean')} mean of the calibrated probabilities of:\n\n{table}"


def _calibration(meta: Mapping[str, Any]) -> str:
    heads = {"`logits`": meta["calibration"], "`logits_fer2013`": meta.get("calibration_fer2013")}
    rows = [
        (name, f"{c['temperature']:g}", f"{c['prior_share'] + held:g}")
        for (name, c), held in zip(heads.items(), (*meta["prior_included"], 0.0), strict=False)
        if c
    ]
    return (
        "## Calibration\n\nProbabilities are the softmax of (logits + prior share x log prior) / temperature (Guo et "
        "al. 2017), with the temperature fitted on PublicTest. A prior share of 1 takes the classes to be as common as "
        "in the training data, 0 all alike.\n\n"
        + table_part(("", "temperature", "prior share"), rows)
        + f"\n\nAn answer with a confidence below {meta['calibration']['unsure_below']:g} is `unsure`."
    )
