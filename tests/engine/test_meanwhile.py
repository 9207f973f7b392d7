"""Another backend serves while an engine is built; what it is asked then, it answers as ever."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from engine import loading, store
from engine.backends import Array, BuildProgress, CroppingSession, Session, TensorSpec, select
from engine.backends.meanwhile import Meanwhile
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.backends.standby import standby
from engine.build import build, key_of
from engine.cards import ModelCard
from engine.crops import affines, centres_and_sizes, cut
from engine.errors import BackendError
from engine.loading import load_pose
from engine.models import DEFAULT_POSE
from engine.pixels import MAX_BATCH
from tests.engine.engines import PICTURES, Builder

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.mark.parametrize("harm", ["old", "damaged"])
def test_an_engine_that_cannot_be_used_any_more_is_built_again_while_another_serves(
    harm: str, pose_card: ModelCard, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.build.PICTURES", 3)
    done = build(pose_card, OpenVino(), precision="f32", pictures=PICTURES)
    assert done.used.engine is not None
    path = done.used.engine.path
    if harm == "old":
        kept, payload = store.read(path)
        path.unlink()
        store.put(replace(kept.key, library="OpenVINO 2020.1"), payload, {}, source=pose_card.path)
    else:
        path.write_bytes(path.read_bytes()[:-3])
    image, boxes = PICTURES[0]

    with load_pose() as pose:
        assert len(pose.estimate(image, boxes)) == 1
        for _ in range(1200):
            if "now runs on" in caplog.text:
                break
            threading.Event().wait(0.05)
            pose.estimate(image, boxes)
        assert pose.description.endswith("f32"), "the precision that it had"
    told = caplog.messages[0]
    assert f"; it is built again while this runs, or at once by `skelter build {DEFAULT_POSE}`" in told
    assert ".);" not in told
    caplog.clear()
    with load_pose() as pose:
        assert pose.description.endswith("f32")
    assert caplog.messages == []


def test_another_backend_serves_while_the_engine_is_built(
    with_gpu: Callable[[dict[str, float]], Builder], caplog: pytest.LogCaptureFixture
) -> None:
    backend = with_gpu({"f16": 0.0})
    backend.may_go_on.clear()
    image, boxes = PICTURES[0]

    with load_pose() as pose:
        assert "while an engine for tensorrt is built" in pose.why
        first = pose.estimate(image, boxes)
        assert "OpenVINO" in pose.description
        assert pose.device == "openvino:cpu"
        backend.may_go_on.set()
        for _ in range(1200):
            if "TensorRT" in pose.description:
                break
            threading.Event().wait(0.05)
            pose.estimate(image, boxes)
        last = pose.estimate(image, boxes)
        assert "TensorRT on RTX 4090, f16" in pose.description
        assert (pose.device, pose.precision) == ("tensorrt:cuda", "f16")
        apart = np.linalg.norm(last.keypoints - first.keypoints, axis=2)
        assert np.quantile(apart, 0.9) < 2, "of two peaks that are as high either may be taken"
    assert "now runs on TensorRT" in caplog.text
    with load_pose() as pose:  # from now on at once
        assert "TensorRT" in pose.description
    assert backend.built == ["f16"]


def test_where_no_engine_is_right_the_other_backend_goes_on(
    with_gpu: Callable[[dict[str, float]], Builder], caplog: pytest.LogCaptureFixture
) -> None:
    with_gpu({"f16": 9.0})
    image, boxes = PICTURES[0]
    with load_pose() as pose:
        for _ in range(1200):
            if "No engine of" in caplog.text:
                break
            threading.Event().wait(0.05)
        assert len(pose.estimate(image, boxes)) == 1
        assert "OpenVINO" in pose.description
    assert "median 9" in caplog.text


def test_where_what_serves_fails_the_next_does_not_wait_for_the_build(
    with_gpu: Callable[[dict[str, float]], Builder], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, step = with_gpu({"f16": 0.0}), threading.Event()
    monkeypatch.setattr(backend, "build", lambda *_, **__: b"f16" if step.wait(60) else b"")
    image, boxes = PICTURES[0]

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the device is gone")

    with load_pose() as pose:
        monkeypatch.setattr(pose._session._current._current, "_request", SimpleNamespace(infer=fail))
        begun = time.monotonic()
        assert len(pose.estimate(image, boxes)) == 1
        assert time.monotonic() - begun < 30
        assert pose.device == "onnxruntime:cpu"
        step.set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("build ", "end "))]


def test_closing_ends_a_build(with_gpu: Callable[[dict[str, float]], Builder]) -> None:
    backend = with_gpu({"f16": 0.0})
    backend.may_go_on.clear()

    load_pose().close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("build ")]
    assert store.stored() == ([], [])


def test_asked_for_by_name_the_engine_is_built_first(
    with_gpu: Callable[[dict[str, float]], Builder], caplog: pytest.LogCaptureFixture
) -> None:
    with_gpu({"f16": 0.0})
    with caplog.at_level(logging.WARNING), load_pose(device="tensorrt") as pose:
        assert "TensorRT on RTX 4090, f16" in pose.description
    assert "skelter build" in caplog.text


def test_a_precision_that_engines_do_not_have_leaves_them_out(
    with_gpu: Callable[[dict[str, float]], Builder],
) -> None:
    with_gpu({"f16": 0.0})
    with load_pose(precision="f32") as pose:
        assert "OpenVINO" in pose.description


@pytest.mark.parametrize(("name", "off"), [("tensorrt", 9.0), ("openvino", 0.0)])
def test_whoever_waits_gets_what_runs_in_the_end(
    name: str, off: float, with_gpu: Callable[[dict[str, float]], Builder], pose_card: ModelCard,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A first engine of one library, which is not right, and of another one that is of another time."""
    real, backend = select.BACKENDS["tensorrt"], with_gpu({"f16": off})
    if name == "openvino":
        backend.name = name
        monkeypatch.setitem(select.BACKENDS, "openvino", backend)
        monkeypatch.setitem(select.BACKENDS, "tensorrt", real)
        old = replace(key_of(pose_card, backend, "f16"), library="OpenVINO 2020.1")
        store.put(old, b"f16", {}, source=pose_card.path)

    session, _ = loading.load(pose_card.path, device="auto" if name == "tensorrt" else "cpu", card=pose_card, wait=True)

    assert (", f16" in session.description) == (off == 0)
    assert "being built" not in session.description
    session.close()
    assert backend.built == ["f16"]


