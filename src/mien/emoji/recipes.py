"""The face emoji that mien knows, each as a recipe. Names are Unicode CLDR short names.

Profiles, (valence, arousal, intensity) are our own judgement of how each emoji is read. One line an emoji: a table.
"""

# ruff: noqa: E501

from __future__ import annotations

from mien.emoji.recipe import Recipe
from mien.emoji.recipe import recipe as r
from mien.emoji.recipes_drawn import RECIPES_DRAWN

_HAPPY = {
    "🙂": r("slightly smiling face", "happiness 6 neutral 4", (0.35, 0.0, 0.3), smile=0.5),
    "☺️": r("smiling face", "happiness 8 neutral 2", (0.65, 0.0, 0.42), overlays="blush", cues="closed", smile=0.75, blink=0.9, cheek=0.75, brow_inner=0.15),
    "😊": r("smiling face with smiling eyes", "happiness 9 neutral 1", (0.75, 0.1, 0.52), overlays="blush", smile=0.85, cheek=1, blink=0.6, dimple=0.4),
    "😀": r("grinning face", "happiness 9 neutral 1", (0.75, 0.4, 0.6), smile=0.88, jaw=0.5, brow_outer=0.35, wide=0.15),
    "😃": r("grinning face with big eyes", "happiness 8 surprise 2", (0.85, 0.5, 0.68), smile=0.9, jaw=0.68, wide=0.55, brow_outer=0.45, brow_inner=0.3),
    "😄": r("grinning face with smiling eyes", "happiness 1", (0.85, 0.5, 0.68), smile=0.95, jaw=0.62, cheek=1, blink=0.6, brow_outer=0.3),
    "😁": r("beaming face with smiling eyes", "happiness 1", (0.8, 0.5, 0.76), smile=1, upper=0.75, lower=0.9, cheek=1, blink=0.6, brow_outer=0.25),
    "😆": r("grinning squinting face", "happiness 1", (0.85, 0.65, 0.84), smile=1, jaw=0.75, blink=1, squint=1, cheek=0.3),
    "😅": r("grinning face with sweat", "happiness 7 fear 2 neutral 1", (0.35, 0.4, 0.6), overlays="sweat", smile=0.9, jaw=0.55, cheek=0.95, blink=0.6, brow_inner=0.5),
    "😂": r("face with tears of joy", "happiness 1", (0.85, 0.75, 0.93), overlays="tears_of_joy", smile=1, jaw=0.93, cheek=1, blink=1, brow_inner=0.5, squint=0.5),
    "🤣": r("rolling on the floor laughing", "happiness 1", (0.85, 0.9, 1.0), overlays="tears_of_joy", tilt=-22, smile=1, jaw=0.95, blink=1, squint=1, cheek=0.4, brow_inner=0.4),
    "🤩": r("star-struck", "happiness 5 surprise 5", (0.8, 0.8, 0.8), overlays="star_eyes", smile=0.95, jaw=0.75, wide=0.6, brow_outer=0.8, brow_inner=0.5),
    "😍": r("smiling face with heart-eyes", "happiness 1", (0.95, 0.6, 0.8), overlays="heart_eyes", cues="drawn", smile=0.95, jaw=0.6, brow_outer=0.4),
    "🥰": r("smiling face with hearts", "happiness 1", (0.95, 0.2, 0.6), overlays="blush hearts", cues="drawn", smile=0.8, cheek=1, blink=0.6),
    "😉": r("winking face", "happiness 55 neutral 25 contempt 20", (0.5, 0.2, 0.4), cues="wink", smile_left=0.5, smile_right=0.8, blink_right=0.95, cheek_right=0.85, brow_outer_left=0.6),
    "😛": r("face with tongue", "happiness 7 neutral 3", (0.6, 0.4, 0.6), cues="tongue", smile=0.8, jaw=0.5, tongue=0.9, tilt=-4),
    "😜": r("winking face with tongue", "happiness 1", (0.6, 0.55, 0.7), cues="wink tongue", smile=0.85, jaw=0.5, tongue=0.95, blink_left=0.95, cheek_left=0.8, wide_right=0.6, brow_outer_right=0.8, tilt=6),
    "😝": r("squinting face with tongue", "happiness 9 disgust 1", (0.6, 0.65, 0.85), cues="tongue", smile=0.9, jaw=0.6, tongue=1, blink=1, squint=1),
    "🤪": r("zany face", "happiness 8 surprise 2", (0.6, 0.8, 0.9), cues="tongue drawn", tilt=12, smile=0.9, jaw=0.6, tongue=1, wide_left=1, squint_right=0.5, blink_right=0.25, brow_outer_left=1, look_down_right=0.5, look_up_left=0.4),
    "😋": r("face savoring food", "happiness 1", (0.7, 0.2, 0.6), overlays="lick", cues="drawn", smile=0.9, cheek=1, blink=0.6),
    "😗": r("kissing face", "happiness 5 neutral 5", (0.4, 0.1, 0.35), cues="kiss", pucker=1, brow_outer=0.2, yaw=3),
    "😙": r("kissing face with smiling eyes", "happiness 8 neutral 2", (0.6, 0.1, 0.5), cues="kiss", pucker=1, cheek=1, blink=0.6, smile=0.2),
    "😚": r("kissing face with closed eyes", "happiness 7 neutral 3", (0.65, 0.1, 0.5), overlays="blush", cues="kiss closed", pucker=1, blink=1, brow_inner=0.3),
    "😘": r("face blowing a kiss", "happiness 8 neutral 2", (0.8, 0.3, 0.6), overlays="heart", cues="kiss wink", pucker=1, blink_left=0.95, cheek_left=0.7, brow_outer_right=0.5),
    "😌": r("relieved face", "neutral 5 happiness 5", (0.4, -0.4, 0.3), cues="closed", blink=1, smile=0.45, brow_inner=0.35, brow_outer=0.3, pitch=4),
    "😎": r("smiling face with sunglasses", "happiness 7 neutral 3", (0.6, 0.1, 0.45), overlays="sunglasses", cues="drawn", smile=0.65, smile_left=0.8, brow_outer=0.3),
    "🤓": r("nerd face", "happiness 8 neutral 2", (0.5, 0.2, 0.5), overlays="spectacles buck_teeth", cues="drawn", smile=0.9, jaw=0.25, brow_outer=0.5, wide=0.3),
    "😇": r("smiling face with halo", "happiness 8 neutral 2", (0.7, -0.1, 0.4), overlays="halo", cues="drawn", smile=0.75, cheek=1, blink=0.6),
    "🙃": r("upside-down face", "happiness 6 neutral 4", (0.2, 0.1, 0.3), cues="drawn", tilt=180, smile=0.5),
    "🥲": r("smiling face with tear", "happiness 5 sadness 5", (0.05, 0.0, 0.5), overlays="tear", smile=0.6, cheek=0.35, brow_inner=0.85),
    "🥹": r("face holding back tears", "happiness 5 sadness 5", (0.3, 0.3, 0.6), overlays="glossy_eyes welling", cues="drawn", smile=0.35, brow_inner=0.9, wide=0.8),
}  # fmt: skip

