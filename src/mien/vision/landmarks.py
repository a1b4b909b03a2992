"""Reads faces: 68 points, the 52 controls, head pose, and how surely it is a face at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mien.types import CONTROLS, Pose
from mien.vision.crop import LANDMARK_SIZE, Matrix, crop_batch, invert, landmark_crop_matrix, map_points

if TYPE_CHECKING:
    from mien.vision.detector import Detection

MODEL = "face-landmarks"
#: Faces read in one run of the network: the memory of a picture with hundreds of them stays bounded.
BATCH = 32


@dataclass(frozen=True, slots=True, eq=False)
class FaceReading:
    """What the landmark network says of one face."""

    points: NDArray[np.float32]  #: 68x2, iBUG order, pixels of the picture
    controls: dict[str, float]  #: the 52 `CONTROLS`, 0..1
    pose: Pose
    face_score: float  #: 0..1, how surely this is a face
    visible: float  #: 0..1, share of the face that nothing covers and the picture shows
    matrix: Matrix  #: 2x3, picture -> crop
    crop: NDArray[np.uint8]  #: 96x96x3, what the network saw


class LandmarkReader:
    """Our landmark network. `session`: an onnxruntime session of it (default: the shipped one)."""

    def __init__(self, session: Any = None) -> None:
        self._given = session

    @cached_property
    def session(self) -> Any:
        if self._given is not None:
            return self._given
        from mien.models import session

        return session(MODEL)

    def read(self, picture: NDArray[np.uint8], detections: Sequence[Detection]) -> list[FaceReading]:
        """Read every detected face of an HxWx3 uint8 RGB picture, in the order of `detections`."""
        matrices = [landmark_crop_matrix(found.box, found.points) for found in detections]
        return self.read_crops(crop_batch(picture, matrices, LANDMARK_SIZE), matrices)

    def read_crops(self, crops: NDArray[np.uint8], matrices: Sequence[Matrix]) -> list[FaceReading]:
        """Read N crops (N x 96 x 96 x 3 uint8) that `matrices` (picture -> crop) have cut."""
        readings: list[FaceReading] = []
        for start in range(0, len(matrices), BATCH):
            part = crops[start : start + BATCH]
            outputs = self.session.run(["points", "controls", "pose", "face"], {"crops": part})
            for i, said in enumerate(zip(*outputs, strict=True)):
                readings.append(_reading(part[i], matrices[start + i], *said))
        return readings


def _reading(
    crop: NDArray[np.uint8],
    matrix: Matrix,
    points: NDArray[np.float32],
    controls: NDArray[np.float32],
    pose: NDArray[np.float32],
    face: NDArray[np.float32],
) -> FaceReading:
    turned = float(np.degrees(np.arctan2(matrix[0, 1], matrix[0, 0])))  # how far the crop was turned upright
    yaw, pitch, roll = (float(angle) for angle in pose)
    return FaceReading(
        points=map_points(points * LANDMARK_SIZE, invert(matrix)).astype(np.float32),
        controls=dict(zip(CONTROLS, controls.astype(float).tolist(), strict=True)),
        pose=Pose(yaw, pitch, (roll + turned + 180) % 360 - 180),
        face_score=float(face[0]),
        visible=float(face[1]),
        matrix=matrix,
        crop=crop,
    )
