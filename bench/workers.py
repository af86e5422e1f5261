"""How much faster two workers are than one, parsing alone and with recognition, in one run on the same archive.

    python bench/workers.py [CAPTURES] [SHARED]

Rounds are interleaved; each round makes everything anew. Processes are started before the clock, as a run keeps them
for all its stages.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from archive import generate
from muster.engines import Local
from muster.sources import Limits, find_files, shards
from muster.tasks import ParseTask, RecogniseTask

ROUNDS = 3
PER_SHARD = 500


def main() -> None:
    """Print seconds and ratios."""
    captures = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    shared = Path(sys.argv[2] if len(sys.argv) > 2 else os.environ.get("MUSTER_SHARED", "../shared"))
    taken: dict[tuple[str, int], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "archive")
        for first in range(0, captures, PER_SHARD):
            generate(archive, min(PER_SHARD, captures - first), shared, first=first)
        for n in range(ROUNDS):
            for workers in (1, 2):
                parse, recognise = _round(archive, Path(folder, f"{n}-{workers}"), workers)
                taken.setdefault(("without recognition", workers), []).append(parse)
                taken.setdefault(("with recognition", workers), []).append(parse + recognise)
    print(f"{captures:,} captures in shards of {PER_SHARD}, {ROUNDS} rounds, medians")
    for what in ("without recognition", "with recognition"):
        one, two = (median(taken[what, workers]) for workers in (1, 2))
        print(f"{what:<22}one worker {one:6.1f} s   two workers {two:6.1f} s   ratio {one / two:.2f}")


def _round(archive: Path, out: Path, workers: int) -> tuple[float, float]:
    limits = Limits(shard_files=1)
    files, _ = find_files("archive", archive, limits)
    cut = shards(files, limits)
    parse = [ParseTask(s, "", None, limits, b"k" * 32, out / f"parse/{n:05}") for n, s in enumerate(cut)]
    recognise = [RecogniseTask(task.out, out / f"recognise/{n:05}") for n, task in enumerate(parse)]
    engine = Local(workers)
    list(engine.run([dict] * workers))
    start = time.perf_counter()
    list(engine.run(parse))
    middle = time.perf_counter()
    list(engine.run(recognise))
    end = time.perf_counter()
    engine.close()
    return middle - start, end - middle


if __name__ == "__main__":
    main()