_NEUTRAL = {
    "😐": r("neutral face", "neutral 1", (0.0, 0.0, 0.0), press=0.2),
    "😑": r("expressionless face", "neutral 9 contempt 1", (-0.1, -0.3, 0.1), cues="closed", blink=1, squint=0.5, cheek=0.3, press=0.5),
    "😶": r("face without mouth", "neutral 1", (0.0, -0.1, 0.0), overlays="no_mouth", cues="drawn"),
    "🫥": r("dotted line face", "neutral 1", (0.0, -0.2, 0.0), overlays="dashed", cues="drawn"),
    "🤔": r("thinking face", "neutral 7 contempt 2 surprise 1", (0.0, 0.1, 0.3), overlays="hand_on_chin", cues="drawn", brow_down_left=0.55, brow_outer_right=0.9, look_up=0.6, look_left=0.3, frown_right=0.5, smile_left=0.15, mouth_right=0.2, tilt=4, pitch=5),
    "🤨": r("face with raised eyebrow", "neutral 7 contempt 2 surprise 1", (-0.2, 0.2, 0.35), cues="brow", brow_down_right=0.7, squint_right=0.35, blink_right=0.2, brow_outer_left=1, wide_left=0.15, frown=0.25, press=0.3, tilt=-3),
    "🙄": r("face with rolling eyes", "contempt 6 neutral 4", (-0.4, 0.0, 0.4), cues="rolled", look_up=1, brow_outer=0.5, brow_inner=0.3, frown=0.3, press=0.3, pitch=6),
    "😏": r("smirking face", "contempt 7 happiness 2 neutral 1", (0.1, 0.2, 0.4), smile_left=0.8, dimple_left=0.7, squint=0.5, blink=0.3, look_left=0.85, brow_outer_left=0.55, brow_down_right=0.2, yaw=5),
    "😒": r("unamused face", "contempt 5 anger 3 neutral 2", (-0.5, 0.0, 0.35), frown=0.6, blink=0.42, squint=0.2, look_left=0.9, brow_down_right=0.5, brow_down_left=0.1, brow_outer_left=0.5, yaw=4),
    "🫤": r("face with diagonal mouth", "neutral 5 contempt 3 sadness 2", (-0.3, 0.0, 0.3), frown_right=0.8, smile_left=0.35, brow_outer_left=0.2, press=0.4),
    "😕": r("confused face", "neutral 5 sadness 3 contempt 2", (-0.35, 0.05, 0.3), frown_left=0.85, dimple_right=0.8, brow_inner=0.35, tilt=-3),
    "😴": r("sleeping face", "neutral 1", (0.1, -0.9, 0.1), overlays="zzz", cues="drawn", blink=1, jaw=0.22, funnel=0.4, brow_inner=0.2, tilt=-5),
    "😪": r("sleepy face", "neutral 6 sadness 4", (-0.2, -0.7, 0.2), overlays="bubble", cues="drawn", blink=1, jaw=0.12, frown=0.3, brow_inner=0.5),
    "🥱": r("yawning face", "neutral 8 sadness 2", (-0.1, -0.7, 0.4), overlays="hand_on_yawn", cues="yawn", blink=1, squint=0.4, jaw=0.95, funnel=0.3, brow_inner=0.6, brow_down=0.2, pitch=4),
    "😬": r("grimacing face", "fear 4 neutral 4 disgust 2", (-0.3, 0.4, 0.5), stretch=1, upper=0.75, lower=0.9, brow_inner=0.25, wide=0.15),
    "😵": r("face with crossed-out eyes", "surprise 5 fear 5", (-0.4, 0.2, 0.8), overlays="crossed_eyes", cues="drawn", jaw=0.45, funnel=0.4, brow_inner=0.4),
    "🤤": r("drooling face", "happiness 6 neutral 4", (0.4, -0.3, 0.4), overlays="drool", cues="drawn", blink=1, smile=0.55, jaw=0.28, brow_inner=0.5, brow_outer=0.4, tilt=5),
    "🥴": r("woozy face", "happiness 4 disgust 4 neutral 2", (-0.1, -0.1, 0.5), overlays="woozy_mouth blush", cues="drawn", tilt=-8, blink_left=0.35, blink_right=0.55, brow_outer_left=0.8, brow_down_right=0.5, brow_inner=0.3, look_down_right=0.3),
}  # fmt: skip

