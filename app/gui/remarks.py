"""What readers and writers log of a file (a sound left out, angles without signs) reaches the window, too."""

from __future__ import annotations

import logging
import re
import threading
from types import TracebackType
from typing import Self

from engine.errors import SkelterError

_SPEAKERS = "app", "engine.video"
_PLACE = re.compile(r"%(\.\d+f|[sd])")


class Remarks(logging.Handler):
    """Keeps the warnings that this thread's readers and writers log meanwhile: `with Remarks() as remarks`."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.told: list[SkelterError] = []
        self._thread = threading.get_ident()

    def __enter__(self) -> Self:
        for name in _SPEAKERS:
            logging.getLogger(name).addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in _SPEAKERS:
            logging.getLogger(name).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            values = record.args if isinstance(record.args, tuple) else ()
            self.told.append(SkelterError(as_sentence(str(record.msg)), *values))


def as_sentence(message: str) -> str:
    """A message of the log as errors have their sentences, which are translated: {0}, {1} … where its values go."""
    count = iter(range(message.count("%")))
    return _PLACE.sub(lambda place: f"{{{next(count)}{f':{place[1]}' if place[1][0] == '.' else ''}}}", message)


def all_of(remarks: list[SkelterError]) -> SkelterError | None:
    """Several in one, each once; None where there are none."""
    each = list({str(remark): remark for remark in remarks}.values())
    return SkelterError(" ".join(f"{{{place}}}" for place in range(len(each))), *each) if each else None
