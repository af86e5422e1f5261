"""Verdicts: what the numbers allow and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.claims.chance import probable
from muster.claims.sides import Finding
from muster.claims.sourcing import SourceUse
from muster.claims.test import Evidence, try_claim
from muster.estimate import Scope
from muster.estimate.counts import Counters
from muster.model import Claim, Comparator, Coverage, Estimate, Facet

BAZAAR = Coverage(("bazaar",), date(2014, 3, 1), date(2014, 4, 1), captures=40, undated=0, days=2)
PUBLISHED = date(2014, 4, 10)

CLAIM = Claim(
    article="a" * 64, quote="Thousands of weapons are on sale on Bazaar", start=0, end=42, type="count",
    mode="asserted", checkable=True, why_not="", subject="weapons", measure="count", comparator="ge", value=1000.0,
    unit="weapons", place="Bazaar", period="", attributed_to="", facets=(Facet("offer", "on sale", 25, 32),),
)  # fmt: skip


def _evidence(
    low: float, high: float, *, whole: bool = True, findings: Sequence[Finding] = (), reviews: float = 0
) -> Evidence:
    def estimate(measure: str, scope: Scope) -> Estimate:
        middle, ends = ((low + high) // 2, (low, high)) if "reviews" not in measure else (reviews, (reviews, None))
        return Estimate(measure, scope.as_json(), middle, *ends, "items", "", n=3, coverage=BAZAAR)

    return Evidence(
        estimate, {"bazaar": BAZAAR}, frozenset({"bazaar"} if whole else ()), findings,
        lambda claim: SourceUse("source not at hand", "", "no reference text of this case has these words"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("comparator", "value", "low", "high", "whole", "word"),
    [
        ("ge", 1000, 8, 14, True, "contradicted"),
        ("ge", 1000, 8, 14, False, "cannot tell"),
        ("ge", 1000, 900, 1100, True, "cannot tell"),
        ("ge", 1000, 1500, 1700, True, "cannot tell"),
        ("ge", 1000, 2100, 2500, True, "supported"),
        ("ge", 2, 3, 5, False, "supported"),
        ("gt", 3, 3, 3, True, "contradicted"),
        ("gt", 3, 4, 5, False, "supported"),
        ("eq", 4, 4, 4, True, "supported"),
        ("eq", 4, 4, 4, False, "cannot tell"),
        ("eq", 4, 5, 9, False, "contradicted"),
        ("eq", 4, 2, 9, True, "cannot tell"),
        ("lt", 10, 12, 14, False, "contradicted"),
        ("lt", 10, 3, 5, True, "supported"),
        ("lt", 10, 3, 5, False, "cannot tell"),
        ("approx", 100, 95, 104, True, "supported"),
        ("between", (5, 9), 6, 7, True, "supported"),
        ("between", (5, 9), 10, 12, False, "contradicted"),
    ],
)
def test_a_number_is_held_against_the_interval(
    comparator: Comparator, value: float | tuple[float, float], low: float, high: float, whole: bool, word: str
) -> None:
    claim = replace(CLAIM, comparator=comparator, value=value, period="2014-03/2014-04-10")
    assert try_claim(claim, PUBLISHED, _evidence(low, high, whole=whole)).verdict.verdict == word


def _three_of_four(measure: str, scope: Scope) -> Estimate:
    """Four sellers over two captured days, three of them on the last."""
    last = scope.first == scope.last == BAZAAR.last
    n = 3.0 if last else 4.0
    held = replace(BAZAAR, first=BAZAAR.last, days=1) if scope.first == scope.last else BAZAAR
    return Estimate(measure, scope.as_json(), n, n, n, "sellers", "", n=3, coverage=held)


@pytest.mark.parametrize(("comparator", "value"), [("eq", 3), ("approx", 3), ("lt", 4), ("le", 3), ("between", (2, 3))])
def test_what_came_and_went_over_weeks_contradicts_no_claim_in_the_present_tense(
    comparator: Comparator, value: float | tuple[float, float]
) -> None:
    held = replace(_evidence(4, 4), estimate=_three_of_four)
    claim = replace(CLAIM, quote="Three sellers offer weapons on Bazaar", unit="sellers", comparator=comparator,
                    value=value, facets=())  # fmt: skip
    verdict = try_claim(claim, PUBLISHED, held).verdict
    assert verdict.verdict == "cannot tell"
    assert "4 sellers" in verdict.reason
    assert "3 sellers on the last of them alone" in verdict.reason
    assert verdict.probability is None
    assert len(verdict.estimates) >= 2
    named = replace(claim, period="2014-03/2014-04")
    assert try_claim(named, PUBLISHED, held).verdict.verdict == "contradicted"


def test_one_captured_day_contradicts_from_above() -> None:
    day = replace(BAZAAR, first=BAZAAR.last, days=1)
    claim = replace(CLAIM, comparator="eq", value=4.0)
    held = replace(
        _evidence(5, 9), estimate=lambda measure, scope: Estimate(measure, {}, 7, 5, 9, "items", "", 7, coverage=day)
    )
    assert try_claim(claim, PUBLISHED, held).verdict.verdict == "contradicted"


@given(st.integers(0, 5000), st.integers(0, 5000), st.booleans())
def test_thousands_are_contradicted_below_one_thousand_and_supported_from_two_thousand_on(
    low: int, more: int, whole: bool
) -> None:
    word = try_claim(CLAIM, PUBLISHED, _evidence(low, low + more, whole=whole)).verdict.verdict
    if low >= 2000:
        assert word == "supported"
    elif low + more < 1000 and whole:
        assert word == "contradicted"
    else:
        assert word == "cannot tell"


def test_a_stated_origin_leaves_a_true_number_untold() -> None:
    claim = replace(CLAIM, comparator="ge", value=2.0, facets=(
        Facet("quantity", "Two", 0, 3), Facet("origin", "sent by allies", 10, 24), Facet("offer", "on sale", 25, 32),
    ))  # fmt: skip
    verdict = try_claim(claim, PUBLISHED, _evidence(5, 6)).verdict
    assert verdict.verdict == "cannot tell"
    assert [(facet.kind, facet.verdict) for facet in verdict.facets] == [
        ("quantity", "supported"), ("origin", "cannot tell"), ("offer", "supported"),
    ]  # fmt: skip
    assert "serial" in verdict.would_decide


def test_one_false_facet_contradicts_the_whole() -> None:
    claim = replace(CLAIM, facets=(Facet("quantity", "Thousands", 0, 9), Facet("origin", "sent by allies", 10, 24)))
    assert try_claim(claim, PUBLISHED, _evidence(5, 6)).verdict.verdict == "contradicted"


def test_a_counter_without_reviews_proves_no_sale() -> None:
    claim = replace(CLAIM, type="transactions", unit="transactions", comparator="eq", value=32.0, facets=())
    trial = try_claim(claim, PUBLISHED, _evidence(32, 32))
    assert trial.verdict.verdict == "cannot tell"
    assert "proves no sale" in trial.verdict.reason
    assert "not one review of them" in trial.verdict.reason


def test_a_counter_is_told_with_its_odds_and_not_contradicted_by_them() -> None:
    claim = replace(CLAIM, type="transactions", unit="transactions", comparator="eq", value=32.0, facets=())
    others = ((40, 22), (60, 31), (25, 12), (80, 47), (30, 19), (55, 30))
    held = replace(_evidence(32, 32), counters=lambda scope: Counters(32.0, 0.0, others))
    verdict = try_claim(claim, PUBLISHED, held).verdict
    assert verdict.verdict == "cannot tell"
    assert "once in" in verdict.reason
    assert "95% interval" in verdict.reason


def test_reviews_that_were_captured_support_a_number_of_sales() -> None:
    claim = replace(CLAIM, type="transactions", unit="transactions", comparator="eq", value=32.0, facets=())
    assert try_claim(claim, PUBLISHED, _evidence(40, 40, reviews=32)).verdict.verdict == "supported"
    assert try_claim(claim, PUBLISHED, _evidence(40, 40, reviews=31)).verdict.verdict == "cannot tell"


@given(
    st.lists(st.integers(0, 40), min_size=20, max_size=60), st.integers(0, 60), st.integers(0, 30),
    st.sampled_from(["ge", "gt", "le", "lt", "eq", "approx", "between"]),
)  # fmt: skip
def test_a_probability_is_the_share_of_counts_and_never_certain_by_few_draws_alone(
    counts: list[int], low: int, more: int, comparator: Comparator
) -> None:
    value: float | tuple[float, float] = (float(low), float(low + more)) if comparator == "between" else float(low)
    found = probable(np.array(counts, dtype=np.float64), comparator, value)
    share = sum(_allows(comparator, value, n) for n in counts) / len(counts)
    if 0 < share < 1:
        assert found == pytest.approx(share, abs=1e-6)
    else:
        assert abs(found - share) <= 1 / len(counts) + 1e-12
    if len(set(counts)) > 1:
        assert 0 < found < 1 or round(found, 6) in (0.0, 1.0)


def _allows(comparator: Comparator, value: float | tuple[float, float], n: int) -> bool:
    low, high = value if isinstance(value, tuple) else (value, value)
    return {"ge": n >= low, "gt": n > low, "le": n <= high, "lt": n < high,
            "approx": 0.9 * low <= n <= 1.1 * high}.get(comparator, low <= n <= high)  # fmt: skip


def test_far_from_the_bar_a_claim_is_less_probable_than_the_draws_could_tell() -> None:
    counts = np.random.default_rng(1).normal(10, 1, 400)
    near, far = probable(counts, "ge", 14), probable(counts, "ge", 40)
    assert 1 / 400 >= near > far > 0
    assert probable(counts, "ge", 1) > 1 - 1 / 400


def test_no_capture_in_the_period_is_cannot_tell_and_says_so() -> None:
    verdict = try_claim(CLAIM, date(2022, 6, 9), _evidence(5, 6)).verdict
    assert (verdict.verdict, verdict.basis) == ("cannot tell", "")
    assert "2022" in verdict.reason
    assert verdict.would_decide


@pytest.mark.parametrize(
    ("grades", "bears", "word"),
    [
        (["secondary"], "against", "cannot tell"),
        (["primary"], "against", "contradicted"),
        (["secondary", "secondary"], "against", "contradicted"),
        (["primary"], "for", "supported"),
        (["primary"], "", "cannot tell"),
    ],
)
def test_one_secondary_finding_alone_never_contradicts(grades: list[str], bears: str, word: str) -> None:
    findings = [
        Finding(f"fnd:{n}", "thousands weapons on sale on Bazaar", "nine offers", f"source {n}", grade, bears)
        for n, grade in enumerate(grades)
    ]
    verdict = try_claim(CLAIM, date(2022, 6, 9), _evidence(5, 6, findings=findings)).verdict
    assert (verdict.verdict, verdict.basis) == (word, "reported by")
    assert "nine offers" in verdict.reason


def test_contradicting_findings_leave_it_untold() -> None:
    findings = [
        Finding("fnd:1", "thousands of weapons", "nine", "a", "primary", "against"),
        Finding("fnd:2", "thousands of weapons", "3,000", "b", "primary", "for"),
    ]
    assert try_claim(CLAIM, date(2022, 6, 9), _evidence(5, 6, findings=findings)).verdict.verdict == "cannot tell"


@pytest.mark.parametrize("why", ["opinion", "forecast", "question", "vague"])
def test_what_nothing_could_settle_is_not_checkable(why: str) -> None:
    verdict = try_claim(replace(CLAIM, checkable=False, why_not=why), PUBLISHED, _evidence(5, 6)).verdict
    assert verdict.verdict == "not checkable"


def test_a_quotation_without_its_original_asks_for_it() -> None:
    claim = replace(CLAIM, type="quote", measure="presence", comparator="none", value=None, unit="",
                    attributed_to="The Institute")  # fmt: skip
    verdict = try_claim(claim, PUBLISHED, _evidence(5, 6)).verdict
    assert (verdict.verdict, verdict.use_of_source) == ("cannot tell", "source not at hand")
    assert "[[reference]]" in verdict.would_decide


@pytest.mark.parametrize(
    ("low", "whole", "word"), [(2, False, "supported"), (0, True, "contradicted"), (0, False, "cannot tell")]
)
def test_presence_is_shown_by_one_and_absence_only_by_a_whole_market(low: float, whole: bool, word: str) -> None:
    claim = replace(CLAIM, type="existence", measure="presence", comparator="none", value=None, unit="grenades")
    assert try_claim(claim, PUBLISHED, _evidence(low, low, whole=whole)).verdict.verdict == word


def test_where_a_seller_says_he_ships_from_proves_nothing_but_that_he_says_it() -> None:
    def estimate(measure: str, scope: Scope) -> Estimate:
        assert scope.ships_from == "UA"
        return Estimate(measure, scope.as_json(), 7, 6, None, "sellers", "", n=7, coverage=BAZAAR)

    held = replace(_evidence(6, 8), estimate=estimate)
    said = replace(CLAIM, quote="Five sellers on Bazaar say they ship weapons from Ukraine", unit="sellers", value=5.0,
                   facets=())  # fmt: skip
    assert try_claim(said, PUBLISHED, held).verdict.verdict == "supported"
    done = replace(said, quote="Five sellers on Bazaar ship weapons from Ukraine")
    verdict = try_claim(done, PUBLISHED, held).verdict
    assert verdict.verdict == "cannot tell"
    assert "6 sellers by listings that state that they ship from UA" in verdict.reason
    assert "proves neither where a parcel came from" in verdict.reason
    few = replace(done, value=500.0)
    assert try_claim(few, PUBLISHED, held).verdict.verdict == "cannot tell"


def test_reviews_decide_no_number_of_sales_in_a_period_because_they_do_not_say_when_a_sale_was() -> None:
    claim = replace(
        CLAIM, quote="30 weapons were sold on Bazaar", comparator="eq", value=30.0, facets=(), period="2014-03"
    )
    for reviews in (30, 90):
        verdict = try_claim(claim, PUBLISHED, _evidence(40, 40, reviews=reviews)).verdict
        assert verdict.verdict == "cannot tell"
        assert "when a sale was, no review says" in verdict.reason
