"""Prices in dollars: by the rate that the page prints, or by that of the capture's day in the case's own tables."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from muster.errors import CaseError
from muster.model import Issue, digest
from muster.profiles import values

CENT = Decimal("0.00000001")
A_DAY = timedelta(days=1)
BACK = 4
"""Days before a capture's whose rate stands in for its own: exchanges of money close over long weekends."""

APART = Decimal("0.05")
"""Share by which two sources of a rate may differ before somebody should look."""

_DATES = ("date", "day", "time", "timestamp")
_RATES = ("rate", "close", "close price", "price", "value")
_DAYS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%d/%m/%Y", "%b %d, %Y", "%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True, slots=True)
class RateFile:
    """A table of daily rates that the case file names: what one unit of `base` cost in dollars, day by day.

    digest: of its bytes; a run does anew what depends on it when they change.
    """

    path: str
    base: str
    digest: str
    name: str


Row = tuple[str, dict[str, Any]]
"""A table's name, and the columns of one row of it."""

Issuer = Callable[[str, str, str, str], None]


def rate_file(path: Path, base: str, name: str) -> RateFile:
    """Return a table of rates as tasks carry it; raises `CaseError` for a file that is no such table."""
    if not path.is_file():
        raise CaseError("there is no such table of rates", where=name, found="no file", do="mend the path in [[rates]]")
    known_by = digest(path.read_bytes())
    _days(str(path), known_by)
    return RateFile(str(path), base.upper(), known_by, name)


@lru_cache(maxsize=32)
def _days(path: str, known_by: str) -> Mapping[date, Decimal]:
    """Read a table of rates. known_by: its digest, which tells a file that changed from the one read before."""
    with Path(path).open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(lines)
        names = {name.strip().lower(): name for name in table.fieldnames or ()}
        day = next((names[name] for name in _DATES if name in names), None)
        rate = next((names[name] for name in _RATES if name in names), None)
        if day is None or rate is None:
            raise CaseError(
                "no table of rates", where=path, found=f"columns {', '.join(table.fieldnames or ())}"[:200],
                do=f"name one column of {', '.join(_DATES)} and one of {', '.join(_RATES)}",
            )  # fmt: skip
        found: dict[date, Decimal] = {}
        for row in table:
            when, value = values.time(row[day] or "", _DAYS), values.number((row[rate] or "").strip())
            if when is not None and value is not None and value > 0:
                found[when.date()] = value
    if not found:
        raise CaseError("no rate in the table", where=path, found="no row with a day and a number",
                        do="write days as 2017-06-24 and rates as 2714.79")  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Rates:
    """The tables of rates of a case, in the order of its file: the first that has the day is taken.

    >>> Rates().on("BTC", date(2017, 6, 24)) is None
    True
    """

    files: tuple[RateFile, ...] = ()

    def on(self, base: str, day: date) -> tuple[Decimal, str] | None:
        """Return the dollars for one unit of `base` on a day, and which table says so."""
        for file in self.files:
            found = _at(file, day) if file.base == base else None
            if found is not None:
                return found, f"case rate, {file.name}"
        return None

    def disagreements(self) -> Iterator[Issue]:
        """Yield an issue for each two tables of one currency that differ by more than a twentieth on some day."""
        for number, first in enumerate(self.files):
            for second in self.files[number + 1 :]:
                if first.base != second.base:
                    continue
                a, b = _days(first.path, first.digest), _days(second.path, second.digest)
                apart = sorted(day for day in a.keys() & b.keys() if far(a[day], b[day]))
                if apart:
                    day = max(apart, key=lambda d: max(a[d], b[d]) / min(a[d], b[d]))
                    yield Issue(
                        "read", "rates_disagree", f"{first.base} in USD: {first.name} and {second.name}",
                        f"{len(apart)} of {len(a.keys() & b.keys())} days differ by over 5%, most on {day}: "
                        f"{a[day]:f} and {b[day]:f}",
                        f"{first.name} is taken, because the case file names it first; look up which is right",
                    )  # fmt: skip


NO_RATES = Rates()


def far(one: Decimal, other: Decimal) -> bool:
    """Tell whether two rates differ by more than a twentieth of the smaller.

    >>> far(Decimal(100), Decimal(105)), far(Decimal(100), Decimal(106))
    (False, True)
    """
    return abs(one - other) > APART * min(one, other)


def _at(file: RateFile, day: date) -> Decimal | None:
    days = _days(file.path, file.digest)
    return next((days[d] for d in (day - timedelta(days=n) for n in range(BACK + 1)) if d in days), None)


def in_dollars(seen: Sequence[Row], captured_at: datetime | None, rates: Rates, issue: Issuer) -> None:
    """Fill the prices in dollars that a page does not print itself.

    By the page's own rates where it prints them, else by the case's rates of the capture's day. A review is paid on its
    own day: the page's rate is not that of a review which is older than a day.

    seen: the rows of a page, whose `amount_usd`, `rate_source` and `price_issue` are filled in place.
    """
    printed = {(row["base"], row["quote"]): row["rate"] for table, row in seen if table == "rate_seen"}
    _compare(printed, captured_at, rates, issue)
    for table, row in seen:
        if row.get("amount") is None or row.get("amount_usd") is not None or row["currency"] in (None, "disputed"):
            continue
        when = row.get("reviewed_at") if table == "review_seen" else captured_at
        fresh = table != "review_seen" or (
            when is not None and captured_at is not None and abs(captured_at - when) <= A_DAY
        )
        rate, source = (_printed(row["currency"], printed), "page rate") if fresh else (None, "")
        amount = row["amount"]
        if rate is None and when is not None:
            amount, rate, source = _held(row, rates, when.date())
        if rate is not None:
            row.update(amount_usd=(amount * rate).quantize(CENT), rate_source=source)
            if "price_issue" in row:
                row["price_issue"] = ""


def _held(row: Mapping[str, Any], rates: Rates, day: date) -> tuple[Decimal, Decimal | None, str]:
    """Return the amount to convert, the case's rate for it, and which table says so.

    A price in a currency that no table holds is converted by what the page shows it to be in another.
    """
    shown = [(row["currency"], row["amount"]), *((p["currency"], p["amount"]) for p in row.get("prices") or ())]
    for currency, amount in shown:
        held = rates.on(currency, day)
        if held is not None:
            note = "" if currency == row["currency"] else f", of the price in {currency}"
            return amount, held[0], held[1] + note
    return row["amount"], None, ""


def _printed(currency: str, printed: Mapping[tuple[str, str], Decimal]) -> Decimal | None:
    """Return the dollars for one unit by what a page prints: directly, or over a coin that it prints in both."""
    if (currency, "USD") in printed:
        return printed[currency, "USD"]
    for (base, quote), rate in printed.items():
        if quote == currency and (base, "USD") in printed:
            return printed[base, "USD"] / rate
    return None


def _compare(
    printed: Mapping[tuple[str, str], Decimal], captured_at: datetime | None, rates: Rates, issue: Issuer
) -> None:
    if captured_at is None:
        return
    for (base, quote), rate in printed.items():
        held = rates.on(base, captured_at.date()) if quote == "USD" else None
        if held is not None and far(rate, held[0]):
            issue("rates_disagree", f"{base} in USD", f"page {rate.normalize():f}, {held[1]} {held[0].normalize():f}",
                  "the page's is taken; is the time of capture right?")  # fmt: skip
