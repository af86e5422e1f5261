"""What a browser, a saver or a crawler leaves beside and in a page says where and when it was."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.sources import Limits, find_files
from sources.sourcing import read_all, whats

HTML = b"<!DOCTYPE html><title>A pen</title>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def laid(folder: Path, **files: bytes) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@pytest.mark.parametrize("parts", ["A lamp_files", "A lamp-Dateien", "A lamp_fichiers", "A lamp.files"])
def test_the_folder_beside_a_saved_page_holds_its_parts(tmp_path: Path, parts: str) -> None:
    laid(
        tmp_path, **{"A lamp.html": HTML, f"{parts}/a.css": b"p {}", f"{parts}/frame.html": HTML, f"{parts}/l.png": PNG}
    )
    pages, issues = read_all(tmp_path)
    assert sorted(page.capture.media_type for page in pages) == ["image/png", "text/html"]
    assert [(issue.what, issue.found) for issue in issues] == [("page_parts", "2 files")]


def test_a_folder_of_that_name_without_its_page_is_a_folder(tmp_path: Path) -> None:
    laid(tmp_path, **{"lamp_files/frame.html": HTML, "pen.html": HTML})
    assert len(find_files("captures", tmp_path, Limits())[0]) == 2


@pytest.mark.parametrize(
    ("comment", "address", "when"),
    [
        (b"<!-- saved from url=(0030)http://bazaar.example/item/1 -->", "http://bazaar.example/item/1", None),
        (
            b"<!-- Mirrored from bazaar.example/item/1 by HTTrack Website Copier/3.x [XR&CO'2014], Sat, 01 Mar 2014 "
            b"12:00:00 GMT -->",
            "bazaar.example/item/1",
            datetime(2014, 3, 1, 12, tzinfo=UTC),
        ),
        (
            b"<!--\n Page saved with SingleFile \n url: http://bazaar.example/item/1 \n saved date: Sat Mar 01 2014 "
            b"13:00:00 GMT+0100 (CET)\n-->",
            "http://bazaar.example/item/1",
            datetime(2014, 3, 1, 12, tzinfo=UTC),
        ),
    ],
)
def test_whoever_saved_a_page_wrote_into_it_whence_and_when(
    tmp_path: Path, comment: bytes, address: str, when: datetime | None
) -> None:
    laid(tmp_path, **{"item.html": b"<!DOCTYPE html>\n" + comment + b"\n" + HTML})
    (page,), issues = read_all(tmp_path)
    assert (page.capture.address, page.capture.captured_at, issues) == (address, when, [])


def test_a_mirrored_tree_spells_the_address_and_the_day(tmp_path: Path) -> None:
    laid(tmp_path, **{
        "2014-12-31/bazaar.example/item.php?id=7": HTML,
        "2014-12-31/bazaar.example/robots.txt": b"User-agent: *",
        "2014-12-31/hts-cache/new.txt": b"date",
        "2014-12-31/hts-log.txt": b"HTTrack3 launched",
        "bazaar/2013-11-02/listing.html": HTML,
    })  # fmt: skip
    pages, issues = read_all(tmp_path)
    assert [(page.capture.address, str(page.capture.captured_at)[:10]) for page in pages] == [
        ("http://bazaar.example/item.php?id=7", "2014-12-31"),
        ("http://bazaar.example/robots.txt", "2014-12-31"),
        ("", "2013-11-02"),
    ]
    assert [(issue.what, issue.found) for issue in issues] == [("crawler_files", "2 files")]


def test_a_folder_that_looks_like_a_file_is_no_host(tmp_path: Path) -> None:
    laid(tmp_path, **{"pages.html/a.html": HTML, "market.old/b.html": HTML})
    assert [page.capture.address for page in read_all(tmp_path)[0]] == ["", ""]


def test_many_files_that_are_not_read_for_one_reason_are_one_issue(tmp_path: Path) -> None:
    laid(tmp_path, **{f"{n}.css": b"p {}" for n in range(50)}, **{"a.mp4": b"\0\0\0\x18ftypmp42"})
    _, issues = read_all(tmp_path)
    assert whats(issues) == ["unknown_kind", "unknown_kind"]
    assert "50 files, the first file 1" in issues[0].where
