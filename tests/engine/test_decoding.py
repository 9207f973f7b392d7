"""Heatmaps → keypoints: the published rules on Gaussians whose centre is known, and the embedded graph held to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import helper

from engine import decoding
from engine.backends.onnxruntime import open_session
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.models import DEFAULT_POSE, find_model
from engine.types import F32
from tests.engine.val_pictures import val_crops
from tests.shared import needs_shared


def gaussian(x: float, y: float, *, sigma: float = 2.0, wh: tuple[int, int] = (48, 64)) -> F32:
    rows, columns = np.mgrid[: wh[1], : wh[0]]
    heat = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * sigma**2))
    return heat[None, None].astype(np.float32)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Decoding.ARGMAX, (20, 31)),
        (Decoding.QUARTER, (20.25, 30.75)),
        (Decoding.PARABOLA, (20.3, 30.7)),
        (Decoding.DARK, (20.2998, 30.7002)),
    ],
)
def test_each_rule_gives_its_published_value(rule: Decoding, expected: tuple[float, float]) -> None:
    points, scores = decoding.decode(gaussian(20.3, 30.7), rule)

    np.testing.assert_allclose(points[0, 0], expected, atol=1e-3)
    assert scores[0, 0] == pytest.approx(np.exp(-0.18 / 8), abs=1e-5)


def test_dark_is_drawn_inwards_by_the_border_and_leaves_the_outermost_cells() -> None:
    # values of the official code: its smoothing pads with zeros
    near, _ = decoding.decode(gaussian(2.2, 2.2), Decoding.DARK)
    on, _ = decoding.decode(gaussian(1.0, 30.2), Decoding.DARK)

    np.testing.assert_allclose(near[0, 0], (2.362, 2.362), atol=1e-3)
    np.testing.assert_allclose(on[0, 0], (1, 30))


def test_dark_smooths_small_maps_little() -> None:
    # a joint and, six cells beside it, a lower heap: out of reach of the 3 cells that are meant for 32 rows, not of 11
    alone = gaussian(8.3, 16.4, sigma=1, wh=(24, 32))
    beside = np.float32(0.9) * gaussian(14.0, 16.4, sigma=1, wh=(24, 32))
    small, larger = alone + beside, np.pad(alone + beside, ((0, 0), (0, 0), (0, 32), (0, 24)))

    points, _ = decoding.decode(small, Decoding.DARK)
    drawn, _ = decoding.decode(larger, Decoding.DARK)

    np.testing.assert_allclose(points[0, 0], (8.3, 16.4), atol=0.02)
    assert drawn[0, 0, 0] > 8.33


def test_the_quarter_needs_both_axes_inside() -> None:
    # HRNet moves neither coordinate where one of them is at the border
    points, _ = decoding.decode(gaussian(1.2, 30.4), Decoding.QUARTER)

    np.testing.assert_allclose(points[0, 0], (1, 30))


@given(x=st.floats(4, 43), y=st.floats(4, 59), sigma=st.floats(1, 3.5))
def test_the_parabola_finds_a_gaussian_of_any_width_exactly(x: float, y: float, sigma: float) -> None:
    points, _ = decoding.decode(gaussian(x, y, sigma=sigma), Decoding.PARABOLA)

    np.testing.assert_allclose(points[0, 0], (x, y), atol=0.01)


@given(x=st.floats(0, 47), y=st.floats(0, 63), rule=st.sampled_from(list(Decoding)[1:5]))
def test_no_rule_leaves_the_peak_by_more_than_a_cell(x: float, y: float, rule: Decoding) -> None:
    points, _ = decoding.decode(gaussian(x, y), rule)

    assert np.abs(points[0, 0] - (x, y)).max() <= 1


@pytest.mark.parametrize("rule", list(Decoding)[1:5])
def test_an_empty_heatmap_has_no_score_and_finite_coordinates(rule: Decoding) -> None:
    points, scores = decoding.decode(np.zeros((2, 3, 64, 48), np.float32), rule)

    assert np.isfinite(points).all()
    assert not scores.any()


@pytest.mark.parametrize("rule", list(Decoding)[1:5])
def test_maps_are_read_alike_however_they_lie_in_memory(rule: Decoding) -> None:
    """A network in PyTorch's channels-last layout gives maps whose channels lie side by side."""
    maps = np.random.default_rng(0).uniform(0, 1, (3, 17, 32, 24)).astype(np.float32)
    channels_last = np.ascontiguousarray(maps.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    assert not channels_last.flags["C_CONTIGUOUS"]
    for smooth in (0.0, 1.0):
        for one, other in zip(
            decoding.decode(channels_last, rule, smooth=smooth), decoding.decode(maps, rule, smooth=smooth), strict=True
        ):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rule", list(Decoding)[1:5])
def test_nobody_gives_nothing(rule: Decoding) -> None:
    points, scores = decoding.decode(np.zeros((0, 17, 64, 48), np.float32), rule)

    assert points.shape == (0, 17, 2)
    assert scores.shape == (0, 17)


def test_every_map_is_read_on_its_own() -> None:
    maps = np.concatenate(
        [
            np.concatenate([gaussian(10.3, 12.6), gaussian(30.1, 50.2)], axis=1),
            np.concatenate([gaussian(5.5, 40.4), gaussian(40.2, 8.8)], axis=1),
        ]
    )

    points, _ = decoding.decode(maps, Decoding.DARK)

    np.testing.assert_allclose(points, [[(10.3, 12.6), (30.1, 50.2)], [(5.5, 40.4), (40.2, 8.8)]], atol=0.01)


@pytest.mark.parametrize(
    ("rule", "first", "last"),
    [
        (PixelRule.SKELTER, (1.5, 1.5), (189.5, 253.5)),
        (PixelRule.CLASSIC, (0, 0), (188, 252)),
        (PixelRule.UDP, (0, 0), (191, 255)),
    ],
)
def test_cells_lie_on_the_crop_as_the_rule_says(
    rule: PixelRule, first: tuple[float, float], last: tuple[float, float]
) -> None:
    cells = np.array([[[0, 0], [47, 63]]], np.float32)

    np.testing.assert_allclose(decoding.to_crop(cells, (48, 64), (192, 256), rule)[0], [first, last], atol=1e-4)


def test_simcc_reads_each_axis_and_takes_the_lower_peak() -> None:
    x, y = np.zeros((1, 17, 384), np.float32), np.zeros((1, 17, 512), np.float32)
    x[0, :, 101], y[0, :, 300] = 0.9, 0.7

    points, scores = decoding.decode_simcc(x, y, (192, 256))

    np.testing.assert_allclose(points, np.broadcast_to([50.5, 150], (1, 17, 2)))
    np.testing.assert_allclose(scores, 0.7)


@needs_shared
def test_the_embedded_graph_decodes_as_the_reference_does(tmp_path: Path) -> None:
    model = onnx.load(find_model(DEFAULT_POSE, "pose").path)
    # the network's last convolution gives one map a joint; the smoothing after it works on single maps
    outputs = [node.output[0] for node in model.graph.node]
    heatmaps = next(name for name in outputs if name.endswith("/final_layer/Conv_output_0"))
    model.graph.output.append(helper.make_tensor_value_info(heatmaps, onnx.TensorProto.FLOAT, None))
    onnx.save(model, tmp_path / "open.onnx")

    keypoints, maps = open_session(tmp_path / "open.onnx").run(None, {"crops": val_crops(8)})
    points, scores = decoding.decode(maps, Decoding.PARABOLA, smooth=1.0)
    points = decoding.to_crop(points, (48, 64), (192, 256), PixelRule.SKELTER)

    np.testing.assert_allclose(points, keypoints[:, :, :2], atol=0.01)
    np.testing.assert_allclose(scores.clip(0, 1), keypoints[:, :, 2], atol=1e-6)
