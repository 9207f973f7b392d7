"""What makes the torch backend fast on a card, as far as it can be tried without one: lanes, and replaced calls."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import numpy as np
import onnx
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from torch import fx

from engine import cuda
from engine.backends import torch_kernels
from engine.backends.torch_fusion import conv_add_relu, fuse, with_kernels
from engine.backends.torch_graph import to_torch
from engine.backends.torch_kernels import SOURCE, TILINGS
from engine.backends.torch_lanes import Lanes, Step, pieces, schedule
from engine.backends.torch_operators import convolve, resize
from engine.cards import ModelCard, Task
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from engine.onnx_edit import read_onnx, simplified, to_half

CPU = torch.device("cpu")
POSE, DETECTOR = find_model(DEFAULT_POSE, Task.POSE), find_model(DEFAULT_DETECTOR, Task.DETECTOR)


@st.composite
def work(draw: st.DrawFn) -> tuple[list[set[int]], list[int]]:
    """Steps that need earlier ones, and their lanes."""
    count = draw(st.integers(1, 14))
    needs = [draw(st.sets(st.integers(0, step - 1), max_size=3)) if step else set() for step in range(count)]
    return needs, draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))


def known_done(steps: list[Step]) -> list[set[int]]:
    """For each step, those that are certainly done when it is: by its lane's order, and by what was waited for."""
    done: list[set[int]] = []
    for place, step in enumerate(steps):
        before = [each for each in range(place) if steps[each].lane == step.lane]
        done.append({place}.union(*(done[each] for each in [*before[-1:], *step.waits])))
    return done


@given(work())
def test_nobody_reads_what_is_not_there_yet_or_not_there_any_more(given_work: tuple[list[set[int]], list[int]]) -> None:
    needs, lanes = given_work
    steps = schedule(needs, lanes)
    done = known_done(steps)

    for place, needed in enumerate(needs):
        assert needed <= done[place]
    dropped = [each for step in steps for each in step.drops]
    assert len(dropped) == len(set(dropped))
    for place, step in enumerate(steps):
        for each in step.drops:  # the memory is the lane's again from here on
            readers = {reader for reader, needed in enumerate(needs) if each in needed}
            assert lanes[each] == step.lane
            assert readers <= done[place]


def test_a_chain_in_one_lane_waits_for_nothing_and_keeps_one_value() -> None:
    steps = schedule([[], [0], [1], [2]], [0, 0, 0, 0])

    assert [step.waits for step in steps] == [(), (), (), ()]
    assert [step.drops for step in steps] == [(), (0,), (1,), (2,)]


def test_a_result_is_kept_though_all_have_read_it() -> None:
    steps = schedule([[], [0], [1]], [0, 0, 0], kept={0})

    assert [step.drops for step in steps] == [(), (), (1,)]


