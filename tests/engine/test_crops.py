"""The crop rule: where a box lands, there and back, under each pixel rule."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import crops
from engine.crops import PixelRule

SIZE = (192, 256)
coordinate = st.floats(-2000, 2000)
side = st.floats(2, 3000)


@given(x=coordinate, y=coordinate, w=side, h=side, turn=st.floats(-180, 180), rule=st.sampled_from(list(PixelRule)))
def test_a_point_comes_back_from_the_crop(x: float, y: float, w: float, h: float, turn: float, rule: PixelRule) -> None:
    centres, sizes = crops.centres_and_sizes([[x, y, x + w, y + h]], SIZE)
    matrices = crops.affines(centres, sizes, SIZE, rotation_deg=turn, rule=rule)
    corners = np.array([[[x, y], [x + w, y], [x, y + h], [x + w / 3, y + h / 7]]])

    back = crops.transform(crops.transform(corners, matrices), crops.invert(matrices))

    np.testing.assert_allclose(back, corners, atol=2e-6 * (abs(x) + abs(y) + w + h) + 1e-3)


@given(x=coordinate, y=coordinate, w=side, h=side, rule=st.sampled_from(list(PixelRule)))
def test_the_whole_box_lies_in_the_crop_with_a_margin(x: float, y: float, w: float, h: float, rule: PixelRule) -> None:
    centres, sizes = crops.centres_and_sizes([[x, y, x + w, y + h]], SIZE)
    matrices = crops.affines(centres, sizes, SIZE, rule=rule)

    left, top, right, bottom = crops.transform([[[x, y], [x + w, y + h]]], matrices)[0].ravel()

    assert left >= 0
    assert top >= 0
    assert right <= SIZE[0]
    assert bottom <= SIZE[1]
    # the longer side, measured against the crop, fills 1 / 1.25 of it
    assert max((right - left) / SIZE[0], (bottom - top) / SIZE[1]) == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(
    ("rule", "centre"),
    [(PixelRule.SKELTER, (95.5, 127.5)), (PixelRule.CLASSIC, (96, 128)), (PixelRule.UDP, (95.5, 127.5))],
)
def test_the_centre_of_the_box_lands_where_the_rule_says(rule: PixelRule, centre: tuple[float, float]) -> None:
    centres, sizes = crops.centres_and_sizes([[40, 10, 160, 150]], SIZE)

    landed = crops.transform(centres[:, None], crops.affines(centres, sizes, SIZE, rule=rule))

    np.testing.assert_allclose(landed[0, 0], centre, atol=1e-4)


def test_the_classic_rule_gives_hrnets_own_matrix() -> None:
    # HRNet's get_affine_transform for centre (100, 80), scale .5 (× 200 px), no rotation
    matrices = crops.affines([[100, 80]], [[100, 100 * 256 / 192]], SIZE, rule=PixelRule.CLASSIC)

    np.testing.assert_allclose(matrices[0], [[1.92, 0, -96], [0, 1.92, -25.6]], atol=1e-9)


def test_a_crop_of_its_own_size_is_the_picture_itself() -> None:
    # this box with its margin is just the crop's size: pixel k of the crop is pixel k of the source
    centres, sizes = crops.centres_and_sizes([[95.5 - 76.8, 127.5 - 102.4, 95.5 + 76.8, 127.5 + 102.4]], SIZE)
    picture = np.random.default_rng(0).integers(0, 255, (256, 192, 3), np.uint8)

    crop = crops.cut(picture, crops.affines(centres, sizes, SIZE), SIZE)[0]

    np.testing.assert_array_equal(crop, picture)


def test_a_mirrored_picture_gives_mirrored_crops() -> None:
    picture = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (120, 90, 3), np.uint8), (9, 9), 0)
    box = np.array([20.0, 30.0, 70.0, 100.0])
    mirrored_box = np.array([89 - 70.0, 30, 89 - 20.0, 100])

    def cut(image: np.ndarray, xyxy: np.ndarray) -> np.ndarray:
        return crops.cut(image, crops.affines(*crops.centres_and_sizes(xyxy, SIZE), SIZE), SIZE)[0]

    straight, mirrored = cut(picture, box), cut(np.ascontiguousarray(picture[:, ::-1]), mirrored_box)

    assert np.abs(mirrored[:, ::-1].astype(int) - straight).max() <= 2


def test_nobody_gives_no_crops() -> None:
    centres, sizes = crops.centres_and_sizes(np.zeros((0, 4)), SIZE)
    matrices = crops.affines(centres, sizes, SIZE)

    assert crops.cut(np.zeros((10, 10, 3), np.uint8), matrices, SIZE).shape == (0, 256, 192, 3)
    assert crops.transform(np.zeros((0, 17, 2)), crops.invert(matrices)).shape == (0, 17, 2)
