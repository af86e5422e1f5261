"""A capture in the hand again: its bytes from the file that held it, as its row in `capture` says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muster.model import Capture, Locator, Page, digest
from muster.sources import Limits, fetch_body, row_again


def page_again(row: Mapping[str, Any], path: Path, limits: Limits) -> Page:
    """Return the capture of a row, read from the file at `path`; a row of a table comes with its cells."""
    locator = Locator(row["file_digest"], row["start"], row["record_length"], row["row"], row["inside"])
    if "; row" in row["media_type"]:
        found = row_again(locator, path, row["media_type"], row["source"], limits)
        if found is not None:
            return found
    body = fetch_body(locator, path, row["media_type"], limits)
    known = Capture("", row["source"], locator, digest(body), len(body), row["media_type"], "", None, "unknown")
    return Page(known, body)
