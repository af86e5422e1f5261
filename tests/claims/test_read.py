"""Reading: each assertion of an article is found, typed, attributed, and keeps its exact words."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.claims import Article, article, as_contract, read
from muster.claims.languages import rules
from muster.claims.sentences import paragraphs, sentences
from muster.claims.silence import silences
from muster.model import Claim, digest

REAL = "data/articles/fr-2022-06-09-darknet-ukraine.txt"


def _article(text: str, language: str = "en", published: date | None = date(2014, 4, 10)) -> Article:
    return Article(text, language, "", published, digest(text.encode()))


def _one(claims: list[Claim], words: str) -> Claim:
    (found,) = [claim for claim in claims if words in claim.quote]
    return found


@pytest.fixture(scope="module")
def french(shared: Path) -> list[Claim]:
    return read(article((shared / REAL).read_bytes(), published=date(2022, 6, 9)))


@pytest.mark.parametrize(
    ("words", "type_", "comparator", "value", "unit", "mode", "speaker"),
    [
        ("32 transactions réussies", "transactions", "eq", 32.0, "transactions", "asserted", ""),
        ("les deux tiers ne sont jamais arrivés", "share", "approx", 0.667, "share", "quoted", "Thierry de Meyssan"),
        ("40 milliards de dollars", "money", "eq", 4e10, "USD", "quoted", "Thierry de Meyssan"),
        ("14 autres milliards de dollars", "money", "eq", 1.4e10, "USD", "quoted", "Thierry de Meyssan"),
        ("Des milliers de systèmes d’armes", "count", "ge", 1000.0, "weapons", "asserted", ""),
        ("des milliers d’armes de poing", "count", "ge", 1000.0, "weapons", "reported", "authorities"),
    ],
)
def test_the_numbers_of_the_real_article(
    french: list[Claim], words: str, type_: str, comparator: str, value: float, unit: str, mode: str, speaker: str
) -> None:
    claim = _one(french, words)
    assert (claim.type, claim.comparator, claim.value, claim.unit) == (type_, comparator, value, unit)
    assert (claim.mode, claim.attributed_to, claim.checkable) == (mode, speaker, True)


def test_the_joined_sentence_is_split_into_facets(french: list[Claim]) -> None:
    claim = _one(french, "Des milliers de systèmes d’armes")
    assert {facet.kind: facet.quote for facet in claim.facets} == {
        "quantity": "milliers", "item": "systèmes d’armes",
        "origin": "envoyés par les alliés occidentaux en Ukraine", "offer": "en vente", "place": "sur internet",
    }  # fmt: skip
    assert claim.place == "internet"


@pytest.mark.parametrize(
    ("words", "type_", "speaker"),
    [
        ("Il serait prudent de considérer", "opinion", "Stimson Center"),
        ("rendre un mauvais service", "forecast", "Stimson Center"),
        ("les transferts bien intentionnés", "quote", "Stimson Center"),
        ("longue durée de vie", "forecast", "Stimson Center"),
        ("[Kosovo]", "quote", "Catherine De Bolle, Europol"),
        ("son agence se préparait", "attribution", "Catherine De Bolle, Europol"),
        ("état de cette grave menace", "attribution", "eXXpress"),
        ("Les djihadistes et autres radicaux", "attribution", "SIS"),
    ],
)
def test_words_of_others_are_attributed(french: list[Claim], words: str, type_: str, speaker: str) -> None:
    claim = _one(french, words)
    assert (claim.type, claim.attributed_to) == (type_, speaker)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("bientôt menacée", "question"), ("Combien de ces systèmes", "question"),
        ("difficile d’imaginer", "opinion"), ("jamais été aussi facile", "opinion"),
        ("pourrait à terme être confrontée", "forecast"), ("aura du mal", "forecast"),
    ],
)  # fmt: skip
def test_opinions_forecasts_and_questions_are_marked(french: list[Claim], words: str, why: str) -> None:
    claim = _one(french, words)
    assert (claim.checkable, claim.why_not) == (False, why)


def test_each_sentence_of_the_real_article_is_a_claim_or_named_as_none(shared: Path, french: list[Claim]) -> None:
    opened = article((shared / REAL).read_bytes(), published=date(2022, 6, 9))
    passed = silences(opened, french)
    words = rules("fr").data["abbreviations"]
    for paragraph in paragraphs(opened.text):
        for span in sentences(opened.text, paragraph, words):
            claimed = [c for c in french if c.start < span.end and c.end > span.start]
            named = [p for p in passed if (p.start, p.end) == (span.start, span.end)]
            assert bool(claimed) != bool(named), opened.text[span.start : span.end]
            assert all(p.why for p in named)
    assert {p.why for p in passed} <= {"a heading", "a date line", "a caption, byline, source or notice"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_invented_story_reads_alike_in_both_languages(bazaar: Path, language: str) -> None:
    found = read(article((bazaar / f"articles/{language}.txt").read_bytes()))
    shape = [(c.type, c.comparator, c.value, c.item or c.unit, c.place, c.period, c.mode) for c in found if c.value]
    assert shape == [
        ("count", "ge", 1000.0, "weapon systems", "Bazaar", "", "asserted"),
        ("count", "ge", 2.0, "pistols", "Bazaar", "2014-03", "asserted"),
        ("count", "eq", 3.0, "sellers", "Bazaar", "", "asserted"),
        ("transactions", "eq", 32.0, "transactions", "Bazaar", "", "asserted"),
        ("count", "gt", 500.0, "missiles", "internet", "", "asserted"),
        ("money", "eq", 3e9, "USD", "", "", "quoted"),
        ("money", "eq", 9e8, "USD", "", "", "quoted"),
        ("share", "approx", 0.667, "share", "", "", "quoted"),
        ("count", "eq", 14.0, "pistols", "", "2013", "reported"),
    ]
    assert [c.type for c in found].count("quote") == 2
    assert {c.why_not for c in found} == {"", "question", "opinion", "forecast"}


@pytest.mark.parametrize(
    ("text", "value", "comparator", "unit"),
    [
        ("They sold more than 1,500 rifles.", 1500.0, "gt", "weapons"),
        ("At least twelve sellers offer grenades.", 12.0, "ge", "sellers"),
        ("About 40 percent of the offers are guns.", 40.0, "approx", "percent"),
        ("Dozens of pistols were seized.", 24.0, "ge", "weapons"),
        ("Between 10 and 15 rifles were sold.", (10.0, 15.0), "between", "weapons"),
        ("They lost $2.5 billion.", 2.5e9, "eq", "USD"),
    ],
)
def test_numbers_in_their_written_forms(
    text: str, value: float | tuple[float, float], comparator: str, unit: str
) -> None:
    claim = read(_article(text))[0]
    assert (claim.value, claim.comparator, claim.unit) == (value, comparator, unit)


@pytest.mark.parametrize(
    "text", ["The Glock 19 was made in 1988.", "It was 12:24 on 9 June 2022.", "He wore the AK-47 shirt."]
)
def test_models_years_and_times_are_no_counts(text: str) -> None:
    assert [claim.value for claim in read(_article(text)) if claim.value is not None] == []


def test_the_contract_has_plain_values() -> None:
    (claim,) = read(_article("Between 10 and 15 rifles were sold on Bazaar."))
    told = as_contract(claim)
    assert (told["value"], told["unit"], told["place"]) == ([10.0, 15.0], "weapons", "Bazaar")
    assert told["id"] == claim.id


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=200),
    st.sampled_from(
        ["", "Thousands of guns are on sale on Bazaar. ", "« 32 ventes », a dit Ada. ", '"Two thirds," she said. ']
    ),
    st.sampled_from(["en", "fr"]),
)
def test_words_are_exact_in_order_and_nothing_raises(noise: str, sentence: str, language: str) -> None:
    text = noise + "\n" + sentence + noise
    found = read(_article(text, language))
    assert all(text[claim.start : claim.end] == claim.quote for claim in found)
    assert [claim.start for claim in found] == sorted(claim.start for claim in found)
    for claim in found:
        for facet in claim.facets:
            assert claim.start <= facet.start <= facet.end <= claim.end
            assert text[facet.start : facet.end] == facet.quote


def test_a_megabyte_without_a_full_stop_takes_its_time_and_no_more() -> None:
    read(_article("thousands of guns on sale on Bazaar. " * 20))
    start = time.perf_counter()
    read(_article("thousands of guns on sale on Bazaar and " * 1_000))
    small = time.perf_counter() - start
    start = time.perf_counter()
    read(_article("thousands of guns on sale on Bazaar and " * 10_000))
    assert time.perf_counter() - start < 25 * max(small, 0.05)
