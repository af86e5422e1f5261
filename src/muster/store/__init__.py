"""Tables on disk and SQL over them: Parquet files that are equal bytes for equal rows, and DuckDB to ask them."""

from muster.store.query import BODY_SQL, Database, connect, open_tables, over, refused
from muster.store.tables import (
    FileSet,
    Writer,
    file_digests,
    fill,
    labels,
    read_rows,
    whole_folder,
    write_tables,
    writing,
)

__all__ = [
    "BODY_SQL", "Database", "FileSet", "Writer", "connect", "file_digests", "fill", "labels", "open_tables", "over",
    "read_rows", "refused", "whole_folder", "write_tables", "writing",
]  # fmt: skip
