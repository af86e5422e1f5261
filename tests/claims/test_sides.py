"""What stands around a verdict: coverage with a denominator only by source, and the evidence on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from muster.claims.compile import Compiled
from muster.claims.sides import Census, Finding, covered, side
from muster.claims.weigh import compare, number
from muster.estimate import Scope
from muster.model import Comparator, Coverage, Estimate

BAZAAR = Coverage(("bazaar",), date(2014, 3, 1), date(2014, 4, 1), captures=1040, undated=0, days=2)


def found(measure: str, low: float | None, high: float | None, unit: str = "items") -> Estimate:
    value = None if low is None and high is None else ((low or 0) + (high if high is not None else low or 0)) / 2
    return Estimate(measure, {}, value, low, high, unit, "", 3, BAZAAR)


def form(measure: str, comparator: Comparator, value: float | tuple[float, float] | None) -> Compiled:
    return Compiled(measure, Scope("weapons", "bazaar"), True, "", "", comparator, value)


def test_a_denominator_of_markets_has_its_source() -> None:
    told = covered(found("offers", 8, 14), [Census(12, "Plumb Line", date(2014, 3, 1))], whole=True)
    assert told == ("bazaar: 1,040 captures on 2 days (2014-03-01 to 2014-04-01); declared to be whole; "
                    "1 of 12 markets that Plumb Line counted (2014-03-01)")  # fmt: skip
    assert "out of how many markets nobody here says" in covered(found("offers", 8, 14), [], whole=False)


@pytest.mark.parametrize(
    ("comparator", "value", "low", "high", "whole", "favour", "against"),
    [
        ("ge", 1000, 8, 14, True, False, True),
        ("ge", 5, 8, 14, False, True, False),
        ("ge", 1000, 8, 14, False, True, False),  # of a part: more may be there
        ("lt", 5, 8, 14, False, False, True),
        ("eq", 10, 8, 14, True, True, False),
        ("none", None, 2, 4, False, True, False),
        ("none", None, 0, 0, True, False, True),
    ],
)
def test_what_was_measured_stands_on_its_own_side(
    comparator: Comparator, value: float | None, low: float, high: float, whole: bool, favour: bool, against: bool
) -> None:
    held = form("offers", comparator, value)
    assert bool(side(found("offers", low, high), [], "for", held, whole=whole)) is favour
    assert bool(side(found("offers", low, high), [], "against", held, whole=whole)) is against


def test_what_others_say_comes_after_what_was_measured() -> None:
    other = Finding("fnd:1", "", "seven offers", "Plumb Line", "secondary", "against")
    told = side(found("offers", 8, 14), [other], "against", form("offers", "ge", 1000), whole=True)
    assert told == "the captures show 11 items (95% interval 8 to 14); Plumb Line (secondary): “seven offers”"


@pytest.mark.parametrize(
    ("measure", "unit", "comparator", "value", "low", "high", "whole", "word"),
    [
        ("share", "share", "approx", 0.667, 0.65, 0.69, True, "supported"),
        ("share", "share", "approx", 0.667, 0.65, 0.69, False, "cannot tell"),
        ("share", "share", "approx", 0.667, 0.1, 0.2, True, "contradicted"),
        ("share", "share", "approx", 0.667, 0.1, 0.2, False, "cannot tell"),
        ("price", "USD", "lt", 500, 700, 900, True, "contradicted"),
        ("price", "USD", "lt", 1000, 700, 900, True, "supported"),
        ("change", "percent", "gt", 0, 4, 30, True, "supported"),
        ("change", "percent", "approx", -50, -54, -47, True, "supported"),
        ("change", "percent", "gt", 0, -20, 30, True, "cannot tell"),
        ("named", "items", "ge", 3, 4, None, False, "supported"),
        ("named", "items", "lt", 3, 4, None, False, "contradicted"),
        ("named", "items", "lt", 10, 4, None, True, "cannot tell"),
        ("named", "items", "ge", 100, 4, None, True, "cannot tell"),
        ("alerts", "markings", "ge", 1, None, None, True, "cannot tell"),
        ("sales", "sales", "ge", 1, 40, 60, True, "cannot tell"),
        ("population", "listings", "ge", 1, 40, 60, True, "cannot tell"),
    ],
)
def test_a_measure_bears_on_a_claim_only_on_the_sides_that_it_bounds(
    measure: str, unit: str, comparator: Comparator, value: float, low: float | None, high: float | None, whole: bool,
    word: str,
) -> None:  # fmt: skip
    estimate = found(measure, low, high, unit)
    if low is None:
        estimate = replace(estimate, value=2.0)
    assert compare(form(measure, comparator, value), estimate, whole=whole)[0] == word


def test_numbers_are_told_with_the_places_that_they_bear() -> None:
    assert number(found("share", 0.6512, 0.69, "share")) == "67.1% of them (95% interval 65.1% to 69%)"
    assert number(found("change", -54.0, -46.0, "percent")) == "a change by -50% (95% interval -54% to -46%)"
    assert number(found("named", 4, None)) == "4 items, at least 4"
