"""A random sample of this archive's own listings, read by people: the recogniser's error here and not elsewhere.

The sample is stratified by what the recogniser called each listing, so it tells P(true kind | called) without a detour
over the labelled listings of other captures. Listings of a stratum are drawn with equal chance, so the coded ones speak
for the others whatever sellers they are of (Cochran 1977, Sampling Techniques, chapter 5). Two people code each listing
without seeing each other's codes or the recogniser's; where they differ, each counts half.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from muster.estimate.agreement import kappa
from muster.estimate.items import Floats
from muster.model import KINDS, Kind

LEAST = 10
"""Listings drawn of each kind that the recogniser called any, if there are so many: from fewer nothing is told."""

BELIEF = 1.0
"""How many coded listings the error measured elsewhere counts for, in each stratum."""

SAMPLED_SQL = """
SELECT l.listing, min(l.id) AS observation, arg_min(o.kind, l.id) AS kind
FROM listing_seen l JOIN offer o ON o.observation = l.id WHERE o.item = 0 AND {where}
GROUP BY l.listing ORDER BY l.listing
"""
"""One capture of each listing, and what the recogniser called its first item there."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A listing drawn: its id, the observation to be read, what the recogniser called it."""

    listing: str
    observation: str
    kind: str


@dataclass(frozen=True)
class Sample:
    """What people read in a random sample of a case.

    counts: (15, 15), rows called, columns read, in listings. coders: how many read each. agreement: kappa with its 95%
    interval, None of one coder.
    """

    counts: Floats
    coders: int
    agreement: tuple[float, float, float] | None

    @property
    def listings(self) -> int:
        """Listings read."""
        return round(float(self.counts.sum()))

    def shares(self, elsewhere: Floats, rng: np.random.Generator) -> Floats:
        """Return draws of P(true | called) in this archive, (draws, called, true).

        elsewhere: the same by the error measured on other captures, which counts for `BELIEF` listings; a kind that the
        recogniser never called in the sample keeps it.
        """
        prior = elsewhere.mean(axis=0)
        shape = self.counts + BELIEF * prior + 1e-6
        gammas = rng.standard_gamma(shape, size=(elsewhere.shape[0], *shape.shape))
        drawn = gammas / gammas.sum(axis=2, keepdims=True)
        unread = self.counts.sum(axis=1) == 0
        drawn[:, unread] = elsewhere[:, unread]
        return np.asarray(drawn, dtype=np.float64)

    @property
    def told(self) -> str:
        """Where the error rates are from, in words."""
        if self.agreement is None:
            return f"error rates of this archive: {self.listings} listings drawn at random and read by one person"
        value, low, high = self.agreement
        return (
            f"error rates of this archive: {self.listings} listings drawn at random and read by {self.coders} people "
            f"(kappa {value:.2f}, 95% interval {low:.2f} to {high:.2f})"
        )


def draw(rows: Iterable[Mapping[str, Any]], n: int, seed: int) -> list[Drawn]:
    """Return about `n` listings drawn at random from each stratum, in random order; equal seeds give equal samples.

    rows: of `SAMPLED_SQL`. A stratum gets its part by the square root of its size, and `LEAST` at least.

    >>> rows = [{"listing": f"lst:{i}", "observation": f"obs:{i}", "kind": "handgun"} for i in range(30)]
    >>> len(draw(rows, 12, 1)), draw(rows, 12, 1) == draw(rows, 12, 1), draw(rows, 12, 1) == draw(rows, 12, 2)
    (12, True, False)
    """
    strata: dict[str, list[Drawn]] = {}
    for row in rows:
        strata.setdefault(str(row["kind"]), []).append(Drawn(row["listing"], row["observation"], str(row["kind"])))
    roots = {kind: math.sqrt(len(held)) for kind, held in strata.items()}
    rng = np.random.default_rng(seed)
    found: list[Drawn] = []
    for kind in sorted(strata):
        held = sorted(strata[kind], key=lambda drawn: drawn.listing)
        many = min(len(held), max(LEAST, round(n * roots[kind] / sum(roots.values()))))
        found += [held[i] for i in rng.choice(len(held), many, replace=False)]
    return [found[i] for i in rng.permutation(len(found))]


def coded(called: Mapping[str, str], codes: Sequence[Mapping[str, str]]) -> Sample:
    """Return what people read. called: observation → what the recogniser called it. codes: of each coder, observation →
    kind; observations that not all of them coded are left out. Raises `ValueError` where none is left.

    >>> sample = coded({"obs:1": "handgun", "obs:2": "handgun"}, [{"obs:1": "handgun", "obs:2": "not_weapon"}])
    >>> sample.listings, sample.told
    (2, 'error rates of this archive: 2 listings drawn at random and read by one person')
    """
    both = [name for name in sorted(called) if all(name in code for code in codes)]
    if not both or not codes:
        raise ValueError("no listing was coded by all coders")
    counts = np.zeros((len(KINDS), len(KINDS)))
    index: dict[str, int] = {kind: i for i, kind in enumerate(KINDS)}
    for name in both:
        for code in codes:
            counts[index[called[name]], index[code[name]]] += 1 / len(codes)
    agreement = None
    if len(codes) >= 2:
        agreement = kappa([codes[0][name] for name in both], [codes[1][name] for name in both])
    return Sample(counts, len(codes), agreement)


def is_kind(text: str) -> bool:
    """Say whether a coder's word is a kind."""
    known: tuple[Kind, ...] = KINDS
    return text in known
