"""Where the program begins, as `skelter` and as `python -m app`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and give its exit status: 130 for Ctrl-C also while everything is still being imported."""
    try:
        from app.cli import main as run  # half a second, in which there would be a traceback and no status

        return run()
    except KeyboardInterrupt:
        return 130
    finally:
        # an interrupt in the midst of an exec(), as dataclasses are made by, is remembered as one that nobody caught,
        # and Python would end by the signal all the same, until another exec() (CPython's run_eval_code_obj)
        exec("")


if __name__ == "__main__":
    sys.exit(main())
