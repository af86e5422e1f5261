"""Where a text stands in the bytes of its page, whatever white space and charset the page has."""

from __future__ import annotations

import pytest

from muster.profiles.spans import Finder


def test_a_run_of_spaces_is_found_where_the_page_has_as_many_and_other_ones() -> None:
    body = b"<p>tin\n\t  whistle</p>"
    assert Finder(body).find("tin   whistle") == (3, 17)
    assert Finder(body).find("tin     whistle") is None


def test_a_text_that_is_nowhere_ends_however_many_spaces_it_has() -> None:
    spaces = " " * 500
    assert Finder(b"tin" + b"\n" * 100_000 + b"drum").find(f"tin{spaces}whistle{spaces}x") is None


@pytest.mark.parametrize("charset", ["utf_16", "utf_16_le", "cp037"])
def test_a_charset_that_writes_ascii_otherwise_gives_no_place_rather_than_a_wrong_one(charset: str) -> None:
    body = "tin & whistle".encode(charset)
    assert Finder(body, charset).find("tin  & whistle") is None
