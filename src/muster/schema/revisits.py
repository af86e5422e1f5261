"""Which records of WARC files show again what others brought, and which others."""

from __future__ import annotations

from muster.schema.table import BOOL, INT, TEXT, TIME, Column, Table

_NAMES = (
    Column("by_record", TEXT, "the original's record id under the case's key, or null"),
    Column("by_visit", TEXT, "its address and time under the case's key, or null"),
    Column("by_payload", TEXT, "the digest that is stated of its payload under the case's key, or null"),
)

TABLES = (
    Table(
        "original",
        "a capture that a revisit of another file may refer to, by names that show nothing without the case's key",
        (
            Column("capture", TEXT, "`cap:` id"),
            Column("source", TEXT, "the source's path as the case file writes it"),
            Column("captured_at", TIME, "when the capture was made, UTC; null when nobody knows"),
            *_NAMES,
        ),
        key=("capture",),
    ),
    Table(
        "revisit",
        'a record that says "these bytes again" of none before it in its file',
        (
            Column("id", TEXT, "`rev:` id"),
            Column("source", TEXT, "the source's path as the case file writes it"),
            Column("file_digest", TEXT, "SHA-256 of the file that holds it"),
            Column("start", INT, "first byte of the record in that file"),
            Column("record_length", INT, "bytes of the record in that file"),
            Column("row", INT, "its number in a packed unit that holds several"),
            Column("inside", TEXT, "the way on from there in a zip, tar or packed file (sources.md), or empty"),
            *_NAMES,
            Column("issue", TEXT, "`iss:` id of the issue that it is where its original is nowhere"),
            Column("where", TEXT, "the issue's"),
            Column("lost_start", INT, "the issue's first byte"),
            Column("lost_end", INT, "the byte behind its last one"),
        ),
    ),
    Table(
        "revisit_original",
        "a revisit, and a capture of another place that was tried as its original",
        (
            Column("revisit", TEXT, "`rev:` id"),
            Column("original", TEXT, "`cap:` id of what was tried"),
            Column("fits", BOOL, "whether it has the bytes whose digest the revisit states"),
            Column("capture", TEXT, "`cap:` id of the page that the revisit saw again, or empty"),
        ),
        key=("revisit", "original"),
    ),
)
