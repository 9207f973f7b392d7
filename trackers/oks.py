"""The default tracker: everybody's next pose predicted, compared by OKS, assigned at the least cost.

After ByteTrack (Zhang et al., ECCV 2022) in passes: confident detections first, then weak ones, which may only continue
a track; with poses in the place of boxes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from engine.types import F32, I64, U8, Bools, Boxes, Poses, Tracks
from trackers.assignment import assign
from trackers.lifecycle import LifeSettings, Lives
from trackers.motion import Bodies, MotionSettings
from trackers.observations import Observations, duplicates, observe
from trackers.resemblance import oks_of_pairs, sigmas_for


@dataclass(frozen=True, slots=True)
class OksSettings:
    """What counts as the same person."""

    life: LifeSettings = field(default_factory=LifeSettings)
    motion: MotionSettings = field(default_factory=MotionSettings)
    least_keypoint: float = 0.2
    """Score from which a keypoint counts."""
    least_box: float = 0.1
    """Box score under which a detection is not looked at."""
    similar: float = 0.3
    """Least similarity between a confident detection and the track that it continues."""
    similar_weak: float = 0.4
    """The same for a weak detection."""
    tolerance: float = 2.0
    """How many times wider than people's labelling noise (OKS) a keypoint's own motion may spread."""
    recent_s: float = 0.6
    """Time for which somebody out of sight is looked for as if he were still there."""
    reach: float = 3.0
    """Standard deviations of the prediction to which it is trusted."""
    same_pose: float = 0.8
    """OKS from which two poses of a frame are one person found twice."""
    same_box: float = 0.9
    """The same for boxes without poses: their IoU."""
    recycled_quality: float = 0.5
    """A pose looked for where we predicted it must keep this part of the person's usual keypoint score."""
    returning: float = 0.03
    """Least likelihood with which somebody found is taken for somebody lost."""
    return_s: float = 5.0
    """Time after which place and size alone no longer tell who returns."""
    stray: float = 1.5
    """Standard deviation, sizes, beyond which the place of somebody lost is not sought."""
    haze: float = 0.3
    """Standard deviation, sizes, of where somebody comes up again, besides how far he may have gone."""
    level: float = 2.0
    """How many times less people stray up and down in the picture than to the sides."""
    growth: float = 0.25
    """Standard deviation of the logarithm by which somebody's size changes while out of sight."""
    predict_s: float = 0.3
    """Time for which somebody out of sight still gets a predicted box."""
    max_people: int = 1000
    """People looked at per frame; of more the best boxes are taken."""


