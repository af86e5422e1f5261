"""The readers of other archives: whatever the bytes are, they end, raise nothing, and every capture is found again."""

from __future__ import annotations

import gzip
import io
import json
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

from muster.model import digest
from muster.sources import Limits, fetch_body
from sources.sourcing import packed, read_all, response

ROOMS = ("muster.sources",)
LIMITS = Limits(max_body=1 << 18, max_line=1 << 16, max_files=500, max_unpacked=1 << 22, max_depth=3)

NAMES = ("a.zip", "a.tar", "a.tar.gz", "a.wacz", "a.mht", "a.json", "a.jsonl", "a.gz")
"""What a file is called, by the first byte of an input: where the bytes are damaged, the name says what it was."""

AGAIN = 20
"""Captures of an input that are fetched again by their places."""

_PAGE = b"<html><body>a page of the bazaar</body></html>"


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_STORED, link: str = "") -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name, (2014, 3, 1, 12, 0, 0))
            info.compress_type, info.create_system = method, 3
            info.external_attr = ((stat.S_IFLNK if name == link else stat.S_IFREG) | 0o644) << 16
            archive.writestr(info, body)
    return held.getvalue()


def _tar(form: int) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for name, kind, target in (
            ("2014-03-01/lamp.html", tarfile.REGTYPE, ""),
            ("2014-03-01/lamp_files/frame.html", tarfile.REGTYPE, ""),
            ("2014-04-01/lamp.html", tarfile.LNKTYPE, "2014-03-01/lamp.html"),
            ("2014-05-01/" + "x" * 120 + ".html", tarfile.SYMTYPE, "../2014-03-01/lamp.html"),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            info.size = len(_PAGE) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(_PAGE) if info.size else None)
    return held.getvalue()


_ROWS = [{"title": f"a lamp {n}", "price": n, "of": {"n": [n, None]}} for n in range(4)]
_MHTML = (
    b"From: <Saved by Blink>\r\nDate: Sat, 1 Mar 2014 12:00:00 -0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; type="text/html"; boundary="--b--"\r\n\r\n----b--\r\nContent-Type: text/html\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: http://bazaar.example/item/1\r\n\r\n"
    + _PAGE.replace(b"=", b"=3D")
    + b"\r\n----b--\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n"
    + b"----b----\r\n"
)
_WACZ = {
    "archive/data.warc.gz": packed(response(_PAGE)),
    "indexes/index.cdx": b"example,bazaar)/item/1 20140301120000 {}\n",
    "datapackage.json": json.dumps({"profile": "data-package", "wacz_version": "1.1.1", "resources": [
        {"path": "archive/data.warc.gz", "hash": "sha256:00"}]}).encode(),
}  # fmt: skip

_BOX = _zip(
    {"2014-03-01/a.html": _PAGE, "b.html": b"2014-03-01/a.html", "in.zip": _zip({"c.html": _PAGE})}, link="b.html"
)
SEEDS = (
    b"\0" + _BOX,
    b"\0" + _zip({"a.html": _PAGE, "a_files/b.html": _PAGE, "c.csv": b"a,b\n1,2\n"}, zipfile.ZIP_DEFLATED),
    b"\1" + _tar(tarfile.GNU_FORMAT),
    b"\1" + _tar(tarfile.PAX_FORMAT),
    b"\2" + gzip.compress(_tar(tarfile.GNU_FORMAT), mtime=0),
    b"\3" + _zip(_WACZ),
    b"\4" + _MHTML,
    b"\5" + json.dumps(_ROWS).encode(),
    b"\5" + json.dumps({"n": 4, "items": _ROWS}, indent=1).encode(),
    b"\6" + b"\n".join(json.dumps(row).encode() for row in _ROWS),
    b"\7" + gzip.compress(_PAGE, mtime=0),
)


def one(data: bytes) -> None:
    """Read the bytes as a file of some name, and every capture once more by its place."""
    if not data:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAMES[data[0] % len(NAMES)]
        path.write_bytes(data[1:])
        pages, issues = read_all(path, LIMITS)
        for page in pages[:AGAIN]:
            capture = page.capture
            assert digest(fetch_body(capture.locator, path, capture.media_type, LIMITS)) == capture.digest
        size = len(data) - 1
        for issue in issues:
            assert issue.start is None or issue.end is None or 0 <= issue.start <= issue.end <= max(size, 1), issue
