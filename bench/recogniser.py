"""Measure the recogniser on labelled listings, beside the naive keyword count and the sellers' own category.

python bench/recogniser.py SHARED            folds by seller over all labelled listings, and over the random rows
python bench/recogniser.py SHARED --open     the same over the open two thirds, while rules are being written
python bench/recogniser.py SHARED --build    fit on all labelled listings and write the model into the package
python bench/recogniser.py SHARED --judge    fit on the open part, judge the locked third and the random rows, and write
                                             temperature and table of errors into the package (log it in the docs)
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import GroupKFold

from muster.model import WEAPON_KINDS, Kind, Offer
from muster.recognise.build import FOLDS, at_temperature, fit, temper
from muster.recognise.errors_measured import MEASURED
from muster.recognise.fold import key
from muster.recognise.items import NAMED
from muster.recognise.keywords import keyword_hits
from muster.recognise.labels import MARKETS, Labelled, read_gold, read_random, read_table, read_worded
from muster.recognise.learned import MODEL, pack_learned
from muster.recognise.recogniser import Recogniser, with_model

SEED = 20170509
RESAMPLES = 1000
LABELS = Path(__file__).resolve().parent / "labels"
BINS = 10
RATE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled listing, what the recogniser said of it, and whether it is locked."""

    one: Labelled
    offer: Offer

    @property
    def right(self) -> bool:
        """Whether the kind is one that the readers accept."""
        return self.offer.kind in self.one.kinds


def is_locked(vendor: str, title: str) -> bool:
    """Return whether the group of a seller and a title belongs to the locked third.

    The title is compared by its letters and digits after NFKC and case folding. The first eight hex digits of
    SHA-256 of seller, line feed and title are taken as a number; multiples of three are locked.
    """
    plain = unicodedata.normalize("NFKC", title).casefold()
    words = "".join(char if char.isalnum() else " " for char in plain).split()
    found = hashlib.sha256(f"{vendor}\n{' '.join(words)}".encode()).hexdigest()
    return int(found[:8], 16) % 3 == 0


def shares(shared: Path, gold: Sequence[Labelled]) -> dict[str, float]:
    """Return for each labelled listing how many rows of its market, inside or outside Weapons, it stands for."""
    rows: Counter[tuple[str, bool]] = Counter()
    for market, columns in MARKETS.items():
        table = read_table(shared / "data" / "markets", market)
        rows.update((market, row[columns[0]] == "Weapons") for row in table)
    labelled = Counter(_stratum(one) for one in gold)
    return {one.listing.id: rows[_stratum(one)] / labelled[_stratum(one)] for one in gold}


def _stratum(one: Labelled) -> tuple[str, bool]:
    return one.row["source"], one.row["category"] == "Weapons"


def all_worded() -> list[Labelled]:
    """Return the titles worded for each kind, of both tables."""
    return [one for name in ("worded", "worded_after") for one in read_worded(LABELS / f"{name}.tsv")]


def out_of_fold(
    gold: Sequence[Labelled], others: Sequence[Labelled] = (), shares: Mapping[str, float] | None = None
) -> list[Judged]:
    """Judge every listing by a model that was fitted on other sellers and on the titles worded for each kind.

    others: labelled listings to fit on besides, those of other sellers only.
    """
    worded = all_worded()
    found: dict[int, Judged] = {}
    for train, test in GroupKFold(n_splits=FOLDS).split(list(gold), groups=[one.vendor for one in gold]):
        judged = {gold[n].vendor for n in test}
        rest = [one for one in others if one.vendor not in judged]
        recogniser = with_model(fit([*(gold[n] for n in train), *rest], shares, worded))
        found.update(zip(test.tolist(), judge(recogniser, [gold[n] for n in test]), strict=True))
    return [found[n] for n in range(len(gold))]


def judge(recogniser: Recogniser, gold: Sequence[Labelled]) -> list[Judged]:
    """Judge listings; of several items the first counts, as in the labels."""
    offers = [offer for offer in recogniser.recognise([one.listing for one in gold]) if offer.item == 0]
    return [Judged(one, offer) for one, offer in zip(gold, offers, strict=True)]


def kind_f1(judged: Sequence[Judged]) -> float:
    """Micro-F1 over all kinds but not_weapon."""
    hit = sum(j.right and j.offer.kind != "not_weapon" for j in judged)
    false = sum(not j.right and j.offer.kind != "not_weapon" for j in judged)
    missed = sum(not j.right and j.one.kinds[0] != "not_weapon" for j in judged)
    return 2 * hit / max(1, 2 * hit + false + missed)


