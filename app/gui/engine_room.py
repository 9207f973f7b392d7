"""Detector, pose network and tracker of the player: loaded when first wanted, changed while a video runs. Qt-free."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.gui import events
from app.gui import messages as say
from app.gui.toolbox import EngineChoice, EngineSet, Toolbox
from engine.errors import SkelterError

if TYPE_CHECKING:
    from app.pipeline import Analyser
    from app.results import Header
    from engine.types import U8, Bools, Boxes, Poses, Tracks
    from engine.video import SourceInfo


class EngineRoom:
    """Used by the player's thread.

    notify        takes events for the window
    tell_trouble  tells the user of an error
    tell          is given a command for the player when engines were loaded in the background
    """

    def __init__(
        self,
        toolbox: Toolbox,
        *,
        notify: Callable[[events.Event], None],
        tell_trouble: Callable[[Exception], None],
        tell: Callable[[say.EnginesLoaded], None],
    ) -> None:
        self.choice = toolbox.choice
        self.current: EngineSet | None = None
        self.header: Header | None = None
        """What a recording made with them says of them; None as long as there are none."""
        self.has_failed = False
        """Whether it was tried in vain to analyse with what was chosen: it cannot be loaded, or does not fit what is
        known. It is not tried again until something is opened or chosen, or the video is analysed again."""
        self._toolbox = toolbox
        self._notify, self._tell_trouble, self._tell = notify, tell_trouble, tell
        self._loading: threading.Thread | None = None
        self._wanted: EngineChoice | None = None

    def ensure(self, info: SourceInfo) -> None:
        """Load them where that was neither done nor tried in vain, and say what runs on the source of that `info`."""
        if self.current is None and not self.has_failed:
            self._notify(events.Busy("loading"))
            try:
                self.current = self._load()
            except Exception as error:  # noqa: BLE001 - without engines the picture is still worth showing
                self.has_failed = True
                self._tell_trouble(error)
            finally:
                self._notify(events.Busy(""))
        self.tell_what_runs(info)

    def _load(self) -> EngineSet:
        """What was chosen; where it is gone or cannot run any more, the usual ones, and that is told."""
        try:
            return self._toolbox.engines(self.choice)
        except SkelterError as error:
            if self.choice == EngineChoice():
                raise
            engines = self._toolbox.engines(EngineChoice())
            self.choice = EngineChoice()
            self._tell_trouble(SkelterError("The usual engines run, not the ones chosen: {0}", error))
            return engines

    def tell_what_runs(self, info: SourceInfo | None) -> None:
        """On the source of that `info`; None: on none, and only what was chosen is told."""
        if info is None and self._loading is None:
            self._notify(events.EnginesChosen(self.choice))
        elif info is not None and self.current is not None:
            self.header = self.current.header(info)
            could_look_farther = self.current.could_look_farther(info)
            self._notify(events.EnginesReady(self.header, self.choice, could_look_farther))

    def has_changed(self, info: SourceInfo) -> bool:
        """Whether something else runs by now (a backend failed, an engine got ready); that is said then."""
        is_other = (
            self.current is not None and self.header is not None
            and self.current.header(info).models != self.header.models
        )  # fmt: skip
        if is_other:
            self.tell_what_runs(info)
        return is_other

    def analyser(self, info: SourceInfo, take: Callable[[Header], None]) -> Analyser | None:
        """A new one for the source of that `info`, of what is loaded, which it is first where nothing is.

        `take` is given the header of a recording made with it. None where nothing can be loaded, or `take` raises
        SkelterError as it does not fit; that is told once.
        """
        from app.pipeline import Analyser, tracker_for

        if self.has_failed:
            return None
        self.ensure(info)
        if self.current is None or self.header is None:
            return None
        try:
            take(self.header)
        except SkelterError as error:
            self.has_failed = True
            self._tell_trouble(error)
            return None
        return Analyser(self.current.detector, self.current.pose, tracker_for(info, self.current.tracker))

    def change(self, choice: EngineChoice) -> None:
        """Use others from now on; where some are loaded, they go on until the others are."""
        self.has_failed = False
        if self.current is None:
            self.choice = choice
            return
        self._notify(events.Busy("changing"))
        self._wanted = choice
        if self._loading is None:
            self._loading = threading.Thread(
                target=self._load_apart, args=(choice,), name="skelter engines", daemon=True
            )
            self._loading.start()

    def take(self, loaded: say.EnginesLoaded) -> EngineSet | None:
        """Put in what was loaded; the engines before, for the caller to close once nothing uses them. None: no change.

        Where something else was chosen meanwhile, that is loaded next.
        """
        self._loading = None
        self._notify(events.Busy(""))
        if loaded.error is not None:
            self._tell_trouble(loaded.error)
        wanted, self._wanted = self._wanted, None
        if wanted is not None and wanted != loaded.choice:
            if loaded.engines is not None:
                loaded.engines.close()
            self.change(wanted)
            return None
        if loaded.engines is None:
            return None
        before, self.current, self.choice = self.current, loaded.engines, loaded.choice
        return before

    def close(self) -> None:
        """Nothing is wanted any more; what is still loading is closed when it comes."""
        self._wanted = None
        loading, self._loading = self._loading, None
        if loading is not None:
            loading.join(0.5)
        if self.current is not None:
            self.current.close()
            self.current = None

    def _load_apart(self, choice: EngineChoice) -> None:
        engines, error = None, None
        try:
            engines = self._toolbox.engines(choice)
        except Exception as trouble:  # noqa: BLE001 - the thread's end: told to the user
            error = trouble
        if self._loading is None and engines is not None:
            engines.close()
        else:
            self._tell(say.EnginesLoaded(choice, engines, error))


class Changeable:
    """The parts of a pipeline that runs, each of which can be another from one frame to the next.

    It is a detector, a pose network and a tracker at once. Whoever is followed keeps his number as long as the tracker
    and the joints stay the same; otherwise people get numbers that nobody had.
    """

    def __init__(self, engines: EngineSet) -> None:
        self._lock = threading.Lock()
        self._engines = engines
        self._tracker = engines.tracker
        self._above = self._last_id = 0
        self._tracker.reset()
        self.tells_predicted = self._tracker.tells_predicted

    def change(self, engines: EngineSet) -> None:
        """Use these from the next call on; the others are not in use any more when this returns."""
        with self._lock:
            before, self._engines = self._engines, engines
            same_joints = _joint_count(before) == _joint_count(engines)
            if not same_joints or type(engines.tracker) is not type(self._tracker):
                self._tracker, self._above = engines.tracker, self._last_id
                self._tracker.reset()
                self.tells_predicted = self._tracker.tells_predicted

    @property
    def threshold(self) -> float:
        return self._engines.detector.threshold

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        with self._lock:
            return self._engines.detector.detect(image, floor=floor, whole=whole)

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        with self._lock:
            return self._engines.pose.estimate(image, boxes)

    def update(
        self,
        poses: Poses,
        time_s: float,
        image: U8 | None = None,
        *,
        detected: Bools | None = None,
        looked: bool = True,
    ) -> Tracks:
        with self._lock:
            tracks = self._tracker.update(poses, time_s, image, detected=detected, looked=looked)
            tracks = replace(tracks, ids=tracks.ids + self._above)
            self._last_id = max(self._last_id, int(tracks.ids.max(initial=0)))
            return tracks

    def predict(self, time_s: float, image: U8 | None = None) -> Boxes:
        with self._lock:
            return self._tracker.predict(time_s, image)

    def reset(self) -> None:
        with self._lock:
            self._tracker.reset()


def _joint_count(engines: EngineSet) -> int:
    return len(getattr(getattr(engines.pose, "skeleton", None), "keypoints", ())) or 17
