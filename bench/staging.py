"""A real page and what a profile reads of it, every field traced to the places that it comes from."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from muster.model import Page
from muster.profiles import Profile, Tokens, find, parse
from muster.profiles.elements import before, once
from muster.profiles.heads import cell_under
from muster.profiles.html import Reads, document, read_node
from muster.profiles.layout import laid_out, layout_of
from muster.profiles.picking import compiled
from muster.profiles.plan import RowPlan
from muster.profiles.profile import Field, Rows
from muster.profiles.rows import RowReader
from muster.profiles.said import fitting
from numbering import NUMBER, Place, numbered, texts, within

Key = tuple[str, str, tuple[str, ...]]
"""A row: its table, the number of its element (or "page"), and what its declaration always says."""


class Plain(Tokens):
    """Leaves every identifier as it is, so that a handle more or less changes no other field."""

    def token(self, kind: str, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from: the elements, the texts of them that it is made of, and what names it."""

    boxes: tuple[Place, ...]
    texts: tuple[Place, ...]
    names: tuple[Place, ...]
    whole: bool = True  # no pattern picks from it
    many: bool = False  # of all elements that match, not of the first


@dataclass
class Told:
    """What a page says by a profile: its kind, its rows and their fields."""

    kind: str
    captured: str
    rows: dict[Key, dict[str, Any]]


class Stage:
    """A real page, ready to be shaken: numbered, read once, and every field traced to its places."""

    def __init__(self, page: Page, profile: Profile) -> None:
        self.page, self.profile = page, profile
        self.html, self.elements = numbered(page.body.decode("utf-8", "replace"))
        self.told = tell(self.html, page, profile)
        self.inside = {element.number: element for element in self.elements}
        self.texts = [place for place in texts(self.html) if self.html[place[0] : place[1]].strip()]
        self.places: dict[Key, Place] = {}
        self.sources: dict[tuple[Key, str], Source] = {}
        self.inherited = set[tuple[Key, str]]()
        self.marks: tuple[Place, ...] = ()
        self._named: dict[str, tuple[Place, ...]] = {}
        self._trace()

    def _trace(self) -> None:
        found = document(self.html.encode())
        assert not isinstance(found, str)
        tree, kinds, told = found.tree, self.profile.pages, self.told.kind
        empty = next((kind for kind in kinds.values() if any(rows.empty == told for rows in kind.rows)), None)
        kind = kinds.get(told, empty)
        root = tree.body
        if kind is None or root is None:
            return
        self.marks = self._names(f"{kind.marks or ''}, {self.profile.marks.css or ''}", tree, ())
        day = self.page.capture.captured_at
        for rows in (*laid_out(kind, layout_of(kind, tree, day)), *self.profile.rates):
            for node in once(root.css(rows.each), rows.each) if rows.each else [root]:
                key = _key(rows, node if rows.each else None)
                if key not in self.told.rows or key in self.places:
                    continue
                self.places[key] = self._place(node)
                row_names = self._names(rows.each, tree, (self.places[key],)) if rows.each else ()
                for name, spec in rows.inherit.items():
                    self.sources[key, name] = self._source(root, spec, tree, ())
                    self.inherited.add((key, name))
                for name, spec in rows.fields.items():
                    self.sources[key, name] = self._source(node, spec, tree, row_names)

    def _place(self, node: LexborNode) -> Place:
        element = self.inside[int(node.attributes[NUMBER] or 0)]
        return element.start, element.end

    def _source(self, node: LexborNode, spec: Field, tree: LexborHTMLParser, names: tuple[Place, ...]) -> Source:
        at: LexborNode | None = node
        if spec.above is not None:
            at = node.parent
            while at is not None and not at.css_matches(spec.above):
                at = at.parent
        if at is not None and spec.heading is not None:
            at, wanted = cell_under(at, spec.heading), compiled(spec.heading)
            heads = [th for th in tree.css("th") if wanted.search(" ".join(th.text(deep=True).split()))]
            names = (*names, *map(self._place, heads))
        if at is None or (spec.value is not None and spec.css is None):
            return Source((), (), names)
        many = spec.join is not None or spec.tally or spec.type in ("path", "pictures", "table")
        nodes = at.css(spec.css) if spec.css else [at]
        if not many:
            fits = fitting(spec) or (lambda text: True)
            nodes = [next((n for n in nodes if fits(read_node(n, spec).text)), nodes[0])] if nodes else []
        levels = [level for css in spec.under if (level := before(at, css)) is not None]
        nodes = [*levels, *nodes]
        boxes = tuple(self._place(n) for n in nodes)
        texts: list[Place] = []
        for found, box in zip(nodes, boxes, strict=True):
            if spec.attr or spec.tally or spec.value is not None or spec.type == "pictures":
                texts.append((box[0], box[0] + 1))
            if spec.label:
                texts.append((box[0], box[0] + 1))
            if not spec.attr and not spec.tally and spec.value is None:
                texts += self._parts(found, box, spec)
        return Source(
            boxes,
            tuple(texts),
            (*names, *self._names(spec.css, tree, boxes)),
            not (spec.pattern or spec.patterns),
            many or bool(levels),
        )

    def _parts(self, node: LexborNode, box: Place, spec: Field) -> Iterator[Place]:
        """Yield the texts of an element that make up the value: all of them, or those that the pattern matched."""
        text = read_node(node, spec).text
        patterns = spec.patterns or ((spec.pattern,) if spec.pattern else ())
        match = next(filter(None, (compiled(p).search(text) for p in patterns)), None)
        first, last = match.span() if match else (0, len(text))
        at = 0
        for start, end in self.texts[bisect_left(self.texts, box) :]:
            if start >= box[1]:
                break
            if start >= box[0]:
                said = " ".join(html.unescape(self.html[start:end]).split())
                place = text.find(said, at)
                if place < 0:
                    yield start, end  # written otherwise: part of it, to be on the safe side
                    continue
                at = place + len(said)
                if place < last and at > first:
                    yield start, end

    def _names(self, css: str | None, tree: LexborHTMLParser, boxes: Sequence[Place]) -> tuple[Place, ...]:
        """Return the elements that a selector names beside the one that it gives: labels, tabs, marks."""
        if css and css not in self._named:
            found = set[Place]()
            for compound in _compounds(css):
                try:
                    found |= {self._place(node) for node in tree.css(compound)}
                except SelectolaxError:
                    continue
            self._named[css] = tuple(sorted(found))
        named = self._named.get(css or "", ())
        return tuple(place for place in named if not any(within(box, place) for box in boxes))


