"""Cut a text into lines, sentences and quotations, as offsets into it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

BLOCK = 4000
"""Longest run that is read as one paragraph. What is longer is cut, so that work stays linear in the text."""

SPEECH_WORDS = 4
"""A quotation of fewer words is a mention ("the so-called \"front\""), not somebody's speech."""

SHORTEST = 2
"""One that a comma or dash follows is speech from so many words on ("No proof", she said)."""

_MARKS = re.compile(r"«[^«»]*(?:»|$)|“[^“”]*(?:”|$)|„[^„“”]*(?:[“”]|$)|»[^«»]*«|\"[^\"]*(?:\"|$)")
_END = re.compile(r"[.!?…]{1,9}[\"”»’')\]]{0,3}\s{1,9}(?=[\"“„«‹(\[¿¡—–-]{0,2}\s?(?P<next>[^\W_]))")
_LAST_WORD = re.compile(r"(\w+)\.$")
_FINISHED = re.compile(r"[.!?…:;]\s*[\"”»’')\]]*$")

_DATELINE = re.compile(
    r"\w[\w ,.'’-]{1,45}\([^()\n]{2,30}\)\s{0,3}[.,]?\s{0,3}[—–-]{1,2}\s+"
    r"|\w[\w .'’-]{1,30}:\s{0,3}\([^()\n]{2,30}\)\s+"
    r"|[A-ZÀ-ÞА-ЯІЇЄҐ]{3,30}(?:[ -][A-ZÀ-ÞА-ЯІЇЄҐ]{2,30}){0,3}(?:, [^.\n—–]{1,30})?[.—–-]{1,2}\s+"
    r"|(?:\d{1,2}[.)]|[•*·])\s{1,3}(?=[^\W\d_])"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets of a part of the text, and of the quotations inside it (their words, without the marks)."""

    start: int
    end: int
    quotes: tuple[tuple[int, int], ...] = ()


def paragraphs(text: str) -> Iterator[Span]:
    r"""Yield the lines that hold something, cut where they are very long.

    >>> [(p.start, p.end) for p in paragraphs("One.\n\n Two.")]
    [(0, 4), (7, 11)]
    """
    for line in re.finditer(r"[^\r\n\u2028\u2029]+", text):
        start = line.start()
        while start < line.end():
            end = min(line.end(), start + BLOCK)
            if end < line.end():
                end = max(text.rfind(" ", start + BLOCK // 2, end), start + BLOCK // 2)
            trimmed = trim(text, start, end)
            if trimmed[0] < trimmed[1]:
                yield Span(*trimmed)
            start = end


def dateline(line: str) -> int:
    """Return how many characters at the head of a paragraph are no sentence: place and agency, or a number in a list.

    >>> dateline("LISBON, 9 April (Farol) - The police"), dateline("The police (PJ) said")
    (26, 0)
    """
    found = _DATELINE.match(line[:120])
    return found.end() if found else 0


def finished(text: str) -> bool:
    """Say whether a line ends as a sentence does; a heading does not.

    >>> finished("It ended."), finished("A look behind")
    (True, False)
    """
    return bool(_FINISHED.search(text[-8:]))


def sentences(text: str, paragraph: Span, abbreviations: Collection[str]) -> Iterator[Span]:
    """Yield the sentences of a paragraph; direct speech stays together with the words that say whose it is.

    >>> text = 'He came. "I saw. I won," he said.'
    >>> [text[s.start:s.end] for s in sentences(text, Span(0, len(text)), ())]
    ['He came.', '"I saw. I won," he said.']
    """
    whole = text[paragraph.start : paragraph.end]
    marks = [(m.start(), m.end()) for m in _MARKS.finditer(whole)]
    start, at = 0, 0
    for found in _END.finditer(whole):
        while at < len(marks) and marks[at][1] <= found.start():
            at += 1
        within = at < len(marks) and marks[at][0] < found.start() and found.end() < marks[at][1]
        if within or found["next"].islower() or _abbreviated(whole, found.start(), abbreviations):
            continue
        yield _span(text, paragraph.start, start, found.end(), marks)
        start = found.end()
    if start < len(whole):
        yield _span(text, paragraph.start, start, len(whole), marks)


def inner(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences inside a quotation."""
    at = start
    for found in _END.finditer(text[start:end]):
        if found["next"].islower():
            continue
        yield trim(text, at, start + found.end())
        at = start + found.end()
    if at < end:
        yield trim(text, at, end)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the offsets without white space at either end."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), max(start, end - (len(part) - len(part.rstrip())))


def _abbreviated(whole: str, at: int, abbreviations: Collection[str]) -> bool:
    word = _LAST_WORD.search(whole[max(0, at - 12) : at + 1])
    return (
        bool(word)
        and (
            word[1] in abbreviations
            or ("#" in abbreviations and word[1].isdigit() and len(word[1]) <= 2)
            or (len(word[1]) == 1 and word[1].isupper())
        )
        if word
        else False
    )


def _span(text: str, base: int, start: int, end: int, marks: list[tuple[int, int]]) -> Span:
    first, last = trim(text, base + start, base + end)
    quotes = []
    for left, right in marks:
        if left >= start and right <= end:
            words = trim(text, base + left + 1, base + right - (text[base + right - 1] in '»”"“«'))
            said = text[words[0] : words[1]]
            closed = trim(text, words[0], words[1] - len(said) + len(said.rstrip(",")))
            spoken = left == start and text[base + right : base + right + 3].lstrip()[:1] in (",", "—", "–", "-")
            if len(said.split()) >= (SHORTEST if spoken else SPEECH_WORDS):
                quotes.append(closed)
    return Span(first, last, tuple(quotes))
