"""Convolutions with what follows them as one call: cuDNN adds the bias, the shortcut and the ReLU while it writes.

A network such as HRNet is bound by memory on a large GPU: each of those steps alone would read and write the whole
feature map once more.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor, fx
from torch.nn import functional

from engine.backends import torch_kernels
from engine.backends.torch_operators import conv_transpose, convolve, gemm, resize

Choose = Callable[[Tensor, Tensor, bool, Callable[..., Tensor]], torch_kernels.Tiling | None]
"""As `torch_kernels.fastest`."""


def fuse(module: fx.GraphModule) -> fx.GraphModule:
    """The same module with conv → ReLU and conv → add → ReLU as single calls, where nothing else reads the middle."""
    for node in list(module.graph.nodes):
        if node.op != "call_function" or node.target is not torch.relu:
            continue
        below = node.args[0]
        if isinstance(below, fx.Node) and _is_plain(below):
            _replace(node, below, None)
        elif isinstance(below, fx.Node) and below.target is torch.add and len(below.users) == 1:
            one, other = below.args
            for conv, shortcut in ((other, one), (one, other)):
                if isinstance(conv, fx.Node) and _is_plain(conv) and _shape(conv) == _shape(shortcut):
                    _replace(node, conv, shortcut)
                    break
    module.graph.eliminate_dead_code()
    module.graph.lint()
    module.recompile()
    return module


def conv_relu(x: Tensor, weight: Tensor, bias: Tensor, how: tuple[Any, ...]) -> Tensor:
    """ReLU of a convolution; `how` are strides, pads, dilations and groups."""
    if x.is_cuda:
        return torch.cudnn_convolution_relu(x, weight, bias, *how)
    return functional.conv2d(x, weight, bias, *how).relu()


def conv_add_relu(x: Tensor, weight: Tensor, bias: Tensor, shortcut: Tensor, how: tuple[Any, ...]) -> Tensor:
    """ReLU of a convolution and a shortcut of its shape."""
    if x.is_cuda:
        return torch.cudnn_convolution_add_relu(x, weight, shortcut, 1.0, bias, *how)
    return (functional.conv2d(x, weight, bias, *how) + shortcut).relu()


def with_kernels(module: fx.GraphModule, choose: Choose = torch_kernels.fastest) -> fx.GraphModule:
    """The same module, fused before, with this project's kernels for sums, and for convolutions if `choose` says so."""
    for node in list(module.graph.nodes):
        if node.target is conv_add_relu:
            _move_bias(module, node)
    chosen: dict[tuple[Any, ...], torch_kernels.Tiling | None] = {}
    for node in list(module.graph.nodes):
        if node.target not in (conv_relu, conv_add_relu):
            continue
        x, weight, bias, *shortcut, how = node.args
        values = x.meta["val"], weight.meta["val"]
        if not _is_weight(bias) or not torch_kernels.fits(*values, how):
            continue
        key = (*_shape(x), *_shape(weight), len(shortcut))
        if key not in chosen:
            chosen[key] = choose(*values, bool(shortcut), functools.partial(_by_library, how))
        tiling = chosen[key]
        if tiling is not None:
            node.target = torch.ops.skelter.conv3x3_relu.default
            node.args = (x, weight, bias, shortcut[0] if shortcut else None, tiling.rows, tiling.warps)
    for node in reversed(list(module.graph.nodes)):
        if node.op == "call_function" and not node.users:  # left over from a sum that was replaced
            module.graph.erase_node(node)
        elif node.op == "call_function":
            _replace_sum(module, node)
    module.graph.eliminate_dead_code()
    module.graph.lint()
    module.recompile()
    return module


HEAVY: frozenset[Any] = frozenset({
    convolve, conv_transpose, conv_relu, conv_add_relu, gemm, torch.matmul, torch.ops.skelter.conv3x3_relu.default,
    torch.ops.skelter.sum_up.default,
})  # fmt: skip
"""Calls that are worth a stream of their own."""


def _move_bias(module: fx.GraphModule, node: fx.Node) -> None:
    """Leave the bias of a bare convolution that is the shortcut of another one to that one."""
    x, weight, bias, shortcut, how = node.args
    if not _is_weight(bias) or not isinstance(shortcut, fx.Node) or not _is_bare(shortcut) or len(shortcut.users) > 1:
        return
    with module.graph.inserting_before(node):
        both = _sum_of_biases(module, [bias, shortcut.args[2]], node.name)
        node.args = (x, weight, both, _without_bias(shortcut), how)


def _is_bare(node: fx.Node) -> bool:
    """A convolution with a bias, and nothing done to it yet."""
    return node.target is convolve and len(node.args) == 3 and _is_weight(node.args[2])


def _is_weight(node: Any) -> bool:
    return isinstance(node, fx.Node) and node.op == "get_attr"


def _without_bias(node: fx.Node) -> fx.Node:
    bare = node.graph.call_function(convolve, node.args[:2], dict(node.kwargs))
    bare.meta["val"] = node.meta["val"]
    return bare


