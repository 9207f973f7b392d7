"""What is shipped beside the code: nothing is missing from the wheel, the desktop entry and icon are the program's."""

from __future__ import annotations

import configparser
import fnmatch
import re
import tomllib
from pathlib import Path

from app.gui.icons import _LOGO

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "engine", "trackers", "training")


def test_every_file_of_the_packages_is_in_the_wheel() -> None:
    globs = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    left_out = []
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*")):
        if path.is_dir() or path.suffix in (".py", ".pyc", ".ts"):  # .ts: the sources of .qm
            continue
        name = path.relative_to(ROOT).as_posix()
        known = (f"{package.replace('.', '/')}/{glob}" for package, several in globs.items() for glob in several)
        if not any(fnmatch.fnmatch(name, glob) for glob in known):
            left_out.append(name)
    assert left_out == []


def test_the_pages_that_are_named_to_people_are_in_the_wheel_and_the_frozen_folder() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert settings["data-files"]["share/doc/skelter"] == ["docs/*.md"]
    assert '("../docs/*.md", "docs")' in (ROOT / "packaging" / "skelter.spec").read_text()
    code = "".join(path.read_text("utf-8") for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    named = set(re.findall(r"docs/\w+\.md", code))
    assert len(named) > 3
    assert [page for page in named if not (ROOT / page).exists()] == []


def test_every_package_has_an_init() -> None:
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_desktop_entry_starts_the_program_with_its_icon() -> None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "packaging" / "skelter.desktop")
    entry = parser["Desktop Entry"]
    assert (entry["Exec"], entry["Icon"], entry["Terminal"]) == ("skelter %f", "skelter", "false")
    assert (ROOT / "packaging" / "skelter.svg").read_text().strip() == _LOGO.strip()
