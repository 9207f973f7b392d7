"""Runs pytest beside another one, and ends with it: `python -m tests.beside ARGUMENTS`, its input a pipe of that one.

However that one ends, killed too, the pipe is closed then; its workers end when this does.
"""

import os
import sys
import threading

import pytest

if __name__ == "__main__":
    from_the_other = os.dup(0)  # pytest puts something else in the place of standard input

    def end_with_it() -> None:
        os.read(from_the_other, 1)
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()
    sys.exit(pytest.main(sys.argv[1:]))
