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
from app.results import FrameRecord
from app.style import Style
from engine.types import U8, Frame
from engine.video import open_source
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
