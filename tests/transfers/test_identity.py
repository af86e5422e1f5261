"""Names of one item meet; parts of it stay apart."""

from __future__ import annotations

from collections import Counter

import pytest

from muster.transfers import identity
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
        ("M777 howitzer", "towed_gun", "M777"),
        ("UFH 155mm", "towed_gun", "M777"),
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


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("Harpoon Block-2", "Harpoon Block II", "Harpoon Block II"),
        ("International M1224 MaxxPro", "M1224 MaxxPro", "MaxxPro"),
        ("BREM-1 armoured recovery vehicle", "BREM-1", "BREM-1"),
        ("152mm 2A65 Msta-B howitzer", "152mm 2A65 Msta-B", "2A65 Msta-B"),
        ("Iveco LMV Rys", "LMV", "Iveco LMV"),
        ("9A331M TLAR (for 9K332 Tor-M2)", "9K332 Tor-M2", "9K332 Tor-M2"),
    ],
)
def test_two_spellings_of_heavy_arms_meet(one: str, other: str, name: str) -> None:
    class_ = identify(one).class_
    assert {identify(one).name, identify(other, class_).name} == {name}


@pytest.mark.parametrize(("one", "other"), [
    ("C-130H Hercules", "C-130J Hercules"), ("Ural-4320", "Ural-4320 tanker"), ("HMMWV-UA", "M1152 HMMWV"),
    ("T-72A", "T-72AV"), ("TOW-2B", "9M119"),
])  # fmt: skip
def test_variants_and_what_stands_on_a_chassis_stay_apart(one: str, other: str) -> None:
    assert identify(one).name != identify(other).name


@pytest.mark.parametrize(("text", "class_"), [("Bushmaster", "rifle"), ("Spartan", ""), ("Paveway", "tank")])
def test_an_ordinary_word_names_heavy_arms_only_beside_its_class(text: str, class_: str) -> None:
    assert identify(text, class_).class_ not in ("armoured_carrier", "guided_bomb")


def test_every_class_that_the_tables_speak_of_is_one_of_the_catalogue_or_of_transfers() -> None:
    listed = {one for members in identity._file("classes.yml")["military_list"].values() for one in members}
    assert listed <= set(identity.known_classes())
    assert identity.light() <= set(identity.known_classes())
    assert {row["class"] for row in identity._file("items.yml")["items"] if "class" in row} <= listed
    assert identity.official_classes("towed_gun") == ("III", "ML2")


def test_every_heavy_item_has_a_class_of_the_list_and_one_meaning() -> None:
    """A spelling that two items share would join what is not one."""
    found = identity._file("heavy.yml")["classes"]
    assert set(found) <= set(identity.known_classes())
    spellings = [identity.fold(str(s)) for items in found.values() for item in items for s in dict.fromkeys(item)]
    names = Counter(key for items in found.values() for item in items for key in {identity.fold(str(s)) for s in item})
    assert {key: n for key, n in names.items() if n > 1} == {}
    assert len(spellings) > 400


def test_a_knife_that_bears_the_name_of_a_sonar_is_no_item_of_a_ledger() -> None:
    assert identify("Flash").known_by == "words"
    assert identify("Kornet").name == "9M133 Kornet"
