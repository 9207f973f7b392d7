"""Draws docs/pictures/networks/*.svg: every network as it is, from a forward pass through the module itself.

    python -m scripts.draw_networks

A picture is put through the network on PyTorch's meta device (shapes without numbers). Some of its modules are boxes;
hooks tell what went into each and what came out, and for everything between (sums, concatenations, resampling, the
fusing convolutions) every operation hands on which boxes its inputs come from. So an arrow is a real dependence, and a
change of a network changes its picture. To the right: later. Up: higher resolution. The number in a box is its output's
channels.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from training.models.detection import Detector, HRNetDetectorConfig
from training.models.hourglass import HourglassConfig, StackedHourglass
from training.models.hourglass52 import Hourglass52, Hourglass52Config
from training.models.hrnet import HRNet, HRNetConfig
from training.models.hrnetv2 import HRNetV2
from training.models.simplebaseline import SimpleBaseline, SimpleBaselineConfig
from training.models.size import GIGA, macs, parameters
from training.models.swin import PatchEmbedding, PatchMerging, SwinBlock
from training.models.swinpose import SwinPose, SwinPoseConfig

TARGET = Path(__file__).parents[1] / "docs" / "pictures" / "networks"
COLUMN, ROW, WIDE, TALL, LEFT, TOP = 50, 58, 34, 22, 92, 46  # px
COLOURS = {"body": "#0969da", "new": "#8250df", "head": "#cf222e", "merge": "#1a7f37"}
CHANNELS_LAST = (PatchEmbedding, SwinBlock, PatchMerging)
STYLE = (
    "text{font:11px sans-serif;fill:#24292f}.n{fill:white;text-anchor:middle;font-weight:bold}"
    ".t{font-size:14px;font-weight:bold}.e{fill:none;stroke:#8c959f;stroke-width:1.1;opacity:.75}"
)


@dataclass(eq=False)
class Box:
    """A module in a picture: its output's channels and place (column: how many boxes come before; row: resolution)."""

    name: str
    kind: str
    sources: frozenset[Box]
    channels: int = 0
    row: float = 0.0
    column: int = field(init=False)

    def __post_init__(self) -> None:
        self.column = max((source.column for source in self.sources), default=-1) + 1


