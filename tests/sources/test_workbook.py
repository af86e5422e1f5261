"""XLSX workbooks: each row of each sheet is a capture; what is damaged or too large is said."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from muster.sources import Limits, fetch_body
from sources.sourcing import read_all, whats


def written(folder: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    path = folder / "table.xlsx"
    book.save(path)
    return path


def test_each_row_of_each_sheet_is_a_capture_that_can_be_read_again(tmp_path: Path) -> None:
    first = [["title", "price", "seen"], ["a lämp", 12.5, date(2014, 3, 1)], [], ["a pen", 3, datetime(2014, 3, 1, 12)]]
    path = written(tmp_path, first, [["title", "title"], ["a cup", "blue"]])
    pages, issues = read_all(tmp_path)
    assert issues == []
    assert [page.cells for page in pages] == [
        {"title": "a lämp", "price": "12.5", "seen": "2014-03-01"},
        {"title": "a pen", "price": "3", "seen": "2014-03-01T12:00:00"},
        {"title": "a cup", "title (column 2)": "blue"},
    ]
    for page in pages:
        assert fetch_body(page.capture.locator, path, page.capture.media_type) == page.body


def test_cells_beyond_the_header_are_kept_and_said(tmp_path: Path) -> None:
    written(tmp_path, [["title"], ["a lamp", "more"]])
    (page,), issues = read_all(tmp_path)
    assert page.cells == {"title": "a lamp", "column 2": "more"}
    assert whats(issues) == ["row_width"]


def test_a_formula_is_never_computed(tmp_path: Path) -> None:
    written(tmp_path, [["title", "price"], ["a lamp", '=HYPERLINK("http://bazaar.example", "x")']])
    (page,), _ = read_all(tmp_path)
    assert page.cells == {"title": "a lamp"}


@pytest.mark.parametrize("cut", [0.2, 0.6, 0.95])
def test_a_cut_workbook_is_an_issue(tmp_path: Path, cut: float) -> None:
    path = written(tmp_path, [["title"], *([f"a lamp {n}"] for n in range(200))])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    pages, issues = read_all(tmp_path)
    assert (pages, whats(issues)) == ([], ["broken_file"])


def test_a_damaged_sheet_costs_what_lies_behind_the_damage_and_no_other_sheet(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    book = openpyxl.Workbook()
    for name in ("one", "two"):
        sheet = book.active if name == "one" else book.create_sheet(name)
        assert sheet is not None
        for row in (["title"], *([f"{name} {n}"] for n in range(20))):
            sheet.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    first = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = first[: first.index(b'<row r="11"')] + b"<ro\0w" + first[-200:]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            new.writestr(name, data)
    pages, issues = read_all(tmp_path)
    titles = [(page.cells or {})["title"] for page in pages]
    assert titles[-20:] == [f"two {n}" for n in range(20)]
    assert titles[:-20] == [f"one {n}" for n in range(len(titles) - 20)]
    assert len(titles) >= 28
    assert [(issue.what, issue.where.rpartition(", ")[2]) for issue in issues] == [("broken_file", "sheet 1")]
    for page in pages:
        assert fetch_body(page.capture.locator, path, page.capture.media_type) == page.body


def test_a_sheet_of_another_program_and_entities_are_issues(tmp_path: Path) -> None:
    path = written(tmp_path, [["title"], ["a lamp"]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members["xl/worksheets/sheet1.xml"] = bomb
    with zipfile.ZipFile(path, "w") as new:
        for name, data in members.items():
            new.writestr(name, data)
    assert whats(read_all(tmp_path)[1]) == ["broken_file"]


def test_what_unpacks_to_more_than_is_allowed_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, [["title"], ["a lamp"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/SharedStrings.xml", b"0" * 3_000_000)
    for limits in (Limits(max_unpacked=2_000_000), Limits(max_body=300_000)):
        pages, issues = read_all(tmp_path, limits)
        assert (pages, whats(issues)) == ([], ["too_much_unpacked"])
