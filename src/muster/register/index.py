"""An index of keys that finds a number with one edit anywhere: memory-mapped, built by sorting, asked in batches.

Every key is entered under its own hash and under the hashes of all that is left of it when one sign is taken out. Two
keys are one edit apart only if they share one of these (the deletion neighbourhood: Mor and Fraenkel 1982, "A hash code
method for detecting and correcting spelling errors", Communications of the ACM 25(12)); an exchange of neighbours comes
along. What shares one is compared sign by sign.

The hash is a polynomial modulo 2**64, so that all deletions of a key follow from its running sums. Entries lie sorted
by hash in buckets: 16 bits of the hash and the row. Rows come in the order of their groups, so that equal hashes of one
group lie side by side.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.register.number import LONGEST

WIDTH = 16
"""Signs of a key that are held beside the entries; of longer keys the rest is compared where the record lies."""

SHORTEST = 4
"""Signs from which on an edit is tolerated: of three signs any two numbers are nearly one edit apart."""

PER_BUCKET = 4
"""Entries of a bucket on average: fewer cost memory, more cost time."""

HOT = 512
"""Entries of one bucket beyond which only those that the question allows are looked at."""

MOST = 20_000
"""Rows that one bucket may give; beyond that the number stands for so many objects that nobody reads them."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_S32 = np.uint64(32)

Ints = NDArray[np.int64]
Codes = NDArray[np.uint8]
Hashes = NDArray[np.uint64]
Bools = NDArray[np.bool_]


def _powers(step: int) -> Hashes:
    return np.array([pow(step, n, 1 << 64) for n in range(LONGEST + 1)], dtype=np.uint64)


_POWERS = _powers(int(_STEP))
_BACK = _powers(pow(int(_STEP), -1, 1 << 64))


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


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys as an index takes them: their signs side by side, their lengths, and how many signs are the series."""

    codes: Codes  # (n, LONGEST), zeros behind a key
    lengths: NDArray[np.uint8]
    series: NDArray[np.uint8]

    @classmethod
    def of(cls, keys: Sequence[bytes], series: Sequence[int] | None = None) -> Keys:
        """Return keys of at most `LONGEST` signs."""
        joined = b"".join([key.ljust(LONGEST, b"\0") for key in keys])
        codes = np.frombuffer(joined, dtype=np.uint8).reshape(len(keys), LONGEST)
        lengths = np.fromiter(map(len, keys), dtype=np.uint8, count=len(keys))
        heads = np.zeros(len(keys), dtype=np.uint8) if series is None else np.array(series, dtype=np.uint8)
        return cls(codes, lengths, heads)


@dataclass(frozen=True)
class NumberIndex:
    """An index over rows 0 … n - 1, each with one key.

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

    def __post_init__(self) -> None:
        object.__setattr__(self, "_bits", (len(self.offsets) - 1).bit_length() - 1)

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
        return cls(**{name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in FILES})

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
        probes, of = _probes(keys, tolerant)
        query, row, cut = self._lookup(probes, of, groups, allowed)
        if len(keys) > 1:
            both = np.unique((query << 32) | row)
            query, row = both >> 32, both & 0xFFFFFFFF
        else:
            row = np.unique(row)
            query = np.zeros(len(row), dtype=np.int64)
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
        for low, high in _stretches(groups, allowed):
            left, right = int(rows.searchsorted(low, "left")), int(rows.searchsorted(high, "left"))
            if right > left:
                kept.append(rows[left : min(right, left + MOST - many)].astype(np.int64))
                many += right - left
                if many >= MOST:
                    return np.concatenate(kept), True
        return (np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)), False

    def _compare(self, keys: Sequence[bytes], query: Ints, row: Ints) -> NDArray[np.int8]:
        """Return the distance of each pair, -1 where the keys only share a hash."""
        asked, lengths = _signs(keys)
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
        for pair in np.flatnonzero(level & (many == 2)):
            at = int(first[pair])
            if at + 1 < WIDTH and mine[pair, at] == theirs[pair, at + 1] and mine[pair, at + 1] == theirs[pair, at]:
                distance[pair] = 1
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


FILES = ("offsets", "prints", "rows", "codes", "lengths", "series")
_PLACES = np.arange(WIDTH - 1)


