"""Who says it: the speaker of a quotation or of reported speech, and what "she" and "the institute" point back to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from muster.claims.languages import Rules, any_of, spread

PHRASE = 120
"""Longest noun phrase that is taken for a speaker."""

_NAME = re.compile(
    r"(?<!\w)(?:[\w'’-]*[A-ZÀ-ÖØ-Þ][\w’'-]*)(?:\s(?:(?:de|du|des|of|von|van|the|d['’])\s?){0,2}[A-ZÀ-ÖØ-Þ][\w’'-]*){0,5}"
)
_WORDS = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Speech:
    """What a sentence says of its source: whose words, and whether they are told indirectly ("said that")."""

    speaker: str
    reported: bool


def speech(frame: str, after_quote: str, last: str, lang: Rules) -> Speech | None:
    """Return whose words a sentence gives, or None when it names no source.

    frame: the words outside quotations up to the first of them (or all). after_quote: those behind the last.
    last: the speaker before, to whom pronouns and "the institute" point.
    """
    source = lang["according"].search(frame) or lang["according"].search(after_quote)
    if source is not None:
        return Speech(_phrase(source.string[source.end() :], last, lang), True)
    for words in (after_quote, frame):
        verb = lang["say"].search(words)
        if verb is None:
            continue
        before, behind = words[: verb.start()], words[verb.end() :]
        if words is after_quote and not _named(before, lang):
            phrase = behind if _named(behind, lang) else before + " " + verb[0].replace("-", " ")
            return Speech(_phrase(phrase, last, lang), False)
        return Speech(_subject(before, last, lang), _indirect(behind, lang) or words is frame)
    return None


def is_report(sentence: str, lang: Rules) -> bool:
    """Say whether a sentence without quotation marks tells what somebody says ("said that …", "according to …")."""
    if lang["according"].search(sentence):
        return True
    verb = lang["say"].search(sentence)
    return verb is not None and (_indirect(sentence[verb.end() :], lang) or bool(lang["told"].search(sentence)))


def _indirect(behind: str, lang: Rules) -> bool:
    """Say whether "that" follows the verb soon."""
    return bool(lang["that"].search(behind[:PHRASE]))


def _named(words: str, lang: Rules) -> bool:
    return any(not lang["articles"].fullmatch(word) for word in _WORDS.findall(words))


def _subject(before: str, last: str, lang: Rules) -> str:
    """Read the speaker from what stands before the verb: the last chunk, or both around an apposition."""
    before = re.sub(rf"(?:\s(?:{spread(any_of(lang.data['say_gap']))}))+\s*$", "", before[-2 * PHRASE :])
    chunks = [chunk.strip() for chunk in before.split(",")]
    if chunks[-1]:
        return _phrase(chunks[-1], last, lang)
    chunks = [chunk for chunk in chunks if chunk][-2:]
    for chunk in reversed(chunks):
        if any(" " in name for name in _names(chunk, lang)):
            return _phrase(chunk, last, lang)
    return _phrase(chunks[0], last, lang) if chunks else last


def _phrase(words: str, last: str, lang: Rules) -> str:
    """Return the name in a noun phrase, what it points back to, or its words."""
    words = re.split(r"[,.;:(«“„\"!?]", words.strip()[:PHRASE])[0].strip()
    names = _names(words, lang)
    if names:
        return next((name for name in names if " " in name), names[0])
    stop = lang["phrase_stops"].search(words)
    words = words[: stop.start()].strip() if stop and stop.start() else words
    for role, name in lang.data["roles"].items():
        if re.search(rf"(?<!\w){role}(?!\w)", words, re.IGNORECASE):
            return str(name)
    if last and lang["anaphors"].search(words):
        return last
    if lang["pronouns"].fullmatch(words):
        return ""
    return _without_article(words, lang)


def _names(words: str, lang: Rules) -> list[str]:
    found = []
    for match in _NAME.finditer(words):
        name = _without_article(match[0], lang)
        name = re.sub(r"['’]s$", "", name)
        known = any(lang[words].fullmatch(name) for words in ("articles", "pronouns", "anaphors"))
        if any(c.isupper() for c in name) and not known:
            found.append(name)
    return found


def _without_article(words: str, lang: Rules) -> str:
    """Return a phrase without the article that it begins with.

    >>> from muster.claims.languages import rules
    >>> _without_article("l’Institut du Lac", rules("fr")), _without_article("The authorities", rules("en"))
    ('Institut du Lac', 'authorities')
    """
    match = re.match(rf"(?:(?:{spread(any_of(lang.data['articles']))})(?:\s+|(?<=['’]))|d['’])", words, re.IGNORECASE)
    return words[match.end() :] if match else words
