"""A register whose process is killed while alerts are entered keeps every alert that it acknowledged."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.register import Register

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from muster.register import Register, kept
kept.FEWEST, kept.SMALL, kept.MANY = 7, 30, 3  # kills fall into the laying down of checkpoints, too
register = Register(Path(sys.argv[1]), clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
for n in range(10000):
    row = {"register": "harbour", "reference": f"{sys.argv[2]}-{n}", "object_class": "firearm", "reason": "lost",
           "numbers": [{"number": f"{n:06d}"}]}
    register.enter([row], who="ada", reason="report")
    print(f"{sys.argv[2]}-{n}", flush=True)
"""


def _killed(folder: Path, name: str, seconds: float) -> list[str]:
    """Enter alerts in a process, kill it, and return the references that it acknowledged."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(seconds)
    writer.kill()
    rest = writer.stdout.read().splitlines()
    writer.stdout.close()
    writer.wait(30)
    return [line for line in (first.strip(), *rest) if line.count("-") == 1 and line.split("-")[1].isdigit()]


def _kills(folder: Path, times: int) -> None:
    rng = random.Random(5)
    told: list[str] = []
    for n in range(times):
        told += _killed(folder, f"w{n}", rng.random() * 0.05)
        register = Register(folder, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
        held = {alert.reference for alert in register.folded.entered.values()}
        assert set(told) <= held
    assert len(told) >= times


def test_no_acknowledged_alert_is_lost(tmp_path: Path) -> None:
    _kills(tmp_path / "register", 3)


@pytest.mark.soak
def test_no_acknowledged_alert_is_lost_in_hundreds_of_kills(tmp_path: Path) -> None:
    _kills(tmp_path / "register", 300)


def test_two_writers_at_once_enter_all_alerts_and_no_reference_twice(tmp_path: Path) -> None:
    script = WRITER.replace("range(10000)", "range(25)")
    writers = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "r"), name], stdout=subprocess.DEVNULL)
               for name in ("a", "b")]  # fmt: skip
    assert [writer.wait(60) for writer in writers] == [0, 0]
    register = Register(tmp_path / "r", clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    assert len(register.folded.entered) == 50
    script = WRITER.replace("range(10000)", "range(1)")
    rivals = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "r"), "same"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL) for _ in range(2)]  # fmt: skip
    assert sorted(rival.wait(60) for rival in rivals) == [0, 1]
