"""Backends: what runs where and why, any batch, the precision asked for, nothing on the console, no growth."""

from __future__ import annotations

import importlib.metadata
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import openvino
import platformdirs
import psutil
import pytest

from engine import loading
from engine.backends import Availability, compiled, select
from engine.backends.openvino import OpenVino
from engine.backends.tensorrt import TensorRt
from engine.backends.torch import Torch
from engine.errors import BackendError, ModelError, SkelterError, UsageError
from engine.files import sha256_of
from engine.loading import load_pose
from engine.models import DEFAULT_POSE, EMBEDDED
from tests.engine.onnx_graphs import save_graph

POSE = EMBEDDED / f"{DEFAULT_POSE}.onnx"


@pytest.fixture
def known_graph(tmp_path: Path) -> Path:
    return save_graph(
        tmp_path / "known.onnx", ["N", 3, "H", "W"], {"a": np.arange(6, dtype=np.float32).reshape(1, 2, 3)}
    )


@pytest.mark.parametrize(("batch", "samples"), [("N", 3), (1, 3), (2, 4), (2, 3), (4, 3), (4, 1)])
def test_int8_is_made_of_a_graph_for_any_number_of_pictures(batch: int | str, samples: int, tmp_path: Path) -> None:
    pytest.importorskip("nncf")
    kernels = np.random.default_rng(0).normal(0, 0.2, (8, 3, 3, 3)).astype(np.float32)
    float_type = onnx.TensorProto.FLOAT
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Conv", ["picture", "kernels"], ["found"])], "layer",
        [onnx.helper.make_tensor_value_info("picture", float_type, [batch, 3, 16, 16])],
        [onnx.helper.make_tensor_value_info("found", float_type, [batch, 8, 14, 14])],
        [onnx.numpy_helper.from_array(kernels, "kernels")],
    )  # fmt: skip
    path = tmp_path / "layer.onnx"
    onnx.save(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8), path)
    pictures = np.random.default_rng(1).uniform(-1, 1, (samples, 3, 16, 16)).astype(np.float32)
    given = pictures[np.arange(batch if isinstance(batch, int) else samples) % samples]

    engine = OpenVino().build(path, precision="int8", samples=pictures)

    (found,) = OpenVino().open(engine, "layer", "int8").run(given)
    (expected,) = OpenVino().load(path, precision="f32", device="cpu").run(given)
    assert 1e-4 < np.abs(found - expected).max() < 0.05 * np.abs(expected).max(), "in bytes, with the pictures' ranges"


@pytest.mark.parametrize("device", ["auto", "cpu", "openvino", "openvino:throughput", "onnxruntime"])
def test_a_graph_runs_at_any_batch_and_size(device: str, known_graph: Path) -> None:
    session, _ = loading.load(known_graph, device=device, precision="f32")

    for n, h, w in [(1, 8, 8), (3, 16, 8), (2, 8, 40), (1, 8, 8), (5, 64, 64)]:
        (out,) = session.run(np.ones((n, 3, h, w), np.float32))
        np.testing.assert_array_equal(out, np.broadcast_to(np.arange(6).reshape(1, 2, 3), (n, 2, 3)))
    assert session.input.shape == (None, 3, None, None)
    assert session.outputs[0].name == "a"


@pytest.mark.parametrize("device", ["openvino", "openvino:throughput", "onnxruntime"])
def test_results_stay_when_the_next_batch_runs(device: str, tmp_path: Path) -> None:
    session, _ = loading.load(POSE, device=device, precision="f32")
    noise = np.random.default_rng(0).integers(0, 255, (2, 256, 192, 3), np.uint8)

    (first,) = session.run(noise)
    kept = first.copy()
    session.run(np.zeros_like(noise))

    np.testing.assert_array_equal(first, kept)


@pytest.mark.parametrize("device", ["openvino", "openvino:throughput", "onnxruntime"])
def test_an_output_without_a_row_for_each_picture_comes_once(device: str, tmp_path: Path) -> None:
    anchors = np.arange(84 * 2, dtype=np.float32).reshape(84, 2)
    boxes = {"boxes": np.zeros((1, 4, 84), np.float32)}
    path = save_graph(tmp_path / "anchors.onnx", ["N", 3, 8, 8], boxes, tables={"anchors": anchors})
    session, _ = loading.load(path, device=device, precision="f32")

    shown, table = session.run(np.ones((3, 3, 8, 8), np.float32))

    assert shown.shape == (3, 4, 84)
    np.testing.assert_array_equal(table, anchors)


def test_a_batch_dealt_out_comes_back_in_order() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (7, 256, 192, 3), np.uint8)
    at_once, _ = loading.load(POSE, device="openvino", precision="f32")
    dealt_out, _ = loading.load(POSE, device="openvino:throughput", precision="f32")

    np.testing.assert_allclose(dealt_out.run(noise)[0], at_once.run(noise)[0], atol=1e-2)
    assert "at a time" in dealt_out.description


