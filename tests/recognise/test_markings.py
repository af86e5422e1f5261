"""Serial, lot and contract numbers, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.recognise.markings import find_markings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("serial no. AB12345", [("serial", "AB12345")]),
        ("Serial: 1234567", [("serial", "1234567")]),
        ("S/N 88-123456", [("serial", "88-123456")]),
        ("Seriennummer KR4711", [("serial", "KR4711")]),
        ("серийный номер 1234567", [("serial", "1234567")]),
        ("lot 1998-12", [("lot", "1998-12")]),
        ("Lot no. LC98", [("lot", "LC98")]),
        ("contract DAAH01-03-C-0017", [("contract", "DAAH01-03-C-0017")]),
        ("markings W31P4Q-19-C-0076 on the tube", [("contract", "W31P4Q-19-C-0076")]),
        ("no serial numbers", []),
        ("serial 294", []),
        ("lot of 50", []),
        ("a lot 2000 cheaper", []),
        ("contract for 500 pcs", []),
        ("order no. 1234567", []),
        ("call 0151 1234567", []),
        ("USD 1500.00", []),
        ("cal. 7.62x39", []),
        ("windows serial key ABCD-1234", []),
        ("cereal AB12345", []),
    ],
)
def test_a_number_counts_only_beside_the_word_that_names_it(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(m.type, m.value) for m in find_markings("x", "title", text)] == expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_text_at_a_marking_is_its_value(before: str, after: str) -> None:
    text = f"{before} serial AB12345 {after}"
    for marking in find_markings("x", "title", text):
        assert text[marking.start : marking.end] == marking.value
