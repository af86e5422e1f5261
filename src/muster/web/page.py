"""What a page is, and how it leaves: as HTML that runs nothing, as JSON, or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response

from muster.cells import cell
from muster.cli.output import inert, json_line, plain
from muster.report.inert import visible
from muster.web.asking import address, whole

HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
"""What every answer carries."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load: its style sheet and its icon. There is no script, so none may run."""

ALONE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox"
)
"""For a file that brings its own style, as the report and a picture do: it may load nothing, run nothing, send nothing,
and stands apart from all other pages."""

DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

MOST_ROWS = 1000
"""Rows of a list on one page at most, in any form."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is anybody's bytes.

    template: its file. context: what the template shows. value: what `?format=json` gives. rows: what `?format=csv`
    gives, None where a page is no table. name: of the file that is saved.
    """

    template: str
    title: str
    context: Mapping[str, Any]
    value: Any
    rows: Sequence[Row] | None = None
    name: str = "table"
    status: int = 200
    formats: tuple[str, ...] = field(default=("json", "csv"))


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of a list stand on one page of it, and where the others stand.

    at, pages: this page, and how many there are. per: rows on each. skip: rows before it. before, after: "" for none.
    """

    total: int
    at: int
    pages: int
    per: int
    path: str
    given: Mapping[str, str]

    @property
    def skip(self) -> int:
        """Rows before this page."""
        return self.per * (self.at - 1)

    @property
    def first(self) -> int:
        """Number of its first row, from 1; 0 where there is none."""
        return self.skip + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of its last row."""
        return min(self.total, self.skip + self.per)

    def to(self, step: int) -> str:
        """Return the address of the page before (-1) or after (1); "" where there is none."""
        page = self.at + step
        return address(self.path, {**self.given, "page": str(page)}) if 1 <= page <= self.pages else ""


def span_of(path: str, given: Mapping[str, str], total: int, usual: int) -> Span:
    """Return the part of a list that an address asks for; raises `ServiceError` for a page that is none.

    >>> span = span_of("/issues", {"page": "2"}, 120, 50)
    >>> span.first, span.last, span.to(1), span.to(-1)
    (51, 100, '/issues?page=3', '/issues?page=1')
    """
    per = whole(given, "per", usual, MOST_ROWS)
    pages = max(1, -(-total // per))
    kept = {name: value for name, value in given.items() if name != "page"}
    return Span(total, whole(given, "page", 1, pages), pages, per, path, kept)


def html(page: Page, around: Mapping[str, Any]) -> Response:
    """Return a page as HTML. around: what stands on every page: the case, and the addresses of this one."""
    text = environment().get_template(page.template).render(title=page.title, **around, **page.context)
    headers = {**HEADERS, "content-security-policy": PAGE_POLICY}
    return Response(text.encode("utf-8", "replace"), page.status, headers, "text/html; charset=utf-8")


def as_json(value: Any, status: int = 200) -> Response:
    """Return a value as the command's `--json` prints it, to the byte."""
    headers = {**HEADERS, "content-security-policy": DATA_POLICY}
    return Response((json_line(plain(value)) + "\n").encode(), status, headers, "application/json")


def as_csv(rows: Sequence[Row], name: str) -> Response:
    """Return rows as CSV; no cell is a formula, a list stands in one cell with spaces between."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    if rows:
        writer.writerow([cell(inert(column)) for column in rows[0]])
    writer.writerows([_cell(value) for value in row.values()] for row in rows)
    headers = {**HEADERS, "content-security-policy": DATA_POLICY,
               "content-disposition": f'attachment; filename="{name}.csv"'}  # fmt: skip
    return Response(out.getvalue().encode("utf-8", "replace"), 200, headers, "text/csv; charset=utf-8")


def alone(data: bytes, kind: str, name: str = "") -> Response:
    """Return a file that brings all of its own, and may load, run and send nothing. name: to save it under."""
    headers = {**HEADERS, "content-security-policy": ALONE_POLICY}
    if name:
        headers["content-disposition"] = f'inline; filename="{name}"'
    return Response(data, 200, headers, kind)


def _cell(value: object) -> str:
    if isinstance(value, (list, tuple)):
        value = " ".join(str(plain(one)) for one in value)
    if value is None or isinstance(value, (bool, int, float)):
        return cell(value)
    return cell(inert(str(plain(value))))


@cache
def environment() -> Environment:
    """Return the templates. All text is escaped, and characters that hide or reorder text are spelt out."""
    return Environment(
        loader=PackageLoader("muster.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
