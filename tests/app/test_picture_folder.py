"""Annotated pictures of a folder: each under its own name, in its own size, and nobody else's files in danger."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from app import manifest, provenance, unfinished
from app.cli import main
from app.job import Outputs, check_outputs
from app.overlay import Style
from app.results import FrameRecord, Header, Recording, SourceRecord
from engine.errors import UsageError
from engine.types import Boxes, Poses, Tracks
from engine.video.images import ImagesSource

SIZES = {"a.png": (320, 240), "b.bmp": (500, 500), "c 2.JPG": (300, 620), "sub.jpeg": (320, 240)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, (width, height) in SIZES.items():
        cv2.imwrite(str(folder / name), np.full((height, width, 3), 90, np.uint8))
    return folder


def in_the_middle(width: int, height: int) -> Tracks:
    """Somebody with a joint here and there within a third of the picture's height from its middle."""
    joints = np.random.default_rng(2).uniform(-1 / 6, 1 / 6, (17, 2)) * height + (width / 2, height / 2)
    joints += (width / 2, height / 2) - (joints.min(0) + joints.max(0)) / 2
    box = np.array([[*joints.min(0), *joints.max(0)]], np.float32)
    poses = Poses(joints[None].astype(np.float32), np.ones((1, 17), np.float32), Boxes(box, np.ones(1, np.float32)))
    return Tracks(poses, np.ones(1, np.int64), np.zeros(1, np.int64))


def draw_all(folder: Path, out: Path) -> list[tuple[Path, str]]:
    with ImagesSource(folder) as source:
        info = source.info
        header = Header(SourceRecord(info.name, info.width, info.height))
        with Outputs([out], header, Style(), pictures=source) as outputs:
            for frame in source:
                people = in_the_middle(frame.width, frame.height)
                outputs.write(FrameRecord(frame.index, frame.time_s, people), frame)
            return outputs.finish()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_each_picture_is_drawn_on_in_its_own_size_under_its_own_name(folder: Path) -> None:
    out = folder.with_name("out")
    before = contents(folder)
    assert draw_all(folder, out) == [(out, "pictures")]
    for name, written in zip(sorted(SIZES), ("a.png", "b.jpg", "c 2.JPG", "sub.jpeg"), strict=True):
        drawn = cv2.imread(str(out / written))
        width, height = SIZES[name]
        assert drawn.shape == (height, width, 3)
        rows, columns = np.nonzero(np.abs(drawn.astype(int) - 90).max(axis=2) > 60)
        lines = rows > height * 0.3  # below the number over the head
        assert columns[lines].min() + columns[lines].max() == pytest.approx(width, abs=0.05 * width)
        assert rows.max() == pytest.approx(height / 2 + _half_height(name), abs=0.04 * height)
    assert len(contents(out)) == 4
    assert contents(folder) == before


def _half_height(name: str) -> float:
    """Of the person in the picture, whose joints were found in it as it fits into the first."""
    (first_width, first_height), (width, height) = SIZES["a.png"], SIZES[name]
    box = in_the_middle(first_width, first_height).poses.boxes.xyxy[0]
    return float(box[3] - box[1]) / 2 / min(first_width / width, first_height / height)


def test_a_folder_with_other_files_is_left_alone(folder: Path) -> None:
    out = folder.with_name("out")
    out.mkdir()
    check_outputs([out], str(folder))  # an empty one will do
    (out / "a.png").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"out holds other files.*empty or a new folder\."):
        check_outputs([out], str(folder))
    with pytest.raises(UsageError, match="the source itself"):
        check_outputs([folder], str(folder))
    assert contents(out) == {"a.png": b"mine"}
    assert sorted(path.name for path in folder.parent.iterdir()) == ["out", "photos"]


def test_an_earlier_run_is_replaced_unless_something_was_added(folder: Path) -> None:
    out = folder.with_name("out")
    facts = tuple(manifest.output_facts(path, name) for path, name in draw_all(folder, out))
    manifest.write(manifest.Manifest("now", None, facts), manifest.path_beside(out))
    (folder / "b.bmp").unlink()
    check_outputs([out], str(folder))
    draw_all(folder, out)
    assert sorted(contents(out)) == ["a.png", "c 2.JPG", "sub.jpeg"]
    with pytest.raises(UsageError, match="holds other files"):  # the manifest is of the run before
        check_outputs([out], str(folder))


def test_an_earlier_run_is_known_by_a_manifest_called_after_its_first_output(folder: Path) -> None:
    out = folder.with_name("drawn")
    folder.with_name("torn.manifest.json").write_text("{")  # and one that says nothing keeps nobody from the others
    facts = tuple(manifest.output_facts(path, name) for path, name in draw_all(folder, out))
    manifest.write(manifest.Manifest("now", None, facts), manifest.path_beside(folder.with_name("a1.json")))
    check_outputs([out], str(folder))
    (out / "a.png").write_bytes(b"mine")
    with pytest.raises(UsageError, match="holds other files"):
        check_outputs([out], str(folder))


