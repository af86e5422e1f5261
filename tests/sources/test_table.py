"""Tables: rows with their exact bytes, whatever is quoted, damaged or too long."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.model import Page
from muster.sources import Limits, fetch_body
from sources.sourcing import read_all, whats

SIMPLE = b'title,price\r\nRed pen,1.10\r\n"Blue\r\npen, two",2\r\n'


CELL = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)


def write(folder: Path, data: bytes, name: str = "goods.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def cells(pages: list[Page]) -> list[dict[str, str]]:
    return [dict(page.cells or {}) for page in pages]


def in_order(pages: list[Page]) -> bool:
    places = [(p.capture.locator.start, p.capture.locator.length) for p in pages]
    return all(a + n <= b for (a, n), (b, _) in pairwise(places))


def test_a_row_has_cells_bytes_and_place(tmp_path: Path) -> None:
    path = write(tmp_path, SIMPLE)
    (first, second), issues = read_all(path)
    assert issues == []
    assert cells([first, second]) == [
        {"title": "Red pen", "price": "1.10"},
        {"title": "Blue\r\npen, two", "price": "2"},
    ]
    assert second.body == b'"Blue\r\npen, two",2'
    locator = second.capture.locator
    assert (locator.row, SIMPLE[locator.start : locator.start + locator.length]) == (1, second.body)
    assert (second.capture.media_type, second.capture.captured_from) == ("text/csv; row", "unknown")
    assert fetch_body(locator, path, second.capture.media_type) == second.body


@pytest.mark.parametrize(
    ("data", "expected", "words"),
    [
        (b"\xef\xbb\xbfa,b\n1,2\n", [{"a": "1", "b": "2"}], []),  # byte-order mark
        (b"a,b\r1,2\r", [{"a": "1", "b": "2"}], []),  # old line ends
        (b"\n\na,b\n\n1,2\n\n\n3,4", [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}], []),  # blank lines
        (b"a\tb\n1,5\t2\n", [{"a": "1,5", "b": "2"}], []),
        (b"a;b\n1,5;2\n", [{"a": "1,5", "b": "2"}], []),
        (b'"a;1",b\n1,2\n', [{"a;1": "1", "b": "2"}], []),
        (b"a,b\n1\n", [{"a": "1"}], ["row_width"]),
        (b"a,b\n1,2,3\n", [{"a": "1", "b": "2", "column 3": "3"}], ["row_width"]),
        (b"a,b,a\n1,2,3\n", [{"a": "1", "b": "2", "a (column 3)": "3"}], ["duplicate_column"]),
        (b"a,,b\n1,2,3\n", [{"a": "1", "column 2": "2", "b": "3"}], []),
        (b"a,b\nx\0y,2\n", [{"a": "x\0y", "b": "2"}], ["not_text"]),
        ("a,b\néàü,1\n".encode() + b"\xe9\xff,2\n", [{"a": "éàü", "b": "1"}, {"a": "��", "b": "2"}], ["not_text"]),
        ("a,b\ncafé à la,5 €\n".encode("cp1252"), [{"a": "café à la", "b": "5 €"}], ["encoding_guessed"]),
        ("a,b\nсиняя ручка,1\n".encode("cp1251"), [{"a": "синяя ручка", "b": "1"}], ["encoding_guessed"]),
        (b'a,b\n1,"2\n3,4\n', [{"a": "1", "b": "2\n3,4\n"}], ["unclosed_quote"]),
        (b"a,b\n", [], ["no_rows"]),
        (b"\n \n", [], ["no_header"]),
        ("a,b\n1,2\n".encode("utf-16"), [], ["wrong_encoding"]),
        (b"", [], ["empty_file"]),
    ],
)
def test_a_damaged_table_is_read_as_far_as_it_goes_and_says_why(
    tmp_path: Path, data: bytes, expected: list[dict[str, str]], words: list[str]
) -> None:
    path = write(tmp_path, data)
    pages, issues = read_all(path)
    assert cells(pages) == expected
    assert whats(issues) == words
    assert [fetch_body(p.capture.locator, path, p.capture.media_type) for p in pages] == [p.body for p in pages]


@given(
    st.lists(st.tuples(*[CELL] * 3), max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([1, 2, 5000]),
)
def test_rows_are_those_of_the_csv_module_in_order_and_apart(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, str, str]], end: str, shard_rows: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(("one", "two", "three"))
    writer.writerows(table)
    path = write(tmp_path_factory.mktemp("csv"), text.getvalue().encode())
    pages, _ = read_all(path, Limits(shard_rows=shard_rows))
    theirs = [row for row in csv.reader(io.StringIO(text.getvalue(), newline="")) if row][1:]
    assert [list((page.cells or {}).values()) for page in pages] == theirs
    assert [page.capture.locator.row for page in pages] == list(range(len(theirs)))
    assert in_order(pages)
    for page, row in zip(pages, theirs, strict=True):
        assert next(csv.reader(io.StringIO(page.body.decode(), newline=""))) == row


@given(st.text(alphabet='ab,"\n\r\té', max_size=60))
def test_any_text_is_cut_as_the_csv_module_cuts_it(tmp_path_factory: pytest.TempPathFactory, tail: str) -> None:
    path = write(tmp_path_factory.mktemp("csv"), b"one,two\n" + tail.encode())
    pages, _ = read_all(path)
    theirs = [row for row in csv.reader(io.StringIO(tail, newline="")) if row]
    assert [list((page.cells or {}).values()) for page in pages] == theirs
    assert in_order(pages)


@pytest.mark.parametrize("name", ["goods.csv", "goods.jsonl"])
def test_slices_give_what_the_whole_gives(tmp_path: Path, name: str) -> None:
    lines = [b"title,price"] if name.endswith("csv") else []
    for number in range(101):
        if name.endswith("csv"):
            lines.append(b'"pen\n%d",%d' % (number, number) if number % 7 else b"too,many,cells")
        else:
            lines.append(b'{"title": "pen %d"}' % number if number % 7 else b"{broken")
        lines += [b""] if number % 5 == 0 else []
    lines[50] += b"x" * 500  # longer than the bound
    path = write(tmp_path, b"\n".join(lines), name)
    whole = read_all(path, Limits(max_line=400))
    assert "line_too_long" in whats(whole[1])
    for size in (1, 2, 7, 50, 100, 101, 102):
        assert read_all(path, Limits(max_line=400, shard_rows=size)) == whole


def test_a_line_beyond_the_bound_is_stepped_over_and_placed(tmp_path: Path) -> None:
    data = b"a,b\n1,2\n" + b"x" * 5000 + b"\n3,4\n"
    pages, (issue,) = read_all(write(tmp_path, data), Limits(max_line=1000))
    assert cells(pages) == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]
    assert [page.capture.locator.row for page in pages] == [0, 2]  # the lost row keeps its number
    assert (issue.what, issue.where) == ("line_too_long", "row 1, bytes 8–5009")


def test_a_quote_that_never_closes_does_not_swallow_more_than_the_bound(tmp_path: Path) -> None:
    data = b'a,b\n1,"oops\n' + b"3,4\n" * 1000
    pages, issues = read_all(write(tmp_path, data), Limits(max_line=1000))
    assert "line_too_long" in whats(issues)
    assert len(pages) > 700


def test_a_header_beyond_the_bound_is_an_issue(tmp_path: Path) -> None:
    pages, issues = read_all(write(tmp_path, b"a" * 5000 + b"\n1\n"), Limits(max_line=1000))
    assert (pages, whats(issues)) == ([], ["no_header"])


def peak_of(path: Path, limits: Limits) -> tuple[int, int]:
    """Return the pages read and the peak of memory, with no page held."""
    from muster.sources import find_files, read, shards

    files, _ = find_files("captures", path, limits)
    tracemalloc.start()
    try:
        count = sum(isinstance(i, Page) for shard in shards(files, limits) for i in read(shard, None, limits))
        return count, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["goods.csv", "goods.jsonl"])
def test_a_line_of_64_megabytes_stays_flat_in_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    row = b"1,2\n" if name.endswith("csv") else b'{"a": 1}\n'
    with path.open("wb") as handle:
        handle.write(b"a,b\n" + row if name.endswith("csv") else row)
        handle.seek(64 * 2**20)  # a hole: zeros that take no room
        handle.write(b"\n" + row)
    count, peak = peak_of(path, Limits(max_line=2**20))
    assert count == 2
    assert peak < 16 * 2**20


@pytest.mark.slow
def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    peaks = []
    for rows in (20_000, 200_000):
        row = b'"pen %d",' + b"x" * 100 + b"\n"  # both tables are larger than the sample that decides the encoding
        path = write(tmp_path, b"title,price\n" + b"".join(row % n for n in range(rows)))
        count, peak = peak_of(path, Limits())
        assert count == rows
        peaks.append(peak)
    assert peaks[1] < peaks[0] * 1.3


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"a": "x", "n": 1.10, "t": true}', {"a": "x", "n": "1.10", "t": "true"}),
        ('{"a": {"b": [1, 2]}, "none": null}', {"a": '{"b": [1, 2]}'}),
        ('  {"a": "\\u00e9"}  ', {"a": "é"}),
        ("{}", {}),
    ],
)
def test_a_json_line_keeps_values_as_written(tmp_path: Path, line: str, expected: dict[str, str]) -> None:
    path = write(tmp_path, line.encode() + b"\r\n", "goods.jsonl")
    (page,), issues = read_all(path)
    assert (page.cells, issues) == (expected, [])
    assert page.body == line.encode() == fetch_body(page.capture.locator, path, page.capture.media_type)


@pytest.mark.parametrize(
    "line", [b"[1]", b"{", b'{"a": NaN}', b"null", b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b"\xff"]
)
def test_a_bad_json_line_is_an_issue_and_reading_goes_on(tmp_path: Path, line: bytes) -> None:
    path = write(tmp_path, b'{"a": 1}\n' + line + b'\n{"a": 3}\n', "goods.jsonl")
    pages, (issue,) = read_all(path)
    assert [page.capture.locator.row for page in pages] == [0, 2]
    assert (issue.what, issue.where.split(",")[0]) == ("bad_json", "row 1")


def test_a_json_line_that_is_not_all_text_is_kept_and_said(tmp_path: Path) -> None:
    (page,), (issue,) = read_all(write(tmp_path, b'\xef\xbb\xbf{"a": "caf\xe9"}', "goods.jsonl"))
    assert (page.cells, issue.what) == ({"a": "caf�"}, "not_text")


def test_every_row_of_a_real_table_is_found_again_in_its_bytes(shared: Path) -> None:
    path = shared / "data" / "markets" / "alphabay-2017" / "listings.csv"
    pages, issues = read_all(path)
    raw = path.read_bytes()
    with path.open(encoding="utf-8", newline="") as handle:
        theirs = list(csv.DictReader(handle))
    assert (len(pages), issues) == (17_331, [])
    assert cells(pages) == theirs
    assert in_order(pages)
    for page in pages:
        locator = page.capture.locator
        found = raw[locator.start : locator.start + locator.length]
        assert found == page.body
        assert next(csv.reader(io.StringIO(found.decode(), newline=""))) == list((page.cells or {}).values())
    assert fetch_body(pages[-1].capture.locator, path, pages[-1].capture.media_type) == pages[-1].body


def test_cells_survive_being_written_as_json(tmp_path: Path) -> None:
    row = {"title": 'pen "red"\n', "note": "é\u2028x"}
    (page,), _ = read_all(write(tmp_path, json.dumps(row, ensure_ascii=False).encode(), "goods.jsonl"))
    assert page.cells == row
