"""The manifest: what it says is so, following it gives the same again, and it keeps secrets."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import job
from app.addresses import place_of
from app.changes import Hide, MoveJoint, Rename
from app.edits import Edits
from app.exports.skelter_json import read as read_recording
from app.exports.wide_csv import CsvWriter
from app.imports import clip_of
from app.manifest import Manifest, ModelFacts, Run, output_facts, read, source_facts, write
from app.names import in_text, out_of_text
from app.provenance import add_converted, add_from_window
from app.results import FrameRecord, Header, Recording, SourceRecord
from app.session import Session, read_session, write_session
from engine.errors import SinkError, SkelterError
from engine.models import find_model
from engine.skeletons import COCO
from engine.video.opening import open_source
from tests.app.recordings import awkward
from tests.app.synthetic import SquareSource, square_engines
from tests.app.test_cli import assert_refused, drawn_clip, skelter, start
from tests.clips import Recipe, beginning_of, damage, even_times, make_clip
from tests.engine.video.test_stream import Server, needs_gstreamer, server
from tests.shared import VIDEO, needs_shared

__all__ = ["server"]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory) -> Path:
    """A clip with three people, followed and written in five formats at once."""
    folder = tmp_path_factory.mktemp("run")
    beginning_of(VIDEO / "three-cross.mp4", folder / "clip.mp4", seconds=2.0)
    done = skelter(
        "track", folder / "clip.mp4", "-o", folder / "a.json", "--to", "coco,trc,openpose,mot", "--smooth",
        "--detect-every", "2", "--flip", "--far", "--min-score", "0.6",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in ("a.json", "a-coco.json", "a-p1.trc", "a-openpose", "a.txt", "a.manifest.json"):
        assert f"{folder / name}\n" in done.stderr
    return folder


@needs_shared
def test_it_says_what_ran_on_what_and_what_came_out(run_folder):
    manifest = read(run_folder / "a.manifest.json")
    run = manifest.run
    assert run is not None
    assert run.source.sha256 == sha256(run_folder / "clip.mp4")
    assert (run.source.width, run.source.height, run.frames) == (480, 270, 28)
    card = find_model("skelter-pose-s", "pose")
    assert (run.pose.name, run.pose.sha256) == (card.name, sha256(card.path))
    assert run.detector.device.partition(":")[0] in ("openvino", "onnxruntime")
    assert run.pose.precision in ("f32", "bf16")
    assert run.detector.threshold == pytest.approx(find_model("skelter-detector-n", "detector").threshold)
    assert (run.tracker, run.detect_every, run.smooth, run.flip, run.far) == ("oks", 2, True, True, True)
    models = read_recording(run_folder / "a.json").header.models
    assert models["pose"].endswith(", mirrored too")
    assert models["detector"].endswith(", far away too")
    assert run.libraries["numpy"]
    outputs = {output.name: output for output in manifest.outputs}
    assert outputs["a.json"].sha256 == sha256(run_folder / "a.json")
    assert outputs["a-coco.json"].format == "coco"
    assert outputs["a-openpose"].bytes == sum(file.stat().st_size for file in (run_folder / "a-openpose").iterdir())
    assert {"a.txt", "a-p1.trc"} <= outputs.keys()
    assert outputs["a-p1.trc"].options == {"min_score": 0.6}


def test_it_counts_damaged_frames_and_a_warning_tells_of_them(tmp_path, command):
    clip = make_clip(tmp_path / "clip.mp4", Recipe(even_times(12), codec="mjpeg", pix_fmt="yuvj420p"))
    damage(clip, 7)
    done = command("track", clip, "-o", tmp_path / "a.json")
    assert "Warning: 1 damaged frame was left out after 0.2 s." in done.stderr
    run = read(tmp_path / "a.manifest.json").run
    assert (run.frames, run.damaged) == (11, 1)


@needs_shared
def test_following_it_gives_the_same_joints_and_ids(run_folder, tmp_path, command):
    done = command("track", "--from", run_folder / "a.manifest.json", "-o", tmp_path / "again.json", "--to", "trc")
    assert done.returncode == 0, done.stderr
    assert "Not as it was" not in done.stderr
    assert (tmp_path / "again.json").read_bytes() == (run_folder / "a.json").read_bytes()
    first, again = (path.read_text().splitlines() for path in (run_folder / "a-p1.trc", tmp_path / "again-p1.trc"))
    assert again[1:] == first[1:], "but for the name in the first line"
    again, first = read(tmp_path / "again.manifest.json").run, read(run_folder / "a.manifest.json").run
    assert replace(again, seconds=first.seconds) == first


@needs_shared
def test_it_is_followed_for_its_own_source_with_its_own_models_only(run_folder, tmp_path, command):
    manifest = run_folder / "a.manifest.json"
    shutil.copy(VIDEO / "webcam-1.mkv", tmp_path / "other.mkv")
    done = command("track", tmp_path / "other.mkv", "--from", manifest, "-o", tmp_path / "o.json")
    assert_refused(done, "other.mkv is not the source of the manifest")
    moved = shutil.copy(run_folder / "clip.mp4", tmp_path / "moved.mp4")
    document = json.loads(manifest.read_text())
    document["run"]["pose"]["sha256"] = "0" * 64
    document["run"]["libraries"]["numpy"] = "1.0"
    del document["run"]["flip"], document["run"]["far"]  # as manifests were before there were such choices
    (tmp_path / "b.manifest.json").write_text(json.dumps(document))
    done = command("track", moved, "--from", tmp_path / "b.manifest.json", "-o", tmp_path / "o.json")
    assert_refused(done, "skelter-pose-s (SHA-256 000000000000…) is not on this machine")
    assert_refused(command("track", "--from", manifest), "where to write it")
    done = command("track", "--from", manifest, "--tracker", "iou", "-o", tmp_path / "o.json")
    assert_refused(done, "leave --tracker out")
    assert not (tmp_path / "o.json").exists()


@needs_shared
def test_what_has_changed_since_is_told(run_folder, tmp_path, command):
    document = json.loads((run_folder / "a.manifest.json").read_text())
    document["run"]["skelter"] = "0.0.1"
    document["run"]["libraries"]["numpy"] = "1.0"
    (tmp_path / "old.manifest.json").write_text(json.dumps(document))
    done = command("track", "--from", tmp_path / "old.manifest.json", "-o", tmp_path / "o.json")
    assert done.returncode == 0, done.stderr
    assert "Not as it was: Skelter 0.0.1 then" in done.stderr
    assert "Not as it was: numpy 1.0 then" in done.stderr


@needs_shared
def test_a_conversion_is_added_to_it_and_keeps_the_run(run_folder, tmp_path, command):
    for path in run_folder.glob("a.*json"):
        shutil.copy(path, tmp_path)
    done = command("export", tmp_path / "a.json", "--to", "angles,tidy", "--facing", "left")
    assert done.returncode == 0, done.stderr
    before, after = read(run_folder / "a.manifest.json"), read(tmp_path / "a.manifest.json")
    assert after.run == before.run
    assert len(after.outputs) == len(before.outputs) + 2
    angles = next(output for output in after.outputs if output.name == "a-angles.csv")
    assert angles.options["facing"] == -1
    assert angles.made_from == sha256(tmp_path / "a.json")
    done = command("export", tmp_path / "a.json", "-o", tmp_path / "elsewhere.trc", "--person", "1")
    assert done.returncode == 0, done.stderr
    other = read(tmp_path / "elsewhere.manifest.json")
    assert other.run == before.run
    assert [output.name for output in other.outputs] == ["elsewhere.trc"]
    done = command("track", "--from", tmp_path / "elsewhere.manifest.json", "-o", tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "a.json").read_bytes()


@needs_shared
def test_a_result_finds_its_video_where_it_was_and_where_both_were_moved(run_folder, tmp_path):
    shutil.copy(run_folder / "a.json", tmp_path / "b.json")
    assert clip_of(tmp_path / "b.json") is None
    shutil.copy(run_folder / "a.manifest.json", tmp_path / "b.manifest.json")
    assert clip_of(tmp_path / "b.json") == run_folder / "clip.mp4"
    assert clip_of(run_folder / "a-openpose") == run_folder / "clip.mp4"
    document = json.loads((tmp_path / "b.manifest.json").read_text())
    document["run"]["source"]["path"] = "/gone/clip.mp4"
    (tmp_path / "b.manifest.json").write_text(json.dumps(document))
    moved = shutil.copy(run_folder / "clip.mp4", tmp_path)
    assert clip_of(tmp_path / "b.json") == Path(moved)


def test_a_conversion_of_what_has_no_manifest_has_one_without_a_run(tmp_path, command):
    command("track", drawn_clip(tmp_path / "grey.mp4", frames=5), "-o", tmp_path / "a.json")
    (tmp_path / "a.manifest.json").unlink()
    assert command("export", tmp_path / "a.json", "--to", "csv").returncode == 0
    manifest = read(tmp_path / "a.manifest.json")
    assert manifest.run is None
    assert manifest.origin.source.name == "grey.mp4"
    assert manifest.origin.models["tracker"] == "oks"
    done = command("track", "--from", tmp_path / "a.manifest.json", "-o", tmp_path / "b.json")
    assert_refused(done, "is of a conversion")


def test_doing_again_says_where_it_cannot_or_goes_further(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=3, size=(64, 48))
    assert command("track", clip, "-o", tmp_path / "a.json").returncode == 0
    told = read(tmp_path / "a.manifest.json")
    with open_source(clip) as source:
        next(iter(source))
        assert told.run.threads == source._decoder.stream.codec_context.thread_count, "FFmpeg's own choice"
    where = replace(told.run.source, path="s3://lab/Day #1/clip.mp4")
    elsewhere = replace(told.run, threads=5, source=where, interrupted=True, frames=1)
    write(replace(told, run=elsewhere), tmp_path / "b.manifest.json")
    again = ("track", "--from", tmp_path / "b.manifest.json", "-o", tmp_path / "c.json")
    said = "of s3://lab/Day #1/clip.mp4, which is no path; give a copy of it as SOURCE."
    assert_refused(command(*again), said)
    done = command(*again, clip)
    assert done.returncode == 0, done.stderr
    assert "Not as it was: it was interrupted after 1 frame, and this goes to the end\n" in done.stderr
    assert read(tmp_path / "c.manifest.json").run.threads == 5, "or damaged pictures would not look the same"


def test_a_second_run_of_the_same_name_takes_nothing_from_the_first_without_a_word(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
    path = tmp_path / "clip.manifest.json"

    def told() -> list[str]:
        return sorted(output.name for output in read(path).outputs)

    assert command("track", clip, "-o", tmp_path / "clip.json").returncode == 0
    same = command("track", clip, "-o", tmp_path / "clip.csv")
    assert told() == ["clip.csv", "clip.json"], "the same run gave both"
    assert "earlier run" not in same.stderr
    other = command("track", clip, "-o", tmp_path / "clip.csv", "--smooth")
    assert told() == ["clip.csv"]
    assert f"clip.json is of an earlier run; {path} tells of it as that." in other.stderr
    run = read(path).run

    assert command("export", tmp_path / "clip.json", "--to", "coco,mot").returncode == 0
    assert (read(path).run, told()) == (run, ["clip.csv"])
    converted = read(tmp_path / "clip-coco.json.manifest.json")
    assert converted.run is None
    assert [output.name for output in converted.outputs] == ["clip-coco.json", "clip.txt"]


def test_an_export_of_the_window_leaves_the_manifest_of_a_run(tmp_path):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
    path = tmp_path / "clip.manifest.json"
    for name in ("clip.json", "clip.csv"):
        (tmp_path / name).write_text(name)
    with open_source(clip) as source:
        facts = source_facts(source)
        model = ModelFacts("m", "m.onnx", "0", "openvino:cpu", "f32", 0.5)
        run = Run(facts, model, model, "oks", 1, False, 2, 1, 0.1, None, False, "0.1.0", "3.12", "Linux", {})
        write(Manifest("now", run, (output_facts(tmp_path / "clip.json", "json"),)), path)
        header = Header(SourceRecord("clip.mp4", 64, 48), {}, COCO)
        exported = [output_facts(tmp_path / "clip.csv", "csv")]
        own = add_from_window(path, source, header, exported, edited=True)
        assert (read(path).run, own) == (run, tmp_path / "clip.csv.manifest.json")
        assert read(own).origin.edited
        # over the run's own file: nothing is left that the run's manifest tells of
        assert (
            add_from_window(path, source, header, [output_facts(tmp_path / "clip.json", "json")], edited=True) == path
        )
    assert read(path).run is None


def test_outputs_that_nobody_named_replace_those_of_the_same_run_only(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=4, size=(64, 48))
    data = tmp_path / "clip-poses.json"
    assert command("track", clip).returncode == 0
    whole = data.read_bytes()
    again = command("track", clip)
    assert again.returncode == 0, again.stderr

    refused = "clip-poses.mp4 is there already, and not of the same video, part and settings"
    for other in (["--range", "0-0.05"], ["--smooth"], ["--boxes"], ["--threshold", "0.6"]):
        assert_refused(command("track", clip, *other), refused)
    assert_refused(command("track", clip.rename(tmp_path / "clip.mkv")), refused)
    (tmp_path / "clip.mkv").rename(clip)
    assert data.read_bytes() == whole
    (tmp_path / "clip-poses-p1.trc").write_text("of somebody")
    assert_refused(command("track", clip, "--to", "trc"), "clip-poses-p1.trc is there already")
    data.write_bytes(b"corrected")
    assert_refused(command("track", clip), "clip-poses.json is there already")
    assert data.read_bytes() == b"corrected"


def test_whoever_tracks_again_exports_again_without_a_name_for_each_format(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
    result = tmp_path / "clip.json"
    assert command("track", clip, "-o", result, "--to", "mot").returncode == 0
    assert command("export", result, "--to", "csv,openpose,coco").returncode == 0
    for look in (["--smooth"], ["--threshold", "0.6"]):  # the second time all are of the run before the last
        again = command("track", clip, "-o", result, *look)
        assert again.returncode == 0, again.stderr
    assert [output.name for output in read(tmp_path / "clip.manifest.json").outputs] == ["clip.json"]
    done = command("export", result, "--to", "csv,openpose,coco,mot")
    assert done.returncode == 0, done.stderr
    told = read(tmp_path / "clip.manifest.json")
    assert (len(told.outputs), told.earlier) == (5, ())


def test_beside_an_output_that_was_named_nobodys_work_is_replaced(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=3, size=(64, 48))
    video, result = tmp_path / "clip-out.mp4", tmp_path / "clip-out.json"
    track = ("track", clip, "-o", video, "--to", "json,coco")
    assert command(*track).returncode == 0
    done = command(*track)
    assert done.returncode == 0, done.stderr
    whole = result.read_bytes()
    assert_refused(command(*track, "--range", "0-0.05"), "clip-out.json is there already, and not of the same video")
    assert result.read_bytes() == whole
    (tmp_path / "clip-out-coco.json").write_text("of another program")
    told = "no manifest here tells that Skelter wrote it so: "
    assert_refused(command(*track), told, "clip-out-coco.json; give another name with -o")
    named = command(*track, "-o", tmp_path / "clip-out-coco.json")
    assert named.returncode == 0, named.stderr


def test_what_the_demo_made_is_replaced_and_nobody_elses(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
    demo = ("demo", clip, "--no-window", "--folder", tmp_path)
    for _ in range(2):
        done = command(*demo)
        assert done.returncode == 0, done.stderr
    for own in (tmp_path / "demo.mp4", tmp_path / "demo.json"):
        made, _ = own.read_bytes(), own.write_bytes(b"of somebody")
        assert_refused(command(*demo), f"{own.name} is there already", "--folder")
        assert own.read_bytes() == b"of somebody"
        own.write_bytes(made)


def test_data_that_nobody_named_are_replaced_whatever_the_look_of_the_same_run(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
    assert command("track", clip, "--to", "mp4,csv,angles", "--trails").returncode == 0
    again = command("track", "--from", tmp_path / "clip-poses.manifest.json", "--to", "csv,angles")
    assert again.returncode == 0, again.stderr
    surer = ("track", clip, "--min-score", "0.6", "--to")
    assert_refused(command(*surer, "csv,angles"), "clip-poses-angles.csv is there already")
    assert command(*surer, "csv").returncode == 0, "which has all joints"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens no folder that could be locked")
def test_what_is_exported_at_the_same_time_is_told_of_by_the_manifest_too(tmp_path, monkeypatch):
    result = tmp_path / "clip.json"
    for name in ("clip.json", "clip.csv", "clip.jsonl"):
        (tmp_path / name).write_text(name)
    both_have_read = threading.Barrier(2)

    def slowly(path: Path) -> Manifest:
        with suppress(threading.BrokenBarrierError):
            both_have_read.wait(timeout=0.2)
        return read(path)

    def note(name: str) -> None:
        facts = output_facts(tmp_path / name, name.partition(".")[2], made_from=sha256(result))
        found = Recording(Header(SourceRecord("clip.mp4", 64, 48)))
        add_converted(tmp_path / "clip.manifest.json", result, found, [facts])

    monkeypatch.setattr("app.manifest.read", slowly)
    with ThreadPoolExecutor() as pool:
        list(pool.map(note, ["clip.csv", "clip.jsonl"]))
    assert {output.name for output in read(tmp_path / "clip.manifest.json").outputs} == {"clip.csv", "clip.jsonl"}


@pytest.mark.parametrize(
    "change", [None, Hide(7, True), Rename(7, "Ann"), MoveJoint(frame=1, person=1, joint=5, x=9.0, y=9.0)]
)
def test_of_a_result_that_somebody_corrected_what_is_made_tells_so(tmp_path, command, change):
    session = Session(str(drawn_clip(tmp_path / "clip.mp4", frames=2)), awkward())
    write_session(tmp_path / "work.skelter", replace(session, edits=Edits((change,) if change else ())))
    assert command("export", tmp_path / "work.skelter", "--to", "json").returncode == 0
    assert command("smooth", tmp_path / "work.json", "-o", tmp_path / "smooth.json").returncode == 0
    assert command("export", tmp_path / "smooth.json", "--to", "csv").returncode == 0
    told = [read(tmp_path / f"{name}.manifest.json").origin.edited for name in ("work", "smooth")]
    assert told == [change is not None] * 2
    for told_by in tmp_path.glob("*.manifest.json"):
        told_by.unlink()
    assert command("export", tmp_path / "work.json", "--to", "csv").returncode == 0
    is_seen = isinstance(change, Rename | MoveJoint)  # of the others the result itself keeps no trace
    assert read(tmp_path / "work.manifest.json").origin.edited is is_seen


def test_outputs_in_two_folders_have_a_manifest_in_each(tmp_path, command):
    clip = drawn_clip(tmp_path / "grey.mp4", frames=5)
    for name in ("data", "videos"):
        (tmp_path / name).mkdir()
    outputs = [tmp_path / name for name in ("videos/v.mp4", "data/d.json", "videos/w.mkv")]
    done = command("track", clip, *(word for path in outputs for word in ("-o", path)))
    assert done.returncode == 0, done.stderr
    for name, inside in (("videos/v", ["v.mp4", "w.mkv"]), ("data/d", ["d.json"])):
        manifest = tmp_path / f"{name}.manifest.json"
        assert [output.name for output in read(manifest).outputs] == inside
        assert f"Wrote {manifest}\n" in done.stderr
    assert command("export", outputs[1], "--to", "csv").returncode == 0
    assert read(tmp_path / "data/d.manifest.json").run == read(tmp_path / "videos/v.manifest.json").run


def test_a_single_picture_is_told_of_with_the_tracker_that_ran(tmp_path, command):
    import cv2
    import numpy as np

    cv2.imwrite(str(tmp_path / "one.png"), np.full((48, 64, 3), 50, np.uint8))

    assert command("track", tmp_path / "one.png", "-o", tmp_path / "one.json").returncode == 0

    assert json.loads((tmp_path / "one.json").read_text())["models"]["tracker"] == "still"
    assert read(tmp_path / "one.manifest.json").run.tracker == "still"
    again = command("track", "--from", tmp_path / "one.manifest.json", "-o", tmp_path / "again.json")
    assert again.returncode == 0, again.stderr


def test_a_folder_of_pictures_is_known_by_all_of_them(tmp_path, command):
    import cv2
    import numpy as np

    folder = tmp_path / "shots"
    folder.mkdir()
    for index in range(3):
        cv2.imwrite(str(folder / f"{index}.png"), np.full((48, 64, 3), 50 * index, np.uint8))
    assert command("track", folder, "-o", tmp_path / "a.json").returncode == 0
    again = command("track", "--from", tmp_path / "a.manifest.json", "-o", tmp_path / "b.json")
    assert again.returncode == 0, again.stderr
    cv2.imwrite(str(folder / "1.png"), np.full((48, 64, 3), 51, np.uint8))
    again = command("track", "--from", tmp_path / "a.manifest.json", "-o", tmp_path / "b.json")
    assert_refused(again, "shots is not the source")


@needs_gstreamer
def test_the_password_of_a_camera_is_written_nowhere(server: Server, tmp_path, command):
    server.start(160, 120)
    address = f"rtsp://admin:geheim@127.0.0.1:{server.port}/test"
    with start("track", address, "-o", tmp_path / "o.jsonl", "-o", tmp_path / "o.mkv") as process:
        deadline = time.monotonic() + 120
        while not any(tmp_path.glob("o.part*.jsonl")) and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert {path.name for path in tmp_path.iterdir()} == {"o.jsonl", "o.mkv", "o.manifest.json"}, said
    for path in tmp_path.iterdir():
        assert b"geheim" not in path.read_bytes()
    assert "geheim" not in said
    assert read(tmp_path / "o.manifest.json").run.source.path is None
    again = command("track", address, "--from", tmp_path / "o.manifest.json", "-o", tmp_path / "p.json")
    assert_refused(again, "live pictures that nobody can see again")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "'format' is missing"),
        ('{"format": "other"}', "'other'"),
        ('{"format": "skelter-manifest/1", "run": {}, "outputs": []}', "'source' is missing"),
        ("nonsense", "is no manifest"),
    ],
)
def test_what_is_no_manifest_is_refused_in_a_sentence(tmp_path, content, said):
    path = tmp_path / "some.manifest.json"
    path.write_text(content)
    with pytest.raises(SkelterError, match=said):
        read(path)


def test_an_output_that_cannot_be_finished_takes_no_other_with_it(tmp_path):
    outputs = [tmp_path / "a.json", tmp_path / "b.json", tmp_path / "c.jsonl"]

    def each(record: FrameRecord) -> None:
        if record.index == 5:
            (tmp_path / "b.json").mkdir()  # somebody makes a folder of that name in the meantime

    with pytest.raises(SinkError, match=r"b\.json could not be written.*Written and whole: a\.json, c\.jsonl\."):
        job.run(SquareSource(20), square_engines(), outputs, each=each)
    assert len(json.loads((tmp_path / "a.json").read_text())["frames"]) == 20
    assert len((tmp_path / "c.jsonl").read_text().splitlines()) == 21
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", "b.json", "b.part.json", "c.jsonl"}
    assert (tmp_path / "b.part.json").read_bytes() == (tmp_path / "a.json").read_bytes(), "what was written stays"


def test_an_error_nobody_foresaw_at_the_end_of_one_output_leaves_the_others_whole(tmp_path, monkeypatch):
    def fail(writer: CsvWriter) -> None:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr(CsvWriter, "close", fail)
    with pytest.raises(RuntimeError, match="nobody foresaw this"):
        job.run(SquareSource(20), square_engines(), [tmp_path / "a.csv", tmp_path / "b.json"])
    assert [path.name for path in tmp_path.iterdir()] == ["b.json"]
    assert len(json.loads((tmp_path / "b.json").read_text())["frames"]) == 20


def test_broken_off_at_the_end_what_has_its_name_is_told_with_its_manifest_and_nothing_else_gets_one(
    tmp_path, command, monkeypatch
):
    def interrupted(writer: CsvWriter) -> None:
        raise KeyboardInterrupt  # a second Ctrl-C

    monkeypatch.setattr(CsvWriter, "close", interrupted)
    clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
    (tmp_path / "b.csv").write_text("of an earlier run")
    (tmp_path / "c.jsonl").write_text("of an earlier run")
    done = command("track", clip, "-o", tmp_path / "a.json", "-o", tmp_path / "b.csv", "-o", tmp_path / "c.jsonl")
    assert done.returncode == 130
    assert done.stderr.splitlines()[-2:] == [
        "Written and whole: a.json, a.manifest.json.", "Interrupted; nothing unfinished was kept.",
    ]  # fmt: skip
    assert len(json.loads((tmp_path / "a.json").read_text())["frames"]) == 2
    assert [output.name for output in read(tmp_path / "a.manifest.json").outputs] == ["a.json"]
    assert {(tmp_path / name).read_text() for name in ("b.csv", "c.jsonl")} == {"of an earlier run"}
    assert not list(tmp_path.glob("*.part*"))


def test_a_manifest_that_cannot_be_written_takes_no_other_with_it_and_what_is_whole_is_told(tmp_path, command):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
    outputs = [tmp_path / name / "a.json" for name in ("one", "two")]
    for output in outputs:
        output.parent.mkdir()
    (tmp_path / "one" / "a.manifest.json").mkdir()
    track = command("track", clip, "-o", outputs[0], "-o", outputs[1])
    assert_refused(track, "a.manifest.json", "Written and whole: a.json, a.json, a.manifest.json.")
    assert read(tmp_path / "two" / "a.manifest.json").run.frames == 2

    for folder in ("one", "two"):
        (tmp_path / folder / "d.manifest.json").mkdir()
    outputs = [tmp_path / name for name in ("one/d.mp4", "d.mp4")]
    draw = command("draw", clip, outputs[0].with_name("a.json"), "-o", outputs[0], "-o", outputs[1])
    assert_refused(draw, "d.manifest.json", "Written and whole: d.mp4, d.mp4, d.manifest.json.")
    assert [output.name for output in read(tmp_path / "d.manifest.json").outputs] == ["d.mp4"]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are always Unicode there")
def test_a_name_that_is_no_utf8_is_followed_and_found_again(tmp_path):
    clip = drawn_clip(tmp_path / "clip.mp4", frames=5).rename(tmp_path / os.fsdecode(b"caf\xe9.mp4"))
    result = tmp_path / os.fsdecode(b"h\xe9.json")
    done = skelter("track", clip, "-o", result, "--to", "posetrack,csv,trc,jsonl")
    assert done.returncode == 0, done.stderr
    images = json.loads(result.with_name(os.fsdecode(b"h\xe9-posetrack.json")).read_text())["images"]
    assert images[3]["file_name"] == "images/caf\ufffd/000003.jpg"
    manifest = tmp_path / os.fsdecode(b"h\xe9.manifest.json")
    assert b'"bytes:' + os.fsencode(tmp_path) + b'/caf%E9.mp4"' in manifest.read_bytes()
    assert read(manifest).outputs[0].name == result.name
    assert skelter("track", "--from", manifest, "-o", tmp_path / "again.json").returncode == 0
    assert (tmp_path / "again.json").read_bytes() == result.read_bytes()

    session = tmp_path / "work.skelter"
    write_session(session, Session(str(clip), read_recording(result)))
    assert read_session(session).source == str(clip)
    moved = tmp_path / "moved"
    moved.mkdir()
    session, clip = session.rename(moved / "work.skelter"), clip.rename(moved / clip.name)
    assert read_session(session).source == str(clip)


@given(st.binary(max_size=12).filter(lambda name: not set(name) & {0, ord("/")}) | st.just(b"bytes:a%41"))
def test_any_name_comes_back_out_of_text(name):
    text = in_text(os.fsdecode(name))
    assert os.fsencode(out_of_text(text.encode().decode())) == name


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("s3://lab/ann@uni/Day #1?.mp4", "s3://lab/ann@uni/Day #1?.mp4"),
        ("s3://me:secret@lab/ann@uni/a.mp4", "s3://lab/ann@uni/a.mp4"),
        ("sftp://me@host:2222/a@b.mp4", "sftp://host:2222/a@b.mp4"),
        ("sftp://me:p/a@s?s@host/a.mp4", "sftp://host/a.mp4"),
        ("file:///lab/ann@uni/a#b.mp4", "file:///lab/ann@uni/a#b.mp4"),
        ("https://me:secret@host/ann@uni/a.mp4?key=x@y", "https://host/ann@uni/a.mp4"),
        ("http://host:8080/a.mp4#t", "http://host:8080/a.mp4"),
        ("http://[::1]:80/a.mp4?key=x@y", "http://[::1]:80/a.mp4"),
        ("abfs://videos@account.dfs.core.windows.net/a.mp4", "abfs://videos@account.dfs.core.windows.net/a.mp4"),
        ("simplecache::s3://me:secret@lab/a.mp4", "simplecache::s3://lab/a.mp4"),
        ("zip://a@b.mp4::sftp://me:secret@host/c.zip", "zip://a@b.mp4::sftp://host/c.zip"),
    ],
)
def test_an_address_is_told_whole_but_for_what_is_secret(address, told):
    assert place_of(address) == told


def test_the_name_of_a_manifest_is_no_outputs(tmp_path, command):
    done = command("track", drawn_clip(tmp_path / "c.mp4", frames=2), "-o", tmp_path / "o.manifest.json")
    assert_refused(done, "is the name of the manifest")
