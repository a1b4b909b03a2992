"""A look at a set of faces before training on it: `explore` makes one page and its figures."""

from mien.lab.explore.report import explore

__all__ = ["explore"]
