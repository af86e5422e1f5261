"""Judge makes, models and calibres on names of arms that were worded before the catalogue had them.

python bench/worded_models.py             the shares that are right
python bench/worded_models.py --wrong     and what is wrong

A cell of bench/labels/worded_models.tsv holds all answers that are right, a bar between; "?" is not asked.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

from muster.recognise.fold import key
from muster.recognise.recogniser import Listing, Recogniser

TABLE = Path(__file__).resolve().parent / "labels" / "worded_models.tsv"
FIELDS = ("kind", "make", "model", "calibre")


def bare(model: str) -> str:
    """Return a model's letters and digits without the word before its number: "Model 19" and "19" are the same."""
    return key(model).replace(" ", "").removeprefix("model")


def main() -> None:
    """Run as the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true")
    show = parser.parse_args().wrong
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    listings = [Listing(str(n), row["title"], price=row["price"]) for n, row in enumerate(rows)]
    offers = [offer for offer in Recogniser.load().recognise(listings) if offer.item == 0]
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for row, offer in zip(rows, offers, strict=True):
        for field in FIELDS:
            accepted = row[field].split("|")
            if "?" in accepted:
                continue
            said = getattr(offer, field)
            asked[field] += 1
            right[field] += said in accepted
            if field == "model":
                asked["model, spelling aside"] += 1
                right["model, spelling aside"] += bare(said) in {bare(one) for one in accepted}
            if show and said not in accepted:
                print(f"{row['title']}: {field} {said!r}, not {row[field]!r}")
    for field, n in asked.items():
        print(f"{field:24}{right[field] / n:.3f}  {right[field]} of {n}")


if __name__ == "__main__":
    main()
