"""What is seen, as one value: of a face, of several, or of a stretch of time."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mien.emoji.affect import intensity as intensity_of
from mien.emoji.labels import canonical
from mien.emoji.match import cues
from mien.errors import MienError
from mien.types import LABELS, UNSURE, Expression, Face, Pose, Scene

#: How far a face that is unsure is believed.
DOUBT = 0.5
#: Of a stretch of time: the share at its end that counts as the end, and the one at its start.
ENDS = 0.3
#: A mood has turned when start and end have different labels with at least this probability.
TURNED = 0.5
#: Of several faces, a label is shared when so many show it.
AGREED = 0.6

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is seen. Shares over `LABELS`, in their order."""

    shares: Vector  #: sum to 1
    intensity: float  #: 0..1
    label: str  #: of `LABELS`, or "unsure"
    controls: Mapping[str, float] | None = None  #: of the one face, where they were read
    cues: frozenset[str] = frozenset()
    trust: float = 1.0  #: 0..1, how far what is seen may lead
    people: int = 1
    counts: Mapping[str, int] = field(default_factory=dict)  #: of several people, label -> how many show it
    parts: tuple[Vector, ...] = ()  #: of people who differ, the shares of each group
    turned: tuple[str, str] | None = None  #: of a stretch of time, the labels that it went from and to


def situation(seen: Any) -> Situation | None:
    """What `seen` shows; None where it shows no face.

    seen: a `Face`, an `Expression`, a `Scene`, a sequence of faces (a group) or of scenes (a stretch of time, in their
    order), the `to_dict()` of one, or label -> probability. Raises `MienError` for anything else.
    """
    if seen is None:
        return None
    if isinstance(seen, Face):
        return _face(seen)
    if isinstance(seen, Expression):
        return _expression(seen)
    if isinstance(seen, Scene):
        return _group([_face(face) for face in seen.faces])
    if isinstance(seen, Mapping):
        return _mapping(seen)
    if isinstance(seen, Sequence) and not isinstance(seen, str | bytes):
        parts = [situation(one) for one in seen]
        known = [part for part in parts if part is not None]
        over_time = any(isinstance(one, Scene) or (isinstance(one, Mapping) and "faces" in one) for one in seen)
        return _stretch(known) if over_time else _group(known)
    raise MienError(f"cannot suggest for a {type(seen).__name__}: give a Face, a Scene, a list of either, or a dict")


def _face(face: Face) -> Situation:
    return _expression(face.expression, face.controls, face.pose)


def _expression(
    expression: Expression, controls: Mapping[str, float] | None = None, pose: Pose | None = None
) -> Situation:
    shares = _shares(expression.probabilities)
    label = canonical(expression.label) or (UNSURE if expression.label == UNSURE else LABELS[int(shares.argmax())])
    return Situation(
        shares, _unit(expression.intensity), label, controls, cues(controls, pose), DOUBT if label == UNSURE else 1.0
    )


def _mapping(seen: Mapping[str, Any]) -> Situation | None:
    """The JSON form of a scene, a face or an expression, or bare probabilities."""
    try:
        if "faces" in seen:
            faces = [_mapping(face) for face in seen["faces"]]
            return _group([face for face in faces if face is not None])
        if "expression" in seen:
            if not isinstance(seen["expression"], Mapping):
                raise TypeError("its expression is none")
            inner = dict(seen["expression"])
            inner.setdefault("controls", seen.get("controls"))
            inner.setdefault("pose", seen.get("pose"))
            return _mapping(inner)
        probabilities = seen.get("probabilities", seen)
        shares = _shares({str(name): float(p) for name, p in probabilities.items()})
        controls = seen.get("controls") if "probabilities" in seen else None
        controls = None if controls is None else {str(name): float(value) for name, value in controls.items()}
        strength = seen.get("intensity") if "probabilities" in seen else None
        if strength is None:
            strength = intensity_of(dict(zip(LABELS, shares.tolist(), strict=True)), controls)
        label = UNSURE if seen.get("label") == UNSURE else LABELS[int(shares.argmax())]
        pose = Pose(**seen["pose"]) if "probabilities" in seen and seen.get("pose") else None
        doubt = DOUBT if label == UNSURE else 1.0
        return Situation(shares, _unit(float(strength)), label, controls, cues(controls, pose), doubt)
    except (TypeError, ValueError, AttributeError) as error:
        raise MienError(
            f"cannot suggest for this dict: {error}; give a Face's to_dict() or label: probability"
        ) from None


