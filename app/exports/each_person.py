"""Formats with a file for each person: what the files are called, which there are besides, and their rows."""

from __future__ import annotations

import glob
import logging
import re
from pathlib import Path

import numpy as np

from app.analysis import Trajectory
from app.exports.writer import WholeWriter
from engine.types import F64, I64

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
        return self._path if self._options.person is not None else name_of(self._path, person_id)

    def _others(self) -> list[Path]:
        """What lies under such names, and this run did not write."""
        return [path for path in lying_beside(self._path) if path not in self.paths]


def name_of(target: Path, person_id: int) -> Path:
    """The file of one of all people where `target` is NAME.ENDING."""
    return target.with_name(f"{target.stem}-p{person_id}{target.suffix}")


def names_of(target: Path) -> re.Pattern[str]:
    """What the files of people are called where `target` is NAME.ENDING."""
    return re.compile(rf"{re.escape(target.stem)}-p\d+{re.escape(target.suffix)}")


def lying_beside(target: Path) -> list[Path]:
    """The files that are called so."""
    beside = target.parent.glob(f"{glob.escape(target.stem)}-p*{glob.escape(target.suffix)}")
    return sorted(path for path in beside if names_of(target).fullmatch(path.name))


def on_frames(indices: I64, person: Trajectory, values: F64) -> F64:
    """`values` [T, ...] of a person's frames, on the frames `indices`; NaN where he is not."""
    spread = np.full((len(indices), *values.shape[1:]), np.nan)
    spread[np.searchsorted(indices, person.indices)] = values
    return spread


def between(indices: I64, person: Trajectory) -> slice:
    """Where in `indices` a person's first to his last frame are."""
    return slice(*np.searchsorted(indices, [person.indices[0], person.indices[-1] + 1]).tolist())
