"""What the torch backend computes, operator by operator and in the graphs that networks are exported as, against ONNX
Runtime; and whether a CUDA graph could record it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from onnx import TensorProto
from torch import Tensor, nn
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

from engine.backends import Array
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.torch import Torch
from engine.backends.torch_fusion import fuse
from engine.backends.torch_graph import to_torch
from engine.backends.torch_operators import OPERATORS
from engine.cards import Colour
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import BackendError
from engine.onnx_edit import read_onnx, simplified
from tests.engine.onnx_graphs import one_operator
from training.export import export_pose
from training.models.deployed import Form, decoder_of
from training.models.hrnet import HRNet, HRNetConfig

PICTURE = (1, 4, 8, 8)
INT, LONG, BOOL = TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def numbers(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def whole(*values: Any) -> Array:
    return np.array(values, np.int64)


def scales(factor: float) -> Array:
    return np.array([1, 1, factor, factor], np.float32)


NO_AXES = whole()
OF_EACH = [numbers(4), numbers(4, seed=1)]  # channel
ONE = [numbers(8)]
TWO = [np.full(8, 2, np.int64)]
TURNED = [whole(-1), whole(np.iinfo(np.int64).min), whole(3), whole(-1)]
HALVES = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
TORCH = {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}
CORNERS = {"mode": "linear", "coordinate_transformation_mode": "align_corners"}
FLOOR = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}

SAME: list[tuple[str, list[Array | None], dict[str, Any]]] = [
    *((kind, ONE, {}) for kind in ("Add", "Sub", "Mul", "Div", "PRelu", "Equal", "Less", "LessOrEqual", "Greater")),
    ("GreaterOrEqual", ONE, {}),
    ("Div", TWO, {"given": LONG}),
    ("Mod", TWO, {"given": LONG}),
    ("Mod", ONE, {"fmod": 1}),
    ("Pow", [np.float32([2.0])], {}),
    *((kind, [np.arange(8) % 2 == 0], {"given": BOOL}) for kind in ("And", "Or", "Xor")),
    ("Not", [], {"given": BOOL}),
    ("Where", [numbers(8), numbers(8, seed=1)], {"given": BOOL}),
    *((kind, [], {}) for kind in ("Exp", "Neg", "Abs", "Sign", "Erf", "Sin", "Cos", "Reciprocal", "Floor", "Ceil")),
    *((kind, [], {}) for kind in ("Round", "Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Softplus", "HardSigmoid")),
    *((kind, [], {}) for kind in ("HardSwish", "LogSoftmax", "GlobalAveragePool", "GlobalMaxPool", "Identity")),
    *((kind, [], {}) for kind in ("Max", "Min", "Sum", "Transpose", "Flatten", "ArgMax", "ArgMin")),
    *((kind, [], {"opset": 20}) for kind in ("Gelu", "Mish")),
    ("Gelu", [], {"opset": 20, "approximate": "tanh"}),
    ("Sign", [], {"given": INT}),
    ("Log", [], {}),
    ("Sqrt", [], {}),
    ("Cast", [], {"to": BOOL}),
    ("Concat", [], {"axis": 1}),
    ("Softmax", [], {"opset": 11}),
    ("Softmax", [], {"opset": 11, "axis": 2}),
    ("Softmax", [], {"opset": 13}),
    ("Conv", [numbers(6, 2, 3, 3), numbers(6)], {"group": 2, "pads": [0, 1, 2, 1], "strides": [2, 1]}),
    ("Conv", [numbers(6, 4, 3, 3)], {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
    ("ConvTranspose", [numbers(4, 6, 4, 4), numbers(6)], {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
    ("ConvTranspose", [numbers(4, 6, 3, 3)], {"strides": [2, 2], "output_padding": [1, 1]}),
    ("MatMul", [numbers(8, 5)], {}),
    ("Gemm", [numbers(5, 8), numbers(5)], {"picture": (3, 8), "transB": 1}),
    ("Einsum", [numbers(4, 8, 5)], {"equation": "nchw,cwk->nhk"}),
    ("BatchNormalization", [*OF_EACH, numbers(4, seed=2), np.float32([1, 2, 3, 4])], {}),
    ("LayerNormalization", [numbers(8), numbers(8, seed=1)], {}),
    ("InstanceNormalization", OF_EACH, {}),
    ("MaxPool", [], {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [2, 2]}),
    ("MaxPool", [], {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}),
    ("AveragePool", [], {"kernel_shape": [3, 3], "pads": [0, 0, 1, 1], "strides": [2, 2]}),
    ("AveragePool", [], {"kernel_shape": [3, 3], "pads": [0, 1, 2, 0], "count_include_pad": 1}),
    ("AveragePool", [], {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [2, 2]}),
    *((f"Reduce{kind}", [], {"axes": [2, 3]}) for kind in ("Mean", "Max", "Min", "L1", "L2", "SumSquare")),
    ("ReduceSum", [whole(-1)], {"keepdims": 0}),
    ("ReduceL2", [whole(-1)], {"opset": 18}),
    ("ReduceMean", [NO_AXES], {"opset": 18, "noop_with_empty_axes": 1}),
    ("ReduceSum", [NO_AXES], {"noop_with_empty_axes": 1}),
    ("ReduceSum", [NO_AXES], {}),
    ("ArgMax", [], {"axis": -1, "keepdims": 0}),
    ("TopK", [whole(3)], {"outputs": ["y", "places"]}),
    ("Clip", [], {}),
    ("Clip", [None, np.array(0.5, np.float32)], {}),
    ("Split", [whole(1, 3)], {"axis": 1, "outputs": ["y", "z"]}),
    ("Slice", [whole(1, -5), whole(100, -1), whole(1, 3), whole(2, 1)], {}),
    ("Slice", TURNED, {}),
    *(("Slice", [whole(first), whole(last), whole(3), whole(-2)], {}) for first, last in ((6, 1), (-1, -100), (1, 6))),
    ("Pad", [whole(0, 0, 1, 2, 0, 0, 0, 1), np.float32(3.0)], {}),
    ("Pad", [whole(0, 0, 1, 2, 0, 0, 0, 1)], {"mode": "edge"}),
    ("Pad", [whole(0, 0, 1, 2, 0, 0, 0, 1)], {"mode": "reflect"}),
    ("Tile", [whole(1, 1, 2, 3)], {}),
    ("Expand", [whole(2, 1, 8, 8)], {"picture": (1, 4, 1, 8)}),
    ("Gather", [whole([0, -1], [2, 2])], {"axis": 1}),
    ("Gather", [whole(-1).reshape(())], {"axis": 1}),
    ("GatherElements", [whole([[[1, -1, 0]]])], {"axis": 3}),
    ("GatherND", [whole([0, 3], [0, -1])], {}),
    ("GatherND", [whole([[3, -1], [0, 2]])], {"batch_dims": 1}),
    ("ScatterND", [whole([0, 3, 2], [0, -1, 1]), numbers(2, 8)], {}),
    ("Reshape", [whole(0, -1, 16)], {}),
    ("Transpose", [], {"perm": [0, 2, 3, 1]}),
    ("Squeeze", [whole(0)], {}),
    ("Squeeze", [], {"opset": 11, "axes": [0]}),
    ("Unsqueeze", [whole(-1, 1)], {}),
    ("DepthToSpace", [], {"blocksize": 2, "picture": (1, 8, 3, 5)}),
    ("DepthToSpace", [], {"blocksize": 2, "mode": "CRD", "picture": (1, 8, 3, 5)}),
    ("SpaceToDepth", [], {"blocksize": 2}),
    ("Upsample", [scales(2)], {"opset": 9}),
    *(("Resize", [None, None, whole(1, 4, 13, 5)], how) for how in (HALVES, TORCH, CORNERS, FLOOR)),
    ("Resize", [None, None, whole(1, 4, 1, 1)], HALVES),
    ("Resize", [None, None, whole(1, 4, 1, 1)], CORNERS),
    ("Resize", [None, scales(1.25)], HALVES),
    ("Resize", [None, scales(3)], {}),
    ("Resize", [None, scales(3)], {"nearest_mode": "round_prefer_ceil"}),
    ("Resize", [None, scales(3)], FLOOR),
]


@pytest.mark.parametrize(("kind", "constants", "options"), SAME, ids=lambda each: each if isinstance(each, str) else "")
def test_operators_compute_what_onnx_runtime_computes(
    kind: str, constants: list[Array | None], options: dict[str, Any], tmp_path: Path
) -> None:
    path = one_operator(kind, tmp_path / "one.onnx", *constants, **options)
    batch = np.random.default_rng(3).normal(size=options.get("picture", PICTURE)).astype(np.float32)
    compare(path, np.abs(batch) if kind in ("Log", "Sqrt") else batch)


def test_every_operator_is_among_them() -> None:
    assert {kind for kind, _, _ in SAME} == OPERATORS.keys()


def compare(path: Path, batch: Array, apart: float = 1e-5) -> None:
    """Both give the same, and nothing stands in the way of recording it."""
    expected = OnnxRuntime().load(path, precision=None, device="cpu").run(batch)
    found = Torch().load(path, precision=None, device="cpu").run(batch)
    for ours, theirs in zip(found, expected, strict=True):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        np.testing.assert_allclose(ours.astype(np.float64), theirs.astype(np.float64), atol=apart)
    module = fuse(to_torch(simplified(read_onnx(path)), len(batch), {}, torch.device("cpu")))
    given = torch.from_numpy(batch)
    with Recorded():
        module(given)


class Recorded(TorchDispatchMode):
    """As while a CUDA graph is recorded: nothing may be looked at by the host, nor come from there."""

    forbidden = ("lift_fresh", "_local_scalar_dense", "nonzero", "masked_select", "_unique2", "item")

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        name = func.overloadpacket.__name__
        assert name not in self.forbidden, f"{name} cannot be recorded"
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize(
    ("kind", "constants", "options"),
    [
        ("Det", [], {}),
        ("Cast", [], {"to": TensorProto.BFLOAT16}),
        ("ArgMax", [], {"select_last_index": 1}),
        ("ScatterND", [whole([0, 3]), numbers(1, 8, 8)], {"reduction": "add"}),
        ("MaxPool", [], {"kernel_shape": [2, 2], "outputs": ["y", "places"]}),
        ("MaxPool", [], {"kernel_shape": [3], "pads": [1, 1], "picture": (1, 4, 8)}),
        ("AveragePool", [], {"opset": 19, "kernel_shape": [2, 2], "dilations": [2, 2]}),
        ("Resize", [None, scales(1.3)], HALVES),
        ("Resize", [None, None, whole(1, 4, 1, 1)], TORCH),
        ("Resize", [None, scales(2.06)], {}),
        ("Resize", [None, scales(2)], {"nearest_mode": "ceil"}),
        ("Resize", [None, scales(3)], FLOOR | {"nearest_mode": "round_prefer_floor"}),
        ("Resize", [None, np.array([1, 2, 2, 2], np.float32)], HALVES),
        ("Resize", [None, scales(0.5)], HALVES | {"opset": 18, "antialias": 1}),
    ],
    ids=str,
)
def test_an_operator_that_cannot_be_computed_exactly_is_named(
    kind: str, constants: list[Array | None], options: dict[str, Any], tmp_path: Path
) -> None:
    path = one_operator(kind, tmp_path / "odd.onnx", *constants, **options)
    with pytest.raises(BackendError, match=rf"(operator|kind of) {kind}\b"):
        Torch().load(path, precision=None, device="cpu").run(np.zeros(options.get("picture", PICTURE), np.float32))


def of_graphs(decoding: Decoding) -> bool:
    try:
        decoder_of(Form(decoding=decoding))
    except ValueError:
        return False
    return True


FORMS = [
    *(Form(PixelRule.CLASSIC, each) for each in Decoding if of_graphs(each)),
    *(Form(pixels) for pixels in PixelRule),
    Form(PixelRule.CLASSIC, Decoding.QUARTER, colour=Colour.BGR),
]


@pytest.mark.parametrize("flip", [False, True], ids=["once", "flip"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.pixels}-{form.decoding}-{form.colour}")
def test_joints_by_every_decoding(form: Form, flip: bool, tmp_path: Path) -> None:
    """Our own networks have one of these forms, those of others any."""
    torch.manual_seed(0)
    network = HRNet(HRNetConfig(width=4, modules=(1, 1, 1), blocks=1)).eval()
    crops = np.random.default_rng(0).integers(0, 256, (1, 64, 64, 3), np.uint8)
    path = tmp_path / "pose.onnx"
    export_pose(network, (64, 64), path, crops, form=form, flip=flip, scored=path)

    compare(path, crops, 1e-3)


def best_of_all(x: Tensor) -> Tensor:
    """Of YOLOv10 and YOLO26: the best boxes, and of these the best of all classes."""
    boxes, scores = x.split([4, 80], -1)
    index = scores.amax(-1).topk(30)[1].unsqueeze(-1)
    boxes, scores = boxes.gather(1, index.repeat(1, 1, 4)), scores.gather(1, index.repeat(1, 1, 80))
    scores, index = scores.flatten(1).topk(30)
    row = torch.arange(len(x))[..., None]
    return torch.cat([boxes[row, index // 80], scores[..., None], (index % 80)[..., None].float()], -1)


def scaled_and_gated(x: Tensor) -> Tensor:
    """Of RTMPose's head: a norm, and attention by squares of what is above nought."""
    x = x / (torch.linalg.norm(x, dim=-1, keepdim=True) * 84**-0.5).clamp(min=1e-5)
    u, v, base = functional.silu(x).split([32, 32, 20], -1)
    q, k = torch.unbind(base.unsqueeze(2) * torch.linspace(0.5, 1.5, 40).view(2, 20), dim=2)
    return u * (functional.relu(q @ k.transpose(1, 2) / math.sqrt(20)).square() @ v)