def weapon_f1(judged: Sequence[Judged]) -> float:
    """F1 of weapon or not."""
    return binary(judged, lambda j: j.offer.kind in WEAPON_KINDS)[2]


def binary(judged: Sequence[Judged], says: Callable[[Judged], bool]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of a weapon-or-not answer; where readers accept both, both are right."""
    hit = false = missed = 0
    for j in judged:
        accepted = {kind in WEAPON_KINDS for kind in j.one.kinds}
        said = says(j)
        if said in accepted:
            hit += said
        else:
            false += said
            missed += not said
    precision, recall = hit / max(1, hit + false), hit / max(1, hit + missed)
    return precision, recall, 2 * hit / max(1, 2 * hit + false + missed)


def calibration_error(judged: Sequence[Judged]) -> float:
    """Expected calibration error of the stated probability, ten bins of equal width."""
    said = np.array([j.offer.probability for j in judged])
    right = np.array([j.right for j in judged], dtype=float)
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    return float(sum(abs(said[bins == b].sum() - right[bins == b].sum()) for b in range(BINS)) / len(judged))


def by_vendor(judged: Sequence[Judged], measure: Callable[[Sequence[Judged]], float]) -> tuple[float, float]:
    """Return the 95% interval of a measure over resampled sellers."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for j in judged:
        groups[j.one.vendor].append(j)
    names = sorted(groups)
    random = np.random.default_rng(SEED)
    values = [
        measure([j for n in random.integers(0, len(names), len(names)) for j in groups[names[n]]])
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def field_rates(judged: Sequence[Judged]) -> dict[str, tuple[int, int]]:
    """Return right and asked of make, model, calibre and quantity, where readers were sure and the kind has such."""
    found = {name: [0, 0] for name in ("make", "model", "model, spelling aside", "calibre", "quantity")}
    for j in judged:
        row, kind = j.one.row, j.one.kinds[0]
        if "make" not in row or not row["sure"] or kind not in NAMED:
            continue
        offer = j.offer
        answers = {
            "make": offer.make in row["make"],
            "model": offer.model in row["model"],
            "model, spelling aside": _plain(offer.model) in {_plain(model) for model in row["model"]},
            "calibre": offer.calibre in row["calibre"],
            "quantity": offer.quantity == row["quantity"],
        }
        for name, right in answers.items():
            found[name][0] += right
            found[name][1] += 1
    return {name: (right, asked) for name, (right, asked) in found.items()}


def _plain(model: str) -> str:
    return key(model).replace(" ", "").removeprefix("model")


def confusion(judged: Sequence[Judged]) -> list[dict[str, object]]:
    """Return the rows of the error table: true, predicted, n, distinct sellers; an accepted answer counts as true."""
    cells: dict[tuple[Kind, Kind], list[str]] = defaultdict(list)
    for j in judged:
        cells[(j.offer.kind if j.right else j.one.kinds[0], j.offer.kind)].append(j.one.vendor)
    return [
        {"true": true, "predicted": predicted, "n": len(vendors), "vendors": len(set(vendors))}
        for (true, predicted), vendors in sorted(cells.items())
    ]


def _keyword(j: Judged) -> bool:
    return bool(keyword_hits(j.one.listing.title, j.one.listing.description))


def report(judged: Sequence[Judged]) -> None:
    """Print all figures."""
    print(f"{len(judged)} listings of {len({j.one.vendor for j in judged})} sellers")
    for name, measure in (("micro-F1 on kind", kind_f1), ("weapon or not, F1", weapon_f1)):
        low, high = by_vendor(judged, measure)
        print(f"  {name:28}{measure(judged):.3f}  (95% over sellers {low:.3f} to {high:.3f})")
    print(f"  {'calibration error':28}{calibration_error(judged):.3f}")
    for name, (right, asked) in field_rates(judged).items():
        print(f"  {name:28}{right / max(1, asked):.3f}  ({right} of {asked})")
    rivals: list[tuple[str, Callable[[Judged], bool]]] = [
        ("Muster", lambda j: j.offer.kind in WEAPON_KINDS),
        ("naive keyword count", _keyword),
        ("sellers' own category", lambda j: j.one.row["category"] == "Weapons"),
    ]
    for name, says in rivals:
        precision, recall, f1 = binary(judged, says)
        print(f"  weapon or not: {name:24} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}")
    for cell in confusion(judged):
        if cell["true"] != cell["predicted"]:
            print(f"  {cell['true']} called {cell['predicted']}: {cell['n']} ({cell['vendors']} sellers)")


def rate(recogniser: Recogniser, gold: Sequence[Labelled]) -> float:
    """Return titles a second on one core, everything included."""
    listings = [one.listing for one in gold]
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < RATE_SECONDS:
        recogniser.recognise(listings)
        done += len(listings)
    return done / (time.perf_counter() - start)


def main() -> None:
    """Run as the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder that holds data/gold/offers.jsonl")
    which = parser.add_mutually_exclusive_group()
    for name in ("--open", "--build", "--judge"):
        which.add_argument(name, action="store_true")
    asked = parser.parse_args()
    gold = read_gold(asked.shared / "data" / "gold" / "offers.jsonl")
    random = read_random(LABELS / "random_rows.csv", asked.shared / "data" / "markets")
    weights = shares(asked.shared, [*gold, *random])
    if asked.build:
        build([*gold, *random], weights)
        return
    unlocked = [one for one in gold if not is_locked(one.vendor, one.listing.title)]
    if asked.judge:
        locked = [one for one in gold if is_locked(one.vendor, one.listing.title)]
        judge_locked(unlocked, locked, random, weights)
        return
    held = unlocked if asked.open else gold
    print("== labelled listings, folds by seller")
    report(out_of_fold(held, random, weights))
    print("== random rows from outside Weapons, folds by seller")
    report(out_of_fold(random, held, weights))
    print(f"  {rate(Recogniser.load(), gold):,.0f} listings a second on one core")


def build(labelled: Sequence[Labelled], weights: dict[str, float]) -> None:
    """Fit on all labelled listings, at the temperature that the last judging found, and write the model."""
    held = json.loads(MEASURED.read_bytes())
    final = at_temperature(fit(labelled, weights, all_worded()), held["temperature"])
    MODEL.write_bytes(pack_learned(final))
    print(f"written: {with_model(final).version}, judged last as {held['version']}")


def judge_locked(
    unlocked: Sequence[Labelled], locked: Sequence[Labelled], random: Sequence[Labelled], weights: dict[str, float]
) -> None:
    """Judge the locked third by the rules as they are and a model of all else; write temperature and error table.

    The error table holds the random rows too, judged out of fold: they say how listings outside Weapons are called.
    The calibration error is that of a temperature found on the other half of the locked sellers.
    """
    worded = all_worded()
    gone = {one.vendor for one in locked}
    fitted = fit([*unlocked, *(one for one in random if one.vendor not in gone)], weights, worded)
    print("== locked third")
    judged = judge(with_model(fitted), locked)
    report(judged)
    crossed: list[Judged] = []
    for half in (0, 1):
        rest = [one for one in locked if _half(one.vendor) != half]
        crossed += judge(with_model(temper(fitted, rest)[0]), [one for one in locked if _half(one.vendor) == half])
    _, temperature = temper(fitted, locked)
    outside = out_of_fold(random, unlocked, weights)
    print("== random rows from outside Weapons")
    report(outside)
    print(f"temperature {temperature}: calibration error {calibration_error(judged):.3f} before")
    print(
        f"  cross-fitted {calibration_error(crossed):.3f}, "
        f"with the random rows {calibration_error([*crossed, *outside]):.3f}"
    )
    for line in reliability(crossed):
        print("  " + line)
    table = {
        "version": with_model(fitted).version, "temperature": temperature, "rows": confusion([*judged, *outside]),
    }  # fmt: skip
    MEASURED.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def reliability(judged: Sequence[Judged]) -> list[str]:
    """Return the reliability curve, a line for each tenth that holds listings: stated, right, listings."""
    lines = []
    for b in range(BINS):
        held = [j for j in judged if min(int(j.offer.probability * BINS), BINS - 1) == b]
        if held:
            said = sum(j.offer.probability for j in held) / len(held)
            lines.append(f"said {said:.2f}  right {sum(j.right for j in held) / len(held):.2f}  of {len(held)}")
    return lines


def _half(vendor: str) -> int:
    return int(hashlib.sha256(f"half {vendor}".encode()).hexdigest()[:8], 16) % 2


if __name__ == "__main__":
    main()
