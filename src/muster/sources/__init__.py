"""Bytes → captures: folders of saved pages, WARC, CSV, JSON lines and Parquet. docs/sources.md is its page."""

from muster.sources.elsewhere import Wanted, read_elsewhere
from muster.sources.folder import file_digest, find_files
from muster.sources.reading import fetch_body, read, row_again
from muster.sources.revisit import Sought
from muster.sources.shard import Limits, Shard, SourceFile, shards

__all__ = [
    "Limits", "Shard", "Sought", "SourceFile", "Wanted", "fetch_body", "file_digest", "find_files", "read",
    "read_elsewhere", "row_again", "shards",
]  # fmt: skip
