"""The pages of a case: what it holds, its claims, the walk of an id, its issues, and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from muster.contents import COVERAGE_SQL
from muster.errors import CaseError, ServiceError
from muster.pipeline import STAGES
from muster.report import Walk
from muster.report.words import VERDICTS
from muster.walk import Walker
from muster.web.asking import Query, address
from muster.web.page import Page, span_of
from muster.web.reading import Held

ROWS = 50
"""Rows of a list on one page, unless `per` asks for another number."""

EVERY = 1000
"""Steps that the page of an id shows under `all`; the command shows any number."""

DEEP = 12
"""Steps that are followed down from an id; the longest walk has eight."""

CLAIMS_SQL = """
SELECT c.id AS claim, v.id AS verdict_id, c.article_path AS article, c.quote, coalesce(v.verdict, '') AS verdict,
       coalesce(v.basis, '') AS basis, coalesce(v.reason, '') AS reason, coalesce(v.would_decide, '') AS would_decide,
       coalesce(v.use_of_source, '') AS use_of_source, v.estimates
FROM claim c LEFT JOIN verdict v ON v.claim = c.id WHERE $verdict = '' OR v.verdict = $verdict
ORDER BY c.article_path, c.start, c.id LIMIT $most OFFSET $skip
"""

TALLY_SQL = """
SELECT coalesce(v.verdict, '') AS verdict, count(*) AS n FROM claim c LEFT JOIN verdict v ON v.claim = c.id
GROUP BY ALL
"""

SORTS_SQL = "SELECT stage, what, count(*) AS n FROM issue GROUP BY ALL ORDER BY n DESC, stage, what"

ISSUES_SQL = """
SELECT * FROM issue WHERE ($stage = '' OR stage = $stage) AND ($what = '' OR what = $what)
ORDER BY stage, what, id LIMIT $most OFFSET $skip
"""

LEDGER_SQL = "SELECT id, series, title, published, rows, lines, issues FROM release ORDER BY series, published, id"

NUMBERS_SQL = """
SELECT (SELECT count(*) FROM capture) AS captures, (SELECT count(DISTINCT (market, listing)) FROM listing_seen)
       AS listings, (SELECT count(*) FROM offer) AS offers, (SELECT count(*) FROM estimate) AS estimates,
       (SELECT count(*) FROM transfer) AS ledger_lines, (SELECT count(*) FROM issue) AS issues,
       (SELECT count(*) FROM claim) AS claims
"""


def home(held: Held, given: Query) -> Page:
    """What the case holds, and the ways into it."""
    case = held.case
    found: dict[str, Any] = {
        "title": case.file.case.title, "ran": held.ran, "stages": [stage for stage in STAGES if stage in held.present],
        "report": (case.report / "index.html").is_file(), "numbers": held.db.one(NUMBERS_SQL) or {},
        "markets": held.db.rows(COVERAGE_SQL), "verdicts": _tally(held),
        "issues": held.db.rows(SORTS_SQL), "ledger": held.db.rows(LEDGER_SQL),
    }  # fmt: skip
    context = {"found": found, "root": str(case.root), "looks": VERDICTS, "address": address}
    return Page("home.html.j2", case.file.case.title, context, found, formats=("json",))


def claims(held: Held, given: Query) -> Page:
    """The claims with their verdicts, each with the way to what it rests on."""
    _must_have_run(held)
    verdict = given.get("verdict", "").replace("-", " ")
    if verdict and verdict not in VERDICTS:
        known = ", ".join(word for word in VERDICTS if word)
        raise ServiceError("there is no such verdict", where="verdict", found=verdict, do=f"known: {known}")
    tally = _tally(held)
    total = tally.get(verdict, 0) if verdict else sum(tally.values())
    span = span_of("/claims", given, total, ROWS)
    rows = held.db.rows(CLAIMS_SQL, {"verdict": verdict, "most": span.per, "skip": span.skip})
    context = {"rows": rows, "part": span, "tally": tally, "chosen": verdict, "looks": VERDICTS, "address": address}
    return Page("claims.html.j2", "Claims and verdicts", context, rows, rows, "claims")


def issues(held: Held, given: Query) -> Page:
    """What was not understood or lost, by sort and one by one."""
    _must_have_run(held)
    sorts = held.db.rows(SORTS_SQL)
    chosen = {"stage": given.get("stage", ""), "what": given.get("what", "")}
    total = sum(row["n"] for row in sorts if all(not value or row[name] == value for name, value in chosen.items()))
    span = span_of("/issues", given, total, ROWS)
    rows = held.db.rows(ISSUES_SQL, {**chosen, "most": span.per, "skip": span.skip})
    context = {"rows": rows, "part": span, "sorts": sorts, "chosen": chosen, "address": address,
               "root": str(held.case.root)}  # fmt: skip
    return Page("issues.html.j2", "What was not understood or lost", context, rows, rows, "issues")


def walk(held: Held, given: Query, name: str) -> Page:
    """One id: what it says and what it rests on, down to the bytes; `muster why` prints the same."""
    _must_have_run(held)
    every = given.get("all", "") == "1"
    walker = Walker(held.db)
    top = walker.why(name, every=every)
    value = asdict(top)
    value["from"] = value.pop("children")
    steps = _down(walker, top)
    rows = [{"id": child.id, "kind": child.kind, "value": child.value, "text": child.text,
             "rests_on": list(child.children)} for child in steps[0]["below"]]  # fmt: skip
    context = {
        "top": top, "steps": steps, "root": str(held.case.root), "every": every, "most": EVERY,
        "all_at": address(f"/id/{name}", {"all": "1"}),
    }  # fmt: skip
    return Page("walk.html.j2", name, context, value, rows, "walk")


def report(held: Held, name: str) -> bytes:
    """Return a file of the report as the last run wrote it; raises `CaseError` where there is none."""
    path = held.case.report / name
    if not path.is_file():
        raise CaseError("there is no report yet", where=str(path), found="nothing", do=f"muster run {held.case.root}")
    return path.read_bytes()


def _tally(held: Held) -> dict[str, int]:
    """Return how many claims have each verdict, those that none has too; "" counts claims without one, if any."""
    counted = {row["verdict"]: row["n"] for row in held.db.rows(TALLY_SQL)}
    return {word: counted.get(word, 0) for word in VERDICTS if word or word in counted}


def _must_have_run(held: Held) -> None:
    if not held.ran:
        raise CaseError("this case was not run yet", where=str(held.case.root), found="no derived tables",
                        do=f"muster run {held.case.root}")  # fmt: skip


def _down(walker: Walker, top: Walk) -> list[dict[str, Any]]:
    """Return the steps of a walk: of each the step itself and what it rests on; the first of that is followed down."""
    steps: list[dict[str, Any]] = []
    now = top
    while True:
        walker.hold(now.children[:EVERY])
        below = [walker.why(name) for name in now.children[:EVERY]]
        steps.append({"step": now, "below": below, "more": now.total - len(below)})
        if not below or len(steps) >= DEEP:
            return steps
        now = below[0]


KNOWN: Mapping[str, Sequence[str]] = {
    "/": (), "/claims": ("verdict", "page", "per"), "/issues": ("stage", "what", "page", "per"),
}  # fmt: skip
"""What may stand behind the question mark of each page."""
