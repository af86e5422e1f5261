"""Find the numbers among the words of a sentence: value, comparator, unit and sort, as its language writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, cast

from muster.claims.figures import Core, Sort, core_at, past
from muster.claims.languages import Rules, is_name, unit_of
from muster.claims.words import Words
from muster.model import Comparator

NOUN_WITHIN = 7
"""How many words after a number the noun that it counts is looked for."""

Size = Literal["count", "percent", "points", "share", "money", "times"]

_STOPS = frozenset('.,;:!?()«»“”„"—–/|')
_DASHES = frozenset("-–—")
_CLOSED = (
    "articles", "phrase_stops", "finite", "relative", "clause_kept", "clause_dropped", "months", "say", "rise", "fall",
    "to", "pronouns", "of_them", "weekdays", "not_nouns", "less", "more", "series", "say_gap", "negation", "verbish",
)  # fmt: skip
"""Lists whose words are no nouns."""

_DURATIONS = frozenset({"years", "months", "weeks", "days", "hours", "minutes"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written. first, last: its words with comparator and unit; noun: the words that it counts.

    bare: no noun stands by it, so it counts what was counted before.
    """

    first: int
    last: int
    value: float | tuple[float, float]
    comparator: Comparator
    size: Size
    sort: Sort
    unit: str = ""
    item: str = ""
    noun: tuple[int, int] = (0, 0)
    bare: bool = False


def numbers(words: Words, lang: Rules) -> list[Number]:
    """Return the numbers of a sentence in order; years, dates, ages, models and numbers of things are none.

    >>> from muster.claims.languages import rules
    >>> words = rules("en").lexicon.read("more than 500 missiles for $3bn", 0)
    >>> [(n.value, n.comparator, n.unit) for n in numbers(words, rules("en"))]
    [(500.0, 'gt', 'missiles'), (3000000000.0, 'eq', 'USD')]
    """
    if words.numbers is not None:
        return words.numbers
    found: list[Number] = []
    at = 0
    while at < len(words):
        core = core_at(words, at, lang)
        if core is None:
            at += 1
            continue
        at = max(core.last, at + 1)
        if not math.isfinite(core.value) or _is_label(words, core, lang):
            continue
        number = _number(words, core, lang)
        if number is not None:
            found.append(number)
            at = max(at, number.last if number.comparator == "between" or number.sort == "ratio" else at)
    words.numbers = _shared(words, found)
    return words.numbers


def _shared(words: Words, found: list[Number]) -> list[Number]:
    """Give "from 120 to 70 thousand roubles" one unit: a bare number takes that of the next, if "to" joins them."""
    out = list(found)
    for at in range(len(found) - 2, -1, -1):
        left, right = found[at], out[at + 1]
        between = right.first - left.last
        moved = any(words.at(name, n) for n in range(left.last, right.first + 1) for name in ("up_to", "reaches"))
        if left.bare and left.size == "count" and right.size in ("money", "percent") and moved and between <= 1:
            out[at] = replace(left, size=right.size, unit=right.unit, bare=False)
    return out


def _number(words: Words, core: Core, lang: Rules) -> Number | None:
    low, core = _ranged(words, core, lang)
    first, comparator = _compared(words, core, lang)
    value: float | tuple[float, float] = core.value
    if low is not None:
        value, comparator = (low, core.value), "between"
    last = core.last
    if (after := words.at("after", last)) and comparator == "eq":
        comparator, last = cast(Comparator, after.value), after.last
    if exact := _exact_behind(words, core, lang):
        return replace(exact, first=first)
    if core.percent:
        return Number(first, last, value, comparator, "percent" if core.percent == "percent" else "points", core.sort,
                      "percent" if core.percent == "percent" else "percentage points")  # fmt: skip
    if core.sort in ("fraction", "ratio"):
        return Number(first, last, value, comparator, "share", core.sort, "share")
    if core.currency:
        return Number(first, last, value, comparator, "money", core.sort, core.currency)
    return _counted(words, Number(first, last, value, comparator, "count", core.sort), core, lang)