class OksTracker:
    """Follows people by their poses; see the Tracker Protocol for the three verbs."""

    def __init__(self, settings: OksSettings | None = None) -> None:
        self._settings = settings or OksSettings()
        self.reset()

    def reset(self) -> None:
        self._time_s: float | None = None
        self._last_id = 0
        self._offered: F32 = np.zeros((0, 4), np.float32)
        self._bodies = Bodies.none(0)
        self._lives = Lives.none()
        self._sigmas: F32 = np.zeros(0, np.float32)
        self._stiffness: F32 = np.zeros(0, np.float32)

    def predict(self, time_s: float) -> Boxes:
        if self._time_s is None:
            return Boxes.empty()
        there = self._expected()
        centres = self._bodies.moved(max(time_s - self._time_s, 0.0), self._settings.motion)
        boxes = self._bodies.boxes(centres)[there].astype(np.float32)
        self._offered = boxes
        return Boxes(boxes.copy(), self._lives.scores[there])

    def update(self, poses: Poses, time_s: float, image: U8 | None = None) -> Tracks:
        s = self._settings
        seconds = self._seconds_since_last(time_s)
        seen = observe(poses, least_score=s.least_keypoint, most=s.max_people)
        self._fit_keypoints(poses.keypoints.shape[1], len(poses))
        recycled = self._recycled(seen)
        self._bodies.advance(seconds, s.motion)
        self._time_s = time_s

        seen, recycled = self._worth_following(seen, recycled)
        tracks, found = self._associate(seen, recycled)
        matched = seen[found]
        self._bodies.correct(tracks, matched, ~recycled[found], self._stiffness, s.motion)
        self._lives.observed(tracks, matched.scores, matched.qualities, ~recycled[found], time_s)
        row_of_track = np.full(len(self._lives), -1)
        row_of_track[tracks] = matched.rows

        free = np.ones(len(seen), np.bool_)
        free[found] = False
        new = seen[np.flatnonzero(free & ~recycled & (seen.scores >= s.life.confident))]
        if len(new):
            self._bodies.join(Bodies.born(new, s.motion))
            self._lives.join(Lives.born(new.scores, new.qualities, time_s))
            row_of_track = np.concatenate([row_of_track, new.rows])

        gone = self._name(np.flatnonzero(self._lives.ripe(s.life)))
        result = self._result(poses, row_of_track)
        keep = self._lives.worth_keeping(time_s, s.life) & ~gone
        if not keep.all():
            self._bodies.keep(keep)
            self._lives.keep(keep)
        return result

    def _seconds_since_last(self, time_s: float) -> float:
        if not math.isfinite(time_s):
            raise ValueError(f"time_s must be a finite number of seconds, not {time_s}")
        if self._time_s is None:
            return 0.0
        if time_s <= self._time_s:
            raise ValueError(
                f"time must go forward: {time_s:.6g} s comes after {self._time_s:.6g} s (reset() starts a new source)"
            )
        return time_s - self._time_s

    def _fit_keypoints(self, keypoint_count: int, people: int) -> None:
        if len(self._sigmas) != keypoint_count and (people or not len(self._lives)):
            self._sigmas = sigmas_for(keypoint_count)
            self._stiffness = np.ones(keypoint_count, np.float32)
            self._bodies.with_keypoints(keypoint_count)

    def _expected(self) -> Bools:
        lives = self._lives
        assert self._time_s is not None
        expected: Bools = (lives.misses == 0) | (self._time_s - lives.seen_s <= self._settings.predict_s)
        return expected

    def _recycled(self, seen: Observations) -> Bools:
        """Which observations were looked for in a box that `predict` gave, not in a detector's."""
        ours, self._offered = self._offered, np.zeros((0, 4), np.float32)
        if not len(ours) or not len(seen):
            return np.zeros(len(seen), np.bool_)
        return np.asarray((np.abs(seen.boxes[:, None] - ours[None]).max(axis=2) < 0.5).any(axis=1))

    def _worth_following(self, seen: Observations, recycled: Bools) -> tuple[Observations, Bools]:
        s = self._settings
        good = (seen.scores >= s.least_box) | recycled
        if not good.all():
            seen, recycled = seen[np.flatnonzero(good)], recycled[good]
        single = duplicates(seen, self._sigmas, s.same_pose, s.same_box)
        return (seen[np.flatnonzero(~single)], recycled[~single]) if single.any() else (seen, recycled)

    def _associate(self, seen: Observations, recycled: Bools) -> tuple[I64, I64]:
        """Tracks and the observations that continue them: confident ones first, then weak and recycled ones."""
        s = self._settings
        similarity = self._similarity(seen)
        unseen = self._time_s - self._lives.seen_s if self._time_s is not None else self._lives.seen_s
        known = (self._lives.ids > 0) & (unseen <= s.recent_s)
        suspected = self._lives.ids == 0
        strong = ~recycled & (seen.scores >= s.life.confident)
        # a recycled pose that has lost most of its keypoint scores looks at the background
        usual = np.where(similarity > 0, self._lives.qualities[:, None], 0)
        alive = ~recycled[None] | (seen.qualities[None] >= s.recycled_quality * usual)
        open_tracks, open_seen = np.ones(len(self._lives), np.bool_), np.ones(len(seen), np.bool_)
        tracks: list[I64] = []
        found: list[I64] = []
        for who, what, least in (
            (known, strong, s.similar),
            (known, ~strong, s.similar_weak),
            (suspected, strong | recycled, s.similar),
        ):
            allowed = alive & (who & open_tracks)[:, None] & (what & open_seen)[None]
            if allowed.any():
                rows, columns = assign(1 - similarity, allowed, 1 - least)
                open_tracks[rows] = False
                open_seen[columns] = False
                tracks.append(rows)
                found.append(columns)
        if not tracks:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        return np.concatenate(tracks), np.concatenate(found)

    def _similarity(self, seen: Observations) -> F32:
        """0–1 [T, N]: OKS between predicted and observed poses, helped by the boxes where few keypoints are shared.

        The variance of OKS grows by that of the prediction; the likelihood of a precise prediction is higher than that
        of a vague one (the factor `sharpness`), so somebody long unseen does not take the place of somebody just seen.
        """
        s, bodies = self._settings, self._bodies
        similarity = np.zeros((len(bodies), len(seen)), np.float32)
        if not similarity.size:
            return similarity
        doubt = np.sqrt(bodies.spread[:, 0])
        middles = bodies.centres + (bodies.corners[:, :2] + bodies.corners[:, 2:]) / 2
        apart = middles[:, None] - seen.centres[None]
        apart = np.sqrt(np.einsum("tnc,tnc->tn", apart, apart)) / bodies.sizes[:, None]
        t, n = np.nonzero(apart <= 1.0 + s.reach * doubt[:, None])
        if not len(t):
            return similarity
        area = (bodies.sizes[t] ** 2).astype(np.float32)
        place = bodies.spread[t, 0].astype(np.float32)
        predicted = bodies.joints[t] + bodies.centres[t, None].astype(np.float32)
        shared = np.sqrt(bodies.trust[t] * seen.weights[n])
        variances = area[:, None] * ((2 * s.tolerance * self._sigmas) ** 2 + place[:, None])
        by_pose, weight = oks_of_pairs(predicted, seen.points[n], shared, variances)
        wide = 0.3**2 + place
        growth = np.log(seen.sizes[n] / bodies.sizes[t])
        by_box = np.exp(-(apart[t, n] ** 2) / (2 * wide) - growth**2 / (2 * 0.5**2))
        sharpness = np.sqrt(0.1 / (0.1 + place))
        similarity[t, n] = (
            sharpness * (weight * by_pose + s.motion.box_weight * by_box) / (weight + s.motion.box_weight)
        )
        return similarity

    def _name(self, ripe: I64) -> Bools:
        """Give back their numbers to those who were out of sight, the next ones, from left to right, to the others.

        Returns which tracks are now superseded, bool [T].
        """
        gone = np.zeros(len(self._lives), np.bool_)
        if not len(ripe):
            return gone
        lost = np.flatnonzero((self._lives.ids > 0) & (self._lives.misses > 0))
        likely = self._likelihood_of_return(lost, ripe)
        back, to = assign(1 - likely, likely > 0, 1 - self._settings.returning)
        self._lives.ids[ripe[to]] = self._lives.ids[lost[back]]
        self._lives.first_s[ripe[to]] = self._lives.first_s[lost[back]]
        gone[lost[back]] = True
        new = np.setdiff1d(ripe, ripe[to])
        new = new[np.argsort(self._bodies.centres[new, 0], kind="stable")]
        self._lives.ids[new] = self._last_id + 1 + np.arange(len(new))
        self._last_id += len(new)
        return gone

    def _likelihood_of_return(self, lost: I64, found: I64) -> F32:
        """0–1 [L, F]: how well the tracks `found` fit to where, and how large, the tracks `lost` should be by now."""
        s, bodies, lives = self._settings, self._bodies, self._lives
        if not len(lost) or not len(found):
            return np.zeros((len(lost), len(found)), np.float32)
        trust = bodies.trust[lost]
        shared = trust[:, None] / np.maximum(trust.max(axis=1, initial=1e-6), 1e-6)[:, None, None] * bodies.trust[found]
        offsets = bodies.joints[found][None] - bodies.joints[lost][:, None]
        middle = (bodies.corners[:, :2] + bodies.corners[:, 2:]) / 2
        of_box = middle[found][None] - middle[lost][:, None]
        step = np.einsum("lfkc,lfk->lfc", offsets, shared) + s.motion.box_weight * of_box
        step = step / (shared.sum(axis=2) + s.motion.box_weight)[..., None]
        step = (step + bodies.centres[found][None] - bodies.centres[lost][:, None]) / bodies.sizes[lost, None, None]
        place = np.minimum(bodies.spread[lost, 0], s.stray**2)[:, None] + s.haze**2
        growth = np.log(bodies.sizes[found][None] / bodies.sizes[lost][:, None])
        growth = np.where(shared.sum(axis=2) > 2, _growth_of_joints(bodies, lost, found, shared), growth)
        unlikely = (step[..., 0] ** 2 + (s.level * step[..., 1]) ** 2) / place + (growth / s.growth) ** 2
        unseen = self._time_s - lives.seen_s[lost] if self._time_s is not None else lives.seen_s[lost]
        possible = (lives.seen_s[lost][:, None] < lives.first_s[found][None]) & (unseen <= s.return_s)[:, None]
        return np.where(possible, np.exp(-unlikely / 2), 0).astype(np.float32)

    def _result(self, poses: Poses, row_of_track: I64) -> Tracks:
        shown = np.flatnonzero((self._lives.ids > 0) & (row_of_track >= 0))
        shown = shown[np.argsort(self._lives.ids[shown])]
        rows = row_of_track[shown]
        return Tracks(poses[rows], self._lives.ids[shown], rows)


def _growth_of_joints(bodies: Bodies, lost: I64, found: I64, shared: F32) -> F32:
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
