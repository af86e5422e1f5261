"""How often a match is chance: from the numbers that the register itself holds, by maker and model.

A gun that is in no register has a number, too, and it is one of its maker's series. Its number is taken to be like a
registered one of the same make and model with the last four signs drawn anew: the same ten thousand, any place in it,
so that a run from one store is no neighbourhood. How many alerts such a number meets, exactly and with one edit, is
counted on this very index. The very same number in the same year of the same model would be the same object, so it
counts only where the register does not say the year. Where a question allows only part of a model's alerts (a year, a
calibre), the expectation shrinks with their share.

docs/register.md compares what is expected with what foreign numbers of a generated register really met.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.register.compare import WIDTH
from muster.register.deletions import SHORTEST, Bools, Codes
from muster.register.index import NumberIndex
from muster.register.narrow import Groups
from muster.register.number import Pattern

SAMPLE = 256
"""Numbers drawn for each model and length of number."""

OVER_ALL = 4096
"""Numbers drawn from the whole register."""

DRAWN = 4
"""Signs at the end that are drawn anew: makers number in series, and neighbours leave the works together."""

SameObject = Callable[[NDArray[np.int64], NDArray[np.int64]], Bools]

_DIGITS = np.frombuffer(b"0123456789", dtype=np.uint8)
_ZERO, _NINE = int(_DIGITS[0]), int(_DIGITS[9])


@dataclass(frozen=True)
class Chance:
    """What to expect.

    models: for each make and model (a number) and length of key: alerts met exactly and with one edit, by a number of
    the same model. over_all: the same for each length, by a number of any model among all alerts.
    model: of each group. alerts: rows of each group.
    """

    models: Mapping[tuple[int, int], tuple[float, float]]
    over_all: Mapping[int, tuple[float, float]]
    model: NDArray[np.int64]
    alerts: NDArray[np.int64]
    _told: dict[tuple[int, int, bool], tuple[Bools | None, float]] = field(default_factory=dict)

    def expected(self, length: int, allowed: Bools | None, *, edit: bool) -> float:
        """Return how many alerts a foreign number of so many signs would meet among the groups allowed.

        edit: with up to one edit; otherwise with the very same key.
        """
        asked = (length, id(allowed), edit)
        known = self._told.get(asked)
        if known is None or known[0] is not allowed:
            if len(self._told) > 16384:
                self._told.clear()
            known = self._told[asked] = (allowed, self._expected(length, allowed, edit=edit))
        return known[1]

    def _expected(self, length: int, allowed: Bools | None, *, edit: bool) -> float:
        share = self.alerts if allowed is None else np.where(allowed, self.alerts, 0)
        if allowed is None or self._nearly_all(allowed):
            return self._rate(self.over_all.get(length), edit) * float(share.sum() / max(1, self.alerts.sum()))
        total = 0.0
        whole = np.bincount(self.model, self.alerts)
        part = np.bincount(self.model, share)
        for model in np.flatnonzero(part).tolist():
            total += self._rate(self.models.get((model, length)), edit) * float(part[model] / whole[model])
        return total

    def of_pattern(self, asked: Pattern, lengths: NDArray[np.int64], allowed: Bools | None) -> float:
        """Return how many alerts a foreign object's number would meet that can be read only in part.

        lengths: how many keys have each length. Every sign that could be read is taken to be one of ten.
        """
        share = self.alerts.sum() if allowed is None else int(self.alerts[allowed].sum())
        keys = lengths * (share / max(1, self.alerts.sum()))
        at = np.arange(len(lengths))
        if not asked.open:
            return float(keys[len(asked.pieces)] if len(asked.pieces) < len(keys) else 0.0) / 10.0**asked.readable
        fixed = asked.readable + asked.unreadable
        ends = (not asked.pieces.startswith("*")) + (not asked.pieces.endswith("*"))
        places = np.where(at >= fixed, 1 if ends else at - fixed + 1, 0)
        return float((keys * places).sum()) / 10.0**asked.readable

    def _nearly_all(self, allowed: Bools) -> bool:
        """Return whether a question narrows by something other than the model."""
        return bool(len(np.unique(self.model[allowed])) > max(20, 0.5 * (int(self.model.max()) + 1)))

    def _rate(self, rates: tuple[float, float] | None, edit: bool) -> float:
        if rates is None:
            return 0.0
        return rates[0] + (rates[1] if edit else 0.0)

    def as_json(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        models = [[model, length, *rates] for (model, length), rates in sorted(self.models.items())]
        return {"models": models, "over_all": [[n, *rates] for n, rates in sorted(self.over_all.items())]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any], groups: Groups, group: NDArray[np.uint32]) -> Chance:
        """Return what `as_json` gave, for the same groups."""
        models = {(int(m), int(n)): (float(exact), float(edit)) for m, n, exact, edit in data["models"]}
        over_all = {int(n): (float(exact), float(edit)) for n, exact, edit in data["over_all"]}
        return cls(models, over_all, model_of(groups), np.bincount(group, minlength=len(groups.groups)))


def model_of(groups: Groups) -> NDArray[np.int64]:
    """Return for each group a number of its make and model."""
    place: dict[tuple[str, str], int] = {}
    return np.array(
        [place.setdefault((one.make, one.model), len(place)) for one in groups.groups], dtype=np.int64
    )  # fmt: skip


def measure(index: NumberIndex, groups: Groups, group: NDArray[np.uint32], seed: int = 1) -> Chance:
    """Count what drawn numbers meet in an index. seed: the same gives the same."""
    rng = np.random.default_rng(seed)
    model = model_of(groups)
    alerts = np.bincount(group, minlength=len(groups.groups)) if len(group) else np.zeros(0, dtype=np.int64)
    if not len(group):
        return Chance({}, {}, model, alerts)
    dated = np.array([one.year is not None for one in groups.groups])

    def same_object(rows: NDArray[np.int64], others: NDArray[np.int64]) -> Bools:
        found: Bools = (group[rows] == group[others]) & dated[group[rows]]
        return found

    bounds = np.flatnonzero(np.diff(model[group])) + 1
    starts, ends = np.concatenate(([0], bounds)), np.concatenate((bounds, [len(group)]))
    models: dict[tuple[int, int], tuple[float, float]] = {}
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        number = int(model[group[start]])
        rows = start + (np.arange(end - start) if end - start <= SAMPLE else rng.integers(0, end - start, SAMPLE))
        allowed: Bools = model == number
        for length, rates in _rates(index, rows, rng, same_object, group, allowed).items():
            models[number, length] = rates
    drawn = rng.integers(0, len(group), min(OVER_ALL, 8 * len(group)))
    return Chance(models, _rates(index, drawn, rng, same_object, None, None), model, alerts)


def _rates(
    index: NumberIndex, rows: NDArray[np.int64], rng: np.random.Generator, same_object: SameObject,
    group: NDArray[np.uint32] | None, allowed: Bools | None,
) -> dict[int, tuple[float, float]]:  # fmt: skip
    """Return for each length of key how many alerts drawn numbers meet exactly, and with one edit besides."""
    lengths = index.lengths[rows]
    keys = _drawn(index.codes[rows], np.minimum(lengths, WIDTH), rng)
    met: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for begin in range(0, len(keys), 256):
        found = index.find(keys[begin : begin + 256], groups=group, allowed=allowed)
        own = found.row == rows[begin + found.query]  # the number that it was drawn from
        own |= (found.distance != 1) & same_object(found.row, rows[begin + found.query])
        for query, distance in zip(found.query[~own].tolist(), found.distance[~own].tolist(), strict=True):
            met[int(lengths[begin + query])][distance == 1] += 1
    counts = np.bincount(lengths, minlength=WIDTH + 1)
    return {length: _rate(met[length], counts[length], length) for length in np.unique(lengths).tolist() if length}


def _rate(met: list[int], drawn: int, length: int) -> tuple[float, float]:
    """Return the rates of one length; the number that each was drawn from is no sample but counts by arithmetic.

    Of the numbers in its block one is its own, and nine for each sign drawn are one digit away: so nothing is ever 0.
    """
    signs = min(DRAWN, length)
    block = 10.0**signs
    return met[0] / drawn + 1 / block, met[1] / drawn + 9 * signs / block


def _drawn(codes: Codes, lengths: NDArray[np.uint8], rng: np.random.Generator) -> list[bytes]:
    """Return keys with their last digits drawn anew."""
    drawn = codes.copy()
    for back in range(1, DRAWN + 1):
        at = lengths.astype(np.int64) - back
        rows = np.flatnonzero((at >= 0) & (lengths > SHORTEST - 1))
        held = drawn[rows, at[rows]]
        digits = (held >= _ZERO) & (held <= _NINE)
        drawn[rows[digits], at[rows[digits]]] = _DIGITS[rng.integers(0, 10, int(digits.sum()))]
    return [bytes(row[:length]) for row, length in zip(drawn, lengths.tolist(), strict=True)]
