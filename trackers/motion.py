"""Where bodies are, how fast they move, and how sure of it we are: a Kalman filter over all people at once.

The state of a body is the place of its centre and its velocity (Kalman, constant velocity that fades, white-noise
acceleration), its size, and its pose as offsets from the centre. A measurement is the displacement of the whole body:
the mean over the keypoints seen now *and* remembered of where each is minus where it was expected. Whatever part of a
person is visible thus moves the whole, and a leg that vanishes behind a table does not pull the centre up.

Uncertainty is kept in body sizes, so that one set of constants serves a child far away and a face at a webcam.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from engine.types import F32, F64, I64, Bools
from trackers.observations import Observations, extents


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """Constants of the motion model; a size is the square root of a body's area, about a metre on an adult."""

    speed: float = 1.5
    """Standard deviation of the speed of somebody just found, sizes/s."""
    unrest: float = 2.0
    """Spectral density of the acceleration, sizes²/s³: how fast people change their mind."""
    jitter: float = 0.1
    """Standard deviation of a measured place, sizes."""
    fade_s: float = 0.6
    """After this time without news 1/e of the velocity is left: nobody walks on straight for ever."""
    memory_s: float = 0.7
    """After this time without news 1/e of the trust in a keypoint's offset is left."""
    grow: float = 0.2
    """Part of the way that a size goes towards a larger one measured."""
    shrink: float = 0.2
    """Part of the way that a size goes towards a smaller one measured."""
    box_weight: float = 0.3
    """What the box's centre counts against the keypoints, each of which counts up to 1."""
    steady: float = 0.4
    """Part of the way that the pace goes towards the velocity with each clear sight."""


