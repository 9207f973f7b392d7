"""Whoever follows people from the stand is told what finds more of them; nobody else is."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.distance import Distance
from engine.types import Boxes
from tests.app.test_cli import skelter
from tests.engine.wide import crowd

SAID = "`skelter track --far` looks for people far away, too"


@given(
    st.lists(st.floats(0.01, 0.099)),
    st.lists(st.floats(0.101, 1)),
    st.sampled_from([(1920, 1080), (1080, 1920), (640, 480)]),
)
def test_most_are_small_counts_by_the_longer_side_of_box_and_picture(
    small: list[float], large: list[float], size_wh: tuple[int, int]
) -> None:
    distance = Distance()
    for share in (*small, *large):
        side = share * max(size_wh)
        distance.note(Boxes.of([[5, 5, 5 + side / 3, 5 + side], [9, 9, 9 + side, 9 + side / 2]], [0.9, 0.8]), size_wh)
        distance.note(Boxes.empty(), size_wh)
    assert distance.is_far == (len(small) > len(large))


@pytest.mark.parametrize(
    ("size_wh", "far", "is_said"),
    [((130, 170), False, True), ((130, 170), True, False), ((300, 500), False, False)],
    ids=["far away", "looked for already", "near"],
)
def test_track_tells_of_far_where_people_are_small(
    tmp_path: Path, size_wh: tuple[int, int], far: bool, is_said: bool
) -> None:
    step = (240, 320) if size_wh[0] < 200 else (310, 520)
    picture, _ = crowd(12 if size_wh[0] < 200 else 6, size_wh, 6, (20, 20), step)
    cv2.imwrite(str(tmp_path / "stand.png"), np.ascontiguousarray(picture[..., ::-1]))
    ran = skelter("track", tmp_path / "stand.png", "-o", tmp_path / "out.json", *(["--far"] if far else []))
    assert ran.returncode == 0, ran.stderr
    assert (SAID in ran.stderr + ran.stdout) == is_said


def test_track_tells_of_far_where_nobody_is_found_but_not_on_a_small_picture(tmp_path: Path) -> None:
    for width, is_said in ((1280, True), (640, False)):
        cv2.imwrite(str(tmp_path / f"{width}.png"), np.full((width * 9 // 16, width, 3), 90, np.uint8))
        ran = skelter("track", tmp_path / f"{width}.png", "-o", tmp_path / f"{width}.json")
        assert ("Nobody was found: " + SAID in ran.stderr + ran.stdout) == is_said
