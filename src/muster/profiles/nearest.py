"""What a page has in the place of a field that it lacks: the first guess at a changed layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from selectolax.lexbor import LexborNode

from muster.profiles import values
from muster.profiles.profile import Field, Profile

MOST = 1000
"""Elements with a text of their own that are looked at: a row has fewer, and a page that is one row little more."""

LONGEST = 300
"""Characters of a text that may be a number, a day or a name; only texts and blocks are longer."""

LIKE = 60
"""Percent by which two selectors must be alike where the value cannot tell: half the letters and the tag."""

_SILENT = frozenset({"script", "style", "option", "template", "noscript"})
_LAST = re.compile(r"[^\s>+~,]+$")


def nearest_place(node: LexborNode, field: Field, profile: Profile) -> str:
    """Return `css has n` for the element of a row that most looks like a field's, or "".

    A price, a count or a day is told by its value, all others by how like their selectors are.
    """
    wanted = _LAST.search((field.css or "").split(",")[0].strip())
    best, css = 0.0, ""
    for found in _elements(node):
        text = _text(found)
        if not text or (len(text) > LONGEST and field.type not in ("text", "block")):
            continue
        named = selector(found)
        if named == (wanted[0] if wanted else ""):
            continue
        score = 100 * SequenceMatcher(None, wanted[0], named, autojunk=False).ratio() if wanted else 0.0
        if field.type in ("money", "count", "day", "time"):
            if not _reads(text, field, profile):
                continue
            score = 100 + score - min(len(text), 90)  # the shortest text that holds such a value
        elif score < LIKE:
            continue
        if score > best:
            best, css = score, named
    return f"{css} has {len(node.css(css))}" if css else ""


def selector(node: LexborNode) -> str:
    """Return a selector that names an element: its tag, and its first class or its id.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> selector(LexborHTMLParser('<p class="price big">5</p>').css_first("p"))
    'p.price'
    """
    attributes = node.attributes
    tag = node.tag if node.tag and _PLAIN.fullmatch(node.tag) else "*"  # a page may invent tags that no selector names
    classes = (attributes.get("class") or "").split()
    if classes and _PLAIN.fullmatch(classes[0]):
        return f"{tag}.{classes[0]}"
    name = (attributes.get("id") or "").strip()
    return f"{tag}#{name}" if _PLAIN.fullmatch(name) else f"{tag}"


_PLAIN = re.compile(r"[A-Za-z_][\w-]{0,60}")


def _elements(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the elements of a row that have a text of their own, in the order of the page."""
    last, number = None, 0
    for found in node.traverse(include_text=True):
        parent = found.parent
        if found.tag != "-text" or parent is None or parent == node or parent.tag in _SILENT:
            continue
        if parent.mem_id != last and (found.text_content or "").strip():
            last, number = parent.mem_id, number + 1
            if number > MOST:
                return
            yield parent


def _text(node: LexborNode) -> str:
    """Return the text of an element, or "" once it is too long to be a value."""
    parts, length = [], 0
    for number, found in enumerate(node.traverse(include_text=True)):
        if found.tag == "-text":
            parts.append(found.text_content or "")
            length += len(parts[-1])
        if length > 10 * LONGEST or number > LONGEST:
            return ""
    return values.squeeze("".join(parts))


def _reads(text: str, field: Field, profile: Profile) -> bool:
    if field.type == "money":
        return bool(values.money(text, comma=profile.decimals == ","))
    if field.type == "count":
        return values.count(text) is not None
    return values.time(text, profile.days) is not None
