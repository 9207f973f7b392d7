"""The engines of a run, made from what a person chose: detector, pose network, tracker."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from app.pipeline import tracker_for
from app.results import Header, SourceRecord
from app.smoothing import WHILE_IT_RUNS
from engine.backends.select import check_names
from engine.detector import Detector
from engine.errors import UsageError
from engine.loading import load_detector, load_pose
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE
from engine.pose import PoseEstimator
from engine.video import SourceInfo
from trackers import CHOICES, Tracker
from trackers.still import StillTracker


@dataclass(frozen=True, slots=True)
class Choice:
    """What to run with. Models are names (`skelter doctor` lists them) or files; None is the default of each part.

    With `smooth` videos show joints steadied by One-Euro filters, and data holds them beside the raw ones; with `flip`
    everyone is looked at in the mirror too; with `far` the detector looks at parts of the picture as well. Who is not
    upright is looked at once more, turned upright, always.
    """

    detector: str = DEFAULT_DETECTOR
    pose: str = DEFAULT_POSE
    tracker: str = "oks"
    device: str = "auto"
    precision: str | None = None
    threshold: float | None = None
    detect_every: int | Literal["auto"] = "auto"
    smooth: bool = False
    flip: bool = False
    far: bool = False

    def __post_init__(self) -> None:
        """Raises UsageError for what does not go together."""
        if self.smooth and self.tracker == "still":
            raise UsageError(
                "--smooth: who is looked for in each picture anew is somebody else in the next one; give a tracker, "
                "such as --tracker oks, or leave --smooth out."
            )

    def check_names(self) -> None:
        """Raises UsageError where no tracker, device or precision is called so; it costs nothing."""
        if self.tracker not in CHOICES:
            raise UsageError(f"There is no tracker {self.tracker!r}; choose one of {', '.join(CHOICES)}.")
        check_names(self.device, self.precision)


@dataclass(frozen=True, eq=False, slots=True)
class Engines:
    """Loaded engines; close them (or use `with`) when done."""

    detector: Detector
    pose: PoseEstimator
    tracker: Tracker
    choice: Choice

    @classmethod
    def load(cls, choice: Choice, *, threads: int | None = None) -> Self:
        """With `threads` of the processor at most (None: as many as the backend likes).

        Raises UsageError, ModelError, BackendError, MissingFileError.
        """
        choice.check_names()
        detector = load_detector(
            choice.detector,
            device=choice.device,
            precision=choice.precision,
            threads=threads,
            threshold=choice.threshold,
            far=choice.far,
        )
        try:
            pose = load_pose(
                choice.pose,
                device=choice.device,
                precision=choice.precision,
                threads=threads,
                flip=choice.flip,
                turn=True,
            )
        except Exception:
            detector.close()
            raise
        return cls(detector, pose, CHOICES[choice.tracker](), choice)

    def header(self, info: SourceInfo) -> Header:
        """The header of a recording made with these engines."""
        models = {
            "detector": self.detector.description,
            "pose": self.pose.description,
            "tracker": self.tracker_on(info),
        }
        smoothing = WHILE_IT_RUNS if self.choice.smooth else None
        return Header(SourceRecord.of(info), models, self.pose.skeleton, smoothing)

    def could_look_farther(self, info: SourceInfo) -> bool:
        """Whether the detector would look at parts of this source's pictures as well if it were asked to."""
        return not self.choice.far and bool(self.detector.parts_of((info.width, info.height)))

    def tracker_on(self, info: SourceInfo) -> str:
        """The name of the tracker that runs on a source: on a single picture `still`, whatever was chosen."""
        return "still" if isinstance(tracker_for(info, self.tracker), StillTracker) else self.choice.tracker

    def close(self) -> None:
        self.pose.close()
        self.detector.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
