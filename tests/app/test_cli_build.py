"""`skelter build` and `bench`, and what lists and prunes engines: other people's names, paths, pictures, programs."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import onnx
import platformdirs
import pytest
from onnx import numpy_helper

from app import inventory
from app.bench import MOST_THREADS, Variant, inference, run_clip
from app.cli import main
from app.cli_build import _frames_of
from app.engines import Choice, Engines
from engine import store
from engine.backends.compiled import compiled_folder
from engine.backends.openvino import OpenVino
from engine.build import key_of
from engine.cards import Task
from engine.errors import BackendError
from engine.models import DEFAULT_POSE, EMBEDDED, find_model
from engine.pose import PoseEstimator
from tests.app.conftest import Command
from tests.clips import picture
from tests.engine.onnx_graphs import save_graph


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


def save_pose(path: Path, *, one_only: bool = False) -> Path:
    """A small pose network; with `one_only` it fails on more than one person at a time."""
    x, y = np.zeros((1, 17, 64), np.float32), np.zeros((1, 17, 64), np.float32)
    save_graph(path, ["N", 3, 32, 32], {"simcc_x": x, "simcc_y": y})
    if one_only:
        model = onnx.load(path)
        for constant in model.graph.initializer:
            if constant.name.endswith("_rank"):
                constant.CopyFrom(numpy_helper.from_array(np.ones(3, np.int64), constant.name))
        onnx.save(model, path)
    return path


def save_detector(path: Path) -> Path:
    return save_graph(path, [1, 3, 64, 64], {"output0": np.zeros((1, 84, 84), np.float32)})


def save_clip(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 160, 96
        for index in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture(index), format="rgb24")))
        container.mux(stream.encode())
    return path


def test_the_clip_runs_on_the_threads_of_the_bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_clip(tmp_path / "clip.mp4")
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


@pytest.mark.parametrize("precisions", [("int8", "f32"), ("f32", "int8")])
def test_the_clip_runs_by_what_could_be_measured(precisions: tuple[str, str], command: Command, tmp_path: Path) -> None:
    """Nobody has built int8."""
    options = [word for each in precisions for word in ("--precision", each)]

    said = command(
        "bench", "--detector", save_detector(tmp_path / "d.onnx"), "--pose", save_pose(tmp_path / "p.onnx"),
        "--device", "openvino", *options, "--rounds", 4, "--people", 1, "--clip", save_clip(tmp_path / "clip.mp4"),
        "--runs", 1, "--json",
    )  # fmt: skip

    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert [(row["model"], row["asked"]) for row in found["rows"]] == [("d", "openvino f32"), ("p", "openvino f32")]
    assert [sentence.partition(":")[0] for sentence in found["not_measured"]] == [
        "d, openvino int8",
        "p, openvino int8",
    ]
    assert found["pipeline"]["frames"] == 4


def test_a_clip_that_does_not_run_costs_no_measurement(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BackendError("the device is gone.")

    monkeypatch.setattr("app.bench.run_clip", fail)
    said = command(
        "bench", "--detector", save_detector(tmp_path / "d.onnx"), "--pose", save_pose(tmp_path / "p.onnx"),
        "--device", "onnxruntime", "--rounds", 4, "--people", 1, "--clip", save_clip(tmp_path / "clip.mp4"),
    )  # fmt: skip

    assert (said.returncode, said.stderr) == (0, "Not measured: clip.mp4, onnxruntime: the device is gone.\n")
    assert "| pose | p | 1 | onnxruntime | ONNX Runtime" in said.stdout


def test_a_call_that_fails_costs_no_other(tmp_path: Path) -> None:
    one, two = (find_model(save_pose(tmp_path / f"{name}.onnx", one_only=name == "one")) for name in ("one", "two"))
    picture = np.zeros((64, 96, 3), np.uint8)

    rows, refused = inference([], [one, two], [Variant("cpu", "f32")], image=picture, people=(1, 2), rounds=4)

    assert [(row.model, row.people) for row in rows] == [("one", 1), ("two", 1), ("two", 2)]
    assert "OpenVINO" in rows[0].runs_on, "what took over for two people is not what is measured for one"
    (said,) = refused
    assert said.startswith("one, cpu f32, 2 people: ")


def test_every_variant_has_a_row_of_its_own(tmp_path: Path) -> None:
    card = find_model(save_pose(tmp_path / "p.onnx"))
    chosen = [Variant(device, "f32") for device in ("cpu", "openvino", "auto")]

    rows, _ = inference([], [card], chosen, image=np.zeros((64, 96, 3), np.uint8), people=(1,), rounds=4)

    assert [row.asked for row in rows] == ["cpu f32", "openvino f32", "auto f32"]


def test_nothing_is_timed_while_an_engine_is_built(tmp_path: Path) -> None:
    card, backend = find_model(save_pose(tmp_path / "p.onnx")), OpenVino()
    old = replace(key_of(card, backend, "f32"), library="OpenVINO 2020.1")
    store.put(old, b"machine code", {}, source=card.path)

    (row,), _ = inference([], [card], [Variant("cpu", "f32")], image=picture(0), people=(1,), rounds=4)

    assert row.runs_on.startswith("OpenVINO")
    assert row.runs_on.endswith(", f32")


def test_what_was_loaded_is_closed_however_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = find_model(save_pose(tmp_path / "p.onnx"))
    closed: list[PoseEstimator] = []

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(PoseEstimator, "estimate", interrupt)
    monkeypatch.setattr(PoseEstimator, "close", lambda self: closed.append(self))
    with pytest.raises(KeyboardInterrupt):
        inference([], [card], [Variant("cpu", None)], image=np.zeros((64, 96, 3), np.uint8))
    assert len(closed) == 1


def test_more_threads_than_are_of_use_are_refused(command: Command) -> None:
    said = command("bench", "--threads", 100_000)

    assert (said.returncode, said.stdout) == (2, "")
    assert f"give {MOST_THREADS} at most" in said.stderr


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
