"""An ONNX graph as a PyTorch graph (torch.fx), for one batch size: what the torch backend runs, compiles and records.

Everything that depends on shapes alone is worked out while the graph is made, so that what is left is tensor work on
the device, without a look at a value: fit for CUDA graphs and `torch.compile`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, fx
from torch.nn import functional

from engine.backends import Array
from engine.errors import BackendError
from engine.onnx_edit import attributes, initialisers

if TYPE_CHECKING:
    import onnx

Host = Array
"""A value known while the graph is made."""

_DTYPES = {
    1: torch.float32, 2: torch.uint8, 3: torch.int8, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16,
    11: torch.float64,
}  # fmt: skip


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
        outputs = [self._node(self._values[value.name], value.name) for value in self._model.graph.output]
        self._graph.output(tuple(outputs))
        self._graph.eliminate_dead_code()
        return fx.GraphModule(self._root, self._graph)

    def _input(self, value: Any) -> fx.Node:
        sizes = [dim.dim_value or None for dim in value.type.tensor_type.shape.dim]
        if None in sizes[1:]:
            raise BackendError("the torch backend runs graphs of one picture size: use `--device cpu`.")
        shape = [sizes[0] or self._batch, *sizes[1:]]
        node = self._graph.placeholder("pictures")
        kind = _DTYPES[value.type.tensor_type.elem_type]
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
        if kind not in _OPERATORS or node.domain not in ("", "ai.onnx"):
            raise BackendError(f"the torch backend does not know the operator {kind}: use `--device cpu`.")
        function, fixed = _OPERATORS[kind]
        arguments: list[Any] = []
        for place, each in enumerate(given):
            if each is None:
                arguments.append(None)
            elif place in fixed:
                if isinstance(each, fx.Node):
                    raise BackendError(
                        f"the torch backend runs graphs whose shapes depend on shapes only, and {kind} here does not: "
                        "use `--device cpu`."
                    )
                arguments.append(each.tolist())
            else:
                arguments.append(self._node(each, node.input[place]))
        if kind == "Split" and "num_outputs" not in options:
            options["num_outputs"] = len(node.output)
        result = self._emit(function, tuple(arguments), {key: _plain(value) for key, value in options.items()})
        if len(node.output) == 1:
            self._values[node.output[0]] = result
            return
        for place, name in enumerate(node.output):
            if name:
                self._values[name] = self._emit(_item, (result, place), {})

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


def _number(value: Any) -> float | None:
    """A number that ONNX may store as a list of one."""
    number: float | None = value[0] if isinstance(value, list) else value
    return number


def _item(values: Any, place: int) -> Any:
    return values[place]


def _padded(x: Tensor, pads: list[int] | None, value: float = 0.0) -> tuple[Tensor, list[int]]:
    """Symmetric pads are left to the operator; others are laid around `x` here."""
    rank = x.ndim - 2
    pads = pads or [0] * 2 * rank
    if pads[:rank] == pads[rank:]:
        return x, pads[:rank]
    both = [side for axis in reversed(range(rank)) for side in (pads[axis], pads[rank + axis])]
    return functional.pad(x, both, value=value), [0] * rank


def _auto(x: Tensor, auto_pad: str, size: list[int], strides: list[int], pads: list[int] | None) -> list[int] | None:
    if auto_pad in ("NOTSET", ""):
        return pads
    if auto_pad == "VALID":
        return None
    lows, highs = [], []
    for axis, (side, stride) in enumerate(zip(size, strides, strict=True)):
        length = x.shape[2 + axis]
        total = max((-(-length // stride) - 1) * stride + side - length, 0)
        small = total // 2
        lows.append(small if auto_pad == "SAME_UPPER" else total - small)
        highs.append(total - lows[-1])
    return lows + highs


def convolve(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, *, kernel_shape: list[int] | None = None,
    strides: list[int] | None = None, pads: list[int] | None = None, dilations: list[int] | None = None,
    group: int = 1, auto_pad: str = "NOTSET",
) -> Tensor:  # fmt: skip
    """ONNX's Conv."""
    rank = x.ndim - 2
    strides, dilations = strides or [1] * rank, dilations or [1] * rank
    x, around = _padded(x, _auto(x, auto_pad, list(weight.shape[2:]), strides, pads))
    function = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}[rank]
    return function(x, weight, bias, strides, around, dilations, group)


