"""What is measured on judged listings, each figure with its interval over groups, seeds fixed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from judging import Judged
from muster.model import KINDS, WEAPON_KINDS, Kind
from muster.recognise.fold import key
from muster.recognise.items import NAMED
from muster.recognise.keywords import keyword_hits

SEED = 20170509
RESAMPLES = 1000
BINS = 10
EXAMPLES, SELLERS = 25, 8
"""A kind with fewer labelled listings or sellers is reported with its number, and nothing is asked of it."""
Measure = Callable[[Sequence[Judged]], float]
FIELDS = ("make", "model", "model, spelling aside", "calibre", "quantity")


@dataclass(frozen=True, slots=True)
class Figure:
    """A value, its 95% interval over groups, and on how many listings of how many groups it rests."""

    value: float
    low: float
    high: float
    n: int
    groups: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f}), n {self.n}, groups {self.groups}"


def figure(judged: Sequence[Judged], groups: Mapping[str, int], measure: Measure) -> Figure:
    """Return a measure with its interval: whole groups are drawn again, a thousand times."""
    held: dict[int, list[Judged]] = defaultdict(list)
    for j in judged:
        held[groups.get(j.one.listing.id, -1)].append(j)
    names = sorted(held)
    random = np.random.default_rng(SEED)
    drawn = [
        measure([j for n in random.integers(0, len(names), len(names)) for j in held[names[n]]])
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(measure(judged), float(low), float(high), len(judged), len(names))


def kind_f1(judged: Sequence[Judged]) -> float:
    """Micro-F1 over all kinds but not_weapon."""
    hit = sum(j.right and j.offer.kind != "not_weapon" for j in judged)
    false = sum(not j.right and j.offer.kind != "not_weapon" for j in judged)
    missed = sum(not j.right and j.one.kinds[0] != "not_weapon" for j in judged)
    return 2 * hit / max(1, 2 * hit + false + missed)


def weapon_f1(judged: Sequence[Judged]) -> float:
    """F1 of weapon or not."""
    return binary(judged, lambda j: j.offer.kind in WEAPON_KINDS)[2]


def binary(judged: Sequence[Judged], says: Callable[[Judged], bool]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a weapon-or-not answer; where readers accept both, both are right."""
    hit = false = missed = 0
    for j in judged:
        accepted = {kind in WEAPON_KINDS for kind in j.one.kinds}
        said = says(j)
        if said in accepted:
            hit += said
        else:
            false += said
            missed += not said
    precision, recall = hit / max(1, hit + false), hit / max(1, hit + missed)
    return precision, recall, 2 * hit / max(1, 2 * hit + false + missed)


def f1_of(kind: Kind) -> Measure:
    """Return the measure of F1 of one kind."""

    def measure(judged: Sequence[Judged]) -> float:
        hit = sum(j.right and j.offer.kind == kind for j in judged)
        false = sum(not j.right and j.offer.kind == kind for j in judged)
        missed = sum(not j.right and j.one.kinds[0] == kind for j in judged)
        return 2 * hit / max(1, 2 * hit + false + missed)

    return measure


def of_kind(judged: Sequence[Judged], kind: Kind) -> list[Judged]:
    """Return the listings that bear on a kind's F1: those that are of it, and those called it."""
    return [j for j in judged if kind in (j.one.kinds[0], j.offer.kind)]


def calibration_error(judged: Sequence[Judged]) -> float:
    """Expected calibration error, ten bins of equal width, each listing counted once."""
    return _calibration_error(judged, [1.0] * len(judged))


def market_calibration_error(judged: Sequence[Judged]) -> float:
    """The same at the market's prior: each listing counts for the rows that it stands for."""
    return _calibration_error(judged, [j.weight for j in judged])


def _calibration_error(judged: Sequence[Judged], weights: Sequence[float]) -> float:
    if not judged:
        return 0.0
    weight = np.array(weights)
    gap = weight * np.array([j.offer.probability - j.right for j in judged])
    return float(np.abs(np.bincount(_bins(judged), gap, BINS)).sum() / weight.sum())


