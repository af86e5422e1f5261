"""Ids as numbers: an id's sixteen hex digits are a number already, so a million of them are compared without a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

DIGITS = 16


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


def joint(parts: Sequence[Numbered]) -> Numbered | None:
    """Return columns of ids as one, or None where they can only be numbered together.

    >>> parts = [numbered(pa.chunked_array([[f"lst:{n:016x}"]])) for n in (11, 10)]
    >>> joint(parts).numbers.tolist(), joint([*parts, numbered(pa.chunked_array([["lst:9"]]))])
    ([11, 10], None)
    """
    some = [part for part in parts if not part.missing.all()]
    if len({part.pattern for part in some}) > 1 or any(part.texts for part in some if len(parts) > 1):
        return None
    numbers, missing = (np.concatenate([getattr(part, name) for part in parts]) for name in ("numbers", "missing"))
    return Numbered(numbers, missing, some[0].pattern if some else "", some[0].texts if some else ())


def paired(ids: pa.ChunkedArray, of: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which row of `ids` and which row of `of` hold the same id, in the order of `of`. ids: distinct.

    Ids are compared as numbers: joining a million of them takes a sixth of the time that comparing texts does.

    >>> rows = paired(pa.chunked_array([["obs:1", "obs:2"]]), pa.chunked_array([["obs:2", "obs:9", "obs:1"]]))
    >>> [side.tolist() for side in rows]
    [[1, 0], [0, 2]]
    """
    own, other = numbered(ids), numbered(of)
    if own.texts or not own.numbers.size or own.pattern != other.pattern:
        place = pc.fill_null(pc.index_in(of, value_set=ids, skip_nulls=True), -1).to_numpy().astype(np.int64)
        there = np.flatnonzero(place >= 0)
        return place[there], there
    order = np.argsort(own.numbers, kind="stable")
    held = own.numbers[order]
    at = np.minimum(np.searchsorted(held, other.numbers), held.size - 1)
    there = np.flatnonzero((held[at] == other.numbers) & ~other.missing & ~own.missing[order][at])
    return order[at[there]], there


def _read(column: pa.ChunkedArray, before: bytes, after: bytes) -> NDArray[np.uint64] | None:
    """Return the digits of each text as a number, or None where a text is of another form."""
    width = len(before) + DIGITS + len(after)
    parts = []
    for chunk in column.chunks:
        wide = pa.types.is_large_string(chunk.type)
        texts = chunk if wide or pa.types.is_string(chunk.type) else chunk.cast(pa.string())
        if not len(texts):
            continue
        every = np.frombuffer(texts.buffers()[1], dtype=np.int64 if wide else np.int32)
        offsets = every[texts.offset : texts.offset + len(texts) + 1]
        if (np.diff(offsets) != width).any():
            return None
        signs = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]].reshape(-1, width)
        around = [*enumerate(before), *enumerate(after, len(before) + DIGITS)]
        if any((signs[:, place] != sign).any() for place, sign in around):
            return None
        halves = np.ascontiguousarray(signs[:, len(before) : len(before) + DIGITS]).view(">u8").astype(np.uint64)
        numbers = _digits(halves)
        if numbers is None:
            return None
        parts.append((numbers[:, 0] << np.uint64(32)) | numbers[:, 1])
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint64)


def _digits(signs: NDArray[np.uint64]) -> NDArray[np.uint64] | None:
    """Return eight hex digits, a byte each, as the number that they write, or None where a byte is no digit.

    All eight bytes of a word are worked on at once: `a` to `f` have bit 6 set and are 9 more than their low four bits.

    >>> word = np.frombuffer(b"0001e240", dtype=">u8").astype(np.uint64)
    >>> _digits(word).tolist()
    [123456]
    >>> _digits(np.frombuffer(b"0001E240" b"0001g240" b"0001:240", dtype=">u8").astype(np.uint64)) is None
    True
    """
    value = (signs & _each(0x0F)) + ((signs >> np.uint64(6)) & _each(0x01)) * np.uint64(9)
    letter = ((value + _each(0x06)) >> np.uint64(4)) & _each(0x01)
    written = value + _each(0x30) + letter * np.uint64(0x27)
    if (value & _each(0xF0)).any() or (written != signs).any():
        return None
    for shift, kept in ((4, 0x00FF00FF00FF00FF), (8, 0x0000FFFF0000FFFF), (16, 0x00000000FFFFFFFF)):
        value = (value | (value >> np.uint64(shift))) & np.uint64(kept)
    return value


def _each(byte: int) -> np.uint64:
    """Return a word of eight equal bytes."""
    return np.uint64(byte * 0x0101010101010101)
