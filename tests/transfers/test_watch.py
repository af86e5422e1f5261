"""A watch is raised against a baseline, about as often by chance as it says."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from muster.schema import TABLES
from muster.store import over
from muster.transfers.watch import BASELINE, FALSE_ALARM, watch, watches


def test_without_a_baseline_a_watch_says_that_it_cannot() -> None:
    assert watch([9], "seized", "manpads", "NO").raised is None
    assert "a baseline needs 5" in watch([0] * 13, "seized", "manpads", "NO").why


@pytest.mark.parametrize("mean", [1.0, 4.0, 20.0])
def test_a_steady_class_raises_it_no_more_often_than_it_says(mean: float) -> None:
    random = np.random.default_rng(20261127)
    raised = told = 0
    for counts in random.poisson(mean, size=(1500, 25)):
        found = watch([int(n) for n in counts], "seized", "manpads", "NO")
        if found.model.startswith("Poisson"):
            told += 1
            raised += bool(found.raised)
    assert told > 1200
    assert raised / told <= 2 * FALSE_ALARM


def test_a_scattered_baseline_is_no_poisson_process() -> None:
    counts = [0, 30, 1, 0, 40, 2, 0, 35, 0, 1, 28, 0] * 2
    found = watch([*counts, 41], "captured", "tank", "NO")
    assert (found.model, found.raised) == ("negative binomial (approximate)", False)
    assert found.months >= BASELINE
    assert watch([*counts, 400], "captured", "tank", "NO").raised


@pytest.mark.slow
@pytest.mark.parametrize(("mean", "size", "months"), [(10, 2, 25), (10, 1, 25), (30, 4, 37), (5, 1, 14)])
def test_a_scattered_class_raises_it_no_more_often_than_it_says(mean: float, size: float, months: int) -> None:
    random = np.random.default_rng(7)
    raised, said = [], []
    for _ in range(400):
        counts = random.poisson(random.gamma(size, 1 / size, months) * mean)
        found = watch([int(n) for n in counts], "seized", "manpads", "NO")
        if found.model.startswith("negative"):
            raised.append(bool(found.raised))
            said.append(found.false_alarms or 0.0)
    assert len(raised) > 300
    assert max(said) <= FALSE_ALARM
    # of 400 at one in a hundred, more than ten come by chance once in four hundred times
    assert sum(raised) <= 10


def test_a_real_change_of_a_scattered_class_is_seen() -> None:
    random = np.random.default_rng(3)
    counts = [int(n) for n in random.poisson(random.gamma(2, 0.5, 36) * 10)]
    assert watch([*counts, 150], "seized", "manpads", "NO").raised


def test_a_month_that_was_looked_at_more_is_expected_to_show_more() -> None:
    counts = [4] * 14 + [16]
    assert watch(counts, "offered", "handgun", "bazaar").raised
    assert watch(counts, "offered", "handgun", "bazaar", extent=[100] * 14 + [400]).raised is False
    assert watch(counts, "offered", "handgun", "bazaar", extent=[100] * 14 + [0]).raised is None


def _market(counts: list[int], extent: list[int]) -> dict[str, pa.Table]:
    """Return the tables of a market: so many pistols among so many listings, a month each."""
    seen, offers = [], []
    for month, (pistols, listings) in enumerate(zip(counts, extent, strict=True)):
        for n in range(listings):
            name = f"obs:{month}-{n}"
            when = datetime(2014 + month // 12, month % 12 + 1, 5, tzinfo=UTC)
            seen.append({"id": name, "market": "bazaar", "listing": f"{month}-{n}", "captured_at": when})
            if n < pistols:
                offers.append({"id": f"off:{month}-{n}", "observation": name, "kind": "handgun", "item": 0})
    return {
        "listing_seen": pa.Table.from_pylist(seen, schema=TABLES["listing_seen"].arrow),
        "offer": pa.Table.from_pylist(offers, schema=TABLES["offer"].arrow),
    }


@pytest.mark.parametrize(
    ("counts", "extent", "raised"),
    [
        ([2] * 13 + [12], [20] * 14, True),
        ([2] * 13 + [3], [20] * 14, False),
        ([2] * 13 + [12], [20] * 13 + [120], False),
        ([2] * 5 + [12], [20] * 6, None),
    ],
)
def test_offers_are_watched_by_month_against_all_that_was_captured(
    counts: list[int], extent: list[int], raised: bool | None
) -> None:
    with over(_market(counts, extent)) as db:
        (found,) = watches(db)
    assert (found.sort, found.class_, found.party, found.raised) == ("offered", "handgun", "bazaar", raised)
