"""The letterbox: shape kept, boxes back where they were, and nothing skipped when a picture shrinks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.letterbox import GREY, Placement, fit, letterbox

side = st.integers(1, 700)


@given(width=side, height=side, placement=st.sampled_from(list(Placement)), box=st.tuples(*[st.floats(0, 1)] * 4))
def test_a_box_comes_back_from_the_letterbox(
    width: int, height: int, placement: Placement, box: tuple[float, float, float, float]
) -> None:
    _, laid = letterbox(np.zeros((height, width, 3), np.uint8), (320, 320), placement)
    x1, x2 = sorted((box[0] * width, box[2] * width))
    y1, y2 = sorted((box[1] * height, box[3] * height))
    scale_x, scale_y = laid.scale_xy
    inside = np.array([[x1 * scale_x, y1 * scale_y, x2 * scale_x, y2 * scale_y]], np.float32)
    inside += np.array([laid.left, laid.top] * 2, np.float32)

    back = laid.to_source(inside)

    # boxes of a detector count from the corner of the first pixel, ours from its centre
    np.testing.assert_allclose(back[0], np.array([x1, y1, x2, y2]) - 0.5, atol=0.01 + 3e-5 / min(laid.scale_xy))


@pytest.mark.parametrize(("placement", "top"), [(Placement.CORNER, 0), (Placement.CENTRED, 70)])
def test_a_wide_picture_lies_where_the_style_says_on_grey(placement: Placement, top: int) -> None:
    image = np.full((180, 320, 3), 200, np.uint8)

    laid, _ = letterbox(image, (320, 320), placement)

    assert (laid[top : top + 180] == 200).all()
    assert (laid[:top] == GREY).all()
    assert (laid[top + 180 :] == GREY).all()


def test_fine_detail_is_averaged_not_skipped() -> None:
    stripes = np.zeros((960, 1280, 3), np.uint8)
    stripes[:, ::2] = 255

    laid, _ = letterbox(stripes, (320, 320), Placement.CORNER)

    picture = laid[:240].astype(int)
    assert abs(picture.mean() - 127.5) < 2
    assert picture.std() < 8


def test_boxes_are_clipped_to_the_picture() -> None:
    _, laid = letterbox(np.zeros((100, 200, 3), np.uint8), (320, 320), Placement.CORNER)

    np.testing.assert_allclose(
        laid.to_source(np.array([[-50, -50, 900, 900]], np.float32)), [[-0.5, -0.5, 199.5, 99.5]]
    )


@given(width=side, height=side, longest=st.sampled_from([320, 416, 640]))
def test_a_fitted_letterbox_wastes_less_than_a_stride(width: int, height: int, longest: int) -> None:
    box_w, box_h = fit((width, height), longest)

    assert box_w % 32 == box_h % 32 == 0
    assert max(box_w, box_h) == longest
    scale = longest / max(width, height)
    assert box_w - width * scale <= 32.5
    assert box_h - height * scale <= 32.5
