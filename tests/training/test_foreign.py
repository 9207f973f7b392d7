"""Checkpoints in the layouts that others publish: what is told from them, and that every tensor finds its place."""

from __future__ import annotations

import argparse
import os
import pickle
import re
import sys
import types
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from engine.cards import Colour
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.errors import MissingFileError, ModelError
from tests.training import published
from tests.training.conftest import write_recipe
from tests.training.test_export import lively
from training import checkpoints
from training.foreign import read_pose_checkpoint, start_from
from training.layouts import layout_of
from training.models.deployed import Form, Normalise
from training.models.detection import Detector, HRNetDetectorConfig
from training.models.hourglass import HourglassConfig, StackedHourglass
from training.models.hrnet import HRNet, HRNetConfig
from training.models.hrnetv2 import HRNetV2, HRNetV2p
from training.models.simplebaseline import SimpleBaseline, SimpleBaselineConfig
from training.models.swin import SWIN_B, SWIN_L, SWIN_S, SWIN_T, SwinConfig
from training.models.swinpose import SwinPose, SwinPoseConfig
from training.networks import NETWORKS
from training.recipe import read_recipe
from training.train import Options, train

SMALL_SWIN: dict[str, Any] = {"width": 8, "depths": (1, 2, 1, 1), "heads": (1, 2, 2, 4), "window": 5}


def bare(shapes: published.Shapes) -> dict[str, Tensor]:
    """Tensors without memory behind them: enough to be recognised by."""
    return {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}


def saved(path: Path, state: dict[str, Tensor], *, wrapped: dict[str, Any] | None = None, legacy: bool = False) -> Path:
    content = state if wrapped is None else {"state_dict": state, **wrapped}
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    return path


# --- names


@pytest.mark.parametrize(("width", "joints"), [(32, 17), (48, 17), (32, 16), (48, 16)])
def test_hrnet_has_the_official_names_order_and_shapes(width: int, joints: int) -> None:
    official = published.hrnet(width, joints)
    assert len(official) == 1754
    with torch.device("meta"):
        ours = HRNet(HRNetConfig(width=width, joints=joints)).state_dict()
    assert [(name, tuple(value.shape)) for name, value in ours.items()] == list(official.items())


@pytest.mark.parametrize(("depth", "joints"), [(50, 17), (101, 17), (152, 17), (50, 16)])
def test_simplebaseline_has_the_official_names_order_and_shapes(depth: int, joints: int) -> None:
    official = published.simplebaseline(depth, joints)
    with torch.device("meta"):
        ours = SimpleBaseline(SimpleBaselineConfig(depth=depth, joints=joints)).state_dict()
    assert [(name, tuple(value.shape)) for name, value in ours.items()] == list(official.items())


@pytest.mark.parametrize(
    ("layout", "counts"),
    [(published.bearpaw, (377, 684, 1298, 2526)), (published.princeton, (407, 742, 1412, 2752))],
)
def test_the_hourglass_layouts_have_the_published_number_of_names(layout: Any, counts: tuple[int, ...]) -> None:
    assert tuple(len(layout(stacks)) for stacks in (1, 2, 4, 8)) == counts


