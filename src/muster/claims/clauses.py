"""Cut a sentence into the stretches that assert: clauses, and in them a stretch for each number."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from muster.claims.languages import Rules
from muster.claims.numbers import Number
from muster.claims.words import Words

LEAST = 4
"""A clause without a number that has fewer words asserts nothing that can be tested."""

_VERBS = (
    "finite",
    "say",
    "rise",
    "fall",
    "event",
    "sale",
    "arrest",
    "forecast",
    "opinion",
    "publish",
    "negation",
    "multiples",
    "verbish",
)

_HARD = frozenset(";:")
_DASHES = frozenset("—–")


@dataclass(frozen=True, slots=True)
class Clause:
    """Words `first` up to `last`. opening: main, relative, kept (contrast, cause) or dropped (purpose, condition)."""

    first: int
    last: int
    opening: str


def clauses(words: Words, first: int, last: int, lang: Rules) -> list[Clause]:
    """Cut words `first` to `last` at semicolons, colons, dashes, and commas before a relative word or conjunction."""
    found: list[Clause] = []
    begin, opening = first, "main"
    for at in range(first, last):
        following = ""
        key = words.keys[at]
        if 0 < at < len(words) - 1 and words.kinds[at - 1] == words.kinds[at + 1] == "number":
            continue
        if (key in _HARD and not words.glued(at + 1)) or (
            key in _DASHES and _spaced(words, at) and not lang.data.get("dash_is_verb")
        ):
            following = "main"
        elif key == ",":
            following = _opens(words, at + 1, last)
        if following and at > begin:
            found.append(Clause(begin, at, opening))
            begin, opening = at + 1, following
    if begin < last:
        found.append(Clause(begin, last, opening))
    return [clause for clause in found if clause.first < clause.last]


def pieces(words: Words, clause: Clause, found: list[Number]) -> list[tuple[int, int]]:
    """Return for each number of a clause its own words, cut at the last comma or conjunction before it."""
    if not found:
        return []
    cuts = [clause.first]
    for left, right in pairwise(found):
        begin = max(left.last, left.noun[1] if left.noun[1] <= right.first else left.last)
        cut = right.first
        if right.first > 0 and words.keys[right.first - 1] == "(":
            cut = (
                _name_before(words, right.first - 1, begin)
                if right.bare or right.size == "percent"
                else right.first - 1
            )
        else:
            for at in range(right.first - 1, begin - 1, -1):
                if (
                    words.keys[at] in ",;:"
                    or words.at("to", at)
                    or words.at("clause_kept", at)
                    or words.at("relative", at)
                ):
                    cut = at
                    break
            else:
                cut = min(
                    (n for n in range(max(begin, right.first - 4), right.first) if words.at("phrase_stops", n)),
                    default=cut,
                )
        cuts.append(max(cuts[-1], cut))
    spans = []
    for (start, end), number in zip(pairwise([*cuts, clause.last]), found, strict=True):
        begin = start
        if number is found[0] and number.bare and words.keys[number.first - 1] == "(":
            begin = _name_before(words, number.first - 1, start)
        stop = end
        if number.first > 0 and words.keys[number.first - 1] == "(" and number is not found[-1]:
            close = next((n for n in range(number.last, end) if words.keys[n] == ")"), None)
            stop = close + 1 if close is not None and number.bare else end
        follower = found[found.index(number) + 1] if number is not found[-1] else None
        if follower and words.keys[follower.first - 1] == "(" and follower.size == number.size == "money":
            close = next((n for n in range(follower.last, clause.last) if words.keys[n] == ")"), None)
            stop = close + 1 if close is not None else stop
        spans.append(trimmed(words, begin, stop))
    return spans


def trimmed(words: Words, first: int, last: int) -> tuple[int, int]:
    """Return a stretch without conjunctions at its beginning and without marks at either end."""
    while first < last and (
        (words.kinds[first] == "mark" and words.keys[first] not in '(«“„"$€£₴+~') or words.at("conjunctions", first)
    ):
        first += 1
    while last > first and words.kinds[last - 1] == "mark" and words.keys[last - 1] not in ')»”"%$€£+₴₽':
        last -= 1
    while last > first and words.at("conjunctions", last - 1):
        last -= 1
    opened = words.keys[first:last].count("(") - words.keys[first:last].count(")")
    if opened < 0 and words.keys[last - 1] == ")":
        last -= 1
    return first, last


def _name_before(words: Words, bracket: int, floor: int) -> int:
    """Return where the name before a bracket begins: behind the last comma or conjunction."""
    at = bracket
    while (
        at > floor and words.keys[at - 1] not in ",;:()" and not words.at("conjunctions", at - 1) and bracket - at < 5
    ):
        at -= 1
    return at


def _spaced(words: Words, at: int) -> bool:
    return not words.glued(at) and at + 1 < len(words) and not words.glued(at + 1)


def _opens(words: Words, at: int, last: int) -> str:
    """Say what sort of clause begins behind a comma, or "" when none does."""
    if at >= last:
        return ""
    for category in ("clause_kept", "relative", "clause_dropped"):
        match = words.at(category, at)
        if match and last - at > LEAST:
            if category == "clause_kept" and len(words.keys[match.first]) <= 3 and not _verbal(words, at, last):
                continue
            return category.removeprefix("clause_")
    if words.at("relative", at + 1) and len(words.keys[at]) <= 4 and not words.at("articles", at):
        return "relative"
    if words.at("that", at):
        return "main"
    if words.at("superlatives", at) or (words.at("articles", at) and words.at("superlatives", at + 1)):
        return "relative"
    return "main" if words.at("pronouns", at) and _verbal(words, at, last) else ""


def _verbal(words: Words, first: int, last: int) -> bool:
    """Say whether a verb stands before the next comma."""
    return verbal(words, first, next((n for n in range(first + 1, last) if words.keys[n] in ",;"), last))


def verbal(words: Words, first: int, last: int) -> bool:
    """Say whether words hold something that is a verb by the lists of their language."""
    return any(words.any(name, first, last) for name in _VERBS)


def is_address(words: Words) -> bool:
    """Say whether words are an address or a notice; a street or square is one only with its number."""
    return any(
        not str(match.value).startswith("*") or (match.last < len(words) and words.kinds[match.last] == "number")
        for match in words.all("no_sentence")
    )
