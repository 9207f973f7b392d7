"""Engines: built, proven, kept and used; stale and damaged ones made anew; wrong ones refused with their figures."""

from __future__ import annotations

import logging
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import platformdirs
import pytest

from engine import cuda, drawn, loading, store
from engine.backends import Array, Availability, BuildProgress, CroppingSession, Session, TensorSpec, select
from engine.backends.meanwhile import Meanwhile
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.backends.standby import standby
from engine.build import Found, build, check, find, key_of, people_of, samples_of
from engine.cards import ModelCard, Task
from engine.crops import affines, centres_and_sizes, cut
from engine.detector import Detector
from engine.errors import BackendError, BuildCancelled, UsageError
from engine.heat import load_heat
from engine.loading import load_detector, load_pose
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from engine.pixels import MAX_BATCH

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

    def open(self, engine: bytes, name: str, precision: str, *, threads: int | None = None) -> Session:
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


class Swapped:
    """A session that takes blue for red."""

    precision, description = "f32", "swapped"

    def __init__(self, card: ModelCard) -> None:
        self._session = OnnxRuntime().load(card.path, precision=None, device="cpu")
        self.input, self.outputs, self.close = self._session.input, self._session.outputs, self._session.close

    def run(self, batch: Array) -> tuple[Array, ...]:
        return self._session.run(batch[..., ::-1])


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


