"""The code in the documents is run, so that it stays true."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.analysis import ANGLES
from app.exports.skelter_json import read
from app.streams import Streams
from tests.app.streaming import HEADER, keep_sending
from tests.app.test_cli import skelter
from tests.shared import VIDEO, needs_shared
from training.recipe import DEFAULT_NETWORKS, read_recipe

DOCS = Path(__file__).parents[1] / "docs"


def code_of(document: str) -> list[str]:
    """The Python in a document, piece by piece."""
    return re.findall(r"^```python\n(.*?)^```", (DOCS / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def commands_of(document: str) -> list[str]:
    """The shell commands in a document, block by block."""
    return re.findall(r"^```sh\n(.*?)^```", (DOCS / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)


@needs_shared
@pytest.mark.parametrize("code", code_of("library.md"), ids=["pipeline", "by-hand", "results"])
def test_the_library_is_used_as_described(code, tmp_path, monkeypatch, capsys):
    shutil.copy(VIDEO / "webcam-1.mkv", tmp_path / "clip.mp4")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/library.md", "exec"), {"__name__": "__main__"})
    lines = capsys.readouterr().out.splitlines()
    if "load_detector" in code:
        assert len(lines) == 72
    elif "exports" in code:
        assert re.fullmatch(r"1: \d+\.\d degrees on frame 0, at 0\.00 s", lines[0])
        assert len(read(tmp_path / "poses.json")) == 72
        assert json.loads((tmp_path / "poses-coco.json").read_text())[0]["category_id"] == 1
    else:
        assert all("person 1, nose at" in line for line in lines)
        assert len(lines) > 60


@needs_shared
@pytest.mark.skipif(sys.platform == "win32", reason="the commands are a shell's")
def test_results_of_a_batch_become_one_table_as_described(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    for name in ("three-cross.mp4", "day 1/webcam-1.mkv"):
        (tmp_path / "videos" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(VIDEO / Path(name).name, tmp_path / "videos" / name)
    assert skelter("batch", "videos", "-o", "results", "--to", "json,coco,openpose").returncode == 0
    (shell,) = [piece for piece in commands_of("scale.md") if piece.startswith("find ")]
    (code,) = code_of("scale.md")
    subprocess.run(["sh", "-c", shell], check=True)
    exec(compile(code, "docs/scale.md", "exec"), {})
    with Path("all.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert {row["video"] for row in rows} == {"three-cross", "day 1/webcam-1"}
    assert {row["id"] for row in rows if row["video"] == "day 1/webcam-1"} == {"1"}
    assert {"left_knee", "trunk"} <= {row["angle"] for row in rows}


def test_the_picture_of_the_angles_has_each_of_the_table():
    drawn = (DOCS / "pictures" / "angles.svg").read_text("utf-8")
    assert set(re.findall(r">(\w+) -?\d+°</text>", drawn)) == {angle.name.split("_")[-1] for angle in ANGLES}


def recipes_of(name: str) -> dict[str, str]:
    """The recipes in a document: name of the file, as its first line says → text."""
    texts = re.findall(r"^```toml\n(.*?)^```", (DOCS / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return {text.splitlines()[0].removeprefix("# "): text for text in texts}


@pytest.mark.parametrize("name", ["athletes.toml", "mine.toml"])
def test_the_recipes_described_can_be_trained_by(tmp_path, name):
    (tmp_path / name).write_text(recipes_of("networks.md")[name], "utf-8")
    recipe = read_recipe(tmp_path / name)
    assert (recipe.network or DEFAULT_NETWORKS[recipe.task], recipe.data.folder) == ("hrnet", "pictures")


def test_networks_described_are_exported_beside_no_recipe_and_imported_before_they_run():
    document, recipes = (DOCS / "networks.md").read_text("utf-8"), recipes_of("networks.md")
    exported = re.findall(r"export-model .* -o ([\w-]+)\.onnx", document)
    assert len(exported) == 2
    assert set(exported) <= set(re.findall(r"--pose ([\w-]+)", document))
    for name in exported:
        assert f"{name}.toml" not in recipes, "the card would take the recipe's place"
        assert f"skelter models import {name}.onnx " in document


def test_the_listener_described_hears_the_poses(capsys):
    (code,) = code_of("stream.md")
    stop = threading.Event()
    with Streams(["ws://127.0.0.1:0"], HEADER, live=True) as streams:
        thread = threading.Thread(target=keep_sending, args=(streams, stop))
        thread.start()
        code = code.replace("ws://127.0.0.1:8765", streams.addresses[0])
        code = code.replace("    for text in poses:", "    for text in [poses.recv(), poses.recv()]:")
        exec(compile(code, "docs/stream.md", "exec"), {})
        stop.set()
        thread.join()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "4", "1", "4"]
