"""An invented case as the report is handed it: two articles, one market, every sort of verdict."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from muster.model import canonical_json
from muster.report import ReportData, Walk

ENGLISH = (
    "Weapons flood Bazaar\n\nAt least two pistols were offered on Bazaar in March 2014. Thousands of weapon systems "
    "sent by allies can be found there.\n\nThree sellers offer weapons. One of them has 32 successful transactions.\n\n"
    "No failure was ever more shameful."
)
FRENCH = (
    "Les armes inondent Bazaar\n\nDes milliers de systèmes d’armes envoyés par les alliés y sont en vente. Les deux "
    "tiers des livraisons ne sont jamais arrivés.\n\nJamais on n’a connu d’échec plus honteux."
)


def estimate_row(
    name: str, measure: str, kind: str, value: float | None, *bounds: float, **more: Any
) -> dict[str, Any]:
    """Return a row of the table `estimate`."""
    low, high = bounds or (None, None)
    return {
        "id": f"est:{name}", "measure": measure, "value": value, "low": low, "high": high,
        "scope": canonical_json({"kind": kind, "market": more.get("market", ""), "period": more.get("period", "")}),
        "unit": more.get("unit", "listings"), "method": "counted", "n": int(value or 0), "markets": ["bazaar"],
        "first": date(2014, 3, 1), "last": date(2014, 4, 1), "captures": 40, "undated": 2, "days": 2,
        "assumptions": more.get("assumptions", ["error rates transported"]), "inputs_digest": "00ff",
    }  # fmt: skip


def claim_row(name: str, article: str, text: str, quote: str, **more: Any) -> dict[str, Any]:
    """Return a row of the table `claim` for words of a text."""
    start = text.index(quote)
    row = {
        "id": f"clm:{name}", "article": article, "article_path": f"articles/{article}.txt", "quote": quote,
        "start": start, "end": start + len(quote), "type": "count", "mode": "asserted", "checkable": True,
        "why_not": "", "subject": "weapons on sale", "measure": "count", "comparator": "ge", "value_low": 1000.0,
        "value_high": 1000.0, "unit": "weapon systems", "place": "bazaar", "period": "2014-04", "attributed_to": "",
        "facets": [],
    }  # fmt: skip
    return {**row, **more}


def verdict_row(name: str, word: str, **more: Any) -> dict[str, Any]:
    """Return a row of the table `verdict` on the claim of the same name."""
    row = {
        "id": f"vrd:{name}", "claim": f"clm:{name}", "verdict": word, "basis": "measured", "reason": "So it is.",
        "would_decide": "", "estimates": [], "findings": [], "facets": [], "use_of_source": "",
    }  # fmt: skip
    return {**row, **more}


def claims(english: str, french: str) -> list[dict[str, Any]]:
    """Return the claims of both articles."""
    return [
        claim_row("two", "en", english, "At least two pistols were offered on Bazaar in March 2014"),
        claim_row("many", "en", english, "Thousands of weapon systems sent by allies can be found there"),
        claim_row("inner", "en", english, "Thousands of weapon systems", type="existence"),
        claim_row("three", "en", english, "Three sellers offer weapons", unit="sellers", comparator="eq"),
        claim_row("sold", "en", english, "One of them has 32 successful transactions", type="transactions"),
        claim_row("shame", "en", english, "No failure was ever more shameful", type="opinion", checkable=False,
                  value_low=None, value_high=None, comparator="none"),
        claim_row("milliers", "fr", french, "Des milliers de systèmes d’armes envoyés par les alliés y sont en vente"),
        claim_row("tiers", "fr", french, "Les deux tiers des livraisons ne sont jamais arrivés", type="share"),
        claim_row("honte", "fr", french, "Jamais on n’a connu d’échec plus honteux", type="opinion", checkable=False),
    ]  # fmt: skip


def verdicts() -> dict[str, dict[str, Any]]:
    """Return a verdict for all claims but one."""
    facets = [
        {"kind": "quantity", "quote": "Thousands", "verdict": "contradicted", "reason": "The captures show nine."},
        {"kind": "origin", "quote": "sent by allies", "verdict": "cannot tell", "reason": "No offer shows origin."},
    ]
    needs = "serial numbers read from pictures, matched with transfer records"
    found = [
        verdict_row("two", "supported", estimates=["est:handgun"]),
        verdict_row("many", "contradicted", estimates=["est:weapons", "est:keyword", "est:stock"], facets=facets,
                    findings=["fnd:desk"], use_of_source="no source given"),
        verdict_row("three", "cannot tell", estimates=["est:vendors"], would_decide=needs),
        verdict_row("sold", "cannot tell", basis="", use_of_source="source not at hand"),
        verdict_row("shame", "not checkable", basis="", reason="An opinion."),
        verdict_row("milliers", "cannot tell", basis="reported by", findings=["fnd:desk"], would_decide=needs),
        verdict_row("tiers", "cannot tell", basis="", would_decide="both numbers of the share"),
        verdict_row("honte", "not checkable", basis="", reason="An opinion."),
    ]  # fmt: skip
    return {row["claim"]: row for row in found}


def estimates() -> dict[str, dict[str, Any]]:
    """Return estimates of each count, one of them unknown."""
    found = [
        estimate_row("weapons", "listings", "weapons", 23.0, 19.4, 27.2),
        estimate_row("keyword", "listings_keyword", "weapons", 61.0, assumptions=["counts words"]),
        estimate_row("offers", "offers", "weapons", 31.0, 26.0, 36.0, unit="items"),
        estimate_row("vendors", "vendors", "weapons", 6.0, 5.0, 8.0, unit="sellers"),
        estimate_row("sales", "sales", "weapons", 1240.0, 1100.0, 1404.0, unit="sales"),
        estimate_row("stock", "stock", "weapons", None, unit="items", assumptions=["no seller states a stock"]),
        estimate_row("handgun", "listings", "handgun", 9.0, 8.0, 11.0),
        estimate_row("long_gun", "listings", "long_gun", 0.0, 0.0, 2.0),
        estimate_row("ammunition", "listings", "ammunition", 140.0, 121.0, 163.0),
        estimate_row("explosive", "listings", "explosive", None, assumptions=["no capture speaks for this scope"]),
    ]
    return {row["id"]: row for row in found}


def walks() -> dict[str, Walk]:
    """Return one walk down to the bytes; the other ids come without."""
    place = {"file_digest": "ab" * 32, "start": 1024, "length": 4096}
    found = [
        Walk("est:handgun", "estimate", "9 listings", "listings: handgun", ("off:1", "off:2"), 9, None),
        Walk("off:1", "offer", "handgun 0.98", "rests on “pistol” at title 0–6", ("obs:1",), 1, None),
        Walk("obs:1", "listing_seen", "Pistol, as new", "amount_text USD 450", ("cap:1",), 1, None),
        Walk("cap:1", "capture", "captured 2014-03-01 10:00 UTC", "bazaar, listing", (), 0, place),
    ]
    return {walk.id: walk for walk in found}


@pytest.fixture
def make_data() -> Callable[..., ReportData]:
    """A factory: the invented case, with whatever fields are given instead."""

    def make(**instead: Any) -> ReportData:
        fields: dict[str, Any] = {
            "title": "Weapons from Ruritania on Bazaar",
            "articles": (
                {"path": "articles/en.txt", "language": "en", "published": date(2014, 4, 10), "digest": "en",
                 "title": "Weapons flood Bazaar", "text": ENGLISH},
                {"path": "articles/fr.txt", "language": "fr", "published": date(2014, 4, 10), "digest": "fr",
                 "title": "Les armes inondent Bazaar", "text": FRENCH},
            ),
            "claims": tuple(claims(ENGLISH, FRENCH)),
            "verdicts": verdicts(),
            "estimates": estimates(),
            "findings": {"fnd:desk": {"id": "fnd:desk", "claim": "Thousands", "says": "We counted seven offers.",
                                      "source": "Plumb Line, an invented desk", "date": date(2014, 4, 14),
                                      "grade": "secondary"}},
            "headline": ("est:weapons", "est:keyword", "est:offers", "est:vendors", "est:sales", "est:stock"),
            "by_kind": (("weapons", "est:weapons", "est:keyword"), ("handgun", "est:handgun", ""),
                        ("long_gun", "est:long_gun", ""), ("ammunition", "est:ammunition", ""),
                        ("explosive", "est:explosive", ""), ("toxic", "", "")),
            "over_time": (
                {"market": "bazaar", "day": date(2014, 3, 1), "listings": 31, "captures": 20, "estimate": ""},
                {"market": "bazaar", "day": date(2014, 4, 1), "listings": 33, "captures": 18,
                 "estimate": "est:weapons"},
            ),
            "prices": {"handgun": tuple(Decimal(n) for n in ("450", "450", "620.50", "1300", "0")),
                       "ammunition": tuple(Decimal(n) / 100 for n in range(18, 95, 3))},
            "coverage": (
                {"market": "bazaar", "profile": "bazaar", "sources": ["captures"], "captures": 40, "undated": 2,
                 "first": date(2014, 3, 1), "last": date(2014, 4, 1), "days": 2, "listings": 37},
                {"market": "souk", "profile": "souk", "sources": ["souk"], "captures": 3, "undated": 3, "first": None,
                 "last": None, "days": 0, "listings": 12},
            ),
            "issues": ({"stage": "parse", "what": "no_value", "n": 3, "example_where": "listing: price",
                        "example_found": "ask me", "do": "add a lookup to the profile"},),
            "recogniser": {"version": "1", "gold_n": 760, "micro_f1": 0.9512, "rows": [
                {"true": "handgun", "predicted": "handgun", "n": 40, "vendors": 12},
                {"true": "component", "predicted": "handgun", "n": 2, "vendors": 1}]},
            "walks": walks(),
            "journal_head": "0123456789abcdef",
            "version": "0.1.0",
        }  # fmt: skip
        return ReportData(**{**fields, **instead})

    return make
