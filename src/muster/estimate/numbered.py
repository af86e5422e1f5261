"""Ids as numbers: an id's sixteen hex digits are a number already, so a million of them are compared without a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

DIGITS = 16

_VALUE = np.full(256, 255, dtype=np.uint8)
_VALUE[np.frombuffer(b"0123456789", dtype=np.uint8)] = np.arange(10)
_VALUE[np.frombuffer(b"abcdef", dtype=np.uint8)] = np.arange(10, 16)


@dataclass(frozen=True)
class Numbered:
    """A column of ids as numbers that keep their order. missing: rows that hold none (their number says nothing)."""

    numbers: NDArray[np.uint64]
    missing: NDArray[np.bool_]
    pattern: str
    texts: tuple[str, ...] = ()

    def name(self, number: int) -> str:
        """Return the id that a number stands for."""
        return self.texts[number] if self.texts else self.pattern.format(f"{number:0{DIGITS}x}")


def numbered(column: pa.ChunkedArray, like: Numbered | None = None) -> Numbered:
    """Return a column of ids as numbers; ids that are no prefix and sixteen digits are numbered in their own order.

    like: a column whose numbers these shall be comparable with; an id that it lacks then gets a number that it has not.

    >>> found = numbered(pa.chunked_array([["lst:000000000000000b", None, "lst:000000000000000a"]]))
    >>> found.numbers.tolist()[::2], found.missing.tolist(), found.name(11)
    ([11, 10], [False, True, False], 'lst:000000000000000b')
    >>> numbered(pa.chunked_array([["lst:9", "lst:12"]])).numbers.tolist()
    [1, 0]
    """
    missing = column.is_null().to_numpy().astype(np.bool_)
    if like is not None and like.texts:
        place = {text: n for n, text in enumerate(like.texts)}
        known = [place.get(text, len(place)) for text in column.to_pylist()]
        return Numbered(np.array(known, dtype=np.uint64), missing, "", like.texts)
    example = next((str(text) for text in column.drop_null()[:1].to_pylist()), "")
    found = re.fullmatch(f"(.*?)([0-9a-f]{{{DIGITS}}})([^0-9a-f]*)", example)
    if found:
        before, after = found[1].encode(), found[3].encode()
        filled = pc.fill_null(column, found[1] + "0" * DIGITS + found[3]) if missing.any() else column
        numbers = _read(filled, before, after)
        if numbers is not None:
            pattern = found[1].replace("{", "{{").replace("}", "}}") + "{}" + found[3].replace("{", "{{")
            return Numbered(numbers, missing, pattern)
    coded = pc.fill_null(column, "").combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    texts = coded.dictionary.to_pylist()
    rank = np.argsort(np.argsort(np.array(texts, dtype=object), kind="stable"), kind="stable").astype(np.uint64)
    numbers = rank[coded.indices.to_numpy()] if texts else np.zeros(0, dtype=np.uint64)
    return Numbered(numbers, missing, "", tuple(sorted(texts)))


def _read(column: pa.ChunkedArray, before: bytes, after: bytes) -> NDArray[np.uint64] | None:
    """Return the digits of each text as a number, or None where a text is of another form."""
    width = len(before) + DIGITS + len(after)
    parts = []
    for chunk in column.chunks:
        texts = chunk.cast(pa.large_string())
        offsets = np.frombuffer(texts.buffers()[1], dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
        if not len(texts):
            continue
        if (np.diff(offsets) != width).any():
            return None
        signs = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]].reshape(-1, width)
        digits = _VALUE[signs[:, len(before) : len(before) + DIGITS]]
        own = np.concatenate([signs[:, : len(before)], signs[:, len(before) + DIGITS :]], axis=1)
        if (digits == 255).any() or (own != np.frombuffer(before + after, dtype=np.uint8)).any():
            return None
        pairs = (digits[:, ::2] << 4) | digits[:, 1::2]
        parts.append(np.ascontiguousarray(pairs).view(">u8").ravel().astype(np.uint64))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)