def _conv_transpose(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, *, kernel_shape: list[int] | None = None,
    strides: list[int] | None = None, pads: list[int] | None = None, dilations: list[int] | None = None,
    output_padding: list[int] | None = None, group: int = 1,
) -> Tensor:  # fmt: skip
    pads = pads or [0, 0, 0, 0]
    if pads[:2] != pads[2:]:
        raise BackendError("the torch backend knows ConvTranspose with even pads only: use `--device cpu`.")
    return functional.conv_transpose2d(
        x, weight, bias, strides or 1, pads[:2], output_padding or 0, group, dilations or 1
    )  # fmt: skip


def _pool(
    x: Tensor, *, kind: str, kernel_shape: list[int], strides: list[int] | None = None, pads: list[int] | None = None,
    ceil_mode: int = 0, count_include_pad: int = 0, dilations: list[int] | None = None, auto_pad: str = "NOTSET",
    storage_order: int = 0,
) -> Tensor:  # fmt: skip
    strides = strides or [1] * len(kernel_shape)
    fill = float("-inf") if kind == "max" else 0.0
    x, around = _padded(x, _auto(x, auto_pad, kernel_shape, strides, pads), fill)
    if kind == "max":
        return functional.max_pool2d(x, kernel_shape, strides, around, dilations or 1, bool(ceil_mode))
    return functional.avg_pool2d(x, kernel_shape, strides, around, bool(ceil_mode), bool(count_include_pad))


def _resize(
    x: Tensor, region: Any = None, scales: list[float] | None = None, sizes: list[int] | None = None, *,
    mode: str = "nearest", coordinate_transformation_mode: str = "half_pixel", nearest_mode: str = "round_prefer_floor",
    cubic_coeff_a: float = -0.75, **ignored: Any,
) -> Tensor:  # fmt: skip
    if sizes:
        target = [int(size) for size in sizes[2:]]
    elif scales:
        target = [int(size * scale) for size, scale in zip(x.shape[2:], scales[2:], strict=True)]
    else:
        raise BackendError("the torch backend met a Resize without a size: use `--device cpu`.")
    is_whole = all(new % old == 0 for new, old in zip(target, x.shape[2:], strict=True))
    if mode == "nearest" and (
        (coordinate_transformation_mode == "asymmetric" and nearest_mode == "floor") or is_whole
    ):  # whole factors: every rule picks the cell that the pixel lies in
        return functional.interpolate(x, target, mode="nearest")
    if mode == "linear" and coordinate_transformation_mode in ("half_pixel", "pytorch_half_pixel", "align_corners"):
        corners = coordinate_transformation_mode == "align_corners"
        return functional.interpolate(x, target, mode="bilinear", align_corners=corners)
    raise BackendError(
        f"the torch backend does not know Resize by {mode}, {coordinate_transformation_mode}: use `--device cpu`."
    )


def _upsample(x: Tensor, scales: list[float], *, mode: str = "nearest") -> Tensor:
    return _resize(x, None, scales, mode=mode, coordinate_transformation_mode="asymmetric", nearest_mode="floor")


def _reshape(x: Tensor, shape: list[int], *, allowzero: int = 0) -> Tensor:
    return x.reshape([x.shape[axis] if size == 0 and not allowzero else size for axis, size in enumerate(shape)])


def _flatten(x: Tensor, *, axis: int = 1) -> Tensor:
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


def _transpose(x: Tensor, *, perm: list[int] | None = None) -> Tensor:
    return x.permute(perm if perm is not None else list(reversed(range(x.ndim))))


def _slice(
    x: Tensor, starts: list[int], ends: list[int], axes: list[int] | None = None, steps: list[int] | None = None
) -> Tensor:
    axes = axes if axes is not None else list(range(len(starts)))
    for axis, start, end, step in zip(axes, starts, ends, steps or [1] * len(starts), strict=True):
        length = x.shape[axis]
        if step < 0:  # the one use of it in networks: turning an axis round
            order = list(range(length))[slice(start, None if end < -length else end, step)]
            x = x.index_select(axis, torch.tensor(order, device=x.device))
            continue
        first, last, _ = slice(start, end, step).indices(length)
        x = x.narrow(axis, first, max(last - first, 0))
        if step > 1:
            x = x[(slice(None),) * (axis % x.ndim) + (slice(None, None, step),)]
    return x


def _gather(x: Tensor, index: Tensor, *, axis: int = 0) -> Tensor:
    axis %= x.ndim
    chosen = torch.where(index < 0, index + x.shape[axis], index).long()
    picked = x.index_select(axis, chosen.reshape(-1))
    return picked.reshape(*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])


