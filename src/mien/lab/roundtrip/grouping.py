"""Which Noto faces stand for which of the eight expressions: by their names.

The names are CLDR short names (https://cldr.unicode.org/translation/characters/short-names-and-keywords). A face goes
into a group when its name says the expression itself or its best-known sign, and it is left out where the name says
something else (a costume, an illness, a hand) or two expressions at once. Four calls that are not plain from the name
alone are checked against the human scores of EmoTag1200 (Shoeb and de Melo 2020), which know no contempt.
"""

from __future__ import annotations

#: label -> {emoji: its CLDR short name}.
GROUPS: dict[str, dict[str, str]] = {
    # Neutral by name, or named only for the lack of an expression or of a mouth; a dotted line moves nothing either.
    "neutral": {
        "😐": "neutral face", "😑": "expressionless face", "😶": "face without mouth", "🫥": "dotted line face",
    },
    # Every name with smiling, grinning, beaming, joy or laughing. Not 🥲 (with tear) nor 😈 (with horns): two at once.
    "happiness": {
        "😀": "grinning face", "😃": "grinning face with big eyes", "😄": "grinning face with smiling eyes",
        "😁": "beaming face with smiling eyes", "😆": "grinning squinting face", "😅": "grinning face with sweat",
        "😂": "face with tears of joy", "🤣": "rolling on the floor laughing", "🙂": "slightly smiling face",
        "☺": "smiling face", "😊": "smiling face with smiling eyes", "😇": "smiling face with halo",
        "😍": "smiling face with heart-eyes", "🥰": "smiling face with hearts", "😎": "smiling face with sunglasses",
    },
    # Astonished by name; an open mouth and a hush are what CLDR explains with "surprised". Not 🤯: it explodes.
    "surprise": {"😮": "face with open mouth", "😯": "hushed face", "😲": "astonished face"},
    # Crying, sad, frowning, and the two that hang their head. Not 😩 😫 (weary, tired: states of the body), 🥺 (asks).
    "sadness": {
        "🙁": "slightly frowning face", "☹": "frowning face", "😢": "crying face", "😭": "loudly crying face",
        "😥": "sad but relieved face", "😞": "disappointed face", "😔": "pensive face",
        "😓": "downcast face with sweat",
    },
    # Angry, enraged, cursing; 😤 steams: EmoTag gives it anger .75, above all else.
    "anger": {
        "😠": "angry face", "😡": "enraged face", "🤬": "face with symbols on mouth", "👿": "angry face with horns",
        "😤": "face with steam from nose",
    },
    # The two that are sick by name; 😖 because EmoTag gives it disgust .67, above all else (😣 has sadness as high).
    "disgust": {"🤢": "nauseated face", "🤮": "face vomiting", "😖": "confounded face"},
    # Fearful, screaming in fear, anxious, anguished. Not 😟 (worried: EmoTag has fear .72, sadness .69).
    "fear": {
        "😨": "fearful face", "😱": "face screaming in fear", "😰": "anxious face with sweat", "😧": "anguished face",
    },
    # Unicode's subgroup is "neutral or sceptical": a smirk, rolled eyes, a raised eyebrow, and unamused (EmoTag:
    # disgust .64 with anger .58, of which Plutchik 1980 makes contempt). Not 🫤: its name tells a line, no mind.
    "contempt": {
        "😏": "smirking face", "🙄": "face with rolling eyes", "🤨": "face with raised eyebrow", "😒": "unamused face",
    },
}  # fmt: skip


def file_name(emoji: str) -> str:
    """The name of an emoji's file in Noto's folder: u1f600.svg."""
    return f"u{ord(emoji):x}.svg"


def folds(count: int) -> list[list[str]]:
    """Emoji that are held out together: each fold takes the next of each group, so that every group is asked for.

    A group with fewer emoji than folds is held out more than once.
    """
    return [[list(group)[k % len(group)] for group in GROUPS.values()] for k in range(count)]
