"""HRNetV1 for poses: Sun et al., Deep High-Resolution Representation Learning, CVPR 2019 (Fig. 1, sec. 3).

Any width and depth, and the paper's ablations as switches. Parameter names are those of the official release
(`pose_hrnet.py`), so that its state dicts load strictly; W32 and W48 are `HRNetConfig(width=32)` and
`HRNetConfig(width=48)`. `HRNetTrunk` is what HRNetV1, HRNetV2 and HRNetV2p have in common.

Shapes: input float [N, 3, H, W], H and W multiples of 32; output heatmaps [N, K, H / 4, W / 4].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.models.blocks import BasicBlock, Bottleneck, check_size, conv3

STREAMS = 4
EXCHANGES = ("everywhere", "stages", "end")
DEPTH_STRIDE = 32  # the deepest stream halves five times; fixed-factor upsampling needs that to come out even


@dataclass(frozen=True, slots=True)
class HRNetConfig:
    """The shape of a network; the defaults are the published W32. Raises ValueError for one that cannot be.

    width            channels C of the highest stream; the others have 2C, 4C, 8C
    modules          exchange modules in stages 2, 3, 4
    blocks           basic blocks per stream and module
    stem             channels of both stem convolutions
    layer1_blocks, layer1_planes
                     bottlenecks of stage 1 and their inner channels (they give out four times as many)
    upsampling       of lower streams: `nearest` (V1) or `bilinear` (V2 for segmentation)

    The paper's ablations:
    exchange         between streams: `everywhere`, at the end of `stages` only, or only once, at the `end` (Table 6)
    streams          at most so many of the four resolutions; 1: no low-resolution streams
    from_start       all streams from the beginning instead of one more a stage
    heatmaps_from    the stream that gives the heatmaps: 0 the highest … 3 the lowest (Fig. 5)
    """

    width: int = 32
    joints: int = 17
    modules: tuple[int, int, int] = (1, 4, 3)
    blocks: int = 4
    stem: int = 64
    layer1_blocks: int = 4
    layer1_planes: int = 64
    upsampling: str = "nearest"
    exchange: str = "everywhere"
    streams: int = STREAMS
    from_start: bool = False
    heatmaps_from: int = 0

    def __post_init__(self) -> None:
        if self.exchange not in EXCHANGES:
            raise ValueError(f"exchange must be one of {', '.join(EXCHANGES)}, not {self.exchange!r}")
        if self.upsampling not in ("nearest", "bilinear"):
            raise ValueError(f"upsampling must be nearest or bilinear, not {self.upsampling!r}")
        if not 1 <= self.streams <= STREAMS:
            raise ValueError(f"streams must be 1 to {STREAMS}, not {self.streams}")
        if not 0 <= self.heatmaps_from < self.streams:
            raise ValueError(f"heatmaps_from must be 0 to {self.streams - 1}, not {self.heatmaps_from}")

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each stream, the highest resolution first."""
        return tuple(self.width * 2**n for n in range(self.streams))

    def streams_in(self, stage: int) -> int:
        """How many streams stage 2, 3 or 4 has."""
        return self.streams if self.from_start else min(stage, self.streams)


def _up(inside: int, outside: int, factor: int, mode: str) -> nn.Sequential:
    align = None if mode == "nearest" else False  # PyTorch takes the argument for smooth modes only
    return nn.Sequential(
        nn.Conv2d(inside, outside, 1, bias=False),
        nn.BatchNorm2d(outside),
        nn.Upsample(scale_factor=factor, mode=mode, align_corners=align),
    )


def _halve(inside: int, outside: int) -> nn.Sequential:
    return nn.Sequential(conv3(inside, outside, 2), nn.BatchNorm2d(outside), nn.ReLU(inplace=True))


def _down(inside: int, outside: int, halvings: int) -> nn.Sequential:
    steps = [_halve(inside, inside) for _ in range(halvings - 1)]
    return nn.Sequential(*steps, nn.Sequential(conv3(inside, outside, 2), nn.BatchNorm2d(outside)))


class ExchangeModule(nn.Module):
    """Parallel streams of blocks, then each of `targets` sums all streams brought to its resolution (Fig. 3).

    Without targets nothing is exchanged: the streams come out as they are.
    """

    def __init__(self, widths: Sequence[int], blocks: int, targets: Sequence[int], upsampling: str) -> None:
        super().__init__()
        self._targets = tuple(targets)
        self._upsampling = upsampling
        self.branches = nn.ModuleList(nn.Sequential(*(BasicBlock(c) for _ in range(blocks))) for c in widths)
        # a row that nobody asks for stays empty, so that the others keep their official numbers
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(self._path(widths, source, row) for source in range(len(widths)) if row in targets)
            for row in range(max(targets, default=-1) + 1)
        )
        self.relu = nn.ReLU(inplace=True)

    def _path(self, widths: Sequence[int], source: int, target: int) -> nn.Module:
        if source == target:
            return nn.Identity()  # no parameters: the official key list has a hole here too
        if source > target:
            return _up(widths[source], widths[target], 2 ** (source - target), self._upsampling)
        return _down(widths[source], widths[target], target - source)

    def forward(self, xs: list[Tensor]) -> list[Tensor]:
        features = [branch(x) for branch, x in zip(self.branches, xs, strict=True)]
        return [self._fused(self.fuse_layers[target], features) for target in self._targets] or features

    def _fused(self, paths: nn.Module, features: list[Tensor]) -> Tensor:
        total: Tensor | None = None
        for path, feature in zip(cast(nn.ModuleList, paths), features, strict=True):
            total = path(feature) if total is None else total + path(feature)
        return cast(Tensor, self.relu(total))