def _gather_elements(x: Tensor, index: Tensor, *, axis: int = 0) -> Tensor:
    return x.gather(axis, torch.where(index < 0, index + x.shape[axis], index).long())


def _pad(
    x: Tensor, pads: list[int], value: Any = None, axes: list[int] | None = None, *, mode: str = "constant"
) -> Tensor:
    rank = x.ndim
    places = axes if axes is not None else list(range(rank))
    around = {axis % rank: (pads[n], pads[len(places) + n]) for n, axis in enumerate(places)}
    both = [side for axis in reversed(range(rank)) for side in around.get(axis, (0, 0))]
    while len(both) > 2 and both[-2:] == [0, 0]:  # PyTorch pads the borders of pictures only where they repeat
        both = both[:-2]
    fill = _number(value) or 0.0
    if mode == "constant":
        return functional.pad(x, both, value=fill)
    return functional.pad(x, both, mode={"edge": "replicate", "reflect": "reflect"}[mode])


def _split(x: Tensor, split: list[int] | None = None, *, axis: int = 0, num_outputs: int = 0) -> tuple[Tensor, ...]:
    if split is None:
        split = [len(part) for part in np.array_split(np.arange(x.shape[axis]), num_outputs)]
    return torch.split(x, split, axis)


def _squeeze(x: Tensor, axes: list[int] | None = None) -> Tensor:
    return x.squeeze(tuple(axes)) if axes is not None else x.squeeze()


def _unsqueeze(x: Tensor, axes: list[int]) -> Tensor:
    for axis in sorted(each % (x.ndim + len(axes)) for each in axes):
        x = x.unsqueeze(axis)
    return x


def _expand(x: Tensor, shape: list[int]) -> Tensor:
    return x.expand(torch.broadcast_shapes(x.shape, tuple(shape)))  # type: ignore[no-untyped-call]


def _clip(x: Tensor, low: Any = None, high: Any = None, **old: float) -> Tensor:
    # until opset 11 the bounds were attributes
    return x.clamp(old.get("min", _number(low)), old.get("max", _number(high)))


def _cast(x: Tensor, *, to: int, saturate: int = 1) -> Tensor:
    return x.to(_DTYPES[to])


_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "mean": torch.mean, "sum": torch.sum, "max": torch.amax, "min": torch.amin,
}  # fmt: skip


def _reduce(
    x: Tensor, axes: list[int] | None = None, *, kind: str, keepdims: int = 1, noop_with_empty_axes: int = 0
) -> Tensor:
    over = axes if axes is not None else list(range(x.ndim))
    function: Callable[..., Tensor] = _REDUCTIONS[kind]
    return function(x, over, keepdim=bool(keepdims))


