from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto
from typer.testing import CliRunner

import engine.weights
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.cards import Colour, Task
from engine.crops import PixelRule, affines, centres_and_sizes, cut
from engine.decoding import Decoding, decode, to_crop
from engine.errors import MissingFileError, ModelError, SkelterError, UsageError
from engine.loading import load_detector, load_pose
from engine.skeletons import COCO
from engine.types import U8, Boxes
from tests.shared import SHARED, needs_shared
from tests.training.conftest import write_people, write_recipe
from training import checkpoints
from training.cli import commands
from training.data.coco import load_people
from training.data.people import Picture, read_picture
from training.deploying import exported
from training.evaluate import Source, evaluate_detector, evaluate_pose
from training.export import TOLERANCE_PX, compare, describe, export_detector, export_pose
from training.models.deployed import DeployedPose, Form, ParabolaDecoder, decoder_of, mirrored_heatmaps
from training.models.detection import Detector, DetectorConfig
from training.models.hrnet import HRNet, HRNetConfig
from training.models.swin import SwinConfig
from training.models.swinpose import SwinPose, SwinPoseConfig
from training.recipe import read_recipe

ROOT = Path(__file__).parents[2]

TINY = HRNetConfig(width=8, modules=(1, 1, 1), blocks=1, stem=8, layer1_blocks=1, layer1_planes=4)
TINY_SWIN = SwinPoseConfig(SwinConfig(width=8, depths=(1, 2), heads=(1, 2), window=4), width=8)
BOOTSTRAP = HRNetConfig(width=24, modules=(1, 2, 1), blocks=2, stem=32, layer1_blocks=2, layer1_planes=32)
BLANK: U8 = np.zeros((1, 64, 64, 3), np.uint8)


def lively(network: torch.nn.Module) -> torch.nn.Module:
    """Random weights that make heatmaps with peaks, not the flat ones of a fresh network."""
    torch.manual_seed(0)
    for parameter in network.parameters():
        if parameter.ndim > 1:
            torch.nn.init.kaiming_normal_(parameter)
    return network.eval()


@needs_shared
@pytest.mark.parametrize(("flip", "dark"), [(False, False), (True, True)])
def test_a_trained_network_places_joints_as_pytorch_does(flip: bool, dark: bool, tmp_path: Path) -> None:
    network = HRNet(BOOTSTRAP)
    network.load_state_dict(checkpoints.weights(SHARED / "models" / "bootstrap-pose.pt"))
    people, _ = load_people(SHARED / "data" / "people" / "val", ["val.json"])
    size = (192, 256)
    crops = [cut(read_picture(p.picture), affines(*centres_and_sizes(p.xyxy, size), size), size)[0] for p in people[:6]]
    path = tmp_path / "pose.onnx"
    form = Form(decoding=Decoding.DARK if dark else Decoding.PARABOLA)
    difference = export_pose(network, size, path, np.stack(crops), form=form, flip=flip)
    assert difference.pixels <= TOLERANCE_PX
    assert difference.score < 1e-4
    assert path.stat().st_size < 16e6


@pytest.mark.parametrize(("kind", "config"), [(HRNet, TINY), (SwinPose, TINY_SWIN)])
def test_training_can_go_on_from_an_exported_file(kind: Any, config: Any, tmp_path: Path) -> None:
    network = lively(kind(config))
    export_pose(network, (64, 64), tmp_path / "pose.onnx", BLANK)
    assert {each.data_type for each in onnx.load(tmp_path / "pose.onnx").graph.initializer if len(each.dims) == 2} <= {
        TensorProto.FLOAT16
    }
    again = kind(config)
    again.load_state_dict(checkpoints.weights(tmp_path / "pose.onnx"), strict=True)
    for name, value in network.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value, msg=name)


@needs_shared
def test_a_foreign_graph_holds_no_weights_to_go_on_from() -> None:
    with pytest.raises(ModelError, match="trained further"):
        checkpoints.weights(SHARED / "models" / "foreign" / "tinypose_256x192.onnx")


@pytest.mark.parametrize("name", ["skelter-pose-s", "skelter-detector-n"])
def test_training_can_go_on_from_the_embedded_models(name: str) -> None:
    recipe = read_recipe(ROOT / "training" / "recipes" / f"{name}.toml")
    network = HRNet(HRNetConfig(**recipe.model)) if recipe.task == "pose" else Detector(DetectorConfig(**recipe.model))
    network.load_state_dict(checkpoints.weights(ROOT / "engine" / "weights" / f"{name}.onnx"), strict=True)


