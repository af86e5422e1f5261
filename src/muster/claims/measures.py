"""What the nouns of claims are counted by, and what evidence each sort of claim needs: measures.yml."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from muster.estimate.scope import GROUPS
from muster.model import KINDS, Claim

TRADE = frozenset({
    "listings", "offers", "adverts", "sellers", "vendors", "dealers", "transactions", "sales", "reviews", "prices",
})  # fmt: skip
"""Nouns of the trade itself: a claim that counts them speaks of what is on sale."""

KNOWN = (*GROUPS, *KINDS)
"""What a measure can be narrowed to."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def counted_by(claim: Claim) -> tuple[str, str] | None:
    """Return the measure and the kind that a claim's noun is counted by, or None."""
    entry = _tables()["units"].get((claim.item or claim.unit).lower())
    return None if entry is None else (str(entry["measure"]), str(entry["kind"]))


def evidence(sort: str) -> str:
    """Return what would decide a sort of claim, in words for a reader.

    >>> evidence("quote")
    'the original of the quotation, entered as [[reference]] in the case file'
    """
    table = _tables()["evidence"]
    return str(table.get(sort, table["existence"]))


def kind_of(unit: str) -> str:
    """Return the kind or group of kinds that a noun is counted by, or "".

    >>> kind_of("pistols"), kind_of("transactions"), kind_of("USD")
    ('handgun', 'weapons', '')
    """
    entry = _tables()["units"].get(unit.lower())
    return str(entry["kind"]) if entry else ""


@cache
def _tables() -> dict[str, Any]:
    text = files("muster.claims").joinpath("measures.yml").read_text(encoding="utf-8")
    tables: dict[str, Any] = yaml.load(text, Loader=_LOADER)
    return tables


def period_days(period: str) -> tuple[date | None, date | None]:
    """Return first and last day of an ISO interval; None for an open end.

    >>> period_days("2014-03"), period_days("/2014")
    ((datetime.date(2014, 3, 1), datetime.date(2014, 3, 31)), (None, datetime.date(2014, 12, 31)))
    """
    first, slash, last = period.partition("/")
    return _day(first, end=False), _day(last if slash else first, end=True)


def _day(text: str, *, end: bool) -> date | None:
    """Return the first or last day of an ISO year, month or day; None for an open end.

    >>> _day("2014-02", end=True), _day("2014", end=False), _day("", end=True)
    (datetime.date(2014, 2, 28), datetime.date(2014, 1, 1), None)
    """
    parts = [int(part) for part in text.split("-") if part]
    if not parts:
        return None
    year, month, day = parts[0], parts[1] if len(parts) > 1 else 0, parts[2] if len(parts) > 2 else 0
    if not end:
        return date(year, month or 1, day or 1)
    if day:
        return date(year, month, day)
    month = month or 12
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
