"""The player alone with a camera that is lost, hangs or is recorded: what is wanted of it is done all the same."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import av
import numpy as np
import pytest

from app.changes import Rename
from app.edits import Edits
from app.exports.skelter_json import read
from app.gui import events
from app.gui import messages as say
from app.gui import recorder as recorder_module
from app.gui.mailbox import Mailbox
from app.gui.player import Player
from app.gui.recorder import Recorder, RecordingPlan
from app.gui.tap import Tap
from app.gui.toolbox import EngineChoice, Toolbox
from app.imports import clip_of, recording_of
from app.results import FrameRecord, Header, SourceRecord
from app.style import Style
from engine.errors import UsageError
from engine.skeletons import COCO, MPII
from engine.types import U8, Boxes, Frame, Poses, Tracks
from engine.video import LiveState, Source
from engine.video.connection import Shot
from engine.video.live import SupervisedSource
from engine.video.opening import open_source
from engine.video.sink import VideoSink
from tests.gui.clips import FPS, HEIGHT, WIDTH, GreenToolbox, OtherJointsToolbox, frame_picture, number_in
from tests.gui.test_live import CameraToolbox, FakeCamera
from tests.gui.test_window import SLOW_MS

E = TypeVar("E")


class Listener:
    """A player that watches camera 0 without a window, and what it said."""

    def __init__(self, tools: Toolbox) -> None:
        self.heard: list[events.Event] = []
        self.pictures: Mailbox[events.Picture] = Mailbox(lambda: None)
        self.player = Player(tools, pictures=self.pictures, notify=self.heard.append, style=Style())
        self.player.start()
        self.player.send(say.Open("0", 1))
        wait_until(lambda: self.pictures.take() is not None)

    def errors(self) -> list[Exception | None]:
        return [event.error for event in self.heard if isinstance(event, events.Trouble)]

    def record(self, folder: Path, *, raw: bool = True, annotated: bool = False, data: bool = False) -> None:
        self.player.send(say.Record(RecordingPlan(folder, "take", raw, annotated, data), session=1))
        wait_until(lambda: any(isinstance(e, events.Recording) and e.on and e.seconds > 0.2 for e in self.heard))

    def end_take(self) -> tuple[Path, ...]:
        self.player.send(say.StopRecording())
        return self.hear(events.Recording, lambda event: not event.on).paths

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


@pytest.mark.skipif(sys.platform == "win32", reason="moves no folder in which a file is open")
def test_a_take_whose_folder_went_away_ends_and_does_not_take_the_camera_with_it(
    listen: Listen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gui.recorder.LOOKS_S", 0.0)
    listener = listen(CameraToolbox())
    listener.record(tmp_path / "takes")
    (tmp_path / "takes").rename(tmp_path / "elsewhere")
    ended = listener.hear(events.Recording, lambda event: not event.on)  # by itself
    assert ended.paths == ()
    (unsaved,) = ended.unsaved
    assert f"{tmp_path / 'takes'} was moved or removed" in str(unsaved.error)
    assert listener.errors() == []
    assert len(pictures(tmp_path / "elsewhere" / "take.part.mp4")) > 3
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
    got: list[events.Picture] = []
    listener.player.send(say.Snapshot(got.append, session=1))
    wait_until(lambda: bool(got))
    tools.cameras[0].stall.clear()
    listener.pictures.take()
    wait_until(lambda: listener.pictures.take() is not None)
    assert not any(isinstance(event, events.Closed) for event in listener.heard), "it was no end"


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
    listener.hear(events.Trouble)
    assert [type(error) for error in listener.errors()] == [UsageError]
    assert listener.hear(events.EnginesReady).choice == EngineChoice(), "the ones before go on"
    assert [engines.closed for engines in tools.made] == [False, True]
    (path,) = listener.end_take()
    if what == "data":
        assert len(read(path)) > 3
    listener.player.send(say.UseEngines(OTHER))
    assert listener.hear(events.EnginesReady, lambda event: event.choice == OTHER).header.skeleton is MPII


def test_pictures_alone_may_be_recorded_over_a_change(listen: Listen, tmp_path: Path) -> None:
    listener = listen(OtherJointsCamera())
    listener.record(tmp_path)
    listener.player.send(say.UseEngines(OTHER))
    listener.hear(events.EnginesReady, lambda event: event.choice == OTHER)
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
    listener.hear(events.EnginesReady, lambda event: event.choice == OTHER)
    changed.set()
    listener.hear(events.Trouble)
    assert not listener.hear(events.Recording).on
    assert list(tmp_path.iterdir()) == []


def test_a_take_that_was_given_up_does_not_stand_in_for_the_next(
    listen: Listen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, asked, make = [], threading.Event(), Recorder.__init__

    def make_late(self: Recorder, *args: object, **options: object) -> None:
        begun.append(self)
        if len(begun) == 2:
            asked.wait(60)
        make(self, *args, **options)

    monkeypatch.setattr(Recorder, "__init__", make_late)
    listener = listen(CameraToolbox())
    press = say.Record(RecordingPlan(tmp_path, "take"), session=1)
    for command in (press, say.StopRecording(), press):
        listener.player.send(command)
    wait_until(lambda: len(begun) == 2)
    listener.player.send(say.Snapshot(lambda _: asked.set(), session=1))  # comes after what the first one's thread said
    listener.hear(events.Recording, lambda event: event.on and event.seconds > 0.2)
    listener.heard.clear()
    assert listener.end_take() == (tmp_path / "take.mp4", tmp_path / "take poses.mp4")
    assert len(list(tmp_path.iterdir())) == 2


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
    listener.hear(events.Closed)


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


def begin_take(
    folder: Path,
    *,
    raw: bool = True,
    annotated: bool = True,
    data: bool = True,
    failed: Callable[[Exception], None] = lambda _: None,
) -> Recorder:
    header = Header(SourceRecord("camera 0", WIDTH, HEIGHT, FPS, live=True), {}, COCO)
    plan = RecordingPlan(folder, "take", raw, annotated, data)
    return Recorder(plan, header, Style(ids=False), Edits(), failed=failed)


def shot(index: int, *, times: int = 1) -> tuple[Frame, FrameRecord]:
    """A camera's picture `index`, so many `times` as large, with somebody whose box begins at x = `index`."""
    picture = np.repeat(np.repeat(frame_picture(index, people=0), times, axis=0), times, axis=1)
    boxes = Boxes.of([[times * index, times * 80, times * (index + 40), times * 180]], [0.9])
    points = np.full((1, 17, 2), times * 120.0)
    tracks = Tracks(Poses.of(points, np.ones((1, 17)), boxes), np.array([1]), np.array([0]))
    time_s = 2.4 + index / FPS + 0.003 * (index % 3)
    return Frame(picture, index, time_s), FrameRecord(index, time_s, tracks)


