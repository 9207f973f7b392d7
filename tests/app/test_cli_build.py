"""`skelter build` and `bench`, and what lists and prunes engines: other people's names, paths, pictures, programs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import av
import numpy as np
import platformdirs
import pytest

from app import inventory
from app.bench import run_clip
from app.cli import main
from app.cli_build import _frames_of
from app.engines import Choice, Engines
from engine import store
from engine.backends.compiled import compiled_folder
from engine.backends.openvino import OpenVino
from engine.build import key_of
from engine.cards import Task
from engine.models import DEFAULT_POSE, EMBEDDED, find_model
from tests.app.conftest import Command
from tests.clips import picture


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A model that is used by its path."""
    for suffix in (".onnx", ".toml"):
        shutil.copy(EMBEDDED / f"{DEFAULT_POSE}{suffix}", tmp_path)
    card = tmp_path / f"{DEFAULT_POSE}.toml"
    card.write_text(card.read_text().replace(f'name = "{DEFAULT_POSE}"', 'name = "mine"'))
    return tmp_path / f"{DEFAULT_POSE}.onnx"


def engines(command: Command, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(command("models", "list", "--json", *options).stdout)["engines"]
    return found


def test_an_engine_of_a_model_used_by_its_path_is_of_use_while_the_file_is_there(
    command: Command, elsewhere: Path
) -> None:
    assert command("build", elsewhere, "--device", "openvino", "--precision", "f32").returncode == 0

    assert [(each["model"], each["state"]) for each in engines(command, "--prune")] == [("mine", inventory.IN_USE)]
    elsewhere.write_bytes(elsewhere.read_bytes() + b"\0")
    assert [each["state"] for each in engines(command)] == ["its model has changed"]
    elsewhere.unlink()
    assert [each["state"] for each in engines(command)] == ["its model is gone"]
    assert engines(command, "--prune") == []


def test_what_a_library_remembers_of_it_is_of_use_as_long(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend, card = OpenVino(), find_model(elsewhere, Task.POSE)
    key = key_of(card, backend, "f32")
    store.put(key, b"machine code", {}, source=card.path)
    store.remember(store.CacheKey("runtime", key.library, key.device, "mine"), b"kernels")
    monkeypatch.setitem(inventory.BACKENDS, "tensorrt", backend)

    assert [cache["state"] for cache in inventory.take()["caches"]] == [inventory.IN_USE]


def test_two_that_prune_at_once_do_not_disturb_each_other(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled_folder().mkdir(parents=True)
    (compiled_folder() / "1.blob").touch()

    def prune_by_another(path: Path) -> bool:
        path.unlink()
        return False

    monkeypatch.setattr(inventory, "is_held", prune_by_another)

    assert main(["models", "list", "--prune"]) == 0


def test_what_was_removed_while_it_is_listed_counts_nothing(tmp_path: Path) -> None:
    assert inventory.bytes_of(tmp_path / "gone") == 0


def test_compiled_networks_are_pruned_with_their_folders(command: Command) -> None:
    with_cache = command("bench", "--device", "openvino", "--precision", "f32", "--rounds", 4, "--people", 1)
    assert with_cache.returncode == 0
    assert len(list(compiled_folder().iterdir())) == 2

    assert "compiled" in json.loads(command("models", "list", "--json").stdout)["caches"][0]["kind"]
    assert command("models", "list", "--prune").returncode == 0

    assert list(compiled_folder().iterdir()) == []


@pytest.mark.parametrize("live", ["0", "screen:", "rtsp://camera/1"])
def test_pictures_to_check_on_are_no_camera(live: str, command: Command) -> None:
    said = command("build", DEFAULT_POSE, "--device", "openvino", "--pictures", live)

    assert said.returncode == 2
    assert f"{live} is live and has no end: give a clip" in said.stderr


def test_of_a_clip_of_unknown_length_so_many_pictures_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "raw.mjpeg"
    with av.open(str(path), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuvj420p"
        for index in range(600):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(index % 1000), format="rgb24")))
        container.mux(stream.encode())

    assert len(_frames_of(str(path))) == 128


def test_engines_are_built_for_the_device_that_is_named_or_not_at_all(command: Command) -> None:
    said = command("build", DEFAULT_POSE, "--device", "openvino:nonsense")

    assert said.returncode == 2
    assert "leave `:nonsense` out" in said.stderr
    assert store.stored() == ([], [])


def test_the_clip_runs_on_the_threads_of_the_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 160, 96
        for index in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(index), format="rgb24")))
        container.mux(stream.encode())
    on: list[int] = []
    closed = Engines.close

    def close(self: Engines) -> None:
        compiled = self.pose._session._request.get_compiled_model()
        on.append(compiled.get_property("INFERENCE_NUM_THREADS"))
        closed(self)

    monkeypatch.setattr(Engines, "close", close)

    run = run_clip(path, Choice(device="openvino", precision="f32"), 1, threads=1)

    assert run["frames"] == 4
    assert on == [1]


def test_a_name_with_a_dot_that_is_not_there_is_asked_for_as_a_name(command: Command) -> None:
    said = command("build", "best.v2")

    assert said.returncode == 2
    assert "no model called best.v2" in said.stderr.replace("\n", " ")


def test_pictures_of_a_folder_are_taken_from_all_over_it(tmp_path: Path) -> None:
    import cv2

    for index in range(200):
        cv2.imwrite(str(tmp_path / f"{index:03}.png"), np.full((32, 32, 3), index, np.uint8))

    taken = [int(image[0, 0, 0]) for image in _frames_of(str(tmp_path))]

    assert 64 <= len(taken) <= 128
    assert taken[0] == 0
    assert taken[-1] > 190
