"""Real pictures of people, with boxes and joints, and the crops that the pose network sees of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from engine import crops
from engine.types import F32, U8
from tests.shared import SHARED

VAL = SHARED / "data" / "people" / "val"


@dataclass(frozen=True)
class Person:
    """A labelled person: picture uint8 [H, W, 3] RGB, box float32 [4] (x1, y1, x2, y2), joints [17, 3] (x, y, seen)."""

    image: U8
    xyxy: F32
    joints: F32


def val_people(count: int) -> Iterator[Person]:
    """The first people of COCO's ground truth who show at least 12 joints."""
    labels = json.loads((VAL / "val.json").read_text(encoding="utf-8"))
    images = {image["id"]: image for image in labels["images"] if image["source"] == "coco"}
    for label in labels["annotations"]:
        if count == 0:
            return
        if label["image_id"] not in images or label["ignore"] or not label["pose"] or label["num_keypoints"] < 12:
            continue
        picture = cv2.imread(str(VAL / images[label["image_id"]]["file_name"]))
        x, y, w, h = label["bbox"]
        xyxy = np.array([x, y, x + w, y + h], np.float32) - np.float32(0.5)
        yield Person(
            cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), xyxy, np.array(label["keypoints"], np.float32).reshape(17, 3)
        )
        count -= 1


def on_its_side(person: Person, turns: int) -> tuple[U8, F32]:
    """His picture, turned clockwise by so many quarters, and his box in it."""
    image, corners = person.image, person.xyxy.reshape(2, 2)
    for _ in range(turns):
        corners = np.stack([image.shape[0] - 1 - corners[:, 1], corners[:, 0]], axis=1)
        image = np.rot90(image, -1)
    return np.ascontiguousarray(image), np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def val_crops(count: int, size_wh: tuple[int, int] = (192, 256)) -> U8:
    """Their crops uint8 [N, H, W, 3]."""
    cuts = []
    for person in val_people(count):
        centres, sizes = crops.centres_and_sizes(person.xyxy, size_wh)
        cuts.append(crops.cut(person.image, crops.affines(centres, sizes, size_wh), size_wh))
    return np.concatenate(cuts)
