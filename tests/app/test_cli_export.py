"""`skelter export` and `skelter import` as a person meets them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from app.changes import Rename
from app.edits import Edits
from app.exports import FORMATS
from app.exports.openpose_folder import FILE_NAME
from app.exports.skelter_json import read
from app.manifest import hash_of
from app.results import Recording
from app.session import Notes, Session, corrected, write_session
from app.unfinished import told
from engine.files import WholeFolder
from tests.app.recordings import awkward, written
from tests.app.test_cli import assert_refused, drawn_clip, skelter
from tests.app.test_smoothing import recording as walker


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
        "walk-openpose", "walk-p1.trc", "walk-p7.trc", "walk-p12.trc", "walk.txt", "walk-angles.csv",
        "walk-summary.csv", "walk-speeds.csv", "walk-p1.mot", "walk-p7.mot", "walk-p12.mot", "walk.manifest.json",
    }  # fmt: skip
    assert all(f"Wrote {tmp_path / name}\n" in done.stderr for name in names - {"walk.json"})


def test_the_ending_of_a_file_says_its_format(result, command, tmp_path):
    assert command("export", result, "-o", tmp_path / "x-coco.json").returncode == 0
    assert isinstance(json.loads((tmp_path / "x-coco.json").read_text()), list)
    assert command("export", result, "--to", "coco", "-o", tmp_path / "y.json").returncode == 0
    assert isinstance(json.loads((tmp_path / "y.json").read_text()), list)


def test_what_was_written_before_another_format_failed_is_told_by_the_manifest(result, command, tmp_path):
    (tmp_path / "walk.txt").symlink_to(tmp_path / "gone" / "walk.txt")
    done = command("export", result, "--to", "csv,mot")
    assert done.returncode == 2
    assert "walk.txt" in done.stderr
    manifest = json.loads((tmp_path / "walk.manifest.json").read_text())
    assert [output["name"] for output in manifest["outputs"]] == ["walk.csv"]


def test_one_person_in_metres(result, command, tmp_path):
    done = command("export", result, "--to", "trc", "--person", "7", "--height", "1.8")
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "walk.trc").read_text().splitlines()
    assert len(lines) == 5 + 4
    manifest = json.loads((tmp_path / "walk.manifest.json").read_text())
    told = manifest["outputs"][0]["options"]
    scale = told.pop("metres_per_pixel")
    assert told == {"person": 7, "min_score": 0.3, "height_m": 1.8, "height_of": 7}
    said = f"Scale by the height of person 7: {scale:.3g} m a pixel; it holds as far from the camera as this person is."
    assert said in done.stderr
    (wanted,) = written(awkward(), tmp_path, "trc", person=7, metres_per_pixel=scale)
    assert lines[1:] == wanted.read_text().splitlines()[1:]


def test_of_several_people_it_is_told_whose_height_the_scale_is_by(result, command, tmp_path):
    done = command("export", result, "--to", "csv,speeds", "--height", "1.8")
    assert done.returncode == 0, done.stderr
    assert "Scale by the height of person 1, who is seen longest: " in done.stderr
    outputs = json.loads((tmp_path / "walk.manifest.json").read_text())["outputs"]
    told = {output["format"]: output["options"] for output in outputs}
    assert told["csv"] == {}
    assert (told["speeds"]["height_of"], told["speeds"]["height_m"]) == (1, 1.8)


def test_an_option_that_no_format_knows_is_refused_and_each_format_tells_its_own(result, command, tmp_path):
    for option in (["--metres-per-pixel", ".01"], ["--facing", "left"], ["--min-score", ".9"], ["--height", "1.8"]):
        assert_refused(command("export", result, "--to", "csv,coco", *option), f"{option[0]} is for ", "leave it out")
    assert_refused(
        command("export", result, "--to", "csv,speeds", "--facing", "left"),
        "--facing is for angles, summary, opensim, and none of these is written; leave it out.",
    )
    assert not list(tmp_path.glob("*.csv"))
    to = ["--to", "csv,angles,speeds,opensim", "--facing", "left", "--metres-per-pixel", ".01", "--person", "7"]
    assert command("export", result, *to).returncode == 0
    outputs = json.loads((tmp_path / "walk.manifest.json").read_text())["outputs"]
    assert {output["format"]: output["options"] for output in outputs} == {
        "csv": {"person": 7},
        "angles": {"person": 7, "min_score": 0.3, "facing": -1},
        "speeds": {"person": 7, "min_score": 0.3, "metres_per_pixel": 0.01},
        "opensim": {"person": 7, "min_score": 0.3, "metres_per_pixel": 0.01, "facing": -1},
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "cocoa"], ["cocoa", "did you mean coco?"]),
        (["--to", ","], ["names no format"]),
        ([], ["Say what to write"]),
        (["-o", "x.unknown"], ["x.unknown", "say which with --to"]),
        (["-o", "x.mp4"], ["`skelter draw CLIP RESULT -o NAME.mp4` draws it"]),
        (["--to", "csv,mkv"], ["`skelter draw CLIP RESULT -o NAME.mkv` draws it"]),
        (["--to", "csv,trc", "-o", "x.csv"], ["names one file"]),
        (["--to", "csv", "-o", "-"], ["-o names a file", "standard output"]),
        (["--to", "csv", "--person", "9"], ["no person 9", "1, 7, 12"]),
        (["--to", "trc", "--height", "-1"], ["makes no sense"]),
        (["--to", "trc", "--height", "180"], ["A height of 180 m makes no sense; heights are metres"]),
        (["--to", "trc", "--height", "1.8", "--metres-per-pixel", "0.01"], ["given twice"]),
        (["--to", "trc", "--height", "1.8", "--metres-per-pixel", "0"], ["leave one of them out"]),
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


@pytest.mark.parametrize("to", ["json", "csv,jsonl"])
def test_what_another_format_lost_does_not_replace_the_loss_free_result(result, command, tmp_path, to):
    assert command("export", result, "--to", "coco,jsonl").returncode == 0
    before = result.read_bytes()
    done = command("export", tmp_path / "walk-coco.json", "--to", to)
    assert_refused(done, f"walk.{to.rpartition(',')[2]} is there already; give another name with -o.")
    assert result.read_bytes() == before
    assert not (tmp_path / "walk.csv").exists()
    assert command("export", tmp_path / "walk-coco.json", "-o", result).returncode == 0  # who says so, means it


def test_what_skelter_did_not_write_is_not_replaced_under_a_name_that_nobody_gave(result, command, tmp_path):
    for name in ("walk-coco.json", "walk-p1.trc"):
        (tmp_path / name).write_text("of another program")
    (tmp_path / "walk-openpose").mkdir()
    (tmp_path / "walk-openpose" / "hands.json").write_text("{}")
    refused = command("export", result, "--to", "csv,coco,openpose,trc")
    assert_refused(refused, "walk-coco.json, ", "walk-openpose, ", "walk-p1.trc; move it away, or export each")
    assert not (tmp_path / "walk.csv").exists(), "nothing is written before it is said"
    assert (tmp_path / "walk-openpose" / "hands.json").exists()

    assert command("export", result, "--to", "trc", "--person", "7").returncode == 0  # which is walk.trc alone
    done = command("export", result, "-o", tmp_path / "walk-coco.json")
    assert done.returncode == 0, "it was named"
    assert command("export", result, "--to", "coco").returncode == 0, "now it is Skelter's"
    table = tmp_path / "walk.csv"
    assert command("export", result, "--to", "csv").returncode == 0
    table.write_bytes(table.read_bytes() + b"worked on\r\n")
    assert_refused(command("export", result, "--to", "csv"), "no manifest here tells that Skelter wrote it so: ")
    assert table.read_bytes().endswith(b"worked on\r\n")


def test_what_was_exported_of_an_earlier_state_of_a_session_is_exported_again(command, tmp_path):
    session = tmp_path / "work.skelter"
    for name, to in (("Ann", "csv,json"), ("Bob", "csv,speeds"), ("Cho", "csv"), ("Cho", "speeds")):
        write_session(session, Session(str(tmp_path / "gone.mp4"), awkward(), Edits((Rename(1, name),))))
        done = command("export", session, "--to", to)
        assert done.returncode == 0, done.stderr


def test_what_was_given_another_name_together_is_known_for_skelters_own(result, command, tmp_path):
    assert command("export", result, "--to", "csv,trc").returncode == 0
    for path in list(tmp_path.iterdir()):
        path.rename(path.with_name(path.name.replace("walk", "run")))
    done = command("export", tmp_path / "run.json", "--to", "csv,trc")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini"])
def test_a_folder_that_somebody_looked_into_is_written_anew_all_the_same(result, command, tmp_path, name):
    assert command("export", result, "--to", "openpose").returncode == 0
    (tmp_path / "walk-openpose" / name).write_bytes(b"\0")  # what the system puts there
    done = command("export", result, "--to", "openpose")
    assert done.returncode == 0, done.stderr


def test_the_whole_name_of_a_folder_names_what_is_made_of_it(result, command, tmp_path):
    for name in ("take.1", "take.2"):
        assert command("export", result, "--to", "openpose", "-o", tmp_path / name).returncode == 0
        assert command("export", tmp_path / name, "--to", "csv").returncode == 0
    assert {path.name for path in tmp_path.glob("*.csv")} == {"take.1.csv", "take.2.csv"}


def test_files_of_an_earlier_run_stay_and_are_named(result, command, tmp_path, caplog):
    assert command("export", result, "--to", "trc,opensim").returncode == 0
    assert command("export", result, "-o", tmp_path / "walk-p3.trc", "--person", "1").returncode == 0
    (tmp_path / "walk-p4.mot").write_text("mine")
    (tmp_path / "walk-p1-left.mot").write_text("mine")
    caplog.clear()
    written(awkward_only(1), tmp_path, "json")[0].rename(result)
    assert command("export", result, "--to", "trc,opensim").returncode == 0
    assert {path.name for path in tmp_path.iterdir() if path.suffix in (".trc", ".mot")} == {
        "walk-p1.trc", "walk-p3.trc", "walk-p7.trc", "walk-p12.trc",
        "walk-p1.mot", "walk-p4.mot", "walk-p7.mot", "walk-p12.mot", "walk-p1-left.mot",
    }  # fmt: skip
    assert [record.getMessage() for record in caplog.records if "run" in record.getMessage()] == [
        "Not of this run: walk-p12.trc, walk-p3.trc, walk-p7.trc.",
        "Not of this run: walk-p12.mot, walk-p4.mot, walk-p7.mot.",
    ]


def awkward_only(person_id: int) -> Recording:
    recording = Recording(awkward().header)
    for record in awkward():
        recording.add(record[np.flatnonzero(record.tracks.ids == person_id)])
    return recording


def test_of_an_unfinished_result_come_files_under_the_names_that_were_meant(result, command, tmp_path):
    part = tmp_path / "k.part.json"
    part.write_bytes(result.read_bytes()[:-300])
    (tmp_path / "k.part.csv").write_text("rows of the run that was killed")
    assert command("export", part, "--to", "csv,json").returncode == 0
    assert (tmp_path / "k.part.csv").read_text() == "rows of the run that was killed"
    assert (tmp_path / "k.csv").is_file()
    assert 0 < len(read(tmp_path / "k.json")) < 11
    assert_refused(command("export", part, "--to", "csv"), "k.csv is there already; give another name with -o.")
    assert_refused(command("export", part, "--to", "tidy"), "k.json is there already, and k.part.json may be of")
    assert command("export", part, "-o", tmp_path / "x.json").returncode == 0  # what the next start advises


def test_what_was_left_unfinished_is_told_with_what_helps(result, command, tmp_path):
    assert command("export", result, "--to", "openpose").returncode == 0
    (tmp_path / "walk-openpose").rename(tmp_path / "walk-openpose.part")
    (tmp_path / "walk-openpose.part" / ".skelter-lock").touch()
    (tmp_path / "walk.part.json").write_bytes(result.read_bytes().rpartition(b'{"index":11')[0])
    running = WholeFolder(tmp_path / "walk-openpose", FILE_NAME)  # under the name that is free, walk-openpose.part-2
    assert told([tmp_path / "walk.json", tmp_path / "walk-openpose"]) == [
        f"{tmp_path / 'walk.part.json'} is of a run that was ended; it holds 10 frames. `skelter export "
        f"{tmp_path / 'walk.part.json'} -o NAME.json` makes a whole file of it, or remove it.",
        f"{tmp_path / 'walk-openpose.part'} is of a run that was ended; it holds 11 frames. Rename it to keep it, or "
        "remove it.",
    ]
    running.abort()
    assert command("export", tmp_path / "walk-openpose.part", "--to", "csv").returncode == 0
    assert (tmp_path / "walk.csv").is_file()


def test_another_programs_folder_becomes_a_result_that_is_scored_as_the_same(result, command, tmp_path):
    assert command("export", result, "--to", "openpose").returncode == 0
    done = command("import", tmp_path / "walk-openpose", "-o", tmp_path / "back.json", "--fps", "25")
    assert done.returncode == 0, done.stderr
    assert "12 frames, 3 people" in done.stderr
    assert "The size of the pictures is assumed; --clip VIDEO tells it." in done.stderr
    assert read(tmp_path / "back.json")[3].time_s == pytest.approx(0.12)
    manifest = json.loads((tmp_path / "back.manifest.json").read_text())
    assert manifest["origin"]["source"]["name"] == "läufer clip.mp4"  # the folder's own manifest says so
    assert manifest["outputs"][0]["made_from"] == hash_of(tmp_path / "walk-openpose")
    figures = json.loads(command("eval-tracking", result, tmp_path / "back.json", "--json").stdout)
    assert figures["clear"]["walk"]["MOTA"] == 1.0


def test_smoothing_is_noted_in_the_manifest(command, tmp_path):
    (result,) = written(walker(40), tmp_path, "json")
    done = command("smooth", result, "-o", tmp_path / "smooth.csv", "--method", "butterworth")
    assert done.returncode == 0, done.stderr
    assert "left_hip_smoothed_x" in (tmp_path / "smooth.csv").read_text().splitlines()[0]
    (output,) = json.loads((tmp_path / "smooth.manifest.json").read_text())["outputs"]
    assert (output["name"], output["made_from"]) == ("smooth.csv", hash_of(result))
    assert output["options"] == {"smoothing": "butterworth 6 Hz, gaps to 0.2 s"}
    done = command("smooth", result, "-o", tmp_path / "strict.json", "--min-score", "0.6")
    assert done.returncode == 0, done.stderr
    (output,) = json.loads((tmp_path / "strict.manifest.json").read_text())["outputs"]
    assert output["options"] == {"smoothing": "savgol 0.25 s, gaps to 0.2 s, scores from 0.6"}
    assert read(tmp_path / "strict.json").header.smoothing == output["options"]["smoothing"]


def test_an_import_does_not_overwrite_what_lies_there(command, tmp_path):
    (tmp_path / "walk.json").write_text("mine")
    assert_refused(command("import", tmp_path / "walk.json", "-o", tmp_path / "a.docx"), "use .json")
    (tmp_path / "walk").mkdir()
    (tmp_path / "walk" / "a_000000000000_keypoints.json").write_text('{"people": []}')
    assert_refused(command("import", tmp_path / "walk"), "is there already")
    assert (tmp_path / "walk.json").read_text() == "mine"


def test_what_cannot_be_imported_is_told_before_the_name_that_it_would_take(result, command, tmp_path):
    (tmp_path / "walk.txt").write_text("1,1,10,10,20,20\n")
    assert_refused(command("import", tmp_path / "walk.txt"), "walk.txt is not Skelter JSON")


def test_neither_an_import_nor_smoothing_replaces_what_it_was_made_of(result, command, tmp_path):
    assert command("export", result, "--to", "coco").returncode == 0
    foreign = tmp_path / "walk-coco.json"
    for source, words in ((foreign, ("import", foreign, "-o", foreign)), (result, ("smooth", result, "-o", result))):
        before = source.read_bytes()
        done = command(*words)
        assert_refused(done, "is the result itself; choose another name with -o.")
        assert "Smoothed" not in done.stderr, "told before it has cost anything"
        assert source.read_bytes() == before


def test_a_result_that_is_not_there_is_named_also_where_its_output_is(command, tmp_path):
    (tmp_path / "gone.csv").write_text("mine")
    assert_refused(command("export", tmp_path / "gone.json", "--to", "csv"), "gone.json does not exist")
    assert (tmp_path / "gone.csv").read_text() == "mine"


def test_skelter_s_own_results_are_not_imported(result, command):
    assert_refused(command("import", result), "walk.json is Skelter JSON already; there is nothing to import.")


def test_warnings_are_sentences_for_people(result, tmp_path):
    (tmp_path / "walk-p3.trc").write_text("mine")
    assert "\nWarning: Not of this run: walk-p3.trc.\n" in f"\n{skelter('export', result, '--to', 'trc').stderr}"


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


def test_a_session_s_own_scale_is_that_of_its_exports(command, tmp_path):
    session = Session(str(tmp_path / "gone.mp4"), awkward(), notes=Notes(metres_per_pixel=0.004))
    write_session(tmp_path / "work.skelter", session)
    done = command("export", tmp_path / "work.skelter", "--to", "trc", "--person", "7")
    assert done.returncode == 0, done.stderr
    assert "Scale: 0.004 m a pixel, as measured in work.skelter; --metres-per-pixel 0: pixels." in done.stderr
    (wanted,) = written(awkward(), tmp_path, "trc", person=7, metres_per_pixel=0.004)
    assert (tmp_path / "work.trc").read_text().splitlines()[1:] == wanted.read_text().splitlines()[1:]
    speeds = command("export", tmp_path / "work.skelter", "--to", "speeds")
    assert "Scale: 0.004 m a pixel" in speeds.stderr
    (wanted,) = written(awkward(), tmp_path, "speeds", metres_per_pixel=0.004)
    assert (tmp_path / "work-speeds.csv").read_text() == wanted.read_text()
    for said in (["--metres-per-pixel", "0.01"], ["--height", "1.8"]):
        done = command("export", tmp_path / "work.skelter", "--to", "trc", "--person", "7", *said)
        assert (done.returncode, "as measured in" in done.stderr) == (0, False)
    pixels = command("export", tmp_path / "work.skelter", "--to", "trc", "--person", "7", "--metres-per-pixel", "0")
    assert (pixels.returncode, "Scale" in pixels.stderr) == (0, False)
    (wanted,) = written(awkward(), tmp_path, "trc", person=7)
    assert (tmp_path / "work.trc").read_text().splitlines()[1:] == wanted.read_text().splitlines()[1:]


def test_a_session_whose_times_stand_still_opens_but_is_not_exported(command, tmp_path):
    still = Recording(awkward().header)
    for record in awkward():
        still.add(replace(record, time_s=0.0))
    session = tmp_path / "still.skelter"
    write_session(session, Session(str(tmp_path / "gone.mp4"), still))
    assert len(corrected(session)) == len(still)
    done = command("export", session, "--to", "json")
    assert_refused(done, "still.skelter cannot be exported", "is not later than the one before it")
    assert sorted(tmp_path.iterdir()) == [session]


def test_export_takes_another_programs_result_at_once(result, command, tmp_path):
    assert command("export", result, "--to", "coco").returncode == 0
    done = command("export", tmp_path / "walk-coco.json", "-o", tmp_path / "angles.csv", "--to", "angles")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "angles.csv").read_text().startswith("index,time_s,id,facing,left_shoulder")
