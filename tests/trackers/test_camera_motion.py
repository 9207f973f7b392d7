"""The camera's motion is measured in the picture's own pixels, and a cut is told from a pan and from a lamp."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.types import F64, U8
from trackers.camera_motion import CameraMotion

NOBODY = np.zeros((0, 4))


def wall(size_wh: tuple[int, int], seed: int = 0) -> U8:
    rng = np.random.default_rng(seed)
    rough = cv2.resize(rng.integers(0, 255, (18, 32, 3), np.uint8), size_wh, interpolation=cv2.INTER_CUBIC)
    fine = cv2.resize(rng.integers(0, 60, (90, 160, 3), np.uint8), size_wh, interpolation=cv2.INTER_LINEAR)
    return cv2.addWeighted(rough, 0.8, fine, 0.6, 0)


def seen_through(image: U8, matrix: F64) -> U8:
    """`image` as a camera sees it whose motion maps old pixels to new ones by `matrix`."""
    return cv2.warpAffine(image, matrix, (image.shape[1], image.shape[0]), borderMode=cv2.BORDER_REFLECT)


@settings(max_examples=25, deadline=None)
@given(
    x=st.floats(-20, 20), y=st.floats(-12, 12), turn=st.floats(-0.02, 0.02), zoom=st.floats(0.98, 1.02),
    size_wh=st.sampled_from([(768, 432), (1280, 720), (480, 270)]),
)  # fmt: skip
def test_a_similarity_is_found_again(x: float, y: float, turn: float, zoom: float, size_wh: tuple[int, int]) -> None:
    middle = (np.array(size_wh) - 1) / 2
    matrix = cv2.getRotationMatrix2D(middle.tolist(), np.rad2deg(turn), zoom)
    matrix[:, 2] += [x, y]
    image, camera = wall(size_wh), CameraMotion()
    camera.step(image, NOBODY, 0.0)
    step = camera.step(seen_through(image, matrix), NOBODY, 0.04)
    corners = np.array([[100.0, 60.0], [size_wh[0] - 100.0, size_wh[1] - 60.0], middle])
    true = corners @ matrix[:, :2].T + matrix[:, 2]
    found = corners if step.matrix is None else corners @ step.matrix[:, :2].T + step.matrix[:, 2]
    # a pixel of the small picture is several of this one
    assert np.abs(found - true).max() < 0.5 * size_wh[0] / 192
    assert not step.jump


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_a_slow_pan_and_zoom_add_up_whatever_the_frame_rate(fps: int) -> None:
    image, camera = wall((640, 360)), CameraMotion()
    rng = np.random.default_rng(1)
    noise = [rng.normal(0, 2, image.shape) for _ in range(3)]
    told = np.eye(3)
    for index in range(fps + 1):
        time_s = index / fps
        true = cv2.getRotationMatrix2D((320, 180), 0, 1 + 0.04 * time_s)
        true[0, 2] -= 25 * time_s
        noisy = np.clip(seen_through(image, true) + noise[index % 3], 0, 255).astype(np.uint8)
        step = camera.step(noisy, NOBODY, time_s)
        assert not step.jump
        if step.matrix is not None:
            told = np.vstack([step.matrix, [0, 0, 1]]) @ told
    corners = np.array([[100.0, 60, 1], [540.0, 300, 1]])
    assert np.abs(corners @ told[:2].T - corners @ true.T).max() < 5  # of more than 15 px


@pytest.mark.parametrize("fps", [10, 60])
def test_a_camera_at_rest_is_at_rest_in_spite_of_noise_and_of_people(fps: int) -> None:
    image, camera = wall((768, 432)), CameraMotion()
    rng = np.random.default_rng(1)
    for index in range(20):
        noisy = np.clip(image + rng.normal(0, 3, image.shape), 0, 255).astype(np.uint8)
        x = 20 * index
        cv2.rectangle(noisy, (x, 100), (x + 80, 400), (200, 30, 30), -1)
        step = camera.step(noisy, np.array([[x - 20.0, 100, x + 60, 400]]), index / fps)
        assert step.matrix is None
        assert not step.jump


@pytest.mark.parametrize("size_wh", [(768, 432), (200, 300)])
def test_a_cut_is_a_jump(size_wh: tuple[int, int]) -> None:
    camera = CameraMotion()
    camera.step(wall(size_wh, 1), NOBODY, 0.0)
    assert camera.step(wall(size_wh, 2), NOBODY, 0.01).jump


def test_another_picture_size_starts_anew() -> None:
    camera = CameraMotion()
    camera.step(wall((768, 432)), NOBODY, 0.0)
    step = camera.step(wall((432, 768)), NOBODY, 0.04)
    assert step.matrix is None
    assert not step.jump
