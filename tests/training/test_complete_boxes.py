"""Boxes of pictures of which not everybody was annotated: `scripts/complete_boxes.py`."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

import engine.weights
from engine.boxes import box_iou
from engine.drawn import person
from engine.errors import UsageError
from engine.loading import load_detector
from engine.types import F32, U8
from scripts.complete_boxes import complete, main
from training.data.coco import load_scenes
from training.data.scenes import by_quarters, moved

TEACHER = Path(engine.weights.__path__[0]) / "skelter-detector-n.onnx"


def side_by_side(*, upside_down: bool) -> tuple[U8, F32]:
    """Two drawn people, and their boxes."""
    (one, first), (other, second) = (person(seed) for seed in (3, 5))
    image = np.hstack([one, other])
    boxes = np.concatenate([first.xyxy, second.xyxy + np.array([one.shape[1], 0, one.shape[1], 0], np.float32)])
    if upside_down:
        turn = by_quarters(2, (image.shape[1], image.shape[0]))
        image, boxes = np.ascontiguousarray(image[::-1, ::-1]), moved(boxes + np.float32(0.5), turn) - np.float32(0.5)
    return image, boxes


@pytest.mark.parametrize("upside_down", [False, True])
def test_who_was_not_annotated_is_found_and_who_was_stays(upside_down: bool) -> None:
    image, boxes = side_by_side(upside_down=upside_down)
    roomy = boxes[:1] + np.array([-12, -12, 12, 12], np.float32)
    with load_detector(TEACHER, precision="f32") as teacher:
        found = complete(teacher, image, roomy)
    assert found.seen == 1
    assert len(found.people) == 2
    before, after = box_iou(roomy, boxes[:1])[0, 0], box_iou(found.people[:1], boxes[:1])[0, 0]
    assert after > before, "the box annotated had room to spare"
    assert box_iou(found.people[1:], boxes[1:])[0, 0] > 0.7


def test_two_who_are_annotated_never_get_one_box() -> None:
    image, boxes = side_by_side(upside_down=False)
    twice = np.concatenate([boxes[:1], boxes[:1] + np.float32(3)])
    with load_detector(TEACHER, precision="f32") as teacher:
        found = complete(teacher, image, twice)
    assert found.seen == 1
    assert (found.people[0] != found.people[1]).any()


def test_nobody_annotated_and_nobody_there_is_nobody() -> None:
    with load_detector(TEACHER) as teacher:
        found = complete(teacher, np.full((120, 160, 3), 114, np.uint8), np.zeros((0, 4), np.float32))
    assert (len(found.people), len(found.doubtful), found.seen) == (0, 0, 0)


def test_who_is_not_seen_keeps_the_box_he_has() -> None:
    empty, box = np.full((120, 160, 3), 114, np.uint8), np.array([[20, 10, 60, 100]], np.float32)
    with load_detector(TEACHER) as teacher:
        found = complete(teacher, empty, box)
    assert found.seen == 0
    np.testing.assert_array_equal(found.people, box)


def test_a_data_set_is_completed_for_the_detector(tmp_path: Path) -> None:
    image, boxes = side_by_side(upside_down=False)
    height, width = image.shape[:2]
    cv2.imwrite(str(tmp_path / "1.png"), image[..., ::-1])
    left, top, right, bottom = (boxes[0] + 0.5).tolist()
    pictures = [
        {"id": 7, "file_name": "1.png", "width": width, "height": height, "split": "train", "detect": False},
        {"id": 8, "file_name": "2.png", "width": width, "height": height, "split": "train", "detect": True},
    ]
    people = [{"id": 1, "image_id": 7, "category_id": 1, "bbox": [left, top, right - left, bottom - top]}]
    (tmp_path / "people.json").write_text(json.dumps({"images": pictures, "annotations": people}))
    main(TEACHER, tmp_path, "people.json")

    (scene,) = load_scenes(tmp_path, ["people-completed.json"], split="train")[0]
    assert scene.picture.path.name == "1.png", "the other has all its boxes already"
    assert len(scene.people) == 2
    assert (box_iou(scene.people, boxes + np.float32(0.5)).max(axis=1) > 0.7).all()

    with pytest.raises(UsageError, match="nothing is left to complete"):
        main(TEACHER, tmp_path, "people-completed.json")
