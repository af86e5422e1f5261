"""Simulated truths behind an interval: what the items counted may really be, given the recogniser's measured error.

Items of one predicted kind of which the recogniser was equally sure are exchangeable, so truths are drawn for cells of
such items and not one by one: a million listings cost no more than their few hundred cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from muster.estimate.daily import SHELVES
from muster.estimate.error import JEFFREYS, NO_WEAPON, Confusion, of_market, true_given_predicted
from muster.estimate.items import Bools, Floats, Ints, View
from muster.estimate.sample import Sample
from muster.model import KINDS

DRAWS = 400
"""Simulated truths behind an interval: its 2.5% point then rests on ten of them."""

UNSURE = 0.5
"""Probability below which the recogniser itself holds its answer for more likely wrong than right: what it doubts may
be there, and is never among what must be."""

SEED = 20140301
"""Fixed, so that equal inputs give equal bytes. Any number would do."""


ONE_BY_ONE = 5_000
"""Counters are drawn one by one for so many of the largest; the sum of the others is as good as normal."""

AT_ONCE = 2**21
"""Numbers held at a time while drawing."""


IN_CACHE = 64
"""Rows of draws that are added up at a time: 64 times 400 numbers of eight bytes."""


class Truths:
    """The truths of one view, whose rows are in order of their listings.

    Each shelf has its own error rates. Of the items called alike the recogniser was surer of some: where its stated
    odds are twice those that it stated for the labelled listings called so, the odds of its being right are twice
    theirs; but one called a weapon and more likely wrong than right is right no more often than it says, because
    labelled listings hold too few such items to show what they really are. An item that is not what it was called is
    its own first alternative, as probable as that is listed; for the probability left over, it is what labelled
    listings were when they were wrongly called so.
    """

    def __init__(self, view: View, confusion: Confusion, sample: Sample | None = None) -> None:
        self.view = view
        self.confusion = confusion
        self.sample = sample
        self._asked: tuple[tuple[int, ...] | None, Floats] = (None, np.zeros(0))
        self._shifts: dict[tuple[int, ...], tuple[Floats, Floats]] = {}

    @cached_property
    def cells(self) -> tuple[Ints, Ints]:
        """The cell of each item, and the kind of each cell."""
        return self._sorted[0], self._sorted[1]

    @cached_property
    def _sorted(self) -> tuple[Ints, Ints, Ints, Floats, Floats, Floats]:
        """The cell of each item; kind, shelf, greatest probability of being right, sureness, alternatives of each cell.

        Sureness: stated log odds beside those stated for the labelled listings called so. Alternatives, (cells, kinds):
        of an item that is not of its kind, how often it is said to be of each other; what is left is not said.
        """
        view, size = self.view, len(KINDS)
        sure = np.clip(np.rint(view.probability * 100), 2, 99).astype(np.int64)
        sure[(view.probability < UNSURE) & (sure > 49)] = 49
        key = (view.shelf.astype(np.int64) * size + view.kind) * 101 + sure
        cells = np.flatnonzero(np.bincount(key, minlength=len(SHELVES) * size * 101))
        place = np.zeros(len(SHELVES) * size * 101, dtype=np.int64)
        place[cells] = np.arange(cells.size)
        of_item = place[key]
        kind, shelf = cells // 101 % size, cells // 101 // size
        said = np.clip(self.confusion.said, 0.02, 0.99)[shelf, kind]
        own = np.log((cells % 101) / (100 - cells % 101))
        odds = own - np.log(said / (1 - said))
        if self.sample is not None:  # read at random here: surer than the others of this archive, then
            n = np.bincount(of_item, minlength=cells.size)
            odds = own - (np.bincount(kind, own * n, size) / np.maximum(np.bincount(kind, n, size), 1))[kind]
        listed = np.bincount(of_item * size + view.other, view.other_probability, cells.size * size)
        others = (
            listed.reshape(cells.size, size)
            / (np.bincount(of_item, minlength=cells.size) * (1 - cells % 101 / 100))[:, None]
        )
        doubted = (cells % 101 < 100 * UNSURE) & (kind != NO_WEAPON) & (self.sample is None)
        most = np.where(doubted, cells % 101 / 100, 1.0)
        return of_item, kind, shelf, most, odds, others / np.maximum(others.sum(axis=1, keepdims=True), 1.0)

    @cached_property
    def _held(self) -> Bools:
        """Cells of items that the recogniser holds for more likely right than wrong."""
        doubted = np.bincount(self.cells[0], self.view.probability < UNSURE, self.cells[1].size)
        return np.asarray(doubted == 0)

    @cached_property
    def _rates(self) -> tuple[Floats, Floats, Floats]:
        """P(called | true), (draws, shelves, kinds, kinds); the mix of kinds, in listings; P(true | called)."""
        size = len(KINDS)
        rates = np.tile(np.eye(size), (DRAWS, len(SHELVES), 1, 1))
        mix, share = np.ones((DRAWS, len(SHELVES), size)), rates.copy()
        for shelf, name in enumerate(SHELVES):
            rng = np.random.default_rng((SEED, 5, shelf))
            predicted, each = self._called[0][shelf], self._called[1][shelf]
            if predicted.any():
                measured = self.confusion.draw(DRAWS, rng, name)
                rates[:, shelf] = of_market(measured, predicted, each, rng)
                share[:, shelf], mix[:, shelf] = true_given_predicted(predicted, rates[:, shelf], rng)
                if self.sample is not None:
                    share[:, shelf] = self.sample.shares(share[:, shelf], np.random.default_rng((SEED, 9)))
        return rates, mix, share

    @cached_property
    def _called(self) -> tuple[Ints, Floats]:
        """Listings called each kind, and how many of them the seller of such a listing has, (shelves, kinds)."""
        view, size = self.view, len(KINDS)
        at = (view.shelf.astype(np.int64) * size + view.kind)[view.first]
        listings = np.bincount(at, minlength=len(SHELVES) * size)
        _, seller = np.unique(view.vendor[view.first], return_inverse=True)
        pairs, many = np.unique(seller * len(SHELVES) * size + at, return_counts=True)
        squares = np.bincount(pairs % (len(SHELVES) * size), many.astype(np.float64) ** 2, len(SHELVES) * size)
        each = squares / np.maximum(listings, 1)
        return listings.astype(np.int64).reshape(-1, size), each.reshape(-1, size)

    @cached_property
    def _shares(self) -> tuple[Floats, Floats, Floats]:
        """Log odds that a kind was rightly called, (draws, shelves, kinds); where others belong, (…, kinds, kinds).

        And how many times commoner each kind is here than among the labelled listings, (draws, shelves, kinds).
        """
        _, mix, share = self._rates
        right = np.clip(np.diagonal(share, axis1=2, axis2=3), 1e-9, 1 - 1e-9)
        wrong = share * (1 - np.eye(len(KINDS)))[None, None]
        labelled = self.confusion.counts.sum(axis=2) + JEFFREYS
        return (
            np.log(right / (1 - right)),
            wrong / np.maximum(wrong.sum(axis=3, keepdims=True), 1e-300),
            mix / labelled[None],
        )

    @cached_property
    def _right(self) -> tuple[Floats, Floats]:
        """How probable it is that an item of each cell is what it was called, and that it is not, (draws, cells)."""
        _, kind, shelf, most, surer, _ = self._sorted
        right = np.minimum(1 / (1 + np.exp(-(self._shares[0][:, shelf, kind] + surer))), most)
        return right, 1 - right

    def chance(self, wanted: Sequence[int]) -> Floats:
        """Return how probable it is that an item of each cell is of a kind wanted, (draws, cells)."""
        if tuple(wanted) != self._asked[0]:
            self._asked = tuple(wanted), self._chance(wanted)
        return self._asked[1]

    def _chance(self, wanted: Sequence[int]) -> Floats:
        _, kind, shelf, most, _, others = self._sorted
        right, not_right = self._right
        wrong, commoner = self._shares[1], self._shares[2]
        own = among(wanted)[kind]
        table = wrong[..., list(wanted)].sum(axis=3)[:, shelf, kind]
        if self.sample is not None:  # people read what such items are here, whatever the recogniser's second thought
            return np.asarray(np.clip(np.where(own, right + not_right * table, not_right * table), 0, 1))
        # what it is said to be where it is not what it was called, at the mix of kinds of this market
        weight = others[None] * commoner[:, shelf]
        left = (1 - others.sum(axis=1)) * self._left[:, shelf, kind]
        other = (weight[..., list(wanted)].sum(axis=2) + left * table) / np.maximum(weight.sum(axis=2) + left, 1e-300)
        chance = np.where(own, right + not_right * other, not_right * other)
        inside, outside = self._shift(tuple(wanted))
        held = np.clip(chance, 1e-12, 1 - 1e-12)
        shifted = 1 / (1 + np.exp(-(np.log(held / (1 - held)) + np.where(own, inside[:, shelf], outside[:, shelf]))))
        return np.asarray(np.clip(np.where((most < 1) | (chance <= 0) | (chance >= 1), chance, shifted), 0, 1))

    @cached_property
    def _left(self) -> Floats:
        """How much commoner the kinds are here that were wrongly called each kind, (draws, shelves, kinds)."""
        rates, mix, _ = self._rates
        labelled = (self.confusion.counts.sum(axis=2) + JEFFREYS)[None]
        apart = (1 - np.eye(len(KINDS)))[None, None]
        here = (mix[..., None] * rates * apart).sum(axis=2)
        there = (labelled[..., None] * rates * apart).sum(axis=2)
        return np.asarray(here / np.maximum(there, 1e-300))

    def _shift(self, wanted: tuple[int, ...]) -> tuple[Floats, Floats]:
        """Return by how much log odds shift so that the kinds wanted, counted together, fit the counts seen.

        Kind by kind no count can be negative, so where most that is called a weapon is none, the sum of many kinds
        comes out too high. Taken as one kind they are corrected like a single test (Rogan & Gladen 1978). Both of
        shape (draws, shelves): for what was called one of them, and for what was not.
        """
        inside = among(wanted)
        rates, mix, share = self._rates
        shift = np.zeros((2, DRAWS, len(SHELVES)))
        for shelf in range(len(SHELVES)):
            called = self._called[0][shelf]
            two = np.array([called[inside].sum(), called[~inside].sum()])
            if not two.all():
                continue
            together = np.zeros((DRAWS, 2, 2))
            for side, kinds in enumerate((inside, ~inside)):
                weight = np.maximum(mix[:, shelf, kinds], 1e-9)
                weight /= weight.sum(axis=1, keepdims=True)
                hit = np.einsum("dt,dt->d", weight, rates[:, shelf][:, kinds][:, :, inside].sum(axis=2))
                hit = np.clip(hit, 1e-9, 1 - 1e-9)
                together[:, side] = np.stack([hit, 1 - hit], axis=1)
            fitted, _ = true_given_predicted(two, together, np.random.default_rng((SEED, 10, shelf)))
            for side, kinds in enumerate((inside, ~inside)):
                apart = share[:, shelf][:, kinds][:, :, inside].sum(axis=2) @ called[kinds] / two[side]
                shift[side, :, shelf] = _log_odds(fitted[:, side, 0]) - _log_odds(apart)
        return shift[0], shift[1]

    def surely(self, wanted: Sequence[int]) -> Bools:
        """Return which cells were recognised as of a kind wanted, and not doubted."""
        _, kind = self.cells
        return np.asarray(among(wanted)[kind] & self._held)

    def count(self, wanted: Sequence[int], rows: Bools) -> tuple[Floats, Floats]:
        """Return how many of some items are of the kinds wanted, and how many of those were recognised as such."""
        of_item, kind = self.cells
        n = np.bincount(of_item[rows], minlength=kind.size)
        rng = np.random.default_rng((SEED, 1))
        hits = rng.binomial(n, self.chance(wanted))
        return hits.sum(axis=1).astype(np.float64), hits[:, self.surely(wanted)].sum(axis=1).astype(np.float64)

    def distinct(self, wanted: Sequence[int], rows: Bools) -> tuple[Floats, Floats]:
        """Return how many sellers have an item of the kinds wanted, and how many by recognised items alone."""
        recognised = rows & (among(wanted)[self.view.kind] & (self.view.probability >= UNSURE))
        return self._distinct(wanted, rows), self._distinct(wanted, recognised)

    def _distinct(self, wanted: Sequence[int], rows: Bools) -> Floats:
        """Sellers with the same items, by cell, are exchangeable: draw for each sort of seller."""
        of_item, kind = self.cells
        _, seller = np.unique(self.view.vendor[rows], return_inverse=True)
        pairs, n = np.unique(seller * kind.size + of_item[rows], return_counts=True)
        if not pairs.size:
            return np.zeros(DRAWS)
        cell = pairs % kind.size
        begins = np.flatnonzero(np.diff(pairs // kind.size, prepend=-1))
        marks = np.random.default_rng(SEED).integers(1, 2**63, (2, kind.size), dtype=np.uint64)
        signature = np.add.reduceat(marks[:, cell] * n.astype(np.uint64), begins, axis=1)
        example, sellers = _sorts(signature)
        ends = np.append(begins[1:], pairs.size)
        lengths = (ends - begins)[example]
        at = np.concatenate([np.arange(begins[s], ends[s]) for s in example])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        missed = np.ascontiguousarray(np.log1p(-np.minimum(self.chance(wanted), 1 - 1e-12)).T)  # (cells, draws)
        rng = np.random.default_rng((SEED, 2))
        found = np.zeros(DRAWS)
        step = max(1, AT_ONCE // DRAWS)
        edges = [0, *(np.flatnonzero(np.diff(starts // step)) + 1).tolist(), starts.size]
        for begin, end in pairwise(edges):
            own = at[starts[begin] : starts[end] if end < starts.size else at.size]
            none = _summed(missed, cell[own], n[own], starts[begin:end] - starts[begin])
            some, many = -np.expm1(none), sellers[begin:end]
            alone = many == 1
            found += (rng.random((int(alone.sum()), DRAWS)) < some[alone]).sum(axis=0)
            found += rng.binomial(many[~alone, None], some[~alone]).sum(axis=0)
        return found

    def total(self, values: Floats, wanted: Sequence[int], rows: Bools) -> tuple[Floats, Floats]:
        """Return the sum of a number (sales, stock) over the items of the kinds wanted, and over those recognised.

        The largest are drawn one by one; the sum of the thousands of others has the mean and variance of its cells.
        """
        of_item, _ = self.cells
        chance = self.chance(wanted)
        some = np.flatnonzero(rows & (np.nan_to_num(values) > 0))
        if not some.size:
            return np.zeros(DRAWS), np.zeros(DRAWS)
        large, rest = some, some[:0]
        if some.size > ONE_BY_ONE:
            order = np.argsort(-values[some], kind="stable")
            large, rest = some[order[:ONE_BY_ONE]], some[order[ONE_BY_ONE:]]
        rng = np.random.default_rng((SEED, 3))
        own = self.surely(wanted)
        sums = self._normal(values, rest, chance, own, rng)
        step = max(1, AT_ONCE // max(1, large.size))
        for draw in range(0, DRAWS, step):
            hit = rng.random((min(step, DRAWS - draw), large.size)) < chance[draw : draw + step][:, of_item[large]]
            sums[0, draw : draw + step] += hit @ values[large]
            sums[1, draw : draw + step] += hit @ (values[large] * own[of_item[large]])
        return sums[0], sums[1]

    def _normal(self, values: Floats, rows: Ints, chance: Floats, own: Bools, rng: np.random.Generator) -> Floats:
        of_item, kind = self.cells
        first = np.bincount(of_item[rows], values[rows], kind.size)
        second = np.bincount(of_item[rows], values[rows] ** 2, kind.size)
        noise = rng.standard_normal((DRAWS, kind.size)) * np.sqrt(chance * (1 - chance) * second)
        parts = np.rint(np.maximum(chance * first + noise, 0))
        return np.stack([parts.sum(axis=1), parts[:, own].sum(axis=1)])

    def largest(self, values: Floats, wanted: Sequence[int], rows: Bools) -> tuple[Floats, Floats]:
        """Return the highest sum of one seller over items of the kinds wanted."""
        of_item, _ = self.cells
        chance = self.chance(wanted)
        some = np.flatnonzero(rows & (np.nan_to_num(values) > 0))
        _, seller = np.unique(self.view.vendor[some], return_inverse=True)
        sums = np.bincount(seller, values[some])
        called = np.bincount(
            seller, values[some] * (among(wanted)[self.view.kind[some]] & (self.view.probability[some] >= UNSURE))
        )
        leading = [np.argsort(-by, kind="stable")[:50] for by in (sums, called)]
        some = some[np.isin(seller, np.concatenate(leading))][:ONE_BY_ONE]
        _, seller = np.unique(self.view.vendor[some], return_inverse=True)
        own = self.surely(wanted)[of_item[some]]
        if not some.size:
            return np.zeros(DRAWS), np.zeros(DRAWS)
        order = np.argsort(seller, kind="stable")
        begins = np.flatnonzero(np.diff(seller[order], prepend=-1))
        hit = (np.random.default_rng((SEED, 4)).random((DRAWS, some.size)) < chance[:, of_item[some]])[:, order]
        told = values[some[order]]
        found = (np.add.reduceat(hit * counted, begins, axis=1) for counted in (told, told * own[order]))
        most, recognised = (sums.max(axis=1) for sums in found)
        return most, recognised


def _summed(missed: Floats, cell: Ints, n: Ints, starts: Ints) -> Floats:
    """Return, for each run of cells, the sum of their rows of `missed`, each `n` times; a few rows at a time stay in
    the processor's cache, which is four times as fast as all at once."""
    found = np.empty((starts.size, missed.shape[1]))
    edges = [0, *(np.flatnonzero(np.diff(starts // IN_CACHE)) + 1).tolist(), starts.size]
    for begin, end in pairwise(edges):
        some = slice(starts[begin], starts[end] if end < starts.size else cell.size)
        rows = missed.take(cell[some], axis=0)
        rows *= n[some, None]
        np.add.reduceat(rows, starts[begin:end] - starts[begin], axis=0, out=found[begin:end])
    return found


def _sorts(signature: NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Return the first column of each sort of column, and how many there are, in the order of their two numbers."""
    order = np.lexsort((signature[1], signature[0]))
    first, second = signature[0][order], signature[1][order]
    begins = np.flatnonzero(np.append(True, (np.diff(first) != 0) | (np.diff(second) != 0)))
    return order[begins], np.diff(np.append(begins, order.size))


def among(wanted: Sequence[int]) -> Bools:
    """Return for each kind whether it is one of those wanted."""
    found = np.zeros(len(KINDS), dtype=np.bool_)
    found[list(wanted)] = True
    return found


def _log_odds(share: Floats) -> Floats:
    held = np.clip(share, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(held / (1 - held)))
