"""ONNX's operators that arrange, choose and repeat values, as PyTorch functions, for `torch_operators`.

None of them looks at a value, and none takes anything from the host to the device: a CUDA graph could not record that.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def number(value: Any) -> float | None:
    """A number that ONNX may store as a list of one."""
    number: float | None = value[0] if isinstance(value, list) else value
    return number


def reshape(x: Tensor, shape: list[int], *, allowzero: int = 0) -> Tensor:
    return x.reshape([x.shape[axis] if size == 0 and not allowzero else size for axis, size in enumerate(shape)])


def flatten(x: Tensor, *, axis: int = 1) -> Tensor:
    return x.reshape(math.prod(x.shape[:axis]), -1)


def transpose(x: Tensor, *, perm: list[int] | None = None) -> Tensor:
    return x.permute(perm if perm is not None else list(reversed(range(x.ndim))))


def sliced(
    x: Tensor, starts: list[int], ends: list[int], axes: list[int] | None = None, steps: list[int] | None = None
) -> Tensor:
    """ONNX's Slice."""
    axes = axes if axes is not None else list(range(len(starts)))
    for axis, start, end, step in zip(axes, starts, ends, steps or [1] * len(starts), strict=True):
        length = x.shape[axis]
        # as slice.indices has it, which PyTorch's compiler cannot read until 2.13
        first, last = (each + length if each < 0 else each for each in (start, end))
        if step < 0:
            first, last = min(max(first, 0), length - 1), min(max(last, -1), length - 1)
            x = x.narrow(axis, last + 1, max(first - last, 0)).flip(axis)
        else:
            first, last = min(max(first, 0), length), min(max(last, 0), length)
            x = x.narrow(axis, first, max(last - first, 0))
        if abs(step) > 1:
            x = x[(slice(None),) * (axis % x.ndim) + (slice(None, None, abs(step)),)]
    return x


def gather(x: Tensor, index: Tensor, *, axis: int = 0) -> Tensor:
    axis %= x.ndim
    picked = x.index_select(axis, _counted(index, x.shape[axis]).reshape(-1))
    return picked.reshape(*x.shape[:axis], *index.shape, *x.shape[axis + 1 :])


def gather_elements(x: Tensor, index: Tensor, *, axis: int = 0) -> Tensor:
    return x.gather(axis, _counted(index, x.shape[axis]))


def _counted(index: Tensor, length: int) -> Tensor:
    """Places counted from the beginning, also those that were from the end."""
    return torch.where(index < 0, index + length, index).long()


def gather_nd(x: Tensor, index: Tensor, *, batch_dims: int = 0) -> Tensor:
    """`index` [..., n] holds places along the first n axes after the `batch_dims` ones that both have."""
    rows = []
    for axis in range(batch_dims):
        shape = [1] * (index.ndim - 1)
        shape[axis] = -1
        rows.append(torch.arange(x.shape[axis], device=x.device).view(shape))
    return x[(*rows, *index.long().unbind(-1))]


def scatter_nd(x: Tensor, index: Tensor, updates: Tensor, *, reduction: bytes | str = "none") -> Tensor:
    """`x` with `updates` at the places that `index` holds, as in `gather_nd`."""
    if reduction != "none":
        raise ValueError("what lies on one place is added up in no certain order")
    return x.index_put(index.long().unbind(-1), updates)


def tile(x: Tensor, repeats: list[int]) -> Tensor:
    return x.repeat(repeats)


def depth_to_space(x: Tensor, *, blocksize: int, mode: str = "DCR") -> Tensor:
    n, c, h, w = x.shape
    if mode == "DCR":
        x = x.view(n, blocksize**2, c // blocksize**2, h, w).transpose(1, 2).reshape(n, c, h, w)
    return functional.pixel_shuffle(x, blocksize)


def space_to_depth(x: Tensor, *, blocksize: int) -> Tensor:
    n, c, h, w = x.shape
    apart = functional.pixel_unshuffle(x, blocksize)
    return apart.view(n, c, blocksize**2, h // blocksize, w // blocksize).transpose(1, 2).reshape(apart.shape)


def pad(
    x: Tensor, pads: list[int], value: Any = None, axes: list[int] | None = None, *, mode: str = "constant"
) -> Tensor:
    rank = x.ndim
    places = axes if axes is not None else list(range(rank))
    around = {axis % rank: (pads[n], pads[len(places) + n]) for n, axis in enumerate(places)}
    both = [side for axis in reversed(range(rank)) for side in around.get(axis, (0, 0))]
    while len(both) > 2 and both[-2:] == [0, 0]:  # PyTorch pads the borders of pictures only where they repeat
        both = both[:-2]
    fill = number(value) or 0.0
    if mode == "constant":
        return functional.pad(x, both, value=fill)
    return functional.pad(x, both, mode={"edge": "replicate", "reflect": "reflect"}[mode])


def split(x: Tensor, split: list[int] | None = None, *, axis: int = 0, num_outputs: int = 0) -> tuple[Tensor, ...]:
    if split is None:
        return torch.split(x, math.ceil(x.shape[axis] / num_outputs), axis)  # the last part is the smaller one
    return torch.split(x, split, axis)


def squeeze(x: Tensor, axes: list[int] | None = None) -> Tensor:
    return x.squeeze(tuple(axes)) if axes is not None else x.squeeze()


def unsqueeze(x: Tensor, axes: list[int]) -> Tensor:
    for axis in sorted(each % (x.ndim + len(axes)) for each in axes):
        x = x.unsqueeze(axis)
    return x


def expand(x: Tensor, shape: list[int]) -> Tensor:
    return x.expand(torch.broadcast_shapes(x.shape, tuple(shape)))  # type: ignore[no-untyped-call]


def concat(*parts: Tensor, axis: int) -> Tensor:
    return torch.cat(parts, axis)
