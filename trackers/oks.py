"""The default tracker: everybody's next pose predicted, compared by OKS, assigned at the least cost.

After ByteTrack (Zhang et al., ECCV 2022) in passes: confident detections first, then weak ones, which may only continue
a track; with poses in the place of boxes. Whoever is found anew is compared with those out of sight before he gets a
number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.types import F32, F64, I64, U8, Bools, Boxes, Poses, Tracks
from trackers.appearance import Body, Wardrobe, body_of, likeness, signatures
from trackers.assignment import assign
from trackers.camera_motion import CameraMotion
from trackers.lifecycle import LifeSettings, Lives
from trackers.motion import Bodies, MotionSettings
from trackers.observations import Observations, duplicates, nested, observe
from trackers.resemblance import oks_of_pairs, sigmas_for, stiffness_for
from trackers.returns import ReturnSettings, likelihood_of_return
from trackers.timeline import seconds_between


@dataclass(frozen=True, slots=True)
class OksSettings:
    """What counts as the same person."""

    life: LifeSettings = field(default_factory=LifeSettings)
    motion: MotionSettings = field(default_factory=MotionSettings)
    returns: ReturnSettings = field(default_factory=ReturnSettings)
    least_keypoint: float = 0.2
    """Score from which a keypoint counts."""
    least_box: float = 0.1
    """Box score under which a detection is not looked at."""
    similar: float = 0.4
    """Least similarity between a detection and the track that it continues."""
    tolerance: float = 2.0
    """How many times wider than people's labelling noise (OKS) a keypoint's own motion may spread."""
    second_sight: float = 0.6
    """Similarity to somebody just continued from which another detection is one more of him, and starts nothing."""
    box_weight: float = 1.0
    """What the likeness of the boxes counts against the keypoints, each of which counts up to 1."""
    recent_s: float = 1.0
    """Time for which somebody out of sight is looked for as if he were still there."""
    reach: float = 3.0
    """Standard deviations of the prediction to which it is trusted."""
    same_pose: float = 0.8
    """OKS from which two poses of a frame are one person found twice."""
    same_part: float = 0.4
    """The same where one's box lies within the other's."""
    same_box: float = 0.9
    """The same for boxes without poses: their IoU."""
    recycled_quality: float = 0.5
    """A pose looked for where we predicted it must keep this part of the person's usual keypoint score."""
    clear_keypoint: float = 0.5
    """Score from which a keypoint shows where somebody's clothes are; a hidden one shows what hides it."""
    clear_share: float = 0.65
    """It must score this part of his best keypoint, too."""
    look_s: float = 0.1
    """Time after which somebody's clothes are looked at again."""
    doubt_s: float = 0.25
    """Time out of sight after which ..."""
    stranger: float = 0.65
    """... clothes less alike than this refuse a match."""
    looks: int = 4
    """People whose clothes are looked at per frame."""
    max_people: int = 1000
    """People looked at per frame; of more the best boxes are taken."""


_NO_BOXES: F32 = np.zeros((0, 4), np.float32)


