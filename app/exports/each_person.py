"""Formats with a file for each person: what the files are called, and that those of one run alone lie side by side."""

from __future__ import annotations

import contextlib
import glob
import logging
import re
from pathlib import Path

from app import manifest
from app.exports.writer import WholeWriter
from engine.errors import SkelterError

_log = logging.getLogger(__name__)


class EachPersonWriter(WholeWriter):
    """NAME-p3.ENDING for person 3; NAME.ENDING where just one was asked for.

    Files of people who are not in this run are removed once all new ones are there, as far as the manifest says that
    an earlier run of this name wrote them, and they are as it did. Others stay, and that is said.
    """

    def close(self) -> None:
        super().close()
        if self._options.person is None:
            self._clear_away()

    def _path_of(self, person_id: int) -> Path:
        if self._options.person is not None:
            return self._path
        return self._path.with_name(f"{self._path.stem}-p{person_id}{self._path.suffix}")

    def _clear_away(self) -> None:
        old = self._others()
        if not old:
            return
        hashes = _written_before(manifest.path_beside(self._path))
        removed = []
        for path in old:
            with contextlib.suppress(OSError):  # it stays, and that is said
                if hashes.get(path.name) == manifest.hash_of(path):
                    path.unlink()
                    removed.append(path)
        if removed:
            _log.warning("Removed of an earlier run: %s.", _names(removed))
        if stayed := [path for path in old if path not in removed]:
            _log.warning("Not of this run, and not known to be left of an earlier one: %s.", _names(stayed))

    def _others(self) -> list[Path]:
        """What lies under such names, and this run did not write."""
        stem, suffix = self._path.stem, self._path.suffix
        name = re.compile(rf"{re.escape(stem)}-p\d+{re.escape(suffix)}")
        beside = self._path.parent.glob(f"{glob.escape(stem)}-p*{glob.escape(suffix)}")
        return sorted(path for path in beside if name.fullmatch(path.name) and path not in self.paths)


def _written_before(beside: Path) -> dict[str, str]:
    """The names and hashes of what the manifest says was written, but for what was asked for by a name of its own."""
    try:
        outputs = manifest.read(beside).outputs
    except SkelterError:  # there is none
        return {}
    return {output.name: output.sha256 for output in outputs if output.options.get("person") is None}


def _names(paths: list[Path]) -> str:
    return ", ".join(path.name for path in paths)
