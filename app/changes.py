"""What a person can correct by hand. Apart from what it does to results, so that the window needs no NumPy to show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rename:
    """Give a person a name; an empty one takes it away."""

    person: int
    name: str


@dataclass(frozen=True, slots=True)
class Hide:
    """Leave a person out of pictures and exports, or no more."""

    person: int
    hidden: bool


@dataclass(frozen=True, slots=True)
class HideOthers:
    """Leave `others`, everybody seen so far but `person`, out of pictures and exports; `person` no more."""

    person: int
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """`gone` was `kept` all the time. Where both are on a frame, the one whose joints are surer stays."""

    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class Split:
    """From frame `frame` on, `person` is somebody else: `new`, a number nobody had."""

    person: int
    frame: int
    new: int


@dataclass(frozen=True, slots=True)
class Swap:
    """From frame `frame` on, `one` and `other` were taken for each other."""

    one: int
    other: int
    frame: int


@dataclass(frozen=True, slots=True)
class MoveJoint:
    """On frame `frame`, joint number `joint` of `person` is at (x, y), in pixels of the source."""

    frame: int
    person: int
    joint: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class MoveJoints:
    """Joints of `person` are elsewhere on several frames.

    places  (frame, joint by number, x, y) each, in pixels of the source
    """

    person: int
    places: tuple[tuple[int, int, float, float], ...]


Run = tuple[int, int, int, int | None]


@dataclass(frozen=True, slots=True)
class ExchangeSides:
    """Left and right of `person` were taken for each other.

    runs  (left joint, right joint, first frame, last frame) by number, the last frame itself one of those; None: to the
          end, frames that are analysed later too
    """

    person: int
    runs: tuple[Run, ...]

    def runs_on(self, frame: int) -> list[Run]:
        """Those that are on a frame."""
        return [run for run in self.runs if run[2] <= frame and (run[3] is None or frame <= run[3])]

    def pairs_on(self, frame: int) -> list[tuple[int, int]]:
        """The (left, right) joints that change places on a frame."""
        return [run[:2] for run in self.runs_on(frame)]

    @property
    def frames(self) -> set[int]:
        """On which joints change places, of runs that have an end."""
        return {frame for _, _, first, last in self.runs if last is not None for frame in range(first, last + 1)}


@dataclass(frozen=True, slots=True)
class Confirm:
    """On frame `frame` somebody looked at a doubt (`app.doubts`), and nothing is wrong there.

    kind    the name of its `app.doubts.Kind`
    people  whom it is about, in its order
    limb    which one it is about: the left joint of its root, by number; None: none
    """

    kind: str
    people: tuple[int, ...]
    frame: int
    limb: int | None = None


Change = Rename | Hide | HideOthers | Merge | Split | Swap | MoveJoint | MoveJoints | ExchangeSides | Confirm

KINDS: dict[str, type[Change]] = {
    kind.__name__: kind
    for kind in (Rename, Hide, HideOthers, Merge, Split, Swap, MoveJoint, MoveJoints, ExchangeSides, Confirm)
}


def moves_of(change: Change) -> tuple[MoveJoint, ...]:
    """What a change does to single joints; nothing where it is about something else."""
    if isinstance(change, MoveJoints):
        return tuple(MoveJoint(frame, change.person, joint, x, y) for frame, joint, x, y in change.places)
    return (change,) if isinstance(change, MoveJoint) else ()
