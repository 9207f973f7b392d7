"""Who is only suspected, who is known by a number, who is out of sight, and who is forgotten; all in seconds."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from engine.types import F32, F64, I64, Bools


@dataclass(frozen=True, slots=True)
class LifeSettings:
    """When somebody gets his number and when he is forgotten."""

    confident: float = 0.5
    """Box score from which a detection may start a track; a weaker one may only continue one."""
    certain: float = 0.26
    """Box score times mean keypoint score from which a person gets his number at first sight. (The two come from two
    networks, which seldom err together.)"""
    certain_box: float = 0.8
    """The same for boxes without keypoints: their score."""
    likely: float = 0.22
    """The same product from which ..."""
    confirm_s: float = 0.1
    """... he gets it when seen twice over this time; for boxes without keypoints `confident` is enough for that."""
    unsure_s: float = 0.3
    """The time for somebody less likely, who must be seen three times."""
    hopeless: float = 0.12
    """The same product under which nobody gets a number: a detector's belief in a chair, of which no joint is seen."""
    doubtful: float = 0.2
    """Mean keypoint score under which ..."""
    doubt_s: float = 0.8
    """... that time is this, and somebody must be seen four times: most such poses are of chairs."""
    forgive_s: float = 0.25
    """Time for which somebody without a number may go unseen (always: one update)."""
    predict_s: float = 0.3
    """Time for which somebody out of sight still gets a predicted box."""
    unchecked_s: float = 0.6
    """Time for which somebody whom the detector, though it looked, does not see is believed to be where poses of him
    are found ..."""
    sure_s: float = 1.2
    """... and this time where the pose network is as sure of him as it hardly ever is of an empty place:"""
    sure: float = 0.5
    """mean keypoint score for that (one of 1840 boxes without people reaches it: scripts/empty_places.py)."""
    max_lost_s: float = 30.0
    """Time after which somebody out of sight is forgotten."""
    max_lost: int = 100
    """How many people out of sight are remembered; the longest unseen go first."""


