"""Search for the settings that train best: `tune` tries them one after another, and says which mattered."""

from mien.lab.tune.space import Space, default_space, read_space
from mien.lab.tune.study import tune

__all__ = ["Space", "default_space", "read_space", "tune"]