class HRNetTrunk(nn.Module):
    """Everything up to the last exchange, which gives the streams `outputs` (0: the highest resolution).

    Raises ValueError where height or width is not a multiple of 32.
    """

    def __init__(self, config: HRNetConfig, outputs: Sequence[int]) -> None:
        super().__init__()
        self.config = config
        self._outputs = tuple(outputs)
        self.conv1 = conv3(3, config.stem, 2)
        self.bn1 = nn.BatchNorm2d(config.stem)
        self.conv2 = conv3(config.stem, config.stem, 2)
        self.bn2 = nn.BatchNorm2d(config.stem)
        self.relu = nn.ReLU(inplace=True)
        planes, first = config.layer1_planes, config.layer1_planes * Bottleneck.expansion
        self.layer1 = nn.Sequential(
            *(Bottleneck(first if n else config.stem, planes) for n in range(config.layer1_blocks))
        )
        width = config.width
        same = nn.Sequential(conv3(first, width), nn.BatchNorm2d(width), nn.ReLU(inplace=True))
        self.transition1 = nn.ModuleList([same, *self._new_streams(1, config.streams_in(2), first)])
        self.stage2 = self._stage(2)
        self.transition2 = self._grow(2)
        self.stage3 = self._stage(3)
        self.transition3 = self._grow(3)
        self.stage4 = self._stage(4)

    def _new_streams(self, before: int, after: int, inside: int) -> list[nn.Module]:
        """Streams `before` … `after` - 1, each halved out of the deepest stream there was, of `inside` channels."""
        widths = self.config.widths
        return [
            nn.Sequential(
                *(_halve(inside, inside) for _ in range(stream - before)),
                _halve(inside, widths[stream]),
            )
            for stream in range(before, after)
        ]

    def _grow(self, stage: int) -> nn.ModuleList:
        """From `stage` to the next: new streams start from the deepest one, the others go on as they are."""
        before, after = self.config.streams_in(stage), self.config.streams_in(stage + 1)
        kept = [nn.Identity() for _ in range(before)]
        return nn.ModuleList([*kept, *self._new_streams(before, after, self.config.widths[before - 1])])

    def _stage(self, stage: int) -> nn.Sequential:
        config = self.config
        widths, modules = config.widths[: config.streams_in(stage)], config.modules[stage - 2]
        return nn.Sequential(
            *(
                ExchangeModule(widths, config.blocks, self._targets(stage, n == modules - 1), config.upsampling)
                for n in range(modules)
            )
        )

    def _targets(self, stage: int, is_last: bool) -> Sequence[int]:
        if self.config.streams_in(stage) == 1:
            return ()  # nobody to exchange with
        if stage == 4 and is_last:
            return self._outputs
        exchanges = {"everywhere": True, "stages": is_last, "end": False}[self.config.exchange]
        return range(self.config.streams_in(stage)) if exchanges else ()

    def features(self, x: Tensor) -> list[Tensor]:
        """The streams `outputs`, stream n at 1/4 · 2⁻ⁿ of the input's height and width."""
        check_size(x, DEPTH_STRIDE)
        x = self.relu(self.bn1(self.conv1(x)))
        x = self.relu(self.bn2(self.conv2(x)))
        x = self.layer1(x)
        xs = self.stage2([start(x) for start in self.transition1])
        xs = self.stage3(self._grown(xs, self.transition2))
        return cast(list[Tensor], self.stage4(self._grown(xs, self.transition3)))

    @staticmethod
    def _grown(xs: list[Tensor], transition: nn.ModuleList) -> list[Tensor]:
        return [*xs, *(start(xs[-1]) for start in list(transition)[len(xs) :])]


def start_small(network: nn.Module) -> None:
    """The release's start from scratch: every convolution from N(0, 0.001²), biases 0."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, std=0.001)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


class HRNet(HRNetTrunk):
    """Heatmaps of `config.joints` joints from one stream, the highest unless `config.heatmaps_from` says otherwise.

    A lower stream's heatmaps are brought to a quarter of the input bilinearly.
    """

    def __init__(self, config: HRNetConfig) -> None:
        super().__init__(config, (config.heatmaps_from,))
        self.final_layer = nn.Conv2d(config.widths[config.heatmaps_from], config.joints, 1)
        start_small(self)

    def forward(self, x: Tensor) -> Tensor:
        maps: Tensor = self.final_layer(self.features(x)[0])
        if self.config.heatmaps_from == 0:
            return maps
        return functional.interpolate(maps, scale_factor=float(2**self.config.heatmaps_from), mode="bilinear")


def upsampled_and_concatenated(streams: Sequence[Tensor]) -> Tensor:
    """HRNetV2's representation: every stream at the first one's resolution, 15 C channels (Fig. 4 c of V2's paper)."""
    size = streams[0].shape[2:]
    same = [functional.interpolate(x, size=size, mode="bilinear") for x in streams[1:]]
    return torch.cat([streams[0], *same], 1)
