"""What a declaration may say: how one market's pages, or one table, are read. docs/profiles.md is its page.

A profile is data that people review. Only what must work on unseen input is code, and the code is in this folder once,
for all markets.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec.structs import replace
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from muster.declaration import read_declaration
from muster.errors import ProfileError, nearest
from muster.model import Grade

Type = Literal[
    "text", "block", "handle", "money", "count", "day", "time", "age", "path", "key", "id", "pictures", "table"
]
"""text: white space squeezed. block: line breaks kept. handle: becomes a token. path: several texts joined by " > ".
key: a PGP block, kept as a token of its digest. id: the market's own id, kept only as a digest. age: "5d", a time
counted back from the capture's. pictures: of images, digests of those inside the page and tokens of the addresses of
others. table: the rows of a table of numbers, cells joined by " | ", rows by line breaks."""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one field is read.

    above: the nearest element around the row that matches, in the place of the row. under: the levels that this text
    stands under, the outermost first: of each, the last element before the row that matches. heading: the
    row's cell under the heading of its table that this pattern matches, in the place of the row. css, attr: the first
    element that matches, inside the row, with patterns or cases the first that one of them matches; its text, or one
    attribute. own: only the element's own text, not that of elements inside it. column, columns: of a table.
    address: from the capture's address.
    pattern, patterns: the first that matches is taken; its first group, or all of it.
    cases: pattern → value, the first that matches. value: always this, or, with css, where there is such an element.
    join: the texts of all elements that match, with this between them; a pattern picks from each. split: what stands
    between the levels of a path, where it is one text. label: the attribute of each that is put before
    its text. tally: how many elements match.
    lines: line breaks are kept, so that a pattern with (?m) can read what stands behind a label on its line.
    keep: of the text's lines, those that match. logos: a picture in the text stands there as its file's name, where a
    market draws what it could write (`images/north.jpg`: north).
    unit: currency of a bare number. optional: nothing there is no issue.
    """

    type: Type = "text"
    above: str | None = None
    under: tuple[str, ...] = ()
    heading: str | None = None
    css: str | None = None
    attr: str | None = None
    own: bool = False
    column: str | None = None
    columns: tuple[str, ...] = ()
    address: bool = False
    pattern: str | None = None
    patterns: tuple[str, ...] = ()
    cases: dict[str, str] | None = None
    value: str | None = None
    join: str | None = None
    split: str | None = None
    label: str | None = None
    tally: bool = False
    lines: bool = False
    keep: str | None = None
    logos: bool = False
    unit: str | None = None
    optional: bool = False


