"""Declarations: what they may say, and how the rest is refused."""

from __future__ import annotations

import pytest

from muster.errors import ProfileError
from muster.profiles import known, load
from muster.profiles.profile import parse_profile

GOOD = """
title: Stall
description: One page.
market: stall
marks: { css: body }
pages:
  listing:
    rows:
      - table: listing_seen
        fields:
          title: { css: h1 }
"""


@pytest.mark.parametrize("name", known())
def test_every_shipped_profile_is_sound(name: str) -> None:
    profile = load(name)
    assert profile.name == name
    assert profile.title
    assert profile.sources


@pytest.mark.parametrize(
    ("text", "what", "found"),
    [
        (GOOD.replace("market:", "markett:"), "unknown key", "markett"),
        (GOOD.replace("title: { css: h1 }", "titel: { css: h1 }"), "unknown field", "titel"),
        (GOOD.replace("css: h1", "ccs: h1"), "the profile says what it cannot", "ccs"),
        (GOOD.replace("css: h1", "css: h1, pattern: '('"), "not a pattern", "("),
        (GOOD.replace("listing_seen", "listings"), "the profile says what it cannot", "listings"),
        ("title: [", "the profile is not YAML", "expected"),
        ("", "the profile is empty", ""),
    ],
)
def test_what_a_profile_cannot_say_is_refused(text: str, what: str, found: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "stall")
    assert caught.value.what == what
    assert found in caught.value.found
    assert "stall.yml" in caught.value.where


def test_a_misspelt_name_gives_the_nearest() -> None:
    with pytest.raises(ProfileError) as caught:
        load("hanza")
    assert 'did you mean "hansa"?' in caught.value.do
