"""Networks for expressions, by name: N x 1 x S x S normalised grey faces -> N x outputs."""

from mien.lab.expression.networks.registry import NETWORKS, NetworkInfo, build, info

__all__ = ["NETWORKS", "NetworkInfo", "build", "info"]
