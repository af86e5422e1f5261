"""What a claim is about is told in the article's own words, and where they stand."""

from __future__ import annotations

import pytest

from muster.claims import article, read
from muster.claims.read import as_contract


@pytest.mark.parametrize(
    ("text", "language", "subjects"),
    [
        ("They sell 14 old pistols on Bazaar.", "en", ["old pistols"]),
        ("Two thirds of the weapons never arrived in Zenda.", "en", ["weapons"]),
        ("Seizures of rifles rose by 12 per cent in March.", "en", ["Seizures of rifles"]),
        ("The new register was never published by the parliament.", "en", ["new register"]),
        ("Die Polizei fand 40 Gewehre im Keller.", "de", ["Gewehre"]),
        ("La police a saisi 12 fusils d’assaut à Zenda.", "fr", ["fusils d’assaut"]),
        ("La policía halló 30 pistolas en Zenda.", "es", ["pistolas"]),
        ("Поліція вилучила 12 автоматів у Зенді.", "uk", ["автоматів"]),
    ],
)
def test_a_claim_names_what_it_is_about(text: str, language: str, subjects: list[str]) -> None:
    found = read(article(text.encode(), language=language))
    assert [claim.subject for claim in found] == subjects
    assert [text[claim.subject_start : claim.subject_end] for claim in found] == subjects


def test_a_number_that_does_not_say_it_again_is_about_what_was_counted_before() -> None:
    text = "The police seized 40 rifles in March. Only three of them were loaded."
    first, second = read(article(text.encode(), language="en"))
    assert (second.subject, second.subject_start) == (first.subject, text.index("rifles"))


def test_the_contract_says_where_the_subject_stands() -> None:
    (claim,) = read(article(b"They sell 14 pistols.", language="en"))
    told = as_contract(claim)
    assert (told["subject"], told["subject_start"], told["subject_end"], told["item"]) == ("pistols", 13, 20, "pistols")
