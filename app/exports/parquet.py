"""Parquet: the columns of the wide CSV as typed columns, for many or long recordings; needs pyarrow."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from app.exports.skelter_json import dumps, header_fields
from app.exports.wide_csv import flag_columns, flags, number_columns, numbers
from app.exports.writer import FileWriter, Options, name_column
from app.results import FrameRecord, Header
from engine.errors import UsageError
from engine.files import WholeFile

_ROWS = 20_000  # of a row group: small enough to hold, large enough to compress


class ParquetWriter(FileWriter):
    """Writes a row group at a time. The header of Skelter JSON stands in the file's metadata under `skelter`."""

    def __init__(self, path: Path, header: Header, options: Options) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ModuleNotFoundError as error:
            raise UsageError("Parquet needs pyarrow; run `pip install 'skelter[parquet]'` first.") from error
        super().__init__(path)
        self._pyarrow, self._header = pyarrow, header
        whole = [("index", pyarrow.int64()), ("time_s", pyarrow.float64()), ("id", pyarrow.int64())]
        self._schema = pyarrow.schema(
            [
                *whole,
                *((name, pyarrow.float32()) for name in number_columns(header)),
                *((name, pyarrow.bool_()) for name in flag_columns(header)),
                *((name, pyarrow.string()) for name in name_column(header)),
            ],
            metadata={"skelter": dumps(header_fields(header))},
        )
        self._sink = _Sink(self._file)
        self._writer = parquet.ParquetWriter(self._sink, self._schema, compression="zstd")
        self._pending: list[FrameRecord] = []
        self._rows = 0

    def write(self, record: FrameRecord) -> None:
        self._pending.append(record)
        self._rows += len(record.tracks)
        if self._rows >= _ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()
        super().close()

    def abort(self) -> None:
        self._sink.is_abandoned = True  # pyarrow ends its file in any case, if only when it is forgotten
        self._writer.close()
        super().abort()

    def _flush(self) -> None:
        if not self._rows:
            return
        names = self._header.names
        counts = [len(record.tracks) for record in self._pending]
        ids = np.concatenate([record.tracks.ids for record in self._pending])
        columns = [
            np.repeat([record.index for record in self._pending], counts),
            np.repeat([record.time_s for record in self._pending], counts),
            ids,
            *np.concatenate([numbers(record, self._header) for record in self._pending]).T,
            *np.concatenate([flags(record, self._header) for record in self._pending]).T,
            *([[names.get(person_id) for person_id in ids.tolist()]] if names else []),
        ]
        arrays = [
            self._pyarrow.array(column, field.type, from_pandas=True)  # NaN becomes null: not known
            for column, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(self._pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._pending, self._rows = [], 0


class _Sink(io.RawIOBase):
    """What pyarrow writes to: a file that stays open when pyarrow is done with it, to be renamed or removed."""

    def __init__(self, file: WholeFile) -> None:
        self._file, self._written = file, 0
        self.is_abandoned = False

    def write(self, data: Any) -> int:
        piece = bytes(data)
        if not self.is_abandoned:
            self._file.write(piece)
        self._written += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._written

    def writable(self) -> bool:
        return True
