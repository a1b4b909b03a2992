"""Data sets of faces: public layouts in, one value out."""

from mien.lab.data.faceset import SIZE, SPLITS, FaceSet, combine, majority
from mien.lab.data.loading import load_faces

__all__ = ["SIZE", "SPLITS", "FaceSet", "combine", "load_faces", "majority"]
