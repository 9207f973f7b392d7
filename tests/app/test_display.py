"""A window that cannot be shown is a sentence: Qt would end the whole process."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import display
from app.cli import main

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")


@pytest.fixture(autouse=True)
def without_displays(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def compositor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Something that answers where WAYLAND_DISPLAY says."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "wayland-7"))
        listener.listen()
        yield tmp_path


@pytest.mark.parametrize("platform", ["", "xcb", "wayland;xcb"])
def test_a_display_that_does_not_answer(
    platform: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.setenv("DISPLAY", ":9753")

    assert main(["window"]) == 2

    said = capsys.readouterr().err
    assert said.startswith("Error: There is no display for the window: DISPLAY is :9753, where nothing answers; ")
    assert "skelter track" in said


def test_a_compositor_that_has_gone(compositor: Path) -> None:
    (compositor / "wayland-7").unlink()

    assert "WAYLAND_DISPLAY is wayland-7, where nothing answers" in (display.trouble() or "")


def test_one_of_two_that_answers_is_enough(compositor: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9753")

    assert "nothing answers" not in (display.trouble() or "")


@pytest.mark.parametrize("platform", ["offscreen", "vnc:size=800x600", "xcb;offscreen"])
def test_what_needs_no_display_is_not_asked_for_one(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)

    assert display.trouble() is None


def test_a_library_that_the_system_lacks_is_named_with_its_package(compositor: Path) -> None:
    package = importlib.util.find_spec("PyQt6")
    assert package is not None
    assert package.submodule_search_locations
    real = Path(package.submodule_search_locations[0], "Qt6")
    plugin = real / "plugins" / "platforms" / "libqwayland.so"
    if not plugin.exists():
        pytest.skip("this Qt brings no plugin of its own for Wayland")
    fake = compositor / "PyQt6"
    (fake / "Qt6" / "plugins" / "platforms").mkdir(parents=True)
    (fake / "__init__.py").touch()
    (fake / "Qt6" / "lib").symlink_to(real / "lib")
    wrong = plugin.read_bytes().replace(b"libwayland-cursor.so.0", b"libwayland-curser.so.0")
    (fake / "Qt6" / "plugins" / "platforms" / plugin.name).write_bytes(wrong)

    path = f"{compositor}{os.pathsep}{Path(__file__).parents[2]}"
    done = subprocess.run(
        [sys.executable, "-c", "from app import display; print(display.trouble())"],
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path}, timeout=120, check=True,
    )  # fmt: skip

    assert "needs libwayland-curser.so.0, which is missing; install libwayland-curser0" in done.stdout


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-cursor.so.0", "libxcb-cursor0"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libX11-xcb.so.1", "libx11-xcb1"),
        ("libGL.so.1", "libgl1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
        ("libgthread-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_packages_are_called_as_debian_calls_them(library: str, package: str) -> None:
    assert f"install {package} " in display._install(library)
