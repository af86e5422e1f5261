"""One capture, parsed by one profile: which kind of page it is, the rows that it holds, and what was not understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from muster.model import CapturedFrom, Issue, Observation, Page, make_id
from muster.profiles import values
from muster.profiles.html import Document, Read, document, lines, read_node
from muster.profiles.layout import layout_of
from muster.profiles.nearest import nearest_place
from muster.profiles.picking import pick
from muster.profiles.plan import RowPlan, plan_of
from muster.profiles.profile import FIELDS, Field, PageKind, Profile, Rows
from muster.profiles.rates import Rates, Row, in_dollars
from muster.profiles.reading import Reading, Trace
from muster.profiles.rows import RowReader, issue_maker
from muster.profiles.table import cell_reads, cell_spans, read_cell
from muster.profiles.tokens import Tokens

A_DAY = timedelta(days=1)

MOST_ROWS = 5000
"""Rows beyond which one page is no page of a market; the rest is an issue."""


@dataclass(frozen=True)
class Parsed:
    """What a profile read from a capture.

    capture: a row of the table `capture`. observations: rows of the seen tables. issues: what was not understood.
    """

    capture: dict[str, Any]
    observations: tuple[Observation, ...]
    issues: tuple[Issue, ...]


def find(page: Page, profiles: Sequence[Profile]) -> Profile | None:
    """Return the profile whose marks a page or row has, or None. Addresses never decide: saved pages have none."""
    if page.cells is not None:
        fits = [p for p in profiles if p.marks.columns and set(p.marks.columns) <= page.cells.keys()]
        return max(fits, key=lambda p: (len(p.marks.columns), p.name), default=None)
    parsed = document_of(page)
    if isinstance(parsed, str):
        return None
    return next((p for p in profiles if p.marks.css and parsed.has(p.marks.css)), None)


def parse(
    page: Page, profile: Profile | None, tokens: Tokens, rates: Rates | None = None, trace: Trace | None = None
) -> Parsed:
    """Parse one capture.

    profile: from `find`, or the one that the case file names; None leaves an issue and no rows. rates: the case's own,
    for prices that the page does not give in dollars. trace: called with every element that a field reads.
    Never raises for what a page holds: what is not understood is an issue with the capture's id.
    """
    return _Parse(page, profile, tokens, rates or Rates(), trace).whole()


def handles(page: Page, profile: Profile) -> list[str]:
    """Return every handle on a page, longest first: for showing the page with tokens in their place.

    They are what the profile's fields of the type handle read, and what its `handles` name beside them.
    """
    found: set[str] = set()
    if page.cells is not None:
        found |= {page.cells.get(name, "").strip() for name in profile.handles}
    parsed = document_of(page) if page.cells is None else ""
    if not isinstance(parsed, str):
        found |= {values.squeeze(node.text(deep=True)) for css in profile.handles for node in parsed.tree.css(css)}
        fields = [f for kind in profile.pages.values() for rows in kind.rows for f in _sellers(rows)]
        nodes = ((field, node) for field in fields if field.css for node in parsed.tree.css(field.css))
        found |= {pick(read_node(node, field).text, field) for field, node in nodes if len(node.text(deep=True)) < 500}
    return sorted(found - set(profile.nulls) - {""}, key=lambda name: (-len(name), name))


def _sellers(rows: Rows) -> list[Field]:
    declared = {**rows.inherit, **rows.fields}
    return [declared[name] for name, type_ in FIELDS[rows.table].items() if type_ == "handle" and name in declared]


def shown_lines(page: Page) -> list[str]:
    """Return a capture's text for showing it: a line a text node, or a line a cell."""
    if page.cells is not None:
        return [f"{name}: {value}" for name, value in page.cells.items()]
    return lines(page.body)


