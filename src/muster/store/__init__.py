"""Tables on disk and SQL over them: Parquet files that are equal bytes for equal rows, and DuckDB to ask them."""

from muster.store.query import Database, connect
from muster.store.tables import FileSet, file_digests, fill, read_rows, whole_folder, write_tables

__all__ = ["Database", "FileSet", "connect", "file_digests", "fill", "read_rows", "whole_folder", "write_tables"]
