"""An article's text is cut at the borders of its claims and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from muster.report.cards import ArticleCards, Card
from muster.report.passages import paragraphs
from muster.report.words import look


def card(number: int) -> Card:
    return Card(
        number, f"claim-{number}", "clm:1", "", "", "en", "", "", "", "", "", look(""), "", "", "", "", (), (), ()
    )


ARTICLE = ArticleCards("t", "a.txt", "en", "", "d", "One two three.\n\nFour five.", ())


def cut(text: str, *spans: tuple[int, int]) -> list[list[tuple[str, int, list[int]]]]:
    article = replace(ARTICLE, text=text, cards=tuple(card(n) for n, _ in enumerate(spans, 1)))
    return [
        [(piece.text, piece.card.number if piece.card else 0, [c.number for c in piece.ends]) for piece in pieces]
        for pieces in paragraphs(article, spans)
    ]


def test_a_claim_inside_another_has_its_own_mark() -> None:
    assert cut("One two three.", (0, 13), (4, 7)) == [
        [("One ", 1, []), ("two", 2, [2]), (" three", 1, [1]), (".", 0, [])]
    ]


def test_a_claim_over_two_paragraphs_is_marked_in_both() -> None:
    found = cut("One two.\n\nThree four.", (4, 15))
    assert [[piece[:2] for piece in pieces] for pieces in found] == [
        [("One ", 0), ("two.", 1)], [("Three", 1), (" four.", 0)],
    ]  # fmt: skip


def test_spans_outside_the_text_mark_nothing() -> None:
    assert cut("One.", (-3, 2), (3, 3), (2, 99)) == [[("One.", 0, [])]]


@given(st.text(alphabet="ab \n", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_no_character_is_lost_or_doubled(text: str, spans: list[tuple[int, int]]) -> None:
    found = cut(text, *spans)
    lines = [line for line in text.split("\n") if line.strip()]
    assert ["".join(piece[0] for piece in pieces) for pieces in found] == lines
