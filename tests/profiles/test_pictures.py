"""Pictures of a page: by the digest of their bytes where the page holds them, else by a token of their address."""

from __future__ import annotations

import base64
import hashlib

import pytest

from muster.profiles.html import Document, document
from muster.profiles.pictures import read_pictures

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
