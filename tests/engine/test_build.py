"""Engines: built, proven and kept; wrong ones refused with their figures."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

from engine import drawn, store
from engine.backends import Array
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.openvino import OpenVino
from engine.build import build, check, key_of, people_of, samples_of
from engine.cards import ModelCard, Task
from engine.detector import Detector
from engine.errors import BackendError, BuildCancelled, UsageError
from engine.loading import load_detector, load_pose
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from tests.engine.engines import PICTURES, Builder

pytestmark = pytest.mark.usefixtures("own_folders")


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
