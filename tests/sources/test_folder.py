"""Folders of saved pages: what is found, what is refused, and what a page keeps."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from muster.errors import SourceError
from muster.model import Locator, digest
from muster.sources import Limits, fetch_body, find_files, read, shards
from sources.sourcing import read_all, response, whats

HTML = b"<!DOCTYPE html><title>A pen</title>"


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("a.html", HTML)
    return held.getvalue()


def tarred() -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.html"))
    return held.getvalue()


def test_a_page_keeps_what_its_folder_and_its_first_bytes_say(tmp_path: Path) -> None:
    page_path = tmp_path / "2014-03-01" / "item.html"
    page_path.parent.mkdir()
    body = b"<!-- saved from url=(0030)http://bazaar.example/item/1 -->" + HTML
    page_path.write_bytes(body)
    (page,), issues = read_all(tmp_path)
    capture = page.capture
    assert issues == []
    assert (capture.address, capture.media_type) == ("http://bazaar.example/item/1", "text/html")
    assert (capture.captured_at, capture.captured_from) == (datetime(2014, 3, 1, tzinfo=UTC), "file name")
    assert capture.locator == Locator(digest(body), 0, len(body))
    assert (capture.digest, page.file_name, page.body) == (digest(body), "item.html", body)
    assert fetch_body(capture.locator, page_path, capture.media_type) == body


def test_the_case_dates_what_nothing_else_dates(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(HTML)
    (page,), _ = read_all(tmp_path, captured=date(2017, 6, 24))
    assert (page.capture.captured_from, page.capture.address) == ("case", "")
    (page,), _ = read_all(tmp_path)
    assert (page.capture.captured_at, page.capture.captured_from) == (None, "unknown")


@pytest.mark.parametrize(
    ("name", "data", "form"),
    [
        ("a.html", HTML, "page"),
        ("a", HTML, "page"),
        ("item.php?id=1", HTML, "page"),
        ("a.html", bytes(range(256)) * 4, "page"),  # no text, but a page by its name: profiles say so
        ("a.html", response(HTML), "warc"),  # content before suffix
        ("a.csv", gzip.compress(response(HTML), mtime=0), "warc"),
        ("a.html", b"PAR1", "parquet"),
        ("a.wacz", zipped(), "archive"),
        ("a.html", zipped(), "archive"),
        ("a.tar", tarred(), "archive"),
        ("a.tar.zst", b"\x28\xb5\x2f\xfd rest", "archive"),
        ("a.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0), "archive"),
        ("a.zip", b"what is left of a zip whose beginning is gone", "archive"),
        ("a.tsv", b"a\tb", "csv"),
        ("a.ndjson", b"{}", "jsonl"),
        ("a.json", b'{"a": 1}\n{"a": 2}', "jsonl"),
        ("a.json", b'[{"a": 1}]', "json"),
        ("a.json", b'{\n "a": 1\n}', "json"),
    ],
)
def test_content_decides_before_the_suffix(tmp_path: Path, name: str, data: bytes, form: str) -> None:
    (tmp_path / name).write_bytes(data)
    (file,), issues = find_files("captures", tmp_path, Limits())
    assert (file.format, issues) == (form, [])


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.docx", zipped(), "an office file or a program"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c rest", "a 7z file"),
        ("a.bin", b"Rar!\x1a\x07 rest", "a RAR file"),
        ("a.css", b"body { color: red }", "a file of another sort, .css"),
        ("a.mp4", b"\0\0\0\x18ftypmp42", "a file of another sort, .mp4"),
        ("a.seller", b"text", "a file of another sort, .seller"),
    ],
)
def test_what_is_not_read_yet_is_one_clear_issue(tmp_path: Path, name: str, data: bytes, found: str) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.html").write_bytes(HTML)
    pages, (issue,) = read_all(tmp_path)
    assert (len(pages), issue.what, issue.where, issue.found) == (1, "unknown_kind", "file 1, by name", found)
    assert issue.do


def test_nothing_at_the_path_stops_with_a_message(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        find_files("captures/bazar", tmp_path / "bazar", Limits())
    assert (caught.value.where, bool(caught.value.found), bool(caught.value.do)) == ("captures/bazar", True, True)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="neither a file nor a folder"):
        find_files("pipe", tmp_path / "pipe", Limits())


def test_empty_unreadable_and_odd_files_are_issues_and_the_rest_is_read(tmp_path: Path) -> None:
    for name in ("a.html", "b.html", "c.html"):
        (tmp_path / name).write_bytes(HTML if name != "b.html" else b"")
    os.mkfifo(tmp_path / "d.html")

    def failing(path: Path) -> str:
        if path.name == "c.html":
            raise PermissionError(13, "Permission denied")
        return digest(path.read_bytes())

    files, issues = find_files("captures", tmp_path, Limits(), failing)
    assert [file.relative for file in files] == ["a.html"]
    assert whats(issues) == ["empty_file", "unreadable", "unknown_kind"]
    assert issues[1].found == "Permission denied"


def test_links_out_of_the_folder_and_hidden_files_are_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "captures"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.html").write_bytes(HTML)
    (inside / "a.html").write_bytes(HTML)
    (inside / ".hidden.html").write_bytes(HTML)
    (inside / ".git").mkdir()
    (inside / ".git" / "b.html").write_bytes(HTML)
    (inside / "file-out.html").symlink_to(outside / "secret.html")
    (inside / "folder-out").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "broken.html").symlink_to(inside / "nothing")
    (inside / "again.html").symlink_to(inside / "a.html")
    files, issues = find_files("captures", inside, Limits())
    assert [file.relative for file in files] == ["a.html", "again.html"]
    assert whats(issues) == ["link_refused"] * 4


def test_files_beyond_the_bound_are_said_and_not_read(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.html").write_bytes(HTML)
    files, (issue,) = find_files("captures", tmp_path, Limits(max_files=3))
    assert ([file.relative for file in files], issue.what, issue.found) == (
        ["0.html", "1.html", "2.html"],
        "too_many_files",
        "5 files",
    )


def test_a_page_beyond_the_bound_is_an_issue(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(HTML * 100)
    pages, issues = read_all(tmp_path, Limits(max_body=1000))
    assert (pages, whats(issues)) == ([], ["too_large"])


def test_a_file_that_changed_or_went_away_is_an_issue(tmp_path: Path) -> None:
    for name in ("a.html", "b.html", "c.html"):
        (tmp_path / name).write_bytes(HTML)
    files, _ = find_files("captures", tmp_path, Limits())
    (tmp_path / "a.html").write_bytes(HTML.upper())
    (tmp_path / "b.html").unlink()
    found = [item for shard in shards(files, Limits()) for item in read(shard, None, Limits())]
    assert [getattr(item, "what", "page") for item in found] == ["changed_file", "unreadable", "page"]


def test_an_issue_never_holds_a_file_name(tmp_path: Path) -> None:
    (tmp_path / "vendor_somebody.html").write_bytes(b"")
    (tmp_path / "vendor_somebody.csv").write_bytes(b"somebody,somebody\n1\n2,3,4\n\xff\xfe,5")
    (tmp_path / "vendor_somebody.jsonl").write_bytes(b'{"somebody\n')
    (tmp_path / "vendor_somebody.warc").write_bytes(response(HTML)[:-30])
    _, issues = read_all(tmp_path)
    assert len(issues) >= 6
    assert not [issue for issue in issues if "somebody" in repr(issue)]


def test_a_locator_out_of_range_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(HTML)
    for start, length in ((0, len(HTML) + 1), (len(HTML), 1), (-1, 2), (0, -1)):
        with pytest.raises(SourceError, match="no longer holds"):
            fetch_body(Locator("00", start, length), path, "text/html")
    with pytest.raises(SourceError, match="cannot read"):
        fetch_body(Locator("00", 0, 1), tmp_path / "gone.html", "text/html")


@pytest.mark.slow
def test_every_real_page_is_read_once_and_one_is_empty(shared: Path) -> None:
    folder = shared / "data" / "markets" / "cypher-2020" / "pages"
    pages, issues = read_all(folder)
    assert (len(pages), whats(issues)) == (105, ["empty_file"])
    assert len({page.capture.id for page in pages}) == len(pages)
    assert {page.capture.media_type for page in pages} == {"text/html"}
