"""How likely is it that somebody found is somebody lost? Log odds from place, size and time.

They are natural logarithms of how many times likelier a sight is if it shows that person than if it shows anybody else,
and add up with those of the clothes. Places are compared in sizes of the body (square roots of its area), about a metre
on an adult.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import F32, F64, I64
from trackers.lifecycle import Lives
from trackers.motion import Bodies


@dataclass(frozen=True, slots=True)
class ReturnSettings:
    """What is known of people who go out of sight and come back."""

    ways: tuple[tuple[float, float], ...] = ((0.0, 0.35), (0.5, 0.15), (1.0, 0.45))
    """Shares of the way that somebody would have gone at his pace, and how many go so far: he stopped, or walked on."""
    astray: float = 0.05
    """How many go elsewhere, up to three times as far."""
    haze: tuple[float, float] = (0.15, 0.35)
    """Standard deviation of the place to the sides, sizes: at once, and for each second unseen."""
    level: tuple[float, float] = (0.12, 0.12)
    """The same up and down in the picture, where most people keep."""
    room: float = 24.0
    """Area, squared sizes, over which somebody unknown is equally likely to come up."""
    door: float = 0.2
    """How many of those who come in at a border of the picture are one who left there, per size of its depth."""
    growth: float = 0.12
    """Standard deviation of the logarithm by which the size of a pose changes while out of sight, for most ..."""
    misread: float = 0.4
    """... and for those of whom only a part was seen ..."""
    misread_share: float = 0.2
    """... which are so many."""
    any_growth: float = 0.8
    """The same between two who have nothing to do with each other."""
    fleeting_s: float = 1.0
    """Who was followed for so long counts half: most who are followed for less were nobody."""
    forget_s: float = 4.0
    """Time out of sight after which 1/e believe that it is still him who comes back."""


def odds_of_return(bodies: Bodies, lives: Lives, lost: I64, found: I64, time_s: float, s: ReturnSettings) -> F64:
    """Log odds [L, F] that the tracks `found` are the people `lost`; -inf where these were seen after those came."""
    unseen = (time_s - lives.seen_s[lost])[:, None]
    step, growth = _step(bodies, lost, found)
    known_s = (lives.seen_s - lives.first_s)[lost][:, None]
    odds = np.log(_odds_of_place(bodies, lives, lost, found, step, unseen, s) + 1e-12)
    odds += np.log(_odds_of_size(growth, s) + 1e-6) - unseen / s.forget_s
    odds += np.log((known_s + 0.25 * s.fleeting_s) / (known_s + s.fleeting_s))
    return np.where(lives.seen_s[lost][:, None] < lives.first_s[found][None], odds, -np.inf)


def _odds_of_place(
    bodies: Bodies, lives: Lives, lost: I64, found: I64, step: F64, unseen: F64, s: ReturnSettings
) -> F64:
    """How many times likelier [L, F] somebody lost is `step` [L, F, 2] px from where he was last than anybody else."""
    sizes = bodies.sizes[lost, None]
    step = step / sizes[..., None]
    way = bodies.velocities[lost] * bodies.unseen_s[lost, None] / sizes
    aside = s.haze[0] + s.haze[1] * unseen
    level = s.level[0] + s.level[1] * unseen
    density = s.astray * _normal(step, 3 * aside, 3 * level)
    for share, people in s.ways:
        density += people * _normal(step - share * way[:, None], aside, level)
    along = s.haze[0] + s.level[1] * unseen
    for side, axis in enumerate((1, 0, 1, 0)):  # at the left and the right: how far up; at the others: how far aside
        same_side = lives.edges[lost, side, None] & lives.edges[found, side]
        by_door = s.door * np.exp(-((step[..., axis] / along) ** 2) / 2) / (np.sqrt(2 * np.pi) * along)
        density = np.where(same_side, np.maximum(density, by_door), density)
    return density * s.room


def _odds_of_size(growth: F64, s: ReturnSettings) -> F64:
    """How many times likelier [L, F] somebody lost has grown by `growth` (logarithm) than anybody else."""
    most = (1 - s.misread_share) * np.exp(-((growth / s.growth) ** 2) / 2) / s.growth
    others = s.misread_share * np.exp(-((growth / s.misread) ** 2) / 2) / s.misread
    odds: F64 = (most + others) * s.any_growth
    return odds


def _normal(step: F64, aside: F64, level: F64) -> F64:
    """Density [L, F] of a normal distribution at `step` [L, F, 2], of standard deviations `aside`, `level` [L, 1]."""
    squared = (step[..., 0] / aside) ** 2 + (step[..., 1] / level) ** 2
    density: F64 = np.exp(-squared / 2) / (2 * np.pi * aside * level)
    return density


def _step(bodies: Bodies, lost: I64, found: I64) -> tuple[F64, F64]:
    """From where the people lost were last to where those found are: [L, F, 2] px, and the growth [L, F] (logarithm).

    Over the keypoints that both have and that agree: of somebody half hidden a network often gives some joints of
    whoever hides him. Of growth the pose is asked, not the box: whoever is half hidden has half a box.
    """
    trust = bodies.trust[lost]
    remembered = trust / np.maximum(trust.max(axis=1, initial=1e-9, keepdims=True), 1e-9)
    offsets = bodies.joints[found][None] - bodies.joints[lost][:, None]
    shared = remembered[:, None] * bodies.trust[found]
    shared *= _agreement(offsets / bodies.sizes[lost].astype(np.float32)[:, None, None, None], shared)
    weight = shared.sum(axis=2)
    middle = (bodies.corners[:, :2] + bodies.corners[:, 2:]) / 2
    of_box = middle[found][None] - middle[lost][:, None]
    step = (np.einsum("lfkc,lfk->lfc", offsets, shared) + 0.3 * of_box) / (weight + 0.3)[..., None]
    step = step + bodies.centres[found][None] - (bodies.centres - bodies.coasted)[lost][:, None]
    growth = np.log(bodies.sizes[found][None] / bodies.sizes[lost][:, None])
    return step, np.where(weight > 1, _growth_of_poses(bodies, lost, found, shared), growth)


def _agreement(offsets: F32, weights: F32, tolerance: float = 0.2) -> F32:
    """How far [L, F, K] each of the `offsets` [L, F, K, 2] agrees with the one that most others are near to."""
    if not offsets.shape[2]:
        return weights
    apart = offsets[:, :, :, None] - offsets[:, :, None]
    near = np.exp(np.einsum("lfkjc,lfkjc->lfkj", apart, apart) / (-2 * tolerance**2))
    support = np.einsum("lfkj,lfj->lfk", near, weights) * (weights > 0)
    best = support.argmax(axis=2)[:, :, None, None]
    agreement: F32 = np.take_along_axis(near, best, axis=2)[:, :, 0]
    return agreement


def _growth_of_poses(bodies: Bodies, lost: I64, found: I64, shared: F32) -> F32:
    """By how much [L, F] (natural logarithm) the poses `found` are larger than the poses `lost`."""
    weights = shared / np.maximum(shared.sum(axis=2, keepdims=True), 1e-6)
    spans = []
    for joints in (bodies.joints[lost][:, None], bodies.joints[found][None]):
        middle = np.einsum("lfk,lfkc->lfc", weights, np.broadcast_to(joints, (*weights.shape, 2)))
        squared = ((joints - middle[:, :, None]) ** 2).sum(axis=3)
        spans.append(np.einsum("lfk,lfk->lf", weights, squared) + 1e-6)
    growth: F32 = np.log(spans[1] / spans[0]) / 2
    return growth