def _argmax(x: Tensor, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> Tensor:
    return x.argmax(axis, keepdim=bool(keepdims))


def _softmax(x: Tensor, *, axis: int = -1) -> Tensor:
    return x.softmax(axis)


def _normalise(
    x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, *, epsilon: float = 1e-5,
    momentum: float = 0.9, training_mode: int = 0, spatial: int = 1,
) -> Tensor:  # fmt: skip
    return functional.batch_norm(x, mean, variance, scale, shift, eps=epsilon)


def _layer_norm(
    x: Tensor, scale: Tensor, shift: Tensor | None = None, *, axis: int = -1, epsilon: float = 1e-5, stash_type: int = 1
) -> Tensor:
    return functional.layer_norm(x, list(x.shape[axis % x.ndim :]), scale, shift, epsilon)


def _gemm(
    a: Tensor, b: Tensor, c: Tensor | None = None, *, alpha: float = 1.0, beta: float = 1.0, transA: int = 0,
    transB: int = 0,
) -> Tensor:  # fmt: skip
    product = alpha * ((a.t() if transA else a) @ (b.t() if transB else b))
    return product if c is None else product + beta * c


def _div(a: Tensor, b: Tensor) -> Tensor:
    if a.is_floating_point() or b.is_floating_point():
        return a / b
    return torch.div(a, b, rounding_mode="trunc")


def _mod(a: Tensor, b: Tensor, *, fmod: int = 0) -> Tensor:
    return torch.fmod(a, b) if fmod else torch.remainder(a, b)


def _sum(*terms: Tensor) -> Tensor:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _concat(*parts: Tensor, axis: int) -> Tensor:
    return torch.cat(parts, axis)


def _hard_sigmoid(x: Tensor, *, alpha: float = 0.2, beta: float = 0.5) -> Tensor:
    return (alpha * x + beta).clamp(0, 1)


def _leaky(x: Tensor, *, alpha: float = 0.01) -> Tensor:
    return functional.leaky_relu(x, alpha)


def _top(x: Tensor, count: list[int], *, axis: int = -1, largest: int = 1, sorted: int = 1) -> tuple[Tensor, Tensor]:
    values, places = x.topk(count[0], axis, bool(largest), bool(sorted))
    return values, places


def _reduction(kind: str) -> Callable[..., Tensor]:
    def reduce(x: Tensor, axes: list[int] | None = None, **options: Any) -> Tensor:
        return _reduce(x, options.pop("axes", axes), kind=kind, **options)

    return reduce


def _pooling(kind: str) -> Callable[..., Tensor]:
    def pool(x: Tensor, **options: Any) -> Tensor:
        return _pool(x, kind=kind, **options)

    return pool


def _global_average(x: Tensor) -> Tensor:
    return x.mean(list(range(2, x.ndim)), keepdim=True)


_ANY: frozenset[int] = frozenset()
# each operator's function, and which of its inputs have to be known while the graph is made
_OPERATORS: Mapping[str, tuple[Callable[..., Any], frozenset[int]]] = {
    "Add": (torch.add, _ANY), "Sub": (torch.sub, _ANY), "Mul": (torch.mul, _ANY), "Div": (_div, _ANY),
    "Pow": (torch.pow, _ANY), "Mod": (_mod, _ANY), "Sqrt": (torch.sqrt, _ANY), "Exp": (torch.exp, _ANY),
    "Log": (torch.log, _ANY), "Neg": (torch.neg, _ANY), "Abs": (torch.abs, _ANY), "Erf": (torch.erf, _ANY),
    "Reciprocal": (torch.reciprocal, _ANY), "Floor": (torch.floor, _ANY), "Ceil": (torch.ceil, _ANY),
    "Round": (torch.round, _ANY), "Max": (torch.maximum, _ANY), "Min": (torch.minimum, _ANY), "Sum": (_sum, _ANY),
    "Equal": (torch.eq, _ANY), "Less": (torch.lt, _ANY), "LessOrEqual": (torch.le, _ANY),
    "Greater": (torch.gt, _ANY), "GreaterOrEqual": (torch.ge, _ANY), "And": (torch.logical_and, _ANY),
    "Or": (torch.logical_or, _ANY), "Xor": (torch.logical_xor, _ANY), "Not": (torch.logical_not, _ANY),
    "Where": (torch.where, _ANY),
    "Relu": (torch.relu, _ANY), "LeakyRelu": (_leaky, _ANY), "Sigmoid": (torch.sigmoid, _ANY),
    "Tanh": (torch.tanh, _ANY), "Softplus": (functional.softplus, _ANY), "HardSigmoid": (_hard_sigmoid, _ANY),
    "HardSwish": (functional.hardswish, _ANY), "Softmax": (_softmax, _ANY), "Clip": (_clip, frozenset({1, 2})),
    "Conv": (convolve, _ANY), "ConvTranspose": (_conv_transpose, _ANY), "MatMul": (torch.matmul, _ANY),
    "Gemm": (_gemm, _ANY), "BatchNormalization": (_normalise, _ANY), "LayerNormalization": (_layer_norm, _ANY),
    "MaxPool": (_pooling("max"), _ANY), "AveragePool": (_pooling("mean"), _ANY),
    "GlobalAveragePool": (_global_average, _ANY), "ReduceMean": (_reduction("mean"), frozenset({1})),
    "ReduceSum": (_reduction("sum"), frozenset({1})), "ReduceMax": (_reduction("max"), frozenset({1})),
    "ReduceMin": (_reduction("min"), frozenset({1})), "ArgMax": (_argmax, _ANY), "TopK": (_top, frozenset({1})),
    "Resize": (_resize, frozenset({1, 2, 3})), "Upsample": (_upsample, frozenset({1})), "Concat": (_concat, _ANY),
    "Split": (_split, frozenset({1})), "Slice": (_slice, frozenset({1, 2, 3, 4})), "Gather": (_gather, _ANY),
    "GatherElements": (_gather_elements, _ANY), "Reshape": (_reshape, frozenset({1})), "Flatten": (_flatten, _ANY),
    "Transpose": (_transpose, _ANY), "Squeeze": (_squeeze, frozenset({1})), "Cast": (_cast, _ANY),
    "Unsqueeze": (_unsqueeze, frozenset({1})), "Expand": (_expand, frozenset({1})), "Pad": (_pad, frozenset({1, 2, 3})),
    "Identity": (torch.clone, _ANY),
}  # fmt: skip
