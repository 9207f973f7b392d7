"""Backends: what runs a graph on this machine. Each is a module that fulfils the Protocol below."""

from __future__ import annotations

import importlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from engine.errors import BackendError, BuildCancelled, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.types import F64, U8

Array = npt.NDArray[Any]

BUCKETS = (1, 2, 4, 8, 16)
"""The batches that a GPU is made ready for; others are padded to the next."""

BuildProgress: TypeAlias = "Callable[[float, str], bool]"
"""Share done (0–1) and what is being done; False cancels the build."""


def report(progress: BuildProgress | None, share: float, doing: str) -> None:
    """Tell how far a build is. Raises BuildCancelled where it shall not go on."""
    if progress is not None and not progress(share, doing):
        raise BuildCancelled("The build was cancelled; nothing was kept.")


def part_of(progress: BuildProgress | None, begin: float, end: float) -> BuildProgress | None:
    """The progress of a step that leads from the share `begin` of the whole to `end`."""
    if progress is None:
        return None
    return lambda share, doing: progress(begin + share * (end - begin), doing)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a backend can be used here, and in words why not (or which version and device it found)."""

    usable: bool
    reason: str


def installed_version(module: str) -> str:
    """The version of an installed library, asked without importing it where its package has the module's name."""
    try:
        return importlib.metadata.version(module)
    except importlib.metadata.PackageNotFoundError:  # a build of another name, such as onnxruntime-gpu
        return str(getattr(importlib.import_module(module), "__version__", "of unknown version"))


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """An input or output of a graph: `shape` has None where the size is free."""

    name: str
    shape: tuple[int | None, ...]
    dtype: np.dtype[Any]

    @property
    def size_wh(self) -> tuple[int, int]:
        """The pictures' width and height, of a graph that takes [N, H, W, 3] of one size."""
        height, width = self.shape[1:3]
        assert height is not None
        assert width is not None
        return width, height


def one_input(names: Sequence[str], model: str) -> str:
    """The one input of a graph. Raises ModelError where it has none or several."""
    if len(names) != 1:
        raise ModelError(
            "{0} has {1} inputs ({2}): only graphs with one can be run.", model, len(names), ", ".join(names)
        )
    return names[0]


def not_onnx(model: Path) -> ModelError:
    """What to say of a file that no library can read as a graph."""
    return ModelError("{0} is not an ONNX model: check that the file was copied whole.", model)


def joined(parts: Sequence[tuple[Array, ...]], count: int) -> tuple[Array, ...]:
    """The outputs of `count` pictures that were run in `parts`; one that has not a row for each of them, such as a
    detector's table of anchors, is the same in every part, and is given as it is."""
    return tuple(
        np.concatenate(each) if sum(sum(array.shape[:1]) for array in each) == count else each[0]
        for each in zip(*parts, strict=True)
    )


def closed(model: str) -> BackendError:
    """What to say where a session is used after its end."""
    return BackendError("{0} was closed and cannot run any more: load it again.", model)


class Session(Protocol):
    """A graph, loaded and warm. Used by one thread."""

    @property
    def input(self) -> TensorSpec: ...

    @property
    def outputs(self) -> tuple[TensorSpec, ...]: ...

    @property
    def description(self) -> str:
        """What really runs, for people: `OpenVINO 2026.4 on CPU, f32`."""
        ...

    @property
    def precision(self) -> str:
        """What it really computes in: `f32`, `bf16` …"""
        ...

    def run(self, batch: Array) -> tuple[Array, ...]:
        """The graph's outputs for one input array, in the graph's order. Raises BackendError."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class MovingSession(Session, Protocol):
    """A session that may change where it runs between two batches."""

    @property
    def device(self) -> str:
        """What to ask `engine.loading.load` for to get what runs now."""
        ...


@runtime_checkable
class CroppingSession(Session, Protocol):
    """A session on a device that cuts the crops there, out of a frame sent up once."""

    def run_crops(self, image: U8, matrices: F64) -> tuple[Array, ...]:
        """As `run` on the crops that `engine.crops.cut` makes of `image` uint8 [H, W, 3] by `matrices` [N, 2, 3]."""
        ...


class Backend(Protocol):
    """A way to run graphs."""

    name: str

    def available(self) -> Availability: ...

    def load(self, model: Path, *, precision: str | None, device: str, threads: int | None = None) -> Session:
        """Raises ModelError where the file is no graph, BackendError where this backend cannot run it.

        `precision` None lets the backend choose; `device` is the backend's own name of a device (`cpu`, `cuda` …);
        `threads` are those of the processor, None for the backend's own choice.
        """
        ...

    def fingerprints(self) -> Sequence[tuple[str, str]]:
        """(library with version, device) of the engines that run here; () where this backend keeps none."""
        ...


@runtime_checkable
class EngineBuilder(Backend, Protocol):
    """A backend that builds engines: graphs compiled for this machine ahead of time, kept in `engine.store`.

    builds_slowly  whether a build takes minutes
    """

    builds_slowly: bool

    def precisions(self) -> Sequence[str]:
        """What it can build here, the one expected to be fastest first."""
        ...

    def shapes(self, model: Path) -> str:
        """The batches and sizes that an engine is built for, as part of its key."""
        ...

    def build(
        self, model: Path, *, precision: str, samples: Array | None = None, progress: BuildProgress | None = None
    ) -> bytes:
        """An engine. `samples` [N, …] are inputs as the graph takes them, to find the ranges of int8 with.

        Raises ModelError, BackendError, BuildCancelled.
        """
        ...

    def open(self, engine: bytes, name: str, precision: str, *, threads: int | None = None) -> Session:
        """A session on an engine built by this very library for this very device. Raises BackendError.

        `threads` as for `load`.
        """
        ...
