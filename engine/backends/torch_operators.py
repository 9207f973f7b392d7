"""ONNX's operators as PyTorch functions: what a translated graph calls. Options are ONNX's, under its names.

A function raises ValueError where PyTorch would compute something else.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine.backends import torch_shapes as shapes
from engine.backends.torch_shapes import number
from engine.errors import BackendError

DTYPES = {
    1: torch.float32, 2: torch.uint8, 3: torch.int8, 6: torch.int32, 7: torch.int64, 9: torch.bool, 10: torch.float16,
    11: torch.float64,
}  # fmt: skip
"""ONNX's numbers of types."""


def item(values: Any, place: int) -> Any:
    """One output of an operator that has several."""
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


def conv_transpose(
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
    if len(kernel_shape) != 2 or (kind == "mean" and set(dilations or [1]) != {1}):
        raise ValueError("only in two dimensions, and means without holes")
    strides = strides or [1] * len(kernel_shape)
    fill = float("-inf") if kind == "max" else 0.0
    pads = _auto(x, auto_pad, kernel_shape, strides, pads)
    padded, around = _padded(x, pads, fill)
    if kind == "max":
        return functional.max_pool2d(padded, kernel_shape, strides, around, dilations or 1, bool(ceil_mode))
    means = functional.avg_pool2d(padded, kernel_shape, strides, around, bool(ceil_mode), bool(count_include_pad))
    if padded is x or count_include_pad:
        return means
    inside, _ = _padded(torch.ones_like(x[:1, :1]), pads)  # pads laid around here would count
    return means / functional.avg_pool2d(inside, kernel_shape, strides, around, bool(ceil_mode))


def resize(
    x: Tensor, region: Any = None, scales: list[float] | None = None, sizes: list[int] | None = None, *,
    mode: str = "nearest", coordinate_transformation_mode: str = "half_pixel", nearest_mode: str = "round_prefer_floor",
    antialias: int = 0, axes: list[int] | None = None, keep_aspect_ratio_policy: str = "stretch", **ignored: Any,
) -> Tensor:  # fmt: skip
    """ONNX's Resize, where PyTorch has the same; `ignored` are options of the modes that it has not."""
    rule, given = coordinate_transformation_mode, list(x.shape)
    exact: Sequence[float] = sizes or [size * scale for size, scale in zip(given, scales or [], strict=True)]
    target = [round(size) for size in exact]
    # PyTorch goes by the sizes, ONNX by a scale that is given
    is_even = all(math.isclose(*pair, rel_tol=1e-6) for pair in zip(exact, target, strict=True))
    is_stretched = not antialias and axes is None and keep_aspect_ratio_policy == "stretch"
    if not (is_even and is_stretched and target[:2] == given[:2]):
        raise ValueError(f"{given} to {exact}, other than by stretching the picture")
    sides = list(zip(target[2:], given[2:], strict=True))
    is_to_one = any(new == 1 < old for new, old in sides)
    is_by_halves = rule == "half_pixel" or (rule == "pytorch_half_pixel" and not is_to_one)
    if mode == "linear" and (is_by_halves or rule == "align_corners"):
        return functional.interpolate(x, target[2:], mode="bilinear", align_corners=rule == "align_corners")
    # by whole factors the nearest is the cell that the pixel lies in
    is_cell = is_by_halves and nearest_mode.startswith("round") and all(new % old == 0 for new, old in sides)
    if mode == "nearest" and (is_cell or (rule, nearest_mode) == ("asymmetric", "floor")):
        return functional.interpolate(x, target[2:], mode="nearest")
    raise ValueError(f"{mode}, {rule}, {nearest_mode}")


def _upsample(x: Tensor, scales: list[float], *, mode: str = "nearest") -> Tensor:
    return resize(x, None, scales, mode=mode, coordinate_transformation_mode="asymmetric", nearest_mode="floor")


def _clip(x: Tensor, low: Any = None, high: Any = None, **old: float) -> Tensor:
    # until opset 11 the bounds were attributes
    low, high = old.get("min", number(low)), old.get("max", number(high))
    return x if low is None and high is None else x.clamp(low, high)


def _cast(x: Tensor, *, to: int, saturate: int = 1) -> Tensor:
    return x.to(DTYPES[to])


def _norm(order: int, x: Tensor, axes: list[int], *, keepdim: bool) -> Tensor:
    size: Tensor = torch.linalg.vector_norm(x, order, axes, keepdim)
    return size


def _sum_of_squares(x: Tensor, axes: list[int], *, keepdim: bool) -> Tensor:
    return x.square().sum(axes, keepdim)


_REDUCTIONS: dict[str, Callable[..., Any]] = {
    "Mean": torch.mean, "Sum": torch.sum, "Max": torch.amax, "Min": torch.amin,
    "L1": functools.partial(_norm, 1), "L2": functools.partial(_norm, 2), "SumSquare": _sum_of_squares,
}  # fmt: skip


def _reduce(
    x: Tensor, axes: list[int] | None = None, *, kind: str, keepdims: int = 1, noop_with_empty_axes: int = 0
) -> Tensor:
    if noop_with_empty_axes and not axes:
        return x
    function: Callable[..., Tensor] = _REDUCTIONS[kind]
    return function(x, axes or list(range(x.ndim)), keepdim=bool(keepdims))


def _argmax(x: Tensor, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> Tensor:
    if select_last_index:
        raise ValueError("PyTorch takes the first of equal ones")
    return x.argmax(axis, keepdim=bool(keepdims))


def _argmin(x: Tensor, *, axis: int = 0, keepdims: int = 1, select_last_index: int = 0) -> Tensor:
    if select_last_index:
        raise ValueError("PyTorch takes the first of equal ones")
    return x.argmin(axis, keepdim=bool(keepdims))


def _log_softmax(x: Tensor, *, axis: int = -1) -> Tensor:
    return x.log_softmax(axis)


def _softmax(x: Tensor, *, axis: int = -1) -> Tensor:
    return x.softmax(axis)


def flat_softmax(x: Tensor, *, axis: int = 1) -> Tensor:
    """ONNX's Softmax until opset 12: over all axes from `axis` on."""
    axis %= x.ndim
    return x.flatten(axis).softmax(axis).reshape(x.shape)


def _normalise(
    x: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, *, epsilon: float = 1e-5,
    momentum: float = 0.9, training_mode: int = 0, spatial: int = 1,
) -> Tensor:  # fmt: skip
    return functional.batch_norm(x, mean, variance, scale, shift, eps=epsilon)


def _layer_norm(
    x: Tensor, scale: Tensor, shift: Tensor | None = None, *, axis: int = -1, epsilon: float = 1e-5, stash_type: int = 1
) -> Tensor:
    return functional.layer_norm(x, list(x.shape[axis % x.ndim :]), scale, shift, epsilon)


def _instance_norm(x: Tensor, scale: Tensor, shift: Tensor, *, epsilon: float = 1e-5) -> Tensor:
    return functional.instance_norm(x, weight=scale, bias=shift, eps=epsilon)


def gemm(
    a: Tensor, b: Tensor, c: Tensor | None = None, *, alpha: float = 1.0, beta: float = 1.0, transA: int = 0,
    transB: int = 0,
) -> Tensor:  # fmt: skip
    product = alpha * ((a.t() if transA else a) @ (b.t() if transB else b))
    return product if c is None else product + beta * c


def _einsum(*terms: Tensor, equation: str) -> Tensor:
    product: Tensor = torch.einsum(equation, *terms)
    return product


def _div(a: Tensor, b: Tensor) -> Tensor:
    if a.is_floating_point() or b.is_floating_point():
        return a / b
    return torch.div(a, b, rounding_mode="trunc")


def _mod(a: Tensor, b: Tensor, *, fmod: int = 0) -> Tensor:
    return torch.fmod(a, b) if fmod else torch.remainder(a, b)


def _greatest(*terms: Tensor) -> Tensor:
    return functools.reduce(torch.maximum, terms)


def _least(*terms: Tensor) -> Tensor:
    return functools.reduce(torch.minimum, terms)


def _sum(*terms: Tensor) -> Tensor:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _hard_sigmoid(x: Tensor, *, alpha: float = 0.2, beta: float = 0.5) -> Tensor:
    return (alpha * x + beta).clamp(0, 1)


def _leaky(x: Tensor, *, alpha: float = 0.01) -> Tensor:
    return functional.leaky_relu(x, alpha)


def _prelu(x: Tensor, slope: Tensor) -> Tensor:
    return torch.where(x < 0, x * slope, x)


def _elu(x: Tensor, *, alpha: float = 1.0) -> Tensor:
    return functional.elu(x, alpha)


def _gelu(x: Tensor, *, approximate: str = "none") -> Tensor:
    return functional.gelu(x, approximate=approximate)


def _top(x: Tensor, count: list[int], *, axis: int = -1, largest: int = 1, sorted: int = 1) -> tuple[Tensor, Tensor]:
    values, places = x.topk(count[0], axis, bool(largest), bool(sorted))
    return values, places


def _reduction(kind: str) -> Callable[..., Tensor]:
    def over_axes(x: Tensor, axes: list[int] | None = None, **options: Any) -> Tensor:
        return _reduce(x, options.pop("axes", axes), kind=kind, **options)

    return over_axes


def _pooling(kind: str) -> Callable[..., Tensor]:
    def pool(x: Tensor, **options: Any) -> Tensor:
        return _pool(x, kind=kind, **options)

    return pool


def _global_average(x: Tensor) -> Tensor:
    return x.mean(list(range(2, x.ndim)), keepdim=True)


def _global_greatest(x: Tensor) -> Tensor:
    return x.amax(list(range(2, x.ndim)), keepdim=True)


_ANY: frozenset[int] = frozenset()
# each operator's function, and which of its inputs have to be known while the graph is made
OPERATORS: Mapping[str, tuple[Callable[..., Any], frozenset[int]]] = {
    "Add": (torch.add, _ANY), "Sub": (torch.sub, _ANY), "Mul": (torch.mul, _ANY), "Div": (_div, _ANY),
    "Pow": (torch.pow, _ANY), "Mod": (_mod, _ANY), "Sqrt": (torch.sqrt, _ANY), "Exp": (torch.exp, _ANY),
    "Log": (torch.log, _ANY), "Neg": (torch.neg, _ANY), "Abs": (torch.abs, _ANY), "Sign": (torch.sign, _ANY),
    "Erf": (torch.erf, _ANY), "Sin": (torch.sin, _ANY), "Cos": (torch.cos, _ANY),
    "Reciprocal": (torch.reciprocal, _ANY), "Floor": (torch.floor, _ANY), "Ceil": (torch.ceil, _ANY),
    "Round": (torch.round, _ANY), "Max": (_greatest, _ANY), "Min": (_least, _ANY), "Sum": (_sum, _ANY),
    "Equal": (torch.eq, _ANY), "Less": (torch.lt, _ANY), "LessOrEqual": (torch.le, _ANY),
    "Greater": (torch.gt, _ANY), "GreaterOrEqual": (torch.ge, _ANY), "And": (torch.logical_and, _ANY),
    "Or": (torch.logical_or, _ANY), "Xor": (torch.logical_xor, _ANY), "Not": (torch.logical_not, _ANY),
    "Where": (torch.where, _ANY), "Clip": (_clip, frozenset({1, 2})), "Cast": (_cast, _ANY),
    "Identity": (torch.clone, _ANY),
    "Relu": (torch.relu, _ANY), "LeakyRelu": (_leaky, _ANY), "PRelu": (_prelu, _ANY), "Elu": (_elu, _ANY),
    "Gelu": (_gelu, _ANY), "Mish": (functional.mish, _ANY), "Sigmoid": (torch.sigmoid, _ANY),
    "Tanh": (torch.tanh, _ANY), "Softplus": (functional.softplus, _ANY), "HardSigmoid": (_hard_sigmoid, _ANY),
    "HardSwish": (functional.hardswish, _ANY), "Softmax": (_softmax, _ANY), "LogSoftmax": (_log_softmax, _ANY),
    "Conv": (convolve, _ANY), "ConvTranspose": (conv_transpose, _ANY), "MatMul": (torch.matmul, _ANY),
    "Gemm": (gemm, _ANY), "Einsum": (_einsum, _ANY), "BatchNormalization": (_normalise, _ANY),
    "LayerNormalization": (_layer_norm, _ANY), "InstanceNormalization": (_instance_norm, _ANY),
    "MaxPool": (_pooling("max"), _ANY), "AveragePool": (_pooling("mean"), _ANY),
    "GlobalAveragePool": (_global_average, _ANY), "GlobalMaxPool": (_global_greatest, _ANY),
    **{f"Reduce{kind}": (_reduction(kind), frozenset({1})) for kind in _REDUCTIONS},
    "ArgMax": (_argmax, _ANY), "ArgMin": (_argmin, _ANY), "TopK": (_top, frozenset({1})),
    "Resize": (resize, frozenset({1, 2, 3})), "Upsample": (_upsample, frozenset({1})),
    "Concat": (shapes.concat, _ANY), "Split": (shapes.split, frozenset({1})),
    "Slice": (shapes.sliced, frozenset({1, 2, 3, 4})), "Pad": (shapes.pad, frozenset({1, 2, 3})),
    "Tile": (shapes.tile, frozenset({1})), "Expand": (shapes.expand, frozenset({1})),
    "Gather": (shapes.gather, _ANY), "GatherElements": (shapes.gather_elements, _ANY),
    "GatherND": (shapes.gather_nd, _ANY), "ScatterND": (shapes.scatter_nd, _ANY),
    "Reshape": (shapes.reshape, frozenset({1})), "Flatten": (shapes.flatten, _ANY),
    "Transpose": (shapes.transpose, _ANY), "Squeeze": (shapes.squeeze, frozenset({1})),
    "Unsqueeze": (shapes.unsqueeze, frozenset({1})), "DepthToSpace": (shapes.depth_to_space, _ANY),
    "SpaceToDepth": (shapes.space_to_depth, _ANY),
}  # fmt: skip
