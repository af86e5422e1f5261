"""Ids: the same for the same key, however the key is written down on the way."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.model import canonical_json, make_id

PARTS = st.text(st.characters(exclude_categories=["Cs"])) | st.integers() | st.none() | st.booleans()


@given(st.lists(PARTS))
def test_an_id_is_of_the_canonical_json_of_its_key(key: list[object]) -> None:
    assert make_id("obs", *key) == f"obs:{hashlib.sha256(canonical_json(key).encode()).hexdigest()[:16]}"


@pytest.mark.parametrize("part", [date(2014, 3, 1), Decimal("5.50"), {"b": 1, "a": "é"}, ["x", None], 2**64])
def test_days_amounts_and_whole_objects_may_be_parts_of_a_key(part: object) -> None:
    assert make_id("obs", "x", part) == f"obs:{hashlib.sha256(canonical_json(['x', part]).encode()).hexdigest()[:16]}"
