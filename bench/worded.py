"""Judge a table of titles worded from general knowledge (bench/labels/NAME.tsv), all invented, by the shipped model.

python bench/worded.py worded_fourth           figures; worth something only until a model is fitted on the table
python bench/worded.py worded_fourth --wrong   the titles that are called wrongly, too

An answer "?" is one that readers need not agree on, and is not asked; "a|b" accepts either.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

import measures
from judging import LABELS, Judged, judge
from muster.recognise.items import NAMED
from muster.recognise.labels import read_worded
from muster.recognise.recogniser import Recogniser

ASKED = ("make", "model", "calibre", "quantity")


def judged(name: str) -> list[Judged]:
    """Return the titles of a table as the shipped recogniser calls them."""
    return judge(Recogniser.load(), read_worded(LABELS / f"{name}.tsv"), {})


def answers(held: Sequence[Judged], field: str) -> list[tuple[Judged, str, bool]]:
    """Return for each title of which a field is asked what it should say, and whether it does."""
    found = []
    for j in held:
        told = str(j.one.row[field])
        if j.one.kinds[0] in NAMED and told != "?":
            said = "" if getattr(j.offer, field) is None else str(getattr(j.offer, field))
            found.append((j, told, said in told.split("|")))
    return found


def main() -> None:
    """Run as the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table")
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args()
    held = judged(asked.table)
    print(f"== {asked.table}: {len(held)} titles")
    print(f"  {'kind right':16}{sum(j.right for j in held) / len(held):.3f}")
    print(f"  {'kind, F1':16}{measures.kind_f1(held):.3f}")
    print(f"  {'weapon or not':16}{measures.weapon_f1(held):.3f}")
    for field in ASKED:
        rows = answers(held, field)
        print(f"  {field:16}{sum(right for _, _, right in rows) / len(rows):.3f} of {len(rows)}")
    said = sum(j.offer.probability for j in held) / len(held)
    print(f"  {'stated':16}{said:.3f}")
    cells = Counter((j.one.kinds[0], j.offer.kind) for j in held if not j.right)
    for (true, called), n in cells.most_common():
        print(f"  {true} called {called}: {n}")
    if asked.wrong:
        for j in held:
            if not j.right:
                print(f"kind {j.one.kinds[0]} → {j.offer.kind} {j.offer.probability:.2f} | {j.one.listing.title}")
        for field in ASKED:
            for j, told, right in answers(held, field):
                if not right:
                    print(f"{field} {told!r} → {getattr(j.offer, field)!r} | {j.offer.kind} | {j.one.listing.title}")


if __name__ == "__main__":
    main()