Seen = Literal["listing_seen", "vendor_seen", "review_seen", "option_seen", "tally_seen", "rate_seen", "alert_seen"]


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of one table that a page holds.

    table: one of `Seen`. each: what repeats; left out, the page is one row.
    fields: by the names that `FIELDS` has. inherit: fields that a row takes from the page, not from `each`.
    empty: the page's kind when nothing repeats; left out, that is an issue.
    shown_as: the rows' `page_kind`, when it is not the page's.
    """

    table: Seen
    fields: dict[str, Field]
    each: str | None = None
    inherit: dict[str, Field] = {}
    empty: str | None = None
    optional: bool = False
    shown_as: str | None = None


class Audit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Labels that the page shows, all of which must be known: any other is a leftover, and an issue.

    css: the labels; or column: a cell whose lines are looked at. known: patterns of labels that some field reads.
    ignored: patterns of labels that were seen, understood, and are out of scope: the written decision.
    """

    known: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    css: str | None = None
    column: str | None = None


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An older layout of a kind of page: fields that were read otherwise.

    until: the last day of it. marks: what only that layout has: an undated capture is of a variant only by its marks.
    fields, inherit, each: in the place of those of the same name in every `rows` that has them; table.field for one
        table.
    """

    until: date | None = None
    marks: str | None = None
    fields: dict[str, Field] = {}
    inherit: dict[str, Field] = {}
    each: dict[str, str] = {}


class PageKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of page. marks: what only this kind has. rows: what it holds; none for a login page.

    variants: older layouts, the oldest first. ignore: elements that were seen, understood, and are out of scope.
    """

    marks: str | None = None
    rows: tuple[Rows, ...] = ()
    audit: tuple[Audit, ...] = ()
    variants: tuple[Variant, ...] = ()
    ignore: tuple[str, ...] = ()


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What recognises a page (a css selector) or a table (columns that all must be there)."""

    css: str | None = None
    columns: tuple[str, ...] = ()


class Expects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is true of a sound archive of this market; where it is not, the run says so in an issue.

    filled: table.column or kind.column → least share of rows with a value. min, max: page kind → fewest and most rows
    that a page of it holds, on average.
    """

    filled: dict[str, Annotated[float, msgspec.Meta(ge=0, le=1)]] = {}
    min: dict[str, Annotated[float, msgspec.Meta(ge=0)]] = {}
    max: dict[str, Annotated[float, msgspec.Meta(ge=0)]] = {}


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole declaration."""

    title: str
    description: str
    market: str
    marks: Marks
    pages: dict[str, PageKind]
    sources: tuple[str, ...] = ()
    language: str = ""
    timezone: Literal["UTC"] = "UTC"
    days: tuple[str, ...] = ("%Y-%m-%d",)
    nulls: tuple[str, ...] = ()  # text that means nothing is there
    captured: Field | None = None
    captured_from: Literal["page", "row"] = "page"
    grade: Grade = "as archived"  # of everything that it reads
    rates: tuple[Rows, ...] = ()  # exchange rates that every page prints
    decimals: Literal[".", ","] = "."  # what the market writes before decimals, where a number can be read in two ways
    ignore: tuple[str, ...] = ()  # elements of any page that were seen, understood, and are out of scope
    handles: tuple[str, ...] = ()  # elements, or columns, that hold handles of anybody: for `muster show`
    currency: dict[str, str] = {}  # sign → ISO code, or "disputed"
    currency_note: str = ""
    lookups: dict[str, dict[str, str | None]] = {}  # field → dirty value → what it means
    expects: Expects = Expects()
    name: str = ""
    digest: str = ""


_EMPTY = LexborHTMLParser("<p>")

FIELDS: dict[str, dict[str, Type]] = {
    "listing_seen": {
        "own_id": "id", "title": "text", "description": "block", "terms": "block", "tags": "text", "category": "path",
        "subcategory": "text",
        "vendor": "handle", "vendor_again": "handle", "vendor_level": "count", "trust_level": "count",
        "vendor_sales": "count", "vendor_rating": "text", "vendor_positive": "count", "vendor_negative": "count",
        "vendor_since": "day", "vendor_last_seen": "day", "vendor_elsewhere": "block", "badges": "text",
        "price": "money", "price_also": "money", "price_kind": "text", "price_per": "text", "sales": "count",
        "sales_since": "day", "reviews": "count", "rating": "text", "views": "count", "stock": "text",
        "minimum": "text", "ships_from": "text", "ships_to": "text", "payment": "text", "coins": "text",
        "product_class": "text", "listed_since": "day", "ends": "text", "notice": "text", "buyers_say": "block",
        "images": "pictures",
    },
    "vendor_seen": {
        "vendor": "handle", "key": "key", "level": "count", "trust_level": "count", "positive": "count",
        "neutral": "count", "negative": "count", "rating": "text", "ratings": "table", "sales": "count",
        "sales_text": "text", "registered": "day", "last_seen": "day", "last_seen_text": "text", "text": "block",
        "terms": "block", "ships_from": "text", "ships_to": "text", "payment": "text", "badges": "text",
        "elsewhere": "block", "disputes_won": "count", "disputes_lost": "count", "disputes": "count",
        "trusted_by": "count", "distrusted_by": "count", "subscribers": "count", "orders_made": "count",
        "average_order": "text", "in_escrow": "text", "contact": "text", "user_type": "text", "images": "pictures",
    },
    "review_seen": {
        "own_id": "id", "vendor": "handle", "reviewed_at": "time", "age": "age", "rating": "text", "text": "block",
        "item": "text", "price": "money", "answer": "block", "delivery": "text", "buyer_level": "count",
    },
    "option_seen": {
        "own_id": "id", "what": "text", "text": "text", "days": "count", "quantity": "count", "price": "money",
    },
    "tally_seen": {"what": "text", "label": "path", "n": "count"},
    "rate_seen": {"base": "text", "quote": "text", "rate": "text"},
    "alert_seen": {
        "reference": "text", "number": "text", "series": "text", "model_text": "text", "object_class": "text",
        "object_kind": "text", "calibre": "text", "year": "count", "authority": "text", "reason": "text",
        "entered": "day", "event": "day",
    },
}  # fmt: skip
"""Table → field → the type that it has unless the declaration says otherwise."""


def known() -> tuple[str, ...]:
    """Return the names of the profiles that come with Muster.

    >>> "bazaar" in known()
    True
    """
    return tuple(sorted(name.removesuffix(".yml") for name in _files()))


@cache
def load(name: str) -> Profile:
    """Return a profile by its name, or from the path of a .yml file.

    Raises `ProfileError` for a name that is none (with the nearest), or a declaration that says what it cannot.
    """
    if name.endswith((".yml", ".yaml")):
        path = Path(name)
        if not path.is_file():
            raise ProfileError("there is no such profile", where=name, found="no file", do="mend the path")
        return parse_profile(path.read_text(encoding="utf-8"), path.stem)
    if name not in known():
        raise ProfileError("there is no such profile", found=name, do=nearest(name, list(known())))
    return parse_profile(_files()[f"{name}.yml"].read_text(encoding="utf-8"), name)


def parse_profile(text: str, name: str) -> Profile:
    """Read a declaration; raises `ProfileError` naming the key.

    >>> parse_profile("titel: x", "mine")
    Traceback (most recent call last):
    muster.errors.ProfileError: unknown key
      in     mine.yml
      found  titel
      do     did you mean "title"?
    """
    where = f"{name}.yml"
    profile = read_declaration(text, name, Profile, "docs/profiles.md")
    _check(profile, where)
    return _typed(profile)


def _check(profile: Profile, where: str) -> None:
    """Refuse fields that no table has, and patterns and selectors that are none."""
    _selector(profile.marks.css, where)
    for kind, page in {**profile.pages, "rates": PageKind(rows=profile.rates)}.items():
        for css in (page.marks, *page.ignore, *profile.ignore, *(v.marks for v in page.variants)):
            _selector(css, f"{where}, {kind}")
        for rows in page.rows:
            place = f"{where}, {kind}, {rows.table}"
            _selector(rows.each, place)
            for name, field in {**rows.fields, **rows.inherit}.items():
                if name not in FIELDS[rows.table]:
                    raise ProfileError(
                        "unknown field", where=place, found=name, do=nearest(name, list(FIELDS[rows.table]))
                    )
                _compile(field, place, name)
        for variant in page.variants:
            _check_variant(page, variant, f"{where}, {kind}, variants")


def _check_variant(page: PageKind, variant: Variant, place: str) -> None:
    """Refuse a layout of fields that the page does not have: it would change nothing and nobody would know."""
    held = {f"{rows.table}.{name}" for rows in page.rows for name in (*rows.fields, *rows.inherit)}
    held |= {name.partition(".")[2] for name in held}
    for name, field in {**variant.fields, **variant.inherit}.items():
        if name not in held:
            raise ProfileError("the page has no such field", where=place, found=name, do=nearest(name, sorted(held)))
        _compile(field, place, name)
    for table, css in variant.each.items():
        if table not in {rows.table for rows in page.rows}:
            raise ProfileError("the page has no such table", where=place, found=table,
                               do=nearest(table, [rows.table for rows in page.rows]))  # fmt: skip
        _selector(css, place)


def _selector(css: str | None, place: str) -> None:
    if css is None:
        return
    try:
        _EMPTY.css_first(css)
    except SelectolaxError as error:
        raise ProfileError(
            "not a css selector", where=place, found=css, do="mend it; docs/profiles.md says what selectors can say"
        ) from error


def _typed(profile: Profile) -> Profile:
    """Give every field the type that its table says, where the declaration says none."""

    def rows(found: Rows) -> Rows:
        types = FIELDS[found.table]
        return replace(found, fields=_with_types(found.fields, types), inherit=_with_types(found.inherit, types))

    def variant(found: Variant, page: PageKind) -> Variant:
        types = {name: type_ for held in page.rows for name, type_ in FIELDS[held.table].items()}
        types |= {f"{held.table}.{name}": type_ for held in page.rows for name, type_ in FIELDS[held.table].items()}
        return replace(found, fields=_with_types(found.fields, types), inherit=_with_types(found.inherit, types))

    def page(found: PageKind) -> PageKind:
        return replace(found, rows=tuple(rows(r) for r in found.rows),
                       variants=tuple(variant(v, found) for v in found.variants))  # fmt: skip

    return replace(profile, pages={kind: page(found) for kind, found in profile.pages.items()},
                   rates=tuple(rows(r) for r in profile.rates))  # fmt: skip


def _with_types(fields: dict[str, Field], types: dict[str, Type]) -> dict[str, Field]:
    return {name: replace(f, type=types[name]) if f.type == "text" else f for name, f in fields.items()}


def _compile(field: Field, place: str, name: str) -> None:
    _selector(field.css, f"{place}.{name}")
    for css in (field.above, *field.under):
        _selector(css, f"{place}.{name}")
    for pattern in filter(None, (*field.patterns, field.pattern, field.keep, field.heading, *(field.cases or {}))):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ProfileError("not a pattern", where=f"{place}.{name}", found=pattern, do=str(error)) from error


def _files() -> dict[str, Any]:
    """Return the declarations that come with Muster, by the name of their file."""
    room = files("muster.profiles")
    folders = (room.joinpath("markets"), room.joinpath("official"))
    return {file.name: file for folder in folders for file in folder.iterdir() if file.name.endswith(".yml")}
