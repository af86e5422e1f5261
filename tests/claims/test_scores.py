"""Reading is as good as it was: floors over the labelled texts, and well above the naive reading."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLOORS: dict[str, Any] = tomllib.loads((HERE / "scores.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_claims", ROOT / "bench/claims.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_claims"] = module
    spec.loader.exec_module(module)
    return module


def test_the_chain_is_told_right_on_the_stories_whose_chain_is_known() -> None:
    spec = importlib.util.spec_from_file_location("bench_chain", ROOT / "bench/chain.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_chain"] = module
    spec.loader.exec_module(module)
    counts = module.measured()
    assert counts.meant == {"copies": 6, "changes": 6, "uses": 14}
    assert counts.wrong == []


@pytest.fixture(scope="module")
def measured(bench: ModuleType) -> Any:
    return bench.scores(bench.labelled(None, bench.INVENTED))


def test_the_floors_speak_of_these_passages(bench: ModuleType) -> None:
    assert bench.corpus_digest() == FLOORS["digest"], "the passages changed: measure anew, then set digest and floors"


@pytest.mark.parametrize("part", ["open", "second", "locked", "blind"])
def test_no_score_falls(measured: Any, part: str) -> None:
    score = measured[0][(part, "all")]
    told = {"found": score.f1} | {name: score.share(name) for name in ("type", "value", "unit", "source")}
    assert {name: round(told[name], 3) for name, floor in FLOORS[part].items() if told[name] < floor} == {}


def test_no_score_falls_on_the_real_texts(bench: ModuleType, shared: Path) -> None:
    score = bench.scores(bench.labelled(shared, ("real",)))[0][("real", "all")]
    told = {"found": score.f1} | {name: score.share(name) for name in ("type", "value", "unit", "source")}
    assert {name: round(told[name], 3) for name, floor in FLOORS["real"].items() if told[name] < floor} == {}


@pytest.mark.parametrize("part", ["second", "blind"])
def test_the_later_passages_are_read_far_better_than_naively(measured: Any, part: str) -> None:
    ours, naive = measured
    assert ours[(part, "all")].f1 > naive[(part, "all")].f1 + 0.25


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "pt", "ru", "uk"])
@pytest.mark.parametrize("part", ["open", "locked"])
def test_every_language_is_read_far_better_than_naively(measured: Any, part: str, language: str) -> None:
    ours, naive = measured
    assert ours[(part, language)].f1 > naive[(part, language)].f1 + 0.15
