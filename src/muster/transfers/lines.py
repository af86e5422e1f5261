"""The lines behind a sum: all of them, in parts, so that no number ends in "and 37 more"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from muster.transfers.ledger import Ask, Ledger

_WHICH_SQL = """
, possible AS (
    SELECT *, same_item <> '' AND "rank" < max("rank") OVER (
               PARTITION BY series, retrospective, coalesce(nullif(same_item, ''), id)) AS passed
    FROM line
    WHERE ($first IS NULL OR coalesce(happened_last, DATE '9998-01-01') >= $first)
      AND ($last IS NULL OR coalesce(happened_first, DATE '0001-01-01') <= $last)
),
which AS (
    SELECT * FROM possible
    WHERE ($state = '' OR state = $state) AND ($series = '' OR series = $series) AND ($unit = '' OR unit = $unit)
      AND (NOT $parted OR part = $part) AND ($told = '' OR retrospective = ($told = 'later'))
      AND (NOT $counted OR NOT passed)
)
"""

COUNT_SQL = _WHICH_SQL + "SELECT count(*) AS n FROM which"

LINES_SQL = (
    _WHICH_SQL
    + """
SELECT id, series, retrospective, state, supplier, recipient, item, part, unit, quantity_text, quantity_sort,
       quantity_low, quantity_high, happened_text, happened_first, happened_last, known, item_text, passed
FROM which ORDER BY happened_first NULLS LAST, series, id LIMIT $most OFFSET $skip
"""
)
"""The earliest first; lines that are dated by one year stand in no order inside it."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which lines of a question; what is left empty is not narrowed.

    part: "" is the part that nobody names, None any. told: `then` or `later`, for a question as known on a day.
    counted: without lines of an item that a further line counts in a later state.
    """

    state: str = ""
    series: str = ""
    unit: str = ""
    part: str | None = None
    told: str = ""
    counted: bool = False


def lines_of(ledger: Ledger, ask: Ask, which: Which, most: int = 20, skip: int = 0) -> list[dict[str, Any]]:
    """Return lines that a question is about; raises `UnknownId` for an item that no source names."""
    ledger.check(ask)
    return ledger.over_lines(LINES_SQL, ask, {**_values(which), "most": most, "skip": skip})


def count_of(ledger: Ledger, ask: Ask, which: Which) -> int:
    """Return how many lines that are."""
    (row,) = ledger.over_lines(COUNT_SQL, ask, _values(which))
    return int(row["n"])


def _values(which: Which) -> dict[str, object]:
    return {
        "state": which.state, "series": which.series, "unit": which.unit, "parted": which.part is not None,
        "part": which.part or "", "told": which.told, "counted": which.counted,
    }  # fmt: skip
