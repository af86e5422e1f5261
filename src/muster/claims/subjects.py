"""What a claim is about, as exact words of the article: the thing that is counted, or what its verb speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from muster.claims.kinds import SPANS, Draft
from muster.claims.names import LINKS
from muster.claims.words import Match, Words

PHRASE = 9
"""Longest subject, in words."""

BEHIND = 3
"""So many words may follow a counted noun that belong to it ("seizures of unregistered rifles")."""

_VERBS = (
    "finite", "verbish", "rise", "fall", "say", "event", "forecast", "multiples", "arrest", "publish", "negation",
)  # fmt: skip
_LEADS = ("phrase_stops", "located", "since", "year_in", "conjunctions", "clause_kept", "articles", "relative")
_WHOLES = frozenset({"share", "trend", "money"})
_STOPS = frozenset(',;:()«»“”„"—–/')


@dataclass(frozen=True, slots=True)
class Subject:
    """Offsets of a subject in the article's text. thing: it names a thing that the lists of the language know."""

    start: int
    end: int
    thing: bool = False


def subject_of(words: Words, draft: Draft, counted: Subject | None) -> Subject:
    """Return what a claim is about. counted: what was counted last, for numbers that do not say it again.

    >>> from muster.claims.languages import rules
    >>> text = "Police seized 14 old pistols in March"
    >>> words = rules("en").lexicon.read(text, 0)
    >>> found = subject_of(words, Draft(0, len(words), "existence"), None)
    >>> text[found.start:found.end]
    'Police'
    """
    number = draft.number
    if number and number.noun[1] > number.noun[0]:
        return _thing(
            words, number.last if number.last <= number.noun[0] else number.noun[0], number.noun[1], draft.last
        )
    if number and number.bare and counted and not words.any("items", draft.first, number.first):
        return counted
    if draft.kind in _WHOLES or number:
        thing = _first_thing(words, draft)
        if thing:
            return _thing(words, thing.first, thing.last, draft.last)
    head = _head(words, draft.first, draft.last)
    if head:
        return head
    thing = words.any("items", draft.first, draft.last) or words.any("items")
    if thing:
        return _thing(words, thing.first, thing.last, draft.last)
    end = min(draft.last, draft.first + PHRASE)
    return Subject(words.starts[draft.first], words.ends[end - 1])


def _first_thing(words: Words, draft: Draft) -> Match | None:
    """Return the thing that a share is of (behind its number), or that a trend or sum of money is told of (before)."""
    number = draft.number
    behind = [] if number is None else words.all("items", number.last, draft.last)
    ahead = words.all("items", draft.first, number.first if number else draft.last)
    order = behind + ahead if draft.kind == "share" else ahead + behind
    return next((m for m in order if m.value not in SPANS and m.value != "items"), None)


def _thing(words: Words, first: int, end: int, last: int) -> Subject:
    """Return a counted noun with what stands between it and its number, and the "of" behind it."""
    while first < end - 1 and (words.kinds[first] == "mark" or words.at("articles", first)):
        first += 1
    if end + 1 < last and words.keys[end] in LINKS:
        behind = end + 1
        while behind < min(last, end + 1 + BEHIND) and words.keys[behind] not in _STOPS and not _verb(words, behind):
            behind += 1
        while behind > end + 1 and (words.keys[behind - 1] in LINKS or _leads(words, behind - 1)):
            behind -= 1
        end = behind if behind > end + 1 else end
    return Subject(words.starts[first], words.ends[end - 1], thing=True)


def _head(words: Words, first: int, last: int) -> Subject | None:
    """Return the noun phrase before the first verb, without an opening that only says when or where."""
    begin = first
    while begin < last - 2 and (words.kinds[begin] == "mark" or _leads(words, begin)):
        if words.at("phrase_stops", begin) or words.at("located", begin) or words.at("year_in", begin):
            comma = next((n for n in range(begin, min(last, begin + PHRASE)) if words.keys[n] == ","), None)
            if comma is None:
                return None
            begin = comma
        begin += 1
    end = begin
    while end < min(last, begin + PHRASE) and words.keys[end] not in _STOPS and not _verb(words, end):
        end += 1
    while end > begin + 1 and _leads(words, end - 1):
        end -= 1
    if end <= begin or end == last or all(words.at("pronouns", n) for n in range(begin, end)):
        return None
    thing = words.any("items", begin, end) is not None
    return Subject(words.starts[begin], words.ends[end - 1], thing=thing)


def _leads(words: Words, at: int) -> bool:
    return any(words.at(name, at) is not None for name in _LEADS)


def _verb(words: Words, at: int) -> bool:
    return not words.texts[at][:1].isupper() and any(words.at(name, at) is not None for name in _VERBS)
