"""Articles as they come: mixed languages, broken pages, clumsy translations, nothing but noise."""

from __future__ import annotations

import pytest

from muster.claims import article, read

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
