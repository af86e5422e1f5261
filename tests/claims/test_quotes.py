"""Quotations against their originals, word by word."""

from __future__ import annotations

import pytest

from muster.claims import compare_quote

ORIGINAL = (
    "We met in spring. We have found no evidence that weapons delivered to Ruritania were resold. More will follow."
)


@pytest.mark.parametrize(
    ("quote", "result", "said"),
    [
        ("We have found no evidence that weapons delivered to Ruritania were resold.", "faithful", ""),
        ("we have found NO evidence, that weapons delivered to Ruritania were resold", "faithful", ""),
        ("We have found evidence that weapons delivered to Ruritania were resold.", "altered", "no"),
        ("We have found no evidence that weapons delivered to [Graustark] were resold.", "altered", "[Graustark]"),
        ("The harbour police seized a boat last week near the old pier.", "not found", ""),
    ],
)
def test_what_differs_is_named(quote: str, result: str, said: str) -> None:
    checked = compare_quote(quote, ORIGINAL)
    assert checked.result == result
    assert said in checked.says
