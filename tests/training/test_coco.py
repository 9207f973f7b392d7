from __future__ import annotations

import copy
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import MissingFileError, SkelterError
from engine.skeletons import COCO
from tests.shared import SHARED, needs_shared
from tests.training.conftest import write_people
from training.data.cache import cached_crops
from training.data.coco import OTHER_JOINTS, load_people, load_scenes, read_truth
from training.data.people import BROKEN, DatasetError, Picture, Skips, read_picture
from training.data.sets import load_training


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"nowhere .* `data\.folder` in the recipe \(of `eval` .* --data\)\."):
        load_people(tmp_path / "nowhere", ["people.json"])


def test_a_missing_annotation_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        MissingFileError, match=r"people\.json .* `data\.files` in the recipe \(of `eval` .* --annotations\)"
    ):
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
        OTHER_JOINTS: 1,
        "annotation of an unknown picture": 1,
        "picture missing": 1,
    }
    assert "1 × picture missing" in str(skips)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = write_people(tmp_path_factory.mktemp("three"), 3)
    return folder, json.loads((folder / "people.json").read_text())


def altered(three: tuple[Path, dict[str, Any]], name: str, change: Callable[[dict[str, Any]], object]) -> Path:
    folder, content = three[0], copy.deepcopy(three[1])
    change(content)
    (folder / name).write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("images", "id", None), ("images", "id", "first"), ("images", "width", None), ("images", "height", math.nan),
        ("images", "file_name", None), ("images", "file_name", 7), ("images", "pose_weight", "much"),
        ("annotations", "image_id", None), ("annotations", "bbox", None), ("annotations", "bbox", [1, 2, 3]),
        ("annotations", "bbox", "abcd"), ("annotations", "keypoints", "nose"), ("annotations", "absent", [17]),
        ("annotations", "absent", [-1]), ("annotations", "absent", ["nose"]), ("annotations", "confidence", [1]),
        ("annotations", "confidence", "sure"),
        ("categories", "id", []), ("categories", "name", None),
    ],
)  # fmt: skip
def test_a_broken_record_is_named(three: tuple[Path, dict[str, Any]], kind: str, field: str, value: object) -> None:
    def change(content: dict[str, Any]) -> None:
        if kind == "categories":  # two, or the only one is a person whatever its name
            content[kind] = [{"id": 1, "name": "dog"}, {"id": 2, "name": "cat"}]
        content[kind][-1][field] = value
        if value is None:
            del content[kind][-1][field]

    place = "`categories`" if kind == "categories" else rf"`{kind}\[2\]`"
    folder = altered(three, "broken.json", change)
    with pytest.raises(DatasetError, match=rf"{place} of .*broken\.json .*: correct it"):
        load_people(folder, ["broken.json"])


def named(*names: str) -> Callable[[dict[str, Any]], object]:
    """People's joints called so."""
    return lambda content: content["categories"][0].update(keypoints=list(names))


SPELT = [name.title().replace("_", " -"[n % 2]) for n, name in enumerate(COCO.keypoints)]


def test_joints_may_be_spelt_otherwise(three: tuple[Path, dict[str, Any]]) -> None:
    for names in ((), COCO.keypoints, SPELT):
        people, _ = load_people(altered(three, "spelt.json", named(*names)), ["spelt.json"])
        assert len(people) == 3


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["withers", "tail", "nose", "hoof", "mane"], r"\(withers, tail, hoof and 1 more\): Skelter trains COCO's 17"),
        ([*COCO.keypoints, "neck"], r"\(neck\)"),
        ([*COCO.keypoints[:-1], "Nose"], r"\(Nose twice\)"),
    ],
)
def test_other_joints_are_not_taken_for_coco_s(
    three: tuple[Path, dict[str, Any]], names: list[str], message: str
) -> None:
    folder = altered(three, "joints.json", named(*names))
    for load in (load_people, read_truth):
        with pytest.raises(DatasetError, match=rf"joints\.json names for people .*{message}"):
            load(folder, ["joints.json"])
    scenes, _ = load_scenes(folder, ["joints.json"])  # a detector asks for none
    assert len(scenes) == 3