LAYOUTS = {
    "hrnet": (published.hrnet(32), "hrnet", {"width": 32, "joints": 17}),
    "hrnet, w48, mpii": (published.hrnet(48, 16), "hrnet", {"width": 48, "joints": 16}),
    "hrnet, mmpose 0": (published.of_mmpose(published.hrnet(32), 0), "hrnet", {"width": 32, "joints": 17}),
    "hrnet, mmpose 1": (published.of_mmpose(published.hrnet(48), 1), "hrnet", {"width": 48, "joints": 17}),
    **{
        f"simplebaseline {depth}": (published.simplebaseline(depth), "simplebaseline", {"depth": depth, "joints": 17})
        for depth in (50, 101, 152)
    },
    "simplebaseline, mmpose 0, mpii": (
        published.of_mmpose(published.simplebaseline(101, 16), 0), "simplebaseline", {"depth": 101, "joints": 16},
    ),
    "simplebaseline, mmpose 1": (
        published.of_mmpose(published.simplebaseline(50), 1), "simplebaseline", {"depth": 50, "kernel": 4},
    ),
    "hourglass 52": (published.hourglass52(), "hourglass52", {"joints": 17}),
    "swin t": (published.mmpose_swin(), "swinpose", {"joints": 17, "fusion": "deconvolution"}),
    **{
        f"bearpaw {stacks}": (published.bearpaw(stacks), "hourglass", {"stacks": stacks, "joints": 16, "stem": "wide"})
        for stacks in (1, 2, 4, 8)
    },
    **{
        f"princeton {stacks}": (published.princeton(stacks), "hourglass", {"stacks": stacks, "stem": "newell"})
        for stacks in (1, 2, 4, 8)
    },
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_recognised_and_leaves_no_tensor_over(name: str) -> None:
    shapes, network, facts = LAYOUTS[name]
    layout = layout_of(bare(shapes))
    assert layout is not None
    assert layout.network == network
    assert {key: getattr(layout.settings, key) for key in facts} == facts
    with torch.device("meta"):
        wanted = NETWORKS[network].make(layout.settings).state_dict()
    assert {key: value.shape for key, value in layout.state.items()} == {k: v.shape for k, v in wanted.items()}
    # what is left out is what the network cannot use, and nothing is both
    assert len(layout.state) + len(layout.unused) == len(shapes)
    idle = {"hourglass 52": r"inters\.", "swin t": "relative_position_index"}.get(name, "skip_layer")
    assert all(re.search(idle, key) for key in layout.unused)


@pytest.mark.parametrize("config", [SWIN_T, SWIN_S, SWIN_B, SWIN_L, SwinConfig(128, (2, 2, 18, 2), (4, 8, 16, 32), 12)])
def test_a_swins_size_is_told_from_its_tensors(config: SwinConfig) -> None:
    layout = layout_of(bare(published.mmpose_swin(config.width, config.depths, config.heads, config.window)))
    assert layout is not None
    found = layout.settings.backbone
    assert (found.width, found.depths, found.heads, found.window) == (
        config.width, config.depths, config.heads, config.window,
    )  # fmt: skip


# --- values, by reference implementations that use the published names alone


def normed(x: Tensor, state: dict[str, Tensor], name: str) -> Tensor:
    mean, var = state[f"{name}.running_mean"], state[f"{name}.running_var"]
    return functional.batch_norm(x, mean, var, state[f"{name}.weight"], state[f"{name}.bias"])


def conved(x: Tensor, state: dict[str, Tensor], name: str, **options: Any) -> Tensor:
    return functional.conv2d(x, state[f"{name}.weight"], state.get(f"{name}.bias"), **options)


def bearpaw_forward(x: Tensor, state: dict[str, Tensor], stacks: int) -> Tensor:
    """Newell's network as bearpaw's release numbers it, written from the description of its layout."""

    def residual(x: Tensor, name: str) -> Tensor:
        y = x
        for n in (1, 2, 3):
            y = conved(normed(y, state, f"{name}.bn{n}").relu(), state, f"{name}.conv{n}", padding=int(n == 2))
        has_skip = f"{name}.downsample.0.weight" in state
        return y + (conved(x, state, f"{name}.downsample.0") if has_skip else x)

    def hourglass(x: Tensor, s: int, d: int) -> Tensor:
        at = f"hg.{s}.hg.{d}"
        low = residual(functional.max_pool2d(x, 2), f"{at}.1.0")
        low = hourglass(low, s, d - 1) if d else residual(low, f"{at}.3.0")
        return residual(x, f"{at}.0.0") + residual(low, f"{at}.2.0").repeat_interleave(2, 2).repeat_interleave(2, 3)

    x = normed(conved(x, state, "conv1", stride=2, padding=3), state, "bn1").relu()
    x = residual(residual(functional.max_pool2d(residual(x, "layer1.0"), 2), "layer2.0"), "layer3.0")
    for s in range(stacks):
        y = residual(hourglass(x, s, 3), f"res.{s}.0")
        y = normed(conved(y, state, f"fc.{s}.0"), state, f"fc.{s}.1").relu()
        maps = conved(y, state, f"score.{s}")
        if s < stacks - 1:
            x = x + conved(y, state, f"fc_.{s}") + conved(maps, state, f"score_.{s}")
    return maps


def princeton_forward(x: Tensor, state: dict[str, Tensor], stacks: int) -> Tensor:
    def residual(x: Tensor, name: str) -> Tensor:
        y = x
        for n in (1, 2, 3):
            y = conved(normed(y, state, f"{name}.bn{n}").relu(), state, f"{name}.conv{n}.conv", padding=int(n == 2))
        return y + (conved(x, state, f"{name}.skip_layer.conv") if x.shape[1] != y.shape[1] else x)

    def hourglass(x: Tensor, at: str, depth: int) -> Tensor:
        low = residual(functional.max_pool2d(x, 2), f"{at}.low1")
        low = hourglass(low, f"{at}.low2", depth - 1) if depth > 1 else residual(low, f"{at}.low2")
        up = residual(low, f"{at}.low3").repeat_interleave(2, 2).repeat_interleave(2, 3)
        return residual(x, f"{at}.up1") + up

    x = normed(conved(x, state, "pre.0.conv", stride=2, padding=3), state, "pre.0.bn").relu()
    x = residual(residual(functional.max_pool2d(residual(x, "pre.1"), 2), "pre.3"), "pre.4")
    for s in range(stacks):
        y = residual(hourglass(x, f"hgs.{s}.0", 4), f"features.{s}.0")
        y = normed(conved(y, state, f"features.{s}.1.conv"), state, f"features.{s}.1.bn").relu()
        maps = conved(y, state, f"outs.{s}.conv")
        if s < stacks - 1:
            x = x + conved(y, state, f"merge_features.{s}.conv.conv")
            x = x + conved(maps, state, f"merge_preds.{s}.conv.conv")
    return maps


@pytest.mark.parametrize(
    ("layout", "reference"),
    [(published.bearpaw, bearpaw_forward), (published.princeton, princeton_forward)],
)
def test_an_hourglass_computes_what_its_release_does(layout: Any, reference: Any, tmp_path: Path) -> None:
    state = published.filled(layout(2))
    # the releases were trained under DataParallel
    prefixed = {f"module.{name}": value for name, value in state.items()}
    found = read_pose_checkpoint(saved(tmp_path / "hg.pth.tar", prefixed, wrapped={"epoch": 3, "best_acc": 0.8}))
    assert isinstance(found.network, StackedHourglass)
    picture = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(found.network(picture), reference(picture, state, 2), rtol=1e-4, atol=1e-3)
    assert found.size_wh == (256, 256)
    assert (found.form.decoding, found.form.skeleton.name) == (Decoding.QUARTER, "mpii16")


def test_mmposes_swin_merges_patches_in_its_own_order(tmp_path: Path) -> None:
    """nn.Unfold sorts a merged patch by channel, row, column: the same result must come of the turned weights."""
    state = published.filled(published.mmpose_swin(**SMALL_SWIN))
    found = read_pose_checkpoint(saved(tmp_path / "swin_256x192.pth", state, wrapped={"meta": {}}))
    merging = found.network.get_submodule("backbone.layers.0.downsample")
    x = torch.randn(1, 6, 4, 8)
    unfolded = functional.unfold(x.permute(0, 3, 1, 2), 2, stride=2).transpose(1, 2)
    at = "backbone.stages.0.downsample"
    theirs = functional.layer_norm(unfolded, (32,), state[f"{at}.norm.weight"], state[f"{at}.norm.bias"])
    theirs = functional.linear(theirs, state[f"{at}.reduction.weight"])
    with torch.no_grad():
        torch.testing.assert_close(merging(x).flatten(1, 2), theirs, rtol=1e-4, atol=1e-5)


def test_an_official_state_dict_comes_back_tensor_by_tensor(tmp_path: Path) -> None:
    state = published.filled(published.hrnet(32))
    found = read_pose_checkpoint(saved(tmp_path / "pose_hrnet_w32_384x288.pth", state))
    loaded = found.network.state_dict()
    assert all(torch.equal(loaded[name], value) for name, value in state.items())
    assert found.family == "HRNet of width 32, official release"
    assert (found.size_wh, found.size_from) == ((288, 384), "the file's name")
    assert (found.form.pixels, found.form.decoding) == (PixelRule.CLASSIC, Decoding.QUARTER)


# --- what tensors cannot tell

TINY = HRNetConfig(width=8, modules=(1, 1, 1), blocks=1, stem=8, layer1_blocks=1, layer1_planes=4)


def tiny_state(joints: int = 17) -> dict[str, Tensor]:
    return HRNet(HRNetConfig(8, joints, (1, 1, 1), 1, 8, 1, 4)).state_dict()


def as_mmpose(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"head.{k}" if k.startswith("final") else f"backbone.{k}": v for k, v in state.items()}


@pytest.mark.parametrize(
    ("name", "settings", "size", "rule", "decoding"),
    [
        ("td-hm_hrnet.pth", "codec = dict(type='MSRAHeatmap', input_size=(288, 384), unbiased=True)", (288, 384),
         PixelRule.CLASSIC, Decoding.DARK),
        ("td-hm_hrnet.pth", "codec = dict(\n    type='UDPHeatmap', input_size=(192, 256))", (192, 256), PixelRule.UDP,
         Decoding.DARK),
        ("hrnet.pth", "data_cfg = dict(\n    image_size=[288, 384],\n    heatmap_size=[72, 96])", (288, 384),
         PixelRule.CLASSIC, Decoding.QUARTER),
        ("td-hm_hrnet-w32_dark-8xb64-210e_coco-384x288-9bab4c9b_20220917.pth", "", (288, 384), PixelRule.CLASSIC,
         Decoding.DARK),
        ("td-hm_hrnet-w32_udp-8xb64-210e_coco-256x192-73ede547_20220914.pth", "", (192, 256), PixelRule.UDP,
         Decoding.DARK),
        ("weights.pth", "", (192, 256), PixelRule.CLASSIC, Decoding.QUARTER),
    ],
)  # fmt: skip
def test_what_tensors_cannot_tell_comes_from_the_settings_or_the_files_name(
    name: str, settings: str, size: tuple[int, int], rule: PixelRule, decoding: Decoding, tmp_path: Path
) -> None:
    wrapped = {"meta": {"cfg": settings, "epoch": 210}}
    found = read_pose_checkpoint(saved(tmp_path / name, as_mmpose(tiny_state()), wrapped=wrapped))
    assert (found.size_wh, found.form.pixels, found.form.decoding) == (size, rule, decoding)
    assert found.form.colour is Colour.RGB


def test_official_simplebaseline_takes_its_planes_in_reverse(tmp_path: Path) -> None:
    tiny = SimpleBaseline(SimpleBaselineConfig(joints=16, stages=(1, 1, 1, 1), planes=4, filters=8)).state_dict()
    found = read_pose_checkpoint(saved(tmp_path / "pose_resnet_50_256x256.pth", tiny))
    assert (found.form.colour, found.form.skeleton.name, found.size_wh) == (Colour.BGR, "mpii16", (256, 256))
    again = read_pose_checkpoint(saved(tmp_path / "res50.pth", as_mmpose(tiny), wrapped={"meta": {}}))
    assert again.form.colour is Colour.RGB


def test_caffes_resnet_is_told_by_the_files_name_and_asked_about_without(tmp_path: Path) -> None:
    """The tensors are those of PyTorch's; only where it strides is not."""
    config = SimpleBaselineConfig(stages=(1, 1, 1, 1), planes=4, filters=8, early_stride=True)
    source = lively(SimpleBaseline(config))
    found = read_pose_checkpoint(saved(tmp_path / "pose_resnet_50_256x192_caffe.pth.tar", source.state_dict()))
    picture = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        torch.testing.assert_close(found.network(picture), source(picture))
    assert "Caffe" not in found.doubt
    plain = read_pose_checkpoint(saved(tmp_path / "pose_resnet_50_256x192.pth.tar", source.state_dict()))
    assert "if the release calls it Caffe's" in plain.doubt


def test_our_own_checkpoints_bring_their_recipe(people_folder: Path, tmp_path: Path) -> None:
    recipe = read_recipe(write_recipe(tmp_path / "r.toml", people_folder))
    train(recipe, Options(tmp_path / "run", threads=1))
    found = read_pose_checkpoint(tmp_path / "run" / "best.pt")
    assert found.family == "our own tiny"
    assert (found.size_wh, found.form.pixels, found.form.decoding) == ((64, 64), PixelRule.SKELTER, Decoding.PARABOLA)


# --- files that are not what they seem


def test_missing_and_unknown_tensors_are_listed(tmp_path: Path) -> None:
    state = tiny_state()
    del state["stage2.0.branches.1.0.bn2.weight"]
    with pytest.raises(ModelError, match=r"lacks stage2\.0\.branches\.1\.0\.bn2\.weight"):
        read_pose_checkpoint(saved(tmp_path / "a.pth", state))
    state = {**tiny_state(), "extra.weight": torch.zeros(3), "more.weight": torch.zeros(3)}
    with pytest.raises(ModelError, match=r"unknown extra\.weight, more\.weight"):
        read_pose_checkpoint(saved(tmp_path / "b.pth", state))
    state = {**tiny_state(), "conv2.weight": torch.zeros(8, 8, 1, 1)}
    with pytest.raises(ModelError, match=r"another shape conv2\.weight"):
        read_pose_checkpoint(saved(tmp_path / "c.pth", state))


def test_files_that_break_off_are_named(tmp_path: Path) -> None:
    for gone in ("conv1.weight", "stage2.0.branches.0.0.conv1.weight"):
        state = {name: value for name, value in tiny_state().items() if name != gone}
        with pytest.raises(ModelError, match="damaged or of a network"):
            read_pose_checkpoint(saved(tmp_path / "broken.pth", state))
    nine = {f"score.{n}.weight": torch.zeros(16, 8, 1, 1) for n in range(9)}
    nine["hg.0.hg.0.3.0.conv1.weight"] = torch.zeros(4, 8, 1, 1)
    with pytest.raises(ModelError, match="stacks must be 1 to 8"):
        read_pose_checkpoint(saved(tmp_path / "nine.pth", nine))


def test_files_without_counters_are_read(tmp_path: Path) -> None:
    state = {name: value for name, value in tiny_state().items() if not name.endswith("num_batches_tracked")}
    assert read_pose_checkpoint(saved(tmp_path / "old.pth", state)).form.skeleton.name == "coco17"


@pytest.mark.parametrize("joints", [21, 51])
def test_skeletons_that_are_not_known_are_named(joints: int, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=rf"{joints} heatmaps.*17 \(coco17\)"):
        read_pose_checkpoint(saved(tmp_path / "hand.pth", tiny_state(joints)))


def test_code_in_a_file_is_run_only_where_somebody_insists(tmp_path: Path) -> None:
    path = saved(tmp_path / "run.pth", tiny_state(), wrapped={"options": argparse.Namespace(lr=0.1)})

    with pytest.raises(ModelError, match=r"holds code.*--run-code"):
        read_pose_checkpoint(path)
    assert read_pose_checkpoint(path, run_code=True).form.skeleton.name == "coco17"


class Bad:
    """Fails when its code is run."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return int, ("no number",)


def test_code_that_fails_when_it_is_run_is_one_sentence(tmp_path: Path) -> None:
    path = saved(tmp_path / "bad.pth", tiny_state(), wrapped={"meta": Bad()})
    with pytest.raises(ModelError, match=r"cannot be read here \(ValueError: invalid literal"):
        read_pose_checkpoint(path, run_code=True)


def refusal(path: Path) -> ModelError | None:
    try:
        read_pose_checkpoint(path)
    except ModelError as error:
        return error
    return None


@pytest.mark.parametrize("legacy", [False, True])
def test_a_damaged_checkpoint_is_not_said_to_hold_code(legacy: bool, tmp_path: Path) -> None:
    whole = saved(tmp_path / "whole.pth", tiny_state(), legacy=legacy).read_bytes()
    rng = np.random.default_rng(0)
    for number in range(60):
        damaged = bytearray(whole) if number % 2 else bytearray(rng.bytes(2000))
        for place in rng.integers(0, min(len(damaged), 600), 8):
            damaged[place] = rng.integers(256)
        (tmp_path / "damaged.pth").write_bytes(damaged)
        error = refusal(tmp_path / "damaged.pth")
        assert "\n" not in str(error)
        assert "holds code" not in str(error) or "Unsupported global" in str(error and error.__cause__)


def test_what_is_no_pose_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no pose network that Skelter knows"):
        read_pose_checkpoint(saved(tmp_path / "a.pth", {"layer.weight": torch.zeros(2)}))
    with pytest.raises(ModelError, match="skelter models pull yolox-s-coco"):
        read_pose_checkpoint(saved(tmp_path / "yolox_s.pth", {"head.cls_preds.0.weight": torch.zeros(2)}))
    (tmp_path / "b.pth").write_text("<!DOCTYPE html><html>Google Drive can't scan this file for viruses</html>")
    with pytest.raises(ModelError, match="web page"):
        read_pose_checkpoint(tmp_path / "b.pth")
    (tmp_path / "c.pth").write_bytes(b"")
    with pytest.raises(ModelError, match="can be read safely"):
        read_pose_checkpoint(tmp_path / "c.pth")
    with pytest.raises(MissingFileError, match=r"none\.pth"):
        read_pose_checkpoint(tmp_path / "none.pth")
    torch.save([1, 2, 3], tmp_path / "d.pth")
    with pytest.raises(ModelError, match="no state dict"):
        read_pose_checkpoint(tmp_path / "d.pth")


class Harmful:
    """Runs a command when it is unpickled the ordinary way."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("legacy", [False, True])
def test_code_in_a_checkpoint_is_not_run(legacy: bool, tmp_path: Path) -> None:
    path = saved(tmp_path / "evil.pth", tiny_state(), wrapped={"meta": Harmful(tmp_path / "ran")}, legacy=legacy)
    with pytest.raises(ModelError, match="read safely"):
        read_pose_checkpoint(path)
    assert not (tmp_path / "ran").exists()
    pickle.loads(pickle.dumps(Harmful(tmp_path / "ran")))  # the test's own teeth
    assert (tmp_path / "ran").exists()


@pytest.fixture
def mmengine_history(monkeypatch: pytest.MonkeyPatch) -> type:
    """A class by the name that MMEngine's files mention; it is gone when the file is read."""
    module = types.ModuleType("mmengine.logging.history_buffer")

    class HistoryBuffer:
        def __init__(self) -> None:
            self.values = np.arange(5.0)

    HistoryBuffer.__module__, HistoryBuffer.__qualname__ = module.__name__, "HistoryBuffer"
    module.HistoryBuffer = HistoryBuffer  # type: ignore[attr-defined]
    for name in ("mmengine", "mmengine.logging"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return HistoryBuffer


@pytest.mark.parametrize("legacy", [False, True])
def test_mmengines_history_and_arrays_beside_the_weights_do_no_harm(
    legacy: bool, mmengine_history: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped = {
        "message_hub": {"log_scalars": {"train/loss": mmengine_history()}, "counts": Counter("aab")},
        "meta": {
            "cfg": "input_size=(192, 256)",
            "dataset_meta": {"sigmas": np.array([0.026, 0.025], np.float32), "best": np.float64(0.749)},
        },
    }
    state = tiny_state()
    path = saved(tmp_path / "td-hm.pth", as_mmpose(state), wrapped=wrapped, legacy=legacy)
    for name in list(sys.modules):
        if name.startswith("mmengine"):
            monkeypatch.delitem(sys.modules, name)
    found = read_pose_checkpoint(path)
    assert found.size_wh == (192, 256)
    assert torch.equal(found.network.state_dict()["conv1.weight"], state["conv1.weight"])


def test_the_weights_of_a_training_are_found_in_every_wrapping() -> None:
    state = {"a": torch.ones(2, dtype=torch.float16)}
    other = {"a": torch.zeros(2)}
    for content in (
        state, {"state_dict": state}, {"model": state}, {"state_dict": {f"module.{k}": v for k, v in state.items()}},
        {"state_dict": {f"model.module.{k}": v for k, v in state.items()}, "epoch": 3},
        # HRNet's trainer: `model` is the name of the network, the best weights have no prefix
        {"epoch": 9, "model": "pose_hrnet", "state_dict": {"module.a": other["a"]}, "best_state_dict": state},
        {"ema": state, "model": other, "step": 3},
    ):  # fmt: skip
        found = checkpoints.state_of(content)
        assert list(found) == ["a"]
        assert found["a"].dtype == torch.float32
        assert found["a"].tolist() == [1, 1]


# --- to begin a training with


def test_an_imagenet_hrnet_starts_v1_v2_and_v2p(tmp_path: Path) -> None:
    state = published.filled(published.hrnet_imagenet(18))
    path = saved(tmp_path / "hrnet_w18.pth", state)
    for make in (HRNet, HRNetV2, HRNetV2p):
        network = make(HRNetConfig(width=18))
        fresh = start_from(network, path)
        assert all(name.startswith(("final_layer", "last_layer", "reduction_conv", "fpn_conv")) for name in fresh)
        assert torch.equal(network.state_dict()["stage3.2.branches.1.0.conv1.weight"],
                           state["stage3.2.branches.1.0.conv1.weight"])  # fmt: skip


def test_an_imagenet_hrnet_starts_the_detector_on_v2p(tmp_path: Path) -> None:
    network = Detector(HRNetDetectorConfig())
    fresh = start_from(network, saved(tmp_path / "hrnet_w18.pth", published.filled(published.hrnet_imagenet(18))))
    assert {name.split(".")[1] for name in fresh if name.startswith("backbone")} == {"reduction_conv", "fpn_conv"}


def test_an_imagenet_resnet_starts_simplebaseline(tmp_path: Path) -> None:
    state = published.filled(published.resnet_imagenet(50))
    network = SimpleBaseline(SimpleBaselineConfig())
    fresh = start_from(network, saved(tmp_path / "resnet50-0676ba61.pth", state))
    assert {name.split(".")[0] for name in fresh} == {"deconv_layers", "final_layer"}
    assert torch.equal(network.layer4[2].conv3.weight, state["layer4.2.conv3.weight"])


def test_an_imagenet_swin_starts_swin_pose(tmp_path: Path) -> None:
    state = published.filled(published.swin_imagenet())
    path = tmp_path / "swin_tiny_patch4_window7_224.pth"
    torch.save({"model": state}, path)
    network = SwinPose(SwinPoseConfig())
    fresh = start_from(network, path)
    assert {name.split(".")[0] for name in fresh} == {"backbone", "fusion", "final_layer"}
    assert {name for name in fresh if name.startswith("backbone")} == {
        f"backbone.norm{n}.{part}" for n in range(4) for part in ("weight", "bias")
    }
    loaded = network.state_dict()
    name = "layers.2.blocks.5.attn.relative_position_bias_table"
    assert torch.equal(loaded[f"backbone.{name}"], state[name])


def test_a_pose_network_starts_one_for_other_joints(tmp_path: Path) -> None:
    path = saved(tmp_path / "coco.pth", tiny_state(17))
    network = HRNet(HRNetConfig(8, 16, (1, 1, 1), 1, 8, 1, 4))
    assert start_from(network, path) == ["final_layer.weight", "final_layer.bias"]


@pytest.mark.parametrize("name", ["pose_resnet", "bearpaw", "princeton"])
def test_a_release_that_saw_other_colours_starts_as_what_it_was(name: str, tmp_path: Path) -> None:
    network: torch.nn.Module
    if name == "pose_resnet":
        config = SimpleBaselineConfig(stages=(1, 1, 1, 1), planes=4, filters=8)
        network, state = SimpleBaseline(config), lively(SimpleBaseline(config)).state_dict()
    else:
        shapes = {
            key: tuple(size // 16 if size > 16 else size for size in shape)
            for key, shape in getattr(published, name)(1).items()
        }
        state = published.filled(shapes)
        stem = "wide" if name == "bearpaw" else "newell"
        network = StackedHourglass(HourglassConfig(stacks=1, width=16, joints=16, stem=stem))
    path = saved(tmp_path / f"{name}.pth", state)
    release = read_pose_checkpoint(path)
    assert start_from(network, path) == []
    # zeros around a picture are other colours to each: compared is what sees none of them
    picture = torch.randint(0, 256, (1, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    both = ((release.network, release.form), (network.eval(), Form()))
    with torch.no_grad():
        theirs, ours = (first_layer(each)(Normalise(form)(picture))[..., 2:-2, 2:-2] for each, form in both)
    torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3)


def first_layer(network: torch.nn.Module) -> torch.nn.Module:
    """The first convolution with its normalisation."""
    if isinstance(network, SimpleBaseline):
        return torch.nn.Sequential(network.conv1, network.bn1)
    assert isinstance(network, StackedHourglass)
    return network.stem[:2]


def test_our_own_simplebaseline_goes_on_as_it_was(tmp_path: Path) -> None:
    """Its names are those of the release, which saw blue, green, red."""
    config = SimpleBaselineConfig(stages=(1, 1, 1, 1), planes=4, filters=8)
    network, again = lively(SimpleBaseline(config)), SimpleBaseline(config)
    start_from(again, saved(tmp_path / "best.pt", {}, wrapped={"ema": network.state_dict(), "recipe": {}}))
    assert torch.equal(again.conv1.weight, network.state_dict()["conv1.weight"])


def test_weights_of_another_network_do_not_start_one(tmp_path: Path) -> None:
    path = saved(tmp_path / "resnet.pth", published.filled({"conv1.weight": (64, 3, 7, 7), "fc.weight": (10, 64)}))
    with pytest.raises(ModelError, match=r"conv1\.weight do not fit"):
        start_from(HRNet(TINY), path)
    wider = HRNet(HRNetConfig(16, 17, (1, 1, 1), 1, 8, 1, 4)).state_dict()
    with pytest.raises(ModelError, match="another network"):
        start_from(HRNet(TINY), saved(tmp_path / "wider.pth", wider))
