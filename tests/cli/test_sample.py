"""`muster sample`: a sheet out, two sheets in, and intervals that rest on them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from conftest import copy_case
from muster import derived
from muster.case import open_case
from muster.cli import main
from muster.pipeline import run_case
from muster.store import connect


def _run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def _fill(sheet: Path, out: Path, answers: dict[str, str]) -> None:
    with sheet.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    with out.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "kind": answers.get(row["observation"], "not_weapon")} for row in rows)


@pytest.mark.slow
def test_what_two_people_read_is_taken_into_the_intervals(
    bazaar_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, sheet = tmp_path / "case", tmp_path / "sheet.csv"
    copy_case(bazaar_run, root)
    run_case(open_case(root), workers=1)
    case = open_case(root)
    assert _run("sample", str(root), "--n", "30", "--out", str(sheet)) == 0
    again = tmp_path / "again.csv"
    assert _run("sample", str(root), "--n", "30", "--out", str(again)) == 0
    assert sheet.read_bytes() == again.read_bytes()
    with connect(derived.table_files(case, derived.present(case))) as db:
        called = {r["observation"]: r["kind"] for r in db.rows("SELECT observation, kind FROM offer WHERE item = 0")}
    assert "handgun" not in sheet.read_text(encoding="utf-8").replace("not_weapon", "")
    _fill(sheet, tmp_path / "a.csv", called)
    other = {name: "less_lethal" if kind == "handgun" and n % 4 == 0 else kind
             for n, (name, kind) in enumerate(sorted(called.items()))}  # fmt: skip
    _fill(sheet, tmp_path / "b.csv", other)
    capsys.readouterr()
    assert (
        _run("sample", str(root), "--take", str(tmp_path / "a.csv"), "--take", str(tmp_path / "b.csv"), "--json") == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["coders"] == 2
    assert 0 < told["kappa"][0] < 1
    run_case(open_case(root), workers=1)
    with connect(derived.table_files(case, derived.present(case))) as db:
        rows = db.rows("SELECT assumptions FROM estimate WHERE measure = 'listings'")
    assert rows
    assert all(any("error rates of this archive" in text for text in row["assumptions"]) for row in rows if row)
    assert run_case(open_case(root), workers=1).done == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("observation,kind\nobs:1,pistol\n", "no kind of docs/kinds.md"),
        ("a,b\n1,2\n", "not a coder's sheet"),
        ("observation,kind\nobs:ffffffffffffffff,handgun\n", "were not drawn"),
        ("observation,kind\n", "no listing was coded"),
    ],
)
def test_a_wrong_sheet_is_told_and_changes_nothing(
    bazaar_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    root = tmp_path / "case"
    copy_case(bazaar_run, root)
    run_case(open_case(root), workers=1)
    assert _run("sample", str(root), "--n", "10", "--out", str(tmp_path / "s.csv")) == 0
    before = open_case(root).journal.read_bytes()
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert _run("sample", str(root), "--take", str(tmp_path / "a.csv")) == 2
    assert says in capsys.readouterr().err
    assert open_case(root).journal.read_bytes() == before