def test_int8_without_its_package_names_the_extra(pose_card: ModelCard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nncf", None)  # as if it were not installed
    with pytest.raises(UsageError, match=re.escape("`pip install 'skelter[int8]'` first, or choose one of")):
        build(pose_card, OpenVino(), precision="int8", pictures=drawn.people(1))


def test_int8_without_an_engine_says_how_to_get_one() -> None:
    with pytest.raises(BackendError, match=f"skelter build {DEFAULT_POSE} --precision int8"):
        load_pose(device="openvino", precision="int8")


def test_int8_without_an_engine_says_so_where_the_backend_is_not_asked_for_either() -> None:
    with pytest.raises(BackendError, match=f"skelter build {DEFAULT_POSE} --precision int8"):
        load_pose(device="auto", precision="int8")


@pytest.fixture
def broken_openvino(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenVINO is installed, but a library of the system that it needs is not."""
    package = tmp_path / "site" / "openvino"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('libtbb.so.12: cannot open shared object file')")
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.delitem(sys.modules, "openvino", raising=False)


@pytest.mark.usefixtures("broken_openvino")
@pytest.mark.parametrize("precision", [None, "f32"])
@pytest.mark.parametrize("has_engine", [False, True])
def test_onnx_runtime_takes_over_where_openvino_cannot_start(
    has_engine: bool, precision: str | None, pose_card: ModelCard
) -> None:
    if has_engine:
        key = store.EngineKey(pose_card.name, pose_card.sha256, "openvino", "OpenVINO 1", "a chip", "f32", "any batch")
        store.put(key, b"made while it could", {}, source=pose_card.path)

    session, choice = loading.load(pose_card.path, device="cpu", precision=precision, card=pose_card)

    assert "ONNX Runtime" in session.description
    assert "openvino refused: OpenVINO cannot start (libtbb" in choice.why
    session.close()


@pytest.mark.usefixtures("broken_openvino")
def test_what_needs_an_openvino_that_cannot_start_says_so(pose_card: ModelCard) -> None:
    with pytest.raises(BackendError, match=r"OpenVINO cannot start \(libtbb"):
        build(pose_card, OpenVino())
    with pytest.raises(BackendError, match=r"OpenVINO cannot start \(libtbb"):
        load_heat(DEFAULT_POSE)
    assert list(OpenVino().fingerprints()) == []  # what lists engines goes on


@pytest.fixture
def elsewhere(tmp_path: Path, pose_card: ModelCard) -> Path:
    """A network that runs by its path only, which has a space and an accent in it."""
    path = tmp_path / "my mödel.onnx"
    shutil.copy(pose_card.path, path)
    card = pose_card.path.with_suffix(".toml").read_text(encoding="utf-8")
    path.with_suffix(".toml").write_text(card.replace(pose_card.path.name, path.name), encoding="utf-8")
    return path


def test_of_a_network_that_has_no_name_the_path_is_said_as_it_is_typed(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(BackendError, match=re.escape(f"`skelter build '{elsewhere}' --precision int8`")) as caught:
        load_pose(elsewhere, device="openvino", precision="int8")
    assert "Where that refuses it, leave --precision out" in str(caught.value)

    monkeypatch.setattr(loading, "_meanwhile", lambda serving, *_, **__: serving)  # what is said is looked at, not made
    card = find_model(elsewhere, Task.POSE)
    for precision in ("bf16", "f32"):
        store.put(
            replace(key_of(card, OpenVino(), precision), library="OpenVINO 2020.1"), b"code", {}, source=elsewhere
        )
    load_pose(elsewhere, device="openvino").close()
    assert f"or at once by `skelter build '{elsewhere}'`" in caplog.text


def test_with_a_better_backend_the_one_that_was_asked_for_is_named(
    with_gpu: Callable[[dict[str, float]], Builder], pose_card: ModelCard
) -> None:
    with_gpu({"f16": 0.0})
    with pytest.raises(BackendError, match=f"`skelter build {DEFAULT_POSE} --device openvino --precision int8`"):
        load_pose(device="openvino", precision="int8")


@pytest.mark.parametrize("device", ["openvino:gpu", "openvino:nonsense", "openvino:throughput"])
def test_engines_are_built_for_no_other_device_than_they_are_used_on(device: str) -> None:
    with pytest.raises(UsageError, match=f"openvino builds engines for cpu only: leave `:{device[9:]}` out"):
        select.builder(device)


def test_int8_of_openvino_is_for_its_usual_device_only() -> None:
    """There the engines are that were built and passed: to build one again would not help."""
    with pytest.raises(UsageError, match="leave `:throughput` out"):
        load_pose(device="openvino:throughput", precision="int8")


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


def test_what_was_built_last_is_what_is_used(pose_card: ModelCard) -> None:
    build(pose_card, OpenVino(), precision="bf16", pictures=PICTURES)
    build(pose_card, OpenVino(), precision="f32", pictures=PICTURES)

    with load_pose() as pose:
        assert pose.description.endswith("f32")
    assert [engine.key.precision for engine in store.stored()[0]] == ["f32"]


def test_an_engine_that_other_pictures_refuse_is_used_no_more(pose_card: ModelCard) -> None:
    build(pose_card, Builder(pose_card, {"int8": 0.0, "f16": 0.0}), precision="int8", pictures=PICTURES)
    worse = Builder(pose_card, {"int8": 3.0, "f16": 0.0})

    with pytest.raises(BackendError, match="int8: "):
        build(pose_card, worse, precision="int8", pictures=PICTURES)

    assert find(pose_card, worse, None).session is None


def test_cancelled_at_the_second_precision_a_build_keeps_nothing(pose_card: ModelCard) -> None:
    backend = Builder(pose_card, {"f16": 0.0, "f32": 0.0})
    backend.builds_slowly = False

    def watch(share: float, doing: str) -> bool:
        return share < 0.6

    with pytest.raises(BuildCancelled):
        build(pose_card, backend, pictures=PICTURES, progress=watch)

    assert backend.built == ["f16", "f32"]
    assert store.stored() == ([], [])


def test_of_two_builds_at_once_an_engine_remains(pose_card: ModelCard, monkeypatch: pytest.MonkeyPatch) -> None:
    other = key_of(pose_card, OpenVino(), "bf16")
    kept = store.put

    def at_the_same_time(key: store.EngineKey, *arguments: object, **options: object) -> store.StoredEngine:
        """As if another process, which found bf16 faster, removed this engine as soon as it was there."""
        mine = kept(key, *arguments, **options)  # type: ignore[arg-type]
        monkeypatch.setattr(store, "put", kept)
        store.put_alone(other, b"bf16", {}, source=pose_card.path)
        return mine

    monkeypatch.setattr(store, "put", at_the_same_time)
    done = build(pose_card, OpenVino(), precision="f32", pictures=PICTURES)

    assert done.used.engine is not None
    assert done.used.engine.size > 1e5
    assert "f32" in [engine.key.precision for engine in store.stored()[0]]


def test_with_threads_of_ones_choice_the_engine_is_used_on_them(pose_card: ModelCard) -> None:
    build(pose_card, OpenVino(), precision="f32", pictures=PICTURES)

    with load_pose(threads=1) as pose:  # as every worker of a batch does
        compiled = pose._session._current._request.get_compiled_model()
        assert pose.description.endswith("f32"), "bf16, which is compiled without an engine"
        assert compiled.get_property("INFERENCE_NUM_THREADS") == 1


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


def test_an_old_engine_of_int8_is_said_to_need_pictures(pose_card: ModelCard, caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("nncf")
    old = replace(key_of(pose_card, OpenVino(), "int8"), library="OpenVINO 2020.1")
    store.put(old, b"machine code", {}, source=pose_card.path)

    with load_pose() as pose:
        assert "being built" not in pose.description

    (told,) = caplog.messages
    assert f"`skelter build {DEFAULT_POSE} --precision int8 --pictures CLIP`" in told


def test_a_file_elsewhere_of_the_same_name_makes_no_engine_old(
    tmp_path: Path, pose_card: ModelCard, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = replace(pose_card, path=tmp_path / pose_card.path.name, sha256="0" * 64)
    store.put(key_of(elsewhere, OpenVino(), "f32"), b"machine code", {}, source=elsewhere.path)

    load_pose().close()

    assert caplog.messages == []


@pytest.mark.parametrize("model", [DEFAULT_DETECTOR, DEFAULT_POSE])
def test_what_runs_by_default_would_pass_the_comparison(model: str) -> None:
    card = find_model(model, Task.POSE if model == DEFAULT_POSE else Task.DETECTOR)
    precision = "bf16" if "bf16" in OpenVino().precisions() else "f32"

    assert build(card, OpenVino(), precision=precision).used.precision == precision


@pytest.mark.parametrize("size_wh", [(288, 384), (1280, 960)])
def test_the_comparison_of_boxes_does_not_depend_on_the_picture_s_size(
    size_wh: tuple[int, int], detector_card: ModelCard
) -> None:
    pictures = drawn.people(4, size_wh)
    with (
        Detector(
            detector_card, OpenVino().load(detector_card.path, precision="f32", device="cpu"), why=""
        ) as reference,
        Detector(detector_card, Swapped(detector_card), why="") as swapped,
    ):
        assert check(reference, reference, pictures).passed
        assert not check(reference, swapped, pictures).passed, "planes in the wrong order"


def test_int8_that_went_wrong_is_refused(detector_card: ModelCard) -> None:
    pytest.importorskip("nncf")
    dark = [(image // 8, boxes) for image, boxes in drawn.people(8)]  # its ranges do not fit what it will see
    with (
        Detector(
            detector_card, OnnxRuntime().load(detector_card.path, precision=None, device="cpu"), why=""
        ) as reference,
    ):
        backend = OpenVino()
        engine = backend.build(detector_card.path, precision="int8", samples=samples_of(detector_card, dark, reference))
        with Detector(detector_card, backend.open(engine, "net", "int8"), why="") as candidate:
            assert not check(reference, candidate, drawn.people(8)).passed


def test_an_unknown_precision_is_a_usage_error(pose_card: ModelCard) -> None:
    with pytest.raises(UsageError, match="int3"):
        build(pose_card, Builder(pose_card, {"f16": 0.0}), precision="int3")


def test_a_cancelled_build_keeps_nothing(pose_card: ModelCard) -> None:
    with pytest.raises(BuildCancelled):
        build(pose_card, Builder(pose_card, {"f16": 0.0}), pictures=PICTURES, progress=lambda share, doing: False)

    assert store.stored() == ([], [])


def test_an_engine_of_another_library_or_model_is_told_and_not_used(pose_card: ModelCard) -> None:
    build(pose_card, Builder(pose_card, {"f16": 0.0}), pictures=PICTURES)

    found = find(pose_card, Builder(pose_card, {"f16": 0.0}, library="TensorRT 11.0"), None)
    assert (found.session, found.lost) == (None, "f16")
    assert "TensorRT 10.9 on RTX 4090" in found.notice
    changed = replace(pose_card, sha256="0" * 64)
    found = find(changed, Builder(changed, {"f16": 0.0}), None)
    assert (found.session, found.lost) == (None, "f16")
    assert "the model has changed" in found.notice


class Full(Builder):
    """The same on a card whose memory other programs have."""

    def open(self, engine: bytes, name: str, precision: str, *, threads: int | None = None) -> Session:
        raise cuda.OutOfDeviceMemory("the GPU cannot hold {0}: close other programs on it.", name)


def test_a_full_card_makes_no_engine_unusable(pose_card: ModelCard, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is neither built again, for minutes and on the full card, nor tried in every precision."""
    usual, full = Builder(pose_card, {"f16": 0.0, "f32": 0.0}), Full(pose_card, {"f16": 0.0, "f32": 0.0})
    build(pose_card, usual, pictures=PICTURES)
    monkeypatch.setitem(select.BACKENDS, "tensorrt", full)

    with load_pose() as pose:
        assert "OpenVINO" in pose.description
        assert "close other programs" in pose.why
    with pytest.raises(BackendError, match="close other programs"):
        load_pose(device="tensorrt")
    assert full.built == []
    with pytest.raises(cuda.OutOfDeviceMemory):
        build(pose_card, full, pictures=PICTURES)
    assert full.built == ["f16"]
    assert find(pose_card, usual, None).session is not None


def test_a_damaged_engine_is_told_and_not_used(pose_card: ModelCard) -> None:
    backend = Builder(pose_card, {"f16": 0.0})
    done = build(pose_card, backend, pictures=PICTURES)
    assert done.used.engine is not None
    done.used.engine.path.write_bytes(done.used.engine.path.read_bytes()[:-3])

    found = find(pose_card, backend, None)

    assert (found.session, found.lost) == (None, "f16")
    assert "damaged" in found.notice


def test_an_engine_that_was_never_built_needs_no_notice(pose_card: ModelCard) -> None:
    assert find(pose_card, Builder(pose_card, {"f16": 0.0}), None) == Found(None)


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
