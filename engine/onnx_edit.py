"""Rewriting ONNX graphs: the forms that engines are built from.

TensorRT computes every layer in the precision that the file states, and takes bytes only where a Cast makes numbers of
them at once. So precision is an edit of the graph, made here once for every engine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.backends import Array, not_onnx
from engine.errors import BackendError

if TYPE_CHECKING:
    import onnx

_HEAVY = ("Conv", "ConvTranspose", "Gemm", "MatMul")
_STAYS_FLOAT = {"Resize": (1, 2), "Upsample": (1,)}  # inputs that are float32 whatever the data is


def read_onnx(path: Path) -> onnx.ModelProto:
    """The model in a file. Raises ModelError where it is no ONNX, BackendError where the package is missing."""
    try:
        import onnx
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise BackendError("engines are made with the package onnx: run `pip install onnx`.") from error
    try:
        model = onnx.load(str(path))
        onnx.checker.check_model(model)
    except (DecodeError, onnx.checker.ValidationError, OSError, ValueError) as error:
        raise not_onnx(path) from error
    return model


def simplified(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same function with weights in plain float32, no constants behind nodes, normalisation inside convolutions."""
    copy = copied(model)
    _plain_weights(copy)
    _fold_normalisation(copy)
    _drop_unused(copy)
    return copy


