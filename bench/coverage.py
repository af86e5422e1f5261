"""How often 95% intervals of corrected counts hold the truth, in simulated markets whose truth is known.

python bench/coverage.py                 the table of docs/estimates.md: every scenario, 400 worlds each
python bench/coverage.py --worlds 100    fewer worlds

Held: by the interval that is reported, whose lower end rests on what was recognised alone. Draws held: by the middle
95% of the simulated truths.

A world has kinds at places in a space, sellers who sell one or two kinds and write alike, labelled listings of other
sellers, and a market with another mix of kinds. The recogniser sees a listing as its kind's place plus its seller's and
its own deviation, and states the probabilities of all kinds as they were among the labelled listings: it is calibrated
there, and errs on each market as such a recogniser does. Labelled listings are as many as ours, of as many sellers.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from muster.estimate.counts import interval
from muster.estimate.daily import SHELVES
from muster.estimate.draws import Truths
from muster.estimate.error import Confusion
from muster.estimate.items import View
from muster.model import KINDS, WEAPON_KINDS, Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KNOWN: tuple[Kind, ...] = (
    "handgun", "long_gun", "automatic", "ammunition", "component", "blade_impact", "placeholder", "not_weapon",
)  # fmt: skip
NUMBER = {kind: i for i, kind in enumerate(KINDS)}
NO_WEAPON = KNOWN.index("not_weapon")
WORLDS = 400
SEED = 3


@dataclass(frozen=True, slots=True)
class Scenario:
    """A market to be counted, and what is known beforehand.

    prevalence: share of weapons among its listings. apart: distance of two kinds' places, in deviations of a listing;
    the recogniser errs on about 5% of weapons at 4, 10% at 3.3. near: a kind that stands nearer to `not_weapon`, at
    this share of the distance. alike: share of the deviation that a seller's listings have in common; at 0.65 their
    errors correlate by a third, as ours do, at 0.3 by a tenth. labelled, of: labelled listings and their sellers.
    weapons: share of weapons among them. sharp: stated log odds are as many times too large.
    """

    name: str
    prevalence: float
    listings: int = 2_000
    sellers: int = 200
    apart: float = 4.0
    near: tuple[str, float] = ("", 1.0)
    alike: float = 0.65
    labelled: int = 500
    of: int = 130
    weapons: float = 0.6
    sharp: float = 1.0
    shelf: str = "arms"


OURS_OTHER = Scenario("", 0.002, 17_000, 2_000, labelled=2_100, of=700, weapons=0.01, shelf="other")
BASE = Scenario("", 0.5)
SCENARIOS: tuple[Scenario, ...] = (
    *(replace(BASE, name=f"arms shelf, {p:g} weapons", prevalence=p) for p in (0.02, 0.1, 0.3, 0.5)),
    replace(BASE, name="a small market", prevalence=0.5, listings=150, sellers=30),
    replace(BASE, name="errs on a tenth", apart=3.3),
    replace(BASE, name="errs on a tenth, rare", apart=3.3, prevalence=0.05),
    replace(BASE, name="pistols look like no weapon", near=("handgun", 0.75), prevalence=0.2),
    replace(BASE, name="ammunition is overlooked", near=("ammunition", 0.6), prevalence=0.3),
    replace(BASE, name="sellers' listings not alike", alike=0.0, prevalence=0.3),
    replace(BASE, name="sellers' listings half as alike", alike=0.3, prevalence=0.3),
    replace(BASE, name="says twice the log odds", sharp=2.0, prevalence=0.3),
    *(replace(OURS_OTHER, name=f"other shelf, {p:g} weapons", prevalence=p) for p in (0.002, 0.01, 0.05)),
    replace(OURS_OTHER, name="other shelf, half as alike", prevalence=0.01, alike=0.3),
    replace(OURS_OTHER, name="other shelf, 4,400 listings", prevalence=0.004, listings=4_400, sellers=500),
)  # fmt: skip


def places(one: Scenario) -> Floats:
    """Return the places of the kinds: corners of a simplex, one of them drawn nearer to that of no weapon."""
    found = np.eye(len(KNOWN)) * one.apart / np.sqrt(2)
    kind, share = one.near
    if kind:
        at = KNOWN.index(kind)
        found[at] = found[NO_WEAPON] + share * (found[at] - found[NO_WEAPON])
    return np.asarray(found)


def mix(one: float, rng: np.random.Generator) -> Floats:
    """Return shares of the kinds with so many weapons; how they divide among themselves is drawn."""
    weapons = rng.dirichlet([4.0, 2.0, 1.0, 2.0, 2.0, 2.0]) * one
    placeholder = (1 - one) * rng.beta(2, 10)
    return np.array([*weapons, placeholder, 1 - one - placeholder])


def listings(
    one: Scenario, n: int, sellers: int, shares: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """Return true kinds, sellers and what is seen of `n` listings; a seller has one kind or two."""
    seller = rng.choice(sellers, size=n, p=rng.dirichlet(np.full(sellers, 0.7)))
    kinds = rng.choice(len(KNOWN), size=(sellers, 2), p=shares)
    true = kinds[seller, (rng.random(n) < 0.25).astype(np.int64)]
    common = rng.standard_normal((sellers, len(KNOWN))) * np.sqrt(one.alike)
    own = rng.standard_normal((n, len(KNOWN))) * np.sqrt(1 - one.alike)
    return true, seller, places(one)[true] + common[seller] + own


def stated(one: Scenario, seen: Floats, shares: Floats) -> Floats:
    """Return the probabilities that a recogniser states which expects kinds as often as `shares` says."""
    odds = -((seen[:, None, :] - places(one)[None]) ** 2).sum(axis=2) / 2 + np.log(shares)
    odds = (odds - odds.max(axis=1, keepdims=True)) * one.sharp
    powers = np.exp(odds)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def measured(one: Scenario, true: Ints, seller: Ints, said: Floats) -> Confusion:
    """Return the table of errors of labelled listings, effective numbers as `errors_table` has them."""
    called = said.argmax(axis=1)
    rows: list[Mapping[str, Any]] = []
    for t, kind in enumerate(KNOWN):
        of = true == t
        for c, name in enumerate(KNOWN):
            at = of & (called == c)
            if at.any():
                share = np.unique(seller[of]).size / of.sum()
                rows.append({"shelf": one.shelf, "true": kind, "predicted": name, "n": int(at.sum()),
                             "vendors": np.unique(seller[at]).size, "effective": float(at.sum() * share),
                             "said": float(said[at, c].mean())})  # fmt: skip
    return Confusion.from_rows(rows)


def view(one: Scenario, seller: Ints, said: Floats) -> View:
    """Return the market as the estimators see it."""
    n = seller.size
    number = np.array([NUMBER[kind] for kind in KNOWN])
    order, rows = np.argsort(-said, axis=1), np.arange(n)
    second = said[rows, order[:, 1]]
    nothing = np.full(n, np.nan)
    return View(
        listing=np.arange(n, dtype=np.uint64), item=np.zeros(n, np.int64), first=np.ones(n, np.bool_),
        kind=number[order[:, 0]].astype(np.int8), probability=np.round(said[rows, order[:, 0]], 4),
        other=number[order[:, 1]].astype(np.int8), other_probability=np.where(second >= 0.05, np.round(second, 4), 0),
        shelf=np.full(n, SHELVES.index(one.shelf), np.int8), vendor=seller.astype(np.uint64),
        market=np.zeros(n, np.int32), sales=nothing, stock=nothing, reviews=nothing, keywords=np.zeros(n, np.int32),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one world: the truth, how many were called so, the interval, and the lower end of the draws."""

    true: float
    called: float
    value: float
    low: float
    high: float
    least: float


