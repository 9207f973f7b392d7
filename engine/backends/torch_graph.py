"""An ONNX graph as a PyTorch graph (torch.fx), for one batch size: what the torch backend runs, compiles and records.

Everything that depends on shapes alone is worked out while the graph is made, so that what is left is tensor work on
the device, without a look at a value: fit for CUDA graphs and `torch.compile`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, fx

from engine.backends import Array
from engine.backends.torch_operators import DTYPES, OPERATORS, flat_softmax, item
from engine.errors import BackendError
from engine.onnx_edit import attributes, initialisers

if TYPE_CHECKING:
    import onnx

FIRST_PLAIN_SOFTMAX = 13  # the opset

Host = Array
"""A value known while the graph is made."""


def to_torch(model: onnx.ModelProto, batch: int, parameters: dict[str, Tensor], device: torch.device) -> fx.GraphModule:
    """`model` (simplified) for `batch` pictures: a module that takes the input tensor and gives a tuple.

    `parameters` are the weights already on `device`, by name; those missing are put there, so that graphs of several
    batch sizes share them. Raises BackendError for an operator that is not known here.
    """
    return _Translation(model, batch, parameters, device).module()


class _Translation:
    def __init__(self, model: onnx.ModelProto, batch: int, parameters: dict[str, Tensor], device: torch.device) -> None:
        self._model, self._batch, self._device = model, batch, device
        self._parameters = parameters
        self._weights = initialisers(model.graph)
        self._graph = fx.Graph()
        self._root = torch.nn.Module()
        self._values: dict[str, fx.Node | Host] = dict(self._weights)
        self._attributes: dict[str, str] = {}  # of the module, for the names of ONNX
        self._opset = next((each.version for each in model.opset_import if each.domain in ("", "ai.onnx")), 17)

    def module(self) -> fx.GraphModule:
        for value in self._model.graph.input:
            if value.name not in self._weights:
                self._values[value.name] = self._input(value)
        for node in self._model.graph.node:
            self._translate(node)
        outputs = [self._output(value.name) for value in self._model.graph.output]
        self._graph.output(tuple(outputs))
        self._graph.eliminate_dead_code()
        return fx.GraphModule(self._root, self._graph)

    def _output(self, name: str) -> fx.Node:
        node = self._node(self._values[name], name)
        return node if node.op == "call_function" else self._emit(torch.clone, (node,), {})  # not the weight itself

    def _input(self, value: Any) -> fx.Node:
        sizes = [dim.dim_value or None for dim in value.type.tensor_type.shape.dim]
        if None in sizes[1:]:
            raise BackendError("the torch backend runs graphs of one picture size: use `--device cpu`.")
        shape = [sizes[0] or self._batch, *sizes[1:]]
        node = self._graph.placeholder("pictures")
        kind = DTYPES[value.type.tensor_type.elem_type]
        node.meta["val"] = torch.empty(shape, dtype=kind, device="meta")  # type: ignore[arg-type]
        return node

    def _translate(self, node: Any) -> None:
        kind = node.op_type
        given = [self._values[name] if name else None for name in node.input]
        options = attributes(node)
        if kind == "Shape":
            shape = np.array(_meta(given[0]).shape, np.int64) if isinstance(given[0], fx.Node) else given[0].shape  # type: ignore[union-attr]
            self._values[node.output[0]] = np.array(shape, np.int64)[options.get("start", 0) : options.get("end")]
            return
        known = [each for each in given if not isinstance(each, fx.Node)]
        if len(known) == len(given):
            self._fold(node, known)
            return
        if kind not in OPERATORS or node.domain not in ("", "ai.onnx"):
            raise BackendError("the torch backend does not know the operator {0}: use `--device cpu`.", kind)
        function, fixed = OPERATORS[kind]
        if kind == "Softmax" and self._opset < FIRST_PLAIN_SOFTMAX:
            function = flat_softmax
        arguments: list[Any] = []
        for place, each in enumerate(given):
            if each is None:
                arguments.append(None)
            elif place in fixed:
                if isinstance(each, fx.Node):
                    raise BackendError(
                        "the torch backend runs graphs whose shapes depend on shapes only, and {0} here does "
                        "not: use `--device cpu`.",
                        kind,
                    )
                arguments.append(each.tolist())
            else:
                arguments.append(self._node(each, node.input[place]))
        if kind == "Split" and "num_outputs" not in options:
            options["num_outputs"] = len(node.output)
        try:
            result = self._emit(function, tuple(arguments), {key: _plain(value) for key, value in options.items()})
            if any(node.output[1:]) and not isinstance(result.meta["val"], tuple):
                raise TypeError("only the first output is known here")
        except (TypeError, KeyError, ValueError, NotImplementedError) as error:  # options that no function here takes
            raise BackendError("the torch backend does not know this kind of {0}: use `--device cpu`.", kind) from error
        if not isinstance(result.meta["val"], tuple):
            self._values[node.output[0]] = result
            return
        for place, name in enumerate(node.output):
            if name:
                self._values[name] = self._emit(item, (result, place), {})

    def _emit(self, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> fx.Node:
        """Add a call to the graph; run it on tensors without content for the shape of what it gives."""
        with torch.no_grad():
            value = function(*(_meta(each) for each in arguments), **options)
        node = self._graph.call_function(function, arguments, options)
        node.meta["val"] = value
        return node

    def _node(self, value: fx.Node | Host | None, name: str) -> fx.Node:
        """A value as a node: what is known already becomes a weight on the device."""
        if isinstance(value, fx.Node):
            return value
        attribute = self._attributes.setdefault(name, f"weight_{len(self._attributes)}")
        if not hasattr(self._root, attribute):
            if name not in self._parameters:
                tensor = torch.from_numpy(np.array(value)).to(self._device)
                if tensor.ndim == 4 and tensor.is_floating_point():
                    tensor = tensor.to(memory_format=torch.channels_last)
                self._parameters[name] = tensor
            self._root.register_buffer(attribute, self._parameters[name], persistent=False)
        node = self._graph.get_attr(attribute)
        node.meta["val"] = self._parameters[name].to("meta")
        return node

    def _fold(self, node: Any, given: list[Host | None]) -> None:
        """What depends on nothing but shapes is computed now, by ONNX's own reference."""
        from onnx import helper
        from onnx.reference import ReferenceEvaluator

        graph = helper.make_graph(
            [node],
            "one",
            [helper.make_value_info(name, helper.make_tensor_type_proto(0, None)) for name in node.input if name],
            [helper.make_value_info(name, helper.make_tensor_type_proto(0, None)) for name in node.output],
        )
        single = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self._opset)])
        feeds = {name: each for name, each in zip(node.input, given, strict=True) if name}
        for name, result in zip(node.output, ReferenceEvaluator(single).run(None, feeds), strict=True):
            self._values[name] = np.asarray(result)


def _meta(value: Any) -> Any:
    """A node's value without content, lists of nodes included; anything else as it is."""
    if isinstance(value, fx.Node):
        return value.meta["val"]
    return value


def _plain(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value
