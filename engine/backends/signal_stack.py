"""The stack that a thread's signal handlers run on, kept from a library that exchanges it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class _Stack(ctypes.Structure):
    """stack_t of sigaltstack(2) on Linux."""

    _fields_ = (("sp", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t))


@contextmanager
def own_signal_stack() -> Iterator[None]:
    """Whatever happens inside, this thread's signal handlers run afterwards on the stack they ran on before.

    OpenVINO's CPU plugin gives the thread that loads it an alternate signal stack of its own (for processors whose
    state, with AMX, outgrows the usual one) and frees that memory with the plugin, from whichever thread is last: the
    next signal, a Ctrl-C say, then finds no stack and ends the process (seen with OpenVINO 2026.4). Python's handlers
    need no such stack.
    """
    if sys.platform != "linux":
        yield
        return
    libc = ctypes.CDLL(None)
    before = _Stack()
    libc.sigaltstack(None, ctypes.byref(before))
    try:
        yield
    finally:
        libc.sigaltstack(ctypes.byref(before), None)
