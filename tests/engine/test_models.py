"""Models: found by name or path, described by cards, and anything unfit refused in one clear sentence."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from engine import cards, loading, models
from engine.backends import Session
from engine.backends.onnxruntime import OnnxRuntime
from engine.backends.select import Selection
from engine.cards import ModelCard, Task, read_card
from engine.crops import PixelRule
from engine.errors import MissingFileError, ModelError, SkelterError
from engine.loading import load_detector, load_pose
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, EMBEDDED, find_model, list_models
from engine.pose import PoseEstimator
from tests.engine.onnx_graphs import save_graph
from tests.rights import without_rights


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's model folder, somewhere it can be written."""
    monkeypatch.setattr(models, "user_models", lambda: tmp_path / "own")
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.fixture
def heatmap_model(tmp_path: Path) -> Path:
    return save_graph(tmp_path / "heat.onnx", ["N", 3, 64, 48], {"maps": np.zeros((1, 17, 16, 12), np.float32)})


@pytest.mark.parametrize(("name", "task"), [(DEFAULT_DETECTOR, Task.DETECTOR), (DEFAULT_POSE, Task.POSE)])
def test_the_defaults_are_embedded_and_say_where_they_come_from(name: str, task: Task) -> None:
    card = find_model(name, task)

    assert card.path.parent == EMBEDDED
    assert "research" in card.licence
    assert "COCO" in card.data
    assert "AP" in card.accuracy


def test_every_embedded_file_has_a_card_that_fits() -> None:
    described = {card.path for card in list_models() if card.path.parent == EMBEDDED}

    assert described == set(EMBEDDED.glob("*.onnx"))
    for path in EMBEDDED.glob("*.toml"):
        read_card(path)


def test_a_card_is_read_back_as_it_was_written(heatmap_model: Path) -> None:
    card = replace(
        find_model(heatmap_model, Task.POSE),
        name='the "best" – ö',
        data="two\nlines \\ and a tab\t",
        pixel_rule=PixelRule.UDP,
        accuracy="AP 0.5",
    )

    path = cards.write_card(card)

    assert path == heatmap_model.with_suffix(".toml")
    assert read_card(path) == card
    assert find_model(heatmap_model, Task.POSE) == card
    assert [file.name for file in sorted(heatmap_model.parent.iterdir())] == ["heat.onnx", "heat.toml"]


def test_a_detectors_card_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = save_graph(tmp_path / "d.onnx", [1, 3, 64, 64], {"o": np.zeros((1, 84, 84), np.float32)})
    card = replace(find_model(path, "detector"), person_class=1, nms_iou=0.7, class_names=("a", "b"), mean=(1.5, 2, 3))

    assert read_card(cards.write_card(card)) == card