def _sum_of_biases(module: fx.GraphModule, biases: list[Any], name: str) -> fx.Node:
    values = [getattr(module, bias.target) for bias in biases]
    attribute = f"bias_of_{name}"
    module.register_buffer(attribute, torch.stack(values).float().sum(0).to(values[0].dtype), persistent=False)
    both = module.graph.get_attr(attribute)
    both.meta["val"] = biases[0].meta["val"]
    return both


def _by_library(how: tuple[Any, ...], x: Tensor, weight: Tensor, bias: Tensor, shortcut: Tensor | None) -> Tensor:
    if shortcut is None:
        return conv_relu(x, weight, bias, how)
    return conv_add_relu(x, weight, bias, shortcut, how)


def _replace_sum(module: fx.GraphModule, node: fx.Node) -> None:
    """Put one call in the place of a sum, of what is enlarged for it and of the ReLU after it."""
    below = node.args[0] if node.target is torch.relu else node
    if not isinstance(below, fx.Node) or below.target is not torch.add or (below is not node and len(below.users) > 1):
        return
    value = below.meta["val"]
    terms = _terms(below, is_whole=True)
    if (
        value.dtype != torch.float16 or value.ndim != 4 or value.shape[1] % torch_kernels.CHUNK
        or not 2 <= len(terms) <= torch_kernels.MOST_MAPS or all(term.factor > 1 for term in terms)
        or (below is node and all(term.factor == 1 and term.bias is None for term in terms))  # no more than an addition
        or any(term.enlarged_shape != tuple(value.shape) for term in terms)
    ):  # fmt: skip
        return
    graph = module.graph
    with graph.inserting_before(node):
        maps = [term.map if term.bias is None else _without_bias(term.map) for term in terms]
        biases = [term.bias for term in terms if term.bias is not None]
        bias = _sum_of_biases(module, biases, node.name) if biases else None
        given = (maps, [term.factor for term in terms], bias, node.target is torch.relu)
        whole = graph.call_function(torch.ops.skelter.sum_up.default, given)
    whole.meta["val"] = node.meta["val"]
    node.replace_all_uses_with(whole)
    graph.erase_node(node)


class _Term(NamedTuple):
    """What a sum adds: a map, by how much it is enlarged, and its bias where it is a bare convolution's."""

    map: fx.Node
    factor: int
    bias: fx.Node | None

    @property
    def enlarged_shape(self) -> tuple[int, ...]:
        shape = _shape(self.map)
        return (*shape[:2], *(side * self.factor for side in shape[2:]))


def _terms(node: fx.Node, *, is_whole: bool = False) -> list[_Term]:
    """The terms of a sum; `is_whole` for the outermost, others count only where nothing else reads them."""
    is_own = is_whole or len(node.users) == 1
    one, other = node.args if node.target is torch.add else (None, None)
    if is_own and isinstance(one, fx.Node) and isinstance(other, fx.Node) and one is not other:
        return _terms(one) + _terms(other)
    factor = 1
    if is_own and node.target is resize and node.kwargs.get("mode", "nearest") == "nearest":
        small = node.args[0]
        assert isinstance(small, fx.Node)
        ratios = {new / old for new, old in zip(_shape(node)[2:], _shape(small)[2:], strict=True)}
        if len(ratios) == 1 and min(ratios).is_integer():
            node, factor = small, int(min(ratios))
            is_own = len(node.users) == 1
    return [_Term(node, factor, node.args[2] if is_own and _is_bare(node) else None)]  # type: ignore[arg-type]


def _is_plain(node: fx.Node) -> bool:
    """A two-dimensional convolution with a bias and even pads, read by one node alone."""
    if node.target is not convolve or len(node.users) != 1 or len(node.args) != 3:
        return False
    pads = node.kwargs.get("pads") or [0, 0, 0, 0]
    is_even = isinstance(pads, list | tuple) and len(pads) == 4 and list(pads[:2]) == list(pads[2:])
    return is_even and node.kwargs.get("auto_pad", "NOTSET") == "NOTSET" and len(_shape(node)) == 4


def _replace(relu: fx.Node, conv: fx.Node, shortcut: Any) -> None:
    options = conv.kwargs
    pads = options.get("pads") or [0, 0, 0, 0]
    how = (
        options.get("strides") or [1, 1], list(pads)[:2], options.get("dilations") or [1, 1],  # type: ignore[arg-type]
        options.get("group", 1),
    )  # fmt: skip
    with relu.graph.inserting_before(relu):
        if shortcut is None:
            fused = relu.graph.call_function(conv_relu, (*conv.args, how))
        else:
            fused = relu.graph.call_function(conv_add_relu, (*conv.args, shortcut, how))
    fused.meta["val"] = relu.meta["val"]
    relu.replace_all_uses_with(fused)


def _shape(node: Any) -> tuple[int, ...]:
    return tuple(node.meta["val"].shape) if isinstance(node, fx.Node) else ()
