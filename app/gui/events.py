"""What comes up from the player's thread to the window: events, pictures, what is known of a file."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import SkelterError, SourceBrokenOff

if TYPE_CHECKING:
    from pathlib import Path

    from app.changes import Change
    from app.edits import Edits
    from app.gui.frame_times import FrameTimes
    from app.gui.recorder import Unsaved
    from app.gui.steadying import Steady
    from app.gui.toolbox import EngineChoice
    from app.results import Header, Timings
    from app.results import Recording as Results
    from app.session import Notes
    from engine.skeletons import Skeleton
    from engine.types import U8, Tracks
    from engine.video import LiveState, SourceInfo


@dataclass(frozen=True, slots=True)
class Opened:
    """`address` is the source's own, also where a session was opened: then `document` is its file, or `kept` where that
    was kept by itself. `frames`: so many it has at least, as far as anybody knows; the source alone may not tell."""

    info: SourceInfo
    session: int
    address: str
    document: Path | None = None
    notes: Notes | None = None
    kept: Path | None = None
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Closed:
    session: int


@dataclass(frozen=True, slots=True)
class StillOpen:
    """What was asked for cannot be opened: what was open before is still there."""

    session: int
    instead_of: int


@dataclass(frozen=True, slots=True)
class Busy:
    """Something takes a moment; `what` is opening, loading or changing, or empty when it is over."""

    what: str


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a camera or stream fares."""

    session: int
    state: LiveState


@dataclass(frozen=True, slots=True)
class EnginesReady:
    """What runs: the header of a recording made with it, what of it was chosen, and whether its detector would look at
    parts of the pictures as well if it were asked to."""

    header: Header
    choice: EngineChoice
    could_look_farther: bool = False


@dataclass(frozen=True, slots=True)
class EnginesChosen:
    """What finds people from now on, loaded while nothing was open; what runs is told once something is."""

    choice: EngineChoice


@dataclass(frozen=True, slots=True)
class Playing:
    """Whether frames follow one another now."""

    on: bool


@dataclass(frozen=True, slots=True)
class LengthKnown:
    """The end was reached: the source has exactly so many frames."""

    frames: int


@dataclass(frozen=True, eq=False, slots=True)
class TimesKnown:
    """The file just opened tells when each of its frames is on."""

    session: int
    times: FrameTimes


@dataclass(frozen=True, slots=True)
class Retimed:
    """The times of the file that is open are counted otherwise from now on: the frame shown is on at `at_s` then.
    `TimesKnown` follows, where the file tells them."""

    session: int
    info: SourceInfo
    at_s: float


@dataclass(frozen=True, slots=True)
class Edited:
    """What has been corrected so far.

    by_hand         just now, not when the session was opened
    undone, redone  the changes of the step that was taken back, or made again, just now
    """

    edits: Edits
    can_undo: bool
    can_redo: bool
    by_hand: bool
    undone: tuple[Change, ...] = ()
    redone: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class JointsChanged:
    """Joints of frames that were shown before are at other places now: smoothed, or no more."""


@dataclass(frozen=True, slots=True)
class Renumbered:
    """People turned out to be others who were known before: by the ids they had, the ids they have from now on."""

    renamed: dict[int, int]


@dataclass(frozen=True, slots=True)
class Recording:
    """How the recording fares; told several times a second.

    Once it is over, `paths` are the files that are whole, and `unsaved` those that could not be written; for `away_s`
    of it no picture came.
    """

    on: bool
    seconds: float
    lost: int
    paths: tuple[Path, ...] = ()
    unsaved: tuple[Unsaved, ...] = ()
    away_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something went wrong. `error` is for the user (None where nobody foresaw it), `details` for a report.

    `fatal`: nothing is open any more. `warning`: what was read is good.
    """

    error: SkelterError | None
    details: str
    fatal: bool = False
    warning: bool = False

    @classmethod
    def of(cls, error: Exception, *, fatal: bool = False) -> Trouble:
        details = "".join(traceback.format_exception(error))
        foreseen = error if isinstance(error, SkelterError) else None
        return cls(foreseen, details, fatal=fatal, warning=isinstance(error, SourceBrokenOff))


Event = (
    Opened | Closed | StillOpen | Busy | SourceState | EnginesReady | EnginesChosen | Playing | LengthKnown | TimesKnown
    | Retimed | Edited | JointsChanged | Renumbered | Recording | Trouble
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it goes. None where it is not known or does not apply.

    fps         pictures shown per second
    speed       of the source's own
    timings     of the last analysed frame
    latency_ms  live: from the frame's arrival to its drawing
    dropped     live: frames lost so far
    """

    fps: float | None = None
    speed: float | None = None
    timings: Timings | None = None
    latency_ms: float | None = None
    dropped: int = 0


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """A frame as it is to be shown: the people found on it drawn into it.

    image     uint8 [H, W, 3] RGB, contiguous, no longer written to; a large frame reduced to what the view can show
    size      width and height of the frame, in the pixels that `tracks` are in
    tracks    who is drawn on it; None where the frame is not analysed (yet)
    skeleton  of their joints
    mirrored  as in a mirror: `tracks` too
    tops      over which height in the frame somebody's name stands, where it is written, by his id
    steady    whether their joints are smoothed ones
    """

    session: int
    image: U8
    index: int
    time_s: float
    size: tuple[int, int]
    tracks: Tracks | None
    skeleton: Skeleton
    mirrored: bool
    pace: Pace
    tops: Mapping[int, float] = field(default_factory=dict)
    steady: bool = False

    @property
    def people(self) -> tuple[int, ...] | None:
        """Their ids; None where the frame is not analysed (yet)."""
        return None if self.tracks is None else tuple(self.tracks.ids.tolist())


@dataclass(frozen=True, eq=False, slots=True)
class Work:
    """What is known of the open source: a copy for another thread.

    generation  how often its analysis had been begun again
    steady      its joints smoothed, where that is wanted and done
    """

    recording: Results
    edits: Edits
    session: int
    generation: int
    steady: Steady | None = None
