"""`skelter eval-tracking` as a person types it."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from app.cli_tracking import eval_tracking
from app.exports import open_writer
from app.results import FrameRecord, Header, SourceRecord
from engine.errors import MissingFileError, UsageError
from engine.skeletons import POSETRACK
from engine.types import Boxes, Poses, Tracks
from tests.shared import SHARED, needs_shared

MOT = SHARED / "data" / "mot"


def run(*arguments: object) -> str:
    """What the command prints; its errors are raised."""
    return ended(*arguments).stdout


def ended(*arguments: object) -> Result:
    command = typer.Typer()
    command.command()(eval_tracking)
    outcome = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Truth and result of two sequences, a file each."""
    for name in ("TUD-Campus", "TUD-Stadtmitte"):
        for kind, file in (("truth", "gt.txt"), ("result", "test.txt")):
            (tmp_path / kind).mkdir(exist_ok=True)
            copy(MOT / name / file, tmp_path / kind / f"{name}.txt")
    return tmp_path / "truth", tmp_path / "result"


@needs_shared
def test_folders_are_compared_sequence_by_sequence_and_together(folders: tuple[Path, Path]) -> None:
    printed = run(*folders)
    rows = [line.split() for line in printed.splitlines()]
    # py-motmetrics states MOTA 52.6, 56.4 and 55.5, IDF1 55.8, 64.5 and 62.4 for these files
    assert [row[1] for row in rows if row and row[0] in ("TUD-Campus", "TUD-Stadtmitte", "all")] == [
        "52.65", "56.40", "55.51", "55.77", "64.46", "62.43", "39.14", "39.78", "40.00",
    ]  # fmt: skip
    assert "boxes (IoU)" in printed


@needs_shared
def test_one_metric_as_json(folders: tuple[Path, Path]) -> None:
    figures = json.loads(run(*folders, "--metric", "identity", "--json"))
    assert set(figures) == {"similarity", "identity"}
    assert figures["identity"]["all"]["IDF1"] == pytest.approx(0.6243, abs=5e-5)


@needs_shared
def test_a_stricter_threshold_finds_fewer(folders: tuple[Path, Path]) -> None:
    loose, strict = (json.loads(run(*folders, "--json", "--threshold", t))["clear"]["all"] for t in ("0.3", "0.8"))
    assert strict["recall"] < loose["recall"]


@needs_shared
def test_poses_are_asked_of_boxes(folders: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match="--similarity iou"):
        run(*folders, "--similarity", "oks")


@needs_shared
def test_a_sequence_without_a_result_is_named(folders: tuple[Path, Path]) -> None:
    (folders[1] / "TUD-Campus.txt").unlink()
    with pytest.raises(MissingFileError, match=r"TUD-Campus\.txt"):
        run(*folders)


@needs_shared
def test_manifests_beside_the_files_are_no_sequences(folders: tuple[Path, Path]) -> None:
    alone = run(*folders)
    for folder in folders:
        (folder / "TUD-Campus.manifest.json").write_text('{"format": "skelter-manifest/1"}')
    assert run(*folders) == alone


@needs_shared
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TUD-Campus.json", r"TUD-Campus\.json and TUD-Campus\.txt .* are both of the sequence TUD-Campus"),
        ("all.txt", r"all\.txt in .* all is what they are called together"),
    ],
)
def test_files_of_one_name_are_not_taken_for_each_other(folders: tuple[Path, Path], name: str, words: str) -> None:
    for folder in folders:
        copy(folder / "TUD-Stadtmitte.txt", folder / name)
    with pytest.raises(UsageError, match=words):
        run(*folders)


def test_a_folder_against_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(UsageError, match="both be files or both be folders"):
        run(tmp_path, tmp_path / "a.txt")


