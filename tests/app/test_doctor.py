"""`skelter doctor` says what would really be used."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app import doctor
from app.cli import main
from app.doctor import examine
from engine.models import DEFAULT_DETECTOR, DEFAULT_POSE


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """Of this machine, once: networks are timed on every backend."""
    return examine()


@pytest.fixture
def examined(report: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "examine", lambda: report)


@pytest.mark.usefixtures("examined")
def test_it_names_what_runs_and_how_fast(capsys):
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert DEFAULT_DETECTOR in said
    assert DEFAULT_POSE in said
    assert "ms a frame" in said
    assert "onnxruntime" in said
    words = " ".join(said.split())
    assert "Apache-2.0*" in words
    assert "* but trained on pictures" in words, "what the licence of a network does not say"
    assert "nvenc" not in said, "no encoder that nothing uses"


@pytest.mark.usefixtures("examined")
def test_json_agrees_with_python(capfd):
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert report["python"] == sys.version.split()[0]
    assert report["default"]["pose_ms"] > 0
    assert (Path(report["docs"]) / "formats.md").exists(), "help names it"
    backends = {backend["name"]: backend for backend in report["backends"]}
    assert any(backend["usable"] for backend in backends.values())
    for name in ("openvino", "onnxruntime", "torch"):  # the others build an engine first
        assert not backends[name]["usable"] or backends[name]["pose_ms"] > 0, backends[name]
    assert {model["name"] for model in report["models"]} >= {DEFAULT_DETECTOR, DEFAULT_POSE}


def test_the_command_line_starts_without_heavy_libraries():
    heavy = "[name for name in ('torch', 'PyQt6', 'openvino', 'onnxruntime', 'av') if name in sys.modules]"
    program = f"import sys, app.cli; print({heavy})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
