"""Poses and a time in, tracks out: one tracker a file, all behind the Protocol below."""

from __future__ import annotations

from typing import Protocol

from engine.types import U8, Bools, Boxes, Poses, Tracks
from trackers.flow import FlowTracker
from trackers.iou import IouTracker
from trackers.oks import OksTracker
from trackers.still import StillTracker


class Tracker(Protocol):
    """Keeps identities over the frames of one source. Lifetimes are in seconds, never in frames.

    `tells_predicted`: poses that a detector found and poses looked for in the tracker's own boxes (`predict`) may be
    given together, so that somebody whom the detector misses once is still followed.
    """

    tells_predicted: bool

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        """The confirmed people of this frame, each a pose given with its id; `poses` stays untouched.

        `time_s` must be later than in the call before (ValueError where it is not); `image` (RGB) helps trackers that
        look at pixels. `detected` (bool [N]; None: all) says which poses are in a detector's boxes, the others being
        in boxes of `predict`; `looked`, whether a detector was asked at all. Ids start at 1 when a person is confirmed
        and are never given twice before `reset`.
        """
        ...

    def predict(self, time_s: float, image: U8 | None = None) -> Boxes:
        """Where each person followed (also one not yet confirmed) should be at `time_s`: the boxes to look for poses
        in when the detector is not asked. `image`, of then, helps trackers that look at pixels. Changes nothing."""
        ...

    def reset(self) -> None:
        """Forget everyone and start again with id 1: after a seek, and for a new source."""
        ...


TRACKERS: dict[str, type[Tracker]] = {"oks": OksTracker, "flow": FlowTracker, "iou": IouTracker}
"""Those that keep identities."""

CHOICES: dict[str, type[Tracker]] = {**TRACKERS, "still": StillTracker}
"""What a person may choose: `still` is for pictures that do not follow one another."""