class OksTracker:
    """Follows people by their poses; see the Tracker Protocol for the three verbs.

    Given pictures it makes up for the camera's motion, ends everything at a cut, and tells those who return by what
    they wear. Poses may have any number of keypoints, none included: boxes then take their place.
    """

    tells_predicted = True

    def __init__(self, settings: OksSettings | None = None) -> None:
        self._settings = settings or OksSettings()
        self._camera = CameraMotion()
        self.reset()

    def reset(self) -> None:
        self._time_s: float | None = None
        self._last_id = 0
        self._sigmas: F32 = np.zeros(0, np.float32)
        self._stiffness: F32 = np.zeros(0, np.float32)
        self._body: Body | None = None
        self._camera.reset()
        self._forget_everyone(0)

    def predict(self, time_s: float) -> Boxes:
        if self._time_s is None:
            return Boxes.empty()
        there = self._lives.expected(self._time_s, self._settings.life)
        centres = self._bodies.moved(max(time_s - self._time_s, 0.0), self._settings.motion)
        self._offered = np.asarray(self._bodies.boxes(centres)[there], np.float32)
        return Boxes(self._offered.copy(), self._lives.scores[there])

    def update(self, poses: Poses, time_s: float, image: U8 | None = None, *, detected: bool | None = None) -> Tracks:
        s = self._settings
        seconds = seconds_between(self._time_s, time_s)
        seen = observe(poses, least_score=s.least_keypoint, most=s.max_people)
        self._fit_keypoints(poses.keypoints.shape[1], len(poses))
        recycled = self._recycled(seen)
        seen, recycled = self._worth_following(seen, recycled)
        is_jump = image is not None and self._follow_camera(image)
        self._bodies.advance(seconds, s.motion)
        self._time_s = time_s

        similarity = self._similarity(seen)
        tracks, found = self._associate(similarity, seen, recycled)
        if is_jump and self._is_cut(tracks, recycled[found]):
            self._forget_everyone(len(self._sigmas))
            similarity, tracks, found = similarity[:0], tracks[:0], found[:0]
        if image is not None:
            right = ~self._are_strangers(image, seen, tracks, found)
            tracks, found = tracks[right], found[right]
        looked = detected if detected is not None else not len(seen) or not recycled.all()
        row_of_track = self._continue(tracks, seen[found], ~recycled[found], looked=looked)
        free = ~recycled
        free[found] = False
        free &= similarity[tracks].max(axis=0, initial=0) < s.second_sight
        row_of_track = np.concatenate([row_of_track, self._start(seen, free)])
        if image is not None:
            self._look(image, seen, row_of_track)

        ripe = np.flatnonzero(self._lives.ripe(s.life))
        if len(ripe):
            ripe = ripe[~np.isin(row_of_track[ripe], seen.rows[nested(seen)])]
        superseded = self._name(ripe)
        result = self._result(poses, row_of_track)
        self._keep(self._lives.worth_keeping(time_s, s.life) & ~superseded)
        return result

    def _forget_everyone(self, keypoint_count: int) -> None:
        self._bodies = Bodies.none(keypoint_count)
        self._lives = Lives.none()
        self._wardrobe = Wardrobe.of(0)
        self._offered = _NO_BOXES

    def _keep(self, which: Bools) -> None:
        if not which.all():
            for rows in (self._bodies, self._lives, self._wardrobe):
                rows.keep(which)

    def _fit_keypoints(self, keypoint_count: int, people: int) -> None:
        if len(self._sigmas) != keypoint_count and (people or not len(self._lives)):
            self._sigmas, self._stiffness = sigmas_for(keypoint_count), stiffness_for(keypoint_count)
            self._body = body_of(keypoint_count)
            self._bodies.with_keypoints(keypoint_count)

    def _recycled(self, seen: Observations) -> Bools:
        """Which observations were looked for in a box that `predict` gave, not in a detector's."""
        ours, self._offered = self._offered, _NO_BOXES
        if not len(ours) or not len(seen):
            return np.zeros(len(seen), np.bool_)
        return np.asarray((np.abs(seen.boxes[:, None] - ours[None]).max(axis=2) < 0.5).any(axis=1))

    def _worth_following(self, seen: Observations, recycled: Bools) -> tuple[Observations, Bools]:
        s = self._settings
        good = (seen.scores >= s.least_box) | recycled
        if not good.all():
            seen, recycled = seen[np.flatnonzero(good)], recycled[good]
        twice = duplicates(seen, self._sigmas, s.same_pose, s.same_part, s.same_box)
        return (seen[np.flatnonzero(~twice)], recycled[~twice]) if twice.any() else (seen, recycled)

    def _follow_camera(self, image: U8) -> bool:
        """Move everybody with the picture; whether the picture jumped."""
        shown = self._lives.misses == 0
        corners = self._bodies.centres[:, [0, 1, 0, 1]] + self._bodies.corners
        step = self._camera.step(image, corners[shown])
        if step.matrix is not None:
            self._bodies.transform(step.matrix)
        return step.jump

    def _is_cut(self, tracks: I64, recycled: Bools) -> bool:
        """After the picture jumped: a lamp switched on leaves people where they were, a cut does not."""
        followed = (self._lives.ids > 0) & (self._lives.misses == 0)
        still_there = followed[tracks[~recycled]].sum()
        return bool(2 * still_there < followed.sum() or not followed.any())

    def _associate(self, similarity: F32, seen: Observations, recycled: Bools) -> tuple[I64, I64]:
        """Tracks and the observations that continue them: confident ones first, then weak and recycled ones."""
        s, lives = self._settings, self._lives
        none = np.zeros(0, np.int64)
        if not len(lives) or not len(seen) or self._time_s is None:
            return none, none
        known = (lives.ids > 0) & (self._time_s - lives.seen_s <= s.recent_s)
        confident = ~recycled & (seen.scores >= s.life.confident)
        candidates = similarity >= s.similar
        if recycled.any():  # a recycled pose that has lost most of its keypoint scores looks at the background
            candidates &= ~recycled | (seen.qualities >= s.recycled_quality * lives.qualities[:, None])
        pairs = []
        for who, what in ((known, confident), (known, ~confident), (lives.ids == 0, confident | recycled)):
            allowed = candidates & who[:, None] & what
            if allowed.any():
                rows, columns = assign(1 - similarity, allowed, 1 - s.similar)
                candidates[rows] = False
                candidates[:, columns] = False
                pairs.append((rows, columns))
        if not pairs:
            return none, none
        return np.concatenate([rows for rows, _ in pairs]), np.concatenate([columns for _, columns in pairs])

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
        unseen = self._lives.misses > 1
        for ahead in (0.0, 0.5, 1.0):  # somebody out of sight may have stopped, or walked on
            if ahead and not unseen.any():
                break
            shift = ahead * bodies.ahead
            apart = middles[:, None] + shift[:, None] - seen.centres[None]
            apart = np.sqrt(np.einsum("tnc,tnc->tn", apart, apart)) / bodies.sizes[:, None]
            near = apart <= 1.0 + s.reach * doubt[:, None]
            if ahead:
                near &= unseen[:, None]
            t, n = np.nonzero(near)
            if len(t):
                alike = self._alike(seen, t, n, apart[t, n], shift)
                similarity[t, n] = np.maximum(similarity[t, n], alike)
        return similarity

    def _alike(self, seen: Observations, t: I64, n: I64, apart: F64, shift: F64) -> F32:
        """The similarity [P] of the pairs of tracks `t`, moved by `shift` [T, 2], and observations `n`."""
        s, bodies = self._settings, self._bodies
        area = (bodies.sizes[t] ** 2).astype(np.float32)
        place = bodies.spread[t, 0].astype(np.float32)
        predicted = bodies.joints[t] + (bodies.centres + shift)[t, None].astype(np.float32)
        shared = np.sqrt(bodies.trust[t] * seen.weights[n])
        variances = area[:, None] * ((2 * s.tolerance * self._sigmas) ** 2 + place[:, None])
        by_pose, weight = oks_of_pairs(predicted, seen.points[n], shared, variances)
        growth = np.log(seen.sizes[n] / bodies.sizes[t])
        by_box = np.exp(-(apart**2) / (2 * (0.3**2 + place)) - growth**2 / (2 * 0.5**2))
        sharpness = np.sqrt(0.1 / (0.1 + place))
        alike = sharpness * (weight * by_pose + s.box_weight * by_box) / (weight + s.box_weight)
        return np.asarray(alike, np.float32)

    def _continue(self, tracks: I64, matched: Observations, from_detector: Bools, *, looked: bool) -> I64:
        """Take in what continues the tracks; the row of the pose of each track, -1 where it was not seen."""
        assert self._time_s is not None
        self._bodies.correct(tracks, matched, from_detector, self._stiffness, self._settings.motion)
        self._lives.observed(
            tracks, matched.scores, matched.qualities, from_detector, self._time_s, looked=looked
        )  # fmt: skip
        row_of_track = np.full(len(self._lives), -1)
        row_of_track[tracks] = matched.rows
        return row_of_track

    def _start(self, seen: Observations, free: Bools) -> I64:
        """Suspect somebody new in each confident detection that is `free` [N]; the rows of their poses."""
        s = self._settings
        free &= seen.scores >= s.life.confident
        if not free.any() or self._time_s is None:
            return np.zeros(0, np.int64)
        new = seen[np.flatnonzero(free)]
        self._bodies.join(Bodies.born(new, s.motion))
        self._lives.join(Lives.born(new.scores, new.qualities, new.posed, self._time_s))
        self._wardrobe.join(len(new))
        return new.rows

    def _look(self, image: U8, seen: Observations, row_of_track: I64) -> None:
        """Look at the clothes of a few, the newest and the longest not looked at first."""
        if self._body is None or not len(seen) or self._time_s is None:
            return
        s, wardrobe = self._settings, self._wardrobe
        due = np.flatnonzero((row_of_track >= 0) & (self._time_s - wardrobe.taken_s >= s.look_s))
        due = due[np.argsort(wardrobe.taken_s[due], kind="stable")][: s.looks]
        if not len(due):
            return
        at = {row: index for index, row in enumerate(seen.rows.tolist())}
        who = np.array([at[row] for row in row_of_track[due].tolist()])
        wardrobe.note(due, *self._signatures(image, seen, who), self._time_s)

    def _are_strangers(self, image: U8, seen: Observations, tracks: I64, found: I64) -> Bools:
        """Which of those taken for somebody who was out of sight wear other clothes than he."""
        strange = np.zeros(len(tracks), np.bool_)
        if self._body is None or self._time_s is None:
            return strange
        s, wardrobe = self._settings, self._wardrobe
        known = wardrobe.rests[tracks].mean(axis=1) >= s.returns.compared
        doubted = np.flatnonzero(known & (self._time_s - self._lives.seen_s[tracks] > s.doubt_s))[: s.looks]
        if len(doubted):
            looks, rests = self._signatures(image, seen, found[doubted])
            theirs = tracks[doubted]
            alike, compared = likeness(wardrobe.looks[theirs], wardrobe.rests[theirs], looks, rests)
            strange[doubted] = (compared.diagonal() >= s.returns.compared) & (alike.diagonal() < s.stranger)
        return strange

    def _signatures(self, image: U8, seen: Observations, who: I64) -> tuple[F32, F32]:
        assert self._body is not None
        s, weights = self._settings, seen.weights[who]
        enough = np.maximum(s.clear_share * weights.max(axis=1, initial=0), s.clear_keypoint)
        clear = np.where(weights >= enough[:, None], weights, np.float32(0))
        return signatures(image, seen.points[who], clear, self._body, who, seen.boxes)

    def _name(self, ripe: I64) -> Bools:
        """Give back their numbers to those who were out of sight, the next ones, from left to right, to the others.

        Returns which tracks are now superseded, bool [T].
        """
        superseded = np.zeros(len(self._lives), np.bool_)
        if not len(ripe) or self._time_s is None:
            return superseded
        lives, returns = self._lives, self._settings.returns
        lost = np.flatnonzero((lives.ids > 0) & (lives.misses > 0))
        likely = likelihood_of_return(self._bodies, lives, self._wardrobe, lost, ripe, self._time_s, returns)
        # at first sight, often at the border, too little of somebody may be seen to tell who is back
        unclear = lives.hits[ripe] == 1
        if self._wardrobe.used:
            bare = self._wardrobe.rests[ripe].mean(axis=1) < returns.compared
            unclear |= bare & (self._time_s - lives.first_s[ripe] < returns.wait_s)
        waits = unclear & (likely.max(axis=0, initial=0) > returns.unlikely)
        back, to = assign(1 - likely, likely >= np.where(waits, returns.at_sight, returns.likely), 1)
        lives.ids[ripe[to]] = lives.ids[lost[back]]
        superseded[lost[back]] = True
        named = np.zeros(len(ripe), np.bool_)
        named[to] = True
        new = ripe[~named & ~waits]
        new = new[np.argsort(self._bodies.centres[new, 0], kind="stable")]
        lives.ids[new] = self._last_id + 1 + np.arange(len(new))
        self._last_id += len(new)
        return superseded

    def _result(self, poses: Poses, row_of_track: I64) -> Tracks:
        shown = np.flatnonzero((self._lives.ids > 0) & (row_of_track >= 0))
        shown = shown[np.argsort(self._lives.ids[shown])]
        rows = row_of_track[shown]
        return Tracks(poses[rows], self._lives.ids[shown], rows)
