"""Which bytes of which files are told of by issues: the ranges, and how many bytes they are together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

RANGES_SQL = """
SELECT file, what, "start", "end" FROM issue WHERE "start" IS NOT NULL ORDER BY file, what, "start", "end"
"""

BODIES_SQL = """
SELECT count(DISTINCT digest) AS bodies, coalesce(sum(captures), 0)::BIGINT AS captures FROM body
"""


@dataclass(frozen=True, slots=True)
class LossOf:
    """One sort of trouble in one file: its ranges, none touching another, and their bytes together."""

    file: str
    what: str
    bytes: int
    ranges: tuple[tuple[int, int], ...]


def losses(rows: Iterable[Mapping[str, Any]]) -> list[LossOf]:
    """Join ranges that overlap or touch, by file and sort of trouble; rows come sorted.

    >>> rows = [{"file": "ab", "what": "broken_record", "start": a, "end": b} for a, b in ((0, 5), (4, 9), (20, 30))]
    >>> losses(rows)
    [LossOf(file='ab', what='broken_record', bytes=19, ranges=((0, 9), (20, 30)))]
    """
    found = []
    for (file, what), group in groupby(rows, key=lambda row: (str(row["file"]), str(row["what"]))):
        joined: list[tuple[int, int]] = []
        for row in group:
            start, end = int(row["start"]), int(row["end"])
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        found.append(LossOf(file, what, sum(end - start for start, end in joined), tuple(joined)))
    return found
