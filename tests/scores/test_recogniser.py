"""Recognising is as good as it was: floors over the labelled listings, which are easy to raise and hard to lower."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
BENCH = HERE.parent.parent / "bench"
FLOORS: dict[str, Any] = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))
PARTS = {part: FLOORS[part] for part in ("open", "locked")}


@pytest.fixture(scope="module")
def bench() -> Iterator[ModuleType]:
    """The module bench/scores.py; the scripts of bench/ import each other by name."""
    sys.path.insert(0, str(BENCH))
    import scores

    yield scores
    sys.path.remove(str(BENCH))


@pytest.mark.slow
def test_no_score_falls(bench: ModuleType, shared: Path) -> None:
    """Raise: python bench/scores.py --floors. Lower: the same, with a reason."""
    assert bench.fallen(PARTS, bench.measured(shared)) == {}


def test_a_figure_that_is_not_measured_has_fallen(bench: ModuleType) -> None:
    assert bench.fallen(PARTS, {}).keys() == {f"{part}: {name}" for part in PARTS for name in PARTS[part]}


def test_a_floor_rises_by_itself_and_falls_only_for_a_reason(bench: ModuleType) -> None:
    held = {"open": {"kind": 0.9, "calibration error": 0.02}}
    found = {"open": {"kind": 0.8505, "calibration error": 0.0301}}
    asked: list[str] = []

    def silent(question: str) -> str:
        asked.append(question)
        return ""

    assert bench.raised(held, found, silent)["open"] == held["open"]
    assert len(asked) == 2
    lowered = bench.raised(held, found, lambda question: "the labels were read again")
    assert lowered["open"] == {"kind": 0.85, "calibration error": 0.031}
    assert "the labels were read again" in lowered["why"]["open: kind"]


def test_floors_are_written_as_they_are_read(bench: ModuleType) -> None:
    assert tomllib.loads(bench.written(FLOORS)) == FLOORS
