"""The command line as a person meets it: real processes, real files, exit statuses, one clear sentence on errors."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import psutil
import pytest
from rich.console import Console

from app import manifest
from app.cli import main
from app.progress import Progress
from engine.cards import Task
from engine.models import find_model
from engine.video import SourceInfo
from engine.video.opening import open_source
from engine.video.sink import VideoSink
from tests.clips import beginning_of
from tests.rights import without_rights
from tests.shared import SHARED, VIDEO, needs_shared


def skelter(*arguments: object, cwd: Path | None = None, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", *(str(argument) for argument in arguments)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "COLUMNS": "200"}
    environment.pop("DISPLAY", None)
    return subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=240, check=False, **options
    )


def start(*arguments: object, **options: object) -> subprocess.Popen[str]:
    """A command that goes on while the test does something to it."""
    return subprocess.Popen(
        [sys.executable, "-m", "app.cli", *(str(argument) for argument in arguments)],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}, **options,
    )  # fmt: skip


def drawn_clip(path: Path, frames: int = 30, size: tuple[int, int] = (160, 120)) -> Path:
    """A clip without people: a grey ramp that brightens."""
    width, height = size
    with VideoSink(path, width=width, height=height, fps=25) as sink:
        for index in range(frames):
            sink.write(np.full((height, width, 3), 40 + index % 100, np.uint8), index / 25)
    return path


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """Exit status 2 and one sentence that has the words, without a traceback."""
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1, done.stderr
    for word in words:
        assert word in errors[0]
    assert errors[0].endswith((".", "?"))


@needs_shared
def test_a_signer_at_a_webcam_is_one_person_under_one_id(tmp_path):
    done = skelter("track", VIDEO / "webcam-1.mkv", "-o", tmp_path / "out.mp4", "-o", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "out.json").read_text())
    assert [frame["index"] for frame in document["frames"]] == list(range(72))
    people = [[person["id"] for person in frame["people"]] for frame in document["frames"]]
    assert {person_id for frame in people for person_id in frame} == {1}
    assert sum(frame == [1] for frame in people) >= 68
    with open_source(tmp_path / "out.mp4") as annotated:
        pictures = [frame.image for frame in annotated]
    assert len(pictures) == 72
    with open_source(VIDEO / "webcam-1.mkv") as source:
        originals = [frame.image for frame in source]
    assert pictures[40].shape == originals[40].shape
    changed = np.abs(pictures[40].astype(int) - originals[40]).max(axis=2) > 80
    assert 0.002 < changed.mean() < 0.2  # a skeleton is drawn, and the rest of the picture is left alone


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "RESULT", "-o", "x.csv"), ("import", "RESULT", "-o", "x.json"), ("smooth", "RESULT", "-o", "x.json"),
        ("draw", "clip.mp4", "RESULT", "-o", "x.mp4"), ("eval-tracking", "RESULT", "RESULT"),
    ],
)  # fmt: skip
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no rights of this kind, and other limits")
def test_a_result_that_nobody_can_look_at_is_one_sentence(arguments, tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    closed, long = tmp_path / "closed" / "out.json", "n" * 300 + ".json"
    closed.parent.mkdir()
    closed.write_text("{}")
    done = command(*(long if word == "RESULT" else word for word in arguments))
    assert_refused(done, "cannot be read (file name too long)")
    with without_rights(closed.parent):  # also to import anything; what is needed was imported before
        done = command(*(closed if word == "RESULT" else word for word in arguments))
    assert_refused(done, "out.json cannot be read (permission denied)")


def test_a_default_name_that_is_too_long_is_one_sentence(tmp_path, command, monkeypatch):
    monkeypatch.chdir(tmp_path)
    long = Path("n" * 248 + ".json")
    long.write_text("{}")
    drawn_clip(tmp_path / "clip.mp4", 2)
    assert_refused(command("draw", "clip.mp4", long), "-drawn.mp4 is too long for this disk")
    assert_refused(command("export", long, "--to", "coco"), "is not Skelter JSON")


@needs_shared
def test_a_single_picture_shows_everybody_though_nobody_is_seen_twice(tmp_path):
    picture = SHARED / "data/people/val/images/000001.webp"
    done = skelter("track", picture, "-o", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr
    (frame,) = json.loads((tmp_path / "out.json").read_text())["frames"]
    assert [person["id"] for person in frame["people"]] == [1]
    assert "\n1 frame, 1 person, " in done.stderr


@needs_shared
def test_a_photo_is_drawn_on_as_it_is_looked_at(tmp_path):
    image = cv2.imread(str(SHARED / "data/people/val/images/000001.webp"))
    lying = cv2.imencode(".jpg", cv2.rotate(image, cv2.ROTATE_90_COUNTERCLOCKWISE))[1].tobytes()
    turned_right = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    (tmp_path / "IMG 1.JPG").write_bytes(lying[:2] + turned_right + lying[2:])
    done = skelter("track", tmp_path / "IMG 1.JPG")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        "IMG 1.JPG", "IMG 1-poses.jpg", "IMG 1-poses.json", "IMG 1-poses.manifest.json",
    }  # fmt: skip
    drawn = cv2.imread(str(tmp_path / "IMG 1-poses.jpg"))
    assert drawn.shape == image.shape
    changed = np.abs(drawn.astype(int) - image).max(axis=2) > 80
    assert 0.002 < changed.mean() < 0.2
    assert np.abs(drawn.astype(int) - image)[~changed].mean() < 8
    outputs = json.loads((tmp_path / "IMG 1-poses.manifest.json").read_text())["outputs"]
    assert [(output["name"], output["format"]) for output in outputs] == [
        ("IMG 1-poses.jpg", "jpg"), ("IMG 1-poses.json", "json"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["track", "clip.mp4", "-o", "out.png"], ["out.png", "clip.mp4", "in .mp4 for an annotated video"]),
        (["track", ".", "-o", "out.jpg"], ["out.jpg", "in .mp4"]),
        (["track", "one.png", "-o", "one.png"], ["one.png is the source itself"]),
        (["export", "one.png", "--to", "csv"], ["one.png is a picture and no result: `skelter track one.png"]),
        (["export", "one.json", "--to", "png"], ["png", "a saved result is data: `skelter "]),
    ],
)
def test_a_picture_is_drawn_of_a_picture_only(tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    drawn_clip(tmp_path / "clip.mp4", frames=3)
    cv2.imwrite("one.png", np.full((48, 64, 3), 50, np.uint8))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert main(arguments) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert all(word in told for word in words), told
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@needs_shared
def test_sound_is_there_iff_the_source_has_it(tmp_path):
    clip = beginning_of(VIDEO / "runner.mp4", tmp_path / "clip.mp4", seconds=1.0)
    done = skelter("track", clip, "-o", tmp_path / "runner.mp4", "-o", tmp_path / "runner.csv")
    assert done.returncode == 0, done.stderr
    with open_source(tmp_path / "runner.mp4") as out, open_source(clip) as source:
        assert out.info.has_audio
        assert (out.info.width, out.info.height) == (1768, 994)
        assert out.info.fps == pytest.approx(source.info.fps)
        assert sum(1 for _ in out) == sum(1 for _ in source) == 30
    silent = drawn_clip(tmp_path / "silent.mp4")
    assert skelter("track", silent, "-o", tmp_path / "still-silent.mp4").returncode == 0
    with open_source(tmp_path / "still-silent.mp4") as out:
        assert not out.info.has_audio


def test_an_empty_scene_stays_empty_and_whole(tmp_path):
    done = skelter("track", drawn_clip(tmp_path / "grey.mp4"), "-o", tmp_path / "out.json", "-o", tmp_path / "out.csv")
    assert done.returncode == 0, done.stderr
    assert "30 frames, 0 people" in done.stderr
    assert len(json.loads((tmp_path / "out.json").read_text())["frames"]) == 30
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_ctrl_c_while_everything_is_imported_ends_without_a_traceback(tmp_path):
    (tmp_path / "typer.py").write_text(
        "import time\nprint('importing', flush=True)\nexec('for _ in range(600): time.sleep(0.1)')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])}
    # a shell that starts the tests in its background has them ignore Ctrl-C
    command = [sys.executable, "-c", "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
               "os.execv(sys.executable, [sys.executable, '-m', 'app', '--version'])"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as begun:
        assert begun.stdout.readline() == "importing\n"
        begun.send_signal(signal.SIGINT)
        assert begun.communicate(timeout=60) == ("", "")
    assert begun.returncode == 130


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_by_default_the_results_lie_beside_the_clip_also_where_it_is_a_link(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "mine").mkdir()
    clip = tmp_path / "mine" / "Über den Fluß.mp4"
    clip.symlink_to(drawn_clip(tmp_path / "store" / "abc123.mp4", frames=5))
    done = skelter("track", clip)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "store").iterdir()] == ["abc123.mp4"]
    assert {path.name for path in clip.parent.iterdir()} == {
        "Über den Fluß.mp4", "Über den Fluß-poses.mp4", "Über den Fluß-poses.json", "Über den Fluß-poses.manifest.json",
    }  # fmt: skip


def test_the_results_of_a_folder_lie_beside_it_under_its_name(tmp_path):
    folder = tmp_path / "dance 2.0"
    folder.mkdir()
    for index in range(3):
        cv2.imwrite(str(folder / f"{index}.png"), np.full((48, 64, 3), 50 * index, np.uint8))
    done = skelter("track", folder)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        "dance 2.0", "dance 2.0-poses.mp4", "dance 2.0-poses.json", "dance 2.0-poses.manifest.json",
    }  # fmt: skip
    assert_refused(skelter("track", folder / "*.png"), "*.png", "-o")


def test_names_with_brackets_and_colons_are_told_as_they_are(tmp_path):
    for name in ("game [final].mp4", "a:camera:b.mp4"):
        drawn_clip(tmp_path / name, frames=3)
        done = skelter("track", name, "-o", f"{name}.json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert f"Wrote {name}.json" in done.stderr.splitlines()


def test_the_progress_bar_takes_names_for_what_they_are():
    terminal = Console(file=io.StringIO(), force_terminal=True, width=120)
    info = SourceInfo("game [/final].mp4", 64, 48, 25.0, 1.0, 25, live=False, has_audio=False)
    with Progress(info, terminal):
        pass
    assert "game [/final].mp4" in terminal.file.getvalue()


def test_live_prints_a_header_and_a_line_a_frame(tmp_path):
    done = skelter("live", drawn_clip(tmp_path / "grey.mp4", frames=7))
    assert done.returncode == 0, done.stderr
    header, *lines = (json.loads(line) for line in done.stdout.splitlines())
    assert header["format"] == "skelter/1"
    assert header["source"]["width"] == 160
    assert [line["index"] for line in lines] == list(range(7))


def test_a_file_can_be_played_at_its_own_speed(command, tmp_path):
    done = command("live", drawn_clip(tmp_path / "grey.mp4", frames=26, size=(64, 48)), "--real-time")
    told = re.search(r"26 frames, 0 people, (\d+\.\d) s", done.stderr)
    assert told is not None, done.stderr
    assert float(told[1]) >= 1.0, "25 frames a second"
    assert_refused(command("live", "0", "--real-time"), "0 is live already")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells a closed pipe in another way")
def test_who_reads_the_lines_may_leave_and_the_files_are_finished(tmp_path):
    clip = drawn_clip(tmp_path / "long.mp4", frames=4000, size=(64, 48))
    with start("live", clip, "-o", tmp_path / "o.json", stdout=subprocess.PIPE) as process:
        for _ in range(3):
            assert process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 0, said
    assert "Error" not in said
    assert "Interrupted" not in said
    assert 2 <= len(json.loads((tmp_path / "o.json").read_text())["frames"]) < 4000


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells a closed pipe in another way")
def test_who_reads_what_is_said_may_leave_and_the_files_are_finished(tmp_path):
    clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
    process = start("track", clip, "-o", tmp_path / "o.json")  # as before `2>&1 | head -1`
    assert process.stderr.readline().startswith("Loading")
    process.stderr.close()
    assert process.wait(timeout=120) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"grey.mp4", "o.json", "o.manifest.json"}


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_lines_on_a_full_disk(tmp_path):
    with Path("/dev/full").open("wb") as full:
        process = start("live", drawn_clip(tmp_path / "grey.mp4", frames=3), stdout=full)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 2, said
    assert "no space left" in said.splitlines()[-1]


def test_the_help_names_the_videos_that_are_written():
    for command, words in (("track", ("mp4, m4v, mov, mkv", ".mp4 .m4v .mov .mkv")), ("batch", ("mp4, m4v, mov, mkv",)),
                           ("draw", (".mp4 .m4v .mov .mkv",))):  # fmt: skip
        shown = " ".join(skelter(command, "--help").stdout.replace("│", " ").split())
        assert all(word in shown for word in words), command


def test_the_help_tells_the_threshold_that_counts_unless_another_is_given():
    shown = " ".join(skelter("track", "--help").stdout.replace("│", " ").split())
    assert f"(default: its card's, {find_model('skelter-detector-n', Task.DETECTOR).threshold:g} of " in shown


class TestBadInput:
    @pytest.mark.parametrize("look", ["--boxes", "--trails", "--angles", "--black", "--by-limb"])
    def test_how_to_draw_where_nothing_is_drawn(self, look, tmp_path, command):
        clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
        for words in (("track", clip, "-o", tmp_path / "o.json"), ("live", clip), ("live", clip, "--stream", "udp://")):
            assert_refused(command(*words, look), f"{look} is for pictures, and none is written")
        assert not (tmp_path / "o.json").exists()

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("export", "x.json", "--to", "angles", "--facing", "up"), "'--facing': 'up' is not one of"),
            (("track", "x.mp4", "--threshold", "2"), "'--threshold': give at most 1;"),
            (("batch", "x", "-o", "y", "--workers", "0"), "'--workers': give at least 1;"),
            (("track", "x.mp4", "--fps", "a"), "'--fps': give a number;"),
            (("help",), "`skelter --help`"),
        ],
    )
    def test_values_that_an_option_does_not_take(self, words, told, command):
        assert_refused(command(*words), told)

    def test_a_folder_for_a_file(self, tmp_path, command):
        clip = drawn_clip(tmp_path / "clip.mp4", frames=2, size=(64, 48))
        (tmp_path / "out").mkdir()
        assert_refused(command("track", clip, "-o", f"{tmp_path / 'out'}/"), "out is a folder; give the name of a file")

    def test_a_missing_file(self, tmp_path):
        assert_refused(skelter("track", tmp_path / "gone.mp4", "-o", tmp_path / "o.mp4"), "gone.mp4")

    @pytest.mark.parametrize("name", ["gone.mp4", "game [final].mp4"])
    def test_a_missing_file_without_an_output(self, tmp_path, command, name):
        assert_refused(command("track", tmp_path / name), name, "does not exist")

    def test_a_missing_file_that_looks_like_an_option(self, command):
        assert_refused(command("--", "-v.mp4"), "-v.mp4 does not exist")

    @pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
    def test_a_cache_folder_that_cannot_be_made(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", "/proc/cache")
        assert_refused(skelter("demo", "--no-window", cwd=tmp_path), "/proc/cache", "skelter demo CLIP")

    def test_lines_for_nobody(self, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr(sys, "stdout", None)  # as after `>&-`
        assert main(["live", str(tmp_path / "any.mp4")]) == 2
        assert capsys.readouterr().err.startswith("Error: Standard output is closed")

    @pytest.mark.parametrize("words", [("models", "list", "--json"), ("doctor", "--json")])
    def test_json_for_nobody(self, monkeypatch, words):
        monkeypatch.setattr("app.doctor.examine", dict)  # it times networks
        monkeypatch.setattr(sys, "stdout", None)
        assert main([*words]) == 0

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
    def test_an_answer_on_a_full_disk(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "app", "models", "list", "--all", "--json"],  # more than a buffer holds
                stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        assert_refused(done, "Standard output could not be written (no space left on device)")

    @pytest.mark.parametrize("why", [(errno.EIO, "broken", "/some/disk"), (errno.ENETDOWN, "no network")])
    def test_an_error_of_something_else_adds_nothing_to_standard_output(self, tmp_path, monkeypatch, capsys, why):
        def fail() -> None:
            raise OSError(*why)

        monkeypatch.setattr("app.doctor.examine", fail)
        with (tmp_path / "out").open("w") as out:
            monkeypatch.setattr(sys, "stdout", out)
            monkeypatch.setattr(sys, "__stdout__", out)
            assert main(["doctor", "--json"]) == 1
        assert (tmp_path / "out").read_bytes() == b""
        assert "Something unexpected went wrong: OSError" in capsys.readouterr().err

    def test_tracebacks_change_no_exit_status(self, tmp_path):
        done = skelter("--debug", "track", tmp_path / "nothere.mp4")
        assert done.returncode == 2
        assert "Traceback" in done.stderr
        assert done.stderr.splitlines()[-1].startswith("Error: "), "what is the matter comes last"

    @pytest.mark.skipif(sys.platform == "win32", reason="there drives are roots")
    def test_the_root_as_a_folder_of_pictures(self, capsys):
        assert main(["track", "/"]) == 2
        assert "Say with -o what to write of /," in capsys.readouterr().err

    @pytest.mark.parametrize("command", [[], ["track"]])
    def test_a_folder_that_may_not_be_entered(self, tmp_path, capsys, command):
        folder = tmp_path / "noread"
        folder.mkdir()
        clip = drawn_clip(folder / "grey.mp4", frames=1)
        with without_rights(folder):
            assert main([*command, str(clip)]) == 2
        assert "grey.mp4 cannot be read (permission denied)" in capsys.readouterr().err.replace("\n", " ")

    def test_a_folder_without_pictures(self, tmp_path, command):
        (tmp_path / "empty").mkdir()
        assert_refused(command("track", tmp_path / "empty", "-o", tmp_path / "o.mp4"), "empty")

    def test_a_text_file_named_mp4(self, tmp_path, command):
        (tmp_path / "notes.mp4").write_text("This is not a video.\n" * 100)
        assert_refused(command("track", tmp_path / "notes.mp4", "-o", tmp_path / "o.mp4"), "notes.mp4")

    def test_a_file_of_no_bytes(self, tmp_path, command):
        (tmp_path / "nothing.mp4").touch()
        assert_refused(command("track", tmp_path / "nothing.mp4", "-o", tmp_path / "o.mp4"), "nothing.mp4")

    def test_an_mp4_without_its_end_where_the_index_is(self, tmp_path, command):
        whole = drawn_clip(tmp_path / "whole.mp4", frames=60).read_bytes()
        place = whole.find(b"moov")
        cut = whole[: place + 40] if place < len(whole) / 2 else whole[: place - 4]
        (tmp_path / "cut.mp4").write_bytes(cut)
        assert_refused(command("track", tmp_path / "cut.mp4", "-o", tmp_path / "o.mp4"), "cut.mp4")

    def test_a_camera_that_does_not_exist(self, tmp_path, command):
        assert_refused(command("live", "97"), "camera 97")

    def test_a_folder_that_does_not_exist(self, tmp_path, command):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        assert_refused(command("track", clip, "-o", tmp_path / "nowhere" / "o.mp4"), "nowhere")

    @pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
    def test_a_folder_that_is_not_writable(self, tmp_path, command):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        assert_refused(command("track", clip, "-o", "/proc/o.mp4"), "/proc/o.mp4")

    def test_an_ending_nobody_knows(self, tmp_path, command):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        assert_refused(command("track", clip, "-o", tmp_path / "o.xyz"), "o.xyz", ".mp4", ".json")

    def test_the_source_as_the_output(self, tmp_path, command):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        before = clip.read_bytes()
        assert_refused(command("track", clip, "-o", clip), "grey.mp4", "another name")
        assert clip.read_bytes() == before

    @pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x07" * 500])
    def test_a_model_file_of_the_wrong_kind(self, tmp_path, content, command):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        (tmp_path / "odd.onnx").write_bytes(content)
        done = command("track", clip, "-o", tmp_path / "o.mp4", "--pose", tmp_path / "odd.onnx")
        assert_refused(done, "odd.onnx")
        assert not (tmp_path / "o.mp4").exists()

    def test_a_detector_given_as_pose_network(self, tmp_path, command):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        weights = Path(__file__).parents[2] / "engine" / "weights"
        detector = next(path for path in weights.glob("*detector*.onnx"))
        assert_refused(
            command("track", clip, "-o", tmp_path / "o.mp4", "--pose", detector), detector.stem, "--detector"
        )

    @pytest.mark.parametrize(
        ("option", "name", "words"),
        [
            ("--tracker", "magic", ["magic", "oks"]),
            ("--device", "openvno", ["openvno", "did you mean openvino?"]),
            ("--device", "cpu:0", ["cpu:0", "did you mean cpu?"]),
            ("--precision", "f8", ["f8", "f32, bf16, f16, int8"]),
        ],
    )
    def test_a_name_that_nothing_has_is_refused_before_networks_are_loaded(
        self, tmp_path, command, option, name, words
    ):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        done = command("track", clip, "-o", tmp_path / "o.mp4", option, name)
        assert_refused(done, *words)
        assert "Loading" not in done.stderr

    @pytest.mark.parametrize("every", ["0", "-1", "often", "1.5"])
    def test_a_senseless_detect_every(self, tmp_path, every, command):
        clip = drawn_clip(tmp_path / "grey.mp4", frames=3)
        assert_refused(command("track", clip, "-o", tmp_path / "o.mp4", f"--detect-every={every}"), "--detect-every")

    def test_a_command_mistyped(self):
        assert_refused(skelter("trak"), "trak", "skelter track")

    def test_no_display(self):
        environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "QT_QPA_PLATFORM")}
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
        done = subprocess.run(
            [sys.executable, "-m", "app.cli"], capture_output=True, text=True, env=environment, timeout=120, check=False
        )
        if sys.platform == "linux":
            assert_refused(done, "display")

    def test_a_full_disk(self, tmp_path, small_disk):
        clip = drawn_clip(tmp_path / "noise.mp4", frames=3)
        with VideoSink(clip, width=320, height=240, fps=25) as sink:
            noise = np.random.default_rng(0)
            for index in range(60):
                sink.write(noise.integers(0, 256, (240, 320, 3), dtype=np.uint8), index / 25)
        done = skelter("track", clip, "-o", small_disk / "o.mp4", "-o", small_disk / "o.json")
        assert_refused(done, "full", "o.mp4")
        assert [path.name for path in small_disk.iterdir()] == ["o.part.mp4"], "nothing under a final name"

    def test_a_full_disk_of_one_output_leaves_the_others_with_their_manifest(self, tmp_path, small_disk, command):
        clip = tmp_path / "noise.mp4"
        with VideoSink(clip, width=320, height=240, fps=25) as sink:
            noise = np.random.default_rng(0)
            for index in range(60):
                sink.write(noise.integers(0, 256, (240, 320, 3), dtype=np.uint8), index / 25)
        outputs = ("-o", small_disk / "o.mp4", "-o", tmp_path / "keep.json", "-o", tmp_path / "keep.csv")
        assert_refused(command("track", clip, *outputs), "full", "Written and whole: keep.json, keep.csv")
        told = manifest.read(tmp_path / "keep.manifest.json")
        assert {output.name for output in told.outputs} == {"keep.json", "keep.csv"}
        assert told.run.frames == 60
        assert [path.name for path in small_disk.iterdir()] == ["o.part.mp4"], "nothing under a final name"


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False
    ).returncode
    if mounted != 0:
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_source_that_breaks_off_is_written_as_far_as_it_went(tmp_path):
    whole = drawn_clip(tmp_path / "whole.mkv", frames=200, size=(320, 240)).read_bytes()
    clip = tmp_path / "broken.mkv"
    clip.write_bytes(whole[: int(len(whole) * 0.6)])
    done = skelter("track", clip, "-o", tmp_path / "o.mp4", "-o", tmp_path / "o.json")
    assert done.returncode == 3, done.stderr
    warnings = [line for line in done.stderr.splitlines() if line.startswith("Warning: ")]
    assert len(warnings) == 1
    assert "broken.mkv" in warnings[0]
    frames = json.loads((tmp_path / "o.json").read_text())["frames"]
    assert 20 < len(frames) < 200
    with open_source(tmp_path / "o.mp4") as written:
        assert sum(1 for _ in written) == len(frames)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT between processes")
def test_ctrl_c_finishes_the_files_and_leaves_nothing_behind(tmp_path):
    clip = drawn_clip(tmp_path / "long.mp4", frames=5000, size=(64, 48))
    process = start("track", clip, "-o", tmp_path / "o.mp4", "-o", tmp_path / "o.jsonl")
    deadline = time.monotonic() + 120
    while not _has_grown(tmp_path, "o.part*.jsonl") and time.monotonic() < deadline:
        time.sleep(0.05)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert "Interrupted" in said
    assert not psutil.wait_procs(children, timeout=60)[1]
    assert {path.name for path in tmp_path.iterdir()} == {"long.mp4", "o.mp4", "o.jsonl", "o.manifest.json"}
    lines = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text().splitlines()]
    assert 1 < len(lines) < 5001
    with open_source(tmp_path / "o.mp4") as written:
        assert sum(1 for _ in written) == len(lines) - 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT between processes")
def test_ctrl_c_while_the_models_load_ends_without_files(tmp_path):
    with start("track", drawn_clip(tmp_path / "grey.mp4", frames=3), "-o", tmp_path / "o.mp4") as process:
        assert "Loading" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert process.returncode == 130, said
    assert said.splitlines()[-1] == "Interrupted; nothing unfinished was kept."
    assert "Pose:" not in said  # it did not wait for them
    assert {path.name for path in tmp_path.iterdir()} == {"grey.mp4"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no terminals of this kind")
def test_a_closed_terminal_finishes_the_files(tmp_path):
    import pty

    clip = drawn_clip(tmp_path / "long.mp4", frames=5000, size=(64, 48))
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        ["setsid", "--ctty", sys.executable, "-m", "app.cli", "track", clip, "-o", tmp_path / "o.json"],
        stdin=terminal, stdout=terminal, stderr=terminal,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "xterm"},
        # the tests themselves may run under nohup
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )  # fmt: skip
    os.close(terminal)
    said = b""
    while b"frames/s" not in said:  # of the progress bar, which is drawn from time to time
        said += os.read(master, 1000)
    deadline = time.monotonic() + 120
    while not _has_grown(tmp_path, "o.part*.json") and time.monotonic() < deadline:
        time.sleep(0.05)
    os.close(master)
    assert process.wait(timeout=120) == 130
    assert 1 < len(json.loads((tmp_path / "o.json").read_text())["frames"]) < 5000
    assert {path.name for path in tmp_path.iterdir()} == {"long.mp4", "o.json", "o.manifest.json"}


def _has_grown(folder: Path, pattern: str) -> bool:
    return any(path.stat().st_size > 4000 for path in folder.glob(pattern))


MEMORY = """
import json, sys
from pathlib import Path
import psutil
from app import job
from app.engines import Choice, Engines
from engine.video.opening import open_source
rss = {}
def each(record):
    rss[record.index] = psutil.Process().memory_info().rss