@dataclass(eq=False, slots=True)
class Lives:
    """T tracks; every field has T rows, in step with their `Bodies`.

    ids        int64, 0 while only suspected; negative: that number is worn by an open track (see trackers.numbers)
    first_s    float64, when first observed           seen_s     float64, when last observed
    checked_s  float64, when a detector last saw him  unchecked  int64, how often it has looked in vain since
    hits       int64, how often a detector saw him    misses     int64, updates since last observed
    scores     float32, mean box score of a detector
    qualities  float32, mean keypoint score that is usual for this person; learnt where a detector saw him
    latest     float32, the same as it was when last observed, by whomever
    posed      bool, whether he was first seen with a pose
    edges      bool [T, 4], which sides of the picture (left, top, right, bottom) the box reached when last observed
    open       bool, whether he may turn out to be somebody else
    claims     per track the log odds by place, as they were when he came up, that he is somebody lost: {number: odds}
    """

    ids: I64
    first_s: F64
    seen_s: F64
    checked_s: F64
    unchecked: I64
    hits: I64
    misses: I64
    scores: F32
    qualities: F32
    latest: F32
    posed: Bools
    edges: Bools
    open: Bools
    claims: npt.NDArray[np.object_]

    @classmethod
    def born(cls, scores: F32, qualities: F32, posed: Bools, time_s: float) -> Lives:
        n = len(scores)
        now, ones, none = np.full(n, time_s), np.ones(n, np.int64), np.zeros(n, np.int64)
        return cls(
            none, now, now.copy(), now.copy(), none.copy(), ones, none.copy(), scores.copy(), qualities.copy(),
            qualities.copy(), posed.copy(), np.zeros((n, 4), np.bool_), np.ones(n, np.bool_), np.full(n, None, object),
        )  # fmt: skip

    @classmethod
    def none(cls) -> Lives:
        return cls.born(np.zeros(0, np.float32), np.zeros(0, np.float32), np.zeros(0, np.bool_), 0.0)

    def __len__(self) -> int:
        return len(self.ids)

    def keep(self, which: Bools) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name)[which])

    def join(self, others: Lives) -> None:
        for field in fields(self):
            setattr(self, field.name, np.concatenate([getattr(self, field.name), getattr(others, field.name)]))

    def observed(self, which: I64, scores: F32, qualities: F32, checked: Bools, time_s: float, *, looked: bool) -> None:
        """Note the tracks `which` as observed now, all others as missed.

        checked  which of them a detector saw        looked  whether it was asked
        """
        self.misses += 1
        self.misses[which] = 0
        self.seen_s[which] = time_s
        self.latest[which] = qualities
        self.unchecked += looked
        seen = which[checked]
        self.unchecked[seen] = 0
        self.hits[seen] += 1
        self.checked_s[seen] = time_s
        self.scores[seen] += 0.2 * (scores[checked] - self.scores[seen])
        self.qualities[seen] += 0.2 * (qualities[checked] - self.qualities[seen])

    def followed(self, time_s: float, recent_s: float) -> Bools:
        """Who may be continued: only suspected, or seen at most `recent_s` or one update before the last."""
        followed: Bools = (self.ids >= 0) & ((time_s - self.seen_s <= recent_s) | (self.misses <= 1))
        return followed

    def expected(self, time_s: float, settings: LifeSettings) -> Bools:
        """Who is worth looking for where he should be: seen just now, and by the detector not too long ago; who has no
        number, when the detector last looked.

        A pose network asked for somebody on an empty floor draws one, again and again in the same place; only the
        detector, looking in vain, ends that. (So with looks far apart, `--detect-every 5` at ten frames a second, who
        is seen on every other look only and badly may never get a number.)
        """
        seen = (self.misses == 0) | (time_s - self.seen_s <= settings.predict_s)
        patience = np.where(self.latest >= settings.sure, settings.sure_s, settings.unchecked_s)
        believed = (self.ids > 0) & (time_s - self.checked_s <= patience)
        expected: Bools = seen & ((self.unchecked == 0) | believed) & (self.ids >= 0)
        return expected

    def ripe(self, settings: LifeSettings) -> Bools:
        """Which of the suspected, observed just now, are sure enough to get a number."""
        suspected: Bools = (self.ids == 0) & (self.misses == 0) & (self.unchecked == 0)
        if not suspected.any():
            return suspected
        age = self.checked_s - self.first_s
        evidence = self.scores * self.qualities
        certain = np.where(self.posed, evidence >= settings.certain, self.scores >= settings.certain_box)
        doubts = np.where(self.qualities < settings.doubtful, 2, evidence < settings.likely) * self.posed
        hopeless = self.posed & (evidence < settings.hopeless)
        wanted_s = np.array([settings.confirm_s, settings.unsure_s, settings.doubt_s])[doubts]
        # a hair of tolerance: at 10 frames/s the second sight comes after 0.1 s give or take rounding
        proven = (self.hits >= 2 + doubts) & (age >= wanted_s - 1e-3) & (self.scores >= settings.confident)
        ripe: Bools = suspected & (certain | proven) & ~hopeless
        return ripe

    def worth_keeping(self, time_s: float, settings: LifeSettings) -> Bools:
        """Who is not to be forgotten yet."""
        unseen = time_s - self.seen_s
        patience = (time_s - self.checked_s <= settings.forgive_s) | (self.unchecked <= 1)
        suspected = (self.ids == 0) & patience & ((unseen <= settings.forgive_s) | (self.misses <= 1))
        known = (self.ids != 0) & (unseen <= settings.max_lost_s)
        lost = np.flatnonzero(known & (self.misses > 0))
        if len(lost) > settings.max_lost:
            known[lost[np.lexsort((self.ids[lost], -self.seen_s[lost]))[settings.max_lost :]]] = False
        worth: Bools = suspected | known
        return worth
