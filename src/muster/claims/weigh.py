"""A claimed number against an interval: what the numbers allow and nothing more."""

from __future__ import annotations

from muster.claims.chance import APPROX
from muster.claims.compile import Compiled
from muster.estimate import MEASURES
from muster.model import Estimate, VerdictWord

LOOSE_ROUND = 1000
"""From here on a round number with `ge` is a manner of speaking ("thousands"); it is supported from twice that on."""

EXACT_WITHIN = 0.1
"""An exact number is supported by an interval that holds it and is no wider than a tenth of it (or `NEAR`)."""

NEAR = {"share": 0.0, "percent": 0.0, "USD": 0.0}
"""The least width that an interval may have and still support an exact number, by unit; one, of things counted."""


def compare(
    compiled: Compiled, found: Estimate, *, whole: bool, day: Estimate | None = None
) -> tuple[VerdictWord, str]:
    """Hold a claim's number against the interval; absence counts only where the captures are the whole market.

    day: the same on the last captured day alone, for a claim that `adds_up`.
    Returns the verdict on the number and the reason.
    """
    bounds = MEASURES[found.measure].bounds if found.measure in MEASURES else "both"
    if found.value is None or found.coverage.captures == 0:
        why = found.assumptions[0] if found.assumptions and found.coverage.captures else ""
        return "cannot tell", why or "no capture was made in the period meant"
    if bounds == "none" or (found.low is None and found.high is None):
        why = found.assumptions[0] if found.assumptions else "it has no interval"
        return "cannot tell", f"the captures held show {number(found)}; {why}"
    seen = _seen(found)
    low_end = found.low if found.low is not None else float("-inf")
    high_end = found.high if found.high is not None and bounds == "both" else float("inf")
    value, comparator = compiled.value, compiled.comparator
    if comparator == "none" or value is None or _none(comparator, value):
        return _presence(compiled, low_end, high_end, seen, whole=whole)
    low, high = value if isinstance(value, tuple) else (value, value)
    partial = "" if whole else "; nobody says that the captures are the whole market, so there may be more"
    above, below = beyond(comparator, low, high, low_end, high_end)
    # a share, price or change of a part says nothing of the whole, on either side
    if above and adds_up(compiled, found):
        return "cannot tell", f"{seen}, {_together(found, day)}"
    may_contradict = (above and (whole or found.measure in ONE_SIDED)) or (below and whole)
    if may_contradict:
        return "contradicted", f"{seen}, and no number within the recogniser's error would do"
    if borne_out(comparator, low, high, low_end, high_end, found, whole=whole):
        return "supported", seen
    wide = "; the interval is too wide to tell that number from its neighbours"
    if found.high is None:
        wide = "; that is a lower bound, so there may be more"
    return "cannot tell", seen + (partial or wide)


ONE_SIDED = frozenset({"offers", "listings", "vendors", "sales", "sold", "named", "stock", "top_counter"})
"""Counts: what is in the captures is on the market, so a part of it bounds the whole from below."""


def adds_up(compiled: Compiled, found: Estimate) -> bool:
    """Say whether a count over all days captured may be more than was there on any day that the claim may mean.

    "Three sellers offer pistols" is true on a day with three of them, whoever came and went in the weeks before. So
    more than claimed contradicts only a claim that names its period, or where one day alone was captured.
    """
    return found.measure in ONE_SIDED and not compiled.dated and found.coverage.days > 1


def _together(found: Estimate, day: Estimate | None) -> str:
    """Say of how many days a count is the sum, and what the last of them shows alone."""
    c = found.coverage
    told = f"over {c.days} captured days together ({c.first} to {c.last})"
    if day is not None and day.value is not None and c.last is not None:
        told += f", and {number(day)} on the last of them alone"
    return f"{told}; the claim names no period and may mean one day"


def beyond(comparator: str, low: float, high: float, at_least: float, at_most: float) -> tuple[bool, bool]:
    """Say whether all the interval lies above what a claim allows, or all of it below.

    >>> beyond("ge", 1000, 1000, 8, 14), beyond("approx", -50, -50, -54, -47)
    ((False, True), (False, False))
    """
    slack = APPROX if comparator == "approx" else 0.0
    top, bottom = high + abs(high) * slack, low - abs(low) * slack
    above = at_least > top or (comparator == "lt" and at_least >= high)
    below = at_most < bottom or (comparator == "gt" and at_most <= low)
    return above and comparator not in ("ge", "gt"), below and comparator not in ("le", "lt")


def borne_out(
    comparator: str, low: float, high: float, at_least: float, at_most: float, found: Estimate, *, whole: bool
) -> bool:
    """Say whether the interval bears a claim out; what needs an upper bound needs a whole market."""
    counted = found.measure in ONE_SIDED
    if comparator in ("ge", "gt"):
        loose = counted and low >= LOOSE_ROUND
        enough = at_least >= low * 2 if loose else at_least > low if comparator == "gt" else at_least >= low
        return enough and (counted or whole)
    if comparator in ("le", "lt"):
        return whole and (at_most <= high if comparator == "le" else at_most < high)
    margin = max(NEAR.get(found.unit, 1.0), EXACT_WITHIN * abs(high))
    slack = APPROX if comparator == "approx" else 0.0
    inside = at_least <= high + abs(high) * slack and at_most >= low - abs(low) * slack
    return whole and inside and at_most - at_least <= 2 * margin


def number(found: Estimate) -> str:
    """Return an estimate's number with its interval.

    >>> from muster.model import Coverage
    >>> number(Estimate("offers", {}, 7, 6, 9, "items", "", 7, Coverage((), None, None, 0, 0, 0)))
    '7 items (95% interval 6 to 9)'
    """
    assert found.value is not None
    value = _plain(found.value, found.unit)
    if (found.low is None and found.high is None) or found.low == found.high:
        return value
    if found.high is None:
        return f"{value}, at least {_bare(found.low or 0.0, found.unit)}"
    return f"{value} (95% interval {_bare(found.low or 0.0, found.unit)} to {_bare(found.high, found.unit)})"


def _plain(value: float, unit: str) -> str:
    if unit == "share":
        return f"{_bare(value, unit)} of them"
    if unit == "percent":
        return f"a change by {_bare(value, unit)}"
    return f"{_bare(value, unit)} {unit[:-1] if value == 1 and unit.endswith('s') else unit}"


def _bare(value: float, unit: str) -> str:
    """Return a number with no more places than it bears."""
    if unit == "share":
        return f"{100 * value:.3g}%"
    if unit == "percent":
        return f"{value:+.3g}%"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def _seen(found: Estimate) -> str:
    if found.measure == "vendors":
        return f"the captures held show {number(found)}, by {found.n} listings recognised as such"
    if found.measure in ("offers", "listings"):
        return f"the captures held show {number(found)}, {found.n} of them recognised one by one"
    return f"the captures held show {number(found)}, from {found.n} rows"


def _none(comparator: str, value: float | tuple[float, float]) -> bool:
    """Say whether a claim says that there is nothing at all: none, or fewer than one."""
    return (comparator in ("eq", "le") and value == 0) or (comparator == "lt" and value == 1)


def _presence(compiled: Compiled, low: float, high: float, seen: str, *, whole: bool) -> tuple[VerdictWord, str]:
    absent = compiled.value is not None and _none(compiled.comparator, compiled.value)
    if low >= 1:
        return ("contradicted" if absent else "supported"), seen
    if high == 0 and whole and absent:
        return "cannot tell", f"{seen}: none on the days captured, and nobody looked between them"
    return ("contradicted" if high == 0 and whole else "cannot tell"), seen
