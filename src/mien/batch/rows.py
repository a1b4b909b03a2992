"""What a row holds: one face of one picture or frame, or that nobody is there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mien.types import CONTROLS, TRAITS, UNSURE

if TYPE_CHECKING:
    from mien.batch.settings import Settings
    from mien.types import Face, Scene

#: Fields of `Face.to_dict` that most of a row's bytes go into.
BULKY = ("landmarks", "controls")

#: Counts of what was seen, by name: `pictures`, `clips`, `frames`, `faces`, `nobody` (pictures and frames without a
#: face), `label.happiness`, `reason.too blurred` (why unsure), `confidence.7` (70 to 80 %), `crowd.2` (two faces).
Tally = Counter[str]


def rows_of(
    scene: Scene, sha256: str, settings: Settings, *, frame: int | None = None, avatars: Sequence[str] = ()
) -> Iterator[str]:
    """The rows of a picture or of one frame of a clip, each a line of JSON. A scene with nobody is one row, whose
    fields of a face are null: it was looked at.

    frame: counted from 0 in a clip. avatars: where the avatar of each face was written.
    """
    shared = {
        "source": scene.source, "sha256": sha256, "width": scene.width, "height": scene.height,
        "time": None if scene.time is None else round(scene.time, 4), "frame": frame, "face_count": len(scene.faces),
    }  # fmt: skip
    for number, face in enumerate(scene.faces or [None]):
        row = {**shared, "face": None if face is None else number, **_fields(face, settings)}
        if settings.avatars:
            row["avatar"] = avatars[number] if number < len(avatars) else None
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"


def _fields(face: Face | None, settings: Settings) -> dict[str, Any]:
    wanted = face_fields(settings)
    if face is None:
        return dict.fromkeys(wanted)
    said = face.to_dict()
    return {name: said[name] for name in wanted}


def face_fields(settings: Settings) -> list[str]:
    """The fields of `Face.to_dict` that rows hold."""
    names = ["track_id", "box", "score", "expression", "quality", "pose", *BULKY, "appearance"]
    left_out = (*(BULKY if settings.lean else ()), *(() if settings.appearance else ("appearance",)))
    return [name for name in names if name not in left_out]


def count(tally: Tally, scene: Scene) -> None:
    """Add what a scene shows."""
    tally["faces"] += len(scene.faces)
    tally["nobody"] += not scene.faces
    tally[f"crowd.{min(len(scene.faces), 10)}"] += 1
    for face in scene.faces:
        said = face.expression
        tally[f"label.{said.label}"] += 1
        tally[f"confidence.{min(int(said.confidence * 10), 9)}"] += 1
        if said.label == UNSURE:
            tally[f"reason.{said.reason}"] += 1


def schema(settings: Settings, labels: Sequence[str]) -> Any:
    """The rows as a schema of Apache Arrow: the same names, nested alike. labels: of the expression model."""
    import pyarrow as pa

    number, text = pa.float64(), pa.string()

    def numbers(names: Sequence[str]) -> Any:
        return pa.struct([(name, number) for name in names])

    said = [("label", text), ("confidence", number), ("emoji", text), ("probabilities", numbers(labels))]
    said += [("valence", number), ("arousal", number), ("intensity", number), ("reason", text)]
    of_face = {
        "track_id": pa.int64(),
        "box": numbers(("x", "y", "width", "height")),
        "score": number,
        "expression": pa.struct(said),
        "quality": pa.struct([("score", number), ("reason", text)]),
        "pose": numbers(("yaw", "pitch", "roll")),
        "landmarks": pa.list_(pa.list_(number)),
        "controls": numbers(CONTROLS),
        "appearance": _appearance(pa, numbers),
    }
    columns = [("source", text), ("sha256", text), ("width", pa.int32()), ("height", pa.int32()), ("time", number)]
    columns += [("frame", pa.int64()), ("face_count", pa.int32()), ("face", pa.int32())]
    columns += [(name, of_face[name]) for name in face_fields(settings)]
    return pa.schema([*columns, *([("avatar", text)] if settings.avatars else [])])


def _appearance(pa: Any, numbers: Any) -> Any:
    from mien.appearance.geometry import MEASURES
    from mien.appearance.reader import answers

    traits = {
        name: pa.struct(
            [("code", pa.string()), ("confidence", pa.float64()), ("probabilities", numbers(answers(name)))]
        )
        for name in TRAITS
    }
    colour = pa.struct([("hex", pa.string()), ("confidence", pa.float64())])
    return pa.struct(
        [
            ("traits", pa.struct(list(traits.items()))),
            ("colours", pa.struct([(name, colour) for name in ("skin", "hair", "eyes", "lips")])),
            ("geometry", numbers((*MEASURES, "brow_thickness"))),
        ]
    )
