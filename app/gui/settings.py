"""What the window remembers from one day to the next. Preferences only; results and models never."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from platformdirs import user_state_path
from PyQt6.QtCore import QByteArray, QSettings, QStandardPaths

from app.gui.theme import Look
from app.gui.toolbox import EngineChoice
from app.style import Style

VERSION = 1
MOST_RECENT = 8


class Settings:
    """Typed access to QSettings. `store` and `recovery` are for tests; by default the platform's own places.

    recovery  the folder in which corrections are kept that were not saved yet
    reports   the folder for what is to be said of a program that ended badly
    """

    def __init__(self, store: QSettings | None = None, recovery: Path | None = None) -> None:
        self.recovery = recovery or user_state_path("skelter", appauthor=False) / "recovery"
        self.reports = self.recovery.with_name("reports")
        self._store = store if store is not None else QSettings("Skelter", "Skelter")
        if self._int("version", 0) > VERSION:  # written by a newer program: its meaning is not known here
            self._store.clear()
        self._store.setValue("version", VERSION)

    @property
    def geometry(self) -> QByteArray:
        value = self._store.value("window/geometry", QByteArray())
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._store.setValue("window/geometry", value)

    @property
    def panel_width(self) -> int:
        """Of the panel at the right, in pixels; 0: it was never drawn wider."""
        return self._int("window/panel_width", 0)

    @panel_width.setter
    def panel_width(self, value: int) -> None:
        self._store.setValue("window/panel_width", value)

    @property
    def unfolded(self) -> tuple[bool, ...]:
        """Of each section of that panel whether it was; empty: it was never said."""
        value = self._store.value("window/unfolded", "")
        return tuple(letter == "1" for letter in value) if isinstance(value, str) else ()

    @unfolded.setter
    def unfolded(self, value: tuple[bool, ...]) -> None:
        self._store.setValue("window/unfolded", "".join("1" if on else "0" for on in value))

    @property
    def panel_shown(self) -> bool:
        return self._bool("window/panel", True)

    @panel_shown.setter
    def panel_shown(self, value: bool) -> None:
        self._store.setValue("window/panel", value)

    @property
    def analysis_shown(self) -> bool:
        return self._bool("window/analysis", False)

    @analysis_shown.setter
    def analysis_shown(self, value: bool) -> None:
        self._store.setValue("window/analysis", value)

    @property
    def both_sides(self) -> bool:
        """Whether the curve of the other side of the body is shown too."""
        return self._bool("curve/both_sides", False)

    @both_sides.setter
    def both_sides(self, value: bool) -> None:
        self._store.setValue("curve/both_sides", value)

    @property
    def look(self) -> Look:
        value = self._store.value("window/look", Look.SYSTEM.value)
        return Look(value) if value in set(Look) else Look.SYSTEM

    @look.setter
    def look(self, value: Look) -> None:
        self._store.setValue("window/look", value.value)

    @property
    def language(self) -> str:
        """One of app.gui.languages.LANGUAGES; empty: the system's."""
        value = self._store.value("window/language", "")
        return value if isinstance(value, str) else ""

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("window/language", value)

    @property
    def mirror(self) -> bool:
        return self._bool("live/mirror", True)

    @mirror.setter
    def mirror(self, value: bool) -> None:
        self._store.setValue("live/mirror", value)

    @property
    def steady(self) -> bool:
        """Whether joints are smoothed."""
        return self._bool("overlay/steady", False)

    @steady.setter
    def steady(self, value: bool) -> None:
        self._store.setValue("overlay/steady", value)

    def camera(self, name: str) -> str:
        """How the camera of that name was opened the last time, as an address; empty: never."""
        value = self._store.value(_camera_key(name), "")
        return value if isinstance(value, str) else ""

    def keep_camera(self, name: str, address: str) -> None:
        self._store.setValue(_camera_key(name), address)

    @property
    def recorded(self) -> set[str]:
        """What is written when a camera is recorded: raw, annotated, data."""
        value = self._store.value("live/recorded", "raw,annotated")
        return {name for name in str(value).split(",") if name}

    @recorded.setter
    def recorded(self, value: set[str]) -> None:
        self._store.setValue("live/recorded", ",".join(sorted(value)))

    @property
    def recordings(self) -> str:
        """The folder that recordings go to; empty: the usual one for videos."""
        value = self._store.value("live/folder", "")
        return value if isinstance(value, str) else ""

    @recordings.setter
    def recordings(self, value: str) -> None:
        self._store.setValue("live/folder", value)

    @property
    def folder(self) -> str:
        """Where the last file was opened; before the first one, where videos are."""
        usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        value = self._store.value("files/folder", usual if Path(usual).is_dir() else str(Path.home()))
        return value if isinstance(value, str) else ""

    @folder.setter
    def folder(self, value: str) -> None:
        self._store.setValue("files/folder", value)

    @property
    def recent(self) -> list[Path]:
        """Files opened lately, newest first, those that are still there."""
        value = self._store.value("files/recent", [])
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [path for path in map(Path, names) if path.exists()]

    def add_recent(self, path: Path) -> None:
        known = [str(path), *(str(other) for other in self.recent if other != path)]
        self._store.setValue("files/recent", known[:MOST_RECENT])

    @property
    def engines(self) -> EngineChoice:
        """What people were found with the last time."""
        default = EngineChoice()
        known: dict[str, Any] = {}
        for field in fields(EngineChoice):
            key, value = f"engines/{field.name}", getattr(default, field.name)
            if isinstance(value, bool):
                known[field.name] = self._bool(key, value)
            elif isinstance(stored := self._store.value(key), str) and stored:
                known[field.name] = stored
        return EngineChoice(**known)

    @engines.setter
    def engines(self, value: EngineChoice) -> None:
        for field in fields(EngineChoice):
            chosen = getattr(value, field.name)
            self._store.setValue(f"engines/{field.name}", "" if chosen is None else chosen)

    @property
    def style(self) -> Style:
        default = Style()
        known: dict[str, bool | float | str] = {}
        for field in fields(Style):
            value = getattr(default, field.name)
            key = f"overlay/{field.name}"
            if isinstance(value, str):
                known[field.name] = str(self._store.value(key, value))
            else:
                known[field.name] = self._bool(key, value) if isinstance(value, bool) else self._float(key, value)
        return default.with_(**known)

    @style.setter
    def style(self, value: Style) -> None:
        for field in fields(Style):
            self._store.setValue(f"overlay/{field.name}", getattr(value, field.name))

    def save(self) -> None:
        self._store.sync()

    def _bool(self, key: str, default: bool) -> bool:
        # an INI file gives 'false' back, whose bool() is True: the type must be asked for
        return bool(self._store.value(key, default, type=bool))

    def _int(self, key: str, default: int) -> int:
        return int(self._store.value(key, default, type=int))

    def _float(self, key: str, default: float) -> float:
        return float(self._store.value(key, default, type=float))


def _camera_key(name: str) -> str:
    return f"cameras/{quote(name or 'unnamed', safe='')}"  # a slash would make groups of it
