"""Rewritten graphs: the same function, in the form and precision that engines are built from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine import drawn
from engine.backends import Array
from engine.crops import affines, centres_and_sizes, cut
from engine.errors import ModelError, UsageError
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, EMBEDDED
from engine.onnx_edit import initialisers, numbers_first, read_onnx, simplified, to_half
from engine.quantise import find_scales

POSE, DETECTOR = (EMBEDDED / f"{name}.onnx" for name in (DEFAULT_POSE, DEFAULT_DETECTOR))


def run(model: onnx.ModelProto, batch: Array) -> list[Array]:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return [np.asarray(each) for each in session.run(None, {session.get_inputs()[0].name: batch})]


@pytest.fixture(scope="module")
def crops() -> Array:
    size_wh = (192, 256)
    pieces = []
    for image, boxes in drawn.people(4):
        centres, sizes = centres_and_sizes(boxes.xyxy, size_wh)
        pieces.append(cut(image, affines(centres, sizes, size_wh), size_wh))
    return np.concatenate(pieces)


def test_a_simplified_pose_network_places_the_same_joints(crops: Array) -> None:
    model = read_onnx(POSE)
    simple = simplified(model)

    np.testing.assert_allclose(run(simple, crops)[0], run(model, crops)[0], atol=2e-3)
    assert "BatchNormalization" not in {node.op_type for node in simple.graph.node}


def test_half_precision_moves_joints_by_hundredths_of_a_pixel(crops: Array) -> None:
    model = read_onnx(POSE)
    half = to_half(numbers_first(simplified(model)))
    expected, found = run(model, crops)[0], run(half, crops)[0]

    apart = np.linalg.norm(found[..., :2] - expected[..., :2], axis=2)[expected[..., 2] > 0.2]
    assert np.median(apart) < 0.05
    # of two cells that are as high either may be taken, and each has a score of its own
    assert np.quantile(np.abs(found[..., 2] - expected[..., 2]), 0.95) < 0.02


@pytest.mark.parametrize("path", [POSE, DETECTOR])
def test_half_precision_stays_inside_the_network(path: Path) -> None:
    model = read_onnx(path)
    half = to_half(numbers_first(simplified(model)))

    for one, other in zip(
        [*model.graph.input, *model.graph.output], [*half.graph.input, *half.graph.output], strict=True
    ):
        assert one.type == other.type
    kernels = [each for node in half.graph.node if node.op_type == "Conv" for each in node.input[1:]]
    weights = initialisers(half.graph)
    heavy = [name for name in kernels if weights[name].size > 200]
    assert len(heavy) > 40
    assert {weights[name].dtype for name in heavy} == {np.dtype(np.float16)}
    onnx.checker.check_model(half, full_check=True)


def test_bytes_become_numbers_before_anything_else() -> None:
    graph = numbers_first(read_onnx(POSE)).graph

    readers = [node.op_type for node in graph.node if "crops" in node.input]
    assert readers == ["Cast"]


@pytest.mark.parametrize("has_bias", [True, False])
def test_normalisation_goes_into_the_convolution(has_bias: bool) -> None:
    rng = np.random.default_rng(0)
    arrays = {"w": rng.normal(size=(5, 3, 3, 3)), "scale": rng.normal(size=5), "shift": rng.normal(size=5),
              "mean": rng.normal(size=5), "variance": rng.uniform(0.5, 2, 5)}  # fmt: skip
    if has_bias:
        arrays["b"] = rng.normal(size=5)
    nodes = [
        helper.make_node("Conv", ["x", "w", *(["b"] if has_bias else [])], ["c"]),
        helper.make_node("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["y"], epsilon=1e-3),
    ]
    model = small_model(nodes, arrays, [1, 3, 8, 8], [1, 5, 6, 6])
    x = rng.normal(size=(1, 3, 8, 8)).astype(np.float32)

    simple = simplified(model)

    assert [node.op_type for node in simple.graph.node] == ["Conv"]
    np.testing.assert_allclose(run(simple, x)[0], run(model, x)[0], atol=1e-5)


def test_a_map_that_others_read_is_not_normalised_in_place() -> None:
    rng = np.random.default_rng(0)
    arrays = {"w": rng.normal(size=(2, 3, 1, 1)), **{name: rng.uniform(1, 2, 2) for name in ("s", "t", "m", "v")}}
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"]),
        helper.make_node("BatchNormalization", ["c", "s", "t", "m", "v"], ["n"]),
        helper.make_node("Add", ["c", "n"], ["y"]),
    ]
    model = small_model(nodes, arrays, [1, 3, 4, 4], [1, 2, 4, 4])
    x = rng.normal(size=(1, 3, 4, 4)).astype(np.float32)

    np.testing.assert_allclose(run(simplified(model), x)[0], run(model, x)[0], atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"no model", POSE.read_bytes()[:100_000]])
def test_what_is_no_onnx_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"x\.onnx"):
        read_onnx(tmp_path / "x.onnx")


def small_model(nodes: list[Any], arrays: dict[str, Any], inside: list[int], outside: list[int]) -> onnx.ModelProto:
    stored = [numpy_helper.from_array(np.asarray(array, np.float32), name) for name, array in arrays.items()]
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (("x", inside), ("y", outside))
    ]
    graph = helper.make_graph(nodes, "small", values[:1], values[1:], stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_fewer_pictures_than_a_graph_takes_at_once_do_not_adjust_int8(crops: Array) -> None:
    model = simplified(read_onnx(POSE))
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 8
    with pytest.raises(UsageError, match="8 pictures at least, not on 4"):
        find_scales(model, crops)
