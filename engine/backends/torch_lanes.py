"""Independent parts of a graph side by side: a lane is a CUDA stream, and what no other part waits for runs beside it.

The branches of a network such as HRNet need nothing of each other between two exchanges. One after the other each
leaves most of a large GPU idle; on streams of their own, recorded into one CUDA graph, they share it.

`pieces` cuts a graph into chains of calls and gives each a lane; `schedule` says what each has to wait for and when its
values may be dropped; `Lanes` runs them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx
from torch.fx.passes.split_module import split_module

from engine.backends.torch_fusion import HEAVY

Clock = tuple[int, ...]
"""By lane, how many of its calls are known to be done."""


@dataclass(frozen=True, slots=True)
class Step:
    """A piece in its turn."""

    lane: int
    waits: tuple[int, ...]  # steps of other lanes that have to be done first, and are not known to be
    drops: tuple[int, ...]  # steps whose values nobody can still be reading once this one has been handed over


def pieces(module: fx.GraphModule, lanes: int, *, keeps_small: bool = False) -> tuple[fx.GraphModule, list[int]]:
    """`module` as calls of smaller modules, in an order that respects what each needs, and the lane of each.

    A piece ends where another lane needs what it has computed, so that nobody waits for longer than he has to.
    `keeps_small`: what computes little begins no lane, so that chains of it stay in one piece, to be compiled.
    """
    calls = [node for node in module.graph.nodes if node.op == "call_function"]
    places = {node: place for place, node in enumerate(calls)}
    needs = [sorted({places[each] for each in node.all_input_nodes if each in places}) for node in calls]
    may_begin = [(node.target in HEAVY or not keeps_small) and not _is_view(node) for node in calls]
    lane_of = _lanes_of(needs, may_begin, lanes)
    read_elsewhere = {each for place, needed in enumerate(needs) for each in needed if lane_of[each] != lane_of[place]}
    piece_of: list[int] = []
    lanes_of_pieces: list[int] = []
    open_pieces: dict[int, int] = {}  # by lane
    for place, (needed, lane) in enumerate(zip(needs, lane_of, strict=True)):
        if lane not in open_pieces or any(lane_of[each] != lane for each in needed):
            open_pieces[lane] = len(lanes_of_pieces)
            lanes_of_pieces.append(lane)
        piece_of.append(open_pieces[lane])
        if place in read_elsewhere:
            del open_pieces[lane]
    divided = split_module(module, module, lambda node: piece_of[places[node]], keep_original_order=True)
    names = [str(node.target) for node in divided.graph.nodes if node.op == "call_module"]
    return divided, [lanes_of_pieces[int(name.removeprefix("submod_"))] for name in names]


def _is_view(node: fx.Node) -> bool:
    """Whether the call's results lie in memory of what it is given, which belongs to the lane that made that."""
    return not _memory_of(node).isdisjoint({place for each in node.all_input_nodes for place in _memory_of(each)})


def _memory_of(node: fx.Node) -> set[int]:
    found = node.meta.get("val", ())
    tensors = found if isinstance(found, tuple | list) else (found,)
    return {each.untyped_storage()._cdata for each in tensors if isinstance(each, Tensor)}


def _lanes_of(needs: Sequence[Sequence[int]], may_begin: Sequence[bool], count: int) -> list[int]:
    """A lane for each call: behind what it needs, or, if it may begin one, where it waits for nothing else."""
    lengths = [0] * count
    tails: list[int | None] = [None] * count
    lanes: list[int] = []
    done: list[Clock] = []
    for place, (needed, begins) in enumerate(zip(needs, may_begin, strict=True)):
        before = _latest([done[each] for each in needed], count)
        free = [lane for lane in range(count) if lengths[lane] <= before[lane]]
        behind = [lane for lane in free if tails[lane] in needed]
        if behind:
            lane = behind[0]
        elif needed and not begins:
            lane = lanes[needed[-1]]
        else:
            lane = free[0] if free else lengths.index(min(lengths))
        tail = tails[lane]
        clock = list(before if tail is None else _latest([before, done[tail]], count))
        lengths[lane] += 1
        clock[lane] = lengths[lane]
        lanes.append(lane)
        done.append(tuple(clock))
        tails[lane] = place
    return lanes


