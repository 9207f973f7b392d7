"""What a graph file says of itself (input, outputs, metadata), asked by loading it once: for models without a card."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.backends import Array, TensorSpec
from engine.backends.onnxruntime import OnnxRuntimeSession, open_session
from engine.card_values import can_be_input
from engine.cards import is_there
from engine.errors import WRONG_CONTENT, MissingFileError, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECKPOINTS = (".pt", ".pth", ".tar")
"""Endings of PyTorch's checkpoints."""
_FLOATS = (np.dtype(np.float32), np.dtype(np.float16))
_MOST_PIXELS = 2**26  # of a batch: no network for people takes more, and memory is finite


@dataclass(frozen=True, slots=True)
class Graph:
    """A picture-to-arrays graph, and what it gave for grey pictures.

    size_wh    the picture's size it was run at: its own, or the one asked for where it takes any
    is_any_size  whether height and width are free
    outputs    its arrays for a batch of 1, or of as many pictures as it was exported for
    metadata   what the exporter wrote into the file
    """

    input: TensorSpec
    size_wh: tuple[int, int]
    is_any_size: bool
    output_names: tuple[str, ...]
    outputs: tuple[Array, ...]
    metadata: Mapping[str, str]

    @property
    def is_uint8(self) -> bool:
        """Whether it takes pixels as they are, [N, H, W, 3]; a foreign graph takes floats [N, 3, H, W]."""
        return self.input.dtype == np.uint8

    @property
    def shapes(self) -> str:
        """Its input and outputs, for an error message."""
        outputs = ", ".join(
            f"{name} {list(array.shape)}" for name, array in zip(self.output_names, self.outputs, strict=True)
        )
        return f"{self.input.name} {[size if size else 'any' for size in self.input.shape]} → {outputs}"

    @property
    def class_names(self) -> dict[int, str] | None:
        """Ultralytics' `names`: {} where the file has none, None where nobody knows what they say."""
        try:
            given = ast.literal_eval(self.metadata.get("names") or "{}")
            pairs = enumerate(given) if isinstance(given, list) else given.items()
            names = {int(key): " ".join(str(name).split()) for key, name in pairs}
        except (*WRONG_CONTENT, SyntaxError, MemoryError):  # the last of what is nested too deeply
            return None
        return names if min(names, default=0) >= 0 else None


def check_file(path: Path) -> None:
    """Raises MissingFileError or ModelError where `path` cannot be an ONNX file at all."""
    if not is_there(path):
        raise MissingFileError("there is no model file {0}: check the name.", path)
    if path.is_dir():
        raise ModelError("{0} is a folder, not a model: name the .onnx file in it.", path)
    if path.suffix.lower() in (*CHECKPOINTS, ".engine", ".tflite", ".xml", ".safetensors"):
        raise ModelError("{0} is no ONNX file: export the model to .onnx first.", path)
    if path.stat().st_size == 0:
        raise ModelError("{0} is empty (0 bytes): copy the model again.", path)


def read_graph(path: Path, *, any_size_wh: tuple[int, int]) -> Graph:
    """Load and run `path` once; `any_size_wh` is the picture size for a graph that takes any.

    Raises MissingFileError, or ModelError where the file is no ONNX graph or takes something other than one picture.
    """
    check_file(path)
    runtime = open_session(path)
    try:
        metadata = runtime.get_modelmeta().custom_metadata_map
    except UnicodeDecodeError as error:
        raise ModelError("{0} describes itself in what is no text (UTF-8): export it again.", path.name) from error
    session = OnnxRuntimeSession(runtime, path.name, "cpu")
    spec = session.input
    shape = spec.shape
    is_bytes = len(shape) == 4 and spec.dtype == np.uint8 and shape[3] == 3
    is_planes = len(shape) == 4 and spec.dtype in _FLOATS and shape[1] == 3
    sizes = [size if size is not None else "any" for size in shape]
    if not (is_bytes or is_planes):
        raise ModelError(
            "{0} takes {1} {2} ({3}), which is no picture in colour: give a detector or a pose network that takes one.",
            path.name, spec.name, sizes, spec.dtype,
        )  # fmt: skip
    height, width = shape[1:3] if is_bytes else shape[2:4]
    is_any_size = height is None or width is None
    size_wh = any_size_wh if height is None or width is None else (width, height)
    w, h = size_wh
    batch = shape[0] or 1
    if not can_be_input(size_wh) or batch * w * h > _MOST_PIXELS:
        raise ModelError(
            "{0} takes {1} {2}, which is no size of a picture: export it for one of 16 to 4096 pixels a side.",
            path.name, spec.name, sizes,
        )  # fmt: skip
    grey = np.full((batch, h, w, 3), 114, np.uint8) if is_bytes else np.full((batch, 3, h, w), 0.4, spec.dtype)
    outputs = session.run(grey)
    session.close()
    if any(getattr(output, "dtype", np.dtype(object)).kind not in "fiub" for output in outputs):
        raise ModelError("{0} gives lists or texts: give a detector or a pose network, which give numbers.", path.name)
    names = tuple(output.name for output in session.outputs)
    return Graph(spec, size_wh, is_any_size, names, outputs, metadata)
