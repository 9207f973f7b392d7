"""Who goes with whom at the least cost, where staying alone has its price."""

from __future__ import annotations

import lap
import numpy as np
import numpy.typing as npt

from engine.types import F32, I64, Bools


def assign(cost: F32, allowed: Bools, limit: float) -> tuple[I64, I64]:
    """The pairing of rows [N] with columns [M] that has the least cost, each unmatched pair costing `limit`.

    cost     float32 [N, M], finite where allowed
    allowed  bool [N, M]: pairs that may match at all; those that cost `limit` or more never do

    Returns the indices of the matched rows, ascending, and of their columns. Jonker–Volgenant by `lap`, which doubles
    the matrix to price the unmatched; pairs without a rival are therefore taken out first, and in most frames that is
    everyone.
    """
    allowed = allowed & (cost < limit)
    in_row, in_column = allowed.sum(axis=1), allowed.sum(axis=0)
    lone = allowed & (in_row[:, None] == 1) & (in_column[None, :] == 1)
    rows, columns = (found.astype(np.int64) for found in np.nonzero(lone))
    open_rows = np.flatnonzero((in_row > 0) & ~lone.any(axis=1))
    if not len(open_rows):
        return rows, columns
    open_columns = np.flatnonzero((in_column > 0) & ~lone.any(axis=0))
    block = np.ix_(open_rows, open_columns)
    priced = np.where(allowed[block], cost[block], limit * 2 + 1)
    _, column_of_row, _ = lap.lapjv(priced.astype(np.float64), extend_cost=True, cost_limit=limit)
    matched = np.flatnonzero(column_of_row >= 0)
    more_rows, more_columns = open_rows[matched], open_columns[column_of_row[matched]]
    good = allowed[more_rows, more_columns]
    rows, columns = np.concatenate([rows, more_rows[good]]), np.concatenate([columns, more_columns[good]])
    order = np.argsort(rows)
    return rows[order], columns[order]


def assign_greedily(similarity: npt.NDArray[np.float32], least: float) -> tuple[I64, I64]:
    """Best pair first, each row and column once, down to a similarity of `least` (rows [N], columns [M])."""
    open_pairs = similarity.astype(np.float64)
    rows: list[int] = []
    columns: list[int] = []
    while open_pairs.size:
        row, column = divmod(int(open_pairs.argmax()), open_pairs.shape[1])
        if not open_pairs[row, column] >= least:
            break
        rows.append(row)
        columns.append(column)
        open_pairs[row, :] = -np.inf
        open_pairs[:, column] = -np.inf
    return np.array(rows, np.int64), np.array(columns, np.int64)
