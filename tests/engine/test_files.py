"""Files appear whole or not at all, and two programs with one target don't disturb each other."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import SinkError
from engine.files import WholeFile, WholeFolder, check_writable, left_behind, remove_folders_left_behind
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


# folders

JSON = re.compile(r".*\.json")
CLEAR_UP = """
import re, sys
from pathlib import Path
from engine.files import remove_folders_left_behind
remove_folders_left_behind(Path(sys.argv[1]), re.compile(r".*\\.json"))
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def begun(target: Path, data: bytes) -> WholeFolder:
    folder = WholeFolder(target, JSON)
    folder.write("0.json", data)
    return folder


def test_a_folder_has_its_name_only_when_it_is_whole_and_holds_what_was_written_alone(tmp_path: Path) -> None:
    begun(tmp_path / "o", b"before").commit()
    folder = begun(tmp_path / "o", b"after")
    assert (tmp_path / "o" / "0.json").read_bytes() == b"before"
    folder.commit()
    begun(tmp_path / "o", b"given up").abort()
    assert contents(tmp_path) == {"o/0.json": b"after"}
    other = begun(tmp_path / "o", b"by another program")
    folder.abort()
    other.commit()
    assert contents(tmp_path) == {"o/0.json": b"by another program"}
    assert names(tmp_path) == {"o"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_where_a_link_leads_is_written_and_it_stays(tmp_path: Path) -> None:
    big = tmp_path / "big"
    big.mkdir()
    for name in ("old.json", "new.json", "o"):  # all but the first lead nowhere yet
        (tmp_path / name).symlink_to(big / name)
    (big / "old.json").write_bytes(b"before")
    for name in ("old.json", "new.json"):
        file = WholeFile(tmp_path / name)
        file.write(b"after")
        assert names(big) & {"old.part.json", "new.part.json"}, "it grows on the disk that it is to lie on"
        file.commit()
    for data in (b"before", b"after"):
        begun(tmp_path / "o", data).commit()
    assert contents(big) == {"o/0.json": b"after", "old.json": b"after", "new.json": b"after"}
    assert all(path.is_symlink() or path == big for path in tmp_path.iterdir())
    (big / "new.part.json").touch()
    assert left_behind(tmp_path / "new.json") == [big / "new.part.json"]


@pytest.mark.parametrize("by", ["another program", "this one"])
def test_a_folder_that_grows_is_not_cleared_away_and_one_that_a_kill_left_is(tmp_path: Path, by: str) -> None:
    for left in ("o.part", "o.part-3", "o.part-3.old"):
        (tmp_path / left).mkdir()
        (tmp_path / left / "0.json").write_bytes(b"left")
    (tmp_path / "o.part-4").mkdir()
    (tmp_path / "o.part-4" / "notes.txt").write_bytes(b"mine")
    folder = begun(tmp_path / "o", b"growing")
    if by == "this one":
        remove_folders_left_behind(tmp_path / "o", JSON)
    else:
        subprocess.run([sys.executable, "-c", CLEAR_UP, tmp_path / "o"], check=True)
    assert names(tmp_path) == {"o.part-2", "o.part-4"}
    folder.write("1.json", b"more")
    folder.commit()
    remove_folders_left_behind(tmp_path / "o", JSON)
    assert contents(tmp_path) == {"o/0.json": b"growing", "o/1.json": b"more", "o.part-4/notes.txt": b"mine"}


def test_the_old_folder_stays_where_the_new_one_cannot_have_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(tmp_path / "o", b"before").commit()
    folder, rename = begun(tmp_path / "o", b"after"), Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.name.endswith(".part"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(SinkError, match="not writable"):
        folder.commit()
    assert contents(tmp_path) == {"o/0.json": b"before"}
    assert names(tmp_path) == {"o"}


def test_what_a_kill_left_of_an_old_folder_is_in_nobody_s_way(tmp_path: Path) -> None:
    begun(tmp_path / "o", b"before").commit()
    begun(tmp_path / "o.part.old", b"left").commit()
    begun(tmp_path / "o", b"after").commit()
    assert contents(tmp_path) == {"o/0.json": b"after", "o.part.old/0.json": b"left"}
