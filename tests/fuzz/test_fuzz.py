"""What fuzzing found stays mended; `make soak` looks for more (MUSTER_FUZZ_MINUTES, 10 each unless set)."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.fuzzing import FOUND, HERE, harnesses


@pytest.mark.parametrize("name", harnesses())
def test_seeds_and_all_that_was_ever_found_pass(name: str) -> None:
    harness = importlib.import_module(f"fuzz.fuzz_{name}")
    for seed in harness.SEEDS:
        harness.one(seed)
    for path in sorted((FOUND / name).glob("*")):
        harness.one(path.read_bytes())


@pytest.mark.soak
@pytest.mark.parametrize("name", harnesses())
def test_minutes_of_fuzzing_find_nothing(name: str, tmp_path: Path) -> None:
    minutes = float(os.environ.get("MUSTER_FUZZ_MINUTES", "10"))
    command = [sys.executable, str(HERE / "fuzzing.py"), name, "--minutes", str(minutes)]
    run = subprocess.run(
        command, capture_output=True, text=True, timeout=minutes * 60 + 300, check=False,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-4000:]
