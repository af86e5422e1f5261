"""A capture in the hand again: its bytes from the file that held it, as its row in `capture` says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muster.model import Capture, Locator, Page, digest
from muster.sources import Limits, Shard, fetch_body, find_files, read


def page_again(row: Mapping[str, Any], path: Path, limits: Limits) -> Page:
    """Return the capture of a row, read from the file at `path`; a row of a table comes with its cells."""
    locator = Locator(row["file_digest"], row["start"], row["record_length"], row["row"], row["inside"])
    if "; row" in row["media_type"]:
        files = find_files(row["source"], path, limits, lambda _: row["file_digest"])[0]
        found = next(
            iter(read(Shard(row["source"], files[0].format, tuple(files), row["row"], 1, row["start"]), None, limits))
        )
        if isinstance(found, Page):
            return found
    body = fetch_body(locator, path, row["media_type"], limits)
    known = Capture("", row["source"], locator, digest(body), len(body), row["media_type"], "", None, "unknown")
    return Page(known, body)
