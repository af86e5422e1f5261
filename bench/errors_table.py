"""The table of errors that ships with the package: how listings of each kind were called, by shelf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from judging import Judged
from muster.model import Kind


def error_table(judged: Sequence[Judged], bare: Sequence[Judged]) -> list[dict[str, object]]:
    """Return the rows of the table `recogniser_error` without their version; an accepted answer counts as true.

    judged: listings with their categories, of the shelves `arms` and `other`; bare: the same ones without, for markets
    that have none. Rates are those of the rows that the listings stand for. `effective` is how many independent
    listings would tell as much: for each true kind, the listings by Kish's formula for unequal weights, times sellers
    over listings, because a seller's listings are alike (cautiously: as alike as can be); over the cells by weight.
    """
    rows: list[dict[str, object]] = []
    for held in (judged, bare):
        by_true: dict[tuple[str, Kind], list[Judged]] = defaultdict(list)
        for j in held:
            by_true[j.offer.shelf, _true(j)].append(j)
        for (shelf, true), of in sorted(by_true.items()):
            rows += _cells(shelf, true, of)
    return rows


def _true(j: Judged) -> Kind:
    return j.offer.kind if j.right else j.one.kinds[0]


def _cells(shelf: str, true: Kind, of: Sequence[Judged]) -> list[dict[str, object]]:
    total = sum(j.weight for j in of)
    kish = total**2 / sum(j.weight**2 for j in of)
    effective = kish * len({j.one.vendor for j in of}) / len(of)
    cells: dict[Kind, list[Judged]] = defaultdict(list)
    for j in of:
        cells[j.offer.kind].append(j)
    rows: list[dict[str, object]] = []
    for predicted, cell in sorted(cells.items()):
        weight = sum(j.weight for j in cell)
        rows.append({
            "shelf": shelf, "true": true, "predicted": predicted, "n": len(cell),
            "vendors": len({j.one.vendor for j in cell}),
            "effective": round(effective * weight / total, 4),
            "said": round(sum(j.weight * j.offer.probability for j in cell) / weight, 4),
        })  # fmt: skip
    return rows
