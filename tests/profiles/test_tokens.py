"""Tokens stand where identifiers stood, and the text around them is as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.profiles import Tokens

KEYED = Tokens(b"k" * 32)


def test_one_handle_has_one_token_in_a_case_and_another_in_another() -> None:
    assert KEYED.token("vendor", "Tin.Whistle") == KEYED.token("vendor", " tin.whistle ")
    assert KEYED.token("vendor", "tin.whistle") != Tokens(b"j" * 32).token("vendor", "tin.whistle")
    assert KEYED.token("vendor", "tin.whistle") != KEYED.token("buyer", "tin.whistle")


def test_outside_a_case_a_token_is_bare() -> None:
    assert Tokens(None).token("vendor", "tin.whistle") == "‹vendor›"


@pytest.mark.parametrize(
    ("text", "seller", "expected"),
    [
        ("Ask tinwhistle first", "tinwhistle", "Ask ‹vendor› first"),
        ("TINWHISTLE's best", "tinwhistle", "‹vendor›'s best"),
        ("t1nwh1stle is back", "tinwhistle", "‹vendor› is back"),
        ("tin-whistle and tin whistle", "tin_whistle", "‹vendor› and ‹vendor›"),
        ("a whistle of tin", "tin_whistle", "a whistle of tin"),
        ("tinwhistles are toys", "tinwhistle", "tinwhistles are toys"),
    ],
)
def test_the_sellers_own_handle_goes_and_other_words_stay(text: str, seller: str, expected: str) -> None:
    assert Tokens(None).redact(text, [seller]).text == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Custom listing for harbourmaster9", "Custom listing for ‹buyer›"),
        ("Reserved order for @marl_pit only", "Reserved order for ‹messenger› only"),
        ("Custom listing for Glock 19 gen 4 for cinderpath", "Custom listing for Glock 19 gen 4 for ‹buyer›"),
        ("For marl_pit: two boxes", "For ‹buyer›: two boxes"),
        ("The long road by cinderpath", "The long road by ‹buyer›"),
        ("Holster for Glock 19", "Holster for Glock 19"),
        ("100 rounds for 50 USD", "100 rounds for 50 USD"),
    ],
)
def test_buyers_named_in_titles_go(title: str, expected: str) -> None:
    assert Tokens(None).redact(title, title=True).text == expected


def test_folded_spellings_link_without_showing_either() -> None:
    assert set(KEYED.fold_tokens("Tin_Whistle7")) & set(KEYED.fold_tokens("t1nwh1stle"))
    assert not set(KEYED.fold_tokens("tinwhistle")) & set(KEYED.fold_tokens("copperkettle"))


@given(
    st.text(max_size=80),
    st.sampled_from(["", " tin@post.example ", " +1 202 555 0143 ", " @tin_whistle "]),
    st.text(max_size=80),
)
def test_pieces_cover_both_texts_in_order(before: str, contact: str, after: str) -> None:
    raw = before + contact + after
    redacted = KEYED.redact(raw, ["tinwhistle"], title=True)
    at = raw_at = 0
    for start, end, raw_start, raw_end in redacted.pieces:
        assert (start, raw_start) == (at, raw_at)
        piece, original = redacted.text[start:end], raw[raw_start:raw_end]
        assert piece == original or piece.startswith("‹")
        at, raw_at = end, raw_end
    assert (at, raw_at) == (len(redacted.text), len(raw))


@given(st.text(max_size=300))
def test_a_text_without_contacts_is_not_changed_twice(text: str) -> None:
    once = KEYED.redact(text).text
    assert KEYED.redact(once).text == once
