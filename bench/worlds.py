"""How often intervals hold the truth and verdicts are wrong, over generated worlds whose truth is known.

    python bench/worlds.py [WORLDS] [FIRST] [FILE]
    python bench/worlds.py FILE…

With a FILE each world is a line of it as soon as it is judged, and worlds that stand there already are not judged
again: a run that is stopped loses nothing. Files alone are added up.

A world has markets that were captured, some of them whole, and others that nobody captured and that hold most offers;
sellers of unlike size; listings that come and go between crawls; crawls with gaps; a recogniser that errs as the
labelled data allow (its rates are drawn anew for each world), look-alikes among what it errs on; counters that some
sellers inflate; reviews of some sales. An article makes true and false claims of every sort that is measured. It is
read, compiled, measured and tested by the functions that a case uses.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from muster.claims import article, read
from muster.claims.sourcing import SourceUse
from muster.claims.test import Evidence, Trial, settle, try_claim
from muster.estimate import Confusion, Estimator, Scope, coverage
from muster.model import KINDS, WEAPON_KINDS
from muster.recognise import error_rows
from muster.schema import TABLES
from muster.store import over

PUBLISHED = date(2014, 4, 10)
FIRST, LAST = date(2014, 2, 24), date(2014, 4, 10)  # what a claim in the present tense speaks of
DAYS = (LAST - date(2014, 1, 1)).days

CAPTURED, UNSEEN = ("Bazaar", "Harbour", "Lantern"), ("Cellar", "Quay", "Undercroft")

NOUNS = {"weapons": "weapons", "handgun": "pistols", "long_gun": "rifles", "explosive": "grenades",
         "ammunition": "ammunition offers"}  # fmt: skip

FACTORS = (0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0, 1.05, 1.2, 1.5, 2.0, 3.0, 10.0)
"""Claimed numbers beside the true ones."""


@dataclass
class Market:
    """One market: its true listings, and what was captured of them."""

    name: str
    kind: np.ndarray  # true kinds
    called: np.ndarray  # by the recogniser
    vendor: np.ndarray
    born: np.ndarray  # days from 1 January 2014
    gone: np.ndarray
    price: np.ndarray
    sales: np.ndarray  # true sales per day
    inflated: np.ndarray
    crawls: list[int] = field(default_factory=list)
    whole: bool = False

    def alive(self, first: int, last: int) -> np.ndarray:
        """Return which listings were up at any time of these days."""
        return (self.born <= last) & (self.gone >= first)


@dataclass
class Tally:
    """What came of many worlds."""

    worlds: int = 0
    held: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def decided(self) -> int:
        """Verdicts *supported* or *contradicted*."""
        return sum(n for (_, word), n in self.verdicts.items() if word in ("supported", "contradicted"))

    @property
    def share_wrong(self) -> float:
        """Part of the decided ones that is wrong."""
        return sum(self.wrong.values()) / max(1, self.decided)

    def share_held(self, measures: tuple[str, ...] = ("listings", "offers", "vendors")) -> float:
        """Part of the intervals of some measures that hold the truth."""
        return sum(self.held[m] for m in measures) / max(1, sum(self.told[m] for m in measures))

    def as_json(self) -> dict[str, Any]:
        """Return the tally as it stands in a file, pairs as lists."""
        return {name: sorted([key, n] for key, n in counter.items()) for name, counter in self._counters()} | {
            "worlds": self.worlds, "examples": self.examples
        }  # fmt: skip

    def add(self, row: dict[str, Any]) -> None:
        """Add what `as_json` wrote."""
        self.worlds += row["worlds"]
        self.examples += row["examples"]
        for name, counter in self._counters():
            counter.update({tuple(key) if isinstance(key, list) else key: n for key, n in row[name]})

    def _counters(self) -> list[tuple[str, Counter[Any]]]:
        return [(name, getattr(self, name)) for name in ("held", "told", "verdicts", "wrong", "unread")]


def market(name: str, size: int, rates: np.ndarray, rng: np.random.Generator) -> Market:
    """Return a market of about `size` listings."""
    n = max(12, int(size))
    armed = rng.uniform(0.02, 0.6)
    mix = rng.dirichlet(np.full(len(WEAPON_KINDS), 0.6))
    kind = np.where(rng.random(n) < armed, rng.choice(len(WEAPON_KINDS), n, p=mix), len(KINDS) - 1)
    called = np.array([rng.choice(len(KINDS), p=rates[k]) for k in kind])
    sellers = max(2, int(n / rng.uniform(2, 15)))
    vendor = np.minimum(rng.zipf(1.6, n) - 1, sellers - 1)
    born = rng.integers(-120, DAYS, n)
    level = {k: rng.lognormal(6.5, 0.8) for k in range(len(KINDS))}
    by_seller = rng.lognormal(0, 0.25, sellers)
    price = np.array([level[k] for k in kind]) * by_seller[vendor] * rng.lognormal(0, 0.2, n)
    sales = rng.gamma(0.4, 0.2, n)
    inflated = np.where(rng.random(sellers) < 0.1, rng.integers(10, 200, sellers), 0)[vendor]
    return Market(name, kind, called, vendor, born, born + rng.geometric(1 / 90, n), price, sales, inflated)


def crawl(held: Market, rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield what the crawls of a market saw."""
    held.whole = bool(rng.random() < 0.6)
    start = int(rng.integers(0, 12))
    held.crawls = list(range(start, DAYS + 1, int(rng.integers(6, 22))))
    if not held.whole and rng.random() < 0.3:  # weeks without a crawl
        held.crawls = held.crawls[:: int(rng.integers(2, 4))]
    reach = 1.0 if held.whole else rng.uniform(0.3, 0.95)
    for day in held.crawls:
        up = np.flatnonzero(held.alive(day, day))
        for i in up[rng.random(up.size) < reach]:
            yield {"market": held.name, "listing": int(i), "day": day, "vendor": int(held.vendor[i]),
                   "called": int(held.called[i]), "price": float(held.price[i]),
                   "sales": int(held.sales[i] * max(0, day - held.born[i]) + held.inflated[i])}  # fmt: skip


