"""`skelter models`, `build` and `bench`, as a person uses them."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from app.cli import main
from app.cli_build import _bar
from engine import drawn, models, store, zoo
from engine.errors import MissingFileError
from engine.files import WholeFile, hold
from engine.loading import load_detector
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE, EMBEDDED
from engine.store import EngineKey
from tests.engine.file_server import FileServer, serving
from tests.engine.onnx_graphs import save_graph

NAME = "rtmpose-t-body7-256x192"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy", "SKELTER_MODEL_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    x, y = np.zeros((1, 17, 384), np.float32), np.zeros((1, 17, 512), np.float32)
    path = save_graph(tmp_path / "end2end.onnx", ["N", 3, 256, 192], {"simcc_x": x, "simcc_y": y})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.write(path, "20230831/rtmpose_onnx/x/end2end.onnx")
    with serving(buffer.getvalue()) as running:
        monkeypatch.setenv("SKELTER_MODEL_MIRROR", f"{running.address}/good")
        yield running


def stored(**changes: str) -> store.StoredEngine:
    facts = {"model": DEFAULT_POSE, "model_sha256": "0" * 64, "backend": "tensorrt", "library": "TensorRT 1",
             "device": "RTX", "precision": "f16", "shapes": "1–16"}  # fmt: skip
    return store.put(EngineKey(**(facts | changes)), b"code", {"median_px": 0.1})


def test_models_are_listed_with_size_and_terms(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0

    shown = capsys.readouterr().out
    for word in (DEFAULT_POSE, DEFAULT_DETECTOR, "MB", "Apache-2.0", "skelter build"):
        assert word in shown
    assert NAME not in shown


def test_what_a_licence_leaves_to_be_checked_is_said_below_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split(DEFAULT_POSE)[1].split()[4] for line in lines if DEFAULT_POSE in line] == ["Apache-2.0*"]
    assert any(line.startswith("* but trained on") and "before commercial use." in line for line in lines)


@pytest.mark.parametrize(("columns", "left_out"), [(120, ""), (80, "from, size"), (60, "from, size, accuracy")])
def test_a_narrow_terminal_breaks_no_word_and_costs_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int, left_out: str
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal for the library
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))

    assert main(["models", "list", "--all"]) == 0

    lines = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out).splitlines()
    assert max(map(len, lines)) <= columns
    names = [line.split()[0] for line in lines if re.search(r"\b(pose|detector)\b", line)]
    assert {DEFAULT_DETECTOR, DEFAULT_POSE, "yolo11n", "official-hrnet-w32-256x192"} <= set(names)
    assert [line for line in lines if line.startswith("Not shown")] == (
        [f"Not shown for want of room: {left_out}."] if left_out else []
    )


def test_models_alone_tells_what_can_be_done_with_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models"]) == 2

    said = capsys.readouterr()
    assert {"list", "pull", "import", "remove"} <= set(said.out.split())
    assert said.err == "Error: Say what to do; see `skelter models --help`.\n"


def test_a_broken_card_is_listed_with_the_reason_and_can_be_removed(
    own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = own_folders / "data" / "models" / "mine.toml"
    card.parent.mkdir(parents=True)
    card.write_text((EMBEDDED / f"{DEFAULT_POSE}.toml").read_text(encoding="utf-8") + "colours = 3\n", encoding="utf-8")

    assert main(["models", "list"]) == 0
    listed = capsys.readouterr().out
    assert f"mine: the model card {card} has an unknown key `colours`" in listed
    assert DEFAULT_POSE in listed
    assert main(["models", "remove", "mine"]) == 0
    assert main(["models", "list"]) == 0
    assert "Broken" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [["models", "remove"], ["models", "pull"], ["build"], ["models", "import", "net.onnx", "--name"]]
)
def test_a_name_too_long_for_a_file_is_refused_in_one_sentence(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main([*command, "x" * 260]) == 2

    assert "xxx… is too long for" in capsys.readouterr().err


@pytest.mark.parametrize(("file", "fit"), [("my mödel.onnx", "my-mödel"), (" .onnx", "mine")])
def test_a_file_whose_name_no_model_can_have_is_imported_by_another(
    file: str, fit: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "import", str(tmp_path / file)]) == 2

    assert f"use letters, digits, - and _, for example by `--name {fit}`." in capsys.readouterr().err


def test_what_could_be_fetched_is_listed_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--all", "--json"]) == 0

    listed = {model["name"]: model for model in json.loads(capsys.readouterr().out)["models"]}
    assert listed[NAME]["origin"] == "can be fetched"
    assert listed["official-hrnet-w32-256x192"]["origin"] == "by hand"
    assert listed["yolo11n"]["licence"].startswith("AGPL")
    assert listed[DEFAULT_POSE]["bytes"] > 1e6


def test_a_network_is_fetched_used_and_removed(
    server: FileServer, capsys: pytest.CaptureFixture[str], own_folders: Path
) -> None:
    assert main(["models", "pull", NAME]) == 0
    said = capsys.readouterr().out
    assert "Apache-2.0" in said
    assert "AP 0.659" in said
    assert f"skelter track CLIP --pose {NAME}" in said

    assert main(["models", "pull", NAME]) == 0
    assert "is there already" in capsys.readouterr().out
    assert main(["models", "pull", NAME, "--replace"]) == 0

    assert main(["models", "list", "--json"]) == 0
    out = capsys.readouterr().out
    listed = {model["name"]: model["origin"] for model in json.loads(out[out.index("{") :])["models"]}
    assert listed[NAME] == "yours"

    assert main(["models", "remove", NAME]) == 0
    assert list((own_folders / "data" / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["pull", "rtmpose-t-body7-256x19"], f"did you mean {NAME}"),
        (["pull", "qqq"], "skelter models list --all"),
        (["pull", DEFAULT_POSE], "comes with Skelter"),
        (["pull", "yolo11n"], "AGPL-3.0.*--yes"),
        (["pull", "official-hrnet-w32-256x192"], "drive.google.com.*skelter models import pose_hrnet_w32_256x192.pth"),
        (["remove", DEFAULT_POSE], "comes with Skelter"),
        (["remove", "qqq"], "no model called qqq"),
        (["remove", "../../etc/passwd"], "no model called"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["models", *arguments]) == 2
    assert re.search(said, capsys.readouterr().err.replace("\n", " "))


def test_offline_it_is_said_how_to_bring_the_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = zoo.find_entry(NAME)
    assert entry is not None
    monkeypatch.setattr(zoo, "fetch", _no_network)

    assert main(["models", "pull", NAME]) == 2

    said = capsys.readouterr().err.replace("\n", " ")
    assert "check the network" in said
    assert entry.urls[0] in said
    assert f"--name {NAME}" in said


def _no_network(*_: object, **__: object) -> str:
    from engine.errors import DownloadError

    raise DownloadError("download.openmmlab.com: there is no network, or no such host")


def test_engines_are_listed_with_their_state_and_pruned(capsys: pytest.CaptureFixture[str], own_folders: Path) -> None:
    old, gone = stored(), stored(model="gone")
    (store.folder() / "junk.engine").write_bytes(b"junk")
    (own_folders / "cache" / "downloads").mkdir()
    (own_folders / "cache" / "downloads" / "net.zip.part").touch()

    assert main(["models", "list", "--json"]) == 0
    states = {each["model"]: each["state"] for each in json.loads(capsys.readouterr().out)["engines"]}
    assert states == {
        DEFAULT_POSE: "its model has changed", "gone": "its model is gone", "junk": "damaged, or not built here"
    }  # fmt: skip

    assert main(["models", "list", "--prune"]) == 0
    said = capsys.readouterr()
    assert f"Removed {old.path}\n" in said.err, "on one line, however long"
    assert "No engines are built" in said.out
    assert not gone.path.exists()
    assert not list((own_folders / "cache" / "downloads").iterdir())


def test_a_folder_among_the_engines_is_pruned(capsys: pytest.CaptureFixture[str], own_folders: Path) -> None:
    (store.folder() / "folder" / "in it").mkdir(parents=True)

    assert main(["models", "list", "--prune"]) == 0
    assert "Removed" in capsys.readouterr().err

    assert list(store.folder().iterdir()) == []


def test_a_name_that_the_reader_cannot_write_is_listed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    card = models.user_models() / "달리기.toml"
    card.parent.mkdir(parents=True)
    card.write_bytes((EMBEDDED / f"{DEFAULT_POSE}.toml").read_bytes())
    (card.parent / f"{DEFAULT_POSE}.onnx").touch()
    piped = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(piped, encoding="cp1252"))

    assert main(["models", "list"]) == 0
    sys.stdout.flush()

    assert re.search(rb"^\?\?\? +pose", piped.getvalue(), re.MULTILINE)


def test_what_a_running_program_writes_is_not_pruned(own_folders: Path) -> None:
    store.folder().mkdir(parents=True, exist_ok=True)
    growing = WholeFile(store.folder() / "net.engine")
    downloads = own_folders / "cache" / "downloads"
    downloads.mkdir()
    (downloads / "net.zip.part.etag").write_text('"v1"')
    (downloads / "gone.zip.part.etag").write_text('"v1"')
    with (downloads / "net.zip.part").open("wb") as fetched:
        hold(fetched)
        assert main(["models", "list", "--prune"]) == 0
    growing.commit()
    assert (store.folder() / "net.engine").exists()
    assert sorted(path.name for path in downloads.iterdir()) == ["net.zip.part", "net.zip.part.etag"]


def test_the_bar_of_a_build_is_drawn_while_a_library_s_words_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with _bar() as bar, contextlib.redirect_stderr(io.StringIO()):
        task = bar.add_task("net", total=1.0)
        bar.update(task, completed=0.5, description="adjusting int8", refresh=True)
    assert "adjusting int8" in terminal.getvalue()


def test_caches_are_listed_and_pruned(capsys: pytest.CaptureFixture[str], own_folders: Path) -> None:
    key = store.CacheKey("runtime", "TensorRT-RTX 1.7", "RTX 4090 (compute capability 8.9)", DEFAULT_POSE)
    store.remember(key, b"kernels")
    (own_folders / "cache" / "openvino").mkdir()
    (own_folders / "cache" / "openvino" / "1.blob").write_bytes(bytes(3_000_000))

    assert main(["models", "list"]) == 0
    listed = capsys.readouterr().out.partition("Caches")[2]
    assert re.search(rf"TensorRT-RTX 1\.7 +kernels +{DEFAULT_POSE}", listed)
    assert re.search(r"OpenVINO +compiled models +3\.0 MB", listed)

    assert main(["models", "list", "--prune"]) == 0
    assert "Caches" not in capsys.readouterr().out
    assert store.caches() == []
    assert not list((own_folders / "cache" / "openvino").iterdir())


def test_an_engine_of_use_survives_the_pruning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", DEFAULT_DETECTOR, "--device", "openvino", "--precision", "f32"]) == 0
    built = capsys.readouterr()
    assert "Built skelter-detector-n in f32 by OpenVINO" in built.out
    assert "boxes, median 0.0" in built.err

    assert main(["models", "list", "--prune", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["removed"] == []
    assert [(each["model"], each["state"]) for each in report["engines"]] == [(DEFAULT_DETECTOR, "in use")]
    assert report["engines"][0]["check"]["median_px"] <= 0.5


def test_a_model_file_is_built_on_pictures_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import cv2

    folder = tmp_path / "pictures"
    folder.mkdir()
    for place, (image, _) in enumerate(drawn.people(2)):
        cv2.imwrite(str(folder / f"{place}.png"), image[..., ::-1])
    options = ["--device", "openvino", "--precision", "f32", "--pictures", str(folder)]

    assert main(["build", str(EMBEDDED / f"{DEFAULT_POSE}.onnx"), *options]) == 0

    assert "joints" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["qqq"], "no model called qqq: `skelter models list --all`"),
        ([DEFAULT_POSE, "--device", "onnxruntime"], "builds nothing"),
        ([DEFAULT_POSE, "--device", "openvino", "--precision", "int3"], "int3"),
        ([DEFAULT_POSE, "--device", "tensorrt"], "tensorrt cannot be used here"),
        (["gone.onnx"], "gone.onnx"),
    ],
)
def test_what_cannot_be_built_is_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", *arguments]) == 2
    assert said in capsys.readouterr().err.replace("\n", " ")


def test_ctrl_c_ends_a_build(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.build._attempt", interrupt)

    assert main(["build", DEFAULT_POSE, "--device", "openvino"]) == 130
    assert "nothing unfinished was kept" in capsys.readouterr().err
    assert store.stored() == ([], [])


def test_bench_of_nothing_that_runs_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--device", "onnxruntime:tensorrt", "--people", "1", "--rounds", "4"]) == 2
    said = capsys.readouterr().err
    assert f"Not measured: {DEFAULT_POSE}, onnxruntime:tensorrt: this ONNX Runtime has no Tensorrt" in said
    assert "Nothing of this can be measured here" in said


def test_bench_gives_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--rounds", "4", "--people", "1", "--people", "3", "--device", "openvino", "--device", "abacus"]

    assert main(["bench", *options, "--precision", "f32", "--json"]) == 0

    said = capsys.readouterr()
    report = json.loads(said.out)
    kinds = [(row["what"], row["people"], row["model"]) for row in report["rows"]]
    assert kinds == [("detect", 0, DEFAULT_DETECTOR), ("pose", 1, DEFAULT_POSE), ("pose", 3, DEFAULT_POSE)]
    assert all(0 < row["low"] <= row["median"] <= row["high"] <= row["worst"] for row in report["rows"])
    assert "abacus" in said.err

    assert main(["bench", "--rounds", "4", "--people", "1", "--device", "onnxruntime"]) == 0
    assert "| pose | skelter-pose-s | 1 | onnxruntime | ONNX Runtime" in capsys.readouterr().out


@pytest.fixture
def proven(server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash of the network that the server gives is published."""
    sha256 = hashlib.sha256((tmp_path / "end2end.onnx").read_bytes()).hexdigest()
    known = zoo.find_entry(NAME)
    assert known is not None
    monkeypatch.setattr(zoo, "find_entry", lambda name: replace(known, onnx_sha256=sha256))


