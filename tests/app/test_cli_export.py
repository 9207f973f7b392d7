"""`skelter export` and `skelter import` as a person meets them."""

from __future__ import annotations

import json

import pytest

from app.exports import FORMATS
from app.exports.skelter_json import read
from app.manifest import hash_of
from app.results import Recording
from tests.app.recordings import awkward, written
from tests.app.test_cli import assert_refused, drawn_clip


@pytest.fixture
def result(tmp_path):
    """A saved result called walk.json."""
    return written(awkward(), tmp_path, "json")[0].rename(tmp_path / "walk.json")


def test_every_format_lies_beside_the_result(result, command, tmp_path):
    done = command("export", result, "--to", ",".join(name for name in FORMATS if name != "json"))
    assert done.returncode == 0, done.stderr
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "walk.json", "walk.jsonl", "walk.csv", "walk-tidy.csv", "walk.parquet", "walk-coco.json", "walk-posetrack.json",
        "walk-openpose", "walk-p1.trc", "walk-p7.trc", "walk-p12.trc", "walk.txt", "walk-angles.csv", "walk-p1.mot",
        "walk-p7.mot", "walk-p12.mot", "walk.manifest.json",
    }  # fmt: skip
    assert all(f"Wrote {tmp_path / name}\n" in done.stderr for name in names - {"walk.json"})


def test_the_ending_of_a_file_says_its_format(result, command, tmp_path):
    assert command("export", result, "-o", tmp_path / "x-coco.json").returncode == 0
    assert isinstance(json.loads((tmp_path / "x-coco.json").read_text()), list)
    assert command("export", result, "--to", "coco", "-o", tmp_path / "y.json").returncode == 0
    assert isinstance(json.loads((tmp_path / "y.json").read_text()), list)


