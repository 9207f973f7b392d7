"""int8 as TensorRT wants it: QuantizeLinear and DequantizeLinear before the convolutions that compute in bytes.

Bytes are symmetric about zero, with one scale for a layer's input and one for each of its output channels. What an
input ranges over is found by running the network on samples. (onnxruntime.quantization keeps every map of every sample
in memory for that, prints, and changes the program's logging.) The first layers and the last stay as they are: pixels
and heatmaps lose most. Needs the package `onnx`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.backends import Array, BuildProgress, report
from engine.backends.onnxruntime import open_session
from engine.errors import BackendError, UsageError
from engine.onnx_edit import between, copied, initialisers, is_layer, replace_nodes, store_tensor
from engine.types import F32, F64

if TYPE_CHECKING:
    import onnx

OPSET = 19  # the first whose QuantizeLinear takes float16
SAMPLES = 64  # at most that ranges are found on
_LARGEST = 127
_SMALLEST_SCALE = 2.0**-24  # of float16
_BINS = 2048
_CUTS = np.arange(_BINS // 32, _BINS + 1, _BINS // 128)  # where a range may be cut, in bins


def with_bytes(model: onnx.ModelProto) -> onnx.ModelProto:
    """`model` in an opset that holds bytes beside float16. Raises BackendError where it cannot be brought there."""
    from onnx import version_converter

    if all(each.version >= OPSET for each in model.opset_import if each.domain in ("", "ai.onnx")):
        return model
    try:
        return version_converter.convert_version(model, OPSET)
    except (RuntimeError, ValueError) as error:
        raise BackendError("int8 cannot be made of this network ({0}): build it in f16.", str(error)) from error


def find_scales(model: onnx.ModelProto, samples: Array, progress: BuildProgress | None = None) -> dict[str, float]:
    """What a step of a byte is worth in the input of every convolution that may compute in bytes, by the input's name.

    `model` is simplified; `samples` [N, …] are inputs as it takes them. Raises UsageError where there are none,
    BackendError where the network has no such convolution, BuildCancelled.
    """
    from onnx import TensorProto, helper

    if len(samples) == 0:
        raise UsageError("int8 needs pictures of people to be adjusted on: give some.")
    names = _inputs_of_layers(model.graph)
    if not names:
        raise BackendError("int8 cannot be made of this network, whose layers are no convolutions: build it in f16.")
    watched = copied(model)
    del watched.graph.output[:]
    watched.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "watched.onnx"
        path.write_bytes(watched.SerializeToString())
        session = open_session(path)
    entry = session.get_inputs()[0]
    step = entry.shape[0] if isinstance(entry.shape[0], int) else 1
    count = min(len(samples), max(SAMPLES, step)) // step * step
    if not count:
        raise UsageError("int8 is adjusted on {0} pictures at least, not on {1}: give more.", step, len(samples))
    histograms = [_Histogram() for _ in names]
    for start in range(0, count, step):
        report(progress, start / count, "adjusting int8 on pictures")
        for histogram, values in zip(
            histograms, session.run(None, {entry.name: samples[start : start + step]}), strict=True
        ):
            histogram.add(values)
    return {name: histogram.scale() for name, histogram in zip(names, histograms, strict=True)}


def to_bytes(half: onnx.ModelProto, scales: Mapping[str, float]) -> onnx.ModelProto:
    """The float16 network `half` (from `to_half`) with those convolutions in bytes whose inputs have `scales`."""
    copy = copied(half)
    _Bytes(copy.graph, scales).rewrite()
    return copy


class _Bytes:
    """The edit of `to_bytes`, on a graph that it changes."""

    def __init__(self, graph: Any, scales: Mapping[str, float]) -> None:
        self._graph, self._scales = graph, scales
        self._known = initialisers(graph)
        self._nodes: list[Any] = []
        self._made: dict[str, str] = {}  # a value → the same through bytes

    def rewrite(self) -> None:
        store_tensor(self._graph, "byte.zero", np.zeros((), np.int8))
        for node in self._graph.node:
            scale = (
                self._scales.get(node.input[0].removesuffix(".half")) if _is_convolution(node, self._known) else None
            )
            if scale is not None:
                node.input[0] = self._through_bytes(node.input[0], scale)
                node.input[1] = self._weights(node.input[1])
            self._nodes.append(node)
        replace_nodes(self._graph, self._nodes)

    def _through_bytes(self, name: str, scale: float) -> str:
        from onnx import helper

        if name not in self._made:
            factor, number = f"{name}.scale", f"{name}.byte"
            store_tensor(self._graph, factor, np.array(max(scale, _SMALLEST_SCALE), np.float16))
            self._nodes.append(helper.make_node("QuantizeLinear", [name, factor, "byte.zero"], [number]))
            self._made[name] = self._numbers(number, factor, "byte.zero")
        return self._made[name]

    def _weights(self, name: str) -> str:
        """Stored as bytes: each output channel reaches from -127 to 127."""
        if name not in self._made:
            weights = self._known[name].astype(np.float32)
            largest = np.abs(weights).reshape(len(weights), -1).max(axis=1)
            scale = np.maximum(largest / _LARGEST, _SMALLEST_SCALE).astype(np.float16)
            steps = weights / scale.astype(np.float32).reshape(-1, *[1] * (weights.ndim - 1))
            store_tensor(self._graph, f"{name}.byte", steps.round().clip(-_LARGEST, _LARGEST).astype(np.int8))
            store_tensor(self._graph, f"{name}.scale", scale)
            store_tensor(self._graph, f"{name}.zero", np.zeros(len(scale), np.int8))
            self._made[name] = self._numbers(f"{name}.byte", f"{name}.scale", f"{name}.zero", axis=0)
        return self._made[name]

    def _numbers(self, name: str, scale: str, zero: str, **axis: Any) -> str:
        from onnx import helper

        self._nodes.append(helper.make_node("DequantizeLinear", [name, scale, zero], [f"{name}.number"], **axis))
        return f"{name}.number"


class _Histogram:
    """How large the numbers of a map are, in equal bins from zero; doubled in width whenever they do not fit."""

    def __init__(self) -> None:
        self._counts = np.zeros(_BINS)
        self._width = 0.0

    def add(self, values: F32) -> None:
        sizes = np.abs(values).ravel()
        largest = float(sizes.max(initial=0.0))
        if largest == 0.0:
            return
        if self._width == 0.0:
            self._width = largest / _BINS
        while largest > self._width * _BINS:
            self._counts = np.concatenate([self._counts.reshape(-1, 2).sum(axis=1), np.zeros(_BINS // 2)])
            self._width *= 2
        places = np.minimum(sizes / self._width, _BINS - 1).astype(np.int64)
        self._counts += np.bincount(places, minlength=_BINS)

    def scale(self) -> float:
        """The step of a byte with the least squared error, of rounding within the range and of what is cut off."""
        if self._width == 0.0:
            return 1.0
        centres = np.arange(_BINS, dtype=np.float64) + 0.5
        return float(min(_CUTS, key=lambda cut: self._error(centres, float(cut)))) * self._width / _LARGEST

    def _error(self, centres: F64, cut: float) -> float:
        rounding = (cut / _LARGEST) ** 2 / 12  # of numbers spread evenly over a step
        beyond = np.maximum(centres - cut, 0.0) ** 2
        return float((self._counts * np.where(beyond > 0, beyond, rounding)).sum())


def _inputs_of_layers(graph: Any) -> list[str]:
    """What the convolutions read that stand between other layers."""
    known = initialisers(graph)
    layers = {place for place, node in enumerate(graph.node) if is_layer(node, known)}
    inside = [graph.node[place] for place in sorted(layers & between(graph.node, layers))]
    return list(dict.fromkeys(node.input[0] for node in inside if _is_convolution(node, known)))


def _is_convolution(node: Any, known: Mapping[str, Array]) -> bool:
    """One that mixes channels: where each has a kernel of its own there is little to win, and much to lose."""
    return node.op_type == "Conv" and is_layer(node, known) and known[node.input[1]].shape[1] > 1