def posetrack(path: Path, images: int, shift: float) -> Path:
    def places(off: float) -> list[float]:
        body = np.stack([np.arange(17) * 40.0 + 5.0 + off, np.arange(17) % 3 * 40.0 + 5.0, np.ones(17)], axis=1)
        body[3:5] = 0.0
        values: list[float] = body.ravel().tolist()
        return values

    path.write_text(
        json.dumps(
            {
                "images": [{"id": n, "is_labeled": True} for n in range(images)],
                "annotations": [
                    {
                        "image_id": n, "track_id": 1, "keypoints": places(shift if n == 0 else 0.0),
                        "scores": [0.9] * 17, "bbox": [0, 0, 700, 100], "bbox_head": [0, 0, 30, 40],
                    }
                    for n in range(images)
                ],
                "categories": [{"keypoints": list(POSETRACK.keypoints)}],
            }
        )
    )  # fmt: skip
    return path


def test_posetrack_files_get_posetracks_table(tmp_path: Path) -> None:
    truth, result = posetrack(tmp_path / "gt.json", 4, 0.0), posetrack(tmp_path / "found.json", 4, 20.0)
    printed = run(truth, result)
    assert "poses (OKS)" in printed
    table = {line.split()[0]: line.split()[1:] for line in printed.split("posetrack:")[1].splitlines() if line.strip()}
    assert table["MOTA"] == ["50.00"] * 8  # of four frames one is wrong twice over
    quirk = json.loads(run(truth, result, "--metric", "posetrack", "--poseval", "--json"))
    assert quirk["posetrack"]["MOTA"]["Total"] == pytest.approx(1 - 2 / 3)


def test_a_posetrack_result_that_lacks_images_is_refused(tmp_path: Path) -> None:
    truth, result = posetrack(tmp_path / "gt.json", 4, 0.0), posetrack(tmp_path / "found.json", 3, 0.0)
    with pytest.raises(UsageError, match="has 3 images but"):
        run(truth, result)


def test_posetrack_images_are_known_by_their_ids(tmp_path: Path) -> None:
    """In whatever order a result lists them; where they are other ids, by their place, and that is said."""
    truth, result = posetrack(tmp_path / "gt.json", 4, 80.0), posetrack(tmp_path / "found.json", 4, 80.0)
    content = json.loads(result.read_text())
    content["images"].reverse()
    result.write_text(json.dumps(content))
    outcome = ended(truth, result, "--json")
    assert json.loads(outcome.stdout)["posetrack"]["MOTA"]["Total"] == 1
    assert not outcome.stderr
    for image in content["images"]:
        image["id"] += 10_000
    for annotation in content["annotations"]:
        annotation["image_id"] += 10_000
    result.write_text(json.dumps(content))
    outcome = ended(truth, result, "--json")
    assert json.loads(outcome.stdout)["posetrack"]["MOTA"]["Total"] < 1
    assert "found.json has other image ids than gt.json" in outcome.stderr


def test_what_skelter_writes_is_scored_against_itself_and_against_posetrack(tmp_path: Path) -> None:
    header = Header(SourceRecord("a.mp4", 640, 480, 25.0, None))
    for name in ("one.json", "same.jsonl"):
        writer = open_writer(tmp_path / name, header)
        for index in range(6):
            points = np.arange(34, dtype=np.float32).reshape(1, 17, 2) * 10 + np.float32(index)
            points[0, 4] = np.nan
            boxes = Boxes.of([[0, 0, 330, 340]], [0.9])
            poses = Poses.of(points, np.full((1, 17), 0.8), boxes)
            writer.write(FrameRecord(index, index / 25, Tracks(poses, np.array([3]), np.array([0]))))
        writer.close()
    figures = json.loads(run(tmp_path / "one.json", tmp_path / "same.jsonl", "--json"))
    assert figures["similarity"] == "oks"
    assert figures["clear"]["one"]["MOTA"] == 1.0
    assert figures["hota"]["one"]["HOTA"] == pytest.approx(1.0)
    truth = posetrack(tmp_path / "gt.json", 6, 0.0)
    against = json.loads(run(truth, tmp_path / "one.json", "--json"))
    assert against["posetrack"]["AP"]["Total"] < 0.5  # other places altogether: a result, not an error