def test_broken_and_missing_checkpoints_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"none\.pt"):
        checkpoints.load(tmp_path / "none.pt")
    (tmp_path / "bad.pt").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"bad\.pt"):
        checkpoints.load(tmp_path / "bad.pt")


def test_a_file_that_computes_otherwise_is_found_out(tmp_path: Path) -> None:
    network = lively(HRNet(TINY))
    export_pose(network, (64, 64), tmp_path / "pose.onnx", BLANK)
    network.final_layer.weight.data = network.final_layer.weight.data.flip(0)
    pictures = np.random.default_rng(1).integers(0, 256, (2, 64, 64, 3), np.uint8)
    assert compare(DeployedPose(network).eval(), tmp_path / "pose.onnx", pictures).pixels > 1


@pytest.mark.parametrize("pixels", PixelRule)
@pytest.mark.parametrize("rule", [Decoding.PARABOLA, Decoding.DARK, Decoding.QUARTER])
def test_the_graph_decodes_as_the_numpy_reference(rule: Decoding, pixels: PixelRule) -> None:
    decoder = decoder_of(Form(pixels=pixels, decoding=rule, smooth=0))
    rng = np.random.default_rng(0)
    grid = np.stack(np.meshgrid(np.arange(48), np.arange(64)), -1)
    places = rng.uniform([-1, -1], [48, 64], (20, 17, 1, 1, 2))
    maps = np.exp(-((grid - places) ** 2).sum(-1) / 8) * rng.uniform(0.2, 1.1, (20, 17, 1, 1))
    maps = (maps + rng.uniform(0, 0.01, maps.shape)).astype(np.float32)
    found = decoder(torch.from_numpy(maps)).numpy()
    cells, peaks = decode(maps, rule)
    np.testing.assert_allclose(found[..., :2], to_crop(cells, (48, 64), (192, 256), pixels), atol=2e-2)
    np.testing.assert_allclose(found[..., 2], peaks.clip(0, 1), atol=1e-6)


def test_of_cells_that_are_alike_the_first_one_is_the_peak_on_every_backend(tmp_path: Path) -> None:
    """OpenVINO and ONNX Runtime have orders of their own for what is equal."""
    maps = np.random.default_rng(0).choice(np.array([0, 0.5, 1], np.float32), (50, 3, 16, 12))
    maps[0] = 0
    decoder, path = decoder_of(Form(decoding=Decoding.QUARTER)), tmp_path / "decoder.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracing exporter, which is deprecated
        torch.onnx.export(
            decoder, (torch.from_numpy(maps[:2]),), str(path), input_names=["maps"], output_names=["keypoints"],
            dynamic_axes={"maps": {0: "n"}, "keypoints": {0: "n"}}, dynamo=False, opset_version=17,
        )  # fmt: skip
    cells, peaks = decode(maps, Decoding.QUARTER)
    wanted = np.dstack([to_crop(cells, (12, 16), (48, 64), PixelRule.SKELTER), peaks])
    for backend in (OpenVino(), OnnxRuntime()):
        for size in (1, 7):  # OpenVINO searches in another way in a single one
            session = backend.load(path, precision="f32", device="cpu")
            for start in range(0, len(maps) - size, size):
                (found,) = session.run(maps[start : start + size])
                np.testing.assert_allclose(found, wanted[start : start + size], atol=1e-4)
            session.close()


def test_smoothing_finds_the_middle_of_an_uneven_heap_and_keeps_a_gaussians_place() -> None:
    grid = np.stack(np.meshgrid(np.arange(48), np.arange(64)), -1)
    heap = np.exp(-((grid - (20.3, 30.7)) ** 2).sum(-1) / 8).astype(np.float32)
    smooth, plain = ParabolaDecoder(1.0), ParabolaDecoder()
    np.testing.assert_allclose(smooth(torch.from_numpy(heap)[None, None])[0, 0, :2], [82.7, 124.3], atol=0.05)
    uneven = heap.copy()
    uneven[27, 22] = 1.05  # a spike off the middle
    off = [
        np.hypot(*(d(torch.from_numpy(uneven)[None, None])[0, 0, :2].numpy() - (82.7, 124.3))) for d in (smooth, plain)
    ]
    assert off[0] < 3 < off[1]


