"""The people of a frame, as the dataclasses hold them."""

from __future__ import annotations

import numpy as np

from engine.types import Boxes, Poses, Tracks


def test_mirrored_people_stay_on_their_pixels() -> None:
    image = np.zeros((10, 21, 3), np.uint8)
    image[4, 6] = 255
    points = np.full((1, 17, 2), np.float32(4))
    points[..., 0] = 6
    boxes = Boxes.of([[5, 3, 8, 9]], [0.9])
    tracks = Tracks(Poses.of(points, np.ones((1, 17)), boxes), np.array([4]), np.array([0]))

    people = tracks.mirrored(21)

    x, y = people.poses.keypoints[0, 0]
    assert image[:, ::-1][int(y), int(x)].tolist() == [255, 255, 255]
    assert people.poses.boxes.xyxy[0].tolist() == [12, 3, 15, 9]
    assert tracks.poses.keypoints[0, 0, 0] == 6, "the tracks given stay as they are"
