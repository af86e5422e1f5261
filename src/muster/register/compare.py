"""How two keys differ: their first sixteen signs are two words of 64 bits, and one edit is a matter of shifts.

The lowest sign in which two keys differ is the lowest byte of their exclusive or. Behind it nothing differs after a
sign was taken for another; after one was left out, what is behind it stands one place lower.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.register.deletions import Ints

WIDTH = 16
"""Signs of a key that are held beside the entries; of longer keys the rest is compared where the record lies."""

Words = NDArray[np.uint64]

_EIGHT, _BYTE, _HALF, _ALL = np.uint64(8), np.uint64(0xFF), np.uint64(64), np.uint64(128)
_PAIR = 0x10000


def words_of(keys: Sequence[bytes]) -> Words:
    """Return the first signs of keys as two words each, the first sign lowest."""
    joined = b"".join([key[:WIDTH].ljust(WIDTH, b"\0") for key in keys])
    return np.frombuffer(joined, dtype="<u8").reshape(len(keys), 2)


def distance_of(asked: int, long: int, held: int, length: int, head: int) -> int:
    """Return the distance of two keys: 0, 1, 2 for the same without its series, -1 for more.

    asked, held: their first `WIDTH` signs as one number, the first sign lowest. long, length: how many signs each has.
    head: how many of those held are the series.

    >>> def far(asked, held, head=0):
    ...     one, other = (int.from_bytes(key, "little") for key in (asked, held))
    ...     return distance_of(one, len(asked), other, len(held), head)
    >>> far(b"AB1234", b"AB1284"), far(b"AB1234", b"AB124"), far(b"AB1234", b"BA1234"), far(b"1234", b"AB1234", 2)
    (1, 1, 1, 2)
    >>> far(b"AB1234", b"AB1234"), far(b"AB1234", b"XB1284")
    (0, -1)
    """
    more = length - long
    if length > WIDTH or long > WIDTH:
        return 1 if -1 <= more <= 1 else -1  # compared where the record lies; its hash agrees
    unlike = asked ^ held
    if not unlike:
        return 0
    if -1 <= more <= 1:
        shift = ((unlike & -unlike).bit_length() - 1) & ~7
        if more == 0:
            rest = unlike >> shift
            if rest < 0x100:
                return 1
            if rest < _PAIR and rest & 0xFF == rest >> 8:
                two = asked >> shift
                if (two ^ (two >> 8)) & 0xFF == rest >> 8:
                    return 1
        elif (asked >> shift == held >> shift + 8) if more == 1 else (asked >> shift + 8 == held >> shift):
            return 1
    return 2 if head and head == more and held >> 8 * head == asked else -1


def distances(
    keys: Sequence[bytes], query: Ints | None, held: Words, lengths: NDArray[np.uint8], heads: NDArray[np.uint8]
) -> NDArray[np.int8]:  # fmt: skip
    """Return what `distance_of` returns for each row held and the key that its query asks; None: all ask one key."""
    words = words_of(keys)
    longs = np.fromiter(map(len, keys), dtype=np.int16, count=len(keys))
    low, high, long = (words[0, 0], words[0, 1], longs[0]) if query is None else (
        words[query, 0], words[query, 1], longs[query])  # fmt: skip
    asked = (np.broadcast_to(low, len(held)), np.broadcast_to(high, len(held)))
    mine = (held[:, 0], held[:, 1])
    unlike = (asked[0] ^ mine[0], asked[1] ^ mine[1])
    more = lengths.astype(np.int16) - long
    distance = np.full(len(held), -1, dtype=np.int8)
    shift = _shift(unlike)
    level = np.flatnonzero(more == 0)
    distance[level] = _level(_at(unlike, level), _at(asked, level), shift[level])
    for step, one, other in ((1, asked, mine), (-1, mine, asked)):
        at = np.flatnonzero(more == step)
        if len(at):
            left, right = _down(_at(one, at), shift[at]), _down(_at(other, at), shift[at] + _EIGHT)
            distance[at[(left[0] == right[0]) & (left[1] == right[1])]] = 1
    bare = np.flatnonzero((distance < 0) & (heads > 0) & (more == heads))
    if len(bare):
        rest = _down(_at(mine, bare), heads[bare].astype(np.uint64) * _EIGHT)
        distance[bare[(rest[0] == asked[0][bare]) & (rest[1] == asked[1][bare])]] = 2
    if int(longs.max(initial=0)) > WIDTH or (len(lengths) and int(lengths.max()) > WIDTH):
        over = (lengths > WIDTH) | (np.broadcast_to(long, len(held)) > WIDTH)
        distance[over] = np.where(np.abs(more[over]) <= 1, 1, -1)  # compared where the record lies; its hash agrees
    return distance


Pair = tuple[Words, Words]
"""Keys as their low and high words."""


def _level(unlike: Pair, asked: Pair, shift: Words) -> NDArray[np.int8]:
    """Return the distances of keys of one length: 0, 1, or -1."""
    rest, high = _down(unlike, shift)
    distance = np.where((rest < 256) & (high == 0), 1, -1).astype(np.int8)
    distance[(rest | high) == 0] = 0
    two = np.flatnonzero((rest < _PAIR) & (rest >= 256) & (high == 0) & ((rest & _BYTE) == rest >> _EIGHT))
    if len(two):
        both = _down(_at(asked, two), shift[two])[0]
        distance[two[((both ^ (both >> _EIGHT)) & _BYTE) == rest[two] >> _EIGHT]] = 1
    return distance


def _shift(unlike: Pair) -> Words:
    """Return how many bits lie below the first sign that differs; 0 where none does."""
    low = _below(unlike[0])
    far = np.flatnonzero((unlike[0] == 0) & (unlike[1] != 0))
    low[far] = _below(unlike[1][far]) + _HALF
    return low


def _below(word: Words) -> Words:
    lowest = word & (~word + np.uint64(1))
    found: Words = np.bitwise_count(lowest - np.uint64(1)).astype(np.uint64) & np.uint64(0x38)
    found[word == 0] = 0
    return found


def _down(pair: Pair, shift: Words) -> Pair:
    """Return pairs of words shifted down by as many bits as each says, 0 to 128."""
    low, high = pair
    if not high.any():
        return low >> shift, high
    inner = shift & np.uint64(63)
    over = shift >= _HALF
    moved = (low >> inner) | np.where(inner > 0, high << ((_HALF - inner) & np.uint64(63)), 0)
    top = np.where(shift >= _ALL, np.uint64(0), high >> inner)
    return np.where(over, top, moved), np.where(over, np.uint64(0), top)


def _at(pair: Pair, at: NDArray[Any]) -> Pair:
    return pair[0][at], pair[1][at]
