"""What flows through the program: Frame → Boxes → Poses → Tracks. NumPy arrays in frozen dataclasses.

Coordinates everywhere: pixels of the source frame, x right, y down; (0, 0) is the *centre* of the top-left pixel, so a
frame W wide covers x from -0.5 to W - 0.5. Nobody there is an array of length 0, never None.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]


def _float32(name: str, array: npt.ArrayLike, shape: tuple[int | None, ...]) -> F32:
    """`array` as float32, or a ValueError that names the field, the shape wanted and the shape given."""
    given = np.asarray(array, np.float32)
    fits = given.ndim == len(shape) and all(want in (None, have) for want, have in zip(shape, given.shape, strict=True))
    if not fits:
        wanted = ", ".join("N" if want is None else str(want) for want in shape)
        raise ValueError(f"{name} must have shape [{wanted}], not {list(given.shape)}")
    return given


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """One picture of a source.

    image   uint8 [H, W, 3], RGB
    index   0, 1, 2 … in the order of the source
    time_s  presentation time in the source, seconds; strictly increasing
    """

    image: U8
    index: int
    time_s: float

    def __post_init__(self) -> None:
        if self.image.dtype != np.uint8 or self.image.ndim != 3 or self.image.shape[2] != 3:
            raise ValueError(f"image must be uint8 [H, W, 3], not {self.image.dtype} {list(self.image.shape)}")

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        return int(self.image.shape[0])


@dataclass(frozen=True, eq=False, slots=True)
class Boxes:
    """Detections of one frame.

    xyxy    float32 [N, 4]: left, top, right, bottom
    scores  float32 [N], 0–1
    """

    xyxy: F32
    scores: F32

    @classmethod
    def of(cls, xyxy: npt.ArrayLike, scores: npt.ArrayLike) -> Self:
        """Boxes from outside data; raises ValueError where a shape is wrong."""
        boxes = _float32("xyxy", xyxy, (None, 4))
        return cls(boxes, _float32("scores", scores, (len(boxes),)))

    @classmethod
    def empty(cls) -> Self:
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32))

    def __len__(self) -> int:
        return len(self.xyxy)

    def __getitem__(self, rows: slice | npt.NDArray[np.generic]) -> Boxes:
        return Boxes(self.xyxy[rows], self.scores[rows])


@dataclass(frozen=True, eq=False, slots=True)
class Poses:
    """Poses found in one frame.

    keypoints  float32 [N, K, 2]
    scores     float32 [N, K], 0–1, one per keypoint
    boxes      the N boxes (with their detection scores) that the keypoints were looked for in
    """

    keypoints: F32
    scores: F32
    boxes: Boxes

    @classmethod
    def of(cls, keypoints: npt.ArrayLike, scores: npt.ArrayLike, boxes: Boxes) -> Self:
        """Poses from outside data; raises ValueError where a shape is wrong."""
        points = np.asarray(keypoints, np.float32)
        if points.ndim != 3 or points.shape[2] != 2:
            raise ValueError(f"keypoints must have shape [N, K, 2], not {list(points.shape)}")
        if len(boxes) != len(points):
            raise ValueError(f"there are {len(points)} poses but {len(boxes)} boxes")
        return cls(points, _float32("scores", scores, points.shape[:2]), boxes)

    @classmethod
    def empty(cls, keypoint_count: int = 17) -> Self:
        none = np.zeros((0, keypoint_count, 2), np.float32)
        return cls(none, none[:, :, 0], Boxes.empty())

    def __len__(self) -> int:
        return len(self.keypoints)

    def __getitem__(self, rows: slice | npt.NDArray[np.generic]) -> Poses:
        return Poses(self.keypoints[rows], self.scores[rows], self.boxes[rows])


@dataclass(frozen=True, eq=False, slots=True)
class Tracks:
    """The people of one frame, each with an identity.

    poses  their N poses, in ascending order of id
    ids    int64 [N], from 1, unique in the frame, never re-used by one tracker
    rows   int64 [N], which pose given to the tracker each one is
    """

    poses: Poses
    ids: I64
    rows: I64

    @classmethod
    def empty(cls, keypoint_count: int = 17) -> Self:
        return cls(Poses.empty(keypoint_count), np.zeros(0, np.int64), np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.ids)

    def mirrored(self, width: int) -> Tracks:
        """The people as a mirror shows a picture `width` wide. Names stay: a left hand is one, on the other side."""
        poses, last = self.poses, np.float32(width - 1)
        keypoints, corners = poses.keypoints.copy(), poses.boxes.xyxy.copy()
        keypoints[:, :, 0] = last - keypoints[:, :, 0]
        corners[:, [0, 2]] = last - corners[:, [2, 0]]
        return replace(self, poses=Poses(keypoints, poses.scores, Boxes(corners, poses.boxes.scores)))

    def moved(self, move: Callable[[F32], F32]) -> Tracks:
        """The people where `move` takes their points, float32 [..., 2]: what is left of, or above, another stays so."""
        poses, boxes = self.poses, self.poses.boxes
        corners = move(boxes.xyxy.reshape(-1, 2, 2)).reshape(-1, 4)
        return replace(self, poses=Poses(move(poses.keypoints), poses.scores, Boxes(corners, boxes.scores)))