def tables(markets: list[Market], rng: np.random.Generator) -> dict[str, pa.Table]:
    """Return the tables that a case would hold of these markets."""
    rows: dict[str, list[dict[str, Any]]] = {"capture": [], "listing_seen": [], "offer": [], "review_seen": []}
    for m, held in enumerate(markets):
        for n, row in enumerate(crawl(held, rng)):
            at = datetime(2014, 1, 1, tzinfo=UTC) + timedelta(days=row["day"])
            where = {"market": held.name.lower(), "captured_at": at}
            number = f"{m:02x}{n:014x}"
            right = row["called"] == held.kind[row["listing"]]
            sure = float(np.clip(rng.beta(9, 1.2) if right else rng.beta(4, 2.5), 0.05, 0.99))
            rows["capture"].append({"id": f"cap:{number}", "profile": "world", "grade": "as archived", **where})
            rows["listing_seen"].append({
                "id": f"obs:{number}", "capture": f"cap:{number}", "listing": f"lst:{m:02x}{row['listing']:014x}",
                "vendor": f"‹vendor:{m:02x}{row['vendor']:014x}›", "sales": row["sales"], **where,
            })  # fmt: skip
            rows["offer"].append({
                "id": f"off:{number}", "observation": f"obs:{number}", "item": 0, "kind": KINDS[row["called"]],
                "probability": sure, "keywords": [], "make": "", "model": "",
                "unit_price_usd": Decimal(f"{row['price']:.2f}"),
            })  # fmt: skip
        seen = {int(r["listing"][6:], 16) for r in rows["listing_seen"] if r["market"] == held.name.lower()}
        for i in sorted(seen):
            last = max(held.crawls)
            for k in range(rng.binomial(int(held.sales[i] * max(0, last - held.born[i])), 0.5)):
                at = datetime(2014, 1, 1, tzinfo=UTC) + timedelta(days=last)
                rows["review_seen"].append({"id": f"obs:{m:02x}{k:06x}{i:08x}", "listing": f"lst:{m:02x}{i:014x}",
                                            "market": held.name.lower(), "captured_at": at})  # fmt: skip
    return {name: pa.Table.from_pylist(held, schema=TABLES[name].arrow) for name, held in rows.items()}


