"""An article's text cut at the borders of its claims, so that each piece knows which claims it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from muster.report.cards import ArticleCards, Card


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `card` is the shortest claim that it belongs to, `ends` are the claims that end with it."""

    text: str
    card: Card | None
    ends: tuple[Card, ...]


def paragraphs(article: ArticleCards, claims: Sequence[tuple[int, int]]) -> tuple[tuple[Piece, ...], ...]:
    """Return the article's paragraphs as pieces.

    claims: start and end of each of the article's cards, in code points of the text. Spans outside the text, or empty
        ones, mark nothing.
    """
    text = article.text
    spans = [
        (start, end, card)
        for (start, end), card in zip(claims, article.cards, strict=True)
        if 0 <= start < end <= len(text)
    ]
    found = []
    for match in re.finditer(r"[^\r\n]+", text):
        borders = {match.start(), match.end()}
        borders.update(at for span in spans for at in span[:2] if match.start() < at < match.end())
        cuts = sorted(borders)
        pieces = tuple(_piece(text, low, high, spans) for low, high in pairwise(cuts))
        if match.group().strip():
            found.append(pieces)
    return tuple(found)


def _piece(text: str, low: int, high: int, spans: Sequence[tuple[int, int, Card]]) -> Piece:
    over = sorted((end - start, card.number, card) for start, end, card in spans if start <= low and high <= end)
    ends = tuple(card for _, end, card in spans if end == high)
    return Piece(text[low:high], over[0][2] if over else None, ends)
