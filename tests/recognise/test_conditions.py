"""What is said of the state of a thing. All titles are invented."""

from __future__ import annotations

import pytest

from muster.recognise import Listing, Recogniser

RECOGNISER = Recogniser.load()


@pytest.mark.parametrize(
    ("title", "conditions"),
    [
        ("Deactivated Uzi with certificate", ("deactivated",)),
        ("Dekowaffe MP40", ("deactivated",)),
        ("Zoraki 914 converted to 9mm live fire", ("converted",)),
        ("Replica Cobra 6 firecracker", ("replica",)),
        ("3D printed pistol 9mm", ("printed",)),
        ("Custom listing for cleo - Glock 26", ("custom_order",)),
        ("Glock 26, not a replica", ()),
        ("Replica watch", ()),
        ("3D printed gun files, ebook", ()),
        ("Glock 26", ()),
    ],
)
def test_conditions_are_read_where_a_weapon_is_sold(title: str, conditions: tuple[str, ...]) -> None:
    assert RECOGNISER.recognise([Listing("x", title, price="USD 400")])[0].conditions == conditions


def test_the_words_of_a_condition_are_evidence() -> None:
    offer = RECOGNISER.recognise([Listing("x", "Deactivated Uzi", price="USD 400")])[0]
    assert [(span.start, span.end) for span in offer.spans if span.what == "condition:deactivated"] == [(0, 11)]


def test_a_converted_blank_pistol_is_a_handgun() -> None:
    titles = ["Zoraki 914 blank pistol 9mm PAK", "Zoraki 914 converted to 9mm live fire"]
    assert [offer.kind for offer in RECOGNISER.recognise([Listing("x", title) for title in titles])] == [
        "less_lethal", "handgun",
    ]  # fmt: skip
