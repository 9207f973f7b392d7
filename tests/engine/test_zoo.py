"""The zoo: what is listed can be fetched, what is fetched runs by name, what is wrong is refused in one sentence."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from engine import models, zoo
from engine.cards import Task
from engine.crops import PixelRule
from engine.errors import DownloadError, ModelError, SinkError, SkelterError, UsageError
from engine.heads import DetectorLayout
from engine.loading import load_pose
from engine.models import find_model
from engine.types import Boxes
from engine.zoo import Entry, Format, catalogue, pull
from tests.engine.file_server import FileServer, serving
from tests.engine.onnx_graphs import save_graph


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HTTP_PROXY", "ALL_PROXY", "http_proxy", "all_proxy", "SKELTER_MODEL_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(zoo, "user_models", lambda: tmp_path / "models")
    monkeypatch.setattr(models, "user_models", lambda: tmp_path / "models")
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: tmp_path / "cache")
    return tmp_path


@pytest.fixture(scope="module")
def simcc(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A pose network as RTMPose gives it: the left eye stands at (24, 48) of a 96 × 128 crop, the rest at (0, 0)."""
    x, y = np.zeros((1, 17, 192), np.float32), np.zeros((1, 17, 256), np.float32)
    x[0, 1, 48] = y[0, 1, 96] = 0.9
    x[0, 0, 0] = y[0, 0, 0] = 0.5
    path = tmp_path_factory.mktemp("net") / "end2end.onnx"
    return save_graph(path, ["N", 3, 128, 96], {"simcc_x": x, "simcc_y": y}).read_bytes()


@pytest.fixture(scope="module")
def archive(simcc: bytes) -> bytes:
    return zipped({"20230831/rtmpose_onnx/x/deploy.json": b"{}", "20230831/rtmpose_onnx/x/end2end.onnx": simcc})


