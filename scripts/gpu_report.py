"""The report of `scripts.gpu_check`: rows, written to disk as they come, read again by whoever goes on with it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Row:
    """A line of the table. `ok` None: a measurement without a bar."""

    part: str
    what: str
    result: str
    ok: bool | None = None
    figures: dict[str, float] = field(default_factory=dict)


@dataclass
class Report:
    """What has been found so far, in `folder`. `begun` are the parts, in their order; the last may be under way."""

    folder: Path
    machine: dict[str, str] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Report:
        """The report that is there, or a new one."""
        path = folder / "gpu_check.json"
        if not path.exists():
            return cls(folder)
        known = json.loads(path.read_text(encoding="utf-8"))
        return cls(folder, known["machine"], known["begun"], [Row(**row) for row in known["rows"]])

    def begin(self, part: str) -> None:
        self.begun.append(part)
        self.write()

    def add(self, part: str, what: str, result: str, ok: bool | None = None, **figures: float) -> None:
        self.rows.append(Row(part, what, result, ok if ok is None else bool(ok), figures))
        mark = {True: "ok", False: "FAILED", None: "  "}[ok if ok is None else bool(ok)]
        print(f"{part:12} {what:48} {result}  {mark}", flush=True)
        self.write()

    def write(self) -> None:
        lines = [f"{key}: {value}  " for key, value in self.machine.items()]
        lines += ["", "| part | what | result | |", "|---|---|---|---|"]
        marks = {True: "ok", False: "**failed**", None: ""}
        lines += [f"| {row.part} | {row.what} | {row.result} | {marks[row.ok]} |" for row in self.rows]
        content = {"machine": self.machine, "begun": self.begun, "rows": [asdict(row) for row in self.rows]}
        self._put("gpu_check.md", "\n".join(lines) + "\n")
        self._put("gpu_check.json", json.dumps(content, indent=1))

    def _put(self, name: str, text: str) -> None:
        """In place of what is there at once: the process may be ended at any time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{name}.part"
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, self.folder / name)