def pictures(path: Path) -> list[int]:
    """The numbers of those in a video."""
    with av.open(str(path)) as container:
        return [number_in(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def known_of(video: Path, data: Path) -> dict[int, int]:
    """Number of a picture → that of the one on which its people were found, as a window has them."""
    with open_source(video) as source:
        recording = recording_of(source, str(video), data)
    numbers = pictures(video)
    return {numbers[record.index]: round(record.tracks.poses.boxes.xyxy[0, 0].item()) for record in recording}


@pytest.mark.parametrize("waiting", [100, 3])
@pytest.mark.parametrize("raw", [True, False])
def test_data_of_a_take_belong_to_its_videos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: bool, waiting: int
) -> None:
    monkeypatch.setattr("app.gui.recorder.WAITING", waiting)  # where the encoders cannot keep up with
    recorder = begin_take(tmp_path, raw=raw)
    for frame, record in [shot(index) for index in range(30, 72)]:
        recorder.raw(frame)
        if frame.index % 2:  # inference is slower than the camera; the first picture was gone when it could
            recorder.seen(frame, record)
    *videos, data = recorder.finish()
    assert (recorder.lost > 0) == (waiting == 3)
    belongs = read(data)
    assert clip_of(data) == videos[0]
    numbers = pictures(videos[0])
    assert len(belongs) == 21 or waiting == 3
    for record in belongs:
        assert numbers[record.index] == round(record.tracks.poses.boxes.xyxy[0, 0].item())
    for video in videos:
        known = known_of(video, data)
        assert len(known) == 21 or waiting == 3
        assert known
        assert all(number == people_of for number, people_of in known.items()), video.name


@pytest.mark.parametrize(("times", "most"), [(1, 6), (2, 1)])
def test_large_pictures_wait_in_smaller_numbers_and_data_for_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, most: int
) -> None:
    bytes_of_one = shot(0)[0].image.nbytes
    monkeypatch.setattr("app.gui.recorder.WAITING_BYTES", 6 * bytes_of_one)
    may_write = threading.Event()
    written: list[int] = []

    write = VideoSink.write

    def write_late(sink: VideoSink, image: U8, time_s: float) -> None:
        may_write.wait(30)
        written.append(number_in(image[::times, ::times]))
        write(sink, image, time_s)

    monkeypatch.setattr(VideoSink, "write", write_late)
    recorder = begin_take(tmp_path, annotated=False)
    for index in range(20):
        frame, record = shot(index, times=times)
        recorder.raw(frame)
        recorder.seen(frame, record)
    may_write.set()
    *_, data = recorder.finish()
    assert len(written) in (most, most + 1), "one of them is with the encoder"
    assert recorder.lost == 20 - len(written)
    assert read(data).indices == list(range(len(written)))
    assert [record.tracks.poses.boxes.xyxy[0, 0].item() for record in read(data)] == pytest.approx(written)