class Seeing(torch.nn.Module):
    """Heatmaps of what is red (joint 0) and what is blue (joint 1), sampled where a pixel rule puts the cells."""

    def __init__(self, pixels: PixelRule) -> None:
        super().__init__()
        columns = torch.from_numpy(
            to_crop(np.stack([np.arange(16), np.arange(16)], 1)[None], (16, 16), (64, 64), pixels)
        )
        x = columns[0, :, 0] * 2 / 63 - 1
        self.register_buffer("grid", torch.stack(torch.meshgrid(x, x, indexing="xy"), 2)[None], persistent=False)
        self.config = Form()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = torch.nn.functional.grid_sample(x, self.grid.expand(len(x), -1, -1, -1), align_corners=True)
        return torch.cat([maps[:, :1], maps[:, 2:], maps[:, :1].expand(-1, 15, -1, -1)], 1)


@pytest.mark.parametrize(
    ("form", "exact"),
    [
        (Form(smooth=0), 0.3), (Form(PixelRule.CLASSIC, Decoding.DARK), 0.6), (Form(PixelRule.UDP, Decoding.DARK), 0.6),
        # a quarter of a cell is 2.05 pixels here
        (Form(PixelRule.CLASSIC, Decoding.QUARTER), 2.2), (Form(PixelRule.SKELTER, Decoding.QUARTER), 2.2),
    ],
)  # fmt: skip
def test_a_deployed_network_keeps_to_the_pixels_and_colours_of_its_training(
    form: Form, exact: float, tmp_path: Path
) -> None:
    """Two soft dots in a picture: through crop, network, decoding and back they are found where they are."""
    column, row = np.meshgrid(np.arange(200), np.arange(150))
    places = np.array([[70.3, 60.7], [95.6, 88.2]])
    picture = np.zeros((150, 200, 3), np.uint8)
    for plane, (x, y) in zip((0, 2), places, strict=True):
        picture[..., plane] = 230 * np.exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * 14**2))
    plain = replace(form, mean=(0.0, 0.0, 0.0), std=(255.0, 255.0, 255.0))
    for colour, order in ((Colour.RGB, (0, 1)), (Colour.BGR, (1, 0))):
        path = tmp_path / f"{colour}.onnx"
        shown = replace(plain, colour=colour)
        difference = export_pose(Seeing(form.pixels), (64, 64), path, BLANK, form=shown)
        assert difference.compared > 0
        describe(path, task=Task.POSE, size_wh=(64, 64), threshold=0.1, form=shown)
        with load_pose(path, precision="f32") as estimator:
            found = estimator.estimate(picture, Boxes.of([[30, 25, 138, 130]], [1])).keypoints[0]
        np.testing.assert_allclose(found[list(order)], places, atol=exact)


def test_the_mirror_image_of_classic_pixels_is_moved_back() -> None:
    """HRNet's SHIFT_HEATMAP: columns 1 … take 0 …, the first stays: 5 4 3 2 1 0 → 5 5 4 3 2 1."""

    def columns(_: torch.Tensor) -> torch.Tensor:
        return torch.arange(6.0).expand(1, 17, 4, 6)

    for pixels, mirrored in ((PixelRule.CLASSIC, [5, 5, 4, 3, 2, 1]), (PixelRule.UDP, [5, 4, 3, 2, 1, 0])):
        maps = mirrored_heatmaps(columns, torch.zeros(1, 3, 16, 24), COCO, pixels)  # type: ignore[arg-type]
        assert (2 * maps[0, 0, 0] - torch.arange(6.0)).tolist() == mirrored


def test_mirroring_averages_with_the_mirror_image() -> None:
    network = lively(HRNet(TINY))
    crops = torch.randint(0, 256, (2, 64, 64, 3), dtype=torch.uint8)
    deployed = DeployedPose(network, flip=True).eval()
    with torch.no_grad():
        straight, turned = deployed(crops), deployed(crops.flip(2))
    # the mirrored picture has the mirrored pose, with left and right exchanged
    turned[..., 0] = 63 - turned[..., 0]
    torch.testing.assert_close(turned[:, 5], straight[:, 6], atol=1e-3, rtol=0)


