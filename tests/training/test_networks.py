"""Every network against its published size, and that each learns: forward and backward at its published input."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from training.models.detection import Detector, HRNetDetectorConfig, all_anchor_points
from training.models.hourglass import HourglassConfig, StackedHourglass
from training.models.hourglass52 import Hourglass52, Hourglass52Config
from training.models.hrnet import EXCHANGES, HRNet, HRNetConfig
from training.models.hrnetv2 import HRNetV2, HRNetV2p, PersonSegmentation
from training.models.simplebaseline import SimpleBaseline, SimpleBaselineConfig
from training.models.size import GIGA, macs, parameters
from training.models.swin import SWIN_B, SWIN_L, SWIN_S, SWIN_T, Swin, SwinConfig, relative_places, shift_mask
from training.models.swinpose import FUSIONS, SwinPose, SwinPoseConfig
from training.tasks import heatmap_loss

SMALL = HRNetConfig(width=8, modules=(1, 1, 1), blocks=1, stem=8, layer1_blocks=1, layer1_planes=4)
TINY_SWIN = SwinConfig(width=8, depths=(1, 2, 1, 1), heads=(1, 2, 2, 4), window=5)


def on_meta(make: Any, config: Any, **more: Any) -> nn.Module:
    """The network without memory or work behind it: shapes only."""
    with torch.device("meta"):
        network: nn.Module = make(config, **more)
    return network


# --- sizes


@pytest.mark.parametrize(
    ("depth", "count", "keys", "published", "true"),
    [
        (50, 33_999_697, 338, ("8.991", "20.230"), ("5.43", "12.21")),
        (101, 52_991_825, 644, ("12.378", "27.850"), ("9.06", "20.39")),
        (152, 68_635_473, 950, ("15.765", "35.470"), ("12.70", "28.57")),
    ],
)
def test_simplebaseline_has_the_published_size(
    depth: int, count: int, keys: int, published: tuple[str, str], true: tuple[str, str]
) -> None:
    network = on_meta(SimpleBaseline, SimpleBaselineConfig(depth=depth))
    assert parameters(network) == count
    assert len(network.state_dict()) == keys
    for (height, width), theirs, ours in zip([(256, 192), (384, 288)], published, true, strict=True):
        assert f"{macs(network, height, width, as_published=True) / GIGA:.3f}" == theirs
        assert f"{macs(network, height, width) / 1e9:.2f}" == ours


@pytest.mark.parametrize(
    ("stacks", "stem", "count", "gigas"),
    [
        (1, "newell", 3_426_448, "5.15"), (2, "newell", 6_570_400, "8.33"), (4, "newell", 12_858_304, "14.70"),
        (8, "newell", 25_434_112, "27.44"), (1, "wide", 3_586_960, "5.80"), (2, "wide", 6_730_912, "8.99"),
        (4, "wide", 13_018_816, "15.36"), (8, "wide", 25_594_624, "28.09"),
    ],
)  # fmt: skip
def test_stacked_hourglass_has_the_size_of_the_releases(stacks: int, stem: str, count: int, gigas: str) -> None:
    network = on_meta(StackedHourglass, HourglassConfig(stacks=stacks, stem=stem))
    assert parameters(network) == count
    assert f"{macs(network, 256, 256) / 1e9:.2f}" == gigas


def test_hourglass_52_has_the_published_size() -> None:
    network = on_meta(Hourglass52, Hourglass52Config())
    idle = 2 * 9 * 256 * 256 + 4 * 256  # a block that MMPose makes and a single stack does not use
    assert f"{(parameters(network) + idle) / 1e6:.2f}" == "94.85"


@pytest.mark.parametrize(
    ("config", "classes", "count"),
    [
        (HRNetConfig(width=16, modules=(1, 1, 1), blocks=2, layer1_blocks=1, layer1_planes=32), 19, 1_540_819),
        (HRNetConfig(width=18, modules=(1, 3, 2), blocks=2, layer1_blocks=2), 19, 3_939_579),
        (HRNetConfig(width=18), 19, 9_641_119), (HRNetConfig(width=32), 19, 29_546_515),
        (HRNetConfig(width=48), 19, 65_859_379),
    ],
)  # fmt: skip
def test_hrnetv2_has_the_size_of_the_segmentation_release(config: HRNetConfig, classes: int, count: int) -> None:
    network = on_meta(HRNetV2, config, maps=classes)
    assert parameters(network) == count
    head = network.get_submodule("last_layer")[0]
    assert head.in_channels == head.out_channels == 15 * config.width


@pytest.mark.parametrize("width", [32, 48])
def test_hrnetv2_adds_exactly_78_names_to_v1(width: int) -> None:
    one, two = (set(on_meta(make, HRNetConfig(width=width)).state_dict()) for make in (HRNet, HRNetV2))
    added = {name for name in two - one if not name.startswith("last_layer")}
    assert len(added) == 78
    assert all(name.startswith(tuple(f"stage4.2.fuse_layers.{row}." for row in (1, 2, 3))) for name in added)
    assert one - two == {"final_layer.weight", "final_layer.bias"}


@pytest.mark.parametrize(("config", "millions"), [(SWIN_T, 28.3), (SWIN_S, 49.6), (SWIN_B, 87.8), (SWIN_L, 196.5)])
def test_swin_backbones_have_the_published_size(config: SwinConfig, millions: float) -> None:
    """The published 28 / 50 / 88 / 197 M are those of the classifiers: with a layer of 1000 classes."""
    backbone = on_meta(Swin, config, outputs=(3,))
    head = config.widths[-1] * 1000 + 1000
    assert round((parameters(backbone) + head) / 1e6, 1) == millions


@pytest.mark.parametrize(
    ("exchange", "count", "fusions"), [("everywhere", 28_536_113, 8), ("stages", 26_506_481, 3), ("end", 26_332_273, 1)]
)
def test_less_exchange_takes_fusions_away_and_nothing_else(exchange: str, count: int, fusions: int) -> None:
    network = on_meta(HRNet, HRNetConfig(exchange=exchange))
    assert parameters(network) == count
    modules = [module for stage in (2, 3, 4) for module in network.get_submodule(f"stage{stage}")]
    assert sum(bool(len(module.fuse_layers)) for module in modules) == fusions
    full = set(on_meta(HRNet, HRNetConfig()).state_dict())
    assert all("fuse_layers" in name for name in full - set(network.state_dict()))


# --- what comes out

VARIANTS = {
    **{f"exchange {exchange}": HRNetConfig(8, 5, (1, 2, 2), 1, 8, 1, 4, exchange=exchange) for exchange in EXCHANGES},
    **{f"{streams} streams": HRNetConfig(8, 5, (1, 1, 1), 1, 8, 1, 4, streams=streams) for streams in (1, 2, 3)},
    **{f"heatmaps from {n}": HRNetConfig(8, 5, (1, 1, 1), 1, 8, 1, 4, heatmaps_from=n) for n in (1, 2, 3)},
    "all from the start": HRNetConfig(8, 5, (1, 1, 1), 1, 8, 1, 4, from_start=True),
    "bilinear": HRNetConfig(8, 5, (1, 1, 1), 1, 8, 1, 4, upsampling="bilinear"),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_of_hrnet_gives_heatmaps_and_teaches_all_its_weights(name: str) -> None:
    network = HRNet(VARIANTS[name])
    maps = network(torch.randn(2, 3, 64, 96))
    assert maps.shape == (2, 5, 16, 24)
    maps.square().sum().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None] == []


def test_variants_that_cannot_be_are_refused() -> None:
    for wrong in ({"exchange": "never"}, {"streams": 5}, {"streams": 2, "heatmaps_from": 2}, {"upsampling": "cubic"}):
        with pytest.raises(ValueError, match=next(reversed(wrong))):
            HRNetConfig(**wrong)  # type: ignore[arg-type]


def test_hrnetv2p_gives_a_pyramid_down_to_a_sixty_fourth() -> None:
    levels = HRNetV2p(SMALL).eval()(torch.zeros(1, 3, 128, 192))
    assert [tuple(level.shape[2:]) for level in levels] == [(32, 48), (16, 24), (8, 12), (4, 6), (2, 3)]
    assert {level.shape[1] for level in levels} == {256}


def test_hrnetv2p_serves_as_the_detectors_backbone() -> None:
    network = Detector(HRNetDetectorConfig(backbone=SMALL, neck=16))
    logits, boxes = network(torch.randn(2, 3, 64, 96))
    points, _ = all_anchor_points(64, 96)
    assert logits.shape == (2, len(points))
    assert boxes.shape == (2, len(points), 4)
    (logits.sum() + boxes.sum()).backward()
    assert all(p.grad is not None for p in network.parameters())


def test_intermediate_heatmaps_come_out_in_training_only() -> None:
    network = StackedHourglass(HourglassConfig(stacks=3, width=16))
    several = network(torch.zeros(1, 3, 64, 128))
    assert [tuple(maps.shape) for maps in several] == [(1, 16, 16, 32)] * 3
    assert network.eval()(torch.zeros(1, 3, 64, 128)).shape == (1, 16, 16, 32)


def test_every_stack_is_supervised() -> None:
    target, weight = torch.rand(2, 16, 16, 16), torch.ones(2, 16)
    maps = [torch.rand(2, 16, 16, 16) for _ in range(3)]
    together = heatmap_loss(maps, target, weight)
    torch.testing.assert_close(together, sum(heatmap_loss(each, target, weight) for each in maps))
    network = StackedHourglass(HourglassConfig(stacks=3, width=16))
    heatmap_loss(network(torch.randn(2, 3, 64, 64)), target, weight).backward()
    assert all(p.grad is not None for p in network.parameters())


def test_an_hourglass_has_one_to_eight_stacks() -> None:
    for stacks in (0, 9):
        with pytest.raises(ValueError, match="1 to 8"):
            HourglassConfig(stacks=stacks)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_swin_pads_windows_where_they_do_not_come_out_even(fusion: str) -> None:
    network = SwinPose(SwinPoseConfig(TINY_SWIN, joints=4, fusion=fusion, width=8))
    maps = network(torch.randn(2, 3, 128, 96))  # 32 × 24 places in windows of 5
    assert maps.shape == (2, 4, 32, 24)
    maps.square().sum().backward()
    assert [name for name, p in network.named_parameters() if p.grad is None] == []


def test_attention_reaches_as_far_as_windows_and_their_shift_let_it() -> None:
    """One plain and one shifted block: a place is reached from its window and from those it shares one with."""
    stage = Swin(SwinConfig(width=8, depths=(2,), heads=(2,), window=4, drop_path=0), outputs=(0,)).eval()
    picture = torch.randn(1, 3, 64, 64, requires_grad=True)
    stage(picture)[0][0, 0, 0, 0].backward()  # of one channel: the sum of all is fixed by normalisation
    assert picture.grad is not None
    reached = picture.grad.abs().sum(1)[0].view(16, 4, 16, 4).sum((1, 3)) > 0
    # the place in the corner shares its shifted window with nobody across the border that the shift rolls round
    assert reached[:4, :4].all()
    assert not reached[4:].any()
    assert not reached[:, 4:].any()


def test_relative_places_are_the_same_for_the_same_step() -> None:
    table = relative_places(3)  # 9 × 9 pairs
    assert table[0, 1] == table[4, 5] == table[7, 8]
    assert table[0, 3] == table[2, 5]
    assert len(table.unique()) == 25


def test_the_shift_mask_parts_what_the_shift_brought_together() -> None:
    mask = shift_mask(8, 8, 4, 2)
    assert (mask[0] == 0).all()  # wholly inside
    last = mask[3].reshape(4, 4, 4, 4)  # row, column → row, column
    assert last[0, 0, 1, 1] == 0
    assert last[0, 0, 3, 3] < -50
    assert last[0, 0, 0, 3] < -50


def test_stochastic_depth_rests_outside_of_training() -> None:
    network = Swin(SwinConfig(width=8, depths=(2, 2, 2, 2), heads=(1, 1, 1, 1), window=4, drop_path=0.9))
    picture = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        assert not torch.equal(network(picture)[-1], network(picture)[-1])
        network.eval()
        assert torch.equal(network(picture)[-1], network(picture)[-1])


@pytest.mark.parametrize(
    ("network", "side"),
    [(SimpleBaseline(SimpleBaselineConfig(stages=(1, 1, 1, 1), planes=4, filters=8)), 32),
     (StackedHourglass(HourglassConfig(stacks=1, width=8)), 64), (PersonSegmentation(SMALL), 32),
     (Hourglass52(Hourglass52Config(widths=(8, 8, 8), blocks=(1, 1, 1))), 16)],
)  # fmt: skip
def test_sides_that_do_not_halve_often_enough_are_refused(network: nn.Module, side: int) -> None:
    network.eval()(torch.zeros(1, 3, side, 2 * side))
    with pytest.raises(ValueError, match=f"multiples of {side}"):
        network(torch.zeros(1, 3, side, 2 * side + 8))


# --- at the published size

PUBLISHED = {
    "hrnet-w32": (HRNet, HRNetConfig(), 256, 192),
    "hrnetv2-w18": (HRNetV2, HRNetConfig(width=18, upsampling="bilinear"), 256, 192),
    "simplebaseline-r50": (SimpleBaseline, SimpleBaselineConfig(), 256, 192),
    "hourglass-2": (StackedHourglass, HourglassConfig(stacks=2), 256, 256),
    "swinpose-t-a": (SwinPose, SwinPoseConfig(), 256, 192),
}
LARGE = {
    "hrnet-w48": (HRNet, HRNetConfig(width=48), 384, 288),
    "hrnetv2-w48": (HRNetV2, HRNetConfig(width=48, upsampling="bilinear"), 384, 288),
    "person-segmentation-w48": (PersonSegmentation, HRNetConfig(width=48, upsampling="bilinear"), 512, 512),
    "hrnet-detector-w32": (Detector, HRNetDetectorConfig(HRNetConfig()), 640, 640),
    "simplebaseline-r101": (SimpleBaseline, SimpleBaselineConfig(depth=101), 384, 288),
    "simplebaseline-r152": (SimpleBaseline, SimpleBaselineConfig(depth=152), 384, 288),
    "hourglass-4": (StackedHourglass, HourglassConfig(stacks=4), 256, 256),
    "hourglass-8": (StackedHourglass, HourglassConfig(), 256, 256),
    "hourglass52": (Hourglass52, Hourglass52Config(), 384, 384),
    "swinpose-t-b": (SwinPose, SwinPoseConfig(SWIN_T, fusion="concatenation"), 256, 192),
    "swinpose-s-a": (SwinPose, SwinPoseConfig(SWIN_S), 256, 192),
    "swinpose-b-b": (SwinPose, SwinPoseConfig(SWIN_B, fusion="concatenation"), 256, 192),
    "swinpose-l-a": (SwinPose, SwinPoseConfig(SWIN_L), 384, 288),
    "swin-l-deconvolution": (SwinPose, SwinPoseConfig(SWIN_L, fusion="deconvolution"), 384, 288),
}


def forward_and_backward(make: Any, config: Any, height: int, width: int) -> None:
    torch.manual_seed(0)
    network = make(config)
    given = network(torch.randn(1, 3, height, width))
    outputs = given if isinstance(given, list | tuple) else [given]
    loss = sum(output.float().square().mean() for output in outputs)
    loss.backward()
    gradients = [p.grad for p in network.parameters()]
    assert all(g is not None and torch.isfinite(g).all() for g in gradients)
    if hasattr(config, "joints") and make is not PersonSegmentation:
        assert outputs[-1].shape == (1, config.joints, height // 4, width // 4)


@pytest.mark.parametrize("name", PUBLISHED)
def test_networks_run_forward_and_backward_at_their_published_size(name: str) -> None:
    forward_and_backward(*PUBLISHED[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_networks_run_forward_and_backward_at_their_published_size(name: str) -> None:
    forward_and_backward(*LARGE[name])
