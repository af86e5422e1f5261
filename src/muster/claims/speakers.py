"""Who a noun phrase names: a person with an office, an authority with its country, or somebody named before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from babel import Locale

from muster.claims.languages import SHORT, Rules
from muster.claims.names import LINKS, joined, latin, names_in
from muster.claims.words import Match, Words

_INSTITUTIONS = (
    "Ministry",
    "Government",
    "Police",
    "Office",
    "Army",
    "Court",
    "Service",
    "Committee",
    "Department",
    "Minister",
    "Staff",
    "Chamber",
    "Council",
    "Agency",
    "Bureau",
    "Guard",
    "Secretariat",
)


BODIES = 6
"""So many authorities and organisations are remembered."""

STEM = 6
"""So many letters of a noun tell what a body is called, in compounds and cases too: "ministeriums", "ministère"."""

_EMPTY = ("say_gap", "phrase_stops", "articles", "say", "according", "finite", "not_nouns", "relative_days")
_OFFICES = ("roles", "anaphors", "titles")
_APART = frozenset(',;:()«»“”„"—–')


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier sentences leave behind: the last speaker and organisation, full names by surname, the country.

    person: whom a sentence brought in after the last speaker. bodies: the authorities and organisations named last, by
    the words that named them, so that "the institute" finds the one that was called an institute.
    """

    speaker: str = ""
    organisation: str = ""
    names: Mapping[str, str] | None = None
    country: str = ""
    person: str = ""
    bodies: tuple[tuple[str, str], ...] = ()

    @property
    def last(self) -> str:
        """Whom a pronoun points back to: the person brought in last, else the last speaker."""
        return self.person or self.speaker


def _body(role: str, country: str) -> str:
    """Return an authority with its country: "Interior Ministry (AT)", "Government of India"."""
    if not role or not country or not is_body(role):
        return role
    if role == "Government" and country in Locale("en").territories:
        return f"Government of {Locale('en').territories[country]}"
    return f"{role} ({country})"


def known_subject(words: Words, memory: Memory) -> str:
    """Return the speaker named before whose surname a sentence begins with ("Roe expects …"), or ""."""
    for at in range(min(3, len(words))):
        if words.texts[at][:1].isupper() and len(words.keys[at]) > 3:
            found = (memory.names or {}).get(_latin_key(words.keys[at]))
            if found:
                return found
    return ""


def named_before(noun: str, memory: Memory) -> str:
    """Return whom a noun points back to ("the institute"): the body that was called so, else whoever spoke last."""
    stem = noun[:STEM]
    for called, name in reversed(memory.bodies):
        if stem in called:
            return name
    return memory.last or (memory.bodies[-1][1] if memory.bodies else "")


def noticed(words: Words, quotes: Sequence[tuple[int, int]], memory: Memory, lang: Rules, *, speaks: bool) -> Memory:
    """Return what is remembered after a sentence: whom and which bodies it names, outside its quotations.

    speaks: it names its source itself.
    """
    bodies = list(memory.bodies)
    quoted = {n for a, b in quotes for n in range(a, b)}
    for match in words.matches.get("roles", ()):
        if match.first in quoted:
            continue
        land = next((str(m.value) for m in words.all("demonyms", max(0, match.first - 2), match.last + 3)), "")
        name = _body(str(match.value), land or memory.country)
        if is_body(name):
            bodies.append((" ".join(words.keys[match.first : match.last]), name))
    for match in words.matches.get("anaphors", ()):
        if match.first in quoted:
            continue
        if own := _own_name(words, match, lang):
            bodies.append((words.keys[match.first], own))
            continue
        if match.first in quoted or not words.texts[match.first][:1].isupper() or len(words.keys[match.first]) <= SHORT:
            continue
        _, names = names_in(words, max(0, match.first - 3), min(len(words), match.last + 5), lang)
        folded = latin(words.texts[match.first], lang.code).casefold()
        bodies.extend((words.keys[match.first], name) for name in names if " " in name and folded in name.casefold())
    person = "" if speaks or quoted else _brought_in(words, memory, lang)
    return replace(memory, bodies=tuple(bodies[-BODIES:]), person=person or ("" if speaks else memory.person))