with open_source(sys.argv[1]) as source, Engines.load(Choice()) as engines:
    job.run(source, engines, [Path(sys.argv[2]) / "o.mp4", Path(sys.argv[2]) / "o.json"], each=each)
print(json.dumps([rss[200], max(rss[index] for index in rss if index > 200), len(rss)]))
"""


def test_memory_does_not_grow_with_length(tmp_path):
    clip = drawn_clip(tmp_path / "long.mp4", frames=1200, size=(320, 240))
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, clip, tmp_path], capture_output=True, text=True, timeout=280, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    early, most, frames = json.loads(done.stdout)
    assert frames == 1200
    assert most - early < 33 * 2**20


@needs_shared
def test_two_people_keep_their_ids_with_a_foreign_detector(tmp_path):
    rtmdet = SHARED / "models" / "foreign" / "rtmdet_nano_person.onnx"
    out = tmp_path / "out.json"
    clip = beginning_of(VIDEO / "two-people.mp4", tmp_path / "clip.mp4", seconds=1.0)
    done = skelter("track", clip, "--detector", rtmdet, "-o", tmp_path / "out.mp4", "-o", out)
    assert done.returncode == 0, done.stderr
    document = json.loads(out.read_text())
    assert len(document["frames"]) == 60
    assert (document["source"]["width"], document["source"]["height"]) == (1088, 1920)
    # the two in front are tall; the one at the left border is small
    tall = [
        {person["id"]: person["box"] for person in frame["people"] if person["box"][3] - person["box"][1] > 700}
        for frame in document["frames"]
    ]
    both = [frame for frame in tall if len(frame) == 2]
    assert len(both) >= 50
    assert len({person_id for frame in both for person_id in frame}) == 2


@needs_shared
def test_smoothing_while_tracking_and_afterwards(tmp_path):
    done = skelter("track", VIDEO / "webcam-3.mkv", "--smooth", "-o", tmp_path / "live.json")
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "live.json").read_text())
    assert document["smoothing"] == "one-euro"
    person = document["frames"][40]["people"][0]
    raw, smoothed = np.array(person["keypoints"]), np.array(person["smoothed"])
    sure = raw[:, 2] > 0.5  # the legs are under the desk: wherever the network puts them, it jumps
    assert 0 < np.abs(raw[sure, :2] - smoothed[sure]).max() < 30
    done = skelter("smooth", tmp_path / "live.json", "-o", tmp_path / "later.csv", "--method", "butterworth")
    assert done.returncode == 0, done.stderr
    assert "nose_smoothed_x" in (tmp_path / "later.csv").read_text().splitlines()[0]
