"""The README shows what the command really prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import copy_case
from muster.cli import main

ROOT = Path(__file__).resolve().parents[2]


def test_the_run_in_the_readme_is_what_the_run_prints(
    bazaar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    session = readme.partition("    $ muster run examples/bazaar\n")[2].partition("\n\n")[0]
    case = tmp_path / "bazaar"
    copy_case(bazaar, case)
    with pytest.raises(SystemExit) as stop:
        main(["run", str(case)])
    assert stop.value.code == 0
    printed = capsys.readouterr().out.replace(str(case), "examples/bazaar")
    assert [line.removeprefix("    ") for line in session.splitlines()] == printed.splitlines()