@pytest.mark.usefixtures("proven")
def test_a_model_of_the_zoo_that_was_brought_by_hand_is_known(tmp_path: Path) -> None:
    assert main(["models", "import", str(tmp_path / "end2end.onnx"), "--name", NAME]) == 0

    card = models.find_model(NAME, "pose")
    assert card.accuracy.startswith("AP 0.659")
    assert card.data.startswith("AI Challenger, COCO")
    assert card.input_size == (192, 256)


@pytest.mark.usefixtures("server")
def test_what_was_published_is_not_said_of_a_file_that_only_has_the_name(tmp_path: Path) -> None:
    assert main(["models", "import", str(tmp_path / "end2end.onnx"), "--name", NAME, "--data", "my runners"]) == 0

    card = models.find_model(NAME, "pose")
    assert (card.accuracy, card.licence, card.data) == ("not measured", "not stated", "my runners")


@pytest.mark.parametrize("sides", [(320, 320), ("h", "w")])
def test_an_export_of_ones_own_that_the_zoo_has_a_name_for_runs_at_its_size(
    sides: tuple[int | str, int | str], tmp_path: Path
) -> None:
    """A graph that takes any size is used at the one that is known."""
    cells = 2100 if sides == (320, 320) else 8400
    path = save_graph(tmp_path / "yolo11n.onnx", [1, 3, *sides], {"output0": np.zeros((1, 84, cells), np.float32)})
    assert main(["models", "import", str(path)]) == 0

    with load_detector("yolo11n", device="onnxruntime") as loaded:
        assert loaded.card.input_size == ((320, 320) if cells == 2100 else (640, 640))
        assert loaded.card.accuracy == "not measured"


