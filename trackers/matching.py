"""Which pose of this frame continues whom: everybody's next pose predicted, compared by OKS, assigned at least cost.

After ByteTrack (Zhang et al., ECCV 2022) in passes: confident detections first, then weak ones, which may only continue
a track; with poses in the place of boxes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import F32, F64, I64, Bools
from trackers.assignment import assign
from trackers.lifecycle import Lives
from trackers.motion import Bodies
from trackers.observations import Observations
from trackers.resemblance import oks_of_pairs


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """What counts as the same person from one frame to the next."""

    similar: float = 0.4
    """Least similarity between a detection and the track that it continues."""
    tolerance: float = 1.0
    """How many times wider than people's labelling noise (OKS) a keypoint's own motion may spread."""
    loose: float = 2.0
    """The same where nobody else may be meant: a jump, a crouch, a sprint changes a pose faster than predicted."""
    alone: float = 1.5
    """Sizes within which somebody else, in sight or lost, may be meant, ..."""
    rival: tuple[float, float] = (1.5, 0.5)
    """... of who was seen in the last frame if he is nearer than so many times the distance of the two in question, or
    so many sizes: eight runners side by side are nobody else's either."""
    sprint: float = 5.0
    """Standard deviations of his speed by which somebody may be faster than thought if nobody else is meant: he comes
    into the picture at a run ..."""
    slip: float = 0.3
    """... and how far, sizes, he may be off besides."""
    box_weight: float = 1.0
    """What the likeness of the boxes counts against the keypoints, each of which counts up to 1."""
    box_place: float = 0.3
    """Standard deviation of a box's centre about the one expected, sizes."""
    box_growth: float = 0.5
    """Standard deviation of the logarithm by which its size changes."""
    recent_s: float = 0.3
    """Time (always: two updates) for which somebody out of sight is looked for where he should be."""
    reach: float = 3.0
    """Standard deviations of the prediction to which it is trusted."""
    recycled_quality: float = 0.5
    """A pose looked for where we predicted it must keep this part of the person's usual keypoint score."""


def similarities(bodies: Bodies, who: I64, seen: Observations, sigmas: F32, s: MatchSettings) -> F32:
    """0–1 [T, N]: OKS between predicted and observed poses, helped by the boxes where few keypoints are shared.

    Only the tracks `who` are compared. The variance of OKS grows by that of the prediction; the likelihood of a precise
    prediction is higher than that of a vague one (the factor `sharpness`), so somebody unseen for a while does not take
    the place of somebody just seen.
    """
    similarity = np.zeros((len(bodies), len(seen)), np.float32)
    doubt = bodies.spread[who, 0]
    middles = bodies.centres[who] + (bodies.corners[who, :2] + bodies.corners[who, 2:]) / 2
    apart = middles[:, None] - seen.centres[None]
    apart = np.sqrt(np.einsum("tnc,tnc->tn", apart, apart)) / bodies.sizes[who, None]
    near, n = np.nonzero(apart <= 1.0 + s.reach * np.sqrt(doubt)[:, None])
    if len(n):
        similarity[who[near], n] = _similarity(bodies, who[near], seen, n, apart[near, n], sigmas, s)
    return similarity


def _similarity(
    bodies: Bodies, t: I64, seen: Observations, n: I64, apart: F64, sigmas: F32, s: MatchSettings,
    shift: F64 | None = None,
) -> F32:  # fmt: skip
    """The similarity [P] of the pairs of tracks `t` and observations `n`, whose centres are `apart` [P] sizes.

    shift  [P, 2] px by which the tracks are moved first, so that only the poses are compared, and no places
    """
    place = bodies.spread[t, 0] if shift is None else np.zeros(len(t))
    centres = bodies.centres[t] if shift is None else bodies.centres[t] + shift
    predicted = bodies.joints[t] + centres[:, None].astype(np.float32)
    shared = np.sqrt(bodies.trust[t] * seen.weights[n])
    size = bodies.sizes[t].astype(np.float32)
    variances = (size**2)[:, None] * ((2 * s.tolerance * sigmas) ** 2 + place.astype(np.float32)[:, None])
    by_pose, weight = oks_of_pairs(predicted, seen.points[n], shared, variances)
    growth = np.log(seen.sizes[n] / bodies.sizes[t])
    by_box = np.exp(-(apart**2) / (2 * (s.box_place**2 + place)) - growth**2 / (2 * s.box_growth**2))
    sharpness = np.sqrt(0.1 / (0.1 + place))
    alike = sharpness * (weight * by_pose + s.box_weight * by_box) / (weight + s.box_weight)
    return np.asarray(alike, np.float32)


