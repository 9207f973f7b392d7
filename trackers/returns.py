"""Is this somebody new, or somebody who was out of sight? Place, size of the pose, time, and clothes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import F32, F64, I64, Bools
from trackers.appearance import Wardrobe, distinctiveness, likeness
from trackers.lifecycle import Lives
from trackers.motion import Bodies


@dataclass(frozen=True, slots=True)
class ReturnSettings:
    """When somebody found is taken for somebody lost. Sizes are square roots of a body's area."""

    likely: float = 0.001
    """Least likelihood, relative to one who comes up at once, exactly where he should, as large as he was."""
    at_sight: float = 0.3
    """The same for somebody seen but once."""
    unlikely: float = 1e-5
    """Likelihood above which somebody seen once is looked at again before he is taken for somebody new."""
    near_s: float = 5.0
    """Time after which place and size no longer tell who it is, clothes of common colours or not."""
    blind_s: float = 2.5
    """The same where there are pictures, and yet his clothes could not be compared."""
    in_place: float = 2.0
    """Squared distance, in standard deviations of place and size, up to which that time is `near_s` all the same."""
    wait_s: float = 0.4
    """Time for which somebody found who may be somebody lost goes without a number until his clothes can be seen."""
    stray: float = 1.5
    """Standard deviation, sizes, beyond which the place of somebody lost is not sought."""
    haze: float = 0.6
    """Standard deviation, sizes, of where somebody comes up again, besides how far he may have gone."""
    level: float = 3.0
    """How many times less people stray up and down in the picture than to the sides."""
    fleeting_s: float = 1.0
    """Who was followed for so long counts half: most who are followed for less were nobody."""
    growth: float = 0.35
    """Standard deviation of the logarithm by which somebody's size changes while out of sight."""
    other_clothes: float = 0.75
    """Likeness of clothes up to which it is somebody else, wherever he is."""
    same_clothes: float = 0.95
    """Likeness of clothes from which it is the same person, wherever he is, if nobody else wears such colours."""
    clothes_speak: float = 3.0
    """How many times likelier the same clothes make it; the likelihood falls to 0 towards `other_clothes`."""
    distinctive: float = 0.4
    """Share of coloured (not black, grey or white) cloth from which clothes tell somebody from everybody."""
    compared: float = 0.2
    """Least share of torso and legs that both times must have been seen."""


def likelihood_of_return(
    bodies: Bodies, lives: Lives, wardrobe: Wardrobe, lost: I64, found: I64, time_s: float, s: ReturnSettings
) -> F32:
    """0–1 [L, F]: how well the tracks `found` fit to the tracks `lost`; 0 where it cannot be the same person.

    Clothes decide where they could be seen: others forbid a match; the same ones, where they are of no common colours,
    allow it anywhere in the picture and for as long as the track is kept.
    """
    if not len(lost) or not len(found):
        return np.zeros((len(lost), len(found)), np.float32)
    unseen = (time_s - lives.seen_s[lost])[:, None]
    place = np.minimum(bodies.spread[lost, 0], s.stray**2)[:, None] + s.haze**2
    strangeness = _strangeness(bodies, lost, found, place, s)
    by_place = np.exp(-strangeness / 2) * (s.haze**2 / place)
    known_s = (lives.seen_s - lives.first_s)[lost][:, None]
    by_place *= known_s / (known_s + s.fleeting_s)
    alike, rests = likeness(wardrobe.looks[lost], wardrobe.rests[lost], wardrobe.looks[found], wardrobe.rests[found])
    compared = rests >= s.compared
    patience = np.where(compared | (not wardrobe.used), s.near_s, s.blind_s)
    in_place = (strangeness <= s.in_place) & (unseen <= s.near_s)
    likely = np.where(in_place | (unseen <= patience), by_place, 0)
    coloured = np.minimum(distinctiveness(wardrobe.looks[lost])[:, None], distinctiveness(wardrobe.looks[found])[None])
    unmistakable = compared & (alike >= s.same_clothes) & (coloured >= s.distinctive) & _only_one(alike)
    likely = np.where(unmistakable, np.maximum(likely, 0.5), likely)
    agreement = np.clip((alike - s.other_clothes) / (s.same_clothes - s.other_clothes), 0, 1)
    likely = np.where(compared, np.minimum(likely * s.clothes_speak * agreement**2, 1), likely)
    possible = lives.seen_s[lost][:, None] < lives.first_s[found][None]
    return np.where(possible, likely, 0).astype(np.float32)


def _strangeness(bodies: Bodies, lost: I64, found: I64, place: F64, s: ReturnSettings) -> F64:
    """Squared distance [L, F], in standard deviations, of place (of variance `place` [L, 1]) and size."""
    trust = bodies.trust[lost]
    remembered = trust / np.maximum(trust.max(axis=1, initial=1e-9, keepdims=True), 1e-9)
    shared = remembered[:, None] * bodies.trust[found]
    offsets = bodies.joints[found][None] - bodies.joints[lost][:, None]
    middle = (bodies.corners[:, :2] + bodies.corners[:, 2:]) / 2
    step = np.einsum("lfkc,lfk->lfc", offsets, shared) + middle[found][None] - middle[lost][:, None]
    weight = shared.sum(axis=2)
    step = step / (weight + 1)[..., None] + bodies.centres[found][None] - bodies.centres[lost][:, None]
    step = _beside(step, bodies.ahead[lost]) / bodies.sizes[lost, None, None]
    growth = np.log(bodies.sizes[found][None] / bodies.sizes[lost][:, None])
    growth = np.where(weight > 2, _growth_of_poses(bodies, lost, found, shared), growth)
    strangeness: F64 = (step[..., 0] ** 2 + (s.level * step[..., 1]) ** 2) / place + (growth / s.growth) ** 2
    return strangeness


def _beside(step: F64, ahead: F64) -> F64:
    """What of `step` [L, F, 2] leads away from the way `ahead` [L, 2]: who is out of sight may stop, or walk on."""
    length = np.maximum((ahead**2).sum(axis=1), 1e-9)[:, None]
    share = np.clip(np.einsum("lfc,lc->lf", step, ahead) / length, 0, 1)
    away: F64 = step - share[..., None] * ahead[:, None]
    return away


def _growth_of_poses(bodies: Bodies, lost: I64, found: I64, shared: F32) -> F32:
    """By how much [L, F] (natural logarithm) the poses `found` are larger than the poses `lost`.

    Over the keypoints that they share (weights [L, F, K]): whoever is half hidden has half a box, not half a pose.
    """
    weights = shared / np.maximum(shared.sum(axis=2, keepdims=True), 1e-6)
    spans = []
    for joints in (bodies.joints[lost][:, None], bodies.joints[found][None]):
        middle = np.einsum("lfk,lfkc->lfc", weights, np.broadcast_to(joints, (*weights.shape, 2)))
        squared = ((joints - middle[:, :, None]) ** 2).sum(axis=3)
        spans.append(np.einsum("lfk,lfk->lf", weights, squared) + 1e-6)
    growth: F32 = np.log(spans[1] / spans[0]) / 2
    return growth


def _only_one(alike: F32, margin: float = 0.03) -> Bools:
    """Where a pair [L, F] is more alike than any other of its row and column."""
    if alike.shape == (1, 1):
        return np.ones((1, 1), np.bool_)
    alone = np.ones(alike.shape, np.bool_)
    for axis in (0, 1):
        if alike.shape[axis] > 1:
            best_two = np.sort(alike, axis=axis).take([-2, -1], axis=axis)
            second, best = np.split(best_two, 2, axis=axis)
            alone &= (alike == best) & (best - second >= margin)
    return alone
