"""Bad input: one clear message that says where, what was found and what to do; nothing derived is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from muster import derived
from muster.case import Case, open_case
from muster.errors import MusterError
from muster.pipeline import run_case
from muster.store import connect

COLUMNS = (
    "category_link,subcategory_link,{title},listing_price,listing_vendor,listing_item,detail_qty_sold,captured,file"
)
HEADER = COLUMNS.format(title="listing_title")
PRICE = '"Buy price\nUSD 500.00\n\n(0.3 BTC)"'
SOLD = '"Sold by tin -\n0 sold since Apr 1, 2017"'


def _row(title: str = "Glock 19", captured: str = "2017-04-20") -> str:
    return f"Weapons,Pistols,{title},{PRICE},tin,null,{SOLD},{captured},f.csv"


def _case(root: Path, sources: str, article: str = "") -> Case:
    root.mkdir(parents=True, exist_ok=True)
    (root / "case.toml").write_text(f'[case]\ntitle = "Bad"\n{sources}\n{article}')
    return open_case(root)


def _issues(case: Case) -> list[dict[str, str]]:
    run_case(case, workers=1)
    with connect(derived.table_files(case, derived.present(case))) as db:
        return db.rows('SELECT stage, what, "where", found, "do" FROM issue ORDER BY id')


def test_an_empty_file_is_an_issue(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.html").write_bytes(b"")
    issues = _issues(_case(tmp_path, '[[source]]\npath = "pages"'))
    assert len(issues) == 1
    assert "empty" in issues[0]["what"]
    assert issues[0]["do"]


def test_a_page_of_another_market_is_an_issue(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.html").write_text("<html><body><h1>Somewhere else</h1></body></html>")
    issues = _issues(_case(tmp_path, '[[source]]\npath = "pages"\nprofile = "bazaar"'))
    assert [issue["what"] for issue in issues] == ["unknown_page"]
    assert issues[0]["do"]


def test_bytes_that_are_not_text_are_an_issue(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.html").write_bytes(bytes(range(256)) * 40)
    issues = _issues(_case(tmp_path, '[[source]]\npath = "pages"'))
    assert [issue["what"] for issue in issues] == ["not_text"]


def test_a_csv_with_a_renamed_column_names_it(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"{COLUMNS.format(title='title')}\n{_row()}\n")
    issues = _issues(_case(tmp_path, '[[source]]\npath = "t.csv"\nprofile = "alphabay-table"'))
    assert issues
    assert any("listing_title" in issue["where"] + issue["found"] + issue["do"] for issue in issues)


def test_a_date_that_is_none_is_an_issue_and_the_row_is_kept(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"{HEADER}\n{_row(captured='2017-02-31')}\n")
    case = _case(tmp_path, '[[source]]\npath = "t.csv"')
    issues = _issues(case)
    assert any("2017-02-31" in issue["found"] for issue in issues)
    with connect(derived.table_files(case, derived.present(case))) as db:
        assert db.rows("SELECT count(*) AS n FROM listing_seen") == [{"n": 1}]


def test_a_line_beyond_the_bound_is_an_issue_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = [_row("Glock 19"), _row("x" * 200_000), _row("Glock 17")]
    (tmp_path / "t.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    case = _case(tmp_path, '[[source]]\npath = "t.csv"\n[limits]\nmax_line = 100000')
    issues = _issues(case)
    assert any("line" in issue["what"] for issue in issues)
    with connect(derived.table_files(case, derived.present(case))) as db:
        titles = {found["title"] for found in db.rows("SELECT title FROM listing_seen")}
    assert "Glock 19" in titles


PEAK = """
import resource, sys
from muster.cli import main
try:
    main(["run", sys.argv[1], "--workers", "1"])
finally:
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    print(max(int(status["VmHWM"].split()[0]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""
"""Runs a case and prints its peak: of this program since it began, not of whoever forked it, and of its workers."""


@pytest.mark.slow
def test_a_line_of_2_gb_costs_itself_and_little_memory(tmp_path: Path) -> None:
    case = _case(tmp_path, '[[source]]\npath = "rows.csv"\nprofile = "alphabay-table"')
    with (tmp_path / "rows.csv").open("wb") as file:
        file.write(f"{HEADER}\n{_row('Glock 17')}\n".encode())
        file.seek(2 * 10**9, os.SEEK_CUR)  # a hole: two billion zero bytes that take no room on the disk
        file.write(f"\n{_row('Glock 19')}\n".encode())
    run = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(run.stdout.split()[-1]) < 600_000, run.stdout  # kB
    with connect(derived.table_files(case, derived.present(case))) as db:
        titles = [row["title"] for row in db.rows("SELECT title FROM listing_seen ORDER BY title")]
        assert titles == ["Glock 17", "Glock 19"]
        assert [row["what"] for row in db.rows("SELECT what FROM issue WHERE stage = 'read'")] == ["line_too_long"]


@pytest.mark.parametrize(
    ("sources", "article", "said"),
    [
        ('[[source]]\npath = "nowhere"', "", "nowhere"),
        ("", '[[article]]\npath = "nowhere.txt"', "nowhere.txt"),
        ('[[source]]\npath = "pages"\nprofile = "hanza"', "", 'did you mean "hansa"?'),
        ("", '[[article]]\npath = "empty.txt"', "empty"),
    ],
)
def test_what_stops_a_run_says_where_and_what_to_do(tmp_path: Path, sources: str, article: str, said: str) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/a.html").write_text("<p>")
    (tmp_path / "empty.txt").write_bytes(b"")
    with pytest.raises(MusterError) as caught:
        run_case(_case(tmp_path, sources, article), workers=1)
    assert said in str(caught.value)
    assert caught.value.do
