"""Recipes of what no face can show by itself: hands, masks, hats, costumes. They are drawn, never chosen for a face."""

# ruff: noqa: E501

from __future__ import annotations

from mien.emoji.recipe import DRAWN, Recipe
from mien.emoji.recipe import recipe as r

_SMILING = {
    "🫠": r("melting face", "happiness 4 neutral 3 sadness 3", (-0.1, -0.1, 0.4), cues=DRAWN, overlays="melting", tilt=-4, smile=0.6, brow_inner=0.25, brow_outer=0.2),
    "🤑": r("money-mouth face", "happiness 9 surprise 1", (0.7, 0.6, 0.75), cues=DRAWN, overlays="money_eyes money_mouth", smile=0.85, jaw=0.3, brow_outer=0.6, brow_inner=0.3),
    "🤗": r("smiling face with open hands", "happiness 1", (0.85, 0.4, 0.65), cues=DRAWN, overlays="blush hug", smile=0.9, jaw=0.45, cheek=1, blink=0.6),
    "🤭": r("face with hand over mouth", "happiness 7 surprise 3", (0.5, 0.3, 0.5), cues=DRAWN, overlays="blush hand_on_mouth", smile=0.6, cheek=1, blink=0.6, brow_inner=0.35, brow_outer=0.3),
    "🤠": r("cowboy hat face", "happiness 9 neutral 1", (0.75, 0.4, 0.6), cues=DRAWN, overlays="cowboy_hat", smile=0.95, jaw=0.5, brow_outer=0.2),
    "🥳": r("partying face", "happiness 9 surprise 1", (0.9, 0.8, 0.85), cues=DRAWN, overlays="blush party_hat blower confetti", tilt=-5, cheek=1, blink=0.6, smile=0.3, funnel=0.3, brow_outer=0.4),
    "🥸": r("disguised face", "neutral 7 happiness 3", (0.2, 0.1, 0.3), cues=DRAWN, overlays="disguise", smile=0.45),
    "😈": r("smiling face with horns", "happiness 5 anger 3 contempt 2", (0.2, 0.6, 0.7), cues=DRAWN, overlays="violet horns", smile=0.95, brow_down=0.95, squint=0.2, dimple=0.4),
    "🙂‍↕️": r("head shaking vertically", "happiness 6 neutral 4", (0.35, 0.1, 0.3), cues=DRAWN, overlays="nod_arrows", pitch=-6, smile=0.55, blink=1, brow_outer=0.2),
}  # fmt: skip

