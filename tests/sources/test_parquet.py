"""Parquet: rows as canonical JSON, sliced like any table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from muster.errors import SourceError
from muster.model import Locator
from muster.sources import Limits, fetch_body
from sources.sourcing import read_all, whats


def write(folder: Path, table: pa.Table, group: int = 10) -> Path:
    path = folder / "goods.parquet"
    pq.write_table(table, path, row_group_size=group)
    return path


def test_a_row_is_cells_and_canonical_json(tmp_path: Path) -> None:
    table = pa.table(
        {
            "title": ["pen", None],
            "price": [Decimal("1.10"), None],
            "on": [date(2014, 3, 1), None],
            "at": pa.array([datetime(2014, 3, 1, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
            "fine": pa.array([1, None], pa.timestamp("ns")),
            "took": pa.array([timedelta(seconds=1), None]),
            "tags": [["a", "b"], None],
            "raw": [b"\xff", None],
            "share": [float("nan"), None],
        }
    )
    path = write(tmp_path, table)
    (first, second), issues = read_all(path)
    assert issues == []
    assert (first.cells or {})["title"] == "pen"
    assert (first.cells or {})["tags"] == '["a","b"]'
    assert (first.cells or {})["price"] == "1.10"
    assert (first.cells or {})["on"] == "2014-03-01"
    assert (first.cells or {})["fine"].startswith("1970-01-01 00:00:00.000000001")
    assert (first.cells or {})["share"] == "nan"
    assert second.cells == {}
    locator = second.capture.locator
    assert (locator.start, locator.length, locator.row) == (0, 0, 1)
    assert [fetch_body(p.capture.locator, path, p.capture.media_type) for p in (first, second)] == [
        first.body,
        second.body,
    ]


@pytest.mark.parametrize("size", [1, 3, 10, 24, 25, 26])
def test_slices_give_what_the_whole_gives(tmp_path: Path, size: int) -> None:
    path = write(tmp_path, pa.table({"n": list(range(25))}))
    whole = read_all(path)
    assert [page.cells for page in whole[0]] == [{"n": str(n)} for n in range(25)]
    assert read_all(path, Limits(shard_rows=size)) == whole


def test_a_cut_file_is_one_issue(tmp_path: Path) -> None:
    path = write(tmp_path, pa.table({"n": list(range(25))}))
    path.write_bytes(path.read_bytes()[:-20])
    pages, issues = read_all(path)
    assert (pages, whats(issues)) == ([], ["broken_file"])


@pytest.mark.parametrize("rows", [1, 7])
def test_a_damaged_group_of_rows_costs_that_group_and_its_bytes_are_told(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "table.parquet"
    table = pa.table({"n": list(range(300)), "text": [f"a lamp {n}" for n in range(300)]})
    pq.write_table(table, path, row_group_size=100, compression="zstd")
    data = bytearray(path.read_bytes())
    with pq.ParquetFile(path) as whole:
        column = whole.metadata.row_group(1).column(1)
        at = column.dictionary_page_offset or column.data_page_offset
        data[at : at + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(data)
    for limits in (Limits(), Limits(shard_rows=100 * rows)):
        pages, issues = read_all(path, limits)
        assert sorted(int((page.cells or {})["n"]) for page in pages) == [*range(100), *range(200, 300)]
        (issue,) = issues
        assert (issue.what, issue.where.partition(",")[0]) == ("broken_file", "rows 100–199")
        assert issue.start is not None
        assert issue.end is not None
        assert issue.start <= at < issue.end
        for page in pages[::50]:
            assert fetch_body(page.capture.locator, path, page.capture.media_type) == page.body


def test_an_empty_table_and_a_large_row_are_issues(tmp_path: Path) -> None:
    assert whats(read_all(write(tmp_path, pa.table({"n": pa.array([], pa.int64())})))[1]) == ["no_rows"]
    path = write(tmp_path, pa.table({"text": ["x" * 500, "y"]}))
    pages, issues = read_all(path, Limits(max_line=100))
    assert ([page.cells for page in pages], whats(issues)) == ([{"text": "y"}], ["line_too_long"])


def test_a_row_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, pa.table({"n": [1]}))
    with pytest.raises(SourceError, match="no longer holds"):
        fetch_body(Locator("00", 0, 0, 7), path, "application/vnd.apache.parquet; row")
