"""The kernels of torch_kernels.cu as operators of PyTorch: convolutions of few channels, and sums of enlarged maps.

Both take float16 on a GPU, channels last, and can be recorded into a CUDA graph.
"""

from __future__ import annotations

import functools
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from engine import cuda
from engine.errors import BackendError

SOURCE = Path(__file__).with_name("torch_kernels.cu")
FIRST_CAPABILITY = (8, 0)  # asynchronous copies
CHUNK = 8  # channels in 16 bytes, which a thread reads at once
MOST_MAPS = 4
_MOST_THREADS = 256  # of a block of `sum_up`


@dataclass(frozen=True, slots=True)
class Tiling:
    """A block's tile: a warp has `rows` rows (4 or 8) of 8 pixels, and `warps` of them lie one below the other."""

    rows: int
    warps: int

    @property
    def threads(self) -> int:
        return 32 * self.warps * (CHANNELS // 32)  # a warp for every 32 outputs

    @property
    def shared_bytes(self) -> int:
        """As in torch_kernels.cu: the weights and two patches, 16 bytes between pixels."""
        patch = (self.rows * self.warps + 2) * 10
        return (9 * CHANNELS + 2 * patch) * (2 * CHANNELS + 16)


TILINGS = (Tiling(8, 4), Tiling(4, 4))  # for many people and for few, as measured on an H200
CHANNELS = 32  # in and out; with 64, cuDNN's were faster there


@torch.library.custom_op("skelter::conv3x3_relu", mutates_args=(), device_types="cuda")
def conv3x3_relu(x: Tensor, weight: Tensor, bias: Tensor, shortcut: Tensor | None, rows: int, warps: int) -> Tensor:
    """ReLU of a 3 × 3 convolution (stride 1, pads 1) plus bias and shortcut; the caller asks `fits` first."""
    x, weight = (each.contiguous(memory_format=torch.channels_last) for each in (x, weight))
    images, _, height, width = x.shape
    y = torch.empty_like(x)
    tiling = Tiling(rows, warps)
    function, blocks = _convolution(torch.cuda.current_device(), tiling)
    tiles = images * -(-height // (rows * warps)) * -(-width // 8)
    if shortcut is not None:
        shortcut = shortcut.contiguous(memory_format=torch.channels_last)
    given = (x, weight, bias, shortcut, y)
    values = (*(0 if each is None else each.data_ptr() for each in given), images, height, width)
    grid, block = (min(tiles, blocks), 1, 1), (tiling.threads, 1, 1)
    cuda.launch(function, grid, block, tiling.shared_bytes, _stream(), values, "ppppp iii")
    return y


@conv3x3_relu.register_fake
def _(x: Tensor, weight: Tensor, bias: Tensor, shortcut: Tensor | None, rows: int, warps: int) -> Tensor:
    return torch.empty_like(x, memory_format=torch.channels_last)


@conv3x3_relu.register_kernel("cpu")
def _(x: Tensor, weight: Tensor, bias: Tensor, shortcut: Tensor | None, rows: int, warps: int) -> Tensor:
    y = functional.conv2d(x.float(), weight.float(), bias.float(), padding=1)
    return (y if shortcut is None else y + shortcut.float()).relu().to(x.dtype)


@torch.library.custom_op("skelter::sum_up", mutates_args=(), device_types="cuda")
def sum_up(maps: Sequence[Tensor], factors: Sequence[int], bias: Tensor | None, has_relu: bool) -> Tensor:
    """Sum of up to four maps, each enlarged by its factor (nearest); one of them has factor 1. Then bias and ReLU."""
    maps = [each.contiguous(memory_format=torch.channels_last) for each in maps]
    largest = maps[list(factors).index(1)]
    images, channels, height, width = largest.shape
    y = torch.empty_like(largest)
    missing = MOST_MAPS - len(maps)
    pointers = (y.data_ptr(), *(each.data_ptr() for each in maps), *[0] * missing)
    values = (
        *pointers, *factors, *[1] * missing, 0 if bias is None else bias.data_ptr(), int(has_relu),
        height, width, channels // CHUNK,
    )  # fmt: skip
    row = width * channels // CHUNK
    threads = min(_MOST_THREADS, -(-row // 32) * 32)
    grid, block = (images * height, -(-row // threads), 1), (threads, 1, 1)
    cuda.launch(_sum(torch.cuda.current_device()), grid, block, 0, _stream(), values, "ppppp iiii p iiii")
    return y


@sum_up.register_fake
def _(maps: Sequence[Tensor], factors: Sequence[int], bias: Tensor | None, has_relu: bool) -> Tensor:
    return torch.empty_like(maps[list(factors).index(1)], memory_format=torch.channels_last)


@sum_up.register_kernel("cpu")
def _(maps: Sequence[Tensor], factors: Sequence[int], bias: Tensor | None, has_relu: bool) -> Tensor:
    whole = sum(
        functional.interpolate(each.float(), scale_factor=float(factor))
        for each, factor in zip(maps, factors, strict=True)
    )
    assert isinstance(whole, Tensor)
    whole = whole if bias is None else whole + bias.float()[:, None, None]
    return (whole.relu() if has_relu else whole).to(maps[0].dtype)


def are_usable(device: torch.device) -> bool:
    """Whether this card has what the kernels need, and their compiler is installed."""
    if device.type != "cuda" or not cuda.probe().gpus or torch.cuda.get_device_capability() < FIRST_CAPABILITY:
        return False
    try:
        cuda.use(torch.cuda.current_device())  # a thread that has not used it yet has nowhere to load them
        _sum(torch.cuda.current_device())
    except BackendError:
        return False
    return True


def fits(x: Tensor, weight: Tensor, how: tuple[Any, ...]) -> bool:
    """Whether `conv3x3_relu` computes this convolution; `how` are strides, pads, dilations and groups."""
    strides, pads, dilations, groups = how
    return (
        x.dtype == torch.float16 and x.ndim == 4 and tuple(weight.shape) == (CHANNELS, CHANNELS, 3, 3)
        and (list(strides), list(pads), list(dilations), groups) == ([1, 1], [1, 1], [1, 1], 1)
    )  # fmt: skip


def fastest(x: Tensor, weight: Tensor, has_shortcut: bool, library: Callable[..., Tensor]) -> Tiling | None:
    """The tiling that is faster than `library` for tensors of these shapes, by trying; None where none is."""
    x, weight = (torch.rand(each.shape, dtype=each.dtype, device="cuda") for each in (x, weight))
    x, weight = (each.contiguous(memory_format=torch.channels_last) for each in (x, weight))
    bias = torch.rand(weight.shape[0], dtype=x.dtype, device="cuda")
    shortcut = torch.rand_like(x) if has_shortcut else None
    best, least = None, microseconds(lambda: library(x, weight, bias, shortcut))
    for tiling in TILINGS:
        own = functools.partial(conv3x3_relu, x, weight, bias, shortcut, tiling.rows, tiling.warps)
        try:
            spent = microseconds(own)
        except BackendError:  # too much shared memory for a small card, or one that was not tried: the library's serves
            continue
        if spent < least:
            best, least = tiling, spent
    return best


def microseconds(work: Callable[[], object], calls: int = 5) -> float:
    """Median of one call on the device's clock, recorded as it will be run: by itself a launch takes longer."""
    graph = recorded(work, calls)
    spent: list[float] = []
    for _ in range(5):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))  # type: ignore[no-untyped-call]
        begin.record()
        graph.replay()
        end.record()
        end.synchronize()
        spent.append(1e3 * begin.elapsed_time(end) / calls)
    return statistics.median(spent)


def recorded(work: Callable[[], object], calls: int = 1) -> torch.cuda.CUDAGraph:
    """A graph of so many calls, each of whose results may take the memory of the one before."""
    graph, stream = torch.cuda.CUDAGraph(), torch.cuda.current_stream()
    if stream.cuda_stream == 0:  # the default one, on which nothing can be recorded
        stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            work()
        stream.synchronize()
        with cuda.RECORDING, torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"):
            for _ in range(calls):
                work()
    return graph


@functools.cache
def _convolution(device: int, tiling: Tiling) -> tuple[Any, int]:
    """The function, and how many blocks of it the card runs at once. Raises BackendError where it runs none."""
    names = {"CHANNELS": CHANNELS, "OUTPUTS": CHANNELS, "ROWS": tiling.rows, "WARPS_M": tiling.warps}
    function = cuda.load_kernel(_architecture(device), SOURCE, "conv3x3_relu", names)
    beside = cuda.blocks_at_once(function, tiling.threads, tiling.shared_bytes)
    if not beside:
        raise BackendError("{0} does not fit this GPU: use another.", str(tiling))
    return function, beside * torch.cuda.get_device_properties(device).multi_processor_count


@functools.cache
def _sum(device: int) -> Any:
    return cuda.load_kernel(_architecture(device), SOURCE, "sum_up", {})


def _architecture(device: int) -> str:
    major, minor = torch.cuda.get_device_capability(device)
    return f"sm_{major}{minor}"


def _stream() -> int:
    return int(torch.cuda.current_stream().cuda_stream)
