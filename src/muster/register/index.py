"""An index of keys that finds a number with one edit anywhere: memory-mapped, built by sorting, asked in batches.

Every key is entered under its own hash and under the hashes of all that is left of it when one sign is taken out. Two
keys are one edit apart only if they share one of these (the deletion neighbourhood: Mor and Fraenkel 1982, "A hash code
method for detecting and correcting spelling errors", Communications of the ACM 25(12)); an exchange of neighbours comes
along. What shares one is compared sign by sign.

Entries lie sorted by hash in buckets: 16 bits of the hash and the row. Rows come in the order of their groups, so that
of equal hashes those of one make and model lie side by side, and what a question does not allow is never fetched.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.register.compare import WIDTH, distance_of, distances
from muster.register.deletions import SHORTEST, Bools, Codes, Hashes, Ints, hash_of_one, probes, probes_of_one

PER_BUCKET = 4
"""Entries of a bucket on average: fewer cost memory, more cost time."""

SCANNED = 8
"""Entries of a bucket up to which one after the other is looked at."""

FEW = 8
"""Keys up to which each is looked up for itself."""

CROWDED = 96
"""Rows that share a hash with one key beyond which they are compared together."""

MOST = 20_000
"""Rows that one hash may give; beyond that the number stands for so many objects that nobody reads them."""

Masks = Sequence[Bools | None]
"""For each key which groups may be given; None for all."""

Stretches = list[tuple[int, int]]
"""Rows that may be given, from and to."""

_EVERY: Stretches = [(0, 0)]


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that may be what was asked: for each the number of the query, the row, and how its key differs.

    distance: 0 the same key, 1 one edit or one exchange of neighbours, 2 the same without its series.
    left: queries for which not all was looked at, and how many entries were left: about as many rows, or fewer.
    """

    query: Ints
    row: Ints
    distance: NDArray[np.int8]
    left: Mapping[int, int] = field(default_factory=dict)


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
    _down: int = field(init=False)
    _low: int = field(init=False)
    _words: NDArray[np.uint64] = field(init=False)
    _views: tuple[memoryview, ...] = field(init=False)
    _stretches: dict[int, tuple[Bools, Stretches]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_bits", (len(self.offsets) - 1).bit_length() - 1)
        object.__setattr__(self, "_down", 64 - self._bits)
        object.__setattr__(self, "_low", 48 - self._bits)
        object.__setattr__(self, "_words", self.codes.view(np.dtype("<u8")))
        # single elements of a view cost a third of an array's
        held = (self.offsets, self.prints, self.rows, self._words.reshape(-1), self.lengths, self.series)
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
        allowed: Bools | Masks | None = None, near: int | None = None,
    ) -> Found:  # fmt: skip
        """Return the rows whose keys are those asked for, or one edit away, nearest first for each query.

        tolerant: edits, too, for keys of four signs and more. groups: the group of each row; allowed: whether a group
        may be given, for all keys or for each. Without them every row may. near: of a key with which more entries
        than that share what is left of it without a sign, no edits are looked for; they are counted (`left`).
        """
        masks: Masks = [allowed] * len(keys) if allowed is None or isinstance(allowed, np.ndarray) else allowed
        within = [None if mask is None or groups is None else self._within(groups, mask) for mask in masks]
        if len(keys) <= FEW:
            return self._few(keys, tolerant, within, near)
        hashes, of, whole = probes(keys, tolerant)
        query, row, left = self._lookup(hashes, of, whole, within, near)
        both = _once((query << 32) | row)  # a row that shares several hashes comes several times
        query, row = both >> 32, both & 0xFFFFFFFF
        distance = distances(keys, query, self._words[row], self.lengths[row], self.series[row])
        keep = distance >= 0
        if not tolerant:
            keep &= distance != 1
        elif min(map(len, keys), default=SHORTEST) < SHORTEST:
            short = np.array([len(key) < SHORTEST for key in keys])
            keep &= (distance != 1) | ~short[query]  # a longer key less one sign may be the short one
        if near is not None and left:  # whoever bears the very key was met under each of its hashes
            exact, hashed = (np.bincount(n, minlength=len(keys)) for n in (query[distance == 0], of[~whole]))
            left = {n: max(1, more - int(hashed[n] * exact[n])) for n, more in left.items()}
        order = np.sort((query[keep] << 34) | (distance[keep].astype(np.int64) << 32) | row[keep])
        return Found(order >> 34, order & 0xFFFFFFFF, ((order >> 32) & 3).astype(np.int8), left)

    def _few(
        self, keys: Sequence[bytes], tolerant: bool, within: Sequence[Stretches | None], near: int | None
    ) -> Found:  # fmt: skip
        """Return what `find` returns, key by key."""
        query: list[int] = []
        pairs: list[tuple[int, int]] = []
        left: dict[int, int] = {}
        for n, (key, stretches) in enumerate(zip(keys, within, strict=True)):
            found, more = self.find_one(key, tolerant, stretches, near)
            query += [n] * len(found)
            pairs += found
            if more:
                left[n] = more
        both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return Found(np.array(query, dtype=np.int64), both[:, 1], both[:, 0].astype(np.int8), left)

    def exact(self, key: bytes) -> list[int]:
        """Return the rows that bear this very key, in order; of a key longer than `WIDTH`, those that begin with it.

        >>> from muster.register.building import build
        >>> from muster.register.deletions import Keys
        >>> build([Keys.of([b"AB1234", b"AB1284", b"AB1234"])]).exact(b"AB1234")
        [0, 2]
        """
        offsets, prints, rows, words, lengths, _ = self._views
        hash_ = hash_of_one(key)
        bucket = hash_ >> self._down
        begin, end = offsets[bucket], offsets[bucket + 1]
        if begin == end:
            return []
        print_ = (hash_ >> self._low) & 0xFFFF
        if end - begin > SCANNED:
            begin = bisect_left(prints, print_, begin, end)
            end = bisect_right(prints, print_, begin, end)
        low, high, long = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:WIDTH], "little"), len(key)
        return [
            row
            for at in range(begin, end)
            if prints[at] == print_
            and words[2 * (row := rows[at])] == low
            and words[2 * row + 1] == high
            and lengths[row] == long
        ]

    def find_one(
        self, key: bytes, tolerant: bool = True, within: Stretches | None = None, near: int | None = None
    ) -> tuple[list[tuple[int, int]], int]:  # fmt: skip
        """Return distance and row of what one key finds, nearest first, and how many entries were not looked at.

        Without numpy's cost for each small step. within: stretches of rows that may be given. near: as `find` takes it.
        """
        offsets, prints, rows, *_ = self._views
        down, low = self._down, self._low
        found: list[int] = []
        runs: list[tuple[int, int]] = []
        own = own_runs = many = -1
        hashes = probes_of_one(key, tolerant)
        for hash_ in hashes:
            if many >= 0 and own < 0:  # the key's own hash comes first
                own, own_runs, many = len(found), len(runs), 0
            many = max(many, 0)
            bucket = hash_ >> down
            begin, end = offsets[bucket], offsets[bucket + 1]
            if begin == end:
                continue
            print_ = (hash_ >> low) & 0xFFFF
            if end - begin <= SCANNED:
                for at in range(begin, end):
                    if prints[at] == print_:
                        row = rows[at]
                        if within is None or any(first <= row < last for first, last in within):
                            found.append(row)
                continue
            begin = bisect_left(prints, print_, begin, end)
            end = bisect_right(prints, print_, begin, end)
            for first, last in within if within is not None else _EVERY:
                if begin == end:
                    break
                behind = end
                if within is not None:
                    begin = bisect_left(rows, first, begin, end)
                    behind = bisect_left(rows, last, begin, end)
                runs.append((begin, behind))
                many += behind - begin
                begin = behind
        left = 0
        if near is not None and own >= 0 and many + len(found) - own > near:
            left = many + len(found) - own
            del found[own:], runs[own_runs:]
            many = sum(end - begin for begin, end in runs)
        if many > CROWDED:
            given, more = self._together(key, tolerant, found, runs)
        else:
            given, more = self._one_by_one(key, tolerant, found, runs), 0
        if left:  # whoever bears the very key was met under each of its hashes
            left = max(1, left - (len(hashes) - 1) * sum(far == 0 for far, _ in given))
        return given, left + more

    def _one_by_one(
        self, key: bytes, tolerant: bool, found: list[int], runs: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int]]:  # fmt: skip
        _, _, rows, words, lengths, series = self._views
        for begin, end in runs:
            found += rows[begin:end]
        asked, long = int.from_bytes(key[:WIDTH], "little"), len(key)
        edits = tolerant and long >= SHORTEST
        given: list[tuple[int, int]] = []
        for row in set(found):
            held = words[2 * row] | words[2 * row + 1] << 64
            far = 0 if held == asked and long <= WIDTH else distance_of(asked, long, held, lengths[row], series[row])
            if far >= 0 and (far != 1 or edits):
                given.append((far, row))
        given.sort()
        return given

    def _together(
        self, key: bytes, tolerant: bool, found: list[int], runs: Sequence[tuple[int, int]]
    ) -> tuple[list[tuple[int, int]], int]:  # fmt: skip
        """Return what `find_one` returns where much shares a hash."""
        pieces = [self.rows[begin : min(end, begin + MOST)] for begin, end in runs]
        left = sum(max(0, end - begin - MOST) for begin, end in runs)
        row = _once(np.concatenate([np.array(found, dtype=np.uint32), *pieces]))
        distance = distances([key], None, self._words[row], self.lengths[row], self.series[row])
        keep = distance >= 0
        if not tolerant or len(key) < SHORTEST:
            keep &= distance != 1
        order = np.sort((distance[keep].astype(np.int64) << 32) | row[keep])
        return list(zip((order >> 32).tolist(), (order & 0xFFFFFFFF).tolist(), strict=True)), left

    def _within(self, groups: NDArray[Any], allowed: Bools) -> Stretches:
        """Return the stretches of rows that a mask allows, remembering them for the masks that come again."""
        known = self._stretches.get(id(allowed))
        if known is None or known[0] is not allowed:
            if len(self._stretches) > 4096:
                self._stretches.clear()
            known = self._stretches[id(allowed)] = (allowed, _stretches(groups, allowed))
        return known[1]

    def _lookup(
        self, hashes: Hashes, of: Ints, whole: Bools, within: Sequence[Stretches | None], near: int | None
    ) -> tuple[Ints, Ints, dict[int, int]]:  # fmt: skip
        """Return query and row of every entry that has the hash of a probe, a row perhaps several times; what is left.

        whole: whether a probe is a key's own hash.
        """
        bucket = (hashes >> np.uint64(64 - self._bits)).astype(np.int64)
        begin, end = self.offsets[bucket].astype(np.int64), self.offsets[bucket + 1].astype(np.int64)
        print_ = (hashes >> np.uint64(48 - self._bits)).astype(np.uint16)
        begin, end, print_, of, whole = _kept(begin, end, print_, of, whole)
        begin = _bisect(self.prints, print_, begin, end, right=False)
        end = _bisect(self.prints, print_, begin, end, right=True)
        begin, end, of, whole = _kept(begin, end, of, whole)
        if any(stretches is not None for stretches in within):
            begin, end, of, whole = self._narrowed(begin, end, of, whole, within)
        count = np.minimum(end - begin, MOST)
        if near is not None:
            beyond = np.bincount(of[~whole], count[~whole], minlength=len(within))
            count[~whole & (beyond[of] > near)] = 0
        missed = np.bincount(of, end - begin - count, minlength=len(within)).astype(np.int64)
        left = {int(n): int(missed[n]) for n in np.flatnonzero(missed)}
        owner = np.repeat(np.arange(len(of)), count)
        at = np.arange(len(owner)) + (begin - np.cumsum(count) + count)[owner]
        return of[owner], self.rows[at].astype(np.int64), left

    def _narrowed(
        self, begin: Ints, end: Ints, of: Ints, whole: Bools, within: Sequence[Stretches | None]
    ) -> tuple[Ints, Ints, Ints, Bools]:  # fmt: skip
        """Return of runs of entries the parts whose rows may be given, one for each stretch of rows."""
        every: Stretches = [(0, len(self))]
        each = [every if stretches is None else stretches for stretches in within]
        first = np.cumsum([0, *(len(stretches) for stretches in each)])
        low, high = np.array([pair for stretches in each for pair in stretches], dtype=np.int64).reshape(-1, 2).T
        times = np.diff(first)[of]
        owner = np.repeat(np.arange(len(of)), times)
        at = first[of][owner] + np.arange(len(owner)) - (np.cumsum(times) - times)[owner]
        begin = _bisect(self.rows, low[at].astype(np.uint32), begin[owner], end[owner], right=False)
        end = _bisect(self.rows, high[at].astype(np.uint32), begin, end[owner], right=False)
        begin, end, of, whole = _kept(begin, end, of[owner], whole[owner])
        return begin, end, of, whole


