"""The store: an engine comes back as it was kept, or not at all; what was not built here is never taken."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import store
from engine.errors import BackendError, SinkError
from engine.store import CacheKey, EngineKey

TIMINGS = CacheKey("timing", "TensorRT 10.9", "RTX 4090 (compute capability 8.9)")
KEY = EngineKey("net", "ab" * 32, "tensorrt", "TensorRT 10.9", "RTX 4090 (compute capability 8.9)", "f16", "1–16")


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path


def test_an_engine_comes_back_as_it_was_kept() -> None:
    kept = store.put(KEY, b"machine code", {"median_px": 0.1})

    assert store.get(KEY) == b"machine code"
    assert store.stored() == ([kept], [])
    assert kept.size > len(b"machine code")
    assert [path.name for path in store.folder().iterdir()] == [kept.path.name]


@pytest.mark.parametrize(
    "change",
    [
        {"model_sha256": "cd" * 32},
        {"library": "TensorRT 11.0"},
        {"device": "RTX 5090 (compute capability 12.0)"},
        {"precision": "f32"},
        {"shapes": "1–8"},
    ],
)
def test_where_anything_differs_it_is_another_engine(change: dict[str, str]) -> None:
    old = store.put(KEY, b"machine code", {})

    assert store.get(replace(KEY, **change)) is None
    assert store.others_of(replace(KEY, **change)) == [old]
    assert store.others_of(KEY) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_file_that_changed_in_any_byte_is_not_taken(data: st.DataObject) -> None:
    kept = store.put(KEY, b"machine code" * 20, {"median_px": 0.1})
    content = bytearray(kept.path.read_bytes())
    match data.draw(st.sampled_from(["flip", "cut", "grow"])):
        case "flip":
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] ^= data.draw(st.integers(1, 255))
        case "cut":
            content = content[: data.draw(st.integers(0, len(content) - 1))]
        case "grow":
            content += data.draw(st.binary(min_size=1, max_size=50))
    kept.path.write_bytes(content)

    with pytest.raises(BackendError, match="damaged or was not built here"):
        store.get(KEY)
    assert store.stored() == ([], [kept.path])


def test_an_engine_of_another_installation_is_not_taken(own_folders: Path) -> None:
    store.put(KEY, b"machine code", {})
    (own_folders / "data" / "engines.key").unlink()

    with pytest.raises(BackendError, match="was not built here"):
        store.get(KEY)


def test_an_engine_under_another_name_is_not_taken() -> None:
    kept = store.put(KEY, b"machine code", {})
    other = replace(KEY, precision="f32")
    kept.path.rename(kept.path.with_name(other.file_name))

    with pytest.raises(BackendError, match="not the engine that its name says"):
        store.get(other)


def test_a_disk_that_refuses_is_named(own_folders: Path) -> None:
    (own_folders / "cache").touch()

    with pytest.raises(SinkError):
        store.put(KEY, b"machine code", {})


def test_only_its_user_reads_the_key(own_folders: Path) -> None:
    store.put(KEY, b"machine code", {})

    assert (own_folders / "data" / "engines.key").stat().st_mode & 0o077 == 0


def test_two_programs_that_begin_at_once_read_each_other_s_engines(own_folders: Path) -> None:
    for turn in range(10):
        (own_folders / "data" / "engines.key").unlink(missing_ok=True)
        keys = [replace(KEY, model=f"net{turn}-{each}") for each in range(8)]
        together = threading.Barrier(len(keys))

        def keep(key: EngineKey, together: threading.Barrier = together) -> None:
            together.wait()
            store.put(key, b"machine code", {})

        with ThreadPoolExecutor(len(keys)) as pool:
            list(pool.map(keep, keys))

        assert [store.get(key) for key in keys] == [b"machine code"] * len(keys)
    assert [path.name for path in (own_folders / "data").iterdir()] == ["engines.key"]


def test_a_key_that_is_cut_short_is_drawn_again(own_folders: Path) -> None:
    (own_folders / "data").mkdir()
    (own_folders / "data" / "engines.key").write_bytes(b"short")

    store.put(KEY, b"machine code", {})

    assert store.get(KEY) == b"machine code"


def test_what_a_library_remembers_comes_back_for_it_alone() -> None:
    store.remember(TIMINGS, b"timings")
    store.remember(TIMINGS, b"more timings")

    assert store.recall(TIMINGS) == b"more timings"
    assert store.recall(replace(TIMINGS, library="TensorRT 11.0")) == b""
    assert store.recall(replace(TIMINGS, device="RTX 5090 (compute capability 12.0)")) == b""
    assert [(cache.key, cache.size > 12) for cache in store.caches()] == [(TIMINGS, True)]
    assert store.stored() == ([], [])


@pytest.mark.parametrize("change", [lambda content: content[:-1], lambda content: b"", lambda content: b"x" + content])
def test_a_damaged_memory_is_said_in_one_line_and_made_anew(change: Any, caplog: pytest.LogCaptureFixture) -> None:
    store.remember(TIMINGS, b"timings")
    (cache,) = store.caches()
    cache.path.write_bytes(change(cache.path.read_bytes()))

    with caplog.at_level(logging.WARNING):
        assert store.recall(TIMINGS) == b""

    (record,) = caplog.records
    assert "timing cache of TensorRT 10.9 is made anew" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert (store.caches(), store.stored()) == ([], ([], [cache.path]))
    store.remember(TIMINGS, b"timings")
    assert store.recall(TIMINGS) == b"timings"


def test_a_disk_that_refuses_a_memory_ends_nothing(own_folders: Path, caplog: pytest.LogCaptureFixture) -> None:
    (own_folders / "cache").touch()

    store.remember(TIMINGS, b"timings")

    assert "is not kept" in caplog.text
