"""What sort of claim some words make: that of a number, or opinion, forecast, absence, rank, trend, date, report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from muster.claims.clauses import LEAST, Clause, verbal
from muster.claims.languages import Rules
from muster.claims.numbers import Number
from muster.claims.words import Words
from muster.model import Comparator

Measure = Literal["count", "share", "amount", "rate", "presence", "other"]

MASSES = frozenset({"kg", "tonnes", "grams"})
SPANS = frozenset({"years", "months", "weeks", "days", "hours", "minutes", "km", "miles", "metres", "times"})
SALES = frozenset({"transactions", "orders", "sales", "deals"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before its words are quoted: words `first` to `last`, sort, value."""

    first: int
    last: int
    kind: str
    number: Number | None = None
    measure: Measure = "other"
    comparator: Comparator = "none"
    value: float | tuple[float, float] | None = None
    unit: str = ""
    item: str = ""
    source: bool = False


def of_number(words: Words, first: int, last: int, clause: Clause, number: Number, beside: list[Number]) -> Draft:
    """Return the claim that a number makes in its clause."""
    value, comparator = number.value, number.comparator
    if (left := _fell_to(words, clause, number)) is not None:
        return Draft(first, last, "trend", number, "rate", comparator, left, "share")
    if number.size in ("percent", "points", "share"):
        sign = _change(words, clause, number, beside)
        if sign:
            signed = tuple(sign * v for v in value) if isinstance(value, tuple) else sign * value
            if isinstance(signed, tuple) and sign < 0:
                signed = (signed[1], signed[0])
            return Draft(first, last, "trend", number, "rate", comparator, signed, number.unit)  # type: ignore[arg-type]
        return Draft(first, last, "share", number, "share", comparator, value, number.unit)
    if number.item == "times" and not isinstance(value, tuple) and value > 1:
        up = words.any("rise", clause.first, clause.last)
        if up or words.any("fall", clause.first, clause.last):
            change = _percent(value, grew=up is not None)
            return Draft(first, last, "trend", number, "rate", comparator, change, "percent")
    if number.size == "money":
        return Draft(first, last, "money", number, "amount", comparator, value, number.unit)
    kind = "transactions" if number.item in SALES else "count"
    measure: Measure = "amount" if number.unit in MASSES else "other" if number.unit in SPANS else "count"
    return Draft(first, last, kind, number, measure, comparator, value, number.unit, number.item)


def _fell_to(words: Words, clause: Clause, number: Number) -> float | None:
    """Return a fall to a fraction as a change ("were reduced to a quarter": -0.75), or None."""
    if number.sort != "fraction" or isinstance(number.value, tuple) or number.value >= 1:
        return None
    end = number.last >= clause.last or words.kinds[number.last] == "mark" or words.at("phrase_stops", number.last)
    if end and words.any("fall", clause.first, number.first) and words.ending("reaches", number.first):
        return round(number.value - 1, 3)
    return None


def of_words(
    words: Words, clause: Clause, *, alone: bool, quoted: bool, reported: bool, lang: Rules
) -> Iterator[Draft]:
    """Yield what a clause without numbers asserts, if it does."""
    first, last = clause.first, clause.last
    size = sum(kind != "mark" for kind in words.kinds[first:last])
    if size < LEAST - alone or (clause.opening == "dropped" and not alone):
        return
    if alone and size == LEAST - 1 and words.any("opinion", first, last):
        yield Draft(first, last, "opinion")
        return
    letters = sum(len(words.keys[n]) for n in range(first, last))
    factor = words.any("ratios", first, last) or words.any("multiples", first, last)
    if alone and size >= LEAST - 1 and words.any("zero", first, last) and words.any("items", first, last):
        factor = words.any("zero", first, last)
    if not factor and (
        size < LEAST
        or (size == LEAST and letters < 24 and not (alone and words.any("forecast", first, last)))
        or (not alone and clause.opening != "main" and size < LEAST + 1)
    ):
        return
    if (
        not verbal(words, first, last)
        and not factor
        and not words.any("superlatives", first, last)
        and (not alone or size < 7)
    ):
        return
    yield _of_words(words, first, last, quoted=quoted, reported=reported, lang=lang)


def _of_words(words: Words, first: int, last: int, *, quoted: bool, reported: bool, lang: Rules) -> Draft:
    judged, coming = words.any("opinion", first, last), words.any("forecast", first, last)
    planned = judged and coming and words.at("forecast", judged.first)
    if judged and not (planned and planned.last > judged.last):
        return Draft(first, last, "opinion")
    if coming and not words.any("zero", first, last):
        return Draft(first, last, "forecast")
    absent = words.any("zero", first, last)
    if absent and reported and not quoted:
        return Draft(first, last, "attribution", measure="presence", comparator="eq", value=0.0)
    if absent:
        return Draft(first, last, "quote" if quoted else "existence", measure="presence", comparator="eq", value=0.0)
    rank = 0 if quoted else _rank(words, first, last)
    if rank:
        return Draft(first, last, "comparison", comparator="eq", value=float(rank), unit="rank")
    if ratio := words.any("ratios", first, last):
        times = float(ratio.value)
        return (
            Draft(first, last, "comparison", None, "rate", "eq", times, "times")
            if times >= 1
            else Draft(first, last, "comparison", None, "rate", "approx", times, "share")
        )
    if many := words.any("multiples", first, last):
        grew = words.any("fall", first, last) is None
        near = words.ending("before", many.first)
        sign: Comparator = "approx" if near and near.value == "approx" else "eq"
        return Draft(first, last, "trend", None, "rate", sign, _percent(float(many.value), grew=grew), "percent")
    if quoted:
        return Draft(first, last, "quote")
    if words.any("rise", first, last):
        return Draft(first, last, "trend", comparator="gt")
    if words.any("fall", first, last):
        return Draft(first, last, "trend", comparator="lt")
    if words.any("comparatives", first, last):
        return Draft(first, last, "comparison", comparator="gt")
    if reported:
        return Draft(first, last, "attribution", measure="presence")
    if _dated(words, first, last):
        return Draft(first, last, "date", comparator="eq")
    if words.any("negation", first, last):
        return Draft(first, last, "existence", measure="presence", comparator="eq", value=0.0)
    return Draft(first, last, "existence", measure="presence")


