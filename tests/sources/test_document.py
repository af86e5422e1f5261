"""One JSON document, however long: each object of its lists is a capture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.sources import Limits, fetch_body, find_files, read, shards
from sources.sourcing import read_all, whats

PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
RECORD = st.dictionaries(
    st.text(max_size=5), st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3)), max_size=4
)


def written(folder: Path, document: Any, **how: Any) -> Path:
    path = folder / "table.json"
    path.write_text(json.dumps(document, ensure_ascii=False, **how), encoding="utf-8")
    return path


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("around", [lambda rows: rows, lambda rows: {"made": "2014", "list": rows, "n": 3}])
def test_each_object_of_a_list_is_a_capture_that_leads_back_to_its_bytes(
    tmp_path: Path, indent: int | None, around: Any
) -> None:
    rows = [{"title": f"a lämp {n}", "tags": ["x"], "in": {"a": [{"b": 1}]}} for n in range(3)]
    path = written(tmp_path, around(rows), indent=indent)
    pages, issues = read_all(tmp_path)
    assert issues == []
    assert [page.cells["title"] for page in pages if page.cells] == ["a lämp 0", "a lämp 1", "a lämp 2"]
    assert [page.capture.locator.row for page in pages] == [0, 1, 2]
    for page, row in zip(pages, rows, strict=True):
        assert json.loads(page.body) == row
        assert fetch_body(page.capture.locator, path, page.capture.media_type) == page.body


@given(st.lists(RECORD, max_size=12), st.lists(RECORD, max_size=4), st.integers(1, 5))
def test_however_it_is_cut_into_shards_the_captures_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], more: list[Any], size: int
) -> None:
    folder = tmp_path_factory.mktemp("json")
    written(folder, {"a": rows, "b": {"c": more}}, indent=1)
    files, _ = find_files("captures", folder, Limits())
    whole, parts = (
        [getattr(item, "capture", item) for shard in shards(files, limits) for item in read(shard, None, limits)]
        for limits in (Limits(), Limits(shard_rows=size))
    )
    assert whole == parts
    assert len([item for item in whole if hasattr(item, "locator")]) == len(rows) + len(more)


def test_a_cut_document_keeps_what_stands_before_the_cut(tmp_path: Path) -> None:
    path = written(tmp_path, [{"n": n} for n in range(20)])
    path.write_bytes(path.read_bytes()[:-12])
    for limits in (Limits(), Limits(shard_rows=4)):
        pages, issues = read_all(tmp_path, limits)
        assert (len(pages), whats(issues)) == (19, ["broken_json"])


def test_a_document_without_a_list_of_objects_and_one_too_long_are_said(tmp_path: Path) -> None:
    written(tmp_path, {"a": 1, "b": [1, 2]}, indent=1)
    assert [whats(read_all(tmp_path)[1])] == [["no_rows"]]
    written(tmp_path, [{"a": "x" * 3000}, {"a": "y"}])
    pages, issues = read_all(tmp_path, Limits(max_line=1000))
    assert (len(pages), whats(issues)) == (1, ["line_too_long"])


def test_a_document_that_nests_without_end_is_refused_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "table.json").write_bytes(b"[" * 100_000)
    assert whats(read_all(tmp_path)[1]) == ["broken_json"]


def test_the_objects_of_one_list_are_told_from_lines(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(b'{"reviews": [{"n": 1}], "n": 1}\n')
    (tmp_path / "two.json").write_bytes(b'{"reviews": [{"n": 1}], "n": 1}\n{"reviews": [], "n": 2}\n')
    files, _ = find_files("captures", tmp_path, Limits())
    assert [file.format for file in files] == ["json", "jsonl"]