@dataclass(frozen=True)
class Said:
    """A sentence, and whether it is true of the world: of the weeks before it was printed, and of the day itself.

    A sentence in the present tense may mean either, so it is wrong to contradict it where one of them is true, and to
    support it where neither is.
    """

    text: str
    sort: str
    true: bool
    on_the_day: bool | None = None

    def wrong(self, word: str) -> bool:
        """Say whether a verdict is wrong."""
        either = self.true or bool(self.on_the_day)
        return (word == "supported" and not either) or (word == "contradicted" and either)


def _wanted(kind: str) -> np.ndarray:
    return np.array([KINDS[k] in Scope(kind).kinds for k in range(len(KINDS))])


def sentences(markets: list[Market], rng: np.random.Generator) -> list[Said]:
    """Return claims about the world, true and false ones."""
    first, last = (FIRST - date(2014, 1, 1)).days, (LAST - date(2014, 1, 1)).days
    found: list[Said] = []
    for _ in range(14):
        held = markets[int(rng.integers(len(markets)))]
        kind = str(rng.choice(list(NOUNS)))
        noun, up = NOUNS[kind], held.alive(first, last)
        mine = up & _wanted(kind)[held.kind]
        today = held.alive(last, last)
        day = int((today & _wanted(kind)[held.kind]).sum())
        n, factor = int(mine.sum()), float(rng.choice(FACTORS))
        claimed = max(1, round(n * factor))
        sort = int(rng.integers(13))
        if sort == 0:
            found.append(Said(f"At least {claimed} {noun} are on sale on {held.name}.", "at least", n >= claimed))
        elif sort == 1:
            found.append(Said(f"Fewer than {claimed} {noun} are on sale on {held.name}.", "fewer than", n < claimed,
                              day < claimed))  # fmt: skip
        elif sort == 2:
            found.append(Said(f"There are {claimed} {noun} on sale on {held.name}.", "exactly", n == claimed,
                              day == claimed))  # fmt: skip
        elif sort == 3:
            found.append(Said(f"About {claimed} {noun} are on sale on {held.name}.", "about",
                              0.9 * claimed <= n <= 1.1 * claimed, 0.9 * claimed <= day <= 1.1 * claimed))  # fmt: skip
        elif sort == 4:
            found.append(Said(f"Thousands of weapons are on sale on {held.name}.", "thousands",
                              int((up & _wanted("weapons")[held.kind]).sum()) >= 1000))  # fmt: skip
        elif sort == 5:
            whole = sum(int((m.alive(first, last) & _wanted("weapons")[m.kind]).sum()) for m in markets)
            many = max(1, round(whole * factor))
            found.append(Said(f"More than {many} weapons are on sale on the internet.", "internet", whole > many))
        elif sort == 6:
            sellers = np.unique(held.vendor[up & _wanted("weapons")[held.kind]]).size
            many = max(1, round(sellers * factor))
            found.append(Said(f"At least {many} sellers offer weapons on {held.name}.", "sellers", sellers >= many))
        elif sort == 7 and kind not in ("weapons", "ammunition"):
            arms = int((up & _wanted("weapons")[held.kind]).sum())
            percent = max(1, min(99, round(100 * n / max(1, arms) * factor)))
            found.append(Said(f"About {percent}% of the weapons on sale on {held.name} are {noun}.", "share",
                              arms > 0 and 0.9 * percent <= 100 * n / arms <= 1.1 * percent))  # fmt: skip
        elif sort == 8:
            rifles = int((up & _wanted("long_gun")[held.kind]).sum())
            pistols = int((up & _wanted("handgun")[held.kind]).sum())
            found.append(Said(f"There are more pistols than rifles on sale on {held.name}.", "more than",
                              pistols > rifles))  # fmt: skip
        elif sort == 9 and n and kind not in ("weapons", "ammunition"):
            middle = float(np.median(held.price[mine]))
            asked = max(1, round(middle * factor))
            found.append(Said(f"{noun.capitalize()} on {held.name} cost less than {asked} dollars.", "price",
                              middle < asked))  # fmt: skip
        elif sort == 10:
            sold = int(np.round((held.sales * np.clip(last - held.born, 0, None))[mine]).sum())
            many = max(1, round(sold * factor))
            found.append(Said(f"More than {many} sales of {noun} were counted on {held.name}.", "sales", sold > many))
        elif sort == 11:
            found.append(Said(f"No {noun} are on sale on {held.name}.", "none", n == 0))
        elif sort == 12:  # as many as on the day of print, or near it: more of them came and went in the weeks before
            arms = _wanted("weapons")[held.kind]
            many, ever = (np.unique(held.vendor[there & arms]).size for there in (today, up))
            claimed = max(1, many + int(rng.integers(-1, 2)))
            found.append(Said(f"{claimed} sellers offer weapons on {held.name}.", "sellers of the day", ever == claimed,
                              many == claimed))  # fmt: skip
    return list({said.text: said for said in found}.values())


