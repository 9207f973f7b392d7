"""What the terminal says of a camera that is lost while it is watched, and what is left of what it showed."""

from __future__ import annotations

import itertools
import re
import sys

import pytest

from app import manifest
from app.exports.skelter_json import read
from app.losses import Losses
from engine.detector import Detector
from engine.errors import BackendError, SourceBrokenOff, SourceError
from engine.files import WholeFile
from engine.types import U8, Boxes
from engine.video import LiveState, Loss
from engine.video.connection import Shot
from engine.video.live import Patience, SupervisedSource
from engine.video.opening import open_source
from tests.app.synthetic import SquareSource, picture
from tests.app.test_cli import assert_refused


class Cable:
    """A camera that is pulled out twice, and stays away the second time."""

    fps = 25.0

    def __init__(self) -> None:
        self._opened = self._given = 0

    def connect(self) -> Cable:
        self._opened += 1
        if self._opened > 2:
            raise SourceError("There is no camera 0; plug it in.")
        self._given = 0
        return self

    def read(self) -> Shot | None:
        self._given += 1
        return Shot(lambda: picture(0)) if self._given <= 5 else None

    def close(self) -> None: ...


def test_live_says_once_when_its_camera_is_lost_and_when_it_is_back_and_names_the_losses_at_the_end(
    command, monkeypatch, tmp_path
):
    patience = Patience(first_retry_s=0.01, longest_retry_s=0.01, give_up_s=0.1)
    monkeypatch.setattr(
        "engine.video.opening.open_source",
        lambda spec, *, on_state=None, **options: SupervisedSource(
            "camera 0", Cable().connect, patience=patience, on_state=on_state
        ),
    )
    done = command("live", "0", "-o", tmp_path / "take.jsonl")
    assert done.returncode == 3, done.stderr  # it was given up
    run = manifest.read(tmp_path / "take.manifest.json").run
    assert run is not None
    assert run.lost_s >= 0.1, "as long as it was waited for"
    skipped = re.search(r"(\d+) frames? skipped to keep up", done.stderr)
    assert run.dropped == (0 if skipped is None else int(skipped[1]))
    said = [line for line in done.stderr.splitlines() if line.startswith("camera 0")]
    assert [re.sub(r"[\d.]+ s\.", "a while.", line) for line in said] == [
        "camera 0 was lost; it is tried again until it is back.",
        "camera 0 is back after a while.",
        "camera 0 was lost; it is tried again until it is back.",
        "camera 0 was lost 2 times, for a while.",
    ]


@pytest.mark.parametrize("error", [BackendError("The graphics card was lost."), RuntimeError("boom")])
def test_what_fails_at_a_camera_costs_nothing_of_what_it_showed_before(
    error: Exception, command, monkeypatch, tmp_path
):
    calls = itertools.count()

    def fail_late(self: Detector, image: U8, **options: object) -> Boxes:
        if next(calls) > 20:
            raise error
        return Boxes.empty()

    monkeypatch.setattr(Detector, "detect", fail_late)
    monkeypatch.setattr(
        "engine.video.opening.open_source",
        lambda spec, **options: SquareSource(1000, live=True, pause_s=0.005),
    )
    done = command("live", "0", "-o", tmp_path / "take.mp4", "-o", tmp_path / "take.jsonl")
    assert done.returncode == 2, done.stderr
    assert str(error) in done.stderr
    assert "Written and whole: take.mp4, take.jsonl, take.manifest.json." in done.stderr
    known = read(tmp_path / "take.jsonl")
    assert len(known) > 0
    with open_source(tmp_path / "take.mp4") as video:
        assert sum(1 for _ in video) == len(known)
    run = manifest.read(tmp_path / "take.manifest.json").run
    assert run is not None
    assert str(error) in str(run.broken_off)
    assert {path.name for path in tmp_path.iterdir()} == {"take.mp4", "take.jsonl", "take.manifest.json"}


