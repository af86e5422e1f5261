"""Who a noun phrase names: a person with an office, an authority with its country, or somebody named before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from babel import Locale

from muster.claims.languages import SHORT, Rules, rules
from muster.claims.words import Words

LINKS = frozenset(
    {
        "de",
        "du",
        "des",
        "of",
        "von",
        "van",
        "der",
        "del",
        "da",
        "do",
        "dos",
        "la",
        "le",
        "for",
        "d'",
        "al",
        "el",
        "ben",
        "e",
        "&",
    }
)


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
)


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier sentences leave behind: the last speaker and organisation, full names by surname, the country."""

    speaker: str = ""
    organisation: str = ""
    names: Mapping[str, str] | None = None
    country: str = ""


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
    return next((_latin(key, code)[:5].casefold() for code in ("uk",) if not key.isascii() and key[:1] >= "а"), key[:5])


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
        return memory.speaker
    if body and not is_body(body) and others and " " in others[0]:
        return others[0]
    if body:
        return body
    if others:
        known = (memory.names or {}).get(others[0].casefold()[:5])
        return known or others[0]
    if words.any("anaphors", first, last) or words.any("pronouns", first, last):
        return memory.speaker
    if all(
        words.at("pronouns", n) or words.at("articles", n) or words.at("finite", n) or words.at("say_gap", n)
        for n in range(first, last)
    ):
        return memory.speaker
    if any(words.any(name, first, last) for name in ("fractions", "cardinals", "vague", "document")):
        return ""
    plain = [n for n in range(first, last) if words.kinds[n] != "mark"]
    while plain and (words.at("articles", plain[0]) or words.at("clause_kept", plain[0])):
        plain.pop(0)
    if len(plain) > 8 or not any(len(words.keys[n]) > 3 for n in plain):
        return ""
    return " ".join(words.texts[n] for n in plain)


def names_in(words: Words, first: int, last: int, lang: Rules) -> tuple[str, list[str]]:
    """Return the person (two names in capitals or more, no organisation) and the other names of a phrase."""
    runs: list[list[int]] = []
    for n in range(first, last):
        text = words.texts[n]
        capital = any(c.isupper() for c in text[:4]) and words.kinds[n] in ("word", "mixed")
        if capital and any(words.at(c, n) for c in ("articles", "pronouns", "weekdays", "months", "according")):
            capital = False
        if (
            capital
            and n == 0
            and (
                len(text) < 4
                or any(words.at(c, n) for c in ("phrase_stops", "before", "clause_kept", "clause_dropped", "fractions"))
            )
        ):
            capital = text.isupper() and len(text) > 1
        linked = runs and runs[-1][-1] == n - 1
        if (
            (capital and linked)
            or (capital and runs and n - runs[-1][-1] == 2 and words.keys[n - 1] in {*LINKS, "-", "."})
        ) or (capital and runs and n - runs[-1][-1] == 3 and words.keys[n - 1] in LINKS and words.keys[n - 2] in LINKS):
            runs[-1].extend(range(runs[-1][-1] + 1, n + 1))
        elif capital:
            runs.append([n])
    names, person = [], ""
    for run in runs:
        if (
            len(run) == 1
            and (words.at("demonyms", run[0]) or words.at("anaphors", run[0]) or words.at("roles", run[0]))
            and not words.texts[run[0]].isupper()
        ):
            continue
        if len(run) > 4 and words.keys[run[1]] == "-" and (words.at("titles", run[2]) or words.at("roles", run[2])):
            names.append(_latin(_joined(words, run[:1]), lang.code))
            run = run[3:]
        run = _without_title(words, run)
        if not run or (len(run) == 1 and (words.at("document", run[0]) or _opens_only(words, run[0]))):
            continue
        name = _latin(_joined(words, run), lang.code)
        names.append(name)
        plain = [n for n in run if words.kinds[n] == "word" and words.keys[n] not in LINKS]
        if (
            not person
            and 2 <= len(plain) <= 4
            and not any(words.texts[n].isupper() and len(words.texts[n]) > 2 for n in run)
            and not words.ending("located", run[0])
            and not any(words.at("roles", n) or words.at("anaphors", n) for n in run)
            and not any(words.at("demonyms", n) for n in run[int(not words.texts[run[0]].isascii()) :])
        ):
            person = name
    return person, names


def _opens_only(words: Words, at: int) -> bool:
    """Say whether a word is written large only because a sentence begins with it: no verb and no mark follows."""
    if at or len(words) < 2 or words.texts[0].isupper():
        return False
    verbs = ("say", "publish", "finite", "say_gap", "judges", "negation", "verbish")
    return words.keys[1] not in ",(-–—:" and not any(words.at(name, 1) for name in verbs)


def _without_title(words: Words, run: list[int]) -> list[int]:
    """Take titles that languages write in capitals ("Innenminister", "Director") from the head of a name."""
    while len(run) > 2 and (
        words.at("anaphors", run[0])
        or words.at("roles", run[0])
        or words.at("demonyms", run[0])
        or words.at("items", run[0])
    ):
        if words.keys[run[1]] in LINKS or (len(run) == 3 and words.keys[run[1]] == "-"):
            break
        run = run[1:]
    while len(run) > 2 and words.at("titles", run[0]):
        run = run[1:]
    return run


def _joined(words: Words, run: list[int]) -> str:
    out = ""
    for n in run:
        out += ("" if not out or words.glued(n) else " ") + words.texts[n]
    return out[:-2] if out.endswith(("'s", "’s")) else out


def _latin(name: str, code: str) -> str:
    """Return a name in Latin letters, by the table of its language; names written so already stay as they are."""
    table = _table(code)
    if not table:
        return name
    out = []
    for word in name.split(" "):
        made = "".join(table.get(f"^{c}" if at == 0 else c, table.get(c, c)) for at, c in enumerate(word.casefold()))
        out.append(made[:1].upper() + made[1:] if word[:1].isupper() else made)
    return " ".join(out)


@cache
def _table(code: str) -> dict[str, str]:
    return {str(k): str(v or "") for k, v in (rules(code).data.get("latin") or {}).items()}
