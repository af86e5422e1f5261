"""What is particular to this machine's processes; what all engines keep is in test_conformance.py."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engines.working import KillAlways, Square
from muster.engines import Here, Local


def test_no_engine_runs_here_and_in_order() -> None:
    assert [result for _, result in Here().run([Square(n) for n in range(4)])] == [0, 1, 4, 9]


def test_done_is_told_once_for_each_task() -> None:
    told: list[int] = []
    list(Here().run([Square(1), Square(2)], done=lambda: told.append(1)))
    assert len(told) == 2


def test_without_tasks_no_process_is_started() -> None:
    assert list(Local(2).run([])) == []


@pytest.mark.slow
def test_a_single_worker_is_a_process_of_its_own() -> None:
    engine = Local(1)
    results = [result for _, result in engine.run([KillAlways(3), Square(4)])]
    engine.close()
    assert 16 in results


ORPHAN = """
import sys, time
from muster.engines.child import Child
from engines.working import Sleep
child = Child()
child.call(Sleep(0))
print(child._process.pid, flush=True)
child.call(Sleep(60))
"""


@pytest.mark.slow
def test_a_worker_ends_with_its_parent_even_in_the_middle_of_a_task() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", ORPHAN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 10
    while _alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(worker)


def _alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return status.is_file() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
