"""Claims are compiled to a measure and a scope, or to what would decide them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from muster.claims.measures import compile_claim
from muster.model import Claim, Coverage, Facet

BAZAAR = Coverage(("bazaar",), date(2014, 3, 1), date(2014, 4, 1), captures=40, undated=0, days=2)
MARKETS = {"bazaar": BAZAAR}
PUBLISHED = date(2014, 4, 10)

THOUSANDS = Claim(
    article="a" * 64, quote="Thousands of weapons are on sale on Bazaar", start=0, end=42, type="count",
    mode="asserted", checkable=True, why_not="", subject="weapons", measure="count", comparator="ge", value=1000.0,
    unit="weapons", place="Bazaar", period="", attributed_to="", facets=(Facet("offer", "on sale", 25, 32),),
)  # fmt: skip


def test_a_count_of_weapons_on_a_captured_market_is_a_count_of_offers() -> None:
    compiled = compile_claim(THOUSANDS, PUBLISHED, MARKETS)
    assert (compiled.measure, compiled.whole, compiled.outside) == ("offers", True, "")
    assert compiled.scope is not None
    assert (compiled.scope.kind, compiled.scope.market) == ("weapons", "bazaar")
    assert compiled.scope.last == PUBLISHED


def test_the_internet_is_never_a_captured_universe() -> None:
    compiled = compile_claim(replace(THOUSANDS, place="internet"), PUBLISHED, MARKETS)
    assert (compiled.measure, compiled.whole) == ("offers", False)


def test_captures_of_another_year_do_not_speak_for_a_claim() -> None:
    compiled = compile_claim(THOUSANDS, date(2022, 6, 9), MARKETS)
    assert "2022" in compiled.outside
    assert "2014-03-01 to 2014-04-01" in compiled.outside


def test_a_claim_without_any_date_is_matched_with_nothing() -> None:
    assert "says when" in compile_claim(THOUSANDS, None, MARKETS).outside


def test_missing_pistols_are_no_offers() -> None:
    missing = replace(THOUSANDS, quote="thousands of pistols vanished", unit="pistols", place="", facets=())
    assert compile_claim(missing, PUBLISHED, MARKETS).measure == ""


@pytest.mark.parametrize(
    ("unit", "measure", "kind"),
    [
        ("pistols", "offers", "handgun"), ("sellers", "vendors", "weapons"), ("listings", "listings", "weapons"),
        ("transactions", "top_counter", "weapons"), ("Weapon systems", "offers", "weapons"),
    ],
)  # fmt: skip
def test_nouns_are_counted_by_their_own_measure(unit: str, measure: str, kind: str) -> None:
    compiled = compile_claim(replace(THOUSANDS, unit=unit), PUBLISHED, MARKETS)
    assert compiled.scope is not None
    assert (compiled.measure, compiled.scope.kind) == (measure, kind)


def test_money_needs_a_ledger() -> None:
    compiled = compile_claim(replace(THOUSANDS, type="money", unit="USD", facets=(), place="UA"), PUBLISHED, MARKETS)
    assert compiled.measure == ""
    assert "ledger" in compiled.needs


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2014-03", date(2014, 3, 1), date(2014, 3, 31)),
        ("2014", date(2014, 1, 1), date(2014, 12, 31)),
        ("2014-02/2014-03-05", date(2014, 2, 1), date(2014, 3, 5)),
        ("/2014-03", None, date(2014, 3, 31)),
        ("2014-03-15/", date(2014, 3, 15), None),
    ],
)
def test_a_period_that_the_claim_names_is_the_one_that_counts(
    period: str, first: date | None, last: date | None
) -> None:
    scope = compile_claim(replace(THOUSANDS, period=period), PUBLISHED, MARKETS).scope
    assert scope is not None
    assert (scope.first, scope.last) == (first, last)
