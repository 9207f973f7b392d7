"""The progress bar of a job on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Self

from rich import progress as bars
from rich.console import Console

from app.results import Result
from engine.video import SourceInfo


class Progress:
    """Frames done, frames a second, people on the frame and time left; silent where stderr is no terminal."""

    def __init__(self, info: SourceInfo, console: Console) -> None:
        known = info.frame_count is not None
        self._bars = bars.Progress(
            bars.TextColumn("{task.description}", markup=False),  # a name such as `game [final].mp4` is no markup
            bars.BarColumn(),
            bars.MofNCompleteColumn() if known else bars.TextColumn("{task.completed} frames"),
            bars.TextColumn("{task.fields[fps]:.0f} frames/s  {task.fields[people]} on the picture"),
            bars.TimeRemainingColumn() if known else bars.TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bars.add_task(info.name, total=info.frame_count, fps=0.0, people=0)

    def watch(self, results: Iterator[Result]) -> Iterator[Result]:
        """The results, counted as they pass."""
        for result in results:
            yield result
            task = self._bars.tasks[0]
            self._bars.update(self._task, advance=1, fps=task.speed or 0.0, people=len(result.tracks))

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()
