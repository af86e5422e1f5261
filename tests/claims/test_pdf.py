"""Articles in PDF: read in a process of its own, with limits; what cannot be read is said in one message."""

from __future__ import annotations

import contextlib
import re
import time
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.claims import article, pdf, read
from muster.errors import ClaimError

STORY = [
    "Police seized 14 pistols in the port, and more than 500 mis-",
    "siles were on sale on Bazaar, said Ada Lumley on Thursday.",
    "Two thirds of them were never found.",
    "",
    "7",
]


def pdf_of(lines: list[str], *, stream: bytes | None = None) -> bytes:
    """Return a PDF of one page with lines of text, written by hand."""
    shown = b" T* ".join(b"(" + line.encode("cp1252") + b") Tj" for line in lines)
    body = stream if stream is not None else zlib.compress(b"BT /F1 12 Tf 14 TL 72 720 Td " + shown + b" ET")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(body), body),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body_ in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body_)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(out),
    )  # fmt: skip


def test_a_pdf_is_read_as_its_paragraphs() -> None:
    found = article(pdf_of(STORY), published=date(2014, 4, 10))
    assert found.text == (
        "Police seized 14 pistols in the port, and more than 500 missiles were on sale on Bazaar, said Ada Lumley on "
        "Thursday. Two thirds of them were never found."
    )
    assert [(c.value, c.unit) for c in read(found) if c.value][:2] == [(14.0, "weapons"), (500.0, "missiles")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (pdf_of([""]), "only pictures"),
        (b"%PDF-1.7\nnot one at all", "broken"),
        (pdf_of(STORY)[:200], "broken|only pictures"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_refused_with_its_reason(data: bytes, said: str) -> None:
    with pytest.raises(ClaimError, match="PDF") as caught:
        article(data, name="story.pdf", language="en")
    assert caught.value.do
    assert re.search(said, caught.value.found)


def test_a_page_that_unpacks_without_end_costs_its_limit_and_no_more() -> None:
    packer = zlib.compressobj(9)
    parts = [packer.compress(b" " * 10_000_000) for _ in range(15)]
    start = time.monotonic()
    with pytest.raises(ClaimError, match="PDF"):
        article(pdf_of([], stream=b"".join([*parts, packer.flush()])), name="bomb.pdf", language="en")
    assert time.monotonic() - start < pdf.SECONDS + 15


@settings(max_examples=4, deadline=None)
@given(st.integers(10, 500), st.binary(min_size=1, max_size=40))
def test_a_damaged_pdf_is_read_or_refused(at: int, noise: bytes) -> None:
    whole = pdf_of(STORY)
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    with contextlib.suppress(ClaimError):
        assert article(damaged, name="story.pdf", language="en").text