def test_crops_of_a_session_that_serves_meanwhile_are_the_same(pose_card: ModelCard) -> None:
    image, boxes = PICTURES[0]
    size_wh = pose_card.input_size
    matrices = affines(*centres_and_sizes(boxes.xyxy, size_wh), size_wh)
    serving = OnnxRuntime().load(pose_card.path, precision=None, device="cpu")

    def fail(progress: BuildProgress) -> Session:
        raise BackendError("no.")

    session = Meanwhile(serving, fail, "net", ("onnxruntime:cpu", "tensorrt:cuda"))
    assert isinstance(session, CroppingSession)
    with load_pose(device="onnxruntime") as pose:
        expected = pose.estimate(image, boxes)
    (found,) = session.run_crops(image, matrices)
    np.testing.assert_allclose(found[0, :, 2].clip(0, 1), expected.scores[0], atol=1e-5)
    session.close()


class Flat:
    """A session that gives the pixels it was given, and tells how many pictures at a time it got."""

    description, precision = "flat", "f32"
    outputs: tuple[TensorSpec, ...] = ()

    def __init__(self, batch: int | None) -> None:
        self.input = TensorSpec("crops", (batch, 16, 12, 3), np.dtype(np.uint8))
        self.batches: list[int] = []

    def run(self, batch: Array) -> tuple[Array, ...]:
        self.batches.append(len(batch))
        return (batch.reshape(len(batch), -1),)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("batch", "expected"), [(None, [MAX_BATCH, MAX_BATCH, 8]), (16, [16, 16, 16]), (1, 40 * [1])])
def test_of_a_crowd_a_session_that_serves_meanwhile_takes_as_many_at_a_time_as_ever(
    batch: int | None, expected: list[int]
) -> None:
    image = np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8)
    boxes = np.arange(40)[:, None] + np.array([0, 0, 12, 16], np.float32)
    matrices = affines(*centres_and_sizes(boxes, (12, 16)), (12, 16))

    def fail(progress: BuildProgress) -> Session:
        raise BackendError("no.")

    serving = Flat(batch)
    session = standby(Meanwhile(serving, fail, "net", ("cpu", "cuda")), "cpu", [], "net")
    assert isinstance(session, CroppingSession)
    (found,) = session.run_crops(image, matrices)
    session.close()

    assert serving.batches == expected
    np.testing.assert_array_equal(found, cut(image, matrices, (12, 16)).reshape(40, -1))
