"""Hashes of keys and of all that is left of them when one sign is taken out.

The hash is a polynomial modulo 2**64, so that all deletions of a key follow from its running sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul

import numpy as np
from numpy.typing import NDArray

from muster.register.number import LONGEST

SHORTEST = 4
"""Signs from which on an edit is tolerated: of three signs any two numbers are nearly one edit apart."""

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
_PLAIN = tuple(_POWERS.tolist())
_PLAIN_BACK, _PLAIN_STEP, _PLAIN_MIX, _ALL = int(_BACK[1]), int(_STEP), int(_MIX), (1 << 64) - 1


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


def sums_of(codes: Codes) -> tuple[Hashes, Hashes, Hashes]:
    """Return the hash of keys of one length, the hashes without each sign, and the running sums."""
    terms = codes * _POWERS[: codes.shape[1]]
    sums = np.cumsum(terms, axis=1, dtype=np.uint64)
    whole = sums[:, -1]
    return whole, (sums - terms) + (whole[:, None] - sums) * _BACK[1], sums


def mixed(hashes: Hashes) -> Hashes:
    mixed = hashes ^ (hashes >> _S32)
    mixed = mixed * _MIX
    mixed ^= mixed >> _S32
    return mixed * _STEP


def probes(keys: Sequence[bytes], tolerant: bool) -> tuple[Hashes, Ints, Bools]:
    """Return the hashes to look for, the query that each is of, and whether it is of the whole key."""
    asked = Keys.of(keys)
    hashes: list[Hashes] = []
    of: list[Ints] = []
    own: list[Bools] = []
    for length in np.unique(asked.lengths).tolist():
        if not length:
            continue
        at = np.flatnonzero(asked.lengths == length)
        whole, less, _ = sums_of(asked.codes[at, :length])
        hashes.append(whole)
        of.append(at)
        own.append(np.ones(len(at), dtype=bool))
        if tolerant and length >= SHORTEST:
            fresh = _fresh(asked.codes[at, :length])
            hashes.append(less[fresh])
            of.append(np.repeat(at, fresh.sum(axis=1)))
            own.append(np.zeros(len(hashes[-1]), dtype=bool))
    if not hashes:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    return mixed(np.concatenate(hashes)), np.concatenate(of), np.concatenate(own)


def _fresh(codes: Codes) -> Bools:
    """Return which deletions are no repetition: taking either of two equal neighbours leaves the same."""
    fresh = np.ones(codes.shape, dtype=bool)
    fresh[:, 1:] = codes[:, 1:] != codes[:, :-1]
    return fresh


def hash_of_one(key: bytes) -> int:
    """Return the hash of a whole key, in plain numbers."""
    hash_: int = sum(map(mul, key, _PLAIN)) & _ALL
    hash_ = ((hash_ ^ (hash_ >> 32)) * _PLAIN_MIX) & _ALL
    return ((hash_ ^ (hash_ >> 32)) * _PLAIN_STEP) & _ALL


def probes_of_one(key: bytes, tolerant: bool) -> list[int]:
    """Return the hashes to look for, in plain numbers; the same as `probes` gives for one key, none twice in a row."""
    if not key:
        return []
    sums = list(accumulate(map(mul, key, _PLAIN), initial=0))
    whole = sums[-1]
    hashes = [whole]
    if tolerant and len(key) >= SHORTEST:
        last = 0
        for before, behind, sign in zip(sums, sums[1:], key, strict=False):
            if sign != last:  # as `_fresh`
                hashes.append(before + (whole - behind) * _PLAIN_BACK)
            last = sign
    ready = []
    for hash_ in hashes:
        hash_ &= _ALL
        hash_ = ((hash_ ^ (hash_ >> 32)) * _PLAIN_MIX) & _ALL
        ready.append(((hash_ ^ (hash_ >> 32)) * _PLAIN_STEP) & _ALL)
    return ready


def entries(batch: Keys, first: int) -> Iterator[tuple[Hashes, NDArray[np.uint32]]]:
    """Yield the hashes under which keys are entered, with their rows: whole, without one sign, without the series."""
    for length in np.unique(batch.lengths).tolist():
        if not length:
            continue
        at = np.flatnonzero(batch.lengths == length)
        rows = (at + first).astype(np.uint32)
        codes = batch.codes[at, :length]
        whole, less, sums = sums_of(codes)
        yield mixed(whole), rows
        if length >= SHORTEST:
            fresh = _fresh(codes)
            yield mixed(less[fresh]), np.repeat(rows, fresh.sum(axis=1))
        heads = batch.series[at]
        with_head = np.flatnonzero((heads > 0) & (heads < length))
        if len(with_head):
            head = heads[with_head].astype(np.int64)
            tail = (whole[with_head] - sums[with_head, head - 1]) * _BACK[head]
            yield mixed(tail), rows[with_head]