def _brought_in(words: Words, memory: Memory, lang: Rules) -> str:
    """Return the person, with an office, whom a sentence names ("Economist Jane Roe sees it …"), or ""."""
    begin = 0
    for at in range(len(words) + 1):
        if at < len(words) and words.keys[at] not in _APART:
            continue
        if at - begin >= 3:
            person, _ = names_in(words, begin, at, lang)
            if person and (any(words.any(n, begin, at) for n in _OFFICES) or _titled(words, begin, at, person, lang)):
                return label(words, begin, at, memory, lang)
        begin = at + 1
    return ""


def _titled(words: Words, first: int, last: int, person: str, lang: Rules) -> bool:
    """Say whether a noun stands right before a person's name ("the sociologist Jane Roe")."""
    head = person.split(" ")[0]
    at = next((n for n in range(first, last) if latin(words.texts[n], lang.code) == head), first)
    if at <= first or words.kinds[at - 1] != "word" or len(words.keys[at - 1]) <= SHORT:
        return False
    return not any(words.at(name, at - 1) for name in ("phrase_stops", "located", "articles", "conjunctions", "say"))


def replying(words: Words, lang: Rules) -> str:
    """Return the authority whose reply a heading announces ("Reply by the Ministry of Defence to …"), or ""."""
    reply = words.any("reply")
    if reply is None:
        return ""
    end = min(len(words), reply.last + 8)
    roles = words.all("roles", reply.last, end)
    land = next((str(m.value) for m in words.all("demonyms", reply.last, end)), "")
    return _body(str(roles[0].value), land) if roles else label(words, reply.last, end, Memory(), lang)


def _latin_key(key: str) -> str:
    return next((latin(key, code)[:5].casefold() for code in ("uk",) if not key.isascii() and key[:1] >= "а"), key[:5])


def is_body(name: str) -> bool:
    return any(word in name for word in _INSTITUTIONS) or name.isupper() or "(" in name


