"""Numbers as they are shown: with interval and unit, rounded outward, and never a nought for what cannot be told."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date

from muster.report.anchors import anchor

SPACES = {"en": ",", "fr": "\u202f"}
"""What stands between thousands."""

POINTS = {"en": ".", "fr": ","}

CANNOT_TELL = {"en": "cannot tell", "fr": "indéterminé"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number on the page.

    text: the value, or "cannot tell". interval: its 95% bounds, or "". unit: of both. note: why there is no interval.
    id: whose number it is. known: whether there is a value. grades: of evidence behind it that is weaker than an
        archived page, in the reader's words.
    """

    id: str
    text: str
    interval: str
    unit: str
    note: str
    known: bool
    grades: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The anchor of its walk in the appendix."""
        return anchor(self.id)

    @property
    def spoken(self) -> str:
        """The figure in one line, for titles and Markdown."""
        said = f"{self.text} {self.unit}".strip() if self.known else self.text
        about = [f"95% interval {self.interval}" if self.interval else self.note, *self.grades]
        about = [part for part in about if part]
        return f"{said} ({'; '.join(about)})" if about else said


def figure(row: Mapping[str, Any], language: str = "en") -> Figure:
    """Return an estimate as a figure.

    row: of the table `estimate`. Bounds are rounded outward, so that no interval is shown narrower than it is.

    >>> row = {"id": "est:1", "value": 1234.4, "low": 1201.7, "high": 1290.2, "unit": "listings", "assumptions": []}
    >>> figure(row).spoken
    '1,234 listings (95% interval 1,201–1,291)'
    >>> figure({**row, "value": None, "low": None, "high": None, "assumptions": ["no capture"]}).spoken
    'cannot tell (no capture)'
    >>> figure({**row, "grades": ["seen in a picture"]}).spoken
    '1,234 listings (95% interval 1,201–1,291; in part seen in a picture)'
    """
    grades = tuple(GRADES[language][grade] for grade in row.get("grades") or ())
    value, low, high = row["value"], row["low"], row["high"]
    reasons = list(row["assumptions"] or ())
    if value is None:
        return Figure(row["id"], CANNOT_TELL[language], "", "", reasons[0] if reasons else "", False)
    share = row["unit"] == "share"
    unit = "%" if share else row["unit"]
    scale = 100 if share else 1
    value = value * scale
    text = number(value, language)
    if low is not None and high is None:
        least = f"{AT_LEAST[language]} {number(low * scale, language)}"
        return Figure(row["id"], text, least, unit, "", True, grades)
    if low is None or high is None:
        return Figure(row["id"], text, "", unit, NO_INTERVAL[language], True, grades)
    low, high = low * scale, high * scale
    places = 0 if all(abs(x) >= 10 or float(x).is_integer() for x in (value, low, high)) else 1
    shift = 10**places
    low, high = math.floor(low * shift + 1e-9) / shift, math.ceil(high * shift - 1e-9) / shift
    interval = f"{_written(low, places, language)}–{_written(high, places, language)}"
    return Figure(row["id"], text, interval, unit, "", True, grades)


GRADES = {
    "en": {"as exported": "in part as exported", "seen in a picture": "in part seen in a picture"},
    "fr": {"as exported": "en partie d’après un export", "seen in a picture": "en partie vu sur une image"},
}
"""What is said of evidence below `as archived`."""

AT_LEAST = {"en": "at least", "fr": "au moins"}

NO_INTERVAL = {"en": "no interval", "fr": "sans intervalle"}


def number(value: float, language: str = "en") -> str:
    """Return a number for a reader: whole from ten on, else with at most one decimal.

    >>> number(17331), number(9.96), number(9.94), number(4.0), number(17331, "fr")
    ('17,331', '10', '9.9', '4', '17\\u202f331')
    """
    return _written(value, 0 if abs(value) >= 10 else 1, language)


def _written(value: float, places: int, language: str) -> str:
    rounded = round(value, places)
    text = f"{rounded:,.0f}" if float(rounded).is_integer() else f"{rounded:,.{places}f}"
    return text.replace(".", "\0").replace(",", SPACES[language]).replace("\0", POINTS[language])


def dollars(value: float) -> str:
    """Return US dollars: cents below ten, whole from there on.

    >>> dollars(0.354), dollars(1250.5)
    ('USD 0.35', 'USD 1,250')
    """
    return f"USD {value:,.2f}" if value < 10 else f"USD {value:,.0f}"


def day(value: date | None, language: str = "en") -> str:
    """Return a day in words.

    >>> day(date(2022, 6, 9)), day(date(2022, 6, 9), "fr"), day(None)
    ('9 June 2022', '9 juin 2022', 'unknown')
    >>> day(date(2022, 6, 1), "fr")
    '1er juin 2022'
    """
    if value is None:
        return "unknown" if language == "en" else "inconnue"
    said = str(format_date(value, "d MMMM y", locale=language))
    return said.replace("1 ", "1er ", 1) if language == "fr" and value.day == 1 else said


def period(written: str) -> str:
    """Return a period of days in words; raises `ValueError` for what is no ISO interval.

    >>> period("2014-03-01/2014-03-31"), period("2014-02-24/2014-04-10")
    ('March 2014', '24 February 2014 to 10 April 2014')
    >>> period("2014-02-24"), period("/2014-04-10"), period("2014-02-24/")
    ('24 February 2014', 'until 10 April 2014', 'from 24 February 2014')
    """
    first, last = ([date.fromisoformat(end) if end else None for end in written.split("/")] * 2)[:2]
    if first is None or last is None:
        return f"from {day(first)}" if first else f"until {day(last)}"
    if first == last:
        return day(first)
    if first.day == 1 and last + timedelta(days=1) == (first + timedelta(days=31)).replace(day=1):
        return str(format_date(first, "MMMM y", locale="en"))
    return f"{day(first)} to {day(last)}"
