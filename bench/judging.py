"""Judge labelled listings by models that saw nothing of their group: folds, markets left out, parts left out."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from muster.model import Offer
from muster.recognise.build import FOLDS, fit
from muster.recognise.features import DENSE, SIZE
from muster.recognise.labels import MARKETS, Labelled, read_gold, read_random, read_table, read_worded
from muster.recognise.learned import Learned
from muster.recognise.recogniser import Recogniser, with_model

LABELS = Path(__file__).resolve().parent / "labels"
WORDED = ("worded", "worded_after", "worded_third")
"""Tables of titles worded for each kind that are fitted on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled listing, what the recogniser said of it, and for how many rows of the markets it stands."""

    one: Labelled
    offer: Offer
    weight: float = 1.0

    @property
    def right(self) -> bool:
        """Whether the kind is one that the readers accept."""
        return self.offer.kind in self.one.kinds


@dataclass(frozen=True)
class Labels:
    """All labelled listings.

    open, locked: parts of the gold; random: drawn from outside Weapons; groups: see `grouped`;
    weights: for each id how many rows of its market it stands for.
    """

    open: tuple[Labelled, ...]
    locked: tuple[Labelled, ...]
    random: tuple[Labelled, ...]
    weights: Mapping[str, float]
    groups: Mapping[str, int]

    @property
    def gold(self) -> tuple[Labelled, ...]:
        """Open and locked."""
        return (*self.open, *self.locked)


def labels(shared: Path) -> Labels:
    """Read all labelled listings; `shared` is the folder that holds data/gold and data/markets."""
    gold = read_gold(shared / "data" / "gold" / "offers.jsonl")
    random = read_random(LABELS / "random_rows.csv", shared / "data" / "markets")
    locked = [is_locked(one.vendor, one.listing.title) for one in gold]
    return Labels(
        open=tuple(one for one, shut in zip(gold, locked, strict=True) if not shut),
        locked=tuple(one for one, shut in zip(gold, locked, strict=True) if shut),
        random=tuple(random),
        weights=shares(shared, [*gold, *random]),
        groups=grouped([*gold, *random]),
    )


def plain(title: str) -> str:
    """Return a title by its letters and digits after NFKC and case folding."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


def is_locked(vendor: str, title: str) -> bool:
    """Return whether a seller's listing of this title belongs to the locked third.

    The first eight hex digits of SHA-256 of seller, line feed and `plain` title are taken as a number; multiples of
    three are locked.
    """
    found = hashlib.sha256(f"{vendor}\n{plain(title)}".encode()).hexdigest()
    return int(found[:8], 16) % 3 == 0


def grouped(labelled: Sequence[Labelled]) -> dict[str, int]:
    """Return for each id its group: listings of one seller, or of one title, and so on from those, are one group."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for one in labelled:
        leader[find(f"v{one.row.get('source', '')}\n{one.vendor}")] = find(f"t{plain(one.listing.title)}")
    numbers: dict[str, int] = {}
    return {one.listing.id: numbers.setdefault(find(f"t{plain(one.listing.title)}"), len(numbers)) for one in labelled}


def stratum(one: Labelled) -> tuple[str, str]:
    """Return how a row came to be labelled: its market, and `weapons`, `chosen` (outside, by its words) or `drawn`."""
    if one.random:
        return one.row["source"], "drawn"
    return one.row["source"], "weapons" if one.row["category"] == "Weapons" else "chosen"


def shares(shared: Path, labelled: Sequence[Labelled]) -> dict[str, float]:
    """Return for each labelled listing how many rows of its market it stands for.

    Rows that were chosen by their words stand for themselves. Those drawn at random stand for all rows outside Weapons
    that were not chosen; those of Weapons for all of Weapons.
    """
    counts = Counter(stratum(one) for one in labelled)
    rows: dict[tuple[str, str], int] = {}
    for market, columns in MARKETS.items():
        table = read_table(shared / "data" / "markets", market)
        inside = sum(row[columns[0]] == "Weapons" for row in table)
        rows[market, "weapons"] = inside
        rows[market, "chosen"] = counts[market, "chosen"]
        rows[market, "drawn"] = len(table) - inside - counts[market, "chosen"]
    return {one.listing.id: rows[stratum(one)] / counts[stratum(one)] for one in labelled}


def all_worded() -> list[Labelled]:
    """Return the titles worded for each kind that are fitted on."""
    return [one for name in WORDED for one in read_worded(LABELS / f"{name}.tsv")]


def judge(recogniser: Recogniser, listings: Sequence[Labelled], weights: Mapping[str, float]) -> list[Judged]:
    """Judge listings; of several items the first counts, as in the labels."""
    offers = [offer for offer in recogniser.recognise([one.listing for one in listings]) if offer.item == 0]
    return [Judged(one, offer, weights.get(one.listing.id, 1.0)) for one, offer in zip(listings, offers, strict=True)]


def out_of_fold(
    held: Labels,
    asked: Sequence[Labelled],
    known: Sequence[Labelled],
    left_out: NDArray[np.bool_] | None = None,
    categories: bool = True,
) -> list[Judged]:
    """Judge every listing asked by a model fitted on those known of other groups and on the titles worded.

    left_out: features that the model does without. categories: whether the listings asked show theirs.
    """
    worded = all_worded()
    found: dict[str, Judged] = {}
    groups = np.array([held.groups[one.listing.id] for one in asked])
    for _, test in GroupKFold(n_splits=FOLDS).split(list(asked), groups=groups):
        away = set(groups[test].tolist())
        rest = [one for one in known if held.groups[one.listing.id] not in away]
        learned = fit(rest, held.weights, worded, left_out)
        found.update((j.one.listing.id, j) for j in _judge(learned, [asked[n] for n in test], held, categories))
    return [found[one.listing.id] for one in asked]


def market_left_out(held: Labels, asked: Sequence[Labelled], known: Sequence[Labelled], market: str) -> list[Judged]:
    """Judge the listings of one market by a model that was fitted on none of it."""
    rest = [one for one in known if one.row["source"] != market]
    learned = fit(rest, held.weights, all_worded())
    return _judge(learned, [one for one in asked if one.row["source"] == market], held, True)


def _judge(learned: Learned, asked: Sequence[Labelled], held: Labels, categories: bool) -> list[Judged]:
    if categories:
        return judge(with_model(learned), asked, held.weights)
    bare = [replace(one, listing=replace(one.listing, category="")) for one in asked]
    return judge(with_model(learned), bare, held.weights)


def by_rule(asked: Sequence[Labelled], weights: Mapping[str, float]) -> list[Judged]:
    """Judge by rule alone; where no rule speaks a listing is no weapon."""
    reader = Recogniser.load()
    found = judge(reader, asked, weights)
    rules = [reader.case(one.listing).rule or "not_weapon" for one in asked]
    return [replace(j, offer=replace(j.offer, kind=rule)) for j, rule in zip(found, rules, strict=True)]


def parts() -> dict[str, NDArray[np.bool_]]:
    """Return what each part of the ablation leaves out, by features.

    >>> {name: int(out.sum()) > 0 for name, out in parts().items()}
    {'words and letters': True, 'and the catalogue': True, 'and the rules': False}
    """
    rules = np.array([n < len(DENSE) and DENSE[n].startswith("rule:") for n in range(SIZE)])
    named = np.arange(SIZE) < len(DENSE)
    return {"words and letters": named, "and the catalogue": rules, "and the rules": np.zeros(SIZE, dtype=np.bool_)}