@pytest.fixture(scope="module")
def server(archive: bytes) -> Iterator[FileServer]:
    with serving(archive) as running:
        yield running


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def damaged(network: bytes) -> bytes:
    """An archive whose packed bytes broke on the way."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/end2end.onnx", network)
    content = bytearray(buffer.getvalue())
    content[60:120] = bytes(255 - byte for byte in content[60:120])
    return bytes(content)


def entry(*urls: str, **changes: object) -> Entry:
    known = next(entry for entry in catalogue() if entry.name == "rtmpose-s-body7-256x192")
    fields: dict[str, object] = {"urls": urls, "sha256": None, "onnx_sha256": None, "input_wh": (96, 128)}
    return replace(known, **(fields | changes))  # type: ignore[arg-type]


def test_the_catalogue_says_what_a_person_must_know() -> None:
    entries = catalogue()

    assert len({entry.name for entry in entries}) == len(entries) > 50
    for each in entries:
        assert each.urls or each.by_hand
        assert all(url.startswith("https://") for url in each.urls + each.by_hand)
        assert each.licence
        assert each.data
        assert "published" in each.accuracy
        assert re.match(
            r"(AP|AP of all classes|AP of persons|PCKh@0\.5|PCK@0\.1) 0\.\d{3} ", each.accuracy
        )  # one scale for all
        assert min(each.input_wh) >= 192
        for digest in (each.sha256, each.onnx_sha256):
            assert digest is None or re.fullmatch(r"[0-9a-f]{8}|[0-9a-f]{64}", digest)
    assert {each.format for each in entries} == set(Format)
    assert [each.name for each in entries if each.binds_user] == ["yolov8n", "yolo11n", "yolo26n"]
    assert {each.task for each in entries} == set(Task)


def test_checkpoints_of_openmmlab_are_held_to_the_hash_in_their_name_and_archives_are_not() -> None:
    by_name = {each.name: each for each in catalogue()}

    assert by_name["hrnet-w32-256x192"].sha256 == "81c58e40"
    assert by_name["rtmpose-t-body7-256x192"].sha256 is None  # its name carries the checkpoint's
    assert by_name["hrnet-w32-udp-256x192"].card["pixel_rule"] is PixelRule.UDP


def test_a_fetched_network_runs_by_its_name(server: FileServer, own_folders: Path, simcc: bytes) -> None:
    card = pull(entry(server.url("good", "x.zip"), onnx_sha256=hashlib.sha256(simcc).hexdigest()))

    assert card.name == "rtmpose-s-body7-256x192"
    assert find_model(card.name, "pose") == card
    assert (card.licence, card.accuracy[:8]) == ("Apache-2.0 (MMPose)", "AP 0.697")
    with load_pose(card.name, precision="f32") as pose:
        poses = pose.estimate(np.zeros((128, 96, 3), np.uint8), Boxes.of([[9.6, 12.8, 86.4, 115.2]], [1]))
    np.testing.assert_allclose(poses.keypoints[0, 1], (24, 48), atol=1.0)
    assert [path.name for path in (own_folders / "cache" / "downloads").iterdir()] == []


def test_the_mirror_helps(server: FileServer) -> None:
    assert pull(entry(server.url("gone", "x.zip"), server.url("good", "x.zip")), pause_s=0.001).name


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_fetched(server: FileServer, own_folders: Path) -> None:
    (own_folders / "models").touch()
    server.asked.clear()

    with pytest.raises(SinkError, match="models"):
        pull(entry(server.url("good", "x.zip")))

    assert server.asked == []


def test_a_detector_is_fed_as_the_catalogue_says(own_folders: Path) -> None:
    path = save_graph(
        own_folders / "end2end.onnx",
        [1, 3, 416, 416],
        {"dets": np.zeros((1, 9, 5), np.float32), "labels": np.zeros((1, 9), np.int64)},
    )
    with serving(zipped({"a/end2end.onnx": path.read_bytes()})) as server:
        known = next(entry for entry in catalogue() if entry.name == "yolox-nano-humanart")
        card = pull(replace(known, urls=(server.url("good", "x.zip"),)))

    assert card.layout is DetectorLayout.RTMDET
    assert (card.mean, card.colour, card.input_size) == ((0.0, 0.0, 0.0), "bgr", (416, 416))


@pytest.mark.parametrize(
    ("urls", "changes", "error", "said"),
    [
        ((), {"by_hand": ("https://drive.google.com/x",)}, DownloadError, "https://drive.google.com/x"),
        (("http://127.0.0.1:9/x.zip",), {}, DownloadError, r"skelter models import .*end2end\.onnx --name rtmpose"),
        (("good",), {"onnx_sha256": "0" * 64}, ModelError, "SHA-256"),
        (("good",), {"sha256": "0" * 64}, DownloadError, "not 00000000"),
        (("page",), {}, ModelError, "no|not a zip"),
        (("good",), {"task": Task.DETECTOR}, ModelError, "holds a pose"),
        (("good",), {"format": Format.CHECKPOINT, "file": "x.pth"}, UsageError, "models import"),
        (("good",), {"format": Format.ULTRALYTICS, "file": "x.pt"}, UsageError, r"skelter\[yolo\]"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_leaves_no_model(
    urls: tuple[str, ...], changes: dict[str, object], error: type[SkelterError], said: str, server: FileServer,
    own_folders: Path,
) -> None:  # fmt: skip
    addresses = [url if "/" in url else server.url(url, "x.zip") for url in urls]

    with pytest.raises(error, match=said) as caught:
        pull(entry(*addresses, **changes), pause_s=0.001)

    assert "\n" not in str(caught.value)
    assert list((own_folders / "models").glob("*")) == []


@pytest.mark.parametrize(
    "content",
    [
        zipped({"a/end2end.onnx": b"", "b/end2end.onnx": b""}),
        zipped({"a/readme.txt": b"no network"}),
        zipped({"end2end.onnx": b"garbage" * 100}),
        b"PK\x03\x04 cut off",
        damaged(bytes(range(256)) * 4000),
    ],
)
def test_a_hostile_archive_is_refused(content: bytes, own_folders: Path) -> None:
    with serving(content) as server, pytest.raises(ModelError):
        pull(entry(server.url("good", "x.zip")))

    assert list((own_folders / "models").glob("*")) == []


def test_names_in_an_archive_decide_nothing(own_folders: Path, simcc: bytes) -> None:
    with serving(zipped({"../../end2end.onnx": simcc})) as server:
        pull(entry(server.url("good", "x.zip")))

    found = sorted(path.name for path in own_folders.rglob("*") if path.is_file())
    assert found == ["rtmpose-s-body7-256x192.onnx", "rtmpose-s-body7-256x192.toml"]
