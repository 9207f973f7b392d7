"""Convolutions with what follows them as one call: cuDNN adds the bias, the shortcut and the ReLU while it writes.

A network such as HRNet is bound by memory on a large GPU: each of those steps alone would read and write the whole
feature map once more.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, fx
from torch.nn import functional

from engine.backends.torch_operators import convolve


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
