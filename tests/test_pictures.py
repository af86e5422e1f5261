"""Pictures and posts as evidence: what is typed off them, and the grade that every number made from them shows."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from muster import derived
from muster.case import open_case
from muster.errors import CaseError, PictureError
from muster.ocr import read_picture
from muster.pipeline import run_case
from muster.store import connect
from muster.transcripts import line_of

CHROMIUM = Path("/usr/bin/chromium")
Cli = Callable[..., subprocess.CompletedProcess[str]]


def png(width: int, height: int, row: bytes = b"\xff") -> bytes:
    """Return a grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + row * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    shots = tmp_path / "shots"
    shots.mkdir()
    (shots / "one.png").write_bytes(png(40, 30))
    (shots / "two.png").write_bytes(png(41, 30))
    (tmp_path / "case.toml").write_text('[case]\ntitle = "Shots"\n[[source]]\npath = "shots"\ncaptured = 2022-06-03\n')
    return tmp_path


def _rows(root: Path, sql: str) -> list[dict[str, object]]:
    case = open_case(root)
    with connect(derived.table_files(case, derived.present(case))) as db:
        return db.rows(sql)


def test_a_picture_is_a_capture_and_untold_until_somebody_types_it_off(case: Path) -> None:
    run_case(open_case(case), workers=1)
    assert [row["page_kind"] for row in _rows(case, "SELECT page_kind FROM capture")] == ["picture", "picture"]
    assert _rows(case, "SELECT what, found FROM issue") == [{"what": "untranscribed", "found": "2 pictures"}]


def test_what_is_typed_off_is_counted_and_says_that_it_was_seen_in_a_picture(case: Path, muster_cli: Cli) -> None:
    lines = ["--line", "title@10,2,20,8=Glock 19 Gen 4", "--line", "vendor=tinsmith", "--line", "price=USD 500",
             "--line", "description=write to tinsmith, tin@post.example"]  # fmt: skip
    muster_cli("transcribe", str(case), str(case / "shots" / "one.png"), *lines)
    run_case(open_case(case), workers=1)
    (listing,) = _rows(case, "SELECT l.*, c.grade FROM listing_seen l JOIN capture c ON c.id = l.capture")
    assert listing["title"] == "Glock 19 Gen 4"
    assert (listing["market"], listing["grade"]) == ("pictures", "seen in a picture")
    assert str(listing["amount_usd"]).startswith("500")
    estimate = """SELECT value, grades FROM estimate
                  WHERE measure = 'listings' AND scope LIKE '%"handgun","market":""%' ORDER BY id LIMIT 1"""
    assert _rows(case, estimate)[0]["grades"] == ["seen in a picture"]
    page = (case / "report" / "index.html").read_text()
    assert "in part seen in a picture" in page
    told = _rows(case, "SELECT * FROM transcript ORDER BY field")
    assert [(row["field"], row["by"]) for row in told] == [
        ("description", "a person"), ("price", "a person"), ("title", "a person"), ("vendor", "a person"),
    ]  # fmt: skip
    title = next(row for row in told if row["field"] == "title")
    assert (title["left"], title["top"], title["width"], title["height"]) == (10, 2, 20, 8)
    for file in [*(case / "derived").rglob("*.parquet"), *(case / "report").iterdir()]:
        assert b"tinsmith" not in file.read_bytes()
    why = muster_cli("why", str(title["id"]), "--case", str(case)).stdout
    assert "region 10,2,20,8" in why
    shown = muster_cli("show", str(listing["capture"]), "--case", str(case)).stdout
    assert "Glock 19" in shown
    assert "tinsmith" not in shown + why


@pytest.mark.slow
def test_a_new_line_makes_its_picture_anew_and_nothing_else(case: Path, muster_cli: Cli) -> None:
    (case / "shots" / "page.html").write_text("<html><p>nothing</p></html>")
    run_case(open_case(case), workers=1)
    one = _rows(case, "SELECT digest FROM capture WHERE page_kind = 'picture' ORDER BY digest")[0]["digest"]
    muster_cli("transcribe", str(case), str(one)[:10], "--line", "title=Pen")
    second = run_case(open_case(case), workers=1)
    assert second.kept >= 1
    assert _rows(case, "SELECT title FROM listing_seen") == [{"title": "Pen"}]
    muster_cli("transcribe", str(case), str(one)[:10], "--clear")
    run_case(open_case(case), workers=1)
    assert _rows(case, "SELECT title FROM listing_seen") == []


def test_pictures_are_listed_with_their_lines(case: Path, muster_cli: Cli) -> None:
    muster_cli("transcribe", str(case), str(case / "shots" / "two.png"), "--line", "text=AK")
    rows = json.loads(muster_cli("transcribe", str(case), "--json").stdout)
    assert sorted(row["lines"] for row in rows) == [0, 1]


