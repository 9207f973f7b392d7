"""How the camera moved between two frames, and whether the shot is the same: sparse flow on a small grey picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from engine.types import F32, F64, U8

LONGEST = 192  # px of the small picture: a pan of one source pixel at 768 is still a quarter of a pixel here


@dataclass(frozen=True, eq=False, slots=True)
class CameraStep:
    """From the last frame to this one.

    matrix  float64 [2, 3], maps the last frame's pixels to this one's; None where the camera stood still
    jump    whether the picture changed as only a cut (or a flash) changes it
    """

    matrix: F64 | None
    jump: bool


STILL = CameraStep(None, jump=False)


class CameraMotion:
    """Compares each picture with the one before; people are masked out, for they move by themselves."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._before: U8 | None = None

    def step(self, image: U8, people: F64) -> CameraStep:
        """`image` RGB [H, W, 3]; `people` [N, 4], boxes (px) of those in the picture before."""
        now, before = _small_grey(image), self._before
        self._before = now
        if before is None or before.shape != now.shape:
            return STILL
        scale = image.shape[1] / now.shape[1]
        mask = np.full(now.shape, 255, np.uint8)
        for left, top, right, bottom in ((people + 0.5) / scale).round().astype(int).tolist():
            mask[max(top - 2, 0) : max(bottom + 2, 0), max(left - 2, 0) : max(right + 2, 0)] = 0
        change = float(cv2.mean(cv2.absdiff(now, before), mask)[0])
        if change < 1.2:  # grey levels: noise and compression of a camera at rest
            return STILL
        matrix, followed = _similarity(before, now, mask)
        if followed < 0.3 and _differ(before, now):
            return CameraStep(None, jump=True)
        if matrix is None or followed < 0.5:
            return STILL
        shift = matrix[:, :2] @ np.array([now.shape[1] / 2, now.shape[0] / 2]) + matrix[:, 2]
        moved = np.abs(shift - np.array([now.shape[1] / 2, now.shape[0] / 2])).max()
        if moved < 0.15 and abs(matrix[0, 0] - 1) < 0.002 and abs(matrix[0, 1]) < 0.002:
            return STILL
        return CameraStep(_enlarged(matrix, scale), jump=False)


def _small_grey(image: U8) -> U8:
    height, width = image.shape[:2]
    scale = LONGEST / max(height, width)
    wide, high = max(8, round(width * scale)), max(8, round(height * scale))
    # in two steps: to read every pixel of a large picture would cost more than all that follows
    near = cv2.resize(image, (2 * wide, 2 * high), interpolation=cv2.INTER_LINEAR)
    grey = cv2.cvtColor(near, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def _similarity(before: U8, now: U8, mask: U8) -> tuple[F64 | None, float]:
    """The similarity [2, 3] that most corners follow, and their share of all corners."""
    found: F32 | None = cv2.goodFeaturesToTrack(before, 60, 0.02, 8, mask=mask, blockSize=3)  # type: ignore[assignment]
    if found is None or len(found) < 8:
        return None, 0.5  # a bare wall tells nothing, neither of motion nor of a cut
    start = np.zeros_like(found)
    arrived, status, error = cv2.calcOpticalFlowPyrLK(before, now, found, start, winSize=(11, 11), maxLevel=3)
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
