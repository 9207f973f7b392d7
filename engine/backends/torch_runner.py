"""A PyTorch graph of one batch size, with its memory: run operator by operator, or recorded into one CUDA graph."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from engine import cuda
from engine.backends import Array
from engine.backends.torch_fusion import HEAVY, with_kernels
from engine.backends.torch_kernels import are_usable
from engine.backends.torch_lanes import Lanes, pieces
from engine.errors import BackendError

MANY_LANES, FEW_LANES = 8, 2
_NO_LANES = 2  # of a session's streams, the first ones
_FULL = 16  # crops of a batch: more of them fill a large card with two branches, and others only take its cache
_WARM_UP = 3  # runs before a graph is recorded: libraries choose their kernels and take their memory in them
_UPLOADED = 16  # crops at once: of a larger batch the next are made ready while they go up
_SEVERAL = 3  # small operators in a piece, from which on it is compiled
_MOST_COMPILED = 4  # pieces: where more would have to be (a second or two each), the whole graph is, in one lane

Take = Callable[[], tuple[Array, ...]]
"""Waits for the results of a run and gives them; to be called once, before the next but one `fill`."""


class Streams:
    """The streams of one session, all its batch sizes', which run in turn: the first computes, the second brings
    pictures up, the others are lanes.

    PyTorch deals 32 of its own out, over and over: what runs on one of them while another thread, which was dealt the
    same, records on it would become part of that recording.
    """

    def __init__(self) -> None:
        self._owned: list[cuda.Stream] = []
        self._streams: list[Any] = []

    def first(self, count: int) -> list[Any]:
        while len(self._streams) < count:
            if cuda.probe().gpus:
                self._owned.append(cuda.Stream())
                self._streams.append(torch.cuda.ExternalStream(self._owned[-1].handle))  # type: ignore[no-untyped-call]
            else:  # without cuda-python
                self._streams.append(torch.cuda.Stream())  # type: ignore[no-untyped-call]
        return self._streams[:count]

    def lanes(self, count: int) -> list[Any]:
        return self.first(_NO_LANES + count)[_NO_LANES:]

    def close(self) -> None:
        """What was recorded on them may not run any more."""
        self._streams.clear()
        while self._owned:
            with contextlib.suppress(BackendError):  # a device that has failed for good, and was told of
                self._owned.pop().close()


class Runner:
    """A graph run operator by operator."""

    def __init__(self, module: fx.GraphModule, shape: tuple[int, ...], dtype: np.dtype[Any], device: torch.device):
        self.module = module
        self.input = torch.zeros(shape, dtype=getattr(torch, dtype.name), device=device)

    def fill(self, batch: Tensor) -> None:
        """Put `batch` at the head of the input's memory."""
        self.input[: len(batch)].copy_(batch)

    def start(self, count: int) -> Take:
        """Hand the work over; the results will be those of the first `count`."""
        with torch.inference_mode():
            results = _heads(self.module(self.input), len(self.input), count)
        return lambda: results


