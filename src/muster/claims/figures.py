"""Read one number where it begins: figures by the marks of the language, number words, fractions, scale, currency."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, cast

from text_to_num import text2num

from muster.claims.languages import Rules, rules
from muster.claims.words import Match, Words
from muster.model import Comparator

_PARTS = (3, 4, 5, 6, 7, 8, 9, 10, 20, 100)
_ONE_IN = (12, 15, 25, 30, 40, 50)
"""Wholes of which a part is told as "six in ten", "one in 50"; of others it is a count of so many."""

Sort = Literal["digits", "words", "one", "vague", "fraction", "ratio"]


@dataclass(frozen=True, slots=True)
class Core:
    first: int
    last: int
    value: float
    sort: Sort
    comparator: Comparator = "eq"
    scaled: float = 1.0
    currency: str = ""
    percent: str = ""
    year: bool = False


def core_at(words: Words, at: int, lang: Rules) -> Core | None:
    """Read the number that begins at a word, with its scale, percent sign and currency."""
    money = words.at("currencies", at)
    start = money.last if money and money.last < len(words) and words.kinds[money.last] == "number" else at
    if fraction := words.at("fractions", at):
        if not any(m.first <= at < m.last for m in words.all("fraction_stops")):
            value = cast("tuple[Comparator, float]", fraction.value)
            return Core(at, fraction.last, float(value[1]), "fraction", value[0])
        return None
    core = _ratio(words, at, lang) if start == at else None
    if core:
        return core
    if rough := words.at("vague", start):
        return _with_money(words, Core(at, rough.last, float(rough.value), "vague", "ge"), money, start > at)
    if few := words.at("few", start):
        scale = words.at("scales", past(words, few.last, ("scale_between",)))
        if scale:
            found = Core(at, scale.last, 2.0 * float(scale.value), "vague", "ge")
            return _with_money(words, found, money, start > at)
        many = words.at("vague", few.last)
        if many:
            low = float(many.value) * (2 if many.value >= 100 else 1)
            return _with_money(words, Core(at, many.last, low, "vague", "ge"), money, start > at)
        return None
    if rough := words.at("approximates", start):
        core = Core(at, rough.last, float(rough.value), "words", "approx")
    elif words.kinds[start] == "number":
        figure = _figure(words, start, lang)
        year = bool(re.fullmatch(r"(?:1[5-9]|20)\d\d", words.texts[start])) and start == at
        core = Core(at, start + 1, figure, "digits", year=year) if figure is not None else None
    else:
        core = _in_words(words, start, lang)
    return _with_money(words, _grouped(words, _scaled(words, core), lang), money, start > at) if core else None


def _ratio(words: Words, at: int, lang: Rules) -> Core | None:
    """Read "six in 10", "two out of three", "jeder fünfte" as a share."""
    few = _small(words, at, lang)
    behind = words.at("items", few[1]) if few else None
    out = words.at("out_of", behind.last if behind else few[1]) if few else None
    many = _small(words, out.last, lang) if out else None
    if few is None or many is None or not 0 < few[0] < many[0] <= 100 or many[0] < 3:
        return None
    if (
        words.at("percent", many[1])
        or words.at("scales", many[1])
        or not (many[0] in _PARTS or (few[0] == 1 and many[0] in _ONE_IN))
    ):
        return None
    return Core(at, many[1], round(few[0] / many[0], 3), "ratio", "approx")


def _small(words: Words, at: int, lang: Rules) -> tuple[float, int] | None:
    if at >= len(words):
        return None
    if words.kinds[at] == "number":
        value = _figure(words, at, lang)
        return (value, at + 1) if value is not None else None
    article = words.at("articles_before_scale", at)
    match = words.at("cardinals", article.last if article else at) or words.at("cardinals", at)
    return (float(match.value), match.last) if match else None


def _in_words(words: Words, at: int, lang: Rules) -> Core | None:
    """Read a number written in words, "two hundred and six", "deux cent six"; or glued as in German."""
    article = words.at("articles_before_scale", at)
    if article and words.at("scales", article.last):
        return Core(at, article.last, 1.0, "words")
    total = current = 0.0
    here, last, count = at, at, 0
    only_one = True
    while here < len(words):
        match = words.at("cardinals", here)
        if match is None:
            joiner = words.at("number_joiners", here) if count else None
            if joiner and words.at("cardinals", joiner.last) and _may_join(words, here, lang):
                here = joiner.last
                continue
            break
        value = float(match.value)
        only_one = only_one and words.at("one", here) is not None
        if value == 100 and current:
            current *= 100
        elif value >= 1000:
            total += max(current, 1.0) * value
            current = 0.0
        elif current and not (
            value < 100
            and (current % 100 == 0 or (value < 20 and current % 100 >= 20) or (current % 100 == 10 and value < 10))
        ):
            break
        else:
            current += value
        count, here, last = count + 1, match.last, match.last
    if count:
        return Core(at, last, total + current, "one" if only_one and count == 1 else "words")
    return _glued(words, at, lang)


def _may_join(words: Words, at: int, lang: Rules) -> bool:
    """Between number words "and" joins after hundreds and tens only; a hyphen must touch both sides."""
    if words.keys[at] == "-":
        return words.glued(at) and words.glued(at + 1)
    before = words.ending("cardinals", at)
    after = words.at("cardinals", at + 1)
    if before is None or after is None:
        return False
    return before.value >= 20 and after.value < before.value and (before.value >= 100 or lang.code != "en")


def _glued(words: Words, at: int, lang: Rules) -> Core | None:
    if (
        not lang.data.get("glued_numbers")
        or at >= len(words)
        or len(words.keys[at]) < 6
        or not _glued_pattern(lang.code).fullmatch(words.keys[at])
    ):
        return None
    try:
        return Core(at, at + 1, float(text2num(words.keys[at], lang.code)), "words")
    except ValueError:
        return None


@cache
def _glued_pattern(code: str) -> re.Pattern[str]:
    pieces = [re.escape(w) for w in rules(code).data["cardinals"] if " " not in w]
    pieces += [re.escape(w) for w in rules(code).data["number_joiners"]]
    return re.compile(rf"(?:{'|'.join(sorted(pieces, key=len, reverse=True))}){{2,12}}")


def _scaled(words: Words, core: Core) -> Core:
    here = past(words, core.last, ("scale_between",))
    scale = words.at("scales", here) or words.at("scales", core.last)
    if scale is None and core.last < len(words) and words.keys[core.last] == "-" and words.glued(core.last):
        scale = words.at("scales", core.last + 1)
    before = 0.0
    while scale is not None:
        if len(words.keys[scale.first]) <= 2 and scale.last < len(words) and words.keys[scale.last] in "-–—":
            break
        factor = float(scale.value)
        if factor < before:  # "cuatro millones mil": a thousand more, and no thousand times as many
            core = replace(core, last=scale.last, value=core.value + factor, scaled=factor)
            break
        before = factor
        core = replace(
            core, last=scale.last, value=round(core.value * factor, 6), scaled=core.scaled * factor, year=False
        )
        if core.sort == "one":
            core = replace(core, sort="words")
        scale = words.at("scales", scale.last)
    if (half := words.at("and_a_half", core.last)) and core.sort in ("digits", "words"):
        core = replace(core, last=half.last, value=core.value + core.scaled / 2)
    return core


def _grouped(words: Words, core: Core, lang: Rules) -> Core:
    """Add the smaller groups that follow a scaled number in words: "two million, three hundred thousand and five"."""
    smallest = core.scaled
    while core.sort == "words" and smallest >= 1000:
        joiner = words.at("group_joiners", core.last)
        group = _in_words(words, joiner.last if joiner else core.last, lang)
        if group is None or not 0 < group.value < smallest:
            break
        scaled = _scaled(words, group)
        if not scaled.value < smallest:
            break
        core = replace(core, last=scaled.last, value=core.value + scaled.value, year=False)
        smallest = scaled.scaled
    return core


def _with_money(words: Words, core: Core, money: Match | None, before: bool) -> Core:
    """Add what follows: a percent sign, percentage points, or a currency; or the currency that stood before."""
    for category in ("points", "percent"):
        if match := words.at(category, core.last):
            return replace(core, last=match.last, percent=category, year=False)
    after = words.at("currencies", core.last)
    if before and money is not None:
        own = str(money.value)
        return replace(core, last=after.last if after and after.value == own else core.last, currency=own, year=False)
    if after is None and words.at("scale_between", core.last):
        after = words.at("currencies", core.last + 1)
    if after is None and core.last < len(words) and words.keys[core.last] in ("of", "-"):
        after = words.at("currencies", core.last + 1)
    if after:
        return replace(core, last=after.last, currency=str(after.value), year=False)
    return core


def past(words: Words, at: int, categories: tuple[str, ...]) -> int:
    for category in categories:
        while match := words.at(category, at):
            at = match.last
    return at


def _figure(words: Words, at: int, lang: Rules) -> float | None:
    """Read figures by the marks of the language: 3,500 is more than 3,000 in one, under 4 in another."""
    plain = re.sub(r"[\s\u00a0\u202f\u2009'’]", "", words.texts[at])
    decimal = lang.decimal
    thousands = "," if decimal == "." else "."
    if thousands in plain:
        parts = plain.split(decimal)[0].split(thousands)
        if all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3:
            plain = plain.replace(thousands, "")
        elif len(parts) == 2 and decimal not in plain:
            plain = plain.replace(thousands, decimal)
        else:
            return None
    if decimal in plain and decimal == lang.data.get("thousands_also"):
        whole, _, rest = plain.partition(decimal)
        if len(rest) == 3 and whole != "0" and words.at("items", at + 1):
            plain = whole + rest
    try:
        return round(float(plain.replace(decimal, ".")), 6)
    except ValueError:
        return None