def world(one: Scenario, rng: np.random.Generator) -> dict[str, Outcome]:
    """Return the outcome of one world for all weapons and for handguns."""
    labelled_mix = mix(one.weapons, rng)
    true, seller, seen = listings(one, one.labelled, one.of, labelled_mix, rng)
    confusion = measured(one, true, seller, stated(one, seen, labelled_mix))
    true, seller, seen = listings(one, one.listings, one.sellers, mix(one.prevalence, rng), rng)
    market = view(one, seller, stated(one, seen, labelled_mix))
    truths = Truths(market, confusion)
    found = {}
    for name, kinds in (("weapons", WEAPON_KINDS), ("handguns", ("handgun",))):
        wanted = [NUMBER[kind] for kind in kinds]
        really = np.isin(np.array([NUMBER[kind] for kind in KNOWN])[true], wanted).sum()
        called = np.isin(market.kind, wanted).sum()
        counts, sure = truths.count(wanted, market.first)
        least = float(np.quantile(counts, 0.025, method="lower"))
        found[name] = Outcome(float(really), float(called), *interval(counts, sure), least)
    return found


def main() -> None:
    """Run as the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    print("| market | counted | truth | called | held | below | above | draws held | draws below | width |")
    print("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    for number, one in enumerate(SCENARIOS):
        if asked.only not in one.name:
            continue
        rng = np.random.default_rng((SEED, number))
        found = [world(one, rng) for _ in range(asked.worlds)]
        for name in found[0]:
            of = [outcome[name] for outcome in found]
            below = np.mean([o.true < o.low for o in of])
            above = np.mean([o.true > o.high for o in of])
            under = np.mean([o.true < o.least for o in of])
            true, called = np.mean([o.true for o in of]), np.mean([o.called for o in of])
            print(f"| {one.name} | {name} | {true:.0f} | {called:.0f} "
                  f"| {1 - below - above:.3f} | {below:.3f} | {above:.3f} | {1 - under - above:.3f} | {under:.3f} "
                  f"| {np.mean([o.high - o.low for o in of]):.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