def test_joints_are_known_by_their_names(three: tuple[Path, dict[str, Any]]) -> None:
    """Twelve without a face, in an order of their own: each is learnt and scored for what it is, the rest is not."""
    order = [*range(16, 10, -1), *range(5, 11)]

    def change(content: dict[str, Any]) -> None:
        named(*(SPELT[joint] for joint in order))(content)
        for annotation in content["annotations"]:
            rows = np.reshape(annotation["keypoints"], (17, 3))[order]
            annotation["keypoints"] = rows.ravel().tolist()
        content["annotations"][0] |= {"confidence": [0.5, *[1] * 11], "absent": [6]}  # right ankle, left shoulder

    folder = altered(three, "twelve.json", change)
    people, skips = load_people(folder, ["twelve.json"])
    whole, _ = load_people(folder, ["people.json"])
    assert str(skips) == "nothing skipped"
    for person, known in zip(people, whole, strict=True):
        np.testing.assert_array_equal(person.keypoints[5:], known.keypoints[5:])
        assert not person.weights[:5].any()
    assert people[1].weights[5:].all()
    assert (people[0].weights[16], people[0].weights[15], people[0].absent.tolist().index(1)) == (0.5, 1, 5)
    assert [label["num_keypoints"] for label in read_truth(folder, ["twelve.json"])] == [12] * 3
    assert [label["keypoints"][15:] for label in read_truth(folder, ["twelve.json"])] == [
        label["keypoints"][15:] for label in read_truth(folder, ["people.json"])
    ]
    short = altered(three, "short.json", named(*SPELT[5:]))
    with pytest.raises(DatasetError, match=r"`annotations\[0\]` .*`keypoints` has 51 numbers for the 12 joints"):
        load_people(short, ["short.json"])


def test_people_of_another_skeleton_are_named(three: tuple[Path, dict[str, Any]]) -> None:
    def change(content: dict[str, Any]) -> None:
        for annotation in content["annotations"]:
            annotation["keypoints"] = annotation["keypoints"][:42]

    folder = altered(three, "fourteen.json", change)
    with pytest.raises(DatasetError, match=r"3 × person with another number of joints than COCO's 17"):
        load_training(folder, ["fourteen.json"], "coco", "")


@pytest.mark.parametrize("content", [{"images": {}, "annotations": []}, {"images": [], "annotations": None}, []])
def test_a_file_without_lists_of_records_is_refused(tmp_path: Path, content: object) -> None:
    (tmp_path / "people.json").write_text(json.dumps(content))
    with pytest.raises(DatasetError, match=r"people\.json is not a COCO annotation file"):
        load_scenes(tmp_path, ["people.json"])


def test_a_byte_order_mark_is_passed_over(three: tuple[Path, dict[str, Any]]) -> None:
    folder, content = three
    (folder / "marked.json").write_text(json.dumps(content), encoding="utf-8-sig")
    assert len(load_people(folder, ["marked.json"])[0]) == 3


@pytest.mark.parametrize("given", [None, [], [1, 2, 3], {"x": 1}])
def test_a_box_that_is_none_is_told_in_words(three: tuple[Path, dict[str, Any]], given: object) -> None:
    folder = altered(three, "box.json", lambda content: content["annotations"][1].update(bbox=given))
    with pytest.raises(DatasetError, match=r"`annotations\[1\]` .*`bbox` is not a list of four numbers"):
        load_people(folder, ["box.json"])


def test_a_folder_in_place_of_an_annotation_file_is_named(people_folder: Path) -> None:
    with pytest.raises(DatasetError, match=r"images cannot be read"):
        load_people(people_folder, ["images"])


def test_two_pictures_of_one_number_are_refused(three: tuple[Path, dict[str, Any]]) -> None:
    folder = altered(three, "twice.json", lambda content: content["images"][2].update(id=1))
    with pytest.raises(DatasetError, match=r"images/1\.png has the number 1 already"):
        load_people(folder, ["twice.json"])


@pytest.mark.parametrize(
    ("kind", "change", "reason"),
    [
        ("annotations", {"bbox": [1, 2, math.nan, 4]}, "person with a box or a joint that is not a number"),
        ("annotations", {"keypoints": [math.inf, 9, 2] * 17}, "person with a box or a joint that is not a number"),
        ("annotations", {"keypoints": [None, 9, 2] * 17}, "person with a box or a joint that is not a number"),
        ("annotations", {"confidence": [1] * 16 + [7]}, "person with a confidence that is not from 0 to 1"),
        ("annotations", {"confidence": [1] * 16 + [-1]}, "person with a confidence that is not from 0 to 1"),
        ("annotations", {"confidence": [1] * 16 + [math.nan]}, "person with a confidence that is not from 0 to 1"),
        ("annotations", {"category_id": 62}, "annotation of something else than a person"),
        ("images", {"pose_weight": -1}, "person in a picture whose pose_weight is no weight"),
        ("images", {"pose_weight": math.nan}, "person in a picture whose pose_weight is no weight"),
    ],
)
def test_values_that_make_no_sense_are_counted(
    three: tuple[Path, dict[str, Any]], kind: str, change: dict[str, object], reason: str
) -> None:
    folder = altered(three, "odd.json", lambda content: content[kind][1].update(change))
    people, skips = load_people(folder, ["odd.json"])
    assert [person.annotation_id for person in people] == [1, 3]
    assert skips.counts == {reason: 1}


