"""Folding keeps the way back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.recognise.evasion import recover, vocabulary
from muster.recognise.fold import fold, key

KNOWN = vocabulary(["glock", "pistol", "beretta", "ammo", "hagelgevar"])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Glock-19", " glock 19 "),
        ("GLOCK19", " glock 19 "),
        ("Smith & Wesson", " smith wesson "),
        ("7,62x39mm", " 7 62 x 39 mm "),
        ("Büchse Straße", " buchse strasse "),
        ("Пистолет", " pistolet "),
        ("Gl\u043e\u0441k", " glock "),
        ("\uff27\uff2c\uff2f\uff23\uff2b", " glock "),
        ("gl\u200bock", " glock "),
        ("12 \ufffd 70", " 12 70 "),
        ("\ufffd\u0583SMOKE\ufffd\u0583", " smoke "),
        ("\u202eglock", " glock "),
        ("", " "),
        ("\U0001f52b\u2605", " "),
    ],
)
def test_text_is_folded_to_plain_tokens(text: str, line: str) -> None:
    assert fold(text).line == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("GL0CK 19", " glock 19 "),
        ("GLO*CK", " glock "),
        ("GL*CK", " glock "),
        ("GL\U0001f52bOCK 19", " glock 19 "),
        ("GLO\ufffdCK", " glock "),
        ("G L O C K 17", " glock 17 "),
        ("g.l.o.c.k", " glock "),
        ("P!STOL", " pistol "),
        ("b3retta", " beretta "),
        ("@mmo", " ammo "),
        ("Hagelgev\ufffd_r", " hagelgevar "),
    ],
)
def test_disguised_words_are_read_through(text: str, line: str) -> None:
    assert recover(fold(text), KNOWN).line == line


@pytest.mark.parametrize("text", ["glock", "i7 4790", "10.5 mg", "e-book", "b0tt1e", "block-chain"])
def test_other_words_are_left_alone(text: str) -> None:
    plain = fold(text)
    assert recover(plain, KNOWN) is plain


@given(st.text(max_size=80))
def test_every_token_lies_inside_the_text_in_order(text: str) -> None:
    folded = recover(fold(text), KNOWN)
    spans = [folded.span(n, n) for n in range(len(folded.tokens))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@given(st.text(max_size=80))
def test_the_text_at_a_token_folds_to_that_token(text: str) -> None:
    folded = fold(text)
    for n, token in enumerate(folded.tokens):
        start, end = folded.span(n, n)
        assert token.text in key(text[start:end]) or _inside_a_mixed_word(text, start, end)


def _inside_a_mixed_word(text: str, start: int, end: int) -> bool:
    """A letter's reading depends on the letters around it: cut out of its word it may read otherwise."""
    return (start > 0 and not text[start - 1].isspace()) or (end < len(text) and not text[end].isspace())


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).line
    assert fold(once).line == once
