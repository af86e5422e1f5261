"""What a listing may really be: by its shelf, by what the recogniser stated, and as often as intervals say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from muster.estimate.counts import interval
from muster.estimate.daily import SHELVES
from muster.estimate.draws import Truths, _summed
from muster.estimate.error import Confusion
from muster.estimate.items import View
from muster.model import KINDS, WEAPON_KINDS, Kind

NUMBER = {kind: i for i, kind in enumerate(KINDS)}
HANDGUN, NO_WEAPON = NUMBER["handgun"], NUMBER["not_weapon"]
MEASURED = [
    {"shelf": shelf, "true": kind, "predicted": kind, "n": 400, "vendors": 400, "effective": 400.0, "said": 0.97}
    for shelf in ("arms", "other")
    for kind in KINDS
]
FALSE_ALARMS = [
    {"shelf": "arms", "true": "not_weapon", "predicted": "handgun", "n": 100, "vendors": 100, "effective": 100.0,
     "said": 0.97},
]  # fmt: skip


def _view(kind: Any, probability: Any, other: Any, other_probability: Any, shelf: str = "arms") -> View:
    n = len(kind)
    nothing = np.full(n, np.nan)
    return View(
        listing=np.arange(n, dtype=np.uint64), item=np.zeros(n, np.int64), first=np.ones(n, np.bool_),
        kind=np.asarray(kind, np.int8), probability=np.asarray(probability, float), other=np.asarray(other, np.int8),
        other_probability=np.asarray(other_probability, float), shelf=np.full(n, SHELVES.index(shelf), np.int8),
        vendor=np.arange(n, dtype=np.uint64), market=np.zeros(n, np.int32), sales=nothing, stock=nothing,
        reviews=nothing, keywords=np.zeros(n, np.int32),
    )  # fmt: skip


def _count(view: View, confusion: Confusion, *kinds: Kind) -> tuple[float, float, float]:
    return interval(*Truths(view, confusion).count([NUMBER[kind] for kind in kinds], view.first))


def test_a_shelf_is_corrected_by_its_own_errors() -> None:
    confusion = Confusion.from_rows([*MEASURED, *FALSE_ALARMS])
    called = ([HANDGUN] * 30 + [NO_WEAPON] * 100, [0.97] * 130, [0] * 130, [0.0] * 130)
    on_other, _, _ = _count(_view(*called, shelf="other"), confusion, "handgun")
    on_arms, low, _ = _count(_view(*called, shelf="arms"), confusion, "handgun")
    assert on_arms < on_other - 5
    assert low < on_arms


def test_a_doubted_listing_is_what_its_alternative_says() -> None:
    """A lighter called a pistol at 0.41, more likely than not something else, and that a toy at 0.5."""
    confusion = Confusion.from_rows(MEASURED)
    doubted = _view([HANDGUN] * 100, [0.41] * 100, [NO_WEAPON] * 100, [0.5] * 100)
    handguns, low, high = _count(doubted, confusion, "handgun")
    assert low < handguns < high < 60
    no_weapon, _, _ = _count(doubted, confusion, "not_weapon")
    assert no_weapon > 0.7 * (100 - handguns)


def test_a_listing_that_is_surely_called_is_hardly_doubted() -> None:
    sure = _view([HANDGUN] * 100, [0.99] * 100, [0] * 100, [0.0] * 100)
    assert _count(sure, Confusion.from_rows(MEASURED), "handgun")[1] >= 97


KNOWN: tuple[Kind, ...] = ("handgun", "ammunition", "placeholder", "not_weapon")
"""The kinds of the simulated worlds."""
PLACES = np.array([[2.6, 0.0, 0.0], [0.0, 2.6, 0.0], [0.0, 0.0, 2.6], [0.0, 0.0, 0.0]])
LABELLED, SOLD = 250, 600
WORLDS = 400


def _world(rng: np.random.Generator, n: int, mix: Any) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return true kinds, and what a calibrated recogniser that expects all kinds alike says of each listing."""
    true = rng.choice(len(KNOWN), size=n, p=mix)
    seen = PLACES[true] + rng.standard_normal((n, 3))
    fit = np.exp(-((seen[:, None, :] - PLACES[None]) ** 2).sum(axis=2) / 2)
    return true, fit / fit.sum(axis=1, keepdims=True)


def _measured(true: NDArray[np.int64], said: NDArray[np.float64]) -> Confusion:
    called = said.argmax(axis=1)
    rows: list[Mapping[str, Any]] = []
    for t, kind in enumerate(KNOWN):
        for c, name in enumerate(KNOWN):
            at = (true == t) & (called == c)
            if at.any():
                n = int(at.sum())
                rows.append({"shelf": "arms", "true": kind, "predicted": name, "n": n, "vendors": n, "effective": n,
                             "said": float(said[at, c].mean())})  # fmt: skip
    return Confusion.from_rows(rows)


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [("handgun",), WEAPON_KINDS])
def test_intervals_hold_the_truth_as_often_as_they_say(wanted: tuple[Kind, ...]) -> None:
    """Worlds with their own mix of kinds, labelled listings of another mix, and a recogniser that errs on a tenth."""
    rng = np.random.default_rng(11)
    number = np.array([NUMBER[kind] for kind in KNOWN])
    drawn = held = above = 0
    kinds = [NUMBER[kind] for kind in wanted]
    for _ in range(WORLDS):
        confusion = _measured(*_world(rng, LABELLED, rng.dirichlet([4, 4, 4, 8])))
        true, said = _world(rng, SOLD, rng.dirichlet([1, 1, 1, 4]))
        order = np.argsort(-said, axis=1)
        rows = np.arange(SOLD)
        second = said[rows, order[:, 1]]
        view = _view(
            number[order[:, 0]], np.round(said[rows, order[:, 0]], 4), number[order[:, 1]],
            np.where(second >= 0.05, np.round(second, 4), 0),
        )  # fmt: skip
        counts, recognised = Truths(view, confusion).count(kinds, view.first)
        _, low, high = interval(counts, recognised)
        really = np.isin(number[true], kinds).sum()
        drawn += np.quantile(counts, 0.025, method="lower") <= really <= high
        held += low <= really <= high
        above += really > high
    assert 0.92 <= drawn / WORLDS <= 0.97, drawn / WORLDS  # of 400 worlds, 95% is told to two hundredths
    assert held / WORLDS >= 0.93, held / WORLDS  # its lower end is the more cautious one
    assert 0.01 <= above / WORLDS <= 0.04, above / WORLDS


@settings(max_examples=25)
@given(st.lists(st.integers(1, 150), min_size=1, max_size=12), st.integers(0, 9))
def test_adding_up_a_few_rows_at_a_time_changes_no_bit(lengths: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    missed = np.log1p(-rng.random((20, 7)))
    cell, n = rng.integers(0, 20, sum(lengths)), rng.integers(1, 4, sum(lengths))
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    plain = np.add.reduceat(missed[cell] * n[:, None], starts, axis=0)
    assert np.array_equal(_summed(missed, cell, n, starts), plain)
