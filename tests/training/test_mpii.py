"""MPII in the HRNet release's layout, and PCKh by the official rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from scipy.io import savemat
from typer.testing import CliRunner

from engine.crops import PixelRule, affines, centres_and_sizes
from engine.errors import MissingFileError
from engine.skeletons import MPII
from tests.training.conftest import STANDING
from training.cli import commands
from training.data.mpii import load_mpii, read_heads
from training.data.people import DatasetError
from training.data.sets import load_validation
from training.metrics import pckh
from training.recipe import read_recipe
from training.train import Options, train

NAMES = ("rank", "rkne", "rhip", "lhip", "lkne", "lank", "pelv", "thor", "neck", "head", "rwri", "relb", "rsho", "lsho",
         "lelb", "lwri")  # fmt: skip
# where MPII's joints lie in the stick people's box: from COCO's, trunk and head from their neighbours
_COCO = {"rank": 16, "rkne": 14, "rhip": 12, "lhip": 11, "lkne": 13, "lank": 15, "rwri": 10, "relb": 8, "rsho": 6,
         "lsho": 5, "lelb": 7, "lwri": 9}  # fmt: skip
_MIDDLE = {"pelv": (0.5, 0.52), "thor": (0.5, 0.22), "neck": (0.5, 0.17), "head": (0.5, 0.02)}
PLACES = np.array([_MIDDLE[name] if name in _MIDDLE else STANDING[_COCO[name]] for name in NAMES])


def write_mpii(folder: Path, count: int = 8, *, seed: int = 0) -> Path:
    """`count` people in as many pictures: annot/train.json, annot/valid.json, annot/gt_valid.mat, images."""
    rng = np.random.default_rng(seed)
    (folder / "images").mkdir(parents=True)
    (folder / "annot").mkdir()
    records: list[dict[str, Any]] = []
    for number in range(count):
        image = rng.integers(0, 60, (160, 120, 3), np.uint8)
        joints = PLACES * (60, 110) + rng.uniform(10, 30, 2)
        for a, b in MPII.edges:
            ends = [joints[n].round().astype(int).tolist() for n in (a, b)]
            cv2.line(image, *ends, rng.integers(120, 255, 3).tolist(), 3)
        cv2.imwrite(str(folder / "images" / f"{number}.png"), image)
        seen = np.ones(16, int)
        seen[number % 16] = 0
        centre = (joints.min(0) + joints.max(0)) / 2
        records.append({"image": f"{number}.png", "scale": 0.6, "center": (centre + 1).tolist(),
                        "joints": (joints + 1).tolist(), "joints_vis": seen.tolist()})  # fmt: skip
    for name in ("train", "valid"):
        (folder / "annot" / f"{name}.json").write_text(json.dumps(records))
    write_heads(folder / "annot" / "gt_valid.mat", records)
    return folder


def write_heads(path: Path, records: list[dict[str, Any]], **changes: Any) -> None:
    joints = np.array([record["joints"] for record in records])
    heads = np.stack([joints[:, 9] - (6, 0), joints[:, 9] + (6, 16)])  # 2, N, 2
    content = {
        "dataset_joints": np.array([NAMES], dtype=object),
        "jnt_missing": 1.0 - np.array([record["joints_vis"] for record in records]).T,
        "pos_gt_src": joints.transpose(1, 2, 0),
        "headboxes_src": heads.transpose(0, 2, 1),
    }
    savemat(str(path), {**content, **changes})


@pytest.fixture(scope="module")
def mpii(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mpii(tmp_path_factory.mktemp("mpii") / "mpii")


def test_people_are_read_from_zero_and_cropped_as_the_release_crops_them(mpii: Path) -> None:
    people, skips = load_mpii(mpii, ["annot/valid.json"])
    assert len(people) == 8
    assert str(skips) == "nothing skipped"
    record = json.loads((mpii / "annot" / "valid.json").read_text())[3]
    person = people[3]
    np.testing.assert_allclose(person.keypoints, np.array(record["joints"]) - 1, atol=1e-4)
    assert person.weights.tolist() == record["joints_vis"]
    # HRNet's mpii.py: centre down by 15 scales, scale × 1.25, then to 0-based; the crop is 200 scales wide
    centre = np.array(record["center"]) + np.array([0, 15 * record["scale"]]) - 1
    width = 200 * record["scale"] * 1.25
    matrix = affines(*centres_and_sizes(person.xyxy, (256, 256)), (256, 256), rule=PixelRule.CLASSIC)[0]
    np.testing.assert_allclose(matrix, [[256 / width, 0, 128 - 256 / width * centre[0]],
                                        [0, 256 / width, 128 - 256 / width * centre[1]]], atol=1e-4)  # fmt: skip


def test_the_truth_is_perfect_and_a_tenth_is_not_eleven_hundredths(mpii: Path) -> None:
    chosen = load_validation(mpii, ["annot/valid.json"], "mpii", "", "annot/gt_valid.mat")
    truth = np.stack([person.keypoints for person in chosen.people])
    scores = np.ones((8, 16), np.float32)
    assert set(chosen.figures(chosen.people, truth, scores).values()) == {1.0}
    heads = read_heads(mpii / "annot" / "gt_valid.mat")
    assert heads.sizes[0] == pytest.approx(0.6 * np.hypot(12, 16))
    moved = truth.copy()
    moved[..., 0] += 0.105 * heads.sizes[:, None]
    figures = chosen.figures(chosen.people, moved, scores)
    assert figures["Mean"] == figures["Mean@0.11"] == 1
    assert figures["Mean@0.10"] == 0


def test_people_can_be_scored_in_any_order(mpii: Path) -> None:
    chosen = load_validation(mpii, ["annot/valid.json"], "mpii", "", "annot/gt_valid.mat")
    some = [chosen.people[n] for n in (5, 2)]
    points = np.stack([person.keypoints for person in some])
    assert chosen.figures(some, points, np.ones((2, 16), np.float32))["Mean"] == 1


def test_pckh_counts_as_the_official_code_does() -> None:
    """Two people, four mistakes: a wrist, an ankle, a pelvis (outside the mean) and an unlabelled elbow (nowhere)."""
    truth = np.zeros((2, 16, 2), np.float32)
    points = truth.copy()
    known = np.ones((2, 16), bool)
    known[1, 11] = False
    points[0, 10, 0] = points[1, 5, 1] = points[0, 6, 0] = points[1, 11, 0] = 6
    figures = pckh(points, truth, known, np.full(2, 10, np.float32))
    assert figures["Wri"] == (0.5 + 1) / 2
    assert figures["Ank"] == (1 + 0.5) / 2
    assert figures["Elb"] == 1
    # 14 joints a person, one not labelled
    assert figures["Mean"] == pytest.approx(25 / 27)


def test_a_joint_that_nobody_has_is_nan_and_the_mean_goes_on() -> None:
    known = np.ones((1, 16), bool)
    known[0, 9] = False
    figures = pckh(np.zeros((1, 16, 2), np.float32), np.zeros((1, 16, 2), np.float32), known, np.ones(1, np.float32))
    assert np.isnan(figures["Head"])
    assert figures["Mean"] == 1


def test_places_that_are_no_numbers_are_counted_where_they_matter(mpii: Path) -> None:
    records = json.loads((mpii / "annot" / "valid.json").read_text())
    records[0].update(scale=float("nan"))
    records[1]["joints"][4] = [None, None]
    records[1]["joints_vis"][4] = 1
    records[2]["joints"][4] = [None, float("inf")]
    records[2]["joints_vis"][4] = 0
    (mpii / "annot" / "odd.json").write_text(json.dumps(records))
    people, skips = load_mpii(mpii, ["annot/odd.json"])
    assert str(skips) == "2 × person with a box or a joint that is not a number"
    assert people[0].annotation_id == 3  # counted from 1, whoever is left out
    assert np.isfinite(people[0].keypoints).all()
    (mpii / "annot" / "text.json").write_text('["people"]')
    with pytest.raises(DatasetError, match="Person 0 in"):
        load_mpii(mpii, ["annot/text.json"])


def test_wrong_files_are_named(mpii: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"gone\.json"):
        load_mpii(mpii, ["gone.json"])
    (mpii / "annot" / "broken.json").write_text("[{")
    with pytest.raises(DatasetError, match="not a JSON file"):
        load_mpii(mpii, ["annot/broken.json"])
    (mpii / "annot" / "coco.json").write_text('{"images": [], "annotations": []}')
    with pytest.raises(DatasetError, match="not a list of people"):
        load_mpii(mpii, ["annot/coco.json"])
    (mpii / "annot" / "short.json").write_text('[{"image": "0.png", "scale": 1, "center": [1, 2], "joints": [[1, 2]]}]')
    with pytest.raises(DatasetError, match="Person 0 in"):
        load_mpii(mpii, ["annot/short.json"])
    with pytest.raises(MissingFileError, match=r"none\.mat"):
        read_heads(tmp_path / "none.mat")
    (tmp_path / "text.mat").write_text("not MATLAB")
    with pytest.raises(DatasetError, match=r"gt_valid\.mat"):
        read_heads(tmp_path / "text.mat")
    records = json.loads((mpii / "annot" / "valid.json").read_text())
    turned = np.array([[*NAMES[6:], *NAMES[:6]]], dtype=object)
    write_heads(tmp_path / "turned.mat", records, dataset_joints=turned)
    with pytest.raises(DatasetError, match="orders the joints otherwise"):
        read_heads(tmp_path / "turned.mat")
    write_heads(tmp_path / "few.mat", records[:3])
    chosen = load_validation(mpii, ["annot/valid.json"], "mpii", "", str(tmp_path / "few.mat"))
    with pytest.raises(DatasetError, match="do not belong together"):
        chosen.figures(chosen.people, np.zeros((8, 16, 2), np.float32), np.ones((8, 16), np.float32))


def test_missing_pictures_are_counted(mpii: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "valid.json").write_text((mpii / "annot" / "valid.json").read_text())
    people, skips = load_mpii(tmp_path / "a", ["valid.json"])
    assert people == []
    assert str(skips) == "8 × picture missing"


RECIPE = """
name = "tiny-mpii"
task = "pose"
network = "hourglass"
targets = "{targets}"
sigma = 1
autocast = ""