class CudaRunner(Runner):
    """A graph that was recorded: one launch runs all of it. A second batch can go up while the first is computed."""

    def __init__(
        self, module: fx.GraphModule, shape: tuple[int, ...], dtype: np.dtype[Any], is_compiled: bool, streams: Streams
    ) -> None:
        super().__init__(module, shape, dtype, torch.device("cuda"))
        self._stream, self._upload = streams.first(_NO_LANES)
        self._stream.wait_stream(torch.cuda.current_stream())
        with torch.inference_mode(), torch.cuda.stream(self._stream), _timed_convolutions():
            if are_usable(self.input.device):
                module = with_kernels(module)
            outputs = module(self.input)  # ways are timed before anything runs beside them
            self._function = _in_lanes(
                module, shape[0], is_compiled, streams
            )  # kept: what was compiled owns what is recorded
            for _ in range(_WARM_UP):
                self._function(self.input)
            self._slots = [_Slot(self.input, outputs) for _ in range(2)]
            self._stream.synchronize()
            self._graph = torch.cuda.CUDAGraph()
            # by thread: another video's network may take memory meanwhile
            taking = torch.cuda.graph(self._graph, stream=self._stream, capture_error_mode="thread_local")
            with cuda.RECORDING, taking:
                self._results = self._function(self.input)

    def fill(self, batch: Tensor) -> None:
        slot = self._slots[0]
        with torch.inference_mode(), torch.cuda.stream(self._upload):
            for start in range(0, len(batch), _UPLOADED):
                part = slice(start, min(start + _UPLOADED, len(batch)))
                slot.staged[part].copy_(batch[part])
                slot.given[part].copy_(slot.staged[part], non_blocking=True)
        self._stream.wait_stream(self._upload)
        with torch.inference_mode(), torch.cuda.stream(self._stream):
            self.input[: len(batch)].copy_(slot.given[: len(batch)])

    def start(self, count: int) -> Take:
        slot = self._slots[0]
        self._slots.reverse()
        with torch.inference_mode(), torch.cuda.stream(self._stream):
            self._graph.replay()
            for target, each in zip(slot.outputs, self._results, strict=True):
                target.copy_(each, non_blocking=True)
            slot.done.record()
        return lambda: slot.take(count)

    def stream(self) -> Any:
        """This runner's stream for `engine.cuda`."""
        return _Borrowed(self._stream.cuda_stream)


class _Slot:
    """The memory of a batch on its way: pinned, on the device, and pinned again for what comes back."""

    def __init__(self, given: Tensor, outputs: tuple[Tensor, ...]) -> None:
        self.staged = torch.zeros(given.shape, dtype=given.dtype, pin_memory=True)
        self.given = torch.zeros_like(given)
        self.outputs = [torch.empty(each.shape, dtype=each.dtype, pin_memory=True) for each in outputs]
        self.done = torch.cuda.Event()  # type: ignore[no-untyped-call]

    def take(self, count: int) -> tuple[Array, ...]:
        self.done.synchronize()
        return _heads(self.outputs, len(self.given), count)


def _heads(results: Sequence[Tensor], batch: int, count: int) -> tuple[Array, ...]:
    """What a whole `batch` gave, copied: for its first `count` pictures, or what has not a row for each whole."""
    return tuple((each[:count] if each.shape[:1] == (batch,) else each).numpy().copy() for each in results)


def _in_lanes(module: fx.GraphModule, batch: int, is_compiled: bool, streams: Streams) -> Lanes:
    lanes = MANY_LANES if batch <= _FULL else FEW_LANES
    if not is_compiled:
        return Lanes(*pieces(module, lanes), prepare=lambda piece: piece, streams=streams.lanes)
    divided, lane_of = pieces(module, lanes, keeps_small=True)
    if sum(map(_is_worth_compiling, divided.children())) > _MOST_COMPILED:
        divided, lane_of = pieces(module, 1)
    return Lanes(divided, lane_of, prepare=_compiled, streams=streams.lanes)


def _compiled(piece: fx.GraphModule) -> Callable[..., Any]:
    return torch.compile(piece, dynamic=False) if _is_worth_compiling(piece) else piece


def _is_worth_compiling(piece: Any) -> bool:
    """Whether there are several small operators, of which one can become."""
    small = [node for node in piece.graph.nodes if node.op == "call_function" and node.target not in HEAVY]
    return len(small) >= _SEVERAL


@contextlib.contextmanager
def _timed_convolutions() -> Iterator[None]:
    """In it cuDNN times its own ways to convolve and keeps the fastest; and the compiler's advice is not printed."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.backends.cudnn.benchmark = before


@dataclass(frozen=True, slots=True)
class _Borrowed:
    """A stream of PyTorch's, lent to `engine.cuda` for a while."""

    handle: int
