"""An article: text, HTML or PDF as bytes → its text, language, title and day of publication."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from charset_normalizer import from_bytes

from muster.claims.languages import known, rules
from muster.claims.pdf import is_pdf, text_of_pdf
from muster.claims.periods import date_in
from muster.errors import ClaimError
from muster.model import digest

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LIMIT = 5_000_000
"""Largest article, in bytes; what is larger is no article."""

DATELINE = 600
"""How many characters at the head (and, failing that, the foot) are searched for the day of publication."""

MIXED = 120
"""A paragraph of fewer characters is read in the language of its article."""

CLEARLY = 40.0
"""By how much (log-likelihood) a paragraph must speak for another language than its article's."""

_HTML = re.compile(rb"^\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body|article|div|p|meta|!--)\b", re.I)


@dataclass(frozen=True, slots=True)
class Article:
    """A text as it was decoded; offsets of claims are code points of `text`. digest: SHA-256 of its UTF-8."""

    text: str
    language: str
    title: str
    published: date | None
    digest: str


def article(data: bytes, *, name: str = "", published: date | None = None, language: str = "") -> Article:
    """Return an article from the bytes of a text, of a saved page or of a PDF.

    Raises `ClaimError` for what is empty, too large, no text, or in a language without rules.

    >>> article(b"Thursday, 10 April 2014. The pistols were sold.").published
    datetime.date(2014, 4, 10)
    """
    text = _text(data, name)
    code = language or _language(text)
    if code not in known():
        raise ClaimError("no rules for this language", where=name, found=code, do=f"use one of: {', '.join(known())}")
    lines = text.split("\n", 1)
    title = text.strip().splitlines()[0].strip()[:300] if lines else ""
    lang = rules(code)
    found = published or date_in(text[:DATELINE], lang) or date_in(text[-DATELINE:], lang)
    return Article(text, code, title, found, digest(text.encode("utf-8")))


def _text(data: bytes, name: str) -> str:
    if len(data) > LIMIT:
        raise ClaimError(
            "an article is too large", where=name, found=f"{len(data)} bytes", do=f"keep it under {LIMIT} bytes"
        )
    if is_pdf(data):
        text, trouble = text_of_pdf(data)
        if trouble:
            raise ClaimError(
                "a PDF cannot be read",
                where=name,
                found=trouble,
                do="save its text, or print it again as a PDF with text",
            )
    elif _HTML.match(data[:2000]):
        import trafilatura  # it takes a third of a second, which only who reads HTML should wait for

        text = trafilatura.extract(data, include_comments=False, include_tables=False) or ""
    else:
        text = _decoded(data, name)
    if not text.strip():
        raise ClaimError("an article is empty", where=name, found=f"{len(data)} bytes", do="give one with text in it")
    return text


def _decoded(data: bytes, name: str) -> str:
    """Decode UTF-8, or what the bytes themselves suggest; bytes with control characters are no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data[:200_000]).best()
        text = data.decode(best.encoding, "replace") if best else "\x00"
    if "\x00" in text:
        raise ClaimError("an article is no text", where=name, found=data[:16].hex(" "), do="save it as UTF-8 text")
    return text


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # as above: only who asks should wait

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
    identifier.set_languages(list(known()))
    return identifier


def _language(text: str) -> str:
    return str(_identifier().classify(text[:5000])[0])


def language_of(paragraph: str, language: str) -> str:
    """Return the language of a paragraph: that of its article, unless it is long and clearly in another one known.

    >>> language_of("Short.", "en")
    'en'
    """
    if len(paragraph) < MIXED:
        return language
    ranked = _identifier().rank(paragraph[:1000])
    scores = {str(code): float(score) for code, score in ranked}
    best = str(ranked[0][0])
    return best if scores[best] - scores[language] > CLEARLY else language