def test_a_joint_that_is_not_labelled_needs_no_place(three: tuple[Path, dict[str, Any]]) -> None:
    def change(content: dict[str, Any]) -> None:
        content["annotations"][0]["keypoints"][:6] = [None, None, 0, math.nan, math.inf, 0]

    people, skips = load_people(altered(three, "unlabelled.json", change), ["unlabelled.json"])
    assert str(skips) == "nothing skipped"
    assert people[0].weights[:3].tolist() == [0, 0, 1]
    assert np.isfinite(people[0].keypoints).all()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)
FIELDS = [("images", name) for name in ("id", "file_name", "width", "height", "split", "detect", "pose_weight")] + [
    ("annotations", name)
    for name in ("category_id", "image_id", "bbox", "area", "iscrowd", "ignore", "keypoints", "confidence", "absent")
]


@given(field=st.sampled_from(FIELDS), value=ANYTHING | st.lists(st.floats() | st.integers(), min_size=17, max_size=17))
@settings(max_examples=100, deadline=None)
def test_whatever_a_record_says_is_refused_counted_or_good(
    three: tuple[Path, dict[str, Any]], field: tuple[str, str], value: object
) -> None:
    folder = altered(three, "any.json", lambda content: content[field[0]][1].update({field[1]: value}))
    for load in (load_people, load_scenes, lambda *where: (read_truth(*where), Skips())):
        try:
            found, _ = load(folder, ["any.json"])
        except SkelterError:
            continue
        for item in found:
            if isinstance(item, dict):
                assert np.isfinite([*item["keypoints"], *item["bbox"], item["area"]]).all()
            elif hasattr(item, "weights"):
                assert np.isfinite(np.concatenate([item.xyxy, item.keypoints.ravel(), [item.sampling]])).all()
                assert ((item.weights >= 0) & (item.weights <= 1)).all()
            else:
                assert np.isfinite(np.concatenate([item.people.ravel(), item.areas])).all()


def test_what_is_no_person_is_no_person_of_a_detector(three: tuple[Path, dict[str, Any]]) -> None:
    def change(content: dict[str, Any]) -> None:
        content["categories"] = [{"id": 62, "name": "chair"}, {"id": 0, "name": "Person"}]
        for annotation, category in zip(content["annotations"], (0, 62, 0), strict=True):
            annotation["category_id"] = category

    scenes, skips = load_scenes(altered(three, "instances.json", change), ["instances.json"])
    assert [len(scene.people) for scene in scenes] == [1, 0, 1]
    assert str(skips) == "1 × annotation of something else than a person"


def test_a_picture_with_somebody_whose_box_is_lost_teaches_no_detector(three: tuple[Path, dict[str, Any]]) -> None:
    folder = altered(three, "lost.json", lambda content: content["annotations"][1].update(bbox=[math.nan] * 4))
    scenes, skips = load_scenes(folder, ["lost.json"])
    assert [scene.image_id for scene in scenes] == [1, 3]
    assert str(skips) == "1 × picture with a box that is not a number"


def test_a_split_that_nothing_has_is_named(people_folder: Path) -> None:
    with pytest.raises(DatasetError, match="check folder and split"):
        load_scenes(people_folder, ["people.json"], split="trian")


def test_a_split_of_pictures_that_name_none_is_refused(
    three: tuple[Path, dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    """Learnt and validated on would be the same people. Files that are all for validating need not say so."""
    folder, content = three[0], copy.deepcopy(three[1])
    content["categories"][0]["keypoints"] = COCO.keypoints  # as COCO's own
    for image in content["images"][:2]:
        del image["split"]
    (folder / "some.json").write_text(json.dumps(content))
    assert [p.image_id for p in load_people(folder, ["some.json"], split="train")[0]] == [1, 2, 3]
    del content["images"][2]["split"]
    (folder / "none.json").write_text(json.dumps(content))
    with pytest.raises(DatasetError, match=r"No picture of none\.json.*leave `data\.split` empty"):
        load_people(folder, ["none.json"], split="train")
    with pytest.raises(DatasetError, match=r"No picture of none\.json"):
        load_scenes(folder, ["none.json"], split="train")
    assert not caplog.text
    assert len(load_people(folder, ["none.json"], split="val")[0]) == 3
    assert "none.json" in caplog.text
    assert "all are taken" in caplog.text
    assert len(load_people(folder, ["some.json", "none.json"], split="train")[0]) == 6
    assert len(load_people(folder, ["none.json"])[0]) == 3


def test_broken_pictures_are_counted_and_left_out_of_the_cache(tmp_path: Path) -> None:
    folder = write_people(tmp_path / "data", 4)
    (folder / "images" / "2.png").write_bytes(b"not a picture")
    people, skips = load_people(folder, ["people.json"])
    cache = cached_crops(people, tmp_path / "cache", None, skips)
    assert cache.rows == [0, -1, 2, 3]
    assert skips.counts[BROKEN] == 1
    with pytest.raises(DatasetError, match="broken"):
        read_picture(Picture(folder / "images" / "2.png"))


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
    monkeypatch.setattr("training.data.cache.PEOPLE_PER_PART", 1)
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
