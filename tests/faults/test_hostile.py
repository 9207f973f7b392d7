"""Hostile files of every kind; `scripts/faults.py hostile` gives a thousand of each."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import orjson
import pytest

from app.imports import read_result
from app.results import Header, Recording, SourceRecord
from app.session import Notes, Session, read_session, write_session
from engine.errors import MissingFileError, SkelterError
from scripts import hostile
from tests.app.test_cli import assert_refused, skelter


# models have more in tests/engine/test_fuzz.py
@pytest.mark.parametrize(("kind", "count"), [(kind, 24 if kind == "models" else 80) for kind in hostile.KINDS])
def test_it_is_read_or_refused_in_a_sentence_and_does_nothing_else(kind: str, count: int, tmp_path: Path) -> None:
    verdict = hostile.examine(kind, count, tmp_path / "files")
    assert verdict.failure is None
    assert verdict.read + verdict.refused == count
    assert verdict.read > 0
    assert verdict.refused > 0
    assert verdict.slowest_s < hostile.SECONDS


def kept(folder: Path) -> Path:
    (folder / "clip.mp4").touch()
    path = folder / "work.skelter"
    write_session(path, Session(str(folder / "clip.mp4"), Recording(Header(SourceRecord("clip.mp4", 64, 48)))))
    return path


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = kept(tmp_path)
    with zipfile.ZipFile(path) as archive:
        head = archive.read("session.json")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("session.json", head)
        archive.writestr("results.jsonl", bytes(200_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(SkelterError, match="would be 200 MB"):
        read_session(path)


def exhaust(*_: object) -> None:
    raise MemoryError


@pytest.mark.parametrize(("what", "instead"), [("parse_lines", exhaust), ("_memory_left", lambda: 1e6)])
def test_a_session_that_memory_does_not_hold_is_refused(
    what: str, instead: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path)
    monkeypatch.setattr(f"app.session.{what}", instead)
    with pytest.raises(SkelterError, match=r"work\.skelter is too large for this machine's memory"):
        read_session(path)


def test_corrections_that_nobody_made_by_hand_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path)
    monkeypatch.setattr("app.session._LARGEST_HEAD", 100)
    with pytest.raises(SkelterError, match=r"session\.json would be 0 MB"):
        read_session(path)


def test_what_is_no_line_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path)
    monkeypatch.setattr("app.session._LONGEST_LINE", 50)  # shorter than any, as a bomb's is longer
    with pytest.raises(SkelterError, match=r"work\.skelter is not a Skelter session"):
        read_session(path)


@pytest.mark.parametrize("address", ["0", "0:1920x1080@30", "1:gstreamer", "screen:", "rtsp://10.0.0.8/a"])
def test_a_session_of_what_is_live_opens_by_the_same_address(address: str, tmp_path: Path) -> None:
    path = tmp_path / "work.skelter"
    write_session(path, Session(address, Recording(Header(SourceRecord("live", 64, 48)))))
    assert read_session(path).source == address


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "rtsp://10.0.0.8/a"},
        {"address": "0"},
        {"offset_s": "inf"},
        {"offset_s": "nan"},
        {"offset_s": None},
        {"offset_s": 1e300},
        {"offset_s": -86_401},
    ],
)
def test_a_session_compares_with_files_only(wrong: dict[str, object], tmp_path: Path) -> None:
    path, clip = tmp_path / "work.skelter", tmp_path / "clip.mp4"
    clip.touch()
    notes = Notes(compared=str(tmp_path / "other.mp4"), offset_s=-0.2)
    write_session(path, Session(str(clip), Recording(Header(SourceRecord("clip.mp4", 64, 48))), notes=notes))
    assert read_session(path).notes == notes  # whether that video is there, whoever opens it will see
    with zipfile.ZipFile(path) as archive:
        head, results = orjson.loads(archive.read("session.json")), archive.read("results.jsonl")
    head["compared"] |= wrong
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("session.json", orjson.dumps(head))
        archive.writestr("results.jsonl", results)
    with pytest.raises(SkelterError, match=r"work\.skelter is not a Skelter session"):
        read_session(path)


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    side = 20_000

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    packed = zlib.compressobj()
    rows = b"".join(packed.compress(bytes(side // 8 + 1)) for _ in range(side)) + packed.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(content)
    assert len(content) < 500_000
    # in a process of its own: OpenCV keeps the limit it was loaded with
    assert_refused(skelter("track", tmp_path / "bomb.png", "-o", tmp_path / "o.json"), "bomb.png", "larger than any")


def test_a_session_whose_video_is_gone_says_where_it_was(tmp_path: Path) -> None:
    path = kept(tmp_path)
    (tmp_path / "clip.mp4").unlink()
    with pytest.raises(MissingFileError, match=r"video of work\.skelter is not at .*clip\.mp4 any more"):
        read_session(path)


def test_a_result_that_was_cut_off_is_refused_and_under_its_unfinished_name_gives_what_is_whole(tmp_path: Path) -> None:
    for name, content in hostile._result_seeds(tmp_path)[:2]:
        path = tmp_path / f"cut-{name}"
        path.write_bytes(content[: int(len(content) * 0.7)])
        with pytest.raises(SkelterError, match="breaks off"):
            read_result(path)
        part = path.rename(path.with_name(f"{path.stem}.part{path.suffix}"))
        assert 1 <= len(read_result(part)) < 4
