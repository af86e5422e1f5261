"""Generated worlds whose truth is known: intervals hold it, and verdicts that decide are right. A short run of
bench/worlds.py; docs/verdicts.md has the long one."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


def test_intervals_hold_the_truth_and_verdicts_that_decide_are_right() -> None:
    spec = importlib.util.spec_from_file_location("bench_worlds", ROOT / "bench/worlds.py")
    assert spec
    assert spec.loader
    worlds = importlib.util.module_from_spec(spec)
    sys.modules["bench_worlds"] = worlds
    spec.loader.exec_module(worlds)
    tally = worlds.run(60)
    assert tally.worlds == 60
    assert tally.share_held() >= 0.93
    assert tally.decided >= 50
    assert tally.share_wrong <= 0.02, tally.examples
    assert sum(n for (sort, word), n in tally.verdicts.items() if (sort, word) == ("internet", "contradicted")) == 0
