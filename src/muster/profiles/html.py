"""Pages: the pieces of text behind each field of a declaration, with the bytes that they stand in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from charset_normalizer import from_bytes
from selectolax.lexbor import LexborHTMLParser, LexborNode

from muster.profiles.picking import pick
from muster.profiles.profile import Field
from muster.profiles.spans import Finder, Holes, Span, without_pictures
from muster.profiles.values import squeeze

_BREAKS = frozenset({"br", "p", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "pre", "section"})
_AS_WRITTEN = frozenset({"pre", "textarea"})
_SILENT = frozenset({"script", "style", "template", "noscript"})


class Piece(NamedTuple):
    """A text node: its text, white space squeezed, and its bytes; a line break has neither."""

    text: str
    span: Span | None


class Read(NamedTuple):
    """What a field's selector gave: the text as the page writes it, and the pieces that it was put together from.

    at: where each piece begins in `text`; matches: how many elements there were.
    """

    text: str
    pieces: tuple[Piece, ...] = ()
    at: tuple[int, ...] = ()
    matches: int = 1


class Reads(NamedTuple):
    """What a field reads in each row of a page.

    texts: as the page writes them. placed: the same with the bytes that they stand in, where those are kept. matches:
    how many elements a row has.
    """

    texts: Sequence[str]
    placed: Sequence[Read] | None
    matches: Callable[[int], int]


def repeated(read: Read, many: int, *, placed: bool) -> Reads:
    """Return what a field reads that says the same in each row."""
    return Reads([read.text] * many, [read] * many if placed else None, lambda row: read.matches)


NOTHING = Read("", matches=0)
EMPTY = Read("")


@dataclass(frozen=True)
class Document:
    """A page that was parsed once: its bytes, the same without the pictures inside it, and where those were."""

    raw: bytes
    body: bytes
    holes: Holes
    charset: str
    damaged: bool  # bytes that the charset does not have
    tree: LexborHTMLParser
    tags: int  # about how many there are
    behind: int = 0  # bytes with elements in them behind the page's own end, which are not read
    _held: dict[str, bool] = field(default_factory=dict)

    def picture(self, mark: str) -> bytes | None:
        """Return the base64 of a picture that was cut out, by the mark in its place; None for no such mark."""
        number = mark.removeprefix("#")
        if mark == number or not number.isascii() or not number.isdigit() or int(number) >= len(self.holes):
            return None
        place, length = self.holes[int(number)]
        start = place - len(mark) + self._cut[int(number)]
        return self.raw[start : start + len(mark) + length]

    def has(self, css: str) -> bool:
        """Tell whether the page has an element that a selector names; marks are asked for more than once."""
        if css not in self._held:
            self._held[css] = self.tree.css_first(css) is not None
        return self._held[css]

    @cached_property
    def _cut(self) -> tuple[int, ...]:
        """The bytes that were cut out before each hole."""
        return (0, *accumulate(length for _, length in self.holes))


_HIGH = re.compile(rb"[\x80-\xff]+")
_WESTERN = frozenset("£€¥¢§°²³´·»«½¼¾¡¿©®™–—‘’“”•…±×\xa0\xad")
_SEVERAL_BYTES = (
    "cp932 cp936 cp949 cp950 shift_jis gbk gb2312 gb18030 big5 big5hkscs euc_jp euc_kr euc_jis_2004 euc_jisx0213 "
    "shift_jis_2004 shift_jisx0213 johab hz"
)
_C1 = re.compile(rb"[\x80-\x9f]")

MOST_OPEN = 20_000
"""Elements that a page may leave open. The parser's time grows with the square of the open ones: 100,000 take ten
seconds, and no page of a market comes near."""


def document(body: bytes) -> Document | str:
    """Parse a page; the word for what is wrong with it (`not_text`, `too_deep`) when it cannot be parsed."""
    if b"\0" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "not_text"
    raw = body
    body, holes = without_pictures(raw)
    tags = body.count(b"<")
    if tags > MOST_OPEN and tags - 2 * body.count(b"</") > MOST_OPEN:
        return "too_deep"
    end = _end(body)
    body, behind = body[:end], len(body) - end
    try:
        return Document(raw, body, holes, "utf-8", False, LexborHTMLParser(body.decode("utf-8")), tags, behind)
    except UnicodeDecodeError:
        charset = _charset(body)
    if charset is None:
        return "not_text"
    text = body.decode(charset, "replace")
    return Document(raw, body, holes, charset, "\ufffd" in text, LexborHTMLParser(text), tags, behind)


_END = re.compile(rb"</body\s*>\s*</html\s*>", re.IGNORECASE)
_SHOWN = re.compile(rb"<(?:html|body|div|table|tr|ul|p|form|span|a)\b", re.IGNORECASE)


def _end(body: bytes) -> int:
    """Return where a page ends: behind its last tag, where elements follow that nobody meant for the reader.

    Savers and scrapers append what they worked on, the whole page once more or parts of it, and a browser, which takes
    it into the body, would show each review twice.
    """
    first = body.find(b"</html")
    if first < 0 or len(body) - first < 40:
        return len(body)  # as nearly all pages are
    match = _END.search(body, max(0, first - 40))
    return match.end() if match and _SHOWN.search(body, match.end()) else len(body)


def _western(body: bytes) -> bool:
    """Say whether bytes beyond ASCII stand alone and are all letters or signs of Western Europe.

    Two characters of a word or two are too little for a guess by statistics, which then finds Japanese in "für".
    """
    runs = _HIGH.findall(body)
    if sum(len(run) > 1 for run in runs) > len(runs) // 10:
        return False
    try:
        text = b"".join(runs).decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all((sign.isalpha() and sign != "ƒ") or sign in _WESTERN for sign in text)


def _charset(body: bytes) -> str | None:
    best = from_bytes(body[:200_000]).best()
    if best is not None and best.encoding == "latin_1" and _C1.search(body):
        return "cp1252"  # which pages mean that call themselves ISO 8859-1, as every browser knows (WHATWG, Encoding)
    if best is not None and best.encoding in _SEVERAL_BYTES.split() and _western(body):
        return "cp1252"
    return best.encoding if best is not None else None


Reader = Callable[[LexborNode | None, Finder | None], Read]
"""From an element, or none, to what a field reads there; without a finder, nobody asks where it stands."""


def reader(field: Field) -> Reader:
    """Return what reads a field from an element: one of its attributes, or its text."""
    attr = field.attr
    if attr is not None:
        return _attribute(attr)
    own, breaks, logos = field.own, field.lines or field.type in ("block", "key"), field.logos

    def text(node: LexborNode | None, finder: Finder | None) -> Read:
        if node is None:
            return NOTHING
        only = node.first_child
        if only is None:
            return EMPTY
        if only.next is None:  # one text and nothing else: most elements
            raw = only.text_content
            if raw is not None and not (breaks and node.tag in _AS_WRITTEN):
                return _plain(raw, finder)
        return _walked(node, finder, own=own, breaks=breaks, logos=logos)

    return text


def _attribute(attr: str) -> Reader:
    def attribute(node: LexborNode | None, finder: Finder | None) -> Read:
        if node is None:
            return NOTHING
        value = node.attributes.get(attr) or ""
        if finder is None:
            return Read(value)
        return Read(value, (Piece(value, finder.find(value) if value else None),), (0,))

    return attribute


def texter(field: Field) -> Callable[[LexborNode | None], str]:
    """Return what reads the text of a field from an element, where nobody asks for its place."""
    attr, own, logos = field.attr or "", field.own, field.logos
    breaks = field.lines or field.type in ("block", "key")

    def attribute(node: LexborNode | None) -> str:
        return (node.attributes.get(attr) or "") if node is not None else ""

    def text(node: LexborNode | None) -> str:
        only = node.first_child if node is not None else None
        if node is None or only is None:
            return ""
        if only.next is None:  # one text and nothing else: most elements
            raw = only.text_content
            if raw is not None and not (breaks and node.tag in _AS_WRITTEN):
                return squeeze(raw)
        return _walked(node, None, own=own, breaks=breaks, logos=logos).text

    return text if field.attr is None else attribute


def read_node(node: LexborNode | None, field: Field) -> Read:
    """Return what a field reads from an element, wherever that stands."""
    return reader(field)(node, None)


def read_all(nodes: list[LexborNode], field: Field, finder: Finder | None = None) -> Read:
    """Return what a field reads from several elements: their number, a table, or their texts with `join` between."""
    if field.tally:
        return Read(str(len(nodes)) if nodes else "", matches=len(nodes))
    if field.type == "table":
        return Read(
            "\n".join(filter(None, (_cells(row) for node in nodes for row in node.css("tr")))), matches=len(nodes)
        )
    if not nodes:
        return NOTHING
    between, read = field.join if field.join is not None else " > ", reader(field)
    text, pieces, at, told = "", list[Piece](), list[int](), set[str]()
    for node in nodes:
        found = read(node, finder)
        if field.join is not None and (field.pattern or field.patterns):
            found = Read(pick(found.text, field))
        if found.text in told:
            continue  # a trail that names a level twice, a mark that the page repeats
        told.add(found.text)
        if found.text:
            text += between if text else ""
            text += f"{node.attributes.get(field.label) or ''}: " if field.label else ""
            pieces += found.pieces
            at += [len(text) + place for place in found.at]
            text += found.text
    return Read(text, tuple(pieces), tuple(at), len(nodes))


def _cells(row: LexborNode) -> str:
    cells = [squeeze(cell.text(deep=True)) for cell in row.iter() if cell.tag in ("td", "th")]
    return " | ".join(cells).strip(" |")


def _plain(raw: str, finder: Finder | None) -> Read:
    """Return what an element with one text and nothing else reads."""
    stripped = raw.strip()
    if not stripped:
        return EMPTY
    text = squeeze(stripped)
    return Read(text, (Piece(text, finder.find(stripped)),), (0,)) if finder is not None else Read(text)


def _walked(node: LexborNode, finder: Finder | None, *, own: bool, breaks: bool, logos: bool) -> Read:
    """Put an element's texts together: words that the page runs together stay so, and space is never doubled."""
    parts, pieces, at = list[str](), list[Piece](), list[int]()
    length, end = 0, ""  # how the text ends: with nothing yet, "x" for a piece, a space, or one or two line breaks
    for raw in _below(node, own=own, breaks=breaks, logos=logos):
        if isinstance(raw, Piece):
            if raw.text:
                parts.append(raw.text)
                length, end = length + len(raw.text), "x"
            continue
        if raw == _LINE:
            if end == " ":
                parts.pop()
                length, end = length - 1, "x"
            if end in ("x", _LINE):
                parts.append(_LINE)
                length, end = length + 1, _LINE if end == "x" else "\n\n"
            continue
        stripped = raw.strip()
        if end == "x" and (not stripped or raw[0] != stripped[0]):
            parts.append(" ")
            length, end = length + 1, " "
        if stripped:
            text = squeeze(stripped)
            if finder is not None:
                pieces.append(Piece(text, finder.find(stripped)))
                at.append(length)
            parts.append(text)
            length, end = length + len(text), "x"
            if raw[-1] != stripped[-1]:
                parts.append(" ")
                length, end = length + 1, " "
    return Read("".join(parts).rstrip(), tuple(pieces), tuple(at))


