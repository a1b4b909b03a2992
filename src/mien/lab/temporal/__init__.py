"""Faces over time: clips with a known truth, and what the smoother makes of them."""
