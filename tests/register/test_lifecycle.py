"""The present state is the fold of the facts: laws of the fold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from muster.journal import Entry
from muster.register.alert import Alert, Number, alert_id
from muster.register.lifecycle import Folded, alert_from, as_row

NAMES = [alert_id("harbour", str(n)) for n in range(3)]
START = datetime(2026, 1, 1, tzinfo=UTC)
CHANGES = st.sampled_from(
    [("extended", {"review": "2027-01-01"}), ("extended", {"review": "2026-02-01"}),
     ("corrected", {"fields": {"model": "M2"}}), ("corrected", {"fields": {"year": 1999}}),
     ("found", {}), ("withdrawn", {}), ("linked", {"to": NAMES[0]}), ("linked", {"to": NAMES[1]})]
)  # fmt: skip
STORIES = st.lists(st.tuples(st.integers(0, 2), CHANGES), max_size=12)


def _entry(n: int, what: str, about: dict[str, Any]) -> Entry:
    return Entry(n, (START + timedelta(days=n)).isoformat(), "ada", what, about, "a test", "")


def _facts(story: list[tuple[int, tuple[str, dict[str, Any]]]]) -> list[Entry]:
    facts = []
    for n in range(3):
        alert = Alert(NAMES[n], "harbour", str(n), "firearm", "lost", (Number(f"10{n}"),), model="M1")
        facts.append(_entry(n, "alert entered", {"alert": as_row(alert)}))
    facts += [
        _entry(n, f"alert {what}", {"id": NAMES[one], **about}) for n, (one, (what, about)) in enumerate(story, 3)
    ]
    return facts


def _state(folded: Folded) -> dict[str, Alert]:
    return {name: folded.now(alert) for name, alert in folded.entered.items()}


@given(STORIES)
def test_folding_twice_changes_nothing(story: list[Any]) -> None:
    facts = _facts(story)
    once, twice = Folded(), Folded()
    once.add(facts)
    twice.add(facts)
    twice.add(facts)
    assert _state(once) == _state(twice)
    assert once.changes == twice.changes


@given(STORIES, st.integers(0, 15))
def test_facts_may_come_in_pieces(story: list[Any], cut: int) -> None:
    facts = _facts(story)
    whole, pieces = Folded(), Folded()
    whole.add(facts)
    pieces.add(facts[:cut])
    pieces.add(facts[cut:])
    assert _state(whole) == _state(pieces)


@given(STORIES, st.permutations([0, 1, 2]))
def test_facts_about_different_alerts_may_come_in_any_order(story: list[Any], order: list[int]) -> None:
    facts = _facts(story)
    by_alert = [[f for f in facts if (f.about.get("id") or f.about["alert"]["id"]) == NAMES[n]] for n in order]
    renumbered = [Entry(n, f.at, f.who, f.what, f.about, f.reason, "")
                  for n, f in enumerate(f for pile in by_alert for f in pile)]  # fmt: skip
    one, other = Folded(), Folded()
    one.add(facts)
    other.add(renumbered)
    assert _state(one) == _state(other)


@given(STORIES, st.integers(0, 20))
def test_as_it_stood_on_a_day_does_not_depend_on_what_came_later(story: list[Any], days: int) -> None:
    day = (START + timedelta(days=days)).date()
    facts = _facts(story)
    known = [fact for fact in facts if datetime.fromisoformat(fact.at).date() <= day]
    now, then = Folded(), Folded()
    now.add(facts)
    then.add(known)
    for name, alert in then.entered.items():
        assert now.now(alert, day) == then.now(then.entered[name], day)


@given(
    st.sampled_from(["entered", "event", "review"]), st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.text(max_size=9)
)
def test_a_row_of_an_alert_comes_back_as_it_was(name: str, day: date, text: str) -> None:
    numbers = (Number("12", "AB", "frame"), Number("13"))
    alert = Alert(NAMES[0], "harbour", "1", "component", "stolen", numbers, note=text, links=("x",), **{name: day})  # type: ignore[arg-type]
    assert alert_from(as_row(alert)) == alert
