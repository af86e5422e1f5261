"""Cases that were run once; tests only read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import ROOT, copy_case
from muster.case import open_case
from muster.cli import main
from muster.pipeline import run_case
from web.within import Bench

Printed = Callable[..., str]


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example case with a ledger, run."""
    root = tmp_path_factory.mktemp("web") / "ledger"
    copy_case(ROOT / "examples" / "ledger", root)
    run_case(open_case(root), workers=1)
    return root


@pytest.fixture(scope="session")
def bench(ledger: Path) -> Iterator[Bench]:
    """The workbench of it."""
    with Bench(ledger) as found:
        yield found


@pytest.fixture(scope="session")
def market(bazaar_run: Path) -> Iterator[Bench]:
    """The workbench of a case with captures and no ledger."""
    with Bench(bazaar_run) as found:
        yield found


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    """What a command prints, called in this process."""

    def call(*arguments: object) -> str:
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(one) for one in arguments])
        assert stop.value.code == 0
        return capsys.readouterr().out

    return call
