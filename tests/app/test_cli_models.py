"""`skelter models import`: a checkpoint or an ONNX file becomes a model that runs by name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.cards import read_card
from engine.crops import PixelRule
from engine.decoding import Decoding
from engine.loading import load_pose
from engine.models import EMBEDDED
from engine.types import Boxes
from tests.clips import beginning_of
from tests.shared import SHARED, needs_shared

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def skelter(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command with a data folder of its own, on whatever system."""
    places = {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA", "USERPROFILE")}
    environment = {**os.environ, **places, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "OMP_NUM_THREADS": "2"}
    command = [sys.executable, "-m", "app.cli", *(str(argument) for argument in arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=280, check=False)


def imported(home: Path, name: str) -> Path:
    (path,) = home.rglob(f"{name}.onnx")
    return path


@needs_shared
def test_a_checkpoint_runs_by_name_and_places_joints_as_its_exported_twin(home: Path, tmp_path: Path) -> None:
    checkpoint = SHARED / "models" / "bootstrap-pose.pt"
    options = ("--size", "256x192", "--pixel-rule", "skelter", "--decoding", "parabola", "--licence", "none")
    done = skelter(home, "models", "import", checkpoint, "--name", "mine", *options)
    assert done.returncode == 0, done.stderr
    assert "HRNet of width 24, official release" in done.stdout
    assert "256x192 (asked for)" in done.stdout
    assert "--pose mine" in done.stdout
    card = read_card(imported(home, "mine").with_suffix(".toml"))
    assert (card.input_size, card.pixel_rule, card.licence) == ((192, 256), PixelRule.SKELTER, "none")
    val = json.loads((SHARED / "data" / "people" / "val" / "val.json").read_text())
    person = next(a for a in val["annotations"] if a.get("num_keypoints", 0) > 12 and a["area"] > 5000)
    picture = next(image for image in val["images"] if image["id"] == person["image_id"])
    image = cv2.cvtColor(cv2.imread(str(SHARED / "data" / "people" / "val" / picture["file_name"])), cv2.COLOR_BGR2RGB)
    x, y, w, h = person["bbox"]
    poses = []
    for model in (card.path, SHARED / "models" / "bootstrap-pose.onnx"):
        with load_pose(model, device="onnxruntime", precision="f32") as estimator:
            poses.append(estimator.estimate(image, Boxes.of([[x, y, x + w, y + h]], [1])))
    sure = poses[1].scores[0] > 0.4
    assert sure.sum() > 4
    # the twin's decoding does not smooth and its weights are rounded: a pixel or two in the crop
    apart = np.linalg.norm(poses[0].keypoints[0] - poses[1].keypoints[0], axis=1)[sure]
    assert np.median(apart) < 0.02 * h
    clip = beginning_of(SHARED / "data" / "video" / "three-cross.mp4", tmp_path / "clip.mp4", seconds=1.5)
    done = skelter(home, "track", clip, "--pose", "mine", "-o", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr
    assert "Pose: mine" in done.stderr
    frames = json.loads((tmp_path / "out.json").read_text())["frames"]
    assert sum(len(frame["people"]) for frame in frames) > 20


@needs_shared
def test_an_onnx_file_runs_by_name_with_the_rule_it_was_given(home: Path, tmp_path: Path) -> None:
    foreign = SHARED / "models" / "foreign"
    done = skelter(home, "models", "import", foreign / "tinypose_256x192.onnx", "--pixel-rule", "udp")
    assert done.returncode == 0, done.stderr
    assert "a pose network (heatmaps, 256x192)" in done.stdout
    card = read_card(imported(home, "tinypose_256x192").with_suffix(".toml"))
    assert (card.pixel_rule, card.decoding) == (PixelRule.UDP, Decoding.DARK)
    done = skelter(home, "models", "import", foreign / "rtmdet_nano_person.onnx", "--name", "rtm")
    assert done.returncode == 0, done.stderr
    assert "--detector rtm" in done.stdout
    clip = beginning_of(SHARED / "data" / "video" / "three-cross.mp4", tmp_path / "clip.mp4", seconds=0.5)
    done = skelter(home, "track", clip, "--pose", "tinypose_256x192", "--detector", "rtm", "-o", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr


@needs_shared
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.pth"], "none.pth is missing"), (["FILE", "--size", "250x190"], "multiples of 32"),
        (["FILE", "--name", "a/b"], "cannot be a model's name"),
        (["FILE", "--name", "skelter-pose-s"], "comes with Skelter"),
        (["FILE", "--decoding", "argmax"], "choose one of parabola, quarter, dark"),
        (["ONNX", "--flip"], "belong to checkpoints"),
    ],
)  # fmt: skip
def test_mistakes_are_one_sentence_and_leave_nothing(arguments: list[str], message: str, home: Path) -> None:
    files = {"FILE": SHARED / "models" / "bootstrap-pose.pt", "ONNX": SHARED / "models" / "bootstrap-pose.onnx"}
    done = skelter(home, "models", "import", *(files.get(argument, argument) for argument in arguments))
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(home.rglob("*.onnx"))


def test_a_name_is_not_taken_twice_unless_asked(home: Path, tmp_path: Path) -> None:
    done = skelter(home, "models", "import", EMBEDDED / "skelter-pose-s.onnx", "--name", "mine")
    assert done.returncode == 0, done.stderr
    before = imported(home, "mine").read_bytes()
    (tmp_path / "mine.pth").write_bytes(b"junk")
    done = skelter(home, "models", "import", tmp_path / "mine.pth")
    assert done.returncode == 2
    assert "choose another name by --name, or say --replace" in done.stderr
    done = skelter(home, "models", "import", tmp_path / "mine.pth", "--replace")
    assert "not a PyTorch checkpoint" in done.stderr
    assert imported(home, "mine").read_bytes() == before
    assert read_card(imported(home, "mine").with_suffix(".toml")).name == "mine"
