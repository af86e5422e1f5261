"""Numbers whose noun is not said again: "up from nine", "of these, 12 were found", "the answer is 40"."""

from __future__ import annotations

from dataclasses import replace

from muster.claims.kinds import SPANS
from muster.claims.languages import unit_of
from muster.claims.numbers import Number
from muster.claims.words import Words

Counted = tuple[str, str]
"""What was counted last: the item and its unit, both "" when nothing was."""


def understood(words: Words, number: Number, before: Counted, first: int, fresh: bool) -> Number | None:
    """Give a bare number what was counted before it, if its words say that it counts at all; pieces are what was."""
    if number.unit == "items" and before[1] == "weapons":
        return replace(number, unit="weapons")
    if not number.bare:
        return number
    near = [n for n in (number.first - 1, number.first) if n >= 0]
    bracket = words.keys[near[0]] == "(" and number.last < len(words) and words.keys[number.last] in ")-"
    linked = (
        number.comparator != "eq"
        or words.at("of_them", number.last) is not None
        or any(words.at("series", n) for n in near)
    )
    if not (bracket or linked or _alone(words, number, first)) or (number.sort == "words" and bracket and not linked):
        return None
    named = [m for m in words.all("items", first, number.first) if m.value != "countries" and m.value not in SPANS]
    if named and (bracket or not fresh):
        item = str(named[0].value)
        return replace(number, item=item, unit=unit_of(item))
    return replace(number, item=before[0], unit=before[1]) if before[1] else None


def _alone(words: Words, number: Number, first: int) -> bool:
    """Say whether a bare number stands for what was counted before: nothing follows that it could count or name."""
    if number.size != "count" or (isinstance(number.value, float) and not 2 <= number.value < 1e12):
        return False
    behind_verb = any(words.ending(name, number.first) for name in ("finite", "verbish", "series", "of_them", "say"))
    scaled = not isinstance(number.value, tuple) and number.value >= 1000
    if number.sort == "words" and number.first != first and not behind_verb and not scaled:
        return False
    if number.last >= len(words) or words.keys[number.last] in ".;!?,)—–":
        return True
    return any(
        words.at(name, number.last)
        for name in ("phrase_stops", "finite", "say", "relative", "not_nouns", "conjunctions")
    )


def asked(words: Words, before: Counted) -> Counted:
    """Return what a question asks the number of, else what was counted before; the answer need not name it again."""
    for match in words.all("items"):
        if match.value not in SPANS and match.value != "countries":
            return str(match.value), unit_of(str(match.value))
    return before
