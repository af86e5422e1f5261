"""Find the numbers of a sentence: value, comparator, unit and sort, in the conventions of its language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import cast

from text_to_num import text2num

from muster.claims.languages import Rules, any_of, rules, spread, words_pattern
from muster.model import ClaimType, Comparator

NOUN_WITHIN = 48
"""How many characters after a number the noun that it counts is looked for."""

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
_WORD = re.compile(r"\s*(?:d['’])?([^\W\d_]{3,30})(?!\w)")
_CLAUSE_END = re.compile(r"[.;:!?(),]\s|[;:!?()]|[.,]$")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: offsets of number with its comparator, and of the noun it counts (equal when none)."""

    start: int
    end: int
    value: float | tuple[float, float]
    comparator: Comparator
    unit: str
    type: ClaimType
    noun: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Core:
    start: int
    end: int
    value: float
    sort: str  # digits, words, vague, fraction
    comparator: Comparator = "eq"
    percent: bool = False
    currency: str = ""


def numbers(text: str, lang: Rules) -> list[Number]:
    """Return the numbers of a sentence in order; years, dates and bare figures are none.

    >>> from muster.claims.languages import rules
    >>> [(n.value, n.comparator, n.unit) for n in numbers("more than 500 missiles for 3 billion dollars", rules("en"))]
    [(500.0, 'gt', 'missiles'), (3000000000.0, 'eq', 'USD')]
    """
    cores = list(_cores(text, lang))
    found: list[Number] = []
    at = 0
    while at < len(cores):
        pair = at + 1 < len(cores) and _joined(text, cores[at], cores[at + 1], lang)
        number = _number(text, cores[at + 1] if pair else cores[at], cores[at] if pair else None, lang)
        if number is not None:
            found.append(number)
        at += 2 if pair else 1
    return found


def _cores(text: str, lang: Rules) -> Iterator[_Core]:
    dates = [m.span() for m in _dates(lang.code).finditer(text)]
    reached = -1
    for match in _pattern(lang.code).finditer(text):
        if match.start() < reached or any(a < match.end() and match.start() < b for a, b in dates):
            continue
        core = _core(match, lang)
        if core is not None:
            reached = core.end
            yield core


def _core(match: re.Match[str], lang: Rules) -> _Core | None:
    start, end = match.span()
    if match["fraction"]:
        for piece, (comparator, value) in lang.data["fractions"].items():
            if re.fullmatch(spread(piece), match["fraction"], re.IGNORECASE):
                return _Core(start, end, float(value), "fraction", comparator)
    if match["vague"]:
        words = " ".join(match["vague"].lower().split())
        value = lang.data["vague"][words]
        return _Core(start, end, float(value), "vague", "ge", currency=_currency(match, lang))
    written = _digits(match["digits"], lang) if match["digits"] else _words(match["words"] or "", lang)
    if written is None:
        return None
    scale = _listed(match["scale"], lang.data["scales"])
    value = written * float(scale or 1)
    sort = "words" if match["words"] else "digits"
    if sort == "digits" and not scale and _YEAR.match(match["digits"]) and not match["percent"]:
        return None
    return _Core(start, end, round(value, 6), sort, "eq", bool(match["percent"]), _currency(match, lang))


def _number(text: str, core: _Core, low: _Core | None, lang: Rules) -> Number | None:
    start, comparator = _compared(text, low or core, lang)
    value = (low.value, core.value) if low else core.value
    if low:
        comparator = "between"
    none = (core.end, core.end)
    if core.sort == "fraction":
        return Number(start, core.end, value, core.comparator, "share", "share", none)
    if core.percent:
        return Number(start, core.end, value, comparator, "percent", "share", none)
    if core.currency:
        return Number(start, core.end, value, comparator, core.currency, "money", none)
    unit, noun = _noun(text, core.end, lang)
    if not unit:
        return None
    sort: ClaimType = "transactions" if unit == "transactions" else "count"
    return Number(start, core.end, value, comparator, unit, sort, noun)


def _compared(text: str, core: _Core, lang: Rules) -> tuple[int, Comparator]:
    """Return where a number starts with its comparator, and which that is; "thousands" compare by themselves."""
    before = text[max(0, core.start - 30) : core.start]
    for comparator, pattern in _comparators(lang.code):
        match = pattern.search(before)
        if match:
            kept = core.comparator if core.sort in ("vague", "fraction") else comparator
            return core.start - len(before) + match.start(), kept
    return core.start, core.comparator


def _noun(text: str, end: int, lang: Rules) -> tuple[str, tuple[int, int]]:
    after = text[end : end + NOUN_WITHIN + 30]
    stop = _CLAUSE_END.search(after)
    after = after[: stop.start()] if stop else after
    match = lang.nouns.search(after)
    if match and match.start() <= NOUN_WITHIN:
        return lang.unit(match), (end + match.start(), end + match.end())
    word = _WORD.match(after)
    if word is None or lang["phrase_stops"].fullmatch(word[1]) or lang["not_units"].fullmatch(word[1]):
        return "", (end, end)
    return word[1].lower(), (end + word.start(1), end + word.end(1))


