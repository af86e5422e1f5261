"""The parts of a claim that are tested one by one: how many of what, from where, on sale, in which place."""

from __future__ import annotations

from muster.claims.languages import Rules
from muster.claims.numbers import Number
from muster.claims.places import venue
from muster.claims.words import Words
from muster.model import Facet

ORIGIN = 14
"""Longest origin, in words."""


def facets_of(text: str, words: Words, first: int, last: int, number: Number | None, lang: Rules) -> tuple[Facet, ...]:
    """Return the assertions that words `first` to `last` join, in text order."""
    spans: list[tuple[str, int, int]] = []
    if number:
        spans.append(("quantity", number.first, number.last))
    noun = words.any("items", first, last)
    if number and number.noun[0] < number.noun[1]:
        spans.append(("item", *number.noun))
    elif not number and noun:
        spans.append(("item", noun.first, noun.last))
    spans.append(("origin", *_origin(words, first, last)))
    if sale := words.any("sale", first, last):
        spans.append(("offer", sale.first, sale.last))
    place = venue(words, lang, "", first, last)
    spans.append(("place", place.first, place.last))
    kept = sorted((s for s in spans if first <= s[1] < s[2] <= last), key=lambda s: (s[1], s[2]))
    cut = [(kind, words.starts[a], words.ends[b - 1]) for kind, a, b in kept]
    return tuple(Facet(kind, text[a:b], a, b) for kind, a, b in cut)  # type: ignore[arg-type]


def _origin(words: Words, first: int, last: int) -> tuple[int, int]:
    """Return where the words of origin stand: from "sent by" up to the verb or the next punctuation."""
    begin = words.any("origin", first, last)
    if begin is None:
        begin = next((m for m in words.all("origin_from", first, last)
                      if m.last < last and words.texts[m.last][:1].isupper()
                      and not words.at("months", m.last)), None)  # fmt: skip
    if begin is None:
        return 0, 0
    end = begin.last
    while end < min(last, begin.first + ORIGIN):
        if (words.kinds[end] == "mark" and words.keys[end] != "-") or words.at("origin_stop", end):
            break
        end += 1
    return (begin.first, end) if end > begin.last else (0, 0)