class Streams:
    """Streams where there is no card: what they are given is done at once, and waiting for it is written down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.event_waits, self.joined = 0, 0
        monkeypatch.setattr(torch.cuda, "current_stream", lambda: self)
        monkeypatch.setattr(torch.cuda, "stream", lambda stream: contextlib.nullcontext())

    def several(self, count: int) -> list[Streams]:
        return [self] * count

    def wait_stream(self, other: object) -> None:
        self.joined += 1

    def wait_event(self, event: object) -> None:
        self.event_waits += 1

    def record_event(self) -> object:
        return object()


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Streams:
    return Streams(monkeypatch)


@pytest.mark.parametrize("card", [POSE, DETECTOR], ids=lambda card: card.name)
def test_lanes_give_what_the_whole_gives(card: ModelCard, streams: Streams) -> None:
    module = fused(card)
    lanes = Lanes(*pieces(module, 8), prepare=lambda piece: piece, streams=streams.several)

    with torch.inference_mode():
        for one, other in zip(lanes(picture(card)), module(picture(card)), strict=True):
            assert torch.equal(one, other)
    assert streams.event_waits > 10


def test_lanes_come_together_again_where_memory_ends(streams: Streams) -> None:
    """A recording that is given up with lanes apart takes the allocator with it."""

    def refuse(*given: torch.Tensor) -> torch.Tensor:
        raise torch.cuda.OutOfMemoryError

    lanes = Lanes(*pieces(fused(POSE), 8), prepare=lambda piece: refuse, streams=streams.several)

    with pytest.raises(torch.cuda.OutOfMemoryError):
        lanes(picture(POSE))
    assert streams.joined == 2 * max(lanes.lanes)  # each was parted and joined


def small_model(nodes: list[onnx.NodeProto], results: dict[str, list[int]], **weights: np.ndarray) -> onnx.ModelProto:
    """A graph of an x [1, 8, 4, 4] in float16, as its results are."""
    graph = helper.make_graph(
        nodes, "small", [helper.make_tensor_value_info("x", TensorProto.FLOAT16, [1, 8, 4, 4])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT16, shape) for name, shape in results.items()],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def test_a_result_that_others_read_and_one_that_is_known_come_out(streams: Streams) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["relu"]), helper.make_node("Add", ["relu", "one"], ["more"]),
        helper.make_node("Add", ["more", "x"], ["whole"]), helper.make_node("Shape", ["x"], ["size"]),
        helper.make_node("Cast", ["size"], ["known"], to=TensorProto.FLOAT16),
    ]  # fmt: skip
    shape = [1, 8, 4, 4]
    model = small_model(nodes, {"relu": shape, "whole": shape, "known": [4]}, one=np.float16(1))
    module = with_kernels(fuse(to_torch(model, 1, {}, CPU)), lambda *_: None)
    x = torch.randn(*shape, generator=torch.Generator().manual_seed(0)).half()

    relu, whole, known = Lanes(*pieces(module, 4), prepare=lambda piece: piece, streams=streams.several)(x)

    assert torch.equal(relu, x.relu())
    torch.testing.assert_close(whole, x.relu() + 1 + x)
    assert known.tolist() == shape


def halves() -> fx.GraphModule:
    """Two halves of a map, and a convolution of each."""
    nodes = [
        helper.make_node("Relu", ["x"], ["relu"]), helper.make_node("Split", ["relu"], ["a", "b"], axis=1),
        helper.make_node("Conv", ["a", "w"], ["c"]), helper.make_node("Conv", ["b", "w"], ["d"]),
        helper.make_node("Concat", ["c", "d"], ["y"], axis=1),
    ]  # fmt: skip
    return to_torch(small_model(nodes, {"y": [1, 8, 4, 4]}, w=np.ones((4, 4, 1, 1), np.float16)), 1, {}, CPU)


@pytest.mark.parametrize("make", [halves, lambda: fused(DETECTOR)], ids=["halves", "detector"])
def test_what_shows_memory_of_another_call_stays_in_its_lane(make: Callable[[], fx.GraphModule]) -> None:
    """Else its lane would get the memory back while another one still reads it."""
    divided, lanes = pieces(make(), 8)
    owners: dict[int, int] = {}  # the lane whose call was first to give the memory
    calls = [node for node in divided.graph.nodes if node.op == "call_module"]
    assert len(set(lanes)) > 1
    for call, lane in zip(calls, lanes, strict=True):
        for node in divided.get_submodule(str(call.target)).graph.nodes:
            values = node.meta["val"] if node.op == "call_function" else ()
            for value in values if isinstance(values, tuple) else (values,):
                assert owners.setdefault(value.untyped_storage()._cdata, lane) == lane


def test_a_bias_that_is_computed_stays_where_it_is() -> None:
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["mean"]), helper.make_node("Reshape", ["mean", "n"], ["bias"]),
        helper.make_node("Conv", ["x", "w", "bias"], ["c"]), helper.make_node("Conv", ["x", "w", "b"], ["d"]),
        helper.make_node("Add", ["c", "d"], ["e"]), helper.make_node("Relu", ["e"], ["y"]),
    ]  # fmt: skip
    eye = np.eye(8, dtype=np.float16)[..., None, None]
    model = small_model(nodes, {"y": [1, 8, 4, 4]}, w=eye, b=np.ones(8, np.float16), n=np.array([8]))
    x = torch.randn(1, 8, 4, 4, generator=torch.Generator().manual_seed(0)).half()

    (found,) = with_kernels(fuse(to_torch(model, 1, {}, CPU)), lambda *_: None)(x)

    torch.testing.assert_close(found, (2 * x + x.mean((2, 3), keepdim=True) + 1).relu(), atol=0.01, rtol=0.01)


def fused(card: ModelCard, *, half: bool = False) -> fx.GraphModule:
    model = simplified(read_onnx(card.path))
    return fuse(to_torch(to_half(model) if half else model, 1, {}, CPU))


def picture(card: ModelCard) -> torch.Tensor:
    width, height = card.input_size
    numbers = np.random.default_rng(3).integers(0, 256, (1, height, width, 3), np.uint8)
    return torch.from_numpy(numbers)


@pytest.mark.parametrize("keeps_small", [False, True])
@pytest.mark.parametrize("card", [POSE, DETECTOR], ids=lambda card: card.name)
def test_pieces_compute_what_the_whole_does(card: ModelCard, keeps_small: bool) -> None:
    module = fused(card)
    divided, lanes = pieces(module, 8, keeps_small=keeps_small)

    with torch.inference_mode():
        expected, found = module(picture(card)), divided(picture(card))
    for one, other in zip(expected, found, strict=True):
        assert torch.equal(one, other)
    assert len(set(lanes)) > 2


def test_branches_have_lanes_of_their_own() -> None:
    """The four branches of the embedded pose network's last stage."""
    module = fused(POSE)
    divided, lanes = pieces(module, 8)
    branches: dict[int, set[int]] = {}  # lanes by the height of the maps
    calls = [node for node in divided.graph.nodes if node.op == "call_module"]
    for node, lane in zip(calls, lanes, strict=True):
        inner = [each for each in divided.get_submodule(str(node.target)).graph.nodes if each.target is conv_add_relu]
        if len(inner) > 1:
            branches.setdefault(inner[0].meta["val"].shape[2], set()).add(lane)

    last = [min(branches[height]) for height in (64, 32, 16, 8)]
    assert len(set(last)) == 4