_LINE = "\n"


def _below(node: LexborNode, *, own: bool, breaks: bool, logos: bool) -> list[str | Piece]:
    """Return the texts below an element and what stands between them: `_LINE`, or a space where breaks are none.

    logos: the names of pictures, too; they stand in attributes, so in no text of the page.
    """
    between = _LINE if breaks else " "
    texts: list[str | Piece] = []
    above: list[tuple[LexborNode | None, bool, bool]] = []  # where to go on: pages nest deeper than calls may
    at, silent, written = node.first_child, False, node.tag in _AS_WRITTEN
    while at is not None or above:
        if at is None:
            at, silent, written = above.pop()
            continue
        raw = at.text_content
        if raw is None:
            tag = at.tag
            if tag in _BREAKS:
                texts.append(between)
            elif logos and tag == "img":
                texts.append(Piece((at.attributes.get("src") or "").rsplit("/", 1)[-1].partition(".")[0], None))
            below = at.first_child
            if below is not None:
                above.append((at.next, silent, written))
                at, silent, written = below, own or tag in _SILENT, written or tag in _AS_WRITTEN
                continue
        elif raw and not silent:
            if written and breaks and _LINE in raw:
                texts += _as_written(raw)
            else:
                texts.append(raw if raw != _LINE else " ")
        at = at.next
    return texts


def _as_written(raw: str) -> list[str]:
    """Return the lines of a text whose line breaks the page shows as they are written."""
    texts: list[str] = []
    for number, line in enumerate(raw.split(_LINE)):
        if number:
            texts.append(_LINE)
        if stripped := line.strip():
            texts.append(stripped)
    return texts


def lines(body: bytes) -> list[str]:
    """Return a page's visible text, a line a text node, for showing it inert."""
    parsed = document(body)
    if isinstance(parsed, str) or parsed.tree.body is None:
        return []
    found = []
    for node in parsed.tree.body.traverse(include_text=True):
        if node.tag == "-text" and (node.parent is None or node.parent.tag not in _SILENT):
            text = squeeze(node.text_content or "")
            if text:
                found.append(text)
    return found
