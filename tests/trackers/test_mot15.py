"""Real paths of people, boxes only: ours against SORT's published rule on the same detections."""

from __future__ import annotations

import pytest

from scripts.track_mot15 import NAMES, detections, follow_boxes
from scripts.tracking_baselines import SortTracker
from tests.shared import SHARED, needs_shared
from trackers import TRACKERS, Tracker
from trackers.metrics import Figures, evaluate
from trackers.reading import read_sequence
from trackers.sequences import Sequence

pytestmark = needs_shared


@pytest.fixture(scope="module")
def truths() -> list[Sequence]:
    return [read_sequence(SHARED / "data" / "mot" / name / "gt.txt", truth=True) for name in NAMES]


def followed(make: type[Tracker], truths: list[Sequence], seed: int, joints: int) -> Figures:
    return Figures.total(
        evaluate(t, follow_boxes(make(), detections(t, seed, joints=joints)), by="iou") for t in truths
    )


def test_detections_are_the_truth_less_a_tenth(truths: list[Sequence]) -> None:
    for truth in truths:
        found = sum(len(poses) for poses in detections(truth, 0))
        assert found / sum(len(people) for people in truth.frames.values()) == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("joints", [0, 17])
@pytest.mark.parametrize("name", [name for name in ("oks", "iou") if name in TRACKERS])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_boxes_alone_are_followed_at_least_as_well_as_by_sort(
    name: str, seed: int, joints: int, truths: list[Sequence]
) -> None:
    ours, sort = followed(TRACKERS[name], truths, seed, joints), followed(SortTracker, truths, seed, joints)
    assert ours.clear.MOTA >= sort.clear.MOTA
    assert ours.identity.IDF1 >= sort.identity.IDF1
