"""What each messaging platform accepts, as published. docs/stickers.md names the source of every figure.

kB is read as 1000 bytes throughout: where a platform means 1024, a pack of ours has a little to spare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mien.errors import MienError

KB = 1000
#: How sides are held to: both exactly, the longer exactly, both at least, one of several squares.
EXACT, LONGER, AT_LEAST, ONE_OF = "exact", "longer", "at least", "one of"


@dataclass(frozen=True, slots=True)
class Rule:
    """The limits of one format on one platform."""

    limit: int  #: bytes
    side: int  #: pixels of the pictures that we make
    fit: str = EXACT
    sides: tuple[int, ...] = ()  #: of `ONE_OF`
    seconds: float | None = None  #: at most; None for a still picture
    fps: float | None = None  #: at most
    shortest: int | None = None  #: milliseconds that a frame lasts at least
    frames: int | None = None  #: at most

    @property
    def moves(self) -> bool:
        return self.seconds is not None or self.frames is not None


@dataclass(frozen=True, slots=True)
class Platform:
    """A messenger and what its packs are made of."""

    key: str  #: as on the command line
    title: str
    rules: Mapping[str, Rule]  #: format ("png", "apng", "webp", "animated webp", "gif", "webm", "tgs") -> limits
    still: str  #: the format that we choose for still stickers
    moving: tuple[str, ...]  #: those that we choose among for animated ones, the preferred first
    most: int  #: stickers a pack
    fewest: int = 1
    emoji: tuple[int, int] = (1, 1)  #: emoji a sticker, from and to
    mixed: bool = True  #: whether still and animated ones may share a pack
    edge: bool = True  #: whether stickers have a die-cut edge by habit
    metadata: str = "pack.json"  #: the file that describes the pack
    tray: str | None = None  #: the file of the pack's own picture
    tray_rules: Mapping[str, Rule] = field(default_factory=dict)


def _rules(**rules: Rule) -> Mapping[str, Rule]:
    return MappingProxyType({name.replace("_", " "): rule for name, rule in rules.items()})


_WHATSAPP = Platform(
    "whatsapp", "WhatsApp",
    _rules(webp=Rule(100 * KB, 512), animated_webp=Rule(500 * KB, 512, seconds=10.0, shortest=8)),
    "webp", ("animated webp",), most=30, fewest=3, emoji=(1, 3), mixed=False, metadata="contents.json",
    tray="tray.png", tray_rules=_rules(png=Rule(50 * KB, 96)),
)  # fmt: skip
_TELEGRAM = Platform(
    "telegram", "Telegram",
    _rules(
        webp=Rule(512 * KB, 512, LONGER), png=Rule(512 * KB, 512, LONGER),
        webm=Rule(256 * KB, 512, LONGER, seconds=3.0, fps=30.0), tgs=Rule(64 * KB, 512, seconds=3.0, fps=60.0),
    ),
    "webp", ("tgs", "webm"), most=120, emoji=(1, 20),
    tray="thumbnail.png", tray_rules=_rules(png=Rule(128 * KB, 100)),
)  # fmt: skip
_TELEGRAM_EMOJI = Platform(
    "telegram-emoji", "Telegram custom emoji",
    _rules(
        webp=Rule(512 * KB, 100), png=Rule(512 * KB, 100),
        webm=Rule(64 * KB, 100, seconds=3.0, fps=30.0), tgs=Rule(64 * KB, 512, seconds=3.0, fps=60.0),
    ),
    "webp", ("tgs", "webm"), most=200, emoji=(1, 20), edge=False,
    tray="thumbnail.png", tray_rules=_rules(png=Rule(128 * KB, 100)),
)  # fmt: skip
_DISCORD = Platform(
    "discord", "Discord",
    _rules(
        png=Rule(512 * KB, 320), apng=Rule(512 * KB, 320, seconds=5.0), gif=Rule(512 * KB, 320, seconds=5.0),
    ),
    "png", ("apng",), most=60,
)  # fmt: skip
_DISCORD_EMOJI = Platform(
    "discord-emoji", "Discord emoji",
    _rules(png=Rule(256 * KB, 128), webp=Rule(256 * KB, 128), gif=Rule(256 * KB, 128, seconds=60.0)),
    "png", ("gif",), most=50, edge=False,
)  # fmt: skip
_SLACK = Platform(
    "slack", "Slack",
    # Slack says "less than 128 kB".
    _rules(png=Rule(128 * KB - 1, 128), gif=Rule(128 * KB - 1, 128, frames=50)),
    "png", ("gif",), most=200, edge=False,
)  # fmt: skip
_SIGNAL = Platform(
    "signal", "Signal",
    _rules(png=Rule(300 * KB, 512), webp=Rule(300 * KB, 512), apng=Rule(300 * KB, 512, seconds=3.0)),
    "webp", ("apng",), most=200, metadata="manifest.json",
)  # fmt: skip
_SIDES = (300, 408, 618)
_IMESSAGE = Platform(
    "imessage", "iMessage",
    _rules(
        png=Rule(500 * KB, 618, ONE_OF, _SIDES), apng=Rule(500 * KB, 408, ONE_OF, _SIDES, seconds=60.0),
        gif=Rule(500 * KB, 408, ONE_OF, _SIDES, seconds=60.0),
    ),
    "png", ("apng",), most=200, metadata="Stickers.xcstickers/Sticker Pack.stickerpack/Contents.json",
)  # fmt: skip
_MATRIX = Platform(
    "matrix", "Matrix",
    _rules(
        png=Rule(512 * KB, 512, AT_LEAST), webp=Rule(512 * KB, 512, AT_LEAST),
        animated_webp=Rule(512 * KB, 512, AT_LEAST, seconds=60.0), apng=Rule(512 * KB, 512, AT_LEAST, seconds=60.0),
        gif=Rule(512 * KB, 512, AT_LEAST, seconds=60.0),
    ),
    "webp", ("animated webp",), most=200,
)  # fmt: skip

PLATFORMS: Mapping[str, Platform] = MappingProxyType({
    p.key: p for p in (
        _WHATSAPP, _TELEGRAM, _TELEGRAM_EMOJI, _DISCORD, _DISCORD_EMOJI, _SLACK, _SIGNAL, _IMESSAGE, _MATRIX,
    )
})  # fmt: skip


def platform(key: str) -> Platform:
    """The platform called `key`. Raises `MienError`."""
    if key not in PLATFORMS:
        raise MienError(f"{key!r} is no platform mien makes stickers for; choose from {', '.join(PLATFORMS)}")
    return PLATFORMS[key]
