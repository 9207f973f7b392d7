"""Does a pose network see people on the shared clips as TinyPose, its teacher, does? By joints, and left and right.

    python -m scripts.compare_with_teacher TINYPOSE.onnx FOLDER [--pose skelter-pose-s …] [--flip] [--turn]

Of some sixty frames of each clip, in the boxes that CLIP.people.json is sure of: the share of joints that lie within
0.2 of the torso of where the teacher is sure to see them; and of the pairs of hips, knees and ankles it sees apart,
those of which one lies nearer to the other side's place. The teacher is no ground truth: it is good for two networks
side by side, on pictures that neither was trained on.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.loading import load_pose
from engine.pose import PoseEstimator
from engine.skeletons import COCO
from engine.types import F32, F64, U8, Boxes
from engine.video.file import FileSource
from training.data.cache import taught, teacher_affines
from training.data.teachers import Teacher, onnx_teacher
from training.deploying import exported
from training.metrics import torso_diagonals

FRAMES = 60
SMALLEST = 60  # pixels, of a box's height
SURE = 0.5
REACH, APART = 0.2, 0.25  # of the torso's longer diagonal
PAIRS = [
    tuple(COCO.keypoints.index(f"{side}_{part}") for side in ("left", "right")) for part in ("hip", "knee", "ankle")
]


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """A person by the teacher: the joints [17, 2] in pixels, which of them surely, and the torso's diagonal."""

    image: U8
    xyxy: F32
    joints: F64
    sure: np.ndarray
    torso: float


def seen_in(clip: Path, teacher: Teacher) -> Iterator[Seen]:
    listed = json.loads(clip.with_suffix(".people.json").read_text())["frames"]
    boxes_of = {entry["frame"]: entry["sure"] for entry in listed[:: max(1, len(listed) // FRAMES)]}
    with closing(FileSource(clip)) as source:
        for frame in source:
            for box in boxes_of.get(frame.index, []):
                xyxy = np.array(box[:4], np.float32)
                if xyxy[3] - xyxy[1] >= SMALLEST:
                    yield seen(frame.image, xyxy, teacher)


def seen(image: U8, xyxy: F32, teacher: Teacher) -> Seen:
    maps = taught(image, xyxy, teacher)
    y, x = np.divmod(maps.reshape(-1, len(COCO)).argmax(0), maps.shape[1])
    to_maps = teacher_affines(xyxy[None])[0]
    joints = (np.stack([x, y], 1) - to_maps[:, 2]) @ np.linalg.inv(to_maps[:, :2]).T
    torso = torso_diagonals(joints[None].astype(np.float32), np.ones((1, len(COCO)), np.float32))[0]
    return Seen(image, xyxy, joints, maps.max((0, 1)) >= SURE * 255, float(torso))


def compared(estimator: PoseEstimator, people: list[Seen]) -> tuple[int, int, int, int]:
    """Joints at the teacher's place, of how many; pairs of the legs exchanged, of how many."""
    near = joints = exchanged = pairs = 0
    for person in people:
        found = estimator.estimate(person.image, Boxes.of(person.xyxy[None], [1])).keypoints[0]
        away = np.linalg.norm(found - person.joints, axis=1)
        near += int((away < REACH * person.torso)[person.sure].sum())
        joints += int(person.sure.sum())
        for left, right in PAIRS:
            apart = np.linalg.norm(person.joints[left] - person.joints[right])
            if person.sure[left] and person.sure[right] and apart > APART * person.torso:
                pairs += 1
                ways = (left, right), (right, left)
                crossed = (np.linalg.norm(found[a] - person.joints[b]) < away[a] for a, b in ways)
                exchanged += any(crossed)
    return near, joints, exchanged, pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("teacher", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pose", nargs="+", default=["skelter-pose-s"], help="names, ONNX files or checkpoints")
    parser.add_argument("--flip", action="store_true", help="look at everyone in the mirror too")
    parser.add_argument("--turn", action="store_true", help="look once more, turned upright, at who is not")
    options = parser.parse_args()
    teacher = onnx_teacher(options.teacher)
    clips = [path for path in sorted(options.folder.iterdir()) if path.with_suffix(".people.json").exists()]
    people = {clip.name: list(seen_in(clip, teacher)) for clip in clips if clip.suffix != ".json"}
    print("| network | clip | joints at the teacher's place | legs exchanged |\n|---|---|---|---|")
    for name in options.pose:
        with (
            exported(name, None, flip=False, dark=False) as (path, _),
            load_pose(path, precision="f32", flip=options.flip, turn=options.turn) as estimator,
        ):
            of_clip = {clip: compared(estimator, there) for clip, there in people.items()}
            everything = tuple(sum(column) for column in zip(*of_clip.values(), strict=True))
            for clip, (near, joints, exchanged, pairs) in {**of_clip, "all": everything}.items():
                print(f"| {name} | {clip} | {near / max(joints, 1):.3f} of {joints} | {exchanged} of {pairs} |")


if __name__ == "__main__":
    main()
