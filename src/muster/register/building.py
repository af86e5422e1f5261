"""Build an index: sort the entries of its keys by their hashes, in piles on disk when they are many."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.register.compare import WIDTH
from muster.register.deletions import Hashes, Keys, entries
from muster.register.index import PER_BUCKET, NumberIndex

PILE = 100_000
"""Keys whose entries are sorted together at most: some forty megabytes. Beyond 256 piles they grow."""


def build(batches: Iterable[Keys], *, folder: Path | None = None, expected: int = 0) -> NumberIndex:
    """Build an index of keys that come in batches, in the order of their rows.

    folder: the index is written there piece by piece and mapped, so that memory stays bounded but for some four bytes a
    key; expected: about how many keys come. Without a folder all is held in memory.
    """
    parts = 1 << min(8, (max(expected, 1) // PILE).bit_length()) if folder is not None else 1
    width = (parts - 1).bit_length()
    held = {name: _Column(folder, name, type_) for name, type_ in _TYPES.items()}
    row = 0
    with tempfile.TemporaryDirectory(dir=folder) as aside:
        piles = _Piles(parts, Path(aside) if folder is not None else None)
        for batch in batches:
            held["codes"].add(np.ascontiguousarray(batch.codes[:, :WIDTH]))
            held["lengths"].add(batch.lengths)
            held["series"].add(batch.series)
            for hashes, rows in entries(batch, row):
                piles.add(hashes, rows, width)
            row += len(batch.lengths)
        bits = max(1, int(max(piles.total, 1) / PER_BUCKET).bit_length())
        offsets = np.zeros((1 << bits) + 1, dtype=np.uint32)
        for hashes, rows in piles:
            order = np.lexsort((rows, hashes >> np.uint64(48 - bits)))  # of equal hashes the rows stand in order
            hashes = hashes[order]
            held["prints"].add((hashes >> np.uint64(48 - bits)).astype(np.uint16))
            held["rows"].add(rows[order])
            buckets = (hashes >> np.uint64(64 - bits)).astype(np.int64)
            if len(buckets):
                low = int(buckets[0])
                counts = np.bincount(buckets - low)
                offsets[low + 1 : low + 1 + len(counts)] += counts.astype(np.uint32)
    np.cumsum(offsets, out=offsets)
    held["offsets"].add(offsets)
    made = {name: column.whole() for name, column in held.items()}
    return NumberIndex(**{**made, "codes": made["codes"].reshape(-1, WIDTH)})


_TYPES: dict[str, type] = {"offsets": np.uint32, "prints": np.uint16, "rows": np.uint32, "codes": np.uint8,
                           "lengths": np.uint8, "series": np.uint8}  # fmt: skip


class _Column:
    """One array of an index as it grows: in memory, or in a file that becomes a `.npy`."""

    def __init__(self, folder: Path | None, name: str, type_: type) -> None:
        self._type = type_
        self._held: list[NDArray[Any]] = []
        self._path = None if folder is None else folder / f"{name}.npy"
        self._raw = None if folder is None else (folder / f"{name}.raw").open("w+b")
        self._size = 0

    def add(self, piece: NDArray[Any]) -> None:
        self._size += piece.size
        if self._raw is None:
            self._held.append(piece.reshape(-1))
        else:
            self._raw.write(np.ascontiguousarray(piece).tobytes())

    def whole(self) -> NDArray[Any]:
        if self._raw is None or self._path is None:
            return np.concatenate(self._held) if self._held else np.zeros(0, dtype=self._type)
        width = WIDTH if self._path.stem == "codes" else 0
        shape = (self._size // width, width) if width else (self._size,)
        head = {"descr": np.lib.format.dtype_to_descr(np.dtype(self._type)), "fortran_order": False, "shape": shape}
        self._raw.seek(0)
        with self._path.open("wb") as out:
            np.lib.format.write_array_header_1_0(out, head)
            shutil.copyfileobj(self._raw, out, 1 << 20)
        self._raw.close()
        self._path.with_suffix(".raw").unlink()
        if not self._size:
            return np.zeros(shape, dtype=self._type)  # nothing cannot be mapped
        return np.asarray(np.load(self._path, mmap_mode="r"))


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
