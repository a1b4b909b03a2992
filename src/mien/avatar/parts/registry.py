"""What a part is, and the registries that hold them. `docs/avatar.md`, 'Drawing a new part', tells how to add one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar

if TYPE_CHECKING:
    from mien.avatar.head import Head
    from mien.avatar.palette import Tones
    from mien.avatar.spec import AvatarSpec

#: One layer of a part: (head, tones, spec, uid) -> SVG elements, or "" for nothing. The same arguments must give the
#: same text. `uid` prefixes every id the part defines, and the part's own letters follow: id="{uid}hairshine".
Draw: TypeAlias = "Callable[[Head, Tones, AvatarSpec, str], str]"


def nothing(head: Head, tones: Tones, spec: AvatarSpec, uid: str) -> str:
    """An empty layer."""
    return ""


class Reach(NamedTuple):
    """How far a part goes beyond the skull, in canvas units: the engine makes the head smaller so that it fits."""

    top: float = 7.0  #: above the crown
    side: float = 6.5  #: beyond the temples
    bottom: float = 0.0  #: below the chin


_USUAL = Reach()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A named drawing in up to three layers; where each lies is told at the top of `mien.avatar.person`."""

    name: str  #: as the spec names it: lower case, words joined by hyphens
    words: str  #: for the alternative text; "{colour}" stands for the colour's name: "short curly {colour} hair"
    behind: Draw = nothing
    on: Draw = nothing
    front: Draw = nothing
    reach: Reach = _USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class HairPart(Part):
    """A hair style. behind: behind head and neck; on: on the skull, over the ears; front: over the forehead."""

    length: int = 2  #: as the codebook counts: 0 bald, 1 very short, 2 short, 3 ear to chin, 4 long, 5 tied back
    form: str = "S"  #: S straight, W wavy, K curly or coily, B braids or locs, "-" none
    fringe: bool = False  #: has a fringe of its own
    shadow: Draw = nothing  #: path *data* ("M...Z") of what throws a shadow on the forehead
    ears: bool = True  #: the ears show


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraPart(Part):
    """What else is worn. behind: behind head and ears; on: over the features and the beard, under hair and glasses;
    front: over everything."""

    skin: Draw = nothing  #: on the skin, under the features, clipped to the face


@dataclass(frozen=True, slots=True, kw_only=True)
class BackgroundPart(Part):
    """A ground, in canvas units."""

    within: str = ""  #: path data of where the figure may show; "" for everywhere


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadwearPart(Part):
    """Headwear. behind: behind everything; on: over the hair on the skull; front: over brows and glasses (a brim)."""

    hair: Draw | None = None  #: path *data* of the region where hair stays to be seen; None: all hair is hidden
    covers: Literal["", "crown", "all"] = ""  #: "crown": no hair stands above it; "all": nor beside it
    ears: bool = True
    shadow: Draw = nothing  #: path data of what throws a shadow on the face


P = TypeVar("P", bound=Part)


class Registry(dict[str, P]):
    """Parts by name, in the order they were added."""

    def add(self, part: P) -> P:
        """Raises ValueError for a name that is taken."""
        if part.name in self:
            raise ValueError(f"a part named {part.name!r} is already there")
        self[part.name] = part
        return part


HAIR: Registry[HairPart] = Registry()
FRINGES: Registry[Part] = Registry()
FACIAL_HAIR: Registry[Part] = Registry()
GLASSES: Registry[Part] = Registry()
HEADWEAR: Registry[HeadwearPart] = Registry()
EARRINGS: Registry[Part] = Registry()
EXTRAS: Registry[ExtraPart] = Registry()
CLOTHING: Registry[Part] = Registry()
BACKGROUNDS: Registry[BackgroundPart] = Registry()
