"""Everybody followed: where they are, what becomes of them, what they wear; row by row the same people."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types import Bools
from trackers.lifecycle import Lives
from trackers.motion import Bodies, MotionSettings
from trackers.observations import Observations
from trackers.wardrobe import ClothesSettings, Wardrobe


@dataclass(eq=False, slots=True)
class Crowd:
    """T tracks."""

    bodies: Bodies
    lives: Lives
    wardrobe: Wardrobe

    @classmethod
    def none(cls, keypoint_count: int, clothes: ClothesSettings) -> Crowd:
        return cls(Bodies.none(keypoint_count), Lives.none(), Wardrobe(clothes, keypoint_count))

    def __len__(self) -> int:
        return len(self.lives)

    def keep(self, which: Bools) -> None:
        if not which.all():
            for rows in (self.bodies, self.lives, self.wardrobe):
                rows.keep(which)

    def join(self, seen: Observations, motion: MotionSettings, time_s: float) -> None:
        """So many more people, suspected where they were seen."""
        if not len(seen):
            return
        self.bodies.join(Bodies.born(seen, motion))
        self.lives.join(Lives.born(seen.scores, seen.qualities, seen.posed, time_s))
        self.wardrobe.join(len(seen))

    def with_keypoints(self, keypoint_count: int) -> None:
        self.bodies.with_keypoints(keypoint_count)
        self.wardrobe.with_keypoints(keypoint_count)
