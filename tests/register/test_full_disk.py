"""A disk that fills up keeps nothing half: what was acknowledged stays, what was not is gone, and it can be done again.

The limit is the kernel's (RLIMIT_FSIZE): a write beyond it fails as one on a full disk does, in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from muster.register import Register, import_table
from muster.register.declared import load
from muster.register.invented import write_json

LIMITED = """
import resource, signal, sys
from datetime import UTC, date, datetime
from pathlib import Path
from muster.errors import MusterError
from muster.register import Register, import_table
from muster.register.declared import load

folder, table, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
register = Register(folder, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    if table:
        import_table(register, Path(table), load("ua-wanted-weapons"), date(2025, 11, 1), who="ada", reason="a test")
    for n in range(1000):
        rows = [{"register": "harbour", "reference": f"{n}-{k}", "object_class": "firearm", "reason": "lost",
                 "numbers": [f"{n:04d}{k}"]} for k in range(3)]
        register.enter(rows, who="ada", reason="report")
        print(n, flush=True)
except (MusterError, OSError) as error:
    print(f"stopped: {error}", flush=True)
"""


def _clock() -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC)


def _limited(folder: Path, table: str, limit: int) -> list[str]:
    run = subprocess.run([sys.executable, "-c", LIMITED, str(folder), table, str(limit)], capture_output=True,
                         text=True, check=True)  # fmt: skip
    return run.stdout.splitlines()


def test_entry_on_a_full_disk_keeps_what_was_acknowledged_and_nothing_half(tmp_path: Path) -> None:
    said = _limited(tmp_path / "r", "", 60_000)
    told = [line for line in said if line.isdigit()]
    assert said[len(told)] == "stopped: the journal could not be written"
    register = Register(tmp_path / "r", clock=_clock)
    held = {alert.reference for alert in register.folded.entered.values()}
    assert held == {f"{n}-{k}" for n in map(int, told) for k in range(3)}
    assert len(told) > 20
    journal = (tmp_path / "r" / "journal" / "journal.jsonl").read_bytes()
    assert journal.endswith(b"\n")
    register.enter([{"register": "harbour", "reference": "later", "object_class": "firearm", "reason": "lost",
                     "numbers": ["777"]}], who="ada", reason="there is room again")  # fmt: skip
    assert len(Register(tmp_path / "r", clock=_clock).folded.entered) == len(held) + 1


@pytest.mark.parametrize("limit", [2_000, 50_000])
def test_an_import_on_a_full_disk_keeps_nothing_and_can_be_done_again(tmp_path: Path, limit: int) -> None:
    table = tmp_path / "ua.json"
    n = write_json(table, 1_500)
    said = _limited(tmp_path / "r", str(table), limit)
    assert len(said) == 1
    assert said[0].startswith("stopped: ")
    register = Register(tmp_path / "r", clock=_clock)
    assert register.snapshots() == []
    assert [path.name for path in (tmp_path / "r" / "tables").glob("*")] == []
    told = {"who": "ada", "reason": "there is room again"}
    assert len(import_table(register, table, load("ua-wanted-weapons"), date(2025, 11, 1), **told)) == n


@pytest.mark.slow
def test_a_large_table_is_imported_in_little_memory(tmp_path: Path) -> None:
    n = write_json(tmp_path / "ua.json", 60_000)
    code = """
import sys
from datetime import date
from pathlib import Path
from muster.register import Register, import_table
from muster.register.declared import load
def most():
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
base = most()
held = import_table(Register(Path(sys.argv[2])), Path(sys.argv[1]), load("ua-wanted-weapons"), date(2025, 11, 1),
                    who="ada", reason="a test")
print(len(held), base, most())
"""
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "ua.json"), str(tmp_path / "r")],
                         capture_output=True, text=True, check=True)  # fmt: skip
    held, base, most = map(int, run.stdout.split())
    assert held == n
    assert (tmp_path / "ua.json").stat().st_size > 35_000_000
    assert most - base < 130  # 1.1 million rows, 761 MB, take 200 MB more than the start