def match(
    bodies: Bodies, lives: Lives, active: I64, seen: Observations, confident: Bools, recycled: Bools,
    sigmas: F32, s: MatchSettings,
) -> tuple[I64, I64, F32]:  # fmt: skip
    """Tracks and the observations that continue them: confident ones first, then weak and recycled ones.

    active     tracks that may be continued
    confident  [N], which may start a track, too
    recycled   [N], which were looked for in our own boxes, not in a detector's

    Returns tracks, observations and the similarity [T, N] of all.
    """
    similarity = similarities(bodies, active, seen, sigmas, s)
    candidates = similarity >= s.similar
    believed = np.ones(similarity.shape, np.bool_)
    if recycled.any():  # a recycled pose that has lost most of its keypoint scores looks at the background
        believed = ~recycled | (seen.qualities >= s.recycled_quality * lives.qualities[:, None])
        candidates &= believed
    known = lives.ids > 0
    pairs = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
    for who, what in ((known, confident), (known, ~confident), (lives.ids == 0, confident | recycled)):
        allowed = candidates & who[:, None] & what
        if allowed.any():
            rows, columns = assign(1 - similarity, allowed, 1 - s.similar)
            candidates[rows] = False
            candidates[:, columns] = False
            pairs.append((rows, columns))
    tracks, found = (np.concatenate(each) for each in zip(*pairs, strict=True))
    for what in (confident, recycled):
        left, free = np.zeros(len(lives), np.bool_), what.copy()
        left[active] = known[active] | (lives.misses[active] == 0)  # who is only suspected if he was there just now
        left[tracks] = free[found] = False
        if left.any() and free.any():
            more, observations = _alone(bodies, lives, np.flatnonzero(left), seen, np.flatnonzero(free), sigmas, s)
            right = believed[more, observations]
            tracks, found = np.append(tracks, more[right]), np.append(found, observations[right])
    return tracks, found, similarity


def _alone(
    bodies: Bodies, lives: Lives, who: I64, seen: Observations, what: I64, sigmas: F32, s: MatchSettings
) -> tuple[I64, I64]:
    """Of the tracks `who` and observations `what` that are left over: the pairs with which nobody else can be meant.

    That is, no other track, also of somebody lost, has its place near the observation, and no other observation that is
    left over lies near the track. They may differ more than others.
    """
    apart = np.linalg.norm(bodies.centres[:, None] - seen.centres[what][None], axis=2)
    apart /= np.maximum(bodies.sizes[:, None], seen.sizes[what])
    meant = lives.ids != 0  # who was only suspected and is not left over is in doubt no more
    meant[who] = True
    apart[~meant[:, None] | (apart >= s.alone)] = np.inf
    mine = apart[who]
    times, least = s.rival
    room = np.where(lives.misses[who, None] > 0, np.inf, np.maximum(times * mine, least))
    there = np.where(lives.misses[:, None] > 0, 0, apart) + np.where(np.isinf(apart), np.inf, 0)
    tracks = (there[:, None] < room).sum(axis=0)  # that may be meant, the one in question among them
    sights = (mine[:, None] < room[:, :, None]).sum(axis=2)
    rows, columns = np.nonzero(np.isfinite(mine) & (tracks == 1) & (sights == 1))
    if len(rows):
        alike = _alike_anywhere(bodies, who[rows], seen, what[columns], sigmas, s)
        rows, columns = rows[alike], columns[alike]
    return who[rows], what[columns]


def _alike_anywhere(bodies: Bodies, t: I64, seen: Observations, n: I64, sigmas: F32, s: MatchSettings) -> Bools:
    """Whether the tracks `t` [P] may be the observations `n` [P], were they as much faster than thought as can be."""
    middles = bodies.centres[t] + (bodies.corners[t, :2] + bodies.corners[t, 2:]) / 2
    shift = seen.centres[n] - middles
    off = np.linalg.norm(shift, axis=1) / bodies.sizes[t]
    loose = sigmas * (s.loose / s.tolerance)
    here = _similarity(bodies, t, seen, n, off, loose, s)
    there = _similarity(bodies, t, seen, n, np.zeros(len(t)), loose, s, shift)
    possible = off <= s.slip + s.sprint * np.sqrt(bodies.spread[t, 2]) * bodies.unseen_s[t]
    return np.asarray(np.where(possible, np.maximum(here, there), here) >= s.similar)
