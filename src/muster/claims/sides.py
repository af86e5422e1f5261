"""What stands around a verdict: coverage, the strongest evidence on both sides, and what would decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from muster.claims.compile import Compiled
from muster.claims.measures import evidence
from muster.claims.weigh import number
from muster.model import Estimate, FacetVerdict


@dataclass(frozen=True, slots=True)
class Finding:
    """What somebody else published about a claim, as the case file gives it."""

    id: str
    claim: str
    says: str
    source: str
    grade: str
    bears: str


@dataclass(frozen=True, slots=True)
class Census:
    """How many markets somebody counted, and when; the only denominator that markets ever have here."""

    markets: int
    source: str
    date: date


def covered(found: Estimate, census: Sequence[Census], *, whole: bool) -> str:
    """Return which markets, captures and days an estimate speaks for, and out of how many markets by whose count."""
    c = found.coverage
    if not c.captures:
        return "no capture of the place and period meant"
    span = f"{c.first} to {c.last}" if c.first != c.last else f"{c.first}"
    days = f"{c.days} day{'' if c.days == 1 else 's'} ({span})" if c.first else "days unknown"
    declared = "declared to be whole" if whole else "nobody says how much of each that is"
    markets = "; ".join(f"{len(c.markets)} of {n.markets} markets that {n.source} counted ({n.date})" for n in census)
    of = markets or "out of how many markets nobody here says"
    return f"{', '.join(c.markets) or 'no market'}: {c.captures:,} captures on {days}; {declared}; {of}"


def side(
    found: Estimate, findings: Sequence[Finding], which: Literal["for", "against"], compiled: Compiled, *, whole: bool
) -> str:
    """Return the strongest evidence on one side, what was measured first and what others say after it."""
    said = [f"{f.source} ({f.grade}): “{f.says}”" for f in findings if f.bears == which]
    own = _own(found, compiled, whole=whole)[0 if which == "for" else 1]
    return "; ".join([own, *said] if own else said)


def _own(found: Estimate, compiled: Compiled, *, whole: bool) -> tuple[str, str]:
    """Return what was measured for and against a claim."""
    if found.value is None or (found.low is None and found.high is None):
        return "", ""
    shown = f"the captures show {number(found)}"
    value, comparator = compiled.value, compiled.comparator
    if value is None or comparator == "none":
        return (shown, "") if found.low else ("", shown if found.high == 0 and whole else "")
    low, high = value if isinstance(value, tuple) else (value, value)
    at_least = found.low if found.low is not None else float("-inf")
    at_most = found.high if found.high is not None else float("inf")
    upwards, downwards = comparator in ("ge", "gt"), comparator in ("le", "lt")
    for_it = (
        found.value >= low if upwards else found.value <= high if downwards else at_least <= high and at_most >= low
    )
    against = (at_most < low and not downwards) or (at_least > high and not upwards)
    if at_most < low and not whole:
        return (f"what was captured shows {number(found)}, and more may be there", "")
    if against:
        return "", shown
    return (shown, "") if for_it else ("", f"{shown}, fewer than claimed" if upwards else shown)


def needs(facets: Sequence[FacetVerdict], compiled: Compiled, *, whole: bool) -> str:
    """Return what evidence would decide the facets that cannot be told."""
    wants = []
    for facet in facets:
        if facet.verdict != "cannot tell":
            continue
        if facet.kind in ("origin", "place"):
            wants.append(evidence("origin"))
        elif compiled.measure in ("offers", "listings", "vendors", "sales", "named", "stock", "difference"):
            wants.append(evidence("reading" if whole else "whole_market"))
        else:
            wants.append(compiled.needs)
    return "; ".join(dict.fromkeys(wants))
