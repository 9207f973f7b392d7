"""Where the frozen program begins."""

import multiprocessing
import sys

from app.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # a worker of `skelter batch` is this program, started again
    sys.exit(main())
