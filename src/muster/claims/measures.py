"""A claim, compiled: which measure, over which scope, could settle it, and whether this case holds that evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from muster.estimate import Scope
from muster.model import Claim, Coverage

NEAR = timedelta(days=45)
"""How old a capture may be to speak for a claim in the present tense: the offers of a month and a half before.

A claim "can be found on sale" is about the days before it was printed. Listings stayed up for weeks on the archived
markets; 45 days takes in two monthly crawls. A claim that names its own period is held to that instead."""

WORLD = frozenset({"", "internet", "darknet", "online", "world"})
"""Places of which every captured market is a part: many offers there support the claim, few never contradict it."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a claim was compiled to.

    measure: a name of `muster.estimate.MEASURES`, or "" when captures of markets cannot speak to it.
    scope: what to count; None without a measure.
    whole: whether the claim's place is one captured market, so that absence there can count against it.
    outside: why the captures held do not speak for this claim, or "".
    needs: what would decide it, in words.
    """

    measure: str
    scope: Scope | None
    whole: bool
    outside: str
    needs: str


def compile_claim(claim: Claim, published: date | None, markets: dict[str, Coverage]) -> Compiled:
    """Return what could settle a claim.

    published: the article's date, for claims in the present tense.
    markets: coverage of each market of the case over all its captures.
    """
    table = _tables()
    market = _market(claim.place, markets)
    unit = table["units"].get((claim.item or claim.unit).lower())
    if unit is None or not _about_offers(claim, market):
        return Compiled("", None, False, _uncounted(claim, known=unit is not None), _needs(claim))
    first, last = _period(claim.period, published)
    scope = Scope(unit["kind"], market, first, last)
    outside = _outside(claim, market, scope, markets)
    sort = "transactions" if claim.type == "transactions" else "market"
    return Compiled(unit["measure"], scope, bool(market), outside, table["evidence"][sort])


def evidence(sort: str) -> str:
    """Return what would decide a sort of claim, in words for a reader.

    >>> evidence("quote")
    'the original of the quotation, entered as [[reference]] in the case file'
    """
    return str(_tables()["evidence"][sort])


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
    tables: dict[str, Any] = yaml.safe_load(text)
    return tables


def _about_offers(claim: Claim, market: str) -> bool:
    """Say whether a claim speaks of what is on sale; ten missing pistols are no ten offers."""
    words = {facet.kind for facet in claim.facets}
    trade = (claim.item or claim.unit).lower() in {
        "listings",
        "offers",
        "adverts",
        "sellers",
        "vendors",
        "dealers",
        "transactions",
    }
    return bool(market) or "offer" in words or trade


def _uncounted(claim: Claim, *, known: bool) -> str:
    """Say why no measure counts what a claim is about, and name the word that is missing."""
    if claim.unit and not known and claim.type not in ("money", "share"):
        return f"no measure counts “{claim.unit}”: neither the captures nor the catalogue know this word"
    if known and claim.value is not None:
        return f"the claim does not speak of {claim.unit} on sale, and the captures show nothing else"
    return "nothing that this case holds speaks to it"


def _market(place: str, markets: dict[str, Coverage]) -> str:
    names = {name.casefold(): name for name in markets}
    return names.get(place.casefold(), "")


def _period(period: str, published: date | None) -> tuple[date | None, date | None]:
    """Return the days a claim speaks of; one without a period speaks of the days before it was printed."""
    if period:
        return period_days(period)
    if published is None:
        return None, None
    return published - NEAR, published


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


def _outside(claim: Claim, market: str, scope: Scope, markets: dict[str, Coverage]) -> str:
    """Say why the captures do not speak for the claim's place and period, or return ""."""
    if not markets:
        return "this case holds no captures of a market"
    if not market and claim.place.casefold() not in WORLD:
        return f"the claim is about {claim.place}; what is on sale there cannot be told from captures of a market"
    held = [markets[market]] if market else list(markets.values())
    if any(_overlaps(scope, coverage) for coverage in held):
        return ""
    spans = "; ".join(sorted(f"{', '.join(c.markets)}: {_span(c)}" for c in held))
    if scope.period == "":
        return "neither the claim nor its article says when, so no capture can be matched with it"
    return f"the claim is about {scope.period} and the captures held are not ({spans})"


def _overlaps(scope: Scope, coverage: Coverage) -> bool:
    if coverage.first is None or coverage.last is None or scope.period == "":
        return False
    return (scope.first or date.min) <= coverage.last and coverage.first <= (scope.last or date.max)


def _span(coverage: Coverage) -> str:
    if coverage.first is None:
        return f"{coverage.undated} captures of unknown time"
    return str(coverage.first) if coverage.first == coverage.last else f"{coverage.first} to {coverage.last}"


def _needs(claim: Claim) -> str:
    table = _tables()["evidence"]
    return str(table.get(claim.type, table["existence"]))
