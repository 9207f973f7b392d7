"""Builds the wheel, installs it in an empty environment, and tries it there as somebody new would.

    python scripts/check_wheel.py [--keep FOLDER] [--with pipx|uv]

Needs `build`, and the network for what Skelter depends on. Without --with the environment is a plain venv; with it, the
tool installs the checkout itself. Tried: `skelter doctor`, `skelter demo`, a batch of two workers, an export.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*command: object, cwd: Path, environment: dict[str, str]) -> str:
    """Runs a command and gives its standard output; ends everything where it fails."""
    begun = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    words = " ".join(str(part).removeprefix(str(cwd) + "/") for part in command)
    print(f"{'ok' if done.returncode == 0 else 'FAILED'} {time.perf_counter() - begun:6.1f} s  {words}", flush=True)
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-3000:])
    return done.stdout


def installed(folder: Path, tool: str | None, environment: dict[str, str]) -> Path:
    """The path of `skelter` in a fresh environment in `folder`."""
    if tool == "pipx":
        environment |= {"PIPX_HOME": str(folder / "pipx"), "PIPX_BIN_DIR": str(folder / "bin")}
        run(sys.executable, "-m", "pipx", "install", ROOT, cwd=folder, environment=environment)
    elif tool == "uv":
        environment |= {"UV_TOOL_DIR": str(folder / "uv"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
        run(shutil.which("uv") or "uv", "tool", "install", ROOT, cwd=folder, environment=environment)
    else:
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder / "dist", ROOT, cwd=folder,
            environment=environment)  # fmt: skip
        (wheel,) = (folder / "dist").glob("*.whl")
        print(f"   {wheel.name}: {wheel.stat().st_size / 1e6:.1f} MB")
        run(sys.executable, "-m", "venv", folder / "venv", cwd=folder, environment=environment)
        python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder, environment=environment)
        return python.with_name("skelter")
    return folder / "bin" / "skelter"


def try_out(skelter: Path, folder: Path, environment: dict[str, str]) -> None:
    report = json.loads(run(skelter, "doctor", "--json", cwd=folder, environment=environment))
    assert any(backend["usable"] for backend in report["backends"]), report["backends"]
    assert {model["name"] for model in report["models"]} >= {"skelter-detector-n", "skelter-pose-s"}
    assert report["libraries"]["torch"] is None, "the base install brings PyTorch"
    assert (Path(report["docs"]) / "formats.md").exists(), "pages that help names are missing"
    run(skelter, "demo", "--no-window", cwd=folder, environment=environment)
    frames = json.loads((folder / "demo.json").read_text())["frames"]
    assert len(frames) == 230
    assert any(frame["people"] for frame in frames)
    assert (folder / "demo.mp4").stat().st_size > 1e6
    run(skelter, "export", "demo.json", "--to", "trc,angles,coco", cwd=folder, environment=environment)
    (folder / "in").mkdir()
    for name in ("a", "b"):
        shutil.copy(folder / "demo.mp4", folder / "in" / f"{name}.mp4")
    run(skelter, "batch", "in", "-o", "out", "--workers", "2", cwd=folder, environment=environment)
    assert (folder / "out" / "b" / "b.json").exists()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="folder to leave everything in")
    parser.add_argument("--with", dest="tool", choices=["pipx", "uv"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="skelter-wheel-") as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        # nothing of this environment shines through
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL"))}
        environment |= {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
        environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        try_out(installed(folder, options.tool, environment), folder, environment)
    print("The wheel works.")


if __name__ == "__main__":
    main()
