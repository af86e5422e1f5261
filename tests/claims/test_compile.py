"""Claims are compiled to a measure and a scope, or to what would decide them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from muster.claims import article, read
from muster.claims.compile import Compiled, as_row, compile_claim, correction
from muster.errors import ClaimError
from muster.estimate import Scope
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


def compiled(sentence: str, language: str = "en") -> list[Compiled]:
    """Read a sentence as printed on the day of these tests, and compile what it claims."""
    held = article(sentence.encode(), name="a.txt", published=PUBLISHED, language=language)
    return [compile_claim(claim, PUBLISHED, MARKETS, language) for claim in read(held) if claim.checkable]


@pytest.mark.parametrize(
    ("sentence", "language", "measure", "kind", "of", "comparator", "value"),
    [
        ("Two thirds of the weapons on sale on Bazaar are pistols.", "en", "share", "handgun", "weapons", "approx",
         0.667),
        ("About 40% of the listings on Bazaar are handguns.", "en", "share", "handgun", "all", "approx", 0.4),
        ("Deux tiers des armes en vente sur Bazaar sont des pistolets.", "fr", "share", "handgun", "weapons", "approx",
         0.667),
        ("A pistol on Bazaar costs 1,200 dollars.", "en", "price", "handgun", "", "approx", 1200),
        ("Prices of pistols on Bazaar lie between 500 and 900 dollars.", "en", "price", "handgun", "", "between",
         (500, 900)),
        ("Offers of weapons on Bazaar doubled between March and April 2014.", "en", "change", "weapons", "", "approx",
         100),
        ("The number of listings on Bazaar has risen since March.", "en", "change", "weapons", "", "gt", 0),
        ("There are more pistols than rifles on sale on Bazaar.", "en", "difference", "handgun", "long_gun", "gt", 0),
        ("There are fewer explosives than handguns on Bazaar.", "en", "difference", "explosive", "handgun", "lt", 0),
        ("Sellers on Bazaar made 120 sales of pistols in March 2014.", "en", "top_counter", "handgun", "", "eq", 120),
        ("Fewer than 10 Kalashnikovs are on sale on Bazaar.", "en", "named", "automatic", "", "lt", 10),
        ("Three of the pistols on sale on Bazaar are registered as stolen.", "en", "alerts", "handgun", "", "eq", 3),
        ("At least 12 sellers offer pistols and rifles on Bazaar.", "en", "vendors", "firearms", "", "ge", 12),
    ],
)  # fmt: skip
def test_words_decide_the_measure_its_sides_and_its_number(
    sentence: str, language: str, measure: str, kind: str, of: str, comparator: str, value: object
) -> None:
    found = [c for c in compiled(sentence, language) if c.measure]
    assert len(found) == 1
    (form,) = found
    assert form.scope is not None
    assert (form.measure, form.scope.kind, form.scope.of, form.comparator) == (measure, kind, of, comparator)
    assert form.value == pytest.approx(value)


@pytest.mark.parametrize(
    "sentence",
    [
        "Weapons worth 2 million dollars in total were on sale on Bazaar.",
        "The cheapest pistol on Bazaar costs 300 dollars.",
        "Prices of pistols on Bazaar fell by half between March and April 2014.",
        "There are twice as many rifles as pistols on sale on Bazaar.",
        "A quarter of sellers on Bazaar sell weapons.",
        "A pistol on Bazaar costs 900 euros.",
        "70% of the weapons on sale on Bazaar never arrive.",
        "A Kalashnikov on Bazaar costs 1,200 dollars.",
    ],
)
def test_what_the_words_leave_open_is_not_measured(sentence: str) -> None:
    assert [form.measure for form in compiled(sentence) if form.measure] == []


def test_a_count_of_listings_of_whatever_kind_has_two_readings() -> None:
    (form,) = compiled("Some 5,000 listings can be found on Bazaar.")
    assert form.scope is not None
    assert form.also is not None
    assert (form.measure, form.scope.kind, form.also.kind) == ("listings", "weapons", "all")


def test_a_person_may_correct_the_measure_and_the_number_stays_the_claims_own() -> None:
    before = as_row(THOUSANDS.id, compile_claim(THOUSANDS, PUBLISHED, MARKETS))
    made = correction(THOUSANDS.id, {"measure": "listings", "kind": "handgun", "period": "2014-03"}, before, "ada")
    form = compile_claim(THOUSANDS, PUBLISHED, MARKETS, corrected=made)
    assert form.scope == Scope("handgun", "bazaar", date(2014, 3, 1), date(2014, 3, 31))
    assert (form.measure, form.comparator, form.value, form.by) == ("listings", "ge", 1000, "ada")
    none = correction(THOUSANDS.id, {"measure": "none"}, before, "ada")
    assert compile_claim(THOUSANDS, PUBLISHED, MARKETS, corrected=none).measure == ""


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"mesure": "listings"}, 'did you mean "measure"'),
        ({"measure": "listing"}, 'did you mean "listings"'),
        ({"kind": "handguns"}, 'did you mean "handgun"'),
        ({"measure": "share"}, "add  of=…"),
        ({"period": "March"}, "write 2014"),
    ],
)
def test_a_correction_that_cannot_be_says_what_to_write(fields: dict[str, str], says: str) -> None:
    before = as_row(THOUSANDS.id, compile_claim(THOUSANDS, PUBLISHED, MARKETS))
    with pytest.raises(ClaimError, match=says):
        correction(THOUSANDS.id, fields, before, "ada")
