"""What a pose network sees before it decides: the heatmap of a joint, taken out of the graph in front of its decoding.

Deployed graphs give joints only. Their heatmaps are inside, so the graph is cut behind them and run by OpenVINO on the
processor, apart from the pose network that follows people (which may run elsewhere and in another precision).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine import crops
from engine.backends import Session
from engine.backends.openvino import OpenVino
from engine.cards import ModelCard, Task
from engine.decoding import cells_in_crop
from engine.errors import BackendError
from engine.models import DEFAULT_POSE, find_model
from engine.pixels import parts, to_batch
from engine.skeletons import SKELETONS, Skeleton
from engine.turning import quarter_turns, turned
from engine.types import F32, F64, I64, U8, Poses


@dataclass(frozen=True, eq=False, slots=True)
class Heat:
    """The heatmaps of one joint, one for each of N people.

    maps      float32 [N, h, w] as the network gave them: about 0 where the joint is not, up to about 1 where it is
    to_frame  float64 [N, 2, 3], affines from a map's cells (the first one's middle is (0, 0)) to the frame's pixels
    """

    maps: F32
    to_frame: F64

    def mirrored(self, width: int) -> Heat:
        """The same in a frame `width` wide that was turned left to right."""
        return replace(self, to_frame=crops.mirrored(self.to_frame, width))

    def scaled(self, across: float, down: float) -> Heat:
        """The same in a frame so many times as wide and as high."""
        larger = self.to_frame * np.array([[across], [down]])
        larger[:, :, 2] += (np.array([across, down]) - 1) / 2
        return replace(self, to_frame=larger)


class HeatEstimator:
    """The front part of a pose network, loaded. Used by one thread."""

    def __init__(self, card: ModelCard, session: Session) -> None:
        self.skeleton: Skeleton = SKELETONS[card.skeleton]
        self._card, self._session = card, session

    def heat(self, image: U8, poses: Poses, joint: int) -> Heat:
        """The maps of `joint` in the boxes of `poses`, in their order; `image` is uint8 [H, W, 3], RGB.

        Who is not upright by his keypoints, if they are those of this network, is seen turned upright too, as
        `PoseEstimator` with `turn` sees him; of the two looks the one whose peaks are nearer his joints is taken.
        Raises BackendError where the network fails.
        """
        if len(poses) == 0:
            return Heat(np.zeros((0, 1, 1), np.float32), np.zeros((0, 2, 3)))
        boxes = poses.boxes.xyxy
        maps, to_frame = self._look(image, boxes, np.zeros(len(poses), np.int64))
        if poses.keypoints.shape[1] == len(self.skeleton):
            turns = quarter_turns(poses.keypoints, poses.scores, self.skeleton)
            lying = np.flatnonzero(turns)
            if len(lying):
                again, to_frame_again = self._look(image, turned(boxes[lying], turns[lying]), turns[lying])
                joints = poses.keypoints[lying]
                nearer = _away(again, to_frame_again, joints) < _away(maps[lying], to_frame[lying], joints)
                maps[lying[nearer]], to_frame[lying[nearer]] = again[nearer], to_frame_again[nearer]
        return Heat(maps[:, joint], to_frame)

    def close(self) -> None:
        self._session.close()

    def _look(self, image: U8, xyxy: F32 | F64, turns: I64) -> tuple[F32, F64]:
        """The maps [N, K, h, w] and their affines [N, 2, 3] to the frame, of who is in the boxes [N, 4], seen in crops
        turned by `turns` quarter turns clockwise."""
        size_wh = self._card.input_size
        centres, sizes = crops.centres_and_sizes(xyxy, size_wh)
        matrices = crops.affines(centres, sizes, size_wh, rotation_deg=90.0 * turns, rule=self._card.pixel_rule)
        spec = self._session.input
        maps = []
        for part, count in parts(crops.cut(image, matrices, size_wh), spec):
            (given,) = self._session.run(to_batch(part, self._card, spec))
            maps.append(np.asarray(given[:count], np.float32))
        found = np.concatenate(maps)
        stride, first = cells_in_crop((found.shape[3], found.shape[2]), size_wh, self._card.pixel_rule)
        return found, _through(np.column_stack([np.diag(stride), first]), matrices)


def load_heat(model: str | Path = DEFAULT_POSE) -> HeatEstimator:
    """The heatmaps of the pose network of that name or path.

    Raises MissingFileError, ModelError where the network has no heatmaps, BackendError without OpenVINO.
    """
    backend = OpenVino()
    state = backend.available()
    if not state.usable:
        raise BackendError("Heatmaps are made by OpenVINO: {0}.", state.reason)
    card = find_model(model, Task.POSE)
    session = backend.load_heatmaps(card.path, len(SKELETONS[card.skeleton]), card.input_size)
    return HeatEstimator(card, session)


def _away(maps: F32, to_frame: F64, joints: F32) -> F64:
    """How far the highest cells of the maps [N, K, h, w] lie from the joints [N, K, 2], pixels of the frame: the middle
    one of each person's, [N]."""
    rows, columns = np.divmod(maps.reshape(*maps.shape[:2], -1).argmax(axis=2), maps.shape[3])
    cells = np.stack([columns, rows, np.ones_like(rows)], axis=2)
    apart = np.einsum("nij,nkj->nki", to_frame, cells) - joints
    middle: F64 = np.median(np.linalg.norm(apart, axis=2), axis=1)
    return middle


def _through(to_crop: F32, from_frame: F64) -> F64:
    """First the affine [2, 3] from cells to crop pixels, then back to the frame: [N, 2, 3]."""
    back = crops.invert(from_frame)
    linear = back[:, :, :2] @ to_crop[:, :2]
    shift = np.einsum("nij,j->ni", back[:, :, :2], to_crop[:, 2]) + back[:, :, 2]
    return np.concatenate([linear, shift[:, :, None]], axis=2)
