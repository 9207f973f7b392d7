"""What is written of a camera side by side: the data know every picture of the video, whatever the camera did."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from app import job
from app.exports.skelter_json import read
from app.footage import laid_on
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.style import Style
from engine.types import U8, Boxes, Frame, Poses, Tracks
from engine.video.opening import open_source
from tests.app.synthetic import HEIGHT, WIDTH, SquareSource, picture, square_engines


class Camera(SquareSource):
    """Begins at some time and number, loses pictures, and comes back twice as wide after the tenth."""

    def __init__(self, *, widened: bool = False) -> None:
        super().__init__(25, live=True)
        self._widened = widened
        self.taken = threading.Semaphore(1)

    def __iter__(self) -> Iterator[Frame]:
        for frame in super().__iter__():
            self.taken.acquire(timeout=60)
            index = 30 + frame.index + 3 * (frame.index // 5)
            yield Frame(self._shot(frame.index), index, 1.18 + index / 25)

    def _shot(self, count: int) -> U8:
        if self._widened and count >= 10:
            return np.asarray(cv2.resize(picture(count), (2 * WIDTH, HEIGHT)), np.uint8)
        return picture(count)


@pytest.mark.parametrize("widened", [False, True])
def test_data_of_a_camera_belong_to_its_video(tmp_path: Path, widened: bool) -> None:
    camera = Camera(widened=widened)
    told: list[FrameRecord] = []

    def each(record: FrameRecord) -> None:
        told.append(record)
        camera.taken.release()
        if len(told) == 25:
            camera.close()

    plain = Style(skeleton=False, ids=False)
    job.run(camera, square_engines(), [tmp_path / "o.mp4", tmp_path / "o.jsonl"], style=plain, each=each)
    known = read(tmp_path / "o.jsonl")
    with open_source(tmp_path / "o.mp4") as video:
        shown = list(video)
    assert known.indices == [frame.index for frame in shown] == list(range(25))
    assert [record.time_s for record in known] == pytest.approx([frame.time_s for frame in shown], abs=0.001)
    assert [record.time_s for record in told] == [record.time_s for record in known]
    for frame, record in zip(shown, known, strict=True):
        x1, y1, x2, y2 = record.tracks.poses.boxes.xyxy[-1]
        middle = frame.image[round((y1 + y2) / 2), round((x1 + x2) / 2)]
        assert middle.min() > 180, f"the square is where the data have it in frame {frame.index}"


def placed(times_s: list[float], video_s: list[float]) -> dict[int, int]:
    """Frame of a video whose pictures begin at `video_s` → which record, of a camera at `times_s`, lies on it."""
    recording = Recording(Header(SourceRecord("camera 0", WIDTH, HEIGHT, live=True)))
    for number, time_s in enumerate(times_s):
        boxes = Boxes.of([[number, 0, number + 9, 9]], [0.9])
        tracks = Tracks(Poses.of(np.zeros((1, 17, 2)), np.ones((1, 17)), boxes), np.array([1]), np.array([0]))
        recording.add(FrameRecord(30 + number, time_s, tracks))
    laid = laid_on(recording, video_s, SourceRecord("o.mp4", WIDTH, HEIGHT))
    assert [record.time_s for record in laid] == [video_s[index] for index in laid.indices]
    return {record.index: round(record.tracks.poses.boxes.xyxy[0, 0].item()) for record in laid}


def test_people_of_a_camera_lie_on_a_video_of_it_by_their_times() -> None:
    times_s = [1.18, 1.25, 1.27, 1.4, 1.44]
    assert placed(times_s, [0.0, 0.07, 0.09, 0.22, 0.26]) == {0: 0, 1: 1, 2: 2, 3: 3, 4: 4}, "of the data's first"
    assert placed([0.0, 0.09, 0.26], [0.0, 0.07, 0.09, 0.22, 0.26]) == {0: 0, 2: 1, 4: 2}, "it has more pictures"
    assert placed(times_s, [0.0, 0.09, 0.22]) == {0: 0, 1: 2, 2: 3}, "it has fewer, and ends before"
    evenly = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]
    assert placed([0.01, 0.08, 0.11, 0.22, 0.9], evenly) == {0: 0, 2: 2, 4: 3}, "it was written anew at another rate"
