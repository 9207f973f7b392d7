"""Skeletons: the names of the keypoints, which are joined, which mirror each other, how exactly people place them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.types import F32

LEG = ("hip",), ("knee",), ("ankle", "heel", "big_toe", "small_toe")
ARM = ("shoulder",), ("elbow",), ("wrist",)
"""The parts that limbs are made of, from root to end; what moves with a part stands beside it."""


@dataclass(frozen=True, eq=False, slots=True)
class Skeleton:
    """A set of K keypoints.

    keypoints   their K names, in the order of every keypoint array
    edges       pairs of indices to draw a limb between
    flip_pairs  (left, right) pairs of indices that change places in a mirrored picture
    sigmas      float32 [K], the per-keypoint constants of OKS (COCO's k_i is twice this)
    place       the index of each keypoint by its name
    """

    name: str
    keypoints: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    flip_pairs: tuple[tuple[int, int], ...]
    sigmas: F32
    place: Mapping[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", {name: index for index, name in enumerate(self.keypoints)})

    def __len__(self) -> int:
        return len(self.keypoints)

    @property
    def mirrored(self) -> list[int]:
        """Which keypoint each keypoint becomes in a mirrored picture, K indices."""
        order = list(range(len(self)))
        for left, right in self.flip_pairs:
            order[left], order[right] = right, left
        return order

    def pairs_of(self, *parts: str) -> tuple[tuple[int, int], ...]:
        """(left, right) pairs of indices of these parts of the body, as `knee` is of left_knee and right_knee, in the
        order of the parts; of those that the skeleton names, also where its `flip_pairs` are not known."""
        named = [(f"left_{part}", f"right_{part}") for part in parts]
        place = self.place
        return tuple((place[left], place[right]) for left, right in named if left in place and right in place)

    def side(self, index: int) -> str:
        """`left`, `right` or `middle`: which side of the body a keypoint is on."""
        return side_of(self.keypoints[index])


def side_of(name: str) -> str:
    """`left`, `right` or `middle`: which side of the body a keypoint or an angle of this name is on."""
    return name.split("_")[0] if name.startswith(("left_", "right_")) else "middle"


COCO = Skeleton(
    name="coco17",
    keypoints=(
        "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
        "right_ankle",
    ),
    edges=(
        (0, 1), (0, 2), (1, 3), (2, 4), (5, 6), (5, 7), (7, 9), (6, 8), (8, 10), (5, 11), (6, 12), (11, 12),
        (11, 13), (13, 15), (12, 14), (14, 16),
    ),
    flip_pairs=((1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16)),
    # cocoeval.py of the COCO API; the eyes are 0.025, the nose 0.026
    sigmas=np.array(
        [26, 25, 25, 35, 35, 79, 79, 72, 72, 62, 62, 107, 107, 87, 87, 89, 89], np.float32
    ) / np.float32(1000),
)  # fmt: skip

MPII = Skeleton(
    name="mpii16",
    keypoints=(
        "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis", "thorax",
        "upper_neck", "head_top", "right_wrist", "right_elbow", "right_shoulder", "left_shoulder", "left_elbow",
        "left_wrist",
    ),
    edges=(
        (0, 1), (1, 2), (2, 6), (6, 3), (3, 4), (4, 5), (6, 7), (7, 8), (8, 9), (7, 12), (12, 11), (11, 10), (7, 13),
        (13, 14), (14, 15),
    ),
    flip_pairs=((5, 0), (4, 1), (3, 2), (15, 10), (14, 11), (13, 12)),
    # MPII has no OKS of its own; COCO's figure of the same joint, 0.079 (shoulder) for the trunk, 0.026 for the head
    sigmas=np.array(
        [89, 87, 107, 107, 87, 89, 107, 79, 79, 26, 62, 72, 79, 79, 72, 62], np.float32
    ) / np.float32(1000),
)  # fmt: skip

POSETRACK = Skeleton(
    name="posetrack18",  # COCO's places with head_bottom and head_top for the eyes; nobody labels its ears
    keypoints=("nose", "head_bottom", "head_top", *COCO.keypoints[3:]),
    edges=((2, 0), (0, 1), (1, 5), (1, 6), *COCO.edges[5:]),
    flip_pairs=COCO.flip_pairs[1:],
    sigmas=COCO.sigmas,
)

HALPE = Skeleton(
    name="halpe26",  # COCO's, and the feet: Halpe-FullBody (Li et al., CVPR 2020), which RTMPose and AlphaPose have too
    keypoints=(
        *COCO.keypoints, "head", "neck", "hip", "left_big_toe", "right_big_toe", "left_small_toe", "right_small_toe",
        "left_heel", "right_heel",
    ),
    edges=(
        *COCO.edges[:4], (17, 18), (18, 19), (18, 5), (18, 6), *COCO.edges[5:9], (19, 11), (19, 12), *COCO.edges[12:],
        (15, 24), (15, 20), (15, 22), (16, 25), (16, 21), (16, 23),
    ),
    flip_pairs=(*COCO.flip_pairs, (20, 21), (22, 23), (24, 25)),
    # halpecocotools' cocoeval.py
    sigmas=np.concatenate([COCO.sigmas, np.array([26, 26, 66, *[79] * 6], np.float32) / np.float32(1000)]),
)  # fmt: skip

SKELETONS = {skeleton.name: skeleton for skeleton in (COCO, MPII, POSETRACK, HALPE)}


def skeleton_of(keypoint_count: int) -> Skeleton | None:
    """The skeleton that is meant where only its number of keypoints is known: the first with so many."""
    return next((skeleton for skeleton in SKELETONS.values() if len(skeleton) == keypoint_count), None)