def test_a_model_of_the_users_own_is_found_by_its_name(own_folder: Path, heatmap_model: Path) -> None:
    path = shutil.copy(heatmap_model, own_folder / "mine.onnx")
    cards.write_card(find_model(path, Task.POSE))

    assert find_model("mine", Task.POSE).path == own_folder / "mine.onnx"
    assert "mine" in [card.name for card in list_models()]
    with load_pose("mine") as pose:
        assert pose.input_size_wh == (48, 64)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("file = ", "not a model card"),
        ('file = ""', "not the name of a file"),
        ('file = ".."', "not the name of a file"),
        (f'file = "{"x" * 300}"', "300 bytes are too many for the name of a file"),
    ],
)
def test_a_broken_card_hides_no_other_model_and_says_what_is_wrong(
    line: str, said: str, own_folder: Path, heatmap_model: Path
) -> None:
    models.import_onnx(heatmap_model, own_folder / "mine.onnx")
    broken = models.import_onnx(heatmap_model, own_folder / "broken.onnx").path.with_suffix(".toml")
    broken.write_text(re.sub("^file = .*$", line, broken.read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert [card.name for card in list_models()] == [DEFAULT_DETECTOR, DEFAULT_POSE, "mine"]
    (error,) = models.broken_cards().values()
    assert list(models.broken_cards()) == [broken]
    assert said in str(error)
    with pytest.raises(MissingFileError, match="there is no pose model called qqq"):
        find_model("qqq", Task.POSE)


def test_a_model_is_called_as_its_file_whatever_its_card_says(own_folder: Path, heatmap_model: Path) -> None:
    card = models.import_onnx(heatmap_model, own_folder / "mine.onnx").path.with_suffix(".toml")
    card.write_text(card.read_text(encoding="utf-8").replace('name = "mine"', 'name = "other"'), encoding="utf-8")

    assert "mine" in [card.name for card in list_models()]
    assert find_model("mine", Task.POSE).name == "mine"
    with pytest.raises(MissingFileError) as caught:
        find_model("other", Task.POSE)
    assert "did you mean other" not in str(caught.value)


@pytest.mark.parametrize("name", ["x" * 251, "x" * 300, f"{'x' * 300}.onnx", f"/{'x' * 300}.onnx"])
def test_a_name_longer_than_a_file_can_have_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(ModelError, match="xxx… is too long for the name of a file") as caught:
        find_model(name)
    assert_one_sentence(caught.value)


@pytest.mark.parametrize("name", ["mine-v1.0", "best.v2", "net.onnx"])
def test_a_name_may_have_dots(name: str, own_folder: Path, heatmap_model: Path) -> None:
    models.import_onnx(heatmap_model, own_folder / f"{name}.onnx")

    assert find_model(name, Task.POSE).path == own_folder / f"{name}.onnx"
    assert find_model(name).name == name
    with pytest.raises(MissingFileError, match=re.escape(f"did you mean {name}?")):
        find_model(f"{name}0", Task.POSE)


def test_a_model_is_found_for_what_it_is() -> None:
    assert (find_model(DEFAULT_POSE).task, find_model(DEFAULT_DETECTOR).task) == (Task.POSE, Task.DETECTOR)
    with pytest.raises(MissingFileError, match="there is no model called skelter-pose-z: did you mean skelter-pose-s"):
        find_model("skelter-pose-z")
    with pytest.raises(MissingFileError, match=f"called qqq: there is {DEFAULT_DETECTOR}, {DEFAULT_POSE}"):
        find_model("qqq")


# ------------------------------------------------------------------------------------------------------- mistakes


def test_a_card_copied_as_a_template_runs_no_other_model(heatmap_model: Path, tmp_path: Path) -> None:
    known = save_graph(tmp_path / "known.onnx", ["N", 3, 64, 48], {"maps": np.ones((1, 17, 16, 12), np.float32)})
    shutil.copy(cards.write_card(find_model(known, Task.POSE)), heatmap_model.with_suffix(".toml"))
    said = r"heat\.toml describes known\.onnx, not heat\.onnx: correct `file` and `sha256` in it, or remove it"

    with pytest.raises(ModelError, match=said):
        load_pose(heatmap_model)
    with pytest.raises(ModelError, match=said):
        models.import_onnx(heatmap_model, tmp_path / "own" / "heat.onnx")
    known.unlink()
    with pytest.raises(ModelError, match=said):
        load_pose(heatmap_model)

    assert not (tmp_path / "own").exists()


def test_a_card_that_no_longer_fits_can_be_removed_and_the_model_imported(
    heatmap_model: Path, own_folder: Path
) -> None:
    card = cards.write_card(find_model(heatmap_model, Task.POSE))
    card.write_text(card.read_text(encoding="utf-8").replace('sha256 = "', 'sha256 = "0'), encoding="utf-8")
    with pytest.raises(ModelError, match=r"correct or remove heat\.toml"):
        models.import_onnx(heatmap_model, own_folder / "heat.onnx")
    card.unlink()

    assert models.import_onnx(heatmap_model, own_folder / "heat.onnx") == find_model("heat", Task.POSE)


@pytest.fixture
def open_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's model folder, with a network `mine`, where every user can go."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        monkeypatch.setattr(models, "user_models", lambda: folder)
        save_graph(folder / "mine.onnx", ["N", 3, 64, 48], {"maps": np.zeros((1, 17, 16, 12), np.float32)})
        yield folder


def test_a_card_that_cannot_be_read_hides_no_other_model(open_folder: Path) -> None:
    (open_folder / "folder.toml").mkdir()
    cards.write_card(find_model(open_folder / "mine.onnx", Task.POSE))

    with without_rights(open_folder / "mine.toml"):
        assert [card.name for card in list_models()] == [DEFAULT_DETECTOR, DEFAULT_POSE]
        for name in ("folder", "mine"):
            with pytest.raises(ModelError, match=f"{name}.toml cannot be read") as caught:
                find_model(name, Task.POSE)
            assert_one_sentence(caught.value)
    with pytest.raises(MissingFileError, match="there is no pose model called qqq"):
        find_model("qqq", Task.POSE)


@pytest.mark.parametrize("has_card", [True, False])
@pytest.mark.parametrize("locked", ["mine.onnx", "."])
def test_a_file_that_cannot_be_read_is_said_to_be_that(has_card: bool, locked: str, open_folder: Path) -> None:
    path = open_folder / "mine.onnx"
    if has_card:
        cards.write_card(find_model(path, Task.POSE))
    with without_rights(open_folder / locked), pytest.raises(ModelError, match="check that you may read it") as caught:
        load_pose(path)
    assert str(path) in str(caught.value)
    assert_one_sentence(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such names")
@pytest.mark.parametrize("has_card", [True, False])
def test_a_name_that_is_no_text_is_refused(has_card: bool, heatmap_model: Path, tmp_path: Path) -> None:
    path = heatmap_model.rename(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.onnx"))
    if has_card:
        (tmp_path / path.with_suffix(".toml").name).touch()
    with pytest.raises(ModelError, match=r"caf\?\.onnx, whose name is not UTF-8: rename it"):
        load_pose(path)


@pytest.mark.parametrize("name", ["../../../escaped/x", "/tmp/x", "", "a\\u0000b", "a\\nb"])
def test_a_name_that_leads_elsewhere_is_refused(name: str, heatmap_model: Path) -> None:
    path = cards.write_card(find_model(heatmap_model, Task.POSE))
    path.write_text(path.read_text(encoding="utf-8").replace('"heat"', f'"{name}"'), encoding="utf-8")

    with pytest.raises(ModelError, match=r"`name` in the model card .*heat\.toml is wrong"):
        read_card(path)


@pytest.mark.parametrize("name", ["~nobody-of-that-name/x.onnx", "~nobody-of-that-name.onnx"])
def test_a_path_to_the_home_of_nobody_is_missing_as_written(name: str) -> None:
    with pytest.raises(MissingFileError, match=f"^there is no model file {re.escape(name)}: check"):
        find_model(name, Task.POSE)


def test_a_model_lies_in_ones_home_too(heatmap_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(heatmap_model.parent))
    assert find_model("~/heat.onnx", Task.POSE).path == heatmap_model


@pytest.mark.parametrize("wrong", ["skelter-detecter-n", "sketler-detector-n"])
def test_a_misspelt_name_is_answered_with_the_nearest(wrong: str) -> None:
    with pytest.raises(MissingFileError, match="did you mean skelter-detector-n"):
        find_model(wrong, Task.DETECTOR)


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        (
            DEFAULT_DETECTOR,
            Task.POSE,
            f"{DEFAULT_DETECTOR} is a detector, not a pose network: give it with --detector.",
        ),
        (DEFAULT_POSE, Task.DETECTOR, f"{DEFAULT_POSE} is a pose network, not a detector: give it with --pose."),
    ],
)
def test_a_model_for_something_else_is_named_for_what_it_is(name: str, task: Task, said: str) -> None:
    with pytest.raises(ModelError) as error:
        find_model(name, task)
    assert str(error.value) == said


def test_a_name_unlike_any_is_answered_with_all() -> None:
    with pytest.raises(MissingFileError, match=r"skelter-pose-s.*\.onnx"):
        find_model("xyz", Task.POSE)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("treshold = 0.5", "did you mean `threshold`"),
        ("colour = 'green'", "`colour`"),
        ("input_size = [192]", "`input_size`"),
        ("input_size = '192x256'", "`input_size`"),
        ("threshold = 7", "`threshold`"),
        ("threshold = true", "`threshold`"),
        ("threshold = nan", "`threshold`"),
        ("mean = [nan, 0.0, 0.0]", "`mean`"),
        ("mean = [0.0, 0.0, -inf]", "`mean`"),
        ("std = [1.0, 0.0, 1.0]", "`std`"),
        ("std = [1.0, 1.0, -1.0]", "`std`"),
        ("std = [inf, 1.0, 1.0]", "`std`"),
        ("layout = 'yolov8'", "`layout`"),
        ("skeleton = 'octopus'", "`skeleton`"),
        ("file = '../heat.onnx'", "`file`"),
        ("sha256 = 'abc'", "SHA-256"),
        ("file = 'gone.onnx'", "gone.onnx"),
        ("this is no TOML", "heat.toml"),
    ],
)
def test_a_mistake_in_a_card_is_named(line: str, said: str, heatmap_model: Path) -> None:
    path = cards.write_card(find_model(heatmap_model, Task.POSE))
    key = line.split(" = ")[0]
    kept = [row for row in path.read_text(encoding="utf-8").splitlines() if not row.startswith(f"{key} = ")]
    path.write_text("\n".join([*kept, line]), encoding="utf-8")

    with pytest.raises(SkelterError) as caught:
        load_pose(heatmap_model)

    assert said in str(caught.value)
    assert_one_sentence(caught.value)


