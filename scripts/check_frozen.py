"""Builds the folder for machines without Python, and starts it as on one: window under Xvfb, track, batch.

    python -m scripts.check_frozen CLIP [--keep FOLDER]

Needs the network for what Skelter depends on and for PyInstaller; Xvfb and xwininfo (x11-utils) for the window. That is
looked for by its name; of the files that its process has open none may belong to a Python of this machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.check_wheel import ROOT, installed, run

DISPLAY = ":97"


def frozen(folder: Path, environment: dict[str, str]) -> Path:
    """The path of the frozen program."""
    skelter = installed(folder, None, environment)
    python = skelter.with_name("python")
    run(python, "-m", "pip", "install", "--quiet", "pyinstaller>=6.10", cwd=folder, environment=environment)
    run(
        python, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--distpath", folder / "frozen",
        "--workpath", folder / "work", ROOT / "packaging" / "skelter.spec", cwd=folder, environment=environment,
    )  # fmt: skip
    program = folder / "frozen" / "skelter"
    size = sum(path.stat().st_size for path in program.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"   {program}: {size / 1e6:.0f} MB")
    return program / "skelter"


def try_commands(program: Path, clip: Path, folder: Path, bare: dict[str, str]) -> None:
    report = json.loads(run(program, "doctor", "--json", cwd=folder, environment=bare))
    assert all(backend["usable"] for backend in report["backends"] if backend["name"] in ("openvino", "onnxruntime"))
    run(program, "track", clip, "-o", "poses.mp4", "-o", "poses.json", cwd=folder, environment=bare)
    assert any(frame["people"] for frame in json.loads((folder / "poses.json").read_text())["frames"])
    assert list((folder / "home").rglob("skelter-detector-n-*.onnx")), (
        "the detector has no graph in the picture's shape: onnx is missing"
    )
    (folder / "in").mkdir(exist_ok=True)
    for name in ("a", "b"):
        (folder / "in" / f"{name}.mp4").write_bytes(clip.read_bytes())
    run(program, "batch", "in", "-o", "out", "--workers", "2", cwd=folder, environment=bare)


def try_window(program: Path, clip: Path, folder: Path, bare: dict[str, str]) -> None:
    """Opens the window on a clip and looks whether it is there, lives, and uses nothing of this machine's Python."""
    server = subprocess.Popen(["Xvfb", DISPLAY, "-screen", "0", "1280x800x24"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        with (folder / "window.log").open("w") as log:
            window = subprocess.Popen([program, clip], env=bare | {"DISPLAY": DISPLAY}, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while "Skelter" not in _windows():
            assert window.poll() is None, (folder / "window.log").read_text()
            assert time.monotonic() < deadline, "no window"
            time.sleep(0.2)
        time.sleep(8)  # it loads its engines and follows people
        assert window.poll() is None, (folder / "window.log").read_text()
        maps = Path(f"/proc/{window.pid}/maps").read_text()
        files = {line.split()[-1] for line in maps.splitlines() if "/" in line}
        foreign = [
            name for name in files if not name.startswith(("/lib", "/usr/lib", "/usr/share", "/dev", str(folder)))
        ]
        foreign = [name for name in foreign if "python" in name.lower()]
        assert not foreign, foreign
        if picture := os.environ.get("SCREENSHOT"):
            subprocess.run(["import", "-display", DISPLAY, "-window", "root", picture], check=False)
        window.terminate()
        window.wait(20)
        said = (folder / "window.log").read_text()
        assert "Traceback" not in said, said
    finally:
        server.terminate()
        server.wait(10)


def _windows() -> str:
    tree = ["xwininfo", "-display", DISPLAY, "-root", "-tree"]
    return subprocess.run(tree, capture_output=True, text=True, check=False).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path, help="a clip with people")
    parser.add_argument("--keep", type=Path, help="folder to leave everything in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skelter-frozen-") as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
        program = frozen(folder, environment | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"})
        # what a person without Python has: no PATH to one, no variables of one
        bare = {"PATH": "/usr/bin:/bin", "HOME": str(folder / "home"), "LANG": "C.UTF-8"}
        (folder / "home").mkdir(exist_ok=True)
        clip = options.clip.resolve()
        try_commands(program, clip, folder, bare)
        try_window(program, clip, folder, bare)
    print("The folder works.")


if __name__ == "__main__":
    sys.exit(main())
