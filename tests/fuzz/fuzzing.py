"""Runs one harness of this folder under coverage-guided fuzzing (atheris).

    python tests/fuzz/fuzzing.py record_reader --minutes 10

A harness is a file `fuzz_<name>.py` that says three things:

    ROOMS    the packages whose branches guide the search, e.g. ("muster.sources",)
    SEEDS    a few valid inputs, as bytes
    one      one(data: bytes) -> None: tries one input, and raises where something that must hold does not

An input that raises, hangs or outgrows memory ends the run with an error and is written to `found/<name>/`, where it
stays as a fixture once it is mended: the fast tests try every file there again.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOUND = HERE / "found"


def harnesses() -> list[str]:
    """Return the names of all harnesses."""
    return sorted(path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py"))


def main() -> None:
    """Fuzz one harness for some minutes; what it finds is left in its folder."""
    import atheris  # a tool of developers: nothing else here needs it

    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=harnesses())
    parser.add_argument("--minutes", type=float, default=10)
    chosen = parser.parse_args()
    rooms = _rooms(HERE / f"fuzz_{chosen.name}.py")
    sys.path.insert(0, str(HERE.parent))
    with atheris.instrument_imports(include=rooms):
        harness = importlib.import_module(f"fuzz.fuzz_{chosen.name}")
    found = FOUND / chosen.name
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(harness.SEEDS):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        for path in found.iterdir():
            (Path(corpus) / path.name).write_bytes(path.read_bytes())
        options = [
            f"-max_total_time={max(1, round(chosen.minutes * 60))}", f"-artifact_prefix={found}/", "-timeout=20",
            "-rss_limit_mb=2048", "-max_len=16384", "-print_final_stats=1",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, corpus], harness.one)
        atheris.Fuzz()


def _rooms(path: Path) -> list[str]:
    """Return the `ROOMS` of a harness without importing it: what it imports must be instrumented first."""
    import ast

    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "ROOMS":
            return list(ast.literal_eval(node.value))
    raise SystemExit(f"{path.name} names no ROOMS")


if __name__ == "__main__":
    main()
