"""When a capture was made, and who says so: the record, the file's name, the case file, the archive, or nobody."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

from muster.model import CapturedFrom

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""A date outside these years is no date of a web capture: it is a number that looks like one."""

MAX_NAME = 4096
"""Characters of a path that are looked at; file systems allow no more."""

_DATES = (
    # 2014-12-31, 2014_12_31, 2014.12.31, with T0102 or T01:02:03 behind it; the digits must end there
    re.compile(
        r"(?<![0-9])(\d{4})([-_.])(\d{2})\2(\d{2})(?:[T_ ](\d{2})[-:.]?(\d{2})(?:[-:.]?(\d{2}))?Z?)?(?![0-9])", re.ASCII
    ),
    # 20141231, with T0102 behind it; a letter beside it would make it part of a hexadecimal number
    re.compile(r"(?<![0-9A-Za-z])(\d{4})()(\d{2})(\d{2})(?:[T_](\d{2})(\d{2})(\d{2})?Z?)?(?![0-9A-Za-z])", re.ASCII),
    # 20141231010203, as archives of the web stamp their captures
    re.compile(r"(?<![0-9A-Za-z])(\d{4})()(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?![0-9A-Za-z])", re.ASCII),
)


def time_in_name(name: str) -> datetime | None:
    """Return the one real date (with its time, where there is one) that a path holds, as UTC; None without one.

    The deepest part of the path that holds a date decides. Two different days in one part are a period, not a time.

    >>> time_in_name("2014-12-31/item_20170510.html")
    datetime.datetime(2017, 5, 10, 0, 0, tzinfo=datetime.timezone.utc)
    >>> time_in_name("2014-12-31T0102/index.html")
    datetime.datetime(2014, 12, 31, 1, 2, tzinfo=datetime.timezone.utc)
    >>> time_in_name("20171345.html") is None
    True
    """
    for part in reversed(name[-MAX_NAME:].split("/")):
        found = {when for pattern in _DATES for match in pattern.finditer(part) if (when := _real(match))}
        if len({when.date() for when in found}) > 1:
            return None
        if found:
            return max(found)
    return None


def time_of_record(text: str) -> datetime | None:
    """Return the time that a record states, as UTC, or None where it states none that is real.

    >>> time_of_record("2014-03-01T12:00:00Z")
    datetime.datetime(2014, 3, 1, 12, 0, tzinfo=datetime.timezone.utc)
    >>> time_of_record("2014-13-45T00:00:00Z") is None
    True
    """
    try:
        return in_utc(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def time_of_mail(text: str) -> datetime | None:
    """Return the time that a head of mail or of HTTP states (RFC 5322), as UTC; None where it is none that is real.

    >>> time_of_mail("Sat, 1 Mar 2014 13:00:00 +0100")
    datetime.datetime(2014, 3, 1, 12, 0, tzinfo=datetime.timezone.utc)
    """
    try:
        return in_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def in_utc(when: datetime) -> datetime | None:
    """Return a time in UTC, which it is in where it names no zone; None where no capture can be of that year."""
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        return None
    if when.tzinfo is UTC:
        return when
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def settle(
    recorded: datetime | None, named: datetime | None, case: date | None, kept: datetime | None = None
) -> tuple[datetime | None, CapturedFrom]:
    """Return the strongest time and who says so: the record, the file's name, the case file, the archive it lies in.

    kept: the time that an archive keeps for a member: when it was saved, as a rule, but also when it was copied.

    >>> settle(None, None, date(2017, 6, 24))
    (datetime.datetime(2017, 6, 24, 0, 0, tzinfo=datetime.timezone.utc), 'case')
    """
    if recorded:
        return recorded, "record"
    if named:
        return named, "file name"
    if case:
        return datetime.combine(case, time(), UTC), "case"
    if kept:
        return kept, "archive"
    return None, "unknown"


def disagree(recorded: datetime | None, named: datetime | None) -> bool:
    """Say whether two times lie over a day apart, by their days in UTC, as a file's name seldom holds more."""
    return bool(recorded and named and abs((recorded.date() - named.date()).days) > 1)


def _real(match: re.Match[str]) -> datetime | None:
    year, _, month, day, hour, minute, second = match.groups()
    try:
        when = datetime(int(year), int(month), int(day), tzinfo=UTC)
        if hour:
            when = when.replace(hour=int(hour), minute=int(minute), second=int(second or 0))
    except ValueError:
        return None
    return when if FIRST_YEAR <= when.year <= LAST_YEAR else None
