"""Claims are compiled to a measure and a scope, or to what would decide them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from muster.claims import article, read
from muster.claims.compile import Compiled, as_row, compile_claim, correction, in_words
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


def _compiled(text: str, language: str) -> Compiled:
    told = article(f"On the markets\n\n{text}".encode(), name="a", published=PUBLISHED, language=language)
    claims = [claim for claim in read(told) if claim.value is not None]
    return compile_claim(claims[0], PUBLISHED, MARKETS, language)


@pytest.mark.parametrize(
    ("language", "text", "measure", "side", "country"),
    [
        ("en", "Twelve pistols that ship from Ukraine are on sale on Bazaar.", "offers", "ships_from", "UA"),
        ("en", "On Bazaar, 9 listings of weapons are shipped from Germany.", "listings", "ships_from", "DE"),
        ("en", "At least three sellers on Bazaar ship pistols to France.", "vendors", "ships_to", "FR"),
        ("fr", "Au moins cinq vendeurs expédient des armes d'Ukraine sur Bazaar.", "vendors", "ships_from", "UA"),
        ("fr", "Au moins 12 pistolets expédiés d'Ukraine sont en vente sur Bazaar.", "offers", "ships_from", "UA"),
        ("de", "Mindestens fünf Verkäufer auf Bazaar versenden Waffen aus der Ukraine.", "vendors", "ships_from", "UA"),
        ("uk", "Щонайменше п'ять продавців на Bazaar відправляють зброю з України.", "vendors", "ships_from", "UA"),
        ("ru", "Не менее пяти продавцов на Bazaar отправляют оружие из Украины.", "vendors", "ships_from", "UA"),
        ("es", "Al menos cinco vendedores envían armas desde Ucrania en Bazaar.", "vendors", "ships_from", "UA"),
        ("pt", "Pelo menos cinco vendedores enviam armas da Ucrânia no Bazaar.", "vendors", "ships_from", "UA"),
    ],
)  # fmt: skip
def test_a_country_that_sellers_ship_from_or_to_narrows_the_scope(
    language: str, text: str, measure: str, side: str, country: str
) -> None:
    compiled = _compiled(text, language)
    assert compiled.scope is not None
    assert (compiled.measure, getattr(compiled.scope, side)) == (measure, country)
    assert in_words(as_row("clm:1", compiled)).split(" · ")[1] == f"stated to ship {side.split('_')[1]} {country}"


@pytest.mark.parametrize(
    ("language", "text", "measure"),
    [
        ("en", "In March, 30 weapons were sold on Bazaar.", "sold"),
        ("en", "More than 40 rifles have been sold on Bazaar.", "sales"),
        ("en", "About 30 pistols are sold on Bazaar.", "offers"),
        ("fr", "En mars, 30 armes ont été vendues sur Bazaar.", "sold"),
        ("fr", "Plus de 40 pistolets sont vendus sur Bazaar.", "offers"),
        ("de", "Im März wurden auf Bazaar 30 Waffen verkauft.", "sold"),
        ("de", "Mehr als 40 Pistolen werden auf Bazaar verkauft.", "offers"),
        ("uk", "У березні на Bazaar продано 30 пістолетів.", "sold"),
        ("ru", "В марте на Bazaar было продано 30 пистолетов.", "sold"),
        ("es", "En marzo se vendieron 30 armas en Bazaar.", "sold"),
        ("pt", "Em março foram vendidas 30 armas no Bazaar.", "sold"),
    ],
)
def test_what_was_sold_is_no_number_of_things_on_sale(language: str, text: str, measure: str) -> None:
    assert _compiled(text, language).measure == measure


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "Ten Mosin rifles are on sale on Bazaar.", "Mosin"),
        ("en", "Three Ukrainian sellers offer pistols on Bazaar.", "Ukrainian"),
        ("fr", "Dix pistolets ukrainiens sont en vente sur Bazaar.", "ukrainiens"),
        ("de", "Mindestens 12 ukrainische Gewehre stehen auf Bazaar zum Verkauf.", "ukrainische"),
        ("fr", "Au moins 12 pistolets sont expédiés depuis Lutz sur Bazaar.", "shipping"),
    ],
)
def test_what_a_claim_says_beyond_a_number_leaves_it_unmeasured_and_is_named(
    language: str, text: str, word: str
) -> None:
    compiled = _compiled(text, language)
    assert compiled.measure == ""
    assert word in compiled.outside


def test_a_model_that_the_catalogue_knows_is_looked_for_by_the_name_that_offers_carry() -> None:
    compiled = _compiled("At least ten Walther pistols are on sale on Bazaar.", "en")
    assert compiled.scope is not None
    assert (compiled.measure, compiled.scope.kind, compiled.scope.model) == ("named", "handgun", "walther *")


def test_a_stated_place_is_corrected_like_the_rest_of_a_compiled_claim() -> None:
    row = as_row("clm:1", compile_claim(THOUSANDS, PUBLISHED, MARKETS))
    made = correction("clm:1", {"ships_from": "UA"}, row, "Q. Ledger")
    compiled = compile_claim(THOUSANDS, PUBLISHED, MARKETS, "en", made)
    assert compiled.scope is not None
    assert (compiled.measure, compiled.scope.ships_from, compiled.by) == ("offers", "UA", "Q. Ledger")
    assert Scope.from_json(compiled.scope.as_json()) == compiled.scope
    with pytest.raises(ClaimError, match="no country"):
        correction("clm:1", {"ships_from": "Ruritania"}, row, "Q. Ledger")
    with pytest.raises(ClaimError, match="not narrowed by a stated place"):
        correction("clm:1", {"measure": "price", "ships_from": "UA"}, row, "Q. Ledger")
