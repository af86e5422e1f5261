"""A capture shown inert: its text, line by line, with every handle, address and contact as a token."""

from __future__ import annotations

from muster.model import Page
from muster.profiles.parse import handles, shown_lines
from muster.profiles.profile import load
from muster.profiles.tokens import Tokens


def render_inert(page: Page, tokens: Tokens, *, profile: str | None) -> str:
    """Return the text of a capture, a line a piece, with tokens in the place of identifiers.

    profile: the profile that read it. Without one nobody can tell handles from words, so no text is shown.
    """
    if profile is None:
        return f"no profile reads this capture, so nobody can tell its handles from words: {len(page.body):,} bytes"
    names = handles(page, load(profile))
    # Once over the whole, because a key's block runs over lines, and once a line, because names of buyers end with one.
    whole = tokens.redact("\n".join(shown_lines(page)), names).text
    return "\n".join(tokens.redact(line, title=True).text for line in whole.split("\n"))
