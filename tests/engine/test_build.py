"""Engines: built, proven, kept and used; stale and damaged ones made anew; wrong ones refused with their figures."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import platformdirs
import pytest

from engine import drawn, store
from engine.backends import Array, Availability, BuildProgress, CroppingSession, Session, select
from engine.backends.meanwhile import Meanwhile
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.build import build, find, key_of, people_of
from engine.cards import ModelCard, Task
from engine.crops import affines, centres_and_sizes
from engine.detector import load_detector
from engine.errors import BackendError, BuildCancelled, UsageError
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from engine.pose import load_pose

PICTURES = drawn.people(3)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")


@pytest.fixture(scope="module")
def pose_card() -> ModelCard:
    return find_model(DEFAULT_POSE, Task.POSE)


@pytest.fixture(scope="module")
def detector_card() -> ModelCard:
    return find_model(DEFAULT_DETECTOR, Task.DETECTOR)


class Builder(OnnxRuntime):
    """A library that builds: its engines are ONNX Runtime's, off by so many pixels in each precision."""

    name = "tensorrt"
    builds_slowly = True

    def __init__(self, card: ModelCard, off: dict[str, float], *, library: str = "TensorRT 10.9") -> None:
        self.card, self.off, self.library = card, off, library
        self.built: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def available(self) -> Availability:
        return Availability(True, self.library)

    def fingerprints(self) -> Sequence[tuple[str, str]]:
        return [(self.library, "RTX 4090")]

    def precisions(self) -> Sequence[str]:
        return list(self.off)

    def shapes(self, model: Path) -> str:
        return "1–16"

    def build(
        self, model: Path, *, precision: str, samples: Array | None = None, progress: BuildProgress | None = None
    ) -> bytes:
        self.built.append(precision)
        while not self.may_go_on.wait(0.01):
            if progress is not None and not progress(0.5, "building"):
                raise BuildCancelled("cancelled")
        if progress is not None and not progress(1.0, "built"):
            raise BuildCancelled("cancelled")
        return precision.encode()

    def open(self, engine: bytes, name: str, precision: str) -> Session:
        if engine != precision.encode():
            raise BackendError("the engine does not load.")
        session = super().load(self.card.path, precision=None, device="cpu")
        return Shifted(session, self.off[precision], precision)


class Shifted:
    """A session whose first output lies so many pixels to the right."""

    def __init__(self, session: Session, pixels: float, precision: str) -> None:
        self._session, self._pixels, self.precision = session, pixels, precision
        self.input, self.outputs, self.close = session.input, session.outputs, session.close
        self.description = f"TensorRT on RTX 4090, {precision}"

    def run(self, batch: Array) -> tuple[Array, ...]:
        (out,) = self._session.run(batch)
        moved = out.copy()
        places = moved[..., 0] if moved.shape[2] == 3 else moved[:, 0]
        places += self._pixels
        return (moved,)


def test_an_engine_is_built_proven_and_used(pose_card: ModelCard) -> None:
    shares: list[float] = []

    def watch(share: float, doing: str) -> bool:
        shares.append(share)
        return True

    done = build(pose_card, OpenVino(), precision="f32", pictures=PICTURES, progress=watch)

    assert done.used.verdict is not None
    assert done.used.verdict.compared > 40
    assert done.used.verdict.median_px < 0.01
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    image, boxes = PICTURES[0]
    with load_pose(precision="f32") as by_engine, load_pose(device="onnxruntime") as reference:
        assert "OpenVINO" in by_engine.description
        found, expected = by_engine.estimate(image, boxes), reference.estimate(image, boxes)
    np.testing.assert_allclose(found.keypoints, expected.keypoints, atol=0.1)


def test_int8_proves_itself_or_is_refused_with_its_figures(pose_card: ModelCard) -> None:
    pytest.importorskip("nncf")
    try:
        done = build(pose_card, OpenVino(), precision="int8", pictures=drawn.people(6))
    except BackendError as refusal:
        assert "int8: " in str(refusal)  # noqa: PT017
        assert "allowed" in str(refusal)  # noqa: PT017
        return

    assert done.used.precision == "int8"
    with load_pose() as pose:
        assert pose.description.endswith("int8")
    with load_pose(precision="f32") as pose:
        assert pose.description.endswith("f32")


def test_int8_without_an_engine_says_how_to_get_one() -> None:
    with pytest.raises(BackendError, match=f"skelter build {DEFAULT_POSE} --precision int8"):
        load_pose(device="openvino", precision="int8")


@pytest.mark.parametrize("task", list(Task))
def test_a_precision_that_is_wrong_gives_way_to_the_next(
    task: Task, pose_card: ModelCard, detector_card: ModelCard
) -> None:
    card = pose_card if task is Task.POSE else detector_card
    backend = Builder(card, {"f16": 1.5, "f32": 0.1})

    done = build(card, backend, pictures=PICTURES)

    assert backend.built == ["f16", "f32"]
    assert done.used.precision == "f32"
    assert done.attempts[0].engine is None
    assert "median 1.500 px (allowed 0." in done.attempts[0].reason or task is Task.DETECTOR
    assert [engine.key.precision for engine in store.stored()[0]] == ["f32"]


