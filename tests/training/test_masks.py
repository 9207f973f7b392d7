"""Person segmentation: COCO's segments as masks, and a network that learns them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from tests.training.conftest import POSE_MODEL
from training.cli import commands
from training.data.masks import MaskDataset, fitted, load_masks
from training.data.people import DatasetError
from training.data.poses import Draw
from training.data.transforms import PLAIN, Augmentation
from training.recipe import read_recipe
from training.tasks import SegmentationTask
from training.train import Options, train


def write_masks(folder: Path, count: int = 6) -> Path:
    """Pictures of a bright quadrangle each: its polygon is a person; in the first a crowd lies beside it, as RLE."""
    rng = np.random.default_rng(0)
    (folder / "images").mkdir(parents=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number in range(count):
        image = rng.integers(0, 50, (96, 128, 3), np.uint8)
        left, top = rng.integers(5, 30, 2)
        corners = np.array([[left, top], [left + 40, top + 5], [left + 45, top + 55], [left - 3, top + 50]])
        cv2.fillPoly(image, [corners], (220, 200, 180))
        cv2.imwrite(str(folder / "images" / f"{number}.png"), image)
        images.append({"id": number, "file_name": f"images/{number}.png", "width": 128, "height": 96})
        annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": [0, 0, 9, 9], "iscrowd": 0,
                            "segmentation": [corners.ravel().astype(float).tolist()]})  # fmt: skip
    crowd = np.zeros((96, 128), np.uint8)
    crowd[:, 100:] = 1
    flat = crowd.flatten(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    counts = np.diff([0, *edges, len(flat)]).tolist()
    annotations.append({"id": 99, "image_id": 0, "category_id": 1, "bbox": [100, 0, 28, 96], "iscrowd": 1,
                        "segmentation": {"size": [96, 128], "counts": counts}})  # fmt: skip
    (folder / "people.json").write_text(json.dumps({"images": images, "annotations": annotations}))
    return folder


@pytest.fixture(scope="module")
def masks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_masks(tmp_path_factory.mktemp("masks") / "data")


def test_polygons_and_crowds_become_masks(masks: Path) -> None:
    scenes, skips = load_masks(masks, ["people.json"], "")
    assert len(scenes) == 6
    assert str(skips) == "nothing skipped"
    image, mask, weight = fitted(scenes[0], (128, 96))
    assert mask.shape == weight.shape == (24, 32)
    bright = cv2.resize((image.min(2) > 100).astype(np.float32), (32, 24), interpolation=cv2.INTER_AREA) >= 0.5
    assert (bright == (mask > 0)).mean() > 0.99
    assert (weight[:, 26:] == 0).all()
    assert (weight[:, :24] == 1).all()


class Nobody(torch.nn.Module):
    """Finds nobody anywhere."""

    def __init__(self) -> None:
        super().__init__()
        self.height = torch.nn.Parameter(torch.tensor(-1.0))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.height.expand(len(x), 1, x.shape[2] // 4, x.shape[3] // 4)


def test_beside_a_picture_nothing_is_right_or_wrong(tmp_path: Path) -> None:
    """Half of a wide picture is a person; the network's input is square."""
    cv2.imwrite(str(tmp_path / "wide.png"), np.zeros((32, 64, 3), np.uint8))
    (tmp_path / "people.json").write_text(json.dumps({
        "images": [{"id": 1, "file_name": "wide.png", "width": 64, "height": 32}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 32, 32], "iscrowd": 0,
                         "segmentation": [[0, 0, 32, 0, 32, 32, 0, 32]]}],
    }))  # fmt: skip
    recipe = tmp_path / "r.toml"
    recipe.write_text(RECIPE.format(model=POSE_MODEL, folder=tmp_path.as_posix()).replace("[128, 96]", "[64, 64]"))
    figures = SegmentationTask(read_recipe(recipe)).evaluate(Nobody())
    assert figures == {"IoU": 0, "mIoU": pytest.approx(0.25, abs=0.01)}


def test_the_mask_moves_with_the_picture(masks: Path) -> None:
    scenes, _ = load_masks(masks, ["people.json"], "")
    dataset = MaskDataset(scenes, Augmentation(scale=0.4, flip=0.5))
    for seed in range(6):
        image, mask, _ = dataset[Draw(1, (96, 64), (seed,))]
        bright = cv2.resize((image.min(2) > 130).astype(np.float32), (24, 16), interpolation=cv2.INTER_AREA) >= 0.5
        assert (bright == (mask > 0)).mean() > 0.95
        assert mask.sum() > 5


def test_another_picture_stands_in_for_a_broken_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = write_masks(tmp_path / "data", 2)
    (folder / "images" / "1.png").write_bytes(b"not a picture")
    scenes, _ = load_masks(folder, ["people.json"], "")
    dataset = MaskDataset(scenes, PLAIN)
    for shown, wanted in zip(dataset[Draw(1, (64, 32), (7,), (1, 0))], dataset[Draw(0, (64, 32), (7,))], strict=True):
        np.testing.assert_array_equal(shown, wanted)
    assert "1.png is broken" in caplog.text


def test_pictures_without_segments_are_counted_and_broken_ones_named(masks: Path) -> None:
    content = json.loads((masks / "people.json").read_text())
    del content["annotations"][1]["segmentation"]
    content["annotations"][2]["segmentation"] = [[1.0, 2.0]]
    del content["annotations"][3]
    (masks / "other.json").write_text(json.dumps(content))
    scenes, skips = load_masks(masks, ["other.json"], "")
    assert len(scenes) == 4
    assert str(skips) == "1 × picture with a person without a segment, 1 × picture without people"
    with pytest.raises(DatasetError, match="picture 2 is broken"):
        fitted(scenes[1], (96, 64))
    with pytest.raises(DatasetError, match="picture 2 is broken"):
        MaskDataset(scenes, PLAIN)[Draw(1, (96, 64), (0,))]
    (masks / "none.json").write_text('{"images": [], "annotations": []}')
    with pytest.raises(DatasetError, match="no pictures with segments"):
        load_masks(masks, ["none.json"], "")


RECIPE = """
name = "tiny-masks"
task = "segmentation"
autocast = ""

[model]
{model}
upsampling = "bilinear"

[data]
folder = "{folder}"
files = ["people.json"]
val_folder = "{folder}"
val_files = ["people.json"]
workers = 0

[augmentation]
scale = 0
flip = 0

[optimiser]
lr = 1e-2
warmup = 0
ema = 0.0

[[phases]]
size = [128, 96]
batch = 6
epochs = 100
"""


def test_a_network_learns_where_people_are(masks: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(RECIPE.format(model=POSE_MODEL, folder=masks.as_posix()))
    figures = train(read_recipe(recipe), Options(tmp_path / "run", threads=1))
    assert figures["IoU"] > 0.85
    assert figures["mIoU"] > 0.9
    done = CliRunner().invoke(commands, ["eval", str(tmp_path / "run" / "best.pt"), "--data", str(masks)])
    assert "nothing in the program runs one yet" in str(done.exception)


def test_a_batch_of_masks_is_drawn(masks: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(RECIPE.format(model=POSE_MODEL, folder=masks.as_posix()))
    done = CliRunner().invoke(commands, ["train", str(recipe), "--show-batch", str(tmp_path / "batch.png")])
    assert done.exit_code == 0, done.output
    drawn = cv2.imread(str(tmp_path / "batch.png"))
    green = (drawn[..., 1] > 180) & (drawn[..., 2] < 160)
    assert 0.05 < green.mean() < 0.5
