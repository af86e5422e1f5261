"""What a file or a body is, by its first bytes: content first, the suffix only where content leaves it open."""

from __future__ import annotations

import re

from muster.sources.packing import DICTIONARY
from muster.sources.record_head import is_record_start
from muster.sources.shard import Format

HEAD = 4096
"""Bytes looked at."""

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\x04\x22\x4d\x18", "application/x-lz4"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"filedesc://", "application/x-arc"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
)
_ARCHIVES = frozenset(f"application/{name}" for name in ("zip", "x-tar", "gzip", "zstd", "x-lz4", "x-bzip2", "x-xz"))
ARCHIVE_NAME = re.compile(r"\.(?:zip|wacz|maff|tar|tgz|txz|tzst|tbz2?|tar\.(?:gz|xz|zst|lz4|bz2))$", re.IGNORECASE)
_ZIPPED = (".docx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".apk", ".xpi", ".whl")
"""Suffixes of zip files that are one document or program."""

_PACKED = {
    "application/x-7z-compressed": "a 7z file",
    "application/vnd.rar": "a RAR file",
    "application/x-arc": "an ARC file",
    "application/vnd.sqlite3": "a SQLite file",
}
_WARC_NAME = re.compile(r"\.w?arc(?:\.(?:gz|zst|lz4|xz|bz2))?(?:\.(?:bad|part|tmp|open))?$", re.IGNORECASE)
_WORKBOOKS = (".xlsx", ".xlsm")
_PAGES = frozenset(("", ".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".jsp", ".txt"))
_TABLES: dict[str, Format] = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
_CHAT = re.compile(rb'"(?:messages|chats)"\s{0,20}:\s{0,20}[\[{]|"about"\s{0,20}:\s{0,20}"[^"]{0,400}Telegram')
"""What the beginning of a chat export holds."""

_OBJECTS = re.compile(rb"\[\s{0,20}\{")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|table)[\s>]", re.IGNORECASE)


def suffix_of(name: str) -> str:
    """Return a name's suffix with its dot, lower case; "" without one. A path object for each page would cost more.

    >>> suffix_of("2014-03-01/Item.HTML"), suffix_of("a.d/item"), suffix_of(".html")
    ('.html', '', '')
    """
    stem, dot, end = name.rpartition("/")[2].rpartition(".")
    return f".{end.lower()}" if dot and stem and end else ""


def media_type_of(body: bytes, name: str = "") -> str:
    """Return the media type that the first bytes show: HTML, plain text, an image, or bytes that are no text.

    >>> media_type_of(b"<!DOCTYPE html><title>x</title>"), media_type_of(b"hello"), media_type_of(bytes(range(32)))
    ('text/html', 'text/plain', 'application/octet-stream')
    """
    head = body[:HEAD]
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[257:262] == b"ustar":
        return "application/x-tar"
    if not _is_text(head):
        return "application/octet-stream"
    suffix = suffix_of(name)
    return "text/html" if _HTML.search(head) or suffix in (".html", ".htm", ".xhtml") else "text/plain"


def format_of(head: bytes, inside: bytes, name: str) -> tuple[Format | None, str]:
    """Return how a file is read, by its first bytes and then by its suffix; or None, and what it is instead.

    inside: the first bytes of what it holds, where it is packed.

    >>> format_of(b"a,b", b"", "a.csv"), format_of(b"PK..", b"", "a.html")
    (('csv', ''), ('page', ''))
    >>> format_of(b"body { color: red }", b"", "style.css")
    (None, 'a file of another sort, .css')
    """
    if is_record_start(head) or is_record_start(inside) or head.startswith(DICTIONARY):
        return "warc", ""
    if _WARC_NAME.search(name) and not media_type_of(head).startswith(("image/", "application/zip")):
        return "warc", ""  # its beginning is damaged: what is behind it is looked for
    if head.startswith(b"PAR1"):
        return "parquet", ""
    suffix = suffix_of(name)
    media_type = media_type_of(head, name)
    if is_mhtml(head):
        return "mhtml", ""
    if media_type == "application/zip" and (
        suffix in _WORKBOOKS or (b"[Content_Types].xml" in head and b"xl/" in head)
    ):
        return "xlsx", ""
    if media_type.startswith("image/"):
        return "picture", ""
    if suffix == ".json" and _CHAT.search(head):
        return "chat", ""
    if media_type in _ARCHIVES or ARCHIVE_NAME.search(name):
        return (None, "an office file or a program") if suffix in _ZIPPED else ("archive", "")
    if media_type in _PACKED:
        return None, _PACKED[media_type]
    if suffix == ".json" and not _is_lines(head):
        return "json", ""
    if suffix in _TABLES:
        return _TABLES[suffix], ""
    if suffix in _PAGES or (media_type == "text/html" and suffix not in (".css", ".js", ".svg", ".xml")):
        return "page", ""
    return None, "a file of another sort" + (f", {suffix}" if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else "")


def is_mhtml(head: bytes) -> bool:
    r"""Say whether a file begins as MHTML does.

    >>> is_mhtml(b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="x"')
    True
    """
    if b"multipart/related" not in head.lower():
        return False
    before = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0].lower()
    return b"mime-version:" in before and b"content-type: multipart/related" in before and b"<html" not in before


def _is_lines(head: bytes) -> bool:
    """Say whether a file named .json holds an object a line; one long object around a list of others is none."""
    first, _, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    first, rest = first.strip(), rest.strip()
    if not first.startswith(b"{"):
        return False
    around = _OBJECTS.search(first) is not None
    if first.endswith(b"}") and len(first) > 1:
        return rest.startswith(b"{") or not around
    return len(first) >= HEAD - 8 and not around


_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x1b")
"""Bytes that no text holds many of."""


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls * 50 <= len(head)