def build(batches: Iterable[Keys], *, spill: Path | None = None, expected: int = 0) -> NumberIndex:
    """Build an index of keys that come in batches, in the order of their rows.

    spill: a folder for what lies aside meanwhile, so that memory stays bounded; `expected`: about how many keys come.
    Without it all is held in memory.
    """
    parts = 1 << max(0, (max(expected, 1) // 500_000).bit_length()) if spill is not None else 1
    width = (parts - 1).bit_length()
    kept: list[Keys] = []
    row = 0
    with tempfile.TemporaryDirectory(dir=spill) as aside:
        piles = _Piles(parts, Path(aside) if spill is not None else None)
        for batch in batches:
            kept.append(Keys(np.ascontiguousarray(batch.codes[:, :WIDTH]), batch.lengths, batch.series))
            for hashes, rows in _entries(batch, row):
                piles.add(hashes, rows, width)
            row += len(batch.lengths)
        total = piles.total
        bits = max(1, int(max(total, 1) / PER_BUCKET).bit_length())
        offsets = np.zeros((1 << bits) + 1, dtype=np.uint32)
        prints = np.empty(total, dtype=np.uint16)
        rows_ = np.empty(total, dtype=np.uint32)
        at = 0
        for hashes, rows in piles:
            order = _order(hashes, rows, bits + 16)
            hashes, rows = hashes[order], rows[order]
            prints[at : at + len(rows)] = (hashes >> np.uint64(48 - bits)).astype(np.uint16)
            rows_[at : at + len(rows)] = rows
            buckets = (hashes >> np.uint64(64 - bits)).astype(np.int64)
            if len(buckets):
                low = int(buckets[0])
                counts = np.bincount(buckets - low)
                offsets[low + 1 : low + 1 + len(counts)] += counts.astype(np.uint32)
            at += len(rows)
    np.cumsum(offsets, out=offsets)
    empty = np.zeros(0, dtype=np.uint8)
    return NumberIndex(
        offsets, prints, rows_,
        np.concatenate([one.codes for one in kept]) if kept else empty.reshape(0, WIDTH),
        np.concatenate([one.lengths for one in kept]) if kept else empty,
        np.concatenate([one.series for one in kept]) if kept else empty,
    )  # fmt: skip


class _Piles:
    """Entries on their way into an index, apart by the first bits of their hash."""

    def __init__(self, parts: int, aside: Path | None) -> None:
        self.total = 0
        self._parts = parts
        self._aside = aside
        self._held: list[tuple[Hashes, NDArray[np.uint32]]] = []
        self._files = [] if aside is None else [(aside / f"{part}").open("w+b") for part in range(parts)]

    def add(self, hashes: Hashes, rows: NDArray[np.uint32], width: int) -> None:
        self.total += len(rows)
        if self._aside is None:
            self._held.append((hashes, rows))
            return
        if width:
            part = (hashes >> np.uint64(64 - width)).astype(np.uint16)
            order = np.argsort(part, kind="stable")
            hashes, rows = hashes[order], rows[order]
            ends = np.searchsorted(part[order], np.arange(1, self._parts + 1))
        else:
            ends = np.array([len(rows)])
        begin = 0
        for file, end in zip(self._files, ends.tolist(), strict=True):
            if end > begin:
                piece = np.empty(end - begin, dtype=_ENTRY)
                piece["hash"], piece["row"] = hashes[begin:end], rows[begin:end]
                file.write(piece.tobytes())
            begin = end

    def __iter__(self) -> Iterator[tuple[Hashes, NDArray[np.uint32]]]:
        if self._aside is None:
            if self._held:
                yield np.concatenate([h for h, _ in self._held]), np.concatenate([r for _, r in self._held])
            return
        for file in self._files:
            file.seek(0)
            piece = np.frombuffer(file.read(), dtype=_ENTRY)
            file.close()
            yield np.ascontiguousarray(piece["hash"]), np.ascontiguousarray(piece["row"])


_ENTRY = np.dtype([("hash", np.uint64), ("row", np.uint32)])


def _order(hashes: Hashes, rows: NDArray[np.uint32], bits: int) -> Ints:
    """Return the order by the first `bits` of the hash, then by row; rows come in order within one batch."""
    return np.argsort(hashes >> np.uint64(64 - bits), kind="stable")


def _entries(batch: Keys, first: int) -> Iterator[tuple[Hashes, NDArray[np.uint32]]]:
    """Yield the hashes under which keys are entered, with their rows: whole, without one sign, without the series."""
    for length in np.unique(batch.lengths).tolist():
        if not length:
            continue
        at = np.flatnonzero(batch.lengths == length)
        rows = (at + first).astype(np.uint32)
        codes = batch.codes[at, :length]
        whole, less, sums = _sums(codes)
        yield _mixed(whole), rows
        if length >= SHORTEST:
            fresh = np.ones(codes.shape, dtype=bool)
            fresh[:, 1:] = codes[:, 1:] != codes[:, :-1]  # taking either of two equal neighbours leaves the same
            yield _mixed(less[fresh]), np.repeat(rows, fresh.sum(axis=1))
        heads = batch.series[at]
        with_head = np.flatnonzero((heads > 0) & (heads < length))
        if len(with_head):
            head = heads[with_head].astype(np.int64)
            tail = (whole[with_head] - sums[with_head, head - 1]) * _BACK[head]
            yield _mixed(tail), rows[with_head]


def _sums(codes: Codes) -> tuple[Hashes, Hashes, Hashes]:
    """Return the hash of keys of one length, the hashes without each sign, and the running sums."""
    terms = codes * _POWERS[: codes.shape[1]]
    sums = np.cumsum(terms, axis=1, dtype=np.uint64)
    whole = sums[:, -1]
    return whole, (sums - terms) + (whole[:, None] - sums) * _BACK[1], sums


def _mixed(hashes: Hashes) -> Hashes:
    mixed = hashes ^ (hashes >> _S32)
    mixed = mixed * _MIX
    mixed ^= mixed >> _S32
    return mixed * _STEP


def _probes(keys: Sequence[bytes], tolerant: bool) -> tuple[Hashes, Ints]:
    """Return the hashes to look for, and the query that each is of."""
    if len(keys) == 1:
        return _probes_of_one(keys[0], tolerant)
    asked = Keys.of(keys)
    hashes: list[Hashes] = []
    of: list[Ints] = []
    for length in np.unique(asked.lengths).tolist():
        if not length:
            continue
        at = np.flatnonzero(asked.lengths == length)
        whole, less, _ = _sums(asked.codes[at, :length])
        hashes.append(whole)
        of.append(at)
        if tolerant and length >= SHORTEST:
            hashes.append(less.ravel())
            of.append(np.repeat(at, length))
    if not hashes:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    return _mixed(np.concatenate(hashes)), np.concatenate(of)


def _probes_of_one(key: bytes, tolerant: bool) -> tuple[Hashes, Ints]:
    codes = np.frombuffer(key, dtype=np.uint8)
    if not len(codes):
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    terms = codes * _POWERS[: len(codes)]
    sums = terms.cumsum()
    if not tolerant or len(codes) < SHORTEST:
        return _mixed(sums[-1:]), np.zeros(1, dtype=np.int64)
    hashes = np.empty(len(codes) + 1, dtype=np.uint64)
    hashes[0] = sums[-1]
    np.add(sums - terms, (sums[-1:] - sums) * _BACK[1:2], out=hashes[1:])
    return _mixed(hashes), np.zeros(len(hashes), dtype=np.int64)


def _signs(keys: Sequence[bytes]) -> tuple[Codes, NDArray[np.int16]]:
    joined = b"".join([key[:WIDTH].ljust(WIDTH, b"\0") for key in keys])
    lengths = np.fromiter(map(len, keys), dtype=np.int16, count=len(keys))
    return np.frombuffer(joined, dtype=np.uint8).reshape(len(keys), WIDTH), lengths


def _stretches(groups: NDArray[Any], allowed: Bools) -> list[tuple[int, int]]:
    """Return the stretches of rows, from and to, whose groups are allowed; groups stand in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], allowed, [False])).astype(np.int8)))
    starts = np.searchsorted(groups, edges[::2], "left")
    ends = np.searchsorted(groups, edges[1::2], "left")
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b > a]
