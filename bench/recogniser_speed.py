"""Measure how fast the recogniser is, beside a phrase matcher and one big regular expression, in one run.

    python bench/recogniser_speed.py SHARED

All get the same titles and the same spellings of the catalogue. Muster does all its work (folding, disguises, rules,
the learned part, items, prices, places); the other two only find spellings. spaCy is no dependency of Muster: to have
it beside, `pip install spacy` into the environment first, or into a folder that PYTHONPATH names; without it its lines
are left out. One core; processor time, the best of the rounds; quote the ratios.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from muster.catalogue import load
from muster.recognise.fold import fold
from muster.recognise.labels import MARKETS, read_gold, read_table
from muster.recognise.lexicon import lexicon, spellings
from muster.recognise.recogniser import Listing, Recogniser

MARKET = "alphabay-2017"
MICRO = 64
"""Listings of a micro-batch."""
LETTERS = 700
LONG = 2_000
"""Texts of `LETTERS` code points."""
FEW = 200
"""Titles for the regular expression, which takes milliseconds for each."""
ROUNDS = 3
START = """
import time; begun, worked = time.perf_counter(), time.process_time()
from muster.recognise import Listing, Recogniser
Recogniser.load().recognise([Listing("a", "Glock 19 gen4 9mm", price="USD 600")])
held = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(time.perf_counter() - begun, time.process_time() - worked, int(held[0]) / 1024)
"""
"""What a user waits for: from the first import to the first offer."""


def titles(shared: Path) -> list[Listing]:
    """Return the listings of the market's table, with category and price as they were scraped."""
    category, below, title, price, _ = MARKETS[MARKET]
    return [
        Listing(str(n), row[title], category=f"{row[category]} {row[below]}", price=row[price])
        for n, row in enumerate(read_table(shared / "data" / "markets", MARKET))
    ]


def long_texts(listings: Sequence[Listing]) -> list[Listing]:
    """Return listings whose title is empty and whose description is long, so that all of it is read."""
    text = " ".join(listing.title for listing in listings)
    step = (len(text) - LETTERS) // LONG
    return [
        Listing(str(n), "", text[n * step : n * step + LETTERS], listing.category, listing.price)
        for n, listing in enumerate(listings[:LONG])
    ]


def rate(work: Callable[[], object], count: int) -> float:
    """Return how many a second of processor time, in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return count / best


def in_batches(recogniser: Recogniser, listings: Sequence[Listing], size: int) -> None:
    """Recognise listings a batch at a time."""
    for start in range(0, len(listings), size):
        recogniser.recognise(listings[start : start + size])


def one_expression(patterns: Sequence[str]) -> re.Pattern[str]:
    """Return the alternation of all spellings, the longest first, over folded text."""
    return re.compile(r"(?<= )(?:" + "|".join(sorted(patterns, key=lambda p: (-len(p), p))) + r")(?= )")


def phrase_matcher(patterns: Sequence[str]) -> Callable[[Sequence[str]], None] | None:
    """Return spaCy's PhraseMatcher over the same spellings, None where spaCy is not installed."""
    if importlib.util.find_spec("spacy") is None:
        return None
    import spacy  # type: ignore[import-not-found,unused-ignore]
    from spacy.matcher import PhraseMatcher  # type: ignore[import-not-found,unused-ignore]

    blank = spacy.blank("en")
    matcher = PhraseMatcher(blank.vocab, attr="LOWER")
    matcher.add("spelling", list(blank.tokenizer.pipe(patterns)))

    def match(texts: Sequence[str]) -> None:
        for doc in blank.tokenizer.pipe(texts):
            matcher(doc)

    return match


def start_up() -> tuple[float, float, float]:
    """Return seconds and seconds of processor time from the first import to the first offer, and the megabytes held."""
    runs = [
        subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(ROUNDS)
    ]
    seconds, worked, held = (min(float(run[n]) for run in runs) for n in range(3))
    return seconds, worked, held


def main() -> None:
    """Run as the head of this file says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder that holds data/markets and data/gold")
    shared = parser.parse_args().shared
    short = titles(shared)
    long = long_texts(short)
    gold = [one.listing for one in read_gold(shared / "data" / "gold" / "offers.jsonl")]
    recogniser, automaton = Recogniser.load(), lexicon().automaton
    patterns = sorted(spellings(load()))
    mean = sum(len(one.title) for one in short) / len(short)
    print(f"{len(short):,} titles of {mean:.0f} letters, {len(patterns):,} spellings; processor time on one core")
    rows: list[tuple[str, float]] = []
    whole = rate(lambda: in_batches(recogniser, short, MICRO), len(short))
    rows.append((f"Muster, everything, {MICRO} at once", whole))
    rows.append(("Muster, everything, 512 at once", rate(lambda: in_batches(recogniser, short, 512), len(short))))
    rows.append(("Muster, labelled listings, half arms", rate(lambda: in_batches(recogniser, gold, MICRO), len(gold))))
    texts = [one.title for one in short]
    rows.append(("Muster, spellings only", rate(
        lambda: [automaton.find_matches_as_indexes(fold(text).line, overlapping=True) for text in texts], len(texts)
    )))  # fmt: skip
    matcher = phrase_matcher(patterns)
    if matcher is not None:
        rows.append(("spaCy PhraseMatcher, spellings only", rate(lambda: matcher(texts), len(texts))))
    expression = one_expression(patterns)
    lines = [fold(text).line for text in texts[:: len(texts) // FEW]]
    rows.append(("one regular expression, spellings only", rate(
        lambda: [expression.findall(line) for line in lines], len(lines)
    )))  # fmt: skip
    for name, found in rows:
        print(f"  {name:42}{found:>10,.0f} titles/s  {found / whole:6.2f}")
    bodies = [one.description for one in long]
    longer = rate(lambda: in_batches(recogniser, long, MICRO), len(long))
    print(f"{len(long):,} texts of {LETTERS} letters")
    print(f"  {'Muster, everything':42}{longer:>10,.0f} texts/s   {1.0:6.2f}")
    if matcher is not None:
        found = rate(lambda: matcher(bodies), len(bodies))
        print(f"  {'spaCy PhraseMatcher, spellings only':42}{found:>10,.0f} texts/s   {found / longer:6.2f}")
    seconds, worked, held = start_up()
    print(f"start-up to the first offer {seconds:.2f} s, {worked:.2f} s of processor time, in {held:.0f} MB")
    if matcher is None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory of this run, tables and expression included: {peak:.0f} MB")
        print("spaCy is not installed: see the head of this file")


if __name__ == "__main__":
    main()
