"""Shards: cut the same way every time, and named by what decides their captures."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from muster.model import Issue, Page
from muster.sources import Limits, Shard, SourceFile, find_files, read, shards
from sources.sourcing import packed, response

PAGE = SourceFile("captures", Path("a.html"), "a.html", "00", 10, "page")


@given(
    st.lists(st.integers(1, 100), max_size=30),
    st.integers(1, 10),
    st.integers(1, 200),
)
def test_groups_keep_order_and_bounds_and_lose_nothing(sizes: list[int], most: int, weight: int) -> None:
    files = [SourceFile("c", Path(f"{n}.html"), f"{n}.html", str(n), size, "page") for n, size in enumerate(sizes)]
    cut = shards(files, Limits(shard_files=most, shard_bytes=weight))
    assert [file for shard in cut for file in shard.files] == files
    assert all(len(shard.files) <= most for shard in cut)
    assert all(len(shard.files) == 1 or sum(file.size for file in shard.files) <= weight for shard in cut)


def _crawl(day: str, pages: int) -> list[SourceFile]:
    return [SourceFile("c", Path(f"{n}.html"), f"{day}/{n:05}.html", f"{day}{n}", 10, "page") for n in range(pages)]


def _keys(files: list[SourceFile]) -> set[str]:
    return {json.dumps(shard.key_parts()) for shard in shards(files, Limits())}


def test_a_crawl_that_is_added_leaves_the_shards_of_all_others() -> None:
    first, between, last = _crawl("2014-03-01", 700), _crawl("2014-04-01", 300), _crawl("2014-05-01", 700)
    without = _keys([*first, *last])
    assert len(without) > 3
    assert without < _keys([*first, *between, *last])


def test_a_page_added_to_a_large_folder_costs_its_own_shard() -> None:
    pages = _crawl("2014-03-01", 5000)
    fewer = [page for page in pages if not page.relative.endswith("/01234.html")]
    assert len(_keys(pages) - _keys(fewer)) == 1


def test_one_more_archive_leaves_the_shards_of_the_others() -> None:
    files = [SourceFile("c", Path(f"{n}.warc"), f"{n:03}.warc", str(n), 50 * 2**20, "warc") for n in range(9)]
    assert _keys(files[:4] + files[5:]) < _keys(files)


def test_formats_and_sources_never_share_a_shard() -> None:
    other = SourceFile("more", Path("b.html"), "b.html", "01", 10, "page")
    warc = SourceFile("more", Path("c.warc"), "c.warc", "02", 10, "warc")
    assert [shard.files for shard in shards([PAGE, other, warc], Limits())] == [(PAGE,), (other,), (warc,)]


def test_a_table_is_cut_at_rows_and_a_small_one_stays_whole(tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_bytes(b"a,b\n" + b"1,2\n" * 10)
    files, _ = find_files("captures", tmp_path, Limits())
    assert [(s.first, s.count) for s in shards(files, Limits(shard_rows=4))] == [(0, 4), (4, 4), (8, 2)]
    assert [(s.first, s.count) for s in shards(files, Limits(shard_rows=10))] == [(0, None)]


def test_a_slice_is_the_same_with_and_without_its_byte(tmp_path: Path) -> None:
    (tmp_path / "goods.csv").write_bytes(b"a,b\n" + b"1,2\n" * 10)
    files, _ = find_files("captures", tmp_path, Limits())
    for shard in shards(files, Limits(shard_rows=4)):
        bare = Shard(shard.source, shard.format, shard.files, shard.first, shard.count)
        assert bare == shard
        assert list(read(bare, None, Limits())) == list(read(shard, None, Limits()))


def test_key_parts_change_with_whatever_changes_the_captures() -> None:
    base = Shard("captures", "page", (PAGE,))
    renamed = SourceFile("captures", Path("b.html"), "b.html", "00", 10, "page")
    edited = SourceFile("captures", Path("a.html"), "a.html", "01", 10, "page")
    others = [
        Shard("other", "page", (PAGE,)),
        Shard("captures", "page", (renamed,)),
        Shard("captures", "page", (edited,)),
        Shard("captures", "page", (PAGE, PAGE)),
        Shard("captures", "page", (PAGE,), 5),
        Shard("captures", "page", (PAGE,), 0, 5),
    ]
    keys = {json.dumps(shard.key_parts()) for shard in [base, *others]}
    assert len(keys) == len(others) + 1


def test_a_folder_read_in_any_shards_gives_the_same(tmp_path: Path) -> None:
    for number in range(9):
        (tmp_path / f"{number}.html").write_bytes(b"<html>%d</html>" % number)
    (tmp_path / "a.warc.gz").write_bytes(packed(response(b"<p>1</p>"), response(b"<p>2</p>")))
    (tmp_path / "b.csv").write_bytes(b"a,b\n" + b"1,2\n" * 10)

    def everything(limits: Limits) -> list[Page | Issue]:
        files, _ = find_files("captures", tmp_path, limits)
        return [item for shard in shards(files, limits) for item in read(shard, None, limits)]

    whole = everything(Limits())
    assert len(whole) == 21
    for limits in (Limits(shard_files=1, shard_rows=1), Limits(shard_files=2, shard_rows=3), Limits(shard_bytes=20)):
        assert everything(limits) == whole