_SURPRISE_FEAR = {
    "😯": r("hushed face", "surprise 7 neutral 3", (0.05, 0.4, 0.4), jaw=0.25, funnel=0.7, brow_inner=0.6, brow_outer=0.6, wide=0.2),
    "😮": r("face with open mouth", "surprise 9 neutral 1", (0.15, 0.6, 0.62), jaw=0.62, funnel=0.45, brow_inner=0.5, brow_outer=0.5, wide=0.4),
    "😲": r("astonished face", "surprise 1", (0.2, 0.85, 0.92), jaw=0.85, brow_inner=1, brow_outer=1, wide=1, upper=0.3),
    "😳": r("flushed face", "surprise 6 sadness 2 fear 2", (-0.1, 0.6, 0.55), overlays="flush", wide=0.9, brow_inner=0.9, brow_outer=0.4, press=0.2, frown=0.1),
    "😦": r("frowning face with open mouth", "surprise 5 sadness 3 fear 2", (-0.3, 0.4, 0.5), jaw=0.45, frown=0.6, brow_inner=0.5, brow_outer=0.2),
    "😧": r("anguished face", "fear 6 surprise 2 sadness 2", (-0.6, 0.5, 0.6), jaw=0.5, frown=0.7, brow_inner=1, wide=0.5),
    "😟": r("worried face", "fear 5 sadness 4 neutral 1", (-0.5, 0.2, 0.35), frown=0.7, brow_inner=0.85, wide=0.2),
    "😨": r("fearful face", "fear 8 surprise 2", (-0.65, 0.7, 0.72), overlays="pale", jaw=0.4, frown=0.5, stretch=0.3, brow_inner=1, brow_outer=0.3, wide=0.9),
    "😰": r("anxious face with sweat", "fear 7 sadness 3", (-0.65, 0.55, 0.65), overlays="pale cold_sweat", jaw=0.3, frown=0.9, stretch=0.3, brow_inner=1, wide=0.3),
    "😱": r("face screaming in fear", "fear 8 surprise 2", (-0.7, 0.95, 1.0), overlays="pale hands_on_cheeks", jaw=1, funnel=0.5, brow_inner=1, brow_outer=0.9, wide=1),
    "🥶": r("cold face", "fear 5 disgust 5", (-0.6, 0.3, 0.7), overlays="cold frost icicles", cues="drawn", stretch=0.9, upper=0.8, lower=0.9, brow_inner=0.7, blink=0.1),
}  # fmt: skip

