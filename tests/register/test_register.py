"""Entering, changing, asking: a register in a folder."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muster.errors import RegisterError, UnknownId
from muster.register import Lookup, Register


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: int) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def register(tmp_path: Path, clock: Clock) -> Register:
    return Register(tmp_path / "register", clock=clock)


def row(reference: str = "1", number: str = "AB1234", **more: Any) -> dict[str, Any]:
    """A row of entry; invented."""
    numbers = more.pop("numbers", [{"number": number}])
    return {"register": "harbour", "reference": reference, "object_class": "firearm", "reason": "stolen",
            "make": "Example", "model": "M1", "numbers": numbers, **more}  # fmt: skip


def ask(register: Register, number: str, **more: Any) -> Any:
    return register.look_up([Lookup(number, **{"make": "Example", "model": "M1", **more})])[0]


def test_what_one_register_entered_another_process_finds(register: Register, clock: Clock) -> None:
    (name,) = register.enter([row()], who="ada", reason="report 17")
    again = Register(register.folder, clock=clock)
    assert ask(again, "ab 1234").candidates[0].alert.id == name
    register.enter([row("2", "CD777")], who="ada", reason="report 18")
    assert ask(again, "CD777").answer == "match"


@pytest.mark.parametrize(
    ("number", "answer", "spelling"),
    [
        ("AB1234", "match", "exact"),
        ("ab-I234", "match", "folded"),
        ("1234 AB", "match", "folded"),
        ("AB1284", "cannot_tell", "one edit"),
        ("AB124", "cannot_tell", "one edit"),
        ("AB12334", "cannot_tell", "one edit"),
        ("AB1243", "cannot_tell", "one edit"),
        ("AB12?4", "cannot_tell", "unreadable"),
        ("AB12*", "cannot_tell", "part"),
        ("*1234", "cannot_tell", "part"),
        ("ZZ9876", "no_match", ""),
        ("?", "cannot_tell", ""),
        ("--", "cannot_tell", ""),
        ("AB1234" + "-" * 10_000, "cannot_tell", ""),
        ("9" * 10_000, "cannot_tell", ""),
        ("?" * 10_000 + "1234*", "cannot_tell", ""),
    ],
)
def test_how_a_number_was_read_decides_what_can_be_told(
    register: Register, number: str, answer: str, spelling: str
) -> None:
    register.enter([row()], who="ada", reason="report")
    found = ask(register, number)
    assert (found.answer, found.candidates[0].spelling if found.candidates else "") == (answer, spelling)
    assert len(found.caveat) == 2


def test_a_number_without_make_and_model_is_at_most_cannot_tell(register: Register) -> None:
    register.enter([row()], who="ada", reason="report")
    for lookup in (Lookup("AB1234"), Lookup("AB1234", make="Example"), Lookup("AB1234", model="M1")):
        found = register.look_up([lookup])[0]
        assert found.answer == "cannot_tell"
        assert len(found.candidates) == 1


def test_another_model_with_the_number_is_counted_and_no_candidate(register: Register) -> None:
    register.enter([row(), row("2", model="M2", calibre="9x19")], who="ada", reason="report")
    found = ask(register, "AB1234")
    assert [one.alert.model for one in found.candidates] == ["M1"]
    assert found.elsewhere == 1
    assert ask(register, "AB1234", model="M3").answer == "no_match"
    assert ask(register, "AB1234", model="M3").elsewhere == 2


def test_a_register_without_any_alert_cannot_tell(tmp_path: Path) -> None:
    answer = ask(Register(tmp_path / "mistyped"), "AB1234", make="Example", model="M1")
    assert (answer.answer, answer.why) == ("cannot_tell", "the register holds no alert: is it the right one?")


def test_a_number_that_many_bear_is_no_match(register: Register) -> None:
    rows = [row(str(n), f"{n:04d}") for n in range(700)]
    register.enter(rows, who="ada", reason="a block of numbers")
    found = ask(register, "0500")
    assert found.answer == "cannot_tell"
    assert "by chance" in found.why
    assert found.expected_by_chance > 1


def test_where_too_many_are_near_they_are_counted_and_the_answer_says_what_to_give(register: Register) -> None:
    numbers = [f"{n:05d}" for n in range(12340, 12350)]
    rows = [row(f"{model}-{n}", n, model=f"M{model}") for model in range(12) for n in numbers]
    register.enter(rows, who="ada", reason="a block of numbers")
    (found,) = register.look_up([Lookup("12345")])
    assert [one.spelling for one in found.candidates] == ["exact"] * 12
    assert found.answer == "cannot_tell"
    assert found.why.endswith("about 108 alerts more differ in one sign and were not looked at: give make, model, "
                              "calibre, year")  # fmt: skip
    assert found.total == 120
    (near,) = register.look_up([Lookup("1234X")])
    assert (near.answer, near.candidates) == ("cannot_tell", ())
    assert "give make" in near.why
    one = ask(register, "1234X", model="M7")
    assert (len(one.candidates), one.total) == (10, 10)


def test_the_state_follows_the_changes(register: Register, clock: Clock) -> None:
    (name,) = register.enter([row(review="2026-04-01")], who="ada", reason="report")
    assert register.alert(name).state == "entered"
    clock.pass_days(40)
    assert register.alert(name).state == "expired"
    assert ask(register, "AB1234").answer == "no_match"
    assert ask(register, "AB1234", everything=True).candidates[0].alert.state == "expired"
    with pytest.raises(RegisterError, match="expired cannot be extended"):
        register.change("extended", name, who="ada", reason="still missing", review="2027-01-01")


def test_a_correction_is_found_under_the_new_number_only(register: Register) -> None:
    (name,) = register.enter([row()], who="ada", reason="report")
    register.change("corrected", name, who="bo", reason="misread", fields={"numbers": [{"number": "AB9999"}]})
    assert ask(register, "AB9999").candidates[0].alert.state == "corrected"
    assert ask(register, "AB1234").answer == "no_match"


def test_as_it_stood_on_a_day(register: Register, clock: Clock) -> None:
    (name,) = register.enter([row()], who="ada", reason="report")
    clock.pass_days(10)
    register.change("corrected", name, who="bo", reason="misread", fields={"numbers": [{"number": "AB9999"}]})
    clock.pass_days(10)
    register.change("found", name, who="bo", reason="handed in")
    days = {date(2026, 2, 28): "no_match", date(2026, 3, 5): "match", date(2026, 3, 15): "no_match"}
    assert {day: ask(register, "AB1234", as_of=day).answer for day in days} == days
    assert ask(register, "AB9999", as_of=date(2026, 3, 15)).answer == "match"
    assert register.alert(name, date(2026, 3, 5)).state == "entered"
    assert register.alert(name).state == "found"


def test_a_hit_is_a_match_that_somebody_confirmed(register: Register) -> None:
    (name,) = register.enter([row()], who="ada", reason="report")
    ask(register, "AB1234")
    assert register.hits() == []
    with pytest.raises(RegisterError, match="who made it and why"):
        register.confirm(name, "AB1234", who="", reason="same gun")
    with pytest.raises(UnknownId):
        register.confirm("alr:0000000000000000", "AB1234", who="bo", reason="same gun")
    hit = register.confirm(name, "AB1234", who="bo", reason="compared frame and slide with the picture")
    assert (hit.alert, hit.by) == (name, "bo")
    assert [entry.what for entry in register.history(name)] == ["alert entered"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"object_class": "person"}, "`object_class` is none"),
        ({"reason": "suspect"}, "`reason` is none"),
        ({"owner": "somebody"}, "unknown field"),
        ({"event": "2026-13-45"}, "no day"),
        ({"event": "2099-01-01"}, "cannot be"),
        ({"event": "2026-02-20", "entered": "2026-02-10"}, "after the entry"),
        ({"numbers": []}, "needs a number"),
        ({"numbers": [{"number": "9" * 10_000}]}, "too long"),
        ({"numbers": [{"number": "--"}]}, "without a sign"),
        ({"numbers": [{"number": 1234}]}, "is text"),
        ({"numbers": [{"number": "1", "part": "holder"}]}, "no part"),
        ({"action": "seize"}, "only an authority"),
        ({"year": 2999}, "no year"),
        ({"reference": ""}, "`reference`"),
    ],
)
def test_what_is_no_alert_is_refused_and_nothing_is_kept(
    register: Register, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(RegisterError, match=message):
        register.enter([row("0"), row(**change)], who="ada", reason="report")
    assert ask(register, "AB1234").searched == ()


def test_an_authority_may_say_what_to_do(register: Register) -> None:
    register.enter(
        [row(authority="Harbour Police", official=True, action="seize and report")], who="ada", reason="report"
    )
    assert ask(register, "AB1234").candidates[0].alert.action == "seize and report"


def test_a_reference_is_entered_once(register: Register) -> None:
    register.enter([row()], who="ada", reason="report")
    with pytest.raises(RegisterError, match="already"):
        register.enter([row()], who="bo", reason="report")
    with pytest.raises(RegisterError, match="already"):
        register.enter([row("2"), row("2")], who="bo", reason="report")


def test_persons_in_a_note_are_blanked_and_counted(register: Register) -> None:
    (name,) = register.enter([row(note="taken from Ada Example near the bridge")], who="ada", reason="report")
    assert register.alert(name).note == "taken from ‹blank› near the bridge"
    assert register.history(name)[0].about["blanked"] == 1


def test_parts_that_do_not_belong_together_are_shown(register: Register) -> None:
    numbers = [{"number": "AB1234", "part": "frame"}, {"number": "AB1299", "part": "slide"}]
    register.enter([row(numbers=numbers)], who="ada", reason="report")
    found = ask(register, "AB1299", part="frame").candidates[0]
    assert found.alert.parts_differ == ("frame", "slide")
    assert {"field": "part", "asked": "frame", "held": "slide"} in found.fields
