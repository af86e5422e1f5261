"""What a table is: its columns, their types and meaning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TEXT = pa.string()
INT = pa.int64()
REAL = pa.float64()
BOOL = pa.bool_()
TIME = pa.timestamp("us", tz="UTC")
DAY = pa.date32()
MONEY = pa.decimal128(24, 8)
TEXTS = pa.list_(pa.string())
SPANS_RAW = pa.list_(
    pa.struct(
        [
            pa.field("field", pa.string()),
            pa.field("start", pa.int32()),
            pa.field("end", pa.int32()),
            pa.field("byte_start", pa.int64()),
            pa.field("byte_end", pa.int64()),
        ]
    )
)
PRICES = pa.list_(pa.struct([pa.field("currency", pa.string()), pa.field("amount", MONEY)]))
SPANS = pa.list_(
    pa.struct(
        [
            pa.field("field", pa.string()),
            pa.field("start", pa.int32()),
            pa.field("end", pa.int32()),
            pa.field("what", pa.string()),
            pa.field("value", pa.string()),
        ]
    )
)
ALTERNATIVES = pa.list_(pa.struct([pa.field("kind", pa.string()), pa.field("probability", pa.float64())]))
FACETS = pa.list_(
    pa.struct(
        [
            pa.field("kind", pa.string()),
            pa.field("quote", pa.string()),
            pa.field("start", pa.int32()),
            pa.field("end", pa.int32()),
        ]
    )
)
UNDER = pa.list_(
    pa.struct(
        [
            pa.field("assumption", pa.string()),
            pa.field("value", pa.float64()),
            pa.field("low", pa.float64()),
            pa.field("high", pa.float64()),
        ]
    )
)
FACET_VERDICTS = pa.list_(
    pa.struct(
        [
            pa.field("kind", pa.string()),
            pa.field("quote", pa.string()),
            pa.field("verdict", pa.string()),
            pa.field("reason", pa.string()),
        ]
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type and meaning; the unit stands in the meaning or the name."""

    name: str
    type: pa.DataType
    meaning: str


@dataclass(frozen=True)
class Table:
    """One table: its name, what a row is, and its columns. Rows are sorted by `key`."""

    name: str
    row_is: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)

    @cached_property
    def arrow(self) -> pa.Schema:
        """The Arrow schema."""
        return pa.schema([pa.field(c.name, c.type) for c in self.columns])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(c.name for c in self.columns)
