"""A live source whose every frame can be recorded, while inference takes the newest as before. Qt-free."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from types import TracebackType
from typing import Self

from app.handover import Handover, ahead
from engine.types import Frame
from engine.video import Source, SourceInfo


class Tap:
    """Stands in for a live `source`.

    As long as nobody records, frames are taken from the source when somebody asks, which drops the others unseen.
    While `sink` is set, a thread takes them all, gives each to the sink, and keeps the newest for whoever asks.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._lost = 0
        self._newest: Handover[Frame] = Handover(depth=1, newest=True)  # of the recording now, or the last one
        self.sink: Callable[[Frame], None] | None = None
        """Is given every frame, in a thread of the tap's; set it from any."""

    @property
    def info(self) -> SourceInfo:
        return self._source.info

    @property
    def dropped(self) -> int:
        """How many frames were replaced by newer ones before anybody took them for inference."""
        return int(getattr(self._source, "dropped", 0)) + self._lost + self._newest.lost

    def __iter__(self) -> Iterator[Frame]:
        frames = iter(self._source)
        while True:
            if self.sink is not None:
                self._lost, self._newest = self._lost + self._newest.lost, Handover(depth=1, newest=True)
                yield from ahead(self._recorded(frames), self._newest, stage="recording", interrupt=self._leave)
            frame = next(frames, None)
            if frame is None:
                return
            yield frame

    def _recorded(self, frames: Iterator[Frame]) -> Generator[Frame, None, None]:
        while self.sink is not None:
            frame = next(frames, None)
            if frame is None:
                return
            sink = self.sink  # another one, perhaps, than when the wait for this frame began
            if sink is not None:
                sink(frame)
            yield frame

    def _leave(self) -> None:
        if self.sink is not None:  # in the middle, not because the recording has ended
            self.interrupt()

    def end_of(self, index: int) -> float | None:
        return self._source.end_of(index)

    def interrupt(self) -> None:
        """End the wait for the next frame, at once and from any thread; `close` is still to follow."""
        getattr(self._source, "interrupt", self._source.close)()

    def close(self) -> None:
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
