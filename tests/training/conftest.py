"""A tiny annotated data set: coloured stick people, so that training tests need nothing from outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from engine.skeletons import COCO

# where the joints of a standing person lie in their box
STANDING = np.array(
    [
        [0.5, 0.08], [0.54, 0.06], [0.46, 0.06], [0.58, 0.08], [0.42, 0.08], [0.65, 0.22], [0.35, 0.22], [0.72, 0.38],
        [0.28, 0.38], [0.75, 0.52], [0.25, 0.52], [0.6, 0.52], [0.4, 0.52], [0.6, 0.74], [0.4, 0.74], [0.6, 0.95],
        [0.4, 0.95],
    ]
)  # fmt: skip


def write_people(folder: Path, count: int = 12, *, seed: int = 0) -> Path:
    """`count` pictures of one person each, 96 × 128 pixels, with `people.json`; returns the folder."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True, exist_ok=True)
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        image = rng.integers(0, 60, (128, 96, 3), np.uint8)
        left, top = rng.uniform(4, 20, 2)
        width, height = rng.uniform(45, 60), rng.uniform(85, 100)
        joints = STANDING * (width, height) + (left, top)
        colour = rng.integers(120, 255, 3).tolist()
        for a, b in COCO.edges:
            cv2.line(image, joints[a].round().astype(int).tolist(), joints[b].round().astype(int).tolist(), colour, 3)
        cv2.imwrite(str(folder / "images" / f"{number}.png"), image)
        images.append({"id": number, "file_name": f"images/{number}.png", "width": 96, "height": 128,
                       "source": "sticks", "split": "val" if number % 4 == 0 else "train"})  # fmt: skip
        labels = np.concatenate([joints, np.full((17, 1), 2)], axis=1)
        annotations.append({"id": number, "image_id": number, "category_id": 1, "bbox": [left, top, width, height],
                            "area": 0.6 * width * height, "iscrowd": 0, "keypoints": labels.ravel().tolist(),
                            "num_keypoints": 17})  # fmt: skip
    content = {"images": images, "annotations": annotations, "categories": [{"id": 1, "name": "person"}]}
    (folder / "people.json").write_text(json.dumps(content))
    return folder


@pytest.fixture(scope="session")
def people_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_people(tmp_path_factory.mktemp("people"))


RECIPE = """
name = "tiny"
task = "{task}"
autocast = ""
seed = 3

[model]
{model}

[data]
folder = "{folder}"
files = ["people.json"]
split = "train"
val_folder = "{folder}"
val_files = ["people.json"]
workers = {workers}

[optimiser]
name = "{optimiser}"
lr = 1e-3
warmup = 2
ema = 0.9

[[phases]]
size = [32, 32]
batch = 4
images = 12

[[phases]]
size = [64, 64]
batch = 4
images = 12
"""
POSE_MODEL = "width = 8\nmodules = [1, 1, 1]\nblocks = 1\nstem = 8\nlayer1_blocks = 1\nlayer1_planes = 4"
DETECTOR_MODEL = "widths = [8, 8, 16, 16, 32]\ndepths = [1, 1, 1, 1]\nneck = 16"


def write_recipe(path: Path, folder: Path, task: str = "pose", *, workers: int = 0, optimiser: str = "adamw") -> Path:
    model = POSE_MODEL if task == "pose" else DETECTOR_MODEL
    content = RECIPE.format(task=task, model=model, folder=folder.as_posix(), workers=workers, optimiser=optimiser)
    path.write_text(content)
    return path


def cached_recipe(folder: Path, people: Path, name: str, lines: str) -> Path:
    """A recipe as `write_recipe` makes it, with crops that a cache can keep and `lines` more in [data]."""
    path = write_recipe(folder / f"{name}.toml", people)
    content = path.read_text().replace("size = [32, 32]", "size = [96, 128]").replace("[64, 64]", "[96, 128]")
    path.write_text(content.replace("workers = 0", f"workers = 0\n{lines}"))
    return path
