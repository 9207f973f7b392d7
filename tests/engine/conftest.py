"""The networks that Skelter brings, engines of which lie in folders of a test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from engine.backends import select
from engine.cards import ModelCard, Task
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, find_model
from tests.engine.engines import Builder


@pytest.fixture
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")


@pytest.fixture(scope="module")
def pose_card() -> ModelCard:
    return find_model(DEFAULT_POSE, Task.POSE)


@pytest.fixture(scope="module")
def detector_card() -> ModelCard:
    return find_model(DEFAULT_DETECTOR, Task.DETECTOR)


@pytest.fixture
def with_gpu(monkeypatch: pytest.MonkeyPatch, pose_card: ModelCard) -> Callable[[dict[str, float]], Builder]:
    """A machine with a GPU, for which engines are built."""

    def install(off: dict[str, float]) -> Builder:
        backend = Builder(pose_card, off)
        monkeypatch.setitem(select.BACKENDS, "tensorrt", backend)
        monkeypatch.setattr("engine.build.PICTURES", 3)
        return backend

    return install
