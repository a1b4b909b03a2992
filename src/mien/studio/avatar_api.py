"""`/api/avatar`: drawings of a person, sheets of them, and everything that can be chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from mien.studio import answers
from mien.studio.house import House
from mien.studio.problems import Problem
from mien.studio.schemas import AvatarAsked, AvatarOut, Choices, SheetAsked, SheetOut, SpecAsked

if TYPE_CHECKING:
    from mien.avatar.expression import Wearable
    from mien.avatar.spec import AvatarSpec

#: Format -> media type.
KINDS = {
    "svg": "image/svg+xml", "png": "image/png", "webp": "image/webp", "apng": "image/apng", "gif": "image/gif",
}  # fmt: skip
#: Pixels of a side of what moves: its time grows with the square.
LARGEST_MOVING = 512
#: Drawings on one sheet.
MOST = 200
_SHEET_EXAMPLE = {"svgs": ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128">...</svg>']}


def router(house: House) -> APIRouter:
    routes = APIRouter(prefix="/api/avatar", tags=["avatars"])

    @routes.post(
        "",
        response_class=Response,
        responses=answers.told(answers.binary("The picture", *KINDS.values()), "invalid", "busy", "too-slow"),
    )
    async def avatar(asked: AvatarAsked) -> Response:
        """A drawing of a person wearing an expression: SVG, PNG, WebP, GIF, or a looping reaction."""
        moving = asked.animate or asked.format == "apng"
        content = await (house.run_moving if moving else house.run)(_drawn, asked, moving)
        return Response(content, media_type=KINDS[asked.format])

    @routes.post(
        "/sheet",
        response_model=SheetOut,
        responses=answers.told(answers.shown("The drawings, in order", _SHEET_EXAMPLE), "invalid", "busy", "too-slow"),
    )
    async def sheet(asked: SheetAsked) -> Response:
        """Up to 200 drawings of one person as SVG: variants of the person, expressions, or each variant in each.

        First comes the first variant in every expression, then the next. Without variants the person is drawn as is;
        without `expressions`, `expression` is worn.
        """
        count = max(1, len(asked.variants)) * max(1, len(asked.expressions))
        if count > MOST:
            raise Problem("invalid", f"variants, expressions: {count} drawings; ask for at most {MOST} at once")
        return answers.json_response({"svgs": await house.run(_sheet, asked)})

    @routes.post(
        "/spec",
        response_model=AvatarOut,
        responses=answers.told(answers.shown("The person, whole", _SPEC_EXAMPLE), "invalid", "busy"),
    )
    async def checked(asked: SpecAsked) -> Response:
        """A person that was kept in a file, checked; what the file leaves out is filled in, colours become #rrggbb."""
        return answers.json_response({"spec": await house.run(_complete, asked.spec)})

    @routes.get(
        "/random",
        response_model=AvatarOut,
        responses=answers.told(answers.shown("A person", _SPEC_EXAMPLE), "invalid", "busy"),
    )
    async def random(
        seed: int | None = Query(None, ge=0, lt=2**53, description="the same seed gives the same person"),
    ) -> Response:
        """A person who does not exist."""
        return answers.json_response({"spec": await house.run(_random, seed)})

    @routes.get(
        "/choices",
        response_model=Choices,
        responses=answers.told(answers.shown("Every part, in the order of the spec", _CHOICES_EXAMPLE)),
    )
    async def all_choices() -> Response:
        """Everything that can be chosen about an avatar: styles, colours, numbers with their ranges, switches."""
        return answers.json_response(await house.run(_choices), headers={"Cache-Control": "no-cache"})

    return routes


_SPEC_EXAMPLE = {"spec": {"version": 1, "hair": {"style": "afro", "colour": "#1c1614"}, "presentation": "n"}}
_CHOICES_EXAMPLE = {
    "choices": [{
        "path": "hair.style", "group": "hair", "kind": "style", "label": "Hair style", "help": "", "default": "short",
        "choices": ["short", "afro", "bob"], "optional": False, "minimum": None, "maximum": None,
    }],
    "expressions": ["😀"], "labels": ["neutral"], "controls": ["jawOpen"],
    "colours": {"teal": "#2f8f8f"},
}  # fmt: skip


def _choices() -> dict[str, Any]:
    from mien.studio.choices import choices

    return choices()


def _complete(data: dict[str, Any]) -> dict[str, Any]:
    return _spec(data).to_dict()


def _random(seed: int | None) -> dict[str, Any]:
    from mien.avatar.presets import random_person

    return random_person(seed).to_dict()


def _spec(data: dict[str, Any]) -> AvatarSpec:
    from mien.avatar.spec import AvatarSpec

    return AvatarSpec.from_dict(data)


def _worn(expression: str | dict[str, float] | None) -> Wearable:
    """Checked: controls are numbers from 0 to 1, since drawings of others are none."""
    if isinstance(expression, dict) and (wrong := [k for k, v in expression.items() if not 0 <= v <= 1]):
        raise Problem("invalid", f"expression.{wrong[0][:40]}: a control is a number from 0 to 1")
    return expression


def _drawn(asked: AvatarAsked, moving: bool) -> bytes:
    from mien.avatar import output

    spec, worn = _spec(asked.spec), _worn(asked.expression)
    if moving and asked.size > LARGEST_MOVING:
        raise Problem("invalid", f"size: {asked.size} pixels; what moves has at most {LARGEST_MOVING}")
    if moving and asked.format in ("svg", "png"):
        raise Problem("invalid", f"format: a {asked.format} does not move; choose webp, apng or gif")
    if moving and asked.high_contrast:
        raise Problem("invalid", "high_contrast: only still pictures have it; leave out animate")
    path = Path(f"avatar.{asked.format}")
    if moving:
        return output.reaction(spec, path, "happiness" if worn is None else worn, asked.size)
    return output.still(spec, path, worn, asked.size, high_contrast=asked.high_contrast)


def _sheet(asked: SheetAsked) -> list[str]:
    from mien.studio.crops import cropped

    spec = _spec(asked.spec)
    people = [spec.edited(changes) for changes in asked.variants] or [spec]
    worn = [_worn(one) for one in asked.expressions or [asked.expression]]
    drawn = [(person, person.svg(one, size=asked.size)) for person in people for one in worn]
    return [cropped(svg, person, asked.crop) if asked.crop else svg for person, svg in drawn]
