"""Files appear whole or not at all, and two programs with one target don't disturb each other."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from engine.errors import SinkError
from engine.files import WholeFile, check_writable, left_behind
from tests.rights import without_rights

if sys.platform != "win32":
    import fcntl


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "o.json").write_bytes(b"before")
    file = WholeFile(tmp_path / "o.json")
    file.write(b"after")
    assert (tmp_path / "o.json").read_bytes() == b"before"
    file.commit()
    file.abort()
    assert (tmp_path / "o.json").read_bytes() == b"after"
    assert names(tmp_path) == {"o.json"}


def test_given_up_it_leaves_nothing(tmp_path: Path) -> None:
    file = WholeFile(tmp_path / "o.json")
    file.write(b"half")
    file.abort()
    assert names(tmp_path) == set()


def test_two_into_one_target_are_both_whole(tmp_path: Path) -> None:
    one, other = WholeFile(tmp_path / "o.json"), WholeFile(tmp_path / "o.json")
    one.write(b"one")
    other.write(b"other")
    check_writable(tmp_path / "o.json")
    one.commit()
    assert (tmp_path / "o.json").read_bytes() == b"one"
    other.commit()
    assert (tmp_path / "o.json").read_bytes() == b"other"
    assert names(tmp_path) == {"o.json"}


def test_what_a_killed_program_left_is_kept(tmp_path: Path) -> None:
    (tmp_path / "o.part.json").write_bytes(b"left")
    file = WholeFile(tmp_path / "o.json")
    file.commit()
    assert names(tmp_path) == {"o.json", "o.part.json"}
    assert (tmp_path / "o.part.json").read_bytes() == b"left"


@pytest.mark.skipif(sys.platform == "win32", reason="flock")
def test_where_a_disk_has_no_locks_nobody_s_file_is_called_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr("fcntl.flock", refuse)
    file = WholeFile(tmp_path / "o.json")
    assert left_behind(tmp_path / "o.json") == []
    file.commit()


@pytest.mark.skipif(sys.platform == "win32", reason="flock")
def test_a_file_is_held_though_somebody_looked_at_it_as_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, flock = iter([True]), fcntl.flock

    def looked_at(descriptor: int, operation: int) -> None:
        if operation & fcntl.LOCK_EX and next(looks, False):
            raise BlockingIOError
        flock(descriptor, operation)

    monkeypatch.setattr("fcntl.flock", looked_at)
    file = WholeFile(tmp_path / "o.json")
    assert left_behind(tmp_path / "o.json") == []
    file.abort()
    (tmp_path / "o.part.json").write_bytes(b"left")
    assert len(left_behind(tmp_path / "o.json")) == 1


def test_targets_that_cannot_be_are_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "locked").mkdir()
    cases = {
        tmp_path / "gone" / "o.json": "does not exist",
        tmp_path / "file" / "o.json": "not a folder",
        tmp_path / "folder.json": "is a folder",
        tmp_path / f"{'long' * 70}.json": "too long",
    }
    for target, words in cases.items():
        with pytest.raises(SinkError, match=words) as raised:
            check_writable(target)
        assert "\n" not in str(raised.value)
        assert str(raised.value).endswith(".")
    with without_rights(tmp_path / "locked"), pytest.raises(SinkError, match="locked is not writable"):
        check_writable(tmp_path / "locked" / "o.json")
    assert names(tmp_path) == {"folder.json", "file", "locked"}