def test_a_precision_asked_for_gives_way_only_where_that_is_allowed(pose_card: ModelCard) -> None:
    backend = Builder(pose_card, {"int8": 1.5, "f16": 0.1, "f32": 0.0})

    with pytest.raises(BackendError, match=r"int8: \d+ joints, median 1\.5"):
        build(pose_card, backend, precision="int8", pictures=PICTURES)
    done = build(pose_card, backend, precision="int8", pictures=PICTURES, or_next=True)

    assert [attempt.precision for attempt in done.attempts] == ["int8", "f16"]
    assert done.used.precision == "f16"


def test_a_build_can_be_cancelled_while_it_is_compared(pose_card: ModelCard) -> None:
    seen: list[tuple[float, str]] = []

    def watch(share: float, doing: str) -> bool:
        seen.append((share, doing))
        return "comparing" not in doing

    with pytest.raises(BuildCancelled):
        build(pose_card, Builder(pose_card, {"f16": 0.0}), pictures=PICTURES, progress=watch)

    assert store.stored() == ([], [])
    assert [share for share, _ in seen] == sorted(share for share, _ in seen)


def test_where_none_is_right_the_figures_are_told_and_nothing_is_kept(pose_card: ModelCard) -> None:
    with pytest.raises(
        BackendError, match=r"f16: \d+ joints, median 3.*; f32: \d+ joints, median 40.*100.00% elsewhere"
    ):
        build(pose_card, Builder(pose_card, {"f16": 3.0, "f32": 40.0}), pictures=PICTURES)

    assert store.stored() == ([], [])


def test_a_network_that_finds_nobody_proves_nothing(pose_card: ModelCard) -> None:
    blank = [(np.zeros((128, 96, 3), np.uint8), PICTURES[0][1][:0])]

    with pytest.raises(BackendError, match="nobody"):
        build(pose_card, Builder(pose_card, {"f16": 0.0}), pictures=blank)


def test_an_unknown_precision_is_a_usage_error(pose_card: ModelCard) -> None:
    with pytest.raises(UsageError, match="int3"):
        build(pose_card, Builder(pose_card, {"f16": 0.0}), precision="int3")


def test_a_cancelled_build_keeps_nothing(pose_card: ModelCard) -> None:
    with pytest.raises(BuildCancelled):
        build(pose_card, Builder(pose_card, {"f16": 0.0}), pictures=PICTURES, progress=lambda share, doing: False)

    assert store.stored() == ([], [])


def test_an_engine_of_another_library_or_model_is_told_and_not_used(pose_card: ModelCard) -> None:
    build(pose_card, Builder(pose_card, {"f16": 0.0}), pictures=PICTURES)

    session, notice = find(pose_card, Builder(pose_card, {"f16": 0.0}, library="TensorRT 11.0"), None)
    assert session is None
    assert "TensorRT 10.9 on RTX 4090" in notice
    changed = replace(pose_card, sha256="0" * 64)
    session, notice = find(changed, Builder(changed, {"f16": 0.0}), None)
    assert session is None
    assert "the model has changed" in notice


def test_a_damaged_engine_is_told_and_not_used(pose_card: ModelCard) -> None:
    backend = Builder(pose_card, {"f16": 0.0})
    done = build(pose_card, backend, pictures=PICTURES)
    assert done.used.engine is not None
    done.used.engine.path.write_bytes(done.used.engine.path.read_bytes()[:-3])

    session, notice = find(pose_card, backend, None)

    assert session is None
    assert "damaged" in notice


def test_an_engine_that_was_never_built_needs_no_notice(pose_card: ModelCard) -> None:
    assert find(pose_card, Builder(pose_card, {"f16": 0.0}), None) == (None, "")


@pytest.fixture
def with_gpu(monkeypatch: pytest.MonkeyPatch, pose_card: ModelCard) -> Callable[[dict[str, float]], Builder]:
    """A machine with a GPU, for which engines are built."""

    def install(off: dict[str, float]) -> Builder:
        backend = Builder(pose_card, off)
        monkeypatch.setitem(select.BACKENDS, "tensorrt", backend)
        monkeypatch.setattr("engine.build.PICTURES", 3)
        return backend

    return install


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
        for _ in range(400):
            if "TensorRT" in pose.description:
                break
            threading.Event().wait(0.05)
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
        for _ in range(400):
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
    monkeypatch.setattr(backend, "build", lambda *_, **__: b"f16" if step.wait(30) else b"")
    image, boxes = PICTURES[0]

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the device is gone")

    with load_pose() as pose:
        monkeypatch.setattr(pose._session._current._current, "_request", SimpleNamespace(infer=fail))
        begun = time.monotonic()
        assert len(pose.estimate(image, boxes)) == 1
        assert time.monotonic() - begun < 15
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


def test_the_key_names_what_an_engine_depends_on(pose_card: ModelCard) -> None:
    key = key_of(pose_card, OpenVino(), "bf16")

    assert key.model_sha256 == pose_card.sha256
    assert key.library.startswith("OpenVINO 20")
    assert key.device
    assert key.precision == "bf16"


def test_pictures_of_ones_own_are_those_with_people_on_them() -> None:
    with load_detector() as detector:
        found = people_of([PICTURES[0][0], np.full((200, 200, 3), 90, np.uint8)], detector)

    assert len(found) == 1
    assert len(found[0][1]) >= 1
