"""`mien avatar`: an emoji of a person, from their photos, a specification or chance."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli.terminal import Progress, complain, print_json
from mien.errors import MienError, SpecError

if TYPE_CHECKING:
    from mien.avatar.spec import AvatarSpec
    from mien.types import Face

STDIO = "-"  #: stands for standard input among the photos, and for SVG on standard output after --out


class Presentation(StrEnum):
    """Whose styles to choose among."""

    m = "m"
    f = "f"
    n = "n"


class Decoder(StrEnum):
    """Who draws."""

    vector = "vector"
    neural = "neural"


def avatar(
    photos: Annotated[
        list[str] | None, typer.Argument(metavar="[PHOTO]...", help="Photos of one person; - reads one from stdin.")
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Draw into this file: .svg .png .webp .jpg .gif .apng; - is SVG on stdout."),
    ] = None,
    expression: Annotated[
        str | None,
        typer.Option(metavar="X", help="A label, an emoji or its name; by default what a single photo shows."),
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change the person: hair.style=afro.")
    ] = None,
    spec_file: Annotated[
        Path | None, typer.Option("--spec", metavar="FILE", help="Draw the person of this file, see --save-spec.")
    ] = None,
    presentation: Annotated[
        Presentation | None, typer.Option(help="Masculine, feminine or neutral styles; by default as photos suggest.")
    ] = None,
    size: Annotated[int | None, typer.Option(min=16, max=4096, help="Pixels of a side.")] = None,
    background: Annotated[
        str | None, typer.Option(metavar="STYLE:COLOUR", help="A style of ground, a colour, or both; or none.")
    ] = None,
    face: Annotated[int | None, typer.Option(min=1, metavar="N", help="Which face, counted from the largest.")] = None,
    save_spec: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the person as JSON.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Draw a sheet of every expression.")] = False,
    animate: Annotated[bool, typer.Option("--animate", help="Draw a looping reaction: .webp, .apng or .gif.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Photo, avatar, guesses and confidences side by side: .html or .png.")
    ] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Draw the yellow face that is nobody.")] = False,
    high_contrast: Annotated[
        bool, typer.Option("--high-contrast", help="Darker lines, and an edge round every shape.")
    ] = False,
    decoder: Annotated[
        Decoder, typer.Option(help="neural: guessed and drawn by the network alone, small and soft.")
    ] = Decoder.vector,
    attention: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw where the network looked for each part of the face.")
    ] = None,
    chance: Annotated[bool, typer.Option("--random", help="Draw somebody who does not exist.")] = False,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same random person.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the person as one line of JSON.")] = False,
) -> None:
    """Draw an emoji of a person, from a photo or of nobody in particular.

    What a photo shows is guessed, and --set changes it. Several photos of one person give a better
    likeness. A photo with --spec lends its expression alone.
    """
    from mien.media import write_whole

    paths = photos or []
    kind = _kind(every, animate, compare, out)
    neural = decoder is Decoder.neural
    _check(paths, spec_file, chance, plain, kind, wanted=bool(out or save_spec or as_json or attention))
    if as_json and out == STDIO:
        raise MienError("--json and --out - both print: write the drawing into a file")
    if high_contrast and (kind != "picture" or neural):
        raise MienError("--high-contrast draws one picture: leave out --all, --animate, --compare and --decoder")
    _check_neural(out, kind, neural, attention and not paths)
    _spare(paths, [Path(path) for path in (out, save_spec, attention) if path not in (None, STDIO)])
    faces = _faces(paths, face)
    chosen = presentation.value if presentation else None
    shown = _emojified(faces) if neural and faces and not spec_file else None
    person = shown.spec if shown else _person(faces, spec_file, plain, chance, seed, chosen)
    spec = _edited(person, changes or [], background, chosen)
    worn = expression if expression is not None else faces[0].expression if len(faces) == 1 else None
    files: list[tuple[Path, bytes]] = []
    if attention is not None:
        from mien.avatar.neural.output import attention_still

        files.append((attention, attention_still(faces, attention)))
    if out is not None and neural:
        from mien.avatar.neural.output import neural_still

        controls = shown.controls if shown and expression is None and len(faces) == 1 else worn
        files.append((Path(out), neural_still(spec, Path(out), controls, size)))
    elif out is not None:
        drawn = _drawn(kind, spec, Path("-.svg" if out == STDIO else out), worn, size, faces, high_contrast)
        files += [] if out == STDIO else [(Path(out), drawn)]
        if out == STDIO:
            print(drawn.decode(), end="")
    if save_spec is not None:
        files.append((save_spec, (spec.to_json() + "\n").encode()))
    for path, _ in files:  # all or nothing
        if not path.parent.is_dir():
            raise MienError(f"{path}: the folder {path.parent} does not exist; make it first")
    for path, content in files:
        write_whole(path, content)
    if as_json:
        print_json(spec.to_dict())


def _kind(every: bool, animate: bool, compare: bool, out: str | None) -> str:
    """What is drawn. Raises `MienError` for two things at once."""
    kinds = {"sheet": every, "reaction": animate, "comparison": compare}
    asked = [kind for kind, wanted in kinds.items() if wanted]
    if len(asked) > 1:
        raise MienError("--all, --animate and --compare draw different things: choose one of them")
    return asked[0] if asked else "reaction" if (out or "").lower().endswith(".apng") else "picture"


def _check(paths: Sequence[str], spec_file: Path | None, chance: bool, plain: bool, kind: str, *, wanted: bool) -> None:
    if not wanted:
        raise MienError("nothing to do: say where to draw with --out FILE, or use --save-spec FILE or --json")
    if chance and (paths or spec_file):
        raise MienError("--random draws somebody who does not exist: leave out the photos and --spec")
    if plain and (chance or spec_file):
        raise MienError("--plain is the face of nobody: leave out --random and --spec; a photo lends its expression")
    if not (paths or spec_file or chance or plain):
        raise MienError("nobody to draw: pass a photo, --spec FILE, --random or --plain")
    if kind == "comparison" and not paths:
        raise MienError("--compare puts a photo beside its avatar: pass a photo")


def _check_neural(out: str | None, kind: str, neural: bool, blind: object) -> None:
    if neural and kind != "picture":
        raise MienError(f"the neural decoder draws one picture, no {kind}: leave out --decoder neural")
    if neural and (out == STDIO or (out or "").lower().endswith(".svg")):
        raise MienError(f"{out}: the neural decoder draws pixels, not SVG: use .png, or leave out --decoder neural")
    if blind:
        raise MienError("--attention shows where the network looked on a photo: pass a photo")


def _emojified(faces: Sequence[Face]) -> Any:
    from mien.avatar.neural.output import emojified

    return emojified(faces)


def _spare(photos: Sequence[str], outputs: Sequence[Path]) -> None:
    """No photo is written over."""
    read = {Path(photo).resolve() for photo in photos if photo != STDIO}
    if taken := [path for path in outputs if path.resolve() in read]:
        raise MienError(f"{taken[0]}: that is the photo; choose another name to write to")


def _faces(paths: Sequence[str], number: int | None) -> list[Face]:
    """The chosen face of every photo."""
    if number is not None and len(paths) != 1:
        raise MienError("--face chooses among the faces of one photo: pass exactly one")
    with Progress(len(paths), "Looking") as progress:
        return [_face(path, number) for path in progress.over(paths)]


def _face(path: str, number: int | None) -> Face:
    from mien.media import read_picture
    from mien.pipeline import reader

    faces = reader().look(read_picture(sys.stdin.buffer if path == STDIO else path), source=path).faces
    if not faces:
        raise MienError(f"{path}: no face found; pass a photo that shows one")
    if number is None and len(faces) > 1:
        complain(f"{path}: {len(faces)} faces; drawing the largest, --face 2 is the next")
    if number is not None and number > len(faces):
        raise MienError(f"{path}: --face {number}, but the photo has {len(faces)} face{'s' * (len(faces) > 1)}")
    return faces[(number or 1) - 1]


def _person(
    faces: Sequence[Face], spec_file: Path | None, plain: bool, chance: bool, seed: int | None, presentation: Any
) -> AvatarSpec:
    if plain:
        from mien.avatar.spec import AvatarSpec

        return AvatarSpec(plain=True)
    if spec_file is not None:
        return _saved(spec_file)
    if chance:
        from mien.avatar.presets import random_person

        return random_person(seed)
    from mien.avatar.personalise import personalised

    return personalised(faces, presentation)


def _saved(path: Path) -> AvatarSpec:
    from mien.avatar.spec import AvatarSpec

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise SpecError(f"{path}: cannot be read ({reason}); pass a file that --save-spec wrote") from None
    try:
        return AvatarSpec.from_json(text)
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from None


def _edited(spec: AvatarSpec, changes: Sequence[str], background: str | None, presentation: str | None) -> AvatarSpec:
    edits: dict[str, object] = {"presentation": presentation} if presentation else {}
    if background is not None:
        edits |= _ground(background)
    for change in changes:
        path, equals, value = change.partition("=")
        if not equals:
            raise SpecError(f"--set {change}: write PATH=VALUE, such as hair.style=afro")
        edits[path.strip()] = value
    return spec.edited(edits)


def _ground(asked: str) -> dict[str, object]:
    """ "circle", "#cfe3f5", "circle:#cfe3f5" or "gradient:#cfe3f5:#ffffff"."""
    from mien.avatar.parts import BACKGROUNDS

    style, *colours = asked.split(":")
    if style not in BACKGROUNDS:
        style, colours = "square", [style, *colours]
    return {"background.style": style, **dict(zip(("background.colour", "background.second"), colours, strict=False))}


def _drawn(
    kind: str, spec: AvatarSpec, path: Path, worn: Any, size: int | None, faces: Sequence[Face], high_contrast: bool
) -> bytes:
    from mien.avatar import output

    if kind == "sheet":
        return output.sheet(spec, path, size)
    if kind == "reaction":
        drawn = output.reaction(spec, path, "happiness" if worn is None else worn, size)
        _tell_size(path, drawn, size or output.SIZES[kind])
        return drawn
    if kind == "comparison":
        from mien.avatar.personalise import seen_on

        return output.comparison(faces, spec, seen_on(faces), path, worn, size)
    return output.still(spec, path, worn, size, high_contrast=high_contrast)


def _tell_size(path: Path, drawn: bytes, wanted: int) -> None:
    from mien.avatar.animate import size_of

    if (got := size_of(drawn)[0]) < wanted:
        complain(f"{path}: drawn at {got} pixels; at {wanted} the file would be too large to send")
