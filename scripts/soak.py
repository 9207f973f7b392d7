"""Long runs: does memory grow, do threads or open files pile up, does the sound drift?

    python -m scripts.soak track CLIP [--minutes 60] [--most-s 0]
    python -m scripts.soak window CLIP [--minutes 60] [--most-s 0]

`track` repeats CLIP until it is so many minutes long (its packets are copied, sound and all), follows everyone in it as
`skelter track` does, and holds the sound of the video written against that of the one read. `window` plays the same
through the thread behind the window, as fast as it can analyse. `--most-s` ends either sooner; what is said then is of
that shorter run. Growth is counted from a tenth of the way on, when everything is loaded. The exit status is 1 where
memory grew by 100 MB, threads or open files became more, or the sound drifted by 20 ms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import psutil

from app import job
from app.engines import Choice, Engines
from app.gui import events
from app.gui import messages as say
from app.gui.mailbox import Mailbox
from app.gui.player import Player
from app.gui.toolbox import DefaultToolbox
from app.results import Result
from app.style import Style
from engine.video.opening import open_source

MOST_BYTES, MOST_DRIFT_S = 100e6, 0.020


@dataclass
class Watch:
    """What the process holds, noted now and then. `done` counts frames."""

    process: psutil.Process = field(default_factory=psutil.Process)
    notes: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Frames done, bytes, threads, open files."""
    begun: float = field(default_factory=time.monotonic)

    def note(self, done: int) -> None:
        process = self.process
        self.notes.append((done, process.memory_info().rss, process.num_threads(), len(process.open_files())))

    def verdict(self) -> tuple[str, bool]:
        """In words, and whether all is well."""
        if not self.notes:
            return "no frame came", False
        total = self.notes[-1][0]
        settled = next(note for note in self.notes if note[0] >= total / 10)
        most, least = max(note[1] for note in self.notes if note[0] >= settled[0]), settled[1]
        threads, files = (self.notes[-1][part] - settled[part] for part in (2, 3))
        seconds = time.monotonic() - self.begun
        words = (
            f"{total} frames in {seconds:.0f} s: memory {least / 1e6:.0f} MB at a tenth of the way, at most "
            f"{(most - least) / 1e6:+.0f} MB after it; threads {threads:+d}, open files {files:+d}"
        )
        return words, most - least < MOST_BYTES and threads <= 0 and files <= 0


def repeated(clip: Path, target: Path, minutes: float) -> None:
    """`clip` over and over until `target` lasts so long: its packets, not decoded."""
    with av.open(str(clip)) as first, av.open(str(target), "w") as out:
        streams = [stream for stream in first.streams if stream.type in ("video", "audio")]
        made = {stream.index: out.add_stream_from_template(stream) for stream in streams}
        times = {stream.index: decoding_times(clip, stream.index) for stream in streams}
        early_s = max(-float(min(times[stream.index]) * stream.time_base) for stream in streams)
        length_s = float(first.duration or 0) / av.time_base + max(early_s, 0.0) + 0.1  # turns must not overlap
        for turn in range(max(1, round(minutes * 60 / length_s))):
            left = {index: iter(dts) for index, dts in times.items()}
            with av.open(str(clip)) as again:
                for packet in again.demux([again.streams[index] for index in made]):
                    if packet.pts is None:
                        continue
                    shift = round(turn * length_s / packet.time_base)
                    packet.dts, packet.pts = next(left[packet.stream_index]) + shift, packet.pts + shift
                    packet.stream = made[packet.stream_index]
                    out.mux(packet)


def decoding_times(clip: Path, stream: int) -> list[int]:
    """Of each packet, in ticks: as late as lets every picture be decoded before it is shown.

    Matroska tells none for the first pictures where others are shown before them.
    """
    with av.open(str(clip)) as container:
        shown = [packet.pts for packet in container.demux(container.streams[stream]) if packet.pts is not None]
    in_order = sorted(shown)
    early = max(one - other for one, other in zip(in_order, shown, strict=True))
    return [at - early for at in in_order]


def sound(path: Path) -> list[tuple[bytes, float]]:
    """The packets of the sound, each with its time after the first picture in seconds."""
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return []
        picture = container.streams.video[0]
        start_s = float((picture.start_time or 0) * picture.time_base)
        return [
            (bytes(packet), float(packet.pts * packet.time_base) - start_s)
            for packet in container.demux(audio=0)
            if packet.pts is not None
        ]


def most_drift_s(read: Path, written: Path) -> float | None:
    """By how much any packet of the sound lies elsewhere than where it was read; None where there is none."""
    places: dict[bytes, list[float]] = {}
    for content, at_s in sound(read):
        places.setdefault(content, []).append(at_s)
    apart = [min(abs(at_s - place) for place in places[content]) for content, at_s in sound(written)]
    return max(apart, default=None)


def track(clip: Path, folder: Path, most_s: float) -> bool:
    target, watch, times = folder / "o.mp4", Watch(), [0.0]

    def results(given: Iterator[Result]) -> Iterator[Result]:
        for number, result in enumerate(given):
            if number % 50 == 0:
                watch.note(number)
            times.append(result.frame.time_s)
            yield result
            if most_s and time.monotonic() - watch.begun > most_s:
                return

    with open_source(clip) as source, Engines.load(Choice()) as engines:
        outputs = [target, folder / "o.jsonl"]
        job.run(source, engines, outputs, audio_from=clip if source.info.has_audio else None, watch=results)
    words, is_good = watch.verdict()
    drift_s = most_drift_s(clip, target)
    if drift_s is not None:
        words += f"; the sound lies within {1e3 * drift_s:.0f} ms of its place over {times[-1]:.0f} s"
        is_good = is_good and drift_s <= MOST_DRIFT_S
    print(words)
    return is_good


def window(clip: Path, folder: Path, most_s: float) -> bool:
    watch, ended, done = Watch(), [], 0
    pictures: Mailbox[events.Picture] = Mailbox(lambda: None)

    def notify(event: events.Event) -> None:
        if isinstance(event, events.LengthKnown | events.Trouble):
            ended.append(event)

    player = Player(DefaultToolbox(), pictures=pictures, notify=notify, style=Style())
    player.start()
    player.send(say.Open(str(clip), 1))
    player.send(say.SetSpeed(1000.0))
    while not ended and not (most_s and time.monotonic() - watch.begun > most_s):
        time.sleep(0.5)
        picture = pictures.take()
        if picture is not None:
            done = picture.index
            watch.note(done)
    words, is_good = watch.verdict()
    is_stopped = player.stop(10)
    print(words + ("" if is_stopped else "; the player did not end"))
    return is_good and is_stopped and not any(isinstance(event, events.Trouble) for event in ended)


def main() -> int:
    runs: dict[str, Callable[[Path, Path, float], bool]] = {"track": track, "window": window}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=runs)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--most-s", type=float, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        long = Path(name) / f"long{arguments.clip.suffix}"
        repeated(arguments.clip, long, arguments.minutes)
        return 0 if runs[arguments.what](long, Path(name), arguments.most_s) else 1


if __name__ == "__main__":
    sys.exit(main())