def test_a_camera_that_was_never_lost_is_not_spoken_of():
    said: list[str] = []
    losses = Losses(said.append)
    losses.tell(LiveState("camera 0"))
    losses.sum_up()
    assert said == []
    losses.tell(LiveState("camera 0", Loss.SILENT, 0.5))
    for retry_s in (1, 2):
        losses.tell(LiveState("camera 0", Loss.NOT_OPENED, retry_s, SourceError("There is no camera 0; plug it in.")))
    losses.sum_up()
    assert said[1:] == ["There is no camera 0; plug it in.", "camera 0 was lost once, for 0.0 s."]


def test_who_follows_learns_that_it_is_lost_already_and_of_each_change_once():
    losses = Losses(lambda sentence: None)
    told: list[bool] = []
    losses.follow(told.append)
    assert told == []
    for _ in range(2):
        losses.tell(LiveState("camera 0", Loss.SILENT, 0.5))
    losses.follow(told.append)
    losses.tell(LiveState("camera 0"))
    assert told == [True, True, False]


@pytest.mark.parametrize(("also", "is_told"), [((), True), (("a.jsonl",), False)])
def test_what_is_lost_where_the_computer_goes_down_is_told_at_the_start(
    also: tuple[str, ...], is_told: bool, command, monkeypatch, tmp_path
):
    source = SquareSource(5, live=True, fail_at=4, error=SourceBrokenOff("camera 0 does not come back."))
    monkeypatch.setattr("engine.video.opening.open_source", lambda spec, **options: source)
    names = ["a.mp4", "a.csv", "a-summary.csv", "a.trc", *also]
    done = command("live", "0", *(word for name in names for word in ("-o", tmp_path / name)))
    before, _, _ = done.stderr.partition("Loading")
    assert ("lost where the computer goes down before: a-summary.csv, a.trc; add -o NAME.jsonl" in before) is is_told


class TestATakeIsNotReplaced:
    @pytest.fixture(autouse=True)
    def _camera(self, monkeypatch: pytest.MonkeyPatch) -> None:
        source = SquareSource(5, live=True, fail_at=4, error=SourceBrokenOff("camera 0 does not come back."))
        monkeypatch.setattr("engine.video.opening.open_source", lambda spec, **options: source)

    @pytest.mark.parametrize(
        ("there", "output"),
        [("take.mp4", "take.mp4"), ("take.jsonl", "take.jsonl"), ("take-p2.trc", "take.trc"),
         ("take-openpose/take_000000000000_keypoints.json", "take-openpose")],
    )  # fmt: skip
    def test_by_one_of_the_same_name(self, there: str, output: str, command, tmp_path):
        (tmp_path / there).parent.mkdir(exist_ok=True)
        (tmp_path / there).write_bytes(b"yesterday")
        first = there.partition("/")[0]
        assert_refused(
            command("live", "0", "-o", tmp_path / "new.mp4", "-o", tmp_path / output),
            f"{first} is there already", "give another name",
        )  # fmt: skip
        assert (tmp_path / there).read_bytes() == b"yesterday"
        assert [path.name for path in tmp_path.iterdir()] == [first], "before anything begins"

    @pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
    def test_by_a_link_to_it(self, command, tmp_path):
        (tmp_path / "yesterday.mp4").write_bytes(b"yesterday")
        (tmp_path / "take.mp4").symlink_to("yesterday.mp4")
        assert_refused(command("live", "0", "-o", tmp_path / "take.mp4"), "take.mp4 is there already")
        assert (tmp_path / "yesterday.mp4").read_bytes() == b"yesterday"

    def test_by_one_that_was_begun_later(self, command, tmp_path):
        running = WholeFile(tmp_path / "take.jsonl")
        assert_refused(command("live", "0", "-o", tmp_path / "take.jsonl"), "Another program is writing", "take.jsonl")
        running.abort()

    def test_what_holds_nothing_is_none(self, command, tmp_path):
        (tmp_path / "take.jsonl").touch()  # as `mktemp` makes it
        done = command("live", "0", "-o", tmp_path / "take.jsonl")
        assert done.returncode == 3, done.stderr
        assert len(read(tmp_path / "take.jsonl")) > 0
