"""What people decided of a case's claims: which measure each is held against. Read from the journal, kept over runs."""

from __future__ import annotations

from collections.abc import Iterable

from muster.claims.compile import Correction
from muster.estimate import Scope
from muster.journal import Entry
from muster.model import Issue

DECIDED, UNDONE = "claim measured by decision", "claim measured by rules again"
"""The journal's words for a correction, and for taking it back."""


def corrections(entries: Iterable[Entry]) -> dict[str, Correction]:
    """Return the corrections that stand at the end of a journal, by claim id; the last word on a claim counts."""
    found: dict[str, Correction] = {}
    for entry in entries:
        if entry.what == DECIDED:
            about = entry.about
            found[about["claim"]] = Correction(
                about["claim"], about["measure"], Scope.from_json(about["scope"]), entry.who
            )
        elif entry.what == UNDONE:
            found.pop(entry.about["claim"], None)
    return found


def about(made: Correction) -> dict[str, object]:
    """Return what the journal keeps of a correction."""
    return {"claim": made.claim, "measure": made.measure, "scope": made.scope.as_json()}


def homeless(standing: Iterable[Correction], claims: Iterable[str]) -> list[Issue]:
    """Return an issue for every correction whose claim is no longer read from any article of the case."""
    held = set(claims)
    return [
        Issue("test", "correction_without_claim", made.claim, f"{made.measure or 'no measure'}, by {made.who}",
              f"decide it anew:  muster review CASE; or take it back:  muster review CASE {made.claim} --undo")
        for made in standing if made.claim not in held
    ]  # fmt: skip