@dataclass(eq=False, slots=True)
class Bodies:
    """T bodies at one moment; every field has T rows.

    centres     float64 [T, 2], pixels            velocities  float64 [T, 2], pixels/s
    pace        float64 [T, 2], pixels/s: the velocity when last seen
    ahead       float64 [T, 2], pixels: how far beyond `centres` somebody unseen is if he walked on at his pace
    spread      float64 [T, 3], sizes: variance of the place, covariance, variance of the velocity (both axes alike)
    sizes       float64 [T], pixels
    joints      float32 [T, K, 2], offsets from the centre, pixels
    trust       float32 [T, K], 0–1: what is left of the score with which each was last seen
    corners     float64 [T, 4], the box's sides as offsets from the centre, pixels
    margins     float64 [T, 4], sizes: how far a detector's box reaches beyond the keypoints; NaN until learnt
    """

    centres: F64
    velocities: F64
    pace: F64
    ahead: F64
    spread: F64
    sizes: F64
    joints: F32
    trust: F32
    corners: F64
    margins: F64

    @classmethod
    def none(cls, keypoint_count: int) -> Bodies:
        return cls(
            np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 3)), np.zeros(0),
            np.zeros((0, keypoint_count, 2), np.float32), np.zeros((0, keypoint_count), np.float32),
            np.zeros((0, 4)), np.zeros((0, 4)),
        )  # fmt: skip

    @classmethod
    def born(cls, seen: Observations, settings: MotionSettings) -> Bodies:
        """Bodies where these observations are, at rest until they are seen again."""
        n = len(seen)
        centres = seen.centres.copy()
        spread = np.full((n, 3), [settings.jitter**2, 0.0, settings.speed**2])
        joints = np.where(seen.weights[..., None] > 0, seen.points - centres[:, None].astype(np.float32), 0)
        return cls(
            centres, np.zeros((n, 2)), np.zeros((n, 2)), np.zeros((n, 2)), spread, seen.sizes.copy(),
            joints.astype(np.float32), seen.weights.copy(),
            seen.boxes - np.concatenate([centres, centres], axis=1), np.full((n, 4), np.nan),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.centres)

    def keep(self, which: Bools) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name)[which])

    def join(self, others: Bodies) -> None:
        for field in fields(self):
            setattr(self, field.name, np.concatenate([getattr(self, field.name), getattr(others, field.name)]))

    def with_keypoints(self, keypoint_count: int) -> None:
        """Forget poses of another keypoint count: a source whose pose network was changed."""
        if self.joints.shape[1] != keypoint_count:
            self.joints = np.zeros((len(self), keypoint_count, 2), np.float32)
            self.trust = np.zeros((len(self), keypoint_count), np.float32)
            self.margins[:] = np.nan

    def moved(self, seconds: float, settings: MotionSettings) -> F64:
        """Where the centres [T, 2] will be `seconds` from now."""
        moved: F64 = self.centres + self.velocities * (settings.fade_s * -np.expm1(-seconds / settings.fade_s))
        return moved

    def advance(self, seconds: float, settings: MotionSettings) -> None:
        """Let `seconds` pass without news."""
        expected = self.moved(seconds, settings)
        self.ahead += self.pace * seconds - (expected - self.centres)
        self.centres = expected
        left = np.exp(-seconds / settings.fade_s)
        reach = settings.fade_s * (1 - left)
        place, cross, speed = self.spread.T
        self.velocities *= left
        q, t = settings.unrest, min(seconds, settings.fade_s)
        self.spread = np.stack(
            [
                place + 2 * reach * cross + reach**2 * speed + q * t**3 / 3,
                left * (cross + reach * speed) + q * t**2 / 2,
                left**2 * speed + q * t,
            ],
            axis=1,
        )
        self.trust *= np.float32(np.exp(-seconds / settings.memory_s))

    def transform(self, matrix: F64) -> None:
        """Move everybody with the picture: `matrix` [2, 3] maps the last picture's pixels to this one's."""
        turn, shift = matrix[:, :2], matrix[:, 2]
        grown = float(np.sqrt(abs(np.linalg.det(turn))))
        self.centres = self.centres @ turn.T + shift
        self.velocities = self.velocities @ turn.T
        self.pace, self.ahead = self.pace @ turn.T, self.ahead @ turn.T
        self.joints = self.joints @ turn.T.astype(np.float32)
        self.sizes *= grown
        self.corners *= grown

    def correct(self, which: I64, seen: Observations, from_detector: Bools, stiffness: F32, s: MotionSettings) -> None:
        """Take in what was seen: observation i belongs to body `which[i]`.

        from_detector  whether a detector placed the box (if not, the box came from us and teaches nothing)
        stiffness      [K], how much each keypoint tells of the whole body: wrists little, shoulders much
        """
        size = self.sizes[which]
        expected = self.centres[which]
        trust = self.trust[which]
        # squared: what a network only guesses of a hidden joint must not steer those that it sees
        shared = np.minimum(seen.weights, trust) ** 2 * stiffness
        clear = (shared.sum(axis=1) + 1e-3) / ((trust**2 * stiffness).sum(axis=1) + 1e-3)
        offsets = seen.points - (self.joints[which] + expected[:, None].astype(np.float32))
        of_joints = np.einsum("nkc,nk->nc", offsets, shared)
        weight = shared.sum(axis=1)
        corners = self.corners[which]
        of_box = seen.centres - expected - (corners[:, :2] + corners[:, 2:]) / 2
        step = (of_joints + s.box_weight * of_box) / (weight + s.box_weight)[:, None]

        place, cross, speed = self.spread[which].T
        noise = (s.jitter / np.clip(clear, 0.1, 1)) ** 2
        gain, gain_speed = place / (place + noise), cross / (place + noise)
        centre = expected + gain[:, None] * step
        self.centres[which] = centre
        self.velocities[which] += gain_speed[:, None] * step
        settle = np.clip(clear, 0, 1) * s.steady
        self.pace[which] += settle[:, None] * (self.velocities[which] - self.pace[which])
        self.ahead[which] = 0
        self.spread[which] = np.stack([(1 - gain) * place, (1 - gain) * cross, speed - gain_speed * cross], axis=1)

        valid = seen.weights > 0
        found = seen.points - centre[:, None].astype(np.float32)
        pull = np.where(valid, np.where(trust > 0.05, 0.75, 1.0), 0.0).astype(np.float32)[..., None]
        self.joints[which] += pull * (found - self.joints[which])
        self.trust[which] = np.where(valid, np.maximum(seen.weights, trust), trust)

        learn = np.where(from_detector, 0.5, 0.25)
        self.corners[which] = corners + learn[:, None] * (
            seen.boxes - np.concatenate([centre, centre], axis=1) - corners
        )
        # a box shrinks when something hides its lower half more often than because its owner walks away
        self.sizes[which] = size * (seen.sizes / size) ** np.where(seen.sizes > size, s.grow, s.shrink)
        self._learn_margins(which[from_detector], seen[np.flatnonzero(from_detector)])

    def _learn_margins(self, which: I64, seen: Observations) -> None:
        tight = extents(seen.points, seen.weights > 0)
        outward = np.array([1, 1, -1, -1]) * (tight - seen.boxes) / seen.sizes[:, None]
        enough = (seen.weights > 0).sum(axis=1) >= 5
        known = self.margins[which]
        blended = np.where(np.isnan(known), outward, known + 0.3 * (outward - known))
        self.margins[which] = np.where(enough[:, None], blended, known)

    def boxes(self, centres: F64) -> F64:
        """Boxes [T, 4] as a detector would draw them round these bodies, were their centres at `centres` [T, 2]."""
        around = np.concatenate([centres, centres], axis=1)
        plain = around + self.corners
        there = self.trust > 0.1
        tight = extents(self.joints, there) + around
        grown = tight - np.array([1, 1, -1, -1]) * self.margins * self.sizes[:, None]
        known = np.isfinite(grown).all(axis=1) & (there.sum(axis=1) >= 5)
        return np.where(known[:, None], (plain + grown) / 2, plain)
