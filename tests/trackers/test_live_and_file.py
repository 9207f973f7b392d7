"""The same frames give the same numbers, whether they come from a camera or from a file."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from app.pipeline import run
from engine.types import U8, Boxes, Frame, Poses
from engine.video import SourceInfo
from scripts.tracking_scenes import HEIGHT, WIDTH, Conditions, Scene, simulate
from scripts.tracking_shapes import load_shapes
from tests.app.synthetic import SquareSource
from trackers import TRACKERS


class SceneSource(SquareSource):
    """The pictures of a scene; a live one gives the next when the last was taken, so that none is lost."""

    def __init__(self, scene: Scene, *, live: bool) -> None:
        super().__init__(len(scene), live=live)
        self.info = SourceInfo("scene", WIDTH, HEIGHT, scene.conditions.fps, None, len(scene), live, False)
        self.scene, self.taken = scene, threading.Semaphore(1)

    def __iter__(self) -> Iterator[Frame]:
        for index in range(len(self.scene)):
            if self.info.live:
                self.taken.acquire(timeout=60)
            yield Frame(self.scene.image(index), index, self.scene.time_s(index))


class SceneDetector:
    """What is detected in a scene, frame after frame: detector and pose network in one."""

    threshold = 0.5

    def __init__(self, scene: Scene) -> None:
        self.scene, self.index = scene, -1

    def detect(self, image: U8, *, floor: float | None = None, whole: bool = True) -> Boxes:
        if image.shape[:2] != (HEIGHT, WIDTH):  # a closer look
            return Boxes.empty()
        self.index += 1
        return self.scene.detections[self.index].boxes

    def estimate(self, image: U8, boxes: Boxes) -> Poses:
        """The poses of the detections in these boxes; in any other box the nearest one."""
        found = self.scene.detections[self.index]
        apart = np.abs(boxes.xyxy[:, None] - found.boxes.xyxy[None]).sum(axis=2)
        nearest = apart.argmin(axis=1) if len(found) else np.zeros(0, np.int64)
        return Poses(found.keypoints[nearest], found.scores[nearest], boxes[np.arange(len(nearest))])


@pytest.mark.parametrize("name", sorted(TRACKERS))
def test_live_and_file_give_the_same_numbers(name: str) -> None:
    scene = simulate(0, load_shapes(), Conditions(frames=60, crossings_per_s=0.0))
    answers = []
    for live in (False, True):
        source, engines = SceneSource(scene, live=live), SceneDetector(scene)
        frames = []
        for result in run(source, engines, engines, TRACKERS[name](), detect_every=1):
            frames.append((result.frame.index, result.tracks.ids.tolist(), result.tracks.poses.boxes.xyxy.tolist()))
            source.taken.release()
            if len(frames) == len(scene):
                break
        answers.append(frames)
    assert [frame[0] for frame in answers[1]] == list(range(len(scene)))
    assert any(frame[1] for frame in answers[0])
    assert answers[0] == answers[1]