def test_a_card_whose_library_is_missing_is_mentioned(monkeypatch: pytest.MonkeyPatch, known_graph: Path) -> None:
    monkeypatch.setattr(select, "_has_nvidia_card", lambda: True)
    monkeypatch.setattr(TensorRt, "available", lambda self: Availability(False, "the package is not installed"))

    _, choice = loading.load(known_graph)

    assert "there is an NVIDIA card, but TensorRT: the package is not installed" in choice.why
    assert ("torch:cuda" in choice.why) == Torch().available().usable, "what else would use the card"


def test_auto_takes_openvino_and_says_so() -> None:
    session, choice = loading.load(POSE)

    assert choice.backend.name == "openvino"
    assert choice.why.startswith("auto: openvino")
    assert "OpenVINO" in session.description
    assert session.description.endswith(("f32", "bf16"))


def has(precision: str) -> bool:
    """Whether OpenVINO computes in it on this processor."""
    return {"f32": "FP32", "bf16": "BF16", "f16": "FP16"}[precision] in openvino.Core().get_property(
        "CPU", "OPTIMIZATION_CAPABILITIES"
    )


@pytest.mark.parametrize("precision", ["f32", "bf16", "f16"])
def test_the_description_names_the_precision_that_runs(precision: str) -> None:
    if not has(precision):
        pytest.skip(f"this processor computes no {precision} of its own")

    session, _ = loading.load(POSE, device="openvino", precision=precision)

    assert session.description.endswith(f"on CPU, {precision}")


@pytest.mark.parametrize("device", ["auto", "cpu", "openvino", "openvino:throughput"])
def test_a_precision_that_the_processor_has_not_is_refused_and_none_taken_in_its_place(
    device: str, monkeypatch: pytest.MonkeyPatch, known_graph: Path
) -> None:
    if has("f16"):
        pytest.skip("this processor has every precision that OpenVINO knows")
    monkeypatch.setattr(TensorRt, "available", lambda self: Availability(False, "there is no card"))
    offered = OpenVino().load(known_graph, precision=None, device="cpu").precision

    with pytest.raises(UsageError, match=rf"no f16 on this CPU and would compute in (f32|bf16): choose {offered}"):
        loading.load(known_graph, device=device, precision="f16")


def test_openvino_runs_where_its_cache_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "file" / "skelter")  # no folder

    session, _ = loading.load(POSE)

    assert "OpenVINO" in session.description


def test_of_what_openvino_compiled_the_longest_unused_gives_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known_graph: Path
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path)
    monkeypatch.setattr(compiled, "MOST_BYTES", 50_000_000)  # room for one pose network and a little more
    for age_s, name in ((200, "old"), (100, "newer")):
        folder = compiled.compiled_folder() / name
        folder.mkdir(parents=True)
        (folder / "1.blob").write_bytes(bytes(20_000_000))
        os.utime(folder, (time.time() - age_s, time.time() - age_s))

    loading.load(POSE, device="openvino")[0].close()
    loading.load(known_graph, device="openvino")[0].close()

    left = {folder.name for folder in compiled.compiled_folder().iterdir()}
    assert left == {"newer", sha256_of(POSE)[:16], sha256_of(known_graph)[:16]}


