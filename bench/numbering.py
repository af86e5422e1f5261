"""A page as the parser writes it back, every element with a number: where each stands, and where the texts do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

Place = tuple[int, int]

NUMBER = "data-n"
_TOKEN = re.compile(
    r'<!--.*?-->|<!DOCTYPE[^>]*>|<(?P<end>/?)(?P<tag>[a-zA-Z][^\s/>]*)(?P<rest>(?:[^>"]|"[^"]*")*)>|[^<]+', re.DOTALL
)
_PLAIN_NAME = re.compile(r"[\w:.@-]+")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_RAW = frozenset(["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"])
_SILENT = frozenset({"script", "style", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the numbered page: its tag, its start tag's rest, where it begins and ends, what it stands in."""

    number: int
    tag: str
    rest: str
    start: int
    inner: int
    end: int
    parent: int
    elements: int  # inside it, with itself


def numbered(text: str) -> tuple[str, list[Element]]:
    """Return a page as the parser writes it back, every element with a number, and where each element stands."""
    for _ in range(4):
        tree = LexborHTMLParser(text)
        for node in tree.css("*"):
            for name in [name for name in node.attributes if not _PLAIN_NAME.fullmatch(name)]:
                del node.attrs[name]  # a stray quote that the parser takes for an attribute
        again = tree.html or ""
        if again == text:
            break
        text = again
    count, parts, at = 0, list[str](), 0
    for match in _tokens(text):
        if match["tag"] and not match["end"]:
            cut = match.end("tag")
            parts += [text[at:cut], f' {NUMBER}="{count}"']
            at, count = cut, count + 1
    whole = "".join((*parts, text[at:]))
    return whole, list(_elements(whole))


def _tokens(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            at += 1
            continue
        yield match
        at = match.end()
        if match["tag"] and not match["end"] and match["tag"].lower() in _RAW:
            end = text.find(f"</{match['tag']}", at)
            at = end if end >= 0 else len(text)


def _elements(text: str) -> Iterator[Element]:
    opened: list[tuple[int, str, str, int, int]] = []
    count = 0
    for match in _tokens(text):
        tag = (match["tag"] or "").lower()
        if not tag:
            continue
        if not match["end"]:
            entry = (count, tag, match["rest"], match.start(), match.end())
            count += 1
            if tag in _VOID:
                yield Element(*entry, match.end(), opened[-1][0] if opened else -1, 1)
            else:
                opened.append(entry)
        elif any(entry[1] == tag for entry in opened):
            while opened:
                entry = opened.pop()
                if entry[1] == tag:
                    yield Element(*entry, match.end(), opened[-1][0] if opened else -1, count - entry[0])
                    break


def texts(text: str) -> Iterator[Place]:
    """Yield where the texts of a page stand that a reader sees."""
    silent = ""
    for match in _tokens(text):
        tag = (match["tag"] or "").lower()
        if tag in _SILENT and not silent and not match["end"]:
            silent = tag
        elif tag and tag == silent and match["end"]:
            silent = ""
        elif not silent and not match[0].startswith("<"):
            yield match.span()


def within(inner: Place, outer: Place) -> bool:
    """Say whether one place is inside another."""
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def class_of(element: Element) -> str:
    match = re.search(r'class="([^"]*)"', element.rest)
    return match[1] if match else ""
