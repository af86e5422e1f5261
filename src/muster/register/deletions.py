"""Hashes of keys and of all that is left of them when one sign is taken out.

The hash is a polynomial modulo 2**64, so that all deletions of a key follow from its running sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

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


def probes(keys: Sequence[bytes], tolerant: bool) -> tuple[Hashes, Ints]:
    """Return the hashes to look for, and the query that each is of."""
    asked = Keys.of(keys)
    hashes: list[Hashes] = []
    of: list[Ints] = []
    for length in np.unique(asked.lengths).tolist():
        if not length:
            continue
        at = np.flatnonzero(asked.lengths == length)
        whole, less, _ = sums_of(asked.codes[at, :length])
        hashes.append(whole)
        of.append(at)
        if tolerant and length >= SHORTEST:
            hashes.append(less.ravel())
            of.append(np.repeat(at, length))
    if not hashes:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    return mixed(np.concatenate(hashes)), np.concatenate(of)


def probes_of_one(key: bytes, tolerant: bool) -> list[int]:
    """Return the hashes to look for, in plain numbers; the same as `probes` gives for one key."""
    if not key:
        return []
    sums = [0]
    for sign, power in zip(key, _PLAIN, strict=False):
        sums.append(sums[-1] + sign * power)
    whole = sums[-1]
    hashes = [whole]
    if tolerant and len(key) >= SHORTEST:
        hashes += [before + (whole - behind) * _PLAIN_BACK for before, behind in pairwise(sums)]
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
            fresh = np.ones(codes.shape, dtype=bool)
            fresh[:, 1:] = codes[:, 1:] != codes[:, :-1]  # taking either of two equal neighbours leaves the same
            yield mixed(less[fresh]), np.repeat(rows, fresh.sum(axis=1))
        heads = batch.series[at]
        with_head = np.flatnonzero((heads > 0) & (heads < length))
        if len(with_head):
            head = heads[with_head].astype(np.int64)
            tail = (whole[with_head] - sums[with_head, head - 1]) * _BACK[head]
            yield mixed(tail), rows[with_head]
