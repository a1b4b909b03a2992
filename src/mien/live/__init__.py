"""Faces live: in the terminal, in a window, as a virtual camera, or as lines for a pipe.

>>> from mien.live.session import Session
"""