def test_exported_models_run_in_the_program(tmp_path: Path) -> None:
    path = tmp_path / "tiny-pose.onnx"
    export_pose(lively(HRNet(TINY)), (64, 64), path, BLANK)
    describe(path, task=Task.POSE, size_wh=(64, 64), threshold=0.3, accuracy="none")
    picture = np.zeros((100, 80, 3), np.uint8)
    with load_pose(path) as estimator:
        poses = estimator.estimate(picture, Boxes.of([[10, 10, 60, 90]], [1]))
    assert poses.keypoints.shape == (1, 17, 2)
    path = tmp_path / "tiny-detector.onnx"
    small = Detector(DetectorConfig(widths=(8, 8, 16, 16, 32), depths=(1, 1, 1, 1), neck=16))
    export_detector(small.eval(), (64, 64), path, BLANK)
    describe(path, task=Task.DETECTOR, size_wh=(64, 64), threshold=0.9)
    with load_detector(path) as detector:
        assert len(detector.detect(picture)) == 0


def test_a_checkpoint_is_scored_through_the_program(people_folder: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "tiny.toml", people_folder)
    torch.save(lively(HRNet(TINY)).state_dict(), tmp_path / "tiny.pt")
    with exported(str(tmp_path / "tiny.pt"), str(recipe), flip=False, dark=False) as (path, task):
        assert task is Task.POSE
        with load_pose(path) as estimator:
            report = evaluate_pose(estimator, Source(people_folder, ("people.json",), split="val"))
    assert report.people == 3
    assert report.by_source["sticks"][0] == 3
    with pytest.raises(UsageError, match="--recipe"), exported(str(tmp_path / "tiny.pt"), None, flip=False, dark=False):
        pass


def test_eval_prints_which_boxes_it_used(people_folder: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "tiny.toml", people_folder)
    torch.save(lively(HRNet(TINY)).state_dict(), tmp_path / "tiny.pt")
    arguments = ["eval", str(tmp_path / "tiny.pt"), "--recipe", str(recipe), "--data", str(people_folder),
                 "--annotations", "people.json"]  # fmt: skip
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 0, done.output
    assert "12 people in ground-truth boxes" in done.output
    assert "AP50" in done.output
    assert "AP_L" in done.output
    assert "nan" not in done.output
    assert "-1.000" not in done.output, "nobody in these pictures is large, nor is any joint known not to be in view"
    assert "–" in done.output
    assert "turned upright too" not in done.output
    told = json.loads(CliRunner().invoke(commands, [*arguments, "--json"]).stdout)
    assert (told["people"], told["boxes"], told["stats"]["AP_L"]) == (12, "ground-truth boxes", None)
    assert f"{told['stats']['AP']:.3f}" in done.output
    assert set(told["by_source"]["sticks"]) == {"people", "AP", "AP50"}
    turned = CliRunner().invoke(commands, [*arguments, "--turn"], env={"COLUMNS": "200"})
    assert turned.exit_code == 0, turned.output
    assert "turned upright too" in turned.output