class Provenance(TorchDispatchMode):
    """Which boxes each tensor comes from."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[int, tuple[Tensor, frozenset[Box]]] = {}  # the tensor is kept, so that its id stays its own

    def of(self, values: Any) -> frozenset[Box]:
        known = (self._of.get(id(leaf)) for leaf in tree_leaves(values) if isinstance(leaf, Tensor))
        return frozenset().union(*(entry[1] for entry in known if entry is not None))

    def mark(self, values: Any, boxes: frozenset[Box]) -> None:
        for leaf in tree_leaves(values):
            if isinstance(leaf, Tensor):
                self._of[id(leaf)] = leaf, boxes

    def __torch_dispatch__(self, operation: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = operation(*args, **(kwargs or {}))
        self.mark(result, self.of((args, kwargs)))
        return result


@dataclass(frozen=True)
class Picture:
    """What to draw: the network, its input (height, width), and which modules are boxes, by pattern of their names."""

    name: str
    title: str
    network: Any
    settings: Any
    size: tuple[int, int]
    kinds: dict[str, str]  # kind → pattern


PICTURES = (
    Picture(
        "hrnet", "HRNetV1-W32", HRNet, HRNetConfig(), (256, 192),
        {"body": r"conv[12]|layer1|stage\d\.\d\.branches\.\d", "new": r"transition\d\.\d", "head": "final_layer"},
    ),
    Picture(
        "hrnetv2", "HRNetV2-W32", HRNetV2, HRNetConfig(upsampling="bilinear"), (256, 192),
        {"body": r"conv[12]|layer1|stage\d\.\d\.branches\.\d", "new": r"transition\d\.\d", "merge": r"last_layer\.0",
         "head": r"last_layer\.3"},
    ),
    Picture(
        "hrnet-detector", "the detector on HRNetV2p-W18", Detector, HRNetDetectorConfig(), (320, 320),
        {"body": r"backbone\.(conv[12]|layer1|stage\d\.\d\.branches\.\d)", "new": r"backbone\.transition\d\.\d",
         "merge": r"backbone\.(reduction_conv|fpn_conv\.\d)|neck\.(lateral\.\d|\w+_\w+)", "head": r"heads\.\d"},
    ),
    Picture(
        "hourglass", "stacked hourglass, 2 of up to 8 stacks", StackedHourglass, HourglassConfig(stacks=2), (256, 256),
        {"body": r"stem\.[0356]|hourglasses\.\d\.((inner\.)*(beside|down|up)|inner\.inner\.inner\.inner)",
         "merge": r"features\.\d|merge_\w+\.\d", "head": r"heads\.\d"},
    ),
    Picture(
        "hourglass52", "Hourglass-52", Hourglass52, Hourglass52Config(), (256, 256),
        {"body": r"stem\.\d|hourglass\.(low2\.)*(up1|low1|low3)|hourglass\.low2\.low2\.low2\.low2\.low2",
         "merge": "out_conv", "head": "final_layer"},
    ),
    Picture(
        "simplebaseline", "SimpleBaseline-R50", SimpleBaseline, SimpleBaselineConfig(), (256, 192),
        {"body": r"conv1|layer\d", "merge": r"deconv_layers\.[036]", "head": "final_layer"},
    ),
    *(
        Picture(
            f"swinpose-{letter}", f"Swin-Pose-T, fusion {letter.upper()} ({fusion})", SwinPose,
            SwinPoseConfig(fusion=fusion), (256, 192),
            {"body": r"backbone\.(patch_embed|layers\.\d\.blocks\.\d+)", "new": r"backbone\.layers\.\d\.downsample",
             "merge": r"fusion\.(pyramid\.\w+\.\d|mix\.0)", "head": "final_layer"},
        )
        for letter, fusion in (("a", "sum"), ("b", "concatenation"))
    ),
    Picture(
        "swin-deconvolution", "Swin-T, deconvolutions", SwinPose, SwinPoseConfig(fusion="deconvolution"), (256, 192),
        {"body": r"backbone\.(patch_embed|layers\.\d\.blocks\.\d+)", "new": r"backbone\.layers\.\d\.downsample",
         "merge": r"fusion\.[036]", "head": "final_layer"},
    ),
)  # fmt: skip


def boxes_of(network: nn.Module, kinds: dict[str, str], size: tuple[int, int]) -> list[Box]:
    """The boxes of a network in the order they are computed, from one pass of an input of `size` (height, width)."""
    boxes: list[Box] = []
    provenance = Provenance()
    for name, module in network.named_modules():
        kind = next((kind for kind, pattern in kinds.items() if re.fullmatch(pattern, name)), None)
        if kind is not None and not isinstance(module, nn.Identity):
            _watch(module, name, kind, boxes, provenance, size[0])
    with torch.no_grad(), provenance:
        network.eval()(torch.zeros(1, 3, *size, device="meta"))
    return boxes


def _watch(module: nn.Module, name: str, kind: str, boxes: list[Box], provenance: Provenance, height: int) -> None:
    entered: list[frozenset[Box]] = []

    def before(_: nn.Module, inputs: Any) -> None:
        entered.append(provenance.of(inputs))

    def after(_: nn.Module, inputs: Any, output: Any) -> None:
        box = Box(name, kind, entered.pop())
        first = next(leaf for leaf in tree_leaves(output) if isinstance(leaf, Tensor))
        is_last = isinstance(module, CHANNELS_LAST)
        box.channels = first.shape[3] if is_last else first.shape[1]
        box.row = math.log2(height / (first.shape[1] if is_last else first.shape[2]))
        boxes.append(box)
        provenance.mark(output, frozenset({box}))

    module.register_forward_pre_hook(before)
    module.register_forward_hook(after)


def drawn(picture: Picture) -> str:
    """The picture as SVG."""
    with torch.device("meta"):
        network = picture.network(picture.settings)
    height, width = picture.size
    work = f"{parameters(network) / 1e6:.2f} M parameters, {macs(network, height, width) / GIGA:.2f} GMAC (÷ 2³⁰)"
    boxes = boxes_of(network, picture.kinds, picture.size)
    places = _places(boxes)
    right = max(x for x, _ in places.values()) + WIDE + 20
    bottom = max(y for _, y in places.values()) + TALL + 30
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right} {bottom}" width="{right}" height="{bottom}">',
        f"<style>{STYLE}</style>", f'<rect width="{right}" height="{bottom}" fill="white"/>',
        f'<text x="12" y="20" class="t">{picture.title}</text>',
        f'<text x="12" y="36">{height}×{width} in; {work}</text>',
    ]  # fmt: skip
    for row, y in _rows(boxes, places).items():
        size = f"{height / 2**row:.0f}×{width / 2**row:.0f}"
        lines.append(f'<text x="12" y="{y + TALL / 2 + 4:.0f}">1/{2**row:.0f}: {size}</text>')
    for box in boxes:
        lines += [_arrow(places[source], places[box]) for source in boxes if source in box.sources]
    for box in boxes:
        x, y = places[box]
        lines.append(
            f'<g><title>{box.name}</title><rect x="{x}" y="{y}" width="{WIDE}" height="{TALL}" rx="4" '
            f'fill="{COLOURS[box.kind]}"/>'
            f'<text x="{x + WIDE / 2}" y="{y + TALL / 2 + 4}" class="n">{box.channels}</text></g>'
        )
    return "\n".join([*lines, "</svg>", ""])


def _rows(boxes: Iterable[Box], places: dict[Box, tuple[float, float]]) -> dict[float, float]:
    """The top of each row of a resolution."""
    tops: dict[float, float] = defaultdict(lambda: math.inf)
    for box in boxes:
        tops[box.row] = min(tops[box.row], places[box][1])
    return dict(sorted(tops.items()))


def _places(boxes: list[Box]) -> dict[Box, tuple[float, float]]:
    """Left and top of each box; boxes of one column and resolution stand under each other."""
    taken: dict[tuple[int, float], int] = defaultdict(int)
    depth: dict[float, int] = defaultdict(int)
    at: dict[Box, int] = {}
    for box in boxes:
        at[box] = taken[box.column, box.row]
        taken[box.column, box.row] += 1
        depth[box.row] = max(depth[box.row], at[box])
    tops, top = {}, float(TOP)
    for row in sorted(depth):
        tops[row] = top
        top += ROW + depth[row] * (TALL + 6)
    return {box: (LEFT + box.column * COLUMN, tops[box.row] + n * (TALL + 6)) for box, n in at.items()}


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x0, y0, x1, y1 = start[0] + WIDE, start[1] + TALL / 2, end[0], end[1] + TALL / 2
    if y0 == y1 and x1 - x0 > COLUMN:  # over the boxes between
        lift = y0 - TALL / 2 - 7
        up = f"C{x0 + 8} {lift} {x0 + 8} {lift} {x0 + 20} {lift}"
        down = f"C{x1 - 8} {lift} {x1 - 8} {lift} {x1} {y1}"
        return f'<path class="e" d="M{x0} {y0} {up} H{x1 - 20} {down}"/>'
    bend = (x1 - x0) / 2 if x1 - x0 < COLUMN else COLUMN / 2
    return f'<path class="e" d="M{x0} {y0} C{x0 + bend} {y0} {x1 - bend} {y1} {x1} {y1}"/>'


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    TARGET.mkdir(parents=True, exist_ok=True)
    for picture in PICTURES:
        path = TARGET / f"{picture.name}.svg"
        path.write_text(drawn(picture), encoding="utf-8")
        print(f"{path}: {path.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
