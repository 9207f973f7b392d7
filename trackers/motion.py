"""Where bodies are, how fast they move, and how sure of it we are: a Kalman filter over all people at once.

The state of a body is the place of its centre and its velocity (Kalman, constant velocity, white-noise acceleration),
its size, and its pose as offsets from the centre. A measurement is the displacement of the whole body: the mean over
the keypoints seen now *and* remembered of where each is minus where it was expected. Whatever part of a person is
visible thus moves the whole, and a leg that vanishes behind a table does not pull the centre up.

Uncertainty is kept in body sizes, so that one set of constants serves a child far away and a face at a webcam.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from engine.types import F32, F64, I64, Bools
from trackers.observations import Observations, Shapes, extents


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
    """Time out of sight after which somebody is expected to have slowed down to 1/e: nobody walks on for ever."""
    memory_s: float = 0.7
    """After this time without news 1/e of the trust in a keypoint's offset is left."""
    resize: float = 0.2
    """Part of the way that a size goes towards the one measured."""
    box_weight: float = 0.3
    """What the box's centre counts against the keypoints, each of which counts up to 1."""


@dataclass(eq=False, slots=True)
class Bodies:
    """T bodies at one moment; every field has T rows.

    centres     float64 [T, 2], pixels: where they are expected
    velocities  float64 [T, 2], pixels/s, when last seen
    unseen_s    float64 [T], for how long they have not been seen
    coasted     float64 [T, 2], pixels: how far `centres` has been moved on since
    spread      float64 [T, 3], sizes: variance of the place, covariance, variance of the velocity (both axes alike)
    sizes       float64 [T], pixels
    joints      float32 [T, K, 2], offsets from the centre, pixels
    trust       float32 [T, K], 0–1: what is left of the score with which each was last seen
    corners     float64 [T, 4], the box's sides as offsets from the centre, pixels
    margins     float64 [T, 4], sizes: how far a detector's box reaches beyond the keypoints; NaN until learnt
    """

    centres: F64
    velocities: F64
    unseen_s: F64
    coasted: F64
    spread: F64
    sizes: F64
    joints: F32
    trust: F32
    corners: F64
    margins: F64

    @classmethod
    def none(cls, keypoint_count: int) -> Bodies:
        return cls(
            np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0), np.zeros((0, 2)), np.zeros((0, 3)), np.zeros(0),
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
            centres, np.zeros((n, 2)), np.zeros(n), np.zeros((n, 2)), spread, seen.sizes.copy(),
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

    def steps(self, seconds: float, settings: MotionSettings) -> F64:
        """How far [T, 2], px, each will go in the next `seconds`: at his velocity, less and less once out of sight."""
        pace = np.exp(self.unseen_s / -settings.fade_s) * (settings.fade_s * -np.expm1(-seconds / settings.fade_s))
        steps: F64 = self.velocities * pace[:, None]
        return steps

    def advance(self, seconds: float, settings: MotionSettings) -> None:
        """Let `seconds` pass without news."""
        steps = self.steps(seconds, settings)
        self.centres += steps
        self.coasted += steps
        self.unseen_s += seconds
        t = settings.fade_s * -np.expm1(-seconds / settings.fade_s)
        step = np.array([[1, 0, 0], [2 * t, 1, 0], [t**2, t, 1]])  # of place, covariance and velocity, row by row
        self.spread = self.spread @ step + settings.unrest * np.array([t**3 / 3, t**2 / 2, t])
        self.trust *= np.float32(np.exp(-seconds / settings.memory_s))

    def transform(self, matrix: F64) -> None:
        """Move everybody with the picture: `matrix` [2, 3] maps the last picture's pixels to this one's."""
        turn, shift = matrix[:, :2], matrix[:, 2]
        grown = float(np.sqrt(abs(np.linalg.det(turn))))
        self.centres = self.centres @ turn.T + shift
        self.velocities = self.velocities @ turn.T
        self.coasted = self.coasted @ turn.T
        self.joints = self.joints @ turn.T.astype(np.float32)
        self.sizes *= grown
        self.corners *= grown

    def correct(self, which: I64, seen: Observations, from_detector: Bools, stiffness: F32, s: MotionSettings) -> None:
        """Take in what was seen: observation i belongs to body `which[i]`.

        from_detector  whether a detector placed the box (if not, the box came from us and teaches nothing)
        stiffness      [K], how much each keypoint tells of the whole body: wrists little, shoulders much
        """
        size, expected, trust, corners = self.sizes[which], self.centres[which], self.trust[which], self.corners[which]
        place, cross, speed = self.spread[which].T
        joints = self.joints[which]
        offsets = seen.points - (joints + expected[:, None].astype(np.float32))
        # squared: what a network only guesses of a hidden joint must not steer those that it sees
        shared = np.minimum(seen.weights, trust) ** 2 * stiffness
        clear = (shared.sum(axis=1) + 1e-3) / ((trust**2 * stiffness).sum(axis=1) + 1e-3)
        shared *= _believable(offsets, shared, (2 * size**2 * (s.jitter**2 + 4 * place)).astype(np.float32))
        of_joints = np.einsum("nkc,nk->nc", offsets, shared)
        of_box = seen.centres - expected - (corners[:, :2] + corners[:, 2:]) / 2
        step = (of_joints + s.box_weight * of_box) / (shared.sum(axis=1) + s.box_weight)[:, None]

        noise = (s.jitter / np.minimum(np.maximum(clear, 0.1), 1)) ** 2
        gain, gain_speed = place / (place + noise), cross / (place + noise)
        centre = expected + gain[:, None] * step
        self.centres[which] = centre
        self.velocities[which] += gain_speed[:, None] * step
        self.unseen_s[which] = 0
        self.coasted[which] = 0
        self.spread[which, 0] = (1 - gain) * place
        self.spread[which, 1] = (1 - gain) * cross
        self.spread[which, 2] = speed - gain_speed * cross

        valid = seen.weights > 0
        found = seen.points - centre[:, None].astype(np.float32)
        pull = np.where(trust > 0.05, np.float32(0.75), np.float32(1)) * valid
        joints += pull[..., None] * (found - joints)
        self.joints[which] = joints
        self.trust[which] = np.maximum(seen.weights, trust)  # a keypoint not seen has weight 0

        learn = np.where(from_detector, 0.5, 0.25)
        self.corners[which] = corners + learn[:, None] * (
            seen.boxes - np.concatenate([centre, centre], axis=1) - corners
        )
        self.sizes[which] = size * (seen.sizes / size) ** s.resize
        self._learn_margins(which, seen, valid, from_detector & (valid.sum(axis=1) >= 5))

    def _learn_margins(self, which: I64, seen: Observations, valid: Bools, good: Bools) -> None:
        outward = _OUTWARD * (extents(seen.points, valid) - seen.boxes) / seen.sizes[:, None]
        known = self.margins[which]
        blended = np.where(np.isnan(known), outward, known + 0.3 * (outward - known))
        self.margins[which] = np.where(good[:, None], blended, known)

    def boxes(self, centres: F64) -> F64:
        """Boxes [T, 4] as a detector would draw them round these bodies, were their centres at `centres` [T, 2]."""
        around = np.concatenate([centres, centres], axis=1)
        plain = around + self.corners
        there = self.trust > 0.1
        tight = extents(self.joints, there) + around
        grown = tight - _OUTWARD * self.margins * self.sizes[:, None]
        known = np.isfinite(grown).all(axis=1) & (there.sum(axis=1) >= 5)
        return np.where(known[:, None], (plain + grown) / 2, plain)

    def shapes(self, which: I64) -> Shapes:
        """Where the bodies `which` should be."""
        centres = self.centres[which]
        return Shapes(
            self.joints[which] + centres[:, None].astype(np.float32),
            self.trust[which] > 0.1,
            np.concatenate([centres, centres], axis=1) + self.corners[which],
            self.sizes[which],
        )


_OUTWARD = np.array([1, 1, -1, -1])  # from the sides of a box, left, top, right, bottom


def _believable(offsets: F32, weights: F32, room: F32) -> F32:
    """How far [N, K] each keypoint is believed that is off by `offsets` [N, K, 2]: 1 for the one that is least off.

    Of somebody half hidden a network gives some joints of whoever hides him: those that are where they should be lead.
    `room` [N] px² is twice the variance expected; keypoints of weight 0 do not count.
    """
    squared = np.einsum("nkc,nkc->nk", offsets, offsets)
    least = np.where(weights > 0, squared, np.inf).min(axis=1, keepdims=True, initial=1e12)
    believable: F32 = np.exp(np.minimum(least - squared, 0) / room[:, None])
    return believable
