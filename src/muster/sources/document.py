"""Read one JSON document, however long: each object of its lists is a capture with its own bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from muster.model import Issue, Page
from muster.sources.capture import Origin
from muster.sources.json_objects import BrokenJson, JsonObject, json_objects
from muster.sources.shard import Limits, Shard

DOCUMENT_ROW = "application/json; row"

_DO = {
    "bad_json": "what stands here is no JSON object",
    "broken_json": "what stands before it was read; find a whole copy of the file",
    "line_too_long": "raise max_line in [limits] of case.toml",
    "not_text": "bytes that are no UTF-8 stand as U+FFFD",
    "no_rows": "it holds no list of objects: export the table as a list of records, as CSV or as JSON lines",
}


def document_starts(handle: BinaryIO, limits: Limits) -> Iterator[tuple[int, int]]:
    """Yield the number of each object of the document's lists, and the byte at which it begins, up to a break."""
    try:
        yield from ((number, found.start) for number, found in enumerate(_objects(handle, limits, 0)))
    except BrokenJson:
        return  # reading it tells where


def read_document(origin: Origin, shard: Shard, limits: Limits) -> Iterator[Page | Issue]:
    """Yield a page for each object that the shard covers; members that nest stay JSON text.

    The objects are those of the outermost lists, in the order of the document, numbered through; one that stands
    inside another is a member of that one. What is around the lists is not read.
    """
    file, none = origin.file, shard.first == 0
    first = shard.first if shard.offset else 0
    end = None if shard.count is None else shard.first + shard.count
    with file.open() as handle:
        try:
            for number, found in enumerate(_objects(handle, limits, shard.offset), first):
                if end is not None and number >= end:
                    return
                none = False
                if number >= shard.first:
                    yield from _object(origin, found, number)
        except BrokenJson as error:
            yield file.issue("broken_json", f"byte {error.at}", found=error, do=_DO["broken_json"])
            none = False
    if none:
        yield file.issue("no_rows", "", do=_DO["no_rows"])


def cells_of_json(data: bytes) -> dict[str, str]:
    """Return the members of a JSON object as text: strings as they are, `null` left out, all else as it is written.

    Raises ValueError or RecursionError where it is no object.

    >>> cells_of_json(b'{"title": "pen", "price": 1.10, "tags": ["x"], "sold": null}')
    {'title': 'pen', 'price': '1.10', 'tags': '["x"]'}
    """
    members = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    cells: dict[str, str] = {}
    for name, raw in members.items():
        value = bytes(raw)
        if value.startswith(b'"'):
            cells[name] = msgspec.json.decode(value, type=str)
        elif value != b"null":
            cells[name] = value.decode()
    return cells


def _objects(handle: BinaryIO, limits: Limits, start: int) -> Iterator[JsonObject]:
    return json_objects(handle, None, limits.max_line, start)


def _object(origin: Origin, found: JsonObject, number: int) -> Iterator[Page | Issue]:
    file, where = origin.file, f"row {number}, bytes {found.start}–{found.start + found.length}"
    if found.data is None:
        yield file.issue("line_too_long", where, found=f"{found.length} bytes", do=_DO["line_too_long"])
        return
    text = found.data.decode("utf-8", "replace")
    try:
        cells = cells_of_json(text.encode())
    except (ValueError, RecursionError) as error:
        said = "nested too deeply" if isinstance(error, RecursionError) else "no JSON object"
        yield file.issue("bad_json", where, found=said, do=_DO["bad_json"])
        return
    page = origin.page(found.data, DOCUMENT_ROW, start=found.start, length=found.length, row=number, cells=cells)
    yield page
    if text.encode() != found.data:
        yield file.issue("not_text", where, do=_DO["not_text"], capture=page.capture.id)