def _bins(judged: Sequence[Judged]) -> Any:
    return np.array([min(int(j.offer.probability * BINS), BINS - 1) for j in judged])


def reliability(judged: Sequence[Judged]) -> list[tuple[float, float, int]]:
    """Return the reliability curve at the market's prior: stated, right, listings, for each tenth that holds any."""
    found = []
    bins = _bins(judged)
    for b in range(BINS):
        held = [j for j, at in zip(judged, bins, strict=True) if at == b]
        if held:
            total = sum(j.weight for j in held)
            said = sum(j.weight * j.offer.probability for j in held) / total
            found.append((said, sum(j.weight * j.right for j in held) / total, len(held)))
    return found


def kept(judged: Sequence[Judged], threshold: float) -> tuple[float, float]:
    """Return what share of listings is answered at a threshold, and what share of the answers is right."""
    held = [j for j in judged if j.offer.probability >= threshold]
    return len(held) / max(1, len(judged)), sum(j.right for j in held) / max(1, len(held))


def asked_of(judged: Sequence[Judged]) -> list[Judged]:
    """Return the listings whose make, model, calibre and quantity readers were sure of."""
    return [j for j in judged if "make" in j.one.row and j.one.row["sure"] and j.one.kinds[0] in NAMED]


def right_in(name: str) -> Measure:
    """Return the measure of the share of right answers in one of `FIELDS`, over `asked_of`."""
    return lambda judged: sum(_answers(j, name) for j in judged) / max(1, len(judged))


def _answers(j: Judged, name: str) -> bool:
    row, offer = j.one.row, j.offer
    if name == "model, spelling aside":
        return _bare(offer.model) in {_bare(model) for model in row["model"]}
    if name == "quantity":
        return bool(offer.quantity == row["quantity"])
    return getattr(offer, name) in row[name]


def _bare(model: str) -> str:
    return key(model).replace(" ", "").removeprefix("model")


def says_keyword(j: Judged) -> bool:
    """Whether the naive keyword count takes the listing for a weapon."""
    return bool(keyword_hits(j.one.listing.title, j.one.listing.description))


def says_category(j: Judged) -> bool:
    """Whether its seller filed the listing under Weapons."""
    return bool(j.one.row["category"] == "Weapons")


def errors(judged: Sequence[Judged]) -> dict[tuple[Kind, Kind], list[Judged]]:
    """Return the listings of each wrong pair of kinds, true and called."""
    cells: dict[tuple[Kind, Kind], list[Judged]] = defaultdict(list)
    for j in judged:
        if not j.right:
            cells[j.one.kinds[0], j.offer.kind].append(j)
    return dict(sorted(cells.items()))


def all_figures(judged: Sequence[Judged], groups: Mapping[str, int]) -> dict[str, Figure]:
    """Return every figure of a set of judged listings, by name."""
    found = {
        "kind": figure(judged, groups, kind_f1),
        "weapon or not": figure(judged, groups, weapon_f1),
        "calibration error": figure(judged, groups, calibration_error),
    }
    sure = asked_of(judged)
    if sure:
        found |= {name: figure(sure, groups, right_in(name)) for name in FIELDS}
    return found


def kind_figures(judged: Sequence[Judged], groups: Mapping[str, int]) -> dict[Kind, Figure]:
    """Return F1 of each kind that was labelled or called; n and groups are those labelled."""
    found: dict[Kind, Figure] = {}
    for kind in KINDS:
        of = of_kind(judged, kind)
        if of:
            true = [j for j in of if j.one.kinds[0] == kind]
            held = figure(of, groups, f1_of(kind))
            sellers = len({groups.get(j.one.listing.id, -1) for j in true})
            found[kind] = Figure(held.value, held.low, held.high, len(true), sellers)
    return found


def is_monotone(curve: Sequence[tuple[float, float, int]]) -> bool:
    """Whether what is said with more probability is right more often.

    >>> is_monotone([(0.3, 0.4, 5), (0.9, 0.9, 50)])
    True
    """
    return all(one[1] <= other[1] for one, other in pairwise(curve))
