"""A cache is made once and whole, however many processes want it and wherever one breaks off."""

from __future__ import annotations

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.errors import SinkError
from engine.types import U8
from tests.training.conftest import cached_recipe, write_people, write_recipe
from training.data.cache import CropCache, cached_crops, stored_pictures
from training.data.coco import load_people, load_scenes
from training.data.people import BROKEN, Picture, Skips
from training.data.poses import Draw, PoseDataset
from training.data.teachers import Teacher
from training.data.transforms import PLAIN
from training.recipe import read_recipe
from training.tasks import make_task


def test_a_cache_that_breaks_off_is_made_anew(people_folder: Path, tmp_path: Path) -> None:
    people, skips = load_people(people_folder, ["people.json"])

    def broken() -> Teacher:
        raise RuntimeError("the teacher is ill")

    with pytest.raises(RuntimeError, match="ill"):
        cached_crops(people, tmp_path, broken, skips)
    assert list(tmp_path.iterdir()) == []
    whole = cached_crops(people, tmp_path, None, skips)
    expected = whole.crops.copy()
    (whole.folder / "rows.json").unlink()  # as one that was filled in place, and killed
    (whole.folder / "crops.npy").write_bytes(b"half")
    assert [path.name for path in tmp_path.iterdir()] == [whole.folder.name]
    np.testing.assert_array_equal(cached_crops(people, tmp_path, None, skips).crops, expected)


def test_a_cache_below_a_file_is_refused(people_folder: Path, tmp_path: Path) -> None:
    people, skips = load_people(people_folder, ["people.json"])
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SinkError, match="file"):
        cached_crops(people, tmp_path / "file", None, skips)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no file for one program that way")
def test_one_makes_a_cache_and_the_others_wait_for_it(people_folder: Path, tmp_path: Path) -> None:
    people, _ = load_people(people_folder, ["people.json"])
    began, may_go_on = threading.Event(), threading.Event()
    opened: list[int] = []

    def slow() -> Teacher:
        opened.append(1)
        began.set()
        may_go_on.wait(20)
        return lambda crops: np.ones((len(crops), 17, 64, 48), np.float32)

    def made() -> CropCache:
        return cached_crops(people, tmp_path, slow, Skips())

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(made)
        assert began.wait(20)
        second = pool.submit(made)
        assert not second.done()
        may_go_on.set()
        one, other = first.result(30), second.result(30)
    assert len(opened) == 1
    assert one.folder == other.folder
    assert one.crops.any((1, 2, 3)).all()


def test_a_changed_picture_is_another_one(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "data", 3)
    people, _ = load_people(folder, ["people.json"])
    pictures = [scene.picture for scene in load_scenes(folder, ["people.json"])[0]]

    def shown() -> tuple[list[int], list[bool], str]:
        """Rows of the crops, which pictures are white (crops, then scenes), and what was left out."""
        skips = Skips()
        cache = cached_crops(people, tmp_path / "cache", None, skips)
        scenes = stored_pictures(pictures, tmp_path / "cache", skips)
        white = [bool((crop[100:200, 100:140] == 255).all()) for crop in cache.crops]
        return cache.rows, white + [bool((scenes[n][0] > 250).all()) for n in range(len(scenes.rows))], str(skips)

    first = folder / "images" / "1.png"
    whole = first.read_bytes()
    first.write_bytes(b"not a picture")
    assert shown() == ([-1, 1, 2], [False] * 5, f"2 × {BROKEN}")
    first.write_bytes(whole)
    assert shown() == ([0, 1, 2], [False] * 6, "nothing skipped")
    cv2.imwrite(str(first), np.full((128, 96, 3), 255, np.uint8))
    assert shown() == ([0, 1, 2], [True, False, False] * 2, "nothing skipped")


def striped(folder: Path, size_wh: tuple[int, int], box: list[float]) -> Path:
    """The first picture of `write_people` grown to `size_wh`, full of fine stripes, with one person in `box`."""
    write_people(folder, 1)
    content = json.loads((folder / "people.json").read_text())
    content["images"][0].update(width=size_wh[0], height=size_wh[1])
    content["annotations"][0].update(bbox=box)
    (folder / "people.json").write_text(json.dumps(content))
    rows, columns = np.mgrid[: size_wh[1], : size_wh[0]]
    stripes = np.where((rows // 3 + columns // 3) % 2, 255, 0).astype(np.uint8)
    cv2.imwrite(str(folder / "images" / "1.png"), np.repeat(stripes[..., None], 3, axis=2))
    return folder


def contrast(image: U8) -> float:
    return float(image.astype(float).std())


def test_a_larger_input_is_nearly_as_sharp_from_the_cache(tmp_path: Path) -> None:
    size_wh = (288, 384)
    people, skips = load_people(striped(tmp_path / "data", (480, 640), [120, 160, 230, 307]), ["people.json"])
    cache = cached_crops(people, tmp_path / "cache", None, skips, input_height=size_wh[1])
    seen = [PoseDataset(people, PLAIN, cache=kept)[Draw(0, size_wh, (0,))][0] for kept in (cache, None)]
    assert contrast(seen[0]) > 0.7 * contrast(seen[1])


def test_scenes_are_kept_as_large_as_their_input_wants(tmp_path: Path) -> None:
    picture = Picture(striped(tmp_path / "data", (640, 480), [0, 0, 60, 80]) / "images" / "1.png")
    for folder in (None, tmp_path / "cache"):
        for side, kept in ((320, (336, 448)), (640, (480, 640))):
            image, _ = stored_pictures([picture], folder, Skips(), input_side=side)[0]
            assert image.shape[:2] == kept


@pytest.mark.parametrize("task", ["pose", "detection"])
def test_a_recipe_s_largest_input_says_how_large_is_kept(task: str, tmp_path: Path) -> None:
    folder = striped(tmp_path / "data", (480, 640), [120, 160, 230, 307])
    if task == "pose":
        path = cached_recipe(tmp_path, folder, "r", f'cache = "{(tmp_path / "cache").as_posix()}"')
        path.write_text(path.read_text().replace("[96, 128]", "[288, 384]", 1))
        size_wh = (288, 384)
    else:
        path = write_recipe(tmp_path / "r.toml", folder, task)
        path.write_text(path.read_text().replace("[64, 64]", "[640, 640]"))
        size_wh = (640, 640)
    dataset = make_task(replace(read_recipe(path), augmentation=PLAIN)).dataset
    assert contrast(dataset[Draw(0, size_wh, (0,))][0]) > 70
