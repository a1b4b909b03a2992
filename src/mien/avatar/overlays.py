"""What no face muscle makes: tears, sweat, hearts, hands, glasses. Each is a small fixed drawing on the face."""

from __future__ import annotations

from collections.abc import Callable

from mien.avatar.shapes import CENTRE, INK, TEETH, TEETH_SHADE, n

_DROP = "M0-9C3.6-3.4 6.2-.4 6.2 3.2A6.2 6.2 0 0 1-6.2 3.2C-6.2-.4-3.6-3.4 0-9Z"
_HEART = "M0 8.6C-9.6 1.8-10.6-3-9.4-6C-7.8-9.8-2-9.9 0-5.4C2-9.9 7.8-9.8 9.4-6C10.6-3 9.6 1.8 0 8.6Z"
_STAR = "M0-11L3.3-4L10.9-3.1L5.3 2.1L6.8 9.7L0 6L-6.8 9.7L-5.3 2.1L-10.9-3.1L-3.3-4Z"
_EYES = ((CENTRE - 21.5, 59.0), (CENTRE + 21.5, 59.0))
_WATER = 'fill="url(#{uid}w)"'


def _place(shape: str, x: float, y: float, scale: float, fill: str, turn: float = 0) -> str:
    rotate = f" rotate({n(turn)})" if turn else ""
    return f'<path transform="translate({n(x)} {n(y)}){rotate} scale({n(scale)})" d="{shape}" {fill}/>'


def _drop(uid: str, x: float, y: float, scale: float, turn: float = 0) -> str:
    return _place(_DROP, x, y, scale, _WATER.format(uid=uid), turn) + (
        f'<ellipse cx="{n(x - 2 * scale)}" cy="{n(y + 2 * scale)}" rx="{n(1.5 * scale)}" ry="{n(2.4 * scale)}" '
        f'fill="#fff" fill-opacity=".8"/>'
    )


def _tears_of_joy(uid: str) -> str:
    return _drop(uid, 20, 74, 1.65, 48) + _drop(uid, 108, 74, 1.65, -48)


def _streams(uid: str) -> str:
    parts = []
    for x, out in ((42.5, -1), (85.5, 1)):
        path = f"M{n(x - 7)} 66C{n(x - 8 + out * 2)} 84 {n(x - 8 + out * 5)} 96 {n(x - 9 + out * 5)} 112"
        path += (
            f"Q{n(x + out * 4)} 122 {n(x + 9 + out * 3)} 113C{n(x + 8 + out * 3)} 96 {n(x + 8 + out)} 84 {n(x + 7)} 66Z"
        )
        parts.append(f'<path d="{path}" {_WATER.format(uid=uid)}/>')
        shine = f"M{n(x - 2)} 71C{n(x - 2)} 86 {n(x - 1 + out * 2)} 96 {n(x - 1 + out * 2)} 108"
        parts.append(
            f'<path d="{shine}" fill="none" stroke="#fff" stroke-opacity=".6" stroke-width="2.6" '
            'stroke-linecap="round"/>'
        )
    return "".join(parts)


def _blush(uid: str) -> str:
    return "".join(
        f'<ellipse cx="{n(x)}" cy="80" rx="11.5" ry="7" fill="#ff5a4a" fill-opacity=".5"/>' for x in (27, 101)
    )


def _flush(uid: str) -> str:
    return "".join(
        f'<ellipse cx="{n(x)}" cy="83" rx="15" ry="9.5" fill="#ff4a3d" fill-opacity=".62"/>' for x in (29, 99)
    )


def _heart_eyes(uid: str) -> str:
    return "".join(_place(_HEART, x, y, 1.85, 'fill="#e8283f"', t) + _shine(x - 9, y - 7, 3.2, 4.6, 35)
                   for (x, y), t in zip(_EYES, (-8, 8), strict=True))  # fmt: skip


def _star_eyes(uid: str) -> str:
    return "".join(
        _place(_STAR, x, y, 1.85, 'fill="#e4472b" stroke="#e4472b" stroke-width="2.4" stroke-linejoin="round"', t)
        + _place(_STAR, x - 1, y - 1, 0.95, 'fill="#ffd9a8"', t)
        for (x, y), t in zip(_EYES, (-8, 8), strict=True)
    )


def _shine(x: float, y: float, rx: float, ry: float, turn: float) -> str:
    return (
        f'<ellipse transform="translate({n(x)} {n(y)}) rotate({n(turn)})" rx="{n(rx)}" ry="{n(ry)}" fill="#fff" '
        f'fill-opacity=".6"/>'
    )


def _crossed_eyes(uid: str) -> str:
    path = "".join(f"M{n(x - 9)} 50L{n(x + 9)} 68M{n(x + 9)} 50L{n(x - 9)} 68" for x, _ in _EYES)
    return f'<path d="{path}" stroke="{INK}" stroke-width="5.4" stroke-linecap="round"/>'


