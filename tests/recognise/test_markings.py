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
        ("numéro de série AB 1234, n° de série", []),
        ("numéro de série AB1234", [("serial", "AB1234")]),
        ("Número de serie: 88-12345", [("serial", "88-12345")]),
        ("matricola AB12345", [("serial", "AB12345")]),
        ("numer seryjny KR4711", [("serial", "KR4711")]),
        ("серійний номер 1234567", [("serial", "1234567")]),
        ("lote nº LC98", [("lot", "LC98")]),
        ("партія 12-98", [("lot", "12-98")]),
        ("Vertrag Nr. ABC-12-345", [("contract", "ABC-12-345")]),
        ("контракт № ABC-12-345", [("contract", "ABC-12-345")]),
        (
            "serial AB12345 / lot LC-98-01 / contract DAAH01-03-C-0017",
            [("serial", "AB12345"), ("lot", "LC-98-01"), ("contract", "DAAH01-03-C-0017")],
        ),
        ("serial number removed, 2 mags", []),
        ("serial: 9x19", []),
        ("tracking no. RA123456785CN", []),
        ("order #20170509-12", []),
        ("tel. +49 151 2345678, fax 030-123456", []),
        ("item SKU AB-12345", []),
        ("5.56x45 lot of 1000 rounds, $450.00", []),
        ("contract killer 24/7", []),
        ("vertragsnummer", []),
        ("a whole lot 9mm-124gr", []),
        ("Glock 19-4 G3 12345", []),
        ("model no. MT-999BK", []),
        ("USD 1,500.00 (0.3065 BTC)", []),
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