def _counted(words: Words, number: Number, core: Core, lang: Rules) -> Number | None:
    """Add the noun that a number counts, or leave it bare where one may be understood."""
    item = _noun(words, number.last, lang)
    if core.year and (item is None or item[1] > core.last + 1 or words.ending("year_in", core.first)):
        return None
    if core.year and number.comparator == "eq" and 1900 <= core.value < 2040 and core.value % 100:
        return None
    definite = core.first > 0 and words.at("articles", core.first - 1) is not None and number.first == core.first
    if definite and number.sort == "words" and core.value < 13:
        return None
    if item is None:
        other = _other_noun(words, number.last, lang)
        if other and number.sort != "one" and not core.year:
            return replace(number, unit=words.keys[other], item=words.keys[other], noun=(other, other + 1))
        if words.at("collectives", core.first):
            return replace(number, unit="persons", item="persons")
        return replace(number, bare=True) if number.sort != "one" else None
    name, begin, end = item
    if name in _DURATIONS and (core.year or not words.any("lasting") or _near(words, "free_before", begin, 4)):
        return None
    if (name in _DURATIONS and words.at("free_after", end)) or (
        name == "times" and number.sort != "digits" and not words.any("rise") and not words.any("fall")
    ):
        return None
    if number.sort == "one" and (begin > number.last + 1 or unit_of(name) != "persons" or not words.any("arrest")):
        return None
    return replace(number, unit=unit_of(name), item=name, noun=(begin, end))


def _noun(words: Words, at: int, lang: Rules) -> tuple[str, int, int] | None:
    best: tuple[str, int, int] | None = None
    for here in range(at, min(len(words), at + NOUN_WITHIN)):
        if words.keys[here] in _STOPS and not (words.keys[here] in '«“"„' or (here == at and words.keys[here] == ".")):
            break
        if here > at and (words.kinds[here] == "number" or words.at("relative", here)):
            break
        if here > at and words.at("to", here) and not words.glued(here):
            break
        if here > at and words.at("finite", here) and not words.at("items", here):
            break
        if (match := words.at("items", here)) is not None:
            best = (str(match.value), match.first, match.last)
            deeper = words.at("items", match.last)
            if deeper and (best[0] == "items" or lang.data.get("head_last")):
                best = (str(deeper.value), match.first, deeper.last)
            break
    return best


def _other_noun(words: Words, at: int, lang: Rules) -> int | None:
    """Return the word after a number that may be a noun no list knows."""
    here = past(words, at, ("not_nouns",))
    if here >= len(words) or words.kinds[here] != "word" or len(words.keys[here]) < 4:
        return None
    if any(words.at(name, here) for name in _CLOSED) or words.glued(here):
        return None
    return here if words.texts[here][:1].isupper() == bool(lang.data.get("nouns_large")) else None


def _compared(words: Words, core: Core, lang: Rules) -> tuple[int, Comparator]:
    """Return where a number begins with its comparator, and which that is."""
    elided = core.first + 1 if core.sort == "fraction" and words.keys[core.first].endswith("'") else core.first
    for at in (core.first, elided, core.first - 1):
        if at < core.first and not (at > 0 and (words.at("articles", at) or words.at("located", at))):
            continue
        match = words.ending("before", at)
        if match is None:
            continue
        sign = cast(Comparator, match.value)
        if core.sort == "vague":
            return match.first, core.comparator
        if sign == "le" and match.last - match.first == 1 and (words.any("rise") or words.any("fall")):
            return match.first, core.comparator
        if core.sort == "fraction" and core.comparator == "gt":
            return match.first, "gt"
        return match.first, sign
    return core.first, core.comparator


def _ranged(words: Words, core: Core, lang: Rules) -> tuple[float | None, Core]:
    """Return the lower end and the upper number of "10–15", "between 10 and 15"; None where it is no range."""
    joiner = words.at("to", core.last)
    if joiner is None or core.sort not in ("digits", "words") or (core.year and core.value >= 1900):
        return None, core
    before = core.first - (core.first > 0 and words.at("articles", core.first - 1) is not None)
    opened = words.ending("between", core.first) or words.ending("between", before)
    opener = opened is not None and words.keys[opened.first] == str(lang.data["between"][0])
    if opened and not opener and not any(words.any(name) for name in ("rise", "fall", "multiples", "moves")):
        opener = words.at("up_to", joiner.first) is not None
    dash = words.keys[joiner.first] in _DASHES
    high = core_at(words, past(words, joiner.last, ("articles",)), lang)
    if high is None or high.sort not in ("digits", "words"):
        return None, core
    if not (dash or opener or _spans(words, core, high, joiner.first, lang)):
        return None, core
    low = core.value * (high.scaled if core.scaled == 1.0 else 1.0)
    if low >= high.value or (high.year and dash):
        return None, core
    merged = replace(
        high, first=core.first, currency=high.currency or core.currency, percent=high.percent or core.percent
    )
    return low, merged