def _kept(begin: Ints, end: Ints, *beside: NDArray[Any]) -> tuple[Any, ...]:
    """Return the runs that hold something, with what stands beside them."""
    some = np.flatnonzero(end > begin)
    return tuple(array[some] for array in (begin, end, *beside))


def _once(values: NDArray[Any]) -> NDArray[Any]:
    """Return values sorted, each once; numpy's own hashes them, which costs more."""
    values = np.sort(values)
    return values[np.concatenate(([True], values[1:] != values[:-1]))] if len(values) else values


def _bisect(array: NDArray[Any], value: NDArray[Any], begin: Ints, end: Ints, *, right: bool) -> Ints:
    """Return for each value its place in its own sorted stretch of an array, left or right of its equals."""
    low, high = begin.copy(), end.copy()
    open_ = np.flatnonzero(low < high)
    while len(open_):
        middle = (low[open_] + high[open_]) >> 1
        held, wanted = array[middle], value[open_]
        behind = held <= wanted if right else held < wanted
        low[open_[behind]] = middle[behind] + 1
        high[open_[~behind]] = middle[~behind]
        open_ = open_[low[open_] < high[open_]]
    return low


def _mapped(path: Path) -> NDArray[Any]:
    try:
        return np.asarray(np.load(path, mmap_mode="r"))
    except ValueError:
        return np.asarray(np.load(path))  # nothing cannot be mapped


FILES = ("offsets", "prints", "rows", "codes", "lengths", "series")


def _stretches(groups: NDArray[Any], allowed: Bools) -> Stretches:
    """Return the stretches of rows, from and to, whose groups are allowed; groups stand in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], allowed, [False])).astype(np.int8)))
    edges = edges.astype(groups.dtype)  # of another type, all groups would be copied to compare them
    starts = np.searchsorted(groups, edges[::2], "left")
    ends = np.searchsorted(groups, edges[1::2], "left")
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b > a]
