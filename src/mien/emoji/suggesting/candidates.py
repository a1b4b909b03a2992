"""The emoji that may be suggested for what a face shows, as arrays, and how well each fits."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mien.emoji.affect import CIRCUMPLEX
from mien.emoji.catalogue import plain
from mien.emoji.match import CHANNELS, distances, level
from mien.emoji.meaning import NOT_ASKED, PLUTCHIK, meaning
from mien.emoji.recipe import DRAWN, HARD_CUES
from mien.emoji.recipes import RECIPES
from mien.emoji.suggesting.companions import SHARED, companions
from mien.emoji.suggesting.situation import Situation, Vector
from mien.types import LABELS

FACE = "face"


def _split(words: str) -> list[str]:
    return words.split()


#: What each part of a fit weighs. `agree`: Bhattacharyya coefficient of profile and shares. `clear`: how many people
#: see the expression in the emoji. The others are taken off: the distance in intensity, valence, arousal and controls.
AGREE, CLEAR, INTENSITY, VALENCE, AROUSAL, CONTROLS = 0.4, 0.6, 0.36, 0.04, 0.04, 0.25
#: Taken off: of emoji that are no face; of a face with little of what is shown; of one whose cue is not seen.
NO_FACE, FOREIGN, UNSEEN_CUE = 0.15, 0.45, 0.16
#: Added: for a cue that is answered, and for emoji that suit several people, where there are several.
ANSWERED, TOGETHER = 0.45, 0.12
#: A face must give what is shown at least this share, expected over the shares shown.
LEAST = 0.12
#: Added for the commonest emoji, falling by its rank to 0.
POPULAR = 0.06
#: Taken off emoji that are no face and not among the common ones: they come for words, or late.
RARE = 0.1
#: Taken off faces with hearts, hands or glasses, and off hearts: they say more than a face shows.
MORE, LOVING = 0.07, 0.12
#: Of a calm face's neutral share beyond a half, what counts as friendly: calm faces send smiles, too.
FRIENDLY = 0.3
#: How much less the distance in intensity weighs where all is neutral.
CALM = 0.7
#: Of an expression that is hardly there, what counts as neutral.
FAINT = 0.1
#: How much more it weighs for emoji that are no face: a party for a faint smile is too much.
STRICTER = 1.4
#: How clear an emoji with a share of 1 is that nobody rated: about the highest ratings of those that were.
UNRATED = 0.9

#: Rarely sent for what a face shows: costumes, illness, gestures. They come when the words ask for them.
_ODD = frozenset(
    _split(
        """
        🥸 🤠 🤡 💀 ☠️ 👽 🥷 🫅 🎅 🤥 😷 🤒 🤕 🤧 🤑 🫥 🙂‍↔️ 🙂‍↕️ 👿 😈 🫡 🤓 🙋 🥴
        🤤 🥵 🥶 🧐 🤫 🤐 😶‍🌫️ 🫠 😇 😴 😪 🥱 🫩 😵 😵‍💫 🙊
        """
    )
)
ODD = 0.14

#: Roughly the commonest, most used first, after the Unicode Consortium's "Emoji Frequency" (2021).
_COMMON = _split(
    """
    😂 ❤️ 🤣 👍 😭 🙏 😘 🥰 😍 😊 🎉 😁 💕 🥺 😅 🔥 ☺️ 🤦 🤷 🙄 😆 🤗 😉 🤔
    👏 🙂 😳 🥳 😎 👌 💜 😔 💪 ✨ 💖 👀 😋 😏 😢 💗 😩 💯 🌹 💞 💙 😃 😡 💐
    😜 🙈 🤞 😄 🤤 🙌 🤪 😀 💋 💔 😌 💓 🤩 🙃 😬 😱 😴 🤭 😐 🌞 😒 😇 🌸 😈
    🎶 ✌️ 🎊 🥵 😞 💚 ☀️ 🖤 💰 😚 👑 💥 ☹️ 😑 🥴 💩 ✅ 👋 🤮 😤 🤢 😕 😮 😲
    🙁 😯 😠 😥 😟 😨 😰
    """
)


class Table(NamedTuple):
    """N emoji, a row each."""

    emoji: list[str]
    kind: list[str]  #: "face", or a companion's kind
    row: dict[str, int]
    profile: NDArray[np.float64]  # N x 8
    root: NDArray[np.float64]  # N x 8, its square roots
    clear: NDArray[np.float64]  # N x 8, which share of people see each expression in it
    affect: NDArray[np.float64]  # N x 3: intensity, valence, arousal
    offset: NDArray[np.float64]  # N, what is added whatever is seen
    shared: NDArray[np.bool_]  # N, suits several people
    is_face: NDArray[np.bool_]  # N
    controls: NDArray[np.int64]  # rows whose recipe a face can show
    channels: NDArray[np.float64]  # their levels, M x C
    needs: list[tuple[int, frozenset[str]]]  # (row, the cues it answers)


@cache
def table() -> Table:
    """Faces in the order of the recipes, then companions in theirs."""
    others = companions()
    emoji = [*RECIPES, *(c.text for c in others)]
    kind = [FACE] * len(RECIPES) + [c.kind for c in others]
    meant = [meaning(text) for text in RECIPES]
    profile = np.array(
        [[m.profile[label] for label in LABELS] for m in meant if m is not None]
        + [[c.profile[label] for label in LABELS] for c in others]
    )
    affect = [(r.intensity, m.valence, m.arousal) for r, m in zip(RECIPES.values(), meant, strict=True) if m]
    affect += [(c.intensity, c.valence, c.arousal) for c in others]
    rank = {text: 1 - i / len(_COMMON) for i, text in enumerate(_COMMON)}
    is_face = np.array([k == FACE for k in kind])
    offset = np.array([POPULAR * rank.get(text, 0.0) - ODD * (text in _ODD) for text in emoji])
    drawn = [text in RECIPES and DRAWN in RECIPES[text].cues for text in emoji]
    offset -= MORE * np.array(drawn) + LOVING * np.array([k == "heart" for k in kind])
    offset -= RARE * np.array([k != FACE and text not in rank for text, k in zip(emoji, kind, strict=True)])
    shown = [i for i, recipe in enumerate(RECIPES.values()) if DRAWN not in recipe.cues]
    recipes = list(RECIPES.values())
    return Table(
        emoji, kind, {text: i for i, text in enumerate(emoji)}, profile, np.sqrt(profile),
        np.array([_clear(text, row) for text, row in zip(emoji, profile, strict=True)]), np.array(affect),
        offset - NO_FACE * ~is_face, np.array([text in SHARED for text in emoji]), is_face, np.array(shown),
        np.array([[level(recipes[i].controls, stem) for stem, *_ in CHANNELS] for i in shown]),
        [(i, recipes[i].cues) for i in shown if recipes[i].cues],
    )  # fmt: skip


def _clear(text: str, profile: Vector) -> Vector:
    """How many people see each expression in the emoji: their ratings, else the profile scaled to `UNRATED`."""
    meant = meaning(text)
    scaled = UNRATED * profile
    if meant is None or meant.ratings is None:
        return np.asarray(scaled)
    seen = dict(zip(PLUTCHIK.values(), (meant.ratings[emotion] for emotion in PLUTCHIK), strict=True))
    return np.array([scaled[i] if label in NOT_ASKED else seen[label] for i, label in enumerate(LABELS)])


def fit(seen: Situation, shares: Vector, intensity: float) -> Vector:
    """How well each emoji of `table()` fits, about 0..1.

    shares, intensity: what it shall fit, over `LABELS`, of what is seen and said together; what `seen` adds are its
    controls, cues and people.
    """
    t = table()
    shares = _toned_down(shares, intensity)
    calm = LABELS.index("neutral")
    root = np.sqrt(shares)
    score = AGREE * (t.root @ root) + CLEAR * (t.clear @ shares)
    if seen.parts:  # each of the groups may have its emoji, a little below what fits all
        each = [AGREE * (t.root @ np.sqrt(part)) + CLEAR * (t.clear @ part) for part in seen.parts]
        score = np.maximum(score, 0.9 * np.max(each, axis=0))
    valence, arousal = shares @ _COORDINATES
    intensity = min(intensity, 1.05 - float(shares[calm]))  # a calm face is not strongly calm
    gap = np.abs(t.affect - (intensity, valence, arousal))
    # How strong a calm face is says little.
    gap[:, 0] *= np.where(t.is_face, 1.0, STRICTER)
    score -= gap @ (INTENSITY * (1 - CALM * float(shares[calm])), VALENCE / 2, AROUSAL / 2)
    allowed = t.profile @ shares / max(float(shares.max()), 1e-9)
    if seen.parts:
        allowed = np.maximum(allowed, np.max([t.profile @ part / part.max() for part in seen.parts], axis=0))
    score -= FOREIGN * (allowed < LEAST)
    score += t.offset
    if seen.people > 1:
        score += TOGETHER * t.shared
    return np.asarray(score + _posed(t, seen))


def _toned_down(shares: Vector, intensity: float) -> Vector:
    """Shares with some of a calm face's neutral read as friendly, and some of a faint expression as neutral."""
    calm, happy = LABELS.index("neutral"), LABELS.index("happiness")
    shares = shares.copy()
    friendly = FRIENDLY * max(0.0, float(shares[calm]) - 0.5)
    shares[calm] -= friendly
    shares[happy] += friendly
    faint = FAINT * max(0.0, 1 - 2 * intensity)
    if shares[calm] < 0.5:
        shares *= 1 - faint
        shares[calm] = 1 - float(np.delete(shares, calm).sum())
    return shares


_COORDINATES = np.array([CIRCUMPLEX[label] for label in LABELS])


def _posed(t: Table, seen: Situation) -> Vector:
    """What the controls of the one face add or take."""
    extra = np.zeros(len(t.emoji))
    if seen.controls is not None and seen.people == 1:
        far = distances(t.channels, seen.controls)
        extra -= CONTROLS * float(np.median(far))  # what has no muscles to compare is neither better nor worse
        extra[t.controls] += CONTROLS * (float(np.median(far)) - far)
    for row, needs in t.needs:
        if needs <= seen.cues:
            extra[row] += ANSWERED * bool(needs & frozenset(HARD_CUES))
        elif seen.controls is not None or needs & frozenset(HARD_CUES):
            extra[row] -= UNSEEN_CUE
    return extra


def find(text: str) -> int | None:
    """The row of an emoji, variation selectors left aside; None where it has none."""
    return _plain_rows().get(plain(text))


@cache
def _plain_rows() -> dict[str, int]:
    return {plain(text): i for text, i in table().row.items()}
