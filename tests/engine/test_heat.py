"""Heatmaps taken out of pose graphs: what is decoded from them is what the graph itself says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.backends.openvino import OpenVino
from engine.decoding import Decoding
from engine.errors import ModelError
from engine.heat import load_heat
from engine.loading import load_pose
from engine.models import DEFAULT_POSE
from engine.types import Poses
from tests.engine.onnx_graphs import save_graph
from tests.engine.test_pose import BOX, PICTURE, boxes, heatmaps, tell
from tests.engine.val_pictures import on_its_side, val_people
from tests.shared import needs_shared

pytestmark = pytest.mark.skipif(not OpenVino().available().usable, reason="OpenVINO cuts the graph")


def somewhere(xyxy: np.ndarray) -> Poses:
    """People of whom nobody knows more than where they are."""
    return Poses.of(np.zeros((len(xyxy), 17, 2)), np.zeros((len(xyxy), 17)), boxes(xyxy))


def test_a_peak_of_a_foreign_network_lies_where_its_joint_is(tmp_path: Path) -> None:
    path = save_graph(tmp_path / "heat.onnx", ["N", 3, 256, 192], {"heatmaps": heatmaps(20, 31)})
    tell(path, decoding=Decoding.ARGMAX)
    with load_pose(path, precision="f32") as pose:
        expected = pose.estimate(PICTURE, boxes(BOX)).keypoints[0, 5]
    estimator = load_heat(path)
    heat = estimator.heat(PICTURE, somewhere(BOX), 5)
    estimator.close()
    np.testing.assert_allclose(heat.maps[0], heatmaps(20, 31)[0, 5], atol=1e-5)
    np.testing.assert_allclose(heat.to_frame[0] @ [20, 31, 1], expected, atol=0.01)
    mirrored = heat.mirrored(300)
    np.testing.assert_allclose(mirrored.to_frame[0] @ [20, 31, 1], [299 - expected[0], expected[1]], atol=0.01)


@pytest.mark.parametrize("people", [1, 3])
def test_a_network_exported_for_two_people_has_maps_of_any_number(people: int, tmp_path: Path) -> None:
    path = save_graph(tmp_path / "pairs.onnx", [2, 3, 256, 192], {"heatmaps": heatmaps(20, 31)})
    estimator = load_heat(path)
    heat = estimator.heat(PICTURE, somewhere(np.repeat(BOX, people, axis=0)), 5)
    estimator.close()
    np.testing.assert_allclose(heat.maps, np.repeat(heatmaps(20, 31)[:, 5], people, axis=0), atol=1e-5)


@needs_shared
@pytest.mark.parametrize("turns", range(4))
def test_our_deployed_graph_has_its_joints_where_its_heatmaps_are_highest(turns: int) -> None:
    (person,) = val_people(1)
    image, xyxy = on_its_side(person, turns)
    with load_pose(DEFAULT_POSE, precision="f32", turn=True) as pose:
        poses = pose.estimate(image, boxes(xyxy[None]))
    estimator = load_heat()
    for joint in np.flatnonzero(poses.scores[0] > 0.5):
        heat = estimator.heat(image, poses, int(joint))
        row, column = np.unravel_index(heat.maps[0].argmax(), heat.maps[0].shape)
        place = heat.to_frame[0] @ [column, row, 1]
        cell = np.abs(heat.to_frame[0][:, :2]).max()
        assert np.abs(place - poses.keypoints[0, joint]).max() < 2 * cell, joint
        assert heat.maps[0].max() == pytest.approx(poses.scores[0, joint], abs=0.15)
    assert len(estimator.heat(image, Poses.empty(), 0).maps) == 0
    estimator.close()


def test_a_network_without_heatmaps_says_so(tmp_path: Path) -> None:
    outputs = {"x": np.zeros((1, 17, 384), np.float32), "y": np.zeros((1, 17, 512), np.float32)}
    path = save_graph(tmp_path / "simcc.onnx", ["N", 3, 256, 192], outputs)
    with pytest.raises(ModelError, match="simcc has no heatmaps to show"):
        load_heat(path)