def _hearts(uid: str) -> str:
    places = ((104, 28, 1.35, 14), (113, 92, 1.25, 10), (17, 96, 1.5, -14))
    return "".join(_place(_HEART, x, y, s, 'fill="#e8283f"', t) for x, y, s, t in places)


def _heart(uid: str) -> str:
    return _place(_HEART, 103, 97, 1.85, 'fill="#e8283f"', 14) + _shine(94.5, 90.5, 2.6, 4, 30)


def _halo(uid: str) -> str:
    return (
        '<ellipse cx="64" cy="13" rx="38" ry="8.6" fill="none" stroke="#2f9fe8" stroke-width="6.4"/>'
        '<path d="M28 11.5C33 5 95 5 100 11.5" fill="none" stroke="#a9e0ff" stroke-width="2.4" stroke-linecap="round"/>'
    )


def _sunglasses(uid: str) -> str:
    dark, light = "#1d1a22", "#7c7f9a"
    parts = [
        f'<path d="M6.5 52C9 45 16 44 24 44H104C112 44 119 45 121.5 52" fill="none" stroke="{dark}" stroke-width="6"/>'
    ]
    for a, b in ((19, 60), (68, 109)):
        lens = f"M{a} 46H{b}C{b} 64 {b - 6} 75 {(a + b) / 2} 75C{a + 6} 75 {a} 66 {a} 46Z"
        glint = f"M{a + 5} 50H{a + 19}L{a + 9} 66C{a + 6} 62 {a + 5} 56 {a + 5} 50Z"
        parts += [
            f'<path d="{lens}" fill="{dark}" stroke="{dark}" stroke-width="4" stroke-linejoin="round"/>',
            f'<path d="{glint}" fill="{light}" fill-opacity=".75"/>',
        ]
    return "".join(parts)


def _spectacles(uid: str) -> str:
    rings = "".join(
        f'<circle cx="{n(x)}" cy="{n(y)}" r="20" fill="#fff" fill-opacity=".18" stroke="#3a2d2a" stroke-width="4.6"/>'
        for x, y in _EYES
    )
    return (
        rings
        + '<path d="M62 57Q64 55 66 57M22 56L9 52M106 56L119 52" stroke="#3a2d2a" stroke-width="4.4" fill="none"/>'
    )


def _buck_teeth(uid: str) -> str:
    return (
        f'<path d="M55 95.5H73V104Q73 107.5 69.5 107.5H58.5Q55 107.5 55 104Z" fill="{TEETH}"/>'
        f'<path d="M64 96V107" stroke="{TEETH_SHADE}" stroke-width="1.8"/>'
    )


def _censored(uid: str) -> str:
    signs = (
        "M35 84V98M42 84V98M30.5 88.5H46M30.5 94H46"  # a hash
        "M66 86.5Q64 83.5 60 83.5Q54.5 84 55 87.5Q56 90.5 60.5 91"  # a dollar
        "Q66 92 66 95Q65 98.6 60 98.5Q55.5 98.2 54 95M60.3 80.5V101.5"
        "M77 83L86 99M86 83L77 99M74 91H89"
        "M98 83V93M98 98V98.5"
    )
    return (
        '<rect x="20" y="78" width="88" height="26" rx="9" fill="#35222b"/>'
        f'<path d="{signs}" fill="none" stroke="#fff" stroke-width="3.6" stroke-linecap="round"/>'
    )


def _steam(uid: str) -> str:
    puff = "M0 0C5-5 12-4 14 0C19-4 27-1 27 5C33 8 31 17 24 16C21 21 13 20 11 16C6 17 3 12 5 8C1 7-1 3 0 0Z"
    style = 'fill="#f4f8ff" stroke="#b9c8de" stroke-width="1.6"'
    left = f'<path transform="translate(50 83) scale(-1.25 1.25)" d="{puff}" {style}/>'
    return left + f'<path transform="translate(78 83) scale(1.25)" d="{puff}" {style}/>'


def _zzz(uid: str) -> str:
    return "".join(
        f'<path transform="translate({n(x)} {n(y)}) scale({n(s)})" d="M-6-6H6L-6 6H6" fill="none" stroke="{c}" '
        'stroke-width="3.1" stroke-linecap="round" stroke-linejoin="round"/>'
        for x, y, s, c in ((88, 44, 0.8, "#2d7fd0"), (101, 29, 1.1, "#2d7fd0"), (116, 12, 1.45, "#2d7fd0"))
    )


def _finger(path: str, width: float, edge: str = "#e08a17") -> str:
    stroke = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
    return (
        f'<path d="{path}" {stroke} stroke="{edge}" stroke-width="{n(width + 3.2)}"/>'
        f'<path d="{path}" {stroke} stroke="#ffcf45" stroke-width="{n(width)}"/>'
    )


