"""The rules from what a photo shows to what is drawn, as tables. `mien.avatar.personalise.specs` applies them.

Every guess has a harmless alternative: what is not sure enough is drawn as most people have it. Apparent presentation
only suggests (lashes, the cut of hair); whoever uses the spec changes it in one edit.
"""

from __future__ import annotations

#: How far departures from the mean face are exaggerated: `mean + GAIN * (face - mean)` (Brennan 1985,
#: https://doi.org/10.2307/1578048; faces are known best at 1.2 to 1.6).
GAIN = 1.4
#: Standard deviations from the mean face that are drawn as the most that people have.
FARTHEST = 2.0

#: Field of the spec -> the measure of `Appearance.geometry` that it shows, and how far that is to be believed: about
#: the root of the correlation between two videos of one person (`mien.lab.appearance.shape`; .13 for the spacing of
#: the eyes, .52 for the jaw). What is mostly noise hardly moves the drawing.
GEOMETRY: dict[str, tuple[str, float]] = {
    "shape.width": ("width", 0.55), "shape.length": ("length", 0.6), "shape.jaw": ("jaw", 0.7),
    "shape.chin": ("chin", 0.5), "eyes.spacing": ("eye_spacing", 0.4), "eyes.size": ("eye_size", 0.6),
    "eyes.tilt": ("eye_tilt", 0.5), "nose.width": ("nose_width", 0.5), "nose.length": ("nose_length", 0.6),
    "mouth.width": ("mouth_width", 0.6), "mouth.fullness": ("lip_fullness", 0.6), "brows.angle": ("brow_angle", 0.45),
    "brows.thickness": ("brow_thickness", 0.7),
}  # fmt: skip
#: What lies below the eyes: behind a mask or a hand it cannot be measured.
LOWER_FACE = (
    "shape.length", "shape.jaw", "shape.chin", "nose.width", "nose.length", "mouth.width", "mouth.fullness",
)  # fmt: skip

#: A child's face against a grown-up's of the same measures: shorter, rounder, large eyes, a small nose.
CHILD = {
    "shape.length": -0.45, "shape.jaw": -0.25, "shape.cheeks": 0.7, "eyes.size": 0.5, "nose.length": -0.6,
    "nose.width": -0.3, "brows.thickness": -0.3,
}  # fmt: skip
#: Lines of age by age group: child, young, adult, older; and the probability up to which somebody is not drawn older:
#: lines that are not there offend more than lines left out.
WRINKLES = {"C": 0.0, "Y": 0.0, "A": 0.12, "O": 0.8}
OLDER_SURE = 0.5
#: Fainter lines than these are not drawn.
FAINTEST = 0.15

#: How probable a thing must be before it is drawn. A hat or beard that is not there is worse than one left out.
SURE = {"glasses": 0.5, "facial_hair": 0.5, "headwear": 0.55, "earrings": 0.6}

#: Kinds of nose at their place in (nose.width, nose.length); the nearest is taken.
NOSES = {
    "straight": (0.0, 0.0), "broad": (0.75, 0.1), "narrow": (-0.75, 0.35), "button": (-0.55, -0.6),
    "snub": (0.1, -0.95), "bulbous": (0.6, 0.75), "aquiline": (-0.2, 0.8),
}  # fmt: skip
#: Shapes of eyes at their place in (eyes.size, eyes.tilt).
EYES = {
    "almond": (0.0, 0.0), "round": (0.75, 0.0), "hooded": (-0.7, -0.2), "upturned": (0.0, 0.75),
    "downturned": (0.0, -0.75),
}  # fmt: skip
#: Eyeglasses by how heavy the frame looks (0 hardly to be seen .. 1 thick and dark), and among those of one weight by
#: how low the lower rim hangs, in shares of the distance between the eyes: up to so far the style. By eye, 30 pairs.
FAINT, THIN = 0.25, 0.5
GLASSES: tuple[tuple[float, tuple[tuple[float, str], ...]], ...] = (
    (FAINT, ((0.29, "half-rim"), (9.0, "rimless"))),
    (THIN, ((0.37, "slim"), (0.43, "oval"), (9.0, "aviator"))),
    (1.0, ((0.35, "rectangle"), (0.44, "square"), (9.0, "wayfarer"))),
)
#: Bend of the rim from which lenses are round, where it can be seen well.
ROUND_BEND, ROUND_STYLE = 0.047, "round"
USUAL_GLASSES = "slim"  #: where the frame could not be traced
#: Colours of frames up to such a weight: thin lines take on the skin's colour.
THIN_FRAMES = ((FAINT, "#77726d"), (THIN, "#3d3937"))

#: Height of the hairline over the brows in lengths of the nose: of most people, and how far the extremes lie from it.
HAIRLINE = (1.2, 0.45)
#: Height of the hair over the hairline, in the same unit, in a style that rises as little as "short".
VOLUME = (0.5, 0.5)
RISE = 30.0  #: canvas units that a style must rise higher for hair to be expected one nose higher
FLATTEST = -0.6  #: measured hair is often cut off by the picture's edge or by light on its top
#: Heights of a hairline, in the middle and at the temples, from which a head is bare in front: receding where hair was
#: found above it, else bald with a wreath on older people and shaved on others.
BARE = (1.62, 1.25)
BARE_LIKELY = 0.3  #: probability of little hair that does in place of the temples, which brows and glasses hide
BARE_STYLES = {"hair": "receding", "older": "horseshoe", "other": "shaved"}
#: Styles that stand for another where the hair rises so high over the hairline, in the same unit: (least, most).
VARIANTS: dict[str, tuple[tuple[str, float, float], ...]] = {
    "short": (("crew", 0.0, 0.3), ("brushed-up", 0.75, 0.9), ("quiff", 0.9, 9.0)),
    "tied-back": (("top-knot", 1.0, 9.0),),
}
#: How much higher the hairline must be on one side, or in the middle, for the hair to be parted there.
PARTED_ASIDE, PARTED_MIDDLE = 0.15, 0.22

