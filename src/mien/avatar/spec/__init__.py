"""`AvatarSpec`: everything that is drawn of a person, as plain, versioned, editable values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from mien.avatar.expression import Wearable
from mien.avatar.spec.edit import edited, fields_of, validated
from mien.avatar.spec.fields import COLOURS, MONK, YELLOW, Group
from mien.avatar.spec.groups import (
    Background,
    Brows,
    Clothing,
    Earrings,
    Ears,
    Extras,
    Eyes,
    FacialHair,
    Glasses,
    Hair,
    Headwear,
    Marks,
    Mouth,
    Nose,
    Shape,
    Skin,
)
from mien.errors import SpecError
from mien.types import Pose

__all__ = ["COLOURS", "MONK", "YELLOW", "AvatarSpec"]


class AvatarSpec(Group):
    """What an avatar looks like. Frozen; the defaults are the mean face.

    >>> spec = AvatarSpec().edited({"hair.style": "bald", "skin.colour": "monk-7"})
    >>> spec == AvatarSpec.from_json(spec.to_json())
    True
    """

    version: Literal[1] = 1
    skin: Skin = Skin()
    shape: Shape = Shape()
    ears: Ears = Ears()
    hair: Hair = Hair()
    brows: Brows = Brows()
    eyes: Eyes = Eyes()
    nose: Nose = Nose()
    mouth: Mouth = Mouth()
    facial_hair: FacialHair = FacialHair()
    glasses: Glasses = Glasses()
    headwear: Headwear = Headwear()
    earrings: Earrings = Earrings()
    marks: Marks = Marks()
    extras: Extras = Extras()
    clothing: Clothing = Clothing()
    background: Background = Background()
    presentation: Literal["m", "f", "n"] = Field(default="n", description="only for the alt text and Unicode sequences")
    plain: bool = Field(default=False, description="the yellow emoji with no person in it; all else is ignored")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AvatarSpec:
        """A spec from plain data, as `to_dict` gives it; missing fields are the mean. Raises SpecError, in one line,
        for a field it does not know or a value out of range."""
        return validated(cls, data, "avatar")

    @classmethod
    def from_json(cls, text: str) -> AvatarSpec:
        """A spec from the text that `to_json` gives. Raises SpecError."""
        import json

        try:
            data = json.loads(text)
        except ValueError as error:
            raise SpecError(f"avatar: not JSON ({error})") from None
        return validated(cls, data, "avatar")

    def to_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json")

    def to_json(self, *, indent: int | None = 2) -> str:
        return self.model_dump_json(indent=indent)

    @classmethod
    def fields(cls) -> list[str]:
        """Every dotted path that `edited` can set."""
        return fields_of(cls)

    def edited(self, changes: Mapping[str, object]) -> AvatarSpec:
        """A copy with dotted paths set; text is read as a value, as from a command line.

        >>> AvatarSpec().edited({"shape.jaw": "0.4", "hair.highlights": "pink"}).shape.jaw
        0.4

        Raises SpecError, in one line that lists what is allowed, for a wrong path or value.
        """
        return edited(self, changes)

    def svg(
        self,
        expression: Wearable = None,
        *,
        size: int | None = None,
        pose: Pose | None = None,
        overlays: Sequence[str] = (),
        high_contrast: bool = False,
    ) -> str:
        """The drawing as SVG text; the same spec and expression give the same text, byte for byte.

        expression: a label ("happiness"), an emoji ("😂"), an `Expression`, controls (name -> 0..1), or None for the
        face at rest. size: pixels the picture will be shown at; up to 40 strokes are made bolder and details go.
        pose: head rotation in degrees. overlays: more of `mien.avatar.OVERLAYS`. high_contrast: darker lines and an
        edge round every shape. Raises SpecError for an expression that it does not know.
        """
        from mien.avatar.person import person_svg

        return person_svg(self, expression, size=size, pose=pose, overlays=overlays, high_contrast=high_contrast)

    def png(
        self,
        size: int = 512,
        expression: Wearable = None,
        *,
        pose: Pose | None = None,
        high_contrast: bool = False,
    ) -> bytes:
        """The drawing as PNG, size x size pixels, transparent where there is no background; see `svg`."""
        from mien.avatar.raster import rasterise

        return rasterise(self.svg(expression, size=size, pose=pose, high_contrast=high_contrast), size)

    def similarity(self, other: AvatarSpec) -> float:
        """How much two specs look like one person, 0..1; 1 for the same. Symmetric."""
        from mien.avatar.spec.similarity import similarity

        return similarity(self, other)
