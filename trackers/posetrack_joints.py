"""The 15 joints of PoseTrack, in its order, and how they follow from COCO's 17.

Apart from its figures (`trackers.posetrack`), because who writes a file in these joints need not wait for SciPy.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trackers.sequences import Sequence

JOINTS = (
    "right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "right_wrist", "right_elbow",
    "right_shoulder", "left_shoulder", "left_elbow", "left_wrist", "head_bottom", "nose", "head_top",
)  # fmt: skip


def in_posetrack_joints(sequence: Sequence) -> Sequence:
    """The sequence in PoseTrack's 15 joints, joint scores times the person's.

    From COCO's 17: head_bottom is the middle of the shoulders, head_top the nose mirrored at it, as the field's
    conversions for PoseTrack have it; their scores are the shoulders' mean, without the person's for head_top.
    """
    derived = {"left_shoulder", "right_shoulder", "nose"} <= set(sequence.joints) and "head_top" not in sequence.joints
    turned = sequence.in_joints(JOINTS)
    frames = {}
    for index, people in turned.frames.items():
        scores = people.scores * people.confidence[:, None]
        points = people.keypoints.copy()
        if derived:
            shoulders, nose = [8, 9], 13
            both = (people.scores[:, shoulders] > 0.0).all(axis=1)
            mean = np.where(both, people.scores[:, shoulders].mean(axis=1), 0.0)
            points[:, 12] = points[:, shoulders].mean(axis=1)
            points[:, 14] = 2.0 * points[:, nose] - points[:, 12]
            scores[:, 12] = mean * people.confidence
            scores[:, 14] = np.where(people.scores[:, nose] > 0.0, mean, 0.0)
        frames[index] = replace(people, keypoints=points, scores=scores)
    return replace(turned, frames=frames)
