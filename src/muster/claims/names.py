"""Names in a run of words: persons and what else is written large, in Latin letters."""

from __future__ import annotations

from functools import cache

from muster.claims.languages import Rules, rules
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


_NO_NAMES = ("articles", "pronouns", "weekdays", "months", "according")


def names_in(words: Words, first: int, last: int, lang: Rules) -> tuple[str, list[str]]:
    """Return the person (two names in capitals or more, no organisation) and the other names of a phrase."""
    runs: list[list[int]] = []
    for n in range(first, last):
        text = words.texts[n]
        capital = any(c.isupper() for c in text[:4]) and words.kinds[n] in ("word", "mixed")
        if capital and any(words.at(c, n) for c in _NO_NAMES) and not _first_name(words, n, last):
            capital = False
        if (
            capital
            and n == 0
            and (
                (len(text) < 4 and not (last > 1 and words.texts[1][:1].isupper()))
                or any(words.at(c, n) for c in ("phrase_stops", "before", "clause_kept", "clause_dropped", "fractions"))
            )
        ):
            capital = text.isupper() and len(text) > 1
        linked = runs and runs[-1][-1] == n - 1
        if capital and runs and not linked and lang.data.get("nouns_large") and words.at("anaphors", n):
            runs.append([n])
            continue
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
            names.append(latin(joined(words, run[:1]), lang.code))
            run = run[3:]
        run = _without_title(words, run, large=bool(lang.data.get("nouns_large")))
        if not run or (len(run) == 1 and (words.at("document", run[0]) or _opens_only(words, run[0]))):
            continue
        name = latin(joined(words, run), lang.code)
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


def _first_name(words: Words, at: int, last: int) -> bool:
    """Say whether a word that may be a month is the first name before another ("Jan Holm")."""
    if not words.at("months", at) or at + 1 >= last:
        return False
    dated = at > 0 and (words.kinds[at - 1] == "number" or words.at("located", at - 1) is not None)
    return not dated and words.kinds[at + 1] == "word" and words.texts[at + 1][:1].isupper()


def _opens_only(words: Words, at: int) -> bool:
    """Say whether a word is written large only because a sentence begins with it: no verb and no mark follows."""
    if at or len(words) < 2 or words.texts[0].isupper():
        return False
    verbs = ("say", "publish", "finite", "say_gap", "judges", "negation", "verbish")
    if words.at("spokespersons", 1) or words.at("titles", 1):
        return False
    return words.keys[1] not in ",(-–—:" and not any(words.at(name, 1) for name in verbs)


def _without_title(words: Words, run: list[int], *, large: bool) -> list[int]:
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
    while len(run) > 2 and (words.at("titles", run[0]) or (large and words.at("articles", run[0] - 1))):
        run = run[1:]
    return run


def joined(words: Words, run: list[int]) -> str:
    out = ""
    for n in run:
        out += ("" if not out or words.glued(n) else " ") + words.texts[n]
    out = out.lstrip(".")
    return out[:-2] if out.endswith(("'s", "’s")) else out


def latin(name: str, code: str) -> str:
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
