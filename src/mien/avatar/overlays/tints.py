"""What changes the colour of the whole face. A person's skin goes only a part of the way: it stays theirs."""

from __future__ import annotations

from mien.avatar.overlays.registry import OVERLAYS, Overlay

YELLOW = ("#ffe98f", "#ffd23f", "#ffb62c", "#f0941b")  #: light, middle, dark, edge of the plain face

OVERLAYS.add(Overlay(name="red", skin=("#ffa06a", "#f8643f", "#e8432f", "#bf2a22"), tint=0.7))
OVERLAYS.add(Overlay(name="hot", skin=("#ffb36b", "#ff7a45", "#ee4f32", "#c93423"), tint=0.5))
OVERLAYS.add(Overlay(name="green", skin=("#e6ee7c", "#b6d148", "#8db537", "#5f8a26"), tint=0.5))
OVERLAYS.add(Overlay(name="cold", skin=("#c9ecff", "#8accfa", "#5ba8ee", "#3479cf"), tint=0.5))
OVERLAYS.add(Overlay(name="violet", skin=("#c9a6ff", "#9b6cf0", "#7a48d6", "#5a2bb0"), tint=0.75))
