"""Articles: text or HTML, with language and date, or one clear message."""

from __future__ import annotations

from datetime import date

import pytest

from muster.claims import article
from muster.errors import ClaimError

STORY = "Three sellers offer pistols on the market, and the police of the harbour town know nothing about it."


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Thursday, 10 April 2014", date(2014, 4, 10)), ("jeudi 10 avril 2014", date(2014, 4, 10)),
        ("Jeudi, 9 juin, 2022 - 12:24", date(2022, 6, 9)), ("April 10, 2014", date(2014, 4, 10)), ("yesterday", None),
    ],
)  # fmt: skip
def test_the_date_of_publication_is_found_in_the_text(line: str, expected: date | None) -> None:
    language = "fr" if "j" in line.lower() and "20" in line else "en"
    assert article(f"Guns\n\n{line}\n\n{STORY}".encode(), language=language).published == expected


def test_what_the_case_says_of_the_date_comes_first() -> None:
    found = article(f"10 April 2014\n{STORY}".encode(), published=date(2014, 5, 1))
    assert found.published == date(2014, 5, 1)


def test_html_is_read_as_its_article() -> None:
    page = f"<html><body><nav>Home</nav><article><h1>Guns</h1><p>{STORY}</p><p>{STORY}</p></article></body></html>"
    found = article(page.encode())
    assert STORY in found.text
    assert "<p>" not in found.text


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "empty"), (b"  \n ", "empty"), (b"\0\1\2" * 50, "no text"), (b"x" * 6_000_000, "too large")],
)
def test_what_is_no_article_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ClaimError, match=said) as caught:
        article(data, name="story.txt")
    assert caught.value.do


def test_french_and_english_are_told_apart() -> None:
    assert article(STORY.encode()).language == "en"
    assert (
        article(
            "Trois vendeurs proposent des pistolets sur le marché, et la police du port n’en sait rien.".encode()
        ).language
        == "fr"
    )