def attentive(x: Tensor) -> Tensor:
    """Of ViTPose: attention of three heads, then a GELU."""
    q, k, v = functional.layer_norm(x, [84]).reshape(-1, 100, 3, 2, 14).permute(2, 0, 3, 1, 4)
    shown = functional.scaled_dot_product_attention(q, k, v)
    return functional.gelu(shown.transpose(1, 2).reshape(-1, 100, 28))


def without_repeating(x: Tensor) -> Tensor:
    """Places written into what was there, as YOLOX decodes its boxes, and pixels that become channels."""
    x = x.clone()
    x[..., :2] = (x[..., :2] + 1) * 8
    x[..., 2:4] = torch.exp(x[..., 2:4]) * 8
    return functional.pixel_shuffle(x.view(-1, 4, 5, 420), 2)


class Module(nn.Module):
    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self._function = function

    def forward(self, x: Tensor) -> Tensor:
        return self._function(x)


@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize(
    "function", [best_of_all, scaled_and_gated, attentive, without_repeating], ids=lambda each: each.__name__
)
def test_what_networks_of_others_are_made_of(function: Callable[[Tensor], Tensor], batch: int, tmp_path: Path) -> None:
    given, path = torch.from_numpy(numbers(batch, 100, 84)), tmp_path / "part.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracing exporter, which is deprecated
        torch.onnx.export(
            Module(function).eval(), (given,), str(path), input_names=["x"], output_names=["y"], opset_version=17,
            dynamo=False,
        )  # fmt: skip

    compare(path, given.numpy(), 1e-4)
