"""Numbers fold to keys; what differs between two is told in signs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.register.number import differences, distance, is_pattern, key_of, pattern, query_keys, shape, squeeze

KEYS = st.text(alphabet="0123456789ABT", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AB 01234", "ab-o1234"),
        ("IL1234", "1l1234"),
        ("МР 5678", "MP5678"),  # Cyrillic Em, Er
        ("ΑΒ 5678", "AB5678"),  # Greek Alpha, Beta
        ("1234 КО", "KO-1234"),
        ("АК 12З4", "AK1234"),  # Cyrillic Ze
        ("№ 12/34", "1234"),
        ("１２３４", "1234"),
    ],
)
def test_what_readers_confuse_has_one_key(one: str, other: str) -> None:
    assert set(query_keys(one)) & set(query_keys(other))


@pytest.mark.parametrize(("one", "other"), [("AB1234", "AC1234"), ("1234", "12345"), ("ГН1234", "БН1234")])
def test_what_readers_tell_apart_stays_apart(one: str, other: str) -> None:
    assert not set(query_keys(one)) & set(query_keys(other))


@pytest.mark.parametrize("number", ["A1234", "ГН 777", "OI 1234", "Б-55"])
def test_a_series_is_found_before_and_after_its_number(number: str) -> None:
    series = number.rstrip("0123456789 -")
    digits = number[len(series) :].strip(" -")
    if series and digits:
        assert key_of(series, digits) in query_keys(f"{digits} {series}")
        assert key_of(series, digits) in query_keys(f"{series}{digits}")


@given(st.text(max_size=300))
def test_folding_twice_changes_nothing(text: str) -> None:
    for key in query_keys(text):
        assert len(key) <= 40
        assert squeeze(key.replace("1", "1")) is not None
        assert key.encode("latin-1")


@given(KEYS, KEYS)
def test_distance_is_symmetric_and_agrees_with_the_differences(one: str, other: str) -> None:
    far = distance(one, other)
    assert far == distance(other, one)
    assert (far == 0) == (one == other) == (differences(one, other) == [])


@given(KEYS, st.integers(0, 11), st.sampled_from("07AT"))
def test_one_edit_is_one_edit(key: str, at: int, sign: str) -> None:
    at = min(at, len(key) - 1)
    assert distance(key, key[:at] + sign + key[at:]) == 1
    assert distance(key, key[:at] + key[at + 1 :]) == 1
    assert distance(key, key[:at] + sign + key[at + 1 :]) == int(key[at] != sign)


@given(KEYS)
def test_a_number_fits_every_pattern_made_from_it(key: str) -> None:
    assert pattern("?" + key[1:]).matches(key)
    assert pattern(key[:2] + "*").matches(key)
    assert pattern("*" + key[-2:]).matches(key)
    assert not pattern("?" * (len(key) + 1)).matches(key)


def test_hostile_numbers_are_numbers_like_any_other() -> None:
    for text in ("1' OR '1'='1", "=HYPERLINK(1)", "\x00\x1b[31m12", "9" * 10_000, "🔫" * 50, "../../etc/passwd"):
        assert all(len(key) <= 40 for key in query_keys(text))
    assert query_keys("--- ") == ()
    assert is_pattern("12?4*")
    assert shape("AB01") == "AA99"