def test_data_alone_count_the_pictures_that_were_analysed(tmp_path: Path) -> None:
    recorder = begin_take(tmp_path, raw=False, annotated=False)
    for index in range(30, 40):
        frame, record = shot(index)
        recorder.raw(frame)
        if index % 3 == 0:
            recorder.seen(frame, record)
    (data,) = recorder.finish()
    assert read(data).indices == [0, 1, 2, 3]
    assert [record.time_s for record in read(data)] == pytest.approx([0, 3 / FPS, 6 / FPS, 9 / FPS])


def test_people_of_a_camera_that_came_back_larger_are_where_its_pictures_have_them(tmp_path: Path) -> None:
    recorder = begin_take(tmp_path)
    for index in range(10):
        frame, record = shot(index, times=1 if index < 5 else 2)
        recorder.raw(frame)
        recorder.seen(frame, record)
    *_, data = recorder.finish()
    for record in read(data):
        boxes = record.tracks.poses.boxes.xyxy
        assert boxes[0].tolist() == pytest.approx([record.index, 80, record.index + 40, 180], abs=0.5)
        assert record.tracks.poses.keypoints[0, 0].tolist() == pytest.approx([120, 120], abs=0.5)


class Growing(FakeCamera):
    """Comes back twice as large, once it `has_grown`."""

    def __init__(self) -> None:
        super().__init__()
        self.has_grown = threading.Event()

    def __iter__(self) -> Iterator[Frame]:
        for frame in super().__iter__():
            if self.has_grown.is_set():
                self.info = replace(self.info, width=2 * WIDTH, height=2 * HEIGHT)
                frame = replace(frame, image=np.repeat(np.repeat(frame.image, 2, axis=0), 2, axis=1))
            yield frame


def test_a_take_has_the_size_that_the_camera_has_when_it_begins(listen: Listen, tmp_path: Path) -> None:
    camera = Growing()

    class Tools(GreenToolbox):
        def open(self, address: str, on_state: Callable[[LiveState], None]) -> Source:
            return camera

    listener = listen(Tools())
    camera.has_grown.set()
    wait_until(lambda: camera.info.width == 2 * WIDTH)
    listener.record(tmp_path)
    listener.end_take()
    with av.open(str(tmp_path / "take.mp4")) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (2 * WIDTH, 2 * HEIGHT)


def test_takes_that_begin_in_the_same_second_do_not_replace_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    takes: list[Recorder] = []
    opened = recorder_module._opened

    def open_late(*plan: Any) -> Any:  # after another window has found the same name free
        monkeypatch.undo()
        takes.append(begin_take(tmp_path, data=False))
        return opened(*plan)

    monkeypatch.setattr(recorder_module, "_opened", open_late)
    takes.append(begin_take(tmp_path, data=False))
    takes.append(begin_take(tmp_path, raw=False, annotated=False))
    for length, recorder in enumerate(takes, start=2):
        for index in range(length):
            frame, record = shot(index)
            recorder.raw(frame)
            recorder.seen(frame, record)
    names = [[path.name for path in recorder.finish()] for recorder in takes]
    assert names == [
        ["take.mp4", "take poses.mp4"], ["take (2).mp4", "take (2) poses.mp4"], ["take (3) poses.jsonl"]
    ]  # fmt: skip
    assert [len(pictures(tmp_path / name)) for name in ("take.mp4", "take (2).mp4")] == [2, 3]
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit for the size of files")
def test_a_take_of_which_no_file_can_be_written_on_has_failed_and_knows_all_of_them(tmp_path: Path) -> None:
    import resource

    told: list[Exception] = []
    recorder = begin_take(tmp_path, failed=told.append)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1500, before[1]))
    try:
        for index in range(300):
            if recorder.has_failed:
                break
            frame, record = shot(index)
            recorder.raw(frame)
            recorder.seen(frame, record)
            time.sleep(0.001)
        wait_until(lambda: recorder.has_failed)
        assert recorder.finish() == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert sorted(one.path.name for one in recorder.unsaved) == ["take poses.jsonl", "take poses.mp4", "take.mp4"]
    assert all("would be larger" in str(one.error) for one in recorder.unsaved)
    assert len(told) <= 2, "of the last one the take's end tells"
