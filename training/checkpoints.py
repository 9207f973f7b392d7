"""Checkpoints: written whole or not at all, read without running code from the file (`weights_only`).

`weights` also reads them back out of the ONNX files that `training.export` writes, so that training can go on from an
embedded model where no checkpoint is at hand.
"""

from __future__ import annotations

import os
import pickletools
import re
import zipfile
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor

from engine.errors import MissingFileError, ModelError, SinkError, in_short
from engine.files import refusal

State = dict[str, Tensor]

ONNX_PREFIX = "network."  # of the state dict's names in an exported graph


def save(content: dict[str, Any], path: Path) -> None:
    """Writes beside the target and renames, so that a kill leaves the last good file. Raises SinkError."""
    part = path.with_name(path.name + ".part")
    try:
        part.touch()  # PyTorch's own writer keeps to itself why it cannot
        torch.save(content, part)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise refusal(path, error) from error
    except RuntimeError as error:  # of a disk that takes no more
        part.unlink(missing_ok=True)
        raise SinkError(
            f"{path} could not be written: free some space on its disk; the same command goes on from what was saved."
        ) from error


def load(path: Path, *, run_code: bool = False) -> dict[str, Any]:
    """The content of a checkpoint or state dict; raises MissingFileError or ModelError.

    No code of the file is run. What other packages put beside the weights (MMEngine's history, NumPy arrays) comes out
    as empty objects. With `run_code` it is run, as pickle does: then who made the file decides what happens.
    """
    try:
        with path.open("rb") as file:
            start = file.read(1)
        if start == b"<":
            raise ModelError(f"{path} is a web page, not a checkpoint: download it again, by the browser if need be.")
        with torch.serialization.safe_globals([(Inert, name) for name in _harmless_globals(path)]):
            content = torch.load(path, map_location="cpu", weights_only=not run_code)
    except FileNotFoundError:
        raise MissingFileError(f"The checkpoint {path} is missing: correct the path.") from None
    except ModelError:
        raise
    except Exception as error:  # a damaged pickle ends in any of them, and so does code that is run
        if run_code:
            reason = f"{type(error).__name__}: {in_short(error)}"
            raise ModelError(f"{path} cannot be read here ({reason}): export its state dict again.") from error
        if _HOLDS_CODE.search(str(error)):
            raise ModelError(
                f"{path} cannot be read safely, for it holds code: export its state dict again, or trust whoever made "
                "it with `skelter models import --run-code`."
            ) from error
        raise ModelError(
            f"{path} is not a PyTorch checkpoint that can be read safely: export its state dict again."
        ) from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} holds no state dict: export the state dict again.")
    return content


_HOLDS_CODE = re.compile(r"Unsupported (global|class)")  # PyTorch's words for a name that only running would resolve


class Inert:
    """Stands for an object of another package in a checkpoint: takes everything and does nothing."""

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        return super().__new__(cls)

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def __setstate__(self, state: object) -> None:
        pass


_HARMLESS = re.compile(
    r"(numpy|mmengine|mmcv|mmpose)\..+|collections\.(Counter|defaultdict|deque)|"
    r"(__builtin__|builtins)\.(getattr|bytes|set|slice|range|complex)"
)


def _harmless_globals(path: Path) -> set[str]:
    """Names in a checkpoint's pickle that known trainers put there, found without running anything.

    Any other name that PyTorch does not allow makes it refuse the file.
    """
    if zipfile.is_zipfile(path):
        names = set(torch.serialization.get_unsafe_globals_in_checkpoint(path))
    else:
        names = _globals_of_legacy(path)
    return {name for name in names if _HARMLESS.fullmatch(name)}


def _globals_of_legacy(path: Path) -> set[str]:
    """Of a file from before the zip format: magic number, version, system and content are four pickles in a row."""
    names: set[str] = set()
    with path.open("rb") as file:
        for _ in range(4):
            for code, argument, _ in pickletools.genops(file):
                if code.name == "GLOBAL":
                    names.add(str(argument).replace(" ", "."))
    return names


def state_of(content: dict[str, Any]) -> State:
    """The weights in a checkpoint's content, float32, those meant to run with first; without DataParallel's prefixes.

    Our averaged ones (`ema`), then what HRNet's, MMEngine's and others' trainers call `best_state_dict`, `state_dict`
    or `model`, else the content itself. Empty where there are none.
    """
    wrapped = (content.get(key) for key in ("ema", "best_state_dict", "state_dict", "model"))
    state = next((inner for inner in wrapped if isinstance(inner, dict)), content)
    tensors = {str(name): value for name, value in state.items() if isinstance(value, Tensor)}
    for prefix in ("module.", "model.", "module."):
        if tensors and all(name.startswith(prefix) for name in tensors):
            tensors = {name.removeprefix(prefix): value for name, value in tensors.items()}
    return {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}


def weights(path: Path) -> State:
    """The weights to run with, float32: of an exported ONNX file or of a checkpoint."""
    return _exported(path) if path.suffix == ".onnx" else state_of(load(path))


def _exported(path: Path) -> State:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path)).graph
    except FileNotFoundError:
        raise MissingFileError(f"The model {path} is missing: correct the path.") from None
    except (DecodeError, OSError) as error:
        raise ModelError(f"{path} is not an ONNX file: download or export it again.") from error
    state = {
        initialiser.name.removeprefix(ONNX_PREFIX): torch.from_numpy(
            numpy_helper.to_array(initialiser).astype(np.float32)
        )
        for initialiser in graph.initializer
        if initialiser.name.startswith(ONNX_PREFIX)
    }
    for node in graph.node:  # the exporter stores equal tensors once and gives the others an Identity
        if node.op_type == "Identity" and node.output[0].startswith(ONNX_PREFIX):
            same = node.input[0].removeprefix(ONNX_PREFIX).removesuffix(".f32")
            state[node.output[0].removeprefix(ONNX_PREFIX)] = state[same].clone()
    statistics = [name for name in state if name.endswith("running_mean")]
    if not statistics:
        raise ModelError(f"{path} holds no weights by name: only files that `skelter` exported can be trained further.")
    return state | {name.replace("running_mean", "num_batches_tracked"): torch.tensor(0) for name in statistics}
