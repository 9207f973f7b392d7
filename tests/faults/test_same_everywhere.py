"""The same frames give the same joints and ids, however they are come by: command line, window, camera, threads."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app import job
from app.cli import main
from app.engines import Choice, Engines
from app.exports.skelter_json import read
from app.gui.analyst import Analyst
from app.gui.clip import Clip
from app.gui.file_playback import FilePlayback
from app.gui.lanes import Lanes
from app.pipeline import Analyser
from app.results import FrameRecord, Recording
from engine import drawn
from engine.types import Frame
from engine.video.opening import open_source
from engine.video.sink import VideoSink
from tests.app.recordings import same_people
from tests.clips import beginning_of
from tests.shared import VIDEO, needs_shared

FRAMES = 18
ON_CPU = Choice(device="onnxruntime", precision="f32")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two drawn people who walk past each other."""
    path = tmp_path_factory.mktemp("walk") / "walk.mp4"
    people = [drawn.person(seed)[0] for seed in (0, 1)]
    with VideoSink(path, width=640, height=384, fps=25, crf=12) as sink:
        for index in range(FRAMES):
            image = np.full((384, 640, 3), 120, np.uint8)
            image[:, 10 + 3 * index : 298 + 3 * index] = people[0]
            image[:, 340 - 2 * index : 628 - 2 * index] = people[1]
            sink.write(image, index / 25)
    return path


def followed(
    clip: Path, choice: Choice = ON_CPU, *, threads: int | None = None, decoding: int = 0
) -> list[FrameRecord]:
    with open_source(clip, threads=decoding) as source, Engines.load(choice, threads=threads) as engines:
        recording = Recording(engines.header(source.info))
        job.run(source, engines, [], each=recording.add)
    return list(recording)


@pytest.fixture(scope="module")
def reference(clip: Path) -> list[FrameRecord]:
    found = followed(clip, threads=1, decoding=1)
    assert len(found) == FRAMES
    assert sum(len(record.tracks) for record in found) > FRAMES, "somebody is seen, or nothing is proven"
    return found


def same(found: list[FrameRecord], reference: list[FrameRecord]) -> None:
    assert [record.index for record in found] == [record.index for record in reference]
    for one, other in zip(found, reference, strict=True):
        same_people(one, other)


def test_threads_change_nothing(clip: Path, reference: list[FrameRecord]) -> None:
    same(followed(clip, threads=2, decoding=4), reference)


def test_the_command_line_writes_the_same(clip: Path, reference: list[FrameRecord], tmp_path: Path) -> None:
    target = tmp_path / "o.json"
    assert main(["track", str(clip), "-o", str(target), "--device", "onnxruntime", "--precision", "f32"]) == 0
    same(list(read(target)), reference)


def test_the_window_shows_the_same_played_and_sought(clip: Path, reference: list[FrameRecord]) -> None:
    with Engines.load(ON_CPU) as engines:
        source = open_source(clip)
        analyser = Analyser(engines.detector, engines.pose, engines.tracker)
        analyst = Analyst(Recording(engines.header(source.info)), Lanes())
        playback = FilePlayback(Clip(source), analyst, lambda: analyser, lambda: False)
        played = []
        while (moment := playback.following()) is not None:
            playback.stand_on(moment)
            assert moment.record is not None
            played.append(moment.record)
        same(played, reference)
        for index in (15, 3, 11, 17, 0):
            moment = playback.go(index)
            assert moment is not None
            assert moment.record is not None
            same_people(moment.record, reference[index])
        playback.close()


class Camera:
    """A live source that gives the frames of a clip, the next when the last was taken, so that none is dropped."""

    def __init__(self, clip: Path) -> None:
        self._source = open_source(clip)
        self.info = dataclasses.replace(self._source.info, live=True, frame_count=None, duration_s=None)
        self.taken = threading.Semaphore(1)

    def __iter__(self) -> Iterator[Frame]:
        for frame in self._source:
            self.taken.acquire(timeout=60)
            yield frame

    def end_of(self, index: int) -> None: ...

    def close(self) -> None:
        self._source.close()


def test_a_camera_gives_the_same(clip: Path, reference: list[FrameRecord]) -> None:
    camera = Camera(clip)
    found: list[FrameRecord] = []

    def each(record: FrameRecord) -> None:
        found.append(record)
        camera.taken.release()

    with Engines.load(ON_CPU) as engines:
        job.run(camera, engines, [], each=each)
    same(found, reference)


def same_place(found: list[FrameRecord], reference: list[FrameRecord]) -> None:
    assert [record.tracks.ids.tolist() for record in found] == [record.tracks.ids.tolist() for record in reference]
    apart = [
        np.abs(one.tracks.poses.keypoints - other.tracks.poses.keypoints)[other.tracks.poses.scores > 0.3]
        for one, other in zip(found, reference, strict=True)
    ]
    assert np.concatenate(apart).max() <= 0.5


def test_another_backend_finds_the_same_people_at_the_same_place(clip: Path, reference: list[FrameRecord]) -> None:
    same_place(followed(clip, Choice(device="openvino", precision="f32")), reference)


@needs_shared
def test_small_differences_between_backends_do_not_grow(tmp_path: Path) -> None:
    clip = beginning_of(VIDEO / "three-cross.mp4", tmp_path / "clip.mp4", seconds=2.5)
    same_place(followed(clip, Choice(device="openvino", precision="f32")), followed(clip))
