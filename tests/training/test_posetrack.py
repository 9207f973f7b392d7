"""PoseTrack18's sequences: what is read, what is left out, and a training on them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from engine.errors import MissingFileError
from engine.skeletons import POSETRACK
from tests.training.conftest import POSE_MODEL, STANDING
from tests.training.test_export import TINY, lively
from training.cli import commands
from training.data.people import DatasetError
from training.data.posetrack import load_posetrack, truth_of
from training.data.sets import load_validation
from training.models.hrnet import HRNet
from training.recipe import read_recipe
from training.train import Options, train

PLACES = np.concatenate([STANDING[:1], [[0.5, 0.17], [0.5, 0.02]], STANDING[3:]])


def write_sequence(folder: Path, name: str, frames: int = 4, people: int = 2, *, seed: int = 0) -> None:
    rng = np.random.default_rng(seed)
    (folder / "annotations" / "train").mkdir(parents=True, exist_ok=True)
    (folder / "images" / "train" / name).mkdir(parents=True, exist_ok=True)
    number = int(name.split("_")[0])
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for frame in range(frames):
        image_id = 10_000_000_000 + number * 10_000 + frame
        image = rng.integers(0, 60, (140, 200, 3), np.uint8)
        file_name = f"images/train/{name}/{frame:06}.png"
        images.append({"file_name": file_name, "id": image_id, "frame_id": image_id, "vid_id": str(number),
                       "nframes": frames, "is_labeled": frame != frames - 1, "has_no_densepose": True})  # fmt: skip
        for person in range(people):
            joints = PLACES * (50, 110) + (20 + 80 * person, 15)
            for a, b in POSETRACK.edges:
                cv2.line(image, *(joints[n].round().astype(int).tolist() for n in (a, b)), (200, 180, 160), 3)
            labels = np.concatenate([joints, np.ones((17, 1))], 1)
            labels[[3, 4]] = 0  # nobody labels ears
            annotations.append({"id": image_id * 100 + person, "image_id": image_id, "category_id": 1,
                                "track_id": person, "bbox": [0, 0, 190, 130], "bbox_head": [30, 15, 12, 18],
                                "keypoints": labels.ravel().tolist(), "scores": []})  # fmt: skip
        cv2.imwrite(str(folder / file_name), image)
    content = {"images": images, "annotations": annotations,
               "categories": [{"id": 1, "name": "person", "keypoints": list(POSETRACK.keypoints)}]}  # fmt: skip
    (folder / "annotations" / "train" / f"{name}.json").write_text(json.dumps(content))


@pytest.fixture(scope="module")
def posetrack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("posetrack")
    write_sequence(folder, "000001_bonn_train")
    write_sequence(folder, "000002_mpii_train", seed=1)
    return folder


def test_people_come_from_every_sequence_in_boxes_of_their_joints(posetrack: Path) -> None:
    people, skips = load_posetrack(posetrack, ["annotations/train"])
    assert len(people) == 2 * 3 * 2
    assert str(skips) == "4 × annotation of an unlabelled picture"
    assert {person.source for person in people} == {"000001_bonn_train", "000002_mpii_train"}
    person = people[0]
    assert person.weights.tolist() == [1, 1, 1, 0, 0, *[1] * 12]
    points = person.keypoints[person.weights > 0]
    low, high = points.min(0), points.max(0)
    np.testing.assert_allclose(person.xyxy[2:] - person.xyxy[:2], 1.15 * (high - low), rtol=1e-5)
    np.testing.assert_allclose((person.xyxy[2:] + person.xyxy[:2]) / 2, (high + low) / 2, rtol=1e-5)


def test_the_truth_scores_perfectly(posetrack: Path) -> None:
    chosen = load_validation(posetrack, ["annotations/train"], "posetrack18", "")
    points = np.stack([person.keypoints for person in chosen.people])
    figures = chosen.figures(chosen.people, points, np.ones(points.shape[:2], np.float32))
    assert figures["AP"] == figures["AR"] == pytest.approx(1)
    assert truth_of(chosen.people[0])["num_keypoints"] == 15


def test_sequences_may_each_count_from_one(tmp_path: Path) -> None:
    for seed, name in enumerate(("000001_bonn_train", "000002_mpii_train")):
        write_sequence(tmp_path, name, seed=seed)
        path = tmp_path / "annotations" / "train" / f"{name}.json"
        content = json.loads(path.read_text())
        numbers = {image["id"]: place for place, image in enumerate(content["images"], 1)}
        for image in content["images"]:
            image["id"] = numbers[image["id"]]
        for place, annotation in enumerate(content["annotations"], 1):
            annotation.update(id=place, image_id=numbers[annotation["image_id"]])
            annotation["keypoints"] = [value + 7 * seed if n % 3 < 2 else value for n, value in
                                       enumerate(annotation["keypoints"])]  # fmt: skip
        path.write_text(json.dumps(content))
    chosen = load_validation(tmp_path, ["annotations/train"], "posetrack18", "")
    assert len({person.annotation_id for person in chosen.people}) == len(chosen.people) == 2 * 3 * 2
    assert len({person.image_id for person in chosen.people}) == 2 * 3
    points = np.stack([person.keypoints for person in chosen.people])
    figures = chosen.figures(chosen.people, points, np.ones(points.shape[:2], np.float32))
    assert figures["AP"] == figures["AR"] == pytest.approx(1)


def test_places_that_are_no_numbers_are_counted_where_they_matter(posetrack: Path, tmp_path: Path) -> None:
    content = json.loads((posetrack / "annotations" / "train" / "000001_bonn_train.json").read_text())
    content["annotations"][0]["keypoints"][0] = None  # of a labelled joint …
    content["annotations"][1]["keypoints"][9] = None  # … and of one that is not
    (posetrack / "odd.json").write_text(json.dumps(content))
    people, skips = load_posetrack(posetrack, ["odd.json"])
    assert skips.counts["person with a box or a joint that is not a number"] == 1
    assert len(people) == 5
    assert np.isfinite(np.stack([person.keypoints for person in people])).all()
    content["images"][0] = "a picture"
    (tmp_path / "text.json").write_text(json.dumps(content))
    with pytest.raises(DatasetError, match="not a sequence of PoseTrack18"):
        load_posetrack(tmp_path, ["text.json"])


def test_one_sequence_can_be_named(posetrack: Path) -> None:
    people, _ = load_posetrack(posetrack, ["annotations/train/000002_mpii_train.json"])
    assert {person.source for person in people} == {"000002_mpii_train"}


def test_wrong_files_are_named(posetrack: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="no sequences"):
        load_posetrack(posetrack, ["annotations/val"])
    (tmp_path / "a.json").write_text("{")
    with pytest.raises(DatasetError, match="not a JSON file"):
        load_posetrack(tmp_path, ["a.json"])
    (tmp_path / "b.json").write_text('{"annolist": []}')
    with pytest.raises(DatasetError, match="not a sequence of PoseTrack18"):
        load_posetrack(tmp_path, ["b.json"])
    content = json.loads((posetrack / "annotations" / "train" / "000001_bonn_train.json").read_text())
    content["categories"][0]["keypoints"] = ["nose", "left_eye"]
    (tmp_path / "c.json").write_text(json.dumps(content))
    with pytest.raises(DatasetError, match="nose, left_eye"):
        load_posetrack(tmp_path, ["c.json"])
    del content["categories"][0]["keypoints"]
    content["annotations"][0]["keypoints"] = [1, 2, 3]
    (tmp_path / "d.json").write_text(json.dumps(content))
    with pytest.raises(DatasetError, match="not a sequence of PoseTrack18"):
        load_posetrack(tmp_path, ["d.json"])


def write_posetrack_recipe(path: Path, posetrack: Path) -> Path:
    path.write_text(f"""
