"""`muster review`: what waits, and a decision that is kept over runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import copy_case
from muster import derived
from muster.case import open_case
from muster.cli import main
from muster.corrections import corrections
from muster.journal import Journal
from muster.pipeline import now, run_case
from muster.store import connect


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def test_a_correction_is_kept_over_runs_and_can_be_taken_back(
    bazaar_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "case"
    copy_case(bazaar_run, root)
    run_case(open_case(root), workers=1)
    assert _run("review", str(root), "--json", "--all") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (pistols,) = [row for row in rows if row["quote"].startswith("At least two pistols")]
    assert (pistols["measure"], pistols["by"]) == ("offers", "rules")
    assert _run("review", str(root), pistols["id"], "kind=explosive", "--who", "ada", "--because", "read it again") == 0
    for _ in range(2):
        run_case(open_case(root), workers=1)
        case = open_case(root)
        with connect(derived.table_files(case, derived.present(case))) as db:
            (form,) = db.rows("SELECT * FROM compiled WHERE claim = $id", {"id": pistols["id"]})
        assert (form["measure"], form["kind"], form["by"]) == ("offers", "explosive", "ada")
    assert "decided by ada" in (root / "report/index.html").read_text(encoding="utf-8")
    capsys.readouterr()
    assert _run("why", pistols["id"], "--case", str(root)) == 0
    assert "measured as offers: explosive" in capsys.readouterr().out
    assert _run("review", str(root), pistols["id"], "--undo", "--who", "ada") == 0
    assert corrections(Journal(open_case(root).journal, now).entries()) == {}


def test_a_correction_of_a_claim_that_is_gone_is_an_issue(bazaar_run: Path, tmp_path: Path) -> None:
    root = tmp_path / "case"
    copy_case(bazaar_run, root)
    case = open_case(root)
    scope = {"kind": "handgun", "market": "", "period": ""}
    Journal(case.journal, now).append(
        "ada", "claim measured by decision", {"claim": "clm:0000000000000000", "measure": "offers", "scope": scope}
    )
    run_case(case, workers=1)
    with connect(derived.table_files(case, derived.present(case))) as db:
        (issue,) = db.rows("SELECT * FROM issue WHERE what = 'correction_without_claim'")
    assert "--undo" in issue["do"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["clm:0000000000000000", "kind=handgun", "--who", "ada"], "no checkable claim"),
        (["clm:0000000000000000", "kind=handgun"], "a decision has a name"),
    ],
)
def test_a_decision_needs_a_claim_and_a_name(
    bazaar_run: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert _run("review", str(bazaar_run), *arguments) == 2
    assert says in capsys.readouterr().err
