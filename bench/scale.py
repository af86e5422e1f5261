"""How memory, time and answers behave as a case grows.

    python bench/scale.py FOLDER CAPTURES [CAPTURES ...]

For each size: an archive made by bench/archive.py (a smaller one is the beginning of a larger one), a run with two
workers, the same run again with nothing changed, one more WARC file, and listings. Resident memory is the peak of each
process as the kernel counts it (VmHWM), looked at twice a second. FOLDER is kept, so that a run which was stopped goes
on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive import PER_FILE, generate

LISTINGS = {
    "listings of a day": "SELECT DISTINCT title FROM listing_seen WHERE captured_at::DATE = '2016-03-01' LIMIT 50",
    "captures by market": "SELECT market, count(*) AS n, min(captured_at) AS first FROM capture GROUP BY market",
    "offers by kind": "SELECT kind, count(*) AS n FROM offer GROUP BY kind ORDER BY n DESC",
}


@dataclass
class Run:
    """What a command took: seconds, and the peak of resident memory of it and of its workers, in MB."""

    seconds: float = 0.0
    alone: int = 0
    workers: dict[int, int] = field(default_factory=dict)


def main() -> None:
    """Print a line for each measurement."""
    folder = Path(sys.argv[1])
    shared = Path(os.environ.get("MUSTER_SHARED", "../shared"))
    for captures in map(int, sys.argv[2:]):
        case = folder / f"case-{captures}"
        archive = folder / f"archive-{captures}"
        generate(archive, captures, shared)
        case.mkdir(parents=True, exist_ok=True)
        (case / "case.toml").write_text(f'[case]\ntitle = "{captures} captures"\n[[source]]\npath = "{archive}"\n')
        print(f"{captures:,} captures", flush=True)
        _told("  run", watched("run", case, "--workers", "2"))
        _told("  again", watched("run", case, "--workers", "2"))
        _told("  status", watched("status", case))
        for name, sql in LISTINGS.items():
            _told(f"  {name}", watched("query", case, sql))
        generate(archive, PER_FILE // 10, shared, first=captures)
        _told(f"  {PER_FILE // 10} more", watched("run", case, "--workers", "2"))


def watched(*command: object) -> Run:
    """Run one command of Muster and look at the memory of it and of the processes below it."""
    run, start = Run(), time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "muster", *map(str, command)], stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            run.alone = max(run.alone, _peak(process.pid))
            for child in _children(process.pid):
                run.workers[child] = max(run.workers.get(child, 0), _peak(child))
            time.sleep(0.01 if time.perf_counter() - start < 3 else 0.5)
    run.seconds = time.perf_counter() - start
    return run


def _told(name: str, run: Run) -> None:
    workers = " ".join(f"{peak} MB" for peak in run.workers.values())
    print(f"{name:<24}{run.seconds:9.2f} s   main {run.alone:5} MB   workers {workers or 'none'}", flush=True)


def _peak(process: int) -> int:
    """Return the most memory that a process held, in MB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _children(process: int) -> Iterator[int]:
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            yield from map(int, task.read_text().split())
        except (FileNotFoundError, ProcessLookupError):
            continue


if __name__ == "__main__":
    main()
