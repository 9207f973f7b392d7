"""The long forms of the fault drills; docs/reliability.md has their figures, tests/faults the short forms.

    python -m scripts.faults kill [--kills 50] [--only NAME ...] [--seed 0]
    python -m scripts.faults hostile [--files 1000] [--only KIND ...] [--seed 0]

Prints a line for each drill, and what went wrong; the exit status is 1 where anything did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from scripts import hostile, kills


def kill(arguments: argparse.Namespace) -> int:
    failures = 0
    with ExitStack() as stack:
        for drill in kills.drills(stack):
            if arguments.only and drill.name not in arguments.only:
                continue
            toll = kills.run(drill, arguments.kills, seed=arguments.seed)
            lost = f"at most {toll.most_lost} {drill.unit} lost" if drill.unit else "nothing finished lost"
            print(f"{drill.name}: {toll.kills} kills in {toll.lasted_s:.1f} s of work, {lost}", flush=True)
            for failure in toll.failures:
                print(f"  {failure}", flush=True)
            failures += len(toll.failures)
    return failures


def give_hostile_files(arguments: argparse.Namespace) -> int:
    failures = 0
    for kind in arguments.only or hostile.KINDS:
        with tempfile.TemporaryDirectory() as name:
            verdict = hostile.examine(kind, arguments.files, Path(name) / "files", seed=arguments.seed)
        print(
            f"{kind}: {verdict.read} read, {verdict.refused} refused in a sentence, the slowest in "
            f"{verdict.slowest_s:.1f} s of the processor, {verdict.mebibytes} MiB at most",
            flush=True,
        )
        if verdict.failure is not None:
            print(f"  {verdict.failure}", flush=True)
            failures += 1
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    killing = commands.add_parser("kill")
    killing.add_argument("--kills", type=int, default=50)
    killing.set_defaults(run=kill)
    giving = commands.add_parser("hostile")
    giving.add_argument("--files", type=int, default=1000)
    giving.set_defaults(run=give_hostile_files)
    for command in (killing, giving):
        command.add_argument("--only", nargs="*", default=[])
        command.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    return min(arguments.run(arguments), 1)


if __name__ == "__main__":
    sys.exit(main())
