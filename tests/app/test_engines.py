"""What the program runs with: its engines, as they are chosen and loaded."""

from __future__ import annotations

import numpy as np

from app.engines import Choice, Engines
from engine.loading import load_pose
from engine.types import Boxes
from tests.engine.val_pictures import on_its_side, val_people
from tests.shared import needs_shared


@needs_shared
def test_who_is_upside_down_is_seen_upright() -> None:
    (person,) = val_people(1)
    image, xyxy = on_its_side(person, 2)
    box = Boxes.of(xyxy[None], [1.0])
    with (
        Engines.load(Choice(precision="f32")) as program,
        load_pose(precision="f32", turn=True) as turning,
        load_pose(precision="f32") as plain,
    ):
        found = program.pose.estimate(image, box)
        np.testing.assert_array_equal(found.keypoints, turning.estimate(image, box).keypoints)
        assert found.scores.mean() > plain.estimate(image, box).scores.mean()
