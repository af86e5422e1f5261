"""A case's sample on its way to the people who read it, and back: a sheet out, sheets in, all of it in the journal."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from muster.errors import CaseError, nearest
from muster.estimate import Scope
from muster.estimate.sample import SAMPLED_SQL, Drawn, Sample, coded, draw, is_kind
from muster.journal import Entry
from muster.model import KINDS
from muster.store import Database

DRAWN, CODED = "sample drawn", "sample coded"
"""The journal's words."""

COLUMNS = ("observation", "title", "description", "category", "price", "kind")
"""Columns of a coder's sheet; `kind` is hers to fill, and what the recogniser said is not on it."""

TEXT_SQL = """
SELECT id, title, description, category, amount_text FROM listing_seen WHERE id IN (SELECT unnest($ids)) ORDER BY id
"""

VERSION_SQL = "SELECT DISTINCT version FROM offer WHERE version IS NOT NULL ORDER BY version"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def draw_sample(db: Database, market: str, n: int, seed: int) -> list[Drawn]:
    """Draw from the listings of a case, or of one market of it; raises `CaseError` where there is none."""
    where, values = Scope(market=market).where("l")
    found = draw(db.rows(SAMPLED_SQL.format(where=where), values), n, seed)
    if not found:
        raise CaseError("there is no listing to draw from", where=market or "any market", found="no recognised listing",
                        do="run the case first:  muster run CASE")  # fmt: skip
    return found


def sheet(db: Database, drawn: Iterable[Drawn]) -> str:
    """Return a coder's sheet as CSV, in the order drawn; no cell of it is a formula to a spreadsheet."""
    order = [one.observation for one in drawn]
    texts = {row["id"]: row for row in db.rows(TEXT_SQL, {"ids": order})}
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for name in order:
        row = texts[name]
        told = (row["title"], row["description"], row["category"], row["amount_text"])
        rows.writerow([name, *(_inert(str(cell or "")) for cell in told), ""])
    return out.getvalue()


def read_sheet(path: Path) -> dict[str, str]:
    """Return observation → kind as a coder filled them in; empty cells are left out.

    Raises `CaseError` naming the row for a word that is no kind, and for a file that is no such sheet.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError("a coder's sheet cannot be read", where=str(path), found=type(error).__name__,
                        do="save it as CSV in UTF-8") from error  # fmt: skip
    found: dict[str, str] = {}
    rows = csv.DictReader(io.StringIO(text))
    if not {"observation", "kind"} <= set(rows.fieldnames or ()):
        raise CaseError("not a coder's sheet", where=str(path), found=", ".join(rows.fieldnames or ()) or "nothing",
                        do="give back the sheet that  muster sample  wrote, with its columns")  # fmt: skip
    for number, row in enumerate(rows, 2):
        kind = (row["kind"] or "").strip()
        if kind and not is_kind(kind):
            raise CaseError("no kind of docs/kinds.md", where=f"{path}, row {number}", found=kind,
                            do=nearest(kind, list(KINDS)))  # fmt: skip
        if kind:
            found[str(row["observation"])] = kind
    return found


def about_drawn(drawn: Iterable[Drawn], db: Database, market: str, n: int, seed: int) -> dict[str, Any]:
    """Return what the journal keeps of a sample drawn."""
    called = {one.observation: one.kind for one in drawn}
    return {"market": market, "n": n, "seed": seed, "versions": _versions(db), "called": called}


def standing(entries: Iterable[Entry], db: Database) -> tuple[Sample | None, str]:
    """Return the sample that stands at the end of a journal, and why none does.

    Codes of a sample that another version of the recogniser was drawn by do not stand: what it calls a listing may be
    another thing now.
    """
    drawn: Mapping[str, Any] | None = None
    made: Sample | None = None
    for entry in entries:
        if entry.what == DRAWN:
            drawn, made = entry.about, None
        elif entry.what == CODED and drawn is not None:
            made = coded(drawn["called"], list(entry.about["codes"].values()))
    if made is None or drawn is None:
        return None, ""
    if drawn["versions"] != _versions(db):
        return None, "a sample was coded for another version of the recogniser; draw one anew with  muster sample"
    return made, ""


def _versions(db: Database) -> list[str]:
    return [str(row["version"]) for row in db.rows(VERSION_SQL)]


def _inert(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    >>> _inert("=1+1"), _inert("Pistol")
    ("'=1+1", 'Pistol')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
