"""Read an article into claims: who asserts what, how much, where and when, each with its exact words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from muster.claims.article import Article
from muster.claims.attribution import is_report, speech
from muster.claims.facets import facets_of, period_of, place_of
from muster.claims.languages import Rules, known, rules
from muster.claims.numbers import Number, numbers
from muster.claims.sentences import Span, finished, inner, paragraphs, sentences, trim
from muster.model import Claim, ClaimType

Mode = Literal["asserted", "quoted", "reported"]
Measure = Literal["count", "share", "amount", "rate", "presence", "other"]

SUBJECT = 120
"""Longest subject, in characters: the words of the claim, shortened."""

_MEASURES: dict[str, Measure] = {
    "count": "count", "transactions": "count", "share": "share", "money": "amount", "existence": "presence",
    "attribution": "presence", "quote": "presence", "question": "other", "forecast": "other", "opinion": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Context:
    """What earlier sentences leave behind: the last speaker, and the last place of the paragraph."""

    speaker: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class _Voice:
    mode: Mode
    speaker: str = ""


def read(article: Article) -> list[Claim]:
    """Return the claims of an article, in text order; the same article gives the same claims, and nothing raises.

    A language without rules gives no claims. Offsets are code points of `article.text`.

    >>> from muster.claims.article import article
    >>> [(c.type, c.value, c.unit) for c in read(article(b"They sell 14 pistols on Bazaar.", language="en"))]
    [('count', 14.0, 'pistols')]
    """
    if article.language not in known():
        return []
    lang = rules(article.language)
    found: list[Claim] = []
    context, first = _Context(), True
    for paragraph in paragraphs(article.text):
        line = article.text[paragraph.start : paragraph.end]
        context = replace(context, place="")
        if _is_prose(line, lang, title=first):
            for sentence in sentences(article.text, paragraph, lang.data["abbreviations"]):
                claims, context = _sentence(article, sentence, context, lang)
                found.extend(claims)
        first = False
    found.sort(key=lambda claim: (claim.start, claim.end, claim.type))
    return list({claim.id: claim for claim in found}.values())


def as_contract(claim: Claim) -> dict[str, Any]:
    """Return a claim as the output contract has it: `value` a number, [low, high] or None.

    >>> from muster.claims.article import article
    >>> as_contract(read(article(b"They sell 14 pistols.", language="en"))[0])["value"]
    14.0
    """
    return {
        "id": claim.id, "quote": claim.quote, "start": claim.start, "end": claim.end, "type": claim.type,
        "mode": claim.mode, "checkable": claim.checkable, "why_not": claim.why_not, "subject": claim.subject,
        "measure": claim.measure, "comparator": claim.comparator,
        "value": list(claim.value) if isinstance(claim.value, tuple) else claim.value,
        "unit": claim.unit, "place": claim.place, "period": claim.period, "attributed_to": claim.attributed_to,
        "facets": [{"kind": f.kind, "quote": f.quote, "start": f.start, "end": f.end} for f in claim.facets],
    }  # fmt: skip


def _is_prose(line: str, lang: Rules, *, title: bool) -> bool:
    """Say whether a line asserts: the title and full sentences do; subheadings, datelines and sources do not."""
    if lang["no_claim"].match(line):
        return False
    return title or finished(line)


def _sentence(article: Article, span: Span, context: _Context, lang: Rules) -> tuple[list[Claim], _Context]:
    text = article.text
    words = text[span.start : span.end]
    place = place_of(words, lang, context.place)
    context = replace(context, place=place.name or context.place)
    if not span.quotes:
        reported = is_report(words, lang)
        said = speech(words, "", context.speaker, lang) if reported else None
        voice = _Voice("reported", said.speaker) if said else _Voice("asserted")
        claims = list(_plain(article, span.start, span.end, voice, context, lang))
        return claims, replace(context, speaker=voice.speaker or context.speaker)
    frame = text[span.start : span.quotes[0][0]].rstrip(' \u00a0\u202f«“"„»')
    after = text[span.quotes[-1][1] : span.end].lstrip(' \u00a0\u202f»”"“«,.!?')
    said = speech(frame, after, context.speaker, lang)
    speaker = said.speaker if said else context.speaker
    claims = [claim for quote in span.quotes for claim in _quotation(article, *quote, speaker, context, lang)]
    claims += _around(article, span, context, lang)
    return claims, replace(context, speaker=speaker or context.speaker)


def _around(article: Article, span: Span, context: _Context, lang: Rules) -> Iterator[Claim]:
    """Yield the claims with a number that stand outside the quotations of a sentence."""
    edges = [span.start, *(edge for quote in span.quotes for edge in quote), span.end]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        part = trim(article.text, start, end)
        if numbers(article.text[part[0] : part[1]], lang):
            yield from _plain(article, *part, _Voice("asserted"), context, lang)


def _quotation(article: Article, start: int, end: int, speaker: str, context: _Context, lang: Rules) -> Iterator[Claim]:
    """Yield the numbers of a quotation, each its own claim; a quotation without any is one claim."""
    voice = _Voice("quoted", speaker)
    if not numbers(article.text[start:end], lang):
        yield _claim(article, start, end, "quote", None, voice, context, lang)
        return
    for sentence in inner(article.text, start, end):
        if numbers(article.text[sentence[0] : sentence[1]], lang):
            yield from _plain(article, *sentence, voice, context, lang)


def _plain(article: Article, start: int, end: int, voice: _Voice, context: _Context, lang: Rules) -> Iterator[Claim]:
    words = article.text[start:end]
    if not any(c.isalpha() for c in words):
        return
    found = [] if words.rstrip(' »”"').endswith("?") else numbers(words, lang)
    for (left, right), number in zip(_pieces(words, found, lang), found, strict=True):
        cut = trim(article.text, start + left, start + right)
        shift = start - cut[0]
        moved = replace(
            number,
            start=number.start + shift,
            end=number.end + shift,
            noun=(number.noun[0] + shift, number.noun[1] + shift),
        )
        yield _claim(article, *cut, number.type, moved, voice, context, lang)
    if not found:
        start, end = trim(article.text, start, end)
        yield _claim(article, start, end, _kind(words, voice, lang), None, voice, context, lang)


def _kind(words: str, voice: _Voice, lang: Rules) -> ClaimType:
    if words.rstrip(' »”"').endswith("?"):
        return "question"
    if voice.mode == "reported":
        return "attribution"
    if lang["opinion"].search(words):
        return "opinion"
    return "forecast" if lang["forecast"].search(words) else "existence"


def _pieces(words: str, found: list[Number], lang: Rules) -> list[tuple[int, int]]:
    """Cut a sentence so that each number has its own words: before a relative word, a comma, or the number itself."""
    if not found:
        return []
    cuts = [0]
    for left, right in pairwise(found):
        begin = max(left.end, left.noun[1] if left.noun[1] <= right.start else left.end)
        between = words[begin : right.start]
        relative = list(lang["relative"].finditer(between))
        comma = max(between.rfind(","), between.rfind(";"), between.rfind("("))
        cut = relative[-1].start() if relative else comma + 1 if comma >= 0 else len(between)
        cuts.append(max(cuts[-1], begin + cut))
    return [*zip(cuts, [*cuts[1:], len(words)], strict=True)]


def _claim(
    article: Article, start: int, end: int, kind: ClaimType, number: Number | None, voice: _Voice, context: _Context,
    lang: Rules,
) -> Claim:  # fmt: skip
    quote = re.sub(r"[\s.,;:(]+$", "", article.text[start:end]) if number else article.text[start:end]
    facets = facets_of(quote, start, number, lang)
    why_not = kind if kind in ("question", "forecast", "opinion") else ""
    unit = number.unit if number else _unit(quote, lang) if kind == "existence" else ""
    named = place_of(quote, lang, context.place)
    offered = any(facet.kind == "offer" for facet in facets)
    inherits = offered or named.points_back or unit in lang.data["trade"]
    return Claim(
        article=article.digest, quote=quote, start=start, end=start + len(quote), type=kind, mode=voice.mode,
        checkable=not why_not, why_not=why_not, subject=_subject(quote), measure=_MEASURES[kind],
        comparator=number.comparator if number else "none", value=number.value if number else None, unit=unit,
        place=named.name or (context.place if inherits else ""), period=period_of(quote, article.published, lang),
        attributed_to=voice.speaker, facets=facets,
    )  # fmt: skip


def _unit(words: str, lang: Rules) -> str:
    """Return what an existence is about: the last noun before the words of sale, else the first noun."""
    nouns = list(lang.nouns.finditer(words))
    sale = lang["sale"].search(words)
    before = [noun for noun in nouns if sale and noun.end() <= sale.start()]
    chosen = before[-1] if before else nouns[0] if nouns else None
    return lang.unit(chosen) if chosen else ""


def _subject(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= SUBJECT else plain[: SUBJECT - 1] + "…"