[model]
stacks = {stacks}
width = 8

[data]
format = "mpii"
folder = "{folder}"
files = ["annot/train.json"]
val_folder = "{folder}"
val_files = ["annot/valid.json"]
heads = "annot/gt_valid.mat"
workers = 0

[optimiser]
name = "rmsprop"
lr = 2.5e-4
warmup = 0
ema = 0.5

[[phases]]
size = [64, 64]
batch = 4
epochs = 1.5
"""


# several stacks once: they take most of the time
@pytest.mark.parametrize(("targets", "stacks"), [("classic", 2), ("dark", 1), ("udp", 1), ("gaussian", 1)])
def test_an_hourglass_trains_on_mpii_and_is_scored_as_the_program_runs_it(
    targets: str, stacks: int, mpii: Path, tmp_path: Path
) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(RECIPE.format(folder=mpii.as_posix(), targets=targets, stacks=stacks))
    figures = train(read_recipe(recipe), Options(tmp_path / "run", threads=1))
    columns = ["Head", "Sho", "Elb", "Wri", "Hip", "Knee", "Ank", "Mean", "Mean@0.11", "Mean@0.10"]
    assert list(figures) == columns
    done = CliRunner().invoke(
        commands,
        ["eval", str(tmp_path / "run" / "best.pt"), "--data", str(mpii), "--annotations", "annot/valid.json",
         "--format", "mpii"],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "8 people in ground-truth boxes" in done.output
    words = done.output.split()
    assert words[words.index("Head") :][:10] == columns
    assert all(0 <= float(word) <= 1 for word in words[-10:])


def test_a_network_for_other_joints_is_refused(mpii: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text(RECIPE.format(folder=mpii.as_posix(), targets="classic", stacks="1\njoints = 17"))
    with pytest.raises(Exception, match="joints = 16"):
        train(read_recipe(recipe), Options(tmp_path / "run"))
    done = CliRunner().invoke(
        commands,
        ["eval", "skelter-pose-s", "--data", str(mpii), "--annotations", "annot/valid.json", "--format", "mpii"],
    )
    assert "coco17" in str(done.exception)
