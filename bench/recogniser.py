"""Measure the recogniser on labelled listings, beside the naive keyword count and the sellers' own category.

python bench/recogniser.py SHARED              out of fold over the open two thirds and the random rows: `make scores`
python bench/recogniser.py SHARED --brief      the same without ablation and markets left out
python bench/recogniser.py SHARED --build      fit on all labelled listings; write the model and the compiled
                                               catalogue into the package
python bench/recogniser.py SHARED --rehearse   judge a third of the open part as the locked one is; writes nothing
python bench/recogniser.py SHARED --judge      judge the locked third; write the table of errors into the package, the
                                               figures beside the floors (log it in docs/recognise.md)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import measures
from errors_table import error_table
from judging import Judged, Labels, all_worded, by_rule, labels, market_left_out, out_of_fold, parts
from measures import Figure
from muster.catalogue.load import COMPILED, compiled, load
from muster.model import WEAPON_KINDS
from muster.recognise.build import fit
from muster.recognise.errors_measured import MEASURED
from muster.recognise.labels import MARKETS, Labelled
from muster.recognise.learned import MODEL, pack_learned
from muster.recognise.recogniser import Recogniser, with_model

RATE_SECONDS = 2.0
JUDGED = Path(__file__).resolve().parent.parent / "tests" / "scores" / "locked.json"
"""The figures of the last opening of the locked third."""
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def measured(held: Labels, asked: Sequence[Labelled], known: Sequence[Labelled]) -> tuple[list[Judged], list[Judged]]:
    """Return the listings asked and the random rows, each judged by models of other groups."""
    return out_of_fold(held, asked, known), out_of_fold(held, held.random, known)


def scores(held: Labels, judged: Sequence[Judged], random: Sequence[Judged]) -> dict[str, Figure]:
    """Return the figures that have a floor: those of the listings asked, and those at the market's prior."""
    both = [*judged, *random]
    return {
        **measures.all_figures(judged, held.groups),
        "calibration error, market": measures.figure(both, held.groups, measures.market_calibration_error),
        "random rows right": measures.figure(random, held.groups, lambda js: sum(j.right for j in js) / len(js)),
    }


