"""Ids over jumps: nobody gets two, no two get one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.gui import messages as say
from app.gui.analyst import Analyst
from app.gui.clip import Clip
from app.gui.file_playback import FilePlayback
from app.gui.lanes import Lanes
from app.pipeline import Analyser
from app.results import Header, Recording, SourceRecord
from app.reunion import with_ids
from engine.errors import SourceError
from engine.types import Frame
from engine.video import SourceInfo
from engine.video.opening import open_source
from tests.gui.clips import FPS, HEIGHT, WIDTH, GreenEngines, frame_picture, make_clip, number_in


class Frames:
    """A source of two people that needs no file."""

    def __init__(self, count: int = 80) -> None:
        self.info = SourceInfo("drawn", WIDTH, HEIGHT, float(FPS), count / FPS, count, False, False)
        self._next = 0

    def __iter__(self):  # type: ignore[no-untyped-def]
        while self._next < (self.info.frame_count or 0):
            self._next += 1
            yield Frame(frame_picture(self._next - 1, people=2), self._next - 1, (self._next - 1) / FPS)

    def seek(self, index: int) -> None:
        if index >= (self.info.frame_count or 0):
            raise IndexError(index)
        self._next = index

    def index_at(self, time_s: float) -> int:
        return int(time_s * FPS)

    def times(self) -> list[float]:
        return [index / FPS for index in range(self.info.frame_count or 0)]

    def end_of(self, index: int) -> None: ...

    def close(self) -> None: ...

    def __enter__(self) -> Frames:
        return self

    def __exit__(self, *_: object) -> None: ...


def playback(
    source: Frames, on_renumbered: Callable[[dict[int, int]], None] | None = None
) -> tuple[FilePlayback, Lanes]:
    engines, lanes = GreenEngines(), Lanes()
    analyst = Analyst(Recording(Header(SourceRecord.of(source.info))), lanes, on_renumbered)
    analyser = Analyser(engines.detector, engines.pose, engines.tracker)
    return FilePlayback(Clip(source), analyst, lambda: analyser, lambda: False), lanes


class Holed(Frames):
    """Pictures of which some cannot be read."""

    def __init__(self, count: int, *, unread: set[int]) -> None:
        super().__init__(count)
        self.unread = unread

    def __iter__(self):  # type: ignore[no-untyped-def]
        return (frame for frame in super().__iter__() if frame.index not in self.unread)


def play(file: FilePlayback, frames: int | None = None) -> None:
    for _ in itertools.count() if frames is None else range(frames):
        if file.owed:
            file.settle()
        moment = file.following()
        if moment is None:
            return
        file.stand_on(moment)


def test_stepping_back_and_playing_on_keeps_everybody() -> None:
    file, lanes = playback(Frames())
    file.go(0)
    play(file, 30)
    file.go(12)
    play(file)
    assert [lane.id for lane in lanes.view().people] == [1, 2]
    assert lanes.view().analysed == ((0, 79),)
    file.close()


def test_a_part_analysed_apart_joins_when_the_gap_is_filled() -> None:
    file, lanes = playback(Frames())
    file.go(0)
    play(file, 8)
    file.go(50)
    file.settle()
    play(file, 5)
    apart = {lane.id for lane in lanes.view().people}
    assert apart == {1, 2, 3, 4}, "across an unseen gap nobody can tell who is who"
    file.go(8)
    play(file)
    assert [lane.id for lane in lanes.view().people] == [1, 2]
    assert lanes.view().analysed == ((0, 79),)
    file.close()


def test_the_part_before_joins_too_and_gives_up_its_numbers() -> None:
    told: list[dict[int, int]] = []
    file, lanes = playback(Frames(), told.append)
    file.go(60)
    file.settle()
    play(file)
    file.go(0)
    file.settle()
    play(file)
    assert [lane.id for lane in lanes.view().people] == [1, 2], "which may stand in tables by now"
    assert told == [{3: 1, 4: 2}]
    assert lanes.view().analysed == ((0, 79),)
    file.close()


def test_parts_that_were_numbered_crosswise_join() -> None:
    """Of each pair another one has the older number: nobody is seen beside himself for that."""
    file, lanes = playback(Frames())
    file.go(0)
    play(file, 20)
    file.go(60)
    file.settle()
    play(file, 4)
    numbers = {1: 1, 2: 6, 3: 5, 4: 2}  # left and right: first 1 and 6, later 5 and 2
    for record in list(file.recording):
        file.recording.add(with_ids(record, numbers))
    file.restart(file.recording)
    file.go(10)
    play(file)
    assert [lane.id for lane in lanes.view().people] == [1, 2]
    file.close()


def test_frames_learnt_whose_people_keep_their_numbers_are_not_copied() -> None:
    file, lanes = playback(Frames(10))
    file.go(0)
    play(file)
    found = file.recording
    learner = Analyst(Recording(found.header), lanes)
    learner.learn(found)
    assert len(found) == 10
    assert all(learner.recording[record.index] is record for record in found), "an hour of results is in memory once"
    file.close()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(jumps=st.lists(st.tuples(st.integers(0, 49), st.integers(0, 9)), max_size=5))
def test_after_any_wandering_a_full_pass_leaves_two_people(jumps: list[tuple[int, int]]) -> None:
    file, lanes = playback(Frames(50))
    for index, frames in jumps:
        file.go(index)
        if file.owed:
            file.settle()
        play(file, frames)
        for record in file.recording:  # at every moment: on one frame nobody is there twice
            ids = record.tracks.ids.tolist()
            assert len(set(ids)) == len(ids)
            lefts = record.tracks.poses.boxes.xyxy[:, 0]
            assert len(ids) < 2 or abs(lefts[0] - lefts[1]) > 60
    file.go(0)
    if file.owed:
        file.settle()
    play(file)
    assert lanes.view().analysed == ((0, 49),)
    assert len(lanes.view().people) == 2
    file.close()


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clip") / "numbered.mp4", frames=50, gop=20)


@settings(max_examples=15, deadline=None)
@given(order=st.lists(st.integers(0, 55), max_size=12))
def test_a_clip_gives_the_frame_asked_for_in_any_order(numbered: Path, order: list[int]) -> None:
    clip = Clip(open_source(str(numbered)))
    for index in order:
        frame = clip.frame(index)
        if index < 50:
            assert frame is not None
            assert (frame.index, number_in(frame.image)) == (index, index)
        else:
            assert frame is None
    clip.close()


def test_stepping_back_is_from_memory() -> None:
    clip = Clip(source := Sought())
    clip.frame(30)
    clip.frame(29)
    source.seeks = 0
    stepped = [clip.frame(index) for index in range(28, 19, -1)]
    assert [frame.index for frame in stepped if frame is not None] == list(range(28, 19, -1))
    assert source.seeks == 0
    clip.close()


class Sought(Frames):
    """Counts how often another frame than the next is wanted of it."""

    seeks = 0

    def seek(self, index: int) -> None:
        self.seeks += 1
        super().seek(index)


class AwayOnce(Frames):
    """Its frame 20 cannot be read the first time, as on a disk of the network that was away for a moment."""

    def __init__(self) -> None:
        super().__init__(40)
        self._is_away = True

    def __iter__(self):  # type: ignore[no-untyped-def]
        for frame in super().__iter__():
            if frame.index == 20 and self._is_away:
                self._is_away = False
                raise SourceError("The disk is away.")
            yield frame


def test_where_reading_failed_once_a_clip_does_not_end() -> None:
    clip = Clip(AwayOnce())
    assert clip.frame(19) is not None
    with pytest.raises(SourceError, match="away"):
        clip.frame(20)
    frames = [clip.frame(index) for index in (20, 21, 39)]
    assert [frame and frame.index for frame in frames] == [20, 21, 39]
    assert clip.last() == 39
    clip.close()


def test_each_step_leads_to_another_picture_where_some_are_missing() -> None:
    file, _ = playback(Holed(9, unread={0, 3, 4, 7}))

    def step(frames: int) -> int:
        moment = file.go(file.meant_by(say.Step(frames, session=1)))
        assert moment is not None
        assert file.position == moment.frame.index
        return moment.frame.index

    file.go(0)
    assert [step(1) for _ in range(6)] == [2, 5, 6, 8, 8, 8]
    assert [step(-1) for _ in range(5)] == [6, 5, 2, 1, 1]
    file.close()
