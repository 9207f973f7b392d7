"""How the camera moved from frame to frame, and whether the shot is the same: sparse flow on a small grey picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.types import F32, F64, U8

LONGEST = 192  # px of the small picture: a pan of one source pixel at 768 is still a quarter of a pixel here


# For so long a picture is compared with those that follow, unless the camera has moved meanwhile: a slow pan shows
# between two frames at 15 a second, at 60 it does not. No longer, so that clouds and shadows are not taken for motion.
LONGEST_S = 0.1
# Before this, only what has changed much is looked at more closely: 120 frames a second shall cost no more than 30.
SHORTEST_S = 1 / 30


@dataclass(frozen=True, eq=False, slots=True)
class CameraStep:
    """How the camera moved since the last step that told of motion.

    matrix  float64 [2, 3], maps the pixels of then to this frame's; None where the camera stood still, and where it
            moved so little that a later step will tell it
    jump    whether the picture changed as only a cut (or a flash) changes it
    """

    matrix: F64 | None
    jump: bool


STILL = CameraStep(None, jump=False)


class CameraMotion:
    """Compares each picture with one just before; people are masked out, for they move by themselves."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._before: _Picture | None = None

    def step(self, image: U8, people: F64, time_s: float) -> CameraStep:
        """`image` RGB [H, W, 3], shown at `time_s`; `people` [N, 4], boxes (px) of those in the frame before."""
        now, before = _Picture(_small_grey(image), time_s), self._before
        if before is None or before.grey.shape != now.grey.shape:
            self._before = now
            return STILL
        scale = image.shape[1] / now.grey.shape[1]
        before.leave_out((people + 0.5) / scale)
        age_s = time_s - before.time_s + 0.001  # a millisecond, for times that a file has rounded
        step = _compared(before, now.grey, scale, 1.2 if age_s >= SHORTEST_S else 4.0)
        if step is None and age_s < LONGEST_S:
            return STILL
        self._before = now
        return step or STILL


class _Picture:
    """A small grey picture, and where in it there is something to follow besides people."""

    def __init__(self, grey: U8, time_s: float) -> None:
        self.grey, self.time_s = grey, time_s
        self.mask = np.full(grey.shape, 255, np.uint8)
        self._corners: F32 | None = None

    def leave_out(self, people: F64) -> None:
        for left, top, right, bottom in people.round().astype(int).tolist():
            self.mask[max(top - 2, 0) : max(bottom + 2, 0), max(left - 2, 0) : max(right + 2, 0)] = 0

    def corners(self) -> F32:
        """[N, 1, 2]; looked for once, however many pictures are compared with this one."""
        if self._corners is None:
            found: F32 | None = cv2.goodFeaturesToTrack(self.grey, 60, 0.02, 8, mask=self.mask, blockSize=3)  # type: ignore[assignment]
            self._corners = np.zeros((0, 1, 2), np.float32) if found is None else found
        return self._corners


def _compared(before: _Picture, now: U8, scale: float, least: float) -> CameraStep | None:
    """What is new in `now`, `scale` times smaller than its source; None where nothing is, STILL where none can tell.

    least  mean difference, grey levels, from which there can be anything: noise and compression make 1.2
    """
    if cv2.mean(cv2.absdiff(now, before.grey), before.mask)[0] < least:
        return None
    matrix, followed = _similarity(before, now)
    if followed < 0.3 and _differ(before.grey, now):
        return CameraStep(None, jump=True)
    if matrix is None or followed < 0.5:
        return STILL
    middle = np.array([now.shape[1] / 2, now.shape[0] / 2])
    moved = np.abs(matrix[:, :2] @ middle + matrix[:, 2] - middle).max()
    if moved < 0.15 and abs(matrix[0, 0] - 1) < 0.002 and abs(matrix[0, 1]) < 0.002:
        return None
    return CameraStep(_enlarged(matrix, scale), jump=False)


def _small_grey(image: U8) -> U8:
    height, width = image.shape[:2]
    scale = LONGEST / max(height, width)
    wide, high = max(8, round(width * scale)), max(8, round(height * scale))
    # in two steps: to read every pixel of a large picture would cost more than all that follows
    near = cv2.resize(image, (2 * wide, 2 * high), interpolation=cv2.INTER_LINEAR)
    grey = cv2.cvtColor(near, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def _similarity(before: _Picture, now: U8) -> tuple[F64 | None, float]:
    """The similarity [2, 3] that most corners follow, and their share of all corners."""
    found = before.corners()
    if len(found) < 8:
        return None, 0.5  # a bare wall tells nothing, neither of motion nor of a cut
    start = np.zeros_like(found)
    arrived, status, error = cv2.calcOpticalFlowPyrLK(before.grey, now, found, start, winSize=(11, 11), maxLevel=3)
    good = (status.ravel() == 1) & (error.ravel() < 25)
    if good.sum() < 6:
        return None, 0.0
    # RANSAC draws from cv2's own generator: seeded, so that the same frames give the same tracks
    cv2.setRNGSeed(7)
    matrix, inliers = cv2.estimateAffinePartial2D(
        found[good], arrived[good], method=cv2.RANSAC, ransacReprojThreshold=0.7, maxIters=200
    )
    if matrix is None:
        return None, 0.0
    return np.asarray(matrix, np.float64), float(inliers.sum() / len(found))


def _differ(before: U8, now: U8) -> bool:
    """Whether two pictures show different things: cell by cell and as a whole."""
    coarse = [
        cv2.resize(picture, (16, 9), interpolation=cv2.INTER_AREA).astype(np.float32) for picture in (before, now)
    ]
    by_cell = float(np.abs(coarse[0] - coarse[1]).mean())
    together = np.corrcoef(coarse[0].ravel() + _RIPPLE, coarse[1].ravel() + _RIPPLE)[0, 1]
    return by_cell > 12 and together < 0.7


_RIPPLE = np.resize(np.array([0.0, 0.01], np.float32), 16 * 9)  # a picture of one colour has no correlation


def _enlarged(matrix: F64, scale: float) -> F64:
    """The same motion in source pixels: source = (small + 0.5) · scale - 0.5."""
    turn, shift = matrix[:, :2], matrix[:, 2]
    half = np.full(2, 0.5)
    return np.concatenate([turn, ((shift + half - turn @ half) * scale - half + turn @ half)[:, None]], axis=1)
