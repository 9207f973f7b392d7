"""The errors a user can act on: one sentence that says what, which file, and the remedy.

SkelterError
├── MissingFileError     also a FileNotFoundError
├── SourceError          a file, camera or stream that cannot be opened or read
│   └── SourceBrokenOff  ... that ended midway: what was read before is good (exit status 3)
├── SinkError            an output that cannot be written
├── ModelError           a model file of the wrong kind, or a card that does not fit
├── DownloadError        a file that no address gives whole and right
├── BackendError         an inference library that is missing or failed
├── BuildCancelled       somebody asked for a build to end
└── UsageError           an option or a combination of options that makes no sense
"""

WRONG_CONTENT = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError)
"""What reading a file raises whose content is not what it should be."""

_LONGEST = 200


def reason_of(error: OSError) -> str:
    """What the system says of it, within a sentence."""
    return (error.strerror or str(error) or type(error).__name__).lower()


def in_short(error: Exception) -> str:
    """What is wrong with the content of a file, on one line: it may quote the file, which may hold anything."""
    reason = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) and error.args else str(error)
    line = " ".join(reason.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def first_line(error: Exception) -> str:
    """How a library that says much begins, within a sentence."""
    return next((line.strip(" .") for line in str(error).splitlines() if line.strip()), type(error).__name__)


class SkelterError(Exception):
    """Base of everything a user can act on; `str(error)` is the whole sentence, remedy included.

    sentence  in English, with {0}, {1} … where `values` go, so that a window can say it in another language
    values    errors among them are said in full
    stage     the part of the pipeline it came from, where it came through one
    """

    stage: str | None = None

    def __init__(self, sentence: str = "", *values: object) -> None:
        super().__init__(sentence.format(*values) if values else sentence)
        self.sentence, self.values = sentence, values


class MissingFileError(SkelterError, FileNotFoundError):
    """A file that was named is not there."""

    def __str__(self) -> str:  # OSError would print its arguments as a tuple
        return str(self.args[0]) if self.args else ""


class SourceError(SkelterError):
    """A file, camera or stream cannot be opened or read."""


class SourceBrokenOff(SourceError):
    """A source ended before its end, or parts of it could not be read; every frame given before is good.

    `time_s`, by keyword only, is the time in seconds of the last good frame (None where there was none).
    """

    def __init__(self, sentence: str, *values: object, time_s: float | None = None) -> None:
        super().__init__(sentence, *values)
        self.time_s = time_s


class SinkError(SkelterError):
    """An output cannot be written."""


class ModelError(SkelterError):
    """A model file, its card, or what it returned is not what it should be."""


class DownloadError(SkelterError):
    """A file cannot be fetched from any of its addresses."""


class BackendError(SkelterError):
    """An inference library is missing, refuses the model, or failed while running."""


class BuildCancelled(SkelterError):
    """A build was cancelled; nothing of it was kept."""


class UsageError(SkelterError):
    """An option, or a combination of options, that makes no sense."""