def _percent(times: float, *, grew: bool) -> float:
    """Return a change by a factor in percent: tripled is +200, fell to a quarter is -75."""
    return round((times - 1) * 100 if grew else (1 / times - 1) * 100, 6)


def _of_factor(words: Words, clause: Clause, found: list[Number]) -> Iterator[Draft]:
    """Yield a change or comparison by a factor beside numbers ("tripled to 900", "1,500, twice the price")."""
    many = words.any("multiples", clause.first, found[0].first)
    if many and found[0].size == "count" and (fell := words.any("fall", clause.first, found[0].first)) is None:
        change = _percent(float(many.value), grew=fell is None)
        last = found[0].first
        while last > many.last and (words.kinds[last - 1] == "mark" or words.at("phrase_stops", last - 1)):
            last -= 1
        near = words.ending("before", many.first)
        sign: Comparator = "approx" if near and near.value == "approx" else "eq"
        yield Draft(clause.first, last, "trend", None, "rate", sign, change, "percent")
    ratio = words.any("ratios", found[-1].last, clause.last)
    if ratio and found[-1].size in ("count", "money"):
        begin = next(
            (n + 1 for n in range(ratio.first, found[-1].last - 1, -1) if words.keys[n] in ",;–—"), ratio.first
        )
        times = float(ratio.value)
        unit = "times" if times >= 1 else "share"
        yield Draft(begin, clause.last, "comparison", None, "rate", "eq" if times >= 1 else "approx", times, unit)


def of_rank(words: Words, clause: Clause, found: list[Number]) -> Iterator[Draft]:
    """Yield the factor and the rank that a clause with numbers names beside them ("312, the most ever")."""
    yield from _of_factor(words, clause, found)
    if any(n.size not in ("percent", "share") for n in found):
        last = found[-1].last
        comma = next((n for n in range(last, min(last + 6, clause.last)) if words.keys[n] in ",–—"), None)
        match = words.any("superlatives", comma, clause.last) if comma else None
        if comma and match and match.first - comma <= 3:
            yield Draft(comma + 1, clause.last, "comparison", comparator="eq", value=1.0, unit="rank")
        return
    for category in ("ordinal_ranks", "rank_before", "superlatives"):
        match = words.any(category, clause.first, clause.last)
        rank = _rank(words, clause.first, clause.last)
        if match and rank:
            before = match.first < found[0].first
            first, last = (
                (clause.first, found[0].first)
                if before
                else (match.first - (match.first > found[-1].last), clause.last)
            )
            yield Draft(first, last, "comparison", comparator="eq", value=float(rank), unit="rank")
            return


def _rank(words: Words, first: int, last: int) -> int:
    if match := words.any("ordinal_ranks", first, last):
        return int(match.value)
    for place in words.all("ordinals", first, last):
        if words.at("ranked", place.last) or words.at("superlatives", place.last):
            return int(place.value)
    for before in words.all("rank_before", first, last):
        if before.last < last and (named := words.at("cardinals", before.last)) and 0 < named.value < 100:
            return int(named.value)
        if before.last < last and words.kinds[before.last] == "number" and words.texts[before.last].isdigit():
            return min(int(words.texts[before.last]), 10_000) if len(words.texts[before.last]) <= 5 else 0
    return 1 if words.any("superlatives", first, last) else 0


def _dated(words: Words, first: int, last: int) -> bool:
    """Say whether an event and its date are the point."""
    if not words.any("event", first, last):
        return False
    if words.any("months", first, last) or words.any("relative_years", first, last):
        return True
    return any(
        (words.kinds[n] == "date" or (len(words.texts[n]) == 4 and words.texts[n].isdigit()))
        and not words.ending("date_for", n)
        for n in range(first, last)
    )


def _change(words: Words, clause: Clause, number: Number, beside: list[Number]) -> int:
    """Return 1 or -1 where a share is a change ("rose by 23%", "9% less"), 0 where it is a level."""
    if any(n.size == number.size and words.ending("reaches", n.first) for n in beside):
        return 0
    for at in range(number.last, min(number.last + 2, clause.last)):
        if words.at("less", at):
            return -1
        if words.at("more", at):
            return 1
    if words.ending("less", number.first):
        return -1
    if words.ending("more", number.first):
        return 1
    if number.size == "share" and number.sort != "fraction":
        return 0
    signs = [(m, 1) for m in words.all("rise", clause.first, clause.last)]
    signs += [(m, -1) for m in words.all("fall", clause.first, clause.last)]
    if not signs:
        return 0
    nearest = min(signs, key=lambda s: min(abs(s[0].first - number.last), abs(number.first - s[0].last)))
    return nearest[1]
