"""How it was done and what it cannot show: the same sentences in every report, and the recogniser's measured error."""

from __future__ import annotations

from dataclasses import dataclass

from muster.report.anchors import rows
from muster.report.data import ReportData
from muster.report.figures import number
from muster.report.words import kind_name

CAVEAT = (
    "What a seller states of origin or stock proves neither. A likeness is not a hit. No match is no clearance. "
    "Absence from these captures says nothing about what was never captured."
)

LIMITS: tuple[tuple[str, str], ...] = (
    (
        "Counts",
        "Listings, items, stated stock, sellers and sales are five different counts; none stands in for another and "
        "they are never added up. A listing captured twice is one listing.",
    ),
    (
        "Intervals",
        "The value is the count corrected for the recogniser’s measured error; the interval holds the true count "
        "within these captures with 95% confidence, if that error is the same here as where it was measured.",
    ),
    (
        "Naive keyword count",
        "Listings whose text holds a weapon word: what a plain search finds, look-alikes included. It stands beside "
        "the estimate to show the difference; it has no interval, for it counts words.",
    ),
    (
        "Verdicts",
        "A verdict is about the world, never about the person who spoke. A claim that joins several assertions is "
        "never stronger than the weakest of them. One secondary finding alone contradicts nothing, and absence "
        "contradicts only where somebody states that the captures hold a whole market on those days.",
    ),
    (
        "Cannot tell",
        "The evidence held does not reach. It is not a nought, and it is neither for nor against the claim.",
    ),
    (
        "Names",
        "Sellers, addresses and contacts are replaced by tokens before anything is counted; nobody’s origin or "
        "identity is inferred, and no offer is scored for being genuine.",
    ),
)
"""What every reader should know, by word."""


ERRORS = rows("how often the recogniser called one kind another", "recogniser_error")


@dataclass(frozen=True, slots=True)
class Method:
    """What is known of the recogniser: facts by name, and which kinds it mistook for which."""

    facts: tuple[tuple[str, str], ...]
    mistakes: tuple[tuple[str, str, str, str], ...]
    right: str
    labelled: str


def method(data: ReportData) -> Method:
    """Return the recogniser's facts and its mistakes, the most frequent first.

    >>> method(ReportData.empty("Nothing yet")).facts
    ()
    """
    errors = list(data.recogniser.get("rows") or ())
    facts = tuple(
        (name.replace("_", " "), _said(value))
        for name, value in data.recogniser.items()
        if isinstance(value, (str, int, float)) and value != ""
    )
    wrong = sorted(
        (row for row in errors if row["true"] != row["predicted"]),
        key=lambda row: (-row["n"], row["true"], row["predicted"]),
    )
    mistakes = tuple(
        (kind_name(row["true"]), kind_name(row["predicted"]), number(row["n"]), number(row["vendors"])) for row in wrong
    )
    right = sum(row["n"] for row in errors if row["true"] == row["predicted"])
    return Method(facts, mistakes, number(right), number(sum(row["n"] for row in errors)))


def _said(value: str | int | float) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return number(value) if isinstance(value, int) else value
