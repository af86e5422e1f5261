"""A profile put to the test: what it reads of pages, what it ignores, what is left over, and what it expected."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from muster.model import Issue, Page
from muster.profiles import values
from muster.profiles.columns import NO_COLUMN
from muster.profiles.expect import bounds, place
from muster.profiles.nearest import selector
from muster.profiles.parse import Parsed, document_of, find, parse
from muster.profiles.profile import FIELDS, PageKind, Profile
from muster.profiles.tokens import Tokens
from muster.schema import TABLES

_SILENT = frozenset({"script", "style", "template", "noscript", "option", "title"})
_FACTS = frozenset({"id", "capture", "market", "captured_at", "captured_from", "spans_raw", "page_kind", "identity",
                    "listing", "rate_source", "price_issue", "fold_tokens", "amount_usd"})  # fmt: skip

SHOWN = 40
"""Left-over places that are shown, the most frequent first."""


@dataclass
class Checked:
    """What a profile made of some pages.

    kinds: page kind → pages. rows: table → rows. filled: (kind, table, column) → rows with a value. issues: sort → how
    often. leftovers: place of a text that no field covers → pages. ignored: texts that the profile names as out of
    scope. covered: texts that some field read. wrong: fixtures that were not read as they should be.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    filled: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    issues: Counter[tuple[str, str]] = field(default_factory=Counter)
    leftovers: Counter[tuple[str, str]] = field(default_factory=Counter)
    covered: int = 0
    ignored: int = 0
    left: int = 0
    fixtures: int = 0
    wrong: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return all of it as one JSON object."""
        filled: dict[str, dict[str, float]] = defaultdict(dict)
        for (kind, table, column), n in sorted(self.filled.items()):
            filled[f"{kind}.{table}"][column] = round(n / self.rows[kind, table], 4)
        return {
            "pages": dict(sorted(self.kinds.items())),
            "rows": {f"{kind}.{table}": n for (kind, table), n in sorted(self.rows.items())},
            "filled": filled,
            "issues": [{"what": what, "where": where, "n": n} for (what, where), n in self.issues.most_common()],
            "texts": {"covered": self.covered, "ignored": self.ignored, "left_over": self.left},
            "leftovers": [
                {"kind": kind, "place": at, "pages": n} for (kind, at), n in self.leftovers.most_common(SHOWN)
            ],
            "fixtures": {"read": self.fixtures, "wrong": self.wrong},
            "unmet": self.unmet,
        }


def check(profile: Profile, pages: Iterable[Page | Issue], into: Checked | None = None) -> Checked:
    """Run a profile over pages; those of another profile's marks are counted as of no known kind."""
    found, tokens = into or Checked(), Tokens(None)
    for page in pages:
        if isinstance(page, Issue):
            found.issues[page.what, page.where] += 1
            continue
        read = list[LexborNode]()
        parsed = parse(page, find(page, [profile]), tokens, trace=read.append)
        covered = {node.mem_id for node in read}
        _count(found, parsed, profile)
        kind = profile.pages.get(str(parsed.capture["page_kind"]))
        if page.cells is None and kind is not None:
            _audit(found, page, profile, str(parsed.capture["page_kind"]), kind, covered)
    found.unmet = list(_unmet(found, profile))
    return found


def _count(found: Checked, parsed: Parsed, profile: Profile) -> None:
    kind = str(parsed.capture["page_kind"] or "no known kind")
    found.kinds[kind] += 1
    for issue in parsed.issues:
        found.issues[issue.what, issue.where] += 1
    for seen in parsed.observations:
        found.rows[kind, seen.table] += 1
        declared = _declared(profile.pages.get(kind), seen.table)
        for column in TABLES[seen.table].names:
            there = seen.row.get(column) not in (None, [])
            if (column in declared or there) and column not in _FACTS:
                found.filled[kind, seen.table, column] += there


def _declared(kind: PageKind | None, table: str) -> frozenset[str]:
    """Return the fields that a kind of page declares for a table, whether they ever have a value or not."""
    held = [rows for rows in kind.rows if rows.table == table] if kind is not None else []
    names = {name for rows in held for name in (*rows.fields, *rows.inherit)}
    return frozenset(names & FIELDS[table].keys() - NO_COLUMN)


