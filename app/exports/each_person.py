"""Formats with a file for each person: what the files are called, and which there are besides."""

from __future__ import annotations

import glob
import logging
import re
from pathlib import Path

from app.exports.writer import WholeWriter

_log = logging.getLogger(__name__)


class EachPersonWriter(WholeWriter):
    """NAME-p3.ENDING for person 3; NAME.ENDING where just one was asked for.

    Files of such names that this run did not write are told once it is over: who reads NAME-p* would mix two runs. They
    stay, because an earlier run may have been of more than this one.
    """

    def close(self) -> None:
        super().close()
        if self._options.person is None and (others := self._others()):
            _log.warning("Not of this run: %s.", ", ".join(path.name for path in others))

    def _path_of(self, person_id: int) -> Path:
        if self._options.person is not None:
            return self._path
        return self._path.with_name(f"{self._path.stem}-p{person_id}{self._path.suffix}")

    def _others(self) -> list[Path]:
        """What lies under such names, and this run did not write."""
        stem, suffix = self._path.stem, self._path.suffix
        name = re.compile(rf"{re.escape(stem)}-p\d+{re.escape(suffix)}")
        beside = self._path.parent.glob(f"{glob.escape(stem)}-p*{glob.escape(suffix)}")
        return sorted(path for path in beside if name.fullmatch(path.name) and path not in self.paths)
