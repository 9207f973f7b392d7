"""A picture is read as it was labelled, whichever way up it is to be shown."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.types import U8
from tests.training.conftest import write_people
from training.data.cache import cached_crops
from training.data.coco import load_people, load_scenes
from training.data.people import BROKEN, DatasetError, Picture, Skips, read_picture

AS_IT_LIES, UPSIDE_DOWN = 1, 3
TURNED_RIGHT = 6  # EXIF: to be shown turned clockwise by a quarter


def write_turned(path: Path, image: U8, way: int = TURNED_RIGHT, order: str = "<") -> None:
    """The picture, RGB, as a JPEG whose EXIF says that it lies on its side; before that, what a camera is called."""
    encoded = cv2.imencode(".jpg", np.ascontiguousarray(image[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 98])[1].tobytes()
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8)
    entries = struct.pack(f"{order}HHHI4sHHIHHI", 2, 0x010F, 2, 4, b"cam", 0x0112, 3, 1, way, 0, 0)
    tags = b"Exif\0\0" + head + entries
    path.write_bytes(encoded[:2] + struct.pack(">HH", 0xFFE1, len(tags) + 2) + tags + encoded[2:])


@pytest.mark.parametrize(
    ("labelled", "turned"),
    [
        pytest.param((48, 32), False, id="labels of the pixels as they lie: COCO"),
        pytest.param((32, 48), True, id="labels of the picture as it is shown"),
        pytest.param(None, False, id="labels that tell no size: MPII"),
    ],
)
def test_a_picture_is_turned_only_where_its_labels_are(
    labelled: tuple[int, int] | None, turned: bool, tmp_path: Path
) -> None:
    lying = np.zeros((32, 48, 3), np.uint8)
    lying[:16, :16] = 255  # top left, and top right once it is turned
    write_turned(tmp_path / "a.jpg", lying)
    expected = np.rot90(lying, -1) if turned else lying
    np.testing.assert_allclose(read_picture(Picture(tmp_path / "a.jpg", labelled)), expected, atol=30)


def test_a_square_picture_is_left_as_it_lies(tmp_path: Path) -> None:
    lying = np.zeros((32, 32, 3), np.uint8)
    lying[:16, :16] = 255
    write_turned(tmp_path / "a.jpg", lying)
    np.testing.assert_allclose(read_picture(Picture(tmp_path / "a.jpg", (32, 32))), lying, atol=30)


@pytest.mark.parametrize(
    ("way", "order", "size", "told"),
    [
        pytest.param(UPSIDE_DOWN, "<", (48, 32), True, id="upside down"),
        pytest.param(UPSIDE_DOWN, ">", (48, 32), True, id="upside down, of another camera"),
        pytest.param(TURNED_RIGHT, "<", (48, 48), True, id="a square on its side"),
        pytest.param(TURNED_RIGHT, ">", (48, 32), False, id="labels of the pixels as they lie"),
        pytest.param(AS_IT_LIES, "<", (48, 32), False, id="not turned"),
    ],
)
def test_where_a_size_cannot_tell_how_a_picture_was_labelled_it_is_said(
    way: int, order: str, size: tuple[int, int], told: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a.jpg", "b.jpg"):
        write_turned(tmp_path / name, np.zeros((size[1], size[0], 3), np.uint8), way, order)
        read_picture(Picture(tmp_path / name, size))
    assert caplog.text.count("taken as they are stored") == told, "once for a folder"


def test_labels_of_pixels_as_they_lie_show_their_people(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "data", 2)
    upright = cached_crops(load_people(folder, ["people.json"])[0], tmp_path / "cache", None, Skips())
    content = json.loads((folder / "people.json").read_text())
    for image in content["images"]:
        path = folder / image["file_name"]
        write_turned(path.with_suffix(".jpg"), read_picture(Picture(path)))
        image["file_name"] = f"images/{path.stem}.jpg"
    (folder / "turned.json").write_text(json.dumps(content))
    cache = cached_crops(load_people(folder, ["turned.json"])[0], tmp_path / "cache", None, Skips())
    assert np.abs(cache.crops.astype(int) - upright.crops).mean() < 6


def test_a_picture_of_another_size_than_labelled_is_left_out(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "data", 3)
    other = folder / "images" / "2.png"
    cv2.imwrite(str(other), np.zeros((64, 48, 3), np.uint8))
    people, skips = load_people(folder, ["people.json"])
    assert cached_crops(people, tmp_path / "cache", None, skips).rows == [0, -1, 2]
    assert str(skips) == f"1 × {BROKEN}"
    with pytest.raises(DatasetError, match=r"2\.png has 48 × 64 pixels, its labels say 96 × 128: unpack"):
        read_picture(load_scenes(folder, ["people.json"])[0][1].picture)
