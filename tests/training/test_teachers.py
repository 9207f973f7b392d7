"""The second teacher: read from its heads, asked from four sides, mixed with the first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

import engine.weights
from engine.errors import MissingFileError, UsageError
from engine.types import F32
from tests.training.conftest import cached_recipe
from training.data.cache import cached_crops
from training.data.coco import load_people
from training.data.people import DatasetError, Person, Skips
from training.data.poses import Draw, PoseDataset
from training.data.teachers import MoveNet, SecondTeacher, Teacher, both_teachers
from training.data.transforms import PLAIN
from training.recipe import read_recipe
from training.tasks import make_task

CELLS = 64


@pytest.fixture(scope="module")
def red_finder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with MoveNet's heads to which every joint is where the picture is red, the surer the higher up."""
    rows = np.linspace(1, 0.2, CELLS, dtype=np.float32)[:, None].repeat(CELLS, 1)
    constants = {
        "red": np.array([1, 0, 0], np.float32).reshape(1, 3, 1, 1) / 255,
        "higher": rows[None, None],
        "joints": np.array([1, 17, CELLS, CELLS]),
        "middle": np.eye(1, CELLS * CELLS, CELLS * CELLS // 2, dtype=np.float32).reshape(1, CELLS, CELLS),
        "nowhere": np.zeros((1, 34, CELLS, CELLS), np.float32),
        "in cells": np.full((1, 34, CELLS, CELLS), 0.5, np.float32),
        "axis": np.array([1]),
    }
    nodes = [
        helper.make_node("AveragePool", ["image"], ["small"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Mul", ["small", "red"], ["reds"]),
        helper.make_node("ReduceSum", ["reds", "axis"], ["redness"]),
        helper.make_node("Mul", ["redness", "higher"], ["sure"]),
        helper.make_node("Expand", ["sure", "joints"], ["heat"]),
        helper.make_node("Identity", ["middle"], ["centre"]),
        helper.make_node("Identity", ["nowhere"], ["aims"]),
        helper.make_node("Identity", ["in cells"], ["offsets"]),
    ]
    values = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        for name, shape in (
            ("image", [1, 3, 256, 256]),
            ("heat", [1, 17, CELLS, CELLS]),
            ("centre", [1, CELLS, CELLS]),
            ("aims", [1, 34, CELLS, CELLS]),
            ("offsets", [1, 34, CELLS, CELLS]),
        )
    ]
    held = [numpy_helper.from_array(array, name) for name, array in constants.items()]
    graph = helper.make_graph(nodes, "red", values[:1], values[1:], held)
    path = tmp_path_factory.mktemp("movenet") / "red.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def someone(people_folder: Path) -> Person:
    return load_people(people_folder, ["people.json"])[0][0]


@pytest.mark.parametrize(
    ("at", "turned"),
    [
        pytest.param((150, 60), False, id="above the middle"),
        pytest.param((150, 240), True, id="below it: surer upside down"),
        pytest.param((70, 150), True, id="left of it: surer on the side"),
    ],
)
def test_a_joint_is_found_from_the_side_that_shows_it_best(
    red_finder: Path, people_folder: Path, at: tuple[int, int], turned: bool
) -> None:
    picture = np.zeros((300, 300, 3), np.uint8)
    picture[at[1] - 3 : at[1] + 4, at[0] - 3 : at[0] + 4, 0] = 255
    person = replace(someone(people_folder), xyxy=np.array([50, 40, 250, 260], np.float32))
    joints, was_turned = MoveNet(red_finder).keypoints(picture, person)
    assert was_turned == turned
    np.testing.assert_allclose(joints[:, :2], [at] * 17, atol=3)


def test_where_both_teachers_agree_a_joint_is_sure_and_where_not_it_is_shown_twice() -> None:
    rows, columns = np.mgrid[:64, :48][..., None]
    first = np.rint(204 * np.exp(-((rows - 20) ** 2 + (columns - 10) ** 2) / 8)).repeat(2, 2).astype(np.uint8)
    second = np.array([[10, 20, 0.8], [30, 50, 0.8]], np.float32)
    agreed, apart = both_teachers(first, second, False, np.eye(2, 3)).transpose(2, 0, 1) / 255
    assert agreed[20, 10] == pytest.approx(0.8, abs=0.05)
    assert agreed[20, 10] == agreed.max()
    assert 0.3 < apart[20, 10] < apart[50, 30] < 0.5


def nobody() -> Teacher:
    return lambda crops: np.zeros((len(crops), 17, 64, 48), np.float32)


def taught_target(person: Person, red_finder: Path, folder: Path) -> F32:
    second = SecondTeacher(red_finder, frozenset([person.source]))
    cache = cached_crops([person], folder, nobody, Skips(), taught_by="both", second=second)
    poses = PoseDataset([person], PLAIN, cache=cache, teaching=0.4, retaught=[person.source])
    return poses[Draw(0, (192, 256), (0,))][1]


def test_in_retaught_sources_labels_of_people_count_and_those_of_a_teacher_do_not(
    red_finder: Path, people_folder: Path, tmp_path: Path
) -> None:
    person = someone(people_folder)
    label = PoseDataset([person], PLAIN)[Draw(0, (192, 256), (0,))][1]
    by_hand = taught_target(person, red_finder, tmp_path / "by hand")
    by_teacher = taught_target(replace(person, by_teacher=True), red_finder, tmp_path / "by teacher")
    share = [float((target * label).sum() / (label * label).sum()) for target in (by_hand, by_teacher)]
    assert share[0] > 0.5
    assert share[1] < 0.3 * share[0]


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        ('second_teacher = "{red}"', UsageError, "name `data.teacher` and `data.second_sources`"),
        ('teacher = "{red}"\nsecond_teacher = "{red}"\nsecond_sources = ["x"]', UsageError, r"names x;.*\(sticks\)"),
        ('teacher = "{people}"', DatasetError, "is no ONNX network"),
        ('teacher = "{red}"\nsecond_teacher = "{other}"\nsecond_sources = ["sticks"]', DatasetError, "not MoveNet"),
        ('teacher = "{red}"\nsecond_teacher = "no.onnx"\nsecond_sources = ["sticks"]', MissingFileError, "no.onnx"),
    ],
)
def test_a_second_teacher_who_cannot_teach_is_refused(
    lines: str, error: type[Exception], message: str, red_finder: Path, people_folder: Path, tmp_path: Path
) -> None:
    annotations, other = people_folder / "people.json", Path(engine.weights.__path__[0]) / "skelter-pose-s.onnx"
    for name, file in (("red", red_finder), ("people", annotations), ("other", other)):
        lines = lines.replace(f"{{{name}}}", file.as_posix())
    path = cached_recipe(tmp_path, people_folder, "second", f'cache = "{(tmp_path / "cache").as_posix()}"\n{lines}')
    with pytest.raises(error, match=message):
        make_task(read_recipe(path))