def test_small_operators_stay_in_one_piece_where_they_are_compiled() -> None:
    def longest_tail(keeps_small: bool) -> int:
        divided, _ = pieces(fused(POSE), 8, keeps_small=keeps_small)
        inner = [divided.get_submodule(str(node.target)) for node in divided.graph.nodes if node.op == "call_module"]
        return max(sum(node.op == "call_function" for node in piece.graph.nodes) for piece in inner)

    assert longest_tail(True) > 80 > longest_tail(False)  # decoding is some ninety of them


def test_replaced_sums_and_convolutions_place_the_same_joints() -> None:
    whole = fused(POSE, half=True)
    with torch.inference_mode():
        (expected,) = whole(picture(POSE))
        replaced = with_kernels(whole, lambda *_: TILINGS[0])
        (found,) = replaced(picture(POSE))

    targets = [node.target for node in replaced.graph.nodes]
    assert targets.count(torch.ops.skelter.sum_up.default) == 8
    assert targets.count(torch.ops.skelter.conv3x3_relu.default) > 1
    assert (found - expected)[..., :2].norm(dim=-1).median() < 0.1


def test_a_graph_with_our_operators_is_compiled_in_one_piece() -> None:
    module = with_kernels(fused(POSE, half=True), lambda *_: TILINGS[0])
    seen = torch._dynamo.explain(module)(picture(POSE))

    assert (seen.graph_count, seen.graph_break_count) == (1, 0), seen.break_reasons


def exchange(factors: list[int], *, has_relu: bool, is_read_twice: bool) -> fx.GraphModule:
    """The end of an exchange between branches: a map, and smaller ones through a convolution, enlarged, added up."""
    random = np.random.default_rng(len(factors))
    nodes, weights = [], []
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT16, [1, 8, 24, 24])]
    total = "x"
    for place, factor in enumerate(factors):
        small, out = f"small_{place}", f"sum_{place}"
        names = [f"w_{place}", f"b_{place}"]
        values = (random.normal(size=(8, 8, factor, factor)) / (3 * factor), random.normal(size=8))
        weights += [
            numpy_helper.from_array(value.astype(np.float16), name) for value, name in zip(values, names, strict=True)
        ]
        nodes.append(helper.make_node("Conv", ["x", *names], [small], strides=[factor, factor]))
        if factor > 1:
            scales = numpy_helper.from_array(np.array([1, 1, factor, factor], np.float32), f"s_{place}")
            weights.append(scales)
            nodes.append(helper.make_node("Resize", [small, "", scales.name], [f"large_{place}"], mode="nearest"))
            small = f"large_{place}"
        nodes.append(helper.make_node("Add", [total, small], [out]))
        total = out
    if has_relu:
        nodes.append(helper.make_node("Relu", [total], ["relu"]))
    ends = ["relu" if has_relu else total, *(["sum_0"] if is_read_twice else [])]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT16, [1, 8, 24, 24]) for name in ends]
    graph = helper.make_graph(nodes, "exchange", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return to_torch(model, 1, {}, CPU)


@pytest.mark.parametrize("is_read_twice", [False, True], ids=["", "middle read elsewhere"])
@pytest.mark.parametrize("has_relu", [False, True], ids=["", "relu"])
@pytest.mark.parametrize("factors", [[2], [1, 2], [2, 4, 8], [3, 1], [2, 2, 2, 2]], ids=str)
def test_a_sum_of_enlarged_maps_becomes_one_call(factors: list[int], has_relu: bool, is_read_twice: bool) -> None:
    plain = exchange(factors, has_relu=has_relu, is_read_twice=is_read_twice)
    replaced = with_kernels(exchange(factors, has_relu=has_relu, is_read_twice=is_read_twice), lambda *_: None)
    x = torch.randn(1, 8, 24, 24, generator=torch.Generator().manual_seed(0)).half()

    for found, expected in zip(replaced(x), plain(x), strict=True):
        torch.testing.assert_close(found, expected, atol=0.02, rtol=0.01)
    targets = [node.target for node in replaced.graph.nodes]
    if len(factors) < 4:  # with x itself, four maps are the most
        assert torch.ops.skelter.sum_up.default in targets
    if len(factors) < 4 and not is_read_twice:
        assert torch.add not in targets
        assert resize not in targets
        assert all(len(node.args) == 2 for node in replaced.graph.nodes if node.target is convolve)  # biases summed too


@pytest.mark.parametrize("architecture", ["sm_80", "sm_86", "sm_90", "sm_120"])
def test_the_kernels_compile_for_every_generation(architecture: str) -> None:
    whole = cuda.compile_kernel(architecture, SOURCE)
    assert whole.startswith(b"\x7fELF")
    assert b"sum_up" in whole
    for tiling in TILINGS:
        size = torch_kernels.CHANNELS
        names = {"CHANNELS": size, "OUTPUTS": size, "ROWS": tiling.rows, "WARPS_M": tiling.warps}
        assert b"conv3x3_relu" in cuda.compile_kernel(architecture, SOURCE, names)