def test_export_writes_a_file_and_a_card_that_eval_takes(people_folder: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "tiny.toml", people_folder, "detection")
    network = Detector(DetectorConfig(widths=(8, 8, 16, 16, 32), depths=(1, 1, 1, 1), neck=16))
    torch.save(network.state_dict(), tmp_path / "tiny.pt")
    where = ["--data", str(people_folder), "--annotations", "people.json"]
    arguments = ["export-model", str(tmp_path / "tiny.pt"), "--recipe", str(recipe), "-o", str(tmp_path / "d.onnx")]
    done = CliRunner().invoke(commands, [*arguments, *where, "--threshold", "0.4"])
    assert done.exit_code == 0, done.output
    with load_detector(tmp_path / "d.onnx") as detector:
        assert detector.threshold == 0.4
    done = CliRunner().invoke(commands, ["eval", str(tmp_path / "d.onnx"), *where])
    assert done.exit_code == 0, done.output
    assert "AR100" in done.output
    told = json.loads(CliRunner().invoke(commands, ["eval", str(tmp_path / "d.onnx"), *where, "--json"]).stdout)
    assert {"AP", "AR100"} <= told["stats"].keys()
    assert told["pictures"] > 0
    done = CliRunner().invoke(commands, ["eval", str(tmp_path / "d.onnx"), *where, "--turn"])
    assert "is a detector: leave out --boxes, --format and --turn" in str(done.exception)
    content = json.loads((people_folder / "people.json").read_text())
    (tmp_path / "empty.json").write_text(json.dumps(content | {"annotations": []}))
    where[-1] = str(tmp_path / "empty.json")
    done = CliRunner().invoke(commands, ["eval", str(tmp_path / "d.onnx"), *where])
    assert done.exit_code == 0, done.output
    assert "nobody here can be scored" in done.output
    assert "AR100" not in done.output
    assert "pictures without people stay empty" in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "tiny.onnx"], r"tiny\.toml, which is none"),  # the recipe lies there
        (["-o", "tiny.pt"], "ends in .onnx"), (["-o", "m.toml"], "ends in .onnx"),
        (["-o", "nowhere/d.onnx"], "does not exist"),
        (["-o", "d.onnx", "--threshold", "nan"], "--threshold must be"),
        (["-o", "d.onnx", "--flip"], "leave out --flip"),
        (["-o", "d.onnx", "--annotations", "nobody.json"], "has no pictures"),
    ],
)  # fmt: skip
def test_an_export_that_makes_no_sense_touches_nothing(
    arguments: list[str], message: str, people_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(people_folder, tmp_path / "people")
    (folder / "nobody.json").write_text('{"images": [], "annotations": [], "categories": []}')
    write_recipe(tmp_path / "tiny.toml", folder, "detection")
    network = Detector(DetectorConfig(widths=(8, 8, 16, 16, 32), depths=(1, 1, 1, 1), neck=16))
    torch.save(network.state_dict(), tmp_path / "tiny.pt")
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    shown = [] if "--annotations" in arguments else ["--annotations", "people.json"]
    done = CliRunner().invoke(
        commands, ["export-model", "tiny.pt", "--recipe", "tiny.toml", "--data", "people", *shown, *arguments]
    )
    assert isinstance(done.exception, SkelterError), done.exception
    assert re.search(message, str(done.exception))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_diverged_checkpoint_is_not_exported(people_folder: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "tiny.toml", people_folder)
    state = lively(HRNet(TINY)).state_dict()
    state["final_layer.weight"][0, 0] = torch.nan
    torch.save(state, tmp_path / "tiny.pt")
    with (
        pytest.raises(ModelError, match="diverged"),
        exported(str(tmp_path / "tiny.pt"), str(recipe), flip=False, dark=False),
    ):
        pass


class Drifting(HRNet):
    """Its file computes otherwise (NaN, or heatmaps a cell aside), or nothing in it can be compared."""

    how = ""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = super().forward(x)
        if self.how == "flat":
            return maps * 0 + 1
        if not torch.onnx.is_in_onnx_export():
            return maps
        return maps.roll(1, 3) if self.how == "aside" else maps * torch.nan


@pytest.mark.parametrize("how", ["aside", "nan", "flat"])
def test_a_file_that_fails_its_check_leaves_the_good_one(how: str, tmp_path: Path) -> None:
    path = tmp_path / "pose.onnx"
    path.write_bytes(b"the good one")
    network = Drifting(TINY)
    lively(network)
    network.how = how
    with pytest.raises(ModelError, match="was not written"):
        export_pose(network, (64, 64), path, BLANK)
    assert path.read_bytes() == b"the good one"
    assert list(tmp_path.iterdir()) == [path]


class Undecided(torch.nn.Module):
    """Peaks that stand between cells alike, as in a young network: by a hair PyTorch leans one way, a file the other.

    Joint 0 alone leans to one side.
    """

    def __init__(self) -> None:
        super().__init__()
        self.scale = torch.nn.Parameter(torch.ones(1))
        column = torch.arange(16.0)
        maps = torch.exp(-((column[None] - 8) ** 2 + (column[:, None] - 8) ** 2) / 8).repeat(17, 1, 1)
        maps[0] = maps[0] + 0.01 * (column[None] + column[:, None])
        self.register_buffer("maps", maps, persistent=False)
        self.register_buffer("hair", 1e-7 * (column[None] + column[:, None]), persistent=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = self.maps + (-self.hair if torch.onnx.is_in_onnx_export() else self.hair)
        return (maps * self.scale).expand(len(x), -1, -1, -1) + 0 * x.mean((1, 2, 3), keepdim=True)


def test_where_two_cells_are_alike_a_file_may_choose_either(tmp_path: Path) -> None:
    form = Form(PixelRule.CLASSIC, Decoding.QUARTER)
    difference = export_pose(Undecided(), (64, 64), tmp_path / "pose.onnx", BLANK, form=form)
    assert difference.compared == 5, "joint 0, in each of five pictures"


def test_the_score_of_a_network_that_knows_nothing_yet_is_nothing(people_folder: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "tiny.toml", people_folder)
    state = HRNet(TINY).state_dict()
    state["final_layer.weight"].zero_()
    state["final_layer.bias"].fill_(0.01)
    torch.save(state, tmp_path / "young.pt")
    where = ["--data", str(people_folder), "--annotations", "people.json"]
    done = CliRunner().invoke(commands, ["eval", str(tmp_path / "young.pt"), "--recipe", str(recipe), *where])
    assert done.exit_code == 0, done.exception
    assert "0.000" in done.output


def test_a_checkpoint_that_cannot_be_scored_is_named(tmp_path: Path) -> None:
    """Not the file in a temporary folder."""
    network = Drifting(TINY)
    lively(network)
    network.how = "aside"
    with pytest.raises(ModelError, match=r"^run/last\.pt is not scored: as an ONNX file"):
        export_pose(network, (64, 64), tmp_path / "last.onnx", BLANK, scored=Path("run/last.pt"))


def test_what_is_wrong_with_a_model_is_told_by_eval(people_folder: Path, tmp_path: Path) -> None:
    """Not that it were neither a pose model nor a detector."""
    for file in Path(engine.weights.__path__[0]).glob("skelter-pose-s.*"):
        (tmp_path / file.name).write_bytes(file.read_bytes().replace(b'sha256 = "', b'sha256 = "00'))
    where = ["--data", str(people_folder), "--annotations", "people.json"]
    done = CliRunner().invoke(commands, ["eval", str(tmp_path / "skelter-pose-s.onnx"), *where])
    assert isinstance(done.exception, ModelError), done.exception
    assert "SHA-256 differs" in str(done.exception)


def test_a_split_that_fits_nothing_is_no_score(people_folder: Path) -> None:
    where = ["--data", str(people_folder), "--annotations", "people.json", "--split", "vla"]
    done = CliRunner().invoke(commands, ["eval", "skelter-detector-n", *where])
    assert isinstance(done.exception, SkelterError), done.exception
    assert "check" in str(done.exception)


def test_weights_of_another_network_are_named(people_folder: Path, tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path / "tiny.toml", people_folder, "detection")
    torch.save(HRNet(TINY).state_dict(), tmp_path / "pose.pt")
    with (
        pytest.raises(ModelError, match="another network"),
        exported(str(tmp_path / "pose.pt"), str(recipe), flip=False, dark=False),
    ):
        pass


def test_show_batch_draws_a_picture_and_trains_nothing(people_folder: Path, tmp_path: Path) -> None:
    for task in ("pose", "detection"):
        recipe = write_recipe(tmp_path / "tiny.toml", people_folder, task)
        target = tmp_path / f"{task}.png"
        done = CliRunner().invoke(
            commands, ["train", str(recipe), "--show-batch", str(target), "-o", str(tmp_path / "run")]
        )
        assert done.exit_code == 0, done.output
        drawn = read_picture(Picture(target))
        assert drawn.shape[1] == 8 * 64
        assert drawn.std() > 5
        assert not (tmp_path / "run").exists()


def test_the_commands_load_without_pytorch() -> None:
    script = "import sys, training.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0


def test_a_picture_that_cannot_be_read_is_not_counted_as_looked_at(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "people", 4)
    next(folder.rglob("*.png")).write_bytes(b"broken")
    with load_detector("skelter-detector-n") as detector:
        report = evaluate_detector(detector, Source(folder, ("people.json",)))
    assert report.pictures == 3
    assert sum(count for count, _, _ in report.by_source.values()) <= 3
    assert "1 × broken picture" in str(report.skips)


@needs_shared
def test_a_detector_is_scored_by_source_and_on_pictures_without_people() -> None:
    """At a webcam it must find everybody, and in most empty rooms nobody."""
    where = Source(SHARED / "data" / "people" / "val", ("val.json",), sources=("webcam", "hd0"))
    with load_detector("skelter-detector-n") as detector:
        report = evaluate_detector(detector, where)
    assert set(report.by_source) == {"webcam"}, "nobody is on the others"
    pictures, average, half = report.by_source["webcam"]
    assert (pictures, report.pictures, report.empty) == (8, 27, 19)
    assert half > 0.95
    assert 0.8 < average <= half
    assert report.quiet >= 14
