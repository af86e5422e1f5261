"""Articles as they come: mixed languages, broken pages, clumsy translations, nothing but noise."""

from __future__ import annotations

import math

import pytest

from muster.claims import article, read
from muster.claims.article import LIMIT
from muster.claims.compile import compile_claim
from muster.errors import ClaimError
from muster.model import Coverage

ENGLISH = "Three sellers offer 14 pistols on Bazaar, and the police of the harbour town know nothing about it at all."
FRENCH = (
    "La police du port a saisi 27 fusils en mars, et plus de 300 grenades se trouvaient encore dans un entrepôt voisin "
    "de la gare."
)


def test_a_paragraph_in_another_language_is_read_by_its_rules() -> None:
    found = read(article(f"{ENGLISH}\n\n{FRENCH}\n\n{ENGLISH}".encode()))
    assert [(c.value, c.unit) for c in found if c.value] == [
        (3.0, "sellers"),
        (14.0, "weapons"),
        (27.0, "weapons"),
        (300.0, "grenades"),
        (3.0, "sellers"),
        (14.0, "weapons"),
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<html><body><article><p>{}<p>{}<div><b>",
        "<!doctype html><article><p>{}</div></p></span><p>{}</article>",
        "<p>{}</p><p>{}",
    ],
)
def test_a_broken_page_is_read_as_far_as_it_goes(page: str) -> None:
    found = read(article(page.format(ENGLISH, ENGLISH).encode(), language="en"))
    assert (14.0, "weapons") in [(c.value, c.unit) for c in found]


@pytest.mark.parametrize(
    "text",
    [
        "Of the police it were seized the 14 pistols, and of the money 3 billion of dollars it not arrived never.",
        "14 pistols 14 pistols 14 pistols said said said that that said.",
        '« “ „ " 14 pistols " ” » , ; : – — ( [ 14 pistols',
        "14\u00a0pistols\u202e500 rifles\u200b and\ufeff 3 grenades.",
        "%" * 500 + " 14 pistols " + "€" * 500,
    ],
)
def test_clumsy_words_give_exact_quotes_and_nothing_raises(text: str) -> None:
    opened = article(text.encode(), language="en")
    found = read(opened)
    assert all(opened.text[c.start : c.end] == c.quote for c in found)


@pytest.mark.parametrize(
    "number",
    ["9" * 29, "9" * 400, "9" * 29 + " billion trillion billion trillion billion", "1" + ",000" * 80, "0." + "1" * 300,
     "thousand " * 60, "twenty million billion trillion billion trillion billion trillion"],
)  # fmt: skip
def test_numbers_that_overflow_are_finite_or_no_numbers(number: str) -> None:
    found = read(
        article(f"They sell {number} pistols on Bazaar, and 14 rifles were found there.".encode(), language="en")
    )
    values = [v for c in found if c.value is not None for v in (c.value if isinstance(c.value, tuple) else (c.value,))]
    assert all(math.isfinite(value) for value in values)
    assert 14.0 in values


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"<html><body></body></html>", b"\x00\x01\x02"])
def test_what_holds_no_text_is_refused_and_says_what_to_do(data: bytes) -> None:
    with pytest.raises(ClaimError) as told:
        article(data, name="a.txt", language="en")
    assert told.value.do


def test_a_byte_more_than_the_largest_article_is_refused() -> None:
    with pytest.raises(ClaimError, match="too large") as told:
        article(b"x" * (LIMIT + 1), name="a.txt", language="en")
    assert f"{LIMIT + 1} bytes" in str(told.value)


@pytest.mark.slow
def test_the_largest_article_is_read_to_its_last_word() -> None:
    last = "In the end 77 rifles were seized in Zenda."
    filler = "grey stones under quiet water " * 20 + "\n"
    data = (filler * ((LIMIT - 100) // len(filler)) + "\n" + last).encode()
    opened = article(data, language="en")
    assert len(data) > LIMIT - len(filler) - 200
    found = read(opened)
    assert [(c.value, c.quote) for c in found if c.value] == [(77.0, last.rstrip("."))]


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("Three sellers offer 14 zorbles on Bazaar.", "en", "zorbles"),
        ("Trois vendeurs proposent 14 zorbules sur Bazaar.", "fr", "zorbules"),
        ("Drei Verkäufer bieten 14 Zorbel auf Bazaar an.", "de", "zorbel"),
    ],
)
def test_a_word_that_the_catalogue_does_not_know_is_named(text: str, language: str, word: str) -> None:
    claim = next(c for c in read(article(text.encode(), language=language)) if c.value == 14.0)
    held = {"bazaar": Coverage(("bazaar",), None, None, captures=4, undated=4, days=0)}
    compiled = compile_claim(claim, None, held, language)
    assert compiled.measure == ""
    assert f"“{word}”" in compiled.needs + compiled.outside


TRANSLATED = {
    "en": "It was informed by police that the weapons in quantity 14 pistols were realised into Bazaar of dark net.",
    "de": "Es wurde informiert durch Polizei dass Waffen in Menge 14 Pistolen waren realisiert in Bazaar dunkles Netz.",
    "fr": "Il a été informé par police que les armes en quantité 14 pistolets ont été réalisées dans Bazaar réseau.",
}


@pytest.mark.parametrize("language", sorted(TRANSLATED))
def test_a_machine_translation_still_gives_its_number(language: str) -> None:
    found = read(article(TRANSLATED[language].encode(), language=language))
    assert (14.0, "weapons") in [(c.value, c.unit) for c in found]


def test_a_mixed_page_reads_every_language_it_knows_and_names_the_sentences_it_does_not() -> None:
    other = "Az irodalmi társaság holnap este nyolckor felolvasást tart a városi könyvtár termében, mindenkit várnak."
    opened = article(f"{ENGLISH}\n\n{other}\n\n{FRENCH}".encode(), language="en")
    values = [c.value for c in read(opened) if c.value]
    assert values == [3.0, 14.0, 27.0, 300.0]
