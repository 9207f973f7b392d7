"""What people wear, remembered: signatures averaged over time, and what they tell of who somebody is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.types import F32, F64, I64, U8, Bools
from trackers.appearance import LENGTH, PARTS, body_of, coloured, likeness, signatures
from trackers.observations import Observations, Shapes


@dataclass(frozen=True, slots=True)
class ClothesSettings:
    """When clothes are looked at, and what they tell. Odds are natural logarithms."""

    every_s: float = 0.1
    """Time after which somebody's clothes are looked at again ..."""
    known_every_s: float = 0.4
    """... and those of somebody of whom as much is known as is remembered."""
    per_frame: int = 4
    """People whose clothes are looked at per frame."""
    clear: float = 0.5
    """Score from which a keypoint shows where somebody's clothes are; a hidden one shows what hides it."""
    clear_share: float = 0.65
    """It must score this part of his best keypoint, too."""
    least: float = 0.4
    """Least share of torso or legs that must be seen for a look to count."""
    most: float = 5.0
    """Looks (of a whole torso or both legs) that are remembered; later ones replace them by and by."""
    same: float = 2.0
    """Odds that the same torso (the same legs) makes, half of it of colours: seven in ten of that for black, grey and
    white, which many people wear."""
    hasty: float = 0.7
    """Looks after which other clothes count half as much as they would after many: the colours of somebody in front
    get into a look more easily than the right ones by chance."""
    compared: float = 0.3
    """Looks at torso or legs, of both, from which they are compared at all."""
    stranger: float = -1.2
    """Odds from which down it is somebody else whatever his place."""


class Wardrobe:
    """What T people wear; every array has T rows, in step with their `Bodies`.

    looks    float32 [T, LENGTH], signatures; each histogram sums up to 1, or to 0 while it was not seen
    rests    float32 [T, 2], how often torso and legs were looked at: the sum of the shares seen
    taken_s  float64 [T], when last looked at
    used     whether there have been pictures to look at, and poses whose parts are known
    """

    def __init__(self, settings: ClothesSettings, keypoint_count: int) -> None:
        self._settings = settings
        self.used = False
        self.looks: F32 = np.zeros((0, LENGTH), np.float32)
        self.rests: F32 = np.zeros((0, 2), np.float32)
        self.taken_s: F64 = np.zeros(0)
        self.with_keypoints(keypoint_count)

    def with_keypoints(self, keypoint_count: int) -> None:
        self._body = body_of(keypoint_count)

    def keep(self, which: Bools) -> None:
        self.looks, self.rests, self.taken_s = self.looks[which], self.rests[which], self.taken_s[which]

    def join(self, people: int) -> None:
        """So many more people, of whom nothing is known."""
        self.looks = np.concatenate([self.looks, np.zeros((people, LENGTH), np.float32)])
        self.rests = np.concatenate([self.rests, np.zeros((people, 2), np.float32)])
        self.taken_s = np.concatenate([self.taken_s, np.full(people, -np.inf)])

    def look(self, image: U8, seen: Observations, tracks: I64, hiders: Shapes, time_s: float) -> None:
        """Look at the clothes of some of the `tracks`, `seen` in the same order; those longest not looked at first."""
        s = self._settings
        known = self.rests[tracks].min(axis=1) >= s.most
        due = np.flatnonzero(time_s - self.taken_s[tracks] >= np.where(known, s.known_every_s, s.every_s))
        due = due[np.argsort(self.taken_s[tracks[due]], kind="stable")][: s.per_frame]
        if not len(due) or self._body is None:
            return
        who = tracks[due]
        looks, shares = self.seen_on(image, seen[due], hiders)
        self.add(who, looks, shares)
        self.taken_s[who] = time_s
        # of whom nothing was seen, more is asked at the next chance
        self.taken_s[who[(shares < s.least).all(axis=1)]] -= 1.5 * s.every_s

    def seen_on(self, image: U8, seen: Observations, hiders: Shapes) -> tuple[F32, F32]:
        """Signatures [N, LENGTH] of the N people `seen`, and which share of torso and legs [N, 2] they rest on; of a
        skeleton that is not known nothing is seen."""
        if self._body is None:
            return np.zeros((len(seen), LENGTH), np.float32), np.zeros((len(seen), 2), np.float32)
        s, weights = self._settings, seen.weights
        enough = np.maximum(s.clear_share * weights.max(axis=1, initial=0), s.clear)
        clear = np.where(weights >= enough[:, None], weights, np.float32(0))
        return signatures(image, seen, clear, self._body, hiders)

    def add(self, tracks: I64, looks: F32, shares: F32) -> None:
        """Remember what was seen of `tracks`, each of which is named once."""
        s = self._settings
        self.used = True
        for part, where in enumerate(PARTS):
            good = shares[:, part] >= s.least
            theirs, share = tracks[good], shares[good, part]
            self.rests[theirs, part] = np.minimum(self.rests[theirs, part] + share, s.most)
            pull = (share / self.rests[theirs, part])[:, None]
            self.looks[theirs, where] += pull * (looks[good, where] - self.looks[theirs, where])

    def strangers(self, image: U8, seen: Observations, tracks: I64, hiders: Shapes) -> Bools:
        """Which of those `seen` wear other clothes than the `tracks` that they are taken for; a few are looked at."""
        strange = np.zeros(len(tracks), np.bool_)
        known = (self.rests[tracks] >= self._settings.compared).any(axis=1)
        some = np.flatnonzero(known)[: self._settings.per_frame]
        if len(some) and self._body is not None:
            looks, shares = self.seen_on(image, seen[some], hiders)
            odds, _ = self._odds(tracks[some], looks, shares)
            strange[some] = odds.diagonal() <= self._settings.stranger
        return strange

    def odds(self, lost: I64, found: I64) -> tuple[F64, F64]:
        """Log odds [L, F] that the tracks `found` are the people `lost`, 0 where nothing could be compared, and on how
        much that rests, 0–2."""
        return self._odds(lost, self.looks[found], self.rests[found])

    def inherit(self, heir: int, before: int) -> None:
        """What was known of `before` is true of `heir` too."""
        for part, where in enumerate(PARTS):
            old, new = self.rests[before, part], self.rests[heir, part]
            if old > 0:
                self.looks[heir, where] += old / (old + new) * (self.looks[before, where] - self.looks[heir, where])
                self.rests[heir, part] = min(old + new, self._settings.most)

    def _odds(self, lost: I64, looks: F32, rests: F32) -> tuple[F64, F64]:
        s = self._settings
        alike = likeness(self.looks[lost], looks)
        shared = np.minimum(self.rests[lost][:, None], rests[None])
        telling = 0.7 + 0.6 * np.minimum(coloured(self.looks[lost])[:, None], coloured(looks)[None])
        odds = np.interp(alike, *_ODDS_OF_LIKENESS)
        odds *= np.where(odds > 0, s.same * telling * np.minimum(2 * shared, 1), shared / (shared + s.hasty))
        odds *= shared >= s.compared
        return odds.sum(axis=2), np.where(shared >= s.compared, np.minimum(2 * shared, 1), 0).sum(axis=2)


# of torsos of the same person (a second or more apart) and of others, in clips with 1 to 6 people:
# four in five of the same are 0.9 alike, nine in ten of others less than 0.6
_ODDS_OF_LIKENESS = (np.array([0.3, 0.5, 0.6, 0.7, 0.73, 0.85, 0.95]), np.array([-5, -3.5, -2, -0.3, 0, 0.75, 1]))
