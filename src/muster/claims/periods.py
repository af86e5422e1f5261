"""The days, months and years that words speak of, as ISO; relative ones resolved from the day of publication."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from muster.claims.languages import Rules
from muster.claims.words import Words

WAR = "2022-02-24/"
"""Since "the war" began, in articles about Ukraine from 2022 on: the day the full-scale invasion was announced.

Source: United Nations General Assembly resolution ES-11/1 of 2 March 2022 names 24 February 2022."""

_YEAR = re.compile(r"(?:1[89]|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Period:
    """An ISO day, month, year or interval, and the words that say it. said: whether a date itself is written."""

    iso: str
    first: int
    last: int
    said: bool


def period_of(
    words: Words, published: date | None, lang: Rules, first: int = 0, last: int | None = None
) -> Period | None:
    """Return what period some words speak of, or None; relative ones need the article's date.

    >>> from muster.claims.languages import rules
    >>> period_of(rules("en").lexicon.read("offered in April", 0), date(2014, 4, 10), rules("en")).iso
    '2014-04'
    """
    end = len(words) if last is None else last
    if words.any("war", first, end) and (published is None or published.year >= 2022):
        match = words.any("war", first, end)
        assert match is not None
        return Period(WAR, match.first, match.last, True)
    found = [p for p in _dates(words, published, lang) if first <= p.first and p.last <= end]
    if not found:
        return _relative(words, published, first, end)
    head = found[0]
    if len(found) > 1 and found[1].first - head.last <= 2 and _joined(words, head, found[1], lang):
        return Period(f"{head.iso}/{found[1].iso}", head.first, found[1].last, True)
    if words.ending("since", head.first):
        return Period(f"{head.iso}/", head.first - 1, head.last, True)
    if words.ending("until", head.first):
        return Period(f"/{head.iso}", head.first - 1, head.last, True)
    return head


def _dates(words: Words, published: date | None, lang: Rules) -> list[Period]:
    """Return the dates written anywhere in a sentence; found once, however many claims ask."""
    if words.dates is None:
        end = len(words)
        words.dates = [p for at in range(end) if (p := _written(words, at, end, published, lang))]
    return words.dates


def period_in(text: str, published: date | None, lang: Rules) -> str:
    """Return what period a text speaks of, as ISO, or "".

    >>> from muster.claims.languages import rules
    >>> period_in("last year", date(2014, 4, 10), rules("en"))
    '2013'
    """
    found = period_of(lang.lexicon.read(text, 0), published, lang)
    return found.iso if found else ""


def date_in(text: str, lang: Rules) -> date | None:
    """Return the first full date of a text.

    >>> from muster.claims.languages import rules
    >>> date_in("Jeudi, 9 juin, 2022 - 12:24", rules("fr"))
    datetime.date(2022, 6, 9)
    """
    words = lang.lexicon.read(text, 0)
    for at in range(len(words)):
        found = _written(words, at, len(words), None, lang)
        if found and re.fullmatch(r"\d{4}-\d\d-\d\d", found.iso):
            return date.fromisoformat(found.iso)
    return None


def _joined(words: Words, left: Period, right: Period, lang: Rules) -> bool:
    if len(left.iso) != len(right.iso) or left.iso >= right.iso:
        return False
    between = words.keys[left.last : right.first]
    return len(between) == 1 and (between[0] in "-–—" or words.at("to", left.last) is not None)


def _written(words: Words, at: int, end: int, published: date | None, lang: Rules) -> Period | None:
    """Read a date that begins at a word: a day, a month with or without day and year, or a year."""
    text = words.texts[at]
    if words.kinds[at] == "date":
        iso = _figures(text)
        return Period(iso, at, at + 1, True) if iso else None
    day = _day(text) if words.kinds[at] in ("number", "mixed") else 0
    here = at + 1 if day else at
    while day and here < end and words.keys[here] in (".", "de", "of"):
        here += 1
    month = words.at("months", here) if here < end else None
    if month is not None and not (
        day or text[:1].isupper() or words.ending("year_in", at) or _year(words, month.last, end)
    ):
        month = month if words.ending("month_last", at) or words.at("month_last", month.last) else None
    if month is not None and (day or not words.glued(at)):
        return _month(words, at, month.last, int(month.value) + 1, day, end, published)
    counts = any(words.at(name, at + 1) for name in ("items", "percent", "scales", "currencies"))
    if day or counts or words.kinds[at] != "number" or not _YEAR.match(text):
        return None
    return Period(text, at, at + 1, True)


def _month(words: Words, at: int, here: int, month: int, day: int, end: int, published: date | None) -> Period | None:
    if not day and here < end and (day := _day(words.texts[here])) and words.kinds[here] in ("number", "mixed"):
        here += 1
    year = _year(words, here, end)
    if year:
        here = year[1]
        number = year[0]
    elif published is None:
        return None
    elif relative := next((m for n in range(here, here + 3) if (m := words.at("relative_years", n))), None):
        number, here = published.year + int(relative.value), relative.last
    else:
        last = words.at("month_last", here)
        last_before = words.ending("month_last", at)
        here = last.last if last else here
        number = published.year - (month > published.month or bool((last or last_before) and month == published.month))
        if (
            month > published.month
            and not (last or last_before)
            and month - published.month <= 3
            and words.any("forecast")
        ):
            number = published.year
    if day and day <= calendar.monthrange(number, month)[1]:
        return Period(f"{number}-{month:02d}-{day:02d}", at, here, True)
    return Period(f"{number}-{month:02d}", at, here, True)


def _year(words: Words, at: int, end: int) -> tuple[int, int] | None:
    while at < end and words.keys[at] in (",", "de", "of", "del", "року", "года"):
        at += 1
    if at < end and words.kinds[at] == "number" and _YEAR.match(words.texts[at]):
        return int(words.texts[at]), at + 1
    return None


def _day(text: str) -> int:
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|er|º|º|\.)?", text)
    return int(match[1]) if match and 1 <= int(match[1]) <= 31 else 0


def _figures(text: str) -> str:
    if ":" in text:
        return ""
    parts = [int(p) for p in re.split(r"[./-]", text)]
    year, month, day = (parts[0], parts[1], parts[2]) if parts[0] > 31 else (parts[2], parts[1], parts[0])
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    if not (
        1 <= month <= 12 and 1 <= day <= 31 and 1000 <= year <= 9999 and day <= calendar.monthrange(year, month)[1]
    ):
        return ""
    return f"{year}-{month:02d}-{day:02d}"


def _relative(words: Words, published: date | None, first: int, end: int) -> Period | None:
    if published is None:
        return None
    if match := words.any("relative_days", first, end):
        return Period(_shifted(published, int(match.value)).isoformat(), match.first, match.last, False)
    if match := words.any("relative_weeks", first, end):
        monday = _shifted(published, -published.weekday() + 7 * int(match.value))
        return Period(f"{monday.isoformat()}/{_shifted(monday, 6).isoformat()}", match.first, match.last, False)
    if match := words.any("relative_months", first, end):
        month = published.year * 12 + published.month - 1 + int(match.value)
        return Period(f"{month // 12:04d}-{month % 12 + 1:02d}", match.first, match.last, False)
    if match := words.any("relative_years", first, end):
        return Period(f"{published.year + int(match.value)}", match.first, match.last, False)
    if match := words.any("weekdays", first, end):
        back = (published.weekday() - int(match.value)) % 7
        shift = 7 - back if words.any("forecast", first, end) and back else -back
        return Period(_shifted(published, shift).isoformat(), match.first, match.last, False)
    return None


def _shifted(day: date, by: int) -> date:
    ordinal = min(max(day.toordinal() + by, 1), date.max.toordinal())
    return day + timedelta(days=ordinal - day.toordinal())
