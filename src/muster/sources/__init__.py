"""Bytes → captures: folders of saved pages, WARC, CSV, JSON lines and Parquet. docs/sources.md is its page."""

from muster.sources.folder import file_digest, find_files
from muster.sources.reading import fetch_body, read, row_again
from muster.sources.shard import Limits, Shard, SourceFile, shards

__all__ = ["Limits", "Shard", "SourceFile", "fetch_body", "file_digest", "find_files", "read", "row_again", "shards"]