_SAD = {
    "🙁": r("slightly frowning face", "sadness 6 neutral 4", (-0.4, -0.1, 0.3), frown=0.55, brow_inner=0.25),
    "☹️": r("frowning face", "sadness 8 neutral 2", (-0.55, -0.1, 0.45), frown=0.95, brow_inner=0.5),
    "😔": r("pensive face", "sadness 7 neutral 3", (-0.45, -0.4, 0.35), cues="closed", blink=0.95, frown=0.35, brow_inner=0.8, look_down=1, pitch=-14),
    "😞": r("disappointed face", "sadness 9 neutral 1", (-0.6, -0.3, 0.55), frown=0.95, blink=0.2, look_down=0.85, brow_inner=0.75, brow_down=0.15, pitch=-20),
    "🥺": r("pleading face", "sadness 6 fear 2 happiness 2", (-0.2, 0.2, 0.55), overlays="glossy_eyes", frown=0.5, brow_inner=1, wide=1, look_up=0.15, pitch=-4),
    "😥": r("sad but relieved face", "sadness 6 fear 4", (-0.5, 0.2, 0.5), overlays="sweat", frown=0.7, brow_inner=0.9),
    "😓": r("downcast face with sweat", "sadness 6 fear 3 neutral 1", (-0.5, 0.0, 0.5), overlays="sweat", cues="closed", frown=0.8, blink=1, brow_inner=0.7, pitch=-10),
    "😢": r("crying face", "sadness 1", (-0.7, 0.1, 0.72), overlays="tear", frown=0.9, brow_inner=1, look_down=0.2, pitch=-4),
    "😭": r("loudly crying face", "sadness 1", (-0.8, 0.6, 1.0), overlays="streams", jaw=0.75, frown=0.8, blink=1, brow_inner=1, squint=0.2),
    "😣": r("persevering face", "sadness 4 disgust 4 anger 2", (-0.6, 0.4, 0.6), frown=0.7, blink=1, squint=1, brow_down=0.5, brow_inner=0.3),
    "😖": r("confounded face", "disgust 5 sadness 3 anger 2", (-0.65, 0.5, 0.72), overlays="wavy_mouth", blink=1, squint=1, brow_down=0.6, brow_inner=0.4, sneer=0.6),
    "😫": r("tired face", "sadness 6 disgust 2 anger 2", (-0.65, 0.4, 0.85), jaw=0.8, frown=0.7, blink=1, squint=1, brow_inner=0.9),
    "😩": r("weary face", "sadness 7 fear 2 disgust 1", (-0.65, 0.3, 0.8), jaw=0.7, frown=0.8, blink=0.95, brow_inner=1, brow_outer=0.2),
}  # fmt: skip

_ANGER_DISGUST = {
    "😠": r("angry face", "anger 8 neutral 1 disgust 1", (-0.65, 0.5, 0.55), frown=0.8, brow_down=1, squint=0.25),
    "😡": r("enraged face", "anger 1", (-0.75, 0.75, 0.82), overlays="red fever", frown=1, brow_down=1, squint=0.35, sneer=0.4, wide=0.1),
    "🤬": r("face with symbols on mouth", "anger 1", (-0.85, 0.95, 1.0), overlays="red fever censored", brow_down=1, squint=0.3, jaw=0.4),
    "😤": r("face with steam from nose", "anger 7 contempt 3", (-0.45, 0.6, 0.7), overlays="steam", blink=0.95, squint=0.35, brow_down=0.95, frown=0.6, press=0.6),
    "🤢": r("nauseated face", "disgust 9 sadness 1", (-0.7, 0.1, 0.7), overlays="green nausea", puff=0.8, frown=0.6, brow_down=0.45, brow_inner=0.5, squint=0.4, blink=0.3, sneer=0.5, press=0.5),
    "🤮": r("face vomiting", "disgust 1", (-0.85, 0.4, 1.0), overlays="vomit", cues="drawn", blink=1, squint=1, jaw=0.9, brow_down=0.4, brow_inner=0.5),
    "🥵": r("hot face", "disgust 5 sadness 5", (-0.4, 0.2, 0.7), overlays="hot fever sweats", cues="drawn", jaw=0.5, tongue=0.9, brow_inner=0.8, blink=0.3),
}  # fmt: skip

#: Emoji (fully qualified) -> its recipe. The order is fixed; ties in a match go to the earlier one.
RECIPES: dict[str, Recipe] = {**_NEUTRAL, **_HAPPY, **_SURPRISE_FEAR, **_SAD, **_ANGER_DISGUST, **RECIPES_DRAWN}
