"""Tiny ONNX graphs for tests: they take a picture, like real networks, and give arrays known beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper


def save_graph(
    path: Path,
    input_shape: Sequence[int | str],
    outputs: Mapping[str, npt.NDArray[Any]],
    *,
    input_dtype: type[np.generic] = np.float32,
    tables: Mapping[str, npt.NDArray[Any]] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """A graph with one input whose `outputs` (each [1, …]) are repeated for every picture of the batch.

    tables  outputs behind them that are the same for every batch, such as a detector's anchors
    """
    nodes = [
        helper.make_node("Cast", ["picture"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["numbers"], ["means"], axes=[1, 2, 3], keepdims=1),
        helper.make_node("Mul", ["means", "nought"], ["noughts"]),
    ]
    constants = [numpy_helper.from_array(np.zeros(1, np.float32), "nought")]
    values = []
    for name, array in outputs.items():
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        constants.append(numpy_helper.from_array(array, f"{name}_known"))
        constants.append(numpy_helper.from_array(np.array([-1] + [1] * (array.ndim - 1)), f"{name}_rank"))
        nodes += [
            helper.make_node("Reshape", ["noughts", f"{name}_rank"], [f"{name}_float"]),
            helper.make_node("Cast", [f"{name}_float"], [f"{name}_noughts"], to=kind),
            helper.make_node("Add", [f"{name}_known", f"{name}_noughts"], [name]),
        ]
        values.append(helper.make_tensor_value_info(name, kind, ["N", *array.shape[1:]]))
    for name, array in (tables or {}).items():
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        constants.append(numpy_helper.from_array(array, f"{name}_known"))
        nodes.append(helper.make_node("Identity", [f"{name}_known"], [name]))
        values.append(helper.make_tensor_value_info(name, kind, array.shape))
    picture = helper.make_tensor_value_info(
        "picture", helper.np_dtype_to_tensor_dtype(np.dtype(input_dtype)), list(input_shape)
    )
    graph = helper.make_graph(nodes, "known", [picture], values, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    for key, value in (metadata or {}).items():
        model.metadata_props.add(key=key, value=value)
    onnx.save(model, path)
    return path


def one_operator(
    kind: str, path: Path, *constants: npt.NDArray[Any] | None, opset: int = 17, picture: Sequence[int] = (1, 4, 8, 8),
    outputs: Sequence[str] = ("y",), given: int = TensorProto.FLOAT, **options: Any,
) -> Path:  # fmt: skip
    """A graph x → `kind` of x, as a tensor of the type `given`, and of the constants → outputs.

    Max, Min, Sum and Concat take two more terms made of x.
    """
    terms = ["of", "low", "high"] if kind in ("Max", "Min", "Sum", "Concat") else ["of"]
    stored = {f"constant_{place}": each for place, each in enumerate(constants)}
    terms += ["" if each is None else name for name, each in stored.items()]
    known = [numpy_helper.from_array(each, name) for name, each in stored.items() if each is not None]
    nodes = [
        helper.make_node("Sigmoid", ["x"], ["low"]), helper.make_node("Relu", ["x"], ["high"]),
        helper.make_node("Floor", ["x"], ["whole"]),
        helper.make_node("Cast", ["x" if given == TensorProto.FLOAT else "whole"], ["of"], to=given),
    ]  # fmt: skip
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, picture)
    results = [helper.make_empty_tensor_value_info(name) for name in outputs]
    graph = helper.make_graph([*nodes, helper.make_node(kind, terms, outputs, **options)], "one", [x], results, known)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.save(onnx.shape_inference.infer_shapes(model), path)
    return path