def test_what_is_known_of_a_network_is_taken_where_it_fits(tmp_path: Path) -> None:
    maps, boxes = np.zeros((1, 17, 64, 48), np.float32), np.zeros((1, 9, 5), np.float32)
    heat = save_graph(tmp_path / "simplebaseline-r50-mpii.onnx", ["N", 3, 256, 192], {"maps": maps})
    simcc = save_graph(
        tmp_path / "hrnet-w32-256x192.onnx", ["N", 3, 256, 192],
        {"x": np.zeros((1, 17, 384), np.float32), "y": np.zeros((1, 17, 512), np.float32)},
    )  # fmt: skip
    people = save_graph(
        tmp_path / "yolox-m-coco.onnx", [1, 3, 416, 416], {"dets": boxes, "labels": np.zeros((1, 9), np.int64)}
    )
    for path in (heat, simcc, people):
        assert main(["models", "import", str(path)]) == 0

    assert (models.find_model(heat.stem).skeleton, models.find_model(heat.stem).decoding) == ("coco17", "quarter")
    assert models.find_model(simcc.stem).decoding == "simcc"
    assert models.find_model(people.stem).input_size == (416, 416)


@pytest.mark.usefixtures("proven")
def test_what_is_said_of_a_brought_file_outweighs_the_zoo(tmp_path: Path) -> None:
    options = ["--licence", "MIT", "--data", "my runners", "--pixel-rule", "udp"]
    assert main(["models", "import", str(tmp_path / "end2end.onnx"), "--name", NAME, *options]) == 0

    card = models.find_model(NAME, "pose")
    assert (card.licence, card.data, card.pixel_rule) == ("MIT", "my runners", "udp")
    assert card.accuracy.startswith("AP 0.659")


