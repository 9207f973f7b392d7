"""What asks a program to finish its files and end: signals, and its terminal when it is closed."""

from __future__ import annotations

import os
import signal

HANGUP = getattr(signal, "SIGHUP", None)  # a terminal was closed; Windows has none


def stopping_signals() -> list[signal.Signals]:
    """SIGINT, SIGTERM and HANGUP; without the last where it is ignored, as under nohup."""
    numbers = [signal.SIGINT, signal.SIGTERM]
    if HANGUP is not None and signal.getsignal(HANGUP) != signal.SIG_IGN:
        numbers.append(HANGUP)
    return numbers


class Terminals:
    """The terminals that a program prints on. Made while they are open: of a closed one nobody can tell what it was."""

    def __init__(self) -> None:
        self._descriptors = [descriptor for descriptor in (1, 2) if os.isatty(descriptor)]

    def let_go(self) -> None:
        """From now on what is printed there goes nowhere; on a closed terminal it would be an OSError."""
        to_nowhere(*self._descriptors)


def to_nowhere(*descriptors: int) -> None:
    """From now on what is written there goes nowhere, for good, and for libraries too, which write to descriptors."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
