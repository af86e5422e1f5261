"""The Markdown holds the same facts, and no text from strangers becomes markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.report import ReportData, build
from muster.report.inert import plain

Make = Callable[..., ReportData]

ACTIVE = set("\\`*_[]{}()|~#!@:$^=+-<>")


def bare(text: str) -> str:
    """Return what of escaped text a Markdown reader could still take for markup."""
    return re.sub(r"\\[!-/:-@\[-`{-~]|&(?:lt|gt|amp);", "", text)


@given(st.text())
def test_escaped_text_holds_no_active_character(text: str) -> None:
    found = plain(text)
    assert "\n" not in found
    assert not ACTIVE & set(bare(found))
    assert "www." not in found.lower()
    assert not re.match(r"\d+[.)]", found)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_escaped_text_says_what_it_said(text: str) -> None:
    found = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain(text))
    said = found.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert said == " ".join(text.split())


def test_claims_verdicts_and_numbers_are_in_it(make_data: Make) -> None:
    text = build(make_data())["report.md"].decode()
    for said in (
        "#### 3. ✗ Contradicted", "> Thousands of weapon systems sent by allies can be found there",
        "- **Missing:** serial numbers read from pictures", "muster why vrd\\:many", "95% interval 19–28",
        "## What was not understood", "2014", "Digest of the text",
    ):  # fmt: skip
        assert said in text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "![x](javascript:a)", "a | b", "# one", "- two", "`x`"])
def test_hostile_text_is_inert(make_data: Make, text: str) -> None:
    quiet = build(make_data(title="quiet"))["report.md"].decode()
    loud = build(make_data(title=text))["report.md"].decode()
    assert loud == quiet.replace("quiet", plain(text))


@pytest.mark.slow
def test_no_string_of_the_hostile_sets_is_active(shared: Path) -> None:
    folder = shared / "data" / "hostile"
    strings = json.loads((folder / "naughty-strings.json").read_text("utf-8"))
    strings += (folder / "xss.txt").read_text("utf-8", "surrogateescape").splitlines()
    assert not [s for s in strings if ACTIVE & set(bare(plain(s)))]
