"""An article as a line of traits that survive translation: numbers, names, quotations, sentences, in text order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from anyascii import anyascii

from muster.claims.article import Article
from muster.claims.languages import known, rules
from muster.claims.sentences import Span, finished, paragraphs, sentences
from muster.model import Claim

WORDS_OF_A_SENTENCE = 6
"""Shorter sentences ("None came.") are anybody's: sharing one shows nothing."""

TELLING = 10
"""Numbers below this are in every article; sharing them shows nothing."""

_ONE = {"rockets": "missiles"}
"""What one word means in some languages (*Raketen*, *ракети*) and two in others: no change when it is translated."""

Referent = Literal["weapons", "deliveries", "money", "persons", ""]

_NAME = re.compile(r"[^\W\d_][\w’'-]*(?:\s(?:(?:de|du|des|of|von|van|der|da|do|del)\s)?[^\W\d_][\w’'-]*){0,5}")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SMALL = frozenset({"de", "du", "des", "of", "von", "van", "der", "da", "do", "del"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of an article: what it counts and of what, whose words, and the claim that it stands in.

    value: shares and percent both as a fraction. of: what it is a number of ("two thirds of the *money*"), "" when
    the sentence does not say.
    """

    claim: Claim
    value: float
    unit: str
    of: Referent
    speaker: str
    start: int

    @property
    def telling(self) -> bool:
        """Whether two articles that share this number share something that is not in every article."""
        exact = not (self.claim.comparator == "ge" and self.value in (24.0, 100.0, 1000.0, 10000.0, 100000.0))
        return exact and (self.unit == "share" or self.value >= TELLING)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody's words in an article, and the words around them (the frame) that say when and about what."""

    words: str
    start: int
    end: int
    speaker: str
    frame: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its words, folded."""

    text: str
    start: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Story:
    """An article's traits, each in text order. names: as written, with where each first stands."""

    article: Article
    facts: tuple[Fact, ...]
    quotations: tuple[Quotation, ...]
    names: tuple[tuple[str, int], ...]
    sentences: tuple[Sentence, ...]


def story(article: Article, claims: Sequence[Claim]) -> Story:
    """Return the traits of an article. claims: those that were read from it.

    >>> from muster.claims.article import article as open_article
    >>> from muster.claims.read import read
    >>> text = open_article(b"They sell 14 pistols, said Ada Lumley. In May Ada Lumley left.", language="en")
    >>> [(f.value, f.unit) for f in story(text, read(text)).facts], story(text, read(text)).names[0][0]
    ([(14.0, 'pistols')], 'Ada Lumley')
    """
    spans = list(_sentences(article))
    return Story(
        article,
        tuple(fact for claim in claims if (fact := _fact(claim, article)) is not None),
        tuple(_quotations(article, spans, claims)),
        tuple(_names(article, spans)),
        tuple(
            Sentence(text, span.start, words)
            for span in spans
            for text in [article.text[span.start : span.end]]
            for words in [folded_words(text)]
            if len(words) >= WORDS_OF_A_SENTENCE
        ),
    )


def folded(words: str) -> str:
    """Return words in small Latin letters without accents, whatever their script.

    >>> folded("Київ"), folded("Élodie d’Aubrac")
    ('kiiv', "elodie d'aubrac")
    """
    return str(anyascii(words)).casefold()


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded."""
    return tuple(folded(word) for word in _WORD.findall(text))


def has_cue(words: str, sort: str, language: str) -> bool:
    """Say whether words hold a cue of `referents.yml`, such as `comment` ("about this", "à propos de cette").

    >>> has_cue("said the institute about this development", "comment", "en")
    True
    """
    found = _patterns(language).get(sort)
    return bool(found and found.search(words))


def _sentences(article: Article) -> list[Span]:
    data = rules(article.language).data if article.language in known() else {"abbreviations": []}
    found: list[Span] = []
    for paragraph in paragraphs(article.text):
        if finished(article.text[paragraph.start : paragraph.end]):
            found += sentences(article.text, paragraph, data["abbreviations"])
    return found


def _fact(claim: Claim, article: Article) -> Fact | None:
    if claim.value is None or claim.comparator == "none" or claim.type in ("date", "quote"):
        return None
    value = claim.value[0] if isinstance(claim.value, tuple) else claim.value
    unit = _ONE.get(claim.item or claim.unit, claim.item or claim.unit)
    if unit == "percent":
        value, unit = value / 100, "share"
    return Fact(claim, round(value, 6), unit, _referent(claim, article.language), claim.attributed_to, claim.start)


def _referent(claim: Claim, language: str) -> Referent:
    """Return what a number is a number of: for a share the first noun behind it, else the last before it."""
    patterns = _patterns(language)
    if claim.unit not in ("share", "percent"):
        return _sort(claim.item or claim.unit)
    number = next((f for f in claim.facets if f.kind == "quantity"), None)
    at = number.end - claim.start if number else 0
    hits = [(m.start(), sort) for sort in ("weapons", "deliveries", "money", "persons") if sort in patterns
            for m in patterns[sort].finditer(claim.quote)]  # fmt: skip
    behind, before = [h for h in hits if h[0] >= at], [h for h in hits if h[0] < at]
    chosen = min(behind, default=max(before, default=None))
    return chosen[1] if chosen else ""


def _sort(unit: str) -> Referent:
    if len(unit) == 3 and unit.isupper():
        return "money"
    if unit in ("persons", "suspects"):
        return "persons"
    return "weapons" if unit in _data()["weapon_units"] else ""


def _quotations(article: Article, spans: Sequence[Span], claims: Sequence[Claim]) -> list[Quotation]:
    quoted = [claim for claim in claims if claim.mode == "quoted"]
    found = []
    for span in spans:
        for start, end in span.quotes:
            inside = [claim for claim in quoted if start <= claim.start and claim.end <= end + 1]
            frame = article.text[span.start : start] + " " + article.text[end : span.end]
            speaker = next((claim.attributed_to for claim in inside if claim.attributed_to), "")
            words = article.text[start:end]
            found.append(Quotation(words, start, end, speaker, frame, tuple(claim.id for claim in inside)))
    return found


def _names(article: Article, spans: Sequence[Span]) -> list[tuple[str, int]]:
    """Return proper names: capitalised words that do not open a sentence, or several together."""
    found: dict[str, int] = {}
    for span in spans:
        text = article.text[span.start : span.end]
        for match in _NAME.finditer(text):
            for words, at in _capitalised(match[0], match.start()):
                opens = at == 0 or bool(re.search(r"[.!?…:«“\"„]\s*$", text[:at]))
                if opens and " " not in words:
                    continue
                found.setdefault(words, span.start + at)
    return sorted(found.items(), key=lambda item: item[1])


def _capitalised(phrase: str, base: int) -> list[tuple[str, int]]:
    """Cut a run of words into its runs of capitalised ones; particles between them stay."""
    runs: list[list[re.Match[str]]] = [[]]
    for word in re.finditer(r"\S+", phrase):
        bare = re.sub(r"^(?:[dlDL]|qu|Qu)['’]", "", word[0])
        if bare[:1].isupper():
            runs[-1].append(word)
        elif not (runs[-1] and word[0] in _SMALL):
            runs.append([])
        else:
            runs[-1].append(word)
    found = []
    for run in runs:
        while run and run[-1][0] in _SMALL:
            run.pop()
        if not run:
            continue
        words = phrase[run[0].start() : run[-1].end()]
        bare = re.sub(r"^(?:[dlDL]|qu|Qu)['’]|['’]s$", "", words)
        if len(bare) >= 3:
            found.append((bare, base + run[0].start()))
    return found


@cache
def _data() -> Mapping[str, Any]:
    text = files("muster.claims").joinpath("referents.yml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    table: Mapping[str, list[str]] = _data()["languages"].get(language, {})
    return {
        sort: re.compile(
            "|".join(rf"(?<!\w)(?:{entry})(?!\w)" for entry in entries).replace("'", "['’]"), re.IGNORECASE
        )
        for sort, entries in table.items()
    }
