"""Read Parquet tables: each row is a capture, whose bytes are the row as canonical JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from muster.model import Issue, Page, canonical_json
from muster.sources.capture import Origin
from muster.sources.shard import Limits, Shard

PARQUET_ROW = "application/vnd.apache.parquet; row"
_BATCH = 256


def read_parquet(origin: Origin, shard: Shard, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for each row of a Parquet file that the shard covers; its locator holds the row alone."""
    file = origin.file
    try:
        with file.open() as handle, pq.ParquetFile(handle) as table:
            end = table.metadata.num_rows if shard.count is None else shard.first + shard.count
            if table.metadata.num_rows == 0:
                yield file.issue("no_rows", "", do="there are columns and nothing below them")
            for number, values in _rows(table, shard.first, end):
                if isinstance(values, _Broken):
                    yield _broken(origin, number, values)
                    continue
                body = canonical_json(values).encode()
                if len(body) > limits.max_line:
                    do = "raise max_line in [limits] of case.toml"
                    yield file.issue("line_too_long", f"row {number}", found=f"{len(body)} bytes", do=do)
                    continue
                yield origin.page(body, PARQUET_ROW, start=0, length=0, row=number, cells=_cells(values))
    except (pa.ArrowException, ValueError, OverflowError) as error:
        do = "nothing of it was read, as its end says where its rows lie: find a whole copy"
        yield file.issue("broken_file", bytes_at=(0, file.size), found=type(error).__name__, do=do)


def row_body(table: pq.ParquetFile, number: int) -> bytes | None:
    """Return the bytes of one row as `read_parquet` gave them, or None where there is no such row."""
    for _, values in _rows(table, number, number + 1):
        return None if isinstance(values, _Broken) else canonical_json(values).encode()
    return None


@dataclass(frozen=True, slots=True)
class _Broken:
    """A group of rows that cannot be read further: up to which row it goes, its bytes, and why."""

    end: int
    bytes_at: tuple[int, int]
    why: str


def _broken(origin: Origin, number: int, broken: _Broken) -> Issue:
    rows = f"row {number}" if broken.end == number + 1 else f"rows {number}–{broken.end - 1}"
    do = "the other groups of rows are read: find a whole copy"
    where = f"{rows}, bytes {broken.bytes_at[0]}–{broken.bytes_at[1]}"
    return origin.file.issue("broken_file", where, found=broken.why, do=do, bytes_at=broken.bytes_at)


def _rows(table: pq.ParquetFile, first: int, end: int) -> Iterator[tuple[int, dict[str, Any] | _Broken]]:
    """Yield rows `first` to `end` by number, opening no row group without one of them; past a group that is damaged."""
    begin = 0
    for group in range(table.num_row_groups):
        size = table.metadata.row_group(group).num_rows
        if begin < end and begin + size > first:
            number, wrong = begin, ""
            batches = table.iter_batches(batch_size=_BATCH, row_groups=[group])
            while number < min(end, begin + size):
                try:
                    batch = next(batches, None)
                    low = max(first - number, 0)
                    part = (
                        [] if batch is None else _plain_times(batch.slice(low, max(0, end - number - low))).to_pylist()
                    )
                except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
                    batch, wrong = None, type(error).__name__
                if batch is None:
                    last = min(end, begin + size)
                    yield max(first, number), _Broken(last, _place(table, group), wrong or "fewer rows than it says")
                    break
                yield from ((number + low + at, _json_value(values)) for at, values in enumerate(part))
                number += batch.num_rows
        begin += size


def _place(table: pq.ParquetFile, group: int) -> tuple[int, int]:
    """Return where the bytes of a group of rows begin and end, as the file says."""
    said = table.metadata.row_group(group)
    columns = [said.column(n) for n in range(said.num_columns)]
    starts = [min(filter(None, (one.dictionary_page_offset, one.data_page_offset)), default=0) for one in columns]
    ends = [start + max(0, one.total_compressed_size) for start, one in zip(starts, columns, strict=True)]
    return max(0, min(starts, default=0)), max(0, *ends, 0)


def _plain_times(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Write times finer than microseconds as text: Python's own cannot hold them."""
    columns = [
        column.cast(pa.string()) if "[ns" in str(column.type) and pa.types.is_temporal(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def _json_value(value: Any) -> Any:
    """Return a value that JSON can hold: bytes as hexadecimal digits, times as ISO 8601, NaN as text."""
    if isinstance(value, dict):
        return {str(name): _json_value(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_value(inner) for inner in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, timedelta)):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def _cells(values: dict[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else canonical_json(value)
        for name, value in values.items()
        if value is not None
    }
