"""What the window tells the player's thread to do; what comes up from there is in `events`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.style import Style

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from app.changes import Change
    from app.gui.events import Picture, Work
    from app.gui.recorder import RecordingPlan
    from app.gui.steadying import Steady
    from app.gui.toolbox import EngineChoice, EngineSet, Heats
    from app.results import Recording as Results


@dataclass(frozen=True, slots=True)
class Open:
    """Open `address` (a file, folder, camera number, URL, session or result) and play it.

    data       a result made of it before: Skelter JSON, or what `skelter import` reads
    fallback   the video of a result in `address` that does not tell of one
    recovered  a session that was kept by itself, not saved by the user: what is in it is not saved yet
    slowed     how many times slower it shows what happened; None: as what was made of it tells, or not at all
    """

    address: str
    session: int
    data: Path | None = None
    recovered: bool = False
    fallback: str = ""
    slowed: float | None = None


@dataclass(frozen=True, slots=True)
class CloseSource:
    """Back to nothing open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForSource:
    """A command meant for source `session`: where the player has another one by then, it does nothing to that."""

    session: int


@dataclass(frozen=True, slots=True)
class Play(ForSource):
    on: bool


@dataclass(frozen=True, slots=True)
class Seek(ForSource):
    """Show frame `index`."""

    index: int


@dataclass(frozen=True, slots=True)
class SeekTime(ForSource):
    """Show the frame that is on at `time_s` seconds."""

    time_s: float


@dataclass(frozen=True, slots=True)
class Step(ForSource):
    """Go `frames` on (or back, where negative) and pause."""

    frames: int


@dataclass(frozen=True, slots=True)
class Leap(ForSource):
    """Go about `seconds` on (or back, where negative), a frame at least, and pause."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SetStyle:
    style: Style


@dataclass(frozen=True, slots=True)
class SetViewSize:
    """Larger pictures than this (pixels of the screen) are not needed."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """1.0 is the source's own speed."""

    factor: float


@dataclass(frozen=True, slots=True)
class SetMirror:
    """Show a camera as a mirror does."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetSteady:
    """Smooth the joints from now on, or show them as they were found."""

    on: bool


@dataclass(frozen=True, eq=False, slots=True)
class SteadyMade:
    """From the thread that smoothed the joints of a file, to the player; `asked` says for which question."""

    asked: object
    steady: Steady | None
    error: Exception | None


@dataclass(frozen=True, slots=True)
class SetLoop(ForSource):
    """Play frames `first` to `last` over and over; None: the whole file, once."""

    frames: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Retime(ForSource):
    """Count all times as those of what happened, which the file shows `slowed` times slower (1: as it shows it)."""

    slowed: float


@dataclass(frozen=True, slots=True)
class MakeEdit(ForSource):
    """Correct the results, by `more` in the same step. A Split whose `new` is 0 is given a number nobody has."""

    change: Change
    more: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Undo(ForSource):
    pass


@dataclass(frozen=True, slots=True)
class Redo(ForSource):
    pass


@dataclass(frozen=True, slots=True)
class UseEngines:
    """Find people with others from now on."""

    choice: EngineChoice


@dataclass(frozen=True, eq=False, slots=True)
class EnginesLoaded:
    """From the thread that loaded them, to the player: the engines, or why there are none."""

    choice: EngineChoice
    engines: EngineSet | None
    error: Exception | None


@dataclass(frozen=True, eq=False, slots=True)
class HeatLoaded:
    """From the thread that loaded it, to the player: what gives the heat of joints, or why nothing does."""

    model: str | None
    heats: Heats | None
    error: Exception | None


@dataclass(frozen=True, slots=True)
class AnalyseAgain(ForSource):
    """Forget what was found in the open file, and what was corrected."""


@dataclass(frozen=True, slots=True)
class Record(ForSource):
    """Record the camera that is open."""

    plan: RecordingPlan


@dataclass(frozen=True, slots=True)
class RecorderReady:
    """From the thread that makes a recorder, to the player: it is there, or could not be made. It may have been given
    up meanwhile, and another one begun: `thread` says which one it is."""

    thread: threading.Thread


@dataclass(frozen=True, slots=True)
class StopRecording:
    pass


@dataclass(frozen=True, slots=True)
class Snapshot(ForSource):
    """Have `reply` called, in the player's thread, with what is shown, in the source's size."""

    reply: Callable[[Picture], None]


@dataclass(frozen=True, slots=True)
class ShareWork(ForSource):
    """Have `reply` called, in the player's thread, with what is known of the file; with None where that is not open
    any more."""

    reply: Callable[[Work | None], None]


@dataclass(frozen=True, slots=True)
class Adopt(ForSource):
    """Add what was found out elsewhere to what is known of the file; `generation` as in Work."""

    recording: Results
    generation: int


@dataclass(frozen=True, slots=True)
class Quit:
    pass


Command = (
    Open | CloseSource | Play | Seek | SeekTime | Step | Leap | SetStyle | SetViewSize | SetSpeed | SetMirror | SetLoop
    | Retime | SetSteady | SteadyMade | MakeEdit | Undo | Redo | UseEngines | EnginesLoaded | HeatLoaded | AnalyseAgain
    | Record | RecorderReady | StopRecording | Snapshot | ShareWork | Adopt | Quit
)  # fmt: skip
