"""Every sentence of an article is a claim, or is named as none with the reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.claims import Article, article, read
from muster.claims.sentences import paragraphs, sentences
from muster.claims.silence import silences
from muster.model import digest


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Photo: A. Quill", "a caption, byline, source or notice"),
        ("Write to 12 Mill Lane, e-mail us there.", "an address or a notice"),
        ("And now?", "a question that asserts nothing"),
        ("Of Guns", "a heading"),
        ("Thursday, 10 April 2014", "a date line"),
        ("None came.", "too few words"),
    ],
)
def test_what_is_no_claim_is_named(sentence: str, why: str) -> None:
    text = Article(f"They sell 14 pistols.\n{sentence}\n", "en", "", None, digest(sentence.encode()))
    assert [(s.quote, s.why) for s in silences(text, read(text))] == [(sentence, why)]


def test_each_sentence_of_the_french_article_is_a_claim_or_named_as_none(shared: Path) -> None:
    data = (shared / "data/articles/fr-2022-06-09-darknet-ukraine.txt").read_bytes()
    text = article(data, published=date(2022, 6, 9))
    claims = read(text)
    named = silences(text, claims)
    covered = [(c.start, c.end) for c in claims] + [(s.start, s.end) for s in named]
    everything = [s for p in paragraphs(text.text) for s in sentences(text.text, p, ())]
    assert all(any(a < s.end and b > s.start for a, b in covered) for s in everything)
    assert {s.why for s in named} <= {"a heading", "a date line", "a caption, byline, source or notice"}
    assert len(named) <= 6


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["They sell 14 pistols.", "Photo: me", "Why?", "It is so.", "x", "«", "1."]), max_size=8)
)
def test_claims_and_silences_cover_every_sentence(lines: list[str]) -> None:
    whole = "\n".join(lines)
    text = Article(whole, "en", "", None, digest(whole.encode()))
    claims = read(text)
    covered = [(c.start, c.end) for c in claims] + [(s.start, s.end) for s in silences(text, claims)]
    for paragraph in paragraphs(whole):
        for span in sentences(whole, paragraph, ()):
            assert any(a < span.end and b > span.start for a, b in covered)