def _boxed(root: Path, kind: str) -> None:
    """Lay the case's pictures into an archive, in a source of its own."""
    one = (root / "shots/one.png").read_bytes()
    image = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + one
    head = ("WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2022-06-03T12:00:00Z\r\nWARC-Target-URI: http://a.example/1\r\n"
            f"Content-Type: application/http\r\nContent-Length: {len(image)}\r\n\r\n")  # fmt: skip
    (root / "boxed").mkdir()
    if kind == "warc":
        (root / "boxed/a.warc").write_bytes(head.encode() + image + b"\r\n\r\n")
    elif kind == "zip":
        with zipfile.ZipFile(root / "boxed/a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("2022-06-03/one.png", one)
    else:
        with tarfile.open(root / "boxed/a.tar.gz", "w:gz") as archive:
            archive.add(root / "shots/one.png", "2022-06-03/one.png")
    (root / "boxed/b.html").write_text("<p>a page beside it</p>")
    (root / "case.toml").write_text('[case]\ntitle = "Shots"\n[[source]]\npath = "boxed"\n')


@pytest.mark.parametrize(
    "kind", ["warc", pytest.param("zip", marks=pytest.mark.slow), pytest.param("tar", marks=pytest.mark.slow)]
)
def test_a_picture_in_an_archive_is_listed_and_typed_off(case: Path, muster_cli: Cli, kind: str) -> None:
    _boxed(case, kind)
    assert "after  muster run" in muster_cli("transcribe", str(case)).stderr
    run_case(open_case(case), workers=1)
    assert _rows(case, "SELECT \"do\" FROM issue WHERE what = 'untranscribed'") == [{"do": "muster transcribe CASE"}]
    (row,) = json.loads(muster_cli("transcribe", str(case), "--json").stdout)
    assert (row["inside"], row["lines"]) == (True, 0)
    saved = case / "seen.png"
    muster_cli("transcribe", str(case), row["picture"][:12], "--save", str(saved), "--line", "title=Glock 19")
    assert saved.read_bytes() == (case / "shots/one.png").read_bytes()
    second = run_case(open_case(case), workers=1)
    assert second.kept >= 2  # the page beside it, parsed and recognised
    assert _rows(case, "SELECT title FROM listing_seen") == [{"title": "Glock 19"}]
    assert _rows(case, "SELECT id FROM issue WHERE what = 'untranscribed'") == []
    muster_cli("transcribe", str(case), row["picture"][:12], "--clear")
    run_case(open_case(case), workers=1)
    assert _rows(case, "SELECT title FROM listing_seen") == []


@pytest.mark.slow
def test_a_picture_that_is_a_file_and_in_an_archive_is_typed_off_once(case: Path, muster_cli: Cli) -> None:
    _boxed(case, "zip")
    shutil.copy(case / "shots/one.png", case / "boxed/one.png")
    run_case(open_case(case), workers=1)
    (row,) = json.loads(muster_cli("transcribe", str(case), "--json").stdout)
    muster_cli("transcribe", str(case), row["picture"], "--line", "title=Glock 19")
    run_case(open_case(case), workers=1)
    assert len(_rows(case, "SELECT title FROM listing_seen")) == 2
    assert _rows(case, "SELECT id FROM issue WHERE what = 'untranscribed'") == []


@pytest.mark.parametrize(
    ("written", "what"), [("title", "not a line"), ("titel=x", "unknown field"), ("title@1,2,3=x", "not a region")]
)
def test_a_line_that_is_none_says_what_to_write(written: str, what: str) -> None:
    with pytest.raises(CaseError, match=what):
        line_of(written)


def test_without_tesseract_one_message_says_what_to_do(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(case))
    with pytest.raises(PictureError, match="not installed"):
        read_picture(case / "shots" / "one.png")


@pytest.mark.slow
def test_tesseract_reads_a_rendered_page_and_is_named_for_it(tmp_path: Path) -> None:
    if not CHROMIUM.is_file() or shutil.which("tesseract") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no browser or no Tesseract")
        pytest.skip("no browser or no Tesseract")
    shot = tmp_path / "shot.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 800, "height": 400})
        page.set_content("<h1>Brass lamp</h1><p style='font-size:28px'>In stock: 7 pieces</p>")
        page.screenshot(path=shot)
        browser.close()
    lines = read_picture(shot)
    assert [line.text for line in lines] == ["Brass lamp", "In stock: 7 pieces"]
    assert all(line.by.startswith("tesseract") and line.region and line.sure is not None for line in lines)
    broken = tmp_path / "broken.png"
    broken.write_bytes(shot.read_bytes()[:60])
    with pytest.raises(PictureError, match="cannot read"):
        read_picture(broken)


def test_posts_of_a_chat_export_say_as_exported(tmp_path: Path) -> None:
    posts = [
        {"id": n, "type": "message", "date": "2022-06-02T10:00:00", "date_unixtime": "1654164000", "from": "tinsmith",
         "text": f"Selling AK-74 number {n}\nwrite to tinsmith"}
        for n in range(3)
    ]  # fmt: skip
    chat = {"name": "Tin", "type": "public_channel", "id": 7, "messages": posts}
    (tmp_path / "result.json").write_text(json.dumps(chat))
    (tmp_path / "case.toml").write_text('[case]\ntitle = "Posts"\n[[source]]\npath = "result.json"\n')
    run_case(open_case(tmp_path), workers=1)
    sql = "SELECT DISTINCT c.grade, l.page_kind, l.market FROM listing_seen l JOIN capture c ON c.id = l.capture"
    assert _rows(tmp_path, sql) == [{"grade": "as exported", "page_kind": "post", "market": "telegram"}]
    for file in [*(tmp_path / "derived").rglob("*.parquet"), *(tmp_path / "report").iterdir()]:
        assert b"tinsmith" not in file.read_bytes()
    assert "in part as exported" in (tmp_path / "report" / "index.html").read_text()
