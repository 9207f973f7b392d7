"""Videos and results of a batch where fsspec reaches."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.addresses import place_of
from app.batch import owners, places
from app.batch.videos import find_videos
from app.manifest import Manifest, Origin, SourceFacts, read, sha256_of
from app.manifest import write as write_manifest
from engine.errors import MissingFileError, SinkError, SourceError, UsageError
from tests.app.test_cli import drawn_clip
from tests.app.videos import made


def test_videos_and_results_may_lie_where_only_fsspec_reaches(tmp_path, command):
    pytest.importorskip("fsspec")
    (tmp_path / "in" / "sub").mkdir(parents=True)
    drawn_clip(tmp_path / "in" / "sub" / "a.mp4", frames=5)
    where, out = (tmp_path / "in").as_uri(), (tmp_path / "out").as_uri()
    done = command("batch", where, "-o", out, "--to", "json,openpose")
    assert done.returncode == 0, done.stderr
    assert {"sub/a/a.json", "sub/a/a.manifest.json"} <= made(tmp_path / "out")
    assert len(list((tmp_path / "out/sub/a/a-openpose").iterdir())) == 5
    assert read(tmp_path / "out/sub/a/a.manifest.json").run.source.path == f"{where}/sub/a.mp4"
    again = command("batch", where, "-o", out, "--to", "json,openpose")
    assert "1 finished before" in again.stderr


@pytest.mark.parametrize(("one", "other"), [("Day #1", "Day #2"), ("Q?a", "Q?b"), ("ann@uni", "bob@uni")])
def test_results_of_addresses_that_hold_signs_of_the_web_are_told_apart(tmp_path, one, other):
    pytest.importorskip("fsspec")
    base = tmp_path.as_uri()
    for name in (one, other):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.mp4").write_bytes(b"12345")
    out = tmp_path / "out"
    (first,), (second,) = (find_videos(f"{base}/{name}", str(out)) for name in (one, other))
    source = SourceFacts("a.mp4", place_of(first.address), None, 5, None, 64, 48, 25.0, 1.0)
    Path(first.folder).mkdir(parents=True)
    origin = Origin(source, {}, None, edited=False)
    write_manifest(Manifest("2026-01-01T00:00:00+00:00", None, (), origin), Path(first.folder) / "a.manifest.json")
    owners.check_free(first)
    with pytest.raises(SinkError, match="holds the results of another video"):
        owners.check_free(second)
    (tmp_path / "list.txt").write_text(f"{first.address}\n{second.address}\n")
    a, b = find_videos(str(tmp_path / "list.txt"), str(tmp_path / "new"))
    assert a.folder != b.folder


def test_a_video_elsewhere_that_was_changed_is_known_by_what_its_storage_tells(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    storage = fsspec.filesystem("memory")
    address = "memory://changed/a.mp4"
    storage.pipe("/changed/a.mp4", b"12345")
    (video,) = find_videos("memory://changed", str(tmp_path))
    with places.at_hand(address) as copy:
        facts = SourceFacts("a.mp4", address, sha256_of([copy]), 5, None, 64, 48, 25.0, 1.0, places.version_of(address))
    assert owners.is_unchanged(facts, video)
    storage.pipe("/changed/a.mp4", b"54321")
    assert not owners.is_unchanged(facts, video)
    local = tmp_path / "a.mp4"
    local.write_bytes(b"12345")
    before = places.version_of(local.as_uri())
    assert before == places.version_of(local.as_uri())
    os.utime(local, ns=(1, 1))
    assert places.version_of(local.as_uri()) != before
    assert places.version_of(str(local)) is None


def test_places_say_what_is_wrong_with_them(tmp_path):
    pytest.importorskip("fsspec")
    with pytest.raises(UsageError, match="cannot be reached"), places.at_hand("nosuch://x/y"):
        pass
    gone = (tmp_path / "gone.mp4").as_uri()
    with pytest.raises(MissingFileError, match=r"gone\.mp4 does not exist"), places.at_hand(gone):
        pass
    assert places.read(gone) is None
    assert places.size_of(gone) is None
    assert places.names_in(gone) == set()
    (tmp_path / "clip").mkdir()
    (tmp_path / "list.txt").touch()
    assert places.names_in(tmp_path.as_uri()) == places.names_in(str(tmp_path)) == {"clip", "list.txt"}
    with pytest.raises(MissingFileError, match="does not exist"):
        places.files_under((tmp_path / "gone").as_uri())


def test_what_a_library_of_fsspec_s_raises_is_one_sentence(tmp_path):
    fsspec = pytest.importorskip("fsspec")

    class Vault(fsspec.AbstractFileSystem):
        protocol = "vault"

        def info(self, path, **_):
            raise RuntimeError("Unable to locate credentials")  # as botocore does, by a class of its own

        ls = info

    fsspec.register_implementation("vault", Vault, clobber=True)
    with pytest.raises(SourceError, match=r"vault://videos cannot be listed \(Unable to locate credentials\)"):
        find_videos("vault://videos", str(tmp_path))
    with pytest.raises(SourceError, match="cannot be fetched"), places.at_hand("vault://videos/a.mp4"):
        pass
    assert places.read("vault://videos/a.json") is None


def test_a_failed_upload_leaves_no_manifest(tmp_path):
    pytest.importorskip("fsspec")

    def fail() -> None:
        with places.workplace((tmp_path / "out").as_uri()) as folder:
            (folder / "a.json").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not (tmp_path / "out").exists()
