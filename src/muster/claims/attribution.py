"""Who says it: the speaker of a quotation or report, through whom, and what "she" and "the institute" point back to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from muster.claims.languages import Rules
from muster.claims.speakers import LINKS, Memory, is_body, label, names_in
from muster.claims.words import Match, Words

PHRASE = 14
"""Longest noun phrase that is taken for a speaker, in words."""

TAIL = 10
"""What is told may be followed by ", announced the police today": a verb behind a comma and at most so many words."""

_OPENING = frozenset('«“"„')
_CLOSING = frozenset('»”“"')
_BREAKS = frozenset(',;:.!?«»“”„"()—–')


@dataclass(frozen=True, slots=True)
class Speech:
    """What a sentence says of its source.

    speaker: whose words. first, last: the words that say so.
    sort: `said` (a verb of saying), `according`, `published`. indirect: what is said is told, not quoted.
    cites: whom the speaker in turn names as source. document: a report or study is named.
    """

    speaker: str
    sort: str
    first: int
    last: int
    indirect: bool = True
    cites: str = ""
    document: bool = False


def speech(words: Words, quotes: list[tuple[int, int]], memory: Memory, lang: Rules) -> Speech | None:
    """Return whose words a sentence gives, or None when it names no source. quotes: words inside quotation marks."""
    cited = words.any("citing")
    cites = label(words, cited.last, _until(words, cited.last), memory, lang) if cited else ""
    found = _speech(words, quotes, memory, lang)
    if found is None and cited and cites:
        return Speech(cites, "according", cited.first, _until(words, cited.last))
    return replace(found, cites=cites) if found and cites != found.speaker else found


def _speech(words: Words, quotes: list[tuple[int, int]], memory: Memory, lang: Rules) -> Speech | None:
    free = {n for n in range(len(words)) if not any(a <= n < b for a, b in quotes)}
    for match in words.all("say") if quotes else ():
        near = any(0 <= match.first - b <= 4 or 0 <= a - match.last <= 3 for a, b in quotes)
        if near and match.first in free:
            return _said(words, match, quotes, memory, lang)
    for match in words.all("according_pronoun"):
        if match.first in free:
            return Speech(memory.speaker, "according", match.first, match.last)
    for match in words.all("according"):
        if match.first in free and (found := _according(words, match, memory, lang)):
            return found
    for match in words.all("according_after"):
        if match.first in free:
            begin = _chunk(words, match.first)
            return Speech(label(words, begin, match.first, memory, lang), "according", begin, match.last)
    for match in words.all("say"):
        if match.first not in free or not (
            _says(words, match, quotes, lang) or _person_says(words, match, memory, lang)
        ):
            continue
        return _said(words, match, quotes, memory, lang)
    for match in words.all("publish"):
        if match.first in free:
            begin = _chunk(words, match.first)
            speaker = label(words, begin, match.first, memory, lang) or label(
                words, match.last, _until(words, match.last), memory, lang
            )
            speaker = speaker or label(words, max(0, match.first - 25), match.first, memory, lang)
            begin = begin if speaker and begin < match.first else 0
            speaker = speaker if any(c.isupper() for c in speaker) else ""
            document = words.any("document") is not None
            return Speech(speaker, "published", begin, _until(words, match.last), document=document)
    return None


def remembered(memory: Memory, said: Speech) -> Memory:
    """Return what is remembered after a speaker was named."""
    if not any(c.isupper() for c in said.speaker):
        return memory
    names = dict(memory.names or {})
    person = said.speaker.split(",")[0]
    if " " in person and "(" not in person:
        names[person.split()[-1].casefold()[:5]] = said.speaker
    organisation = said.speaker.partition(", ")[2] or (said.speaker if is_body(said.speaker) else memory.organisation)
    return replace(memory, speaker=said.speaker, organisation=organisation, names=names)


def _according(words: Words, match: Match, memory: Memory, lang: Rules) -> Speech | None:
    end = _until(words, match.last)
    if end <= match.last or words.kinds[match.last] == "number":
        return None
    speaker = label(words, match.last, end, memory, lang)
    return (
        Speech(speaker, "according", match.first, end, document=words.any("document", match.first, end) is not None)
        if speaker
        else None
    )


def _says(words: Words, match: Match, quotes: list[tuple[int, int]], lang: Rules) -> bool:
    """Say whether a verb of saying reports here: it ends a quotation, "that" follows, or a comma stands before it."""
    if not any(m.first == match.first for m in words.all("say_only_that")):
        return True
    near = words.any("that", match.last, min(len(words), match.last + 8))
    tail = match.first >= 5 and words.keys[match.first - 1] == "," and 1 < len(words) - match.last <= TAIL
    return (
        near is not None
        or tail
        or any(abs(b - match.first) <= 4 for _, b in quotes)
        or any(0 <= a - match.last <= 4 for a, _ in quotes)
    )


def _person_says(words: Words, match: Match, memory: Memory, lang: Rules) -> bool:
    """Say whether a person, named right before it, does what may be saying ("Minister Jane Roe calls it …")."""
    begin = _chunk(words, match.first)
    if match.first - begin > 8 or match.first == begin:
        return False
    person, others = names_in(words, begin, match.first, lang)
    roles = [str(m.value) for m in words.all("roles", begin, match.first)]
    if any(is_body(role) and "Police" not in role for role in roles):
        return True
    return bool(person) or any(name.split()[-1].casefold()[:5] in (memory.names or {}) for name in others)


def _said(words: Words, match: Match, quotes: list[tuple[int, int]], memory: Memory, lang: Rules) -> Speech:
    begin = _chunk(words, match.first)
    before = [n for n in range(begin, match.first) if not _idle(words, n)]
    quoted = any(abs(b - match.first) <= 8 for _, b in quotes) or any(0 <= a - match.last <= 12 for a, _ in quotes)
    end = _until(words, match.last)
    that = words.any("that", match.last, min(len(words), match.last + 12))
    if (
        not before
        and begin > 1
        and (that or any(a >= match.last for a, _ in quotes))
        and not any(b <= begin for _, b in quotes)
    ):
        speaker = label(words, _chunk(words, _chunk(words, begin - 1) - 1) if begin > 8 else 0, begin - 1, memory, lang)
        if speaker:
            return Speech(speaker, "said", 0, that.last if that else match.last, indirect=that is not None)
    if before or (begin == 0 and not _spoken_after(words, match, end)):
        speaker = label(words, begin, match.first, memory, lang)
        if begin > 1 and not _capital(words, begin, match.first) and words.keys[begin - 1] == ",":
            earlier = _chunk(words, begin - 1)
            wider = label(words, earlier, begin - 1, memory, lang)
            named = bool(names_in(words, earlier, begin - 1, lang)[0]) and begin - earlier <= 8
            if wider and named and not any(earlier <= b <= begin for _, b in quotes):
                speaker, begin = wider, earlier
        if not speaker and begin > 1 and words.keys[begin - 1] == ",":
            speaker, begin = label(words, 0, min(begin - 1, PHRASE), memory, lang), 0
        last = that.last if that and that.first <= end + 1 else match.last
        while last < len(words) and last < match.last + 6 and _timely(words, last):
            last += 1
        return Speech(speaker or memory.speaker, "said", begin, last, indirect=not quoted or that is not None)
    pronoun = words.at("pronouns", match.last)
    speaker = (
        memory.speaker if pronoun and memory.speaker else label(words, match.last, end, memory, lang) or memory.speaker
    )
    if not speaker and (words.any("anaphors", match.last, end) or words.any("demonstratives", match.last, end)):
        speaker = label(words, 0, begin, memory, lang)
    return Speech(speaker, "said", begin, end, indirect=not quoted)


def _spoken_after(words: Words, match: Match, end: int) -> bool:
    return end > match.last and match.first > 0


def _timely(words: Words, at: int) -> bool:
    """Say whether a word belongs to the time or occasion of saying ("on Tuesday")."""
    if any(words.at(name, at) for name in ("weekdays", "months", "relative_days", "that")):
        return True
    nearby = at + 1 < len(words) and any(words.at(name, at + 1) for name in ("weekdays", "relative_days"))
    return nearby and words.kinds[at] == "word"


def _idle(words: Words, at: int) -> bool:
    names = ("say_gap", "articles", "weekdays", "relative_days", "finite")
    return words.kinds[at] == "mark" or (any(words.at(name, at) for name in names) and not words.at("pronouns", at))


def _chunk(words: Words, end: int) -> int:
    """Return where the run of words before `end` begins: behind the last comma, bracket or quotation mark."""
    at = end
    while (
        at > 0
        and not (words.keys[at - 1] in _BREAKS and not _inside_name(words, at - 1))
        and not words.ending("that", at)
    ):
        at -= 1
    return at


def _inside_name(words: Words, at: int) -> bool:
    """Say whether a full stop stands inside a name ("Christopher A. Wray")."""
    return words.keys[at] == "." and at > 0 and len(words.keys[at - 1]) <= 2 and words.texts[at - 1][:1].isupper()


def _until(words: Words, at: int) -> int:
    """Return where the noun phrase that begins at a word ends."""
    end = at
    while end < min(len(words), at + PHRASE):
        if words.keys[end] in _BREAKS and not _inside_name(words, end) and not _named_in_marks(words, at, end):
            break
        stop = words.at("phrase_stops", end)
        if stop and end > at and _capital(words, at, end) and not _capital(words, end + 1, min(end + 3, len(words))):
            break
        if stop and end > at and any(words.at("roles", n) for n in range(at, end)) and words.keys[end] not in LINKS:
            break
        if end > at and words.at("finite", end) and not words.texts[end][:1].isupper() and _capital(words, at, end):
            break
        end += 1
    return end


def _capital(words: Words, first: int, last: int) -> bool:
    return any(words.texts[n][:1].isupper() and words.kinds[n] in ("word", "mixed") for n in range(first, last))


def _named_in_marks(words: Words, at: int, end: int) -> bool:
    """Say whether a quotation mark belongs to a name: it opens the phrase or stands before a capital, or closes one."""
    key = words.keys[end]
    opens = key in _OPENING and (end == at or (end + 1 < len(words) and words.texts[end + 1][:1].isupper()))
    return opens or (key in _CLOSING and any(k in _OPENING for k in words.keys[at:end]))
