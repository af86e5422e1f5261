"""WARC: every response and resource comes with its place, and nothing is lost without an issue."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest

from muster.model import Page, digest
from muster.sources import Limits, fetch_body
from sources.sourcing import HTTP, packed, read_all, record, response, whats

BODY = b"<html>" + b"a page of the bazaar " * 40 + b"</html>"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def chunks(data: bytes, size: int = 100) -> bytes:
    parts = (data[at : at + size] for at in range(0, len(data), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def write(folder: Path, data: bytes, name: str = "crawl.warc") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def again(page: Page, path: Path) -> bytes:
    return fetch_body(page.capture.locator, path, page.capture.media_type)


def test_a_response_keeps_address_time_type_status_and_place(tmp_path: Path) -> None:
    data = record(b"software: none", "warcinfo") + response(BODY) + record(BODY, "resource")
    path = write(tmp_path, data)
    (first, second), issues = read_all(path)
    assert issues == []
    capture = first.capture
    assert (capture.address, capture.status, capture.media_type) == ("http://bazaar.example/item/1", 200, "text/html")
    assert (capture.captured_at, capture.captured_from) == (datetime(2014, 3, 1, 12, tzinfo=UTC), "record")
    place = data[capture.locator.start : capture.locator.start + capture.locator.length]
    assert place == response(BODY)
    assert first.body == second.body == BODY == again(first, path) == again(second, path)
    assert (second.capture.status, second.capture.media_type) == (None, "text/html")
    assert first.capture.id != second.capture.id
    assert first.capture.digest == second.capture.digest


def test_gzip_members_are_places_on_disk(tmp_path: Path) -> None:
    data = packed(response(BODY), response(b"<html>2</html>"))
    path = write(tmp_path, data, "crawl.warc.gz")
    pages, issues = read_all(path)
    assert issues == []
    assert [page.body for page in pages] == [BODY, b"<html>2</html>"] == [again(page, path) for page in pages]
    end = 0
    for page in pages:
        locator = page.capture.locator
        assert (locator.start, locator.row) == (end, None)
        end = locator.start + locator.length
        assert b"WARC/1.0" in gzip.decompress(data[locator.start : end])
    assert end == len(data)


def test_records_that_share_a_gzip_member_are_told_apart_by_number(tmp_path: Path) -> None:
    shared = response(b"<p>0</p>") + response(b"<p>1</p>") + response(b"<p>2</p>")
    path = write(tmp_path, packed(response(BODY), shared, response(b"<p>last</p>")), "crawl.warc.gz")
    pages, issues = read_all(path)
    assert issues == []
    assert [page.capture.locator.row for page in pages] == [None, 0, 1, 2, None]
    assert [again(page, path) for page in pages] == [page.body for page in pages]
    assert len({page.capture.id for page in pages}) == 5


def bare_deflate(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        (CHUNKED, chunks(BODY)),
        (b"Content-Encoding: gzip\r\n", gzip.compress(BODY, mtime=0)),
        (b"Content-Encoding: deflate\r\n", zlib.compress(BODY)),
        (b"Content-Encoding: deflate\r\n", bare_deflate(BODY)),
        (b"Content-Encoding: br\r\n", brotli.compress(BODY)),
        (b"Content-Encoding: br, gzip\r\n", gzip.compress(brotli.compress(BODY), mtime=0)),
        (b"Content-Encoding: gzip\r\n" + CHUNKED, chunks(gzip.compress(BODY, mtime=0))),
        (b"Content-Encoding: identity\r\n", BODY),
        (CHUNKED, BODY),  # the crawler took it out of its chunks and kept the header
        (b"Content-Encoding: gzip\r\n", BODY),  # and out of gzip
    ],
)
def test_a_payload_comes_as_the_reader_would_have_seen_it(tmp_path: Path, headers: bytes, sent: bytes) -> None:
    path = write(tmp_path, response(sent, headers) + response(b"<p>next</p>"))
    pages, issues = read_all(path)
    assert issues == []
    assert [page.body for page in pages] == [BODY, b"<p>next</p>"] == [again(page, path) for page in pages]


@pytest.mark.parametrize(
    ("headers", "sent", "kept"),
    [
        (CHUNKED, chunks(BODY)[:250], BODY[:240]),
        (b"Content-Encoding: br\r\n", BODY, BODY),
        (b"Content-Encoding: zstd\r\n", BODY, BODY),
        (b"Content-Encoding: deflate\r\n", b"\xff" * 9, b"\xff" * 9),
    ],
)
def test_a_payload_that_lies_costs_nobody_but_itself(tmp_path: Path, headers: bytes, sent: bytes, kept: bytes) -> None:
    path = write(tmp_path, response(sent, headers) + response(b"<p>next</p>"))
    (first, second), issues = read_all(path)
    assert whats(issues) == ["broken_payload"]
    assert issues[0].capture == first.capture.id
    assert first.body[:200] == kept[:200]
    assert (second.body, again(first, path)) == (b"<p>next</p>", first.body)


def test_a_half_gzip_payload_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path, response(gzip.compress(BODY)[:-12], b"Content-Encoding: gzip\r\n"))
    (page,), issues = read_all(path)
    assert whats(issues) == ["broken_payload"]
    assert page.body
    assert BODY.startswith(page.body)


@pytest.mark.parametrize("encoding", [b"gzip", b"br", b"deflate"])
def test_a_bomb_is_an_issue_and_is_never_unpacked(tmp_path: Path, encoding: bytes) -> None:
    pack = {b"gzip": gzip.compress, b"br": brotli.compress, b"deflate": zlib.compress}[encoding]
    bomb = response(pack(b"a" * 20_000_000), b"Content-Encoding: %s\r\n" % encoding)
    path = write(tmp_path, bomb + response(BODY))
    pages, issues = read_all(path, Limits(max_body=100_000))
    assert ([page.body for page in pages], whats(issues)) == ([BODY], ["too_large"])
    assert f"bytes 0–{len(bomb)}" in issues[0].where


def test_a_body_above_the_bound_is_an_issue(tmp_path: Path) -> None:
    path = write(tmp_path, response(b"x" * 2_000_000) + response(BODY))
    pages, issues = read_all(path, Limits(max_body=100_000))
    assert ([page.body for page in pages], whats(issues)) == ([BODY], ["too_large"])


THREE = (response(BODY), record(b"GET / HTTP/1.1\r\n\r\n", "request"), response(b"<p>last</p>"))


@pytest.mark.parametrize("gz", [False, True])
def test_a_file_cut_anywhere_says_so(tmp_path: Path, gz: bool) -> None:
    parts = [packed(part) for part in THREE] if gz else list(THREE)
    data = b"".join(parts)
    ends = [sum(map(len, parts[:count])) for count in range(1, len(parts) + 1)]
    silent = []
    for cut in range(20, len(data)):
        pages, issues = read_all(write(tmp_path, data[:cut], "cut.warc.gz" if gz else "cut.warc"))
        assert pages or issues
        if not issues:
            silent.append(cut)
    # between two records, or inside the empty lines behind one, there is nothing to notice
    assert all(any(end - 4 <= cut <= end for end in ends) for cut in silent)


@pytest.mark.parametrize(
    ("middle", "word"),
    [
        (b"garbage\r\n", "broken_record"),
        (b"\0" * 30, "broken_record"),
        (record(HTTP + b"\r\n" + BODY, length=100), "wrong_length"),
        (record(HTTP + b"\r\n" + BODY, length=10**6), "wrong_length"),
        (record(HTTP + b"\r\n" + BODY, length="many"), "wrong_length"),
        (record(HTTP + b"\r\n" + BODY, length=-1), "wrong_length"),
        (response(BODY, WARC_Segment_Number="2", kind="continuation"), "segment_lost"),
        (record(b"x", "mystery"), "unknown_record"),
        (record(b"no http at all"), "broken_payload"),
        (response(BODY, WARC_Date="2014-13-45T00:00:00Z"), "bad_time"),
        (response(BODY, WARC_Truncated="length"), "cut_at_capture"),
    ],
)
def test_damage_is_noticed(tmp_path: Path, middle: bytes, word: str) -> None:
    pages, issues = read_all(write(tmp_path, response(b"<p>first</p>") + middle + response(b"<p>last</p>")))
    assert (pages[0].body, pages[-1].body) == (b"<p>first</p>", b"<p>last</p>")
    assert word in whats(issues)


def test_a_record_that_promises_the_moon_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    (page,), issues = read_all(write(tmp_path, record(HTTP + b"\r\n" + BODY, length=10**15)))
    assert page.body.startswith(BODY)
    assert whats(issues) == ["truncated_record"]


def test_what_is_lost_behind_a_break_is_given_as_a_range(tmp_path: Path) -> None:
    first = response(BODY)
    data = first + b"garbage" + response(BODY)
    pages, (issue,) = read_all(write(tmp_path, data))
    assert len(pages) == 2
    assert (issue.what, issue.where) == ("broken_record", f"bytes {len(first)}–{len(first) + 7}")
    assert (issue.start, issue.end, issue.file) == (len(first), len(first) + 7, digest(data))


def test_a_damaged_gzip_member_does_not_take_the_ones_before_it(tmp_path: Path) -> None:
    good, bad = packed(response(BODY)), bytearray(packed(response(b"<p>last</p>")))
    bad[30] ^= 0xFF
    pages, issues = read_all(write(tmp_path, good + bytes(bad), "crawl.warc.gz"))
    assert pages[0].body == BODY
    assert "broken_member" in whats(issues)
    assert any(f"bytes {len(good)}–{len(good) + len(bad)}" in issue.where for issue in issues)


def test_a_record_that_spans_two_members_is_found_again(tmp_path: Path) -> None:
    whole = response(BODY)
    head, rest = gzip.compress(whole[:50], mtime=0), gzip.compress(whole[50:], mtime=0)
    path = write(tmp_path, head + rest + packed(response(b"<p>2</p>")), "crawl.warc.gz")
    (page, _), issues = read_all(path)
    assert issues == []
    assert (page.capture.locator.start, page.capture.locator.length) == (0, len(head + rest))
    assert again(page, path) == page.body == BODY


def test_a_record_without_an_end_is_stepped_over_and_never_held(tmp_path: Path) -> None:
    endless = record(HTTP + b"\r\n" + b"<p>a lamp</p>" * 50_000, length="").rstrip(b"\r\n")
    path = write(tmp_path, endless + b"\r\n\r\n" + response(BODY))
    pages, (issue,) = read_all(path, Limits(max_body=10_000))
    assert [page.body for page in pages] == [BODY]
    assert (issue.what, issue.start) == ("too_large", 0)
    assert issue.end is not None
    assert len(endless) <= issue.end <= len(endless) + 4


def test_a_revisit_is_lost_only_where_its_original_is_elsewhere(tmp_path: Path) -> None:
    original = response(BODY, WARC_Payload_Digest="sha1:AAAA")
    known = record(HTTP + b"\r\n", "revisit", WARC_Payload_Digest="sha1:AAAA")
    strange = record(HTTP + b"\r\n", "revisit", WARC_Payload_Digest="sha1:BBBB")
    by_time = record(
        HTTP + b"\r\n",
        "revisit",
        WARC_Refers_To_Target_URI="http://bazaar.example/item/1",
        WARC_Refers_To_Date="2014-03-01T12:00:00Z",
    )
    pages, issues = read_all(write(tmp_path, original + known + strange + by_time))
    assert whats(issues) == ["revisit_elsewhere"]
    assert [page.body for page in pages] == [BODY] * 3
    assert len({page.capture.id for page in pages}) == 3
    assert {page.capture.locator for page in pages} == {pages[0].capture.locator}  # where these bytes lie


def test_record_and_file_name_that_differ_by_days_are_an_issue(tmp_path: Path) -> None:
    (page,), (issue,) = read_all(write(tmp_path, response(BODY), "crawl-20140401.warc"))
    assert (issue.what, issue.capture) == ("time_disagrees", page.capture.id)
    assert "2014-03-01" in issue.found
    assert "2014-04-01" in issue.found
    assert page.capture.captured_from == "record"
    assert read_all(write(tmp_path, response(BODY), "crawl-20140302.warc"))[1] == []


def test_an_unfit_media_type_is_replaced_by_what_the_bytes_say(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: <seller@mail.example>\r\n\r\n" + BODY
    (page,), _ = read_all(write(tmp_path, record(block)))
    assert page.capture.media_type == "text/html"


def files_of(shared: Path) -> list[Path]:
    folder = shared / "data" / "warc"
    return [path for path in sorted(folder.rglob("*.warc*")) if not path.name.endswith(".lz4")]


DAMAGED = {"clipped.warc.gz", "example-trunc.warc", "missing-status-text.warc"}


@pytest.mark.slow
def test_real_archives_agree_with_another_reader_or_say_why_not(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    read_whole = 0
    for path in files_of(shared):
        pages, issues = read_all(path)
        assert [again(page, path) for page in pages] == [page.body for page in pages]
        theirs, revisits, refused = 0, 0, False
        with path.open("rb") as handle:
            try:
                for found in ArchiveIterator(handle):
                    theirs += found.rec_type in ("response", "resource")
                    revisits += found.rec_type == "revisit"  # a page again, where its original is in the file
            except ArchiveLoadFailed:
                refused = True
        if path.name in DAMAGED:
            assert issues, path.name
        assert theirs <= len(pages) <= theirs + revisits or refused or issues, path.name
        assert len(pages) >= theirs or "broken_record" in whats(issues), path.name
        read_whole += theirs <= len(pages) <= theirs + revisits
    assert read_whole > 25