def _hand_on_chin(uid: str) -> str:
    fist = _finger("M42 116C50 112 60 113 66 116", 12) + _finger("M46 123C52 121 58 121 62 123", 7)
    thumb = _finger("M38 119C30 113 27 106 29 98", 10.5)
    return thumb + _finger("M40 111C54 105 70 104 86 106", 8.5) + fist


def _hand_on_mouth(uid: str) -> str:
    tips = ((53, 108), (62, 103.5), (71, 103), (80, 106.5))
    fingers = "".join(_finger(f"M{n(x)} 121L{n(x)} {n(y)}", 7.6) for x, y in tips)
    palm = '<path d="M49.2 116H83.8V119.5Q83.8 126.5 76 126.5H57Q49.2 126.5 49.2 119.5Z" fill="#ffcf45"/>'
    thumb = _finger("M84 119C90 116 93 112 94 107", 7.6)
    return f'<g transform="rotate(-14 66 112)">{thumb}{fingers}{palm}</g>'


def _hands_on_cheeks(uid: str) -> str:
    parts = []
    for flip in ("", ' transform="matrix(-1 0 0 1 128 0)"'):
        hand = _finger("M15 117C10 106 10 96 13 85", 13) + _finger("M23 117C20 105 19 94 20 79", 9)
        parts.append(f"<g{flip}>{hand}{_finger('M30 117C30 106 28 98 28 85', 8.5)}</g>")
    return "".join(parts)


def _no_mouth(uid: str) -> str:
    return ""


def _welling(uid: str) -> str:
    return "".join(
        f'<path d="M{n(x - 10)} 70Q{n(x)} 78 {n(x + 10)} 70Q{n(x)} 74 {n(x - 10)} 70Z" fill="#8fd3ff"/>'
        for x, _ in _EYES
    )


def _vomit(uid: str) -> str:
    return (
        '<path d="M50 92C49 104 44 112 42 124Q64 129 86 124C84 112 79 104 78 92Q64 84 50 92Z" fill="#8cc63a"/>'
        '<path d="M57 98C56 108 54 114 53 122M71 98C72 108 73 113 75 121" stroke="#6aa326" stroke-width="3.4" '
        'fill="none" stroke-linecap="round"/>'
    )


def _lick(uid: str) -> str:
    return (
        '<path transform="rotate(-32 82 95)" d="M73.5 90H90.5V100A8.5 8.5 0 0 1 73.5 100Z" fill="#f2606b"/>'
        '<path transform="rotate(-32 82 95)" d="M82 92V101" stroke="#cf3f52" stroke-width="2" stroke-linecap="round"/>'
    )


#: name -> its drawing, given the prefix of the picture's gradient ids. Order is painting order.
FRONT: dict[str, Callable[[str], str]] = {
    "blush": _blush,
    "flush": _flush,
    "no_mouth": _no_mouth,
    "glossy_eyes": _no_mouth,
    "wavy_mouth": _no_mouth,
    "heart_eyes": _heart_eyes,
    "star_eyes": _star_eyes,
    "crossed_eyes": _crossed_eyes,
    "welling": _welling,
    "streams": _streams,
    "tear": lambda uid: _drop(uid, 92, 86, 1.5),
    "tears_of_joy": _tears_of_joy,
    "sweat": lambda uid: _drop(uid, 104, 32, 1.7, 0),
    "drool": lambda uid: _drop(uid, 84, 106, 1.25),
    "bubble": lambda uid: (
        '<circle cx="80" cy="84" r="13" fill="#bfe6ff" fill-opacity=".85" stroke="#6bb8ec" stroke-width="1.8"/>'
        + _shine(75, 79, 2.6, 4, 40)
    ),
    "buck_teeth": _buck_teeth,
    "lick": _lick,
    "vomit": _vomit,
    "censored": _censored,
    "steam": _steam,
    "sunglasses": _sunglasses,
    "spectacles": _spectacles,
    "halo": _halo,
    "heart": _heart,
    "hearts": _hearts,
    "zzz": _zzz,
    "hand_on_chin": _hand_on_chin,
    "hand_on_mouth": _hand_on_mouth,
    "hands_on_cheeks": _hands_on_cheeks,
}

#: Overlays that hide a part of the face, and what they hide.
HIDES = {
    "heart_eyes": ("eyes",), "star_eyes": ("eyes",), "crossed_eyes": ("eyes",), "no_mouth": ("mouth",),
    "censored": ("mouth",), "sunglasses": ("eyes",),
}  # fmt: skip

#: Overlays that colour the skin: name -> (light, middle, dark, edge).
SKINS = {
    "red": ("#ffa06a", "#f8643f", "#e8432f", "#bf2a22"),
    "green": ("#e6ee7c", "#b6d148", "#8db537", "#5f8a26"),
    "cold": ("#c9ecff", "#8accfa", "#5ba8ee", "#3479cf"),
}
YELLOW = ("#ffe98f", "#ffd23f", "#ffb62c", "#f0941b")

#: Every overlay name that a recipe may use.
OVERLAYS = (*FRONT, *SKINS, "pale", "dashed")
