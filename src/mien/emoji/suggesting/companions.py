"""Emoji beyond the faces that go with an expression: hearts, hands, parties, signs, animals, things.

A line each: emoji, how strong an expression it goes with (0..1), and which expressions, in shares of any unit. Where
people rated an emoji (EmoTag1200), their profile is taken instead, except where a `!` keeps ours: what people saw in a
fire or a poo on Twitter says little about what it is sent with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mien.emoji.affect import valence_arousal
from mien.emoji.meaning import meaning
from mien.types import LABELS

_TABLE = {
    "heart": """
        ❤️ .6 | 💕 .6 | 💖 .75 | 💗 .7 | 💙 .4 | 💜 .4 | 💛 .4 | 💚 .4 | 💔 .7 | 💘 .7 | 💞 .6 | 💋 .6
        ❤️‍🔥 .9 happiness 8 surprise 2 | 🖤 .4 sadness 5 neutral 3 contempt 2 | 🩷 .5 happiness 9 neutral 1
        ❤️‍🩹 .4 sadness 6 happiness 4 | 🧡 .5 happiness 9 neutral 1
    """,
    "hand": """
        👍 .2! happiness 5 neutral 5 | 👏 .7 | 🙌 .8 | 🙏 .4! happiness 5 neutral 5 | 👌 .3! happiness 4 neutral 6
        ✌️ .5 | 💪 .6 | 👊 .6
        👎 .5 | ✊ .5 | 🤞 .4 happiness 5 neutral 3 fear 2 | 🫶 .7 happiness 1 | 🤝 .4 happiness 6 neutral 4
        🤘 .8 happiness 9 surprise 1 | 🤙 .5 happiness 7 neutral 3 | 🤌 .4 contempt 4 happiness 4 neutral 2
        💅 .4 contempt 8 happiness 2 | 🫵 .4 neutral 5 anger 3 contempt 2
    """,
    "party": """
        🎉 .85! happiness 9 surprise 1 | 🎊 .8 happiness 9 surprise 1 | 🥂 .6 happiness 9 neutral 1
        🎈 .6! happiness 9 surprise 1 | 🎂 .6 happiness 9 surprise 1
        🎁 .5 happiness 7 surprise 3 | 🍾 .8 happiness 9 surprise 1 | 🪩 .9 happiness 1 | 🕺 .9 happiness 1 | 💃 .9
        🏆 .8 happiness 9 surprise 1 | 🎆 .9 happiness 6 surprise 4 | 🍻 .7
    """,
    "sign": """
        ✨ .6 | 🔥 .9! happiness 7 surprise 3 | 💯 .8 | ❗ .7 | ‼️ .9 | ❓ .5 surprise 6 neutral 4
        ⁉️ .8 surprise 9 anger 1 | 💥 .95! surprise 6 anger 4 | ⚡ .8 | 💢 .8 anger 1
        ❌ .6 | 🚩 .6 contempt 5 anger 3 disgust 2
        🆘 .9 fear 8 surprise 2 | 💫 .6 | ⭐ .5 | 🌟 .6 | 🚨 .9 fear 5 surprise 3 anger 2
        🚫 .5 anger 5 disgust 3 neutral 2 | 🤍 .3 neutral 5 happiness 5 | 📉 .5 sadness 8 fear 2
        📈 .6 happiness 9 neutral 1 | 🔕 .2 neutral 9 contempt 1
    """,
    "nature": """
        🌈 .6 | ☀️ .5! happiness 7 neutral 3 | 🌻 .5 happiness 9 neutral 1
        🥀 .5 sadness 9 neutral 1 | 🌧️ .4 sadness 7 neutral 3 | ⛈️ .7 anger 5 sadness 3 fear 2
        🌪️ .8 anger 6 fear 4 | 🌋 .95 anger 1 | 🍃 .1! neutral 8 happiness 2 | ☁️ .2 neutral 7 sadness 3
        🍀 .4 | 🌊 .4 neutral 6 happiness 4
    """,
    "animal": """
        🙈 .6! surprise 4 happiness 3 fear 3 | 🙊 .6 | 🙉 .5 fear 5 disgust 3 neutral 2 | 👀 .6! surprise 8 neutral 2
        👻 .7 | 💩 .6! disgust 8 contempt 2 | 😺 .6 happiness 1 | 😹 .95 | 😻 .85 | 🙀 .9 fear 6 surprise 4
        😿 .7 sadness 1 | 😾 .6 anger 8 contempt 2 | 😼 .4 contempt 7 happiness 3
        🐍 .5 disgust 5 contempt 3 fear 2 | 🦋 .4 happiness 7 neutral 3 | 🐒 .5 happiness 6 contempt 4
    """,
    "thing": """
        🎶 .5! happiness 8 neutral 2 | ☕ .2 neutral 8 happiness 2 | 🛌 .2 neutral 6 sadness 4
        🍿 .4 surprise 5 happiness 5
        🍫 .3 sadness 5 happiness 5 | 💣 .9 anger 8 fear 2 | 🧨 .9 anger 7 surprise 3 | 🗑️ .5 disgust 6 contempt 4
        🪦 .7 sadness 9 fear 1 | 🧘 .2 neutral 7 happiness 3 | 🎭 .5 happiness 4 sadness 4 neutral 2
        🎯 .5 happiness 6 neutral 4 | 🚀 .85 happiness 7 surprise 3 | 🧻 .5 disgust 6 sadness 4
        🧯 .7 anger 8 surprise 2 | 🥊 .8 anger 1
    """,
    "person": """
        🫂 .5 sadness 6 happiness 4 | 👯 .8 happiness 1 | 💁 .4! contempt 6 neutral 4 | 🙅 .5! anger 6 disgust 4
        🙆 .4 | 🙎 .6 anger 7 sadness 3 | 🙍 .5 sadness 8 anger 2 | 🧑‍🤝‍🧑 .4 happiness 7 neutral 3
        🧟 .5 fear 4 neutral 4 disgust 2 | 🧖 .2 neutral 6 happiness 4 | 🏃 .6 fear 6 neutral 4
    """,
}

#: What suits several people better than one.
_SHARED = "🎉 🥳 🥂 🙌 🫶 🤝 🫂 👯 🕺 💃 🎊 🍻 🤗 👏 🧑‍🤝‍🧑 🪩"
SHARED = frozenset(_SHARED.split())


@dataclass(frozen=True, slots=True)
class Companion:
    """An emoji that is no face, and what it goes with."""

    text: str
    kind: str  #: heart, hand, party, sign, nature, animal, thing or person
    intensity: float  #: 0..1, how strong an expression it goes with
    profile: Mapping[str, float]  #: label -> share, over all `LABELS`; sums to 1
    valence: float  #: -1..1
    arousal: float  #: -1..1


@cache
def companions() -> tuple[Companion, ...]:
    """All of them, as the table has them. Shares of a rated emoji are people's."""
    return tuple(
        _companion(kind, entry.strip())
        for kind, lines in _TABLE.items()
        for line in lines.strip().splitlines()
        for entry in line.split("|")
    )


def _companion(kind: str, entry: str) -> Companion:
    text, strength, *words = entry.split()
    rated = meaning(text)
    if rated is not None and not strength.endswith("!"):
        profile = dict(rated.profile)
    else:
        shares = dict(zip(words[::2], map(float, words[1::2]), strict=True))
        profile = {label: shares.get(label, 0.0) / sum(shares.values()) for label in LABELS}
    valence, arousal = valence_arousal(profile)
    return Companion(text, kind, float(strength.rstrip("!")), profile, valence, arousal)
