"""An index of keys that finds a number with one edit anywhere: memory-mapped, built by sorting, asked in batches.

Every key is entered under its own hash and under the hashes of all that is left of it when one sign is taken out. Two
keys are one edit apart only if they share one of these (the deletion neighbourhood: Mor and Fraenkel 1982, "A hash code
method for detecting and correcting spelling errors", Communications of the ACM 25(12)); an exchange of neighbours comes
along. What shares one is compared sign by sign.

Entries lie sorted by hash in buckets: 16 bits of the hash and the row. Rows come in the order of their groups, so that
equal hashes of one group lie side by side.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.register.deletions import SHORTEST, Bools, Codes, Hashes, Ints, probes, probes_of_one

WIDTH = 16
"""Signs of a key that are held beside the entries; of longer keys the rest is compared where the record lies."""

PER_BUCKET = 4
"""Entries of a bucket on average: fewer cost memory, more cost time."""

HOT = 512
"""Entries of one bucket beyond which only those that the question allows are looked at."""

CROWDED = 160
"""Rows that share a hash with one key beyond which they are compared together."""

SCANNED = 8
"""Entries of a bucket up to which one after the other is looked at."""

FEW = 8
"""Keys up to which each is looked up for itself."""

MOST = 20_000
"""Rows that one bucket may give; beyond that the number stands for so many objects that nobody reads them."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that may be what was asked: for each the number of the query, the row, and how its key differs.

    distance: 0 the same key, 1 one edit or one exchange of neighbours, 2 the same without its series.
    cut: numbers of queries for which a bucket held more rows than are looked at.
    """

    query: Ints
    row: Ints
    distance: NDArray[np.int8]
    cut: frozenset[int] = frozenset()


@dataclass(frozen=True)
class NumberIndex:
    """An index over rows 0 … n - 1, each with one key.

    >>> from muster.register.building import build
    >>> from muster.register.deletions import Keys
    >>> index = build([Keys.of([b"AB1234", b"AB1284", b"77001"])])
    >>> found = index.find([b"AB1234"])
    >>> list(zip(found.row.tolist(), found.distance.tolist()))
    [(0, 0), (1, 1)]
    """

    offsets: NDArray[np.uint32]
    prints: NDArray[np.uint16]
    rows: NDArray[np.uint32]
    codes: Codes
    lengths: NDArray[np.uint8]
    series: NDArray[np.uint8]
    _bits: int = field(init=False)
    _views: tuple[memoryview, ...] = field(init=False)
    _stretches: dict[int, tuple[Bools, list[tuple[int, int]]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_bits", (len(self.offsets) - 1).bit_length() - 1)
        # single elements of a view cost a third of an array's
        flat = self.codes.reshape(-1)
        held = (self.offsets, self.prints, self.rows, flat, self.lengths, self.series)
        object.__setattr__(self, "_views", tuple(array.data for array in held))

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def size(self) -> int:
        """Bytes that the index takes, on disk and in memory."""
        return sum(getattr(self, name).nbytes for name in FILES)

    @classmethod
    def open(cls, folder: Path) -> NumberIndex:
        """Map the files of an index; nothing is read until it is asked."""
        # plain arrays over the maps: a memmap's own indexing costs several times as much
        return cls(**{name: _mapped(folder / f"{name}.npy") for name in FILES})

    def save(self, folder: Path) -> None:
        """Write the files of an index into a folder that is there."""
        for name in FILES:
            np.save(folder / f"{name}.npy", getattr(self, name))

    def find(
        self, keys: Sequence[bytes], *, tolerant: bool = True, groups: NDArray[Any] | None = None,
        allowed: Bools | None = None,
    ) -> Found:  # fmt: skip
        """Return the rows whose keys are those asked for, or one edit away, nearest first for each query.

        tolerant: edits, too, for keys of four signs and more. groups: the group of each row; allowed: whether a group
        may be given. Without them every row may.
        """
        if len(keys) <= FEW:
            few = self._few(keys, tolerant, groups, allowed)
            if few is not None:
                return few
        hashes, of = probes(keys, tolerant)
        query, row, cut = self._lookup(hashes, of, groups, allowed)
        both = np.unique((query << 32) | row)
        query, row = both >> 32, both & 0xFFFFFFFF
        distance = self._compare(keys, query, row)
        keep = distance >= 0
        if not tolerant:
            keep &= distance != 1
        elif min(map(len, keys), default=SHORTEST) < SHORTEST:
            short = np.array([len(key) < SHORTEST for key in keys])
            keep &= (distance != 1) | ~short[query]  # a longer key less one sign may be the short one
        query, row, distance = query[keep], row[keep], distance[keep]
        order = np.argsort((query << 2) | distance, kind="stable")
        return Found(query[order], row[order], distance[order], cut)

    def _few(
        self, keys: Sequence[bytes], tolerant: bool, groups: NDArray[Any] | None, allowed: Bools | None
    ) -> Found | None:
        """Return what `find` returns, key by key; None where one key finds too much for that."""
        within = None if allowed is None or groups is None else self._within(groups, allowed)
        query: list[int] = []
        pairs: list[tuple[int, int]] = []
        for n, key in enumerate(keys):
            found = self.find_one(key, tolerant, within)
            if found is None:
                return None
            query += [n] * len(found)
            pairs += found
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return Found(np.array(query, dtype=np.int64), both[:, 1], both[:, 0].astype(np.int8))

    def find_one(
        self, key: bytes, tolerant: bool = True, within: Sequence[tuple[int, int]] | None = None
    ) -> list[tuple[int, int]] | None:
        """Return distance and row of what one key finds, nearest first, without numpy's cost for each small step.

        within: stretches of rows, from and to, that may be given. None where there is so much that `find` is faster.
        """
        offsets, prints, rows, codes, lengths, series = self._views
        down, low = 64 - self._bits, 48 - self._bits
        found: set[int] = set()
        for hash_ in probes_of_one(key, tolerant):
            bucket = hash_ >> down
            begin, end = offsets[bucket], offsets[bucket + 1]
            if begin == end:
                continue
            print_ = (hash_ >> low) & 0xFFFF
            if end - begin <= SCANNED:
                for at in range(begin, end):
                    if prints[at] == print_:
                        found.add(rows[at])
                continue
            begin = bisect_left(prints, print_, begin, end)
            end = bisect_right(prints, print_, begin, end)
            if within is None and end - begin > CROWDED:
                return None
            if within is None:
                found.update(rows[begin:end])
            elif begin < end:
                for first, last in within:
                    left = bisect_left(rows, first, begin, end)
                    found.update(rows[left : bisect_left(rows, last, left, end)])
            if len(found) > CROWDED:
                return None
        if within is not None:
            found = {row for row in found if any(first <= row < last for first, last in within)}
        given: list[tuple[int, int]] = []
        for row in found:
            length = lengths[row]
            if length > WIDTH or len(key) > WIDTH:
                far = 1 if abs(length - len(key)) <= 1 else -1  # compared where the record lies; its hash agrees
            else:
                far = _far(key, bytes(codes[row * WIDTH : row * WIDTH + length]), series[row])
                if far == 1 and (not tolerant or len(key) < SHORTEST):
                    continue
            if far >= 0:
                given.append((far, row))
        given.sort()
        return given

    def _within(self, groups: NDArray[Any], allowed: Bools) -> list[tuple[int, int]]:
        """Return the stretches of rows that a mask allows, remembering them for the masks that come again."""
        known = self._stretches.get(id(allowed))
        if known is None or known[0] is not allowed:
            if len(self._stretches) > 4096:
                self._stretches.clear()
            known = self._stretches[id(allowed)] = (allowed, _stretches(groups, allowed))
        return known[1]

    def _lookup(
        self, probes: Hashes, of: Ints, groups: NDArray[Any] | None, allowed: Bools | None
    ) -> tuple[Ints, Ints, frozenset[int]]:
        """Return query and row of every entry that has the hash of a probe."""
        bucket = (probes >> np.uint64(64 - self._bits)).astype(np.int64)
        prints = (probes >> np.uint64(48 - self._bits)).astype(np.uint16)
        start = self.offsets[bucket].astype(np.int64)
        count = self.offsets[bucket + 1] - start
        hot: list[tuple[Ints, Ints]] = []
        cut: set[int] = set()
        if len(count) and count.max() > HOT:
            for probe in np.flatnonzero(count > HOT):
                begin, end = int(start[probe]), int(start[probe] + count[probe])
                rows, more = self._hot(begin, end, prints[probe], groups, allowed)
                hot.append((np.full(len(rows), of[probe]), rows))
                if more:
                    cut.add(int(of[probe]))
            count = np.where(count > HOT, 0, count)
        ends = np.cumsum(count)
        owner = np.repeat(np.arange(len(probes)), count)
        at = np.arange(len(owner)) + (start - ends + count)[owner]
        hit = self.prints[at] == prints[owner]
        at = at[hit]
        row = self.rows[at].astype(np.int64)
        query = of[owner[hit]]
        if hot:
            query = np.concatenate([query, *(one for one, _ in hot)])
            row = np.concatenate([row, *(rows for _, rows in hot)])
        if allowed is not None and groups is not None:
            keep = allowed[groups[row]]
            query, row = query[keep], row[keep]
        return query, row, frozenset(cut)

    def _hot(
        self, begin: int, end: int, print_: np.uint16, groups: NDArray[Any] | None, allowed: Bools | None
    ) -> tuple[Ints, bool]:
        """Return the rows of a crowded bucket that have a print and are allowed, and whether there are more."""
        first, last = (begin + int(self.prints[begin:end].searchsorted(print_, side)) for side in ("left", "right"))
        rows = self.rows[first:last]
        if allowed is None or groups is None:
            return rows[:MOST].astype(np.int64), len(rows) > MOST
        kept: list[Ints] = []
        many = 0
        for low, high in self._within(groups, allowed):
            left, right = int(rows.searchsorted(low, "left")), int(rows.searchsorted(high, "left"))
            if right > left:
                kept.append(rows[left : min(right, left + MOST - many)].astype(np.int64))
                many += right - left
                if many >= MOST:
                    return np.concatenate(kept), True
        return (np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)), False

    def _compare(self, keys: Sequence[bytes], query: Ints, row: Ints) -> NDArray[np.int8]:
        """Return the distance of each pair, -1 where the keys only share a hash."""
        asked, lengths = signs(keys)
        mine = self.codes[row]
        theirs = asked[query]
        longer = self.lengths[row].astype(np.int16) - lengths[query]
        unlike = mine != theirs
        many = unlike.sum(axis=1)
        first = np.where(many > 0, unlike.argmax(axis=1), WIDTH)
        distance = np.full(len(row), -1, dtype=np.int8)
        level = longer == 0
        distance[level & (many == 0)] = 0
        distance[level & (many == 1)] = 1
        two = np.flatnonzero(level & (many == 2))
        here = first[two]
        after = np.minimum(here + 1, WIDTH - 1)
        swapped = (mine[two, here] == theirs[two, after]) & (mine[two, after] == theirs[two, here])
        distance[two[swapped & unlike[two, after] & (after > here)]] = 1
        behind = first[:, None] <= _PLACES
        held_more = ~((mine[:, 1:] != theirs[:, :-1]) & behind).any(axis=1) & (longer == 1)
        asked_more = ~((mine[:, :-1] != theirs[:, 1:]) & behind).any(axis=1) & (longer == -1)
        distance[held_more | asked_more] = 1
        heads = self.series[row]
        bare = (distance < 0) & (heads > 0) & (longer == heads)
        if bare.any():
            pairs = np.flatnonzero(bare)
            places = np.minimum(heads[pairs, None] + np.arange(WIDTH), WIDTH - 1)
            inside = np.arange(WIDTH) < np.minimum(lengths[query[pairs]], WIDTH - heads[pairs])[:, None]
            shifted = np.take_along_axis(mine[pairs], places, axis=1)
            distance[pairs[~((shifted != theirs[pairs]) & inside).any(axis=1)]] = 2
        # what does not fit is compared where the record lies; its hash agrees
        long = (distance < 0) & ((self.lengths[row] > WIDTH) | (lengths[query] > WIDTH)) & (abs(longer) <= 1)
        distance[long] = 1
        distance[(distance == 0) & (lengths[query] > WIDTH)] = 1
        return distance


def _mapped(path: Path) -> NDArray[Any]:
    try:
        return np.asarray(np.load(path, mmap_mode="r"))
    except ValueError:
        return np.asarray(np.load(path))  # nothing cannot be mapped


FILES = ("offsets", "prints", "rows", "codes", "lengths", "series")
_PLACES = np.arange(WIDTH - 1)


def signs(keys: Sequence[bytes]) -> tuple[Codes, NDArray[np.int16]]:
    joined = b"".join([key[:WIDTH].ljust(WIDTH, b"\0") for key in keys])
    lengths = np.fromiter(map(len, keys), dtype=np.int16, count=len(keys))
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(keys), WIDTH), lengths


def _far(asked: bytes, held: bytes, head: int) -> int:
    """Return the distance of two keys: 0, 1, 2 for the same without its series, -1 for more."""
    if asked == held:
        return 0
    more = len(held) - len(asked)
    first = next((n for n, (a, b) in enumerate(zip(asked, held, strict=False)) if a != b), min(len(asked), len(held)))
    if more == 0:
        if asked[first + 1 :] == held[first + 1 :]:
            return 1
        swapped = asked[first : first + 2] == held[first : first + 2][::-1]
        if swapped and asked[first + 2 :] == held[first + 2 :]:
            return 1
    elif (more == 1 and asked[first:] == held[first + 1 :]) or (more == -1 and asked[first + 1 :] == held[first:]):
        return 1
    return 2 if head and head == more and held[head:] == asked else -1


def _stretches(groups: NDArray[Any], allowed: Bools) -> list[tuple[int, int]]:
    """Return the stretches of rows, from and to, whose groups are allowed; groups stand in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], allowed, [False])).astype(np.int8)))
    edges = edges.astype(groups.dtype)  # of another type, all groups would be copied to compare them
    starts = np.searchsorted(groups, edges[::2], "left")
    ends = np.searchsorted(groups, edges[1::2], "left")
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b > a]