def schedule(needs: Sequence[Collection[int]], lanes: Sequence[int], kept: Collection[int] = ()) -> list[Step]:
    """Steps in their order: each `needs` earlier ones and runs on one of `lanes`; the values of `kept` are results.

    A value lies in memory of the lane that made it (a view stays in the lane of what it shows), which that lane takes
    for another as soon as it is dropped: so it is dropped only where this lane has waited, if only by way of others,
    for all that read it.
    """
    count = max(lanes, default=0) + 1
    readers: list[list[int]] = [[] for _ in needs]
    for step, needed in enumerate(needs):
        for each in needed:
            readers[each].append(step)
    positions = [0] * len(needs)  # in its lane, from 1; 0: not handed over yet
    clocks, latest = [(0,) * count] * len(needs), [(0,) * count] * count
    held: list[set[int]] = [set() for _ in range(count)]  # by lane, its steps whose values are still there
    steps = []
    for step, (needed, lane) in enumerate(zip(needs, lanes, strict=True)):
        clock, waits = latest[lane], []
        for each in sorted(needed, reverse=True):  # the last ones first: waiting for them often does for others
            if clock[lanes[each]] < positions[each]:
                waits.append(each)
                clock = _latest([clock, clocks[each]], count)
        positions[step] = clock[lane] + 1
        clock = (*clock[:lane], positions[step], *clock[lane + 1 :])
        clocks[step] = latest[lane] = clock
        done = {
            each
            for each in held[lane]
            if all(0 < positions[reader] <= clock[lanes[reader]] for reader in readers[each])
        }
        held[lane] -= done
        if readers[step] and step not in kept:
            held[lane].add(step)
        steps.append(Step(lane, tuple(waits), tuple(sorted(done))))
    return steps


def _latest(clocks: Sequence[Clock], count: int) -> Clock:
    return tuple(map(max, zip(*clocks, strict=True))) if clocks else (0,) * count


@dataclass
class Lanes:
    """A module that `pieces` has cut, to be called as before: its pieces run on several streams.

    The caller's stream is the first lane, and waits for the others at the end. `prepare` makes of a piece what is run,
    `streams` so many streams for the other lanes.
    """

    module: fx.GraphModule
    lanes: list[int]
    prepare: Callable[[fx.GraphModule], Callable[..., Any]]
    streams: Callable[[int], list[Any]]

    def __post_init__(self) -> None:
        self._calls = [node for node in self.module.graph.nodes if node.op == "call_module"]
        order = {node: place for place, node in enumerate(self._calls)}
        results = _made_by(next(iter(reversed(self.module.graph.nodes))), order)
        self._steps = schedule([_made_by(node, order) for node in self._calls], self.lanes, results)
        self._functions = [self.prepare(getattr(self.module, str(node.target))) for node in self._calls]
        self._streams = self.streams(max(self.lanes, default=0))
        self._waited_for = {each for step in self._steps for each in step.waits}

    def __call__(self, *given: Tensor) -> tuple[Tensor, ...]:
        own = torch.cuda.current_stream()
        for stream in self._streams:
            stream.wait_stream(own)
        try:
            return self._run([own, *self._streams], given)
        finally:  # also where memory ended: a recording has to find its lanes together again to be given up
            for stream in self._streams:
                own.wait_stream(stream)

    def _run(self, streams: list[Any], given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        values: dict[fx.Node, Any] = {}
        events: dict[int, torch.cuda.Event] = {}
        inputs, places = iter(given), iter(range(len(self._calls)))
        for node in self.module.graph.nodes:
            if node.op == "placeholder":
                values[node] = next(inputs)
            elif node.op == "get_attr":
                values[node] = getattr(self.module, str(node.target))
            elif node.op == "call_function":  # takes one of a piece's several results
                values[node] = node.target(*fx.map_arg(node.args, values.__getitem__))
            elif node.op == "call_module":
                place = next(places)
                step, stream = self._steps[place], streams[self._steps[place].lane]
                for each in step.waits:
                    stream.wait_event(events[each])
                with torch.cuda.stream(stream):
                    values[node] = self._functions[place](*fx.map_arg(node.args, values.__getitem__))
                if place in self._waited_for:
                    events[place] = stream.record_event()
                for each in step.drops:
                    _forget(values, self._calls[each])
        results = next(iter(reversed(self.module.graph.nodes))).args[0]
        return tuple(fx.map_arg(results, values.__getitem__))


def _made_by(node: fx.Node, order: dict[fx.Node, int]) -> set[int]:
    """The steps that made what `node` is given."""
    found: set[int] = set()
    for each in node.all_input_nodes:
        found |= {order[each]} if each in order else _made_by(each, order)
    return found


def _forget(values: dict[fx.Node, Any], node: fx.Node) -> None:
    values.pop(node, None)
    for each in node.users:
        if each.op == "call_function":
            _forget(values, each)
