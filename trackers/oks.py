"""The default tracker: everybody's next pose predicted, compared by OKS, assigned at the least cost.

Whoever is found anew is compared with those out of sight before he gets a number, and for a while after.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.types import F32, F64, I64, U8, Bools, Boxes, Poses, Tracks
from trackers.camera_motion import CameraMotion
from trackers.crowd import Crowd
from trackers.lifecycle import LifeSettings
from trackers.matching import MatchSettings, match
from trackers.motion import MotionSettings
from trackers.numbers import NumberSettings, give_numbers
from trackers.observations import Observations, Shapes, best_of_same, nested, observe
from trackers.resemblance import sigmas_for, stiffness_for
from trackers.timeline import seconds_between
from trackers.wardrobe import ClothesSettings


@dataclass(frozen=True, slots=True)
class OksSettings:
    """What counts as the same person."""

    life: LifeSettings = field(default_factory=LifeSettings)
    motion: MotionSettings = field(default_factory=MotionSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    clothes: ClothesSettings = field(default_factory=ClothesSettings)
    numbers: NumberSettings = field(default_factory=NumberSettings)
    least_keypoint: float = 0.2
    """Score from which a keypoint counts."""
    least_box: float = 0.1
    """Box score under which a detection is not looked at."""
    second_sight: float = 0.6
    """Similarity to somebody just continued from which another detection is one more of him, and starts nothing."""
    doubtful: float = 0.7
    """Similarity under which clothes must not contradict a match; nor of whoever was out of sight."""
    same_pose: float = 0.8
    """OKS from which two poses of a frame are one person found twice."""
    same_part: float = 0.4
    """The same where one's box lies within the other's."""
    same_box: float = 0.9
    """The same for boxes without poses: their IoU."""
    border: float = 0.01
    """Share of the picture's width or height within which a box reaches its border."""
    max_people: int = 1000
    """People looked at per frame; of more the best boxes are taken."""


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
        self._camera.reset()
        self._forget_everyone(0)

    def predict(self, time_s: float, image: U8 | None = None) -> Boxes:
        if self._time_s is None:
            return Boxes.empty()
        bodies, lives = self._crowd.bodies, self._crowd.lives
        there = lives.expected(self._time_s, self._settings.life)
        centres = bodies.centres + bodies.steps(max(time_s - self._time_s, 0.0), self._settings.motion)
        return Boxes(np.asarray(bodies.boxes(centres)[there], np.float32), lives.scores[there])

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        s = self._settings
        seconds = seconds_between(self._time_s, time_s)
        self._fit_keypoints(poses.keypoints.shape[1], len(poses))
        nobody = Poses.empty(len(self._sigmas))  # however many keypoints nobody has
        seen = observe(poses if len(poses) else nobody, least_score=s.least_keypoint, most=s.max_people)
        recycled = np.zeros(len(seen), np.bool_) if detected is None else ~detected[seen.rows]
        seen, recycled, checked = self._worth_following(seen, recycled)
        is_jump = image is not None and self._follow_camera(image, time_s)
        self._crowd.bodies.advance(seconds, s.motion)
        self._time_s = time_s

        tracks, found, free = self._match(seen, recycled, image)
        if is_jump and self._is_cut(tracks, recycled[found]):
            self._forget_everyone(len(self._sigmas))
            tracks, found, free = tracks[:0], found[:0], ~recycled
        self._continue(tracks, seen[found], ~recycled[found], checked[found], looked=looked)
        new = np.flatnonzero(free & (seen.scores >= s.life.confident))
        tracks = np.concatenate([tracks, len(self._crowd) + np.arange(len(new))])
        found = np.concatenate([found, new])
        self._crowd.join(seen[new], s.motion, time_s)
        if image is not None:
            self._crowd.lives.edges[tracks] = self._at_edges(seen.boxes[found], image)
            self._crowd.wardrobe.look(image, seen[found], tracks, self._hiders(seen, tracks), time_s)

        gone = self._give_numbers(seen, tracks, found)
        result = self._result(poses, tracks, seen.rows[found])
        self._crowd.keep(self._crowd.lives.worth_keeping(time_s, s.life) & ~gone)
        return result

    def _forget_everyone(self, keypoint_count: int) -> None:
        self._crowd = Crowd.none(keypoint_count, self._settings.clothes)

    def _fit_keypoints(self, keypoint_count: int, people: int) -> None:
        if len(self._sigmas) != keypoint_count and (people or not len(self._crowd)):
            self._sigmas, self._stiffness = sigmas_for(keypoint_count), stiffness_for(keypoint_count)
            self._crowd.with_keypoints(keypoint_count)

    def _worth_following(self, seen: Observations, recycled: Bools) -> tuple[Observations, Bools, Bools]:
        """Everybody once; which of them were looked for in our own boxes, and which a detector saw (perhaps in a box
        that was worse than ours)."""
        s = self._settings
        good = (seen.scores >= s.least_box) | recycled
        if not good.all():
            seen, recycled = seen[np.flatnonzero(good)], recycled[good]
        best = best_of_same(seen, self._sigmas, s.same_pose, s.same_part, s.same_box)
        checked = ~recycled
        checked[best[checked]] = True
        once = best == np.arange(len(seen))
        return (seen, recycled, checked) if once.all() else (seen[np.flatnonzero(once)], recycled[once], checked[once])

    def _follow_camera(self, image: U8, time_s: float) -> bool:
        """Move everybody with the picture; whether the picture jumped."""
        bodies, shown = self._crowd.bodies, self._crowd.lives.misses == 0
        corners = bodies.centres[:, [0, 1, 0, 1]] + bodies.corners
        step = self._camera.step(image, corners[shown], time_s)
        if step.matrix is not None:
            bodies.transform(step.matrix)
        return step.jump

    def _is_cut(self, tracks: I64, recycled: Bools) -> bool:
        """After the picture jumped: a lamp switched on leaves people where they were, a cut does not."""
        followed = (self._crowd.lives.ids > 0) & (self._crowd.lives.misses == 0)
        still_there = followed[tracks[~recycled]].sum()
        return bool(2 * still_there < followed.sum() or not followed.any())

    def _match(self, seen: Observations, recycled: Bools, image: U8 | None) -> tuple[I64, I64, Bools]:
        """Tracks and the observations that continue them, and which observations [N] may be of somebody else."""
        s, crowd = self._settings, self._crowd
        active = np.flatnonzero(crowd.lives.followed(self._time_s or 0.0, s.match.recent_s))
        confident = ~recycled & (seen.scores >= s.life.confident)
        tracks, found, similarity = match(
            crowd.bodies, crowd.lives, active, seen, confident, recycled, self._sigmas, s.match
        )
        if image is not None and len(tracks):
            doubtful = (crowd.lives.misses[tracks] > 0) | (similarity[tracks, found] < s.doubtful)
            doubted = np.flatnonzero(doubtful & (crowd.lives.ids[tracks] > 0))
            if len(doubted):
                hiders = self._hiders(seen, tracks)
                strange = crowd.wardrobe.strangers(image, seen[found[doubted]], tracks[doubted], hiders)
                tracks, found = np.delete(tracks, doubted[strange]), np.delete(found, doubted[strange])
        free = ~recycled & (similarity[tracks].max(axis=0, initial=0) < s.second_sight)
        free[found] = False
        return tracks, found, free

    def _continue(
        self, tracks: I64, matched: Observations, from_detector: Bools, checked: Bools, *, looked: bool
    ) -> None:
        """Note what was found of `tracks`; of the boxes only those `from_detector` teach anything."""
        assert self._time_s is not None
        self._crowd.bodies.correct(tracks, matched, from_detector, self._stiffness, self._settings.motion)
        self._crowd.lives.observed(
            tracks, matched.scores, matched.qualities, checked, self._time_s, looked=looked
        )  # fmt: skip

    def _hiders(self, seen: Observations, tracks: I64) -> Shapes:
        """Who may stand before others: everybody seen, and those missed just now."""
        assert self._time_s is not None
        missed = self._crowd.lives.followed(self._time_s, self._settings.match.recent_s)
        missed[tracks] = False
        return Shapes.together(seen, self._crowd.bodies.shapes(np.flatnonzero(missed)))

    def _at_edges(self, boxes: F64, image: U8) -> Bools:
        """Which borders (left, top, right, bottom) of the picture the boxes [N, 4] reach, [N, 4]."""
        height, width = image.shape[:2]
        margin = self._settings.border * max(width, height) - 0.5
        inward = boxes * [1, 1, -1, -1]
        return np.asarray(inward <= np.array([0, 0, 1 - width, 1 - height]) + margin)

    def _give_numbers(self, seen: Observations, tracks: I64, found: I64) -> Bools:
        """Numbers to those who are sure enough; which tracks [T] are not needed any longer."""
        assert self._time_s is not None
        ripe = self._crowd.lives.ripe(self._settings.life)
        if ripe.any():
            ripe[tracks[nested(seen)[found]]] = False
        self._last_id, gone = give_numbers(self._crowd, ripe, self._time_s, self._last_id, self._settings.numbers)
        return gone

    def _result(self, poses: Poses, tracks: I64, rows: I64) -> Tracks:
        ids = self._crowd.lives.ids[tracks]
        shown = np.argsort(ids, kind="stable")[np.count_nonzero(ids <= 0) :]
        return Tracks(poses[rows[shown]], ids[shown], rows[shown])
