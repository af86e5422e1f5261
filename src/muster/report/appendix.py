"""The walk of every id that the report shows, and the rows behind every plain count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from muster.model import Walk
from muster.report.anchors import Rows, anchor
from muster.report.data import ReportData
from muster.report.figures import figure, number

ORDER = ("verdict", "claim", "estimate", "finding", "offer", "listing_seen", "vendor_seen", "review_seen", "capture")
"""Sorts of ids, from what is said to where its bytes lie."""

HEADINGS = {
    "verdict": "Verdicts",
    "claim": "Claims",
    "estimate": "Estimates",
    "finding": "Findings of others",
    "offer": "Offers",
    "listing_seen": "Sightings of listings",
    "vendor_seen": "Sightings of sellers",
    "match": "Numbers looked up in registers",
    "marking": "Markings",
    "review_seen": "Reviews",
    "capture": "Captures",
    "transfer": "Lines of the ledger",
    "transfer_seen": "Rows of tables of transfers",
    "loss_seen": "Rows of lists of losses",
    "stated_total": "Sums that sources state",
    "difference": "Differences between sources",
    "release": "Releases of sources",
}


@dataclass(frozen=True, slots=True)
class Child:
    """An id that a step rests on; `why` is "" where its own step is not in this report."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the appendix."""

    anchor: str
    id: str
    value: str
    text: str
    children: tuple[Child, ...]
    more: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The steps of one sort of ids."""

    heading: str
    steps: tuple[Step, ...]


def groups(data: ReportData) -> tuple[Group, ...]:
    """Return a step for every id shown; one that came without a walk says so instead of leading nowhere.

    >>> groups(ReportData.empty("Nothing yet"))
    ()
    """
    walks = {**_made_up_for(data), **data.walks}
    kinds = sorted({walk.kind for walk in walks.values()}, key=lambda k: (_rank(k), k))
    return tuple(
        Group(
            HEADINGS.get(kind, kind.replace("_", " ").capitalize()),
            tuple(_step(walks[name], walks) for name in sorted(walks) if walks[name].kind == kind),
        )
        for kind in kinds
    )


def distinct(rows: Iterable[Rows]) -> tuple[Rows, ...]:
    """Return rows once each, in order.

    >>> distinct([Rows("a", "x", "SELECT 1"), Rows("a", "x", "SELECT 1")])
    (Rows(anchor='a', about='x', sql='SELECT 1'),)
    """
    return tuple({row.anchor: row for row in rows}.values())


def _made_up_for(data: ReportData) -> dict[str, Walk]:
    """Return plain steps for the shown ids, used where the caller brings no walk."""
    found: dict[str, Walk] = {}
    for row in data.claims:
        found[row["id"]] = Walk(row["id"], "claim", row["quote"], "", (), 0, None)
    for row in data.verdicts.values():
        below = (row["claim"], *(row["estimates"] or ()), *(row["findings"] or ()))
        found[row["id"]] = Walk(row["id"], "verdict", row["verdict"], row["reason"], below, len(below), None)
    for name, row in data.estimates.items():
        found[name] = Walk(name, "estimate", figure(row).spoken, f"{row['measure']}; {row['method']}", (), 0, None)
    for name, row in data.findings.items():
        found[name] = Walk(name, "finding", row["says"], row["source"], (), 0, None)
    return found


def _step(walk: Walk, walks: dict[str, Walk]) -> Step:
    children = tuple(Child(name, anchor(name) if name in walks else "") for name in walk.children)
    more = walk.total - len(walk.children)
    places = tuple((name.replace("_", " "), _place(value)) for name, value in sorted((walk.locator or {}).items()))
    return Step(
        anchor(walk.id), walk.id, walk.value, walk.text, children, number(more) if more > 0 else "", places
    )  # fmt: skip


def _place(value: object) -> str:
    return str(value)


def _rank(kind: str) -> int:
    return ORDER.index(kind) if kind in ORDER else len(ORDER)