#: What presentation suggests where nothing was measured: m, f and n, which also stands for unsure.
SUGGESTED: dict[str, dict[str, object]] = {
    "m": {"eyes.lashes": 0.12},
    "f": {"eyes.lashes": 0.7},
    "n": {"eyes.lashes": 0.35},
}
#: Shapes of brows by presentation and by how thick they are.
BROWS = {
    "m": {"thin": "soft", "medium": "soft", "thick": "straight"},
    "f": {"thin": "arched", "medium": "arched", "thick": "soft"},
    "n": {"thin": "soft", "medium": "soft", "thick": "straight"},
}
#: Headwear by code and presentation. A woollen hat has no brim that the photo's may lack.
HEADWEAR = {
    "N": dict.fromkeys("mfn", "none"), "C": dict.fromkeys("mfn", "beanie"), "H": dict.fromkeys("mfn", "hijab"),
    "T": dict.fromkeys("mfn", "turban"), "O": {"m": "hood", "f": "headband", "n": "headband"},
}  # fmt: skip
#: Full beards by how far they hang below the chin, in lengths of the nose: up to so far the style.
BEARDS = ((0.2, "boxed"), (0.75, "full"), (9.0, "long"))
EARRINGS = {"m": "studs", "f": "hoops", "n": "studs"}

#: Lightness (OKLab) of skin as photos show it -> as it is drawn: photos of fair skin are darker, and of deep skin
#: lighter, than the swatches of the Monk scale that people pick for themselves; about half-way between the two.
SKIN_LIGHTNESS = (
    (0.40, 0.32), (0.475, 0.385), (0.561, 0.475), (0.622, 0.57), (0.679, 0.67), (0.721, 0.765), (0.755, 0.83),
    (0.792, 0.875), (0.842, 0.90), (0.907, 0.935),
)  # fmt: skip

#: Lightness of the skin to draw by Monk tone, likewise half-way between the swatch and what photos of it show; and how
#: much this counts against the measured skin. On 262 held-out portraits the tones that the network names lie .69 from
#: the labeller's on average, measured ones 1.03.
TONE_LIGHTNESS = (
    (1, 0.90), (2, 0.885), (3, 0.873), (4, 0.845), (5, 0.785), (6, 0.675), (7, 0.60), (8, 0.50), (9, 0.43), (10, 0.37),
)  # fmt: skip
TONE_SHARE = 0.6

#: Hue (degrees, OKLCH) and chroma that skin can have, and what it has usually: coloured light is none of it.
SKIN_HUE, SKIN_CHROMA = (25.0, 85.0), (0.02, 0.13)
USUAL_SKIN = (0.062, 50.0)

#: Natural colours by code, "X" (dyed) has none: hair is drawn between what was measured and the nearest of these.
HAIR_COLOURS: dict[str, tuple[str, ...]] = {
    "K": ("#1c1614", "#2b211d"), "D": ("#3f2a1e", "#4e3526"), "L": ("#6b4a31", "#8a6140"),
    "Y": ("#b58e58", "#d3ab6b", "#e8d9b8"), "R": ("#7a3b22", "#b0512a", "#cf6b33"),
    "G": ("#6f6c6a", "#9a9793", "#b5b3b0"), "W": ("#d2d0cd", "#ecebe7"),
}  # fmt: skip
RED_SURE = 0.4  #: probability from which hair may be red
NATURAL = 0.6  #: share of the natural colour in what is drawn
#: Hair that cannot be seen (bald, covered), for brows and beard: of older people, and else by the skin's lightness in
#: OKLab, from fair to deep.
UNSEEN_OLDER = "#9a9793"
UNSEEN_HAIR = ((0.80, "#6b4a31"), (0.68, "#3f2a1e"), (0.0, "#1c1614"))
#: On a photo without colour, how much likelier grey hair is for older people than its lightness alone says.
GREYED = 4.0

#: Codes of hair under which brows have a colour of their own.
OWN_BROWS = ("Y", "G", "W", "X")

EYE_COLOURS = {
    "dark brown": "#3d2314", "brown": "#5b3a21", "hazel": "#7c5a2e", "green": "#5f7d4e", "grey": "#7b8b95",
    "blue": "#4f80b4",
}  # fmt: skip
#: The first that fits is taken: (colour, least lightness in OKLab, most warmth, least b as a multiple of a). Warmth is
#: (a + b) of the irises over (a + b) of the skin. By eye, over 80 portraits.
EYES_BY_WARMTH: tuple[tuple[str, float, float, float | None], ...] = (
    ("blue", 0.44, 0.35, None), ("grey", 0.41, 0.42, None), ("green", 0.56, 0.58, None), ("green", 0.38, 0.85, 1.5),
    ("brown", 0.33, 99.0, None),
)  # fmt: skip
#: Under black hair or skin darker than this (OKLab), eyes are brown unless they are as light and as little warm.
DARK_SKIN, LIGHT_EYES = 0.7, (0.46, 0.2)

#: Lips are painted where their a (OKLab) exceeds the skin's by so much, or their lightness falls so far below it.
PAINTED_REDDER, PAINTED_DARKER = 0.045, -0.4
PAINTED_SURE = 0.4  #: confidence of the measured lips
#: Colour of headwear whose own could not be measured.
USUAL_HAT = "#5d646e"
