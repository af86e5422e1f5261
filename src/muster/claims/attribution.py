"""Who says it: the speaker of a quotation or report, through whom, and what "she" and "the institute" point back to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from muster.claims.languages import SHORT, Rules
from muster.claims.names import LINKS, names_in
from muster.claims.speakers import Memory, is_body, label
from muster.claims.words import Match, Words

PHRASE = 14
"""Longest noun phrase that is taken for a speaker, in words."""

TELLS_WITHIN = 5
"""A sentence that names the source of those before it says so within its first words ("Das teilte die Polizei mit")."""

PASSIVE = 8
"""Within so many words before it an auxiliary makes a verb passive ("wurde … verurteilt"): nobody speaks."""

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
    if quotes and (found := _around(words, quotes, memory, lang)):
        return found
    if told := words.any("tells_before", 0, TELLS_WITHIN):
        verb = next(
            (m for name in ("say", "publish") for m in words.all(name, told.first) if m.last >= told.last), told
        )
        end = _until(words, verb.last)
        speaker = label(words, verb.last, end, memory, lang) or label(words, told.last, verb.first, memory, lang)
        if speaker:
            return Speech(speaker, "published", 0, end, document=words.any("document", 0, end) is not None)
    for match in words.all("according_pronoun"):
        if match.first in free:
            return Speech(memory.last, "according", match.first, match.last)
    for match in words.all("according"):
        if match.first in free and (found := _according(words, match, memory, lang)):
            return found
    for match in words.all("according_after"):
        if match.first in free:
            begin = _chunk(words, match.first)
            return Speech(label(words, begin, match.first, memory, lang), "according", begin, match.last)
    for match in words.all("say"):
        if (
            match.first not in free
            or _only_behind_mark(words, match)
            or words.at("not_said", match.first)
            or not (_says(words, match, quotes, lang) or _person_says(words, match, memory, lang))
        ):
            continue
        return _said(words, match, quotes, memory, lang)
    for match in words.all("publish"):
        if match.first in free:
            begin = _chunk(words, match.first)
            by = match.last + (words.at("phrase_stops", match.last) is not None)
            behind = label(words, by, _until(words, by), memory, lang)
            passive = words.any("passives", max(0, match.first - PASSIVE), match.first) is not None
            before = "" if passive else label(words, begin, match.first, memory, lang)
            speaker = before or behind or label(words, max(0, match.first - 25), match.first, memory, lang)
            begin = begin if speaker and begin < match.first else 0
            speaker = speaker if any(c.isupper() for c in speaker) else ""
            document = words.any("document") is not None
            if passive and not document and not any(c.isupper() for c in behind):
                continue
            return Speech(speaker, "published", begin, _until(words, match.last), document=document)
    return None


def counted_by(words: Words, memory: Memory, lang: Rules) -> str:
    """Return the body or person who counted what a sentence tells ("the institute recorded 40 cases"), or "".

    What the police find they do, and do not tell.
    """
    for match in words.all("tallies"):
        if _person_says(words, match, memory, lang):
            name = label(words, *_subject(words, match.first), memory, lang)
            return "" if "Police" in name else name
    return ""


def remembered(memory: Memory, said: Speech) -> Memory:
    """Return what is remembered after a speaker was named."""
    if not any(c.isupper() for c in said.speaker):
        return memory
    names = dict(memory.names or {})
    person = said.speaker.split(",")[0]
    if " " in person and "(" not in person:
        names[person.split()[-1].casefold()[:5]] = said.speaker
    organisation = said.speaker.partition(", ")[2] or (said.speaker if is_body(said.speaker) else memory.organisation)
    return replace(memory, speaker=said.speaker, organisation=organisation, names=names, person="")


def _around(words: Words, quotes: list[tuple[int, int]], memory: Memory, lang: Rules) -> Speech | None:
    """Return who is named beside a quotation whatever the verb: behind its comma, or before a colon that opens it."""
    first, last = quotes[0][0], quotes[-1][1]
    behind = next((n for n in range(last, min(len(words), last + 3)) if words.keys[n] in ",–—-"), None)
    if behind is not None:
        end = min(_comma(words, behind + 1), len(words))
        if 2 <= end - behind - 1 <= PHRASE and words.any("verbish", behind + 1, behind + 4):
            person, names = names_in(words, behind + 1, end, lang)
            roles = words.any("roles", behind + 1, end) or words.any("titles", behind + 1, end)
            if person or roles or names:
                second = _comma(words, end + 1) if end < len(words) and words.keys[end] == "," and not person else end
                speaker = label(words, behind + 2, second, memory, lang)
                if any(c.isupper() for c in speaker):
                    return Speech(speaker, "said", behind + 1, second, indirect=False)
    opener = first - 2
    if opener >= 1 and words.keys[opener] == ":":
        begin = _chunk(words, opener)
        person, _ = names_in(words, begin, opener, lang)
        if person and opener - begin <= PHRASE:
            return Speech(label(words, begin, opener, memory, lang), "said", begin, opener, indirect=False)
    return None


def _according(words: Words, match: Match, memory: Memory, lang: Rules) -> Speech | None:
    begin = match.last
    while begin < len(words) and any(words.at(name, begin) for name in ("finite", "say", "say_gap", "weekdays")):
        begin += 1
    end = _until(words, begin)
    if end <= begin or words.kinds[begin] == "number" or _only_behind_mark(words, match):
        return None
    speaker = label(words, begin, end, memory, lang)
    document = words.any("document", match.first, end) is not None
    if not any(c.isupper() for c in speaker) and (document or begin > match.last):
        further = (
            label(words, end, _comma(words, end), memory, lang) if document and not words.at("finite", end) else ""
        )
        wider = further if any(c.isupper() for c in further) else ""
        speaker = wider or (label(words, 0, _comma(words, 0), memory, lang) if begin > match.last else "") or speaker
    return Speech(speaker, "according", match.first, end, document=document) if speaker else None


def _only_behind_mark(words: Words, match: Match) -> bool:
    """Say whether a word that names a source only behind a mark ("..., so die Polizei") stands elsewhere."""
    return (
        words.at("only_behind_mark", match.first) is not None
        and match.first > 0
        and words.kinds[match.first - 1] != "mark"
    )


def _comma(words: Words, at: int) -> int:
    """Return where the next comma, bracket or quotation mark stands, or the end of a noun phrase at its longest."""
    last = min(len(words), at + PHRASE)
    for n in range(at, last):
        if words.keys[n] in _BREAKS and not _inside_name(words, n) and not _named_in_marks(words, at, n):
            return n
    return last


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
    begin, end = _subject(words, match.first)
    if end - begin > 8 or end == begin:
        return False
    while end > begin + 1 and any(words.at(name, end - 1) for name in ("finite", "negation", "say_gap")):
        end -= 1
    noun = words.ending("anaphors", end)
    if noun and noun.first - begin <= 2 and len(words.keys[noun.first]) > SHORT:
        return bool(str(noun.value).startswith("*") or memory.last or memory.bodies)
    if noun and noun.first == begin and words.at("pronouns", begin):
        return bool(memory.last)
    person, others = names_in(words, begin, end, lang)
    roles = [str(m.value) for m in words.all("roles", begin, end)]
    if any(is_body(role) and "Police" not in role for role in roles):
        return True
    if person or any(name.split()[-1].casefold()[:5] in (memory.names or {}) for name in others):
        return True
    tail = words.keys[begin - 1] == "," and len(words) - match.last <= TAIL if begin > 1 else True
    if not tail or words.any("finite", begin, match.first):
        return False
    large = bool(lang.data.get("nouns_large"))
    capitals = [n for n in range(begin, match.first) if words.texts[n][:1].isupper()]
    named = [n for n in capitals if not words.ending("located", n)]
    inner = not large and any(n > begin or begin > 1 for n in named)
    return bool(named) and (inner or any(" " in name or name.isupper() for name in others))


def _said(words: Words, match: Match, quotes: list[tuple[int, int]], memory: Memory, lang: Rules) -> Speech:
    begin, subject_end = _subject(words, match.first)
    if subject_end < match.first:
        who = label(words, begin, subject_end, memory, lang)
        that = words.any("that", match.last, min(len(words), match.last + 6))
        if who:
            return Speech(
                who, "said", begin, that.last if that else match.last, indirect=not quotes or that is not None
            )
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
    opens = before and begin <= 1 and (words.at("phrase_stops", begin) or words.at("located", begin))
    if opens and (names_in(words, match.last, end, lang)[0] or words.any("roles", match.last, end)):
        return Speech(label(words, match.last, end, memory, lang), "said", match.first, end, indirect=not quoted)
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
        return Speech(speaker or memory.last, "said", begin, last, indirect=not quoted or that is not None)
    pronoun = words.at("pronouns", match.last)
    if pronoun and words.at("articles", match.last) and end > match.last + 1:
        pronoun = None
    start = _past_listener(words, match.last)
    end = _with_name(words, start, max(end, _until(words, start)), lang)
    speaker = memory.last if pronoun and memory.last else label(words, start, end, memory, lang) or memory.last
    if not speaker and (words.any("anaphors", match.last, end) or words.any("demonstratives", match.last, end)):
        speaker = label(words, 0, begin, memory, lang)
    if not speaker and begin > 1:
        opening = label(words, 0, _head(words), memory, lang)
        speaker = opening if any(c.isupper() for c in opening[1:]) or words.any("roles", 0, _head(words)) else ""
    return Speech(speaker, "said", begin, end, indirect=not quoted)


def _head(words: Words) -> int:
    """Return where the subject that opens a sentence ends: before its verb, or at the first comma."""
    last = _comma(words, 0)
    return next((n for n in range(1, last) if words.at("finite", n) or words.at("verbish", n)), last)


def _past_listener(words: Words, at: int) -> int:
    """Return where the speaker stands behind a verb of saying: past whom it was said to ("a déclaré à l'AFP …")."""
    if not words.at("to_whom", at):
        return at
    here = at + 1
    while here < len(words) and (words.at("articles", here) or words.texts[here][:1].isupper()):
        here += 1
    return here if here > at + 1 and here < len(words) and words.kinds[here] == "word" else at


def _with_name(words: Words, first: int, end: int, lang: Rules) -> int:
    """Return the end of a noun phrase with the name behind its comma ("said the head of the unit, Jane Roe")."""
    if not (first < end < len(words) - 1 and words.keys[end] == ",") or names_in(words, first, end, lang)[0]:
        return end
    behind = _comma(words, end + 1)
    person, _ = names_in(words, end + 1, behind, lang)
    return behind if person and words.texts[end + 1][:1].isupper() and behind - end <= 6 else end


def _subject(words: Words, end: int) -> tuple[int, int]:
    """Return the words before a verb that name who does it, past a relative clause ("X, who monitors Y, saw")."""
    begin = _chunk(words, end)
    if begin == end and begin > 1 and words.keys[begin - 1] == ",":
        earlier = _chunk(words, begin - 1)
        if words.at("relative", earlier) and earlier > 1 and words.keys[earlier - 1] == ",":
            head = _chunk(words, earlier - 1)
            if not words.any("finite", head, earlier - 1):
                return head, earlier - 1
    if (cited := words.any("citing", begin, end)) and cited.first > begin:
        return begin, cited.first
    return begin, end


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
    while at > 0 and not words.ending("that", at):
        key = words.keys[at - 1]
        if key in _BREAKS and not _inside_name(words, at - 1):
            opened = next((n for n in range(at - 2, max(-1, at - 6), -1) if words.keys[n] in _OPENING), -1)
            if key not in _CLOSING or opened < 1 or words.kinds[opened - 1] == "mark":
                break
            at = opened + 1
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