def label(words: Words, first: int, last: int, memory: Memory, lang: Rules) -> str:
    """Return the name in a noun phrase, with its office; what it points back to; or its words."""
    while first < last and (
        words.kinds[first] == "mark"
        or words.at("say_gap", first)
        or words.at("weekdays", first)
        or words.at("relative_days", first)
    ):
        first += 1
    if first >= last:
        return ""
    country = next(
        (
            str(m.value)
            for m in words.all("demonyms", first, last)
            if len(words.texts[m.first]) > SHORT or words.texts[m.first].isupper()
        ),
        "",
    )
    roles = words.all("roles", first, last)
    role = str(roles[0].value) if roles else ""
    body = _body(role, country or memory.country)
    person, others = names_in(words, first, last, lang)
    if person:
        known = (memory.names or {}).get(person.split()[-1].casefold()[:5])
        if known and (known.split(",")[0].casefold()[:4] == person.casefold()[:4] or " " not in person):
            return known
        office = (body if is_body(role) else "") or next((o for o in others if o != person), "") or body
        if not office and memory.organisation and words.any("spokespersons", first, last):
            office = memory.organisation
        return f"{person}, {office}" if office else person
    if body and words.any("demonstratives", first, last) and not is_body(body):
        return memory.last
    if body and not is_body(body) and others and " " in others[0]:
        return others[0]
    if body:
        return body
    if others and " " not in others[0] and lang.data.get("nouns_large") and _common_noun(words, first, last, others[0]):
        others = []
    if len(others) == 1 and words.any("anaphors", first, last) and _is_anaphor(words, first, last, others[0]):
        others = []
    for match in words.all("anaphors", first, last):
        at = match.last
        of_name = at + 1 < last and words.keys[at] in LINKS and words.texts[at + 1][:1].isupper()
        if of_name and len(words.texts[match.first]) > SHORT and len(others) == 1:
            return latin(joined(words, list(range(match.first, at + 2))), lang.code)
    if others:
        known = (memory.names or {}).get(others[0].casefold()[:5])
        return known or others[0]
    if named := next((name for m in words.all("anaphors", first, last) if (name := _own_name(words, m, lang))), ""):
        return named
    if anaphor := next(
        (m for m in words.all("anaphors", first, last) if not words.at("indefinite", m.first - 1)), None
    ):
        return named_before(words.keys[anaphor.first], memory)
    if words.any("pronouns", first, last):
        return memory.last
    if all(
        words.at("pronouns", n) or words.at("articles", n) or words.at("finite", n) or words.at("say_gap", n)
        for n in range(first, last)
    ):
        return memory.last
    if any(words.any(name, first, last) for name in ("fractions", "cardinals", "vague", "document")):
        return ""
    if words.any("spokespersons", first, last):
        return memory.organisation or (memory.bodies[-1][1] if memory.bodies else memory.last)
    plain = [n for n in range(first, last) if words.kinds[n] != "mark"]
    while plain and (words.at("articles", plain[0]) or words.at("clause_kept", plain[0])):
        plain.pop(0)
    telling = [n for n in plain if len(words.keys[n]) > SHORT and not any(words.at(c, n) for c in _EMPTY)]
    if len(plain) > 8 or not telling:
        return ""
    if words.at("phrase_stops", first) or words.at("located", first):
        return ""
    if lang.data.get("latin") and any(words.at("finite", n) for n in plain):
        return ""
    if lang.data.get("nouns_large") and not any(words.texts[n][:1].isupper() for n in telling):
        return ""
    while plain and words.at("articles", plain[0]):
        plain.pop(0)
    return " ".join(words.texts[n] for n in plain)


def _own_name(words: Words, match: Match, lang: Rules) -> str:
    """Return the name of a body that its noun is or opens ("Landeskriminalamt", "Observatoire des flux"), or ""."""
    at, noun = match.first, words.texts[match.first]
    if str(match.value).startswith("*"):
        return noun
    if not noun[:1].isupper() or at == 0 or lang.data.get("nouns_large") or len(noun) <= SHORT:
        return ""
    end = at + 1
    while end + 1 < len(words) and words.keys[end] in LINKS and words.kinds[end + 1] == "word" and end - at < 6:
        end += 2
        if words.keys[end - 1] in LINKS and end < len(words) and words.kinds[end] == "word":
            end += 1
    while end < len(words) and words.texts[end][:1].isupper() and words.kinds[end] == "word" and end - at < 6:
        end += 1
    return latin(joined(words, list(range(at, end))), lang.code) if end > at + 1 else ""


def _is_anaphor(words: Words, first: int, last: int, name: str) -> bool:
    """Say whether a name is nothing but a noun that points back, written large ("ONG", "L'ONG")."""
    return any(words.texts[m.first] == name for m in words.all("anaphors", first, last))


def _common_noun(words: Words, first: int, last: int, name: str) -> bool:
    """Say whether a word written large is only a noun, as in German: an article or a lower-case word leads it."""
    at = next((n for n in range(first, last) if words.texts[n] == name), first)
    if name.isupper() or any(c.isupper() for c in name[1:]):
        return False
    leads = at > 0 and words.kinds[at - 1] == "word" and words.texts[at - 1][:1].islower()
    return leads and (words.at("anaphors", at - 1) is None) and (
        words.at("articles", at - 1) is not None or words.at("phrase_stops", at - 1) is not None
        or words.texts[at - 1].endswith(("en", "er", "es", "em", "e"))
    )  # fmt: skip