name = "tiny-posetrack"
task = "pose"
targets = "classic"
autocast = ""

[model]
{POSE_MODEL}

[data]
format = "posetrack18"
folder = "{posetrack.as_posix()}"
files = ["annotations/train"]
val_folder = "{posetrack.as_posix()}"
val_files = ["annotations/train"]
workers = 0

[optimiser]
warmup = 0

[[phases]]
size = [64, 64]
batch = 4
epochs = 1
""")
    return path


def test_a_network_is_trained_on_sequences(posetrack: Path, tmp_path: Path) -> None:
    recipe = write_posetrack_recipe(tmp_path / "r.toml", posetrack)
    figures = train(read_recipe(recipe), Options(tmp_path / "run", threads=1))
    assert set(figures) >= {"AP", "AR"}


def test_a_network_is_exported_on_the_sequences_it_was_trained_on(posetrack: Path, tmp_path: Path) -> None:
    recipe = write_posetrack_recipe(tmp_path / "r.toml", posetrack)
    torch.save(lively(HRNet(TINY)).state_dict(), tmp_path / "tiny.pt")
    output = tmp_path / "tiny.onnx"
    done = CliRunner().invoke(
        commands,
        ["export-model", str(tmp_path / "tiny.pt"), "--recipe", str(recipe), "-o", str(output),
         "--data", str(posetrack), "--annotations", "annotations/train"],
    )  # fmt: skip
    assert done.exit_code == 0, done.exception
    assert output.is_file()
