"""Dates as tables write them: always a first and a last day between which the thing happened."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

Sort = Literal["day", "month", "year", "span", "estimate", "unknown"]
"""How precise; estimate: the source itself calls the date uncertain, so its bounds are only what it states."""


@dataclass(frozen=True, slots=True)
class When:
    """From which to which day; None and None where nothing is said. trouble: "", or the word of an issue."""

    sort: Sort
    first: date | None
    last: date | None
    text: str
    trouble: str = ""


@lru_cache(maxsize=65536)
def when(text: str, *, days: tuple[str, ...] = (), estimate: bool = False) -> When:
    """Read a date, month, year or span of years.

    days: formats of whole days, as `strptime` has them, tried before ISO's.
    A line dated by year happened somewhere in it: nothing here ever orders two lines inside one year.

    >>> [(w.sort, str(w.first), str(w.last)) for w in map(when, ("2022", "2022–23", "2022-06", "2022-06-09", "2021/2022"))]
    [('year', '2022-01-01', '2022-12-31'), ('span', '2022-01-01', '2023-12-31'), ('month', '2022-06-01', '2022-06-30'), ('day', '2022-06-09', '2022-06-09'), ('span', '2021-01-01', '2022-12-31')]
    >>> when("soon").trouble, when("2023-1999").trouble, when("..").sort
    ('no_date', 'no_date', 'unknown')
    """  # noqa: E501
    bare = text.strip()
    if bare in {"", "..", "-", "n/a", "unknown"}:
        return When("unknown", None, None, text)
    marked = re.fullmatch(r"[\[(](.+)[\])]|(.+)\?", bare)
    if marked:
        bare, estimate = (marked[1] or marked[2]).strip(), True
    found = _read(bare, days)
    if found is None:
        return When("unknown", None, None, text, "no_date")
    sort, first, last = found
    return When("estimate" if estimate else sort, first, last, text)


def _read(bare: str, days: tuple[str, ...]) -> tuple[Sort, date, date] | None:
    for form in days:
        try:
            day = datetime.strptime(bare, form).date()
        except ValueError:
            continue
        return "day", day, day
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", bare):
        try:
            day = date(*(int(part) for part in match.groups()))
        except ValueError:
            return None
        return "day", day, day
    if match := re.fullmatch(r"(\d{4})", bare):
        return _years("year", int(match[1]), int(match[1]))
    if match := re.fullmatch(r"(?:(\d{4})-(\d{2})|(\d{2})/(\d{4}))", bare):
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        # 2022-23 is a span of years, and no month: there is no 23rd
        if year and 1 <= month <= 12 and year >= 1000:
            return "month", date(year, month, 1), date(year, month, monthrange(year, month)[1])
    if match := re.fullmatch(r"(\d{4})\s*[-–—/]\s*(\d{4}|\d{2})", bare):
        first = int(match[1])
        last = int(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
        return _years("span", first, last)
    return None


def _years(sort: Sort, first: int, last: int) -> tuple[Sort, date, date] | None:
    if not 1000 <= first <= last <= 9998:
        return None
    return sort, date(first, 1, 1), date(last, 12, 31)
