"""What `check` finds in a data set, as one value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

#: Kinds of findings, gravest first, and what each means.
KINDS = {
    "unreadable": "files and rows that cannot be read",
    "missing": "pictures named in a table that are not there",
    "leak": "one photo in two splits: figures look better than they are",
    "conflict": "one photo under two classes",
    "duplicate": "the same pixels again in one split",
    "near_duplicate": "one photo twice in one split: marked, recompressed, moved or mirrored",
    "blank": "pictures that show next to nothing",
    "wrong_size": "pictures of another size than the others",
}


@dataclass
class Finding:
    """One thing that is wrong, and with which faces or files."""

    kind: str  #: one of `KINDS`
    places: list[str]  #: names of faces as in `FaceSet.names`, or files, with their row where there is one
    what: str  #: in plain words
    likeness: float | None = None  #: correlation of two pictures, 1 = every pixel the same

    def to_dict(self) -> dict[str, Any]:
        likeness = {} if self.likeness is None else {"likeness": round(self.likeness, 4)}
        return {"places": self.places, "what": self.what} | likeness


@dataclass
class Report:
    """What is in a data set, and what is wrong with it."""

    data: list[str]
    faces: int
    classes: list[str]
    counts: dict[str, dict[str, int]]  #: split -> class -> faces (by the votes' majority where there are votes)
    sizes: dict[str, int]  #: pictures by their size before scaling
    findings: list[Finding] = field(default_factory=list)
    leaking: dict[str, int] = field(default_factory=dict)  #: split -> its faces with a copy in a split before it
    notes: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing was found. Imbalance and notes are no findings."""
        return not self.findings

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)

    def of(self, kind: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == kind]

    def imbalance(self) -> dict[str, Any] | None:
        """The largest and the smallest class of Training, and how many times larger; None for fewer than two."""
        present = {name: count for name, count in self.counts.get("Training", {}).items() if count}
        if len(present) < 2:
            return None
        ordered = Counter(present).most_common()
        (largest, most), (smallest, least) = ordered[0], ordered[-1]
        return {"largest": largest, "smallest": smallest, "ratio": round(most / least, 2)}

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict: what `mien lab data check --json` prints."""
        return {
            "data": self.data, "faces": self.faces, "classes": self.classes, "counts": self.counts,
            "sizes": self.sizes, "imbalance": self.imbalance(), "clean": self.clean,
            "problems": {kind: self.count(kind) for kind in KINDS},
            "leaking": self.leaking,
            "findings": {kind: [f.to_dict() for f in self.of(kind)] for kind in KINDS},
            "notes": self.notes,
        }  # fmt: skip
