"""How well claims are read, against labelled texts: found, typed, valued, attributed.

    python bench/claims.py [SHARED]

A claim read and a claim labelled are matched one to one where their words overlap by half (intersection over union),
or one lies inside the other, largest overlap first. Found: F1 of that matching. The other figures are shares of the
matched pairs on which both agree. Languages without rules are named and left out.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from muster.claims import article, read
from muster.claims.languages import known
from muster.model import Claim

HALF = 0.5


def main() -> None:
    """Print a line a text."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("MUSTER_SHARED", "../shared"))
    print(f"{'text':<36}{'labelled':>9}{'read':>6}{'found':>7}{'type':>7}{'value':>7}{'unit':>7}{'source':>8}")
    for folder in sorted((shared / "data/gold/claims").iterdir()):
        told = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
        if told["lang"] not in known():
            print(f"{folder.name:<36} no rules for {told['lang']}")
            continue
        text = article((folder / "text.txt").read_bytes(), published=_day(told["published"]), language=told["lang"])
        found = read(text)
        pairs = list(_matched(found, told["claims"]))
        f1 = 2 * len(pairs) / (len(found) + len(told["claims"]))
        agree = [_share(pairs, name) for name in ("type", "value", "unit", "attributed_to")]
        figures = "".join(f"{share:>7.2f}" for share in agree[:3]) + f"{agree[3]:>8.2f}"
        print(f"{folder.name:<36}{len(told['claims']):>9}{len(found):>6}{f1:>7.2f}{figures}")


def _matched(found: list[Claim], labelled: list[dict[str, Any]]) -> Iterator[tuple[Claim, dict[str, Any]]]:
    overlaps = [(_overlap(claim, label), i, j) for i, claim in enumerate(found) for j, label in enumerate(labelled)]
    used: set[tuple[str, int]] = set()
    for overlap, i, j in sorted(overlaps, key=lambda o: (-o[0], o[1], o[2])):
        if overlap >= HALF and not {("read", i), ("label", j)} & used:
            used |= {("read", i), ("label", j)}
            yield found[i], labelled[j]


def _overlap(claim: Claim, label: dict[str, Any]) -> float:
    common = min(claim.end, label["end"]) - max(claim.start, label["start"])
    if common <= 0:
        return 0.0
    inside = common == min(claim.end - claim.start, label["end"] - label["start"])
    union = max(claim.end, label["end"]) - min(claim.start, label["start"])
    return float(max(common / union, HALF) if inside else common / union)


def _share(pairs: list[tuple[Claim, dict[str, Any]]], name: str) -> float:
    if not pairs:
        return 0.0
    return sum(_same(claim, label, name) for claim, label in pairs) / len(pairs)


def _same(claim: Claim, label: dict[str, Any], name: str) -> bool:
    if name != "value":
        return bool(getattr(claim, name) == label[name])
    value = list(claim.value) if isinstance(claim.value, tuple) else claim.value
    return bool(claim.comparator == label["comparator"] and value == label["value"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


if __name__ == "__main__":
    main()