def test_what_is_said_of_ones_own_file_stands_in_its_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    boxes = save_graph(
        tmp_path / "crew.onnx", [1, 3, 64, 64], {"output0": np.zeros((1, 6, 84), np.float32)},
        metadata={"names": "{0: 'ship', 1: 'matelot'}"},
    )  # fmt: skip
    said = ["--licence", "MIT", "--data", "my harbour"]
    assert main(["models", "import", str(boxes), *said]) == 2
    assert "--person-class N" in capsys.readouterr().err

    assert main(["models", "import", str(boxes), "--person-class", "1", "--name", "crew-v1.0", *said]) == 0

    assert "--detector crew-v1.0" in capsys.readouterr().out
    card = models.find_model("crew-v1.0", "detector")
    assert (card.licence, card.data, card.person_class) == ("MIT", "my harbour", 1)


def test_a_network_that_is_there_is_built_when_asked_for(
    server: FileServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["models", "pull", NAME]) == 0
    asked = len(server.asked)
    capsys.readouterr()
    monkeypatch.setattr("engine.build._attempt", _no_build)

    assert main(["models", "pull", NAME, "--build"]) == 2

    said = capsys.readouterr()
    assert "is there already" in said.out
    assert "the build began" in said.err
    assert len(server.asked) == asked


