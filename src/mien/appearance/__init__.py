"""Apparent, visible traits of a face with confidences: what an avatar needs, nothing more.

Guesses that dress an avatar, never facts about a person. They are read when asked for and written to no journal.
"""

from mien.appearance.reader import AppearanceReader

__all__ = ["AppearanceReader"]
