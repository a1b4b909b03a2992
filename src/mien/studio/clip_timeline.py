"""Who showed what when in a clip: the spans of each person, small enough for a page."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mien.media import write_whole
from mien.types import UNSURE

if TYPE_CHECKING:
    from mien.media.frames import Frame
    from mien.types import Scene

#: Seconds without a person after which their next span is a new one.
GAP = 0.5
#: Seconds that a frame stands for at most.
LONGEST = 1.0


class PeopleTimeline:
    """An output of `mien.clips`: a JSON file {"duration", "people": [{"track_id", "seconds", "spans", "shares"}]}.

    Spans are {"from", "to", "label", "emoji", "confidence"}, in seconds, in order; shares are of the seconds in view.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._spans: dict[int, list[dict[str, Any]]] = {}
        self._time = 0.0

    @property
    def count(self) -> int:
        """Persons so far."""
        return len(self._spans)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if kind is None:
            write_whole(self._path, json.dumps(self.to_dict(), ensure_ascii=False).encode())

    def add(self, frame: Frame, scene: Scene) -> None:
        time = frame.time
        step = min(LONGEST, max(0.0, time - self._time))
        self._time = time
        for face in scene.faces:
            if face.track_id is None:
                continue
            said = face.expression
            spans = self._spans.setdefault(face.track_id, [])
            here = spans[-1] if spans and time - spans[-1]["to"] <= max(GAP, 1.5 * step) else None
            if here is not None:
                here["to"] = time
            if here is None or (here["label"], here["emoji"]) != (said.label, said.emoji):
                spans.append(
                    {"from": time, "to": time, "label": said.label, "emoji": said.emoji, "frames": 0, "sum": 0.0}
                )
            spans[-1]["frames"] += 1
            spans[-1]["sum"] += said.confidence

    def to_dict(self) -> dict[str, Any]:
        people = [{"track_id": track, **_person(spans)} for track, spans in self._spans.items()]
        people.sort(key=lambda person: -person["seconds"])
        return {"duration": round(self._time, 3), "people": people}


def _person(spans: list[dict[str, Any]]) -> dict[str, Any]:
    shares: defaultdict[str, float] = defaultdict(float)
    for span in spans:
        shares[span["label"]] += span["to"] - span["from"]
    total = sum(shares.values())
    return {
        "seconds": round(total, 3),
        "shares": {label: round(seconds / total, 4) for label, seconds in shares.items() if total and label != UNSURE},
        "spans": [
            {
                "from": round(span["from"], 3), "to": round(span["to"], 3), "label": span["label"],
                "emoji": span["emoji"], "confidence": round(span["sum"] / span["frames"], 3),
            }
            for span in spans
        ],
    }  # fmt: skip