def judge(seed: int, tally: Tally) -> None:
    """Make one world, test its article, and count what was right."""
    rng = np.random.default_rng((20141127, seed))
    confusion = Confusion.from_rows(error_rows())
    rates = confusion.draw(1, rng)[0]
    seen = [
        market(name, int(np.exp(rng.uniform(3.5, 8.0))), rates, rng) for name in CAPTURED[: int(rng.integers(1, 4))]
    ]
    dark = [market(name, int(np.exp(rng.uniform(5.0, 8.5))), rates, rng) for name in UNSEEN[: int(rng.integers(1, 4))]]
    held_tables = tables(seen, rng)
    said = sentences([*seen, *dark], rng)
    text = "On the markets\n\n" + " ".join(s.text for s in said)
    told = article(text.encode(), name="world.txt", published=PUBLISHED, language="en")
    tally.worlds += 1
    with over(held_tables) as db:
        estimator = Estimator(db, confusion, "world")
        _cover(estimator, seen, tally)
        evidence = Evidence(
            estimator.estimate, {m.name.lower(): coverage(db, Scope(market=m.name.lower())) for m in seen},
            frozenset(m.name.lower() for m in seen if m.whole), (), lambda claim: SourceUse("", "", ""),
            draws=estimator.draws, counters=estimator.counters,
        )  # fmt: skip
        trials: list[tuple[Said, Trial]] = []
        claims = read(told)
        for one in said:
            start = told.text.index(one.text)
            inside = [c for c in claims if start <= c.start < start + len(one.text) and c.checkable]
            if not inside:
                tally.unread[one.sort] += 1
            trials += [(one, try_claim(claim, PUBLISHED, evidence)) for claim in inside[:1]]
    for (one, _), trial in zip(trials, settle([trial for _, trial in trials]), strict=True):
        word = trial.verdict.verdict
        tally.verdicts[one.sort, word] += 1
        if one.wrong(word):
            tally.wrong[one.sort, word] += 1
            tally.examples.append(f"world {seed}: {word}: {one.text} — {trial.verdict.reason}")