WRITTEN_ANEW = """
import os, sys
from pathlib import Path
import numpy as np
import platformdirs
platformdirs.user_cache_path = lambda *_, **__: Path(sys.argv[2])
from engine.backends.compiled import compiled_folder
from engine.backends.openvino import OpenVino

def load():
    return OpenVino().load(Path(sys.argv[1]), precision="f32", device="cpu")

load().close()
session = load()
kept = list(compiled_folder().rglob("*.blob"))
for path in kept:
    os.truncate(path, 0)
session.run(np.zeros((1, *session.input.shape[1:]), np.uint8))
print(len(kept))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nobody shortens a file there that another program reads")
def test_what_openvino_compiled_may_be_written_anew_by_another_program_while_it_is_used(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITTEN_ANEW, POSE, tmp_path], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr


@pytest.mark.parametrize("name", ["onnxruntime", "openvino"])
def test_builds_under_another_name_are_usable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = importlib.metadata.version

    def version(package: str) -> str:
        if package == name:
            raise importlib.metadata.PackageNotFoundError(package)  # as with onnxruntime-gpu
        return known(package)

    monkeypatch.setattr(importlib.metadata, "version", version)

    session, _ = loading.load(POSE, device=name)

    assert select.BACKENDS[name].available().usable
    assert session.description.endswith(("f32", "bf16"))


def test_onnx_runtime_takes_over_where_openvino_is_missing(monkeypatch: pytest.MonkeyPatch, known_graph: Path) -> None:
    monkeypatch.setattr(OpenVino, "available", lambda self: Availability(False, "the package is not installed"))

    session, choice = loading.load(known_graph)

    assert "ONNX Runtime" in session.description
    assert "openvino: the package is not installed" in choice.why


def test_onnx_runtime_takes_over_where_openvino_refuses(monkeypatch: pytest.MonkeyPatch, known_graph: Path) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise BackendError("no such operator.")

    monkeypatch.setattr(OpenVino, "load", refuse)

    session, choice = loading.load(known_graph)

    assert "ONNX Runtime" in session.description
    assert "no such operator" in choice.why
    with pytest.raises(BackendError, match="no such operator"):
        loading.load(known_graph, device="openvino")


@pytest.mark.parametrize(
    ("device", "error", "said"),
    [
        ("openvno", UsageError, "did you mean openvino"),
        ("abacus", UsageError, "onnxruntime"),
        ("onnxruntime:cuda", BackendError, "CUDAExecutionProvider"),
        ("onnxruntime:abacus", UsageError, "coreml"),
        ("openvino:npu", BackendError, "NPU"),
    ],
)
def test_a_device_that_is_not_there_is_named(
    device: str, error: type[SkelterError], said: str, known_graph: Path
) -> None:
    with pytest.raises(error, match=said):
        loading.load(known_graph, device=device)


@pytest.mark.parametrize("asked", ["gpu", "cuda", "GPU:0", "cuda:1", "nvidia"])
def test_whoever_asks_for_a_gpu_is_told_which_there_are(asked: str) -> None:
    with pytest.raises(UsageError, match=r"tensorrt, torch:cuda or onnxruntime:cuda .* openvino:gpu") as caught:
        select.select(asked)
    assert repr(asked) in str(caught.value)


@pytest.mark.parametrize("device", ["openvino", "onnxruntime"])
def test_an_unknown_precision_is_refused(device: str, known_graph: Path) -> None:
    with pytest.raises(UsageError, match="int3"):
        loading.load(known_graph, device=device, precision="int3")


@pytest.mark.parametrize("device", ["auto", "openvino", "onnxruntime"])
def test_a_broken_graph_is_a_model_error(device: str, tmp_path: Path) -> None:
    path = tmp_path / "half.onnx"
    path.write_bytes(POSE.read_bytes()[:200_000])

    with pytest.raises(ModelError, match=r"half\.onnx"):
        loading.load(path, device=device)


@pytest.mark.parametrize("device", ["openvino", "openvino:throughput", "onnxruntime"])
def test_wrong_input_and_a_closed_session_raise_instead_of_answering(device: str) -> None:
    session, _ = loading.load(POSE, device=device)

    with pytest.raises(BackendError, match=DEFAULT_POSE):
        session.run(np.zeros((1, 100, 100, 3), np.uint8))
    session.close()
    with pytest.raises(BackendError, match="closed"):
        session.run(np.zeros((1, 256, 192, 3), np.uint8))


def test_a_replaced_model_file_is_not_answered_from_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    for value in (1.0, 2.0):
        save_graph(path, ["N", 3, 8, 8], {"a": np.full((1, 1 + int(value)), value, np.float32)})
        session, _ = loading.load(path, device="openvino", precision="f32")
        (out,) = session.run(np.zeros((1, 3, 8, 8), np.float32))
        np.testing.assert_array_equal(out, np.full((1, 1 + int(value)), value))


def test_a_network_of_the_same_size_and_age_is_not_answered_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    path = tmp_path / "model.onnx"
    for value in (1.0, 2.0):
        save_graph(path, ["N", 3, 8, 8], {"a": np.full((1, 2), value, np.float32)})
        os.utime(path, (1e9, 1e9))
        session, _ = loading.load(path, device="openvino", precision="f32")
        (out,) = session.run(np.zeros((1, 3, 8, 8), np.float32))
        np.testing.assert_array_equal(out, np.full((1, 2), value))


@pytest.mark.parametrize("device", ["openvino", "onnxruntime"])
def test_memory_does_not_grow_with_calls_of_changing_batch(device: str) -> None:
    session, _ = loading.load(POSE, device=device, threads=1)
    batches = [np.zeros((count, 256, 192, 3), np.uint8) for count in (1, 4, 2, 3)]
    process = psutil.Process()

    def rounds(count: int) -> int:
        for _ in range(count):
            for batch in batches:
                session.run(batch)
        return int(process.memory_info().rss)

    before = rounds(3)
    assert rounds(8) - before < 30e6


def test_a_graph_of_a_newer_onnx_is_told_from_a_broken_one(tmp_path: Path) -> None:
    model = onnx.load(POSE)
    model.opset_import[0].version = 99
    onnx.save(model, tmp_path / "new.onnx")

    with pytest.raises(ModelError, match=r"new\.onnx is of a newer ONNX than ONNX Runtime"):
        loading.load(tmp_path / "new.onnx", device="onnxruntime")


TIGHT = """
import resource, sys
from pathlib import Path
import numpy as np
from engine.backends.onnxruntime import OnnxRuntime
from engine.errors import BackendError
session = OnnxRuntime().load(Path(sys.argv[1]), precision=None, device="cpu", threads=1)
batch = np.random.default_rng(0).integers(0, 256, (96, 256, 192, 3), np.uint8)
expected = session.run(batch[:1])
held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + int(sys.argv[2]) * 2**20,) * 2)
try:
    (found,) = session.run(batch)
    print(found.shape, np.abs(found[:1] - expected[0]).max() < 1e-3)
