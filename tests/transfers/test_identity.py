"""Names of one item meet; parts of it stay apart."""

from __future__ import annotations

import pytest

from muster.transfers.identity import identify


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("FGM-148", ""),
        ("Javelin", ""),
        ("FGM-148 Javelin", ""),
        ("Javelin anti-tank missile system", "system"),
        ("missile for Javelin", "missile"),
        ("Javelin missiles", "missile"),
        ("Javelin Command Launch Unit", "launch unit"),
        ("Javelin CLU", "launch unit"),
        ("launch units for Javelin", "launch unit"),
    ],
)
def test_all_names_of_a_missile_meet_and_its_parts_stay_apart(text: str, part: str) -> None:
    found = identify(text)
    assert (found.name, found.part, found.unroca, found.military_list) == ("FGM-148 Javelin", part, "LW5", "ML4")


def test_the_word_of_a_register_for_a_missile_says_which_part() -> None:
    found = identify("Javelin ATM", "anti_tank_missile", "anti-tank missile")
    assert (found.name, found.part) == ("FGM-148 Javelin", "missile")


@pytest.mark.parametrize(
    ("text", "class_", "name"),
    [
        ("M777 howitzer", "howitzer", "M777"),
        ("UFH 155mm", "howitzer", "M777"),
        ("155mm M777A2 howitzer", "", "M777"),
        ("20 155mm M777A2 howitzer", "", "M777"),
        ("HIMARS 142 multiple rocket launcher", "rocket_artillery", "M142 HIMARS"),
        ("Modified T-72 tank (T-72A/T-72M1/M1R)", "tank", "T-72"),
        ("T-72B3 Obr. 2016", "", "T-72"),
    ],
)
def test_registers_trackers_and_loss_lists_meet(text: str, class_: str, name: str) -> None:
    assert identify(text, class_, counted=True).name == name


@pytest.mark.parametrize(
    "text",
    ["UAZ Patriot jeep", "radar for S-300", "MT-LB with ZU-23 AA gun", "Harbour patrol boat", "Class A tractor"],
)
def test_what_only_bears_a_name_keeps_its_own_words(text: str) -> None:
    assert identify(text).known_by == "words"


def test_a_vehicle_that_carries_a_missile_is_no_missile() -> None:
    assert identify("M-113 Spike-NLOS", "armoured_vehicle").name != "Spike"