def _joined(text: str, low: _Core, high: _Core, lang: Rules) -> bool:
    if not (low.sort == high.sort == "digits") or low.value >= high.value or low.currency or low.percent:
        return False
    between = text[low.end : high.start].strip()
    before = text[max(0, low.start - 12) : low.start]
    if between in ("-", "–"):
        return True
    opened = words_pattern(lang.data["between"], after=r"\s*$").search(before)
    return bool(opened) and bool(lang["between_joiner"].fullmatch(between))


def _digits(written: str, lang: Rules) -> float | None:
    """Read figures; a separator of thousands that is not followed by three of them makes it no number."""
    decimal = lang.data["decimal"]
    plain = re.sub(r"[\s\u00a0\u202f]", "", written)
    thousands = "," if decimal == "." else "."
    if thousands in plain:
        parts = plain.split(decimal)[0].split(thousands)
        if any(len(part) != 3 for part in parts[1:]):
            return None
        plain = plain.replace(thousands, "")
    try:
        return float(plain.replace(decimal, "."))
    except ValueError:
        return None


def _words(written: str, lang: Rules) -> float | None:
    words = " ".join(written.lower().split())
    if not words or lang["not_a_number"].fullmatch(words):
        return None
    try:
        return float(text2num(words, lang.code))
    except ValueError:
        return None


def _currency(match: re.Match[str], lang: Rules) -> str:
    if match["symbol"]:
        return _SYMBOLS[match["symbol"]]
    return str(_listed(match["currency"], {p: c for c, ps in lang.data["currencies"].items() for p in ps}) or "")


def _listed(written: str | None, table: dict[str, object]) -> float | str | None:
    for piece, value in table.items() if written else ():
        if re.fullmatch(spread(piece), (written or "").strip(), re.IGNORECASE):
            return cast("float | str", value)
    return None


@cache
def _comparators(code: str) -> tuple[tuple[Comparator, re.Pattern[str]], ...]:
    return tuple(
        (cast(Comparator, name), words_pattern(entries, after=r"\s*(?:the\s|les\s|des\s|die\s)?$"))
        for name, entries in rules(code).data["comparators"].items()
    )


@cache
def _dates(code: str) -> re.Pattern[str]:
    """Return a pattern of days with their month, and of clock times."""
    months = any_of(rules(code).data["months"])
    return re.compile(
        rf"(?<!\w)(?:\d{{1,2}}(?:\.|er|st|nd|rd|th)?\s(?:{months})(?:,?\s\d{{4}})?|(?:{months})\s\d{{1,2}}(?:,?\s\d{{4}})?"
        r"|\d{1,2}:\d\d)(?!\w)", re.IGNORECASE,
    )  # fmt: skip


@cache
def _pattern(code: str) -> re.Pattern[str]:
    """Return the one pattern of numbers of a language; every repetition in it is bounded."""
    data = rules(code).data
    atoms = any_of(data["number_words"])
    joiner = spread(data["number_joiner"])
    words = rf"(?:{atoms})(?:[\s-](?:{joiner}[\s-])?(?:{atoms})){{0,8}}(?!\w|-\w)"
    if data.get("glued"):  # languages that write number words as one word
        words = rf"(?:{atoms}|{joiner}){{1,9}}(?!\w|-\w)"
    groups = re.escape(data["thousands"].replace(" ", "")) + (r"\s\u00a0\u202f")
    decimal = re.escape(data["decimal"])
    digits = rf"\d{{1,3}}(?:[{groups}]\d{{3}}(?!\d)){{1,5}}(?:{decimal}\d{{1,6}})?|\d{{1,15}}(?:{decimal}\d{{1,6}})?"
    currencies = any_of(piece for entries in data["currencies"].values() for piece in entries)
    gap = rf"(?:\s(?:{any_of(data['scale_between'])}))?"
    return re.compile(
        rf"(?<![\w])(?:(?P<fraction>{spread(any_of(data['fractions']))})(?!\w)|"
        rf"(?:(?P<vague>{spread(any_of(data['vague']))})(?!\w)|"
        rf"(?P<symbol>[$€£])?(?<![^\W\d]-)(?<![\d.,])(?:(?P<digits>{digits})(?!\w|-[^\W\d]|[.,]\d)|(?P<words>{words}))"
        rf"(?:{gap}[\s-](?P<scale>{spread(any_of(data['scales']))})(?!\w))?"
        rf"(?P<percent>\s?%|\s(?:{spread(any_of(data['percent']))})(?!\w))?)"
        rf"(?:{gap}\s(?:of\s)?(?P<currency>{spread(currencies)}|[$€£])(?!\w))?)",
        re.IGNORECASE,
    )