except BackendError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by Linux's means")
def test_where_memory_is_short_batches_get_smaller() -> None:
    command = [sys.executable, "-c", TIGHT, str(EMBEDDED / f"{DEFAULT_POSE}.onnx")]

    done = subprocess.run([*command, "120"], capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "(96, 17, 3) True", done.stderr[-500:]
    assert "at a time: there is no memory for more" in done.stderr


def test_nothing_is_written_to_the_console(tmp_path: Path) -> None:
    code = (
        "from engine.loading import load_detector, load_pose; from engine.types import Boxes\n"
        "import numpy as np; image = np.zeros((99, 99, 3), np.uint8)\n"
        "for device in ('openvino', 'onnxruntime'):\n"
        "    load_detector(device=device).detect(image)\n"
        "    load_pose(device=device).estimate(image, Boxes.of([[9, 9, 60, 90]], [1]))\n"
    )

    # an engine of the user's own, built of another model, would rightly be mentioned
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")}
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **folders})

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals that a program sends itself")
def test_a_signal_finds_its_handler_after_openvino_has_gone() -> None:
    script = """if True:
        import gc, os, signal, threading
        from engine.backends.openvino import OpenVino
        from engine.models import DEFAULT_POSE, find_model
        sessions = [OpenVino().load(find_model(DEFAULT_POSE, "pose").path, precision="f32", device="cpu")]
        last = threading.Thread(target=lambda: (sessions.pop().close(), gc.collect()))
        last.start()
        last.join()
        signal.signal(signal.SIGTERM, lambda *_: print("handled"))
        os.kill(os.getpid(), signal.SIGTERM)
    """
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )
    assert (done.returncode, done.stdout) == (0, "handled\n"), done.stderr


def test_a_backend_that_fails_midway_gives_way_and_no_answer_is_lost(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    crops = np.random.default_rng(0).integers(0, 255, (4, 256, 192, 3), np.uint8)
    with load_pose(device="onnxruntime") as reference:
        expected = [reference._session.run(crop[None])[0] for crop in crops]

    with load_pose(device="auto", precision="f32") as pose:
        found = [pose._session.run(crop[None])[0] for crop in crops[:2]]

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("the device is gone\nlibrary.cpp:12")

        monkeypatch.setattr(pose._session._current, "_request", SimpleNamespace(infer=fail))
        begun = time.process_time()  # of the processor, because the machine may be busy
        with caplog.at_level(logging.WARNING):
            found.append(pose._session.run(crops[2][None])[0])
        took_s = time.process_time() - begun
        found.append(pose._session.run(crops[3][None])[0])
        assert (pose.device, pose.precision) == ("onnxruntime:cpu", "f32")
        assert "ONNX Runtime" in pose.description
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one[..., :2], other[..., :2], atol=0.5)
    assert took_s < 1
    (said,) = caplog.messages
    assert "OpenVINO failed while running skelter-pose-s" in said
    assert "the device is gone" in said
    assert "goes on by ONNX Runtime" in said


@pytest.mark.parametrize("device", ["openvino", "openvino:throughput"])
def test_why_openvino_failed_is_said_without_the_places_in_its_source(device: str) -> None:
    session, _ = loading.load(POSE, device=device)

    with pytest.raises(BackendError) as caught:
        session.run(np.zeros((1, 100, 100, 3), np.uint8))
    session.close()
    assert "the model input" in str(caught.value)
    assert ".cpp:" not in str(caught.value)
    assert str(caught.value).endswith("): try `--device onnxruntime`, or another model.")


def test_what_no_backend_can_do_is_the_first_one_s_error() -> None:
    session, _ = loading.load(POSE)

    with pytest.raises(BackendError, match="OpenVINO failed"):
        session.run(np.zeros((1, 100, 100, 3), np.uint8))
    session.close()
