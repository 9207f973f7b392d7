"""Networks that say where joints are, to learn from: TinyPose, and MoveNet Thunder for who stands on his head.

TinyPose learnt from COCO, where nobody does, and of pictures of sports that only it has labelled its mistakes are all
there is. MoveNet has seen dancers and gymnasts too, and is asked about a person from four sides. Of LSPET's val people
TinyPose finds 0.618 of the joints (PCK@0.2 of the torso), MoveNet 0.646, and 0.696 in the turn in which it is surest;
on COCO TinyPose is the better one (AP 0.610 and 0.469). MoveNet is of Google (Apache-2.0; "MoveNet.SinglePose", 2021),
its ONNX file made by `scripts/movenet_onnx.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from engine.backends.onnxruntime import open_session
from engine.errors import BackendError, ModelError
from engine.types import F32, F64, U8
from training.data.people import DatasetError, Person

if TYPE_CHECKING:
    import onnxruntime

Teacher = Callable[[F32], F32]
"""Crops float32 [N, 3, 256, 192], RGB, normalised → heatmaps [N, K, 64, 48]."""

HEADS = ["heat", "centre", "aims", "offsets"]
SIDE = 256  # of the square it looks at
PADDING = 1.1  # the square's side by the box's longer one: at 1.25 and 1.5 it finds fewer joints
STRIDE = 4
SLACK = 1.8  # cells: how much nearer to where the person should have a joint another peak must be to win (its graph's)
TURNS = (0, 90, 180, 270)  # degrees

SIGMA = 2.0  # of a heatmap's Gaussian in cells, as TinyPose's are
LIKE_FIRST = 1.06  # its scores by this are as high as the first teacher's in the mean
UPRIGHT, TURNED = 0.55, 0.7  # its share in the heatmap: more where it sees somebody better when the picture is turned


def onnx_teacher(path: Path) -> Teacher:
    """A heatmap network of the TinyPose kind, run by ONNX Runtime on the processor. Raises DatasetError."""
    session = _opened(path)
    name = session.get_inputs()[0].name

    def run(crops: F32) -> F32:
        return np.asarray(session.run(None, {name: crops})[0], np.float32)

    return run


def _opened(path: Path) -> onnxruntime.InferenceSession:
    try:
        return open_session(path, threads=1)  # a cache is filled by as many processes as there are processors
    except (ModelError, BackendError) as error:
        raise DatasetError(f"The teacher {path} is no ONNX network that can be run ({error})") from error


@dataclass(frozen=True, slots=True)
class SecondTeacher:
    """Which file is asked about the people of which sources."""

    path: Path
    sources: frozenset[str]


class MoveNet:
    """MoveNet's ONNX file on the processor. Raises DatasetError where it is another network."""

    def __init__(self, path: Path, turns: Sequence[int] = TURNS) -> None:
        self._session, self._turns = _opened(path), turns
        if {output.name for output in self._session.get_outputs()} != set(HEADS):
            raise DatasetError(f"The second teacher {path} is not MoveNet: make it by scripts/movenet_onnx.py.")

    def keypoints(self, image: U8, person: Person) -> tuple[F32, bool]:
        """COCO's 17 joints, float32 [17, 3] (x, y in source pixels, score 0–1), and whether it turned the picture."""
        found = [self._seen(image, _square(person.xyxy, turn)) for turn in self._turns]
        best = int(np.argmax([joints[:, 2].mean() for joints in found]))
        return found[best], self._turns[best] != 0

    def _seen(self, image: U8, to_source: F64) -> F32:
        shrinks = np.linalg.det(to_source[:, :2]) > 4
        how = cv2.WARP_INVERSE_MAP | (cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        square = cv2.warpAffine(image, to_source, (SIDE, SIDE), flags=how)
        planes = square.transpose(2, 0, 1)[None].astype(np.float32)
        heads = self._session.run(HEADS, {"image": planes})
        joints = _read(*(np.asarray(head[0], np.float32) for head in heads))
        joints[:, :2] = joints[:, :2] @ to_source[:, :2].T + to_source[:, 2]
        return joints


def _square(xyxy: F32, turn: int) -> F64:
    """Pixels of the turned square → source pixels, float64 [2, 3]."""
    low, high = np.asarray(xyxy[:2], np.float64), np.asarray(xyxy[2:], np.float64)
    scale = (high - low).max() * PADDING / SIDE
    cosine, sine = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    linear = scale * np.array([[cosine, -sine], [sine, cosine]])
    middle = np.full(2, (SIDE - 1) / 2)
    return np.hstack([linear, ((low + high) / 2 - linear @ middle)[:, None]])


def _read(heat: F32, centre: F32, aims: F32, offsets: F32) -> F32:
    """MoveNet's own decoding: of the person in the middle, the peaks nearest to where that person should have them.

    heat [17, h, w] 0–1; centre [h, w]; aims and offsets [34, h, w], rows before columns. Float32 [17, 3]: x, y in
    pixels of the square, score.
    """
    joints, height, width = heat.shape
    row, column = np.unravel_index(centre.argmax(), centre.shape)
    should = np.array([row, column]) + aims[:, row, column].reshape(joints, 2)
    rows, columns = np.mgrid[:height, :width]
    away = np.hypot(rows - should[:, 0, None, None], columns - should[:, 1, None, None])
    y, x = np.unravel_index((heat / (away + SLACK)).reshape(joints, -1).argmax(1), (height, width))
    each = np.arange(joints)
    shift = offsets.reshape(joints, 2, height, width)[each, :, y, x]
    places = np.stack([x + shift[:, 1], y + shift[:, 0]], 1) * STRIDE - 0.5
    return np.concatenate([places, heat[each, y, x, None]], 1).astype(np.float32)


def both_teachers(maps: U8, joints: F32, turned: bool, to_maps: F64) -> U8:
    """The first teacher's heatmaps uint8 [h, w, K] with Gaussians of the second's `joints` [K, 3] mixed in.

    to_maps  float64 [2, 3], source pixels → heatmap cells
    """
    x, y = (joints[:, :2] @ to_maps[:, :2].T + to_maps[:, 2]).T
    rows, columns = np.mgrid[: maps.shape[0], : maps.shape[1]][..., None]
    height = np.clip(joints[:, 2] * LIKE_FIRST, 0, 0.95)
    second = height * np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * SIGMA**2))
    share = TURNED if turned else UPRIGHT
    return np.asarray(np.clip(np.rint(share * second * 255 + (1 - share) * maps), 0, 255), np.uint8)