def numbers_first(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same function with every byte input cast to float32 before anything else is done with it."""
    from onnx import TensorProto, helper

    copy = copied(model)
    for value in copy.graph.input:
        if value.type.tensor_type.elem_type != TensorProto.UINT8:
            continue
        name = f"{value.name}.numbers"
        for node in copy.graph.node:
            node.input[:] = [name if each == value.name else each for each in node.input]
        copy.graph.node.insert(0, helper.make_node("Cast", [value.name], [name], to=TensorProto.FLOAT))
    return copy


def to_half(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network computing in float16, from its first to its last layer with weights.

    What stands around that (the normalisation of pixels before, the decoding of heatmaps or boxes behind, where a
    coordinate of 300 would be rounded to a quarter) stays float32, as do the inputs and outputs. `model` is simplified.
    """
    copy = copied(model)
    _Halving(copy).rewrite()
    _drop_unused(copy)
    return copy


def copied(model: onnx.ModelProto) -> onnx.ModelProto:
    """A model of its own with the same content."""
    import onnx

    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    return copy


def initialisers(graph: Any) -> dict[str, Array]:
    """The stored tensors of a graph, by name."""
    from onnx import numpy_helper

    return {each.name: numpy_helper.to_array(each) for each in graph.initializer}


def store_tensor(graph: Any, name: str, array: Array) -> None:
    """Add a tensor to those that a graph keeps."""
    from onnx import numpy_helper

    graph.initializer.append(numpy_helper.from_array(np.array(array, order="C"), name))


def replace_nodes(graph: Any, nodes: Iterable[Any]) -> None:
    """Make `nodes` those of the graph; they may be nodes that it has already."""
    rewritten = [_copy_node(node) for node in nodes]
    del graph.node[:]
    graph.node.extend(rewritten)


def between(nodes: Sequence[Any], layers: Collection[int]) -> set[int]:
    """The places of the nodes that stand behind one of `layers` (places too) and ahead of another; layers can be."""
    behind, ahead, made, needed = set[int](), set[int](), set[str](), set[str]()
    for place, node in enumerate(nodes):
        if made & set(node.input):
            behind.add(place)
        if place in layers or place in behind:
            made.update(node.output)
    for place, node in reversed(list(enumerate(nodes))):
        if needed & set(node.output):
            ahead.add(place)
        if place in layers or place in ahead:
            needed.update(node.input)
    return behind & ahead


def is_layer(node: Any, known: Mapping[str, Array]) -> bool:
    """A layer with weights that are `known`. A kernel of one plane, as smooths heatmaps in their decoding, is none."""
    if node.op_type not in _HEAVY:
        return False
    weights = [known[name] for name in node.input if name in known and known[name].ndim >= 2]
    return bool(weights) and weights[0].shape[0] * weights[0].shape[1] > 1


def attributes(node: Any) -> dict[str, Any]:
    """A node's attributes as Python values."""
    from onnx import helper

    return {each.name: helper.get_attribute_value(each) for each in node.attribute}


def _remove(repeated: Any, unwanted: Iterable[Any]) -> None:
    for each in unwanted:
        repeated.remove(each)


def _plain_weights(model: onnx.ModelProto) -> None:
    """Constants, and stored tensors behind a Cast or an Identity, become stored tensors themselves."""
    from onnx import helper, numpy_helper

    graph = model.graph
    outputs = {value.name for value in graph.output}
    known = initialisers(graph)
    gone = []
    for node in graph.node:
        if node.output[0] in outputs:
            continue
        given = attributes(node)
        if node.op_type == "Constant" and "value" in given:
            array = numpy_helper.to_array(given["value"])
        elif node.op_type == "Identity" and node.input[0] in known:
            array = known[node.input[0]]
        elif node.op_type == "Cast" and node.input[0] in known:
            array = known[node.input[0]].astype(helper.tensor_dtype_to_np_dtype(given["to"]))
        else:
            continue
        known[node.output[0]] = array
        store_tensor(graph, node.output[0], array)
        gone.append(node)
    _remove(graph.node, gone)


def _fold_normalisation(model: onnx.ModelProto) -> None:
    """BatchNormalization behind a convolution of its own goes into that convolution's weights."""
    graph = model.graph
    known = initialisers(graph)
    uses = Counter(name for node in graph.node for name in node.input)
    uses.update(value.name for value in graph.output)
    makers = {name: node for node in graph.node for name in node.output}
    gone = []
    for norm in graph.node:
        conv = makers.get(norm.input[0]) if norm.op_type == "BatchNormalization" else None
        if conv is None or conv.op_type != "Conv" or uses[norm.input[0]] != 1 or conv.input[1] not in known:
            continue
        if any(name not in known for name in norm.input[1:5]):
            continue
        scale, shift, mean, variance = (known[name].astype(np.float64) for name in norm.input[1:5])
        factor = scale / np.sqrt(variance + attributes(norm).get("epsilon", 1e-5))
        weight = known[conv.input[1]]
        bias = known[conv.input[2]] if len(conv.input) > 2 else np.zeros(len(weight))
        name = norm.output[0]
        store_tensor(
            graph, f"{name}.weight", (weight * factor.reshape(-1, *[1] * (weight.ndim - 1))).astype(np.float32)
        )
        store_tensor(graph, f"{name}.bias", ((bias - mean) * factor + shift).astype(np.float32))
        conv.input[:] = [conv.input[0], f"{name}.weight", f"{name}.bias"]
        conv.output[0] = name
        gone.append(norm)
    _remove(graph.node, gone)


def _drop_unused(model: onnx.ModelProto) -> None:
    graph = model.graph
    used = {name for node in graph.node for name in node.input} | {value.name for value in graph.output}
    _remove(graph.initializer, [each for each in graph.initializer if each.name not in used])


class _Halving:
    """The edit of `to_half`, on a graph that it changes. Nodes are told by their place in the list."""

    def __init__(self, model: onnx.ModelProto) -> None:
        import onnx

        self._graph = model.graph
        self._given = list(model.graph.node)
        self._known = initialisers(model.graph)
        inferred = onnx.shape_inference.infer_shapes(model).graph
        values = [*inferred.value_info, *inferred.input, *inferred.output]
        types = {value.name: value.type.tensor_type.elem_type for value in values}
        types |= {each.name: each.data_type for each in model.graph.initializer}
        self._floats = {name for name, kind in types.items() if kind == onnx.TensorProto.FLOAT}
        self._inside = self._between()
        self._made = {  # the values that will be float16
            name for place in self._inside for name in self._given[place].output if name in self._floats
        }  # fmt: skip
        self._cast: set[str] = set()
        self._nodes: list[Any] = []

    def rewrite(self) -> None:
        from onnx import TensorProto, helper

        wanted = {value.name for value in self._graph.output}
        wanted |= {name for place, node in enumerate(self._given) if place not in self._inside for name in node.input}
        for place, node in enumerate(self._given):
            if place not in self._inside:
                self._nodes.append(node)
                continue
            stays = _STAYS_FLOAT.get(node.op_type, ())
            for position, name in enumerate(node.input):
                if name in self._floats and position not in stays:
                    node.input[position] = self._half_of(name)
            for attribute in node.attribute:
                if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                    attribute.i = TensorProto.FLOAT16
            self._nodes.append(node)
            for position, name in enumerate(node.output):
                if name not in self._made:
                    continue
                node.output[position] = f"{name}.half"
                if name in wanted:
                    self._nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
        replace_nodes(self._graph, self._nodes)
        del self._graph.value_info[:]

    def _half_of(self, name: str) -> str:
        """The name of the float16 twin of a float32 value; makes it where it is not there."""
        from onnx import TensorProto, helper

        half = f"{name}.half"
        if name in self._made or name in self._cast:
            return half
        self._cast.add(name)
        if name in self._known:
            store_tensor(self._graph, half, self._known[name].astype(np.float16))
        else:
            self._nodes.append(helper.make_node("Cast", [name], [half], to=TensorProto.FLOAT16))
        return half

    def _between(self) -> set[int]:
        """The nodes from the first layer with weights to the last that compute on floats."""
        heavy = {place for place, node in enumerate(self._given) if is_layer(node, self._known)}
        return heavy | {place for place in between(self._given, heavy) if self._computes(self._given[place])}

    def _computes(self, node: Any) -> bool:
        return any(name in self._floats for name in node.input if name not in self._known)


def _copy_node(node: onnx.NodeProto) -> onnx.NodeProto:
    import onnx

    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    return copy