def _shares(probabilities: Mapping[str, float]) -> Vector:
    """Probabilities over `LABELS` that sum to 1, aliases resolved. Raises `MienError` where no label is known."""
    known = np.zeros(len(LABELS))
    for name, p in probabilities.items():
        own = canonical(name)
        if own is not None and math.isfinite(p) and p > 0:
            known[LABELS.index(own)] += p
    if known.sum() <= 0:
        if probabilities and any(p > 0 for p in probabilities.values()):
            known[LABELS.index("neutral")] = 1.0  # a model's own classes say nothing of affect
        else:
            raise MienError(f"no probability of a known expression: give some of {', '.join(LABELS)}")
    return np.asarray(known / known.sum())


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value)) if math.isfinite(value) else 0.5


def _group(people: list[Situation]) -> Situation | None:
    """Several faces as one: the mean, each trusted as far as it is sure; who differs stays a part of its own."""
    if len(people) <= 1:
        return people[0] if people else None
    trust = np.array([p.trust for p in people])
    shares = np.average([p.shares for p in people], axis=0, weights=trust)
    sure = Counter(p.label for p in people if p.label != UNSURE)
    groups = [np.mean([p.shares for p in people if p.label == label], axis=0) for label, _ in sure.most_common(3)]
    agreed = bool(sure) and sure.most_common(1)[0][1] >= AGREED * len(people)
    # Several with the same expression are a stronger one together than the mean says; those who differ are not.
    strength = float(np.average([p.intensity for p in people], weights=trust))
    return Situation(
        shares, min(1.0, strength + 0.1) if agreed else strength,
        sure.most_common(1)[0][0] if sure else UNSURE,
        trust=float(trust.max()), people=len(people), counts=dict(sure), parts=tuple(groups) if len(groups) > 1 else (),
    )  # fmt: skip


def _stretch(moments: list[Situation]) -> Situation | None:
    """A stretch of time as one situation: its peak and its end, which is what people keep of an episode.

    Fredrickson and Kahneman, "Duration neglect in retrospective evaluations of affective episodes", JPSP 65 (1993).
    """
    if len(moments) <= 1:
        return moments[0] if moments else None
    sure = [m for m in moments if m.label != UNSURE] or moments
    edge = max(1, round(ENDS * len(sure)))
    start, end = (np.mean([m.shares for m in part], axis=0) for part in (sure[:edge], sure[-edge:]))
    peak = max(sure, key=lambda m: m.intensity)
    first, last = int(start.argmax()), int(end.argmax())
    turned = first != last and start[first] >= TURNED and end[last] >= TURNED
    closing = float(np.mean([m.intensity for m in sure[-edge:]]))
    late = max(sure[-edge:], key=lambda m: m.intensity)
    shares = 0.25 * peak.shares + 0.75 * end if turned else (peak.shares + end) / 2
    return Situation(
        np.asarray(shares), closing if turned else (peak.intensity + closing) / 2, LABELS[last],
        controls=late.controls, cues=late.cues, trust=max(m.trust for m in sure),
        people=round(float(np.median([m.people for m in sure]))),
        turned=(LABELS[first], LABELS[last]) if turned else None,
        parts=(np.asarray(start), np.asarray(end)) if turned else (),
    )  # fmt: skip
