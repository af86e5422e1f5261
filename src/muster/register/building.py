"""Build an index: sort the entries of its keys by their hashes, in piles on disk when they are many."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from muster.register.deletions import Hashes, Ints, Keys, entries
from muster.register.index import PER_BUCKET, WIDTH, NumberIndex


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
            for hashes, rows in entries(batch, row):
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
