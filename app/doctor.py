"""What would be used on this machine, and why; what is missing, and how to get it; how long the default models take."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import platformdirs
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app import __version__
from app.inventory import bytes_of, licence_in_short, take, told
from engine.backends.select import BACKENDS
from engine.cuda import probe
from engine.drawn import person
from engine.errors import SkelterError
from engine.loading import load_detector, load_pose
from engine.models import list_models, user_models
from engine.video.camera import list_cameras
from engine.video.sink import SUFFIXES

_LIBRARIES = (
    "numpy",
    "opencv-python-headless",
    "av",
    "onnxruntime",
    "openvino",
    "PyQt6",
    "lap",
    "torch",
    "tensorrt",
    "tensorrt-rtx",
    "cuda-python",
    "nncf",
    "onnx",
)
_REPEATS = 12
_TIMED = ("openvino", "onnxruntime", "torch")
_LONGEST_S = 120.0  # that timing takes in a process of its own


def examine() -> dict[str, Any]:
    """Everything the report says, as plain data (JSON can hold it)."""
    return {
        "skelter": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "backends": [_backend(name) for name in BACKENDS],
        "models": [
            {"name": card.name, "task": str(card.task), "licence": card.licence, "path": str(card.path)}
            for card in list_models()
        ],
        "default": _time(),
        "gpu": probe().reason,
        "engines": take()["engines"],
        "cache": _cache(),
        "own_models": str(user_models()),
        "docs": _docs(),
        "cameras": [{"index": camera.index, "name": camera.name} for camera in list_cameras()],
        "codecs": _codecs(),
        "video_files": list(SUFFIXES),
    }


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _backend(name: str) -> dict[str, Any]:
    """Whether it can be used, and how long it takes on the processor; of those that build first, only whether."""
    state = BACKENDS[name].available()
    timed = (_time_apart if name == "torch" else _time)(name) if state.usable and name in _TIMED else {}
    times = {key: timed.get(key) for key in ("detect_ms", "pose_ms")}
    return {"name": name, "usable": state.usable, "reason": timed.get("error", state.reason), **times}


def _codecs() -> dict[str, bool]:
    import av

    return {name: name in av.codecs_available for name in ("libx264", "hevc", "libdav1d", "vp9", "aac")}


def _cache() -> dict[str, Any]:
    """What lies in the cache folder: built engines, compiled networks, downloads."""
    folder = platformdirs.user_cache_path("skelter", appauthor=False)
    return {"path": str(folder), "bytes": sum(bytes_of(path) for path in folder.rglob("*") if path.is_file())}


def _docs() -> str | None:
    """The folder of the pages that help names (`docs/formats.md`), in a checkout, a frozen folder or an environment."""
    beside = Path(__file__).parents[1] / "docs"
    if (beside / "formats.md").exists():
        return str(beside)
    try:
        installed = importlib.metadata.files("skelter") or []
    except importlib.metadata.PackageNotFoundError:
        return None
    found = [Path(str(file.locate())) for file in installed if file.name == "formats.md"]
    return str(found[0].parent.resolve()) if found and found[0].exists() else None


def _time(device: str = "auto") -> dict[str, Any]:
    """The default models, loaded and timed on a drawn picture with one person; or why they do not run."""
    picture, box = person(0)
    try:
        with load_detector(device=device) as detector, load_pose(device=device) as pose:
            return {
                "why": detector.why,
                "detector": detector.description,
                "detect_ms": _median_ms(lambda: detector.detect(picture)),
                "pose": pose.description,
                "pose_ms": _median_ms(lambda: pose.estimate(picture, box)),
            }
    except SkelterError as error:
        return {"error": str(error)}


def _time_apart(device: str) -> dict[str, Any]:
    """As `_time`, in a process of its own: PyTorch and OpenVINO in one have ended it."""
    here = str(Path(__file__).parents[1])  # and not what happens to lie in the folder of now
    timed = f"from app.doctor import _time; print(json.dumps(_time({device!r})))"
    program = f"import json, sys; sys.path.insert(0, {here!r}); {timed}"
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True, timeout=_LONGEST_S
        )
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return {"error": f"it ended before it was timed: `skelter bench --device {device}` shows more"}
    return told


def _median_ms(work: Any) -> float:
    spent = []
    for _ in range(_REPEATS):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1e3)
    return round(statistics.median(spent[_REPEATS // 4 :]), 2)


def render(report: dict[str, Any], console: Console) -> None:
    """The report for people."""
    console.print(f"[bold]Skelter {report['skelter']}[/] on Python {report['python']}, {escape(report['system'])}\n")
    default = report["default"]
    if "error" in default:
        console.print(f"[red]The default models do not run:[/] {escape(default['error'])}")
    else:
        console.print(f"Used by default ({escape(default['why'])}):")
        console.print(f"  detector  {escape(default['detector'])}: {default['detect_ms']} ms a frame")
        console.print(f"  pose      {escape(default['pose'])}: {default['pose_ms']} ms for one person")
    terms: list[str] = []
    sections = {
        "Backends": [(item["name"], _mark(item["usable"]), _backend_line(item)) for item in report["backends"]],
        "Engines": [
            (item["model"], item["precision"], f"{item['library']}, {item['bytes'] / 1e6:.0f} MB, {item['state']}")
            for item in report["engines"]
        ]
        or [("none built", "", "`skelter build MODEL` makes one")],
        "Models": [(item["name"], item["task"], licence_in_short(item["licence"], terms)) for item in report["models"]],
        "Cameras": [(str(item["index"]), "", item["name"]) for item in report["cameras"]] or [("none found", "", "")],
        "Codecs": [(name, _mark(there), "") for name, there in report["codecs"].items()],
        "Disk": [
            ("cache", f"{report['cache']['bytes'] / 1e6:.0f} MB", report["cache"]["path"]),
            ("models of your own", "", report["own_models"]),
            ("docs", "", report["docs"] or "not here"),
        ],
        "Libraries": [(name, "", version or "not installed") for name, version in report["libraries"].items()],
    }
    for title, rows in sections.items():
        console.print(f"\n[bold]{title}[/]")
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 2))
        for name, state, detail in rows:
            table.add_row(escape(name), state, escape(detail))
        console.print(table)
        if title == "Models":
            for line in told(terms):
                console.print(f"  {line}", markup=False)


def _backend_line(item: dict[str, Any]) -> str:
    if item["pose_ms"] is None:
        return str(item["reason"])
    return f"{item['reason']}: {item['detect_ms']} ms a frame, {item['pose_ms']} ms a person"


def _mark(usable: bool) -> str:
    return "[green]yes[/]" if usable else "[yellow]no[/]"
