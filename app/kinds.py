"""What endings of files say, for whoever must know it before anything heavy is loaded."""

from __future__ import annotations

VIDEOS = frozenset(
    {".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".3gp",
     ".ogv", ".mxf"}
)  # fmt: skip
"""Of what is taken for a video in a folder of many files."""

FOR_EACH_PERSON = frozenset({".trc", ".mot"})
"""Of data that are written as NAME-p1, NAME-p2 …, a file for each person."""
