"""The player alone with a camera that is lost, hangs or is recorded: what is wanted of it is done all the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
import pytest

from app.changes import Rename
from app.edits import Edits
from app.exports.skelter_json import read
from app.gui import messages as say
from app.gui.mailbox import Mailbox
from app.gui.player import Player
from app.gui.recorder import Recorder, RecordingPlan
from app.gui.tap import Tap
from app.gui.toolbox import EngineChoice, Toolbox
from app.results import FrameRecord, Header, SourceRecord
from app.style import Style
from engine.errors import SinkError, UsageError
from engine.skeletons import COCO, MPII
from engine.types import Boxes, Frame, Poses, Tracks
from engine.video import LiveState, Source
from engine.video.live import Shot, SupervisedSource
from tests.gui.clips import FPS, GreenToolbox, OtherJointsToolbox, frame_picture
from tests.gui.test_live import CameraToolbox, FakeCamera
from tests.gui.test_window import SLOW_MS

E = TypeVar("E")


class Listener:
    """A player that watches camera 0 without a window, and what it said."""

    def __init__(self, tools: Toolbox) -> None:
        self.heard: list[say.Event] = []
        self.pictures: Mailbox[say.Picture] = Mailbox(lambda: None)
        self.player = Player(tools, pictures=self.pictures, notify=self.heard.append, style=Style())
        self.player.start()
        self.player.send(say.Open("0", 1))
        wait_until(lambda: self.pictures.take() is not None)

    def errors(self) -> list[Exception | None]:
        return [event.error for event in self.heard if isinstance(event, say.Trouble)]

    def record(self, folder: Path, *, raw: bool = True, annotated: bool = False, data: bool = False) -> None:
        self.player.send(say.Record(RecordingPlan(folder, "take", raw, annotated, data), session=1))
        wait_until(lambda: any(isinstance(e, say.Recording) and e.on and e.seconds > 0.2 for e in self.heard))

    def end_take(self) -> tuple[Path, ...]:
        self.player.send(say.StopRecording())
        return self.hear(say.Recording, lambda event: not event.on).paths

    def hear(self, kind: type[E], fits: Callable[[E], bool] = lambda _: True) -> E:
        """The last event of that kind, once there is one."""
        wait_until(lambda: any(isinstance(event, kind) and fits(event) for event in self.heard))
        return next(event for event in reversed(self.heard) if isinstance(event, kind) and fits(event))


Listen = Callable[[Toolbox], Listener]


@pytest.fixture
def listen() -> Iterator[Listen]:
    made: list[Listener] = []

    def make(tools: Toolbox) -> Listener:
        made.append(Listener(tools))
        return made[-1]

    yield make
    assert all(listener.player.stop(20) for listener in made)


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + SLOW_MS / 1e3
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_take_whose_folder_went_away_does_not_take_the_camera_with_it(listen: Listen, tmp_path: Path) -> None:
    listener = listen(CameraToolbox())
    listener.record(tmp_path / "takes")
    (tmp_path / "takes").rename(tmp_path / "elsewhere")
    assert listener.end_take() == ()
    assert [type(error) for error in listener.errors()] == [SinkError]
    listener.pictures.take()
    wait_until(lambda: listener.pictures.take() is not None)


def test_a_take_ends_while_the_camera_is_silent(listen: Listen, tmp_path: Path) -> None:
    tools = CameraToolbox()
    listener = listen(tools)
    listener.record(tmp_path)
    tools.cameras[0].stall.set()
    assert listener.end_take() == (tmp_path / "take.mp4",)
    with av.open(str(tmp_path / "take.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) > 3


def test_a_silent_camera_s_last_picture_can_be_had(listen: Listen) -> None:
    tools = CameraToolbox()
    listener = listen(tools)
    tools.cameras[0].stall.set()
    got: list[say.Picture] = []
    listener.player.send(say.Snapshot(got.append, session=1))
    wait_until(lambda: bool(got))
    tools.cameras[0].stall.clear()
    listener.pictures.take()
    wait_until(lambda: listener.pictures.take() is not None)
    assert not any(isinstance(event, say.Closed) for event in listener.heard), "it was no end"


class OtherJointsCamera(OtherJointsToolbox):
    def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
        return FakeCamera()


OTHER = EngineChoice(pose="stick-fine")


@pytest.mark.parametrize("what", ["annotated", "data"])
def test_a_take_keeps_its_joints(listen: Listen, tmp_path: Path, what: str) -> None:
    tools = OtherJointsCamera()
    listener = listen(tools)
    listener.record(tmp_path, raw=False, **{what: True})
    listener.heard.clear()
    listener.player.send(say.UseEngines(OTHER))
    listener.hear(say.Trouble)
    assert [type(error) for error in listener.errors()] == [UsageError]
    assert listener.hear(say.EnginesReady).choice == EngineChoice(), "the ones before go on"
    assert [engines.closed for engines in tools.made] == [False, True]
    (path,) = listener.end_take()
    if what == "data":
        assert len(read(path)) > 3
    listener.player.send(say.UseEngines(OTHER))
    assert listener.hear(say.EnginesReady, lambda event: event.choice == OTHER).header.skeleton is MPII


def test_pictures_alone_may_be_recorded_over_a_change(listen: Listen, tmp_path: Path) -> None:
    listener = listen(OtherJointsCamera())
    listener.record(tmp_path)
    listener.player.send(say.UseEngines(OTHER))
    listener.hear(say.EnginesReady, lambda event: event.choice == OTHER)
    assert listener.end_take() == (tmp_path / "take.mp4",)
    assert listener.errors() == []


def test_joints_that_change_while_the_files_are_made_end_the_take(
    listen: Listen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, make = threading.Event(), Recorder.__init__

    def make_late(self: Recorder, *args: object, **options: object) -> None:
        changed.wait(60)
        make(self, *args, **options)

    monkeypatch.setattr(Recorder, "__init__", make_late)
    listener = listen(OtherJointsCamera())
    listener.player.send(say.Record(RecordingPlan(tmp_path, "take", False, False, True), session=1))
    listener.player.send(say.UseEngines(OTHER))
    listener.hear(say.EnginesReady, lambda event: event.choice == OTHER)
    changed.set()
    listener.hear(say.Trouble)
    assert not listener.hear(say.Recording).on
    assert list(tmp_path.iterdir()) == []


class Hanging:
    """A connection whose driver does not come back after the first pictures."""

    fps = float(FPS)

    def __init__(self) -> None:
        self.hangs, self.let_go = threading.Event(), threading.Event()
        self._count = 0

    def read(self) -> Shot | None:
        self._count += 1
        if self._count > 5:
            self.hangs.set()
            self.let_go.wait(60)
            return None
        picture = frame_picture(self._count)
        return Shot(lambda: picture)

    def close(self) -> None: ...


def test_leaving_a_camera_that_hangs_does_not_hold_the_window(listen: Listen) -> None:
    hanging = Hanging()

    class Tools(GreenToolbox):
        def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
            return SupervisedSource("camera 0", lambda: hanging, on_state=on_state)

    listener = listen(Tools())
    assert hanging.hangs.wait(60)
    begun = time.monotonic()
    listener.player.send(say.CloseSource())
    assert time.monotonic() - begun < 20, "the driver is away for 60 s"
    hanging.let_go.set()
    listener.hear(say.Closed)


def test_pictures_that_a_take_has_and_inference_skips_are_counted_as_they_come() -> None:
    camera, taken = FakeCamera(), []
    camera.dropped = 0
    tap = Tap(camera)
    tap.sink = taken.append
    frames = iter(tap)
    next(frames)
    wait_until(lambda: len(taken) >= 6)
    next(frames)
    assert tap.dropped >= 3
    tap.sink = None
    last = next(frames).index
    assert tap.dropped == last - 2, "all but the three that were given out"
    tap.close()


def test_a_name_given_during_a_take_is_drawn_from_then_on(tmp_path: Path) -> None:
    boxes = Boxes.of([[100, 80, 160, 180]], [0.9])
    tracks = Tracks(Poses.of(np.full((1, 17, 2), np.nan), np.zeros((1, 17)), boxes), np.array([1]), np.array([0]))
    plan, header = RecordingPlan(tmp_path, "take", raw=False), Header(SourceRecord("camera 0", 320, 192, FPS), {}, COCO)
    errors: list[Exception] = []
    recorder = Recorder(plan, header, Style(), Edits(), failed=errors.append)
    for index in range(20):
        frame = Frame(frame_picture(0, people=0), index, index / FPS)
        if index == 10:
            recorder.edits = Edits((Rename(1, "Bartholomew"),))
        recorder.raw(frame)
        recorder.seen(frame, FrameRecord(index, frame.time_s, tracks))
    (path,) = recorder.finish()
    with av.open(str(path)) as container:
        drawn = [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]
    changes = [int((np.abs(after - before).max(axis=2) > 60).sum()) for before, after in pairwise(drawn)]
    assert changes[9] > 200, "the longer label"
    assert max(changes[:9] + changes[10:]) < 50
    assert errors == []
