"""Where the real data lie, and what every test may lean on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A busy machine is no fault of the code. On CI equal code gives an equal answer; elsewhere a test goes on looking.
settings.register_profile("muster", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "muster")

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip

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


@pytest.fixture(scope="session")
def bazaar_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example case that was run once; tests only read it."""
    from muster.case import open_case
    from muster.pipeline import run_case

    root = tmp_path_factory.mktemp("bazaar") / "case"
    copy_case(ROOT / "examples" / "bazaar", root)
    run_case(open_case(root), workers=1)
    return root


def copy_case(source: Path, target: Path) -> None:
    """Copy a case without what was derived from it."""
    derived = shutil.ignore_patterns("derived", "report", "journal", "private")
    shutil.copytree(source, target, ignore=derived)


@pytest.fixture
def bazaar_copy(bazaar: Path, tmp_path: Path) -> Path:
    """A copy of the example case, not run."""
    copy_case(bazaar, tmp_path / "case")
    return tmp_path / "case"


@pytest.fixture
def bazaar_ran(bazaar_run: Path, tmp_path: Path) -> Path:
    """A copy of the example case with what its run left; a test may change it."""
    return Path(shutil.copytree(bazaar_run, tmp_path / "case"))


@pytest.fixture
def muster_cli() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command as a user does, in a process of its own."""

    def call(*arguments: object, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "muster", *map(str, arguments)],
            input=stdin, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    return call


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser that asks nobody anything of its own."""
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no browser at {CHROMIUM}")
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield found
        found.close()
