"""A sample that people read: drawn at random by seed, coded twice, and then the intervals rest on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from muster.estimate import Confusion, Estimator, Scope
from muster.estimate.sample import LEAST, coded, draw
from muster.model import KINDS
from muster.store import connect, write_tables

OFF = Confusion.from_rows([{"true": k, "predicted": k, "n": 1000, "vendors": 1000} for k in KINDS])
"""Measured elsewhere: never wrong. It is wrong here."""


def _archive(folder: Path, n: int, wrong: float, rng: np.random.Generator) -> tuple[dict[str, list[Path]], np.ndarray]:
    """Write n listings called handguns and n called no weapon, some of the former wrongly; return which are guns."""
    tables: dict[str, list[dict[str, Any]]] = {"capture": [], "listing_seen": [], "offer": []}
    guns = np.zeros(2 * n, dtype=bool)
    guns[:n] = rng.random(n) >= wrong
    for i in range(2 * n):
        tables["capture"].append({"id": f"cap:{i:016x}", "profile": "bazaar", "market": "bazaar"})
        tables["listing_seen"].append({"id": f"obs:{i:016x}", "listing": f"lst:{i:016x}", "market": "bazaar",
                                       "vendor": f"‹vendor:{i % 30:016x}›"})  # fmt: skip
        tables["offer"].append({"id": f"off:{i:016x}", "observation": f"obs:{i:016x}", "item": 0, "probability": 0.9,
                                "kind": "handgun" if i < n else "not_weapon", "keywords": []})  # fmt: skip
    write_tables(folder / "t", tables)
    return {name: [folder / f"t/{name}.parquet"] for name in tables}, guns


@pytest.mark.slow
def test_a_sample_replaces_an_error_that_was_measured_elsewhere_and_is_wrong_here(tmp_path: Path) -> None:
    rng, held, blind = np.random.default_rng(2), 0, 0
    for world in range(40):
        files, guns = _archive(tmp_path / str(world), 300, 0.3, rng)
        rows = [{"listing": f"lst:{i:016x}", "observation": f"obs:{i:016x}",
                 "kind": "handgun" if i < 300 else "not_weapon"} for i in range(600)]  # fmt: skip
        drawn = draw(rows, 120, world)
        code = {d.observation: "handgun" if guns[int(d.observation[4:], 16)] else "not_weapon" for d in drawn}
        sample = coded({d.observation: d.kind for d in drawn}, [code, code])
        with connect(files) as db:
            found = Estimator(db, OFF, "", sample).estimate("listings", Scope("handgun"))
            without = Estimator(db, OFF, "").estimate("listings", Scope("handgun"))
        assert found.low is not None
        assert found.high is not None
        assert without.low is not None
        assert without.high is not None
        held += found.low <= guns.sum() <= found.high
        blind += without.low <= guns.sum() <= without.high
        assert any("read by 2 people (kappa 1.00" in a for a in found.assumptions)
        assert any("error rates transported" in a for a in without.assumptions)
    assert held >= 36
    assert blind <= 4


def test_every_kind_that_was_called_is_drawn_from_and_rare_ones_whole() -> None:
    rows = [{"listing": f"lst:{i}", "observation": f"obs:{i}", "kind": "explosive" if i < 4 else "not_weapon"}
            for i in range(5000)]  # fmt: skip
    drawn = draw(rows, 100, 7)
    kinds = [d.kind for d in drawn]
    assert kinds.count("explosive") == 4
    assert kinds.count("not_weapon") >= max(LEAST, 90)
    assert len({d.listing for d in drawn}) == len(drawn)


def test_coders_who_differ_count_half_each() -> None:
    sample = coded({"obs:1": "handgun"}, [{"obs:1": "handgun"}, {"obs:1": "less_lethal"}])
    row = sample.counts[KINDS.index("handgun")]
    assert (row[KINDS.index("handgun")], row[KINDS.index("less_lethal")], sample.listings) == (0.5, 0.5, 1)


def test_what_only_one_of_two_coded_is_left_out() -> None:
    called = {"obs:1": "handgun", "obs:2": "handgun"}
    assert coded(called, [{"obs:1": "handgun", "obs:2": "handgun"}, {"obs:1": "handgun"}]).listings == 1
    with pytest.raises(ValueError, match="all coders"):
        coded(called, [{"obs:1": "handgun"}, {"obs:2": "handgun"}])
