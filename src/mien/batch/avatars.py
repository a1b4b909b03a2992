"""`--avatars`: the spec and the drawing of every face, as files named by the picture's content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mien.types import Face, Scene

#: Pixels of a drawing's side.
SIZE = 256
#: Frames of a person in a clip that their avatar is made from, at most: those that show them best.
PORTRAITS = 3


def avatar_name(sha256: str, number: str) -> str:
    """The path of an avatar below the batch's folder, without an ending: the same content, the same name."""
    return f"avatars/{sha256[:2]}/{sha256[:24]}-{number}"


def avatar_files(name: str, faces: Sequence[Face]) -> list[tuple[str, bytes]]:
    """What is written for one person: spec, SVG and PNG, wearing the expression of the first of the faces."""
    from mien.avatar.personalise import personalised
    from mien.avatar.raster import rasterise

    spec = personalised(list(faces), None)
    svg = spec.svg(expression=faces[0].expression)
    files = {".json": spec.model_dump_json(indent=1) + "\n", ".svg": svg}
    return [(name + end, text.encode()) for end, text in files.items()] + [(f"{name}.png", rasterise(svg, SIZE))]


class Portraits:
    """The faces that show each person of a clip best, by the name of their avatar."""

    def __init__(self) -> None:
        self.best: dict[str, list[tuple[float, Face]]] = {}

    def meet(self, names: Sequence[str], scene: Scene) -> None:
        from mien.avatar.personalise import trust_in

        for name, face in zip(names, scene.faces, strict=True):
            if face.head is not None:
                known = [*self.best.get(name, []), (trust_in(face), face)]
                self.best[name] = sorted(known, key=lambda item: -item[0])[:PORTRAITS]