def _spans(words: Words, core: Core, high: Core, joiner: int, lang: Rules) -> bool:
    """Say whether "1,500 to 2,000 euros" is a range: the unit stands behind the upper number, and nothing moved."""
    if not words.at("up_to", joiner) or core.currency or core.percent:
        return False
    if any(words.any(name) for name in ("rise", "fall", "moves")) or high.year:
        return False
    low = core.value * (high.scaled if core.scaled == 1.0 else 1.0)
    return 0 < low < high.value <= 20 * low and bool(high.currency or high.percent or _noun(words, high.last, lang))


def _exact_behind(words: Words, core: Core, lang: Rules) -> Number | None:
    """Read "nearly six in 10 (59 percent)" as the exact number in the brackets."""
    if core.sort not in ("fraction", "ratio"):
        return None
    for at in range(core.last, min(len(words) - 2, core.last + 4)):
        if words.keys[at] == "(":
            inner = core_at(words, at + 1, lang)
            if inner and inner.percent == "percent" and inner.last < len(words) and words.keys[inner.last] == ")":
                return Number(core.first, inner.last + 1, inner.value, "eq", "percent", "ratio", "percent")
            return None
    return None


def _is_label(words: Words, core: Core, lang: Rules) -> bool:
    """Say whether a number only names something: a model, an article of law, an age, a day, a place in a row."""
    first, last = core.first, core.last
    if core.currency or core.percent or core.sort in ("vague", "fraction", "ratio"):
        return False
    if words.ending("no_count_before", first) or words.at("no_count_after", last):
        return True
    if core.sort in ("digits", "words") and (words.at("months", last) or _dated(words, first, last)):
        return True
    if core.sort != "digits" or core.scaled > 1:
        return False
    if _in_code(words, first, last):
        return True
    if first > 1 and words.keys[first - 1] in _DASHES and words.glued(first) and words.glued(first - 1):
        return True
    if first > 0 and (words.kinds[first - 1] == "mixed" or is_name(words.texts[first - 1])):
        return True  # "two AK47 20 …", "three Glock 19 handguns"
    hyphen = last + 1 < len(words) and words.keys[last] == "-" and words.glued(last) and words.glued(last + 1)
    if hyphen and words.kinds[last + 1] != "number":
        return True
    if last < len(words) and words.keys[last] == "." and lang.code == "de" and words.at("months", last + 1):
        return True
    named = first > 1 and words.texts[first - 1][:1].isupper() and words.kinds[first - 1] == "word"
    if lang.code == "de" and (core.value >= 100 or _other_noun(words, last, lang)):
        return False
    return bool(named and _noun(words, last, lang) is None)


def _in_code(words: Words, first: int, last: int) -> bool:
    """Say whether a number is a part of something like "20/5213"."""
    before = first > 1 and words.keys[first - 1] == "/" and words.glued(first) and words.kinds[first - 2] == "number"
    behind = (
        last + 1 < len(words) and words.keys[last] == "/" and words.glued(last) and words.kinds[last + 1] == "number"
    )
    return before or behind


def _dated(words: Words, first: int, last: int) -> bool:
    """Say whether a month stands before a day, as in "April 10"."""
    return (
        words.ending("months", first) is not None and words.kinds[first] == "number" and _under(words.texts[first], 32)
    )


def _under(text: str, limit: int) -> bool:
    return text.isdigit() and len(text) <= 2 and int(text) < limit


def _near(words: Words, category: str, at: int, within: int) -> bool:
    return any(m.last <= at and at - m.last < within for m in words.all(category))