def _no_build(*_: object, **__: object) -> None:
    from engine.errors import BackendError

    raise BackendError("the build began.")


@pytest.mark.parametrize("damaged", [".onnx", ".toml"])
def test_what_is_damaged_is_fetched_again(
    damaged: str, server: FileServer, capsys: pytest.CaptureFixture[str], own_folders: Path
) -> None:
    assert main(["models", "pull", NAME]) == 0
    file = own_folders / "data" / "models" / f"{NAME}{damaged}"
    file.write_bytes(file.read_bytes()[:100])

    assert main(["models", "pull", NAME]) == 0

    assert "is there already" not in capsys.readouterr().out
    assert models.find_model(NAME, "pose").path.stat().st_size > 1000


def test_a_network_that_could_be_fetched_is_not_here_yet() -> None:
    with pytest.raises(MissingFileError, match=f"run `skelter models pull {NAME}` first"):
        models.find_model(NAME, "pose")
    with pytest.raises(MissingFileError, match=f"no detector model called {NAME}"):
        models.find_model(NAME, "detector")


def test_a_card_alone_is_no_network(server: FileServer, capsys: pytest.CaptureFixture[str], own_folders: Path) -> None:
    assert main(["models", "pull", NAME]) == 0
    network = own_folders / "data" / "models" / f"{NAME}.onnx"
    network.unlink()

    assert main(["models", "pull", NAME]) == 0

    assert network.exists()
    assert "is there already" not in capsys.readouterr().out
