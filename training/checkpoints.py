"""Checkpoints: written whole or not at all, read without running code from the file (`weights_only`).

`weights` also reads them back out of the ONNX files that `training.export` writes, so that training can go on from an
embedded model where no checkpoint is at hand.
"""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.errors import MissingFileError, ModelError

State = dict[str, Tensor]

ONNX_PREFIX = "network."  # of the state dict's names in an exported graph


def save(content: dict[str, Any], path: Path) -> None:
    """Writes beside the target and renames, so that a kill leaves the last good file."""
    part = path.with_name(path.name + ".part")
    torch.save(content, part)
    os.replace(part, path)


def load(path: Path) -> dict[str, Any]:
    """The content of a checkpoint or state dict; raises MissingFileError or ModelError."""
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise MissingFileError(f"The checkpoint {path} is missing: correct the path.") from None
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise ModelError(
            f"{path} is not a PyTorch checkpoint that can be read safely: export its state dict again."
        ) from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} holds no state dict: export the state dict again.")
    return content


def weights(path: Path) -> State:
    """The weights to run with, float32: of an exported ONNX file, a bare state dict, or our checkpoint's average."""
    if path.suffix == ".onnx":
        return _exported(path)
    content = load(path)
    state = content.get("ema") or content.get("model") or content.get("state_dict") or content
    return {
        name.removeprefix("module."): value.float() if value.is_floating_point() else value
        for name, value in state.items()
    }


def _exported(path: Path) -> State:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path)).graph
    except FileNotFoundError:
        raise MissingFileError(f"The model {path} is missing: correct the path.") from None
    except DecodeError as error:
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