_NEUTRAL = {
    "🫢": r("face with open eyes and hand over mouth", "surprise 7 fear 3", (-0.05, 0.6, 0.6), cues=DRAWN, overlays="hand_on_mouth", wide=1, brow_inner=0.9, brow_outer=0.8),
    "🫣": r("face with peeking eye", "fear 5 neutral 3 happiness 2", (-0.3, 0.5, 0.55), cues=DRAWN, overlays="peek", brow_inner=0.9, wide=0.5, frown=0.2),
    "🤫": r("shushing face", "neutral 8 happiness 2", (0.1, 0.0, 0.25), cues=DRAWN, overlays="hush", pucker=0.45, brow_outer=0.5, brow_inner=0.2),
    "🫡": r("saluting face", "neutral 1", (0.1, 0.2, 0.3), cues=DRAWN, overlays="salute", press=0.3, brow_outer=0.1, brow_down=0.25),
    "🤐": r("zipper-mouth face", "neutral 8 fear 2", (-0.2, 0.1, 0.3), cues=DRAWN, overlays="zipper", brow_inner=0.4, wide=0.2),
    "😶‍🌫️": r("face in clouds", "neutral 8 sadness 2", (-0.1, -0.3, 0.2), cues=DRAWN, overlays="fog", brow_inner=0.3),
    "😮‍💨": r("face exhaling", "neutral 5 sadness 5", (-0.1, -0.3, 0.4), cues=DRAWN, overlays="sigh", yaw=6, blink=1, funnel=0.75, jaw=0.1, brow_inner=0.8, mouth_left=0.6),
    "🤥": r("lying face", "neutral 6 contempt 2 fear 2", (-0.2, 0.2, 0.35), cues=DRAWN, overlays="long_nose", look_left=0.5, brow_outer=0.4, brow_inner=0.4, smile_left=0.2, frown_right=0.3),
    "🫨": r("shaking face", "surprise 5 fear 5", (-0.2, 0.8, 0.7), cues=DRAWN, overlays="shaking", stretch=0.6, upper=0.5, lower=0.6, wide=0.7, brow_inner=0.4),
    "🙂‍↔️": r("head shaking horizontally", "neutral 6 happiness 4", (0.0, 0.1, 0.3), cues=DRAWN, overlays="shake_arrows", smile=0.4, blink=1, brow_outer=0.2),
    "🫩": r("face with bags under eyes", "neutral 5 sadness 5", (-0.4, -0.7, 0.4), cues=DRAWN, overlays="bags", blink=0.42, frown=0.35, brow_inner=0.6, look_down=0.2),
    "🧐": r("face with monocle", "neutral 7 contempt 2 surprise 1", (0.0, 0.2, 0.35), cues=DRAWN, overlays="monocle", brow_down_right=0.5, brow_outer_left=0.9, wide_left=0.3, squint_right=0.4, frown=0.35, press=0.3),
    "🤡": r("clown face", "happiness 8 neutral 2", (0.3, 0.5, 0.7), cues=DRAWN, overlays="white clown_paint clown_nose clown_hair", smile=0.95, jaw=0.35, brow_outer=0.7, wide=0.2),
    "💀": r("skull", "neutral 1", (-0.2, 0.3, 0.6), cues=DRAWN, overlays="white skull"),
    "☠️": r("skull and crossbones", "neutral 1", (-0.4, 0.3, 0.6), cues=DRAWN, overlays="white skull crossbones"),
    "👽": r("alien", "neutral 1", (0.0, 0.2, 0.3), cues=DRAWN, overlays="alien_green dark_eyes", smile=0.3),
    "🥷": r("ninja", "neutral 7 anger 3", (0.0, 0.4, 0.4), cues=DRAWN, overlays="ninja", brow_down=0.7, squint=0.2),
    "🫅": r("person with crown", "happiness 7 neutral 3", (0.5, 0.2, 0.4), cues=DRAWN, overlays="crown", smile=0.6, brow_outer=0.3),
    "🎅": r("Santa Claus", "happiness 1", (0.8, 0.2, 0.5), cues=DRAWN, overlays="santa_hat white_beard blush", smile=0.7, cheek=0.6, blink=0.3),
    "🤦": r("person facepalming", "sadness 4 contempt 4 neutral 2", (-0.5, 0.1, 0.45), cues=DRAWN, overlays="facepalm", tilt=6, pitch=-10, blink=1, frown=0.6, brow_inner=0.5),
    "🤷": r("person shrugging", "neutral 8 contempt 2", (-0.1, 0.1, 0.35), cues=DRAWN, overlays="shrug", tilt=6, brow_inner=0.7, brow_outer=0.6, frown=0.35, shrug=0.5, press=0.3),
    "🙋": r("person raising hand", "happiness 9 neutral 1", (0.6, 0.4, 0.5), cues=DRAWN, overlays="raised_hand", smile=0.85, jaw=0.4, brow_outer=0.4),
}  # fmt: skip

_NEGATIVE = {
    "😷": r("face with medical mask", "neutral 7 sadness 3", (-0.2, -0.2, 0.3), cues=DRAWN, overlays="mask", brow_inner=0.3),
    "🤒": r("face with thermometer", "sadness 6 disgust 4", (-0.6, -0.3, 0.5), cues=DRAWN, overlays="flush thermometer", blink=0.45, frown=0.5, brow_inner=0.9),
    "🤕": r("face with head-bandage", "sadness 8 disgust 2", (-0.6, -0.1, 0.55), cues=DRAWN, overlays="bandage", frown=0.7, brow_inner=0.9, blink=0.2),
    "🤧": r("sneezing face", "disgust 6 sadness 4", (-0.4, 0.2, 0.55), cues=DRAWN, overlays="tissue", blink=1, brow_inner=0.8, squint=1),
    "😵‍💫": r("face with spiral eyes", "surprise 4 disgust 4 fear 2", (-0.4, 0.2, 0.7), cues=DRAWN, overlays="spiral_eyes", brow_inner=0.6, jaw=0.3, frown=0.5, funnel=0.2),
    "🤯": r("exploding head", "surprise 8 fear 2", (0.0, 0.95, 1.0), cues=DRAWN, overlays="bursting", wide=1, jaw=0.55, funnel=0.5, brow_inner=0.8, brow_outer=0.6),
    "👿": r("angry face with horns", "anger 1", (-0.7, 0.75, 0.85), cues=DRAWN, overlays="violet horns", frown=0.9, brow_down=1, squint=0.3),
}  # fmt: skip

RECIPES_DRAWN: dict[str, Recipe] = {**_SMILING, **_NEUTRAL, **_NEGATIVE}
