from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MissingFileError
from tests.shared import SHARED, needs_shared
from tests.training.conftest import write_people
from training.data.cache import cached_crops
from training.data.coco import DatasetError, Skips, load_people, load_scenes, read_picture


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="nowhere"):
        load_people(tmp_path / "nowhere", ["people.json"])


def test_a_missing_annotation_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"people\.json"):
        load_people(tmp_path, ["people.json"])


def test_an_annotation_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "people.json").write_text('{"frames": []}')
    with pytest.raises(DatasetError, match="COCO annotation file"):
        load_people(tmp_path, ["people.json"])


def test_what_cannot_be_used_is_counted(tmp_path: Path) -> None:
    folder = write_people(tmp_path, 6)
    content = json.loads((folder / "people.json").read_text())
    one, two, three, four, five, _six = content["annotations"]
    one["bbox"] = [500, 500, 40, 40]
    two["iscrowd"] = 1
    three["keypoints"] = [0] * 51
    four["keypoints"] = [10, 10, 2]
    five["image_id"] = 99
    (folder / "images" / "6.png").unlink()
    (folder / "people.json").write_text(json.dumps(content))
    people, skips = load_people(folder, ["people.json"])
    assert people == []
    assert skips.counts == {
        "box outside its picture": 1,
        "crowd or doubtful person": 1,
        "person without labelled joints": 1,
        "person with another number of joints": 1,
        "annotation of an unknown picture": 1,
        "picture missing": 1,
    }
    assert "1 × picture missing" in str(skips)


def test_broken_pictures_are_counted_and_left_out_of_the_cache(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "data", 4)
    (folder / "images" / "2.png").write_bytes(b"not a picture")
    people, skips = load_people(folder, ["people.json"])
    cache = cached_crops(people, tmp_path / "cache", None, skips)
    assert cache.rows == [0, -1, 2, 3]
    assert skips.counts["broken picture"] == 1
    with pytest.raises(DatasetError, match="broken"):
        read_picture(folder / "images" / "2.png")


def test_a_cache_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    people, skips = load_people(write_people(tmp_path / "data", 3), ["people.json"])
    first = cached_crops(people, tmp_path / "cache", None, skips)
    again = cached_crops(people, tmp_path / "cache", None, Skips())
    np.testing.assert_array_equal(first.crops, again.crops)
    assert again.rows == [0, 1, 2]


def test_several_processes_make_the_same_cache_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_people(tmp_path / "data", 5)
    (folder / "images" / "3.png").write_bytes(b"not a picture")
    people, skips = load_people(folder, ["people.json"])
    alone = cached_crops(people, tmp_path / "alone", None, skips)
    monkeypatch.setattr("training.data.cache.PEOPLE_PER_PROCESS", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    shared = cached_crops(people, tmp_path / "shared", None, skips)
    assert shared.rows == alone.rows == [0, 1, -1, 3, 4]
    np.testing.assert_array_equal(shared.crops, alone.crops)


@needs_shared
def test_confidence_and_absence_are_read() -> None:
    people, skips = load_people(SHARED / "data" / "people" / "val", ["val.json"])
    by_source = {source: sum(person.source == source for person in people) for source in ("coco", "lspet", "webcam")}
    assert by_source == {"coco": 571, "lspet": 300, "webcam": 8}
    assert all(person.weights.max() <= 1 for person in people)
    absent = [person for person in people if person.absent.any()]
    assert absent
    assert all((person.weights[person.absent > 0] == 0).all() for person in absent)
    assert skips.counts["crowd or doubtful person"] > 0


@needs_shared
def test_scenes_keep_doubtful_people_apart_and_empty_pictures_in() -> None:
    scenes, skips = load_scenes(SHARED / "data" / "people" / "val", ["val.json"])
    assert len(scenes) == 556
    assert skips.counts["picture whose people are not all boxed"] == 300
    assert sum(len(scene.people) == 0 for scene in scenes) >= 100
    assert any(len(scene.ignore) for scene in scenes)