def test_a_card_without_a_needed_key_is_refused(heatmap_model: Path) -> None:
    path = cards.write_card(find_model(heatmap_model, Task.POSE))
    rows = [row for row in path.read_text(encoding="utf-8").splitlines() if not row.startswith("sha256")]
    path.write_text("\n".join(rows), encoding="utf-8")

    with pytest.raises(ModelError, match="lacks `sha256`"):
        read_card(path)


def test_a_file_other_than_its_card_describes_is_refused(heatmap_model: Path) -> None:
    cards.write_card(find_model(heatmap_model, Task.POSE))
    with heatmap_model.open("ab") as file:
        file.write(b"\0")

    with pytest.raises(ModelError, match="SHA-256"):
        load_pose(heatmap_model)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layout": cards.PoseLayout.SIMCC}, "simcc"),
        ({"input_size": (96, 128)}, "96 × 128"),
        ({"skeleton": "mpii16"}, "16 keypoints"),
    ],
)
def test_a_card_that_does_not_fit_its_graph_is_refused(
    change: dict[str, object], said: str, heatmap_model: Path
) -> None:
    card: ModelCard = find_model(heatmap_model, Task.POSE)
    cards.write_card(cards.with_options(card, **change))

    with pytest.raises(ModelError, match=said) as caught:
        load_pose(heatmap_model)

    assert_one_sentence(caught.value)