def report(held: Labels, judged: Sequence[Judged], random: Sequence[Judged]) -> dict[str, Figure]:
    """Print all figures of listings judged, and return those that have a floor."""
    found = scores(held, judged, random)
    for name, figure in found.items():
        print(f"  {name:28}{figure}")
    print("by kind, F1; n and groups are those labelled")
    for kind, figure in measures.kind_figures(judged, held.groups).items():
        sellers = len({j.one.vendor for j in judged if j.one.kinds[0] == kind})
        asked = "asked" if figure.n >= measures.EXAMPLES and sellers >= measures.SELLERS else "reported"
        print(f"  {kind:28}{figure}, sellers {sellers}: {asked}")
    print("weapon or not")
    for name, says in (
        ("Muster", lambda j: j.offer.kind in WEAPON_KINDS),
        ("naive keyword count", measures.says_keyword),
        ("sellers' own category", measures.says_category),
    ):
        precision, recall, f1 = measures.binary(judged, says)
        print(f"  {name:28}precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    print("reliability at the market's prior")
    for said, right, n in measures.reliability([*judged, *random]):
        print(f"  said {said:.3f}  right {right:.3f}  of {n}")
    print("answers kept from a probability on")
    for threshold in THRESHOLDS:
        share, right = measures.kept(judged, threshold)
        print(f"  {threshold:.1f}  answered {share:.3f}  right {right:.3f}")
    for name, rows in (("labelled", judged), ("random", random)):
        for (true, called), wrong in measures.errors(rows).items():
            print(f"  {name}: {true} called {called}: {len(wrong)} ({len({j.one.vendor for j in wrong})} sellers)")
    return found


def ablation(held: Labels, asked: Sequence[Labelled], known: Sequence[Labelled]) -> None:
    """Print what each part adds, and what the category does."""
    print("what each part adds: F1 on kind, F1 of weapon or not")
    rows: list[tuple[str, list[Judged]]] = [("rules alone", by_rule(asked, held.weights))]
    for name, left_out in parts().items():
        rows.append((name, out_of_fold(held, asked, known, left_out)))
    rows.append(("without the category", out_of_fold(held, asked, known, categories=False)))
    for name, judged in rows:
        kind = measures.figure(judged, held.groups, measures.kind_f1)
        weapon = measures.figure(judged, held.groups, measures.weapon_f1)
        print(f"  {name:28}{kind.value:.3f} ({kind.low:.3f}–{kind.high:.3f})"
              f"  {weapon.value:.3f} ({weapon.low:.3f}–{weapon.high:.3f})")  # fmt: skip
    print("a market left out")
    for market in MARKETS:
        judged = market_left_out(held, [*asked, *held.random], known, market)
        chosen = [j for j in judged if not j.one.random]
        drawn = [j for j in judged if j.one.random]
        positive = any(j.one.kinds[0] != "not_weapon" for j in chosen)
        f1 = f"kind {measures.figure(chosen, held.groups, measures.kind_f1)}; " if positive else ""
        print(f"  {market:28}{f1}wrong {sum(not j.right for j in chosen)} of {len(chosen)} labelled, "
              f"{sum(not j.right for j in drawn)} of {len(drawn)} random")  # fmt: skip


def rate(recogniser: Recogniser, asked: Sequence[Labelled]) -> float:
    """Return titles a second on one core, everything included."""
    listings = [one.listing for one in asked]
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < RATE_SECONDS:
        recogniser.recognise(listings)
        done += len(listings)
    return done / (time.perf_counter() - start)


def build(held: Labels) -> None:
    """Fit on all labelled listings and write the model."""
    final = fit([*held.gold, *held.random], held.weights, all_worded())
    MODEL.write_bytes(pack_learned(final))
    COMPILED.write_bytes(compiled(load()))
    last = json.loads(MEASURED.read_bytes())["version"]
    print(f"written: {with_model(final).version}, judged last as {last}")


def rehearsal(held: Labels) -> Labels:
    """Return the labels with a third of the open part in place of the locked third, chosen by another digest."""
    shut = {
        one.listing.id for one in held.open if hashlib.sha256(one.listing.title.encode()).digest()[0] % 3 == 0
    }  # fmt: skip
    return replace(
        held,
        open=tuple(one for one in held.open if one.listing.id not in shut),
        locked=tuple(one for one in held.open if one.listing.id in shut),
    )


def judge_locked(held: Labels) -> tuple[dict[str, Figure], Mapping[str, object]]:
    """Judge the locked third by models of other groups; return figures and table of errors."""
    known = (*held.open, *held.random)
    judged, random = measured(held, held.locked, known)
    print(f"== locked third: {len(judged)} listings of {len({j.one.vendor for j in judged})} sellers")
    found = report(held, judged, random)
    ablation(held, held.locked, known)
    bare = out_of_fold(held, (*held.locked, *held.random), known, categories=False)
    version = with_model(fit(known, held.weights, all_worded())).version
    return found, {"version": version, "rows": error_table([*judged, *random], bare)}


def main() -> None:
    """Run as the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder that holds data/gold/offers.jsonl")
    which = parser.add_mutually_exclusive_group()
    for name in ("--brief", "--build", "--rehearse", "--judge"):
        which.add_argument(name, action="store_true")
    asked = parser.parse_args()
    held = labels(asked.shared)
    if asked.build:
        build(held)
    elif asked.rehearse:
        print(json.dumps(judge_locked(rehearsal(held))[1], indent=1)[:2000])
    elif asked.judge:
        found, table = judge_locked(held)
        MEASURED.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
        figures = {name: round(figure.value, 4) for name, figure in found.items()}
        JUDGED.write_text(json.dumps({"version": table["version"], "figures": figures}, indent=1) + "\n", "utf-8")
    else:
        known = (*held.open, *held.random)
        print(f"== open part: {len(held.open)} listings, and {len(held.random)} random rows, folds by group")
        report(held, *measured(held, held.open, known))
        if not asked.brief:
            ablation(held, held.open, known)
        print(f"  {rate(Recogniser.load(), held.open):,.0f} listings a second on one core")


if __name__ == "__main__":
    main()