def test_drawing_another_result_into_the_folder_leaves_the_manifest_that_tells_of_more(folder: Path) -> None:
    out, result, other = (folder.with_name(name) for name in ("res", "res.json", "other.json"))
    result.write_text("{}")
    other.write_text("{ }")
    facts = [manifest.output_facts(path, name) for path, name in [(result, "json"), *draw_all(folder, out)]]
    beside = manifest.path_beside(out)
    manifest.write(manifest.Manifest("now", None, tuple(facts)), beside)
    header = Header(SourceRecord("photos", 320, 240))
    for _ in range(2):
        drawn = manifest.output_facts(out, "pictures", made_from=manifest.hash_of(other))
        place = provenance.add_converted(beside, other, Recording(header), [drawn])
        assert place == folder.with_name("res.pictures.manifest.json")
        assert [output.name for output in manifest.read(beside).outputs] == ["res.json"]
        assert [output.name for output in manifest.read(place).outputs] == ["res"]
        check_outputs([out], str(folder))


def test_what_a_killed_run_left_is_told(folder: Path) -> None:
    left = folder.with_name("out.part")
    left.mkdir()
    cv2.imwrite(str(left / "a.png"), np.zeros((4, 4, 3), np.uint8))
    (sentence,) = unfinished.told([folder.with_name("out")])
    assert "out.part is of a run that was ended; it holds 1 picture." in sentence


def test_people_are_not_followed_from_one_photo_to_the_next(folder: Path) -> None:
    assert main(["track", str(folder), "-o", f"{folder.with_name('out')}/"]) == 0
    run = manifest.read(folder.with_name("out.manifest.json")).run
    assert run is not None
    assert (run.tracker, run.frames) == ("still", 4)


def test_how_fast_pictures_follow_one_another_is_said_or_told_to_be_assumed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, beside = folder.with_name("out.json"), folder.with_name("out.manifest.json")
    assert main(["track", str(folder), "-o", str(result)]) == 0
    assert "30 a second are assumed, --fps says how many" in capsys.readouterr().err
    assert json.loads(result.read_text())["source"]["assumed"] is True
    assert main(["track", str(folder), "-o", str(result), "--fps", "5"]) == 0
    assert "assumed" not in capsys.readouterr().err
    document = json.loads(result.read_text())
    assert [frame["time_s"] for frame in document["frames"]] == [0.0, 0.2, 0.4, 0.6]
    assert main(["track", "--from", str(beside), "-o", str(folder.with_name("again.json"))]) == 0
    assert json.loads(folder.with_name("again.json").read_text())["source"] == document["source"]


def black_column(picture: Path) -> bool:
    """Whether nothing is drawn left of who stands in the right half of the picture."""
    return int(cv2.imread(str(picture))[:, 40:120].max()) == 0


def test_trails_are_drawn_of_who_is_followed_from_picture_to_picture(tmp_path: Path) -> None:
    folder, out = tmp_path / "walk", tmp_path / "out"
    folder.mkdir()
    for number, (width, height) in enumerate([(320, 240)] * 4 + [(640, 480), (640, 480), (320, 240)]):
        cv2.imwrite(str(folder / f"{number}.png"), np.zeros((height, width, 3), np.uint8))
    for tracker in ("oks", "still"):
        with ImagesSource(folder) as source:
            header = Header(SourceRecord(source.info.name, 320, 240), {"tracker": tracker})
            with Outputs([out], header, Style(trails=True, ids=False), pictures=source) as outputs:
                for frame in source:
                    people = in_the_middle(320, 240)
                    people = people.moved(lambda points, at=frame.index: points + np.float32([60 * at - 150, 0]))
                    outputs.write(FrameRecord(frame.index, frame.time_s, people), frame)
                outputs.finish()
        assert black_column(out / "3.png") == (tracker == "still")
        assert black_column(out / "6.png"), "of another size than the one before"


def test_people_who_are_not_followed_have_no_trails_no_speeds_and_steady_joints(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, result = f"{folder.with_name('out')}/", str(folder.with_name("out.json"))
    assert main(["track", str(folder), "-o", out, "--trails"]) == 2
    assert "--trails: who is looked for in each picture anew" in capsys.readouterr().err
    assert main(["track", str(folder), "-o", out, "--smooth"]) == 2
    assert "--smooth: who is looked for in each picture anew" in capsys.readouterr().err
    assert main(["track", str(folder), "-o", out, "--to", "speeds"]) == 2
    assert "speeds: these people were looked for in each picture anew" in capsys.readouterr().err
    assert not Path(out).exists()
    assert main(["track", str(folder), "-o", result, "--tracker", "still"]) == 0
    assert main(["draw", str(folder), result, "-o", out, "--trails"]) == 2
    assert "--trails: who is looked for" in capsys.readouterr().err


def test_a_folder_is_for_pictures_only(folder: Path) -> None:
    clip = folder.with_name("clip.mp4")
    clip.touch()
    with pytest.raises(UsageError, match="no output ends in"):
        check_outputs([folder.with_name("out")], str(clip))