class _Parse:
    def __init__(self, page: Page, profile: Profile | None, tokens: Tokens, rates: Rates, trace: Trace | None) -> None:
        self.page, self.profile, self.tokens, self.rates, self.trace = page, profile, tokens, rates, trace
        self.document: Document | None = None
        self.issues: list[Issue] = []
        self.seen: list[Row] = []
        self.issue = issue_maker("parse", page.capture.id, page.capture.source, self.issues)
        self.kind = ""
        self.captured_at: datetime | None = page.capture.captured_at
        self.captured_from: CapturedFrom = page.capture.captured_from

    def whole(self) -> Parsed:
        if not self.page.body.strip():
            self.issue(
                "empty_body", "the whole capture", f"{len(self.page.body)} bytes", "capture it again, or take it out"
            )
        elif self.page.cells is not None:
            self._row()
        else:
            self._page()
        in_dollars(self.seen, self.captured_at, self.rates, self.issue)
        capture = self._capture()
        when = {"captured_at": self.captured_at, "captured_from": self.captured_from}
        market = self.profile.market if self.profile else None
        seen = []
        for number, (table, columns) in enumerate(self.seen):
            told = columns.pop("_age", "")
            age = values.age(told) if told else None
            if age is not None and self.captured_at is not None:
                columns["reviewed_at"] = values.day_of(self.captured_at - age)
            name = make_id("obs", self.page.capture.id, table, number)
            row = {**columns, **when, "capture": self.page.capture.id, "market": market, "id": name}
            seen.append(Observation(name, table, self.page.capture.id, row))
        return Parsed(capture, tuple(seen), tuple(self.issues))

    def _page(self) -> None:
        if self.page.capture.media_type.startswith("image/"):
            self.kind, self.profile = "picture", None  # the task that reads it counts those that nobody typed off
            return
        parsed = document_of(self.page)
        if isinstance(parsed, str):
            self.issue(parsed, "the whole capture", f"{self.page.capture.media_type}, {len(self.page.body)} bytes",
                       "Muster reads pages and tables; take other files out of the source")  # fmt: skip
            return
        self.document = parsed
        if parsed.damaged:
            self.issue("not_text", "some characters", f"read as {parsed.charset}", "they are kept as U+FFFD")
        if parsed.behind:
            self.issue("leftover", "behind the page's end", f"{parsed.behind} bytes with elements in them",
                       "not read: a copy or notes, as a rule, of whoever saved the page")  # fmt: skip
        if self.profile is None:
            self.issue(
                "unknown_page", "the whole capture", "no profile's marks", "docs/profiles.md says how to add a market"
            )
            return
        marks = self.profile.marks.css
        if marks and not parsed.has(marks):
            self.issue("unknown_page", "the whole capture", f"no element {marks} of {self.profile.name}",
                       "a page of another market? leave `profile` out of the case file")  # fmt: skip
            self.profile = None
            return
        self._time(lambda field: self._clock(parsed, field))
        chosen = self._kind(parsed)
        if chosen is None:
            return
        root = parsed.tree.body
        if root is not None:
            plan, variant = plan_of(self.profile), layout_of(chosen, parsed.tree, self.captured_at)
            reader = RowReader(plan, self.tokens, self.issue, self._nearest)
            reading = Reading(parsed, root, self.page.capture.address, self.trace)
            for rows in plan.of(self.kind, variant):
                self._rows(reading, rows, reader)
        self._audit_page(parsed, chosen)

    def _kind(self, parsed: Document) -> PageKind | None:
        assert self.profile is not None
        for name, kind in self.profile.pages.items():
            if kind.marks is None or parsed.has(kind.marks):
                self.kind = name
                return kind
        self.issue("unknown_page", "the kind of page", f"none of {', '.join(self.profile.pages)}",
                   f"add its kind to {self.profile.name}.yml")  # fmt: skip
        return None

    def _rows(self, reading: Reading, plan: RowPlan, reader: RowReader) -> None:
        rows, elements = plan.rows, reading.rows(plan.rows.each)
        many = len(elements.rows)
        if not many:
            if rows.empty:
                self.kind = rows.empty
            elif not rows.optional:
                self.issue(
                    "no_rows", f"{self.kind}: {rows.each}", "nothing repeats here", "an empty page? declare `empty:`"
                )
            return
        if many > MOST_ROWS:
            self.issue("too_many_rows", f"{self.kind}: {rows.each}", f"{many}", f"the first {MOST_ROWS} are read")
            many = MOST_ROWS
        self._add(plan, reader.rows(self.kind, plan, reading.reads(plan, elements, many), many, elements.rows))

    def _clock(self, parsed: Document, field: Field) -> Read:
        node = parsed.tree.css_first(field.css or "body")
        if node is not None and field.css and self.trace is not None:
            self.trace(node)
        return read_node(node, field)

    def _nearest(self, field: Field, node: Any) -> str:
        """Return what a page has in the place of a field that it lacks."""
        assert self.profile is not None
        return nearest_place(node, field, self.profile)

    def _add(self, plan: RowPlan, rows: Sequence[dict[str, Any] | None]) -> None:
        table, found = plan.rows.table, [columns for columns in rows if columns is not None]
        if table == "listing_seen":
            for columns in found:
                columns["page_kind"] = plan.rows.shown_as or self.kind
        self.seen += [(table, columns) for columns in found]

    def _row(self) -> None:
        cells = self.page.cells or {}
        if self.profile is None:
            self.issue(
                "unknown_page", "the row's columns", ", ".join(cells)[:150], "docs/profiles.md says how to add a table"
            )
            return
        missing = [name for name in self.profile.marks.columns if name not in cells]
        if missing:
            self.issue("missing_column", ", ".join(missing), "columns: " + ", ".join(cells)[:150],
                       f"rename it as {self.profile.name}.yml has it, or declare the new name")  # fmt: skip
        spans = cell_spans(self.page.body, cells)
        cells = {name: value for name, value in cells.items() if value.strip() not in self.profile.nulls}
        self._time(lambda field: read_cell(cells, spans, field))
        plan = plan_of(self.profile)
        reader = RowReader(plan, self.tokens, self.issue)
        self.kind, kind = next(iter(self.profile.pages.items()))
        for rows in plan.of(self.kind)[: len(kind.rows)]:
            self._add(rows, reader.rows(self.kind, rows, cell_reads(cells, spans, rows), 1))
        for audit in kind.audit:
            text = cells.get(audit.column or "", "")
            for line in filter(None, (part.strip() for part in text.splitlines())):
                if line not in self.profile.nulls and not any(
                    re.search(p, line) for p in (*audit.known, *audit.ignored)
                ):
                    self.issue(
                        "leftover",
                        f"{audit.column}",
                        self.tokens.redact(line).text,
                        f"read it, or name it in {self.profile.name}.yml",
                    )

    def _audit_page(self, parsed: Document, kind: PageKind) -> None:
        assert self.profile is not None
        for audit in kind.audit:
            for node in parsed.tree.css(audit.css) if audit.css else ():
                label = values.squeeze(node.text(deep=True))
                if label and not any(re.search(p, label) for p in (*audit.known, *audit.ignored)):
                    self.issue("leftover", f"{self.kind}: {audit.css}", self.tokens.redact(label).text,
                               f"read it, or name it in {self.profile.name}.yml")  # fmt: skip

    def _time(self, read: Any) -> None:
        """Take the time that the page or row prints; it comes after the record's and before the file name's."""
        profile = self.profile
        if profile is None or profile.captured is None:
            return
        text = read(profile.captured).text
        if profile.captured.pattern:
            match = re.search(profile.captured.pattern, text)
            text = (match[1] if match.re.groups else match[0]) if match else ""
        found = values.time(text, profile.days) if text else None
        if found is None:
            if text or not profile.captured.optional:
                self.issue("bad_value", "captured", self.tokens.redact(text).text or "nothing",
                           "a time of capture was expected: add its form to `days`")  # fmt: skip
            return
        known = self.page.capture.captured_at
        if known is not None and abs(known - found) > A_DAY and self.captured_from != "case":
            found_text = f"{self.captured_from} {known:%Y-%m-%d}, {profile.captured_from} {found:%Y-%m-%d}"
            self.issue("time_disagrees", "captured", found_text,
                       "the record's is taken before the page's, the page's before the file name's")  # fmt: skip
        if self.captured_from != "record":
            self.captured_at, self.captured_from = found, profile.captured_from

    def _capture(self) -> dict[str, Any]:
        capture, known = self.page.capture, self.profile is not None
        return {
            "id": capture.id, "source": capture.source, "profile": self.profile.name if self.profile else None,
            "market": self.profile.market if self.profile else None, "page_kind": self.kind or None,
            "address": self._address(known=known), "media_type": capture.media_type, "status": capture.status,
            "digest": capture.digest, "length": capture.length, "file_digest": capture.locator.file_digest,
            "start": capture.locator.start, "record_length": capture.locator.length, "row": capture.locator.row,
            "inside": capture.locator.inside,
            "captured_at": self.captured_at, "captured_from": self.captured_from,
            "grade": self.profile.grade if self.profile else "as archived",
        }  # fmt: skip

    def _address(self, *, known: bool) -> str | None:
        """Return the address with its host, and every part of its path that may be a name, as tokens."""
        address = self.page.capture.address
        if not address:
            return None
        try:
            parts = urlsplit(address)
        except ValueError:
            return self.tokens.token("address", address)
        host = self.tokens.token("onion" if (parts.hostname or "").endswith(".onion") else "address", parts.netloc)
        if not known:
            return f"{host}/…"
        path = "/".join(
            p if not p or _PLAIN.fullmatch(p) else self.tokens.token("part", p) for p in parts.path.split("/")
        )
        return host + path


_PLAIN = re.compile(
    r"item|listing|listings|category|vendor|user|keeper|aisle|product|profile|feedback|search|login|page|terms|pgp|offer|index\.php|\d{1,9}"
)
"""Parts of a path that name nobody: words of market software, and short numbers."""

_last_page: tuple[bytes, Document | str] = (b"", "empty_body")


def document_of(page: Page) -> Document | str:
    """Return the page's document; the last one is kept, because `find` and `parse` look at the same page."""
    global _last_page
    if _last_page[0] is not page.body:
        _last_page = (page.body, document(page.body))
    return _last_page[1]
