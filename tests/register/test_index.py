"""The index finds what a naive comparison of all keys finds, in memory and from its files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.register.building import build
from muster.register.compare import distance_of, distances, words_of
from muster.register.deletions import Keys
from muster.register.index import NumberIndex
from muster.register.number import distance, pattern
from muster.register.partial import rows_matching

KEYS = st.text(alphabet="0127AB", min_size=1, max_size=9)


def _naive(keys: list[str], asked: str) -> dict[int, int]:
    held = {row: distance(asked, key) for row, key in enumerate(keys)}
    # of fewer than four signs only the very number is found
    return {row: far for row, far in held.items() if far == 0 or (far == 1 and len(asked) >= 4)}


@settings(max_examples=150)
@given(st.lists(KEYS, max_size=40), st.lists(KEYS, min_size=1, max_size=5))
def test_what_is_found_is_what_a_naive_search_finds(keys: list[str], asked: list[str]) -> None:
    index = build([Keys.of([key.encode() for key in keys])] if keys else [])
    together = index.find([one.encode() for one in asked])
    for n, one in enumerate(asked):
        alone = index.find([one.encode()])
        expected = _naive(keys, one)
        assert dict(zip(alone.row.tolist(), alone.distance.tolist(), strict=True)) == expected
        mine = together.query == n
        assert dict(zip(together.row[mine].tolist(), together.distance[mine].tolist(), strict=True)) == expected


@given(st.lists(KEYS, min_size=1, max_size=30), KEYS, st.integers(0, 8))
def test_unreadable_signs_find_what_a_naive_search_finds(keys: list[str], asked: str, at: int) -> None:
    index = build([Keys.of([key.encode() for key in keys])])
    for text in (asked[:at] + "?" + asked[at + 1 :], asked[: at + 3] + "*", "*" + asked[-4:], "??" + asked + "?"):
        wanted = pattern(text)
        if wanted.readable >= 3:
            expected = [row for row, key in enumerate(keys) if wanted.matches(key)]
            assert rows_matching(index, wanted)[0].tolist() == expected


def _crowd() -> tuple[NumberIndex, np.ndarray]:
    """Ten groups that all have the same two thousand numbers."""
    keys = [f"{n:06d}".encode() for _ in range(10) for n in range(2000)]
    groups = np.repeat(np.arange(10, dtype=np.uint32), 2000)
    return build([Keys.of(keys)]), groups


def test_an_index_on_disk_is_the_one_that_was_built(tmp_path: Path) -> None:
    index, _ = _crowd()
    index.save(tmp_path)
    again = NumberIndex.open(tmp_path)
    for asked in (b"000500", b"00500", b"001999", b"999999"):
        assert again.find([asked]).row.tolist() == index.find([asked]).row.tolist()


def test_an_index_built_through_files_is_the_one_built_in_memory(tmp_path: Path) -> None:
    keys = [f"{n * 7919 % 10**6:06d}".encode() for n in range(3000)]
    batches = [Keys.of(keys[at : at + 700]) for at in range(0, 3000, 700)]
    plain, through = build(batches), build(batches, folder=tmp_path, expected=5_000_000)
    for name in ("offsets", "prints", "rows", "codes", "lengths", "series"):
        assert np.array_equal(getattr(plain, name), getattr(through, name)), name
        assert np.array_equal(getattr(plain, name), getattr(NumberIndex.open(tmp_path), name)), name
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy"}


@settings(max_examples=150)
@given(st.lists(KEYS, max_size=60), st.lists(KEYS, min_size=9, max_size=12), st.integers(0, 12), st.integers(0, 7))
def test_one_alone_and_many_together_find_the_same_and_leave_the_same(
    keys: list[str], asked: list[str], near: int, chosen: int
) -> None:
    index = build([Keys.of([key.encode() for key in keys], [len(key) % 3 for key in keys])] if keys else [])
    groups = np.sort(np.arange(len(keys), dtype=np.uint32) * 7 % 3)
    masks = [None if (chosen + n) % 4 == 0 else np.array([chosen & 1, chosen & 2, n & 1], dtype=bool)
             for n in range(len(asked))]  # fmt: skip
    together = index.find([one.encode() for one in asked], groups=groups, allowed=masks, near=near)
    for n, one in enumerate(asked):
        alone = index.find([one.encode()], groups=groups, allowed=[masks[n]], near=near)
        mine = together.query == n
        assert list(zip(alone.distance.tolist(), alone.row.tolist(), strict=True)) == list(
            zip(together.distance[mine].tolist(), together.row[mine].tolist(), strict=True)
        )
        assert alone.left.get(0, 0) == together.left.get(n, 0)
        whole = index.find([one.encode()], groups=groups, allowed=[masks[n]])
        every = index.find([one.encode()])
        mask = masks[n]
        assert set(whole.row.tolist()) == {row for row in every.row.tolist() if mask is None or mask[groups[row]]}
        if not alone.left:
            assert alone.row.tolist() == whole.row.tolist()
        else:
            assert (alone.distance == 0).sum() == (whole.distance == 0).sum()


SIGNS = st.text(alphabet="01AB", max_size=18)


@given(SIGNS, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 17), st.sampled_from("01AB")), max_size=2))
def test_words_are_compared_as_signs_are(asked: str, edits: list[tuple[int, int, str]]) -> None:
    held = asked
    for what, at, sign in edits:
        at = min(at, len(held))
        held = [held[:at] + sign + held[at + 1 :], held[:at] + sign + held[at:], held[:at] + held[at + 1 :],
                held[:at] + held[at : at + 2][::-1] + held[at + 2 :]][what]  # fmt: skip
    if not asked or not held or max(len(asked), len(held)) > 16:
        return
    one, other = asked.encode(), held.encode()
    words, lengths = words_of([other]), np.array([len(held)], dtype=np.uint8)
    for head in (0, 1, 2):
        expected = {0: 0, 1: 1}.get(distance(asked, held), 2 if head and held[head:] == asked else -1)
        numbers = [int.from_bytes(key, "little") for key in (one, other)]
        assert distance_of(numbers[0], len(one), numbers[1], len(other), head) == expected
        heads = np.array([head], dtype=np.uint8)
        assert distances([one], None, words, lengths, heads).tolist() == [expected]
        assert distances([b"X", one], np.array([1]), words, lengths, heads).tolist() == [expected]


def test_what_is_allowed_narrows_a_crowded_number() -> None:
    index, groups = _crowd()
    allowed = np.zeros(10, dtype=bool)
    allowed[[3, 7]] = True
    found = index.find([b"000500"], groups=groups, allowed=allowed)
    assert sorted(set(groups[found.row].tolist())) == [3, 7]
    assert (found.distance == 0).sum() == 2
    everywhere = index.find([b"000500"])
    assert (everywhere.distance == 0).sum() == 10
    assert set(found.row.tolist()) == {row for row in everywhere.row.tolist() if groups[row] in (3, 7)}


def test_a_number_is_found_without_its_series() -> None:
    index = build([Keys.of([b"AB1234", b"CD1234", b"1234"], [2, 2, 0])])
    found = index.find([b"1234"])
    assert dict(zip(found.row.tolist(), found.distance.tolist(), strict=True)) == {2: 0, 0: 2, 1: 2}


@pytest.mark.parametrize("key", [b"", b"1", b"X" * 40])
def test_extremes_are_found_or_nothing_is(key: bytes) -> None:
    index = build([Keys.of([b"1", b"X" * 40])])
    assert len(index.find([key]).row) == (0 if key == b"" else 1)
    assert len(build([]).find([key]).row) == 0
