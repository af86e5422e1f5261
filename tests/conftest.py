"""Where the real data lie, and what every test may lean on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data; without it tests are skipped at a desk and fail where `CI=true`."""
    found = Path(os.environ.get("MUSTER_SHARED", ROOT.parent / "shared"))
    if not (found / "data").is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no real data at {found}: set MUSTER_SHARED")
        pytest.skip("no real data here: set MUSTER_SHARED")
    return found


@pytest.fixture(scope="session")
def bazaar() -> Path:
    """The invented example case as it lies in the repository. Copy it before running it."""
    return ROOT / "examples" / "bazaar"
