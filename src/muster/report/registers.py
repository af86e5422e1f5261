"""What registers hold of the numbers that offers bear, as the report shows it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from muster.report.data import Row

SHOWN = 60
"""Candidates that the report shows; the table `match` has them all."""

CAVEATS = (
    "A record is not evidence of a crime: objects are lost in war, recorded twice, and found again.",
    "No match is not clearance: a register holds what its authority published by the day of its snapshot.",
    "A match is not a hit: nobody has compared the object with the alert.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate."""

    id: str
    asked: str
    answer: str
    held: str
    differs: str
    register: str
    chance: str


@dataclass(frozen=True, slots=True)
class Section:
    """The section: how many numbers were looked up, what came of them, and the candidates."""

    says: str
    lines: tuple[Line, ...]
    more: int


def section(matches: Sequence[Row]) -> Section | None:
    """Return the section, None for a case whose registers were asked nothing.

    >>> section(())
    """
    if not matches:
        return None
    answers = {row["marking"]: row["answer"] for row in matches}
    n = {word: sum(answer == word for answer in answers.values()) for word in ("match", "cannot_tell", "no_match")}
    numbers = "1 number" if len(answers) == 1 else f"{len(answers):,} numbers"
    says = f"{numbers} looked up: {n['match']:,} match, {n['cannot_tell']:,} cannot tell, {n['no_match']:,} no match"
    near = [row for row in matches if row["alert"] is not None]
    near.sort(key=lambda row: (row["answer"] != "match", row["expected_by_chance"], row["id"]))
    return Section(says, tuple(_line(row) for row in near[:SHOWN]), max(0, len(near) - SHOWN))


def shown(matches: Sequence[Row]) -> list[str]:
    """Return the ids of the candidates that the section shows."""
    found = section(matches)
    return [line.id for line in found.lines] if found is not None else []


def _line(row: Row) -> Line:
    told = []
    for one in json.loads(row["differences"]):
        if "field" in one:
            told.append(f"{one['field']}: {one['asked']} asked, {one['held'] or 'not said'} held")
        else:
            told.append(f"{one['asked'] or 'nothing'} read, {one['held'] or 'nothing'} held")
    return Line(
        id=row["id"],
        asked=row["asked"],
        answer=row["answer"].replace("_", " "),
        held=f"{row['number']} on {row['part']}, {row['spelling']}",
        differs="; ".join(told),
        register=f"{row['reason']}; {row['register']} {row['reference']}, as of {row['snapshot']}",
        chance=f"{row['expected_by_chance']:.2g}",
    )
