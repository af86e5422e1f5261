"""Character sets that lie: what a page says of its own is heard, and believed only where its bytes agree."""

from __future__ import annotations

import pytest

from muster.profiles.html import document

LAMP, NEW = "Lampe für 20 £, geprüft", "Латунная лампа, новая и целая"


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        (LAMP, "cp1252", "windows-1252"),
        (LAMP, "cp1252", "utf-8"),
        (LAMP, "utf-8", "iso-8859-1"),
        (LAMP, "utf-8", "shift_jis"),
        (LAMP, "utf-8", "no-such-set"),
        ("Lampe für 20 € “wie neu”", "cp1252", "iso-8859-1"),
        (NEW, "cp1251", "windows-1251"),
        (NEW, "cp1251", "utf-8"),
        (NEW, "koi8-r", "koi8-r"),
        (NEW, "utf-8", "windows-1251"),
        ("黄铜灯, 全新", "gbk", "gbk"),
        ("真鍮のランプ", "shift_jis", "shift_jis"),
    ],
)
def test_the_text_is_that_which_was_written(text: str, written: str, said: str) -> None:
    page = (
        f'<html><head><meta charset="{said}"></head><body><h1>'.encode() + text.encode(written) + b"</h1></body></html>"
    )
    found = document(page)
    assert not isinstance(found, str)
    heading = found.tree.css_first("h1")
    assert heading is not None
    assert heading.text() == text
    assert not found.damaged
