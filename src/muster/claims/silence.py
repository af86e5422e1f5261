"""The sentences of an article that hold no claim, each with the reason: nothing is passed over in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muster.claims.article import Article, language_of
from muster.claims.clauses import LEAST, is_address, verbal
from muster.claims.languages import Rules, known, rules
from muster.claims.sentences import finished, paragraphs, sentences
from muster.claims.words import Words
from muster.model import Claim


@dataclass(frozen=True, slots=True)
class Silence:
    """A sentence without a claim: its words, where it stands, and why it is none."""

    quote: str
    start: int
    end: int
    why: str


def silences(article: Article, claims: Sequence[Claim]) -> list[Silence]:
    """Return the sentences of an article that no claim was read from, in text order.

    claims: those read from it. Together they cover every sentence.

    >>> from muster.claims.article import article
    >>> from muster.claims.read import read
    >>> text = article(b"They sell 14 pistols. Photo: A. Quill", language="en")
    >>> [(s.quote, s.why) for s in silences(text, read(text))]
    [('Photo: A. Quill', 'a caption, byline, source or notice')]
    """
    spoken = sorted((claim.start, claim.end) for claim in claims)
    found, at = [], 0
    for paragraph in paragraphs(article.text):
        line = article.text[paragraph.start : paragraph.end]
        code = language_of(line, article.language)
        lang = rules(code) if code in known() else None
        for span in sentences(article.text, paragraph, lang.data["abbreviations"] if lang else ()):
            while at < len(spoken) and spoken[at][1] <= span.start:
                at += 1
            if any(start < span.end and end > span.start for start, end in spoken[at : at + 50]):
                continue
            quote = article.text[span.start : span.end]
            why = _why(quote, line, lang) if lang else "its language has no rules"
            found.append(Silence(quote, span.start, span.end, why))
    return found


def _why(quote: str, line: str, lang: Rules) -> str:
    words = lang.lexicon.read(quote, 0)
    opening = words.any("no_claim", 0, 4)
    if (opening and opening.first == 0) or (words.any("recorded_by") and len(words) < 12):
        return "a caption, byline, source or notice"
    if is_address(words):
        return "an address or a notice"
    if quote.rstrip(' »”"').endswith("?"):
        return "a question that asserts nothing"
    if not finished(line):
        return "a date line" if _dated(words) else "a heading"
    if sum(kind != "mark" for kind in words.kinds) < LEAST:
        return "too few words"
    if words.any("clause_dropped", 0, 3):
        return "only a condition, purpose or comparison"
    return "no verb that is known" if not verbal(words, 0, len(words)) else "says nothing that could be looked up"


def _dated(words: Words) -> bool:
    return words.any("months") is not None or words.any("weekdays") is not None or "date" in words.kinds
