"""Frames of one pixel and of 8K, a hundred people, 240 frames a second, half a day: everything goes through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest

from app import job
from app.engines import Choice, Engines
from app.results import FrameRecord
from engine import drawn
from engine.types import Boxes, Frame, Poses
from engine.video.opening import open_source
from engine.video.sink import VideoSink
from tests.app.synthetic import SquareSource, picture, square_engines
from trackers import TRACKERS


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with Engines.load(Choice()) as loaded:
        yield loaded


@pytest.mark.parametrize("size_wh", [(1, 1), (1, 400), (7680, 4320)], ids=["1×1", "a line", "8K"])
def test_frames_of_any_size_are_followed_and_written(
    size_wh: tuple[int, int], engines: Engines, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    image = cv2.resize(drawn.person(0)[0], size_wh, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(folder / "0.jpg"), image[..., ::-1])
    engines.tracker.reset()
    with open_source(folder) as source:
        summary = job.run(source, engines, [tmp_path / "o.mp4", tmp_path / "o.json"])
    assert summary.frames == 1
    with open_source(tmp_path / "o.mp4") as written:
        (frame,) = written
    assert (frame.width, frame.height) == tuple(size + size % 2 for size in size_wh)


def test_two_hundred_and_forty_frames_a_second_keep_their_times(engines: Engines, tmp_path: Path) -> None:
    with VideoSink(tmp_path / "fast.mp4", width=160, height=120, fps=240) as sink:
        for index in range(120):
            sink.write(picture(index), index / 240)
    times: list[float] = []
    engines.tracker.reset()
    with open_source(tmp_path / "fast.mp4") as source:
        job.run(source, engines, [tmp_path / "o.mp4"], each=lambda record: times.append(record.time_s))
    np.testing.assert_allclose(times, np.arange(120) / 240, atol=1e-4)
    with open_source(tmp_path / "o.mp4") as written:
        np.testing.assert_allclose([frame.time_s for frame in written], times, atol=1e-4)


def test_a_hundred_people_are_posed_and_keep_their_ids(engines: Engines) -> None:
    cell, (image, box) = 96, drawn.person(0, (72, 96))
    crowd = np.tile(np.pad(image, ((0, 0), (0, cell - 72), (0, 0))), (10, 10, 1))
    offsets = cell * np.array([(x, y, x, y) for y in range(10) for x in range(10)], np.float32)
    poses = engines.pose.estimate(crowd, Boxes.of(box.xyxy + offsets, np.full(100, 0.9)))
    # the same person a hundred times: in every cell the same joints
    inside = poses.keypoints - offsets[:, None, :2]
    sure = poses.scores.min(axis=0) > 0.5
    assert sure.sum() > 5
    assert np.ptp(inside[:, sure], axis=0).max() < 1

    tracker, ids = TRACKERS["oks"](), []
    for index in range(10):
        moved = Poses.of(poses.keypoints + index, poses.scores, Boxes.of(poses.boxes.xyxy + index, poses.boxes.scores))
        ids.append(tracker.update(moved, index / 25).ids.tolist())
    assert len(ids[-1]) == 100
    assert ids[-1] == ids[-4]


def test_half_a_day_of_a_camera_leaves_memory_and_ids_as_they_should_be() -> None:
    """Twelve hours by the source's clock, a picture every twenty seconds; somebody comes anew every four minutes."""

    class Camera(SquareSource):
        def __iter__(self) -> Iterator[Frame]:
            for index in range(12 * 180):
                at_s = 20.0 * index
                shown = picture(index) if index % 12 else np.full_like(picture(0), 20)
                for step in range(1 if index % 12 > 3 else 2):
                    yield Frame(shown, 2 * index + step, at_s + step / 25)

    process, rss, ids = psutil.Process(), [], []

    def each(record: FrameRecord) -> None:
        ids.append(int(record.tracks.ids.max(initial=0)))
        if record.index % 500 == 0:
            rss.append(process.memory_info().rss)

    summary = job.run(Camera(1), square_engines(), [], each=each)
    assert summary.frames > 12 * 180
    assert np.all(np.diff([one for one in ids if one]) >= 0), "an id that has gone never comes back"
    assert rss[-1] - rss[1] < 20e6