def _cover(estimator: Estimator, markets: list[Market], tally: Tally) -> None:
    """Count whether intervals hold what they speak of: the listings that were captured."""
    for held in markets:
        view = estimator.truths(Scope("all", held.name.lower())).view
        seen = np.array([int(n) & (2**56 - 1) for n in view.listing], dtype=np.int64)
        for kind in ("weapons", "handgun", "long_gun", "explosive"):
            mine = seen[_wanted(kind)[held.kind[seen]]] if seen.size else seen
            scope = Scope(kind, held.name.lower())
            truths: dict[str, float] = {"listings": mine.size, "offers": mine.size,
                                        "vendors": np.unique(held.vendor[mine]).size}  # fmt: skip
            arms = int(_wanted("weapons")[held.kind[seen]].sum()) if seen.size else 0
            scopes = dict.fromkeys(truths, scope)
            if kind != "weapons" and arms:
                truths["share"] = mine.size / arms
                scopes["share"] = Scope(kind, held.name.lower(), of="weapons")
            if len(held.crawls) > 1 and not held.whole:
                day = held.crawls[-2:]
                truths["population"] = int((held.alive(day[0], day[1]) & _wanted(kind)[held.kind]).sum())
                days = [date(2014, 1, 1) + timedelta(days=d) for d in day]
                scopes["population"] = Scope(kind, held.name.lower(), days[0], days[1])
            for measure, truth in truths.items():
                found = estimator.estimate(measure, scopes[measure])
                if found.low is None or found.high is None:
                    continue
                tally.told[measure] += 1
                tally.held[measure] += found.low - 1e-9 <= truth <= found.high + 1e-9


def run(worlds: int, first: int = 0, file: Path | None = None) -> Tally:
    """Judge many worlds. file: where each is a line as soon as it is judged."""
    held = read_files([file] if file and file.is_file() else [])
    for seed in range(first, first + worlds):
        if seed in held:
            continue
        held[seed] = Tally()
        judge(seed, held[seed])
        if file:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps({"seed": seed, **held[seed].as_json()}) + "\n")
    return added(held)


def read_files(files: list[Path]) -> dict[int, Tally]:
    """Return the worlds of files by their seeds."""
    found: dict[int, Tally] = {}
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            row = json.loads(line)
            found[row["seed"]] = Tally()
            found[row["seed"]].add(row)
    return found


def added(worlds: dict[int, Tally]) -> Tally:
    """Return many worlds as one tally."""
    tally = Tally()
    for _, one in sorted(worlds.items()):
        tally.add(one.as_json())
    return tally


def main() -> None:
    """Print coverage, wrong verdicts, and the share decided."""
    start = time.perf_counter()
    if sys.argv[1:] and not sys.argv[1].isdigit():
        tally = added(read_files([Path(name) for name in sys.argv[1:]]))
    else:
        worlds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
        first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
        tally = run(worlds, first, Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    all_of = sum(tally.verdicts.values())
    print(f"{tally.worlds} worlds in {time.perf_counter() - start:.0f} s, {all_of} claims tested")
    for measure, n in sorted(tally.told.items()):
        print(f"  {measure}: {tally.held[measure] / n:.1%} of {n} intervals hold the truth")
    print(f"  listings, offers and vendors together: {tally.share_held():.1%}")
    print(f"decided: {tally.decided} ({tally.decided / all_of:.1%}); wrong: {sum(tally.wrong.values())} "
          f"({tally.share_wrong:.2%}); cannot tell: {1 - tally.decided / all_of:.1%}")  # fmt: skip
    sorts = sorted({sort for sort, _ in tally.verdicts} | set(tally.unread))
    for sort in sorts:
        words = {w: tally.verdicts[sort, w] for w in ("supported", "contradicted", "cannot tell", "not checkable")}
        bad = {w: tally.wrong[sort, w] for w in ("supported", "contradicted")}
        print(f"  {sort}: {words}; wrong {bad}; not read {tally.unread[sort]}")
    for line in tally.examples[:12]:
        print("   ", line)


if __name__ == "__main__":
    main()
