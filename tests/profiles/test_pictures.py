"""Pictures of a page: by the digest of their bytes where the page holds them, else by a token of their address."""

from __future__ import annotations

import base64
import binascii
import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muster.profiles.html import Document, document
from muster.profiles.pictures import decoded, read_pictures

LARGE, SMALL, OTHER = (bytes([n]) * size for n, size in ((1, 4000), (2, 30), (3, 9000)))


def _page(*addresses: str) -> Document:
    found = document("".join(f"<p><img src='{address}'></p>" for address in addresses).encode())
    assert isinstance(found, Document)
    return found


def _data(picture: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(picture).decode()


def _read(page: Document) -> list[str]:
    return read_pictures(page.tree.css("img"), "src", page).text.split("\n")


def test_a_picture_inside_a_page_has_the_digest_of_its_bytes() -> None:
    found = _read(_page(_data(LARGE), _data(SMALL), _data(OTHER), _data(LARGE)))
    assert found == [f"sha256:{hashlib.sha256(p).hexdigest()}" for p in (LARGE, SMALL, OTHER, LARGE)]


def test_a_picture_elsewhere_has_the_address_that_the_page_names() -> None:
    assert _read(_page("uploads/ab.png", _data(LARGE), "/image/7")) == [
        "uploads/ab.png", f"sha256:{hashlib.sha256(LARGE).hexdigest()}", "/image/7",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address", ["", "data:image/png,plain", "data:;base64,#0", "data:;base64,#٣", "data:;base64,A"]
)
def test_what_is_no_picture_has_none(address: str) -> None:
    assert _read(_page(address)) == [""]


@given(st.binary().map(base64.b64encode) | st.text("Aa9+/=\n -_").map(str.encode) | st.binary())
@example(b"QUJD\nREVG")
@example(b"QQ==QQ==")
@example(b"QR==")
def test_a_picture_is_decoded_as_the_standard_library_does(data: bytes) -> None:
    try:
        known = base64.b64decode(data)
    except (binascii.Error, ValueError):
        known = b""
    assert decoded(data) == known
