"""Members that are known by the names of others: links in archives, and the parts of saved pages."""

from __future__ import annotations

import gzip
import io
import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from muster.model import Page
from muster.sources import Limits, fetch_body
from sources.sourcing import read_all, whats

HTML = b"<html><body>a page</body></html>"
OTHER = b"<html><body>another page</body></html>"


def tarred(*members: tuple[str, bytes | None, str], hard: bool = True, form: int = tarfile.GNU_FORMAT) -> bytes:
    """Return a tar of files, and of links to a target."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for name, body, target in members:
            info = tarfile.TarInfo(name)
            if body is None:
                info.type, info.linkname = tarfile.LNKTYPE if hard else tarfile.SYMTYPE, target
                archive.addfile(info)
                continue
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return held.getvalue()


def zipped(*members: tuple[str, bytes, bool]) -> bytes:
    """Return a zip of files and symbolic links, as Info-ZIP writes them."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body, link in members:
            info = zipfile.ZipInfo(name, (2014, 3, 1, 12, 0, 0))
            info.create_system = 3
            info.external_attr = ((stat.S_IFLNK if link else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, body)
    return held.getvalue()


def write(folder: Path, data: bytes, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def days(pages: list[Page]) -> list[str]:
    return sorted(page.capture.captured_at.date().isoformat() for page in pages if page.capture.captured_at)


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("folder", ["2014-03-01", "2014-03-01/" + "x" * 150])
def test_a_hard_link_in_dated_crawls_is_the_page_at_its_own_day(
    tmp_path: Path, name: str, form: int, folder: str
) -> None:
    first = f"{folder}/item.html"
    data = tarred(
        (first, HTML, ""), ("2014-04-01/item.html", None, first), ("2014-04-01/new.html", OTHER, ""), form=form
    )
    path = write(tmp_path, gzip.compress(data, mtime=0) if name.endswith("gz") else data, name)
    pages, issues = read_all(path)
    assert issues == []
    assert days(pages) == ["2014-03-01", "2014-04-01", "2014-04-01"]
    assert sorted(page.body for page in pages) == [HTML, HTML, OTHER]
    for page in pages:
        assert fetch_body(page.capture.locator, path, page.capture.media_type) == page.body


@pytest.mark.parametrize(
    ("target", "read"),
    [
        ("../2014-03-01/item.html", True),
        ("./new.html", True),
        ("../../etc/passwd", False),
        ("/etc/passwd", False),
        ("../2014-03-01", False),
        ("gone.html", False),
        ("itself.html", False),
        ("", False),
        ("..\\..\\up.html", False),
    ],
)
def test_a_symbolic_link_is_read_where_it_leads_to_a_file_of_the_archive(
    tmp_path: Path, target: str, read: bool
) -> None:
    files = (("2014-03-01/item.html", HTML), ("2014-04-01/new.html", OTHER))
    taped = tarred(*((name, body, "") for name, body in files), ("2014-04-01/itself.html", None, target), hard=False)
    boxed = zipped(*((name, body, False) for name, body in files), ("2014-04-01/itself.html", target.encode(), True))
    for name, data in (("a.tar", taped), ("a.zip", boxed)):
        pages, issues = read_all(write(tmp_path, data, name))
        assert len(pages) == 2 + read
        assert whats(issues) == ([] if read else ["link_refused"])


def test_a_link_that_comes_before_its_file_is_read(tmp_path: Path) -> None:
    pages, issues = read_all(write(tmp_path, tarred(("a.html", None, "b.html"), ("b.html", HTML, "")), "a.tar"))
    assert [page.body for page in pages] == [HTML, HTML]
    assert issues == []


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_many_links_to_one_large_file_are_bounded_as_a_bomb_is(tmp_path: Path, kind: str) -> None:
    large = HTML + b" " * 100_000
    if kind == "tar":
        data = tarred(("a.html", large, ""), *((f"{n}.html", None, "a.html") for n in range(50)))
    else:
        data = zipped(("a.html", large, False), *((f"{n}.html", b"a.html", True) for n in range(50)))
    pages, issues = read_all(write(tmp_path, data, f"a.{kind}"), Limits(max_unpacked=1_000_000))
    assert 1 <= len(pages) <= 12
    assert whats(issues) == ["too_much_unpacked"]


def test_a_file_with_holes_is_told_and_takes_nothing_of_what_lies_behind_it(tmp_path: Path) -> None:
    holey = tmp_path / "holes.html"
    with holey.open("wb") as out:
        for n in range(40):  # more holes than the head has places for
            out.seek(n * 2**20)
            out.write(b"x" * 4096)
    (tmp_path / "page.html").write_bytes(HTML)
    made = ["tar", "--sparse", "--hole-detection=raw", "-cf", "a.tar", "holes.html", "page.html"]
    for form in ("--format=gnu", "--format=posix", "--sparse-version=0.1"):
        subprocess.run([*made, form, *(["--format=posix"] if "version" in form else [])], cwd=tmp_path, check=True)
        pages, issues = read_all(tmp_path / "a.tar")
        assert [page.body for page in pages] == [HTML]
        assert whats(issues) == ["unknown_kind"]
        assert "holes" in issues[0].found


SAVED = {
    "lamp.html": HTML,
    "lamp_files/style.css": b"p { color: red }",
    "lamp_files/frame.html": OTHER,
    "lamp_files/lamp.png": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "pen_files/page.html": OTHER,
}


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("kind", ["folder", "zip", "tar", "tar.gz"])
def test_the_parts_of_a_saved_page_are_no_pages_wherever_it_lies(tmp_path: Path, kind: str, late: bool) -> None:
    files = dict(sorted(SAVED.items(), reverse=late))
    path = tmp_path / ("saved" if kind == "folder" else f"a.{kind}")
    if kind == "folder":
        for name, body in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(body)
    elif kind == "zip":
        path.write_bytes(zipped(*((name, body, False) for name, body in files.items())))
    else:
        data = tarred(*((name, body, "") for name, body in files.items()))
        path.write_bytes(gzip.compress(data) if kind == "tar.gz" else data)
    pages, issues = read_all(path)
    assert sorted(page.body for page in pages) == sorted([HTML, OTHER, SAVED["lamp_files/lamp.png"]])
    assert whats(issues) == ["page_parts"]
    assert "2" in issues[0].found + issues[0].where