def _audit(found: Checked, page: Page, profile: Profile, name: str, kind: PageKind, covered: set[int]) -> None:
    """Count the texts of a page that a field covers, that the profile ignores, and that are left over."""
    parsed = document_of(page)
    if isinstance(parsed, str) or parsed.tree.body is None:
        return
    tree = parsed.tree
    ignored = {node.mem_id for css in (*profile.ignore, *kind.ignore) for node in tree.css(css)}
    labels = {node.mem_id for audit in kind.audit if audit.css for node in tree.css(audit.css)}
    places = set[str]()
    for text in _texts(tree):
        above = set(_around(text))
        if above & covered or above & labels:
            found.covered += 1
        elif above & ignored:
            found.ignored += 1
        else:
            found.left += 1
            places.add(_place(text))
    found.leftovers.update((name, at) for at in places)


def _texts(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    assert tree.body is not None
    for node in tree.body.traverse(include_text=True):
        silent = node.parent is not None and node.parent.tag in _SILENT
        if node.tag == "-text" and not silent and any(c.isalnum() for c in node.text_content or ""):
            yield node


def _around(node: LexborNode) -> Iterator[int]:
    at = node.parent
    while at is not None:
        yield at.mem_id
        at = at.parent


def _place(node: LexborNode) -> str:
    """Return where a text stands: its element and the one around it. Never the text: it may be a handle."""
    own, above = node.parent, node.parent.parent if node.parent is not None else None
    return " > ".join(selector(n) for n in (above, own) if n is not None and not (n.tag or "-").startswith("-"))


def _unmet(found: Checked, profile: Profile) -> Iterator[str]:
    for name, least in profile.expects.filled.items():
        wanted, table, column = place(profile, name)
        of = [(kind, t) for kind, t in found.rows if t == table and wanted in ("", kind)]
        n = sum(found.rows[key] for key in of)
        have = sum(found.filled[kind, t, column] for kind, t in of) if column not in _FACTS else n
        if n and have / n < least:
            yield f"{name}: {have} of {n} rows have a value, where {least:.0%} should"
    for kind, (fewest, most) in bounds(profile).items():
        rows = sum(n for (k, table), n in found.rows.items() if k == kind and table in _COUNTED)
        pages = found.kinds[kind]
        if pages and not fewest <= rows / pages <= most:
            yield f"{kind}: {rows} rows on {pages} pages, where {fewest:g} to {most:g} a page should be"


_COUNTED = frozenset({"listing_seen", "vendor_seen", "review_seen"})


def fixtures(profile: Profile, folder: Path, pages: Iterable[Page | Issue]) -> Checked:
    """Read a profile's fixtures and hold them against `expected.jsonl` beside them: rows, each with what it must say.

    A line is `{"page": the digest's first 16 digits, "table": …, "row": n, column: value …}`.
    """
    found = Checked()
    read: dict[tuple[str, str, int], dict[str, Any]] = {}
    for page in pages:
        if isinstance(page, Issue):
            continue
        check(profile, [page], found)
        counts = Counter[str]()
        for seen in parse(page, profile, Tokens(None)).observations:
            read[page.capture.digest[:16], seen.table, counts[seen.table]] = dict(seen.row)
            counts[seen.table] += 1
        found.fixtures += 1
    for number, line in enumerate((folder / "expected.jsonl").read_text(encoding="utf-8").splitlines(), 1):
        wanted = json.loads(line)
        row = read.get((wanted.pop("page"), wanted.pop("table"), wanted.pop("row")))
        for column, value in wanted.items():
            held = "no such row" if row is None else said(row.get(column))
            if held != value:
                found.wrong.append(f"line {number}, {column}: {held!r} instead of {value!r}")
    return found


def said(value: Any) -> Any:
    """Return a value as `expected.jsonl` writes it.

    >>> from decimal import Decimal
    >>> said(Decimal("5.50000000")), said(None), said(["a"])
    ('5.5', None, ['a'])
    """
    if value is None or isinstance(value, int | str):
        return value if not isinstance(value, str) else values.squeeze(value)
    if isinstance(value, list):
        return [said(part) for part in value]
    return f"{value.normalize():f}" if hasattr(value, "normalize") else str(value)
