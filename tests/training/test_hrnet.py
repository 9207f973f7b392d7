"""HRNet against the published figures and names (hrnet-pose, README and pose_hrnet.py)."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import torch

from tests.shared import SHARED, needs_shared
from training import checkpoints
from training.models.hrnet import HRNet, HRNetConfig
from training.models.size import GIGA, macs, parameters

BN = r"(weight|bias|running_mean|running_var|num_batches_tracked)"
BRANCHES = r"(stage2\.0\.branches\.[01]|stage3\.[0-3]\.branches\.[0-2]|stage4\.[0-2]\.branches\.[0-3])"
FUSE = r"(stage2\.0|stage3\.[0-3]|stage4\.[0-2])\.fuse_layers"
RULES = {
    r"conv[12]\.weight": 2,
    rf"bn[12]\.{BN}": 10,
    rf"layer1\.[0-3]\.(conv[123]\.weight|bn[123]\.{BN})": 72,
    rf"layer1\.0\.downsample\.(0\.weight|1\.{BN})": 6,
    rf"transition1\.0\.(0\.weight|1\.{BN})": 6,
    rf"(transition1\.1|transition2\.2|transition3\.3)\.0\.(0\.weight|1\.{BN})": 18,
    rf"{BRANCHES}\.[0-3]\.(conv[12]\.weight|bn[12]\.{BN})": 1248,
    rf"{FUSE}\.\d\.\d\.(0\.weight|1\.{BN})": 168,
    rf"{FUSE}\.\d\.\d\.\d\.(0\.weight|1\.{BN})": 222,
    r"final_layer\.(weight|bias)": 2,
}


@pytest.mark.parametrize(
    ("width", "count", "multiply_adds"), [(32, 28_536_113, 7_645_003_776), (48, 63_595_745, 15_691_825_152)]
)
def test_published_networks_have_the_published_size(width: int, count: int, multiply_adds: int) -> None:
    network = HRNet(HRNetConfig(width=width))
    assert parameters(network) == count
    assert len(network.state_dict()) == 1754
    assert macs(network, 256, 192) == multiply_adds


def test_sixteen_joints_change_the_last_layer_only() -> None:
    assert parameters(HRNet(HRNetConfig(joints=16))) == 28_536_080


def test_names_are_the_official_ones() -> None:
    keys = list(HRNet(HRNetConfig()).state_dict())
    hits = Counter(rule for key in keys for rule in RULES if re.fullmatch(rule, key))
    assert hits == RULES
    # the first and the last, and the order inside a bottleneck, as in the official file
    assert keys[0] == "conv1.weight"
    assert keys[-2:] == ["final_layer.weight", "final_layer.bias"]
    assert keys.index("layer1.0.bn3.num_batches_tracked") + 1 == keys.index("layer1.0.downsample.0.weight")


def test_heatmaps_have_a_quarter_of_the_side() -> None:
    network = HRNet(HRNetConfig(width=8, modules=(1, 1, 1), blocks=1, stem=8, layer1_blocks=1, layer1_planes=4)).eval()
    assert network(torch.zeros(2, 3, 96, 64)).shape == (2, 17, 24, 16)


def test_sides_that_do_not_halve_five_times_are_refused() -> None:
    network = HRNet(HRNetConfig(width=8, modules=(1, 1, 1), blocks=1, stem=8, layer1_blocks=1, layer1_planes=4))
    with pytest.raises(ValueError, match="multiples of 32"):
        network(torch.zeros(1, 3, 200, 192))


@needs_shared
def test_a_state_dict_with_official_names_loads_strictly() -> None:
    config = HRNetConfig(width=24, modules=(1, 2, 1), blocks=2, stem=32, layer1_blocks=2, layer1_planes=32)
    network = HRNet(config)
    network.load_state_dict(checkpoints.weights(SHARED / "models" / "bootstrap-pose.pt"), strict=True)
    assert macs(network, 256, 192) < 2 * GIGA
