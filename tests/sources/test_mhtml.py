"""MHTML: the page, what is framed in it and its pictures are captures, at the time that the browser wrote."""

from __future__ import annotations

import base64
import quopri
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muster.sources import Limits, fetch_body
from sources.sourcing import read_all, whats

HTML = "<!DOCTYPE html><title>A lämp</title><img src=lamp.png>".encode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
WHEN = "Sat, 1 Mar 2014 12:00:00 -0000"


def saved(when: str = WHEN) -> bytes:
    edge = "----MultipartBoundary--abc----"
    parts = [
        ("text/html", "quoted-printable", "http://bazaar.example/item/7", quopri.encodestring(HTML)),
        ("text/css", "quoted-printable", "cid:css@mhtml.blink", b"p { color: red }"),
        ("image/png", "base64", "http://bazaar.example/lamp.png", base64.encodebytes(PNG)),
    ]
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://bazaar.example/item/7\r\nSubject: A lamp\r\n"
        f'Date: {when}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n'
        f'\tboundary="{edge}"\r\n\r\n\r\n'
    )
    body = b""
    for kind, how, at, data in parts:
        top = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {how}\r\nContent-Location: {at}"
        body += f"--{edge}\r\n{top}\r\n\r\n".encode() + data.replace(b"\n", b"\r\n") + b"\r\n"
    return head.encode() + body + f"--{edge}--\r\n".encode()


def test_a_saved_page_and_its_pictures_are_captures_that_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "lamp.mhtml"
    path.write_bytes(saved())
    (page, picture), issues = read_all(tmp_path)
    assert [(page.body, page.capture.media_type), (picture.body, picture.capture.media_type)] == [
        (HTML, "text/html"),
        (PNG, "image/png"),
    ]
    assert page.capture.address == "http://bazaar.example/item/7"
    assert (page.capture.captured_at, page.capture.captured_from) == (datetime(2014, 3, 1, 12, tzinfo=UTC), "record")
    assert [(issue.what, issue.found) for issue in issues] == [("page_parts", "1 parts")]
    for found in (page, picture):
        assert fetch_body(found.capture.locator, path, found.capture.media_type) == found.body


def test_what_came_of_a_cut_file_is_kept_and_the_cut_is_said(tmp_path: Path) -> None:
    (tmp_path / "lamp.mht").write_bytes(saved()[:-150])
    pages, issues = read_all(tmp_path)
    assert (len(pages), whats(issues)) == (2, ["page_parts", "broken_file"])


@pytest.mark.parametrize("when", ["yesterday", "Sat, 1 Mar 9999 12:00:00 -0000"])
def test_a_time_that_is_none_is_said(tmp_path: Path, when: str) -> None:
    (tmp_path / "lamp.mht").write_bytes(saved(when))
    pages, issues = read_all(tmp_path)
    assert (pages[0].capture.captured_from, "bad_time" in whats(issues)) == ("unknown", True)


def test_parts_within_parts_without_end_are_an_issue(tmp_path: Path) -> None:
    deep = b"MIME-Version: 1.0\r\n" + b"".join(
        f'Content-Type: multipart/related; boundary="b{n}"\r\n\r\n--b{n}\r\n'.encode() for n in range(3000)
    )
    (tmp_path / "deep.mht").write_bytes(deep)
    pages, issues = read_all(tmp_path)
    assert (pages, whats(issues)[-1]) == ([], "broken_file")
    (tmp_path / "deep.mht").write_bytes(saved())
    assert whats(read_all(tmp_path, Limits(max_body=100))[1]) == ["too_large"]