_PART = re.compile(r"[\s>+~,()]+|:has|:not")
_NAMED = re.compile(r"[.#\[]|lexbor-contains")
_QUOTED = re.compile(r"'[^']*'")


def _compounds(css: str) -> Iterator[str]:
    """Yield the parts of a selector that name something: by a class, an id, an attribute or a text.

    >>> list(_compounds("div.a > b:has(> i:lexbor-contains('Buy now')) ~ p"))
    ['div.a', "i:lexbor-contains('Buy now')"]
    """
    held: list[str] = []

    def keep(match: re.Match[str]) -> str:
        held.append(match[0])
        return f"\0{len(held) - 1}\0"

    text = _QUOTED.sub(keep, css)
    text = re.sub(r":lexbor-contains\((\0\d+\0)( i)?\)", r":lexbor-contains«\1»", text)
    text = re.sub(r":not\([^()]*\)", "", text)
    text = re.sub(r":(nth-[a-z-]+)\(([^()]*)\)", "", text)
    for part in _PART.split(text):
        part = re.sub(r"\0(\d+)\0", lambda m: held[int(m[1])], part.replace("«", "(").replace("»", ")"))
        if part and _NAMED.search(part):
            yield part


def _key(rows: Rows, node: LexborNode | None) -> Key:
    always = tuple(f"{n}={f.value}" for n, f in sorted(rows.fields.items()) if f.value is not None and f.css is None)
    return rows.table, "page" if node is None else str(node.attributes.get(NUMBER)), (*always, rows.shown_as or "")


def tell(text: str, page: Page, profile: Profile) -> Told:
    """Return what a profile says of a page, its rows by their elements."""
    rows: dict[Key, dict[str, Any]] = {}

    class Watched(RowReader):
        def rows(
            self, kind: str, plan: RowPlan, reads: Sequence[Reads], many: int, elements: Sequence[LexborNode] = ()
        ) -> list[dict[str, Any] | None]:
            found, rows_ = super().rows(kind, plan, reads, many, elements), plan.rows
            declared = {**rows_.inherit, **rows_.fields}
            for columns, node in zip(found, elements, strict=False):
                if columns is not None:
                    rows.setdefault(
                        _key(rows_, node if rows_.each else None),
                        {
                            name: _value(name, rows_.table, columns)
                            for name, spec in declared.items()
                            if name not in _PARTS and (spec.value is None or spec.css)
                        },
                    )
            return found

    body = text.encode()
    with patch("muster.profiles.parse.RowReader", Watched):
        changed = replace(page, body=body)
        found = parse(changed, find(changed, [profile]), Plain(b"k" * 32))
    day = found.capture["captured_at"]
    return Told(str(found.capture["page_kind"] or ""), f"{day:%Y-%m-%d %H:%M}" if day else "", rows)


_PARTS = frozenset({"subcategory", "vendor_again"})
_COLUMNS = {"price": ("amount_text", "amount", "currency"), "price_also": ("prices",), "age": ("_age",),
            "key": ("key_token",), "stock": ("stock_text", "stock"), "own_id": ("listing",)}  # fmt: skip


def _value(name: str, table: str, columns: Mapping[str, Any]) -> Any:
    if name == "own_id" and columns.get("identity") == "guessed":
        return None
    if name == "vendor" and table == "vendor_seen":
        return columns.get("token")
    values = tuple(columns.get(column) for column in _COLUMNS.get(name, (name,)))
    if all(value is None for value in values):
        return None
    value = values[0] if len(values) == 1 else values
    return " ".join(value.split()) if isinstance(value, str) else value


def said_of(name: str, value: Any) -> Any:
    """Return what of a field's value follows its text: of a price the amount, of a stock the number."""
    return value[1] if name in ("price", "stock") and isinstance(value, tuple) else value