@pytest.mark.parametrize("what", ["pose", "detector"])
def test_a_model_that_is_refused_is_not_left_running(
    what: str, heatmap_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an engine goes on being built of it, in a thread that ends the program by a signal."""
    closed = []
    monkeypatch.setattr(loading, "load", partial(_loaded, loading.load, closed))
    if what == "pose":
        cards.write_card(cards.with_options(find_model(heatmap_model, Task.POSE), skeleton="mpii16"))
        with pytest.raises(ModelError, match="16 keypoints"):
            load_pose(heatmap_model, device="onnxruntime")
    else:
        yolo = save_graph(tmp_path / "yolo.onnx", [1, 3, 64, 64], {"output0": np.zeros((1, 84, 84), np.float32)})
        cards.write_card(cards.with_options(find_model(yolo, Task.DETECTOR), person_class=99))
        with pytest.raises(ModelError, match="knows 80 classes"):
            load_detector(yolo, device="onnxruntime")

    assert len(closed) == 1


def test_a_network_that_is_interrupted_at_its_first_run_is_not_left_running(heatmap_model: Path) -> None:
    """Ctrl-C, wherever one is made: of an engine that is built and compared, too."""
    card, closed = find_model(heatmap_model, Task.POSE), list[Session]()
    session = _heard(OnnxRuntime().load(card.path, precision=None, device="cpu"), closed)

    def interrupted(batch: object) -> NoReturn:
        raise KeyboardInterrupt

    session.run = interrupted  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        PoseEstimator(card, session, why="")

    assert closed == [session]


def _loaded(
    load: Callable[..., tuple[Session, Selection]], closed: list[Session], *arguments: Any, **options: Any
) -> tuple[Session, Selection]:
    """What the backends load; `closed` hears of its end."""
    session, selection = load(*arguments, **options)
    return _heard(session, closed), selection


def _heard(session: Session, closed: list[Session]) -> Session:
    close = session.close

    def heard() -> None:
        closed.append(session)
        close()

    session.close = heard  # type: ignore[method-assign]
    return session


def wrong_file(kind: str, folder: Path) -> Path:
    """A file that is no model for anything."""
    path = folder / f"{kind}.onnx"
    match kind:
        case "garbage":
            path.write_bytes(np.random.default_rng(0).bytes(5000))
        case "text":
            path.write_text("hello, I am no model\n" * 50)
        case "empty":
            path.touch()
        case "truncated":
            path.write_bytes((EMBEDDED / f"{DEFAULT_POSE}.onnx").read_bytes()[:1_000_000])
        case "folder":
            path.mkdir()
        case "checkpoint":
            path = path.with_suffix(".pt")
            path.write_bytes(b"PK\x03\x04")
        case "classifier":
            save_graph(path, [1, 3, 224, 224], {"logits": np.zeros((1, 1000), np.float32)})
        case "many keypoints":
            save_graph(path, ["N", 3, 256, 192], {"maps": np.zeros((1, 133, 64, 48), np.float32)})
        case "grey picture":
            save_graph(path, ["N", 1, 64, 64], {"maps": np.zeros((1, 17, 16, 16), np.float32)})
        case "points":
            save_graph(path, [1, 64, 64, 2], {"boxes": np.zeros((1, 84, 84), np.float32)})
        case "no person":
            names = {"names": "{0: 'cat', 1: 'dog'}"}
            save_graph(path, [1, 3, 64, 64], {"output0": np.zeros((1, 6, 84), np.float32)}, metadata=names)
    return path


@pytest.mark.parametrize("device", ["openvino", "onnxruntime"])
@pytest.mark.parametrize(
    "kind",
    ["garbage", "text", "empty", "truncated", "folder", "checkpoint", "classifier", "many keypoints", "grey picture",
     "points", "no person", "missing"],
)  # fmt: skip
def test_a_file_of_the_wrong_kind_is_refused_in_one_sentence_that_names_it(
    kind: str, device: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = wrong_file(kind, tmp_path)

    for load in (load_detector, load_pose):
        with pytest.raises(SkelterError) as caught:
            load(path, device=device)
        assert path.stem in str(caught.value)
        assert_one_sentence(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_pose_network_is_no_detector_and_the_other_way_round(tmp_path: Path, heatmap_model: Path) -> None:
    yolo = save_graph(tmp_path / "yolo.onnx", [1, 3, 64, 64], {"output0": np.zeros((1, 84, 84), np.float32)})
    for load, model, option in (
        (load_detector, heatmap_model, "--pose"),
        (load_detector, DEFAULT_POSE, "--pose"),
        (load_pose, yolo, "--detector"),
        (load_pose, DEFAULT_DETECTOR, "--detector"),
    ):
        with pytest.raises(ModelError, match=option) as caught:
            load(model)
        assert_one_sentence(caught.value)


def test_the_shapes_found_are_named_where_a_graph_is_unknown(tmp_path: Path) -> None:
    path = wrong_file("classifier", tmp_path)

    with pytest.raises(ModelError, match=r"\[1, 3, 224, 224\] → logits \[1, 1000\]"):
        load_detector(path)


def assert_one_sentence(error: Exception) -> None:
    text = str(error)
    assert "\n" not in text
    assert text.endswith((".", "?"))
    assert len(text) < 400
