"""Text from strangers, made harmless before it meets any page."""

from __future__ import annotations

import re

HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, half surrogates, and the marks that turn the reading direction of what follows."""

ACTIVE = re.compile(r"([\\`*_\[\]{}()|~#!@:$^=+\-])")
"""What Markdown, with the common extensions, could take for markup. `.` is escaped only where it could start a list."""


def visible(text: str) -> str:
    """Spell out the characters that hide or reorder text, so that a reader sees that they are there.

    >>> visible("ab" + chr(0x202E) + "cd")
    'ab‹U+202E›cd'
    """
    return HIDDEN.sub(lambda found: f"‹U+{ord(found.group()):04X}›", text)


def plain(value: object) -> str:
    """Return a value as Markdown text on one line that no reader takes for markup, HTML, link or formula.

    >>> plain("<b>a*b* [c](javascript:d)")
    '&lt;b&gt;a\\\\*b\\\\* \\\\[c\\\\]\\\\(javascript\\\\:d\\\\)'
    >>> plain("1. first")
    '1\\\\. first'
    """
    text = " ".join(visible(str(value)).split())
    text = ACTIVE.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    text = re.sub(r"^(\d+)([.)])", r"\1\\\2", text)
    return re.sub(r"(?i)\bwww\.", r"www\\.", text)
