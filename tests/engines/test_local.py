"""The local pool: a killed worker costs nobody but the shard that killed it."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from muster.engines import Lost, run


@dataclass(frozen=True)
class Square:
    number: int

    def __call__(self) -> int:
        return self.number**2


@dataclass(frozen=True)
class KillOnce:
    number: int
    flag: Path

    def __call__(self) -> int:
        if self.number == 3 and not self.flag.exists():
            self.flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.number**2


@dataclass(frozen=True)
class KillAlways:
    number: int

    def __call__(self) -> int:
        if self.number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.number**2


@dataclass(frozen=True)
class Fault:
    def __call__(self) -> int:
        raise RuntimeError("a true fault")


def test_one_worker_runs_here_and_in_order() -> None:
    assert [result for _, result in run([Square(n) for n in range(4)], workers=1)] == [0, 1, 4, 9]


@pytest.mark.slow
def test_a_worker_killed_once_changes_nothing(tmp_path: Path) -> None:
    tasks = [KillOnce(n, tmp_path / "flag") for n in range(8)]
    results = {task.number: result for task, result in run(tasks, workers=2)}  # type: ignore[attr-defined]
    assert results == {n: n**2 for n in range(8)}


@pytest.mark.slow
def test_a_shard_that_always_kills_costs_itself_only() -> None:
    results = {task.number: result for task, result in run([KillAlways(n) for n in range(6)], workers=2)}  # type: ignore[attr-defined]
    assert isinstance(results.pop(3), Lost)
    assert results == {n: n**2 for n in range(6) if n != 3}


@pytest.mark.slow
def test_a_true_fault_is_raised() -> None:
    with pytest.raises(RuntimeError, match="a true fault"):
        list(run([Fault(), Fault()], workers=2))


def test_done_is_told_once_for_each_task() -> None:
    told: list[int] = []
    list(run([Square(1), Square(2)], workers=1, done=lambda: told.append(1)))
    assert len(told) == 2
