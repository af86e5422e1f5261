"""Read MHTML, the one file into which a browser saves a page with its pictures: each page and picture is a capture.

Format: RFC 2557, as Chromium and the old Internet Explorer and Opera write it. The parts are undone by Python's email.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.errors import MultipartInvariantViolationDefect, StartBoundaryNotFoundDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.http_payload import plain_media_type
from muster.sources.media import media_type_of
from muster.sources.shard import Limits
from muster.sources.times import time_of_mail

_PAGES = ("text/html", "application/xhtml+xml")
_MOST_PARTS = 10_000
_CUT = (MultipartInvariantViolationDefect, StartBoundaryNotFoundDefect)


def read_mhtml(origin: Origin, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for the page that was saved, for those framed in it, and for every picture; styles are counted.

    Its time is the day that the browser wrote into the file. A part's place is the file and the part's number.
    """
    file = origin.file
    if file.size > limits.max_body:
        do = "raise max_body in [limits] of case.toml"
        yield file.issue("too_large", bytes_at=(0, file.size), found=f"{file.size} bytes", do=do)
        return
    with file.open() as handle:
        data = handle.read(file.size + 1)
    parts = _parts(data)
    if not parts:
        yield file.issue("broken_file", "", found="no part that can be read", do="save the page again")
        return
    recorded = time_of_mail(str(parts[0].get("Date", "")))
    if recorded is None and parts[0].get("Date"):
        yield file.issue("bad_time", "", found="Date", do="the file's time is no date")
    others = 0
    for number, part in enumerate(parts):
        if part.is_multipart():
            continue
        kind = plain_media_type(part.get_content_type())
        body = _body(part)
        if not (kind in _PAGES or kind.startswith("image/")) or not body:
            others += 1
            continue
        seen = media_type_of(body)
        media_type = seen if kind.startswith("image/") and seen.startswith("image/") else kind
        address = str(part.get("Content-Location", "") or "").strip()
        yield origin.page(
            body, media_type, start=0, length=file.size, row=number, address=address, recorded=recorded
        )  # fmt: skip
    if others:
        do = "styles, scripts and empty parts of the saved page: they hold nothing that a profile reads"
        yield file.issue("page_parts", "", found=f"{others} parts", do=do)
    if _cut(parts, data):
        yield file.issue("broken_file", "", found="the file ends early", do="what came is kept; save the page again")
    yield from origin.time_issues(recorded, "", "")


def part_body(data: bytes, number: int) -> bytes | None:
    """Return the bytes of one part as `read_mhtml` gave them, or None where there is no such part."""
    parts = _parts(data)
    return _body(parts[number]) if number < len(parts) else None


def _parts(data: bytes) -> list[Message]:
    """Return the whole and its parts in their order; the first is the whole."""
    try:
        whole = BytesParser(policy=compat32).parsebytes(data)
        found = []
        for part in whole.walk():
            found.append(part)
            if len(found) > _MOST_PARTS:
                break
    except RecursionError:
        return []
    return found if len(found) > 1 else []


def _body(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _cut(parts: list[Message], data: bytes) -> bool:
    boundary = parts[0].get_boundary()
    closed = boundary is not None and f"--{boundary}--".encode("ascii", "replace") in data
    return not closed or any(isinstance(defect, _CUT) for defect in parts[0].defects)
