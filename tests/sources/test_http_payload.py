"""Payloads of HTTP responses, at their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.sources.http_payload import payload_of


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"HTTP/1.1 404", 404),
        (b"HTTP/1.0 302 Found", 302),
        (b"HTTP/2 200", 200),
        (b"HTTP/1.1 99999 x", None),
        (b"HTTP/1.1 abc", None),
        (b"HTTP/1.1", None),
    ],
)
def test_a_status_is_three_digits_or_none(line: bytes, status: int | None) -> None:
    assert payload_of(line + b"\r\nA: b\r\n\r\nx", 9).status == status


def test_headers_may_end_in_bare_line_feeds() -> None:
    assert payload_of(b"HTTP/1.1 200 OK\nContent-Type: text/plain\n\nhello", 9).body == b"hello"


@given(st.binary(max_size=200), st.sampled_from([b"", b"gzip", b"br", b"deflate", b"gzip, br", b"odd"]))
def test_no_payload_raises_or_outgrows_its_bound(block: bytes, encoding: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: " + encoding + b"\r\n\r\n"
    for data in (block, head + block, head.replace(b"chunked", b"") + block):
        assert len(payload_of(data, 50).body) <= 50
