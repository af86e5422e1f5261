"""The parts of a claim: how many of what, from where, on sale, in which place; and the days it speaks of."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from muster.claims.languages import Rules, any_of, rules, spread
from muster.claims.numbers import Number
from muster.model import Facet

ORIGIN = 90
"""Longest origin, in characters."""

_STOP = re.compile(r"[.,;:!?()»«”“\"]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its normalised name, where it stands, and whether a word such as "there" points back to one."""

    name: str = ""
    start: int = 0
    end: int = 0
    points_back: bool = False


def facets_of(quote: str, start: int, number: Number | None, lang: Rules) -> tuple[Facet, ...]:
    """Return the assertions that a claim joins, in text order.

    number: offsets relative to the quote. start: where the quote begins in the text.
    """
    spans: list[tuple[str, int, int]] = []
    if number:
        spans.append(("quantity", number.start, number.end))
    item = number.noun if number and number.noun[0] < number.noun[1] else _noun(quote, lang) if not number else (0, 0)
    spans.append(("item", *item))
    spans.append(("origin", *_origin(quote, lang)))
    sale = lang["sale"].search(quote)
    spans.append(("offer", *(sale.span() if sale else (0, 0))))
    place = place_of(quote, lang, "")
    spans.append(("place", place.start, place.end))
    kept = sorted((s for s in spans if 0 <= s[1] < s[2] <= len(quote)), key=lambda s: (s[1], s[2]))
    return tuple(Facet(kind, quote[a:b], start + a, start + b) for kind, a, b in kept)  # type: ignore[arg-type]


def place_of(words: str, lang: Rules, before: str) -> Place:
    """Return the place of a sentence: the internet, a market named after "on", or what "there" points back to.

    >>> place_of("two pistols were offered on Bazaar in March", rules("en"), "").name
    'Bazaar'
    """
    for name, pattern in _places(lang.code):
        match = pattern.search(words)
        if match:
            return Place(name, *match.span())
    match = _market(lang.code).search(words) if lang["sale"].search(words) or lang.nouns.search(words) else None
    if match:
        return Place(match["name"], *match.span())
    there = lang["there"].search(words)
    return Place(before, *there.span(), points_back=True) if there and before else Place()


def period_of(words: str, published: date | None, lang: Rules) -> str:
    """Return the ISO day, month or year that a claim speaks of, or ""; relative ones need the article's date.

    >>> period_of("offered in April", date(2014, 4, 10), rules("en")), period_of("last year", None, rules("en"))
    ('2014-04', '')
    """
    match = _period(lang.code).search(words)
    if match is None:
        return ""
    if match["last_year"]:
        return str(published.year - 1) if published else ""
    if match["only_year"]:
        return match["only_year"]
    month = _month(match["month"], lang)
    if match["day"] and match["year"] and 1 <= int(match["day"]) <= calendar.monthrange(int(match["year"]), month)[1]:
        return f"{match['year']}-{month:02d}-{int(match['day']):02d}"
    if match["year"]:
        return f"{match['year']}-{month:02d}"
    if published is None:
        return ""
    return f"{published.year - (month > published.month)}-{month:02d}"


def date_in(text: str, lang: Rules) -> date | None:
    """Return the first full date of a text.

    >>> date_in("Jeudi, 9 juin, 2022 - 12:24", rules("fr"))
    datetime.date(2022, 6, 9)
    """
    for match in _full_date(lang.code).finditer(text):
        day, year = int(match["day"] or match["day2"]), int(match["year"])
        month = _month(match["month"] or match["month2"], lang)
        if 1 <= day <= calendar.monthrange(year, month)[1]:
            return date(year, month, day)
    return None


def _noun(quote: str, lang: Rules) -> tuple[int, int]:
    match = lang.nouns.search(quote)
    return match.span() if match else (0, 0)


def _origin(quote: str, lang: Rules) -> tuple[int, int]:
    """Return where the words of origin stand: from "sent by" up to the verb or the next punctuation."""
    match = lang["origin"].search(quote)
    if match is None:
        return 0, 0
    rest = quote[match.end() : match.end() + ORIGIN]
    stops = [found.start() for found in (_STOP.search(rest), lang["origin_stop"].search(rest)) if found]
    end = match.end() + min([*stops, len(rest)])
    return match.start(), match.start() + len(quote[match.start() : end].rstrip())


def _month(word: str, lang: Rules) -> int:
    names = lang.data["months"]
    return 1 + next(at for at, name in enumerate(names) if re.fullmatch(name, word, re.IGNORECASE))


@cache
def _places(code: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = rules(code).data["places"]
    return tuple(
        (name, re.compile(rf"(?<!\w)(?:{spread(any_of(entries))})(?!\w)", re.IGNORECASE))
        for name, entries in table.items()
    )


@cache
def _market(code: str) -> re.Pattern[str]:
    data = rules(code).data
    days = any_of(data["months"] + data["weekdays"])
    name = r"[A-ZÀ-ÖØ-Þ][\w’'-]*(?:\s[A-ZÀ-ÖØ-Þ][\w’'-]*){0,3}"
    return re.compile(rf"(?<!\w)(?i:{spread(any_of(data['market_before']))})\s(?!(?i:{days})(?!\w))(?P<name>{name})")


@cache
def _period(code: str) -> re.Pattern[str]:
    data = rules(code).data
    months, month_in = any_of(data["months"]), any_of(data["month_in"])
    last = rf"(?:\s{data['month_last']})?" if data["month_last"] else ""
    lead = rf"(?:(?:{month_in})\s|(?P<day>\d{{1,2}})(?:er|\.|st|nd|rd|th)?\s)"
    alone = rf"|(?P<bare>(?P<month_bare>{months})\s{data['month_last']})" if data["month_last"] else ""
    del alone
    return re.compile(
        rf"(?<!\w)(?:{lead}(?P<month>{months})(?!\w)(?:,?\s(?P<year>(?:1[5-9]|20)\d\d)(?!\w)|{last or ''})"
        rf"|(?P<last_year>{spread(any_of(data['last_year']))})(?!\w)"
        rf"|(?:{any_of(data['year_in'])})\s(?P<only_year>(?:1[5-9]|20)\d\d)(?!\w))",
        re.IGNORECASE,
    )


@cache
def _full_date(code: str) -> re.Pattern[str]:
    months = any_of(rules(code).data["months"])
    return re.compile(
        rf"(?<!\w)(?:(?P<day>\d{{1,2}})(?:er|\.|st|nd|rd|th)?\s(?P<month>{months})|(?P<month2>{months})\s(?P<day2>\d{{1,2}}))"
        r",?\s(?P<year>(?:19|20)\d\d)(?!\w)", re.IGNORECASE,
    )  # fmt: skip
