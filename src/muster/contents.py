"""What the report is made from, collected from the tables of a case."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from muster import __version__
from muster.articles import read_articles
from muster.case import Case
from muster.headline import COUNTS
from muster.model import KINDS, canonical_json
from muster.recognise import error_rows
from muster.report import ReportData, Walk, registers
from muster.store import Database
from muster.transfers import Ask
from muster.transfers.shown import BY_CASE, ledger_shown, rests
from muster.walk import Walker

DEEP = 3
"""Offers of each count whose walk down to the capture stands in the report; `muster why` shows all."""

PRICES_SQL = """
SELECT kind, listing, item, arg_max(price_usd, (priced_at IS NOT NULL, priced_at, price_usd)) AS price
FROM item_day WHERE price_usd > 0 GROUP BY ALL ORDER BY ALL
"""

DAYS_SQL = """
SELECT market, captured_at::DATE AS day, count(DISTINCT listing) AS listings, count(DISTINCT capture) AS captures
FROM listing_seen WHERE captured_at IS NOT NULL GROUP BY ALL ORDER BY market, day
"""

COVERAGE_SQL = """
SELECT c.market, string_agg(DISTINCT c.profile, ', ' ORDER BY c.profile) AS profile,
       list(DISTINCT c.source ORDER BY c.source) AS sources, count(DISTINCT c.id) AS captures,
       count(DISTINCT c.id) FILTER (c.captured_at IS NULL) AS undated, min(c.captured_at)::DATE AS first,
       max(c.captured_at)::DATE AS last, count(DISTINCT c.captured_at::DATE) AS days,
       (SELECT count(DISTINCT l.listing) FROM listing_seen l WHERE l.market = c.market) AS listings
FROM capture c WHERE c.market IS NOT NULL GROUP BY c.market ORDER BY c.market
"""

ISSUES_SQL = """
SELECT stage, what, count(*) AS n, arg_min("where", id) AS example_where, arg_min(found, id) AS example_found,
       arg_min(id, id) AS example, arg_min("do", id) AS "do"
FROM issue GROUP BY stage, what ORDER BY n DESC, stage, what
"""


def contents(case: Case, db: Database, evidence: str) -> ReportData:
    """Collect the report's data.

    evidence: digest of the tables, printed so that a reader can tell two reports apart.
    """
    estimates = {row["id"]: row for row in db.rows("SELECT DISTINCT ON (id) * FROM estimate ORDER BY id")}
    verdicts = {row["claim"]: row for row in db.rows("SELECT * FROM verdict ORDER BY id")}
    claims = db.rows("SELECT * FROM claim ORDER BY article_path, start, id")
    by_scope = {(row["measure"], row["scope"]): row["id"] for row in estimates.values()}
    shown = _headline(by_scope)
    kinds = tuple(
        (kind, _find(by_scope, "listings", kind), _find(by_scope, "listings_keyword", kind))
        for kind in ("weapons", "firearms", *KINDS)
        if kind != "not_weapon"
    )
    walker = Walker(db)
    prices: dict[str, list[Decimal]] = {}
    for row in db.rows(PRICES_SQL):
        prices.setdefault(row["kind"], []).append(row["price"])
    roots = [*shown, *(name for _, name, _ in kinds if name)]
    roots += [name for verdict in verdicts.values() for name in (verdict["id"], *verdict["estimates"])]
    roots += [claim["id"] for claim in claims]
    ledger = ledger_shown(db, ledger_asks(case, estimates.values()), case.file.risk)
    roots += rests(ledger) if ledger else []
    matches = db.rows("SELECT * FROM match ORDER BY id")
    roots += registers.shown(matches)
    return ReportData(
        title=case.file.case.title,
        articles=read_articles(case).shown,
        claims=tuple(claims),
        verdicts=verdicts,
        estimates=estimates,
        findings={row["id"]: row for row in db.rows("SELECT * FROM finding ORDER BY id")},
        headline=tuple(shown),
        by_kind=kinds,
        over_time=tuple({**row, "estimate": ""} for row in db.rows(DAYS_SQL)),
        prices={kind: tuple(found) for kind, found in sorted(prices.items())},
        coverage=tuple(db.rows(COVERAGE_SQL)),
        issues=tuple(db.rows(ISSUES_SQL)),
        recogniser=_recogniser(),
        walks=_walks(walker, roots),
        journal_head=evidence,
        version=__version__,
        tellings=tuple(db.rows("SELECT * FROM telling ORDER BY published NULLS LAST, path")),
        copies=tuple(db.rows("SELECT * FROM copy ORDER BY id")),
        matches=tuple(matches),
        ledger=ledger,
        compiled={row["claim"]: row for row in db.rows("SELECT * FROM compiled ORDER BY claim")},
        changes=tuple(db.rows("SELECT * FROM change ORDER BY copy, n")),
    )  # fmt: skip


def ledger_asks(case: Case, estimates: Iterable[Mapping[str, Any]]) -> list[tuple[Ask, str]]:
    """Return what is asked of the ledger: by the case file, then by the articles' claims."""
    found = [(Ask(e.item, e.donor, e.recipient, e.first, e.last, e.known_on, e.within), BY_CASE) for e in case.file.ask]
    for row in sorted(estimates, key=lambda row: str(row["id"])):
        scope = json.loads(row["scope"])
        if scope.get("ledger") and (scope["item"] or scope["recipient"]):
            found.append((Ask(scope["item"], scope["supplier"], scope["recipient"]), "asked by a claim"))
    return found


def _headline(by_scope: Mapping[tuple[str, str], str]) -> list[str]:
    """Return the estimates of the first table: all weapons and all firearms, every count."""
    found = [_find(by_scope, measure, kind) for kind in ("weapons", "firearms") for measure in COUNTS]
    markets = [
        (scope, measure) for measure, scope in by_scope if '"kind":"weapons"' in scope and '"market":""' not in scope
    ]
    found += [by_scope[measure, scope] for scope, measure in sorted(markets) if measure in COUNTS]
    return list(dict.fromkeys(name for name in found if name))


def _find(by_scope: Mapping[tuple[str, str], str], measure: str, kind: str) -> str:
    return by_scope.get((measure, canonical_json({"kind": kind, "market": "", "period": ""})), "")


def _recogniser() -> dict[str, Any]:
    rows = error_rows()
    # Rows without a shelf are the same listings again, their category hidden.
    rows = [row for row in rows if row["shelf"]] or rows
    labelled = sum(row["n"] for row in rows)
    right = sum(row["n"] for row in rows if row["true"] == row["predicted"])
    return {
        "version": rows[0]["version"] if rows else "", "gold_n": labelled,
        "agreement": right / labelled if rows else None, "rows": rows,
    }  # fmt: skip


def _walks(walker: Walker, roots: Iterable[str]) -> dict[str, Walk]:
    """Return the walks of the roots, and of their first children down to the captures."""
    found: dict[str, Walk] = {}
    level = list(dict.fromkeys(roots))
    while level:
        below: list[str] = []
        new = [name for name in level if name not in found]
        walker.hold(new)
        for name in new:
            found[name] = walker.why(name)
            below += found[name].children[: DEEP if name.startswith("est:") else None]
        level = list(dict.fromkeys(below))
    return dict(sorted(found.items()))