def test_one_person_in_metres(result, command, tmp_path):
    done = command("export", result, "--to", "trc", "--person", "7", "--height", "1.8")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "walk.trc").read_text().splitlines()
    assert len(lines) == 5 + 4
    manifest = json.loads((tmp_path / "walk.manifest.json").read_text())
    assert manifest["outputs"][0]["options"] == {"person": 7, "min_score": 0.3, "height_m": 1.8}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "cocoa"], ["cocoa", "did you mean coco?"]),
        (["--to", ","], ["names no format"]),
        ([], ["Say what to write"]),
        (["-o", "x.unknown"], ["x.unknown", "say which with --to"]),
        (["-o", "x.mp4"], ["`skelter track CLIP --to mp4` draws one"]),
        (["--to", "csv,mkv"], ["`skelter track CLIP --to mkv` draws one"]),
        (["--to", "csv,trc", "-o", "x.csv"], ["names one file"]),
        (["--to", "csv", "--person", "9"], ["no person 9", "1, 7, 12"]),
        (["--to", "trc", "--height", "-1"], ["makes no sense"]),
        (["--to", "trc", "--height", "1.8", "--metres-per-pixel", "0.01"], ["given twice"]),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_written(result, command, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert_refused(command("export", result, *arguments), *words)
    assert [path.name for path in tmp_path.iterdir()] == ["walk.json"]


def test_the_result_itself_is_not_overwritten(result, command):
    before = result.read_bytes()
    assert_refused(command("export", result, "--to", "json"), "is the result itself")
    assert result.read_bytes() == before


def test_another_programs_folder_becomes_a_result_that_is_scored_as_the_same(result, command, tmp_path):
    assert command("export", result, "--to", "openpose").returncode == 0
    done = command("import", tmp_path / "walk-openpose", "-o", tmp_path / "back.json", "--fps", "25")
    assert done.returncode == 0, done.stderr
    assert "12 frames, 3 people" in done.stderr
    assert read(tmp_path / "back.json")[3].time_s == pytest.approx(0.12)
    manifest = json.loads((tmp_path / "back.manifest.json").read_text())
    assert manifest["origin"]["source"]["name"] == "läufer clip.mp4"  # the folder's own manifest says so
    assert manifest["outputs"][0]["made_from"] == hash_of(tmp_path / "walk-openpose")
    figures = json.loads(command("eval-tracking", result, tmp_path / "back.json", "--json").stdout)
    assert figures["clear"]["walk"]["MOTA"] == 1.0


def test_smoothing_is_noted_in_the_manifest(result, command, tmp_path):
    done = command("smooth", result, "-o", tmp_path / "smooth.csv", "--method", "butterworth")
    assert done.returncode == 0, done.stderr
    assert "left_hip_smoothed_x" in (tmp_path / "smooth.csv").read_text().splitlines()[0]
    (output,) = json.loads((tmp_path / "smooth.manifest.json").read_text())["outputs"]
    assert (output["name"], output["made_from"]) == ("smooth.csv", hash_of(result))
    assert output["options"]["smoothing"].startswith("butterworth")


def test_an_import_does_not_overwrite_what_lies_there(command, tmp_path):
    (tmp_path / "walk.json").write_text("mine")
    assert_refused(command("import", tmp_path / "walk.json", "-o", tmp_path / "a.docx"), "use .json")
    (tmp_path / "walk").mkdir()
    (tmp_path / "walk" / "a_000000000000_keypoints.json").write_text('{"people": []}')
    assert_refused(command("import", tmp_path / "walk"), "is there already")
    assert (tmp_path / "walk.json").read_text() == "mine"


def test_neither_an_import_nor_smoothing_replaces_what_it_was_made_of(result, command, tmp_path):
    assert command("export", result, "--to", "coco").returncode == 0
    foreign = tmp_path / "walk-coco.json"
    for source, words in ((foreign, ("import", foreign, "-o", foreign)), (result, ("smooth", result, "-o", result))):
        before = source.read_bytes()
        assert_refused(command(*words), "is the result itself")
        assert source.read_bytes() == before


def test_the_folder_one_is_in_is_a_result_too(result, command, tmp_path, monkeypatch):
    assert command("export", result, "--to", "openpose").returncode == 0
    monkeypatch.chdir(tmp_path / "walk-openpose")
    assert command("export", ".", "--to", "csv").returncode == 0
    assert (tmp_path / "walk.csv").is_file()
    result.unlink()
    assert command("import", ".").returncode == 0
    assert len(read(result)) == 12


def test_that_there_are_no_files_for_nobody_is_said(command, tmp_path):
    written(Recording(awkward().header), tmp_path, "json")[0].rename(tmp_path / "empty.json")
    done = command("export", tmp_path / "empty.json", "--to", "trc,csv")
    assert done.returncode == 0
    assert f"There is no empty.trc: nobody is in {tmp_path / 'empty.json'}.\n" in done.stderr
    done = command("track", drawn_clip(tmp_path / "grey.mp4", frames=3), "-o", tmp_path / "o.csv", "--to", "opensim")
    assert "There is no o.mot: nobody was found.\n" in done.stderr


def test_a_second_video_is_no_result_of_the_first(command, tmp_path):
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).touch()
    assert_refused(command("window", tmp_path / "a.mp4", tmp_path / "b.mp4"), "b.mp4 is no result")
    assert_refused(command("window", tmp_path / "a.mp4", tmp_path / "c.json"), "c.json does not exist; check the name")


@pytest.mark.parametrize("arguments", [["export", "--to", "csv"], ["import"], ["smooth", "-o", "s.json"]])
def test_of_a_video_there_is_no_result_yet(command, tmp_path, arguments):
    clip = drawn_clip(tmp_path / "a.mp4", frames=3)
    assert_refused(command(arguments[0], clip, *arguments[1:]), "a.mp4 is a video", f"`skelter track {clip} -o")


def test_a_file_named_twice_is_written_once(command, tmp_path):
    done = command("track", drawn_clip(tmp_path / "a.mp4", frames=3), "-o", tmp_path / "o.json", "--to", "json,csv")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith("Wrote ")] == [
        f"Wrote {tmp_path / name}" for name in ("o.json", "o.csv", "o.manifest.json")
    ]


def test_export_takes_another_programs_result_at_once(result, command, tmp_path):
    assert command("export", result, "--to", "coco").returncode == 0
    done = command("export", tmp_path / "walk-coco.json", "-o", tmp_path / "angles.csv", "--to", "angles")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "angles.csv").read_text().startswith("index,time_s,id,facing,left_shoulder")
