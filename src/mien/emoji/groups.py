"""The faces in the order and groups of Unicode's emoji-test.txt (Emoji 16.0), and the others that mien draws."""

from __future__ import annotations

#: Subgroup of "Smileys & Emotion" -> its emoji: face-smiling to face-negative, whole; costumes and cats are left out.
GROUPS: dict[str, tuple[str, ...]] = {
    "smiling": ("😀", "😃", "😄", "😁", "😆", "😅", "🤣", "😂", "🙂", "🙃", "🫠", "😉", "😊", "😇"),
    "affection": ("🥰", "😍", "🤩", "😘", "😗", "☺️", "😚", "😙", "🥲"),
    "tongue": ("😋", "😛", "😜", "🤪", "😝", "🤑"),
    "hand": ("🤗", "🤭", "🫢", "🫣", "🤫", "🤔", "🫡"),
    "neutral or sceptical": (
        "🤐", "🤨", "😐", "😑", "😶", "🫥", "😶‍🌫️", "😏", "😒", "🙄", "😬", "😮‍💨", "🤥", "🫨", "🙂‍↔️", "🙂‍↕️",
    ),
    "sleepy": ("😌", "😔", "😪", "🤤", "😴", "🫩"),
    "unwell": ("😷", "🤒", "🤕", "🤢", "🤮", "🤧", "🥵", "🥶", "🥴", "😵", "😵‍💫", "🤯"),
    "hat": ("🤠", "🥳", "🥸"),
    "glasses": ("😎", "🤓", "🧐"),
    "concerned": (
        "😕", "🫤", "😟", "🙁", "☹️", "😮", "😯", "😲", "😳", "🥺", "🥹", "😦", "😧", "😨", "😰", "😥", "😢", "😭", "😱",
        "😖", "😣", "😞", "😓", "😩", "😫", "🥱",
    ),
    "negative": ("😤", "😡", "😠", "🤬", "😈", "👿", "💀", "☠️"),
}  # fmt: skip

#: Of other groups: what a face can dress up as, and gestures with the hands at a face.
OTHERS: tuple[str, ...] = ("🤡", "👽", "🥷", "🫅", "🎅", "🤦", "🤷", "🙋")
