"""What a declaration may say: how one market's pages, or one table, are read. docs/profiles.md is its page.

A profile is data that people review. Only what must work on unseen input is code, and the code is in this folder once,
for all markets.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from muster.errors import ProfileError, nearest
from muster.model import Grade

Type = Literal["text", "block", "handle", "money", "count", "day", "time", "path", "key", "id"]
"""text: white space squeezed. block: line breaks kept. handle: becomes a token. path: several texts joined by " > ".
key: a PGP block, kept as a token of its digest. id: the market's own id, kept only as a digest."""


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one field is read.

    css, attr: the first element that matches, inside the row; its text, or one attribute. own: only the element's own
        text, not that of elements inside it. column, columns: of a table. address: from the capture's address.
    pattern, patterns: the first that matches is taken; its first group, or all of it.
    cases: pattern → value, the first that matches. value: always this. unit: currency of a bare number.
    optional: nothing there is no issue.
    """

    type: Type = "text"
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
    unit: str | None = None
    optional: bool = False


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rows of one table that a page holds.

    table: listing_seen, vendor_seen, review_seen, rate_seen. each: what repeats; left out, the page is one row.
    fields: by the names that `FIELDS` has. inherit: fields that a row takes from the page, not from `each`.
    empty: the page's kind when nothing repeats; left out, that is an issue.
    shown_as: the rows' `page_kind`, when it is not the page's.
    """

    table: Literal["listing_seen", "vendor_seen", "review_seen", "rate_seen"]
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


class PageKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of page. marks: what only this kind has. rows: what it holds; none for a login page."""

    marks: str | None = None
    rows: tuple[Rows, ...] = ()
    audit: tuple[Audit, ...] = ()


class Marks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What recognises a page (a css selector) or a table (columns that all must be there)."""

    css: str | None = None
    columns: tuple[str, ...] = ()


class Expects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is true of a sound archive of this market; where it is not, the run says so in an issue.

    filled: table.column → least share of rows with a value. rows: page kind → least rows a page of it holds on average.
    """

    filled: dict[str, float] = {}
    rows: dict[str, float] = {}


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
    rates: Rows | None = None  # exchange rates that every page prints
    handles: tuple[str, ...] = ()  # elements, or columns, that hold handles of anybody: for `muster show`
    currency: dict[str, str] = {}  # sign → ISO code, or "disputed"
    currency_note: str = ""
    lookups: dict[str, dict[str, str | None]] = {}  # field → dirty value → what it means
    expects: Expects = Expects()
    name: str = ""
    digest: str = ""


FIELDS: dict[str, dict[str, Type]] = {
    "listing_seen": {
        "own_id": "id", "title": "text", "description": "block", "category": "path", "vendor": "handle",
        "vendor_again": "handle", "vendor_level": "count", "trust_level": "count", "price": "money",
        "price_kind": "text", "sales": "count", "sales_since": "day", "reviews": "count", "views": "count",
        "stock": "text", "ships_from": "text", "ships_to": "text",
    },
    "vendor_seen": {
        "vendor": "handle", "key": "key", "level": "count", "trust_level": "count", "positive": "count",
        "negative": "count", "sales": "count", "registered": "day", "text": "block",
    },
    "review_seen": {
        "own_id": "id", "vendor": "handle", "reviewed_at": "time", "rating": "text", "text": "block", "price": "money",
    },
    "rate_seen": {"base": "text", "quote": "text", "rate": "text"},
}  # fmt: skip
"""Table → field → the type that it has unless the declaration says otherwise."""


def known() -> tuple[str, ...]:
    """Return the names of the profiles that come with Muster.

    >>> "bazaar" in known()
    True
    """
    return tuple(sorted(p.name.removesuffix(".yml") for p in _folder().iterdir() if p.name.endswith(".yml")))


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
    return parse_profile(_folder().joinpath(f"{name}.yml").read_text(encoding="utf-8"), name)


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
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ProfileError("the profile is not YAML", where=where, found=error, do="mend that line") from error
    if not isinstance(data, dict):
        raise ProfileError("the profile is empty", where=where, do="docs/profiles.md shows one")
    for key in data:
        if key not in Profile.__struct_fields__:
            raise ProfileError(
                "unknown key", where=where, found=key, do=nearest(str(key), list(Profile.__struct_fields__))
            )
    try:
        profile = msgspec.convert({**data, "name": name}, Profile)
    except msgspec.ValidationError as error:
        raise ProfileError(
            "the profile says what it cannot", where=where, found=error, do="docs/profiles.md has every key"
        ) from error
    _check(profile, where)
    return profile


def _check(profile: Profile, where: str) -> None:
    """Refuse fields that no table has, and patterns that are none."""
    for kind, page in profile.pages.items():
        for rows in page.rows:
            for name, field in {**rows.fields, **rows.inherit}.items():
                place = f"{where}, {kind}, {rows.table}"
                if name not in FIELDS[rows.table]:
                    raise ProfileError(
                        "unknown field", where=place, found=name, do=nearest(name, list(FIELDS[rows.table]))
                    )
                _compile(field, place, name)


def _compile(field: Field, place: str, name: str) -> None:
    for pattern in (*field.patterns, *((field.pattern,) if field.pattern else ()), *(field.cases or {})):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ProfileError("not a pattern", where=f"{place}.{name}", found=pattern, do=str(error)) from error


def _folder() -> Any:
    return files("muster.profiles").joinpath("markets")
