"""Which engine a network runs on: the last one built, none that is old, damaged or of another network."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine import cuda, loading, store
from engine.backends import Session, select
from engine.backends.openvino import OpenVino
from engine.build import Found, build, find, key_of
from engine.cards import ModelCard, Task
from engine.errors import BackendError, UsageError
from engine.heat import load_heat
from engine.loading import load_pose
from engine.models import DEFAULT_POSE, find_model
from tests.engine.engines import PICTURES, Builder

pytestmark = pytest.mark.usefixtures("own_folders")


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


def test_with_threads_of_ones_choice_the_engine_is_used_on_them(pose_card: ModelCard) -> None:
    build(pose_card, OpenVino(), precision="f32", pictures=PICTURES)

    with load_pose(threads=1) as pose:  # as every worker of a batch does
        compiled = pose._session._current._request.get_compiled_model()
        assert pose.description.endswith("f32"), "bf16, which is compiled without an engine"
        assert compiled.get_property("INFERENCE_NUM_THREADS") == 1


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
