"""Find numbers of which only some signs could be read."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.register.compare import WIDTH
from muster.register.deletions import Bools, Ints
from muster.register.index import NumberIndex
from muster.register.number import ALPHABET, ANY, UNREADABLE, Pattern, codes

FEWEST = 3
"""Signs that must have been read: with fewer, nearly every number fits."""

TRIED = 2
"""Unreadable signs for which every sign is tried; with more the keys are gone through."""

MOST = 5_000
"""Rows that are given at most."""

_CHUNK = 1 << 20


def rows_matching(
    index: NumberIndex, asked: Pattern, groups: NDArray[Any] | None = None, allowed: Bools | None = None
) -> tuple[Ints, bool]:
    """Return the rows whose key may be what was read, and whether there are more than `MOST`.

    groups, allowed: as `NumberIndex.find` takes them. Of keys longer than `WIDTH` the beginning is looked at.

    >>> from muster.register.building import build
    >>> from muster.register.deletions import Keys
    >>> from muster.register.number import pattern
    >>> index = build([Keys.of([b"AB1234", b"AB1284", b"77001"])])
    >>> rows_matching(index, pattern("AB12?4"))[0].tolist(), rows_matching(index, pattern("*700*"))[0].tolist()
    ([0, 1], [2])
    """
    if asked.readable < FEWEST:
        return np.zeros(0, dtype=np.int64), False
    if not asked.open and asked.unreadable <= TRIED:
        rows = index.find(_spelt_out(asked), tolerant=False, groups=groups, allowed=allowed)
        found = np.unique(rows.row[rows.distance == 0])
        return found[:MOST], len(found) > MOST or bool(rows.left)
    return _gone_through(index, asked, groups, allowed)


def _spelt_out(asked: Pattern) -> list[bytes]:
    choices = [ALPHABET if sign == UNREADABLE else sign for sign in asked.pieces]
    return [codes("".join(signs)) for signs in product(*choices)]


def _gone_through(
    index: NumberIndex, asked: Pattern, groups: NDArray[Any] | None, allowed: Bools | None
) -> tuple[Ints, bool]:
    run = codes(asked.longest_run())
    head = asked.pieces[: asked.pieces.index(asked.longest_run())]
    places = range(len(head), len(head) + 1) if ANY not in head else range(WIDTH - len(run) + 1)
    kept: list[int] = []
    for begin in range(0, len(index), _CHUNK):
        signs = index.codes[begin : begin + _CHUNK]
        fits = np.zeros(len(signs), dtype=bool)
        for place in places:
            if place + len(run) > WIDTH:
                continue
            here = signs[:, place] == run[0]
            for offset in range(1, len(run)):
                here &= signs[:, place + offset] == run[offset]
            fits |= here
        if allowed is not None and groups is not None:
            fits &= allowed[groups[begin : begin + _CHUNK]]
        for row in (np.flatnonzero(fits) + begin).tolist():
            key = bytes(index.codes[row][: index.lengths[row]]).decode("latin-1")
            if asked.matches(key):
                kept.append(row)
                if len(kept) > MOST:
                    return np.array(kept[:MOST], dtype=np.int64), True
    return np.array(kept, dtype=np.int64), False
