"""What the window remembers from one day to the next. Preferences only; results and models never."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from platformdirs import user_state_path
from PyQt6.QtCore import QByteArray, QSettings, QStandardPaths

from app.gui.theme import Look
from app.gui.toolbox import EngineChoice
from app.style import Style

VERSION = 1
MOST_RECENT = 8


T = TypeVar("T", bound=bool | int | float | str)


class _Kept(Generic[T]):
    """An attribute of Settings that is kept under `key` as it is."""

    def __init__(self, key: str, default: T) -> None:
        self._key, self._default = key, default

    def __get__(self, settings: Settings, _owner: type[Settings]) -> T:
        return settings.value(self._key, self._default)

    def __set__(self, settings: Settings, value: T) -> None:
        settings.keep(self._key, value)


class Settings:
    """Typed access to QSettings. `store` and `recovery` are for tests; by default the platform's own places.

    recovery  the folder in which corrections are kept that were not saved yet
    reports   the folder for what is to be said of a program that ended badly
    """

    panel_width = _Kept("window/panel_width", 0)
    """Of the panel at the right, in pixels; 0: it was never drawn wider."""
    panel_shown = _Kept("window/panel", True)
    analysis_shown = _Kept("window/analysis", False)
    both_sides = _Kept("curve/both_sides", False)
    """Whether the curve of the other side of the body is shown too."""
    language = _Kept("window/language", "")
    """One of app.gui.languages.LANGUAGES; empty: the system's."""
    mirror = _Kept("live/mirror", True)
    steady = _Kept("overlay/steady", False)
    """Whether joints are smoothed."""
    recordings = _Kept("live/folder", "")
    """The folder that recordings go to; empty: the usual one for videos."""

    def __init__(self, store: QSettings | None = None, recovery: Path | None = None) -> None:
        self.recovery = recovery or user_state_path("skelter", appauthor=False) / "recovery"
        self.reports = self.recovery.with_name("reports")
        self._store = store if store is not None else QSettings("Skelter", "Skelter")
        if self.value("version", 0) > VERSION:  # written by a newer program: its meaning is not known here
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
    def unfolded(self) -> tuple[bool, ...]:
        """Of each section of that panel whether it was; empty: it was never said."""
        return tuple(letter == "1" for letter in self.value("window/unfolded", ""))

    @unfolded.setter
    def unfolded(self, value: tuple[bool, ...]) -> None:
        self._store.setValue("window/unfolded", "".join("1" if on else "0" for on in value))

    @property
    def look(self) -> Look:
        value = self.value("window/look", Look.SYSTEM.value)
        return Look(value) if value in set(Look) else Look.SYSTEM

    @look.setter
    def look(self, value: Look) -> None:
        self._store.setValue("window/look", value.value)

    def camera(self, name: str) -> str:
        """How the camera of that name was opened the last time, as an address; empty: never."""
        return self.value(_camera_key(name), "")

    def keep_camera(self, name: str, address: str) -> None:
        self.keep(_camera_key(name), address)

    @property
    def recorded(self) -> set[str]:
        """What is written when a camera is recorded: raw, annotated, data."""
        return {name for name in self.value("live/recorded", "raw,annotated").split(",") if name}

    @recorded.setter
    def recorded(self, value: set[str]) -> None:
        self._store.setValue("live/recorded", ",".join(sorted(value)))

    @property
    def folder(self) -> str:
        """Where the last file was opened; before the first one, where videos are."""
        usual = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        return self.value("files/folder", usual if Path(usual).is_dir() else str(Path.home()))

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
                known[field.name] = self.value(key, value)
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
        known = {f.name: self.value(f"overlay/{f.name}", getattr(default, f.name)) for f in fields(Style)}
        return default.with_(**known)

    @style.setter
    def style(self, value: Style) -> None:
        for field in fields(Style):
            self._store.setValue(f"overlay/{field.name}", getattr(value, field.name))

    def save(self) -> None:
        self._store.sync()

    def value(self, key: str, default: T) -> T:
        """What is kept under `key`, of the default's type; the default where nothing is."""
        # an INI file gives 'false' back, whose bool() is True: the type must be asked for
        value = self._store.value(key, default, type=type(default))
        return value if isinstance(value, type(default)) else default

    def keep(self, key: str, value: T) -> None:
        self._store.setValue(key, value)


def _camera_key(name: str) -> str:
    return f"cameras/{quote(name or 'unnamed', safe='')}"  # a slash would make groups of it
